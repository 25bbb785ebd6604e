"""Levels over the many arcs of a whole model: pools of kinds prove the earlier levels, and show where plans are."""

from __future__ import annotations

import math
import threading
from functools import cached_property

import numpy as np

from rotation_planner.model.model import Model
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import integer_program
from rotation_planner.solve.levels import Limits
from rotation_planner.solve.pools import Pools
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.wide import Wide

FOR_PROOF = 0.3  # of the time left, to prove a level in whole people over pools, and to find the plan


class Large(Wide):
    """One run over a model of many arcs."""

    def __init__(self, model: Model, teller: Teller, limits: Limits, stop: threading.Event | None) -> None:
        super().__init__(model, teller, limits, stop)
        self.whole = model

    def _alone(self, level: int) -> bool:
        last = level == len(self.costs) - 1
        return (not last and self._by_pools(level)) or super()._alone(level)

    def _by_pools(self, level: int) -> bool:
        """The least of a level over pools in whole people, then a plan that reaches it, looked for among the arcs that
        stand for what they use; False where that is not enough."""
        used = self._least_of_pools(level)
        if used is None:
            return False
        bound = self.reached.bound[level]
        program = self.programs[level].with_row(self.costs[level].coefficients, math.inf, bound)
        answer = self._integer(program, level, used | self._own_plan(), FOR_PROOF * self.teller.left, 0.0)
        return self._taken(level, answer) and self.reached.value[level] <= bound

    def _least_of_pools(self, level: int) -> Array | None:
        """The bound that pools prove of a level in whole people, and the columns that stand for what they use."""
        pooled, _ = self._programs(level, tuple(self.limits_held[:level]))
        prices = self._of_pools.cost(self.costs[level].coefficients)
        answer = integer_program(pooled, prices, seconds=FOR_PROOF * self.teller.left, stop=self.stop)
        if math.isfinite(answer.bound):
            self._proven(level, answer.bound)
        if answer.values is None:
            return None
        used = ~self._arcs
        used[self.model.go] = self._of_pools.used(answer.values)
        return used

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
