"""The cases of ``tests/cases``: small districts, rules and plans, and what is to be said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from districts import tiny_district, tiny_plan, tiny_policy
from ruamel.yaml import YAML

from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.policy import Policy

CASES = Path(__file__).parent / "cases"
KEYS = {
    "case", "schools", "staff", "as_of", "rules", "populations", "scores", "goals", "anyone", "draw", "plan",
    "verdicts", "people", "standing", "due", "bystanders", "value", *schema.TABLE_KEYS,
}  # fmt: skip
Case = dict[str, Any]


class Parts(NamedTuple):
    """What a case is made of."""

    district: District
    policy: Policy
    plan: Plan
    draw: int | None


def read_cases(path: Path) -> list[Case]:
    """The cases of one file."""
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def all_cases() -> list[Any]:
    """Every case with the kind of rule that its file is about, as parameters of a test."""
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['case']}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in read_cases(path)
    ]


def parts_of(case: Case) -> Parts:
    """The district, policy and plan that a case tells in short."""
    unknown = set(case) - KEYS
    if unknown:
        raise ValueError(f"unknown keys of a case: {sorted(unknown)}")
    tables = {key: case[key] for key in schema.TABLE_KEYS if key in case and key not in ("schools", "staff")}
    day = {"as_of": case["as_of"]} if "as_of" in case else {}
    district = tiny_district(case["schools"], case["staff"], **day, **tables)
    policy = tiny_policy(
        *case["rules"],
        populations=case.get("populations"),
        scores=case.get("scores"),
        goals=case.get("goals"),
        anyone=case.get("anyone"),
    )
    return Parts(district, policy, tiny_plan(district, case.get("plan", {})), case.get("draw"))
