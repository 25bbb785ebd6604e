"""The best plan by looking at every assignment: the judge's numbers, the plain and the gathered model agree on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from districts import tiny_district, tiny_policy
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from reached import in_points
from worlds import World, fixed

from rotation_planner.audit import audit_plan
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.model.model import Model
from rotation_planner.model.unpack import pack, unpack
from rotation_planner.plan.plan import Status
from rotation_planner.solve import solve_plan
from rotation_planner.solve.engines import Outcome, constraint_program
from rotation_planner.solve.levels import Levels, Limits
from rotation_planner.solve.progress import Teller

ALL = {"everyone": True}
BACKBONE = {"field": "backbone", "blank": False}
WOMEN = {"field": "sex", "is": "F"}
OPTIONS = SolveOptions(time_limit=60, workers=1)
PATIENT = settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])


def check_best(world: World) -> None:
    """Both models end at the best of all assignments, with every level proven and no bound above it."""
    best = world.best()
    for plain in (True, False):
        solution = solve_plan(world.district, world.policy, world.standing, OPTIONS, plain=plain)
        if best is None:
            assert solution.status is Status.INFEASIBLE
            continue
        assert solution.plan is not None
        assert [each.value for each in solution.plan.objectives] == pytest.approx(best, abs=1e-6)
        assert [each.bound for each in solution.plan.objectives] == pytest.approx(best, abs=1e-6)
        assert solution.status is Status.OPTIMAL
        assert audit_plan(world.district, world.policy, solution.plan, draw=world.draw).passes


def check_bounds(world: World) -> None:
    """The bounds as they stand inside, before they are cut to the value, are never above the best."""
    best = world.best()
    model = world.model()
    reached = Levels(model, Teller(None, len(model.costs), 60.0), Limits(workers=1), None).run()
    assert reached.infeasible is (best is None)
    if best is not None:
        bounds = in_points(model.costs, reached.bound)
        assert all(bound <= value + 1e-6 for bound, value in zip(bounds, best, strict=True)), (bounds, best)


def check_values(world: World, every: int) -> None:
    """What an assignment costs in the model is what the judge counts, level by level; every so many-th is asked."""
    for plain in (True, False):
        model = world.model(plain=plain)
        for assignment in sorted(world.feasible, key=str)[::every]:
            packed = pack(model, world.moves(assignment))
            assert packed is not None
            # alike people stand for each other: judged is the plan in which the first of them go
            meant = world.assignment(unpack(model, packed))
            assert told(model, packed) == pytest.approx(world.values(meant), abs=1e-6), assignment


def told(model: Model, packed: np.ndarray) -> tuple[float, ...]:
    """The level values of the best completion of given columns."""
    program = fixed(model, packed)
    values = []
    for cost in model.costs_padded():
        answer = constraint_program(program, cost.coefficients, seconds=60)
        assert answer.outcome is Outcome.OPTIMAL
        assert answer.values is not None
        values.append(cost.value(np.round(answer.values)) / cost.scale)
    return tuple(values)


@pytest.mark.few
@settings(PATIENT, max_examples=25)
@given(worlds(goals=True))
def test_best_of_all(world: World) -> None:
    check_best(world)
    check_bounds(world)


@pytest.mark.few
@settings(PATIENT, max_examples=25)
@given(worlds(goals=True))
def test_every_value(world: World) -> None:
    check_values(world, 17)


@pytest.mark.slow
@settings(PATIENT, max_examples=60)
@given(worlds(goals=True))
def test_best_of_all_of_many(world: World) -> None:
    check_best(world)
    check_bounds(world)


@pytest.mark.slow
@settings(PATIENT, max_examples=60)
@given(worlds(goals=True))
def test_every_value_of_many(world: World) -> None:
    check_values(world, 11)


# ---- one goal at a time, on a district in which every goal has something to say --------------------------------------

SCHOOLS = {
    "A": {"tier": "quality", "zone": "东", "headcount_limit": 2},
    "B": {"zone": "西", "headcount_limit": 2},
    "C": {"tier": "weak", "zone": "西", "location": "rural", "headcount_limit": 2},
}
STAFF = {
    "a": {"at": "A", "years": 10, "backbone": "city", "home_latitude": 39.0, "home_longitude": 121.6},
    "b": {"at": "A", "years": 9, "backbone": "city"},
    "c": {"at": "A", "years": 9, "other_subjects": "数学", "sex": "M"},
    "d": {"at": "B", "years": 9, "subject": "数学"},
    "e": {"at": "C", "years": 9, "full_time": False},
}
TABLES = {
    "demand": [
        {"school_id": school, "stage": "primary", "subject": subject, "required": required}
        for school in "ABC"
        for subject, required in (("语文", 1), ("数学", 1))
    ],
    "applications": [
        {"staff_id": "a", "rank": 1, "school_id": "B"},
        {"staff_id": "a", "rank": 2, "zone": "西"},
        {"staff_id": "d", "rank": 1, "zone": "东"},
    ],
    "distances": [
        {"from_school": "A", "to_school": "B", "km": 4.5},
        {"from_school": "A", "to_school": "C", "km": 12},
    ],
    "pins": [{"staff_id": "e", "verdict": "move"}],
}
RULES: list[dict[str, Any]] = [
    {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}},
    {"id": "parts", "kind": "phase", "duty": "nine", "over": ALL, "many": "30%", "years": 3},
    {"id": "fixed", "kind": "pins"},
    {"id": "fit", "kind": "qualification"},
]
PLACES = {
    "A": {"students": 100, "latitude": 39.0, "longitude": 121.5},
    "B": {"students": 60, "latitude": 39.0, "longitude": 121.55},
    "C": {"students": 70, "latitude": 39.0, "longitude": 121.7},
}
TERMS: list[dict[str, Any]] = [
    {"kind": "place_due", "weight": 1},
    {"kind": "place_due", "weight": 1, "duties": ["nine"]},
    {"kind": "shortage", "weight": 1},
    {"kind": "extra_moves", "weight": 1},
    {"kind": "moves", "weight": "1/3"},
    {"kind": "overstaffing", "weight": 2},
    {"kind": "evenness", "weight": 1, "of": BACKBONE, "over": ALL},
    {"kind": "wishes", "weight": 1, "ranks": [0, 5], "other": 30},
    {"kind": "distance", "weight": 1, "unknown": 20},
    {"kind": "distance", "weight": 1, "unknown": 2, "of": "home", "who": WOMEN},
    {"kind": "place_due", "weight": 1, "who": BACKBONE},
    {"kind": "moves", "weight": 1, "who": WOMEN},
    {"kind": "moves", "weight": 1, "ways": ["near"]},
    {"kind": "wishes", "weight": 1, "ranks": [0, 5], "other": 30, "who": BACKBONE},
    {"kind": "points_left", "weight": 1, "who": WOMEN, "score": "merit"},
    {"kind": "per_pupils", "weight": 1, "of": BACKBONE, "per_hundred": 1},
    {"kind": "per_pupils", "weight": 1, "of": ALL, "per_hundred": 2, "where": {"field": "tier", "is": "weak"}},
]
SCORES = {"merit": {"items": [{"id": "years", "of": {"stay": {"in": "school", "unit": "half_years"}}, "each": "0.25"}]}}
NEAR = {"id": "near", "when": {"km": True, "at_most": 5}, "mode": "transfer", "file_moves": True}
WAYS = {"id": "ways", "kind": "modes", "cases": [NEAR, {"id": "far", "mode": "secondment", "file_moves": False}]}
WISHES: list[dict[str, Any]] = [
    {"kind": "share", "over": {"people": ALL}, "per": ["school_id"], "at_least": "80%"},
    {"kind": "share", "over": {"moving": ALL}, "of": {"moving": BACKBONE}, "at_most": "1/5", "allow": 1},
    {"kind": "count", "of": {"moving": WOMEN}, "at_least": 9},  # more than there are: the wish cannot be met
    {"kind": "keep_leader", "positions": ["teacher"]},
    {"kind": "headcount", "reserve": 1},
    {"kind": "subject_staffing"},
    {"kind": "posts", "principal": "filled"},
    {"kind": "title_posts", "groups": [{"titles": ["intermediate"], "posts": "intermediate_posts"}]},
    {"kind": "reverse_flow", "who": BACKBONE},
    {"kind": "reverse_flow", "who": ALL, "reading": "per_school"},
    {"kind": "flow", "who": ALL, "into": {"field": "location", "is": "rural"}, "margin": 7},
    {"kind": "order", "who": ALL, "within": ["school_id"]},
    {"kind": "share", "over": {"after": ALL}, "of": {"after": WOMEN}, "per": ["school_id"], "at_least": "90%"},
    {"kind": "count", "of": [{"arriving": ALL}], "less": {"staying": ALL}, "per": ["school_id"], "at_least": 1},
]


def of_one_goal(*rules: dict[str, Any], terms: list[dict[str, Any]]) -> World:
    schools = {key: {**row, **PLACES[key], "intermediate_posts": 1} for key, row in SCHOOLS.items()}
    goals = [{"id": "first", "terms": terms}, {"id": "moves", "terms": [{"kind": "moves", "weight": 1}]}]
    return World(tiny_district(schools, STAFF, **TABLES), tiny_policy(*RULES, WAYS, *rules, goals=goals, scores=SCORES))


@pytest.mark.slow
@pytest.mark.parametrize("term", TERMS, ids=str)
def test_each_goal(term: dict[str, Any]) -> None:
    world = of_one_goal(terms=[term])
    assert len({world.values(each)[0] for each in world.feasible}) > 1, "the goal tells no plans apart"
    check_best(world)
    check_values(world, 23)


@pytest.mark.slow
@pytest.mark.parametrize("wish", WISHES, ids=str)
def test_each_ranked_wish(wish: dict[str, Any]) -> None:
    rule = {"id": "wish", "force": "should", "rank": 1, "weight": 4, **wish}
    world = of_one_goal(rule, terms=[{"kind": "distance", "weight": 1}])
    check_best(world)
    check_values(world, 23)


@pytest.mark.slow
@pytest.mark.parametrize("wish", WISHES, ids=str)
def test_a_wish_without_rank_is_only_measured(wish: dict[str, Any]) -> None:
    rule = {"id": "wish", "force": "should", **wish}
    terms = [{"kind": "distance", "weight": 1}]
    assert of_one_goal(rule, terms=terms).best() == of_one_goal(terms=terms).best()


def test_a_level_is_never_bought_with_an_earlier_one() -> None:
    # Two are due and C has one place. Placing one leaves 1 (level 1); the nearest place costs 3 km, C 50 km. Level 2
    # must not send the near one instead of ... anybody to save kilometres while level 1 could be met better.
    district = tiny_district(
        {"A": {}, "B": {"headcount_limit": 1}, "C": {"headcount_limit": 1}},
        {"a": {"at": "A", "years": 9}, "b": {"at": "A", "years": 9}},
        distances=[{"from_school": "A", "to_school": "B", "km": 3}, {"from_school": "A", "to_school": "C", "km": 50}],
    )
    nine = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
    goals = [
        {"id": "due", "terms": [{"kind": "place_due", "weight": 1}]},
        {"id": "near", "terms": [{"kind": "distance", "weight": 1}]},
    ]
    world = World(district, tiny_policy(nine, {"id": "room", "kind": "headcount"}, goals=goals))
    # both places are taken: 0 due stay, 3 + 50 km, though nobody moving would be nearest
    assert world.best() == (0, 53)
    check_best(world)
