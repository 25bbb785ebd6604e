"""The goals counted again from the plan, exactly, one recounter for each term, and compared with what the plan says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from rotation_planner.audit.case import GOAL_NUMBERS, Case, finding, shown
from rotation_planner.audit.moves import Move
from rotation_planner.audit.result import Finding, GoalCount, Verdict
from rotation_planner.policy.kinds import TERMS
from rotation_planner.policy.kinds.goals import (
    Distance,
    Evenness,
    ExtraMoves,
    Level,
    Moves,
    Overstaffing,
    PerPupils,
    PlaceDue,
    PointsLeft,
    Shortage,
    Wishes,
)
from rotation_planner.words import say

Number = int | Fraction


def count_place_due(case: Case, term: PlaceDue) -> Number:
    """People of a set due under one of the duties who stay."""
    due, who = case.duties.any_of("due", term.duties), case.asking.person(term.who)
    return sum(due(person) and who(person) and person not in case.moves for person in case.books.people)


def count_shortage(case: Case, term: Shortage) -> Number:
    """Full-time staff missing below ``required`` afterwards, over all rows of ``demand``."""
    missing = Fraction(0)
    for row in case.books.demand:
        staff = case.full_time_after[row["school_id"], row["stage"], row["subject"]]
        missing += max(Fraction(row["required"] or 0) - staff, Fraction(0))
    return missing


def count_extra_moves(case: Case, term: ExtraMoves) -> Number:
    """Movers who are neither due, nor volunteers, nor sent by a pin."""
    due = case.duties.any_of("due")
    called = (due, case.duties.volunteer, case.duties.sent)
    return sum(not any(each(person) for each in called) for person in case.moves)


def count_moves(case: Case, term: Moves) -> Number:
    """Movers of a set, in the ways named."""
    movers = case.movers(case.asking.person(term.who))
    return sum(not term.ways or move.way in term.ways for move in movers)


def count_overstaffing(case: Case, term: Overstaffing) -> Number:
    """Staff above the headcount limit afterwards, over the schools in scope."""
    _, after = case.count_by_school(lambda person: True)
    above = Fraction(0)
    for school, limit in enumerate(case.books.of_school("headcount_limit")):
        if case.school_in_scope[school] and limit is not None:
            above += max(after[school] - Fraction(limit), Fraction(0))
    return above


def count_evenness(case: Case, term: Evenness) -> Number:
    """How many people the schools in scope lie away from the district's share of today."""
    over, of = case.asking.person(term.over), case.asking.person(term.of)
    today_all, after_all = case.count_by_school(over)
    today_of, after_of = case.count_by_school(lambda person: over(person) and of(person))
    schools = [school for school in case.books.schools if case.school_in_scope[school]]
    whole = sum(today_all[school] for school in schools)
    part = sum(today_of[school] for school in schools)
    thousandths = _half_up(Fraction(1000 * part, whole)) if whole else 0
    share = Fraction(thousandths, 1000)
    return sum((abs(after_of[school] - share * after_all[school]) for school in schools), Fraction(0))


def count_wishes(case: Case, term: Wishes) -> Number:
    """Points for what movers of a set with applications did not get."""
    movers = case.movers(case.asking.person(term.who))
    return sum(_unmet(case, term, move) for move in movers if move.person in case.books.applications)


def _unmet(case: Case, term: Wishes, move: Move) -> int:
    """The points of one mover: of the best wish that names the school entered or, without a school, its zone."""
    rank = case.wished(move.person).get(move.entered)
    return term.other if rank is None else term.ranks[min(max(rank, 1), len(term.ranks)) - 1]


def count_distance(case: Case, term: Distance) -> Number:
    """Kilometres from the school left, or from home, to the school entered, each move rounded half up."""
    total = 0
    for move in case.movers(case.asking.person(term.who)):
        if term.of == "home":
            km = case.asking.routing.home_kilometres(move.person, move.entered)
        else:
            km = case.asking.kilometres(move.left, move.entered)
        total += term.unknown if km is None else _half_up(Fraction(km))
    return total


