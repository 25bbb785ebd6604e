"""The principal's workbook: the school at a glance, who leaves, arrives, or stays though due, subjects, clauses.

The principal answers in it: person by person from a drop-down list, and for the whole on the cover. Everything else is
protected against slips.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rotation_planner.data.dates import completed_years
from rotation_planner.report.papers.deadlines import Deadlines
from rotation_planner.report.reasons import Basis, Reasons, until_text
from rotation_planner.report.school_cover import SchoolCovers, room_sentence, verdict_sentence
from rotation_planner.report.sheets import Book, Column, Sheet, listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import has, say

__all__ = ["SchoolBooks", "mode_words", "room_sentence", "verdict_sentence"]

REPLIES = ("agree", "adjust", "object")
PERSON = (Column("number", "whole"), Column("name"), Column("staff_id"), Column("position"))
WHERE_KNOWN = ("stage", "subject", "title", "backbone")  # columns that only some districts fill in
LEAVES = (
    Column("goes_to", width=22),
    Column("mode"),
    Column("file_moves"),
    Column("until", "date"),
    Column("why_goes", "wrap", 30),
)
ARRIVES = (
    Column("comes_from", width=22),
    Column("mode"),
    Column("file_moves"),
    Column("until", "date"),
)
INSIDE = (
    Column("from_department", width=18),
    Column("to_department", width=18),
    Column("mode"),
    Column("until", "date"),
    Column("why_goes", "wrap", 30),
)
STAYS = (Column("years_here", "whole"), Column("why_stays", "wrap", 36))
SUBJECTS = (
    Column("stage"), Column("subject"), Column("required", "whole"), Column("before", "whole"),
    Column("after", "whole"), Column("change", "signed"), Column("gap_after", "signed", alarm=True),
)  # fmt: skip
BASIS = (Column("number", "whole"), Column("clause", "wrap", 76))


class SchoolBooks:
    """All principals' books of one plan. Every table is made once for the district and handed out by school."""

    def __init__(self, turnover: Turnover, title: str, deadlines: Deadlines | None = None) -> None:
        self.turnover = turnover
        self.reasons = Reasons(turnover)
        self.covers = SchoolCovers(turnover, title, deadlines)
        self.title = title
        staff, facts = turnover.district.staff, turnover.standing.facts
        self._names: list[str] = staff["name"].tolist()
        self._ids: list[str] = staff["staff_id"].tolist()
        self._schools: list[str] = turnover.district.schools["name"].tolist()
        listed_columns = ("position", "stage", "title", "backbone")
        self._said = {c: [listed(c, v) for v in facts.of_people(c)] for c in listed_columns}
        self._subject: list[str] = staff["subject"].tolist()

    # ---- by school ---------------------------------------------------------------------------------------------------

    @cached_property
    def _known(self) -> list[str]:
        """The further columns of people that anybody in the district has an entry in."""
        facts = self.turnover.standing.facts
        return [c for c in WHERE_KNOWN if not np.isin(facts.of_people(c), ("", "none")).all()]

    @cached_property
    def _moves(self) -> list[dict[str, Any]]:
        return [move for move in self._all_moves if move["source"] != move["target"]]

    @cached_property
    def _all_moves(self) -> list[dict[str, Any]]:
        return self.turnover.moves.to_dict("records")  # type: ignore[return-value]

    @cached_property
    def _leaving(self) -> dict[int, list[dict[str, Any]]]:
        return _by(self._moves, "source")

    @cached_property
    def _arriving(self) -> dict[int, list[dict[str, Any]]]:
        return _by(self._moves, "target")

    @cached_property
    def _inside(self) -> dict[int, list[dict[str, Any]]]:
        return _by([move for move in self._all_moves if move["source"] == move["target"]], "source")

    @cached_property
    def _staying(self) -> dict[int, list[dict[str, Any]]]:
        rows = self.turnover.plan.deferred
        person = rows["staff_id"].map(self.turnover.district.staff_pos)
        rows = rows[person.notna()].assign(person=person[person.notna()].astype(np.int64))
        rows["school"] = self.turnover.school_before[rows["person"].to_numpy()]
        return _by(rows.to_dict("records"), "school")  # type: ignore[arg-type]

    @cached_property
    def _years_here(self) -> Array:
        facts = self.turnover.standing.facts
        return np.asarray(completed_years(facts.of_people("joined_school"), facts.as_of))

    # ---- the book ----------------------------------------------------------------------------------------------------

    def write(self, school: int, path: Path) -> None:
        """Write the book of the school at this row position."""
        basis = Basis()
        name = self._schools[school]
        leaves = [self._leave(number, move, basis) for number, move in enumerate(self._leaving.get(school, []), 1)]
        arrives = [self._arrival(number, move) for number, move in enumerate(self._arriving.get(school, []), 1)]
        stays = [self._stay(number, row) for number, row in enumerate(self._staying.get(school, []), 1)]
        inside = [self._change(number, move, basis) for number, move in enumerate(self._inside.get(school, []), 1)]
        reply = reply_columns()
        with Book(path, f"{name} {self.title}", protected=True) as book:
            self.covers.write(book.sheet("cover"), school, len(leaves), len(arrives), len(stays), len(inside))
            for key, columns, records in (
                ("leaves", LEAVES, leaves),
                ("arrives", ARRIVES, arrives),
                *((("inside", INSIDE, inside),) if inside else ()),
                ("stays", STAYS, stays),
            ):
                sheet = book.sheet(key, landscape=True)
                self._head(sheet, name, key)
                person = (*PERSON, *map(Column, self._known))
                sheet.table((*person, *columns, *reply), [(*record, "", "") for record in records], main=True)
                if key == "stays":
                    sheet.note(say("report.stays_note"))
            sheet = book.sheet("subjects")
            self._head(sheet, name, "subjects")
            empty = say("report.no_demand")
            sheet.table(SUBJECTS, self.covers.subjects.get(school, []), main=True, empty=empty)
            if basis.records:
                sheet = book.sheet("basis")
                self._head(sheet, name, "basis")
                sheet.table(BASIS, basis.records, main=True)
                sheet.note(say("report.basis_note"))

    def _head(self, sheet: Sheet, name: str, key: str) -> None:
        sheet.heading(f"{name}{say('report.facts_separator')}{say('report_sheet.' + key)}")

    def _person(
        self, number: int, person: int, position: str = "", stage: str = "", subject: str = ""
    ) -> tuple[Any, ...]:
        said = self._said
        further = {
            "stage": listed("stage", stage) or said["stage"][person],
            "subject": subject or self._subject[person],
            "title": said["title"][person],
            "backbone": said["backbone"][person],
        }
        told = (
            number,
            self._names[person],
            self._ids[person],
            listed("position", position) or said["position"][person],
        )
        return (*told, *(further[c] for c in self._known))

    def _manner(self, move: dict[str, Any]) -> tuple[Any, ...]:
        return (
            self.turnover.mode_words(move["mode"]),
            listed("file", move["personnel_file_moves"]),
            until_text(move["until"]),
        )

    def _leave(self, number: int, move: dict[str, Any], basis: Basis) -> tuple[Any, ...]:
        why = basis.noted(*self.reasons.going(move["person"]))
        return (*self._person(number, move["person"]), self._place(move, "target"), *self._manner(move), why)

    def _place(self, move: dict[str, Any], side: str) -> str:
        """The school left (``source``) or entered (``target``), with the department where the plan names one."""
        department = str(move.get("from_department" if side == "source" else "to_department", ""))
        school = self._schools[move[side]]
        return say("book.department", school=school, department=department) if department else school

    def _change(self, number: int, move: dict[str, Any], basis: Basis) -> tuple[Any, ...]:
        """A move from one department of the school to another."""
        person = self._person(number, move["person"], move["to_position"])
        departments = (move.get("from_department", ""), move.get("to_department", ""))
        why = basis.noted(*self.reasons.going(move["person"]))
        return (*person, *departments, self.turnover.mode_words(move["mode"]), until_text(move["until"]), why)

    def _arrival(self, number: int, move: dict[str, Any]) -> tuple[Any, ...]:
        person = self._person(number, move["person"], move["to_position"], move["stage"], move["subject"])
        return (*person, self._place(move, "source"), *self._manner(move))

    def _stay(self, number: int, row: dict[str, Any]) -> tuple[Any, ...]:
        person = row["person"]
        return (*self._person(number, person), self._years_here[person], self.reasons.staying(person, row["why"]))


def reply_columns() -> tuple[Column, Column]:
    """What the principal fills in of each person: an answer from a list, and words of their own."""
    answers = tuple(say("book_reply." + each) for each in REPLIES)
    return Column("reply", "wrap", 9, fill=True, choices=answers), Column("reply_words", "wrap", 20, fill=True)


def _by(rows: Sequence[dict[str, Any]], key: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(int(row[key]), []).append(row)
    return found


def mode_words(mode: str) -> str:
    """The way of moving in words; a pack's own as it stands."""
    return say("plan_mode." + mode) if has("plan_mode." + mode) else mode
