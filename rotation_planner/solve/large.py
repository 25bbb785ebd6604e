"""Levels over the many arcs of a whole model: pools of kinds prove what relaxations leave open."""

from __future__ import annotations

import math
import threading
from functools import cached_property

import numpy as np

from rotation_planner.model.model import Model
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, integer_program
from rotation_planner.solve.levels import Limits, whole_above
from rotation_planner.solve.pools import Pools
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.wide import Wide

FOR_PROOF = 0.1  # of the time left, to prove in whole people what a relaxation leaves open


class Large(Wide):
    """One run over a model of many arcs."""

    def __init__(self, model: Model, teller: Teller, limits: Limits, stop: threading.Event | None) -> None:
        super().__init__(model, teller, limits, stop)
        self.whole = model

    def _close(self, level: int) -> None:
        """The least over pools in whole people, where the plan has more than the relaxation asks for."""
        value, bound, cost = self.reached.value[level], self.reached.bound[level], self.costs[level]
        if level == len(self.costs) - 1 or value <= bound or self._stopped:
            return
        pooled, _ = self._programs(level, tuple(self.limits_held[:level]))
        prices = self._of_pools.cost(cost.coefficients)
        answer = integer_program(pooled, prices, seconds=FOR_PROOF * self.teller.left, stop=self.stop)
        if math.isfinite(answer.bound):
            self.reached.bound[level] = max(bound, min(whole_above(answer.bound, cost), value))
            self._tell(level)
        if answer.values is not None and answer.value < value - TOLERANCE:
            free = self._own_plan()
            free[self.model.go] |= self._of_pools.used(answer.values)
            self._better(level, free | ~self._arcs)

    def _better(self, level: int, free: Array) -> None:
        """Look for a better plan among few columns; the levels behind are held to what it reaches."""
        found = self._integer(self.programs[level], level, free, FOR_PROOF * self.teller.left, 0.0)
        if found.values is not None and found.value < self.reached.value[level]:
            self.accept(found.values)
            self._hold(level, found.value)

    @cached_property
    def _arcs(self) -> Array:
        arcs = np.zeros(len(self.active), bool)
        arcs[self.model.go] = True
        return arcs

    def _programs(self, level: int, values: tuple[float, ...]) -> tuple[ProgramArrays, ProgramArrays]:
        """The programs over pools and over the model, the earlier levels held at these values."""
        pools, whole = self._of_pools, self.model.arrays
        pooled = pools.arrays
        for number, cost in enumerate(self.costs[: level + 1]):
            if not cost.coefficients[self.model.go].any():  # rows over arcs are none over pools
                self._strengthened(whole, number)
                cuts = self._cuts[number]
                if len(cuts.least):
                    whole = cuts.on(whole)
                    pooled = pooled.with_rows(pools.rows(cuts.matrix), cuts.least, np.full(len(cuts.least), math.inf))
            if number < level:
                whole = whole.with_row(cost.coefficients, values[number])
                pooled = pooled.with_row(pools.cost(cost.coefficients), values[number])
        return pooled, whole

    @cached_property
    def _of_pools(self) -> Pools:
        return Pools(self.whole)
