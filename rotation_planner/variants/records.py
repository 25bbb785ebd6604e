"""Records of plans side by side, and what is said of all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rotation_planner.variants.jobs import CRASH, INFEASIBLE, INPUT, PLANNED, STOPPED, UNKNOWN
from rotation_planner.words import say

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

    @property
    def planned(self) -> tuple[Record, ...]:
        """Those that have a plan."""
        return tuple(each for each in self.records if each["outcome"] == PLANNED)

    @property
    def fallen_short(self) -> list[str]:
        """In sentences: those without a plan by what came of them, and those whose plan breaches a rule."""
        told = []
        for outcome in (INFEASIBLE, UNKNOWN, INPUT, CRASH, STOPPED):
            told += _named(f"variants.summary_{outcome}", [e for e in self.records if e["outcome"] == outcome])
        return told + _named("variants.summary_breached", [each for each in self.planned if not each["passes"]])


def _named(key: str, records: list[Record]) -> list[str]:
    names = say("policy.list_separator").join(str(each["title"]) for each in records)
    return [say(key, count=len(records), names=names)] if records else []
