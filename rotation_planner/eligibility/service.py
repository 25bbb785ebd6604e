"""Lengths of service: how long somebody has been at the present place, and what lies before it. Vectorised over all
people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.data.dates import add_months, completed_months
from rotation_planner.eligibility.arrays import Array, as_array, blank_of, by_value, days_of
from rotation_planner.policy.scores import HistoryMeasure
from rotation_planner.policy.selectors import OnHistory, Stay, day_on

if TYPE_CHECKING:
    from rotation_planner.eligibility.facts import Facts

UNITS = {"months": 1, "half_years": 6, "years": 12}
STARTS = {
    "school": "joined_school",
    "post": "position_since",
    "career": "hired_on",
    "backbone": "backbone_since",
    "area": "joined_school",
}
ROW_PLACES = ("location", "tier")  # what a history row says of a place outside the district
_DAY = np.timedelta64(1, "D")
_NEVER, _ALWAYS = np.datetime64("0001-01-01", "D"), np.datetime64("9999-12-31", "D")


def start_of_stay(facts: Facts, place: str) -> Array:
    """The day the present stay began, NaT where unknown; interruptions and earlier service aside."""
    if place in STARTS:
        return facts.of_people(STARTS[place])
    return np.maximum(facts.of_people("joined_school"), facts.of_people("position_since"))


def stay(facts: Facts, measure: Stay) -> Array:
    """Completed units of a stay; NaN where its start, or the area of the present school, is unknown."""
    last = np.datetime64(day_on(measure.on, facts.district.as_of), "D")
    start = start_of_stay(facts, measure.in_)
    if measure.area is not None:
        start = np.where(blank_of(facts.of_people("school." + measure.area)), np.datetime64("NaT", "D"), start)
    resumed = measure.resumed if measure.area is None else measure.resumed or 0
    if resumed is not None or measure.without or measure.without_exempt or measure.after is not None:
        days = _days_that_count(facts, measure, start, last, resumed)
        start = np.where(np.isnat(start), start, last + _DAY - days.astype("timedelta64[D]"))
    months = np.asarray(completed_months(start, last))
    return np.floor_divide(months, UNITS.get(measure.unit, 12 * measure.term_years))


def _days_that_count(facts: Facts, measure: Stay, start: Array, last: np.datetime64, resumed: int | None) -> Array:
    """Days of the service up to ``last`` that count, each once: int64 [people]."""
    served = [(np.arange(facts.people), start, np.full(facts.people, last))]
    if resumed is not None:
        served.append(_joined(facts, measure, start, resumed))
    tables = (("history", measure.without), ("exemptions", measure.without_exempt))
    away = [_rows_of_kinds(facts, table, kinds, last) for table, kinds in tables if kinds]
    limit = np.full(facts.people, _NEVER)
    if measure.after is not None:
        after = days_of(facts.of_people(measure.after))
        limit = np.where(np.isnat(after), limit, after)

    def covered(spans: list[tuple[Array, Array, Array]]) -> Array:
        person, first, end = (np.concatenate(parts) for parts in zip(*spans, strict=True))
        return _days_covered(facts.people, person, np.maximum(first, limit[person]), np.minimum(end, last))

    # Days served or away, less those away: the days served and not away.
    return covered([*served, *away]) - covered(away) if away else covered(served)


def _rows_of_kinds(facts: Facts, table: str, kinds: tuple[str, ...], last: np.datetime64) -> tuple[Array, Array, Array]:
    """Person, first and last day of a table's rows of these kinds; a blank end still runs, a start not known takes
    nothing away."""
    frame = facts.district.frames[table]
    rows = frame["kind"].isin(kinds).to_numpy(bool)
    start, end = as_array(frame["start"])[rows], as_array(frame["end"])[rows]
    return facts.rows_of(table)[rows], start, np.where(np.isnat(end), last, end)


def _joined(facts: Facts, measure: Stay, start: Array, resumed: int) -> tuple[Array, Array, Array]:
    """Person, first and last day of the history rows that are joined to the present stay."""
    table = facts.district.history
    begun, ended = as_array(table["start"]), as_array(table["end"])
    ended = np.where(np.isnat(ended), _ALWAYS, ended)
    kept = np.flatnonzero(_in_same_place(facts, measure) & ~np.isnat(begun))
    person, begun, ended = facts.rows_of("history")[kept], begun[kept], ended[kept]
    # The latest rows first: where one of them leaves too wide a gap, so do all before it.
    order = np.lexsort((-ended.astype(np.int64), person))
    person, begun, ended = person[order], begun[order], ended[order]
    turn = np.arange(len(person)) - np.searchsorted(person, person)
    reached, going = start.copy(), ~np.isnat(start)
    taken = np.zeros(len(person), bool)
    for number in range(int(turn.max(initial=-1)) + 1):
        row = np.flatnonzero((turn == number) & going[person])
        who = person[row]
        gap = add_months(np.asarray(reached[who] - _DAY, "datetime64[D]"), -resumed)
        near = ended[row] >= gap
        taken[row[near]] = True
        reached[who[near]] = np.minimum(reached[who[near]], begun[row[near]])
        going[who[~near]] = False
    return person[taken], begun[taken], ended[taken]


def _in_same_place(facts: Facts, measure: Stay) -> Array:
    """Which history rows were served in the person's present school, or in its area."""
    table = facts.district.history
    school, here = facts.history_school, facts.school[facts.rows_of("history")]
    if measure.area is None:
        return np.asarray(school == here)
    area = facts.of_schools(measure.area)
    same = (school >= 0) & (area[school] == area[here])
    if measure.area in ROW_PLACES:
        outside = (table["school_id"] == "").to_numpy(bool)
        same |= outside & (as_array(table[measure.area]) == area[here])
    return same & ~blank_of(area[here])


