"""What the public may read of a plan: who moves from where to where, with which position and subject, in which way.

Nothing else of a person enters: no staff_id, birth date, points, health, family or sanction, and no reason.
"""

from __future__ import annotations

import csv
from pathlib import Path

from rotation_planner.data.safetext import neutralise
from rotation_planner.report.sheets import Book, Column, listed
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import say

COLUMNS = (
    Column("number", "whole"), Column("name"), Column("from_school"), Column("to_school"), Column("position"),
    Column("subject"), Column("mode"),
)  # fmt: skip


def public_records(turnover: Turnover) -> list[tuple[int, str, str, str, str, str, str]]:
    """One row a move, by the order of the schools left and entered, then by name."""
    names: list[str] = turnover.district.staff["name"].tolist()
    moves = turnover.moves
    left, entered = places(turnover)
    columns = ("source", "target", "person", "to_position", "subject", "mode")
    rows = [
        (
            source,
            target,
            names[person],
            here,
            there,
            position_words(position, subject),
            subject,
            turnover.mode_words(mode),
        )
        for here, there, source, target, person, position, subject, mode in zip(
            left, entered, *(moves[column] for column in columns), strict=True
        )
    ]
    rows.sort()
    return [(number, *told) for number, (_, _, *told) in enumerate(rows, 1)]


def position_words(position: str, subject: str) -> str:
    """A position as papers name it; blank for ordinary staff who teach nothing, such as those of an office."""
    return "" if position == "teacher" and not subject else listed("position", position)


def places(turnover: Turnover) -> tuple[list[str], list[str]]:
    """Where each move leaves and where it leads: the school, with its department where the move names one."""
    schools: list[str] = turnover.district.schools["name"].tolist()
    moves = turnover.moves
    found = []
    for school, department in (("source", "from_department"), ("target", "to_department")):
        departments = moves[department].tolist() if department in moves else [""] * len(moves)
        found.append([schools[at] + (name or "") for at, name in zip(moves[school], departments, strict=True)])
    return found[0], found[1]


def write_public_list(folder: Path, turnover: Turnover, title: str) -> list[Path]:
    """Write ``public.xlsx`` and ``public.csv`` (UTF-8 with BOM, formula text neutralised) into ``folder``."""
    records = public_records(turnover)
    workbook, table = folder / "public.xlsx", folder / "public.csv"
    with Book(workbook, title) as book:
        sheet = book.sheet("public")
        sheet.set_widths([6, 12, 24, 24, 10, 8, 10])
        sheet.heading(title)
        day = say("report.counted_to", day=say("report.date", day=turnover.district.as_of))
        sheet.note(say("report.public_note", count=len(records)) + say("report.facts_separator") + day)
        sheet.table(COLUMNS, records, main=True)
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in COLUMNS])
        writer.writerows([number, *map(neutralise, texts)] for number, *texts in records)
    return [workbook, table]
