"""Working days: weekends, the public holidays announced each year, and the bureau's own file of days.

The holidays of a year are announced late in the year before. For a year that the calendar does not hold yet, weekends
and the bureau's file are all that is known; which years that were is remembered, so that the bureau can be told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import chinese_calendar

from rotation_planner.data import schema
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.dates import read_date
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import LANGUAGES, catalogue

DAY = dt.timedelta(days=1)
MOST_DAYS = 400
COLUMNS = ("date", "until", "kind")


class WorkDays:
    """Which days are worked. ``given``: the bureau's own days (worked or not), which go before the calendar."""

    def __init__(self, given: Mapping[dt.date, bool] | None = None) -> None:
        self.given = dict(given or {})
        self.unannounced: set[int] = set()

    def works(self, day: dt.date) -> bool:
        """Whether the day is worked."""
        if day in self.given:
            return self.given[day]
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            self.unannounced.add(day.year)
            return day.weekday() < 5

    def on_or_after(self, day: dt.date) -> dt.date:
        """The first working day from this day on."""
        return self._seek(day, 1, DAY)

    def on_or_before(self, day: dt.date) -> dt.date:
        """The last working day up to this day."""
        return self._seek(day, 1, -DAY)

    def last_of(self, first: dt.date, number: int) -> dt.date:
        """The last day of a period of so many working days that begins with ``first`` (counted if it is worked)."""
        return self._seek(first, number, DAY)

    def before(self, day: dt.date, number: int) -> dt.date:
        """So many working days before this day, itself not counted."""
        return self._seek(day - DAY, number, -DAY)

    def after(self, day: dt.date, number: int) -> dt.date:
        """So many working days after this day, itself not counted."""
        return self._seek(day + DAY, number, DAY)

    def _seek(self, day: dt.date, number: int, step: dt.timedelta) -> dt.date:
        for _ in range(MOST_DAYS):
            number -= self.works(day)
            if number <= 0:
                return day
            day += step
        raise InputError([Problem(Severity.ERROR, "holidays_without_end", "scenario.yaml", None, "papers.holidays")])


def read_holidays(path: Path) -> dict[dt.date, bool]:
    """The bureau's file of days: ``date`` 日期, ``until`` 至 (blank: that day alone), ``kind`` 类别.

    The kind is ``off`` 放假 (also where blank) or ``work`` 上班, by day whether it is worked.

    Raises:
        InputError: everything in the file that cannot be understood.
    """
    raw, problems = read_csv(path, path.stem)
    if raw is None:
        raise InputError(problems or [Problem(Severity.ERROR, "holidays_empty", path.name)])
    words = catalogue()
    names = {schema.plain(text): key for key in COLUMNS for text in (key, *words[f"holiday_column.{key}"].values())}
    places = {names[schema.plain(text)]: at for at, text in enumerate(raw.headings) if schema.plain(text) in names}
    if "date" not in places:
        raise InputError([*problems, raw.problem(Severity.ERROR, "holidays_column", raw.header_row, "date")])
    kinds = {
        schema.plain(words[f"holiday_kind.{kind}"][lang]): kind == "work"
        for kind in ("off", "work") for lang in LANGUAGES
    }  # fmt: skip
    given: dict[dt.date, bool] = {}
    for at, row in enumerate(raw.rows):
        cells = {key: str(raw.columns[place][at]).strip() for key, place in places.items()}
        if not any(cells.values()):
            continue
        first, last = read_date(cells["date"]).day, read_date(cells.get("until") or cells["date"]).day
        kind = schema.plain(cells.get("kind", ""))
        if first is None or last is None or not first <= last <= first + MOST_DAYS * DAY:
            problems.append(raw.problem(Severity.ERROR, "holidays_day", int(row), "date", cells["date"]))
        elif kind and kind not in kinds:
            problems.append(raw.problem(Severity.ERROR, "holidays_kind", int(row), "kind", cells["kind"]))
        else:
            for number in range((last - first).days + 1):
                given[first + number * DAY] = kinds.get(kind, False)
    if any(each.severity is Severity.ERROR for each in problems):
        raise InputError(problems)
    return given
