"""Small changes to tables in normal form, and the columns that rolling adds to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.eligibility.arrays import Array
from rotation_planner.words import catalogue, say


def put(frame: pd.DataFrame, column: str, rows: Array, values: Any) -> None:
    """Set cells of a column (row positions, or a mask), keeping its dtype."""
    old = frame[column]
    cells = (old.to_numpy(object) if old.dtype == "str" or old.dtype == object else old.to_numpy()).copy()
    cells[rows] = values
    frame[column] = pd.Series(cells, index=old.index, dtype=old.dtype)


def with_rows(frame: pd.DataFrame, records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The table with records more; what they do not name is blank. A row of no file has number 0."""
    if not records:
        return frame
    added = pd.DataFrame(list(records)).reindex(columns=frame.columns)
    for column, kind in frame.dtypes.items():
        blank: Any = "" if kind == "str" else False if kind.kind == "b" else 0 if kind.kind == "i" else None
        if blank is not None:
            added[column] = added[column].astype(object).where(added[column].notna(), blank)
    return pd.concat([frame, added.astype(frame.dtypes.to_dict())], ignore_index=True)


def own_column(frame: pd.DataFrame, name: str) -> str:
    """The heading of a column that rolling keeps, as the table has it in either language, else in the one in force."""
    texts = catalogue()[f"own_column.{name}"]
    return next((each for each in texts.values() if each in frame.columns), say(f"own_column.{name}"))


def with_column(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, str]:
    """The table with that column, blank where it was not there, and its heading."""
    heading = own_column(frame, name)
    if heading not in frame.columns:
        frame = frame.assign(**{heading: pd.Series([""] * len(frame), index=frame.index, dtype="str")})
    return frame, heading


def texts_of(frame: pd.DataFrame, name: str) -> Array:
    """The cells of a column that rolling keeps; blanks where the table has none."""
    heading = own_column(frame, name)
    if heading not in frame.columns:
        return np.full(len(frame), "", dtype=object)
    return frame[heading].to_numpy(object)
