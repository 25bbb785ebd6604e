"""Scenarios on disk for tests of the years: tiny districts under a policy of a few rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from districts import Row, tiny_district

import rotation_planner as rp
from rotation_planner.data.writing import write_tables
from rotation_planner.run import Scenario

GOALS = """goals:
  - {id: due, words: {zh: 应走, en: due}, terms: [{kind: place_due, weight: 1}]}
  - {id: few, words: {zh: 少, en: few}, terms: [{kind: extra_moves, weight: 1}]}
  - {id: near, words: {zh: 近, en: near}, terms: [{kind: distance, weight: 1, unknown: 50}]}
"""


def policy_text(*rules: str) -> str:
    """A pack: everybody of nine years must go, seats by subject, and the rules given (YAML flow maps)."""
    own = [
        "{id: scope, kind: scope, who: {everyone: true}, schools: {everyone: true}, stages: [primary, junior]}",
        "{id: nine, kind: duty, who: {field: position, is: teacher}, stay: {stay: school, at_least: 9}}",
        "{id: seats, kind: qualification}",
        "{id: staffing, kind: subject_staffing}",
        *rules,
    ]
    lines = ["pack: own", "title: {zh: 本, en: own}", "source: own", "rules:"]
    for rule in own:
        name = rule.split("id: ")[1].split(",")[0]
        lines.append(f"  - {rule[:-1]}, words: {{zh: {name}, en: {name}}}, source: own}}")
    return "\n".join(lines) + "\n" + GOALS


def scenario(
    folder: Path, schools: Mapping[str, Row], staff: Mapping[str, Row | str], *rules: str, **tables: Sequence[Row]
) -> Scenario:
    """A scenario written and read back; counted to 2027-08-31."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(tiny_district(schools, staff, **tables), folder)
    (folder / "own.yaml").write_text(policy_text(*rules), "utf-8")
    text = "title: 2027年小区\nas_of: 2027-08-31\npolicy: own.yaml\ndata: .\n"
    (folder / "scenario.yaml").write_text(
        text + "adjust: {}\nsolve: {time_limit: 20, gap: 0.0, workers: 1, seed: 1}\n", "utf-8"
    )
    return rp.load_scenario(folder)


def moves(plan: Any) -> dict[str, str]:
    """Who goes where."""
    return dict(zip(plan.transfers["staff_id"], plan.transfers["to_school_id"], strict=True))
