"""Dates as districts write them, and whole years counted exactly."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rotation_planner.data.dates import (
    add_months,
    add_years,
    age_on,
    completed_months,
    completed_years,
    former_retirement_date,
    read_date,
    retirement_date,
)

DAY = dt.date
days = st.dates(DAY(1931, 1, 1), DAY(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-08-31", DAY(2027, 8, 31)),
        ("2027/8/31", DAY(2027, 8, 31)),
        ("2027.8.31", DAY(2027, 8, 31)),
        ("2027.8", DAY(2027, 8, 1)),
        ("2027-08", DAY(2027, 8, 1)),
        ("2027/08", DAY(2027, 8, 1)),
        ("2027年8月31日", DAY(2027, 8, 31)),
        ("2027 年 8 月 31 号", DAY(2027, 8, 31)),
        ("2027年8月", DAY(2027, 8, 1)),
        ("202708", DAY(2027, 8, 1)),
        ("20270831", DAY(2027, 8, 31)),
        (" ２０２７－０８－３１　", DAY(2027, 8, 31)),
        ("2027-08-31 00:00:00", DAY(2027, 8, 31)),
        ("1990.1", DAY(1990, 1, 1)),
        ("1990.10", DAY(1990, 10, 1)),
        (DAY(2027, 8, 31), DAY(2027, 8, 31)),
        (dt.datetime(2027, 8, 31, 9, 30), DAY(2027, 8, 31)),
        (202708.0, DAY(2027, 8, 1)),
        (20270831.0, DAY(2027, 8, 31)),
        (1990.01, DAY(1990, 1, 1)),
        (1990.9, DAY(1990, 9, 1)),
        (1990.11, DAY(1990, 11, 1)),
        ("", None),
        ("　", None),
    ],
)
def test_writings_that_are_read(text: Any, day: dt.date | None) -> None:
    assert read_date(text) == (day, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1985-7-", "date_unreadable"),
        ("85-07-01", "date_unreadable"),
        ("31/8/2027", "date_unreadable"),
        ("8/31/2027", "date_unreadable"),
        ("2027-08/31", "date_unreadable"),
        ("2027", "date_unreadable"),
        ("去年", "date_unreadable"),
        ("2027-08-31 12:00", "date_unreadable"),
        ("2027-02-29", "date_no_such_day"),
        ("2027.13", "date_no_such_day"),
        ("202700", "date_no_such_day"),
        ("1929-12-31", "date_implausible"),
        ("2101-01-01", "date_implausible"),
        (DAY(1905, 6, 12), "date_implausible"),
        (33147.0, "date_number"),
        (2027.0, "date_number"),
        (1990.123, "date_number"),
        (float("nan"), "date_number"),
        (1990.1, "date_january_or_october"),
        (dt.time(8), "date_unreadable"),
    ],
)
def test_writings_that_are_refused(text: Any, problem: str) -> None:
    assert read_date(text) == (None, problem)


@pytest.mark.parametrize("number_format", [None, "General", "0.0", "0.000", "@"])
def test_the_number_of_january_or_october_is_refused(number_format: str | None) -> None:
    assert read_date(1990.1, number_format).problem == "date_january_or_october"


@pytest.mark.parametrize("number_format", ["0.00", "0.00_ ", "0.00;[Red]0.00"])
def test_a_number_shown_with_two_decimals_is_october(number_format: str) -> None:
    assert read_date(1990.1, number_format).day == DAY(1990, 10, 1)


@given(days)
def test_every_writing_of_a_day_is_that_day(day: dt.date) -> None:
    y, m, d = day.year, day.month, day.day
    for text in (f"{y}-{m}-{d}", f"{y}/{m:02}/{d:02}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}"):
        assert read_date(text).day == day
    for text in (f"{y}-{m:02}", f"{y}.{m}", f"{y}年{m}月", f"{y}{m:02}"):
        assert read_date(text).day == day.replace(day=1)


@given(st.text(max_size=14))
def test_any_text_is_a_plausible_day_or_a_problem(text: str) -> None:
    day, problem = read_date(text)
    assert (problem is None) if day else (problem is not None or not text.strip())
    assert day is None or 1930 <= day.year <= 2100


def test_service_counts_both_ends_and_age_counts_the_birthday() -> None:
    assert completed_years(DAY(2018, 9, 1), DAY(2027, 8, 31)) == 9
    assert completed_years(DAY(2018, 9, 2), DAY(2027, 8, 31)) == 8
    assert age_on(DAY(1971, 8, 31), DAY(2027, 8, 31)) == 56
    assert age_on(DAY(1971, 9, 1), DAY(2027, 8, 31)) == 55


def test_the_day_before_the_leap_day_rules() -> None:
    assert add_years(DAY(2004, 2, 29), 1) == DAY(2005, 2, 28)
    assert add_years(DAY(2004, 2, 29), 4) == DAY(2008, 2, 29)
    assert age_on(DAY(2004, 2, 29), DAY(2027, 2, 28)) == 23
    assert age_on(DAY(2004, 2, 29), DAY(2027, 2, 27)) == 22
    assert age_on(DAY(2004, 2, 29), DAY(2028, 2, 28)) == 23
    assert add_months(DAY(2024, 1, 31), 1) == DAY(2024, 2, 29)
    assert add_months(DAY(2024, 3, 31), -1) == DAY(2024, 2, 29)


def plainly(start: dt.date, months: int) -> dt.date:
    """`add_months` said by another road: step back from the 31st until the day is there."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return dt.date(year, month + 1, day)
        except ValueError:
            continue
    return dt.date(year, month + 1, min(start.day, 27)) if start.day <= 27 else dt.date(year, month + 1, 28)


