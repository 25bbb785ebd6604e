"""Every assignment of tiny districts: feasible for the model if and only if the judge passes it."""

from __future__ import annotations

import pytest
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from worlds import World, check_every_assignment

PATIENT = settings(
    max_examples=40, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate, Phase.shrink]
)


@pytest.mark.few
@PATIENT
@given(worlds())
def test_every_assignment(world: World) -> None:
    check_every_assignment(world)


@pytest.mark.slow
@settings(PATIENT, max_examples=100)
@given(worlds())
def test_every_assignment_of_many(world: World) -> None:
    check_every_assignment(world)
