"""The judge's own date arithmetic, on single days and with nothing borrowed from the rest of the package.

An age is completed on the birthday itself; a length of service counts its first and its last day. Where a later month
has not the day (29 February, the 31st), its last day stands in.
"""

from __future__ import annotations

import calendar
import datetime as dt

# Former age in years -> first month of birth that is delayed, months of birth for one month of delay, most delay.
# Decision of the Standing Committee of the National People's Congress of 13 September 2024, in force since 2025-01-01.
_DELAYS = {
    ("M", 60): ((1965, 1), 4, 36),
    ("F", 55): ((1970, 1), 4, 36),
    ("F", 50): ((1975, 1), 2, 60),
}
ONE_DAY = dt.timedelta(days=1)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month ``months`` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def full_months(start: dt.date, end: dt.date) -> int:
    """Completed months from ``start`` up to the day ``end``, which is not counted itself; never below 0."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day and end.day < calendar.monthrange(end.year, end.month)[1]:
        months -= 1
    return max(months, 0)


def served_months(start: dt.date | None, last: dt.date) -> int | None:
    """Completed months of service, the first and the last day both counted; ``None`` where the start is unknown."""
    return None if start is None else full_months(start, last + ONE_DAY)


def age(born: dt.date | None, as_of: dt.date) -> int | None:
    """Completed years of age; the birthday counts."""
    return None if born is None else full_months(born, as_of) // 12


def retires_on(born: dt.date | None, sex: str, former_age_of_women: int, statutory: bool) -> dt.date | None:
    """The day of retirement: at the former fixed age, or (``statutory``) at the age that rises by month of birth."""
    former = 60 if sex == "M" else former_age_of_women
    if born is None or (sex, former) not in _DELAYS:
        return None
    (year, month), step, most = _DELAYS[sex, former]
    since = (born.year - year) * 12 + born.month - month
    delay = min(since // step + 1, most) if statutory and since >= 0 else 0
    return months_later(born, former * 12 + delay)


def days_covered(spans: list[tuple[dt.date, dt.date]]) -> int:
    """Days that lie in at least one of the spans (both ends counted), each day once; a span that ends before it begins
    holds none."""
    days, reached = 0, None
    for first, last in sorted(spans):
        begin = first if reached is None or first > reached else reached + ONE_DAY
        if begin <= last:
            days += (last - begin).days + 1
            reached = last
    return days
