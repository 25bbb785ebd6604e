"""Calendar dates: one explicit reader for what districts write, and exact whole-year arithmetic.

Rules of counting, used everywhere: an age is completed on the birthday itself; a length of service counts its first
and its last day, so 2018-09-01 to 2027-08-31 is nine years. A month or year later than a day that the month has not
(29 February, the 31st) is the month's last day: 29 February 2004 plus one year is 28 February 2005, and a person born
on 29 February completes a year on 28 February of a common year.

Every function takes single ``datetime.date`` values or arrays of ``datetime64`` and answers in kind.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, NamedTuple, TypeAlias, overload

import numpy as np
import numpy.typing as npt

Days: TypeAlias = npt.NDArray[np.datetime64]
EARLIEST_YEAR, LATEST_YEAR = 1930, 2100

_MIDNIGHT = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?)?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_MIDNIGHT}",
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})",
        r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})[日号])?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})?",
    )
)


class Reading(NamedTuple):
    """What a cell says: a ``day``, or the ``problem`` (a code of the words) why it cannot be told."""

    day: dt.date | None
    problem: str | None = None


def read_date(value: Any, number_format: str | None = None) -> Reading:
    """Reads one cell as a date: 2027-08-31, 2027/8/31, 2027.8, 2027年8月31日, 202708, 20270831 or a spreadsheet date.

    A month without a day is its first day; a blank cell is neither day nor problem. The *number* 1990.1 is January
    or October: only a ``number_format`` with two decimals, such as ``0.00``, says October, without it the cell is
    refused. Problems: ``date_unreadable``, ``date_no_such_day``, ``date_implausible``, ``date_number``,
    ``date_january_or_october``.
    """
    if isinstance(value, dt.datetime):
        return _plausible(value.date())
    if isinstance(value, dt.date):
        return _plausible(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _read_number(float(value), number_format)
    if not isinstance(value, str):
        return Reading(None, "date_unreadable")
    text = unicodedata.normalize("NFKC", value).strip()
    if not text:
        return Reading(None)
    if "年" in text:
        text = "".join(text.split())
    for shape in _SHAPES:
        if found := shape.fullmatch(text):
            return _build(int(found["y"]), int(found["m"]), int(found.groupdict().get("d") or 1))
    return Reading(None, "date_unreadable")


def _read_number(number: float, number_format: str | None) -> Reading:
    if number.is_integer() and (190001 <= number <= 299912 or 19000101 <= number <= 29991231):
        return read_date(str(int(number)))
    text = repr(number)
    if re.fullmatch(r"\d{4}\.\d{1,2}", text) and not number.is_integer():
        if text.endswith(".1"):
            if number_format is None or not re.match(r"0\.00(?!0)", number_format):
                return Reading(None, "date_january_or_october")
            text += "0"
        return read_date(text)
    return Reading(None, "date_number")


def _build(year: int, month: int, day: int) -> Reading:
    try:
        return _plausible(dt.date(year, month, day))
    except ValueError:
        return Reading(None, "date_no_such_day")


def _plausible(day: dt.date) -> Reading:
    return Reading(day) if EARLIEST_YEAR <= day.year <= LATEST_YEAR else Reading(None, "date_implausible")


def _days(value: Any) -> Days:
    return np.asarray(value, dtype="datetime64[D]")


def _single(value: Any) -> bool:
    return np.ndim(value) == 0


def _add_months(start: Days, months: npt.NDArray[np.int64]) -> Days:
    # The empty difference of NaT stays NaT: numpy carries it through both units.
    month = start.astype("datetime64[M]")
    day = (start - month).astype(np.int64)
    target = month + months.astype("timedelta64[M]")
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    moved = target.astype("datetime64[D]") + np.minimum(day, length - 1).astype("timedelta64[D]")
    return np.where(np.isnat(start), np.datetime64("NaT", "D"), moved)


@overload
def add_months(start: dt.date, months: int) -> dt.date: ...
@overload
def add_months(start: Days, months: Any) -> Days: ...
def add_months(start: Any, months: Any) -> Any:
    """The day ``months`` later (earlier when negative), or the month's last day where it has no such day."""
    moved = _add_months(_days(start), np.asarray(months, dtype=np.int64))
    return moved.item() if _single(start) and _single(months) else moved


@overload
def add_years(start: dt.date, years: int) -> dt.date: ...
@overload
def add_years(start: Days, years: Any) -> Days: ...
def add_years(start: Any, years: Any) -> Any:
    """The same day ``years`` later; 29 February becomes 28 February of a common year."""
    return add_months(start, np.asarray(years, dtype=np.int64) * 12)


