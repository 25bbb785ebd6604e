"""No improvement left undone: on tiny districts the search says what looking at every neighbouring plan says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from districts import tiny_plan
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from worlds import Assignment, World

from rotation_planner.answers import improving
from rotation_planner.answers.improving import left_undone
from rotation_planner.audit.result import LeftUndone
from rotation_planner.plan.plan import Plan

PATIENT = settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.shrink])


def plan_of(world: World, assignment: Assignment) -> Plan:
    """The rows of an assignment as a plan's file tells them."""
    ids = world.district.schools["school_id"].tolist()
    rows = {
        world.district.staff["staff_id"].iat[person]: {
            "to": ids[move.entered], "into": move.department or "", "stage": move.stage or "",
            "subject": move.subject or "", "mode": move.mode, "until": move.until_text,
        }
        for person, move in world.judged(assignment).moves.items()
    }  # fmt: skip
    return tiny_plan(world.district, rows)


def schools(world: World, assignment: Assignment) -> Counter[int]:
    """How many people stand, or go, at each school."""
    at = world.case.books.at
    return Counter(at[person] if seat is None else seat.school for person, seat in enumerate(assignment))


def near(world: World, one: Assignment, other: Assignment) -> bool:
    """Whether a single change, or an exchange among two or three, leads from one to the other."""
    changed = sum(a != b for a, b in zip(one, other, strict=True))
    return changed == 1 or (changed in (2, 3) and schools(world, one) == schools(world, other))


def better(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    for a, b in zip(one, other, strict=True):
        if a != pytest.approx(b, abs=1e-6):
            return a < b
    return False


def ask(world: World, assignment: Assignment) -> LeftUndone:
    return left_undone(world.district, world.policy, plan_of(world, assignment), world.standing)


def check_neighbours(world: World, plans: int) -> None:
    """Some plans of a world: free of improvements exactly where no neighbour that the judge passes is better."""
    passing = sorted(world.feasible, key=str)
    if not passing:
        return
    values = {each: world.values(each) for each in passing}
    best = min(passing, key=values.__getitem__)
    rng = np.random.default_rng(len(passing))
    chosen: list[Any] = [best, *(passing[number] for number in rng.integers(0, len(passing), plans))]
    for one in chosen:
        right = any(better(values[other], values[one]) for other in passing if near(world, one, other))
        told = ask(world, one)
        assert told.verdict == ("some" if right else "none"), (one, told)


@pytest.mark.few
@settings(PATIENT, max_examples=15)
@given(worlds(goals=True))
def test_the_search_says_what_every_neighbour_says(world: World) -> None:
    check_neighbours(world, 3)


@pytest.mark.slow
@settings(PATIENT, max_examples=40)
@given(worlds(goals=True))
def test_the_search_says_what_every_neighbour_says_of_many(world: World) -> None:
    check_neighbours(world, 6)


@settings(PATIENT, max_examples=6)
@given(worlds(goals=True))
def test_a_large_district_is_searched_part_by_part(world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(improving, "FEW_ARCS", -1)
        check_neighbours(world, 4)
