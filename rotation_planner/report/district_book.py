"""The bureau's workbook: every move, deferral and standing, the quotas, the balances, and what the audit says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from rotation_planner.data.dates import completed_years
from rotation_planner.plan.plan import Objective
from rotation_planner.policy.kinds import Duty, ShareRule
from rotation_planner.report.audit_sheets import audit_sheet, reverse_flow_sheet
from rotation_planner.report.reasons import Reasons, named, until_text, without_code
from rotation_planner.report.school_book import mode_words, percent
from rotation_planner.report.sheets import ALARM, CALM, INK, Book, Column, Sheet, listed
from rotation_planner.report.turnover import LEADERS, Array, Turnover
from rotation_planner.words import language, say

OVERVIEW_WIDTHS = (26, 14, 14, 14, 16, 32)
GOALS = (
    Column("goal"), Column("value", "decimal"), Column("bound", "decimal"), Column("recount", "decimal"),
    Column("proof", "wrap", 34),
)  # fmt: skip
MOVES = (
    Column("number", "whole"), Column("staff_id"), Column("name"), Column("from_school", width=18),
    Column("to_school", width=18), Column("position"), Column("teaches", width=12), Column("title"),
    Column("backbone"), Column("mode"), Column("file_moves"), Column("until", "date"), Column("way"),
    Column("km", "decimal"), Column("wish"), Column("gains", "wrap", 22), Column("reason", "wrap", 34),
)  # fmt: skip
DEFERRED = (
    Column("number", "whole"), Column("staff_id"), Column("name"), Column("school"), Column("position"),
    Column("subject"), Column("years_here", "whole"), Column("rules", "wrap", 22), Column("why_stays", "wrap", 40),
    Column("exemption", "wrap", 34),
)  # fmt: skip
STANDING = (
    Column("staff_id"), Column("name"), Column("school", width=18), Column("sex"), Column("age", "whole"),
    Column("position"), Column("teaches", width=12), Column("years_here", "whole"), Column("years_in_post", "whole"),
    Column("duties", "wrap", 22), Column("standing"), Column("due"), Column("exemption", "wrap", 26),
    Column("outcome", "wrap", 32),
)  # fmt: skip
QUOTA = (
    Column("school_id"), Column("school"), Column("tier"), Column("location"), Column("eligible", "whole"),
    Column("due_number", "whole"), Column("floor", "whole"), Column("cap", "whole"),
    Column("sent_eligible", "whole"), Column("sent", "whole"), Column("received", "whole"), Column("left", "whole"),
)  # fmt: skip
SUBJECTS = (
    Column("school_id"), Column("school"), Column("stage"), Column("subject"), Column("required", "whole"),
    Column("before", "whole"), Column("gap_before", "signed"), Column("after", "whole"), Column("gap_after", "signed"),
)  # fmt: skip
SCHOOLS = (
    Column("school_id"), Column("school", width=20), Column("tier"), Column("location"), Column("limit", "whole"),
    Column("before", "whole"), Column("out", "whole"), Column("into", "whole"), Column("after", "whole"),
    Column("room", "signed"), Column("backbone_before", "whole"), Column("backbone_after", "whole"),
    Column("share_before", "percent"), Column("share_after", "percent"), Column("short_before", "whole"),
    Column("short_after", "whole"), Column("principals"), Column("deputies"), Column("seniors"),
    Column("intermediates"),
)  # fmt: skip
POSTS_SHOWN = ("principal", "deputy_principal", "senior_posts", "intermediate_posts")


class DistrictBook:
    """The bureau's book of one plan."""

    def __init__(self, turnover: Turnover, title: str) -> None:
        self.turnover = turnover
        self.title = title
        self.reasons = Reasons(turnover)
        self.schools: list[str] = turnover.district.schools["name"].tolist()
        self.codes: list[str] = turnover.district.schools["school_id"].tolist()
        self.staff = turnover.district.staff

    def write(self, path: Path) -> None:
        """Write the book."""
        with Book(path, self.title) as book:
            self._overview(book.sheet("overview"))
            for name, columns, records in (
                ("moves", MOVES, self._moves()),
                ("deferred", DEFERRED, self._deferred()),
                ("standing", STANDING, self._standing()),
                ("quota", QUOTA, self._quota()),
                ("subjects", SUBJECTS, self._subjects()),
                ("balance", SCHOOLS, self._balance()),
            ):
                sheet = book.sheet(name, landscape=True)
                sheet.heading(say("report_sheet." + name))
                tint = {"subjects": "gap_after", "balance": "room"}.get(name, "")
                sheet.table(columns, list(records), main=True, filtered=True, tint=tint)
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
        sheet.note(say("report.confidential_bureau"))

    # ---- people ------------------------------------------------------------------------------------------------------

    def _moves(self) -> Iterable[tuple[Any, ...]]:
        turnover = self.turnover
        applied = set(turnover.district.applications["staff_id"])
        title, backbone = turnover.of_people("title"), turnover.of_people("backbone")
        for number, move in enumerate(turnover.moves.to_dict("records")):
            person, rank = move["person"], turnover.wish[number]
            wish = listed("wish", "none" if move["staff_id"] not in applied else "unmet")
            gains = [say("report.gain", text=text, years=years) for text, years in turnover.gains[number]]
            yield (
                number + 1, move["staff_id"], self.staff["name"].iat[person], self.schools[move["source"]],
                self.schools[move["target"]], listed("position", move["to_position"]),
                self._teaches(move["stage"], move["subject"]), listed("title", title[person]),
                listed("backbone", backbone[person]), mode_words(move["mode"]),
                listed("file", move["personnel_file_moves"]), until_text(move["until"]),
                listed("way", turnover.ways[number]), turnover.kilometres[number],
                say("report.wish_rank", rank=rank) if rank else wish, "\n".join(gains), move["reason"],
            )  # fmt: skip

    def _teaches(self, stage: str, subject: str) -> str:
        """Stage and subject in one."""
        return say("report.subject_whole", stage=listed("stage", stage), subject=subject).strip()

    def _years(self, column: str) -> Array:
        facts = self.turnover.standing.facts
        return np.asarray(completed_years(facts.of_people(column), facts.as_of))

    def _deferred(self) -> Iterable[tuple[Any, ...]]:
        turnover = self.turnover
        here, position, subject = (
            self._years("joined_school"),
            turnover.of_people("position"),
            turnover.of_people("subject"),
        )
        rows = turnover.plan.deferred
        known = [(turnover.district.staff_pos.get(row[0], -1), row) for row in rows.itertuples(index=False, name=None)]
        known.sort(key=lambda each: (turnover.school_before[each[0]] if each[0] >= 0 else -1, each[1][0]))
        for number, (person, (staff_id, name, school_id, rules, why)) in enumerate(known, 1):
            if person < 0:
                yield (
                    number,
                    staff_id,
                    name,
                    school_id,
                    "",
                    "",
                    None,
                    named(turnover.policy, rules),
                    without_code(why),
                    "",
                )
                continue
            yield (
                number, staff_id, name, self.schools[turnover.school_before[person]],
                listed("position", position[person]), subject[person], here[person],
                named(turnover.policy, rules), without_code(why), self.reasons.registered.get(person, ""),
            )  # fmt: skip

    def _standing(self) -> Iterable[tuple[Any, ...]]:
        """Everyone who meets a duty, and everyone else who moves."""
        turnover, standing = self.turnover, self.turnover.standing
        met = turnover.moving.copy()
        for mask in standing.meets.values():
            met |= mask
        columns = {c: turnover.of_people(c) for c in ("staff_id", "name", "sex", "age", "position", "stage", "subject")}
        here, post = self._years("joined_school"), self._years("position_since")
        why = dict(zip(turnover.plan.deferred["staff_id"], turnover.plan.deferred["why"], strict=True))
        duties = [rule.id for rule in turnover.policy.of(Duty)]
        for person in np.flatnonzero(met).tolist():
            said = {c: values[person] for c, values in columns.items()}
            if turnover.moving[person]:
                outcome = say("report.moves_to", school=self.schools[turnover.school_after[person]])
            elif said["staff_id"] in why:
                outcome = say("report.stays_why", why=without_code(why[said["staff_id"]]))
            else:
                outcome = say("report.stays_here")
            met_duties = ";".join(duty for duty in duties if standing.meets[duty][person])
            yield (
                said["staff_id"], said["name"], self.schools[turnover.school_before[person]],
                listed("sex", said["sex"]), said["age"],
                listed("position", said["position"]), self._teaches(said["stage"], said["subject"]),
                here[person], post[person], named(turnover.policy, met_duties),
                listed("standing", str(standing.stand[person])),
                say("policy.yes") if standing.any_due[person] else "", self.reasons.registered.get(person, ""), outcome,
            )  # fmt: skip

    # ---- schools -----------------------------------------------------------------------------------------------------

    def _quota(self) -> Iterable[tuple[Any, ...]]:
        turnover, standing = self.turnover, self.turnover.standing
        eligible = np.zeros(len(self.staff), bool)
        for mask in standing.eligible.values():
            eligible |= mask
        numbers = [
            turnover.counted(who)[0]
            for who in (
                eligible, standing.any_due, eligible & turnover.moving, turnover.moving,
                standing.any_due & ~turnover.moving,
            )
        ]  # fmt: skip
        received = np.bincount(turnover.moves["target"], minlength=len(self.schools))
        floors, caps = school_quotas(turnover)
        tier, location = turnover.of_schools("tier"), turnover.of_schools("location")
        for s in turnover.in_scope:
            counted = [int(each[s]) for each in numbers]
            yield (
                self.codes[s], self.schools[s], listed("tier", tier[s]), listed("location", location[s]), counted[0],
                counted[1], floors.get(s), caps.get(s), counted[2], counted[3], int(received[s]), counted[4],
            )  # fmt: skip

    def _subjects(self) -> Iterable[tuple[Any, ...]]:
        for s, stage, subject, required, before, after in self.turnover.subjects.itertuples(index=False):
            gaps = (before - required, after - required)
            yield (
                self.codes[s],
                self.schools[s],
                listed("stage", stage),
                subject,
                required,
                before,
                gaps[0],
                after,
                gaps[1],
            )

    def _balance(self) -> Iterable[tuple[Any, ...]]:
        turnover = self.turnover
        columns = {c: turnover.of_schools(c) for c in ("tier", "location", "headcount_limit")}
        before, after = turnover.headcount
        backbone, over = turnover.backbone_counts, turnover.over_counts
        out, into = (np.bincount(turnover.moves[c], minlength=len(self.schools)) for c in ("source", "target"))
        short = [missing_by_school(turnover, when) for when in ("before", "after")]
        for s in turnover.in_scope:
            shares = [backbone[when][s] / over[when][s] if over[when][s] else None for when in (0, 1)]
            posts = [turnover.posts[name] for name in POSTS_SHOWN if name in turnover.posts]
            yield (
                self.codes[s], self.schools[s], listed("tier", columns["tier"][s]),
                listed("location", columns["location"][s]), columns["headcount_limit"][s],
                before[s], out[s], into[s], after[s], columns["headcount_limit"][s] - after[s], backbone[0][s],
                backbone[1][s], *shares, short[0][s], short[1][s],
                *(f"{held[s]}/{int(limit[s])}" if limit[s] == limit[s] else str(held[s]) for limit, _, held in posts),
            )  # fmt: skip


