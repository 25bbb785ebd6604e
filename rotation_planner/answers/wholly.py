"""The least that places of the whole district give together, also where it has very many arcs.

The program in which places give at a price is looked at over pools of kinds of people: the arcs that its relaxation
finds worth looking at lead to what is enough, which is then found again over the arcs themselves; that less is not
enough is proven over all arcs of the pools. Schools over their limit stay shut at first: to open one costs far more
than a relaxation can see.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from rotation_planner.answers.giving import SLIGHT, Floors, Giving, amounts_of
from rotation_planner.answers.opening import Openings
from rotation_planner.answers.pieces import Amounts, Side
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import INFINITY, ProgramArrays
from rotation_planner.solve.engines import Answer, Outcome, clock, integer_program, relax
from rotation_planner.solve.pools import Pools
from rotation_planner.solve.pricing import cheapest

ARCS = 6  # of each pool among which what is enough is looked for
MORE = 3  # of each kind of people, where the arcs of the pools do not do
DEAR = 0.95  # places whose giving would have to be so much cheaper to be worth it are held at first
FOR_SOLUTION = 0.75  # of the time left, to find it
AT_LAST = 1_000  # the price of what gives only where nothing else helps
NEAR = 1e-3  # of the value: so near to the least over those arcs is enough
A_MOMENT = 0.1  # of it, for one a little better
FEW_ARCS = 5_000  # so many are looked at all at once
MANY_ARCS = 60_000  # over more the integer program of everything is no help
NOTHING = Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)


@dataclass(frozen=True, eq=False)
class Least:
    """What gives in one of the ways with the least in all, a solution then, and whether less is proven impossible.
    Without a solution it is a bound only; ``impossible``: whatever these places give there is none."""

    amounts: dict[Side, int]
    values: Array | None
    bound: float
    proven: bool
    impossible: bool = False


UNKNOWN = Least({}, None, -math.inf, False)


class Wholly:
    """Asks the whole program of places; over few arcs (``few``) by one integer program of everything."""

    def __init__(self, giving: Giving, few: int = FEW_ARCS) -> None:
        self._giving, self._few_arcs = giving, few
        self._spread = (np.arange(len(giving.model.go)) * 7919) % max(len(giving.model.go), 1)

    def least(
        self,
        soft: Collection[int] | None = None,
        given: Amounts | None = None,
        *,
        floors: Floors = (),
        dear: Collection[int] = (),
        seconds: float,
    ) -> Least:
        """The least found that the places ``soft`` (all when ``None``) give in all so that there is a solution, after
        what has been ``given``; ``floors``: what places are known to give at least; ``dear``: those of ``soft`` that
        give only where nothing else helps."""
        giving, until = self._giving, clock() + min(seconds, self._giving.left)
        if clock() >= until:
            return UNKNOWN
        program, cost, sides = giving.priced(soft, given or {}, floors)
        if dear:
            cost[len(cost) - len(sides) :][[number in dear for number, _ in sides]] = AT_LAST
        known = float(sum(least for _, least in floors)) if soft is None else -math.inf
        if len(giving.model.go) <= max(self._few_arcs, 0):
            found = integer_program(program, cost, seconds=until - clock(), stop=giving.stop)
            known = max(known, _whole(found.bound))
        else:
            found = self._found(replace(program, upper=self._shut(program)), cost, until)
            if found.values is None:  # what shut schools refuse, open ones may allow
                late = clock() >= until
                found = NOTHING if late else self._found(self._open(program, given or {}, sides), cost, until)
        return self._told(found, sides, known)

    def _told(self, answer: Answer, sides: list[Side], bound: float) -> Least:
        if answer.values is None:
            return Least({}, None, bound, False, impossible=answer.outcome is Outcome.INFEASIBLE)
        columns = len(self._giving.arrays.lower)
        told = amounts_of(answer.values[columns:], sides)
        return Least(told, answer.values[:columns], bound, answer.value < bound + 1 - SLIGHT)

    def proven(self, least: Least, floors: Floors, *, seconds: float, stop: threading.Event | None = None) -> Least:
        """What all places give, with the proof that no less is enough, or less, where that is found."""
        giving, until = self._giving, clock() + seconds
        if least.proven or least.values is None:
            return least
        program, cost, sides = giving.priced(None, {}, floors)
        program = self._open(program, {}, sides)
        value = sum(least.amounts.values())
        pools = Pools(giving.model, program)
        prices, stop = pools.cost(cost), stop or giving.stop
        answer = integer_program(pools.arrays, prices, seconds=until - clock(), below=value, presolve=False, stop=stop)
        bound = max(least.bound, min(_whole(answer.bound), value))
        if answer.values is not None and answer.value < value - SLIGHT:
            least = self._less(least, self._lifted(pools, answer, program, cost, until, exact=True), sides)
        value = sum(least.amounts.values())
        if value > bound and len(giving.model.go) <= MANY_ARCS and clock() < until:  # what pools do not tell apart
            answer = integer_program(program, cost, seconds=until - clock(), below=value, presolve=False, stop=stop)
            bound = max(bound, min(_whole(answer.bound), value))
            least = self._less(least, answer, sides)
            value = sum(least.amounts.values())
        return replace(least, bound=bound, proven=value < bound + 1 - SLIGHT)

    def _less(self, least: Least, answer: Answer, sides: list[Side]) -> Least:
        """The better one of what was known and what an answer says."""
        if answer.values is None or answer.value > sum(least.amounts.values()) - 1 + SLIGHT:
            return least
        return self._told(answer, sides, least.bound)

    def _shut(self, program: ProgramArrays) -> Array:
        """The bounds of the columns with every school over its limit as shut as it is in the model."""
        upper, known = program.upper.copy(), self._giving.model.arrays.upper
        upper[: len(known)] = np.minimum(upper[: len(known)], known)
        return upper

    def _open(self, program: ProgramArrays, given: Amounts, sides: list[Side]) -> ProgramArrays:
        """The program with what is true of whole schools that open."""
        rows, high = Openings(self._giving, program.upper, given, sides).rows()
        none = np.full(len(high), -INFINITY)
        return _flat(program.with_rows(rows, none, high) if len(high) else program)

    def _found(self, program: ProgramArrays, cost: Array, until: float) -> Answer:
        """What is enough, over the arcs of pools that a relaxation finds worth looking at. ``INFEASIBLE``: nothing
        is."""
        stop, flat = self._giving.stop, _flat(program)
        pools = Pools(self._giving.model, flat)
        prices = pools.cost(cost)
        relaxed = relax(pools.arrays, prices, seconds=until - clock(), stop=stop)
        if relaxed.values is None or relaxed.reduced is None:
            return relaxed
        free = pools.narrow(relaxed, ARCS)
        giving = pools.at(np.arange(len(self._giving.arrays.lower), len(cost)))
        held = free.copy()
        held[giving] = (relaxed.values[giving] > SLIGHT) | (relaxed.reduced[giving] < DEAR)
        for those in (held, free):
            seconds = FOR_SOLUTION * (until - clock())
            answer = integer_program(pools.arrays, prices, seconds=seconds, free=those, stop=stop)
            if answer.values is not None:
                return self._lifted(pools, answer, flat, cost, until)
        return NOTHING

    def _lifted(
        self, pools: Pools, answer: Answer, program: ProgramArrays, cost: Array, until: float, *, exact: bool = False
    ) -> Answer:
        """A solution over pools as one over the arcs that these use: the same otherwise, or near to it; ``exact``: for
        one as good as that over pools other arcs are looked at for longer."""
        if answer.values is None:
            return NOTHING
        go, stop = self._giving.model.go, self._giving.stop
        stands = pools.others(answer.values, np.zeros(len(cost)))
        free = np.zeros(len(cost), bool)
        free[go] = pools.used(answer.values)
        found = integer_program(program, cost, seconds=until - clock(), free=free, fixed=stands, stop=stop)
        used, few = np.ones(len(cost), bool), np.zeros(len(cost), bool)
        used[go] = free[go]
        few[go[cheapest(self._spread, self._giving.model.people.seats.person, MORE)]] = True
        for wider in (used, used | few):
            if found.values is None or found.value > answer.value + SLIGHT:
                share = FOR_SOLUTION if found.values is None or exact else A_MOMENT
                seconds, gap = share * (until - clock()), 0.0 if exact else NEAR
                better = integer_program(program, cost, seconds=seconds, gap=gap, free=wider, stop=stop)
                found = better if better.value < found.value else found
        return NOTHING if found.values is None else found


def solved(giving: Giving) -> Array | None:
    """Any solution where all places hold: over many arcs by way of pools."""
    if len(giving.model.go) <= MANY_ARCS:
        return giving.solution().values
    return Wholly(giving).least((), seconds=giving.left).values


def _flat(program: ProgramArrays) -> ProgramArrays:
    """All rows in one matrix."""
    return ProgramArrays(program.lower, program.upper, program.matrix, program.row_lower, program.row_upper)


def _whole(bound: float) -> float:
    """The least whole number that a bound allows."""
    return float(math.ceil(bound - SLIGHT * max(1.0, abs(bound)))) if math.isfinite(bound) else bound
