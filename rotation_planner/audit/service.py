"""Lengths of service, past service, ages and years to retirement, each asked of one person at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from rotation_planner.audit.books import Ask, Books, Row
from rotation_planner.audit.calendar import (
    ONE_DAY,
    age,
    days_covered,
    full_months,
    months_later,
    retires_on,
    served_months,
)
from rotation_planner.data.dates import read_date
from rotation_planner.policy import scores, selectors

Span = tuple[dt.date, dt.date]
Amount = Callable[[int], int | None]  # of a person; None where it is not known
UNITS = {"years": 12, "half_years": 6, "months": 1}


# ---- a length of service -----------------------------------------------------------------------------------------


def length_of_stay(books: Books, measure: selectors.Stay) -> Amount:
    """Completed units of a stay; ``None`` where its start is unknown."""
    last, start_of = selectors.day_on(measure.on, books.as_of), _start_of(books, measure)
    months = UNITS.get(measure.unit, 12 * measure.term_years)
    whole = not (measure.without or measure.without_exempt or measure.after)
    if whole and measure.resumed is None and measure.in_ != "area":

        def unbroken(person: int) -> int | None:
            start = start_of(person)
            return None if start is None else (served_months(start, last) or 0) // months

        return unbroken
    earlier, left_out = _earlier_spans(books, measure), _left_out(books, measure, last)
    after = None if measure.after is None else books.of_person(measure.after)

    def added_up(person: int) -> int | None:
        start = start_of(person)
        if start is None:
            return None
        limit = None if after is None else day_of(after[person])
        spans = [(first, min(end, last)) for first, end in [(start, last), *earlier(person, start)]]
        if limit is not None:
            spans = [(max(first, limit), end) for first, end in spans]
        outside = left_out(person)
        # the days of service outside what is left out: of both together less those left out
        days = days_covered([*spans, *outside]) - days_covered(outside)
        return (served_months(last + ONE_DAY * (1 - days), last) or 0) // months

    return added_up


def _start_of(books: Books, measure: selectors.Stay) -> Callable[[int], dt.date | None]:
    """The day on which the present stay began."""
    if measure.in_ == "post_here":
        joined, since = books.of_person("joined_school"), books.of_person("position_since")

        def later(person: int) -> dt.date | None:
            days = joined[person], since[person]
            return None if None in days else max(days)

        return later
    if measure.area is not None:
        area = books.of_person(f"school.{measure.area}")
        joined = books.of_person("joined_school")
        return lambda person: None if area[person] is None else joined[person]
    names = {"school": "joined_school", "post": "position_since", "career": "hired_on", "backbone": "backbone_since"}
    column = books.of_person(names[measure.in_])
    return lambda person: column[person]


def _earlier_spans(books: Books, measure: selectors.Stay) -> Callable[[int, dt.date], list[Span]]:
    """The history rows that are joined to a stay that began on a day, the latest end first."""
    if measure.resumed is None and measure.area is None:
        return lambda person, start: []
    gap = measure.resumed or 0
    column = None if measure.area is None else books.of_school(measure.area)

    def belongs(row: Row, here: int) -> bool:
        if column is None:
            return bool(row["school_id"] == books.school_id[here])
        if row["school_id"] is None:
            return measure.area in ("location", "tier") and bool(row[measure.area] == column[here])
        school = books.school_of.get(row["school_id"])
        return school is not None and bool(column[school] == column[here])

    def joined(person: int, start: dt.date) -> list[Span]:
        here, reached, spans = books.at[person], start, []
        rows = [row for row in books.history.get(person, ()) if row["start"] is not None and belongs(row, here)]
        for first, end in sorted(((row["start"], row["end"] or dt.date.max) for row in rows), key=lambda span: span[1])[
            ::-1
        ]:
            if end < months_later(reached - ONE_DAY, -gap):
                break
            spans.append((first, end))
            reached = min(reached, first)
        return spans

    return joined


def _left_out(books: Books, measure: selectors.Stay, last: dt.date) -> Callable[[int], list[Span]]:
    """The spans whose days do not count; rows of unknown start take no day out."""
    tables = [
        (rows, kinds)
        for rows, kinds in ((books.history, measure.without), (books.exemptions, measure.without_exempt))
        if kinds
    ]

    def spans(person: int) -> list[Span]:
        return [
            (row["start"], row["end"] or last)
            for rows, kinds in tables
            for row in rows.get(person, ())
            if row["kind"] in kinds and row["start"] is not None
        ]

    return spans


def day_of(value: Any) -> dt.date | None:
    """A day, in a column of the district's own also as people write it."""
    return read_date(value).day if isinstance(value, str) else value


