"""From the cells of a file to the normal form of a frame, one column at a time, each distinct value read once."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.dates import EARLIEST_YEAR, LATEST_YEAR, read_date
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.rawtable import Cells, Nearest, RawTable, is_blank, listing, resolve
from rotation_planner.data.schema import Column, Kind

_ERROR_MARKS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|[+-]?\.\d+")


class Reading(NamedTuple):
    """What one cell holds in normal form, or the code of the problem."""

    value: Any
    problem: str | None = None
    wrong: str | None = None  # the part of the cell that is wrong, where it is not the whole


def trim(text: str) -> str:
    """Text without blanks around it, full-width and invisible ones included."""
    return text.strip(" \t\r\n\u3000\u00a0\ufeff\u200b").strip()


def _as_text(cell: Any) -> Reading:
    if isinstance(cell, str):
        text = trim(cell)
        return Reading("", "cell_error") if text in _ERROR_MARKS else Reading(text)
    if isinstance(cell, float):
        if abs(cell) >= 1e15:
            return Reading("", "number_long")
        return Reading(str(int(cell)) if cell.is_integer() else repr(cell))
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        return Reading("", "text_is_date")
    return Reading(str(cell))


def _read_extra(cell: Any, column: Column) -> Reading:
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    if isinstance(cell, dt.date | dt.time):
        return Reading(cell.isoformat())
    return _as_text(str(cell) if isinstance(cell, dt.timedelta) else cell)


def _read_text(cell: Any, column: Column) -> Reading:
    return _as_text(cell)


def _read_code(cell: Any, column: Column) -> Reading:
    if isinstance(cell, float) and abs(cell) < 1e15 and not cell.is_integer():
        return Reading("", "code_fraction")
    text, problem, _ = _as_text(cell)
    return Reading(trim(unicodedata.normalize("NFKC", text)), problem)


def _read_listed(cell: Any, column: Column) -> Reading:
    text, problem, _ = _as_text(cell)
    if problem or not text:
        return Reading("", problem)
    key = schema.accepted(column.values).get(schema.plain(text))
    if key is None:
        return Reading(text) if column.free else Reading("", "value_not_listed", text)
    return Reading(key)


def _read_list(cell: Any, column: Column) -> Reading:
    text, problem, _ = _as_text(cell)
    readings = [_read_listed(part, column) for part in re.split("[;；、]", text)]
    if bad := next((r for r in readings if r.problem), None):
        return Reading("", bad.problem, bad.wrong)
    return Reading(";".join(dict.fromkeys(r.value for r in readings if r.value)), problem)


def _read_number(cell: Any, column: Column) -> Reading:
    if isinstance(cell, float):
        return Reading(cell) if np.isfinite(cell) else Reading(np.nan, "number_unreadable")
    text, problem, _ = _as_text(cell)
    text = unicodedata.normalize("NFKC", text).replace("−", "-")
    if problem or not text:
        return Reading(np.nan, problem)
    if not _NUMBER.fullmatch(text):
        return Reading(np.nan, "number_unreadable")
    return Reading(float(text.replace(",", "")))


def _read_whole(cell: Any, column: Column) -> Reading:
    value, problem, _ = _read_number(cell, column)
    if not problem and value < 0:
        return Reading(np.nan, "number_negative")
    if not problem and value == value and not float(value).is_integer():
        return Reading(np.nan, "number_fraction")
    if not problem and value > 1e9:
        return Reading(np.nan, "number_huge")
    return Reading(value, problem)


def _read_decimal(cell: Any, column: Column) -> Reading:
    value, problem, _ = _read_number(cell, column)
    below = column.low is not None and value < column.low
    above = column.high is not None and value > column.high
    return Reading(np.nan, "number_out_of_range") if below or above else Reading(value, problem)


def _read_year(cell: Any, column: Column) -> Reading:
    if isinstance(cell, str):
        cell = schema.YEAR_ENDING.sub("", trim(cell))
    value, problem, _ = _read_number(cell, column)
    if problem or value != value:
        return Reading(np.nan, "year_unreadable" if problem else None)
    fits = float(value).is_integer() and EARLIEST_YEAR <= value <= LATEST_YEAR
    return Reading(value) if fits else Reading(np.nan, "year_unreadable")


def _read_date(cell: Any) -> Reading:
    if isinstance(cell, str) and trim(cell) in _ERROR_MARKS:
        return Reading(None, "cell_error")
    return Reading(*read_date(cell))


def _read_yes_no(cell: Any, column: Column) -> Reading:
    text, problem, _ = _as_text(cell)
    if problem or not text:
        return Reading(None, problem)
    found = schema.YES_NO_WORDS.get(schema.plain(text))
    return Reading(found, None if found is not None else "yes_no_unreadable")


_READERS: dict[Kind, Callable[[Any, Column], Reading]] = {
    Kind.CODE: _read_code,
    Kind.TEXT: _read_text,
    Kind.LISTED: _read_listed,
    Kind.LIST: _read_list,
    Kind.WHOLE: _read_whole,
    Kind.DECIMAL: _read_decimal,
    Kind.YEAR: _read_year,
    Kind.YES_NO: _read_yes_no,
}
_EXTRA = Column("", "")


def normalise(raw: RawTable) -> tuple[pd.DataFrame, list[Problem]]:
    """The table in normal form (see `District`), with every problem of its headings and single cells.

    A cell that cannot be read is blank in the frame and an error in the list, so that checks across tables may go on.
    """
    known, extra, problems = resolve(raw)
    frame: dict[str, Any] = {}
    for column in schema.table(raw.key).columns:
        position = known.get(column.key)
        if position is None:
            frame[column.key] = finish(column, np.full(len(raw.rows), None, dtype=object))
        else:
            values, found = _read_column(raw, position, column)
            frame[column.key] = finish(column, values)
            problems += found
    for heading, position in extra.items():
        values, found = _read_column(raw, position, _EXTRA)
        frame[heading] = finish(_EXTRA, values)
        problems += found
    if raw.key == "staff":
        frame["full_time"] = _default_full_time(frame)
    if raw.key == "schools":
        frame["ownership"] = frame["ownership"].mask(frame["ownership"] == "", "public")
    result = pd.DataFrame({key: s if isinstance(s, pd.Series) else pd.Series(s) for key, s in frame.items()})
    result[schema.ROW] = raw.rows
    return result, problems


def finish(column: Column, values: Cells) -> pd.Series:
    """A column in its normal form from values read one by one, ``None`` where blank."""
    if column.kind is Kind.DATE:
        days = np.array([np.datetime64("NaT") if v is None else v for v in values], dtype="datetime64[s]")
        return pd.Series(days)
    if column.kind in (Kind.WHOLE, Kind.DECIMAL, Kind.YEAR):
        return pd.Series(np.array([np.nan if v is None else v for v in values], dtype=np.float64))
    if column.kind is Kind.YES_NO:
        if column.key == "full_time":
            return pd.Series(values, dtype=object)  # blank is told from no until the subject decides
        return pd.Series(np.array([bool(v) for v in values], dtype=bool))
    return pd.Series(["" if v is None else v for v in values], dtype="str")


def _default_full_time(frame: dict[str, Any]) -> pd.Series:
    given, subject = frame["full_time"], frame["subject"]
    return pd.Series(np.where(given.isna(), subject != "", given == True).astype(bool))  # noqa: E712 (object column)


def _read_column(raw: RawTable, position: int, column: Column) -> tuple[Cells, list[Problem]]:
    cells, heading = raw.columns[position], raw.headings[position]
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    if column.kind is Kind.DATE:
        readings = [_read_date(cell) for cell in distinct]
    else:
        read = _READERS[column.kind] if column is not _EXTRA else _read_extra
        readings = [read(cell, column) for cell in distinct]
    values = np.empty(len(distinct), dtype=object)
    values[:] = [r.value for r in readings]
    result: Cells = values[codes]
    bad = np.array([r.problem is not None for r in readings], dtype=bool)
    problems: list[Problem] = []
    due = np.array([is_blank(cell) or _is_mark(cell) for cell in distinct], dtype=bool) if column.cell_due else None
    marked = {row: code for (row, at), code in raw.marks.items() if at == position}
    suspects = bad | due if due is not None else bad
    hits = np.flatnonzero(suspects[codes]) if len(codes) else np.array([], dtype=int)
    for index in hits:
        row, cell, (_, problem, wrong) = int(raw.rows[index]), distinct[codes[index]], readings[codes[index]]
        if row in marked:
            continue
        if problem == "date_january_or_october" and raw.number_format is not None:
            again = read_date(cell, raw.number_format(row, position))
            result[index], problem = again.day, again.problem
            if problem is None:
                continue
        problems.append(_cell_problem(raw, row, heading, wrong or cell, column, problem or "value_missing"))
    for row, code in marked.items():
        problems.append(raw.problem(Severity.ERROR, code, row, heading))
    numbers = [isinstance(cell, float) and not r.problem for cell, r in zip(distinct, readings, strict=True)]
    if column.kind is Kind.CODE and any(numbers):
        numeric = np.flatnonzero(np.array(numbers)[codes])
        problems.append(
            raw.problem(
                Severity.WARNING,
                "code_is_number",
                int(raw.rows[numeric[0]]),
                heading,
                cells[numeric[0]],
                count=len(numeric),
            )
        )
    if column.kind is Kind.DATE:
        problems += _lost_zero(raw, cells, heading)
    return result, problems


def _is_mark(cell: Any) -> bool:
    return isinstance(cell, str) and trim(cell) == ""


def _cell_problem(raw: RawTable, row: int, heading: str, cell: Any, column: Column, code: str) -> Problem:
    values: dict[str, Any] = {}
    if code == "value_not_listed":
        near = Nearest(str(cell), [*column.values.values(), *column.values])
        values = {"allowed": listing(column.values), "nearest": near}
    if code == "number_out_of_range":
        values = {"low": column.low, "high": column.high}
    return raw.problem(Severity.ERROR, code, row, heading, None if code == "value_missing" else cell, **values)


def _lost_zero(raw: RawTable, cells: Cells, heading: str) -> list[Problem]:
    """The text 1990.1 of a CSV is January, unless a spreadsheet dropped the zero of 1990.10 when it wrote the file."""
    if raw.number_format is not None:
        return []
    texts = [(i, c.strip()) for i, c in enumerate(cells) if isinstance(c, str) and "." in c]
    doubtful = [i for i, c in texts if re.fullmatch(r"\d{4}\.1", c)]
    kept = any(re.fullmatch(r"\d{4}\.(0\d|10)", c) for _, c in texts)
    if not doubtful or kept:
        return []
    first = doubtful[0]
    return [
        raw.problem(
            Severity.WARNING, "date_zero_lost", int(raw.rows[first]), heading, cells[first], count=len(doubtful)
        )
    ]
