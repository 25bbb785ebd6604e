"""Among equally good plans the lot decides, so that a plan proven best is the same wherever it is made.

Every group of alike people and every place open to it has a lot: the first 20 bits of SHA-256 of the published draw
number and of what the group and the place are called in the data. Of all plans that reach the same proven goals the one
whose lots add up to least is taken (who moves counts the group's lot once, and the lot of the place once). It is told
as decided only where it is also proven that no other plan does as well: then neither the seed, nor the number of
workers, nor the order of rows in the files, nor the machine can have made it another one.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from rotation_planner.model.model import Model
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Outcome, clock, integer_program, relax
from rotation_planner.solve.pricing import counted

HIGHEST = 1 << 20
MOST_COLUMNS = 60_000  # more that may still differ are not drawn for


@dataclass(frozen=True, eq=False)
class Drawn:
    """``values``: all columns of the plan that the lot takes; ``decided``: whether no other plan does as well by goals
    and lots, proven; ``columns``: how many could still differ among equally good plans when lots were drawn."""

    values: Array
    decided: bool
    columns: int


def by_lot(
    model: Model, values: Array, draw: int, *, seconds: float, seed: int = 0, stop: threading.Event | None = None
) -> Drawn:
    """Of all plans as good as this one in every goal the one that the lots take.

    ``values``: the columns of a plan whose goals are all proven best. Where ``seconds`` are not enough the plan is the
    best found, and not decided.
    """
    until = clock() + seconds
    program, open_ = _as_good(model, values, until, stop)
    own = np.zeros(len(values), bool)
    own[model.leave] = own[model.go] = True
    columns = int((open_ & own).sum())
    if columns > MOST_COLUMNS:
        return Drawn(values, False, columns)
    lots = lots_of(model, draw, open_)
    fixed = values.copy()
    answer = integer_program(
        program, lots, seconds=until - clock(), gap=1e-9, seed=seed, free=open_, fixed=fixed, stop=stop
    )
    best = values if answer.values is None or answer.value > float(lots @ values) else answer.values
    while True:
        other = _another(program, lots, best, open_, own & open_)
        found = integer_program(
            other.program, other.cost, seconds=until - clock(), gap=1e-9, seed=seed, free=other.free,
            fixed=other.fixed, stop=stop,
        )  # fmt: skip
        if found.outcome is Outcome.INFEASIBLE:
            return Drawn(best, True, columns)
        if found.values is None:
            return Drawn(best, False, columns)
        another = found.values[: len(values)]
        if float(lots @ another) >= float(lots @ best):
            return Drawn(best, False, columns)  # two plans, one sum: the lots do not decide
        best = another


def lots_of(model: Model, draw: int, wanted: Array) -> Array:
    """The lots of the columns of ``wanted`` that say who leaves and who goes where, 0 of all others: int64[columns]."""
    lots = np.zeros(model.program.columns, dtype=np.int64)
    people, ground = model.people, model.ground
    ids = ground.district.staff["staff_id"].to_numpy(object)[people.people]
    groups, kinds = _first_of(ids, people.group, len(model.leave)), _first_of(ids, people.kind, len(people.kind_person))
    for number in np.flatnonzero(wanted[model.leave]).tolist():
        lots[model.leave[number]] = _lot(draw, "leave", groups[number])
    schools = ground.district.schools["school_id"].tolist()
    to, seats = ground.destinations, people.seats
    for arc in np.flatnonzero(wanted[model.go]).tolist():
        place = int(seats.destination[arc])
        told = (schools[int(to.school[place])], str(to.department[place]), str(int(to.way[place])))
        lots[model.go[arc]] = _lot(draw, "go", kinds[int(seats.person[arc])], *told, *seats.options[seats.option[arc]])
    return lots


def _lot(draw: int, *called: str) -> int:
    """1 to 2^20, from the draw number and what is drawn for."""
    told = "\t".join((str(draw), *called)).encode("utf-8")
    return 1 + int.from_bytes(hashlib.sha256(told).digest()[:4], "big") % HIGHEST


def _first_of(ids: Array, member: Array, count: int) -> list[str]:
    """What each group is called: the first of its people by staff_id as text."""
    found = [""] * count
    for name, number in sorted(zip(ids.tolist(), member.tolist(), strict=True), reverse=True):
        found[number] = name
    return found


def _as_good(model: Model, values: Array, until: float, stop: threading.Event | None) -> tuple[ProgramArrays, Array]:
    """The program of all plans that are as good in every goal, and the columns in which they can differ.

    A column whose price exceeds the distance from a level's bound to its value stands where it is cheapest in every
    plan that is as good; the bound and the prices are counted from the duals themselves (see `pricing.counted`).
    """
    program = model.arrays
    free = np.ones(len(values), bool)
    for cost in model.costs_padded():
        value = float(cost.coefficients @ values)
        answer = relax(program, cost.coefficients, seconds=until - clock(), stop=stop)
        if answer.duals is not None:
            bound, reduced = counted(program, cost.coefficients, answer.duals)
            room = max(value - bound, 0.0)
            most = room + TOLERANCE * max(1.0, abs(value))
            free &= ~((reduced > most) & (values == program.lower) | (reduced < -most) & (values == program.upper))
        program = program.with_row(cost.coefficients, value)
    return program, free


@dataclass(frozen=True, eq=False)
class _Another:
    program: ProgramArrays
    cost: Array
    free: Array
    fixed: Array


def _another(program: ProgramArrays, lots: Array, values: Array, open_: Array, own: Array) -> _Another:
    """The program of the plans that differ from this one and whose lots add up to no more.

    Differences are counted in columns at a bound as they are; any other column gets three of its own: how much more,
    how much less, and which of the two it is.
    """
    size = len(values)
    low, high = own & (values <= program.lower), own & (values >= program.upper) & (program.upper > program.lower)
    between = np.flatnonzero(own & ~low & ~high)
    many = len(between)
    more, less, side = (size + np.arange(many) + place * many for place in range(3))
    up, down = program.upper[between] - values[between], values[between] - program.lower[between]
    one, row = np.ones(many), np.arange(many)
    entries = (
        # x - more + less = x of this plan; more only where it is more, less only where it is less
        (row, between, one), (row, more, -one), (row, less, one),
        (row + many, more, one), (row + many, side, -up),
        (row + 2 * many, less, one), (row + 2 * many, side, down),
    )  # fmt: skip
    rows, columns, numbers = (np.concatenate([each[place] for each in entries]) for place in range(3))
    width = size + 3 * many
    ties = sp.csr_matrix((numbers, (rows, columns)), shape=(3 * many, width))
    differs = np.zeros(width)
    differs[:size] = low.astype(float) - high.astype(float)
    differs[more] = differs[less] = 1
    at_here = float(values[low].sum() - values[high].sum())
    cost = np.append(lots, np.zeros(3 * many, dtype=np.int64))
    wide = sp.hstack([program.matrix, sp.csr_matrix((len(program.row_lower), 3 * many))], format="csr")
    whole = ProgramArrays(
        np.concatenate([program.lower, np.zeros(3 * many)]),
        np.concatenate([program.upper, up, down, one]),
        sp.vstack([wide, ties], format="csr"),
        np.concatenate([program.row_lower, values[between], np.full(2 * many, -np.inf)]),
        np.concatenate([program.row_upper, values[between], np.zeros(many), down]),
    )
    whole = whole.with_row(differs, np.inf, at_here + 1).with_row(cost, float(lots @ values))
    free = np.concatenate([open_, np.ones(3 * many, bool)])
    return _Another(whole, cost, free, np.concatenate([values, np.zeros(3 * many)]))
