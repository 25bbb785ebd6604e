"""Tables from one .xlsx workbook, a sheet each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from rotation_planner.data import guard, schema
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest, RawTable, from_records
from rotation_planner.words import catalogue

LISTS_SHEET = "_lists"  # of our own template: the lists behind the drop-downs


def read_workbook(path: Path) -> tuple[list[RawTable], list[Problem]]:
    """Every table found in the workbook, by the sheets' names, and the problems of the way there.

    Raises:
        InputError: the workbook is unsafe or unreadable.
    """
    book = guard.inspect(path)
    with _reading(path):
        opened = CalamineWorkbook.from_path(str(path))
        names = opened.sheet_names
    tables: list[RawTable] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    help_sheets = catalogue()["template.help_sheet"].values()
    known = [t.name for t in schema.TABLES] + list(schema.TABLE_KEYS)
    for name in names:
        place = f"{path.name}!{name}"
        table = schema.find_table(name)
        if table is None:
            if name not in (LISTS_SHEET, *help_sheets):
                near = {"nearest": Nearest(name, known)}
                problems.append(Problem(Severity.NOTE, "sheet_ignored", place, None, None, name, near))
            continue
        if table.key in seen:
            values = {"key": table.key, "name": table.name, "other": seen[table.key]}
            problems.append(Problem(Severity.ERROR, "table_twice", place, values=values))
            continue
        seen[table.key] = place
        with _reading(path):
            sheet = opened.get_sheet_by_name(name)
            records = [[_cell(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
        raw, found = from_records(
            table.key,
            place,
            records,
            marks=book.marks.get(name, {}),
            number_format=guard.NumberFormats(book, name) if name in book.parts else None,
        )
        problems += found
        if raw is not None:
            tables.append(raw)
            problems += _merged(place, sheet, raw)
        elif table.due:
            values = {"key": table.key, "name": table.name}
            problems.append(Problem(Severity.ERROR, "table_empty", place, values=values))
    return tables, problems


def read_first_sheet(path: Path, key: str) -> tuple[RawTable | None, list[Problem]]:
    """The table ``key`` from the first sheet of a workbook, whatever the sheet's name.

    Raises:
        InputError: the workbook is unsafe or unreadable.
    """
    book = guard.inspect(path)
    with _reading(path):
        opened = CalamineWorkbook.from_path(str(path))
        name = opened.sheet_names[0]
        sheet = opened.get_sheet_by_name(name)
        records = [[_cell(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
    numbers = guard.NumberFormats(book, name) if name in book.parts else None
    marks = book.marks.get(name, {})
    raw, problems = from_records(key, f"{path.name}!{name}", records, marks=marks, number_format=numbers)
    return raw, problems if raw is None else [*problems, *_merged(f"{path.name}!{name}", sheet, raw)]


def read_sheets(path: Path, key: str) -> list[RawTable]:
    """Every sheet of a workbook that holds a table, whatever its name; titles above a table are taken for its headings,
    so only sheets that begin with their headings are of use.

    Raises:
        InputError: the workbook is unsafe or unreadable.
    """
    book = guard.inspect(path)
    found = []
    with _reading(path):
        opened = CalamineWorkbook.from_path(str(path))
        for name in opened.sheet_names:
            sheet = opened.get_sheet_by_name(name)
            records = [[_cell(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
            raw, _ = from_records(key, f"{path.name}!{name}", records, marks=book.marks.get(name, {}))
            if raw is not None:
                found.append(raw)
    return found


def _cell(cell: Any) -> Any:
    """Cells of four kinds only: text, number (float), date and what a text column will refuse."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return float(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date()
    return "" if cell is None else cell


def _merged(place: str, sheet: CalamineSheet, raw: RawTable) -> list[Problem]:
    """A merged cell gives its value to one row only, so the other rows would silently stay blank."""
    problems = []
    for (first, left), (last, right) in sheet.merged_cell_ranges or []:
        if last + 1 > raw.header_row and left < len(raw.headings):
            value = f"{_letters(left)}{first + 1}:{_letters(right)}{last + 1}"
            row = max(first + 1, raw.header_row)
            problems.append(Problem(Severity.ERROR, "cells_merged", place, row, raw.headings[left], value))
    return problems


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Whatever the reader stumbles over becomes one problem; a panic of its own is no `Exception`."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, CalamineError | OSError | ValueError) and type(error).__name__ != "PanicException":
            raise
        values = {"reason": " ".join(str(error).split())[:200]}
        raise InputError([Problem(Severity.ERROR, "workbook_broken", path.name, values=values)]) from error
