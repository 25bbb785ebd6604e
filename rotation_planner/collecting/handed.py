"""What schools handed in: a folder of workbooks and folders of CSV files, each read by itself, whatever it is named.

A file that cannot be read is told and leaves the others alone.
"""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from rotation_planner.collecting.marking import MARK, written
from rotation_planner.data import schema
from rotation_planner.data.cells import normalise
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest, RawTable, is_blank
from rotation_planner.data.reading import OLD_FORMATS, read_raw
from rotation_planner.words import catalogue

PACKED = (".zip", ".rar", ".7z")
MOST_FILES = 5_000
OF_SCHOOLS = ("schools", "staff", "demand", "exemptions", "applications", "history", "appraisals", "relatives")
OF_BUREAU = ("pins", "distances")  # the bureau's own tables: a school's are not used
SKIPPED = ("~$", ".", "__MACOSX")  # what a spreadsheet or an archive leaves behind


@dataclass
class Handed:
    """One workbook, or one folder of CSV files.

    ``name``: its path below the collected folder. ``tables``: as they stand; ``frames``: in normal form. ``schools``:
    the school_id that it speaks for, as far as it says; none for the ``bureau``'s. ``problems``: its own, with its own
    rows. ``read``: whether anything could be read.
    """

    name: str
    tables: dict[str, RawTable] = field(default_factory=dict)
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    schools: tuple[str, ...] = ()
    bureau: bool = False
    read: bool = True


def gather(folder: Path, register: Path | None = None) -> tuple[list[Handed], list[Problem]]:
    """Everything handed in below ``folder``, in the order of the paths, and the files that were left aside.

    ``register``: the bureau's own workbook or folder of CSV files, wherever it lies.

    Raises:
        InputError: there is no such folder, nothing in it that could be a workbook, or more than can be meant.
    """
    if not folder.is_dir():
        raise InputError([_error("collect_no_folder", folder.name or str(folder), str(folder))])
    places, aside = _places(folder)
    handed = []
    if register is not None:
        if not register.exists():
            raise InputError([_error("data_missing", register.name, str(register))])
        places = [each for each in places if each.resolve() != register.resolve()]
        handed.append(dataclasses.replace(_read(register, register.name), bureau=True))
    handed += [_read(place, place.relative_to(folder).as_posix()) for place in places]
    if not handed:
        raise InputError([_error("collect_nothing", folder.name or str(folder), str(folder)), *aside])
    for each in handed:
        _understand(each)
    return handed, aside


def _error(code: str, file: str, value: str | None = None) -> Problem:
    return Problem(Severity.ERROR, code, file, value=value)


def _places(folder: Path) -> tuple[list[Path], list[Problem]]:
    """Every workbook and every folder with CSV files, links not followed; and what is neither."""
    found: list[Path] = []
    aside: list[Problem] = []
    ours: set[Path] = set()  # what an earlier collecting wrote is not handed in
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(SKIPPED))
        here = Path(where)
        ours |= {here / each for each in (MARK, *written(here))} if MARK in files else set()
        known = [each for each in sorted(files) if not each.startswith(SKIPPED) and here / each not in ours]
        tables = [each for each in known if Path(each).suffix.lower() == ".csv"]
        if any(schema.find_table(Path(each).stem) for each in tables):
            found.append(here)
        for name in known:
            suffix, below = Path(name).suffix.lower(), (here / name).relative_to(folder).as_posix()
            if suffix == ".xlsx" or suffix in OLD_FORMATS:
                found.append(here / name)
            elif suffix in PACKED:
                aside.append(Problem(Severity.WARNING, "collect_packed", below, value=name))
            elif suffix != ".csv" or here not in found:
                aside.append(Problem(Severity.NOTE, "file_ignored", below, values={"nearest": Nearest("", ())}))
        if len(found) > MOST_FILES:
            raise InputError([Problem(Severity.ERROR, "collect_too_many", folder.name, values={"limit": MOST_FILES})])
    return sorted(found), aside


