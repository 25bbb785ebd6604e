"""The district: every table in normal form, frozen, indexed once."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.cells import normalise
from rotation_planner.data.distance import school_distances
from rotation_planner.data.problems import InputError, Severity
from rotation_planner.data.rawtable import from_records
from rotation_planner.words import language, say


@dataclass(frozen=True, eq=False)
class District:
    """What a district is on the day ``as_of``: ten tables, all present, blank ones with the right columns.

    Text and codes are str with ``""`` for blank; listed values are English keys; list columns are joined by ``;``;
    dates are datetime64 with NaT, numbers float64 with NaN, yes/no columns bool. Columns of the district's own are kept
    as text under their heading. ``_row`` is the record's row number in the file.
    """

    as_of: dt.date
    schools: pd.DataFrame
    staff: pd.DataFrame
    demand: pd.DataFrame
    exemptions: pd.DataFrame
    applications: pd.DataFrame
    history: pd.DataFrame
    appraisals: pd.DataFrame
    relatives: pd.DataFrame
    pins: pd.DataFrame
    distances: pd.DataFrame

    @cached_property
    def school_pos(self) -> dict[str, int]:
        """The row position of each school in ``schools`` by school_id."""
        return {key: i for i, key in enumerate(self.schools["school_id"].tolist())}

    @cached_property
    def staff_pos(self) -> dict[str, int]:
        """The row position of each person in ``staff`` by staff_id."""
        return {key: i for i, key in enumerate(self.staff["staff_id"].tolist())}

    @cached_property
    def staff_school(self) -> npt.NDArray[np.int32]:
        """The row position of each person's present school: int32, shape ``[n_staff]``."""
        return np.array([self.school_pos[key] for key in self.staff["school_id"].tolist()], dtype=np.int32)

    @cached_property
    def km(self) -> npt.NDArray[np.float64]:
        """Distances between schools in km: shape ``[n_schools, n_schools]``, rows are starts; NaN unknown."""
        return school_distances(self.schools, self.distances)

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The ten tables by key."""
        return {key: getattr(self, key) for key in schema.TABLE_KEYS}

    @staticmethod
    def of(as_of: dt.date, **frames: pd.DataFrame) -> District:
        """A district of frames in normal form; tables not given are blank."""
        blank = {key: empty_frame(key) for key in schema.TABLE_KEYS}
        return District(as_of, **{**blank, **frames})

    def describe(self) -> str:
        """The size of each table in words, a line each."""
        lines = [say("data.district", as_of=self.as_of)]
        lines += [f"  {name}: {count}" for name, count in self._counts()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        counts = ", ".join(f"{key}={len(frame)}" for key, frame in self.frames.items() if len(frame))
        return f"District(as_of={self.as_of}, {counts})"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{html.escape(name)}</td><td>{count}</td></tr>" for name, count in self._counts())
        head = f"<tr><th>{say('data.table')}</th><th>{say('data.rows')}</th></tr>"
        return f"<p>{say('data.district', as_of=self.as_of)}</p><table>{head}{rows}</table>"

    def _counts(self) -> list[tuple[str, int]]:
        chinese = language() == "zh"
        names = {t.key: t.name if chinese else t.key for t in schema.TABLES}
        return [(names[key], len(frame)) for key, frame in self.frames.items() if len(frame)]


def empty_frame(key: str) -> pd.DataFrame:
    """The table ``key`` without rows, its columns in normal form."""
    return frame_of(key, [])


def frame_of(key: str, records: Sequence[Mapping[str, Any]], first_row: int = 2) -> pd.DataFrame:
    """The table ``key`` in normal form from records by column key; columns not named are blank.

    Values may be anything a file may hold: text, numbers, dates, Chinese listed values. Required columns may be
    missing, so that examples and tests name only what matters.

    Raises:
        InputError: a value that cannot be read.
    """
    columns = list(dict.fromkeys([*schema.table(key).keys, *(name for r in records for name in r)]))
    rows = [columns, *([_given(r.get(name)) for name in columns] for r in records)]
    raw, _ = from_records(key, key, rows, first_row - 1)
    if raw is None:
        raise ValueError(f"table {key} has no columns")
    frame, problems = normalise(raw)
    if errors := [p for p in problems if p.severity is Severity.ERROR and p.code != "value_missing"]:
        raise InputError(errors)
    return frame


def _given(value: Any) -> Any:
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, (int, float, np.integer, np.floating)):
        return "" if value != value else float(value)
    return ";".join(value) if isinstance(value, (list, tuple)) else value


def build(as_of: dt.date, **tables: Sequence[Mapping[str, Any]]) -> District:
    """A district from records by table key (see `frame_of`): for examples, tests and variants; nothing is checked."""
    return District.of(as_of, **{key: frame_of(key, records) for key, records in tables.items()})
