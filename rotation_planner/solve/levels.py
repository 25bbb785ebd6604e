"""Levels in strict order under one time budget.

How a plan is found and proven: (1) every level but the last is solved by itself as an integer program, and its value
held for the levels behind it; (2) the linear relaxation of the last level gives a bound for it; (3) an integer program
finds its best plan and proves it, and beside it another one looks for a good plan soon, among few arcs: a column whose
reduced cost exceeds the distance from bound to value cannot be part of a better plan, so that leaving it out costs no
proof; (4) CP-SAT looks for better plans while time is left. Over many arcs see `solve.wide`, `large` and `city`.
"""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from rotation_planner.model.model import Cost
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Method, Outcome, constraint_program, integer_program
from rotation_planner.solve.pricing import Priced, cheapest, relax_by_pricing
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.searched import Searched
from rotation_planner.solve.settled import SECONDS, settled

FEWER_ARCS, MANY_ARCS = 6, 12  # arcs per kind, in the order of reduced cost, among which plans are looked for early
ROUGHLY = 1e-3  # gap at which an early search of the last level stops
NEARBY = 0.03  # gap of the last level from which on a better plan is looked for beside the proof
FEW_ARCS = 40_000  # a relaxation over so many arcs is solved at once, a larger one by pricing
BEGIN_ARCS = 12  # arcs per kind with which pricing begins
KEPT_BACK = 0.15  # of the time, to find any plan at all where the goals' own search finds none
UNKNOWN_BOUND = -math.inf


@dataclass(frozen=True)
class Limits:
    """How long and how exactly: relative ``gap`` at which the last level may stop, ``workers`` for CP-SAT (0 = all);
    where it shall be ``repeatable``, searches end by themselves as long as the whole's time lasts."""

    gap: float = 0.0
    workers: int = 0
    seed: int = 1
    repeatable: bool = False


@dataclass
class Reached:
    """The state of a solve: the best columns found, and per level the value and bound in whole cost units."""

    values: Array | None = None
    value: list[float] = field(default_factory=list)
    bound: list[float] = field(default_factory=list)
    infeasible: bool = False
    relaxation: Answer | None = None


