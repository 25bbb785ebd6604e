"""The moves of a plan as people hand them back: a transfers.csv that went through a spreadsheet, read with patience.

Columns in any order, English keys or Chinese headings, further columns kept, optional ones filled; all that cannot be
understood is told at once.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.dates import read_date
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest, RawTable, Spoken, is_blank, listing
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
            for at, cell in enumerate(raw.columns[places[key]]):
                values[at], code = _cell(key, str(cell))
                if code:
                    problems.append(_wrong(raw, at, places[key], key, str(cell), code))
        frame[key] = pd.Series(values, dtype="str")
    for name, place in extra.items():
        frame[name] = pd.Series([str(cell) for cell in raw.columns[place]], dtype="str")
    if set(needed) <= set(places):
        problems += _rows(raw, places, frame, needed)
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


def _rows(
    raw: RawTable, places: Mapping[str, int], frame: Mapping[str, pd.Series], needed: tuple[str, ...]
) -> list[Problem]:
    """Cells that must not be blank, and people who stand in two rows."""
    problems = []
    for key in needed:
        for at in np.flatnonzero(frame[key].to_numpy() == ""):
            problems.append(
                raw.problem(Severity.ERROR, "plan_cell_missing", int(raw.rows[at]), raw.headings[places[key]])
            )
    first: dict[str, int] = {}
    for row, staff_id in zip(raw.rows, frame["staff_id"], strict=True):
        if staff_id and staff_id in first:
            place = raw.headings[places["staff_id"]]
            problems.append(
                raw.problem(Severity.ERROR, "plan_person_twice", int(row), place, staff_id, first=first[staff_id])
            )
        first.setdefault(staff_id, int(row))
    return problems


def _wrong(raw: RawTable, at: int, place: int, key: str, cell: str, code: str) -> Problem:
    allowed = listing(_listed()[key]) if key in _listed() else ""
    return raw.problem(Severity.ERROR, code, int(raw.rows[at]), raw.headings[place], cell, allowed=allowed)


def _cell(key: str, cell: str) -> tuple[str, str | None]:
    """A cell in the form that plans hold, or the code of the problem."""
    text = cell.strip(" \t\r\n\u3000\u00a0\ufeff\u200b")
    if is_blank(text):
        return "", None
    if key in _CODES:
        return unicodedata.normalize("NFKC", text).strip(), None
    if key in _listed():
        found = schema.accepted(_listed()[key]).get(schema.plain(text))
        found = found or ({"true": "yes", "false": "no"}.get(text.lower()) if key == "personnel_file_moves" else None)
        return (found, None) if found else ("", "plan_value_not_listed")
    if key == "until":
        day = read_date(text).day
        return (day.isoformat(), None) if day else ("", "plan_date_unreadable")
    if key == "rules":
        return ";".join(part.strip() for part in re.split("[;；、,，]", text) if part.strip()), None
    return text, None


def completed(plan: Plan, district: District, file: str = "transfers.csv") -> Plan:
    """The plan with every row filled from the district where it leaves blank: names, the school left, and position,
    subject and stage as today. A blank ``mode`` stays blank: the policy says which it is.

    Raises:
        InputError: the plan speaks of people or schools that the district does not have, lets somebody leave another
            school than the present one, or moves somebody to the school where they are.
    """
    moves = plan.transfers.copy()
    rows = moves[ROW] if ROW in moves else pd.Series([None] * len(moves))
    for key in TRANSFER_COLUMNS:
        if key not in moves:
            moves[key] = pd.Series([""] * len(moves), dtype="str", index=moves.index)
    problems: list[Problem] = []

    def wrong(row: Any, code: str, column: str, value: str, **values: Any) -> None:
        number = None if row is None else int(row)
        problems.append(Problem(Severity.ERROR, code, file, number, str(heading(column)), value, values))

    for row, who, left, entered in zip(
        rows, moves["staff_id"], moves["from_school_id"], moves["to_school_id"], strict=True
    ):
        at = district.staff_pos.get(who)
        if at is None:
            wrong(row, "plan_unknown_person", "staff_id", who, nearest=_nearest(who, district.staff_pos))
        if entered not in district.school_pos:
            wrong(row, "plan_unknown_school", "to_school_id", entered, nearest=_nearest(entered, district.school_pos))
        if at is None:
            continue
        present = str(district.staff["school_id"].iat[at])
        if left and left != present:
            wrong(row, "plan_left_elsewhere", "from_school_id", left, staff_id=who, present=present)
        if entered == present:
            wrong(row, "plan_goes_nowhere", "to_school_id", entered, staff_id=who)
    if problems:
        raise InputError(problems)
    return dataclasses.replace(plan, transfers=_filled(moves.drop(columns=ROW, errors="ignore"), district))


def _filled(moves: pd.DataFrame, district: District) -> pd.DataFrame:
    """Blank cells filled from the rows of the people and schools, which are all known."""
    staff = district.staff.iloc[[district.staff_pos[who] for who in moves["staff_id"]]]
    present = staff["school_id"]
    schools = district.schools
    name_of: Callable[[str], str] = lambda code: str(schools["name"].iat[district.school_pos[code]])  # noqa: E731
    facts: dict[str, list[str]] = {
        "name": [*staff["name"]],
        "from_school_id": [*present],
        "from_school": [name_of(code) for code in present],
        "to_school": [name_of(code) for code in moves["to_school_id"]],
        **{key: [*staff[key.removeprefix("to_")]] for key in _AS_TODAY},
    }
    for key, values in facts.items():
        blank = moves[key].to_numpy() == ""
        moves[key] = pd.Series(
            np.where(blank, np.array(values, dtype=object), moves[key]), dtype="str", index=moves.index
        )
    return moves.sort_values(["from_school_id", "staff_id"], kind="stable", ignore_index=True)


def _nearest(wrong: str, known: Mapping[str, int]) -> Nearest:
    """The known code that was meant, leading zeros lost to a spreadsheet first of all."""
    zeros = [code for code in known if wrong and code.lstrip("0") == wrong.lstrip("0")]
    near = Nearest(wrong, ())
    near.found = zeros[0] if zeros else ""
    return near if zeros else Nearest(wrong, known)
