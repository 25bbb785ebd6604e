"""Where a program without a solution can give: every place of every rule gets a priced slack.

A *place* is one rule in one scope (a share in one school, the limit of one school, one pinned person). Giving by one is
one person, or one post: where a school is over its limit, the slack is what its limit lacks for whoever arrives.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from rotation_planner.answers.changing import changed
from rotation_planner.answers.places import Finding, Place
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Model
from rotation_planner.model.program import CUT, INFINITY, ProgramArrays, RowBlock, Scopes
from rotation_planner.model.unpack import Moves, pack
from rotation_planner.policy.kinds import Pins
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.engines import TOLERANCE, Answer, Outcome, clock, constraint_program, integer_program
from rotation_planner.solve.pricing import cheapest

SLIGHT = 1e-6
FEW = 12  # seats of each kind of people among which any solution is looked for first

Side = tuple[int, bool]
"""A place by number, and whether it gives below its floor (else above its cap)."""
Amounts = Mapping[Side, int]


def bare(policy: Policy) -> Policy:
    """The policy of which only must-rules bind, without goals: whether there is any plan at all hangs on no others."""
    rules = tuple(
        rule.model_copy(update={"rank": None}) if rule.force == "should" and rule.rank is not None else rule
        for rule in policy.rules
    )
    return changed(policy, rules=rules, goals=())


class Giving:
    """The rows of a model as places that may give. ``soft``: rules whose places may be asked to give (all when
    ``None``); the others always hold. ``until``: the time by the solver's clock when all searching ends."""

    def __init__(
        self,
        model: Model,
        *,
        until: float,
        soft: Collection[str] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.model, self.until, self.stop = model, until, stop
        self.rules = {rule.id: rule for rule in model.policy.rules}
        arrays = model.arrays
        lower, upper = arrays.lower.copy(), arrays.upper.copy()
        row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
        blocks = list(model.program.blocks)
        for block in blocks:
            if block.rule.startswith(CUT):  # they follow from rules that may give
                row_lower[block.first : block.first + block.count] = -INFINITY
                row_upper[block.first : block.first + block.count] = INFINITY
        more: list[sp.csr_matrix] = [arrays.matrix]
        forced = np.flatnonzero(lower[model.leave] > 0)
        if len(forced):  # who must move by a pin: a row of its own, that may give
            pins = model.policy.of(Pins)[0].id
            size = lower[model.leave[forced]]
            lower[model.leave[forced]] = 0
            ones = (np.ones(len(forced)), (np.arange(len(forced)), model.leave[forced]))
            more.append(sp.csr_matrix(ones, shape=(len(forced), model.program.columns)))
            scopes = Scopes("person", model.people.group_person[forced])
            blocks.append(RowBlock(pins, len(row_lower), len(forced), scopes))
            row_lower, row_upper = np.append(row_lower, size), np.append(row_upper, np.full(len(forced), INFINITY))
        matrix = sp.vstack(more, format="csr") if len(more) > 1 else arrays.matrix
        self.unit = np.ones(len(row_lower))
        finding = Finding(self.rules, len(model.leave) + len(model.go), soft, self.unit)
        self.places = finding.find(blocks, matrix, row_lower, row_upper)
        wide, of_place = finding.openings(matrix, row_lower, row_upper, upper)
        if wide.shape[0]:
            matrix = sp.vstack([matrix, wide], format="csr")
            row_lower = np.append(row_lower, np.full(wide.shape[0], -INFINITY))
            row_upper = np.append(row_upper, np.zeros(wide.shape[0]))
            self.unit = np.append(self.unit, np.ones(wide.shape[0]))
        self.arrays = ProgramArrays(lower, upper, matrix, row_lower, row_upper)
        self.place_of = np.full(len(row_lower), -1, dtype=np.int64)
        for place in self.places:
            self.place_of[place.rows] = place.number
        # Rows that bind only together with a place, and never give themselves.
        self.tied = self.place_of.copy()
        self.tied[len(row_lower) - len(of_place) :] = of_place

    # ---- solving -------------------------------------------------------------------------------------------------

    @property
    def left(self) -> float:
        """Seconds left."""
        return max(self.until - clock(), 0.0)

    def bounds(self, given: Amounts, held: Collection[int] | None = None) -> tuple[Array, Array]:
        """Bounds of the rows after places have given; ``held``: places that bind at all (all when ``None``)."""
        low, high = self.arrays.row_lower.copy(), self.arrays.row_upper.copy()
        for (number, below), amount in given.items():
            rows = self.places[number].rows
            if below:
                low[rows] -= self.unit[rows] * amount
            else:
                high[rows] += self.unit[rows] * amount
        if held is not None:
            loose = np.ones(len(self.places) + 1, bool)
            loose[np.fromiter(held, dtype=np.int64, count=len(held))] = False
            loose[-1] = False  # rows of no place always hold
            free = loose[self.tied]
            low[free], high[free] = -INFINITY, INFINITY
        return low, high

    def program(self, held: Collection[int] | None = None, given: Amounts | None = None) -> ProgramArrays:
        """The program in which only the places ``held`` bind, after what has been ``given``; rows without any bound are
        left out."""
        low, high = self.bounds(given or {}, held)
        kept = np.isfinite(low) | np.isfinite(high)
        arrays = self.arrays
        return ProgramArrays(arrays.lower, arrays.upper, arrays.matrix[kept], low[kept], high[kept])

    def part(self, held: Collection[int], given: Amounts) -> tuple[ProgramArrays, Array]:
        """The program in which only ``held`` bind, columns alike put together, and the place of each row (-1: none)."""
        low, high = self.bounds(given, held)
        kept = np.isfinite(low) | np.isfinite(high)
        return merged(self.program(held, given)), self.tied[kept]

    def solution(self, held: Collection[int] | None = None, given: Amounts | None = None) -> Answer:
        """Any solution of that program, by the first engine; first looked for among a few seats of everybody."""
        nothing = np.zeros(len(self.arrays.lower), dtype=np.int64)
        program = self.program(held, given)
        if len(self.model.go) > FEW * len(self.model.people.kind_person):
            quick = self.quick(program)
            if quick.values is not None:
                return quick
        return integer_program(program, nothing, seconds=self.left, stop=self.stop)

    def completed(self, moves: Moves) -> Array | None:
        """Given moves as a solution, where every place holds with them."""
        packed = pack(self.model, moves)
        if packed is None:
            return None
        start = np.append(packed, np.zeros(len(self.arrays.lower) - len(packed)))
        free = np.ones(len(start), bool)
        free[self.model.leave] = free[self.model.go] = False
        nothing = np.zeros(len(start), dtype=np.int64)
        answer = integer_program(self.program(), nothing, seconds=self.left, stop=self.stop, free=free, fixed=start)
        return answer.values

    def quick(self, program: ProgramArrays) -> Answer:
        """Any solution among a few seats of everybody."""
        nothing = np.zeros(len(program.lower), dtype=np.int64)
        return integer_program(program, nothing, seconds=self.left / 4, stop=self.stop, free=self.few())

    def few(self) -> Array:
        """Every column but the arcs, and a few arcs of each kind, spread over its open seats."""
        free = np.ones(len(self.arrays.lower), bool)
        arcs = self.model.people.seats.person
        spread = (np.arange(len(arcs)) * 7919) % max(len(arcs), 1)
        free[self.model.go] = False
        free[self.model.go[cheapest(spread, arcs, FEW)]] = True
        return free

    def refuted(self, held: Collection[int], given: Amounts, seconds: float) -> bool:
        """Whether the second engine, exact in whole numbers, proves that these places cannot hold together."""
        program = merged(self.program(held, given))
        nothing = np.zeros(len(program.lower), dtype=np.int64)
        answer = constraint_program(program, nothing, seconds=seconds, stop=self.stop)
        return answer.outcome is Outcome.INFEASIBLE

    def broken(self, values: Array, given: Amounts) -> dict[int, float]:
        """Places that a solution breaks, and by how much."""
        low, high = self.bounds(given)
        activity = self.arrays.matrix @ values
        miss = np.maximum(np.maximum(low - activity, activity - high), 0) / self.unit
        rows = np.flatnonzero((miss > SLIGHT) & (self.place_of >= 0))
        found: dict[int, float] = {}
        for row in rows.tolist():
            number = int(self.place_of[row])
            found[number] = max(found.get(number, 0.0), float(miss[row]))
        return found

    def least(
        self,
        soft: Collection[int] | None = None,
        given: Amounts | None = None,
        *,
        held: Collection[int] | None = None,
        most: float = INFINITY,
        few: bool = False,
    ) -> tuple[Answer, dict[Side, int]]:
        """The least that the places ``soft`` (all when ``None``) must give in all, and how much each gives then.

        The answer's value is the sum; its values are over the columns of the model. ``held``: only these places bind
        (all when ``None``). ``most``: more is not looked for. ``few``: only among a few seats of everybody.
        """
        low, high = self.bounds(given or {}, held)
        slack, sides = self.slack(soft, low, high)
        kept = np.isfinite(low) | np.isfinite(high)
        elastic = self.elastic(low, high, slack, kept)
        columns, count = len(self.arrays.lower), len(sides)
        cost: Array = np.append(np.zeros(columns, dtype=np.int64), np.ones(count, dtype=np.int64))
        if np.isfinite(most):
            elastic = elastic.with_row(cost, most)
        free = np.append(self.few(), np.ones(count, bool)) if few else None
        answer = integer_program(elastic, cost, seconds=self.left, stop=self.stop, free=free)
        if answer.values is None:
            return answer, {}
        amounts = answer.values[columns:]
        found = {sides[each]: round(float(amounts[each])) for each in np.flatnonzero(amounts > TOLERANCE)}
        return Answer(answer.outcome, answer.values[:columns], answer.value, answer.bound), found

    def least_of(
        self, soft: Collection[int], given: Amounts, near: Collection[int], start: Array | None = None
    ) -> tuple[Answer, dict[Side, int]]:
        """As `least`, looked for first as `reached` does."""
        return self.reached(soft, given, near, start) or self.least(soft, given)

    def reached(
        self, soft: Collection[int], given: Amounts, near: Collection[int], start: Array | None = None
    ) -> tuple[Answer, dict[Side, int]] | None:
        """The least that ``soft`` must give while only the places ``near`` bind is a bound for all; ``None`` unless it
        is reached with all places binding, or nothing that ``soft`` gives would do. ``start``: a solution in which
        others give; what does not touch the schools of ``near`` is first left as it is there."""
        low, high = self.bounds(given, near)
        slack, sides = self.slack(soft, low, high)
        kept = np.isfinite(low) | np.isfinite(high)
        arrays = self.arrays
        alone = merged(ProgramArrays(arrays.lower, arrays.upper, arrays.matrix[kept], low[kept], high[kept]))
        columns, count = len(alone.lower), len(sides)
        matrix = sp.hstack([alone.matrix, slack[kept]], format="csr")
        lower, upper = np.append(alone.lower, np.zeros(count)), np.append(alone.upper, np.full(count, self._most))
        cost: Array = np.append(np.zeros(columns, dtype=np.int64), np.ones(count, dtype=np.int64))
        small = ProgramArrays(lower, upper, matrix, alone.row_lower, alone.row_upper)
        bound = integer_program(small, cost, seconds=self.left, stop=self.stop)
        if bound.outcome is Outcome.INFEASIBLE:
            return bound, {}
        if bound.outcome is not Outcome.OPTIMAL or bound.values is None:
            return None
        amounts = {sides[n]: round(float(each)) for n, each in enumerate(bound.values[columns:]) if each > TOLERANCE}
        more = dict(given)
        for side, amount in amounts.items():
            more[side] = more.get(side, 0) + amount
        whole = self.program(None, more)
        quick = Answer(Outcome.UNKNOWN, None, INFINITY, -INFINITY)
        if start is not None:
            nothing = np.zeros(len(whole.lower), dtype=np.int64)
            free = self._touching(near, start)
            quick = integer_program(whole, nothing, seconds=self.left / 4, stop=self.stop, free=free, fixed=start)
        if quick.values is None:
            quick = self.quick(whole)
        if quick.values is None:
            quick, amounts = self.least(soft, given, most=bound.value, few=True)
        if quick.values is None:
            return None
        return Answer(Outcome.OPTIMAL, quick.values, bound.value, bound.value), amounts

    def _touching(self, near: Collection[int], start: Array) -> Array:
        """Columns of people who leave or enter the schools of these places, and of everybody who moves already."""
        model, people = self.model, self.model.people
        schools = np.zeros(self.model.ground.schools + 1, bool)
        schools[[self._school(self.places[number]) for number in near]] = True
        schools[-1] = False
        free = np.ones(len(self.arrays.lower), bool)
        home = schools[model.ground.facts.school[people.kind_person]]
        free[model.go] = home[people.seats.person] | schools[model.arc_to] | (start[model.go] > 0)
        return free

    @property
    def _most(self) -> float:
        """More than any place could ever have to give."""
        return float(min(self.arrays.upper.sum() + 1e6, 1e7))

    def slack(self, soft: Collection[int] | None, low: Array, high: Array) -> tuple[sp.csr_matrix, list[Side]]:
        """A column for each side of the places that gives, over all rows."""
        sides: list[Side] = []
        rows: list[Array] = []
        signs: list[int] = []
        for number in range(len(self.places)) if soft is None else sorted(soft):
            place = self.places[number]
            for below, bound, sign in ((True, low, 1), (False, high, -1)):
                bound_rows = place.rows[np.isfinite(bound[place.rows])]
                if len(bound_rows):
                    sides.append((number, below))
                    rows.append(bound_rows)
                    signs.append(sign)
        sizes = [len(each) for each in rows]
        at = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        entries = (self.unit[at] * np.repeat(signs, sizes), (at, np.repeat(np.arange(len(sides)), sizes)))
        return sp.csr_matrix(entries, shape=(len(low), len(sides))), sides

    def elastic(self, low: Array, high: Array, slack: sp.csr_matrix, kept: Array) -> ProgramArrays:
        arrays, count = self.arrays, slack.shape[1]
        return ProgramArrays(
            np.append(arrays.lower, np.zeros(count)),
            np.append(arrays.upper, np.full(count, self._most)),
            sp.hstack([arrays.matrix, slack], format="csr")[kept],
            low[kept],
            high[kept],
        )

    def around(self, numbers: Collection[int]) -> set[int]:
        """These places and all others that speak of the same schools."""
        near = {self._school(self.places[number]) for number in numbers} - {-1}
        return {place.number for place in self.places if place.number in numbers or self._school(place) in near}

    @cached_property
    def _at_demand(self) -> Array:
        district = self.model.ground.district
        return district.demand["school_id"].map(district.school_pos).to_numpy(np.int64)

    def _school(self, place: Place) -> int:
        """The school that a place speaks of, -1 for none."""
        scope = int(place.block.scopes.ids[place.place])
        if place.block.scopes.kind == "demand":
            return int(self._at_demand[scope])
        return scope if place.block.scopes.kind == "school" else -1


def merged(program: ProgramArrays) -> ProgramArrays:
    """The program with columns that are the same in every row put together: it has a solution if and only if the
    program has one. Rows of few places leave most seats alike."""
    columns = program.matrix.tocsc()
    columns.eliminate_zeros()
    columns.sort_indices()
    draw = np.random.default_rng(0)
    keys = columns.T @ draw.random(columns.shape[0]) + 1j * (columns.T @ draw.random(columns.shape[0]))
    first, group = np.unique(keys, return_index=True, return_inverse=True)[1:]
    group = group.ravel()
    apart = columns - columns[:, first[group]]
    if len(first) == len(group) or (apart.nnz and np.abs(apart.data).max() > 0):
        return program
    lower, upper = (np.bincount(group, bound, minlength=len(first)) for bound in (program.lower, program.upper))
    return ProgramArrays(lower, upper, columns[:, first].tocsr(), program.row_lower, program.row_upper)
