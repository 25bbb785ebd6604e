"""A pack may take a balance indicator as a goal: what the plan reaches is what the inspectors' sheet then finds."""

from __future__ import annotations

from typing import Any

from districts import tiny_district, tiny_policy

from rotation_planner.audit import audit_plan
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.report.balance import Balance
from rotation_planner.report.turnover import Turnover
from rotation_planner.solve import solve_plan

COUNTY = {"field": "backbone", "at_least": "county"}
ARTS = {"all": [{"field": "full_time", "is": True}, {"field": "subject", "in": ["体育", "音乐", "美术"]}]}
GOALS: list[dict[str, Any]] = [
    {"id": "backbone", "terms": [{"kind": "per_pupils", "weight": 1, "of": COUNTY, "per_hundred": 1}]},
    {"id": "arts", "terms": [{"kind": "per_pupils", "weight": 1, "of": ARTS, "per_hundred": "0.9"}]},
    {"id": "moves", "terms": [{"kind": "moves", "weight": 1}]},
]


def test_a_plan_lifts_the_schools_below_the_line() -> None:
    # A has 3 backbone teachers for 100 pupils, B none for 200: two go. B needs two for art and sport, has one; A can
    # spare one of its two (0.9 of 100 pupils is one).
    schools = {"A": {"students": 100}, "B": {"students": 200}}
    staff: dict[str, Any] = {each: {"at": "A", "backbone": "county"} for each in ("a", "b", "c")}
    staff |= {
        "s": {"at": "A", "subject": "体育"},
        "m": {"at": "A", "subject": "美术"},
        "t": {"at": "B", "subject": "音乐"},
    }
    district, policy = tiny_district(schools, staff), tiny_policy(goals=GOALS)
    standing = stand(district, policy)
    plan = solve_plan(district, policy, standing, SolveOptions(workers=1)).plan
    assert plan is not None
    assert [(goal.id, goal.value) for goal in plan.objectives] == [("backbone", 0), ("arts", 0), ("moves", 3)]
    values = Balance(Turnover(district, policy, standing, plan, audit_plan(district, policy, plan))).values
    told = values[values["indicator"].isin(["backbone", "arts"])]
    assert told["met_after"].all()
    assert not told[told["school"] == district.school_pos["B"]]["met_before"].any()
