"""A doubt: what only people can settle, the ways it can be read, and where each school finds its own side of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from rotation_planner.collecting.pool import LAST_YEAR, Change, Pool
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.data.rawtable import Spoken
from rotation_planner.data.schema import Kind
from rotation_planner.words import say


@dataclass(frozen=True)
class Reading:
    """One way to read a doubt: ``key`` names its words (``collect_reading.<key>``), ``change`` what then holds."""

    key: str
    values: Mapping[str, Any]
    change: Change

    @property
    def words(self) -> str:
        """The reading in the language in force."""
        return say(f"collect_reading.{self.key}", **self.values)


@dataclass(frozen=True)
class Side:
    """One school's side of a doubt: the row of its own file, the values of its own sentence.

    ``values`` hold nothing that only another school may know.
    """

    table: str
    at: int
    column: str | None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Doubt:
    """What is open between rosters, or between this year's roster and last year's.

    ``code`` names its words: ``collect_doubt.<code>`` for the bureau, ``collect_own.<code>`` for a school,
    ``collect_do.<code>`` what to do. ``readings``: the first is what the scenario holds. ``blocking``: no scenario can
    be written before it is settled. ``about``: the codes of the people or schools; ``alias``: ids that may be one
    person. ``sides``: by school_id. ``kind``: ``between`` or ``since``.
    """

    code: str
    kind: str
    about: tuple[str, ...]
    readings: tuple[Reading, ...]
    values: Mapping[str, Any]
    sides: Mapping[str, Side]
    blocking: bool = False
    alias: tuple[str, ...] = ()
    column: str = ""

    @property
    def id(self) -> str:
        """The same from run to run: what it is and whom it is about."""
        return "/".join([self.code, *self.about, *([self.column] if self.column else [])])

    @property
    def message(self) -> str:
        """What is open, for the bureau."""
        return say(f"collect_doubt.{self.code}", **self.values)

    def own_message(self, school: str) -> str:
        """What is open, for a school that it concerns."""
        return say(f"collect_own.{self.code}", **self.sides[school].values)

    @property
    def advice(self) -> str:
        """What to do."""
        return say(f"collect_do.{self.code}")


class Ground:
    """What the comparisons share: the pool, last year's district, and how people and schools are called."""

    def __init__(self, pool: Pool, last: District | None = None, moves: Mapping[str, str] | None = None) -> None:
        self.pool = pool
        self.last = last
        self.moves = moves

    @property
    def staff(self) -> pd.DataFrame:
        """The staff that count; the index is the position in the pool."""
        return self.pool.counting("staff")

    @cached_property
    def _names(self) -> dict[str, str]:
        frames = [self.pool.frames["schools"], *([self.last.schools] if self.last is not None else [])]
        found: dict[str, str] = {}
        for frame in frames:
            for code, name in zip(frame["school_id"].tolist(), frame["name"].tolist(), strict=True):
                found.setdefault(code, name)
        return found

    def school_name(self, code: str) -> str:
        """A school's name; its code where nobody says it."""
        return self._names.get(code, "") or code

    def school(self, code: str) -> str:
        """A school as sentences call it."""
        name = self._names.get(code, "")
        return say("collect.called", name=name, code=code) if name else code

    def person(self, at: int) -> str:
        """A person as sentences call them."""
        row = self.pool.frames["staff"]
        return say("collect.called", name=row["name"].iat[at], code=row["staff_id"].iat[at])

    def sender(self, key: str, at: int) -> str:
        """The school whose workbook a row stands in: of several the row's own; blank for the bureau's."""
        number = int(self.pool.file[key][at])
        if number == LAST_YEAR or self.pool.handed[number].bureau:
            return ""
        schools = self.pool.handed[number].schools
        if len(schools) != 1 and "school_id" in self.pool.frames[key].columns:
            own = str(self.pool.frames[key]["school_id"].iat[at])
            return own if own in schools else (schools[0] if schools else "")
        return schools[0] if schools else ""

    @cached_property
    def speaking(self) -> dict[str, int]:
        """The number of the file that speaks for each school."""
        found: dict[str, int] = {}
        for number, each in enumerate(self.pool.handed):
            for school in each.schools:
                found.setdefault(school, number)
        return found


def shown(table: str, column: str, value: Any) -> Any:
    """A cell as a sentence shows it: a day, a listed value in words, ``–`` for blank."""
    of = next((c for c in schema.table(table).columns if c.key == column), None)
    if value is None or value is pd.NaT or value != value or value == "":
        return "–"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if of is not None and of.values and of.kind is not Kind.YES_NO:
        parts = str(value).split(";")
        return Spoken(
            ";".join(schema.label(of.values, part, "zh") for part in parts),
            ";".join(schema.label(of.values, part, "en") for part in parts),
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def heading(table: str, column: str) -> Spoken:
    """A column as sentences call it."""
    of = next((c for c in schema.table(table).columns if c.key == column), None)
    return Spoken(of.heading, of.key) if of is not None else Spoken(column, column)
