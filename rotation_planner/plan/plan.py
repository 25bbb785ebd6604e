"""A plan: the answer as data, solver-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd

from rotation_planner.words import say

TRANSFER_COLUMNS = (
    "staff_id", "name", "from_school_id", "from_school", "to_school_id", "to_school", "position", "to_position",
    "subject", "stage", "mode", "personnel_file_moves", "until", "rules", "reason", "from_department", "to_department",
)  # fmt: skip
DEFERRED_COLUMNS = ("staff_id", "name", "school_id", "rules", "why")


class Status(StrEnum):
    """The four answers. ``FEASIBLE`` is a plan that is not proven best; ``UNKNOWN`` is no plan and no proof."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Objective:
    """One goal level: what the plan reaches and what is proven. ``bound`` is never above the best possible value."""

    id: str
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Relative distance from the bound: (value - bound) / |value|; 0 when proven, 1 at most for a bound of 0."""
        difference = self.value - self.bound
        if difference <= 1e-9:
            return 0.0
        return difference / max(abs(self.value), 1e-9)

    @property
    def proven(self) -> bool:
        """Whether the value is proven to be the best possible at this level."""
        return self.gap == 0.0


@dataclass(frozen=True, eq=False)
class Plan:
    """Moves, deferrals and how good they are proven to be.

    ``transfers`` has the columns of ``TRANSFER_COLUMNS`` (text; dates as ISO text, blank as ``""``;
    ``personnel_file_moves`` ``yes``/``no``), one row a move, sorted by from_school_id then staff_id; ``deferred`` those
    of ``DEFERRED_COLUMNS``. ``seconds`` by phase. A hand-made plan has no objectives and status ``UNKNOWN``. ``more``:
    what else plan.json tells, by key: how a start was used, what a second engine found, what was changed.
    """

    transfers: pd.DataFrame
    deferred: pd.DataFrame
    status: Status = Status.UNKNOWN
    objectives: tuple[Objective, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    solver: str = ""
    seed: int = 0
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        status = say(f"report_value.status_{self.status.value}")
        return say("report.notebook_plan", moves=len(self.transfers), status=status)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from rotation_planner.plan.showing import plan_html

        return plan_html(self)
