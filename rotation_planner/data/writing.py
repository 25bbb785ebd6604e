"""Tables written back as files that people open in a spreadsheet and that the reader gives back unchanged."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.data.safetext import neutralise
from rotation_planner.data.schema import Column, Kind
from rotation_planner.words import Language, language

Frames = Mapping[str, pd.DataFrame]
TextColumn = tuple[list[str], bool]
NUMBERS = (Kind.WHOLE, Kind.DECIMAL, Kind.YEAR)


def write_tables(tables: District | Frames, folder: Path, lang: Language | None = None) -> list[Path]:
    """Writes each table that has rows, and the required ones, as ``<key>.csv`` (UTF-8 with BOM).

    Args:
        tables: a district, or frames in normal form by table key.
        folder: made if it is not there; tables of the same name in it are replaced.
        lang: language of headings and listed values; the language in force when not given.

    Text that a spreadsheet would take for a formula gets an apostrophe, which reading takes off again.
    """
    frames = tables.frames if isinstance(tables, District) else tables
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in schema.TABLES:
        frame = frames.get(table.key)
        if frame is None or not (len(frame) or table.due):
            continue
        headings, columns = as_text(table.key, frame, lang)
        buffer = StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow([neutralise(h) for h in headings])
        safe = ([neutralise(c) for c in cells] if risky else cells for cells, risky in columns)
        writer.writerows(zip(*safe, strict=True))
        path = folder / f"{table.key}.csv"
        path.write_bytes(buffer.getvalue().encode("utf-8-sig"))
        written.append(path)
    return written


def as_text(key: str, frame: pd.DataFrame, lang: Language | None = None) -> tuple[list[str], list[TextColumn]]:
    """Headings and columns of a frame as the text of a file; with each column whether a formula could hide in it."""
    lang = lang or language()
    known = {c.key: c for c in schema.table(key).columns}
    headings, columns = [], []
    for name in frame.columns:
        if name == schema.ROW:
            continue
        column = known.get(name) or Column(name, name)
        headings.append(column.heading if lang == "zh" else column.key)
        columns.append((_column(frame[name], column, lang), column.kind not in (*NUMBERS, Kind.DATE, Kind.YES_NO)))
    return headings, columns


def _column(values: pd.Series, column: Column, lang: Language) -> list[str]:
    if column.kind is Kind.DATE:
        days = values.to_numpy(dtype="datetime64[D]")
        return ["" if np.isnat(day) else str(day) for day in days]
    if column.kind in NUMBERS:
        return [number_text(v) for v in values.tolist()]
    if column.kind is Kind.YES_NO:
        return [schema.label(schema.YES_NO, "yes" if v else "no", lang) for v in values.tolist()]
    texts = values.tolist()
    if column.values:
        shown = {t: ";".join(schema.label(column.values, part, lang) for part in t.split(";")) for t in set(texts)}
        return [shown[t] for t in texts]
    return texts


def number_text(value: Any) -> str:
    """A number as text: no exponent, no ``.0``; blank for NaN."""
    return "" if pd.isna(value) else np.format_float_positional(value, trim="-")
