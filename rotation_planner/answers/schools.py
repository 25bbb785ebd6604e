"""The other side: whom a school gives and gets and why, what it has afterwards, and where the line was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.answers.explaining import Explainer
from rotation_planner.audit.writing import cell
from rotation_planner.data import schema
from rotation_planner.data.showing import text_html
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.policy.kinds import ByClass, ByField, ByStay, Duty, Order
from rotation_planner.policy.kinds.keys import LONGEST_FIRST, OrderKey
from rotation_planner.policy.selectors import Stay
from rotation_planner.policy.wording import label
from rotation_planner.words import language, say

MOVE_COLUMNS = ("staff_id", "name", "from_school", "to_school", "position", "stage", "subject", "rules", "reason")
NEED_COLUMNS = ("stage", "subject", "required", "today", "out", "into", "after")
CUT_COLUMNS = ("rule", "stage", "subject", "due", "taken", "last_taken", "last_value", "first_left", "first_value")


@dataclass(frozen=True, eq=False)
class SchoolAnswer:
    """``leaves``, ``comes``: rows of moves; ``needs``: by subject, staff asked for and had; ``cut_off``: by duty, who
    was taken last and who was left first in the policy's own order, each with what the order looks at first."""

    school_id: str
    school: str
    headcount: tuple[int, int, float]
    leaves: pd.DataFrame
    comes: pd.DataFrame
    needs: pd.DataFrame
    cut_off: pd.DataFrame

    def text(self, reader: str = "bureau") -> str:
        """The page for a reader (Markdown): persons and public read numbers only, of nobody by name."""
        return "\n".join(_lines(self, reader)).rstrip() + "\n"

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return text_html(self.text())

    def as_dict(self) -> dict[str, Any]:
        """The record for machine-readable output."""
        today, after, limit = self.headcount
        frames = {name: getattr(self, name) for name in ("leaves", "comes", "needs", "cut_off")}
        return {
            "school_id": self.school_id,
            "school": self.school,
            "headcount": {"today": today, "after": after, "limit": None if limit != limit else limit},
            **{
                name: frame.astype(object).where(frame.notna(), None).to_dict("records")
                for name, frame in frames.items()
            },
        }


def explain_school(explainer: Explainer, school_id: str) -> SchoolAnswer:
    """Whom a school gives and gets, and where the line was drawn.

    Raises:
        KeyError: no school has the code.
    """
    district, moves = explainer.district, explainer.plan.transfers
    school = district.school_pos[school_id]
    leaves = moves[moves["from_school_id"] == school_id]
    comes = moves[moves["to_school_id"] == school_id]
    today = int((district.staff_school == school).sum())
    after = today - int(explainer.needs.counts(leaves).sum()) + int(explainer.needs.counts(comes).sum())
    limit = float(district.schools["headcount_limit"].to_numpy(float)[school])
    needs = [
        (at, what, told.get("required"), told["today"], told["out"], told["into"], told["after"])
        for _, at, what in explainer.needs.keys_of(school)
        for told in [explainer.needs.of(school, at, what)]
    ]
    return SchoolAnswer(
        school_id,
        str(district.schools["name"].iat[school]),
        (today, after, limit),
        leaves[list(MOVE_COLUMNS)].reset_index(drop=True),
        comes[list(MOVE_COLUMNS)].reset_index(drop=True),
        pd.DataFrame(needs, columns=list(NEED_COLUMNS)),
        pd.DataFrame(_cut_offs(explainer, school), columns=list(CUT_COLUMNS)),
    )


