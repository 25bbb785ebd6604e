"""What the checks share: the district, where its tables came from, and the list of what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.rawtable import RawTable, Spoken, resolve, shorten

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
Positions = npt.NDArray[np.intp]


class EachRow:
    """Values of a problem's sentence that differ from row to row, in the order of the rows found."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values


@dataclass(frozen=True)
class Unread:
    """Tables whose rows nobody knows (no file, not readable, no column of codes): what refers to them is not judged;
    and ``partial`` ones, which lack a required column: their rows cannot be told apart."""

    tables: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()


@dataclass
class Findings:
    """The district under check, the problems so far, and what the files do not hold."""

    district: District
    tables: Mapping[str, RawTable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: Unread = field(default_factory=Unread)

    def lacks(self, *tables: str) -> bool:
        """Whether one of the tables is not there, or not whole."""
        return not self.unread.tables.isdisjoint(tables) or not self.unread.partial.isdisjoint(tables)

    @cached_property
    def _headings(self) -> dict[str, dict[str, str]]:
        found = {}
        for key, raw in self.tables.items():
            known, _, _ = resolve(raw)
            found[key] = {name: raw.headings[at] for name, at in known.items()}
        return found

    def heading(self, table: str, column: str) -> str:
        """The heading of a column as the user wrote it, the Chinese one where the file has no such column."""
        return self._headings.get(table, {}).get(column) or schema.table(table)[column].heading

    def file(self, table: str) -> str:
        """The file or sheet of a table."""
        return self.tables[table].file if table in self.tables else table

    def told(self, table: str, column: str) -> npt.NDArray[np.bool_]:
        """Which rows have a problem of that cell already: a cell that cannot be read is not missing besides."""
        file, heading = self.file(table), self.heading(table, column)
        rows = [p.row for p in self.problems if p.file == file and p.column == heading]
        return getattr(self.district, table)[schema.ROW].isin(rows).to_numpy()

    def add_blank(
        self, severity: Severity, code: str, table: str, found: npt.NDArray[np.bool_], column: str, **values: Any
    ) -> None:
        """One problem for each row whose cell in ``column`` should not be blank."""
        if found.any():
            found = found & ~self.told(table, column)
        rows = {name: EachRow([v[i] for i in np.flatnonzero(found)]) for name, v in values.items()}
        self.add(severity, code, table, found, column, False, **rows)

    def add(
        self,
        severity: Severity,
        code: str,
        table: str,
        found: Any,
        column: str | None = None,
        show: bool = True,
        **values: Any,
    ) -> None:
        """One problem for each row in ``found`` (a mask or positions); ``value`` is the cell of ``column``.

        Among ``values``, an `EachRow` gives each problem its own.
        """
        at = np.flatnonzero(found) if np.asarray(found).dtype == bool else np.asarray(found, dtype=np.intp)
        if not len(at):
            return
        frame, file = getattr(self.district, table), self.file(table)
        rows = frame[schema.ROW].to_numpy()[at].tolist()
        heading = self.heading(table, column) if column else None
        shown = [_show(v) for v in frame[column].iloc[at]] if column and show else [None] * len(at)
        for i, row in enumerate(rows):
            own = {name: v.values[i] if isinstance(v, EachRow) else v for name, v in values.items()}
            self.problems.append(Problem(severity, code, file, row, heading, shown[i], own))

    def about(self, severity: Severity, code: str, table: str, column: str | None = None, **values: Any) -> None:
        """One problem about a table as a whole."""
        heading = self.heading(table, column) if column else None
        self.problems.append(Problem(severity, code, self.file(table), None, heading, None, values))


def _show(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return "" if value != value else shorten(value)


def first_of(keys: pd.DataFrame | pd.Series) -> tuple[npt.NDArray[np.bool_], Positions]:
    """Which rows repeat an earlier one, and for each row the position of the first like it."""
    frame = keys.to_frame() if isinstance(keys, pd.Series) else keys
    codes = frame.groupby(list(frame.columns), sort=False, dropna=False).ngroup().to_numpy()
    _, firsts, inverse = np.unique(codes, return_index=True, return_inverse=True)
    first = firsts[inverse]
    return first != np.arange(len(frame)), first


def words(values: Mapping[str, str], keys: str) -> Spoken:
    """Listed values joined by ``;`` as a sentence names them."""
    parts = [k for k in keys.split(";") if k]
    return Spoken("、".join(values.get(k, k) for k in parts), ", ".join(parts))
