"""Records of plans side by side, and what is said of all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rotation_planner.variants.jobs import PLANNED, STOPPED, UNKNOWN

Record = Mapping[str, Any]


class Recorded:
    """What came of many plans: variants of a scenario, or the districts of a city (see `measuring.measures`)."""

    records: tuple[Record, ...]

    @property
    def passes(self) -> bool:
        """Whether every one has a plan that the judge passes."""
        return all(each["outcome"] == PLANNED and each["passes"] for each in self.records)

    @property
    def timed_out(self) -> bool:
        """Whether not one has a plan, and time was too short for one of them."""
        none = all(each["outcome"] != PLANNED for each in self.records)
        return none and any(each["outcome"] in (UNKNOWN, STOPPED) for each in self.records)