def _cut_offs(explainer: Explainer, school: int) -> list[tuple[Any, ...]]:
    """By duty: among those of the school whom it may take, who was taken last and who was left first."""
    standing, policy, staff = explainer.standing, explainer.policy, explainer.district.staff
    keys = next((rule.by for rule in policy.of(Order)), LONGEST_FIRST)
    place = ranking(standing.selecting, keys, standing.draw)
    moved = explainer.fates.moves
    rows = []
    stage, subject = (standing.facts.of_people(name) for name in ("stage", "subject"))
    here = explainer.district.staff_school == school
    for duty in policy.of(Duty):
        people = np.flatnonzero(standing.eligible[duty.id] & standing.candidate & here)
        groups: dict[tuple[str, str], list[int]] = {}
        for person in people[np.argsort(place[people])].tolist():
            groups.setdefault((str(stage[person]), str(subject[person])), []).append(person)
        for group, members in sorted(groups.items()):
            taken = [person for person in members if moved[person]]
            left = [person for person in members if not moved[person]]
            if not taken:
                continue
            ends = (taken[-1:], left[:1])
            told = [
                (_who(staff, each[0]), key_value(explainer, keys[0], each[0])) if each else ("", "") for each in ends
            ]
            rows.append((label(duty), *group, len(members), len(taken), *told[0], *told[1]))
    return rows


def _who(staff: pd.DataFrame, person: int) -> str:
    return say("audit.person", name=staff["name"].iat[person], id=staff["staff_id"].iat[person])


def key_value(explainer: Explainer, key: OrderKey, person: int) -> str:
    """What an order looks at first, of one person."""
    facts = explainer.standing.facts
    match key:
        case ByClass():
            passes = bool(explainer.standing.selecting.people(key.those)[person])
            return say("policy.yes" if passes else "policy.no")
        case ByStay():
            return _number(facts.stay(key.stay), person)
        case ByField():
            return _number(facts.of_people(key.field), person)
    date = pd.Timestamp(facts.of_people(key)[person])
    if key != "joined_school" or date != date:
        return "" if date != date else date.date().isoformat()
    served = facts.stay(Stay.model_validate({"in": "school"}))[person]
    years = int(served) if served == served else 0
    return say("school_answer.since", date=date.date().isoformat(), years=years)


def _number(values: Array, person: int) -> str:
    value = values[person]
    if value != value:
        return ""
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def _lines(told: SchoolAnswer, reader: str) -> list[str]:
    today, after, limit = told.headcount
    unknown = say("cli.unknown")
    lines = ["# " + say("answer.school", school=cell(told.school), id=cell(told.school_id)), ""]
    many = {"today": today, "after": after, "out": len(told.leaves), "into": len(told.comes)}
    key = "school_answer.headcount" if limit == limit else "school_answer.headcount_free"
    lines += [say(key, **many, **({"limit": f"{limit:g}"} if limit == limit else {})), ""]
    if reader == "bureau":
        for name in ("leaves", "comes"):
            frame = getattr(told, name)
            lines += [say(f"school_answer.{name}", count=len(frame)), ""]
            for row in frame.to_dict("records"):
                position = schema.label(schema.POSITIONS, str(row["position"]), language())
                words = {key: cell(value) for key, value in row.items()} | {"what": cell(row["subject"] or position)}
                lines.append("- " + say(f"school_answer.{name}_row", **words))
            lines.append("")
    if len(told.needs):
        lines += [say("school_answer.needs"), ""]
    for row in told.needs.to_dict("records"):
        stage = schema.label(schema.STAGES, row["stage"], language())
        subject = cell(row["subject"] or say("school_answer.no_subject"))
        asked = row["required"] == row["required"] and row["required"] is not None
        numbers = {name: int(row[name]) for name in ("today", "out", "into", "after")}
        numbers["required"] = int(row["required"]) if asked else 0
        key = "school_answer.need" if asked else "school_answer.need_unasked"
        lines.append("- " + say(key, stage=stage, subject=subject, **numbers))
    if reader == "bureau" and len(told.cut_off):
        lines += ["", say("school_answer.cut_off"), ""]
        for row in told.cut_off.to_dict("records"):
            row = {key: cell(value) for key, value in row.items()}
            stage = schema.label(schema.STAGES, row["stage"], language())
            named = {name: row[name] for name in ("rule", "subject", "due", "taken")}
            of_all = not (row["stage"] or row["subject"])
            text = say("school_answer.cut_plain" if of_all else "school_answer.cut", stage=stage, **named)
            if row["last_taken"]:
                text += say("school_answer.last", who=row["last_taken"], value=row["last_value"] or unknown)
            if row["first_left"]:
                text += say(
                    "school_answer.first", who=row["first_left"], value=row["first_value"] or say("cli.unknown")
                )
            lines.append("- " + text)
    return lines
