"""Goal levels held at most at a value: against every assignment of tiny districts."""

from __future__ import annotations

import pytest
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from worlds import World

from rotation_planner.data.scenario import SolveOptions
from rotation_planner.model.model import Cap
from rotation_planner.plan.plan import Status
from rotation_planner.solve import solve_plan

PATIENT = settings(max_examples=12, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])


@PATIENT
@given(worlds(goals=True), st.data())
def test_the_best_plan_under_a_cap_is_that_of_every_assignment(world: World, data: st.DataObject) -> None:
    levels = [level.id for level in world.policy.goals]
    values = sorted({tuple(world.values(each)) for each in world.feasible})
    if not values:
        return
    place = data.draw(st.integers(0, len(levels) - 1))
    step = data.draw(st.sampled_from([-0.5, 0.0, 0.25]))
    most = float(data.draw(st.sampled_from(values))[place]) + step
    goal = data.draw(st.booleans()) or len(levels) == 1
    allowed = [each for each in values if each[place] <= most + 1e-9]
    if not goal:
        allowed = sorted(tuple(v for at, v in enumerate(each) if at != place) for each in allowed)
    caps = {levels[place]: Cap(most, goal)}
    options = SolveOptions(time_limit=60.0, workers=1)
    found = solve_plan(world.district, world.policy, world.standing, options, caps=caps)
    if not allowed:
        assert found.status is Status.INFEASIBLE
        assert not found.contradictions
        return
    assert found.plan is not None
    assert [each.value for each in found.plan.objectives] == pytest.approx(allowed[0], abs=1e-6)
    assert found.status is Status.OPTIMAL
    kept = [each for each in levels if goal or each != levels[place]]
    assert [each.id for each in found.plan.objectives] == kept