def _days_covered(people: int, person: Array, first: Array, last: Array) -> Array:
    """How many days lie in at least one of each person's spans (both ends counted): int64 [people]."""
    kept = ~np.isnat(first) & (first <= last)
    person, begin, end = person[kept], first[kept].astype(np.int64), last[kept].astype(np.int64)
    order = np.lexsort((begin, person))
    person, begin, end = person[order], begin[order], end[order]
    # One running maximum for all people: each one's days lie beyond everything of the people before.
    shift = person * (1 << 32)
    reached = np.maximum.accumulate(end + shift) if len(end) else end
    before = np.concatenate([[np.int64(-(1 << 62))], reached[:-1]])
    begin = np.maximum(begin + shift, before + 1)
    days = np.maximum(end + shift - begin + 1, 0)
    return np.bincount(person, days, minlength=people).astype(np.int64)


def history(facts: Facts, measure: OnHistory | HistoryMeasure, at: Array | None) -> Array:
    """Completed years or months, number of schools, or number of rows of matching past service.

    ``at``: which schools pass the measure's own selector on schools, where it has one.
    """
    person, school, begun, ended, columns = _past(facts, measure.present)
    wanted = np.isnat(begun) | (begun <= facts.as_of)
    tests = (("kind", measure.kinds), ("location", measure.locations), ("tier", measure.tiers))
    for name, values in tests:
        if values is not None:
            wanted &= by_value(columns[name], values.__contains__, bool)
    if at is not None:
        wanted &= (school >= 0) & at[school]
    first = begun
    if measure.within_years is not None:
        window = add_months(np.array([facts.as_of + _DAY]), -12 * measure.within_years)[0]
        wanted &= ~np.isnat(begun) & (ended >= window)
        first = np.maximum(begun, window)
        if measure.history == "times":
            wanted &= begun >= window
    if measure.history == "times":
        return np.bincount(person[wanted], minlength=facts.people).astype(float)
    person, first, ended = person[wanted], first[wanted], ended[wanted]
    months = np.nan_to_num(np.asarray(completed_months(first, ended)), nan=0.0)
    if measure.history != "schools":
        return np.floor_divide(np.bincount(person, months, minlength=facts.people), UNITS[measure.history])
    schools = _served_in(person, school[wanted], months, measure.years_each)
    return np.bincount(schools, minlength=facts.people).astype(float)


def _served_in(person: Array, school: Array, months: Array, years_each: int) -> Array:
    """The person of each school served in long enough; rows without a school are each a school of their own."""
    first_own = int(school.max(initial=0)) + 1
    own = np.where(school < 0, first_own + np.arange(len(school)), school)
    places = first_own + len(school)
    pairs, place = np.unique(person * places + own, return_inverse=True)
    return (pairs // places)[np.bincount(place, months, minlength=len(pairs)) >= 12 * years_each]


def _past(facts: Facts, present: bool) -> tuple[Array, Array, Array, Array, dict[str, Array]]:
    """Person, school (-1 for none), first and last day (``as_of`` where it still runs) and columns of all rows of past
    service; with the ``present`` stay as a row of its own in place of rows of the present school that reach ``as_of``.
    """
    table = facts.district.history
    person, school = facts.rows_of("history"), facts.history_school
    begun, ended = as_array(table["start"]), as_array(table["end"])
    runs_on = np.isnat(ended) | (ended >= facts.as_of)
    ended = np.where(runs_on, facts.as_of, ended)
    columns = {name: table[name].to_numpy(object) for name in ("kind", *ROW_PLACES)}
    if not present:
        return person, school, begun, ended, columns
    keep = ~(runs_on & (school == facts.school[person]))
    stays = {
        "kind": np.full(facts.people, "post", dtype=object),
        **{name: facts.of_people("school." + name) for name in ROW_PLACES},
    }
    return (
        np.concatenate([person[keep], np.arange(facts.people)]),
        np.concatenate([school[keep], facts.school]),
        np.concatenate([begun[keep], facts.of_people("joined_school")]),
        np.concatenate([ended[keep], np.full(facts.people, facts.as_of)]),
        {name: np.concatenate([column[keep], stays[name]]) for name, column in columns.items()},
    )
