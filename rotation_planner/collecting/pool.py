"""All rows handed in, side by side: every table once, each row knowing its file, and which rows count.

A row has three names: its position in the pool's table, its running number there (position + 2, what the checks call
its row), and its row in the file it came from.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotation_planner.collecting.handed import Handed
from rotation_planner.data import schema
from rotation_planner.data.district import District, empty_frame
from rotation_planner.data.problems import Problem
from rotation_planner.data.rawtable import resolve

Mask = npt.NDArray[np.bool_]
Cell = tuple[str, int, str, Any]
"""A cell of the pool and what it would hold: table, position, column, value."""
Row = tuple[str, int]
"""A row of the pool: table, position."""
SCHOOL_COLUMNS = (
    ("staff", "school_id"), ("demand", "school_id"), ("applications", "school_id"), ("history", "school_id"),
    ("pins", "school_id"), ("distances", "from_school"), ("distances", "to_school"),
)  # fmt: skip
PERSON_COLUMNS = (
    ("exemptions", "staff_id"), ("applications", "staff_id"), ("history", "staff_id"), ("appraisals", "staff_id"),
    ("relatives", "staff_id"), ("relatives", "relative_id"), ("pins", "staff_id"),
)  # fmt: skip
LAST_YEAR = -1  # the file of rows that stand in last year's roster only


@dataclass(frozen=True)
class Change:
    """What a reading of a doubt changes against the rows as they count now: rows that no longer count, rows that count
    besides, cells that hold something else."""

    drop: tuple[Row, ...] = ()
    add: tuple[Row, ...] = ()
    cells: tuple[Cell, ...] = ()


@dataclass
class Pool:
    """``frames`` in normal form by table, with every row of every file; ``file``: the number of each row's file in
    ``handed`` (`LAST_YEAR`: none); ``own``: its row there; ``keep``: whether it counts."""

    as_of: dt.date
    handed: Sequence[Handed]
    frames: dict[str, pd.DataFrame]
    file: dict[str, npt.NDArray[np.int64]]
    own: dict[str, npt.NDArray[np.int64]]
    keep: dict[str, Mask]
    _places: dict[tuple[int, str, int], int] = field(default_factory=dict)

    @staticmethod
    def of(as_of: dt.date, handed: Sequence[Handed], last: Mapping[str, pd.DataFrame] | None = None) -> Pool:
        """The pool of everything handed in; rows of ``last`` are put beside it and do not count."""
        frames, file, own, keep = {}, {}, {}, {}
        for key in schema.TABLE_KEYS:
            parts = [(number, each.frames[key]) for number, each in enumerate(handed) if key in each.frames]
            if last is not None and key in last:
                parts.append((LAST_YEAR, last[key]))
            parts = [(number, frame) for number, frame in parts if len(frame)]
            frames[key] = _joined(key, [frame for _, frame in parts])
            file[key] = np.repeat([number for number, _ in parts], [len(frame) for _, frame in parts]).astype(np.int64)
            rows = [frame[schema.ROW].to_numpy(np.int64) for _, frame in parts]
            own[key] = np.concatenate(rows) if rows else np.array([], dtype=np.int64)
            keep[key] = file[key] != LAST_YEAR
            frames[key][schema.ROW] = np.arange(len(frames[key]), dtype=np.int64) + 2
        pool = Pool(as_of, handed, frames, file, own, keep)
        for key in schema.TABLE_KEYS:
            for at, place in enumerate(zip(file[key].tolist(), own[key].tolist(), strict=True)):
                pool._places[(place[0], key, place[1])] = at
        return pool

    # ---- where a row stands --------------------------------------------------------------------------------------

    def place(self, key: str, at: int, column: str | None = None) -> tuple[str, int | None, str | None]:
        """File or sheet, row and heading of a row as its own file has them."""
        number = int(self.file[key][at])
        if number == LAST_YEAR:
            return "", None, None
        raw = self.handed[number].tables[key]
        return raw.file, int(self.own[key][at]), None if column is None else self._heading(number, key, column)

    def _heading(self, number: int, key: str, column: str) -> str:
        raw = self.handed[number].tables[key]
        known, _, _ = resolve(raw)
        return raw.headings[known[column]] if column in known else schema.table(key)[column].heading

    def own_problem(self, problem: Problem, key: str) -> Problem | None:
        """A problem of the pool's table as one of the file that its row came from; ``None`` where the other row that
        it names stands in another file, which is told as a doubt."""
        if problem.row is None:
            return problem
        at = problem.row - 2
        column = next((c.key for c in schema.table(key).columns if c.heading == problem.column), None)
        file, row, heading = self.place(key, at, column)
        values = dict(problem.values)
        if isinstance(values.get("first"), int):
            other = int(values["first"]) - 2
            if self.file[key][other] != self.file[key][at]:
                return None
            values["first"] = int(self.own[key][other])
        return dataclasses.replace(problem, file=file, row=row, column=heading or problem.column, values=values)

    def pool_problems(self) -> list[Problem]:
        """The files' own problems of single cells, as the checks know them: by table, running number and heading."""
        found = []
        for number, handed in enumerate(self.handed):
            keys = {raw.file: key for key, raw in handed.tables.items()}
            headings = {key: {n: c for c, n in self._named(number, key).items()} for key in handed.tables}
            for each in handed.problems:
                key = keys.get(each.file)
                at = self._places.get((number, key, each.row)) if key is not None and each.row is not None else None
                if key is None or at is None or each.column is None:
                    continue
                column = headings[key].get(each.column)
                if column is not None:
                    found.append(
                        dataclasses.replace(each, file=key, row=at + 2, column=schema.table(key)[column].heading)
                    )
        return found

    def _named(self, number: int, key: str) -> dict[str, str]:
        raw = self.handed[number].tables[key]
        return {name: raw.headings[at] for name, at in resolve(raw)[0].items()}

    # ---- what counts ---------------------------------------------------------------------------------------------

    def counting(self, key: str) -> pd.DataFrame:
        """The rows of a table that count; their index is the position in the pool."""
        return self.frames[key][self.keep[key]]

    def drop(self, key: str, positions: Iterable[int]) -> None:
        """From now on these rows do not count."""
        self.keep[key][list(positions)] = False

    def tables(self, change: Change | None = None) -> dict[str, pd.DataFrame]:
        """Every table with the rows that count, read as ``change`` says."""
        if change is None:
            return {key: self.counting(key).reset_index(drop=True) for key in schema.TABLE_KEYS}
        keep = {key: mask.copy() for key, mask in self.keep.items()}
        for key, at in change.drop:
            keep[key][at] = False
        for key, at in change.add:
            keep[key][at] = True
        frames = dict(self.frames)
        for key in {key for key, *_ in change.cells}:
            frames[key] = frames[key].copy()
        for key, at, column, value in change.cells:
            frames[key].loc[at, column] = value
        return {key: frames[key][keep[key]].reset_index(drop=True) for key in schema.TABLE_KEYS}


