"""A plan's goals held where they are, level by level, and which columns prices then prove to stand still.

Prices of the rows (the duals of a level's relaxation) give a bound of every plan that keeps the earlier levels; a
column whose reduced cost exceeds the distance from that bound to the plan's own value stands, in every plan that is as
good, where it is cheapest. The bound is counted from the prices themselves, whatever the solver says of them: a
careless relaxation holds fewer columns still, never a wrong one.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Cost
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, clock, relax


class Held:
    """The programs of all plans that keep the levels of a plan (``values``) up to one of them; ``until``: a time of
    ``clock`` after which nothing more is worked out."""

    def __init__(
        self,
        arrays: ProgramArrays,
        costs: Sequence[Cost],
        values: Array,
        until: float,
        stop: threading.Event | None = None,
    ) -> None:
        self.costs, self.values, self.until, self.stop = costs, values, until, stop
        self.levels = tuple(float(round(float(cost.coefficients @ values))) for cost in costs)
        self._programs: dict[int, ProgramArrays] = {-1: arrays}
        self._prices: dict[int, tuple[float, Array] | None] = {}
        self._open: dict[int, tuple[Array, Array]] = {-1: (np.ones(len(values), bool), values.copy())}

    @property
    def left(self) -> float:
        """Seconds left; none where somebody asked to stop."""
        return 0.0 if self.stop is not None and self.stop.is_set() else self.until - clock()

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
            answer = relax(program, cost, seconds=self.left, stop=self.stop, inner=True)
            if answer.duals is None:
                answer = relax(program, cost, seconds=self.left, stop=self.stop)
            self._prices[level] = None if answer.duals is None else counted(program, cost, answer.duals)
        return self._prices[level]

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
    reduced = cost - program.matrix.T @ prices
    bound = float(prices[counts] @ at[counts])
    return bound + float(np.where(reduced > 0, reduced * program.lower, reduced * program.upper).sum()), reduced
