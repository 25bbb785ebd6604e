"""One check over drawn worlds with goals: a few of them in the everyday run, many in the slow one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from worlds import World

PATIENT = settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.shrink])
Test = Callable[[], None]


def in_worlds(check: Callable[[World], None], *, few: int, many: int) -> tuple[Test, Test]:
    """Two tests of one check: over ``few`` worlds, and, a slow one that stands for it, over ``many``."""

    def over(count: int) -> Test:
        @settings(PATIENT, max_examples=count)
        @given(worlds(goals=True))
        def test(world: World) -> None:
            check(world)

        return test

    return pytest.mark.few(over(few)), pytest.mark.slow(over(many))
