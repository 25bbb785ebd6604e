"""Small programs cut out of a large one: some places, the columns they touch, and what always holds of those columns.

A piece has a solution if and only if the whole program has one in which only these places bind. Whoever no row of the
piece tells apart is counted in the bounds of its balance rows, so a piece of one school stays small in any district.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from rotation_planner.answers.places import Place
from rotation_planner.eligibility.arrays import Array, codes_of
from rotation_planner.model.model import Model
from rotation_planner.model.program import BALANCE, ProgramArrays

Side = tuple[int, bool]
"""A place by number, and whether it gives below its floor (else above its cap)."""
Amounts = Mapping[Side, int]
WIDE = 12  # schools of a piece beyond which it is rough
NOWHERE, ANYWHERE = -2, -3  # of rows that speak of several schools, of columns that count for none


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows of some places with all that always holds of their columns. ``tied``: the place with which each row binds
    (-1: always); ``place``: the place whose bound it is (-1: none); ``unit``: what one person counts in it. ``rough``:
    it may have a solution where the whole has none."""

    program: ProgramArrays
    tied: Array
    place: Array
    unit: Array
    rough: bool = False

    @cached_property
    def nothing(self) -> Array:
        """A cost of nothing."""
        return np.zeros(len(self.program.lower), dtype=np.int64)

    @property
    def at_rest(self) -> bool:
        """Whether nobody moving is a solution."""
        return self.program.violation(self.program.lower) <= 0

    def given(self, given: Amounts) -> Piece:
        """The piece after what has been ``given``."""
        if not given:
            return self
        low, high = self.program.row_lower.copy(), self.program.row_upper.copy()
        for (number, below), amount in given.items():
            rows = np.flatnonzero(self.place == number)
            if below:
                low[rows] -= self.unit[rows] * amount
            else:
                high[rows] += self.unit[rows] * amount
        return replace(self, program=replace(self.program, row_lower=low, row_upper=high))

    def even(self) -> tuple[ProgramArrays, Array, Array]:
        """The piece with one last column that every bound of a place may be missed by, its cost, and the place of each
        row. A row with two bounds stands twice."""
        program, own = self.program, self.place >= 0
        below = np.flatnonzero(own & np.isfinite(program.row_lower))
        above = np.flatnonzero(own & np.isfinite(program.row_upper))
        always = np.flatnonzero(~own)
        rows = np.concatenate([below, above, always])
        amount = np.concatenate([self.unit[below], -self.unit[above], np.zeros(len(always))])
        low, high = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
        low[: len(below)] = program.row_lower[below]
        high[len(below) : len(below) + len(above)] = program.row_upper[above]
        low[len(below) + len(above) :], high[len(below) + len(above) :] = (
            program.row_lower[always],
            program.row_upper[always],
        )
        made = ProgramArrays(
            np.append(program.lower, 0.0),
            np.append(program.upper, np.inf),
            sp.hstack([program.matrix[rows], sp.csr_matrix(amount.reshape(-1, 1))], format="csr"),
            low,
            high,
        )
        return made, np.append(self.nothing, 1), self.tied[rows]

    def among(self, held: Collection[int]) -> Piece:
        """The piece in which only these of its places bind."""
        kept = (self.tied < 0) | np.isin(self.tied, np.fromiter(held, dtype=np.int64, count=len(held)))
        program = self.program
        rows = program.matrix[kept], program.row_lower[kept], program.row_upper[kept]
        part = ProgramArrays(program.lower, program.upper, *rows)
        return Piece(merged(part), self.tied[kept], self.place[kept], self.unit[kept], self.rough)

    def elastic(self, soft: Collection[int]) -> tuple[ProgramArrays, Array, list[Side]]:
        """The piece with a priced column for each side of the places ``soft`` that may give, their cost, and which
        side each of the last columns is."""
        program = self.program
        giving = np.isin(self.place, np.fromiter(soft, dtype=np.int64, count=len(soft)))
        sides: dict[Side, int] = {}
        at: list[int] = []
        of: list[int] = []
        value: list[float] = []
        for row in np.flatnonzero(giving).tolist():
            for below, bound in ((True, program.row_lower[row]), (False, program.row_upper[row])):
                if np.isfinite(bound):
                    at.append(row)
                    of.append(sides.setdefault((int(self.place[row]), below), len(sides)))
                    value.append(self.unit[row] if below else -self.unit[row])
        count = len(sides)
        slack = sp.csr_matrix((value, (at, of)), shape=(len(program.row_lower), count))
        made = ProgramArrays(
            np.append(program.lower, np.zeros(count)),
            np.append(program.upper, np.full(count, float(min(program.upper.sum() + 1e6, 1e7)))),
            sp.hstack([program.matrix, slack], format="csr"),
            program.row_lower,
            program.row_upper,
        )
        return made, np.append(self.nothing, np.ones(count, dtype=np.int64)), list(sides)


