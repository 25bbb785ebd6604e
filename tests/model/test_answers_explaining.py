"""Why not there: on tiny districts the answer says what forcing it says, plan by plan."""

from __future__ import annotations

import itertools

import pytest
from many_worlds import in_worlds
from test_answers_improving import plan_of
from worlds import Assignment, World

from rotation_planner.answers.asking import Ask
from rotation_planner.answers.explaining import Explainer
from rotation_planner.answers.explanation import WhyNot
from rotation_planner.answers.held import Held
from rotation_planner.answers.parts import Parts
from rotation_planner.answers.settling import _Run, settle
from rotation_planner.answers.sifting import Sifting
from rotation_planner.solve.engines import clock


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
            if seat is not None and seat.school == school:
                assert told.to.answer == "goes"
            elif told.to.answer != "present":
                there = [values[each] for each in near if at(each, person, school)]
                check(told.to, values[plan], there, exact=solve)


def alone(one: Assignment, other: Assignment, person: int) -> bool:
    return all(a == b for number, (a, b) in enumerate(zip(one, other, strict=True)) if number != person)


test_why_not_there, test_why_not_there_of_many = in_worlds(check_world, few=5, many=15)


ALIKE = ["stage", "subject", "position"]


def check_parts(world: World) -> None:
    """What is proven within a part holds of every plan in which only people of that stage and subject do otherwise, and
    a plan that is found there is one of all."""
    passing = sorted(world.feasible, key=str)
    if not passing:
        return
    values = {each: world.values(each) for each in passing}
    staff, schools = world.district.staff, len(world.district.schools)
    plan = passing[len(passing) // 2]
    now = values[plan]
    asks = [Ask(int(who), to) for who in world.candidates for to in (None, *((each,) for each in range(schools)))]
    sifting = Sifting(
        world.district, world.policy, world.standing, plan_of(world, plan).transfers, {ask.person for ask in asks}
    )
    parts = Parts(sifting)
    for those in parts.of(asks):
        part = parts.part(those)
        alike = staff[["stage", "subject", "position"]] == staff.iloc[those[0].person][["stage", "subject", "position"]]
        own = set(alike.all(axis=1).to_numpy().nonzero()[0].tolist())
        near = [
            each
            for each in passing
            if all(a == b for n, (a, b) in enumerate(zip(each, plan, strict=True)) if n not in own)
        ]
        told = _Run(part, Held(part, part.values, clock() + 60)).settle(those, at_once=True)
        for ask, found in told.items():
            there = [values[each] for each in near if meets(each, ask)]
            kept = [each for each in there if all(a <= b + 1e-6 for a, b in zip(each, now, strict=True))]
            match found.kind:
                case "impossible":
                    assert not there, ask
                case "equal" | "better":
                    assert kept, (ask, found)
                case "worse":
                    earlier = [
                        each[found.level]
                        for each in there
                        if all(a <= b + 1e-6 for a, b in zip(each[: found.level], now[: found.level], strict=True))
                    ]
                    assert not earlier or min(earlier) >= found.then - 1e-6 > now[found.level], (ask, found)
        assert set(told) == set(those)


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


(
    test_what_is_settled_of_many_wishes_at_once_holds_of_every_plan,
    test_what_is_settled_of_many_wishes_at_once_holds_in_many_worlds,
) = in_worlds(check_settled, few=8, many=40)


(
    test_what_is_settled_in_a_part_holds_while_the_others_keep_to_the_plan,
    test_what_is_settled_in_a_part_holds_in_many_worlds,
) = in_worlds(check_parts, few=6, many=40)
