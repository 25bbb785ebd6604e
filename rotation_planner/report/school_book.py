"""The principal's workbook: the school at a glance, who leaves, arrives, or stays though due, subjects, clauses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rotation_planner.data.dates import completed_years
from rotation_planner.report.reasons import Basis, Reasons, until_text
from rotation_planner.report.sheets import ALARM, CALM, INK, Book, Column, Sheet, listed
from rotation_planner.report.turnover import LEADERS, Array, Turnover
from rotation_planner.words import has, say

COVER = (
    Column("item"), Column("approved", "whole"), Column("before", "whole"), Column("after", "whole"),
    Column("change", "signed"), Column("room", "signed"),
)  # fmt: skip
COVER_WIDTHS = (22, 13, 13, 13, 13, 13)
PERSON = (
    Column("number", "whole"), Column("name"), Column("staff_id"), Column("position"), Column("stage"),
    Column("subject"), Column("title"), Column("backbone"),
)  # fmt: skip
LEAVES = (
    *PERSON,
    Column("goes_to"),
    Column("mode"),
    Column("file_moves"),
    Column("until", "date"),
    Column("why_goes", "wrap", 34),
)
ARRIVES = (*PERSON, Column("comes_from"), Column("mode"), Column("file_moves"), Column("until", "date"))
STAYS = (*PERSON, Column("years_here", "whole"), Column("why_stays", "wrap", 44))
SUBJECTS = (
    Column("stage"), Column("subject"), Column("required", "whole"), Column("before", "whole"),
    Column("after", "whole"), Column("change", "signed"), Column("gap_after", "signed"),
)  # fmt: skip
BASIS = (Column("number", "whole"), Column("clause", "wrap", 76))


class SchoolBooks:
    """All principals' books of one plan. Every table is made once for the district and handed out by school."""

    def __init__(self, turnover: Turnover, title: str) -> None:
        self.turnover = turnover
        self.reasons = Reasons(turnover)
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
    def _moves(self) -> list[dict[str, Any]]:
        return self.turnover.moves.to_dict("records")  # type: ignore[return-value]

    @cached_property
    def _leaving(self) -> dict[int, list[dict[str, Any]]]:
        return _by(self._moves, "source")

    @cached_property
    def _arriving(self) -> dict[int, list[dict[str, Any]]]:
        return _by(self._moves, "target")

    @cached_property
    def _staying(self) -> dict[int, list[dict[str, Any]]]:
        rows = self.turnover.plan.deferred
        person = rows["staff_id"].map(self.turnover.district.staff_pos)
        rows = rows[person.notna()].assign(person=person[person.notna()].astype(np.int64))
        rows["school"] = self.turnover.school_before[rows["person"].to_numpy()]
        return _by(rows.to_dict("records"), "school")  # type: ignore[arg-type]

    @cached_property
    def _subjects(self) -> dict[int, list[tuple[Any, ...]]]:
        found: dict[int, list[tuple[Any, ...]]] = {}
        for school, stage, subject, required, before, after in self.turnover.subjects.itertuples(index=False):
            row = (listed("stage", stage), subject, required, before, after, after - before, after - required)
            found.setdefault(school, []).append(row)
        return found

    @cached_property
    def _years_here(self) -> Array:
        facts = self.turnover.standing.facts
        return np.asarray(completed_years(facts.of_people("joined_school"), facts.as_of))

    @cached_property
    def _leaders(self) -> dict[int, dict[str, list[str]]]:
        """By school and leader's position: what is said of each leader before or after the plan."""
        turnover = self.turnover
        found: dict[int, dict[str, list[str]]] = {}
        position, after = turnover.of_people("position"), turnover.position_after
        for person in np.flatnonzero(np.isin(position, LEADERS) | np.isin(after, LEADERS)):
            here, there = int(turnover.school_before[person]), int(turnover.school_after[person])
            name = self._names[person]
            if not turnover.moving[person]:
                _say(found, here, position[person], say("report.leader_stays", name=name))
                continue
            if position[person] in LEADERS:
                _say(found, here, position[person], say("report.leader_leaves", name=name, school=self._schools[there]))
            if after[person] in LEADERS:
                _say(found, there, after[person], say("report.leader_arrives", name=name, school=self._schools[here]))
        return found

    # ---- the book ----------------------------------------------------------------------------------------------------

    def write(self, school: int, path: Path) -> None:
        """Write the book of the school at this row position."""
        basis = Basis()
        name = self._schools[school]
        leaves = [self._leave(number, move, basis) for number, move in enumerate(self._leaving.get(school, []), 1)]
        arrives = [self._arrival(number, move) for number, move in enumerate(self._arriving.get(school, []), 1)]
        stays = [self._stay(number, row) for number, row in enumerate(self._staying.get(school, []), 1)]
        with Book(path, f"{name} {self.title}") as book:
            self._cover(book.sheet("cover"), school, len(leaves), len(arrives), len(stays))
            for key, columns, records in (("leaves", LEAVES, leaves), ("arrives", ARRIVES, arrives)):
                sheet = book.sheet(key, landscape=True)
                self._head(sheet, name, key)
                sheet.table(columns, records, main=True)
            sheet = book.sheet("stays", landscape=True)
            self._head(sheet, name, "stays")
            sheet.table(STAYS, stays, main=True)
            sheet.note(say("report.stays_note"))
            sheet = book.sheet("subjects")
            self._head(sheet, name, "subjects")
            empty = say("report.no_demand")
            sheet.table(SUBJECTS, self._subjects.get(school, []), main=True, tint="gap_after", empty=empty)
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
        return (
            number, self._names[person], self._ids[person],
            listed("position", position) or said["position"][person],
            listed("stage", stage) or said["stage"][person],
            subject or self._subject[person], said["title"][person], said["backbone"][person],
        )  # fmt: skip

    def _manner(self, move: dict[str, Any]) -> tuple[Any, ...]:
        return (mode_words(move["mode"]), listed("file", move["personnel_file_moves"]), until_text(move["until"]))

    def _leave(self, number: int, move: dict[str, Any], basis: Basis) -> tuple[Any, ...]:
        why = basis.noted(*self.reasons.going(move["person"]))
        return (*self._person(number, move["person"]), self._schools[move["target"]], *self._manner(move), why)

    def _arrival(self, number: int, move: dict[str, Any]) -> tuple[Any, ...]:
        person = self._person(number, move["person"], move["to_position"], move["stage"], move["subject"])
        return (*person, self._schools[move["source"]], *self._manner(move))

    def _stay(self, number: int, row: dict[str, Any]) -> tuple[Any, ...]:
        person = row["person"]
        return (*self._person(number, person), self._years_here[person], self.reasons.staying(person, row["why"]))

    # ---- the cover ---------------------------------------------------------------------------------------------------

    def _cover(self, sheet: Sheet, school: int, out: int, into: int, stay: int) -> None:
        turnover = self.turnover
        before, after = int(turnover.headcount[0][school]), int(turnover.headcount[1][school])
        limit = turnover.of_schools("headcount_limit")[school]
        sheet.set_widths(COVER_WIDTHS)
        sheet.heading(self._schools[school])
        sheet.note(self.title, size=12, color=INK)
        sheet.note(self._about(school))
        sheet.gap()
        if out or into or stay:
            sheet.note(say("report.flow", out=out, into=into, stay=stay), size=13, color=INK, bold=True)
        else:
            sheet.note(say("report.no_change"), size=13, color=INK, bold=True)
        sheet.note(room_sentence(after, limit), size=11, color=ALARM if after > limit else INK)
        sheet.note(self._backbone_sentence(school), size=11, color=INK)
        for line in self._subject_sentences(school):
            sheet.note(line, size=11, color=INK)
        verdict, color = verdict_sentence(turnover)
        sheet.note(verdict, size=11, color=color)
        sheet.gap()
        sheet.heading(say("report.leadership"), level=2)
        sheet.facts([(say("report_item." + each), self._leader_line(school, each)) for each in LEADERS])
        sheet.gap()
        sheet.heading(say("report.balance"), level=2)
        rows: list[tuple[Any, ...]] = [_balance("headcount", limit, before, after)]
        rows += [_balance(name, *(float(each[school]) for each in held)) for name, held in turnover.posts.items()]
        backbone = turnover.backbone_counts
        rows.insert(1, _balance("backbone", np.nan, float(backbone[0][school]), float(backbone[1][school])))
        sheet.table(COVER, rows, tint="room")
        sheet.gap()
        sheet.note(say("report.confidential_principal"))

    def _about(self, school: int) -> str:
        about = {
            c: self.turnover.of_schools(c)[school] for c in ("school_id", "tier", "location", "zone", "group", "campus")
        }
        day = self.turnover.district.as_of
        parts = [
            say("report.school_id", school_id=about["school_id"]),
            listed("tier", about["tier"]),
            listed("location", about["location"]),
            say("report.zone", zone=about["zone"]) if about["zone"] else "",
            say("report.group", group=about["group"]) if about["group"] else "",
            listed("campus", about["campus"]),
            say("report.counted_to", day=say("report.date", day=day)),
        ]
        return say("report.facts_separator").join(part for part in parts if part)

    def _backbone_sentence(self, school: int) -> str:
        turnover = self.turnover
        counts, over = turnover.backbone_counts, turnover.over_counts
        shares = [percent(counts[when][school], over[when][school]) for when in (0, 1)]
        return say(
            "report.backbone_balance", before=counts[0][school], after=counts[1][school],
            share_before=shares[0], share_after=shares[1], district=f"{turnover.district_share:.1%}",
        )  # fmt: skip

    def _subject_sentences(self, school: int) -> list[str]:
        rows = self._subjects.get(school)
        if not rows:
            return [say("report.no_demand")]
        short = [_number(row[0], row[1], -row[6]) for row in rows if row[6] < 0]
        above = [_number(row[0], row[1], row[6]) for row in rows if row[6] > 0]
        join = say("report.separator").join
        lines = [say("report.subjects_short", subjects=join(short)) if short else say("report.subjects_full")]
        return lines + ([say("report.subjects_above", subjects=join(above))] if above else [])

    def _leader_line(self, school: int, position: str) -> str:
        people = self._leaders.get(school, {}).get(position, [])
        held = int(self.turnover.posts[position][2][school])
        return say("report.separator").join(people + ([] if held else [say("report.leader_none")]))


