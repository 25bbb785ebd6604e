"""The moves of a plan as people hand them back: a transfers.csv that went through a spreadsheet, read with patience.

Columns in any order, English keys or Chinese headings, further columns kept, optional ones filled. A cell that makes no
sense is kept as it stands: it is the judge who says what is wrong with a row.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.dates import read_date
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest, RawTable, Spoken, is_blank
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Plan
from rotation_planner.words import LANGUAGES, catalogue

if TYPE_CHECKING:
    from rotation_planner.data.district import District

NEEDED = ("staff_id", "to_school_id")
MODES = ("transfer", "secondment", "part_time")
ROW = schema.ROW
_CODES = ("staff_id", "from_school_id", "to_school_id", "school_id")
_AS_TODAY = ("position", "to_position", "subject", "stage")


def heading(column: str) -> Spoken:
    """The heading of a plan's column in both languages."""
    texts = catalogue()[f"plan_column.{column}"]
    return Spoken(texts["zh"], texts["en"])


@cache
def _headings(columns: tuple[str, ...]) -> dict[str, str]:
    """Every accepted heading in its compared form, to the column's key."""
    spoken = {schema.plain(catalogue()[f"plan_column.{key}"][lang]): key for key in columns for lang in LANGUAGES}
    return spoken | {key: key for key in columns}


@cache
def _listed() -> dict[str, Mapping[str, str]]:
    """The listed values of the columns that have them: English key to Chinese."""
    modes = {key: catalogue()[f"plan_mode.{key}"]["zh"] for key in MODES}
    return {
        "position": schema.POSITIONS,
        "to_position": schema.POSITIONS,
        "stage": schema.STAGES,
        "mode": modes,
        "personnel_file_moves": schema.YES_NO,
    }


def read_transfers(path: Path) -> pd.DataFrame:
    """The moves in ``path``: the columns of a plan, further ones as they stand, and ``_row``; text throughout.

    Raises:
        InputError: everything in the file that cannot be understood.
    """
    frame, problems = _read(path, TRANSFER_COLUMNS, NEEDED)
    if any(p.severity is Severity.ERROR for p in problems):
        raise InputError(problems)
    return frame.sort_values(["from_school_id", "staff_id"], kind="stable", ignore_index=True)


def read_deferred(path: Path) -> pd.DataFrame:
    """The people in ``path`` who stay though a must-go rule speaks of them.

    Raises:
        InputError: everything in the file that cannot be understood.
    """
    frame, problems = _read(path, DEFERRED_COLUMNS, ("staff_id",))
    if any(p.severity is Severity.ERROR for p in problems):
        raise InputError(problems)
    return frame


def blank_frame(columns: tuple[str, ...]) -> pd.DataFrame:
    """No rows, text columns."""
    return pd.DataFrame({key: pd.Series(dtype="str") for key in columns})


def _read(path: Path, columns: tuple[str, ...], needed: tuple[str, ...]) -> tuple[pd.DataFrame, list[Problem]]:
    raw, problems = read_csv(path, path.stem)
    if raw is None:
        if not problems:
            problems = [Problem(Severity.ERROR, "plan_file_empty", path.name)]
        return blank_frame(columns), problems
    places, extra, found = _resolve(raw, columns, needed)
    problems += found
    count = len(raw.rows)
    frame: dict[str, Any] = {}
    for key in columns:
        values = np.full(count, "", dtype=object)
        if key in places:
            values[:] = [_cell(key, str(cell)) for cell in raw.columns[places[key]]]
        frame[key] = pd.Series(values, dtype="str")
    for name, place in extra.items():
        frame[name] = pd.Series([str(cell) for cell in raw.columns[place]], dtype="str")
    table = pd.DataFrame(frame)
    table[ROW] = raw.rows
    return table, problems


