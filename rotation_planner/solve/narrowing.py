"""Levels in strict order where the first ones leave little room, as a plan that keeps to a former one does.

Prices of the rows, from a level's relaxation, give a bound for all plans; a column whose reduced cost exceeds the
distance from that bound to a value can only stand where it is cheapest in a plan of that value or better. So a level is
solved over the few columns within a small distance first: what it finds within the distance is the best of all plans,
and where it finds nothing the distance grows. The columns beyond the value that was found stand still for the levels
behind. The bound is counted from the prices themselves, whatever the solver says of them: a careless relaxation holds
fewer columns still, never a wrong one. After a level or two so little is left that the rest is proven in no time.
"""

from __future__ import annotations

import math

import numpy as np

from rotation_planner.model.model import Cost
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Method, Outcome, integer_program, part_of, relax
from rotation_planner.solve.levels import Levels, Reached, whole_above
from rotation_planner.solve.pricing import A_ROUND, GAIN, cheapest, counted

FIRST_ROOM = 1e-3  # of a bound: the distance looked at first, where it is more than one step of the level's values
WIDER = 8  # times the distance, where nothing is found within it


class Narrowing(Levels):
    """One run over a model, each level over what the earlier ones leave open."""

    _first = 0  # the level that is solved first

    def run(self, first_at: float | None = None) -> Reached:
        """Find and prove as much as the budget allows. ``first_at``: what the first level is held at, unsolved."""
        if self._many:
            self._begin_with_few()
            # Where the first level is cheap, people are likely to go.
            first = self.costs[0].coefficients[self.model.go]
            self.active[self.model.go[first < 0]] = True
        program = self.model.arrays
        free, standing = np.ones(len(program.lower), bool), program.lower.copy()
        values: Array | None = None
        if first_at is not None:
            self._first = 1
            program = program.with_row(self.costs[0].coefficients, first_at)
            self.limits_held.append(first_at)
            self.reached.bound[0] = first_at
        for level, cost in list(enumerate(self.costs))[self._first :]:
            priced = self._prices(program, cost, free, standing)
            if priced is None:
                break
            bound, reduced = priced
            self.reached.bound[level] = whole_above(bound, cost)
            self.held[level] = tuple(self.limits_held)
            self._tell(level)
            answer = self._best_within(program, level, bound, reduced, free, standing)
            if answer.values is None:
                break
            values = answer.values
            self.reached.bound[level] = max(self.reached.bound[level], answer.bound)
            self._hold_still(program, reduced, answer.value - bound, free, standing)
            program = program.with_row(cost.coefficients, answer.value)
            self.limits_held.append(answer.value)
        if values is not None:
            self.accept(values)
            self._forget_unmet()
            if not self._done():
                self._improve()
        return self.reached

    def _prices(self, program: ProgramArrays, cost: Cost, free: Array, standing: Array) -> tuple[float, Array] | None:
        """A bound for every plan, and the reduced cost of every free column (0 of the others); ``None``: there is no
        plan, or no time. Over many arcs few are looked at first, and those taken in that the prices ask for."""
        go, kinds = self.model.go, self.model.arc_kind
        whole, _, _, offset = part_of(program, cost.coefficients, free, standing)
        told = np.zeros(len(free))
        seconds, stop = self._part(0.5), self.stop
        while True:
            look, inner = free & self.active, bool(self.active.all())
            part, _, _, rest = part_of(program, cost.coefficients, look, standing)
            answer = relax(
                part,
                cost.coefficients[look],
                seconds=seconds,
                stop=stop,
                method=Method.INNER if inner else Method.SIMPLEX,
            )
            if inner and answer.outcome is Outcome.UNKNOWN:
                answer = relax(part, cost.coefficients[look], seconds=seconds, stop=stop)
            if answer.outcome is Outcome.INFEASIBLE and not inner:
                self.active[:] = True
                continue
            if answer.duals is None:
                first = len(self.limits_held) == self._first
                self.reached.infeasible |= answer.outcome is Outcome.INFEASIBLE and first
                return None
            bound, reduced = counted(whole, cost.coefficients[free], answer.duals)
            bound, told[free] = offset + bound, reduced
            asked = np.flatnonzero(free[go] & ~self.active[go] & (told[go] < -GAIN))
            if not len(asked) or whole_above(bound, cost) == whole_above(rest + answer.value, cost):
                return bound, told
            self.active[go[asked[cheapest(told[go[asked]], kinds[asked], A_ROUND)]]] = True

    def _best_within(
        self, program: ProgramArrays, level: int, bound: float, reduced: Array, free: Array, standing: Array
    ) -> Answer:
        """The best plan of a level, looked for at ever greater distances from its bound."""
        cost = self.costs[level]
        target = whole_above(bound, cost)
        step = float(np.gcd.reduce(cost.coefficients)) or 1.0
        room = max(target - bound, step * math.floor(FIRST_ROOM * abs(bound) / step))
        near, place = free.copy(), standing.copy()
        self._hold_still(program, reduced, target - bound, near, place)
        if not self.active.all():  # few of the columns first: what meets the bound is the best
            answer = self._least(program, level, near & self.active, place)
            if answer.values is not None and answer.value <= target:
                return _bounded(answer, target)
        some: Answer | None = None
        while True:
            near, place = free.copy(), standing.copy()
            self._hold_still(program, reduced, room, near, place)
            answer = self._least(program, level, near, place)
            if (near == free).all():
                self.reached.infeasible |= level == self._first and answer.outcome is Outcome.INFEASIBLE
                return answer
            if answer.values is not None and answer.value <= bound + room + TOLERANCE:
                return answer
            if self._stopped or (answer.values is None and answer.outcome is not Outcome.INFEASIBLE):
                best = answer if some is None or answer.value <= some.value else some
                return _bounded(best, min(answer.bound, bound + room))
            # No plan is as near as this: a plan that was found tells how far to look, else it is looked for farther.
            if some is None and not self.active.all():  # any plan, among few of the columns
                some = self._least(program, level, free & self.active, standing)
                next_one = step * (math.floor((bound + room) / step + TOLERANCE) + 1)
                if answer.outcome is Outcome.INFEASIBLE and some.values is not None and some.value <= next_one:
                    return _bounded(some, some.value)
            found = min(answer.value, math.inf if some is None else some.value) - bound
            room = min(found, max(WIDER * room, room + step))

    def _least(self, program: ProgramArrays, level: int, free: Array, standing: Array) -> Answer:
        """The level over the columns ``free``, the others standing; what is proven of it is proven to the unit."""
        last = level == len(self.costs) - 1
        gap = self.limits.gap if last else 0.0
        answer = integer_program(
            program,
            self.costs[level].coefficients,
            seconds=self._part(0.5 if last else 0.7),
            gap=gap,
            seed=self.limits.seed,
            free=free,
            fixed=standing,
            stop=self.stop,
        )
        if answer.outcome is Outcome.OPTIMAL and gap == 0:
            return _bounded(answer, answer.value)
        return _bounded(answer, min(whole_above(answer.bound, self.costs[level]), answer.value))

    def _hold_still(self, program: ProgramArrays, reduced: Array, room: float, free: Array, standing: Array) -> None:
        """Take out of ``free`` what no plan within ``room`` of the bound can move from where it is cheapest."""
        least = room + TOLERANCE * max(1.0, abs(room))
        low, high = free & (reduced > least), free & (reduced < -least)
        standing[low], standing[high] = program.lower[low], program.upper[high]
        free &= ~(low | high)


def _bounded(answer: Answer, bound: float) -> Answer:
    return Answer(answer.outcome, answer.values, answer.value, bound)
