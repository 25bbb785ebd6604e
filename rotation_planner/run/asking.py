"""Questions about a plan that take more than a look: each gets the scenario, the plan, and how long it may take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Plan
from rotation_planner.run.making import complete
from rotation_planner.run.scenario import Scenario

if TYPE_CHECKING:
    from rotation_planner.audit.result import LeftUndone


def improvements(scenario: Scenario, plan: Plan | Path | str, *, seconds: float = 60.0) -> LeftUndone:
    """Whether any single change, swap or three-way exchange inside the rules would still better a plan.

    Raises:
        InputError: the plan cannot be read.
    """
    from rotation_planner.answers.improving import left_undone
    from rotation_planner.eligibility import stand

    whole = complete(scenario, plan if isinstance(plan, Plan) else read_plan(plan))
    standing = stand(scenario.district, scenario.policy, draw=scenario.file.solve.draw)
    return left_undone(scenario.district, scenario.policy, whole, standing, seconds=seconds)
