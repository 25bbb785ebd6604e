"""Planning again: the levels before the goals against every assignment of tiny districts, appeals likewise."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from worlds import Assignment, World

from rotation_planner.answers.appeals import Appeal, Desk, granting
from rotation_planner.answers.keeping import ELSEWHERE, STAYS, Fates, keeping_to
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.model.model import Model
from rotation_planner.plan.plan import Status
from rotation_planner.solve import solve_plan
from rotation_planner.solve.levels import Limits
from rotation_planner.solve.narrowing import Narrowing
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.solving import objectives_of

PATIENT = settings(
    max_examples=15, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.shrink]
)


def fates_of(world: World, told: Assignment) -> Fates:
    """The fates of an assignment, open or shut."""
    people = len(world.district.staff)
    destination = np.full(people, STAYS, dtype=np.int64)
    stage, subject = (np.full(people, "", dtype=object) for _ in range(2))
    moves = world.moves(told)
    destination[moves.person] = np.where(moves.destination >= 0, moves.destination, ELSEWHERE)
    stage[moves.person], subject[moves.person] = moves.stage, moves.subject
    return Fates(destination, stage, subject)


def drawn_former(world: World, data: st.DataObject) -> Assignment:
    """A plan told before: mostly one that the rules allow, sometimes any."""
    feasible = sorted(world.feasible, key=repr)
    if feasible and data.draw(st.integers(0, 3)):
        return data.draw(st.sampled_from(feasible))
    return data.draw(st.sampled_from(list(world.assignments())))


def changed(world: World, told: Assignment, now: Assignment) -> set[int]:
    return {person for person, (a, b) in enumerate(zip(told, now, strict=True)) if a != b}


@pytest.mark.slow
@settings(PATIENT, max_examples=25)
@given(worlds(goals=True), st.data())
def test_fewest_changes_are_the_same_over_many_arcs(world: World, data: st.DataObject) -> None:
    """As in a district so large that columns are looked at by and by."""
    told = drawn_former(world, data)
    if not world.feasible:
        return
    model = Model(world.district, world.policy, world.standing, before=(keeping_to(fates_of(world, told)),))
    search = Narrowing(model, Teller(None, len(model.costs), 60.0), Limits(), None)
    search.active[model.go] = False
    reached = search.run()
    best = min((len(changed(world, told, each)), *world.values(each)) for each in world.feasible)
    goals = objectives_of(model, reached)
    assert tuple(each.value for each in goals) == pytest.approx(best)
    assert all(each.proven for each in goals)


@pytest.mark.slow
@PATIENT
@given(worlds(goals=True), st.data())
def test_fewest_changes_are_those_of_every_assignment(world: World, data: st.DataObject) -> None:
    told = drawn_former(world, data)
    found = solve_plan(
        world.district, world.policy, world.standing, SolveOptions(time_limit=60.0),
        before=(keeping_to(fates_of(world, told)),),
    )  # fmt: skip
    if not world.feasible:
        assert found.status is Status.INFEASIBLE
        return
    best = min((len(changed(world, told, each)), *world.values(each)) for each in world.feasible)
    assert found.plan is not None
    assert found.status is Status.OPTIMAL
    assert tuple(each.value for each in found.plan.objectives) == pytest.approx(best)


def drawn_appeals(world: World, data: st.DataObject) -> tuple[Appeal, ...]:
    people, schools = len(world.district.staff), len(world.district.schools)
    appeals: dict[tuple[int, str, int], Appeal] = {}
    for _ in range(data.draw(st.integers(1, 3))):
        person, asks = data.draw(st.integers(0, people - 1)), data.draw(st.sampled_from(["stay", "to", "not_to"]))
        school = -1 if asks == "stay" else data.draw(st.integers(0, schools - 1))
        if school == world.case.books.at[person]:
            continue
        weight = Fraction(data.draw(st.sampled_from([1000, 2000, 1500])), 1000)
        appeals[person, asks, school] = Appeal(person, asks, school, weight)
    return tuple(appeals.values())


def heard(
    world: World, told: Assignment, appeals: tuple[Appeal, ...], now: Assignment
) -> tuple[float, int, tuple[float, ...]]:
    """What the levels of the desk and the goals come to, counted by hand."""
    school = [None if seat is None else seat.school for seat in now]
    missed = sum(float(each.weight) for each in appeals if not each.granted(school[each.person]))
    granted = {each.person for each in appeals if each.granted(school[each.person])}
    return missed, len(changed(world, told, now) - granted), world.values(now)


@pytest.mark.slow
@PATIENT
@given(worlds(goals=True), st.data())
def test_appeals_granted_together_are_the_weightiest_of_every_assignment(world: World, data: st.DataObject) -> None:
    told, appeals = drawn_former(world, data), drawn_appeals(world, data)
    if not appeals or not world.feasible:
        return
    fates = fates_of(world, told)
    found = solve_plan(
        world.district, world.policy, world.standing, SolveOptions(time_limit=60.0), before=granting(fates, appeals)
    )
    missed, others, goals = min(heard(world, told, appeals, each) for each in world.feasible)
    assert found.plan is not None
    assert found.status is Status.OPTIMAL
    assert [each.value for each in found.plan.objectives] == pytest.approx([missed, others, *goals])

    # Each alone: granted by all means, then fewest others, then the goals.
    desk = Desk(world.district, world.policy, world.standing, fates)
    for price in desk.prices(appeals, SolveOptions(workers=1), seconds=60.0):
        missed, others, goals = min(heard(world, told, (price.appeal,), each) for each in world.feasible)
        assert price.possible is (missed == 0)
        if price.possible:
            assert price.proven
            assert len(price.others) == others
            assert [each.value for each in price.goals] == pytest.approx(goals)