def _read(place: Path, name: str) -> Handed:
    """One place as it stands; whatever goes wrong with it is its own problem."""
    name = place.name if name == "." else name
    try:
        tables, problems = read_raw(place)
    except InputError as error:
        return Handed(name, problems=[_named(each, place, name) for each in error.problems], read=False)
    except (OSError, MemoryError, ValueError, ArithmeticError, LookupError, TypeError) as error:
        values = {"what": type(error).__name__}
        return Handed(name, problems=[Problem(Severity.ERROR, "input_unforeseen", name, values=values)], read=False)
    at = {raw.key: dataclasses.replace(raw, file=_below(raw.file, place, name)) for raw in tables}
    told = [_named(each, place, name) for each in problems]
    if not at and not any(each.severity is Severity.ERROR for each in told):
        told.append(_error("collect_whose", name))
    return Handed(name, at, {}, told, read=bool(at))


def _below(file: str, place: Path, name: str) -> str:
    """How a problem names a file or sheet of this place."""
    if place.is_dir():
        return file if place.name == name and file == name else f"{name}/{file}"
    return name + file.removeprefix(place.name)


def _named(problem: Problem, place: Path, name: str) -> Problem:
    return dataclasses.replace(problem, file=_below(problem.file, place, name))


def _understand(handed: Handed) -> None:
    """Finds out whose it is, fills in the school where only one can be meant, and brings the tables to normal form."""
    if not handed.read:
        return
    handed.bureau = handed.bureau or _is_bureau(handed)
    if not handed.bureau:
        handed.schools = _whose(handed.tables)
        if len(handed.schools) == 1:
            for key in ("staff", "demand"):
                if key in handed.tables:
                    handed.tables[key] = _filled(handed.tables[key], handed.schools[0])
        for key in OF_BUREAU:
            raw = handed.tables.pop(key, None)
            if raw is not None and len(raw.rows):
                name, count = schema.table(key).name, len(raw.rows)
                told = raw.problem(Severity.WARNING, "collect_not_yours", key=key, name=name, count=count)
                handed.problems.append(told)
    for key, raw in handed.tables.items():
        if len(raw.rows):  # a sheet left blank says nothing, whatever its headings
            handed.frames[key], found = normalise(raw)
            handed.problems += found
    # An empty sheet of a template is no mistake by itself: what is missing is told of the school (see `pooling`).
    handed.problems = [each for each in handed.problems if each.code != "table_empty"]


def _is_bureau(handed: Handed) -> bool:
    """By its name, or because it lists several schools or the bureau's own tables and nobody's staff."""
    stem = schema.plain(Path(handed.name).stem)
    named = {schema.plain(each) for text in catalogue()["collect.bureau_names"].values() for each in text.split("、")}
    if stem in named:
        return True
    rows = {key: len(raw.rows) for key, raw in handed.tables.items()}
    if rows.get("staff"):
        return False
    return rows.get("schools", 0) > 1 or any(rows.get(key) for key in OF_BUREAU)


def _whose(tables: Mapping[str, RawTable]) -> tuple[str, ...]:
    """The schools that a workbook speaks for: those of its sheet of schools, else the one of most of its people."""
    own = _codes(tables.get("schools"))
    if own:
        return tuple(dict.fromkeys(own))
    for key in ("staff", "demand"):
        counted = Counter(_codes(tables.get(key))).most_common(1)
        if counted:
            return (counted[0][0],)
    return ()


def _codes(raw: RawTable | None) -> list[str]:
    if raw is None:
        return []
    at = _place_of(raw, "school_id")
    if at is None or not len(raw.rows):
        return []
    alone = dataclasses.replace(raw, headings=[raw.headings[at]], columns=[raw.columns[at]], marks={})
    frame, _ = normalise(alone)
    return [each for each in frame["school_id"].tolist() if each]


def _place_of(raw: RawTable, column: str) -> int | None:
    """Which column of the file holds this one of the contract."""
    names = schema.headings(raw.key)
    return next((n for n, each in enumerate(raw.headings) if names.get(schema.plain(each)) == column), None)


def _filled(raw: RawTable, school: str) -> RawTable:
    """The table with the workbook's only school where its code was left blank."""
    at = _place_of(raw, "school_id")
    if at is None:
        cells = np.full(len(raw.rows), school, dtype=object)
        heading = schema.table(raw.key)["school_id"].heading
        return dataclasses.replace(raw, headings=[*raw.headings, heading], columns=[*raw.columns, cells])
    blank = np.array([is_blank(cell) for cell in raw.columns[at]], dtype=bool)
    blank &= np.array([(int(row), at) not in raw.marks for row in raw.rows], dtype=bool)
    if not blank.any():
        return raw
    columns = list(raw.columns)
    columns[at] = np.where(blank, school, columns[at]).astype(object)
    return dataclasses.replace(raw, columns=columns)
