"""The moves that a plan's file tells, and what is wrong with the file itself. Takes any nonsense without stumbling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rotation_planner.audit.books import Books
from rotation_planner.audit.offices import Offices
from rotation_planner.data.dates import read_date
from rotation_planner.plan.plan import TRANSFER_COLUMNS

MODES = ("transfer", "secondment", "part_time")


@dataclass(frozen=True)
class Move:
    """One move: the person, the present school and the school entered by position, and what the row says of it.

    ``stage``, ``subject``, ``department`` (the one entered) and ``until`` are ``None`` where the row is blank,
    ``until`` and ``file_moves`` also where they cannot be read; ``until_text`` is what stands there. ``way``: the id of
    the case of the ``modes`` rule in which it is made; ``here``: the person goes on counting at the old place.
    """

    person: int
    left: int
    entered: int
    stage: str | None
    subject: str | None
    position: str | None
    mode: str
    file_moves: bool | None
    until: dt.date | None
    until_text: str
    department: str | None = None
    way: str | None = None
    here: bool = False

    @property
    def inside(self) -> bool:
        """Whether the person keeps the school and changes the department."""
        return self.left == self.entered

    @property
    def crosses(self) -> bool:
        """Whether the person is counted at another school afterwards."""
        return not self.here and self.left != self.entered


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a row of the plan: the name of its sentence and what fills it."""

    name: str
    staff_id: str
    values: dict[str, str] = field(default_factory=dict)


def read_moves(
    books: Books, transfers: pd.DataFrame, offices: Offices, modes: Collection[str] = MODES
) -> tuple[dict[int, Move], list[Fault]]:
    """The moves by person, and the faults of the file; ``modes``: the ways of moving that may be named.

    A row of an unknown person, to an unknown school or to the present one is no move, unless the person may change the
    department inside the school and the row names another; of a person who stands twice the first row that is a move
    counts.
    """
    moves: dict[int, Move] = {}
    faults: list[Fault] = []
    seen: set[str] = set()
    for row in _rows(transfers):
        staff_id = row["staff_id"]
        if staff_id in seen:
            faults.append(Fault("twice", staff_id))
        seen.add(staff_id)
        person, entered = books.person_of.get(staff_id), books.school_of.get(row["to_school_id"])
        if person is None:
            faults.append(Fault("unknown_staff", staff_id))
            continue
        left = books.at[person]
        given = row["from_school_id"]
        if given not in books.school_of:
            faults.append(Fault("unknown_school", staff_id, {"school": given}))
        elif books.school_of[given] != left:
            values = {"school": given, "present": books.school_id[left]}
            faults.append(Fault("not_present_school", staff_id, values))
        if entered is None:
            faults.append(Fault("unknown_school", staff_id, {"school": row["to_school_id"]}))
            continue
        own, department = books.of_person("department")[person], row["to_department"] or None
        if offices.rule is None:
            department = None
        elif row["from_department"] not in ("", own):
            faults.append(Fault("not_present_department", staff_id, {"left": row["from_department"], "own": own or ""}))
        if entered == left and (department in (None, own) or not offices.may_stay_inside(person)):
            faults.append(Fault("same_school", staff_id, {"school": row["to_school_id"]}))
            continue
        until = read_date(row["until"]).day
        move = Move(
            person, left, entered, row["stage"] or None, row["subject"] or None, row["to_position"] or None,
            row["mode"], {"yes": True, "no": False}.get(row["personnel_file_moves"]), until, row["until"],
            department,
        )  # fmt: skip
        if person not in moves:
            moves[person] = move
            faults += _faults_of(books, move, row, modes)
    return moves, faults


def _rows(transfers: pd.DataFrame) -> Iterator[dict[str, str]]:
    """The rows as trimmed text, missing columns and cells as blank."""
    blank = [""] * len(transfers)
    columns = {
        name: [_text(each) for each in transfers[name].tolist()] if name in transfers else blank
        for name in TRANSFER_COLUMNS
    }
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return "" if value is None or value is pd.NA or value != value else str(value).strip()


def _faults_of(books: Books, move: Move, row: dict[str, str], modes: Collection[str]) -> Iterator[Fault]:
    """What is wrong with a row that is a move: position, qualification, and values that nobody can read."""
    staff_id = books.staff_id[move.person]
    held = books.of_person("position")[move.person]
    for name in ("position", "to_position"):
        if row[name] != (held or ""):
            yield Fault("position", staff_id, {"given": row[name], "held": held or ""})
            break
    if (move.stage, move.subject) not in placements(books, move.person):
        yield Fault("not_qualified", staff_id, {"stage": move.stage or "", "subject": move.subject or ""})
    if move.mode not in modes:
        yield Fault("mode", staff_id, {"given": move.mode})
    if move.file_moves is None:
        yield Fault("file_moves", staff_id, {"given": row["personnel_file_moves"]})
    if move.until_text and move.until is None:
        yield Fault("until", staff_id, {"given": move.until_text})


def placements(
    books: Books, person: int, other_subjects: bool = True, other_stages: bool = True
) -> set[tuple[str | None, str | None]]:
    """Stage and subject in which a person may be placed: the present ones, another subject, or another stage."""
    stage, subject = books.of_person("stage")[person], books.of_person("subject")[person]
    found = {(stage, subject)}
    if other_subjects and stage is not None and subject is not None:
        found |= {(stage, each) for each in (books.of_person("other_subjects")[person] or "").split(";") if each}
    if other_stages and stage is not None:
        found |= {(each, subject) for each in (books.of_person("other_stages")[person] or "").split(";") if each}
    return found
