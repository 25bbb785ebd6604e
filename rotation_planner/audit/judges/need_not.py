"""Judges of the scope, of deferrals, bars and volunteers, and of what the bureau has fixed for single people."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.books import Row
from rotation_planner.audit.case import Case, finding, nothing_to_judge, summed_up
from rotation_planner.audit.moves import Move
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Bar, Defer, Pins, Scope, Volunteer
from rotation_planner.words import say


def judge_scope(case: Case, rule: Scope) -> Iterator[Finding]:
    """Whoever moves is in scope with a reason to move, and goes to a school and stage in scope."""
    eligible = case.duties.any_of("eligible")

    def wrong(move: Move) -> Iterator[str]:
        person = move.person
        if not case.duties.sent(person):  # a pin of the bureau brings in whom no rule would
            if not case.duties.in_scope(person):
                yield say("audit.scope_person")
            elif not (eligible(person) or case.duties.volunteer(person)):
                yield say("audit.scope_no_reason")
        if not case.school_in_scope[move.entered]:
            yield say("audit.scope_school", school=case.school(move.entered))
        if move.stage is not None and move.stage not in rule.stages:
            yield say("audit.scope_stage", stage=case.listed("staff", "stage", move.stage))

    breaches = []
    for move in case.movers():
        reasons = list(wrong(move))
        if reasons:
            who, why = case.person(move.person), say("audit.clause_separator").join(reasons)
            breaches.append(_about(case, rule, move.person, say("audit.moves_though", who=who, why=why)))
    yield from summed_up(rule, len(case.moves), breaches, say("audit.what_moves"))


def _about(case: Case, rule: Scope | Defer | Bar | Pins, person: int, sentence: str) -> Finding:
    return finding(rule, Verdict.BREACH, sentence, scope=case.person(person), people=case.ids([person]))


def judge_defer(case: Case, rule: Defer) -> Iterator[Finding]:
    """Whom a deferral shields does not move. The finding says that one is in force, never which."""
    shielded, when = case.duties.shielded(rule), case.asking.person(rule.when)
    meets, excepted = case.duties.any_of("meets", rule.duties), case.asking.excepted(rule)
    deferred = [person for person in case.books.people if meets(person) and when(person) and not excepted(person)]
    breaches = [
        _about(case, rule, move.person, say("audit.deferred_moves", who=case.person(move.person)))
        for move in case.movers(shielded)
    ]
    if not deferred and not breaches:
        yield nothing_to_judge(rule)
        return
    if not breaches:
        yield finding(rule, Verdict.PASS, say("audit.defer", count=len(deferred)), found=len(deferred))
    yield from breaches


def judge_bar(case: Case, rule: Bar) -> Iterator[Finding]:
    """Nobody who is barred moves, unless the bureau's pin sends them."""
    named, excepted = case.asking.person(rule.who), case.asking.excepted(rule)

    def barred(person: int) -> bool:
        return named(person) and not excepted(person)

    count = sum(barred(person) for person in case.books.people)
    breaches = [
        _about(case, rule, move.person, say("audit.barred_moves", who=case.person(move.person)))
        for move in case.movers(barred)
        if not case.duties.sent(move.person)
    ]
    if not count:
        yield nothing_to_judge(rule)
        return
    if not breaches:
        yield finding(rule, Verdict.PASS, say("audit.bar", count=count), found=count)
    yield from breaches


def judge_volunteer(case: Case, rule: Volunteer) -> Iterator[Finding]:
    """Tells how many may and do go of their own accord; nothing in a plan can breach it."""
    who = case.asking.person(rule.who)
    willing = [person for person in case.books.people if who(person) and case.duties.in_scope(person)]
    if not willing:
        yield nothing_to_judge(rule)
        return
    going = [person for person in willing if person in case.moves]
    sentence = say("audit.volunteer", count=len(willing), going=len(going))
    yield finding(rule, Verdict.PASS, sentence, found=len(going), people=case.ids(going))


def judge_pins(case: Case, rule: Pins) -> Iterator[Finding]:
    """Each pin holds: must move, must stay, to this school, not to that one."""
    breaches, checked = [], 0
    for person, rows in case.books.pins.items():
        for pin in rows:
            checked += 1
            sentence = _against(case, person, pin)
            if sentence is not None:
                breaches.append(_about(case, rule, person, sentence))
    yield from summed_up(rule, checked, breaches, say("audit.what_pins"))


def _against(case: Case, person: int, pin: Row) -> str | None:
    """What a plan does against a pin, as a sentence. A pin without a school speaks of any school."""
    move, who = case.moves.get(person), case.person(person)
    verdict, school = pin["verdict"], case.books.school_of.get(pin["school_id"])
    if verdict in ("move", "to") and move is None:
        return say("audit.pin_stays", who=who)
    if verdict == "stay" and move is not None:
        return say("audit.pin_moves", who=who)
    if verdict == "to" and move is not None and school is not None and move.entered != school:
        return say("audit.pin_elsewhere", who=who, school=case.school(move.entered), due=case.school(school))
    if verdict == "not_to" and move is not None and (school is None or move.entered == school):
        return say("audit.pin_there", who=who, school=case.school(move.entered))
    return None
