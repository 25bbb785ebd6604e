"""The district as the judge reads it: plain lists, one entry a person or school, read once and only looked up later.

A blank (empty text, no date, no number) is ``None`` everywhere, so that no comparison can take it for a value.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from rotation_planner.audit.calendar import age
from rotation_planner.data import schema
from rotation_planner.data.district import District

Row = dict[str, Any]
_SEPARATOR = re.compile("[;；、]")


class Destination(NamedTuple):
    """Where a move leads: the school entered by position, the department there (``None`` for people who are not placed
    in one), and the case of the ``modes`` rule in which it is made (``None`` where there is none)."""

    school: int
    department: str | None = None
    way: str | None = None


Ask = Callable[[int], bool]  # of a person or a school by position
AskMove = Callable[[int, Destination], bool]  # the person goes from the present school and department to there


class WhenAsked(Sequence[Any]):
    """A column whose values are worked out one by one, each when it is first asked for."""

    def __init__(self, work_out: Callable[[int], Any], size: int) -> None:
        self._work_out = work_out
        self._values: list[Any] = [_NOT_YET] * size

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, number: Any) -> Any:
        value = self._values[number]
        if value is _NOT_YET:
            value = self._values[number] = self._work_out(number)
        return value


_NOT_YET = object()


def entries(text: str | None) -> list[str]:
    """The entries of a list column (``;``, also ``；`` and ``、`` in columns of the district's own)."""
    return [] if text is None else [each for part in _SEPARATOR.split(text) if (each := part.strip())]


def plain_list(column: pd.Series) -> list[Any]:
    """A column as Python values: text, date, number or bool, ``None`` where blank."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.to_numpy("datetime64[D]").tolist()
    if pd.api.types.is_bool_dtype(column):
        return column.tolist()
    return [None if each is None or each != each or each == "" else each for each in column.tolist()]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The records of a (small) table."""
    columns = {str(name): plain_list(table[name]) for name in table.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


class Books:
    """People and schools by position, and each person's rows of the other tables."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.as_of = district.as_of
        self.people = range(len(district.staff))
        self.schools = range(len(district.schools))
        self._columns: dict[tuple[str, str], Sequence[Any]] = {}
        self.staff_id: list[str] = district.staff["staff_id"].tolist()
        self.school_id: list[str] = district.schools["school_id"].tolist()
        self.person_of = {each: number for number, each in enumerate(self.staff_id)}
        self.school_of = {each: number for number, each in enumerate(self.school_id)}
        self.at: list[int] = [self.school_of[each] for each in district.staff["school_id"].tolist()]
        self.demand = rows_of(district.demand)
        self.relatives = rows_of(district.relatives)
        self.exemptions = self._by_person(district.exemptions)
        self.applications = self._by_person(district.applications)
        self.history = self._by_person(district.history)
        self.appraisals = self._by_person(district.appraisals)
        self.pins = self._by_person(district.pins)

    def _by_person(self, table: pd.DataFrame) -> dict[int, list[Row]]:
        """The rows of a table by position of the person; rows of strangers are left out."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in rows_of(table):
            if row["staff_id"] in self.person_of:
                found[self.person_of[row["staff_id"]]].append(row)
        return dict(found)

    # ---- columns -------------------------------------------------------------------------------------------------

    def add_to_people(self, field: str, work_out: Callable[[int], Any]) -> None:
        """A further column of the staff, its values told by a function of the person."""
        self._columns["staff", field] = WhenAsked(work_out, len(self.people))

    def of_person(self, field: str) -> Sequence[Any]:
        """A column of the staff, ``school.<column>`` of the present school, a computed field or a further column.

        Raises:
            KeyError: the data has no such column.
        """
        return self._column("staff", field)

    def of_school(self, field: str) -> Sequence[Any]:
        """A column of the schools, or a computed field (KeyError if there is none)."""
        return self._column("schools", field)

    def _column(self, table: str, field: str) -> Sequence[Any]:
        if (table, field) not in self._columns:
            self._columns[table, field] = self._work_out(table, field)
        return self._columns[table, field]

    def _work_out(self, table: str, field: str) -> list[Any]:
        if table == "schools":
            if field == "staff_count":
                count = Counter(self.at)
                return [count[school] for school in self.schools]
            if field == "surplus":
                pairs = zip(self.of_school("staff_count"), self.of_school("headcount_limit"), strict=True)
                return [None if limit is None else staff - limit for staff, limit in pairs]
            return plain_list(self.district.schools[field])
        if field.startswith("school."):
            column = self.of_school(field.removeprefix("school."))
            return [column[school] for school in self.at]
        if field == "age":
            return [age(born, self.as_of) for born in self.of_person("birth_date")]
        if field == "subject_surplus":
            return self._subject_surplus()
        if field == "department_size":
            places = list(zip(self.at, self.of_person("department"), strict=True))
            size = Counter(places)
            return [None if department is None else size[at, department] for at, department in places]
        return plain_list(self.district.staff[field])

    def _subject_surplus(self) -> list[Any]:
        required = {(row["school_id"], row["stage"], row["subject"]): row["required"] for row in self.demand}
        found: list[Any] = []
        for place in self.places:
            due = required.get(place)
            found.append(None if due is None else self.full_time_today[place] - due)
        return found

    @cached_property
    def places(self) -> list[tuple[str, str | None, str | None]]:
        """School, stage and subject of each person today."""
        columns = zip(self.at, self.of_person("stage"), self.of_person("subject"), strict=True)
        return [(self.school_id[at], stage, subject) for at, stage, subject in columns]

    @cached_property
    def full_time_today(self) -> Counter[tuple[str, str | None, str | None]]:
        """Full-time staff by school, stage and subject today."""
        full_time = self.of_person("full_time")
        return Counter(place for person, place in enumerate(self.places) if full_time[person] and None not in place)

    # ---- kin and pins --------------------------------------------------------------------------------------------

    @cached_property
    def kin(self) -> dict[int, list[tuple[int, str]]]:
        """The relatives of each person among the staff with the kinship, whichever side is listed."""
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for row in self.relatives:
            one, other = self.person_of.get(row["staff_id"]), self.person_of.get(row["relative_id"])
            if one is not None and other is not None and one != other:
                found[one].append((other, row["kinship"]))
                found[other].append((one, row["kinship"]))
        return dict(found)

    def pinned(self, person: int, *verdicts: str) -> bool:
        """Whether the bureau has fixed one of these for the person."""
        return any(pin["verdict"] in verdicts for pin in self.pins.get(person, ()))

    @cached_property
    def appraisal_years(self) -> list[int]:
        """The years that the whole table holds up to the year of ``as_of``, in order."""
        years = {int(row["year"]) for rows in self.appraisals.values() for row in rows if row["year"] is not None}
        return sorted(year for year in years if year <= self.as_of.year)

    def school_name(self, school: int) -> str:
        """The name of a school; its id where it has none."""
        return self.of_school("name")[school] or self.school_id[school]

    def person_name(self, person: int) -> str:
        """The name of a person; the id where there is none."""
        return self.of_person("name")[person] or self.staff_id[person]


def contract_order(table: str, field: str) -> tuple[str, ...] | None:
    """The order in which the contract lists a column's values; ``None`` for a column without listed values."""
    if table == "staff" and field.startswith("school."):
        table, field = "schools", field.removeprefix("school.")
    for column in schema.table(table).columns:
        if column.key == field and column.kind is schema.Kind.LISTED:
            return tuple(column.values)
    return None
