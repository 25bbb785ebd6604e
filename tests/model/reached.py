"""What a search has reached, in the words of the tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rotation_planner.model.model import Cost


def in_points(costs: Sequence[Cost], values: Iterable[float]) -> list[float]:
    """Values or bounds of the levels as a policy counts them."""
    return [(value + cost.constant) / cost.scale for cost, value in zip(costs, values, strict=True)]
