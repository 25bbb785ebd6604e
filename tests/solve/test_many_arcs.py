"""Large districts are solved by pricing, level by level: made to happen on small ones, against their proven optimum."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest
from districts import tiny_district, tiny_policy

from rotation_planner.audit import audit_plan
from rotation_planner.data.generator import generate, write_district
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.model.model import Model
from rotation_planner.policy.reading import read_policy
from rotation_planner.solve import levels, solve_plan
from rotation_planner.solve.engines import Answer, Outcome
from rotation_planner.solve.levels import Limits
from rotation_planner.solve.narrowing import Narrowing
from rotation_planner.solve.progress import Teller


@pytest.mark.slow
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


@pytest.mark.parametrize(("over", "proven"), [(1, True), (2, False)])
def test_a_plan_among_few_columns_one_step_above_what_cannot_be_is_the_best(
    monkeypatch: pytest.MonkeyPatch, over: int, proven: bool
) -> None:
    """No plan is within the distance looked at: what is found among few columns at the next whole value is the best; a
    worse one is kept where the search over all columns does not end, with what is proven."""
    given, rules = tiny_district(["A", "B"], {"t1": {"at": "A", "years": 9}}), tiny_policy()
    model = Model(given, rules, stand(given, rules))
    search = Narrowing(model, Teller(None, len(model.costs), 60.0), Limits(), None)
    cost = search.costs[0]
    step = float(np.gcd.reduce(cost.coefficients))
    target = step * 7
    values = np.zeros(len(search.active))
    nothing = Answer(Outcome.INFEASIBLE, None, math.inf, math.inf)
    some = Answer(Outcome.OPTIMAL, values, target + over * step, target + over * step)
    unknown = Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
    told = iter([nothing, nothing, some, unknown])
    search.active[model.go[0]] = False
    monkeypatch.setattr(Narrowing, "_least", lambda self, *given: next(told))
    free, standing = np.ones(len(values), bool), values.copy()
    answer = search._best_within(model.arrays, 0, target - step / 2, np.full(len(values), 1e9), free, standing)
    assert answer.values is values
    assert answer.value == target + over * step
    assert (answer.bound == answer.value) is proven
    assert len(list(told)) == (1 if proven else 0)