def _resolve(
    raw: RawTable, columns: tuple[str, ...], needed: tuple[str, ...]
) -> tuple[dict[str, int], dict[str, int], list[Problem]]:
    """Where each column stands in the file, where the further ones, and what is wrong with the headings."""
    places: dict[str, int] = {}
    extra: dict[str, int] = {}
    problems: list[Problem] = []
    names = _headings(columns)
    for place, text in enumerate(raw.headings):
        key = names.get(schema.plain(text))
        if not text or (key is None and text.startswith("_")):
            continue
        if (key or text) in (places if key else extra):
            problems.append(raw.problem(Severity.ERROR, "plan_column_twice", raw.header_row, text, key=key or text))
        elif key:
            places[key] = place
        else:
            extra[text] = place
    for key in needed:
        if key not in places:
            near = Nearest(key, extra)
            problems.append(
                raw.problem(
                    Severity.ERROR, "plan_column_missing", raw.header_row, key, heading=heading(key), nearest=near
                )
            )
    return places, extra, problems


def _cell(key: str, cell: str) -> str:
    """A cell in the form that plans hold; what cannot be understood as it stands."""
    text = cell.strip(" \t\r\n\u3000\u00a0\ufeff\u200b")
    if is_blank(text):
        return ""
    if key in _CODES:
        return unicodedata.normalize("NFKC", text).strip()
    if key in _listed():
        accepted = schema.accepted(_listed()[key])
        if key == "personnel_file_moves":
            accepted |= {"true": "yes", "false": "no"}
        return accepted.get(schema.plain(text), text)
    if key == "until":
        day = read_date(text).day
        return day.isoformat() if day else text
    if key == "rules":
        return ";".join(part.strip() for part in re.split("[;；、,，]", text) if part.strip())
    return text


def lost_zeros(codes: Iterable[str], known: Mapping[str, int]) -> dict[str, str]:
    """Codes that nobody has, to the only known one that is the same but for leading zeros: a spreadsheet cut them."""
    unknown = {code for code in codes if code and code not in known}
    if not unknown:
        return {}
    bare: dict[str, list[str]] = {}
    for code in known:
        bare.setdefault(code.lstrip("0"), []).append(code)
    return {code: bare[code][0] for code in sorted(unknown) if code.isdigit() and len(bare.get(code, ())) == 1}


def completed(plan: Plan, district: District) -> Plan:
    """The plan with its rows filled from the district where they leave blank: names, the school left, position,
    subject and stage as today, and the department left where the row names one to be entered; codes get back the
    leading zeros that a spreadsheet cut.

    ``mode``, ``personnel_file_moves`` and ``until`` stay as they are: the policy says what they must be. What names a
    person or school that the district does not have is left for the judge.
    """
    moves = plan.transfers.drop(columns=ROW, errors="ignore").reset_index(drop=True)
    for key in TRANSFER_COLUMNS:
        if key not in moves:
            moves[key] = pd.Series([""] * len(moves), dtype="str")
    for key in ("staff_id", "from_school_id", "to_school_id"):
        known = district.staff_pos if key == "staff_id" else district.school_pos
        moves[key] = moves[key].replace(lost_zeros(moves[key], known)).astype("str")
    person = [district.staff_pos.get(who, -1) for who in moves["staff_id"]]
    name_of = dict(zip(district.schools["school_id"], district.schools["name"], strict=True))
    _fill(moves, "name", _of(district.staff["name"], person))
    _fill(moves, "from_school_id", _of(district.staff["school_id"], person))
    _fill(moves, "from_school", [name_of.get(code, "") for code in moves["from_school_id"]])
    _fill(moves, "to_school", [name_of.get(code, "") for code in moves["to_school_id"]])
    for key in _AS_TODAY:
        _fill(moves, key, _of(district.staff[key.removeprefix("to_")], person))
    left = zip(_of(district.staff["department"], person), moves["to_department"], strict=True)
    _fill(moves, "from_department", [own if entered else "" for own, entered in left])
    order = [*TRANSFER_COLUMNS, *(name for name in moves if name not in TRANSFER_COLUMNS)]
    moves = moves[order].sort_values(["from_school_id", "staff_id"], kind="stable", ignore_index=True)
    return dataclasses.replace(plan, transfers=moves)


def _of(column: pd.Series, rows: list[int]) -> list[str]:
    values = column.tolist()
    return [values[row] if row >= 0 else "" for row in rows]


def _fill(moves: pd.DataFrame, key: str, values: list[str]) -> None:
    given = moves[key].tolist()
    moves[key] = pd.Series([old or new for old, new in zip(given, values, strict=True)], dtype="str")