def _by(rows: Sequence[dict[str, Any]], key: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(int(row[key]), []).append(row)
    return found


def _say(found: dict[int, dict[str, list[str]]], school: int, position: str, text: str) -> None:
    found.setdefault(school, {}).setdefault(position, []).append(text)


def _number(stage: str, subject: str, number: float) -> str:
    return say("report.subject_number", stage=stage, subject=subject, number=int(number))


def _balance(name: str, approved: float, before: float, after: float) -> tuple[Any, ...]:
    return (say("report_item." + name), approved, before, after, after - before, approved - after)


def mode_words(mode: str) -> str:
    """The way of moving in words."""
    return say("plan_mode." + mode) if has("plan_mode." + mode) else mode


def percent(part: float, whole: float) -> str:
    """A share as people read it, a dash where nobody is counted."""
    return f"{part / whole:.1%}" if whole else "—"


def room_sentence(after: int, limit: float) -> str:
    """Headcount afterwards against the limit."""
    key = "room_full" if after == limit else "room_over" if after > limit else "room_free"
    return say("report." + key, after=after, limit=int(limit), room=abs(int(limit) - after))


def verdict_sentence(turnover: Turnover) -> tuple[str, str]:
    """What the audit says of the plan, for a principal, and the colour to say it in."""
    audit = turnover.audit
    if audit.passes:
        return say("report.verdict_pass"), CALM
    if audit.breaches:
        return say("report.verdict_breach", count=len(audit.breaches)), ALARM
    return say("report.verdict_numbers"), ALARM
