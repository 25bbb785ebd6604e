"""Decisions: which reading of a doubt holds, written into the overview by the bureau and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rotation_planner.collecting.doubts import Doubt
from rotation_planner.collecting.pool import Pool
from rotation_planner.data.cells import trim
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import RawTable, is_blank
from rotation_planner.data.workbook import read_sheets
from rotation_planner.words import catalogue

KEY = "doubts"


def settle(
    pool: Pool, doubts: Sequence[Doubt], decisions: Mapping[str, int]
) -> tuple[list[Doubt], list[tuple[Doubt, int]], list[Problem]]:
    """Lets the readings decided on hold in the pool: what is still open, what is decided, and which decisions no longer
    speak of anything or of a reading that is not there."""
    problems: list[Problem] = []
    left, decided = [], []
    by_id = {doubt.id: doubt for doubt in doubts}
    for key, number in decisions.items():
        if key not in by_id:
            problems.append(Problem(Severity.NOTE, "collect_settled_gone", "--settled", value=key))
        elif not 1 <= number <= len(by_id[key].readings):
            values = {"count": len(by_id[key].readings), "doubt": key}
            wrong = Problem(Severity.ERROR, "collect_settled_wrong", "--settled", value=str(number), values=values)
            problems.append(wrong)
    for doubt in doubts:
        number = decisions.get(doubt.id, 0)
        if not 1 <= number <= len(doubt.readings):
            left.append(doubt)
            continue
        change = doubt.readings[number - 1].change
        for key, at in change.drop:
            pool.keep[key][at] = False
        for key, at in change.add:
            pool.keep[key][at] = True
        for key, at, column, value in change.cells:
            pool.frames[key].loc[at, column] = value
        decided.append((doubt, number))
    return left, decided, problems


def read_decisions(path: Path | str) -> dict[str, int]:
    """The decisions in the overview workbook that an earlier run wrote, or in its ``doubts.csv``: the number of the
    reading by the doubt's id, for those that have one.

    Raises:
        InputError: the file cannot be read, has no such columns, or a decision is no number.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError([Problem(Severity.ERROR, "data_missing", path.name, value=str(path))])
    tables: list[RawTable] = []
    if path.suffix.lower() == ".csv":
        raw, problems = read_csv(path, KEY)
        if raw is None:
            raise InputError(problems or [Problem(Severity.ERROR, "collect_no_decisions", path.name)])
        tables = [raw]
    else:
        tables = read_sheets(path, KEY)
    words = catalogue()
    for raw in tables:
        at = {
            name: next((n for n, h in enumerate(raw.headings) if h in words[f"collect_column.{name}"].values()), None)
            for name in ("doubt", "decision")
        }
        if at["doubt"] is not None and at["decision"] is not None:
            return _decisions(raw, at["doubt"], at["decision"])
    raise InputError([Problem(Severity.ERROR, "collect_no_decisions", path.name)])


def _decisions(raw: RawTable, doubt: int, decision: int) -> dict[str, int]:
    found: dict[str, int] = {}
    problems = []
    for row, key, cell in zip(raw.rows, raw.columns[doubt], raw.columns[decision], strict=True):
        if is_blank(cell) or is_blank(key):
            continue
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else trim(str(cell))
        if not (text.isascii() and text.isdigit() and len(text) < 4):
            heading = raw.headings[decision]
            problems.append(Problem(Severity.ERROR, "collect_decision", raw.file, int(row), heading, text[:60]))
            continue
        found[trim(str(key))] = int(text)
    if problems:
        raise InputError(problems)
    return found
