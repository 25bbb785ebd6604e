"""Levels over many arcs: one after the other, so that there is a plan early, each over few columns worth looking at.

A level's relaxation is solved by pricing and strengthened by what the level must pay school by school; its bound holds
for all columns. The integer program looks at the columns that pricing has taken in.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import numpy as np

from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Outcome
from rotation_planner.solve.levels import FEW_ARCS, MANY_ARCS, ROUGHLY, Levels, Limits, whole_above
from rotation_planner.solve.local import SECONDS_EACH, Cuts, Local
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.searched import Searched

FEWEST_ARCS = 2  # arcs per kind among which the last level's first plan is looked for
MOST_ARCS = 8 * FEW_ARCS  # so many arcs an integer program may look at
FOR_CUTS = 0.1  # of the time left, for the cuts of a level


class Wide(Levels):
    """One run over a model of many arcs."""

    def __init__(self, model: Searched, teller: Teller, limits: Limits, stop: threading.Event | None) -> None:
        super().__init__(model, teller, limits, stop)
        self._begin_with_few()
        self._local: Local | None = None
        self._cuts: dict[int, Cuts] = {}
        self._answers: dict[int, Answer] = {}  # the relaxation of each level

    def _find(self, first: int = 0) -> None:
        for level in range(first, len(self.costs)):
            self.programs[level] = self._strengthened(self.programs[level], level)
            if not self._alone(level):
                return

    def _alone(self, level: int) -> bool:
        """One level by itself: its bound by a relaxation, then ever more columns until there is a plan."""
        program = self.programs[level]
        relaxation = self._relax(program, level)
        self.reached.infeasible |= level == 0 and relaxation.outcome is Outcome.INFEASIBLE
        if relaxation.outcome is not Outcome.OPTIMAL:
            return False
        self.reached.relaxation = relaxation
        self._proven(level, relaxation.bound)
        # A plan that meets the bound ends the search.
        program = program.with_row(self.costs[level].coefficients, math.inf, self.reached.bound[level])
        for free in self._widening(level):
            free |= self._own_plan()  # the best plan so far stays possible
            answer = self._integer(program, level, free, self._a_part(), self._gap_of(level))
            if answer.values is not None or self._stopped:
                break
        if free.all() and math.isfinite(answer.bound):
            self._proven(level, answer.bound)
        return self._taken(level, answer)

    def _gap_of(self, level: int) -> float:
        return max(super()._gap_of(level), ROUGHLY) if level == len(self.costs) - 1 else 0.0

    def _relax(self, program: ProgramArrays, level: int) -> Answer:
        self.active |= self._own_plan()
        answer = super()._relax(program, level)
        self._answers[level] = answer
        return answer

    def _strengthened(self, program: ProgramArrays, level: int) -> ProgramArrays:
        if level not in self._cuts:
            if self._local is None:
                self._local = Local(self.model)
            cost, each = self.costs[level].coefficients, self._part(1.0, SECONDS_EACH)
            self._cuts[level] = self._local.cuts(cost, self._part(FOR_CUTS), each)
        return self._cuts[level].on(program)

    def _widening(self, level: int) -> Iterator[Array]:
        """First the columns that pricing has taken in, of the last level the most promising ones; then all."""
        if level == len(self.costs) - 1 and self.reached.relaxation is not None:
            yield self._promising(self.reached.relaxation, FEWEST_ARCS)
            yield self._promising(self.reached.relaxation, MANY_ARCS)
        yield self.active.copy()
        if len(self.model.go) <= MOST_ARCS:
            yield np.ones(len(self.active), bool)

    def _held_program(self) -> ProgramArrays:
        program = super()._held_program()
        for cuts in self._cuts.values():
            program = cuts.on(program)
        return program

    def _prove_earlier(self) -> None:
        """Earlier levels were solved over few arcs: now over all that a better plan may use, for their bounds. Where a
        better plan is found the levels behind it are looked at anew."""
        for level, cost in enumerate(self.costs[:-1]):
            value, bound = self.reached.value[level], self.reached.bound[level]
            answer = self._answers.get(level)
            if value <= bound or self._stopped or answer is None or answer.reduced is None:
                continue
            free = np.ones(len(self.active), bool)
            free[self.model.go] = answer.reduced[self.model.go] <= value - answer.bound + TOLERANCE
            free |= self._own_plan()
            if int(free[self.model.go].sum()) > MOST_ARCS:
                continue
            found = self._integer(self.programs[level], level, free, self._part(0.5), 0.0)
            if math.isfinite(found.bound):
                self.reached.bound[level] = max(bound, min(whole_above(found.bound, cost), value))
                self._tell(level)
            if found.values is not None and found.value < value:
                self.accept(found.values)
                self._hold(level, found.value)
                self._forget(level + 1)
                self._find(level + 1)
                return

    def _own_plan(self) -> Array:
        """The columns that the best plan uses."""
        return self.reached.values != 0 if self.reached.values is not None else np.zeros(len(self.active), bool)
