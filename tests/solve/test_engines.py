"""What the solvers are asked, and what may be read from their answers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve import engines
from rotation_planner.solve.engines import Method, Outcome, integer_program, relax
from rotation_planner.solve.pricing import counted

LEAST = 10  # of 3 a + 4 b where a + b >= 3 and a <= 2: two of a, one of b


def program() -> tuple[ProgramArrays, np.ndarray]:
    arrays = ProgramArrays(
        np.zeros(2), np.array([2.0, 5.0]), sp.csr_matrix([[1.0, 1.0]]), np.array([3.0]), np.array([math.inf])
    )
    return arrays, np.array([3, 4])


def test_the_least_is_found_and_proven() -> None:
    answer = integer_program(*program(), seconds=60)
    assert answer.outcome is Outcome.OPTIMAL
    assert answer.value == answer.bound == LEAST


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("below", [LEAST - 3, LEAST])
def test_nothing_is_below_the_least(below: int, presolve: bool) -> None:
    """Asked for less than the least, the answer is that there is none, and the bound says no more than was asked."""
    answer = integer_program(*program(), seconds=60, below=below, presolve=presolve)
    assert answer.outcome is Outcome.INFEASIBLE
    assert answer.values is None
    assert answer.bound == below


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("below", [LEAST + 1, LEAST + 5])
def test_the_least_is_below_what_is_more(below: int, presolve: bool) -> None:
    answer = integer_program(*program(), seconds=60, below=below, presolve=presolve)
    assert answer.values is not None
    assert answer.value == LEAST
    assert answer.bound <= LEAST


def test_columns_that_stand_count_towards_what_is_asked() -> None:
    """With two of a standing, one of b is enough for 10 and nothing is for less."""
    arrays, cost = program()
    free, fixed = np.array([False, True]), np.array([2.0, 0.0])
    found = integer_program(arrays, cost, seconds=60, free=free, fixed=fixed, below=LEAST + 1)
    assert found.value == LEAST
    none = integer_program(arrays, cost, seconds=60, free=free, fixed=fixed, below=LEAST)
    assert none.outcome is Outcome.INFEASIBLE


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("method", list(Method))
def test_a_relaxation_by_each_method(method: Method, presolve: bool) -> None:
    """Two of a and one of b; an inner point's value is no bound by itself, what its prices prove is."""
    arrays, cost = program()
    answer = relax(arrays, cost, seconds=60, method=method, presolve=presolve)
    assert answer.outcome is Outcome.OPTIMAL
    assert answer.value == pytest.approx(LEAST)
    assert answer.bound == pytest.approx(-math.inf if method is Method.INNER else LEAST)
    assert counted(arrays, cost, np.asarray(answer.duals))[0] == pytest.approx(LEAST)


@pytest.mark.parametrize(("method", "rough"), [(Method.INNER, True), (Method.BARRIER, False), (Method.SIMPLEX, False)])
def test_prices_of_inner_points_may_be_rough(monkeypatch: pytest.MonkeyPatch, method: Method, rough: bool) -> None:
    """Presolve puts some prices back a little off; HiGHS would throw the answer away for that. What must not be rough
    are the values."""
    asked = []
    solve = engines.mathopt.solve

    def heard(proto: Any, engine: Any, start: Any, parameters: Any, *rest: Any) -> Any:
        asked.append(dict(parameters.highs.double_options))
        return solve(proto, engine, start, parameters, *rest)

    monkeypatch.setattr(engines.mathopt, "solve", heard)
    relax(*program(), seconds=60, method=method)
    assert [("dual_residual_tolerance" in each, "optimality_tolerance" in each) for each in asked] == [(rough, rough)]
    assert not any("primal" in name for each in asked for name in each)
