"""Large districts are solved by pricing, level by level: made to happen on small ones, against their proven optimum."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rotation_planner.audit import audit_plan
from rotation_planner.data.generator import generate, write_district
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.policy.reading import read_policy
from rotation_planner.solve import levels, solve_plan


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pricing_finds_the_optimum_of_a_small_district(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_district(generate(12, seed), tmp_path, "many")
    district, _ = read_district(tmp_path, dt.date(2027, 8, 31))
    policy = read_policy("dalian")
    standing = stand(district, policy)
    options = SolveOptions(time_limit=60, workers=1)
    whole = solve_plan(district, policy, standing, options).plan
    monkeypatch.setattr(levels, "FEW_ARCS", 0)
    monkeypatch.setattr(levels, "BEGIN_ARCS", 1)
    priced = solve_plan(district, policy, standing, options).plan
    assert whole is not None
    assert priced is not None
    best = [each.value for each in whole.objectives]
    assert all(each.proven for each in whole.objectives)
    assert [each.value for each in priced.objectives] >= best
    for each, value in zip(priced.objectives, best, strict=True):
        assert each.bound <= max(value, each.value) + 1e-6
    # With all columns of such a district worth trying in the end, the first level is proven as well.
    assert priced.objectives[0].value == best[0]
    assert priced.objectives[0].proven
    assert audit_plan(district, policy, priced).passes
