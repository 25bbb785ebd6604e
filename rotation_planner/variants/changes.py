"""Changes to the tables of a scenario: rows told by a selector of the policy language, columns set, raised, multiplied,
rows put in or taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.district import District, frame_of
from rotation_planner.eligibility.arrays import as_array, compared
from rotation_planner.eligibility.selecting import Selecting
from rotation_planner.policy import selectors
from rotation_planner.policy.selectors import Selector
from rotation_planner.words import language, say

NUMBERS = (schema.Kind.WHOLE, schema.Kind.DECIMAL, schema.Kind.YEAR)
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class DataChange:
    """One change to one table.

    Rows: ``where`` speaks of the table's own columns (of ``schools`` and ``staff`` as the policy does), ``who`` of the
    people that a row names by staff_id, ``at`` of the schools that it names by school_id; all that are given must
    hold, and people and schools are looked up as they are before any change. ``set``: values by column; ``add`` and
    ``times``: numbers by column (whole columns stay whole, halves up; a blank stays blank); ``remove``: the rows go;
    ``insert``: rows put in, with ``who`` one for each of the people, with ``at`` one for each of the schools.
    """

    table: str
    where: Selector | None = None
    who: Selector | None = None
    at: Selector | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, float] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)
    remove: bool = False
    insert: tuple[Mapping[str, Any], ...] = ()

    def apply(self, frame: pd.DataFrame, selecting: Selecting) -> tuple[pd.DataFrame, int]:
        """The changed table and how many rows are touched; ``frame`` is left as it is.

        Raises:
            InputError: a value that the column cannot hold.
            KeyError: a column, population or rule that is not there.
        """
        if self.insert:
            rows = frame_of(self.table, self._rows(selecting))
            return pd.concat([frame, rows], ignore_index=True), len(rows)
        mask = self._mask(frame, selecting)
        if self.remove:
            return frame[~mask].reset_index(drop=True), int(mask.sum())
        changed: dict[str, Any] = {}
        for name, value in self.set.items():
            told = frame_of(self.table, [{name: value}])[name].iloc[0]
            changed[name] = frame[name].where(~mask, told)
        for name, value in (*self.add.items(), *self.times.items()):
            now = frame[name].to_numpy(float)
            new = now + value if name in self.add else now * value
            if schema.table(self.table)[name].kind is not schema.Kind.DECIMAL:
                new = np.floor(new + 0.5)
            changed[name] = np.where(mask, new, now)
        return frame.assign(**changed), int(mask.sum())

    def _mask(self, frame: pd.DataFrame, selecting: Selecting) -> Array:
        """Which rows of the table are meant."""
        mask = np.ones(len(frame), bool)
        people, schools = self._people(selecting), self._schools(selecting)
        if people is not None:
            mask &= frame["staff_id"].isin(people).to_numpy(bool)
        if schools is not None:
            mask &= frame["school_id"].isin(schools).to_numpy(bool)
        if self.where is not None and self.table not in ("schools", "staff"):
            mask &= _rows_passing(frame, self.table, self.where)
        return mask

    def _people(self, selecting: Selecting) -> list[str] | None:
        chosen = [each for each in (self.who, self.where if self.table == "staff" else None) if each is not None]
        if not chosen:
            return None
        passing = np.logical_and.reduce([selecting.people(each) for each in chosen])
        return selecting.facts.district.staff.loc[passing, "staff_id"].tolist()

    def _schools(self, selecting: Selecting) -> list[str] | None:
        chosen = [each for each in (self.at, self.where if self.table == "schools" else None) if each is not None]
        if not chosen:
            return None
        passing = np.logical_and.reduce([selecting.schools(each) for each in chosen])
        return selecting.facts.district.schools.loc[passing, "school_id"].tolist()

    def _rows(self, selecting: Selecting) -> list[dict[str, Any]]:
        """The rows to put in."""
        people = [{"staff_id": each} for each in self._people(selecting) or []] if self.who is not None else [{}]
        schools = [{"school_id": each} for each in self._schools(selecting) or []] if self.at is not None else [{}]
        return [{**row, **who, **at} for row in self.insert for who in people for at in schools]

    def words(self, touched: int) -> str:
        """The change in a line, with how many rows it touches."""
        table = schema.table(self.table)
        name = table.name if language() == "zh" else table.key
        if self.insert or self.remove:
            return say("variants.rows_in" if self.insert else "variants.rows_out", table=name, rows=touched)
        parts = [say("variants.set", column=_heading(table, key), value=value) for key, value in self.set.items()]
        parts += [f"{_heading(table, key)} {value:+g}" for key, value in self.add.items()]
        parts += [f"{_heading(table, key)} ×{value:g}" for key, value in self.times.items()]
        return say("variants.cells", table=name, change=say("policy.list_separator").join(parts), rows=touched)


def _heading(table: schema.Table, key: str) -> str:
    known = {each.key: each.heading for each in table.columns}
    return known.get(key, key) if language() == "zh" else key


def _rows_passing(frame: pd.DataFrame, table: str, selector: Selector) -> Array:
    """Which rows pass a selector on the table's own columns.

    Raises:
        KeyError: there is no such column.
        TypeError: a form that speaks of people.
    """
    match selector:
        case selectors.Everyone():
            return np.ones(len(frame), bool)
        case selectors.AllOf():
            return np.logical_and.reduce([_rows_passing(frame, table, each) for each in selector.all])
        case selectors.AnyOf():
            return np.logical_or.reduce([_rows_passing(frame, table, each) for each in selector.any])
        case selectors.NotThese():
            return ~_rows_passing(frame, table, selector.not_)
        case selectors.OnField():
            column = {each.key: each for each in schema.table(table).columns}.get(selector.field)
            order = tuple(column.values) if column is not None and column.values else None
            return compared(as_array(frame[selector.field]), selector, order)
    raise TypeError("not a selector on rows")


def changed(
    district: District, changes: tuple[DataChange, ...], selecting: Selecting
) -> tuple[dict[str, pd.DataFrame], list[tuple[str, int]]]:
    """The tables that the changes change, one after the other; and each change in words with the rows it touches.

    Raises:
        InputError: a value that its column cannot hold.
        KeyError: a column, population or rule that is not there.
    """
    frames: dict[str, pd.DataFrame] = {}
    told = []
    for each in changes:
        before = frames.get(each.table, district.frames[each.table])
        frames[each.table], touched = each.apply(before, selecting)
        told.append((each.words(touched), touched))
    return frames, told
