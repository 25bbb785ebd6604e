"""The facts about one person that rules look at, and how they are written."""

from __future__ import annotations

from typing import Any

from rotation_planner.data import schema
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.selectors import Stay
from rotation_planner.words import language, say

SENSITIVE = ("exemptions", "pins")  # of the facts: for the bureau, and for the person they speak of


def facts_of(standing: Standing, person: int) -> dict[str, Any]:
    """Age, lengths of service, position, and what is registered for the person; ``None`` where it is not known."""
    facts = standing.facts
    row = facts.district.staff.iloc[person]
    told: dict[str, Any] = {"sex": row["sex"], "age": _whole(facts.of_people("age")[person])}
    for name, place in (("years_in_school", "school"), ("years_in_post", "post_here"), ("years_of_service", "career")):
        stay = Stay.model_validate({"in": place})
        told[name] = _whole(facts.stay(stay)[person])
    for name in ("position", "stage", "subject", "title", "backbone"):
        told[name] = row[name]
    day = facts.district.as_of
    rows = facts.district.exemptions
    for _, each in rows[rows["staff_id"] == row["staff_id"]].iterrows():
        ends = each["end"]
        if (each["start"] != each["start"] or each["start"].date() <= day) and (ends != ends or ends.date() >= day):
            told.setdefault("exemptions", []).append(each["kind"])
    for table, column in (("pins", "verdict"), ("applications", "school_id")):
        rows = getattr(facts.district, table)
        found = rows.loc[rows["staff_id"] == row["staff_id"], column].tolist()
        if found:
            told[table] = found
    return told


def fact_words(name: str, value: Any) -> str:
    """A fact as a reader sees it."""
    if value is None:
        return say("cli.unknown")
    values = value if isinstance(value, list) else [value]
    listed = {
        "sex": schema.SEXES,
        "position": schema.POSITIONS,
        "stage": schema.STAGES,
        "title": schema.TITLES,
        "backbone": schema.BACKBONES,
        "exemptions": schema.EXEMPTIONS,
        "pins": schema.VERDICTS,
    }.get(name, {})
    return say("policy.list_separator").join(
        schema.label(listed, str(each), language()) for each in values if each != ""
    )


def _whole(value: float) -> int | None:
    return None if value != value else int(value)
