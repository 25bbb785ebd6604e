"""Tiny districts, policies and plans in a few words, for every test that needs one.

    district = tiny_district({"A": {"tier": "quality"}, "B": {}}, {"ann": {"at": "A", "years": 9}, "bob": "B"})
    policy = tiny_policy({"id": "limit", "kind": "headcount"})
    plan = tiny_plan(district, {"ann": "B"})

Schools teach primary, have room for 50, are urban and of the general tier; people are women of 40 who teach 语文 full
time, hired 15 and in their school 3 full years ago, in the first title of an intermediate teacher, without any duty.
Only what a test is about needs saying.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from rotation_planner.data.dates import add_years
from rotation_planner.data.district import District, build
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Objective, Plan
from rotation_planner.policy.checking import contradictions
from rotation_planner.policy.policy import Policy

AS_OF = dt.date(2027, 8, 31)
Row = Mapping[str, Any]
# What is said in years and counted back from the plan's day, so that exactly so many are completed on it.
YEARS = {
    "years": "joined_school",
    "post_years": "position_since",
    "career_years": "hired_on",
    "backbone_years": "backbone_since",
}


def since(years: float, as_of: dt.date = AS_OF) -> dt.date:
    """The first day of a service that completes exactly so many years on ``as_of`` (a half: 8.5 misses nine)."""
    whole = int(years)
    day = add_years(as_of + dt.timedelta(days=1), -whole)
    return day - dt.timedelta(days=180) if years > whole else day


def born(age: int, as_of: dt.date = AS_OF) -> dt.date:
    """The birthday of somebody who is exactly so old on ``as_of``."""
    return add_years(as_of, -age)


def tiny_district(
    schools: Mapping[str, Row] | Sequence[str],
    staff: Mapping[str, Row | str],
    *,
    as_of: dt.date = AS_OF,
    **tables: Sequence[Row],
) -> District:
    """A district of a few schools and people, everything not said being usual and harmless.

    Args:
        schools: columns that differ from the usual by school_id, or only the ids.
        staff: columns by staff_id, or only the school_id; besides the columns of the contract ``at`` (school_id),
            ``age``, and full years as ``years`` (in the school), ``post_years``, ``career_years``, ``backbone_years``.
        as_of: the plan's day.
        tables: rows of other tables by key, e.g. ``demand=[{...}]``; ``years`` and ``start_years`` are not known there.
    """
    named = schools if isinstance(schools, Mapping) else {each: {} for each in schools}
    usual_school = {"stages": "primary", "tier": "general", "location": "urban", "headcount_limit": 50}
    school_rows = [
        {"school_id": key, "name": f"{key}校", **usual_school, **(given or {})} for key, given in named.items()
    ]
    people = {key: {"at": given} if isinstance(given, str) else dict(given) for key, given in staff.items()}
    staff_rows = [_person(key, given, as_of) for key, given in people.items()]
    return build(as_of, schools=school_rows, staff=staff_rows, **tables)


def _person(staff_id: str, given: dict[str, Any], as_of: dt.date) -> dict[str, Any]:
    row = {
        "staff_id": staff_id, "name": f"教师{staff_id}", "sex": "F", "stage": "primary", "subject": "语文",
        "position": "teacher", "title": "intermediate",
        "birth_date": born(given.pop("age", 40), as_of),
        "hired_on": since(given.pop("career_years", 15), as_of),
        "joined_school": since(given.pop("years", 3), as_of),
        "school_id": given.pop("at", None),
    }  # fmt: skip
    for years, column in YEARS.items():
        if years in given:
            row[column] = since(given.pop(years), as_of)
    if given.get("position") not in (None, "teacher", "support") and "position_since" not in {**row, **given}:
        row["position_since"] = row["joined_school"]
    return {**row, **given}


def tiny_policy(
    *rules: Row,
    populations: Mapping[str, Row] | None = None,
    scores: Mapping[str, Row] | None = None,
    goals: Sequence[Row] | None = None,
    anyone: bool | None = None,
) -> Policy:
    """A policy of these rules. Words and source may be left out of rules, populations, scores and goals.

    A ``scope`` of everybody and every school is added unless one is given, and a goal of fewest moves. ``anyone`` adds
    the rule ``free``, by which everybody may move of their own accord; by default where no rule speaks of who goes.
    """
    given = [dict(rule) for rule in rules]
    kinds = {rule["kind"] for rule in given}
    if "scope" not in kinds:
        stages = ["kindergarten", "primary", "junior", "senior"]
        given.insert(0, {"id": "scope", "kind": "scope", "who": EVERYONE, "schools": EVERYONE, "stages": stages})
    if anyone or (anyone is None and not kinds & {"duty", "volunteer", "pins"}):
        given.append({"id": "free", "kind": "volunteer", "who": EVERYONE})
    levels = [dict(goal) for goal in goals or [{"id": "moves", "terms": [{"kind": "moves", "weight": 1}]}]]
    policy = Policy.model_validate(
        {
            "pack": "tiny",
            "title": _words("tiny"),
            "source": "test",
            "populations": {key: {"words": _words(key), **each} for key, each in (populations or {}).items()},
            "scores": {key: {"words": _words(key), **each} for key, each in (scores or {}).items()},
            "rules": [{"words": _words(rule["id"]), "source": "test", **rule} for rule in given],
            "goals": [{"words": _words(level["id"]), **level} for level in levels],
        }
    )
    wrong = list(contradictions(policy))
    if wrong:
        raise ValueError(wrong)
    return policy


EVERYONE: dict[str, Any] = {"everyone": True}


def _words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def tiny_plan(
    district: District, moves: Mapping[str, str | Row] | Sequence[Row], objectives: Mapping[str, float] | None = None
) -> Plan:
    """A plan that sends people to schools: ``{"ann": "B"}``, or columns of the row that differ from what is usual.

    Usual: as the person stands today, by transfer, with the personnel file, for good, into no department. ``to`` is the
    school entered, ``into`` the department. A list of rows (with ``staff_id``) may name a person twice.
    ``objectives``: claimed values by goal.
    """
    if isinstance(moves, Mapping):
        given = [{"staff_id": key, **({"to": to} if isinstance(to, str) else to)} for key, to in moves.items()]
    else:
        given = [dict(row) for row in moves]
    staff = {row["staff_id"]: row for row in district.staff.to_dict(orient="records")}
    names = dict(zip(district.schools["school_id"], district.schools["name"], strict=True))
    rows = []
    for row in given:
        person = staff.get(str(row["staff_id"]), {})
        entered = row.pop("to", row.get("to_school_id", ""))
        department = row.pop("into", "")
        rows.append(
            {
                "name": person.get("name", ""),
                "from_school_id": person.get("school_id", ""),
                "from_school": names.get(person.get("school_id"), ""),
                "to_school_id": entered,
                "to_school": names.get(entered, ""),
                "position": person.get("position", ""),
                "to_position": person.get("position", ""),
                "subject": person.get("subject", ""),
                "stage": person.get("stage", ""),
                "mode": "transfer",
                "personnel_file_moves": "yes",
                "until": "",
                "rules": "",
                "reason": "",
                "from_department": person.get("department", ""),
                "to_department": department,
                **row,
            }
        )
    claimed = tuple(Objective(key, value, value) for key, value in (objectives or {}).items())
    transfers = pd.DataFrame(rows, columns=list(TRANSFER_COLUMNS), dtype=object).fillna("").astype(str)
    return Plan(transfers, pd.DataFrame(columns=list(DEFERRED_COLUMNS), dtype=str), objectives=claimed)
