"""A city in regions: the schools near one another are planned as a district of their own, all else standing.

Nobody crosses a region's border for the while, so that its program is small; who crossed before goes on doing so. Rows
that also speak of schools not planned yet ask of a region what its share of them comes to, and may miss it: what they
miss is the region's first level.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from rotation_planner.model.model import Cost, Model
from rotation_planner.model.program import BALANCE, Array, ProgramArrays
from rotation_planner.model.schools import NOWHERE
from rotation_planner.solve.engines import TOLERANCE

MISSED = "missed"  # the level before all others: what rows of schools not planned yet miss


@dataclass(frozen=True, eq=False)
class Part:
    """The program of one region, in the words of a model. ``columns``: those of the whole that it decides; columns of
    its own (what rows miss) stand behind them."""

    columns: Array
    go: Array
    leave: Array
    arc_kind: Array
    kind_size: Array
    arrays: ProgramArrays
    costs: tuple[Cost, ...]
    column_school: Array

    def costs_padded(self) -> tuple[Cost, ...]:
        """The levels over all columns."""
        return self.costs


class Regions:
    """Parts of a model, and the plan of the whole that they add up to: ``values``, of schools not planned yet 0."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.values = np.zeros(model.program.columns)
        self._costs = model.costs_padded()
        self._school = model.column_school
        self._from = np.full(model.program.columns, NOWHERE, dtype=np.int32)
        self._from[model.go] = model.arc_from
        self._arc = np.full(model.program.columns, NOWHERE, dtype=np.int64)
        self._arc[model.go] = np.arange(len(model.go))
        self._leaves = np.zeros(model.program.columns, bool)
        self._leaves[model.leave] = True
        self._hard = np.zeros(len(model.arrays.row_lower), bool)
        for block in model.program.blocks:
            self._hard[block.first : block.first + block.count] = block.rule == BALANCE
        self._activity = np.zeros(len(self._hard))
        self._planned = np.zeros(model.ground.schools, bool)
        # How much of each row is of schools not planned yet.
        self._open = abs(model.arrays.base) @ (self._sizes() * (self._school != NOWHERE))

    def split(self, most: int, turn: float) -> list[Array]:
        """Schools near one another, at most so many together (see ``halves``)."""
        places = self.model.ground.district.schools[["longitude", "latitude"]].to_numpy(float)
        return list(halves(places, most, turn))

    def send_far(self, regions: list[Array]) -> None:
        """Who must go and has no place inside the own region goes first, to the cheapest place outside."""
        model = self.model
        region = np.empty(model.ground.schools, dtype=np.int64)
        for number, schools in enumerate(regions):
            region[schools] = number
        must = np.bincount(model.people.group_kind, model.arrays.lower[model.leave], len(model.kind_size))
        near = region[model.arc_from] == region[model.arc_to]
        must[model.arc_kind[near]] = 0
        far = np.flatnonzero(must[model.arc_kind] > 0)
        cheapest_first = far[np.lexsort((self._costs[-1].coefficients[model.go[far]], model.arc_kind[far]))]
        kinds, at = np.unique(model.arc_kind[cheapest_first], return_index=True)
        columns = np.append(model.go[cheapest_first[at]], model.leave)
        leaving = np.where(must[model.people.group_kind] > 0, model.arrays.lower[model.leave], 0.0)
        self._stand(columns, np.append(must[kinds], leaving))

    def part(self, schools: Array) -> Part:
        """The program of a region."""
        model, arrays = self.model, self.model.arrays
        inside = np.zeros(model.ground.schools + 1, bool)  # the last place stands for nowhere
        inside[schools] = inside[NOWHERE] = True
        columns = np.flatnonzero(inside[self._school] & inside[self._from])
        matrix = arrays.columns(columns)
        rows = np.flatnonzero(np.diff(matrix.indptr))
        matrix = matrix[rows]
        rest = self._activity[rows] - matrix @ self.values[columns]
        lower, upper = arrays.row_lower[rows] - rest, arrays.row_upper[rows] - rest
        share = self._shares(rows, schools)
        bound = np.isfinite(lower)
        lower[bound] = np.ceil(lower[bound] * share[bound] - TOLERANCE)
        bound = np.isfinite(upper)
        upper[bound] = np.floor(upper[bound] * share[bound] + TOLERANCE)
        slack = _slack(np.flatnonzero((share < 1) | self._broken(rows)), lower, upper)
        missed = slack.shape[1]
        arcs, leaves = np.flatnonzero(self._arc[columns] >= 0), np.flatnonzero(self._leaves[columns])
        kinds, arc_kind = np.unique(model.arc_kind[self._arc[columns[arcs]]], return_inverse=True)
        program = ProgramArrays(
            np.append(arrays.lower[columns], np.zeros(missed)),
            np.append(arrays.upper[columns], np.full(missed, 1e6)),
            sp.csr_matrix(sp.hstack([matrix, slack])),
            lower,
            upper,
        )
        school = np.append(self._school[columns], np.full(missed, NOWHERE, dtype=np.int32))
        costs = [
            Cost(cost.id, np.append(cost.coefficients[columns], np.zeros(missed, dtype=np.int64)), 0, cost.scale)
            for cost in self._costs
        ]
        if missed:
            costs.insert(0, Cost(MISSED, np.repeat((0, 1), (len(columns), missed)), 0, 1))
        return Part(columns, arcs, leaves, arc_kind, model.kind_size[kinds], program, tuple(costs), school)

    def _sizes(self) -> Array:
        return np.maximum(self.model.arrays.upper, 1.0)

    def _shares(self, rows: Array, schools: Array) -> Array:
        """How much of what is open in each row is of these schools; 1 for rows that none may miss."""
        own = self._weights(schools)[rows]
        others = self._open[rows] - self._weights(schools[~self._planned[schools]])[rows]
        among = (others > TOLERANCE * (own + others)) & ~self._hard[rows]
        return np.where(among, own / np.maximum(own + others, TOLERANCE), 1.0)

    def _broken(self, rows: Array) -> Array:
        """Which rows are not kept as things stand, once all schools are planned."""
        if not self._planned.all():
            return np.zeros(len(rows), bool)
        arrays, activity = self.model.arrays, self._activity[rows]
        return (activity < arrays.row_lower[rows] - TOLERANCE) | (activity > arrays.row_upper[rows] + TOLERANCE)

    def _weights(self, schools: Array) -> Array:
        """How much of each row is of these schools."""
        inside = np.zeros(self.model.ground.schools + 1, bool)
        inside[schools] = True
        columns = np.flatnonzero(inside[self._school])
        return np.asarray(abs(self.model.arrays.columns(columns)) @ self._sizes()[columns])

    def take(self, part: Part, schools: Array, values: Array) -> None:
        """Let a region stand as it has been planned."""
        self._stand(part.columns, values[: len(part.columns)])
        fresh = schools[~self._planned[schools]]
        self._open -= self._weights(fresh)
        self._planned[fresh] = True

    def stand_as(self, values: Array) -> None:
        """Take over a plan of the whole."""
        self.values = values.copy()
        self._activity = np.asarray(self.model.arrays.base @ self.values)
        self._planned[:] = True
        self._open[:] = 0.0

    def _stand(self, columns: Array, values: Array) -> None:
        self._activity += self.model.arrays.columns(columns) @ (values - self.values[columns])
        self.values[columns] = values

    @property
    def whole(self) -> bool:
        """Whether the regions add up to a plan that keeps every row."""
        return bool(self._planned.all() and not self._broken(np.arange(len(self._activity))).any())


