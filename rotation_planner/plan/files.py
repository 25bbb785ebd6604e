"""A plan on disk: transfers.csv, deferred.csv and plan.json, written for spreadsheets and read back from them."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.safetext import neutralise
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Objective, Plan, Status
from rotation_planner.plan.staging import MARK, to_json, writing
from rotation_planner.plan.table import blank_frame, completed, lost_zeros, read_deferred, read_transfers

__all__ = [
    "completed",
    "fingerprint",
    "is_edited",
    "lost_zeros",
    "plan_json",
    "read_plan",
    "write_plan_files",
    "write_plan_json",
    "writing",
]
MOST_BYTES = 20_000_000  # of a plan.json
_DECIDED = ("staff_id", "to_school_id", "to_position", "stage", "subject", "mode")


def fingerprint(transfers: pd.DataFrame) -> str:
    """SHA-256 of what the moves decide (who, where to, as what, in which way), whatever their order and spelling."""
    told = transfers.reindex(columns=[*_DECIDED, "to_department"]).astype(object).fillna("")
    # A blank department says nothing: plans without departments keep the fingerprint that they always had.
    rows = sorted("\t".join(str(cell) for cell in row).removesuffix("\t") for row in told.itertuples(index=False))
    return hashlib.sha256("\n".join(rows).encode("utf-8")).hexdigest()


def is_edited(plan: Plan) -> bool:
    """Whether the moves are no longer those that the plan's own plan.json was written for."""
    claimed = plan.fingerprints.get("transfers")
    return claimed is not None and claimed != fingerprint(plan.transfers)


def _plain(number: float) -> int | float | None:
    """A number as JSON has it: whole ones without a fraction, infinite and unknown ones as null."""
    if not math.isfinite(number):
        return None
    return int(number) if float(number).is_integer() else float(number)


def plan_json(plan: Plan) -> dict[str, Any]:
    """The content of plan.json.

    ``fingerprints`` holds ``transfers`` besides those of the plan: it tells a hand-edited transfers.csv.
    """
    return {
        "status": plan.status.value,
        "objectives": [
            {"id": goal.id, "value": _plain(goal.value), "bound": _plain(goal.bound), "gap": _plain(goal.gap)}
            for goal in plan.objectives
        ],
        "seconds": {phase: round(float(seconds), 3) for phase, seconds in plan.seconds.items()},
        "counts": {name: int(count) for name, count in plan.counts.items()},
        "solver": plan.solver,
        "seed": plan.seed,
        "fingerprints": {**plan.fingerprints, "transfers": fingerprint(plan.transfers)},
        "version": plan.version,
        **plan.more,
    }


def write_plan_files(folder: Path, plan: Plan) -> None:
    """Writes the three files into ``folder``, the staging folder of `writing`."""
    _write_csv(folder / "transfers.csv", plan.transfers, TRANSFER_COLUMNS)
    _write_csv(folder / "deferred.csv", plan.deferred, DEFERRED_COLUMNS)
    write_plan_json(folder, plan)


def write_plan_json(folder: Path, plan: Plan) -> None:
    """Writes ``plan.json`` alone into ``folder``."""
    (folder / MARK).write_text(to_json(plan_json(plan)), "utf-8", newline="\n")


def _write_csv(path: Path, frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """The columns in their order, then further ones; no cell that a spreadsheet would run as a formula."""
    order = [*columns, *(str(name) for name in frame.columns if name not in columns and not str(name).startswith("_"))]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([neutralise(name) for name in order])
        for row in frame.reindex(columns=order).itertuples(index=False, name=None):
            writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])


def read_plan(path: Path | str) -> Plan:
    """The plan in a folder, or a transfers.csv alone: of any age, hand-made or edited in a spreadsheet.

    ``transfers`` also holds the file's further columns and ``_row``, the row in the file; `completed` fills what a
    hand-made file leaves blank. Where the moves are not those that plan.json was written for, its status and
    objectives no longer speak of them and are left out (see `is_edited`).

    Raises:
        InputError: there is no plan, or its files cannot be read; everything that is wrong at once. Rows that make no
            sense are no error here: the audit tells them.
    """
    path = Path(path)
    if path.name == MARK:
        path = path.parent
    if not path.exists():
        raise InputError([_error("plan_missing", path)])
    if path.is_file():
        if path.suffix.lower() != ".csv":
            raise InputError([_error("plan_kind", path)])
        return Plan(read_transfers(path), blank_frame(DEFERRED_COLUMNS))
    missing = [name for name in ("transfers.csv", MARK) if not (path / name).is_file()]
    if missing:
        raise InputError([_error("plan_incomplete", path, missing=missing[0])])
    problems: list[Problem] = []
    content, moves, deferred = {}, None, blank_frame(DEFERRED_COLUMNS)
    try:
        content = _read_json(path / MARK)
    except InputError as error:
        problems += error.problems
    try:
        moves = read_transfers(path / "transfers.csv")
    except InputError as error:
        problems += error.problems
    if (path / "deferred.csv").is_file():
        try:
            deferred = read_deferred(path / "deferred.csv")
        except InputError as error:
            problems += error.problems
    if problems or moves is None:
        raise InputError(problems)
    plan = Plan(moves, deferred, **content)
    return dataclasses.replace(plan, status=Status.UNKNOWN, objectives=()) if is_edited(plan) else plan


def _error(code: str, path: Path, **values: Any) -> Problem:
    return Problem(Severity.ERROR, code, path.name or str(path), value=str(path), values=values)


def _read_json(path: Path) -> dict[str, Any]:
    """What plan.json says of the plan, as fields of `Plan`; keys of other versions are passed over."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError("size")
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
        if not isinstance(content, dict):
            raise TypeError("no object")
    except (OSError, ValueError, TypeError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise InputError([Problem(Severity.ERROR, "plan_json_broken", path.name, line, value=str(path))]) from error
    fields: dict[str, Any] = {}
    problems: list[Problem] = []
    readers = {
        "status": Status,
        "objectives": _objectives,
        "seconds": _mapping(float),
        "counts": _mapping(int),
        "solver": str,
        "seed": int,
        "fingerprints": _mapping(str),
        "version": str,
    }
    for key, reader in readers.items():
        if content.get(key) is None:
            continue
        try:
            fields[key] = reader(content[key])
        except (ValueError, TypeError, KeyError, OverflowError):
            shown = str(content[key])[:60]
            problems.append(Problem(Severity.ERROR, "plan_json_value", path.name, None, key, shown, {"key": key}))
    if problems:
        raise InputError(problems)
    return fields


def _objectives(entries: Any) -> tuple[Objective, ...]:
    return tuple(
        Objective(str(each["id"]), float(each["value"]), _number(each.get("bound"), -math.inf)) for each in entries
    )


def _number(value: Any, otherwise: float) -> float:
    return otherwise if value is None else float(value)


def _mapping(kind: type) -> Any:
    def read(entries: Any) -> Mapping[str, Any]:
        if not isinstance(entries, dict):
            raise TypeError("no object")
        return {str(key): kind(value) for key, value in entries.items()}

    return read
