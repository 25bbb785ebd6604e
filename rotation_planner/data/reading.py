"""From a folder of CSV files or a workbook to a checked district."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.cells import normalise
from rotation_planner.data.check import check_district
from rotation_planner.data.check.findings import Unread
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.district import District, empty_frame
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest, RawTable
from rotation_planner.data.workbook import read_workbook

OLD_FORMATS = (".xls", ".et", ".ett", ".ods", ".xlsb", ".xlsm", ".xlt", ".numbers", ".wps", ".fods")


def read_district(data_path: Path, as_of: dt.date) -> tuple[District, list[Problem]]:
    """Reads and checks the tables in ``data_path``, a folder of CSV files or an .xlsx workbook.

    Returns the district and its warnings and notes.

    Raises:
        InputError: all problems found, when any of them is an error.
    """
    data_path = Path(data_path)
    tables, problems = read_raw(data_path)
    source = data_path.name or str(data_path)
    present = {t.key for t in tables}
    refused = {p.values.get("key") for p in problems if p.code == "table_empty"}
    for table in schema.TABLES:
        if table.due and table.key not in present | refused and not _unreadable(table.key, problems):
            values = {"key": table.key, "name": table.name}
            problems.append(Problem(Severity.ERROR, "table_missing", source, values=values))
    frames: dict[str, pd.DataFrame] = {key: empty_frame(key) for key in schema.TABLE_KEYS}
    for raw in tables:
        frames[raw.key], found = normalise(raw)
        problems += found
        if schema.table(raw.key).due and not len(raw.rows):
            name = schema.table(raw.key).name
            problems.append(raw.problem(Severity.ERROR, "table_empty", key=raw.key, name=name))
    district = District(as_of, **frames)
    unread = _unread(tables, frames, problems)
    problems += check_district(district, tables, problems, unread=unread)
    problems.sort(key=lambda p: (list(Severity).index(p.severity), p.file, p.row or 0))
    if any(p.severity is Severity.ERROR for p in problems):
        raise InputError(problems, None if unread.tables & {"schools", "staff"} else district)
    return district, problems


def _unread(tables: list[RawTable], frames: dict[str, pd.DataFrame], problems: list[Problem]) -> Unread:
    """Which tables are not known, or not whole: what would only follow from that is no further problem."""
    keys = {raw.file: raw.key for raw in tables}
    partial = {keys[p.file] for p in problems if p.code == "column_missing" and p.file in keys}
    lost = {key for key in ("schools", "staff") if not len(frames[key])}
    for key, column in (("schools", "school_id"), ("staff", "staff_id")):
        if key in partial and (frames[key][column] == "").all():
            lost.add(key)
    return Unread(frozenset(lost), frozenset(partial))


def _unreadable(key: str, problems: list[Problem]) -> bool:
    return any(p.severity is Severity.ERROR and Path(p.file).stem in (key, schema.table(key).name) for p in problems)


def read_raw(data_path: Path) -> tuple[list[RawTable], list[Problem]]:
    """The tables of a folder of CSV files or of a workbook as they stand, and the problems of the way there.

    Raises:
        InputError: there is nothing that could be read.
    """
    if data_path.is_dir():
        return _read_folder(data_path)
    suffix = data_path.suffix.lower()
    if not data_path.exists():
        raise InputError([Problem(Severity.ERROR, "data_missing", data_path.name, None, None, str(data_path))])
    if suffix in OLD_FORMATS:
        raise InputError([Problem(Severity.ERROR, "data_format_old", data_path.name, None, None, suffix)])
    if suffix != ".xlsx":
        raise InputError([Problem(Severity.ERROR, "data_format_other", data_path.name, None, None, data_path.name)])
    return read_workbook(data_path)


def _read_folder(folder: Path) -> tuple[list[RawTable], list[Problem]]:
    tables: list[RawTable] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    known = [t.key for t in schema.TABLES] + [t.name for t in schema.TABLES]
    for path in sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() == ".csv"):
        table = schema.find_table(path.stem)
        if table is None:
            near = {"nearest": Nearest(path.stem, known)}
            problems.append(Problem(Severity.NOTE, "file_ignored", path.name, values=near))
            continue
        if table.key in seen:
            values = {"key": table.key, "name": table.name, "other": seen[table.key]}
            problems.append(Problem(Severity.ERROR, "table_twice", path.name, values=values))
            continue
        seen[table.key] = path.name
        raw, found = read_csv(path, table.key)
        problems += found
        if raw is not None:
            tables.append(raw)
        elif table.due and not found:
            values = {"key": table.key, "name": table.name}
            problems.append(Problem(Severity.ERROR, "table_empty", path.name, values=values))
    if not tables and not problems:
        # A workbook put into the folder is a common slip: say so instead of "no tables".
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in (".xlsx", *OLD_FORMATS):
                near = {"nearest": Nearest("", ())}
                problems.append(Problem(Severity.NOTE, "file_ignored", path.name, values=near))
    return tables, problems
