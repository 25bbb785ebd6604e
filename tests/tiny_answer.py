"""What the README of the scenario ``tiny`` derives by hand, and the plan that the program makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from districts import tiny_plan

from rotation_planner import run
from rotation_planner.audit import Audit

FOLDER = Path(__file__).parent.parent / "scenarios" / "tiny"
VALUES = (2, 4, 2, 400)

# What the README derives: the school entered, the way of moving and its end.
FOR_GOOD = ("transfer", "yes", "")
TWO_YEARS = ("secondment", "no", "2029-08-31")
IN_GROUP = ("secondment", "no", "2030-08-31")
MOVES: dict[str, tuple[str, tuple[str, str, str]]] = {
    "0101": ("04", TWO_YEARS),
    "0103": ("02", FOR_GOOD),
    "0104": ("03", IN_GROUP),
    "0107": ("02", FOR_GOOD),
    "0203": ("05", TWO_YEARS),
    "0209": ("05", TWO_YEARS),
    "0303": ("05", TWO_YEARS),
    "0308": ("04", TWO_YEARS),
    "0401": ("01", FOR_GOOD),
    "0403": ("03", FOR_GOOD),
    "0504": ("06", TWO_YEARS),
}
STAY = {
    "0105": "phased", "0106": "phased", "0108": "phased", "0109": "phased", "0111": "exempt", "0205": "exempt",
    "0207": "pinned", "0304": "phased", "0306": "exempt", "0402": "capped", "0503": "capped",
}  # fmt: skip
ELIGIBLE = {
    "must-teacher": "0103 0104 0105 0106 0107 0108 0109 0203 0207 0303 0304 0403 0503 0504",
    "must-leader": "0101 0401 0402",
    "funded-rural": "0209",
}
DUE = {
    "must-teacher": "0103 0104 0203 0303 0403 0503",
    "must-leader": "0101 0401 0402",
    "funded-rural": "0209",
}
ALL_DUE = {each for people in DUE.values() for each in people.split()}
# Who may move at all, by subject; leaders first.
GROUPS = {
    "": ("0101", "0401", "0402"),
    "语文": ("0103", "0105", "0203", "0204"),
    "数学": ("0104", "0109", "0303", "0304", "0503", "0504"),
    "英语": ("0106", "0107", "0108", "0209"),
    "体育": ("0308", "0403"),
}


@cache
def scenario() -> run.Scenario:
    return run.load_scenario(FOLDER)


@cache
def outcome() -> run.Outcome:
    return run.make_plan(scenario())


def judged(moves: Mapping[str, Any], among: run.Scenario | None = None) -> Audit:
    among = among or scenario()
    bare = {who: {"mode": "", "personnel_file_moves": "", **(to if isinstance(to, dict) else {"to": to})}
            for who, to in moves.items()}  # fmt: skip
    return run.audit(among, tiny_plan(among.district, bare))


def destinations(made: run.Outcome) -> dict[str, str]:
    assert made.plan is not None
    return dict(zip(made.plan.transfers["staff_id"], made.plan.transfers["to_school_id"], strict=True))
