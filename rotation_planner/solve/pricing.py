"""The linear relaxation over all columns, solved over few: columns are priced and taken in while they promise a gain.

The bound holds for every column, also those never taken in: with any prices of the rows, what an outside column could
still gain is at most its reduced cost times the number of people of its kind.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from rotation_planner.model.program import INFINITY, Array, ProgramArrays
from rotation_planner.solve.engines import Answer, Method, Outcome, clock, relax

A_ROUND = 12  # columns taken in per kind and round: few rounds matter more than few columns
GAIN = 1e-6
STALLED = 3  # rounds without a lower value after which a near bound is taken as it is
NEAR = 2e-3


@dataclass(frozen=True, eq=False)
class Priced:
    """Columns that may stay outside at 0: their numbers, the kind of each, the people of each kind."""

    columns: Array
    kind: Array
    size: Array


def relax_by_pricing(
    program: ProgramArrays,
    cost: Array,
    priced: Priced,
    active: Array,
    *,
    seconds: float,
    enough: Callable[[float, float], bool],
    stop: threading.Event | None = None,
    method: Method = Method.SIMPLEX,
    then: Method | None = None,
) -> Answer:
    """The relaxation over all columns. ``active`` (bool per column) says where to begin and is enlarged in place.

    ``bound`` of the answer holds for all columns; ``value`` is the relaxation over the active ones and is reached when
    no outside column promises a gain; ``enough(value, bound)`` may end it before. ``reduced`` and ``duals`` are those
    that prove the bound, for all columns. Where time ends before, there are no values, and the bound is what is known.
    ``then``: the method once a round does not lower the value. A corner has prices at which many columns seem to gain
    that do not: those of an inner point prove more.
    """
    until = clock() + seconds
    best = -math.inf
    phase_one = False
    middle: Array | None = None
    before, stalled = math.inf, 0
    corner: Answer | None = None
    presolve = True
    proof: tuple[Array | None, Array | None] = (None, None)
    while True:
        left = until - clock()
        answer = _over(program, cost, active, left, stop, artificial=phase_one, method=method, presolve=presolve)
        if answer.outcome is Outcome.INFEASIBLE and not phase_one:
            phase_one = True
            continue
        if answer.duals is None or answer.values is None:
            if corner is not None:
                return replace(corner, bound=best, reduced=proof[0], duals=proof[1])
            if method is not Method.SIMPLEX and answer.outcome is Outcome.UNKNOWN and clock() < until:
                # Barrier steps give up on some programs, or only on what presolve has made of them.
                if presolve and method is Method.INNER:
                    presolve = False
                else:
                    method, then, presolve = Method.SIMPLEX, None, True
                continue
            return Answer(answer.outcome, None, math.inf, best, *proof)
        if phase_one and answer.value <= GAIN:
            phase_one = False
            continue
        prices = np.zeros(len(cost)) if phase_one else cost
        reduced = calm = prices - program.weighed(answer.duals)
        outside = priced.columns[~active[priced.columns]]
        of_kind = priced.kind[~active[priced.columns]]
        gains = reduced[outside] < -GAIN
        if phase_one:
            if not gains.any():
                return Answer(Outcome.INFEASIBLE, None, math.inf, math.inf)
        else:
            # Prices that leap from round to round prove little each; calm ones in their middle prove more.
            middle = answer.duals if middle is None else (middle + answer.duals) / 2
            for duals in (answer.duals, middle):
                bound, calm = _proven(program, cost, duals, priced)
                if bound > best:
                    best, proof = bound, (calm, duals)
            stalled = stalled + 1 if answer.value >= before - GAIN else 0
            before = answer.value
            tired = stalled >= STALLED and near_enough(answer.value, best)
            if not gains.any() or tired or enough(answer.value, best):
                if corner is not None and corner.value <= answer.value + GAIN * abs(answer.value):
                    answer = corner
                return replace(answer, bound=best, reduced=proof[0], duals=proof[1])
            if then is not None and stalled and method is not then:
                corner, method, stalled = answer, then, 0
        for asked in (reduced, calm):
            promising = np.flatnonzero(asked[outside] < -GAIN)
            taken = promising[cheapest(asked[outside[promising]], of_kind[promising], A_ROUND)]
            active[outside[taken]] = True


def relax_with_prices(
    program: ProgramArrays,
    cost: Array,
    rows: Array,
    duals: Array,
    priced: Priced,
    active: Array,
    *,
    seconds: float,
    enough: Callable[[float, float], bool],
    stop: threading.Event | None = None,
) -> Answer:
    """Lagrangian relaxation: ``rows`` (bool per row) need not be kept, but have the prices that ``duals`` give them;
    the others are kept as in ``relax_by_pricing``. The bound holds for the program with all its rows; ``value`` is that
    of this relaxation, ``duals`` those given and found."""
    at = np.where(duals > 0, program.row_lower, program.row_upper)
    own = np.where(rows & np.isfinite(at), duals, 0.0)
    paid = float(own[own != 0] @ at[own != 0])
    low, high = np.where(rows, -INFINITY, program.row_lower), np.where(rows, INFINITY, program.row_upper)
    answer = relax_by_pricing(
        program.bounded(low, high),
        cost - program.weighed(own),
        priced,
        active,
        seconds=seconds,
        enough=lambda value, bound: enough(value + paid, bound + paid),
        stop=stop,
    )
    found = None if answer.duals is None else np.where(rows, own, answer.duals)
    return replace(answer, value=answer.value + paid, bound=answer.bound + paid, duals=found)


def near_enough(value: float, bound: float) -> bool:
    """Whether more rounds, which no longer lower the value, are left for later."""
    return value - bound <= NEAR * abs(value)


def _proven(program: ProgramArrays, cost: Array, duals: Array, priced: Priced) -> tuple[float, Array]:
    """The bound that any prices of the rows prove, and the reduced costs it rests on: of each kind no more people can
    gain than there are."""
    at = np.where(duals > 0, program.row_lower, program.row_upper)
    counts = np.isfinite(at) & (duals != 0)
    prices = np.where(counts, duals, 0.0)
    reduced = cost - program.weighed(prices)
    own = np.ones(len(cost), bool)
    own[priced.columns] = False
    rest = np.where(reduced > 0, reduced * program.lower, reduced * program.upper)[own].sum()
    gain = -reduced[priced.columns]
    bound = float(prices[counts] @ at[counts]) + float(rest) - _most(gain, priced.kind, gain > 0, priced.size)
    return bound, reduced


def _over(
    program: ProgramArrays,
    cost: Array,
    active: Array,
    seconds: float,
    stop: threading.Event | None,
    *,
    artificial: bool,
    method: Method,
    presolve: bool,
) -> Answer:
    """The relaxation over the active columns; ``artificial`` asks instead how far the rows are from being kept."""
    matrix, lower, upper, prices = program.over(active), program.lower[active], program.upper[active], cost[active]
    if artificial:
        rows = len(program.row_lower)
        matrix = sp.hstack([matrix, sp.identity(rows), -sp.identity(rows)], format="csr")
        prices = np.append(np.zeros(len(prices)), np.ones(2 * rows))
        lower, upper = np.append(lower, np.zeros(2 * rows)), np.append(upper, np.full(2 * rows, INFINITY))
    part = ProgramArrays(lower, upper, matrix, program.row_lower, program.row_upper)
    answer = relax(part, prices, seconds=seconds, stop=stop, method=method, presolve=presolve)
    if answer.values is None:
        return answer
    values = np.zeros(len(cost))
    values[active] = answer.values[: int(active.sum())]
    return Answer(answer.outcome, values, answer.value, answer.bound, None, answer.duals)


def _most(gain: Array, kind: Array, gains: Array, size: Array) -> float:
    """The most that outside columns can gain: the best of each kind, for all its people."""
    best = np.zeros(len(size))
    np.maximum.at(best, kind[gains], gain[gains])
    return float(best @ size)


def cheapest(price: Array, kind: Array, count: int) -> Array:
    """Positions of the ``count`` cheapest entries of each kind."""
    rows = np.lexsort((price, kind))
    first = np.searchsorted(kind[rows], kind[rows], side="left")
    return rows[np.arange(len(rows)) - first < count]


def counted(part: ProgramArrays, cost: Array, duals: Array) -> tuple[float, Array]:
    """What prices of the rows prove: a bound for every solution, and the reduced costs; prices of bounds that a row
    does not have count for nothing."""
    at = np.where(duals > 0, part.row_lower, part.row_upper)
    counts = np.isfinite(at) & (duals != 0)
    prices = np.where(counts, duals, 0.0)
    reduced = cost - part.weighed(prices)
    bound = float(prices[counts] @ at[counts])
    return bound + float(np.where(reduced > 0, reduced * part.lower, reduced * part.upper).sum()), reduced