def _joined(key: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames under each other; own columns that a file does not have are blank there."""
    if not frames:
        return empty_frame(key)
    joined = pd.concat(frames, ignore_index=True)
    for name in joined.columns:
        if name not in schema.table(key).keys and name != schema.ROW:
            joined[name] = joined[name].astype(object).where(joined[name].notna(), "").astype("str")
    return joined[[*(c for c in joined.columns if c != schema.ROW), schema.ROW]]


def sound(as_of: dt.date, tables: Mapping[str, pd.DataFrame]) -> tuple[District, Mask]:
    """The district that can be judged: rows whose references lead nowhere fall away, of rows with one id the first
    stands. With it, which rows of ``tables["staff"]`` stayed."""
    schools = tables["schools"]
    schools = schools[(schools["school_id"] != "") & ~schools["school_id"].duplicated()].reset_index(drop=True)
    known = set(schools["school_id"])
    staff = tables["staff"]
    stays = (staff["staff_id"] != "") & ~staff["staff_id"].duplicated() & staff["school_id"].isin(known)
    staff = staff[stays].reset_index(drop=True)
    people = set(staff["staff_id"])
    lost = (staff["reports_to"] != "") & ~staff["reports_to"].isin(people)
    if lost.any():
        staff = staff.assign(reports_to=staff["reports_to"].mask(lost, "").astype("str"))
    found = {**tables, "schools": schools, "staff": staff}
    for columns, kept in ((SCHOOL_COLUMNS[1:], known | {""}), (PERSON_COLUMNS, people)):
        for key, column in columns:
            inside = found[key][column].isin(kept)
            if not inside.all():
                found[key] = found[key][inside].reset_index(drop=True)
    demand = found["demand"].duplicated(["school_id", "stage", "subject"]) | (found["demand"]["school_id"] == "")
    if demand.any():
        found["demand"] = found["demand"][~demand].reset_index(drop=True)
    return District(as_of, **found), stays.to_numpy(bool)
