"""Judges of the order in which people go, of places by rank, of rounds, and of the experience that moves give."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.case import Case, finding, nothing_to_judge, summed_up
from rotation_planner.audit.judges.opening import Openings
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Experience, Merit, Order, Rounds
from rotation_planner.words import language, say

KEPT_IN_ROUNDS = ("headcount", "subject_staffing", "posts", "title_posts")


def judge_order(case: Case, rule: Order) -> Iterator[Finding]:
    """Among alike people who may move at all, nobody goes while somebody who stands earlier stays."""
    excepted, place = case.asking.excepted(rule), case.asking.ranking(rule.by)
    who, unless = case.asking.person(rule.who), None if rule.unless is None else case.asking.person(rule.unless)
    concerned = [
        person
        for person in case.books.people
        if who(person)
        and case.may_move(person)
        and not (unless is not None and unless(person))
        and not excepted(person)
    ]
    breaches, checked = [], 0
    for people in case.grouped(concerned, rule.within).values():
        ordered = sorted(people, key=place)
        checked += len(ordered)
        first = next((place for place, person in enumerate(ordered) if person not in case.moves), len(ordered))
        for person in ordered[first:]:
            if person in case.moves:
                values = {"who": case.person(person), "other": case.person(ordered[first])}
                breaches.append(
                    finding(
                        rule,
                        Verdict.BREACH,
                        say("audit.order", **values),
                        scope=values["who"],
                        people=(case.books.staff_id[person], case.books.staff_id[ordered[first]]),
                    )
                )
    yield from summed_up(rule, checked, breaches, say("audit.what_people"))


def judge_merit(case: Case, rule: Merit) -> Iterator[Finding]:
    """Nobody goes to a school that somebody ranked higher had asked for, was open to, and did not get as well."""
    who, excepted, place = case.asking.person(rule.who), case.asking.excepted(rule), case.asking.ranking(rule.by)
    concerned = [
        person for person in case.books.people if who(person) and case.may_move(person) and not excepted(person)
    ]
    openings = Openings(case)
    breaches, checked = [], 0
    for people in case.grouped(concerned, rule.within).values():
        ordered = sorted(people, key=place)
        into: dict[int, list[int]] = {}  # by school entered: places in the order, the highest first
        for number, person in enumerate(ordered):
            if person in case.moves:
                into.setdefault(case.moves[person].entered, []).append(number)
        for number, person in enumerate(ordered):
            wishes = case.wished(person)
            if wishes:
                checked += 1
            move = case.moves.get(person)
            got = None if move is None else wishes.get(move.entered)
            for school, rank in sorted(wishes.items()):
                lower = [ordered[each] for each in into.get(school, ()) if each > number]
                if not lower or (got is not None and got <= rank) or not openings.open(person, school):
                    continue
                values = {"who": case.person(person), "school": case.school(school), "other": case.person(lower[0])}
                breaches.append(
                    finding(
                        rule,
                        Verdict.BREACH,
                        say("audit.merit", **values),
                        scope=values["who"],
                        people=(case.books.staff_id[person], *case.ids(lower)),
                    )
                )
    yield from summed_up(rule, checked, breaches, say("audit.what_applicants"))


def judge_rounds(case: Case, rule: Rounds) -> Iterator[Finding]:
    """After every round, with the moves of it and of those before alone, the rules named hold."""
    from rotation_planner.audit.judges import JUDGES  # the table of which this judge is a part

    asked = [case.asking.person(each.who) for each in rule.rounds]
    kept = [
        each
        for each in case.policy.active
        if each.force == "must" and each.kind in KEPT_IN_ROUNDS and (not rule.keeps or each.id in rule.keeps)
    ]
    own = {
        person: next((number for number, passes in enumerate(asked) if passes(person)), len(asked))
        for person in case.moves
    }
    breaches = []
    for number, each in enumerate(rule.rounds):
        partial = case.with_moves(move for move in case.movers() if own[move.person] <= number)
        name = each.words[language()]
        for other in kept:
            for found in JUDGES[other.kind](partial, other):
                if found.verdict is Verdict.BREACH:
                    values = {"round": name, "rule": other.id, "sentence": found.sentence}
                    breaches.append(
                        finding(
                            rule,
                            Verdict.BREACH,
                            say("audit.round", **values),
                            scope=name,
                            required=found.required,
                            found=found.found,
                            people=found.people,
                        )
                    )
    yield from summed_up(rule, len(rule.rounds) if kept else 0, breaches, say("audit.what_rounds"))


def judge_experience(case: Case, rule: Experience) -> Iterator[Finding]:
    """Tells how many moves give which experience; binds nothing."""
    if not case.moves:
        yield nothing_to_judge(rule)
        return
    for gain in rule.gains:
        gives = case.asking.route(gain.when)
        gaining = [move.person for move in case.movers() if gives(move.person, case.destination(move))]
        sentence = say("audit.experience", words=gain.words[language()], years=gain.years, count=len(gaining))
        yield finding(rule, Verdict.PASS, sentence, found=len(gaining), people=case.ids(gaining))