# ---- past service ------------------------------------------------------------------------------------------------


def past_service(books: Books, measure: selectors.OnHistory | scores.HistoryMeasure, at: Ask | None) -> Amount:
    """Completed years or months, number of schools, or number of rows of matching past service.

    ``at``: which schools the rows must be of; ``None`` for any and none.
    """
    as_of = books.as_of
    since = None if measure.within_years is None else months_later(as_of + ONE_DAY, -12 * measure.within_years)

    def matches(row: Row) -> bool:
        if at is not None:
            school = books.school_of.get(row["school_id"])
            if school is None or not at(school):
                return False
        return (
            (measure.kinds is None or row["kind"] in measure.kinds)
            and (measure.locations is None or row["location"] in measure.locations)
            and (measure.tiers is None or row["tier"] in measure.tiers)
        )

    def amount(person: int) -> int:
        months: dict[Any, int] = {}
        times = 0
        for number, row in enumerate(_rows_until_today(books, person, measure.present)):
            start = row["start"]
            if (start is not None and start > as_of) or not matches(row):
                continue
            if since is not None:
                if start is None or row["end"] < since:
                    continue
                times += start >= since
                start = max(start, since)
            else:
                times += 1
            school = number if row["school_id"] is None else row["school_id"]
            months[school] = months.get(school, 0) + (served_months(start, row["end"]) or 0)
        match measure.history:
            case "times":
                return times
            case "schools":
                return sum(served >= 12 * measure.years_each for served in months.values())
            case "months":
                return sum(months.values())
        return sum(months.values()) // 12

    return amount


def _rows_until_today(books: Books, person: int, present: bool) -> list[Row]:
    """A person's rows of ``history`` up to the plan's day, and the present stay where it is asked for."""
    as_of, here, rows = books.as_of, books.at[person], []
    for row in books.history.get(person, ()):
        reaches_today = row["end"] is None or row["end"] >= as_of
        if not (present and reaches_today and row["school_id"] == books.school_id[here]):
            rows.append({**row, "end": as_of} if reaches_today else row)
    if present:
        place = {key: books.of_school(key)[here] for key in ("school_id", "location", "tier")}
        rows.append({**place, "kind": "post", "start": books.of_person("joined_school")[person], "end": as_of})
    return rows


def on_a_stint(books: Books, kinds: tuple[str, ...]) -> Ask:
    """Whether a stint of these kinds still runs after the plan's day."""
    as_of = books.as_of

    def runs(row: Row) -> bool:
        begun = row["start"] is None or row["start"] <= as_of
        return row["kind"] in kinds and begun and (row["end"] is None or row["end"] > as_of)

    return lambda person: any(runs(row) for row in books.history.get(person, ()))


# ---- ages --------------------------------------------------------------------------------------------------------


def age_on(books: Books, day: selectors.Day | None) -> Amount:
    """Completed years of age on a reference day."""
    born, on = books.of_person("birth_date"), selectors.day_on(day, books.as_of)
    return lambda person: age(born[person], on)


def left_to_retirement(books: Books, selector: selectors.OnRetirement) -> Callable[[int], float | None]:
    """Years or months left to retirement, between two full ones a half more than the lower; 0 once it is past."""
    position, sex = books.of_person("position"), books.of_person("sex")
    born, months = books.of_person("birth_date"), UNITS[selector.unit]

    def left(person: int) -> float | None:
        former = 50 if position[person] in selector.women_from_fifty else 55
        last = retires_on(born[person], sex[person], former, selector.retirement == "statutory")
        if last is None:
            return None
        full = full_months(books.as_of, last) // months
        return full + 0.5 if months_later(books.as_of, full * months) < last else full

    return left
