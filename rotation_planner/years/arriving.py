"""Who and what is new by assumption: teachers for those who retire, exemptions that arise or end."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd

from rotation_planner.data.dates import add_months, add_years, age_on
from rotation_planner.eligibility.arrays import Array
from rotation_planner.words import say
from rotation_planner.years.assumptions import Exemptions, NewTeachers
from rotation_planner.years.frames import put, with_rows

Seat = tuple[str, str]


def half_up(number: Fraction) -> int:
    """A number rounded half up."""
    return int(number + Fraction(1, 2))


def shared(total: int, sizes: dict[Seat, int]) -> dict[Seat, int]:
    """A total shared over groups by their sizes, largest remainder first, ties in the order of the groups."""
    whole = sum(sizes.values())
    if not whole:
        return {}
    share = {key: total * size // whole for key, size in sizes.items()}
    rest = sorted(sizes, key=lambda key: -(total * sizes[key] % whole))
    for key in rest[: total - sum(share.values())]:
        share[key] += 1
    return share


def new_teachers(
    staff: pd.DataFrame,
    gone: pd.DataFrame,
    schools: pd.DataFrame,
    demand: pd.DataFrame,
    first: dt.date,
    how: NewTeachers,
    seed: int,
) -> tuple[pd.DataFrame, Array, int]:
    """The staff with those who come for the full-time teachers ``gone``, the new rows' positions, and how many found no
    place within a school's staffing limit. The same seed brings the same people.
    """
    vacated = gone[gone["full_time"] & (gone["subject"] != "") & (gone["stage"] != "")]
    seats = list(zip(vacated["stage"], vacated["subject"], strict=True))
    number = half_up(how.replace * len(vacated))
    places = _Places(staff, schools, demand)
    rng = np.random.default_rng([seed, first.year])
    taken = set(staff["staff_id"]) | set(gone["staff_id"])
    left_at: dict[Seat, list[str]] = {}
    for seat, school in zip(seats, vacated["school_id"], strict=True):
        left_at.setdefault(seat, []).append(school)
    records: list[dict[str, object]] = []
    unplaced = 0
    for seat, count in shared(number, dict(Counter(seats))).items():
        for turn in range(count):
            school = places.next(seat, left_at[seat], turn, how.where)
            if school is None:
                unplaced += 1
                continue
            records.append(_person(len(records) + 1, school, seat, first, how, rng, taken))
    rows = np.arange(len(staff), len(staff) + len(records))
    return with_rows(staff, records), rows, unplaced


def _person(
    number: int, school: str, seat: Seat, first: dt.date, how: NewTeachers, rng: np.random.Generator, taken: set[str]
) -> dict[str, object]:
    staff_id = f"N{first.year}{number:03d}"
    while staff_id in taken:
        staff_id = "N" + staff_id
    taken.add(staff_id)
    age = int(rng.integers(how.ages[0], how.ages[1] + 1))
    born = add_years(first, -age) - dt.timedelta(days=int(rng.integers(0, 365)))
    woman = int(rng.integers(0, how.women.denominator)) < how.women.numerator
    day = pd.Timestamp(first)
    return {
        "staff_id": staff_id, "name": say("year.new_name", year=first.year, number=number),
        "sex": "F" if woman else "M", "birth_date": pd.Timestamp(born), "hired_on": day, "school_id": school,
        "joined_school": day, "stage": seat[0], "subject": seat[1], "position": "teacher", "title": how.title,
        "full_time": True, "degree": how.degree,
    }  # fmt: skip


class _Places:
    """Where new teachers are put while places last."""

    def __init__(self, staff: pd.DataFrame, schools: pd.DataFrame, demand: pd.DataFrame) -> None:
        self.limit = dict(zip(schools["school_id"], schools["headcount_limit"], strict=True))
        self.count = Counter(staff["school_id"])
        full = staff[staff["full_time"]]
        self.held = Counter(zip(full["school_id"], full["stage"], full["subject"], strict=True))
        self.rows: dict[Seat, list[tuple[str, float]]] = {}
        for row in demand.to_dict("records"):
            self.rows.setdefault((row["stage"], row["subject"]), []).append((row["school_id"], row["required"]))

    def _open(self, school: str) -> bool:
        limit = self.limit.get(school, float("nan"))
        return limit != limit or self.count[school] < limit

    def next(self, seat: Seat, left_at: list[str], turn: int, where: str) -> str | None:
        """The school of the next new teacher of a stage and subject, ``None`` where no school has a place."""
        lacking = [
            (self.held[(school, *seat)] - required, number, school)
            for number, (school, required) in enumerate(self.rows.get(seat, []))
            if self._open(school) and self.held[(school, *seat)] < required
        ]
        ranked = [school for *_, school in sorted(lacking)]
        own = [left_at[(turn + each) % len(left_at)] for each in range(len(left_at))]
        wanted = [*own, *ranked] if where == "same" else [*ranked, *own]
        school = next((each for each in wanted if self._open(each)), None)
        if school is not None:
            self.count[school] += 1
            self.held[(school, *seat)] += 1
        return school


def end_open(exemptions: pd.DataFrame, how: Exemptions) -> tuple[pd.DataFrame, int]:
    """Exemptions without an end get the one assumed for their kind; and how many did."""
    months = exemptions["kind"].map(how.open_months).to_numpy(float)
    rows = np.flatnonzero(exemptions["end"].isna().to_numpy(bool) & exemptions["start"].notna() & ~np.isnan(months))
    if len(rows):
        exemptions = exemptions.copy()
        starts = exemptions["start"].to_numpy("datetime64[D]")[rows]
        ends = add_months(starts, months[rows].astype(np.int64)) - np.timedelta64(1, "D")
        put(exemptions, "end", rows, ends.astype("datetime64[s]"))
    return exemptions, len(rows)


def arise(
    exemptions: pd.DataFrame, staff: pd.DataFrame, as_of: dt.date, day: dt.date, how: Exemptions, seed: int
) -> tuple[pd.DataFrame, int]:
    """Exemptions that come anew between two days, six months after the first; and how many."""
    records: list[dict[str, object]] = []
    start = add_months(as_of, 6) + dt.timedelta(days=1)
    now = np.datetime64(day, "s")
    for number, each in enumerate(how.arise):
        age = np.asarray(age_on(staff["birth_date"].to_numpy("datetime64[D]"), np.datetime64(day, "D")))
        among = (age >= each.ages[0]) & (age <= each.ages[1])
        if each.sex is not None:
            among &= (staff["sex"] == each.sex).to_numpy(bool)
        end = exemptions["end"].to_numpy()
        held = set(
            exemptions["staff_id"][(exemptions["kind"] == each.kind).to_numpy() & (np.isnat(end) | (end >= now))]
        )
        pool = [who for who, chosen in zip(staff["staff_id"], among, strict=True) if chosen and who not in held]
        rng = np.random.default_rng([seed, day.year, number])
        count = min(half_up(each.share * len(pool)), len(pool))
        until = add_months(start, each.months) - dt.timedelta(days=1)
        for at in sorted(rng.permutation(len(pool))[:count].tolist()):
            records.append(
                {"staff_id": pool[at], "kind": each.kind, "start": pd.Timestamp(start), "end": pd.Timestamp(until),
                 "evidence": say("year.assumed")}
            )  # fmt: skip
    return with_rows(exemptions, records), len(records)
