"""Why a scenario has no plan and what would repair it, and what its rules cost, for notebooks and commands alike."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Plan
from rotation_planner.run.making import _interruptible, complete
from rotation_planner.run.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from rotation_planner.answers.diagnosis import Diagnosis
    from rotation_planner.answers.prices import Prices

SHORTEST, FEW = 12.0, 5_000  # seconds for a diagnosis of so many people or fewer
PER_PERSON = 0.0027  # seconds for each one more


def time_for(staff: int) -> float:
    """Seconds for a diagnosis of so many people: 12 for 5,000, 52 for 20,000."""
    return SHORTEST + PER_PERSON * max(staff - FEW, 0)


def diagnose(
    scenario: Scenario,
    *,
    seconds: float | None = None,
    repairs: int = 8,
    tell: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Diagnosis:
    """Say whether the scenario has any plan, and if not: the clashes, all that must give, and a price list of repairs.

    ``seconds``: time for all of it; where not given, in step with the staff (see ``time_for``).
    ``repairs``: so many at most for each clash, each of them made and solved again. ``tell`` is called with the name of
    each step. ``stop``: set it, or press Ctrl-C once, to end with what is known by then.
    """
    from rotation_planner.answers.diagnosing import diagnose as look

    stop = stop or threading.Event()
    draw = scenario.file.solve.draw
    limit = time_for(len(scenario.district.staff)) if seconds is None else seconds
    return _interruptible(
        lambda: look(
            scenario.district, scenario.policy, draw=draw, seconds=limit, repairs=repairs, tell=tell, stop=stop
        ),
        stop,
    )


def prices(
    scenario: Scenario,
    plan: Plan | Path | str,
    *,
    seconds: float | None = None,
    each: float = 30.0,
    rules: tuple[str, ...] = (),
    tell: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Prices:
    """Say where the rules bind in a plan, and what the goals are with each of them off, looser and tighter by a step.

    ``rules``: only these, by id. Each change is solved again within ``each`` seconds, all of them within ``seconds``
    (not given: as their number and the district's size ask for); what is not reached is told rule by rule. ``tell`` is
    called with each step. ``stop``: set it, or press Ctrl-C once, to end.

    Raises:
        InputError: the plan cannot be read.
    """
    from rotation_planner.answers.prices import prices as look

    whole = complete(scenario, plan if isinstance(plan, Plan) else read_plan(plan))
    if dict(whole.fingerprints) != dict(scenario.fingerprints):
        whole = dataclasses.replace(whole, objectives=())  # goals of another year are no measure
    stop = stop or threading.Event()
    options = dataclasses.replace(scenario.file.solve, time_limit=each)
    return _interruptible(
        lambda: look(
            scenario.district,
            scenario.policy,
            whole,
            options=options,
            seconds=seconds,
            rules=rules,
            tell=tell,
            stop=stop,
        ),
        stop,
    )