def halves(places: Array, most: int, turn: float) -> Iterator[Array]:
    """Places (longitude and latitude, NaN: unknown, taken as in the middle) in lots of at most so many: halves of
    halves along axes turned by an angle. Positions of each lot."""
    known = np.asarray(np.isfinite(places).all(axis=1))
    places = np.where(known[:, None], places, places[known].mean(axis=0) if known.any() else 0.0)
    axes = places @ np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    waiting = [(np.arange(len(places)), math.ceil(len(places) / most))]
    while waiting:
        lot, lots = waiting.pop()
        if lots == 1:
            yield lot
            continue
        widest = int(np.argmax(np.ptp(axes[lot], axis=0)))
        order = lot[np.argsort(axes[lot, widest], kind="stable")]
        middle = lots // 2 * len(order) // lots
        waiting += [(order[middle:], lots - lots // 2), (order[:middle], lots // 2)]


def _slack(rows: Array, lower: Array, upper: Array) -> sp.csr_matrix:
    """Columns by which these rows may miss their bounds, each in steps of one."""
    below, above = rows[np.isfinite(lower[rows])], rows[np.isfinite(upper[rows])]
    row = np.concatenate([below, above])
    sign = np.concatenate([np.ones(len(below)), -np.ones(len(above))])
    return sp.csr_matrix((sign, (row, np.arange(len(row)))), shape=(len(lower), len(row)))
