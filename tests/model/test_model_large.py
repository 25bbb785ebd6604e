"""The last level of a model of many arcs: its relaxation, better plans, and the proof that there is none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from test_model_against_audit import district, policy

from rotation_planner.eligibility import stand
from rotation_planner.model.model import Model
from rotation_planner.model.program import Array
from rotation_planner.solve import large, levels, pricing
from rotation_planner.solve.engines import Answer, Method, Outcome, constraint_program, relax
from rotation_planner.solve.large import Large
from rotation_planner.solve.levels import Limits
from rotation_planner.solve.pricing import Priced, relax_by_pricing
from rotation_planner.solve.progress import Teller

LONG = 600.0
LITTLE = large.LITTLE


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """A district of twenty schools, to be searched as if it had many arcs; few are taken in at a time."""
    monkeypatch.setattr(levels, "FEW_ARCS", 100)
    monkeypatch.setattr(pricing, "A_ROUND", 2)
    given, rules = district(5), policy({})
    return Model(given, rules, stand(given, rules))


def searched(model: Model, **limits: Any) -> Large:
    """A run up to its first plan."""
    search = Large(model, Teller(None, len(model.costs), LONG), Limits(**limits), None)
    search._find()
    return search


def begun_again(model: Model, monkeypatch: pytest.MonkeyPatch, **limits: Any) -> tuple[Large, float]:
    """The same with a rough plan in the place of what was found, and no rounds to make it better; and the best."""
    monkeypatch.setattr(large, "LITTLE", LITTLE)
    search = searched(model)
    search._improve()
    best = search.reached.value[-1]
    assert search.reached.bound[-1] == best
    nothing = np.zeros(len(search.active), dtype=np.int64)
    rough = constraint_program(search._held_program(), nothing, seconds=LONG).values
    assert rough is not None
    monkeypatch.setattr(large, "LITTLE", math.inf)
    search = searched(model, **limits)
    search.reached.values, search.reached.value = None, []
    search.accept(rough)
    assert search.reached.value[-1] > best
    return search, best


# ---- the relaxation --------------------------------------------------------------------------------------------------


def relaxed(model: Model, then: Method | None, method: Method = Method.SIMPLEX, seconds: float = LONG) -> Answer:
    """The last level's relaxation from the two arcs of each kind that cost least."""
    cost = model.costs_padded()[-1].coefficients
    active = np.ones(len(cost), bool)
    active[model.go] = False
    active[model.go[pricing.cheapest(cost[model.go], model.arc_kind, 2)]] = True
    return relax_by_pricing(
        model.arrays, cost, Priced(model.go, model.arc_kind, model.kind_size), active,
        seconds=seconds, enough=lambda value, bound: False, method=method, then=then,
    )  # fmt: skip