class Pieces:
    """Cuts pieces out of the program of a model. ``arrays``: the program with its places; ``tied`` and ``place_of`` of
    its rows as in a `Piece`."""

    def __init__(
        self, model: Model, places: list[Place], arrays: ProgramArrays, tied: Array, place_of: Array, unit: Array
    ) -> None:
        self._arrays, self._tied, self._place_of, self._unit = arrays, tied, place_of, unit
        self._places = places
        matrix = arrays.matrix
        columns = matrix.shape[1]
        people = model.people
        # Each column of people stands in one balance row, that of its kind, with 1 (who goes) or -1 (who leaves).
        self._kind = np.full(columns, -1, dtype=np.int64)
        self._kind[model.leave], self._kind[model.go] = people.group_kind, people.seats.person
        self._sign = np.zeros(columns)
        self._sign[model.leave], self._sign[model.go] = -1, 1
        kinds = len(people.kind_person)
        facts = model.ground.facts
        told = [facts.of_people(name)[people.kind_person] for name in ("stage", "subject", "full_time")]
        self._alike = codes_of(*told) if kinds else np.zeros(0, dtype=np.int64)
        self._leaving = np.bincount(people.group_kind, arrays.upper[model.leave], minlength=kinds)
        self._going = np.bincount(people.seats.person, arrays.upper[model.go], minlength=kinds)
        self._from, self._to = np.full(columns, ANYWHERE), np.full(columns, ANYWHERE)
        home = model.ground.facts.school[people.group_person]
        self._from[model.leave], self._to[model.leave] = home, home
        self._from[model.go], self._to[model.go] = model.arc_from, model.arc_to
        balance = np.zeros(len(tied), bool)
        for block in model.program.blocks:
            if block.rule == BALANCE:
                balance[block.first : block.first + block.count] = True
        finite = np.isfinite(arrays.row_lower) | np.isfinite(arrays.row_upper)
        self._always = np.flatnonzero((tied < 0) & ~balance & finite)  # what a helper column says, mostly
        self._always_rows = matrix[self._always]
        self._always_columns = self._always_rows.tocsc()
        self._everything: Piece | None = None
        helpers = np.ones(columns, bool)
        helpers[model.leave] = helpers[model.go] = False
        self._helpers = helpers

    # ---- schools -------------------------------------------------------------------------------------------------

    @cached_property
    def school(self) -> Array:
        """The school that each place speaks of: all its columns are of people who leave, enter or stay there."""
        rows = self._home_of_rows
        told = np.full(len(self._places), NOWHERE, dtype=np.int64)
        for place in self._places:
            known = np.unique(rows[place.rows])
            told[place.number] = known[0] if len(known) == 1 else NOWHERE
        return told

    @cached_property
    def _home_of_rows(self) -> Array:
        matrix = self._arrays.matrix
        row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        counts = self._from[matrix.indices] != ANYWHERE
        row, one, other = row[counts], self._from[matrix.indices[counts]], self._to[matrix.indices[counts]]
        first = np.full(matrix.shape[0], -1, dtype=np.int64)
        first[row[::-1]] = np.arange(len(row))[::-1]
        told = np.full(matrix.shape[0], NOWHERE, dtype=np.int64)
        begun = first >= 0
        for school in (one, other):  # the first column of a row has two schools: either may be that of all
            guess = np.full(matrix.shape[0], NOWHERE, dtype=np.int64)
            guess[begun] = school[first[begun]]
            misses = np.bincount(row[(one != guess[row]) & (other != guess[row])], minlength=matrix.shape[0])
            told = np.where(begun & (misses == 0), guess, told)
        return told

    def of_schools(self, schools: Collection[int]) -> set[int]:
        """The places that speak of these schools."""
        asked = np.fromiter(schools, dtype=np.int64, count=len(schools))
        return set(np.flatnonzero(np.isin(self.school, asked)).tolist())

    def schools_of(self, places: Collection[int]) -> set[int]:
        """The schools that these places speak of."""
        return {int(self.school[each]) for each in places} - {NOWHERE}

    @cached_property
    def _arcs_of_kind(self) -> tuple[Array, Array]:
        order = np.argsort(self._kind, kind="stable")
        return order, self._kind[order]

    def reach(self, place: int, most: int) -> set[int]:
        """The schools to which the people of a place can go; none where there are more than ``most``."""
        rows = self._arrays.matrix[self._places[place].rows]
        kinds = np.unique(self._kind[rows.indices])
        order, sorted_kinds = self._arcs_of_kind
        found: set[int] = set()
        for kind in kinds[kinds >= 0].tolist():
            first, last = np.searchsorted(sorted_kinds, [kind, kind + 1])
            of_kind = order[first:last]
            found |= set(np.unique(self._to[of_kind[self._sign[of_kind] > 0]]).tolist())
            if len(found) > most:
                return set()
        return found

    # ---- cutting -------------------------------------------------------------------------------------------------

    def piece(self, held: Collection[int], given: Amounts) -> Piece:
        """The piece of these places, after what has been ``given``. Over many schools it is rough: people of one stage
        and subject balance together, wherever they are."""
        rough = len(self.schools_of(held)) > WIDE
        everything = len(held) == len(self._places)
        if everything and self._everything is not None:
            return self._everything.given(given)
        made = self._cut(held, given, rough)
        if everything and not given:
            self._everything = made
        return made

    def _cut(self, held: Collection[int], given: Amounts, rough: bool) -> Piece:
        arrays = self._arrays
        low, high = arrays.row_lower, arrays.row_upper
        if given:
            low, high = low.copy(), high.copy()
            for (number, below), amount in given.items():
                rows = self._places[number].rows
                if below:
                    low[rows] -= self._unit[rows] * amount
                else:
                    high[rows] += self._unit[rows] * amount
        binding = np.zeros(len(self._places) + 1, bool)
        binding[np.fromiter(held, dtype=np.int64, count=len(held))] = True
        binding[-1] = False  # rows of no place
        rows = np.flatnonzero(binding[self._tied] & (np.isfinite(low) | np.isfinite(high)))
        rows = np.append(rows, self._needed(rows))
        matrix = arrays.matrix[rows]
        used = np.unique(matrix.indices)
        matrix = matrix[:, used]
        upper = arrays.upper[used].copy()
        cap, cap_low, cap_high = self._balance(used, upper, rough)
        program = ProgramArrays(
            arrays.lower[used],
            upper,
            sp.vstack([matrix, cap], format="csr"),
            np.append(low[rows], cap_low),
            np.append(high[rows], cap_high),
        )
        none = np.full(cap.shape[0], -1, dtype=np.int64)
        return Piece(
            merged(program),
            np.append(self._tied[rows], none),
            np.append(self._place_of[rows], none),
            np.append(self._unit[rows], np.ones(len(none))),
            rough,
        )

    def _needed(self, rows: Array) -> Array:
        """Rows that always hold and can bind beside these: those whose helper columns these rows look at."""
        if not len(self._always):
            return np.zeros(0, dtype=np.int64)
        wanted = np.zeros(len(self._helpers), bool)
        wanted[self._arrays.matrix[rows].indices] = True
        wanted &= self._helpers
        taken = np.zeros(len(self._always), bool)
        taken[self._always_columns[:, np.flatnonzero(wanted)].indices] = True
        return self._always[taken | ~self._idle]

    @cached_property
    def _idle(self) -> Array:
        """Rows that some value of their one helper column makes true whatever the people do: they hold by themselves
        where nothing else looks at that column, and all rows with it agree on the value."""
        arrays, rows = self._arrays, self._always_rows
        up, down = rows.maximum(0), rows.minimum(0)
        most, least = up @ arrays.upper + down @ arrays.lower, up @ arrays.lower + down @ arrays.upper
        low, high = arrays.row_lower[self._always], arrays.row_upper[self._always]
        flags = rows[:, np.flatnonzero(self._helpers)]
        single = np.diff(flags.indptr) == 1
        holds = np.zeros((2, len(self._always)), bool)
        helper = np.full(len(self._always), -1, dtype=np.int64)
        helper[single] = np.flatnonzero(self._helpers)[flags.indices[flags.indptr[:-1][single]]]
        value = np.zeros(len(self._always))
        value[single] = flags.data[flags.indptr[:-1][single]]
        for number, at in enumerate((arrays.lower, arrays.upper)):
            here = np.where(single, at[helper], 0.0)
            share_most = np.where(value > 0, value * arrays.upper[helper], value * arrays.lower[helper])
            share_least = np.where(value > 0, value * arrays.lower[helper], value * arrays.upper[helper])
            holds[number] = single & (most - share_most + value * here <= high)
            holds[number] &= least - share_least + value * here >= low
        agreed = np.zeros(len(self._always), bool)
        for each in holds:
            bad = np.zeros(len(self._helpers), bool)
            bad[helper[single & ~each]] = True
            bad[np.flatnonzero(self._helpers)[flags[np.flatnonzero(~single)].indices]] = True
            agreed |= single & each & ~bad[helper]
        return agreed

    def _balance(self, used: Array, upper: Array, rough: bool) -> tuple[sp.csr_matrix, Array, Array]:
        """What the balance of each kind says of the columns ``used``: who leaves and is not among them, and seats that
        are not, take up the rest. A kind with one column gets an ``upper`` bound instead, in place. ``rough``: the
        rows of alike kinds are added up."""
        kind, sign = self._kind[used], self._sign[used]
        mine = np.flatnonzero(kind >= 0)
        known, group = np.unique(kind[mine], return_inverse=True)
        leave, go = sign[mine] < 0, sign[mine] > 0
        count = len(known)
        leaving = np.bincount(group[leave], upper[mine[leave]], minlength=count)
        going = np.bincount(group[go], upper[mine[go]], minlength=count)
        others_leave, others_go = self._leaving[known] - leaving, self._going[known] - going
        alone = np.bincount(group, minlength=count)[group] == 1
        rest = np.where(go, others_leave[group], others_go[group])
        upper[mine[alone]] = np.minimum(upper[mine[alone]], rest[alone])
        binds = (np.bincount(group, minlength=count) > 1) & ((going > others_leave) | (leaving > others_go))
        row = np.cumsum(binds) - 1
        kept = binds[group]
        if rough and binds.any():
            row[binds] = np.unique(self._alike[known[binds]], return_inverse=True)[1].ravel()
        rows = int(row[binds].max()) + 1 if binds.any() else 0
        entries = (sign[mine[kept]], (row[group[kept]], mine[kept]))
        matrix = sp.csr_matrix(entries, shape=(rows, len(used)))
        low, high = (np.bincount(row[binds], each[binds], minlength=rows) for each in (others_go, others_leave))
        return matrix, -low, high


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
    if len(first) == len(group):
        return program
    apart = columns - columns[:, first[group]]
    if apart.nnz and np.abs(apart.data).max() > 0:
        return program
    lower, upper = (np.bincount(group, bound, minlength=len(first)) for bound in (program.lower, program.upper))
    return replace(program, lower=lower, upper=upper, base=columns[:, first].tocsr(), more=None)
