"""Why people need not go for a while, or may not: in force and expired, each with what proves it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np

from rotation_planner.data.dates import add_years
from rotation_planner.data.generator.arrays import Flags, Rng, between, chance
from rotation_planner.data.generator.assumptions import GENERAL, QUALITY, Assumptions
from rotation_planner.data.generator.careers import first_of, full_years, school_year
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.people import TEACHER, People
from rotation_planner.data.generator.vocabulary import vocabulary


class Exemption(NamedTuple):
    """One row; ``end`` may be blank (None)."""

    person: int
    kind: str
    start: dt.date
    end: dt.date | None
    evidence: str


# Days before the day of counting at which it began, days it lasts; None: open.
_SPANS: dict[str, tuple[tuple[int, int], tuple[int, int] | None]] = {
    "pregnancy": ((40, 230), (280, 280)),
    "nursing": ((15, 340), (365, 365)),
    "illness": ((50, 400), (420, 900)),
    "sanction": ((40, 300), (365, 730)),
    "investigation": ((20, 120), None),
    "absence": ((120, 700), (3, 12)),
    "hardship": ((100, 600), None),
    "other": ((60, 300), (365, 730)),
}


def draw_exemptions(
    rng: Rng, ground: Ground, people: People, as_of: dt.date, district: str, given: Assumptions
) -> list[Exemption]:
    """At least one of every kind, nobody with two, leaders without any."""
    n = len(people)
    free = people.position == TEACHER
    rows: list[Exemption] = []
    for kind, share in given.exemptions.items():
        able = np.flatnonzero(free & _fits(ground, people, kind, as_of))
        chosen = rng.permutation(able)[: max(1, n * share // 1000)]
        free[chosen] = False
        expired = chance(rng, 0 if kind == "pregnancy" else given.expired, len(chosen))
        if len(expired) > 3 and kind != "pregnancy":
            expired[0] = True
        evidence = vocabulary()["grounds"][kind]
        turn = between(rng, 0, len(evidence) - 1, len(chosen))
        starts, ends = _span(rng, kind, expired, as_of)
        for i, person in enumerate(chosen):
            rows.append(Exemption(int(person), kind, starts[i], ends[i], evidence[turn[i]].format(district=district)))
    return rows


def _fits(ground: Ground, people: People, kind: str, as_of: dt.date) -> Flags:
    here = full_years(people.joined, as_of)
    if kind in ("pregnancy", "nursing"):
        return people.woman & (people.age >= 26) & (people.age <= 42)
    if kind == "illness":
        return people.age >= 34
    if kind == "course_lead":
        good = np.isin(ground.layout.tier[people.school], (QUALITY, GENERAL))
        return good & (here >= 9) & (people.age <= 50) & ground.in_scope[people.school]
    if kind == "research_lead":
        return (people.backbone >= 1) & (here >= 5)
    return full_years(people.hired, as_of) >= 5


def _span(rng: Rng, kind: str, expired: Flags, as_of: dt.date) -> tuple[list[dt.date], list[dt.date | None]]:
    n = len(expired)
    starts: list[dt.date] = []
    ends: list[dt.date | None] = []
    if kind in ("course_lead", "research_lead"):
        ago = np.where(expired, between(rng, 4, 5, n), between(rng, 1, 2, n))
        first = first_of(school_year(as_of) - ago, 9)
        last = add_years(first, 3) - np.timedelta64(1, "D")
        return [day.item() for day in first], [day.item() for day in last]
    (near, far), lasts = _SPANS[kind]
    ago = between(rng, near, far, n)
    long = between(rng, *lasts, n) if lasts else np.zeros(n, dtype=np.int64)
    gone = between(rng, 20, 400, n)
    for i in range(n):
        length = int(long[i]) or 300
        if expired[i]:
            end: dt.date | None = as_of - dt.timedelta(days=int(gone[i]))
            starts.append(as_of - dt.timedelta(days=int(gone[i]) + length))
        else:
            starts.append(as_of - dt.timedelta(days=int(ago[i])))
            end = starts[-1] + dt.timedelta(days=length) if lasts else None
            if kind == "nursing" and end is not None:
                end -= dt.timedelta(days=1)
        ends.append(end)
    return starts, ends
