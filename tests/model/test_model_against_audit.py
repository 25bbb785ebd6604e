"""Generated districts under the whole pack, changed here and there: the judge passes what is solved, number by number,
and reads everybody's standing as eligibility does."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from rotation_planner.audit import audit_plan
from rotation_planner.audit.books import Books
from rotation_planner.audit.duties import Duties
from rotation_planner.data.district import District, frame_of
from rotation_planner.data.generator import AS_OF, generate
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.plan.plan import Status
from rotation_planner.policy.kinds import Defer
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import read_policy
from rotation_planner.solve import solve_plan

# What a bureau may change from one year to the next.
CHANGES: list[dict[str, Any]] = [
    {},
    {"no-reverse-flow": {"reading": "to_high"}, "quota-backbone": {"at_least": "30%", "round": "down"}},
    {"no-reverse-flow": {"reading": "per_school"}, "phase-large": {"enabled": False}},
    {"kin": {"enabled": False}, "longest-first": {"enabled": False}, "qualified": {"other_stages": False}},
    {"continuity-subject": {"at_most": "25%"}, "posts": {"middle_chief": "filled"}, "rural-titles": {"margin": 3}},
    {"headcount": {"force": "should", "rank": 2, "weight": 5}, "longest-first": {"force": "should", "rank": 3}},
    {"quota-quality": {"at_least": "60%", "force": "should", "rank": 1}, "over-age": {"enabled": False}},
    {"title-posts": {"force": "should", "rank": 3, "weight": 2}, "subject-staffing": {"force": "should", "rank": 2}},
]


@cache
def district(seed: int, schools: int = 20) -> District:
    frames = generate(schools, seed, staff=30 * schools)
    tables = {}
    for key, frame in frames.items():
        rows = frame.astype(object).to_dict(orient="records")
        blank = ("<NA>", "nan", "NaT", "None")
        tables[key] = frame_of(key, [{k: "" if str(v) in blank else v for k, v in row.items()} for row in rows])
    return District.of(AS_OF, **tables)


def policy(change: dict[str, Any]) -> Policy:
    return read_policy("dalian", adjust=change)


def check_solved(seed: int, change: dict[str, Any], draw: int | None = None) -> None:
    given, rules = district(seed), policy(change)
    standing = stand(given, rules, draw=draw)
    solution = solve_plan(given, rules, standing, SolveOptions(time_limit=20, gap=0.02, workers=1, draw=draw))
    assert solution.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert solution.plan is not None
    audit = audit_plan(given, rules, solution.plan, draw=draw)
    assert not audit.breaches, audit.breaches[:3]
    assert all(goal.claimed is not None and goal.agrees for goal in audit.goals), audit.goals
    assert all(each.bound <= each.value for each in solution.plan.objectives)


@pytest.mark.parametrize(("seed", "change"), [(1, CHANGES[0]), (2, CHANGES[5])], ids=["as it is", "wishes"])
def test_the_judge_passes_what_is_solved(seed: int, change: dict[str, Any]) -> None:
    check_solved(seed, change)


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("seed", [3])
def test_the_judge_passes_what_is_solved_of_many(seed: int, change: dict[str, Any]) -> None:
    check_solved(seed, change, draw=2027)


@pytest.mark.parametrize("draw", [None, 5])
@pytest.mark.parametrize("change", [CHANGES[0], CHANGES[2]], ids=["as it is", "changed"])
def test_both_read_everybody_alike(change: dict[str, Any], draw: int | None) -> None:
    given, rules = district(4, 12), policy(change)
    judge, standing = Duties(Books(given), rules, draw), stand(given, rules, draw=draw)
    people = judge.books.people

    def told(ask: Any) -> np.ndarray:
        return np.array([bool(ask(person)) for person in people])

    for form in ("meets", "eligible", "due"):
        for duty, mask in getattr(standing, form).items():
            assert np.array_equal(told(judge.ask(form, duty)), mask), (form, duty)
    for name, population in rules.populations.items():
        assert np.array_equal(told(judge.asking.person(population.who)), standing.selecting.people(population.who)), (
            name
        )
    for rule in rules.of(Defer):
        meets = judge.any_of("meets", rule.duties)
        when = judge.asking.person(rule.when)
        assert np.array_equal(told(lambda p, m=meets, w=when: m(p) and w(p)), standing.deferred[rule.id]), rule.id
    assert np.array_equal(told(judge.in_scope), standing.in_scope)
    assert np.array_equal(told(judge.volunteer), standing.any_volunteer)
    assert np.array_equal(told(judge.sent), standing.forced)
    assert np.array_equal(told(judge.may_move()), standing.candidate)
