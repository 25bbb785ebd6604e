"""Runs that the clock does not decide: however fast the machine is at each search, the same plan."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest
from test_model_against_audit import district, policy

from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.model.model import Model
from rotation_planner.model.program import Array
from rotation_planner.plan.plan import Status
from rotation_planner.solve import city, engines, large, levels, solving
from rotation_planner.solve.city import City
from rotation_planner.solve.large import Large
from rotation_planner.solve.levels import Levels, Limits
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.solving import solve_plan

LONG = 600.0


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    """A district of twenty schools, to be searched as if it were a city of regions and lots."""
    for where, name, number in (
        (levels, "FEW_ARCS", 100), (city, "A_REGION", 4), (City, "arcs_of_lot", 100), (Large, "arcs_of_lot", 100),
        (large, "NEAR_OF_KIND", 4), (large, "NEAR_OF_PLACE", 2), (large, "LITTLE", 0.0),
    ):  # fmt: skip
        monkeypatch.setattr(where, name, number)
    given, rules = district(5), policy({})
    return Model(given, rules, stand(given, rules))


@pytest.fixture
def uneven(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Searches that take longer now and then, as on a machine with other things to do; the seconds each was given."""
    given: list[float] = []
    highs, lock, draw = engines._highs, threading.Lock(), np.random.default_rng(1)

    def late(proto: Any, seconds: float, *more: Any, **named: Any) -> Any:
        with lock:
            given.append(seconds)
            pause = float(draw.choice((0.0, 0.0, 0.05)))
        time.sleep(pause)
        return highs(proto, seconds, *more, **named)

    monkeypatch.setattr(engines, "_highs", late)
    return given


def searched(search: type[Levels], model: Model) -> tuple[Levels, Array]:
    """One run, and the columns it came to."""
    run = search(model, Teller(None, len(model.costs), LONG), Limits(repeatable=True), None)
    values = run.run().values
    assert values is not None
    return run, values


@pytest.mark.slow
@pytest.mark.parametrize("search", [Levels, Large, City])
def test_a_plan_does_not_depend_on_how_long_searches_take(
    search: type[Levels], model: Model, uneven: list[float]
) -> None:
    """Three runs come to the same columns; each search may take all the time there is, none a share of it."""
    runs = [searched(search, model) for _ in range(3)]
    assert all((values == runs[0][1]).all() for _, values in runs)
    assert not any(run.clock_decided for run, _ in runs)
    assert min(uneven) > (1 - 2 * levels.KEPT_BACK) * LONG


def test_rounds_lower_the_last_level_of_many_arcs(model: Model) -> None:
    """Rounds over subjects better a rough plan, and leave the levels before as they are."""
    search = Large(model, Teller(None, len(model.costs), LONG), Limits(repeatable=True), None)
    search._find()
    best = list(search.reached.value)
    rough = engines.constraint_program(search._held_program(), np.zeros(len(search.active)), seconds=LONG)
    assert rough.values is not None
    search.reached.values, search.reached.value = None, []
    search.accept(rough.values)
    assert search.reached.value[-1] > 1.05 * best[-1]
    search._improve()
    assert search.reached.value[:-1] == best[:-1]
    assert search.reached.value[-1] < 1.05 * best[-1]
    assert model.arrays.violation(search.reached.values) == 0


@pytest.mark.parametrize(("seconds", "asked", "told"), [(LONG, True, True), (1e-3, True, False), (LONG, False, None)])
def test_the_plan_tells_whether_it_can_be_repeated(
    seconds: float, asked: bool, told: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only where no time ran out; and nothing is told where nothing was asked."""
    given, rules = district(5), policy({})
    if seconds < 1:  # a plan all the same: time is over as soon as it is found
        monkeypatch.setattr(solving, "_search", lambda model, before: Late)
    options = SolveOptions(time_limit=LONG, repeatable=asked)
    plan = solve_plan(given, rules, stand(given, rules), options).plan
    assert plan is not None
    assert plan.more.get("repeatable") is told


def test_a_plan_that_is_not_proven_says_that_the_clock_had_a_part_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the run was one that can be repeated."""
    given, rules = district(5), policy({})
    monkeypatch.setattr(solving, "_search", lambda model, before: Unproven)
    for asked in (False, True):
        options = SolveOptions(time_limit=LONG, repeatable=asked)
        plan = solve_plan(given, rules, stand(given, rules), options).plan
        assert plan is not None
        assert plan.status is Status.FEASIBLE
        assert plan.more["repeatable"] is asked


class Unproven(Levels):
    """A run that knows nothing of how good its plan is."""

    def run(self) -> levels.Reached:
        reached = super().run()
        reached.bound = [levels.UNKNOWN_BOUND] * len(self.costs)
        return reached


class Late(Levels):
    """A run whose time is over when it ends."""

    def run(self) -> levels.Reached:
        reached = super().run()
        self.teller._limit = 0.0
        return reached
