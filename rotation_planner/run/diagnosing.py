"""Why a scenario has no plan and what would repair it, for notebooks and commands alike."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rotation_planner.run.making import _interruptible
from rotation_planner.run.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from rotation_planner.answers.diagnosing import Diagnosis


def diagnose(
    scenario: Scenario,
    *,
    seconds: float = 60.0,
    repairs: int = 8,
    tell: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Diagnosis:
    """Say whether the scenario has any plan, and if not: the clashes, all that must give, and a price list of repairs.

    ``repairs``: so many at most for each clash, each of them made and solved again. ``tell`` is called with the name of
    each step. ``stop``: set it, or press Ctrl-C once, to end with what is known by then.
    """
    from rotation_planner.answers.diagnosing import diagnose as look

    stop = stop or threading.Event()
    draw = scenario.file.solve.draw
    return _interruptible(
        lambda: look(
            scenario.district, scenario.policy, draw=draw, seconds=seconds, repairs=repairs, tell=tell, stop=stop
        ),
        stop,
    )
