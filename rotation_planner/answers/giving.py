"""Where a program without a solution can give: every place of every rule gets a priced slack.

A *place* is one rule in one scope (a share in one school, the limit of one school, one pinned person). Giving by one is
one person, or one post: where a school is over its limit, the slack is what its limit lacks for whoever arrives.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from rotation_planner.answers.changing import changed
from rotation_planner.answers.pieces import Amounts, Piece, Pieces, Side
from rotation_planner.answers.places import Finding
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


Floors = Collection[tuple[Collection[int], float]]
"""Places, and what they are known to give in all at least."""


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

    @cached_property
    def pieces(self) -> Pieces:
        """What cuts small programs out of this one."""
        return Pieces(self.model, self.places, self.arrays, self.tied, self.place_of, self.unit)

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

    def quick(self, program: ProgramArrays, near: Collection[int] = ()) -> Answer:
        """Any solution among a few seats of everybody, and all into and out of the schools of the places ``near``."""
        nothing = np.zeros(len(program.lower), dtype=np.int64)
        free = self.few(near)
        return integer_program(program, nothing, seconds=self.left / 4, stop=self.stop, free=free)

    def few(self, near: Collection[int] = ()) -> Array:
        """Every column but the arcs, a few arcs of each kind, spread over its open seats, and all into and out of the
        schools of the places ``near``."""
        free = np.ones(len(self.arrays.lower), bool)
        arcs = self.model.people.seats.person
        spread = (np.arange(len(arcs)) * 7919) % max(len(arcs), 1)
        free[self.model.go] = self._touching(near) if near else False
        free[self.model.go[cheapest(spread, arcs, FEW)]] = True
        return free

    def refuted(self, held: Collection[int], given: Amounts, seconds: float) -> bool:
        """Whether the second engine, exact in whole numbers, proves that these places cannot hold together."""
        piece = self.pieces.piece(held, given)
        answer = constraint_program(piece.program, piece.nothing, seconds=seconds, stop=self.stop)
        return answer.outcome is Outcome.INFEASIBLE

    def outcome(self, piece: Piece) -> Outcome:
        """Whether a piece has a solution."""
        if piece.at_rest:
            return Outcome.OPTIMAL
        return integer_program(piece.program, piece.nothing, seconds=self.left, stop=self.stop).outcome

    def missed(self, values: Array) -> dict[Side, int]:
        """By how much places are missed in a solution in which some were not held."""
        activity = self.arrays.matrix @ values
        found: dict[Side, int] = {}
        for below, miss in ((True, self.arrays.row_lower - activity), (False, activity - self.arrays.row_upper)):
            people = np.ceil(miss / self.unit - SLIGHT)
            for row in np.flatnonzero((people > 0) & (self.place_of >= 0)).tolist():
                side = (int(self.place_of[row]), below)
                found[side] = max(found.get(side, 0), int(people[row]))
        return found

    def least(
        self, soft: Collection[int] | None = None, given: Amounts | None = None, *, floors: Floors = ()
    ) -> tuple[Answer, dict[Side, int]]:
        """The least that the places ``soft`` (all when ``None``) must give in all, and how much each gives then, by one
        integer program over all columns.

        The answer's value is the sum; its values are over the columns of the model.
        """
        elastic, cost, sides = self.priced(soft, given or {}, floors)
        answer = integer_program(elastic, cost, seconds=self.left, stop=self.stop)
        if answer.values is None:
            return answer, {}
        columns = len(self.arrays.lower)
        found = amounts_of(answer.values[columns:], sides)
        return Answer(answer.outcome, answer.values[:columns], answer.value, answer.bound), found

    def priced(
        self, soft: Collection[int] | None, given: Amounts, floors: Floors
    ) -> tuple[ProgramArrays, Array, list[Side]]:
        """The program in which the places ``soft`` give at the price of 1: its cost, and which side each of the last
        columns is. ``floors``: what these places are known to give in all at least."""
        low, high = self.bounds(given)
        slack, sides = self.slack(soft, low, high)
        kept = np.isfinite(low) | np.isfinite(high)
        elastic = self.elastic(low, high, slack, kept)
        nothing = np.zeros(len(self.arrays.lower), dtype=np.int64)
        for known, least in floors:
            those = np.array([number in known for number, _ in sides], dtype=np.int64)
            elastic = elastic.with_row(np.append(nothing, those), INFINITY, least)
        return elastic, np.append(nothing, np.ones(len(sides), dtype=np.int64)), sides

    def least_in(
        self,
        held: Collection[int],
        soft: Collection[int],
        given: Amounts,
    ) -> tuple[Outcome, dict[Side, int], float]:
        """The least that ``soft`` must give in all while only the places ``held`` bind: no plan gives less. With what
        each gives then; ``INFEASIBLE`` where nothing that they give helps."""
        piece = self.pieces.piece(held, given)
        elastic, cost, sides = piece.elastic(soft)
        answer = integer_program(elastic, cost, seconds=self.left, stop=self.stop)
        if answer.outcome is not Outcome.OPTIMAL or answer.values is None:
            return answer.outcome if answer.outcome is Outcome.INFEASIBLE else Outcome.UNKNOWN, {}, -INFINITY
        amounts = answer.values[len(cost) - len(sides) :]
        return Outcome.OPTIMAL, amounts_of(amounts, sides), answer.value

    def extended(self, given: Amounts, start: Array | None = None, near: Collection[int] = ()) -> Array | None:
        """A solution after places have given; ``None``: none was found. ``start``: a solution in which others give;
        what does not touch the schools of ``near`` is first left as it is there."""
        whole = self.program(None, given)
        if start is not None:
            nothing = np.zeros(len(whole.lower), dtype=np.int64)
            free = np.ones(len(start), bool)
            free[self.model.go] = self._touching(near) | (start[self.model.go] > 0)  # whoever moves may move elsewhere
            answer = integer_program(whole, nothing, seconds=self.left / 4, stop=self.stop, free=free, fixed=start)
            if answer.values is not None:
                return answer.values
        return self.quick(whole, near).values

    def _touching(self, near: Collection[int]) -> Array:
        """Arcs of people who leave or enter the schools of these places: bool [arcs]."""
        schools = np.zeros(self.model.ground.schools, bool)
        schools[list(self.pieces.schools_of(near))] = True
        return np.asarray(schools[self.model.arc_from] | schools[self.model.arc_to])

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

    def most(self, number: int) -> float:
        """The most that a place could ever have to give, whoever moves."""
        rows = self.places[number].rows
        part = self.arrays.matrix[rows]
        up, down = part.maximum(0), part.minimum(0)
        highest = up @ self.arrays.upper + down @ self.arrays.lower
        lowest = up @ self.arrays.lower + down @ self.arrays.upper
        misses = np.append(self.arrays.row_lower[rows] - lowest, highest - self.arrays.row_upper[rows])
        return float(np.max(misses / np.append(self.unit[rows], self.unit[rows]), initial=0.0))

    def around(self, numbers: Collection[int]) -> set[int]:
        """These places and all others that speak of the same schools."""
        return self.pieces.of_schools(self.pieces.schools_of(numbers)) | set(numbers)


def amounts_of(values: Array, sides: list[Side]) -> dict[Side, int]:
    """What each side gives, of those that give anything."""
    return {sides[each]: round(float(values[each])) for each in np.flatnonzero(values > TOLERANCE)}