class Levels:
    """One run over a model."""

    def __init__(self, model: Searched, teller: Teller, limits: Limits, stop: threading.Event | None) -> None:
        self.model = model
        self.costs = model.costs_padded()
        self.teller = teller
        self.limits = limits
        self.stop = stop
        self.reached = Reached(bound=[UNKNOWN_BOUND] * len(self.costs))
        self.priced = Priced(model.go, model.arc_kind, model.kind_size)
        self.active = np.ones(len(model.arrays.lower), bool)
        self._many = many_arcs(model)
        self._accepting = threading.Lock()
        self._kept_back = KEPT_BACK * teller.left
        self.programs: list[ProgramArrays] = [model.arrays]
        self.limits_held: list[float] = []  # where the rows of programs[1], programs[2], … hold the earlier levels
        self.held: list[tuple[float, ...]] = [()] * len(self.costs)  # and where each level's bound held them

    def run(self) -> Reached:
        """Find and prove as much as the budget allows."""
        self._find()
        if self.reached.values is None and not self.reached.infeasible:
            self._anything()
        if self.reached.values is not None:
            self._forget_unmet()
            self._improve()
        return self.reached

    def _anything(self) -> None:
        """Any plan at all, in the time kept back for it: CP-SAT, from the start in which nobody moves."""
        nothing = np.zeros(len(self.active), dtype=np.int64)
        arrays, start = self.model.arrays, np.maximum(self.model.arrays.lower, 0)
        free = None if self.active.all() else self.active
        answer = constraint_program(arrays, nothing, seconds=self.teller.left, stop=self.stop, hint=start, free=free)
        if answer.values is not None:
            self.accept(answer.values)
        self.reached.infeasible = answer.outcome is Outcome.INFEASIBLE and free is None

    def _begin_with_few(self) -> None:
        """Over many arcs pricing begins with the cheapest ones of each kind."""
        go = self.model.go
        self.active[go] = False
        self.active[go[cheapest(self.costs[-1].coefficients[go], self.priced.kind, BEGIN_ARCS)]] = True

    def _find(self) -> None:
        """Every level but the last by itself; the last one as well where it is the only one."""
        for level in range(max(len(self.costs) - 1, 1)):
            if not self._alone(level):
                return

    def _forget_unmet(self) -> None:
        """A bound holds for plans that keep the earlier levels where it held them: for worse ones it says nothing."""
        for level in range(len(self.costs)):
            if self._unmet(level):
                self.reached.bound[level] = UNKNOWN_BOUND

    def _unmet(self, level: int) -> bool:
        """Whether the plan is worse in earlier levels than where a level's bound holds them."""
        return any(value > limit for value, limit in zip(self.reached.value, self.held[level], strict=False))

    def _forget(self, level: int) -> None:
        """Bounds from here on took for granted that an earlier level meets its target; it does not."""
        self.reached.bound[level:] = [UNKNOWN_BOUND] * (len(self.costs) - level)

    @property
    def _stopped(self) -> bool:
        return self.teller.left <= 0 or (self.stop is not None and self.stop.is_set())

    @property
    def clock_decided(self) -> bool:
        """Whether the time given, or a wish to stop, may have ended a search early, now or another time."""
        return not self.limits.repeatable or self._stopped or self.teller.left <= self._kept_back

    def _part(self, share: float, most: float = math.inf) -> float:
        """Seconds for one search: a share of what is left, or all of it where the clock shall not decide."""
        return self.teller.left if self.limits.repeatable else min(share * self.teller.left, most)

    # ---- levels --------------------------------------------------------------------------------------------------

    def _relax(self, program: ProgramArrays, level: int) -> Answer:
        """The relaxation of a level, as exactly as its bound needs: to the whole value, at the last level to 0.01 %."""
        cost, last = self.costs[level], level == len(self.costs) - 1
        method, then = self._methods(level)

        def enough(value: float, bound: float) -> bool:
            if whole_above(value, cost) == whole_above(bound, cost):
                return True
            return last and value - bound <= 1e-4 * abs(value + cost.constant)

        return relax_by_pricing(
            program,
            cost.coefficients,
            self.priced,
            self.active,
            seconds=self.teller.left,
            enough=enough,
            stop=self.stop,
            method=method,
            then=then,
        )

    def _methods(self, level: int) -> tuple[Method, Method | None]:
        """How the relaxations of a level are solved, and how in the end."""
        return Method.BARRIER if self._many and level >= 2 else Method.SIMPLEX, None

    def _alone(self, level: int) -> bool:
        """One level over all columns, its value held for the levels behind it; False where no plan is found."""
        free = np.ones(len(self.active), bool)
        answer = self._integer(self.programs[level], level, free, self._a_part(), self._gap_of(level))
        if math.isfinite(answer.bound):
            self._proven(level, answer.bound)
        self.reached.infeasible |= level == 0 and answer.outcome is Outcome.INFEASIBLE
        return self._taken(level, answer)

    def _taken(self, level: int, answer: Answer) -> bool:
        """Keep what a search has found, and hold the level at the best that is known of it; whether there is any."""
        if answer.values is not None:
            self.accept(answer.values)
        if self.reached.values is not None:
            self._hold(level, self.reached.value[level])
        return self.reached.values is not None

    def _a_part(self) -> float:
        """Seconds for one search, so that others have time behind it."""
        kept_back = 0.0 if self.reached.values is not None else self._kept_back
        return min(max(self._part(0.5), 1.0), self.teller.left - kept_back)

    def _gap_of(self, level: int) -> float:
        """The relative gap at which the first search of a level may stop."""
        return self.limits.gap if level == len(self.costs) - 1 else 0.0

    def _proven(self, level: int, bound: float) -> None:
        """A level's bound, which takes for granted that the earlier levels are held as they are."""
        self.reached.bound[level] = max(self.reached.bound[level], whole_above(bound, self.costs[level]))
        self.held[level] = tuple(self.limits_held[:level])
        self._tell(level)

    def _hold(self, level: int, value: float) -> None:
        """The program of the next level: this one held at a value."""
        del self.programs[level + 1 :], self.limits_held[level:]
        self.programs.append(self.programs[level].with_row(self.costs[level].coefficients, value))
        self.limits_held.append(value)

    # ---- solutions -----------------------------------------------------------------------------------------------

    def _promising(self, relaxation: Answer, arcs: int) -> Array:
        """Every column but those arcs whose reduced cost is not among the smallest."""
        relaxed = relaxation.values
        if relaxed is None or relaxation.reduced is None:
            return np.ones(len(self.active), bool)
        free = np.ones(len(relaxed), bool)
        go = self.model.go
        reduced = relaxation.reduced[go]
        most = min(len(go), arcs * len(self.model.kind_size))
        if most < len(go):
            limit = np.partition(reduced, most)[most]
            free[go] = (relaxed[go] > TOLERANCE) | (reduced < limit)
        return free

    def _integer(
        self,
        program: ProgramArrays,
        level: int,
        free: Array,
        seconds: float,
        gap: float,
        stop: threading.Event | None = None,
    ) -> Answer:
        """The integer program of a level over its free columns; ``stop``: what ends it instead of the whole's."""
        prices, seed = self.costs[level].coefficients, self.limits.seed
        return integer_program(program, prices, seconds=seconds, gap=gap, seed=seed, free=free, stop=stop or self.stop)

    def accept(self, values: Array, tie: bool = False) -> None:
        """Keep a plan that is better in the order of the levels, or, where it shall win a ``tie``, as good."""
        values = self._settled(values)
        told = self._told(values)
        with self._accepting:
            if self.reached.values is None or told < self.reached.value or (tie and told == self.reached.value):
                self.reached.values, self.reached.value = values, told
                for level in range(len(self.costs)):
                    self._tell(level)

    def _told(self, values: Array) -> list[float]:
        return [float(cost.coefficients @ values) for cost in self.costs]

    def _settled(self, values: Array) -> Array:
        return self._settle(values)

    def _settle(self, values: Array) -> Array:
        """The same moves with every other column as cheap as they allow: a level leaves those of later levels loose."""
        return settled(self.model, self.costs, values, max(self._part(0.0), SECONDS))

    def _tell(self, level: int) -> None:
        cost, reached = self.costs[level], self.reached
        best = None if not reached.value else (reached.value[level] + cost.constant) / cost.scale
        bound = reached.bound[level]
        told = None if math.isinf(bound) or self._unmet(level) else (bound + cost.constant) / cost.scale
        self.teller.tell(level + 1, cost.id, best, told)

    # ---- the last level ------------------------------------------------------------------------------------------

    def _gap(self) -> float:
        """Distance of the last level from its bound, relative to its value in points."""
        cost, reached = self.costs[-1], self.reached
        value, bound = reached.value[-1] + cost.constant, reached.bound[-1] + cost.constant
        return max(value - bound, 0.0) / max(abs(value), 1e-9)

    def _done(self) -> bool:
        return self._stopped or self._gap() <= self.limits.gap

    def _improve(self) -> None:
        """Narrow the gaps that are left, the last level's from both sides, while time is left."""
        while not self._done():
            before = (tuple(self.reached.value), tuple(self.reached.bound))
            program = self._held_program()
            relaxation = self._last_relaxation(program)
            if relaxation is None:
                return
            if self._gap() > NEARBY and not self.limits.repeatable:
                self._prove_beside(program, relaxation)
            else:
                self._prove(program, relaxation)
            self._prove_earlier()
            if not self._done() and tuple(self.reached.value[:-1]) == before[0][:-1]:
                self._polish(program, relaxation)
            if (tuple(self.reached.value), tuple(self.reached.bound)) == before:
                break

    def _last_relaxation(self, program: ProgramArrays) -> Answer | None:
        """The last level's relaxation with the earlier levels held at what is reached; ``None``: no time for it."""
        last, reached = len(self.costs) - 1, self.reached
        held, known = tuple(reached.value[:-1]), UNKNOWN_BOUND
        if held == self.held[last] and math.isfinite(reached.bound[last]):
            if reached.relaxation is not None:
                return reached.relaxation
            known = reached.bound[last]
        relaxation = self._relax(program, last)
        if relaxation.outcome is not Outcome.OPTIMAL or relaxation.reduced is None:
            return None
        reached.bound[last] = max(known, whole_above(relaxation.bound, self.costs[last]))
        reached.relaxation, self.held[last] = relaxation, held
        self._tell(last)
        return relaxation

    def _held_program(self) -> ProgramArrays:
        """The program with every level but the last held at what it reached."""
        program = self.model.arrays
        for cost, value in zip(self.costs[:-1], self.reached.value, strict=False):
            program = program.with_row(cost.coefficients, value)
        return program

    def _worth_trying(self, relaxation: Answer) -> tuple[Array, bool]:
        """Every column that a better plan may use, and True; or, where those are too many, the promising ones."""
        free = self._within(relaxation)
        if int(free[self.model.go].sum()) <= 2 * FEW_ARCS or self.reached.values is None:
            return free, True
        return self._promising(relaxation, MANY_ARCS) | (self.reached.values != 0), False

    def _within(self, relaxation: Answer) -> Array:
        """Every column that a better plan may use."""
        free, reduced = np.ones(len(self.active), bool), relaxation.reduced
        if reduced is not None:
            free[self.model.go] = reduced[self.model.go] <= self.reached.value[-1] - relaxation.bound + TOLERANCE
        return free

    def _prove_earlier(self) -> None:
        """Bounds of earlier levels that their own search has left open."""

    def _prove_beside(self, program: ProgramArrays, relaxation: Answer) -> None:
        """The same, and beside it a good plan soon, looked for among few arcs: a proof may take long."""
        proven, last = threading.Event(), len(self.costs) - 1

        def soon() -> None:
            for arcs in (FEWER_ARCS, MANY_ARCS):
                free = self._promising(relaxation, arcs)
                answer = self._integer(program, last, free, self.teller.left, max(self.limits.gap, ROUGHLY), proven)
                if answer.values is not None:
                    self.accept(answer.values)
                    return

        with ThreadPoolExecutor(1) as pool:
            early = pool.submit(soon)
            self._prove(program, relaxation)
            proven.set()
            early.result()

    def _prove(self, program: ProgramArrays, relaxation: Answer) -> None:
        """An integer program over the columns worth trying; its bound counts where a better plan may use no others."""
        last = len(self.costs) - 1
        free, complete = self._worth_trying(relaxation)
        answer = self._integer(program, last, free, self._part(0.6), self.limits.gap)
        if answer.values is not None:
            self.accept(answer.values, tie=complete)  # so that the plan does not depend on what was found beside it
        if not complete or (answer.outcome is Outcome.UNKNOWN and math.isinf(answer.bound)):
            return
        exact = answer.outcome is Outcome.OPTIMAL and self.limits.gap == 0  # to the unit, which rounding may miss
        proven = min(answer.value if exact else whole_above(answer.bound, self.costs[last]), self.reached.value[last])
        self.reached.bound[last] = max(self.reached.bound[last], proven)
        self._tell(last)

    def _polish(self, program: ProgramArrays, relaxation: Answer) -> None:
        """CP-SAT from the best plan."""
        last, cost = len(self.costs) - 1, self.costs[-1]
        free, complete = self._worth_trying(relaxation)

        def tell(value: float, bound: float) -> None:
            told = (value + cost.constant) / cost.scale
            self.teller.tell(last + 1, cost.id, told, (self.reached.bound[last] + cost.constant) / cost.scale)

        answer = constraint_program(
            program,
            cost.coefficients,
            seconds=self._part(0.9),
            gap=self.limits.gap,
            workers=1 if self.limits.repeatable else self.limits.workers,
            seed=self.limits.seed,
            hint=self.reached.values,
            free=free,
            bound=self.reached.bound[last],
            tell=tell,
            stop=self.stop,
        )
        if answer.values is not None:
            self.accept(answer.values)
        if complete and answer.outcome is Outcome.OPTIMAL and self.limits.gap == 0:
            self.reached.bound[last] = self.reached.value[last]
        self._tell(last)


def many_arcs(model: Searched) -> bool:
    """Whether a model has so many arcs that it is searched level by level over few of them (`solve.wide`)."""
    return len(model.go) > FEW_ARCS


def whole_above(bound: float, cost: Cost) -> float:
    """The least value that whole columns can have at or above a bound: a multiple of the coefficients' divisor."""
    if math.isinf(bound):
        return bound
    step = int(np.gcd.reduce(cost.coefficients)) or 1
    # What a solver tells as 97.0000001 may be 97: a little less is taken as proven than it says.
    less = TOLERANCE * max(1.0, abs(bound))
    return float(math.ceil((bound - less) / step) * step)
