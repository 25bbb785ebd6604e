"""Judges of the order in which people go, and of the experience that moves give."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.books import Destination
from rotation_planner.audit.case import Case, finding, nothing_to_judge, summed_up
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Experience, Order
from rotation_planner.words import language, say


def judge_order(case: Case, rule: Order) -> Iterator[Finding]:
    """Among alike people who may move at all, nobody goes while somebody longer-serving stays."""
    who, unless = case.asking.person(rule.who), None if rule.unless is None else case.asking.person(rule.unless)
    concerned = [
        person
        for person in case.books.people
        if who(person) and case.may_move(person) and not (unless is not None and unless(person))
    ]
    breaches, checked = [], 0
    for people in case.grouped(concerned, rule.within).values():
        ordered = sorted(people, key=case.duties.seniority(rule.by))
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


def judge_experience(case: Case, rule: Experience) -> Iterator[Finding]:
    """Tells how many moves give which experience; binds nothing."""
    if not case.moves:
        yield nothing_to_judge(rule)
        return
    for gain in rule.gains:
        gives = case.asking.route(gain.when)
        gaining = [move.person for move in case.movers() if gives(move.person, Destination(move.entered))]
        sentence = say("audit.experience", words=gain.words[language()], years=gain.years, count=len(gaining))
        yield finding(rule, Verdict.PASS, sentence, found=len(gaining), people=case.ids(gaining))