def _half_up(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


def count_points_left(case: Case, term: PointsLeft) -> Number:
    """Whole points of those of a set who stay; negative ones are none."""
    who, points = case.asking.person(term.who), case.asking.score(term.score)
    staying = (person for person in case.books.people if person not in case.moves and who(person))
    return sum(max(_half_up(points(person)), 0) for person in staying)


def count_per_pupils(case: Case, term: PerPupils) -> Number:
    """People of a set missing afterwards below so many per hundred pupils, school by school."""
    among = case.asking.school(term.where)
    _, after = case.count_by_school(case.asking.person(term.of))
    missing = 0
    for school, students in enumerate(case.books.of_school("students")):
        if students is not None and case.school_in_scope[school] and among(school):
            missing += max(math.ceil(term.per_hundred * Fraction(students) / 100) - after[school], 0)
    return missing


Recount = Callable[[Case, Any], Number]  # of its own kind of term
COUNTS: dict[str, Recount] = {
    "place_due": count_place_due,
    "shortage": count_shortage,
    "extra_moves": count_extra_moves,
    "moves": count_moves,
    "overstaffing": count_overstaffing,
    "evenness": count_evenness,
    "wishes": count_wishes,
    "distance": count_distance,
    "points_left": count_points_left,
    "per_pupils": count_per_pupils,
}
if set(COUNTS) != set(TERMS):
    raise TypeError("every goal term has one recounter")


def count_goals(case: Case, findings: Iterable[Finding]) -> tuple[GoalCount, ...]:
    """Every level of the policy counted again; ``findings`` tell the violations of the should rules with a rank."""
    violation: Counter[str] = Counter()
    for each in findings:
        violation[each.rule] += each.amount
    claimed = {objective.id: objective.value for objective in case.plan.objectives}
    return tuple(
        _count_level(case, number, level, violation, claimed.get(level.id))
        for number, level in enumerate(case.policy.goals, start=1)
    )


def _count_level(case: Case, number: int, level: Level, violation: Counter[str], claimed: float | None) -> GoalCount:
    terms: dict[str, float] = {}
    points: dict[str, float] = {}
    value = Fraction(0)
    parts: list[tuple[str, Fraction, Fraction]] = [
        (term.kind, term.weight, Fraction(COUNTS[term.kind](case, term))) for term in level.terms
    ]
    parts += [
        (rule.id, Fraction(rule.weight), Fraction(violation[rule.id]))
        for rule in case.policy.active
        if rule.force == "should" and rule.rank == number
    ]
    for name, weight, units in parts:
        key, again = name, 2
        while key in terms:
            key, again = f"{name}-{again}", again + 1
        terms[key], points[key] = float(units), float(weight * units)
        value += weight * units
    return GoalCount(level.id, float(value), terms, claimed, points)


def judge_goals(case: Case, goals: tuple[GoalCount, ...]) -> Iterator[Finding]:
    """The plan's own numbers are those of the recount, and speak of the policy's goals only."""
    if not case.plan.objectives:
        yield finding(GOAL_NUMBERS, Verdict.NOT_APPLICABLE, say("audit.goals_not_told"))
        return
    for goal in goals:
        if goal.claimed is None:
            yield finding(GOAL_NUMBERS, Verdict.NOT_APPLICABLE, say("audit.goal_not_told", goal=goal.id), scope=goal.id)
            continue
        claimed, value = shown(goal.claimed), shown(goal.value)
        if goal.agrees:
            sentence, verdict = say("audit.goal_agrees", goal=goal.id, value=value), Verdict.PASS
        else:
            sentence, verdict = say("audit.goal_differs", goal=goal.id, claimed=claimed, value=value), Verdict.BREACH
        yield finding(GOAL_NUMBERS, verdict, sentence, scope=goal.id, required=value, found=claimed)
    for objective in case.plan.objectives:
        if objective.id not in {goal.id for goal in goals}:
            sentence = say("audit.goal_unknown", goal=objective.id)
            yield finding(GOAL_NUMBERS, Verdict.BREACH, sentence, scope=objective.id)
