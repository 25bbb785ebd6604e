"""The judge's own dates: the law's examples, and the same answers as ``data.dates`` on any day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation_planner.audit.calendar import (
    age,
    days_covered,
    full_months,
    months_later,
    retires_on,
    served_months,
)
from rotation_planner.data import dates

DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2060, 12, 31))


@pytest.mark.parametrize(
    ("start", "last", "years"),
    [
        ("2018-09-01", "2027-08-31", 9),  # both days counted
        ("2018-09-02", "2027-08-31", 8),
        ("2024-02-29", "2027-02-26", 2),
        ("2024-02-29", "2027-02-27", 3),  # in a common year the 28th stands for the 29th
        ("2024-02-29", "2028-02-27", 3),
        ("2023-03-01", "2024-02-28", 0),  # the 29th is still missing
        ("2023-03-01", "2024-02-29", 1),
        ("2028-01-01", "2027-08-31", 0),
    ],
)
def test_years_of_service(start: str, last: str, years: int) -> None:
    months = served_months(dt.date.fromisoformat(start), dt.date.fromisoformat(last))
    assert months is not None
    assert months // 12 == years


@given(DAYS, DAYS)
def test_service_and_age_are_those_of_the_data_layer(start: dt.date, end: dt.date) -> None:
    assert served_months(start, end) == dates.completed_months(start, end)
    assert age(start, end) == dates.age_on(start, end)


@given(DAYS, st.integers(-400, 400))
def test_months_later_is_that_of_the_data_layer(day: dt.date, months: int) -> None:
    assert months_later(day, months) == dates.add_months(day, months)


@given(st.dates(dt.date(1955, 1, 1), dt.date(2000, 12, 31)), st.sampled_from("FM"), st.sampled_from((50, 55)))
def test_retirement_is_that_of_the_data_layer(born: dt.date, sex: str, former: int) -> None:
    assert retires_on(born, sex, former, True) == dates.retirement_date(born, sex, former)
    assert retires_on(born, sex, former, False) == dates.former_retirement_date(born, sex, former)


@pytest.mark.parametrize(
    ("born", "sex", "former", "day"),
    [
        ("1964-12-31", "M", 55, "2024-12-31"),  # before the schedule
        ("1965-01-01", "M", 55, "2025-02-01"),  # its first month: one month later
        ("1965-04-30", "M", 55, "2025-05-30"),
        ("1965-05-01", "M", 55, "2025-07-01"),  # the fifth month: two
        ("1976-08-31", "M", 55, "2039-07-31"),  # the last month of 35
        ("1976-09-01", "M", 55, "2039-09-01"),  # the full three years
        ("1970-01-15", "F", 55, "2025-02-15"),
        ("1975-01-15", "F", 50, "2025-02-15"),
        ("1984-11-01", "F", 50, "2039-11-01"),  # five years in all
    ],
)
def test_retirement_by_the_schedule(born: str, sex: str, former: int, day: str) -> None:
    assert retires_on(dt.date.fromisoformat(born), sex, former, True) == dt.date.fromisoformat(day)


def test_what_is_unknown_stays_unknown() -> None:
    assert age(None, dt.date(2027, 8, 31)) is None
    assert served_months(None, dt.date(2027, 8, 31)) is None
    assert retires_on(None, "F", 55, True) is None
    assert retires_on(dt.date(1970, 1, 1), "", 55, True) is None


def test_days_lie_in_spans_once() -> None:
    day = dt.date(2027, 1, 1)
    at = [day + dt.timedelta(days=each) for each in range(20)]
    assert days_covered([]) == 0
    assert days_covered([(at[0], at[0])]) == 1
    assert days_covered([(at[0], at[9]), (at[3], at[5])]) == 10
    assert days_covered([(at[5], at[12]), (at[0], at[6]), (at[15], at[15])]) == 14
    assert full_months(at[0], at[0]) == 0
