"""Among equally good plans the draw number decides: one plan, whatever the seed, the workers and the order of rows."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from districts import tiny_district, tiny_policy
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from worlds import World

from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.model.model import Model
from rotation_planner.plan.plan import Plan, Status
from rotation_planner.policy.policy import Policy
from rotation_planner.solve import Solution, solve_plan
from rotation_planner.solve.drawing import by_lot, lots_of
from rotation_planner.solve.engines import constraint_program

ALL = {"everyone": True}
NINE = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
LEVELS = [
    {"id": "due", "terms": [{"kind": "place_due", "weight": 1}]},
    {"id": "near", "terms": [{"kind": "distance", "weight": 1}]},
]
PATIENT = settings(
    max_examples=30, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.shrink]
)


def ties() -> tuple[District, Policy]:
    """Three people of two schools must go, two of them alike, each to any of five schools, all as near."""
    places = {each: {"headcount_limit": 2, "latitude": 39.0, "longitude": 121.5} for each in "ABCDEF"}
    staff = {"t1": {"at": "A", "years": 9}, "t2": {"at": "A", "years": 9}, "t3": {"at": "B", "years": 9}}
    return tiny_district(places, staff), tiny_policy(NINE, {"id": "room", "kind": "headcount"}, goals=LEVELS)


def turned(district: District, seed: int) -> District:
    """The same data, the rows of every table in another order."""
    rng = np.random.default_rng(seed)
    frames = {
        name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True) for name, frame in district.frames.items()
    }
    return District(district.as_of, **frames)


def solved(district: District, policy: Policy, draw: int | None, seed: int = 1, workers: int = 1) -> Solution:
    options = SolveOptions(time_limit=60, seed=seed, workers=workers, draw=draw)
    return solve_plan(district, policy, stand(district, policy, draw=draw), options, lots=True)


def made(district: District, policy: Policy, draw: int | None, seed: int = 1, workers: int = 1) -> Plan:
    plan = solved(district, policy, draw, seed, workers).plan
    assert plan is not None
    return plan


def told(plan: Plan) -> list[tuple[str, ...]]:
    """All that is decided and said of the movers, and of those who stay."""
    moves = plan.transfers.itertuples(index=False, name=None)
    return [*sorted(moves), *sorted(plan.deferred.itertuples(index=False, name=None))]


def test_one_draw_number_one_plan() -> None:
    district, policy = ties()
    first = made(district, policy, 5)
    assert first.status is Status.OPTIMAL
    assert first.more["draw"] == {"number": 5, "decided": True}
    for seed, workers, order in ((2, 1, 1), (3, 2, 2), (4, 0, 3)):
        again = made(turned(district, order), policy, 5, seed, workers)
        assert again.more["draw"]["decided"]
        assert told(again) == told(first)


def test_other_draw_numbers_take_other_plans_as_good() -> None:
    district, policy = ties()
    plans = [made(district, policy, draw) for draw in range(1, 9)]
    assert len({tuple(told(plan)) for plan in plans}) > 2
    assert {tuple(goal.value for goal in plan.objectives) for plan in plans} == {(0.0, 0.0)}


def test_without_a_draw_number_nothing_is_claimed() -> None:
    district, policy = ties()
    assert "draw" not in made(district, policy, None).more


def test_the_lots_of_the_plan_taken_add_up_to_least() -> None:
    district, policy = ties()
    model = Model(district, policy, stand(district, policy, draw=7))
    arrays, costs = model.arrays, model.costs_padded()
    # Every plan: the columns are those of who leaves and who goes where alone.
    ranges = [range(int(low), int(high) + 1) for low, high in zip(arrays.lower, arrays.upper, strict=True)]
    assert len(ranges) == len(model.leave) + len(model.go)
    plans = [np.array(each, float) for each in itertools.product(*ranges) if sum(each) == 6]  # all three leave
    allowed = [each for each in plans if arrays.violation(each) == 0]
    goals = [tuple(cost.value(each) for cost in costs) for each in allowed]
    best = [each for each, reached in zip(allowed, goals, strict=True) if reached == min(goals)]
    assert len(best) > 10
    lots = lots_of(model, 7, np.ones(len(ranges), bool))
    sums = sorted(float(lots @ each) for each in best)
    for start in (best[0], best[-1]):
        drawn = by_lot(model, start, 7, seconds=60)
        assert drawn.decided
        assert float(lots @ drawn.values) == sums[0] < sums[1]


def test_lots_that_do_not_decide_are_not_said_to() -> None:
    """Without any time nothing is proven, and the plan stays as it was."""
    district, policy = ties()
    model = Model(district, policy, stand(district, policy, draw=7))
    nothing = np.zeros(model.program.columns, dtype=np.int64)
    start = constraint_program(model.arrays, nothing, seconds=60).values
    assert start is not None
    drawn = by_lot(model, start, 7, seconds=0)
    assert not drawn.decided
    assert np.array_equal(drawn.values, start)


@pytest.mark.slow
@PATIENT
@given(worlds())
def test_every_kind_of_rule(world: World) -> None:
    first = solved(world.district, world.policy, 5).plan
    again = solved(turned(world.district, 1), world.policy, 5, seed=9).plan
    assert (first is None) == (again is None)
    if first is not None and again is not None and first.status is again.status is Status.OPTIMAL:
        assert first.more["draw"]["decided"]
        assert again.more["draw"]["decided"]
        assert told(first) == told(again)
