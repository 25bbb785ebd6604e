"""Where the goals' own search finds nothing in its time, any plan is better than none."""

from __future__ import annotations

import numpy as np
import pytest
from districts import tiny_district, tiny_policy

from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.plan.plan import Status
from rotation_planner.solve import levels, solve_plan
from rotation_planner.solve.engines import Answer, Outcome


def test_a_plan_is_found_where_the_goals_find_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_vain(*_: object, **__: object) -> Answer:
        return Answer(Outcome.UNKNOWN, None, np.inf, -np.inf)

    monkeypatch.setattr(levels, "integer_program", in_vain)
    district = tiny_district("AB", {"a": {"at": "A", "years": 9}, "b": "B"})
    policy = tiny_policy(
        {"id": "nine", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": "school", "at_least": 9}},
        {"id": "all", "kind": "share", "over": {"people": {"eligible": ["nine"]}}, "at_least": "100%"},
        goals=[{"id": "due", "terms": [{"kind": "place_due", "weight": 1}]}],
    )
    solution = solve_plan(district, policy, stand(district, policy), SolveOptions(time_limit=5, workers=1))
    assert solution.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert solution.plan is not None
    assert solution.plan.transfers["staff_id"].tolist() == ["a"]
