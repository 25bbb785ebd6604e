"""Who becomes due in the next years, if nothing but time and this year's plan changes the roster.

The plan is carried out first: whoever moves serves at the new school from the day after the plan's day. Then the rules
are asked again on the same day of each coming year: ages, lengths of service and the ends of registered deferrals run
on, everything else stays as it stands in the data.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data.dates import add_years
from rotation_planner.data.district import District
from rotation_planner.eligibility.standing import stand
from rotation_planner.policy.kinds import Duty
from rotation_planner.report.turnover import Array, Turnover

YEARS = 3
COLUMNS = ("person", "school", "year", "day", "rule", "how")


def becoming_due(turnover: Turnover, years: int = YEARS) -> pd.DataFrame:
    """One row a person who comes to meet the conditions of a duty within so many years: row positions of person and
    school (as after the plan), ``year`` (1 = next year), ``day`` on which it is counted, ``rule`` and ``how``.

    ``how``: ``left`` met the conditions this year already and neither goes nor is excused, ``service`` comes to meet
    them, ``deferral_ends`` met them before and was excused. Each person is told once, in the first year, under the
    first duty of the policy that asks. Sorted by year, school, and length of service.
    """
    district = carried_out(turnover)
    here = district.staff_school.astype(np.int64)
    met, now = _any(turnover.standing.meets, len(here)), _any(turnover.standing.eligible, len(here))
    told = turnover.moving.copy()
    rows: list[tuple[Any, ...]] = []
    for year in range(1, years + 1):
        day = add_years(turnover.district.as_of, year)
        standing = stand(District(day, **district.frames), turnover.policy, draw=turnover.standing.draw)
        for rule in turnover.policy.of(Duty):
            eligible = standing.eligible[rule.id] & ~told
            for person in np.flatnonzero(eligible).tolist():
                how = "left" if now[person] else "deferral_ends" if met[person] else "service"
                rows.append((person, int(here[person]), year, day, rule.id, how))
            told |= eligible
        met |= _any(standing.meets, len(here))
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found["place"] = turnover.of_people("joined_school")[found["person"].to_numpy(np.int64)]
    found = found.sort_values(["year", "school", "place", "person"], kind="stable", na_position="last")
    return found.drop(columns="place").reset_index(drop=True)


def carried_out(turnover: Turnover) -> District:
    """The district on the day after the plan's day, everybody where the plan puts them."""
    district, moves = turnover.district, turnover.counted_moves
    first = pd.Timestamp(district.as_of + dt.timedelta(days=1))
    people = moves["person"].to_numpy(np.int64)
    staff = district.staff.copy()
    left = staff["school_id"].to_numpy(object)[people]
    joined = staff["joined_school"].iloc[people].to_numpy()
    codes = district.schools["school_id"].to_numpy(object)
    other = left != codes[moves["target"].to_numpy(np.int64)]  # a move inside a school is no new school
    for column, values in (
        ("school_id", codes[moves["target"].to_numpy(np.int64)]),
        ("position", moves["to_position"].to_numpy(object)),
        ("stage", moves["stage"].to_numpy(object)),
        ("subject", moves["subject"].to_numpy(object)),
    ):
        staff[column] = _with(staff[column], people, values)
    staff["joined_school"] = staff["joined_school"].where(~_marked(len(staff), people[other]), first)
    return District(
        district.as_of,
        **{**district.frames, "staff": staff, "history": _closed(turnover, people[other], left[other], joined[other])},
    )


def _closed(turnover: Turnover, people: Array, left: Array, joined: Array) -> pd.DataFrame:
    """The history with the service that the moves end: an open entry of the school left is closed on the plan's day,
    where there is none one is added."""
    district = turnover.district
    history, last = district.history.copy(), pd.Timestamp(district.as_of)
    ids = district.staff["staff_id"].to_numpy(object)[people]
    school_left = dict(zip(ids, left, strict=True))
    end = history["end"]
    of_left = history["staff_id"].map(school_left).fillna("").to_numpy(object) == history["school_id"].to_numpy(object)
    running = of_left & (history["school_id"] != "").to_numpy(bool) & (end.isna() | (end >= last)).to_numpy(bool)
    history["end"] = end.where(~running, last)
    closed = set(history["staff_id"][running])
    schools = district.schools.set_index("school_id")
    new = [
        {"staff_id": who, "school_id": school, "location": schools.at[school, "location"],
         "tier": schools.at[school, "tier"], "start": start, "end": last, "kind": "post"}
        for who, school, start in zip(ids, left, joined, strict=True)
        if who not in closed
    ]  # fmt: skip
    if not new:
        return history
    # A row of no file has number 0, and nothing in the columns of the district's own.
    blanks = {name: "" if kind == "str" else 0 if kind.kind == "i" else None for name, kind in history.dtypes.items()}
    added = pd.DataFrame([{**blanks, **each} for each in new]).astype(history.dtypes.to_dict())
    return pd.concat([history, added], ignore_index=True)


def _with(column: pd.Series, rows: Array, values: Array) -> pd.Series:
    changed = column.to_numpy(object).copy()
    changed[rows] = values
    return pd.Series(changed, index=column.index, dtype=column.dtype)


def _marked(size: int, rows: Array) -> Array:
    marked = np.zeros(size, bool)
    marked[rows] = True
    return marked


def _any(masks: Any, size: int) -> Array:
    return np.logical_or.reduce([np.zeros(size, bool), *masks.values()])
