"""Why not there: on tiny districts the answer says what forcing it says, plan by plan."""

from __future__ import annotations

import itertools
import math

import pytest
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from test_answers_improving import plan_of
from worlds import Assignment, World

from rotation_planner.answers.asking import Ask
from rotation_planner.answers.explaining import Explainer
from rotation_planner.answers.explanation import WhyNot
from rotation_planner.answers.settling import settle
from rotation_planner.answers.sifting import Sifting

PATIENT = settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.shrink])


def at(assignment: Assignment, person: int, school: int) -> bool:
    seat = assignment[person]
    return seat is not None and seat.school == school


def check(told: WhyNot, now: tuple[float, ...], there: list[tuple[float, ...]], *, exact: bool) -> None:
    """``there``: the goals of the plans that do what was asked; of all such, or only of those that change nobody
    else."""
    kind = told.answer
    if kind in ("no_candidate", "shut", "impossible", "breaks"):
        assert not there, told
        return
    assert kind in ("worse", "equal", "better"), told
    assert there, told
    best = min(there)
    expected = "equal" if best == pytest.approx(now, abs=1e-6) else "worse" if best > now else "better"
    assert kind == expected, (told, now, best)
    differ = [
        each for pair in zip(now, best, strict=True) if pair[0] != pytest.approx(pair[1], abs=1e-6) for each in pair
    ]
    assert [each for goal in told.goals for each in (goal.now, goal.then)] == pytest.approx(differ), told
    assert told.exact is exact


def check_bounds(
    told: WhyNot | None, alone: WhyNot, now: tuple[float, ...], there: list[tuple[float, ...]], world: World
) -> None:
    """What bounds prove holds of every plan with the person there; else the answer is as before."""
    assert told is not None
    if not told.exact or told == alone:
        assert told == alone
    elif told.answer == "impossible":
        assert not there
    else:
        assert told.least
        level = [each.id for each in world.policy.goals].index(told.goals[0].id)
        for each in there:
            if all(a <= b + 1e-6 for a, b in zip(each[:level], now[:level], strict=True)):
                assert each[level] >= told.goals[0].then - 1e-6 > now[level], (told, each)


def check_world(world: World) -> None:
    passing = sorted(world.feasible, key=str)
    if not passing:
        return
    values = {each: world.values(each) for each in passing}
    staff, schools = world.district.staff["staff_id"], world.district.schools["school_id"]
    for plan in (min(passing, key=values.__getitem__), passing[len(passing) // 2]):
        explainer = Explainer(world.district, world.policy, world.standing, plan_of(world, plan))
        for person, school, solve in itertools.product(world.candidates[:2], range(len(schools)), (True, False)):
            near = [each for each in passing if solve or alone(each, plan, person)]
            told = explainer.person(staff.iat[person], to=schools.iat[school], solve=solve)
            seat = plan[person]
            if told.staying is not None:
                check(told.staying, values[plan], [values[each] for each in near if each[person] is None], exact=solve)
            assert told.to is not None
            if not solve:
                all_there = [values[each] for each in passing if at(each, person, school)]
                by_bounds = explainer.person(staff.iat[person], to=schools.iat[school], solve=False, until=math.inf).to
                check_bounds(by_bounds, told.to, values[plan], all_there, world)
            if seat is not None and seat.school == school:
                assert told.to.answer == "goes"
            elif told.to.answer != "present":
                there = [values[each] for each in near if at(each, person, school)]
                check(told.to, values[plan], there, exact=solve)


def alone(one: Assignment, other: Assignment, person: int) -> bool:
    return all(a == b for number, (a, b) in enumerate(zip(one, other, strict=True)) if number != person)


@settings(PATIENT, max_examples=5)
@given(worlds(goals=True))
def test_why_not_there_says_what_forcing_it_says(world: World) -> None:
    check_world(world)


@pytest.mark.slow
@settings(PATIENT, max_examples=15)
@given(worlds(goals=True))
def test_why_not_there_says_what_forcing_it_says_of_many(world: World) -> None:
    check_world(world)


def check_settled(world: World) -> None:
    """What is settled for everybody together holds of every plan that does what was asked."""
    passing = sorted(world.feasible, key=str)
    if not passing:
        return
    values = {each: world.values(each) for each in passing}
    ids = [each.id for each in world.policy.goals]
    schools = len(world.district.schools)
    for plan in (min(passing, key=values.__getitem__), passing[len(passing) // 2]):
        now = values[plan]
        asks = [Ask(int(who), to) for who in world.candidates for to in (None, *((each,) for each in range(schools)))]
        people = {ask.person for ask in asks}
        moves = plan_of(world, plan).transfers
        sifting = Sifting(world.district, world.policy, world.standing, moves, people)
        told = settle(sifting, asks, seconds=60)
        assert set(told) == set(asks)
        for ask, found in told.items():
            there = [values[each] for each in passing if meets(each, ask)]
            if found.kind == "impossible":
                assert not there, ask
                continue
            assert there, (ask, found)
            kept = [each for each in there if all(a <= b + 1e-6 for a, b in zip(each, now, strict=True))]
            if found.kind in ("equal", "better"):
                assert kept, (ask, found)
                continue
            assert not kept, (ask, found)
            level = found.level
            earlier = [
                each[level]
                for each in there
                if all(a <= b + 1e-6 for a, b in zip(each[:level], now[:level], strict=True))
            ]
            assert min(earlier) >= found.then - 1e-6 > now[level], (ask, found, ids[level])
            if found.exact:
                assert min(earlier) == pytest.approx(found.then, abs=1e-6)
            if found.found is not None:
                assert min(earlier) <= found.found + 1e-6


def meets(assignment: Assignment, ask: Ask) -> bool:
    seat = assignment[ask.person]
    return seat is None if ask.schools is None else seat is not None and seat.school in ask.schools


@settings(PATIENT, max_examples=8)
@given(worlds(goals=True))
def test_what_is_settled_of_many_wishes_at_once_holds_of_every_plan(world: World) -> None:
    check_settled(world)


@pytest.mark.slow
@settings(PATIENT, max_examples=40)
@given(worlds(goals=True))
def test_what_is_settled_of_many_wishes_at_once_holds_in_many_worlds(world: World) -> None:
    check_settled(world)
