"""One level after the other over few arcs: plans that come before the proof, and which of two as good is kept."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from test_model_against_audit import district, policy

from rotation_planner.eligibility import stand
from rotation_planner.model.model import Model
from rotation_planner.solve.levels import Levels, Limits
from rotation_planner.solve.progress import Teller


@pytest.fixture(scope="module")
def model() -> Model:
    given, rules = district(5), policy({})
    return Model(given, rules, stand(given, rules))


def search(model: Model) -> Levels:
    return Levels(model, Teller(None, len(model.costs), 120.0), Limits(workers=1), None)


def test_a_good_plan_comes_before_the_proof(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the last level is being proven, a plan as good as the best in all earlier levels is found beside it."""
    best, levels = search(model).run(), search(model)
    found = threading.Event()
    firsts: list[list[float]] = []
    accept = levels.accept

    def told(values: np.ndarray, tie: bool = False) -> None:
        accept(values, tie)
        if firsts:
            found.set()

    def endless(*_: object) -> None:
        firsts.append(list(levels.reached.value))
        assert found.wait(60)

    monkeypatch.setattr(levels, "accept", told)
    monkeypatch.setattr(levels, "_prove", endless)
    levels._find()
    levels._prove_beside(levels._held_program(), levels._last_relaxation(levels._held_program()))
    assert best.value <= levels.reached.value < firsts[0]
    assert levels.reached.value[:-1] == best.value[:-1]


def test_of_two_plans_as_good_the_proof_has_the_word(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found beside the proof depends on the clock: the plan that is told does not."""
    levels = search(model)
    monkeypatch.setattr(levels, "_told", lambda values: [0.0] * len(model.costs))
    monkeypatch.setattr(levels, "_settled", lambda values: values)
    one, other = np.zeros(3), np.ones(3)
    levels.accept(one)
    levels.accept(other)
    assert levels.reached.values is one
    levels.accept(other, tie=True)
    assert levels.reached.values is other
