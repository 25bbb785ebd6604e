"""Judges of relatives: who is kept apart, and who moves together."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.case import Case, finding, summed_up
from rotation_planner.audit.kinship import Node
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Kin, Together
from rotation_planner.words import say


def judge_kin(case: Case, rule: Kin) -> Iterator[Finding]:
    """Nobody is moved to where a relative of the listed kinds is afterwards."""
    excepted = case.asking.excepted(rule)
    breaches = []
    arriving = [move for move in case.movers() if not move.here]
    for move in arriving:
        met = [
            other
            for other in case.kinship.relatives(rule, excepted, move.person)
            if case.kinship.meet(
                rule, move.entered, move.department, (case.at(other), case.department(other)), _node(case, other)
            )
        ]
        if met:
            who, school = case.person(move.person), case.place(move.entered, move.department)
            people = (*case.ids([move.person]), *case.ids(met))  # who moves comes first
            sentence = say("audit.kin", who=who, school=school, count=len(met))
            breaches.append(finding(rule, Verdict.BREACH, sentence, scope=who, people=people))
    yield from summed_up(rule, len(arriving), breaches, say("audit.what_moves"))


def _node(case: Case, person: int) -> Node:
    """Where a person stands in a line of command afterwards."""
    move = case.counted(person)
    if move is None:
        return case.kinship.node_today(person)
    return None if move.department is None else (move.entered, move.department)


def judge_together(case: Case, rule: Together) -> Iterator[Finding]:
    """Relatives who move are afterwards in one school, or near each other."""
    excepted = case.asking.excepted(rule)
    breaches, checked = [], 0
    pairs = {
        (min(move.person, other), max(move.person, other))
        for move in case.movers()
        for other in case.kinship.relatives(rule, excepted, move.person)
        if rule.when == "any_moves" or other in case.moves
    }
    for pair in sorted(pairs):
        checked += 1
        one, other = (case.at(each) for each in pair)
        if one == other or _near(case, rule, one, other):
            continue
        mover, relative = sorted(pair, key=lambda each: (each not in case.moves, case.books.staff_id[each]))
        who = case.person(mover)
        values = {"who": who, "school": case.school(case.at(mover)), "other": case.school(case.at(relative))}
        people = (*case.ids([mover]), *case.ids([relative]))  # who moves comes first
        breaches.append(finding(rule, Verdict.BREACH, say("audit.together", **values), scope=who, people=people))
    yield from summed_up(rule, checked, breaches, say("audit.what_pairs"))


def _near(case: Case, rule: Together, one: int, other: int) -> bool:
    """Whether two schools are within the rule's kilometres, in one direction at least."""
    ways = (case.asking.kilometres(one, other), case.asking.kilometres(other, one))
    return rule.within_km is not None and any(km is not None and km <= rule.within_km for km in ways)
