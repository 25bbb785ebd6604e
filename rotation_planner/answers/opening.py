"""Rows that follow from others in whole numbers where schools over their limit may be opened at a price.

To a relaxation a hundredth of an open school costs a hundredth of the price and lets in whomever it likes. These rows
say what is true of whole numbers: an open school pays at least for what is left of its surplus when everybody has left
who may, and for everybody who arrives; into one subject come no more than leave it or fit in, but for what it gives.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from rotation_planner.answers.giving import Giving
from rotation_planner.answers.pieces import NOWHERE, Amounts, Side
from rotation_planner.answers.places import Place
from rotation_planner.eligibility.arrays import Array
from rotation_planner.policy.kinds import Headcount, SubjectStaffing

Row = tuple[Array, Array, float]
"""Columns, coefficients, upper bound."""


class Openings:
    """Such rows for a program in which the sides of places give at a price, as `Giving.priced` makes it."""

    def __init__(self, giving: Giving, upper: Array, given: Amounts, sides: list[Side]) -> None:
        self._giving, self._upper = giving, upper
        self._matrix = giving.arrays.matrix
        self._high = giving.bounds(given)[1]
        self._own = len(giving.arrays.lower)
        self._slack = {side: self._own + number for number, side in enumerate(sides)}
        self._arc = np.zeros(self._own, bool)
        self._arc[giving.model.go] = True

    def rows(self) -> tuple[sp.csr_matrix, Array]:
        """All of them, over the columns of the program with those of the sides, and their upper bounds."""
        giving, made = self._giving, list[Row]()
        subjects = self._subjects()
        for row in np.flatnonzero((giving.tied >= 0) & (giving.place_of < 0)).tolist():
            columns, values = self._of(row)
            opens, arriving = int(columns[values < 0][0]), columns[values > 0]
            place = giving.places[giving.tied[row]]
            if self._upper[opens] < 1:
                continue
            made += [found for each in place.rows.tolist() if (found := self._surplus(place, each, opens, arriving))]
            if isinstance(giving.rules[place.rule], Headcount):
                for other in subjects.get(int(giving.pieces.school[place.number]), []):
                    rows = other.rows.tolist()
                    made += [found for each in rows if (found := self._subject(other, each, opens, arriving))]
        sizes = [len(columns) for columns, _, _ in made]
        shape = (len(made), self._own + len(self._slack))
        if not made:
            return sp.csr_matrix(shape), np.zeros(0)
        columns, values = (np.concatenate([each[part] for each in made]) for part in (0, 1))
        entries = (values, (np.repeat(np.arange(len(made)), sizes), columns))
        return sp.csr_matrix(entries, shape=shape), np.array([high for _, _, high in made])

    def _subjects(self) -> dict[int, list[Place]]:
        """Places of subjects by school."""
        giving, told = self._giving, dict[int, list[Place]]()
        for place in giving.places:
            school = int(giving.pieces.school[place.number])
            if school != NOWHERE and isinstance(giving.rules[place.rule], SubjectStaffing):
                told.setdefault(school, []).append(place)
        return told

    def _of(self, row: int) -> tuple[Array, Array]:
        part = slice(self._matrix.indptr[row], self._matrix.indptr[row + 1])
        return self._matrix.indices[part], self._matrix.data[part]

    def _surplus(self, place: Place, row: int, opens: int, arriving: Array) -> Row | None:
        """Of a school that opens, what is above its limit when all have left who may is paid, and who arrives."""
        (columns, values), high = self._of(row), float(self._high[row])
        at = columns == opens
        if not at.any() or not np.isfinite(high) or high < 0:
            return None
        entering = (values > 0) & ~at
        above = float(values[at][0]) - self._leaving(columns, values)
        if above <= 0 or not np.isin(columns[entering], arriving).all():
            return None
        return self._row(place, columns[entering], values[entering], opens, above, high)

    def _subject(self, place: Place, row: int, opens: int, arriving: Array) -> Row | None:
        """Into a subject of a school that opens come no more than leave it or fit in."""
        (columns, values), high = self._of(row), float(self._high[row])
        entering = (values > 0) & self._arc[columns]
        if not np.isfinite(high) or not entering.any() or not np.isin(columns[entering], arriving).all():
            return None
        above = float(values[(values > 0) & ~entering].sum())  # paid where the subject itself is over its limit
        most = max(high + self._leaving(columns, values) - above, 0.0)
        return self._row(place, columns[entering], values[entering], opens, -most, 0.0)

    def _leaving(self, columns: Array, values: Array) -> float:
        less = values < 0
        return float(-(values[less] * self._upper[columns[less]]).sum())

    def _row(self, place: Place, entering: Array, values: Array, opens: int, price: float, high: float) -> Row:
        slack = self._slack.get((place.number, False))
        more, of_more = [opens], [price]
        if slack is not None:
            more, of_more = [*more, slack], [*of_more, -1.0]
        return np.append(entering, more).astype(np.int64), np.append(values, of_more), high