@given(days, st.integers(-300, 300))
@example(DAY(2004, 2, 29), 12)
def test_months_are_added_as_on_paper(day: dt.date, months: int) -> None:
    assert add_months(day, months) == plainly(day, months)


@given(days, days)
@example(DAY(2018, 9, 1), DAY(2027, 8, 31))
@example(DAY(2004, 2, 29), DAY(2027, 2, 27))
def test_completed_years_are_the_most_that_fit(start: dt.date, end: dt.date) -> None:
    years, after = completed_years(start, end), end + dt.timedelta(1)
    if after < start:
        assert years == 0
    else:
        assert years == 0 or plainly(start, 12 * years) <= after
        assert plainly(start, 12 * years + 12) > after
    assert years == completed_months(start, end) // 12
    assert completed_years(start, end) == age_on(start, after)


@given(st.lists(st.tuples(days, days), min_size=1, max_size=20))
def test_arrays_and_single_days_agree(pairs: list[tuple[dt.date, dt.date]]) -> None:
    starts = np.array([p[0] for p in pairs], dtype="datetime64[s]")
    ends = np.array([p[1] for p in pairs], dtype="datetime64[D]")
    assert completed_years(starts, ends).tolist() == [completed_years(a, b) for a, b in pairs]
    assert age_on(starts, pairs[0][1]).tolist() == [age_on(a, pairs[0][1]) for a, _ in pairs]
    assert add_years(starts, 3).tolist() == [add_years(a, 3) for a, _ in pairs]


def test_unknown_days_stay_unknown() -> None:
    unknown = np.array(["NaT", "2018-09-01"], dtype="datetime64[D]")
    assert np.isnan(completed_years(unknown, DAY(2027, 8, 31))).tolist() == [True, False]
    assert not (completed_years(unknown, DAY(2027, 8, 31)) >= 0)[0]
    assert np.isnat(add_months(unknown, 5)).tolist() == [True, False]
    assert np.isnat(retirement_date(unknown, np.array(["M", "F"]))).tolist() == [True, False]
    assert np.isnat(retirement_date(unknown, np.array(["M", ""]))).tolist() == [True, True]


@pytest.mark.parametrize(
    ("birth", "sex", "former", "years", "months"),
    [
        (DAY(1964, 12, 31), "M", 55, 60, 0),
        (DAY(1965, 1, 1), "M", 55, 60, 1),
        (DAY(1965, 4, 30), "M", 55, 60, 1),
        (DAY(1965, 5, 1), "M", 55, 60, 2),
        (DAY(1976, 8, 31), "M", 55, 62, 11),
        (DAY(1976, 9, 1), "M", 55, 63, 0),
        (DAY(1990, 1, 1), "M", 55, 63, 0),
        (DAY(1969, 12, 31), "F", 55, 55, 0),
        (DAY(1970, 1, 1), "F", 55, 55, 1),
        (DAY(1981, 8, 31), "F", 55, 57, 11),
        (DAY(1981, 9, 1), "F", 55, 58, 0),
        (DAY(1974, 12, 31), "F", 50, 50, 0),
        (DAY(1975, 1, 1), "F", 50, 50, 1),
        (DAY(1975, 3, 1), "F", 50, 50, 2),
        (DAY(1984, 10, 31), "F", 50, 54, 11),
        (DAY(1984, 11, 1), "F", 50, 55, 0),
    ],
)
def test_published_retirement_ages(birth: dt.date, sex: str, former: int, years: int, months: int) -> None:
    assert retirement_date(birth, sex, former) == add_months(birth, 12 * years + months)


@given(days, st.sampled_from([("M", 50), ("M", 55), ("F", 50), ("F", 55)]))
def test_later_born_never_retire_earlier(birth: dt.date, group: tuple[str, int]) -> None:
    sex, former = group
    first = birth.replace(day=1)
    later = add_months(first, 1)
    assert retirement_date(first, sex, former) < retirement_date(later, sex, former)
    step = completed_months(first, retirement_date(later, sex, former)) - completed_months(
        first, retirement_date(first, sex, former)
    )
    assert step in (1, 2)
    delay = completed_months(
        former_retirement_date(first, sex, former), retirement_date(first, sex, former) - dt.timedelta(1)
    )
    assert 0 <= delay <= (60 if (sex, former) == ("F", 50) else 36)


def test_a_former_age_is_one_of_two() -> None:
    with pytest.raises(ValueError, match="50 or 55"):
        retirement_date(DAY(1980, 1, 1), "F", 60)
