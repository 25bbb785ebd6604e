"""A plan's goals held where they are, level by level, and which columns prices then prove to stand still.

Prices of the rows (the duals of a level's relaxation) give a bound of every plan that keeps the earlier levels; a
column whose reduced cost exceeds the distance from that bound to the plan's own value stands, in every plan that is as
good, where it is cheapest. The bound is counted from the prices themselves, whatever the solver says of them: a
careless relaxation holds fewer columns still, never a wrong one.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Cost, Model
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Method, clock, relax
from rotation_planner.solve.levels import whole_above
from rotation_planner.solve.local import Local
from rotation_planner.solve.pricing import Priced, cheapest, relax_by_pricing

FEW_ARCS = 40_000  # a relaxation over so many arcs is solved at once, a larger one by pricing
BEGIN_ARCS = 12  # arcs per kind of people with which pricing begins
NEAR_ENOUGH = 1e-4  # of the last level's value, between relaxation and bound


class Levelled(Protocol):
    """A program, and the goal levels as costs of its columns."""

    @property
    def arrays(self) -> ProgramArrays:
        """All rows and columns."""

    @property
    def costs(self) -> Sequence[Cost]:
        """The policy's goal levels."""

    def moving(self) -> Priced:
        """The columns of who goes where, with the kind of each and the people of each kind."""


class Held:
    """The programs of all plans that keep the levels of a plan (``values``) up to one of them; ``until``: a time of
    ``clock`` after which nothing more is worked out."""

    def __init__(self, of: Levelled, values: Array, until: float, stop: threading.Event | None = None) -> None:
        self.costs, self.values, self.until, self.stop = of.costs, values, until, stop
        # Over many arcs few are looked at first: those of the plan, and the cheapest at the last level.
        arcs = of.moving()
        self._arcs = arcs if len(arcs.columns) > FEW_ARCS else None
        self._active = np.ones(len(values), bool)
        if self._arcs is not None:
            self._active[self._arcs.columns] = values[self._arcs.columns] > 0
            price = of.costs[-1].coefficients[self._arcs.columns]
            self._active[self._arcs.columns[cheapest(price, self._arcs.kind, BEGIN_ARCS)]] = True
        self.levels = tuple(float(round(float(cost.coefficients @ values))) for cost in of.costs)
        self._programs: dict[int, ProgramArrays] = {-1: of.arrays}
        self._prices: dict[int, tuple[float, Array] | None] = {}
        self._open: dict[int, tuple[Array, Array]] = {-1: (np.ones(len(values), bool), values.copy())}

    @property
    def left(self) -> float:
        """Seconds left; none where somebody asked to stop."""
        return 0.0 if self.stop is not None and self.stop.is_set() else self.until - clock()

    def tighten(self, model: Model, seconds: float) -> ProgramArrays:
        """Add, before anything else is asked, what each goal but the last must pay school by school; the program that
        every plan then keeps."""
        until, program = clock() + min(seconds, self.left), self._programs[-1]
        local = Local(model)
        for cost in self.costs[:-1]:
            program = local.cuts(cost.coefficients, until - clock()).on(program)
        self._programs = {-1: program}
        return program

    def program(self, level: int) -> ProgramArrays:
        """The program with the levels up to this one held; -1: none of them."""
        if level not in self._programs:
            before, cost = self.program(level - 1), self.costs[level]
            self._programs[level] = before.with_row(cost.coefficients, self.levels[level])
        return self._programs[level]

    def prices(self, level: int) -> tuple[float, Array] | None:
        """A bound of a level for all plans that keep the earlier ones, and the reduced costs it leaves (per column);
        ``None``: not found in the time."""
        if level not in self._prices:
            program, cost = self.program(level - 1), self.costs[level].coefficients
            if self._arcs is not None:
                answer = self._by_pricing(program, level)
            else:
                answer = relax(program, cost, seconds=self.left, stop=self.stop, method=Method.INNER)
            if answer.duals is None and self._arcs is None:
                answer = relax(program, cost, seconds=self.left, stop=self.stop)
            self._prices[level] = None if answer.duals is None else counted(program, cost, answer.duals)
        return self._prices[level]

    def _by_pricing(self, program: ProgramArrays, level: int) -> Answer:
        """The relaxation of a level, as exactly as its bound needs."""
        cost, last = self.costs[level], level == len(self.costs) - 1

        def enough(value: float, bound: float) -> bool:
            if whole_above(value, cost) == whole_above(bound, cost):
                return True
            return last and value - bound <= NEAR_ENOUGH * abs(value + cost.constant)

        if self._arcs is None:
            raise ValueError("there are few arcs")
        return relax_by_pricing(
            program, cost.coefficients, self._arcs, self._active, seconds=self.left, enough=enough, stop=self.stop,
            method=Method.BARRIER if level >= 2 else Method.SIMPLEX,
        )  # fmt: skip

    def open(self, level: int, more: float = 0.0) -> tuple[Array, Array]:
        """The columns that may move in a plan which keeps the levels up to this one, or exceeds this one by no more
        than ``more``, as a mask; and where the others stand."""
        if level < 0:
            return self._open[-1]
        if more == 0 and level in self._open:
            return self._open[level]
        free, standing = (each.copy() for each in self.open(level - 1))
        priced = self.prices(level)
        if priced is not None:
            bound, reduced = priced
            room = self.levels[level] + more - bound
            least = room + TOLERANCE * max(1.0, abs(room))
            low, high = free & (reduced > least), free & (reduced < -least)
            program = self.program(-1)
            standing[low], standing[high] = program.lower[low], program.upper[high]
            free &= ~(low | high)
        if more == 0:
            self._open[level] = free, standing
        return free, standing


def counted(program: ProgramArrays, cost: Array, duals: Array) -> tuple[float, Array]:
    """What prices of the rows prove: a bound for every solution, and the reduced costs; prices of bounds that a row
    does not have count for nothing."""
    at = np.where(duals > 0, program.row_lower, program.row_upper)
    counts = np.isfinite(at) & (duals != 0)
    prices = np.where(counts, duals, 0.0)
    reduced = cost - program.weighed(prices)
    bound = float(prices[counts] @ at[counts])
    return bound + float(np.where(reduced > 0, reduced * program.lower, reduced * program.upper).sum()), reduced
