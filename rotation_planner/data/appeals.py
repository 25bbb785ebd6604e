"""The file of appeals: who asks for what, read with the same guards as the tables of a district."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.cells import normalise
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.district import District
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest, RawTable
from rotation_planner.data.workbook import read_first_sheet

KEY = schema.APPEALS.key


def read_appeals(path: Path, district: District) -> pd.DataFrame:
    """The appeals in a CSV file, or on the first sheet of an .xlsx workbook: staff_id, asks (``stay``, ``to``,
    ``not_to``), school_id (blank for ``stay``), weight (1 where blank), and further columns as they stand.

    Raises:
        InputError: everything that is wrong with the file.
    """
    path = Path(path)
    raw, problems = _read(path)
    if raw is None:
        raise InputError(problems or [Problem(Severity.ERROR, "appeals_empty", path.name)])
    frame, found = normalise(raw)
    problems += found
    frame["weight"] = frame["weight"].fillna(1.0)
    problems += checked(frame, district, raw.file)
    if not len(frame):
        problems.append(Problem(Severity.ERROR, "appeals_empty", raw.file))
    if any(each.severity is Severity.ERROR for each in problems):
        raise InputError(problems)
    return frame


def checked(frame: pd.DataFrame, district: District, file: str = "appeals") -> list[Problem]:
    """What is wrong with appeals against the district: unknown people and schools, asks that make no sense."""
    problems: list[Problem] = []

    def wrong(code: str, row: int, column: str, value: str, **values: object) -> None:
        problems.append(Problem(Severity.ERROR, code, file, row, schema.APPEALS[column].heading, value, values))

    rows = frame[schema.ROW] if schema.ROW in frame else np.arange(2, len(frame) + 2)
    seen: set[tuple[str, str, str]] = set()
    columns = (rows, frame["staff_id"], frame["asks"], frame["school_id"], frame["weight"])
    for number, staff_id, asks, school_id, weight in zip(*columns, strict=True):
        row = int(number)
        person = district.staff_pos.get(staff_id)
        if person is None:
            near = Nearest(staff_id, district.staff_pos, codes=True)
            wrong("unknown_staff", row, "staff_id", staff_id, nearest=near)
        if asks != "stay" and not school_id:
            wrong("appeal_without_school", row, "school_id", "")
        elif school_id and school_id not in district.school_pos:
            near = Nearest(school_id, district.school_pos, codes=True)
            wrong("unknown_school", row, "school_id", school_id, nearest=near)
        elif asks != "stay" and person is not None and district.staff["school_id"].iat[person] == school_id:
            wrong("appeal_own_school", row, "school_id", school_id)
        if asks == "stay" and school_id:
            wrong("appeal_school_for_stay", row, "school_id", school_id)
        if not weight > 0:
            wrong("appeal_weight", row, "weight", f"{weight:g}")
        if (staff_id, asks, school_id) in seen:
            wrong("appeal_twice", row, "staff_id", staff_id)
        seen.add((staff_id, asks, school_id))
    return problems


def _read(path: Path) -> tuple[RawTable | None, list[Problem]]:
    suffix = path.suffix.lower()
    if not path.is_file():
        return None, [Problem(Severity.ERROR, "appeals_missing", path.name, value=str(path))]
    if suffix == ".csv":
        return read_csv(path, KEY)
    if suffix == ".xlsx":
        return read_first_sheet(path, KEY)
    return None, [Problem(Severity.ERROR, "appeals_format", path.name, value=path.name)]
