"""What may still be claimed of a plan that was kept, and a plan made anew told without names."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.run.scenario import Scenario

if TYPE_CHECKING:
    from rotation_planner.run.replanning import Replanned


def with_old_proof(told: Replanned, scenario: Scenario, given: Plan) -> Replanned:
    """Where nobody changes, the plan that was ``given`` was proven best, and neither data nor rules have changed since,
    what was proven of it still is."""
    outcome = told.outcome
    same = told.comparison is not None and told.comparison.identical
    if not same or outcome.plan is None or outcome.audit is None or given.status is not Status.OPTIMAL:
        return told
    counted = {goal.id: goal.value for goal in outcome.audit.goals}
    same = all(given.fingerprints.get(key) == value for key, value in scenario.fingerprints.items())
    if not same or [each.id for each in given.objectives] != list(counted):
        return told
    goals: tuple[Objective, ...] = given.objectives
    if not all(each.proven and np.isclose(counted[each.id], each.value) for each in goals):
        return told
    plan = dataclasses.replace(outcome.plan, status=Status.OPTIMAL, objectives=goals)
    return dataclasses.replace(told, outcome=dataclasses.replace(outcome, status=Status.OPTIMAL, plan=plan))


def pseudonymous(found: Replanned, scenario: Scenario, key: Path) -> Replanned:
    """What changes, with codes in the place of names and staff ids; the key is read from its file.

    Raises:
        InputError: the file holds no key.
    """
    from rotation_planner.report.pseudonyms import disguised_table, read_key

    codes, district = read_key(key), scenario.district
    appeals = None if found.appeals is None else disguised_table(found.appeals, district, codes)
    return dataclasses.replace(
        found,
        changes=disguised_table(found.changes, district, codes),
        breaches=disguised_table(found.breaches, district, codes),
        appeals=appeals,
    )