def _months_until(start: Any, end: Any) -> Any:
    """Completed months from ``start`` to the day ``end``, which itself is not counted; never below 0; NaN unknown."""
    first, last = np.broadcast_arrays(_days(start), _days(end))
    unknown = np.isnat(first) | np.isnat(last)
    first = np.where(unknown, np.datetime64("2000-01-01"), first)
    last = np.where(unknown, np.datetime64("2000-01-01"), last)
    span = (last.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    span = span - (_add_months(first, span) > last)
    months = np.where(unknown, np.nan, np.maximum(span, 0))
    return months


def _answer(counts: Any, *given: Any) -> Any:
    if all(_single(value) for value in given):
        return None if np.isnan(counts) else int(counts)
    return counts


@overload
def completed_months(start: dt.date, end_inclusive: dt.date) -> int: ...
@overload
def completed_months(start: Any, end_inclusive: Any) -> npt.NDArray[np.float64]: ...
def completed_months(start: Any, end_inclusive: Any) -> Any:
    """Completed months from ``start`` to ``end_inclusive``, both days counted. Terms and half-years come from these.

    Single days give an ``int``; arrays give ``float64`` with NaN where a day is unknown (so no comparison holds there).
    A start after the end counts 0.
    """
    return _answer(_months_until(start, _days(end_inclusive) + 1), start, end_inclusive)


@overload
def completed_years(start: dt.date, end_inclusive: dt.date) -> int: ...
@overload
def completed_years(start: Any, end_inclusive: Any) -> npt.NDArray[np.float64]: ...
def completed_years(start: Any, end_inclusive: Any) -> Any:
    """Completed years of service from ``start`` to ``end_inclusive``, both days counted (see `completed_months`)."""
    return _answer(np.floor_divide(_months_until(start, _days(end_inclusive) + 1), 12), start, end_inclusive)


@overload
def age_on(birth: dt.date, as_of: dt.date) -> int: ...
@overload
def age_on(birth: Any, as_of: Any) -> npt.NDArray[np.float64]: ...
def age_on(birth: Any, as_of: Any) -> Any:
    """Age in completed years on the day ``as_of``; the birthday itself counts. Shapes as `completed_months`."""
    return _answer(np.floor_divide(_months_until(birth, as_of), 12), birth, as_of)


# Decision of the Standing Committee of the National People's Congress on gradually raising the statutory retirement
# age (13 September 2024, in force from 1 January 2025): former age in years; first month of birth concerned; months
# of birth per month of delay; most months of delay.
_SCHEDULE = {
    ("M", 60): (np.datetime64("1965-01", "M"), 4, 36),
    ("F", 55): (np.datetime64("1970-01", "M"), 4, 36),
    ("F", 50): (np.datetime64("1975-01", "M"), 2, 60),
}


def _retire(birth: Any, sex: Any, women_former_age: Any, delayed: bool) -> Any:
    born, sexes, women = np.broadcast_arrays(_days(birth), np.asarray(sex, dtype=str), np.asarray(women_former_age))
    if not np.isin(women, (50, 55)).all():
        raise ValueError("women_former_age is 50 or 55")
    months = np.zeros(born.shape, dtype=np.int64)
    known = np.zeros(born.shape, dtype=bool)
    for (of, age), (first, step, most) in _SCHEDULE.items():
        concerned = (sexes == of) & ((of == "M") | (women == age))
        after = (np.where(np.isnat(born), first, born.astype("datetime64[M]")) - first).astype(np.int64)
        delay = np.where(after < 0, 0, np.minimum(after // step + 1, most)) if delayed else 0
        months = np.where(concerned, age * 12 + delay, months)
        known |= concerned
    day = np.where(known, _add_months(born, months), np.datetime64("NaT", "D"))
    if all(_single(value) for value in (birth, sex, women_former_age)):
        return day.item()
    return day


@overload
def retirement_date(birth: dt.date, sex: str, women_former_age: int = 55) -> dt.date: ...
@overload
def retirement_date(birth: Days, sex: Any, women_former_age: Any = 55) -> Days: ...
def retirement_date(birth: Any, sex: Any, women_former_age: Any = 55) -> Any:
    """Statutory retirement day under the gradual schedule in force since 2025-01-01.

    Men's 60 rises to 63 and women's 55 to 58 by one month for every four months of birth date (men born from 1965-01,
    women from 1970-01); women's 50 rises to 55 by one month for every two (born from 1975-01).

    Args:
        birth: day or days of birth.
        sex: ``"M"`` or ``"F"``; an unknown sex or birth gives NaT (None for single values).
        women_former_age: 55 (cadres, among them teachers) or 50, one value or one for each person.
    """
    return _retire(birth, sex, women_former_age, delayed=True)


@overload
def former_retirement_date(birth: dt.date, sex: str, women_former_age: int = 55) -> dt.date: ...
@overload
def former_retirement_date(birth: Days, sex: Any, women_former_age: Any = 55) -> Days: ...
def former_retirement_date(birth: Any, sex: Any, women_former_age: Any = 55) -> Any:
    """The retirement day before 2025: men at 60, women at 55 or 50. Arguments as `retirement_date`."""
    return _retire(birth, sex, women_former_age, delayed=False)