def sheet_title(turnover: Turnover) -> str:
    """The policy's title in the language in force."""
    return turnover.policy.title[language()]


def missing_by_school(turnover: Turnover, when: str) -> Array:
    """Full-time staff missing by subject in each school, ``before`` or ``after``."""
    table = turnover.subjects
    gaps = np.maximum(table["required"].to_numpy(float) - table[when].to_numpy(float), 0)
    return np.bincount(table["school"], gaps, minlength=len(turnover.district.schools)).astype(np.int64)


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


def school_quotas(turnover: Turnover) -> tuple[dict[int, int], dict[int, int]]:
    """Per school the highest floor and the lowest cap that the audit found for the per-school share rules."""
    rows = turnover.district.schools
    known = {
        say("audit.school", name=name, id=code): s
        for s, (name, code) in enumerate(zip(rows["name"], rows["school_id"], strict=True))
    }
    floors: dict[int, int] = {}
    caps: dict[int, int] = {}
    for finding in turnover.audit.findings:
        rule, school = turnover.policy.by_id.get(finding.rule), known.get(finding.scope)
        if not isinstance(rule, ShareRule) or rule.per != ("school_id",) or school is None:
            continue
        number = re.search(r"\d+", finding.required)
        if number and rule.at_least is not None:
            floors[school] = max(floors.get(school, 0), int(number[0]))
        elif number:
            caps[school] = min(caps.get(school, int(number[0])), int(number[0]))
    return floors, caps
