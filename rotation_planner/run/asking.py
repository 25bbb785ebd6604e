"""Questions about a plan that take more than a look: each gets the scenario, the plan, and how long it may take."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Plan
from rotation_planner.run.making import complete
from rotation_planner.run.scenario import Scenario

if TYPE_CHECKING:
    from rotation_planner.answers.chains import Chains
    from rotation_planner.answers.explaining import Explainer
    from rotation_planner.answers.explanation import Explanation
    from rotation_planner.answers.links import Links
    from rotation_planner.answers.schools import SchoolAnswer
    from rotation_planner.audit.result import LeftUndone


def improvements(scenario: Scenario, plan: Plan | Path | str, *, seconds: float | None = None) -> LeftUndone:
    """Whether any single change, swap or three-way exchange inside the rules would still better a plan; what the plan's
    file says to be proven is not taken for granted.

    Raises:
        InputError: the plan cannot be read.
    """
    from rotation_planner.answers.improving import left_undone
    from rotation_planner.eligibility import stand

    whole = _whole(scenario, plan)
    standing = stand(scenario.district, scenario.policy, draw=scenario.file.solve.draw)
    return left_undone(scenario.district, scenario.policy, whole, standing, seconds=seconds, trust=False)


def chains(scenario: Scenario, plan: Plan | Path | str) -> Chains:
    """A plan taken apart into swaps, longer cycles, chains that start at a vacancy, and single moves.

    Raises:
        InputError: the plan cannot be read.
    """
    from rotation_planner.answers.chains import chains as taken_apart

    return taken_apart(scenario.district, _known(scenario, _whole(scenario, plan)).transfers)


def weakest_links(scenario: Scenario, plan: Plan | Path | str, *, most: int = 5) -> Links:
    """The movers whose withdrawal breaks most, each with the patch that changes the fewest others.

    Raises:
        InputError: the plan cannot be read.
    """
    from rotation_planner.answers.chains import chains as taken_apart
    from rotation_planner.answers.links import weakest_links as weakest
    from rotation_planner.eligibility import stand

    whole = _known(scenario, _whole(scenario, plan))
    standing = stand(scenario.district, scenario.policy, draw=scenario.file.solve.draw)
    found = taken_apart(scenario.district, whole.transfers)
    return weakest(scenario.district, scenario.policy, whole, standing, found, most=most)


def _whole(scenario: Scenario, plan: Plan | Path | str) -> Plan:
    return complete(scenario, plan if isinstance(plan, Plan) else read_plan(plan))


def _known(scenario: Scenario, plan: Plan) -> Plan:
    """The rows that name known people and schools; the audit tells the others."""
    moves = plan.transfers
    known = moves["staff_id"].isin(list(scenario.district.staff_pos))
    known &= moves["to_school_id"].isin(list(scenario.district.school_pos)) & ~moves["staff_id"].duplicated()
    return plan if known.all() else dataclasses.replace(plan, transfers=moves[known].reset_index(drop=True))


def explainer(scenario: Scenario, plan: Plan | Path | str) -> Explainer:
    """Everything that explanations of one plan share, to ask it of many people.

    Raises:
        InputError: the plan cannot be read.
    """
    from rotation_planner.answers.explaining import Explainer
    from rotation_planner.eligibility import stand

    whole = _known(scenario, _whole(scenario, plan))
    standing = stand(scenario.district, scenario.policy, draw=scenario.file.solve.draw)
    return Explainer(scenario.district, scenario.policy, standing, whole)


def explain(
    scenario: Scenario,
    plan: Plan | Path | str,
    staff_id: str,
    to: str | None = None,
    *,
    solve: bool = True,
    seconds: float = 30.0,
) -> Explanation:
    """Why a person goes or stays, why there, and why not each wish (and the school ``to``); see `Explanation.text`.

    Raises:
        InputError: the plan cannot be read.
        KeyError: nobody has the staff_id, or no school the code.
    """
    return explainer(scenario, plan).person(staff_id, to, solve=solve, seconds=seconds)


def explain_school(scenario: Scenario, plan: Plan | Path | str, school_id: str) -> SchoolAnswer:
    """Whom a school gives and gets and why, and where the line was drawn.

    Raises:
        InputError: the plan cannot be read.
        KeyError: no school has the code.
    """
    from rotation_planner.answers.schools import explain_school as of_school

    return of_school(explainer(scenario, plan), school_id)
