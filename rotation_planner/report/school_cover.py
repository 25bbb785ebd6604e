"""The cover of a principal's workbook: the school at a glance, its balance before and after, the days, the reply."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from rotation_planner.report.numbers import percent, tenths
from rotation_planner.report.papers.deadlines import Deadlines
from rotation_planner.report.school_balance import SchoolBalance
from rotation_planner.report.sheets import ALARM, CALM, INK, Column, Sheet, listed
from rotation_planner.report.turnover import LEADERS, Turnover
from rotation_planner.words import say

COVER = (
    Column("group"), Column("item"), Column("approved", "whole"), Column("before", "whole"), Column("after", "whole"),
    Column("change", "signed"), Column("room", "signed", alarm=True),
)  # fmt: skip
WIDTHS = (15, 24, 11, 11, 11, 11, 11)
REPLIES = ("agree", "remarks")


class SchoolCovers:
    """The covers of all schools; what they share is made once."""

    def __init__(self, turnover: Turnover, title: str, deadlines: Deadlines | None = None) -> None:
        self.turnover = turnover
        self.title = title
        self.deadlines = deadlines
        self.balance = SchoolBalance(turnover)
        self._names: list[str] = turnover.district.staff["name"].tolist()
        self._schools: list[str] = turnover.district.schools["name"].tolist()

    @cached_property
    def subjects(self) -> dict[int, list[tuple[Any, ...]]]:
        """By school: stage, subject, required, before, after, change, gap afterwards."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for school, stage, subject, required, before, after in self.turnover.subjects.itertuples(index=False):
            row = (listed("stage", stage), subject, required, before, after, after - before, after - required)
            found.setdefault(school, []).append(row)
        return found

    def write(self, sheet: Sheet, school: int, out: int, into: int, stay: int, inside: int = 0) -> None:
        """Write the cover of a school with so many people leaving, arriving, staying though a duty speaks of them, and
        moving inside it."""
        turnover = self.turnover
        after = int(turnover.headcount[1][school])
        limit = turnover.of_schools("headcount_limit")[school]
        sheet.set_widths(WIDTHS)
        sheet.one_page()
        sheet.heading(self._schools[school])
        sheet.note(self.title, size=12, color=INK)
        sheet.note(self._about(school))
        sheet.gap()
        flow = say("report.flow", out=out, into=into, stay=stay) if out or into or stay else say("report.no_change")
        sheet.note(flow, size=13, color=INK, bold=True)
        if inside:
            sheet.note(say("book.inside", count=inside), size=11, color=INK)
        sheet.note(room_sentence(after, limit), size=11, color=ALARM if after > limit else INK)
        for line in (self._backbone_sentence(school), self._age_sentence(school), *self._subject_sentences(school)):
            if line:
                sheet.note(line, size=11, color=INK)
        verdict, color = verdict_sentence(turnover)
        sheet.note(verdict, size=11, color=color)
        sheet.gap()
        if self.deadlines is not None:
            sheet.heading(say("book.deadlines"), level=2)
            sheet.facts(deadline_facts(self.deadlines))
            sheet.gap()
        sheet.heading(say("report.leadership"), level=2)
        sheet.facts([(say("report_item." + each), self._leader_line(school, each)) for each in LEADERS])
        sheet.gap()
        sheet.heading(say("book.balance"), level=2)
        sheet.table(COVER, self.balance_records(school))
        sheet.gap()
        sheet.heading(say("book.reply"), level=2)
        if self.deadlines is not None:
            sheet.note(say("book.reply_note", day=say("report.date", day=self.deadlines.reply_by)))
        sheet.ask(
            [(say("book.reply_all"), [say("book_reply.all_" + each) for each in REPLIES])]
            + [(say("book.reply_" + each), []) for each in ("remarks", "signature", "date", "phone")]
        )
        sheet.gap()
        sheet.note(say("report.confidential_principal"))
        sheet.note(say("book.protected"))

    def balance_records(self, school: int) -> list[tuple[Any, ...]]:
        """The school's numbers before and after, each group named once."""
        records, former = [], ""
        for line in self.balance.lines:
            group, *numbers = line.of(school)
            records.append(("" if group == former else group, *numbers))
            former = group
        return records

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
        if not turnover.backbone.any():
            return ""
        counts, over = turnover.backbone_counts, turnover.over_counts
        shares = [percent(counts[when][school], over[when][school]) for when in (0, 1)]
        return say(
            "report.backbone_balance", before=counts[0][school], after=counts[1][school],
            share_before=shares[0], share_after=shares[1], district=tenths(turnover.district_share),
        )  # fmt: skip

    def _age_sentence(self, school: int) -> str:
        before, after = (float(each[school]) for each in self.balance.mean_age)
        return "" if np.isnan(before) or np.isnan(after) else say("book.mean_age", before=before, after=after)

    def _subject_sentences(self, school: int) -> list[str]:
        if self.turnover.district.demand.empty:
            return []
        rows = self.subjects.get(school)
        if not rows:
            return [say("report.no_demand")]
        short = [_number(row[0], row[1], -row[6]) for row in rows if row[6] < 0]
        above = [_number(row[0], row[1], row[6]) for row in rows if row[6] > 0]
        join = say("report.separator").join
        lines = [say("report.subjects_short", subjects=join(short)) if short else say("report.subjects_full")]
        return lines + ([say("report.subjects_above", subjects=join(above))] if above else [])

    # ---- leaders -----------------------------------------------------------------------------------------------------

    @cached_property
    def _leaders(self) -> dict[int, dict[str, list[str]]]:
        """By school and leader's position: what is said of each leader before or after the plan."""
        turnover = self.turnover
        found: dict[int, dict[str, list[str]]] = {}
        position, after = turnover.of_people("position"), turnover.position_after
        for person in np.flatnonzero(np.isin(position, LEADERS) | np.isin(after, LEADERS)):
            here, there = int(turnover.school_before[person]), int(turnover.school_after[person])
            name = self._names[person]
            if here == there:
                _say(found, here, after[person], say("report.leader_stays", name=name))
                continue
            if position[person] in LEADERS:
                _say(found, here, position[person], say("report.leader_leaves", name=name, school=self._schools[there]))
            if after[person] in LEADERS:
                _say(found, there, after[person], say("report.leader_arrives", name=name, school=self._schools[here]))
        return found

    def _leader_line(self, school: int, position: str) -> str:
        people = self._leaders.get(school, {}).get(position, [])
        held = int(self.turnover.posts[position][2][school])
        return say("report.separator").join(people + ([] if held else [say("report.leader_none")]))


def deadline_facts(deadlines: Deadlines) -> list[tuple[str, str]]:
    """The days of the procedure, and whom to ask."""
    day = {
        name: say("report.date", day=getattr(deadlines, name))
        for name in ("reply_by", "notice_from", "notice_to", "report_to_by", "starts_on")
    }
    facts = [
        (say("book.reply_by"), day["reply_by"]),
        (say("book.notice"), say("book.notice_days", days=deadlines.notice_days, **day)),
        (say("book.report_to_by"), day["report_to_by"]),
        (say("book.starts_on"), day["starts_on"]),
    ]
    contact = say("report.facts_separator").join(each for each in (deadlines.contact, deadlines.phone) if each)
    return facts + ([(say("book.contact"), contact)] if contact else [])


def _say(found: dict[int, dict[str, list[str]]], school: int, position: str, text: str) -> None:
    found.setdefault(school, {}).setdefault(position, []).append(text)


def _number(stage: str, subject: str, number: float) -> str:
    return say("report.subject_number", stage=stage, subject=subject, number=int(number))


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
