"""A plan's goals a second time: the plain model, with everybody kept apart, by the other engine, level by level."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.model import Model
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.engines import Answer, Outcome, clock, constraint_program

MOST_ARCS = 40_000  # ways to go, person by person; beyond them the second look would take longer than it is worth
SAME = 1e-6
ENGINE = "CP-SAT"


class Second(StrEnum):
    """What the second look came to."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNFINISHED = "unfinished"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Looked:
    """One goal level: its id, the plan's value, and what the second engine reached (``None``: nothing) and proved."""

    id: str
    value: float
    second: float | None
    proven: bool


@dataclass(frozen=True)
class Verification:
    """The second look at a plan: what it came to, and the levels that it reached."""

    outcome: Second
    levels: tuple[Looked, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The record for plan.json."""
        levels = [
            {"id": each.id, "value": each.value, "second": each.second, "proven": each.proven} for each in self.levels
        ]
        return {"outcome": self.outcome.value, "engine": ENGINE, "model": "plain", "levels": levels}


def verify(
    district: District,
    policy: Policy,
    standing: Standing,
    plan: Plan | None,
    options: SolveOptions,
    *,
    stop: threading.Event | None = None,
    solve: Callable[..., Answer] = constraint_program,
) -> Verification:
    """Solve once more by CP-SAT on the plain model, and compare with the plan, or with there being none.

    A level agrees where the value is the same and proven. It differs where one engine's value contradicts what the
    other has proven; nothing is then known, whatever both claim. ``options.time_limit`` is the time for this look.
    """
    until = clock() + options.time_limit
    model = Model(district, policy, standing, plain=True)
    if len(model.go) > MOST_ARCS:
        return Verification(Second.TOO_LARGE)
    program, hint = model.arrays, None
    looked: list[Looked] = []
    told = {} if plan is None else {each.id: each for each in plan.objectives}
    for cost in model.costs_padded():
        answer = solve(
            program,
            cost.coefficients,
            seconds=until - clock(),
            workers=options.workers,
            seed=options.seed,
            hint=hint,
            stop=stop,
        )
        if plan is None or answer.outcome is Outcome.INFEASIBLE:
            agrees = plan is None and answer.outcome is Outcome.INFEASIBLE
            return Verification(Second.AGREES if agrees else _none_or_unknown(answer), tuple(looked))
        first = told[cost.id]
        second = None if answer.values is None else (answer.value + cost.constant) / cost.scale
        proven = answer.outcome is Outcome.OPTIMAL
        looked.append(Looked(cost.id, first.value, second, proven))
        room = SAME * max(1.0, abs(first.value))
        if second is not None:
            better = second < first.bound - room  # than the first engine says that any plan can be
            missed = proven and second > first.value + room  # the plan is better than the best
            if better or missed:
                return Verification(Second.DIFFERS, tuple(looked))
        if not proven or second is None or abs(second - first.value) > room:
            return Verification(Second.UNFINISHED, tuple(looked))
        program, hint = program.with_row(cost.coefficients, answer.value), answer.values
    return Verification(Second.AGREES, tuple(looked))


def _none_or_unknown(answer: Answer) -> Second:
    """Against a plan, or against its absence: ``DIFFERS`` where the second engine knows the opposite."""
    known = answer.outcome is Outcome.INFEASIBLE or answer.values is not None
    return Second.DIFFERS if known else Second.UNFINISHED