def test_inner_prices_end_a_relaxation(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a round does not lower the value; the bound is that of the whole relaxation, the columns stand in a corner
    all the same."""
    asked: list[tuple[Method, float]] = []

    def told(*given: Any, method: Method, **named: Any) -> Answer:
        answer = relax(*given, method=method, **named)
        asked.append((method, answer.value))
        return answer

    exact = relax(model.arrays, model.costs_padded()[-1].coefficients, seconds=LONG)
    monkeypatch.setattr(pricing, "relax", told)
    answer = relaxed(model, Method.INNER)
    assert answer.value == pytest.approx(exact.value)
    assert answer.bound == pytest.approx(exact.value)
    first = next(n for n, (method, _) in enumerate(asked) if method is Method.INNER)
    assert 2 <= first < len(asked)
    assert all(method is Method.INNER for method, _ in asked[first:])
    assert asked[first - 1][1] >= asked[first - 2][1] - pricing.GAIN
    corner = relax(model.arrays, model.costs_padded()[-1].coefficients, seconds=LONG, method=Method.INNER)
    assert answer.values is not None
    assert corner.values is not None
    assert (answer.values > 1e-6).sum() < (corner.values > 1e-6).sum()


@pytest.mark.parametrize("as_it_is", [True, False])
def test_where_barrier_steps_give_up_a_relaxation_goes_on(
    model: Model, monkeypatch: pytest.MonkeyPatch, as_it_is: bool
) -> None:
    """From the first round on or later: by such steps over the program as it is, if they do not give up there too, else
    by the simplex method; not beyond the time."""
    asked: list[tuple[Method, bool]] = []

    def failing(*given: Any, method: Method, presolve: bool, **named: Any) -> Answer:
        asked.append((method, presolve))
        if method is Method.INNER and len(asked) > 1 and (presolve or not as_it_is):
            return Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
        return relax(*given, method=method, presolve=presolve, **named)

    whole = relaxed(model, None)
    monkeypatch.setattr(pricing, "relax", failing)
    answer = relaxed(model, None, Method.INNER)
    assert answer.value == pytest.approx(whole.value)
    assert answer.bound == pytest.approx(whole.value)
    inner, bare = (Method.INNER, True), (Method.INNER, False)
    then = bare if as_it_is else (Method.SIMPLEX, True)
    assert asked[:4] == [inner, inner, bare, then]
    assert set(asked[3:]) == {then}
    asked.clear()
    asked.append(inner)
    assert relaxed(model, None, Method.INNER, seconds=0.0).values is None
    assert asked == [inner, inner]


def test_where_inner_prices_fail_the_corner_is_kept(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the bound that was known by then."""

    def failing(*given: Any, method: Method, **named: Any) -> Answer:
        if method is Method.INNER:
            return Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
        return relax(*given, method=method, **named)

    whole = relaxed(model, None)
    monkeypatch.setattr(pricing, "relax", failing)
    answer = relaxed(model, Method.INNER)
    assert answer.outcome is Outcome.OPTIMAL
    assert answer.values is not None
    assert answer.reduced is not None
    assert answer.value == pytest.approx(whole.value)
    assert -math.inf < answer.bound <= whole.value + 1e-6


def test_pools_say_where_the_relaxation_begins(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the arcs of each kind that look best by their prices, not with those that cost least."""
    begun: list[Array] = []

    def told(program: Any, cost: Any, priced: Any, active: Array, **named: Any) -> Answer:
        begun.append(active.copy())
        return relax_by_pricing(program, cost, priced, active, **named)

    monkeypatch.setattr(levels, "relax_by_pricing", told)
    monkeypatch.setattr(large, "BEGIN_ARCS", 1)
    search = searched(model)
    assert search._proof is not None
    reduced, go = search._proof[1].reduced, model.go
    assert reduced is not None
    best = go[pricing.cheapest(reduced[go], model.arc_kind, 1)]
    least = go[pricing.cheapest(search.costs[-1].coefficients[go], model.arc_kind, 1)]
    assert begun[-1][best].all()
    assert not begun[-1][least].all()
    assert begun[-1][go].sum() < len(go)


# ---- the proof -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("repeatable", [False, True])
def test_the_proof_finds_what_is_better(model: Model, monkeypatch: pytest.MonkeyPatch, repeatable: bool) -> None:
    """From a rough plan to the best one, which is proven. Over too many arcs nothing is proven, and promising arcs are
    looked at as long as time lasts."""
    search, best = begun_again(model, monkeypatch, repeatable=repeatable)
    search._improve()
    assert search.reached.value[-1] == search.reached.bound[-1] == best
    search, _ = begun_again(model, monkeypatch, repeatable=repeatable)
    rough = search.reached.value[-1]
    monkeypatch.setattr(large, "PROVABLE", 0)
    search._improve()
    assert search.reached.bound[-1] < best
    assert (search.reached.value[-1] < rough) is not repeatable


@pytest.mark.slow
@pytest.mark.parametrize(("repeatable", "outcome", "taken"), [
    (False, Outcome.FEASIBLE, True), (True, Outcome.FEASIBLE, False), (True, Outcome.OPTIMAL, True),
])  # fmt: skip
def test_what_a_proof_finds_before_time_is_over_is_not_repeatable(
    model: Model, monkeypatch: pytest.MonkeyPatch, repeatable: bool, outcome: Outcome, taken: bool
) -> None:
    """Its bound is told in any case."""
    search, best = begun_again(model, monkeypatch, repeatable=repeatable)
    good = searched(model)
    good._improve()
    rough, program = search.reached.value[-1], search._held_program()
    relaxation = search._last_relaxation(program)
    assert relaxation is not None
    told = Answer(outcome, good.reached.values, best, best - 1)
    monkeypatch.setattr(large, "integer_program", lambda *given, **named: told)
    search._prove(program, relaxation)
    assert search.reached.value[-1] == (best if taken else rough)
    assert best - 1 <= search.reached.bound[-1] <= best


def test_a_proof_asks_for_no_more_than_the_gap(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan is good enough once none is better by more than the gap that was asked."""
    search, _ = begun_again(model, monkeypatch, gap=0.01)
    asked: list[float] = []

    def none(*given: Any, below: float, **named: Any) -> Answer:
        asked.append(below)
        return Answer(Outcome.INFEASIBLE, None, math.inf, below)

    monkeypatch.setattr(large, "integer_program", none)
    search._improve()
    value, cost = search.reached.value[-1], search.costs[-1]
    assert asked == [math.ceil(value - 0.01 * abs(value + cost.constant))]
    assert search._gap() <= 0.01


def test_a_proof_of_large_numbers_is_exact(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """What solvers round is no part of a proof that ended."""
    search = searched(model)
    program = search._held_program()
    relaxation = search._last_relaxation(program)
    assert relaxation is not None
    none = Answer(Outcome.INFEASIBLE, None, math.inf, 98_765_431.0)
    monkeypatch.setattr(large, "integer_program", lambda *given, **named: none)
    search.reached.value[-1] = 98_765_432.0
    search._prove(program, relaxation)
    assert search.reached.bound[-1] == 98_765_432.0
