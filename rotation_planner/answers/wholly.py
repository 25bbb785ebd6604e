"""The least that places of the whole district give together, also where it has very many arcs.

The program in which places give at a price is solved like a goal: its relaxation by pricing bounds what any plan gives;
an integer program over the arcs, and the places that give, worth looking at finds what is enough. Schools over their
limit stay shut at first: to open one costs far more than the relaxation, which opens a hundredth of it, can see.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from rotation_planner.answers.giving import SLIGHT, Floors, Giving, amounts_of
from rotation_planner.answers.pieces import Amounts, Side
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import Answer, Outcome, clock, integer_program
from rotation_planner.solve.pricing import Priced, cheapest, relax_by_pricing

ARCS, FEWER = 6, 2  # of each kind of people among which what is enough is looked for; of very many arcs fewer
NEAR = 0.01  # of very many arcs: so near to the least among those looked at is enough
FOR_SOLUTION = 0.75  # of the time left, to find it
DEAR = 0.6  # places whose giving would have to be so much cheaper to be worth it are held
FEW_ARCS = 5_000  # so many are looked at all at once
MANY_ARCS = 60_000  # over more the integer program of everything is no help


@dataclass(frozen=True, eq=False)
class Least:
    """What gives in one of the ways with the least in all, a solution then, and whether less is proven impossible.
    Without a solution it is a bound only; ``impossible``: whatever these places give there is none."""

    amounts: dict[Side, int]
    values: Array | None
    bound: float
    proven: bool
    impossible: bool = False


class Wholly:
    """Asks the whole program of places; over few arcs (``few``) by one integer program of everything."""

    def __init__(self, giving: Giving, few: int = FEW_ARCS) -> None:
        self._giving, self._few_arcs = giving, few
        people = giving.model.people
        self._priced = Priced(giving.model.go, people.seats.person, people.kind_size)
        self._spread = (np.arange(len(giving.model.go)) * 7919) % max(len(giving.model.go), 1)

    def least(
        self,
        soft: Collection[int] | None = None,
        given: Amounts | None = None,
        *,
        floors: Floors = (),
        seconds: float,
    ) -> Least:
        """The least found that the places ``soft`` (all when ``None``) give in all so that there is a solution, after
        what has been ``given``, and what its relaxation proves; ``floors``: what places are known to give at least."""
        until = clock() + min(seconds, self._giving.left)
        program, cost, sides = self._giving.priced(soft, given or {}, floors)
        if len(self._giving.model.go) <= self._few_arcs:
            return self._told(integer_program(program, cost, seconds=until - clock(), stop=self._giving.stop), sides)
        active = np.append(self._giving.few(), np.ones(len(sides), bool))
        known = float(sum(least for _, least in floors))
        # First what is enough; the bound, of schools open too, in the time that is left then.
        shut = replace(program, upper=self._shut(program))
        answer = self._relax(shut, cost, active, until)
        found = None if answer.outcome is not Outcome.OPTIMAL else self._narrow(shut, cost, answer, until)
        relaxed = self._relax(program, cost, active, until)
        if relaxed.outcome is Outcome.INFEASIBLE:
            return Least({}, None, math.inf, True, impossible=True)
        if found is None:
            found = self._narrow(program, cost, relaxed, until)
        return self._told(found, sides, max(known, _whole(relaxed.bound)))

    def _told(self, answer: Answer | None, sides: list[Side], bound: float = -math.inf) -> Least:
        """What an answer says, beside a bound known otherwise (unless the answer is of all columns)."""
        if answer is None:
            return Least({}, None, bound, False)
        if math.isinf(bound):
            bound = _whole(answer.bound)
        if answer.values is None:
            return Least({}, None, bound, False, impossible=answer.outcome is Outcome.INFEASIBLE)
        columns = len(self._giving.arrays.lower)
        told = amounts_of(answer.values[columns:], sides)
        return Least(told, answer.values[:columns], bound, answer.value < bound + 1 - SLIGHT)

    def proven(self, least: Least, floors: Floors, *, seconds: float) -> Least:
        """What all places give, with a better bound: of the program of everything, or, over very many arcs, roughly;
        less, where that is found."""
        giving, until = self._giving, clock() + min(seconds, self._giving.left)
        value = sum(least.amounts.values())
        if least.proven or least.values is None:
            return least
        if len(giving.model.go) > MANY_ARCS:
            bound = max(least.bound, _whole(giving.at_least(seconds=until - clock())))
            return replace(least, bound=bound, proven=value < bound + 1 - SLIGHT)
        program, cost, sides = giving.priced(None, {}, floors)
        found = self._told(integer_program(program, cost, seconds=until - clock(), stop=giving.stop), sides)
        bound = max(least.bound, found.bound)
        if found.values is not None and sum(found.amounts.values()) < value:
            least, value = found, sum(found.amounts.values())
        return replace(least, bound=bound, proven=value < bound + 1 - SLIGHT)

    def _shut(self, program: ProgramArrays) -> Array:
        """The bounds of the columns with every school over its limit as shut as it is in the model."""
        upper, known = program.upper.copy(), self._giving.model.arrays.upper
        upper[: len(known)] = np.minimum(upper[: len(known)], known)
        return upper

    def _relax(self, program: ProgramArrays, cost: Array, active: Array, until: float) -> Answer:
        def enough(value: float, bound: float) -> bool:
            return _whole(value) == _whole(bound)

        stop = self._giving.stop
        return relax_by_pricing(program, cost, self._priced, active, seconds=until - clock(), enough=enough, stop=stop)

    def _narrow(self, program: ProgramArrays, cost: Array, relaxed: Answer, until: float) -> Answer | None:
        """The integer program over the columns that a relaxation finds worth looking at."""
        if relaxed.values is None or relaxed.reduced is None:
            return None
        go, columns = self._giving.model.go, len(self._giving.arrays.lower)
        free, used = np.ones(len(cost), bool), relaxed.values > SLIGHT
        price = relaxed.reduced[go] + 1e-9 * self._spread
        free[go] = used[go]
        many = len(go) > MANY_ARCS
        free[go[cheapest(price, self._priced.kind, FEWER if many else ARCS)]] = True
        for dear in (DEAR, math.inf):
            free[columns:] = used[columns:] | (relaxed.reduced[columns:] < dear)
            seconds = FOR_SOLUTION * (until - clock())
            gap, stop = NEAR if many else 0.0, self._giving.stop
            answer = integer_program(program, cost, seconds=seconds, gap=gap, free=free, stop=stop)
            if answer.values is not None:
                return answer
        return None


def _whole(bound: float) -> float:
    """The least whole number that a bound allows."""
    return float(math.ceil(bound - SLIGHT * max(1.0, abs(bound)))) if math.isfinite(bound) else bound
