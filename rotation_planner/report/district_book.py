"""The bureau's workbook: every move, deferral and standing, quotas, balances, records, and what the audit says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rotation_planner.plan.plan import Objective
from rotation_planner.report.audit_sheets import audit_sheet, reverse_flow_sheet
from rotation_planner.report.district_people import COMING, DEFERRED, RECORDS, STANDING, PeopleTables
from rotation_planner.report.district_schools import QUOTA, SCHOOLS, SUBJECTS, SchoolTables, missing_by_school, totals
from rotation_planner.report.numbers import percent
from rotation_planner.report.papers.deadlines import Deadlines
from rotation_planner.report.school_cover import deadline_facts
from rotation_planner.report.sheets import ALARM, CALM, INK, Book, Column, Sheet, listed
from rotation_planner.report.turnover import LEADERS, Turnover
from rotation_planner.words import language, say

OVERVIEW_WIDTHS = (26, 14, 14, 14, 16, 32)
GOALS = (
    Column("goal"), Column("value", "amount"), Column("bound", "amount"), Column("recount", "amount"),
    Column("proof", "wrap", 34),
)  # fmt: skip


class DistrictBook:
    """The bureau's book of one plan."""

    def __init__(self, turnover: Turnover, title: str, deadlines: Deadlines | None = None) -> None:
        self.turnover = turnover
        self.title = title
        self.deadlines = deadlines
        self.people = PeopleTables(turnover, deadlines.starts_on if deadlines else None)
        self.schools = SchoolTables(turnover)

    def write(self, path: Path) -> None:
        """Write the book."""
        people, schools = self.people, self.schools
        with Book(path, self.title) as book:
            self._overview(book.sheet("overview"))
            for name, columns, records in (
                ("moves", people.move_columns, people.moves()),
                ("deferred", DEFERRED, people.deferred()),
                ("standing", STANDING, people.standing()),
                ("coming", COMING, people.coming()),
                ("quota", QUOTA, schools.quota()),
                ("subjects", SUBJECTS, schools.subjects()),
                ("balance", SCHOOLS, schools.balance()),
                ("titles", schools.title_columns, schools.titles()),
                ("records", RECORDS, people.records()),
            ):
                sheet = book.sheet(name, landscape=True)
                sheet.heading(say("report_sheet." + name))
                rows = list(records)
                sheet.table(
                    columns, rows, main=True, filtered=True,
                    total=totals(columns, rows) if name in ("quota", "titles") and rows else (),
                )  # fmt: skip
                if name in ("coming", "titles", "records", "quota"):
                    sheet.gap()
                    sheet.note(say("book_note." + name))
            audit_sheet(book.sheet("audit", landscape=True), self.turnover)
            if self.turnover.audit.reverse_flow:
                reverse_flow_sheet(book.sheet("reverse_flow"), self.turnover)

    # ---- the overview ------------------------------------------------------------------------------------------------

    def _overview(self, sheet: Sheet) -> None:
        turnover, audit = self.turnover, self.turnover.audit
        sheet.set_widths(OVERVIEW_WIDTHS)
        sheet.heading(self.title)
        day = say("report.counted_to", day=say("report.date", day=turnover.district.as_of))
        policy = say("report.policy_used", title=sheet_title(turnover))
        sheet.note(day + say("report.facts_separator") + policy)
        sheet.gap()
        for line in overview_lines(turnover):
            sheet.note(line, size=12, color=INK)
        verdict, color = plan_verdict(turnover)
        sheet.note(verdict, size=12, color=color, bold=not audit.passes)
        sheet.gap()
        sheet.heading(say("report.goals"), level=2)
        sheet.table(GOALS, goal_records(turnover))
        sheet.note(listed("status", turnover.plan.status.value))
        sheet.gap()
        if self.deadlines is not None:
            sheet.heading(say("book.deadlines"), level=2)
            sheet.facts(deadline_facts(self.deadlines))
            sheet.gap()
        sheet.note(say("report.confidential_bureau"))


def sheet_title(turnover: Turnover) -> str:
    """The policy's title in the language in force."""
    return turnover.policy.title[language()]


def overview_lines(turnover: Turnover) -> list[str]:
    """The plan in a few sentences."""
    people = turnover.moves["person"].to_numpy()
    leaders = int(np.isin(turnover.of_people("position")[people], LEADERS).sum())
    backbone = int(turnover.backbone[people].sum())
    due = turnover.standing.any_due
    placed = int((due & turnover.moving).sum())
    limit = turnover.of_schools("headcount_limit")[turnover.in_scope]
    over = [int((each[turnover.in_scope] > limit).sum()) for each in turnover.headcount]
    share = percent(backbone, len(people))
    told = [
        say("report.overview_moves", moves=len(people), leaders=leaders, backbone=backbone, share=share),
        say("report.overview_due", due=int(due.sum()), placed=placed, left=int(due.sum()) - placed),
        say(
            "report.overview_shortage", before=missing_by_school(turnover, "before").sum(),
            after=missing_by_school(turnover, "after").sum(), over_before=over[0], over_after=over[1],
        ),
    ]  # fmt: skip
    counted = [goal.terms["shortage"] for goal in turnover.audit.goals if "shortage" in goal.terms]
    outside = int(counted[0] - missing_by_school(turnover, "after").sum()) if counted else 0
    if outside > 0:
        told.append(say("report.overview_shortage_outside", goal=counted[0], outside=outside))
    km = turnover.kilometres[~np.isnan(turnover.kilometres)]
    return told + ([say("report.overview_distance", mean=km.mean(), most=km.max())] if len(km) else [])


def plan_verdict(turnover: Turnover) -> tuple[str, str]:
    """What the audit says of the whole plan, and the colour to say it in."""
    audit = turnover.audit
    if audit.breaches:
        return say("report.plan_breach", count=len(audit.breaches)), ALARM
    if not audit.passes:
        wrong = say("report.separator").join(goal.id for goal in audit.goals if not goal.agrees)
        return say("report.plan_numbers", goals=wrong), ALARM
    return say("report.plan_pass"), CALM


def goal_records(turnover: Turnover) -> list[tuple[Any, ...]]:
    """Each goal level: words, value, bound, the audit's recount, and what is proven."""
    claimed = {objective.id: objective for objective in turnover.plan.objectives}
    counted = {goal.id: goal.value for goal in turnover.audit.goals}
    rows: list[tuple[Any, ...]] = []
    for level in turnover.policy.goals:
        objective = claimed.get(level.id)
        value, bound = (objective.value, objective.bound) if objective else (None, None)
        rows.append((level.words[language()], value, bound, counted.get(level.id), proof_words(objective)))
    return rows


def proof_words(objective: Objective | None) -> str:
    """What the plan proves of a goal."""
    if objective is None:
        return say("report.not_claimed")
    return say("report.proven") if objective.proven else say("report.not_proven", gap=f"{100 * objective.gap:.2g}%")
