"""How the burden of a plan falls on groups of people: by sex, age, title and zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say

AGES = ((0, 29), (30, 34), (35, 39), (40, 44), (45, 49), (50, 54), (55, 150))
MOST_ZONES = 24  # more would not be read; those with most eligible people are told
TITLES = ("none", "junior", "intermediate", "senior", "professor")


@dataclass(frozen=True)
class Group:
    """A group of people in scope: ``all`` of them, those eligible under a duty, and how many of each move."""

    name: str
    all: int
    moving: int
    eligible: int
    eligible_moving: int

    @property
    def of_all(self) -> float:
        """The share of all that moves (nan of nobody)."""
        return self.moving / self.all if self.all else float("nan")

    @property
    def of_eligible(self) -> float:
        """The share of the eligible that moves (nan of nobody)."""
        return self.eligible_moving / self.eligible if self.eligible else float("nan")


def age_band(turnover: Turnover) -> Array:
    """The place in ``AGES`` of each person, -1 where the age is unknown: int[people]."""
    age = turnover.of_people("age")
    bands = np.digitize(np.nan_to_num(age), [low for low, _ in AGES[1:]])
    return np.where(np.isnan(age), -1, bands)


def burden(turnover: Turnover) -> list[tuple[str, list[Group]]]:
    """The whole (``whole``), then its groups by ``sex``, ``age``, ``title`` and ``zone`` of the present school.

    Groups without anybody in scope are left out, and so is a way of grouping that leaves one group only; of many zones
    those with most eligible people are told.
    """
    standing = turnover.standing
    people = len(turnover.moving)
    eligible = np.logical_or.reduce([np.zeros(people, bool), *standing.eligible.values()])
    # Whoever moves counts, also where the policy did not reckon with them.
    everyone = standing.in_scope | turnover.moving
    zone = turnover.of_schools("zone")[turnover.school_before]
    zones = pd.Series(zone[eligible & (zone != "")]).value_counts()
    told = set(zones.sort_index().sort_values(ascending=False, kind="stable").index[:MOST_ZONES])
    if pd.Series(zone[everyone & (zone != "")]).nunique() <= MOST_ZONES:
        told = set(zone)
    sex, title, band = turnover.of_people("sex"), turnover.of_people("title"), age_band(turnover)
    masks = {
        "whole": {say("chart.whole"): np.ones(people, bool)},
        "sex": {listed("sex", key): sex == key for key in ("F", "M")},
        "age": {band_name(place): band == place for place in range(len(AGES))},
        "title": {listed("title", key): title == key for key in TITLES},
        "zone": {name: zone == name for name in dict.fromkeys(zone.tolist()) if name and name in told},
    }
    found = []
    for name, members in masks.items():
        groups = [
            Group(
                label, int((who & everyone).sum()), int((who & turnover.moving).sum()),
                int((who & eligible).sum()), int((who & eligible & turnover.moving).sum()),
            )
            for label, who in members.items()
            if (who & everyone).any() or name == "whole"
        ]  # fmt: skip
        if len(groups) > 1 or name == "whole":
            found.append((name, groups))
    return found


def band_name(place: int) -> str:
    """A band of ages in words."""
    low, high = AGES[place]
    if low == 0:
        return say("chart.age_below", age=high + 1)
    return say("chart.age_from", age=low) if high > 120 else f"{low}–{high}"
