"""Every plan of the small cases, one by one: what the solver finds is the best that the judge lets pass, goal by goal;
where the judge lets none pass, the solver finds none."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from casebook import Case, Parts, all_cases, parts_of
from districts import tiny_plan

from rotation_planner.audit import audit_plan
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.policy.kinds import Departments
from rotation_planner.solve import solve_plan

MOST_PLANS = 64
# No plan changes the tiers of the schools, so the solver leaves their limit to the judge.
LEFT_TO_THE_JUDGE = {"tier_limit"}


def seats(parts: Parts) -> list[list[dict[str, Any] | None]]:
    """For each person: staying, and every other school, or department, in every stage and subject that the roster
    allows."""
    ids = parts.district.schools["school_id"].tolist()
    departments = departments_of(parts)
    found: list[list[dict[str, Any] | None]] = []
    for person in parts.district.staff.to_dict(orient="records"):
        stage, subject = person["stage"], person["subject"]
        taught = {(stage, subject)}
        if stage and subject:
            taught |= {(stage, each) for each in person["other_subjects"].split(";") if each}
        if stage:
            taught |= {(each, subject) for each in person["other_stages"].split(";") if each}
        own = (person["school_id"], person["department"])
        away = [
            (to, into)
            for to in ids
            for into in departments[to]
            if (to, into) != own and (to != person["school_id"] or into)
        ]
        moves = [
            {"to": to, "into": into, "stage": at, "subject": what} for to, into in away for at, what in sorted(taught)
        ]
        found.append([None, *moves])
    return found


def departments_of(parts: Parts) -> dict[str, list[str]]:
    """The departments of each school, none among them; only that where no rule places anybody in one."""
    rule = next(iter(parts.policy.of(Departments)), None)
    found: dict[str, set[str]] = {each: {""} for each in parts.district.schools["school_id"]}
    if rule is not None:
        staff, schools = parts.district.staff, parts.district.schools
        for school, department in zip(staff["school_id"], staff["department"], strict=True):
            found[school].add(department)
        if rule.listed is not None:
            for school, listed in zip(schools["school_id"], schools[rule.listed], strict=True):
                found[school].update(each.strip() for each in re.split("[;；、]", listed))
    return {school: sorted(names) for school, names in found.items()}


def small_cases() -> Iterator[Any]:
    for param in all_cases():
        kind, case = param.values
        kinds = {rule["kind"] for rule in case["rules"]}
        if "modes" in kinds or kind in LEFT_TO_THE_JUDGE:  # modes follow from where people go; nothing is chosen
            continue
        if math.prod(map(len, seats(parts_of(case)))) <= MOST_PLANS:
            yield param


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "case"), list(small_cases()))
def test_the_solver_finds_the_best_plan_that_passes(kind: str, case: Case) -> None:
    parts = parts_of(case)
    district, policy, _, draw = parts
    best: tuple[float, ...] | None = None
    people = district.staff["staff_id"].tolist()
    for chosen in itertools.product(*seats(parts)):
        plan = tiny_plan(district, {person: seat for person, seat in zip(people, chosen, strict=True) if seat})
        audit = audit_plan(district, policy, plan, draw=draw)
        if audit.passes:
            value = tuple(goal.value for goal in audit.goals)
            best = value if best is None else min(best, value)
    options = SolveOptions(time_limit=20, workers=1, seed=1, draw=draw)
    found = solve_plan(district, policy, stand(district, policy, draw=draw), options).plan
    if best is None or found is None:
        assert (best is None) is (found is None)
        return
    assert [objective.value for objective in found.objectives] == pytest.approx(best, abs=1e-6)
    assert audit_plan(district, policy, found, draw=draw).passes
