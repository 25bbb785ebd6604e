"""Searching over few of many arcs, and what a level must pay school by school, against every assignment."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from reached import in_points
from test_model_optima import SCHOOLS, TERMS, of_one_goal
from worlds import World, fixed

from rotation_planner.model.model import Model
from rotation_planner.model.unpack import pack
from rotation_planner.solve import levels
from rotation_planner.solve.engines import Outcome, constraint_program
from rotation_planner.solve.large import Large
from rotation_planner.solve.levels import Limits
from rotation_planner.solve.local import NOWHERE, Local
from rotation_planner.solve.progress import Teller

PATIENT = settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])


@pytest.fixture(autouse=True)
def _few_arcs_are_many() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "FEW_ARCS", 0)
        patch.setattr(levels, "BEGIN_ARCS", 1)
        yield


def check_wide(world: World) -> None:
    """The best of all assignments is found and proven, though pricing began with one arc of each kind."""
    best, model = world.best(), world.model()
    if not len(model.go):
        return
    reached = Large(model, Teller(None, len(model.costs), 60.0), Limits(workers=1), None).run()
    assert (reached.values is None) is (best is None)
    if best is None:
        return
    assert in_points(model.costs, reached.value) == pytest.approx(best, abs=1e-6)
    assert in_points(model.costs, reached.bound) == pytest.approx(best, abs=1e-6)


def check_cuts(world: World, every: int) -> int:
    """Every assignment that keeps the rules keeps every cut of every level; how many cuts there are."""
    model = world.model()
    local = Local(model)
    made = [local.cuts(cost.coefficients, 60.0) for cost in model.costs_padded()]
    for assignment in sorted(world.feasible, key=str)[::every]:
        packed = pack(model, world.moves(assignment))
        assert packed is not None
        for cuts in made:
            for row, least in zip(cuts.matrix.toarray(), cuts.least, strict=True):
                assert _least(model, packed, row) >= least - 1e-6, assignment
    return sum(len(cuts.least) for cuts in made)


def _least(model: Model, packed: np.ndarray, row: np.ndarray) -> float:
    answer = constraint_program(fixed(model, packed), row.astype(np.int64), seconds=60)
    assert answer.outcome is Outcome.OPTIMAL
    return answer.value


@pytest.mark.slow
@settings(PATIENT, max_examples=15)
@given(worlds(goals=True))
def test_best_over_few_arcs(world: World) -> None:
    check_wide(world)


@pytest.mark.slow
@settings(PATIENT, max_examples=15)
@given(worlds(goals=True))
def test_cuts_of_drawn_districts(world: World) -> None:
    check_cuts(world, 11)


@pytest.mark.slow
@pytest.mark.parametrize("term", TERMS, ids=str)
def test_each_goal_over_few_arcs(term: dict[str, object]) -> None:
    check_wide(of_one_goal(terms=[term]))


def test_a_school_pays_by_itself() -> None:
    # Nobody may ever enter school C, whose limit is 0; so it lacks one person in 语文 and one in 数学 in every plan.
    world = of_one_goal(
        {"id": "full", "kind": "headcount"},
        terms=[{"kind": "shortage", "weight": 1}],
    )
    world.district.schools.loc[world.district.school_pos["C"], "headcount_limit"] = 0
    assert check_cuts(World(world.district, world.policy), 1) > 0


def test_columns_belong_to_schools() -> None:
    world = of_one_goal(terms=[{"kind": "shortage", "weight": 1}])
    model = world.model()
    told = model.column_school
    assert (told[model.leave] == model.ground.facts.school[model.people.group_person]).all()
    assert (told[model.go] == model.arc_to).all()
    short = np.flatnonzero(model.costs_padded()[0].coefficients)
    demand = world.district.demand["school_id"].map(world.district.school_pos).to_numpy()
    assert set(told[short].tolist()) <= set(demand.tolist()) | {NOWHERE}
    assert set(told[short].tolist()) >= {world.district.school_pos[each] for each in SCHOOLS} - {NOWHERE}
