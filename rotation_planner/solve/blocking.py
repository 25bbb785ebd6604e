"""Which rules keep one more person from moving in a given solution."""

from __future__ import annotations

from collections import Counter

import numpy as np
import scipy.sparse as sp

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Model
from rotation_planner.model.program import CUT
from rotation_planner.solve.elastic import STRUCTURE


class Blocking:
    """Tries single moves against the rows of a solution; told rules are those whose bound one more move would break."""

    def __init__(self, model: Model, values: Array) -> None:
        arrays = model.arrays
        self._model = model
        self._columns = sp.csc_matrix(arrays.matrix)
        activity = arrays.matrix @ values
        self._up, self._down = arrays.row_upper - activity, activity - arrays.row_lower
        self._rule = np.concatenate(
            [np.full(block.count, block.rule, dtype=object) for block in model.program.blocks] or [np.zeros(0, object)]
        )
        self._hard = np.array([not str(rule).startswith((*STRUCTURE, CUT)) for rule in self._rule], bool)
        self._number = {int(person): number for number, person in enumerate(model.people.people)}
        arcs = model.people.seats.person
        self._order = np.argsort(arcs, kind="stable")
        self._first = np.searchsorted(arcs[self._order], np.arange(len(model.people.kind_person) + 1))

    def _column(self, column: int) -> tuple[Array, Array]:
        part = slice(self._columns.indptr[column], self._columns.indptr[column + 1])
        return self._columns.indices[part], self._columns.data[part]

    def _broken(self, columns: list[int]) -> frozenset[str]:
        """Rules broken when each of the columns grows by one."""
        change: Counter[int] = Counter()
        for column in columns:
            for row, value in zip(*self._column(column), strict=True):
                change[int(row)] += value
        return frozenset(
            str(self._rule[row])
            for row, value in change.items()
            if self._hard[row] and (value > self._up[row] + 1e-6 or -value > self._down[row] + 1e-6)
        )

    def of(self, person: int) -> tuple[tuple[str, ...], bool]:
        """The rules that keep a person from moving, and whether they hold at the school the person would leave.

        Every open seat is tried; told are the rules that block all of them, or else those that block most.
        """
        number = self._number.get(person)
        if number is None:
            return (), False
        people = self._model.people
        leave = int(self._model.leave[people.group[number]])
        at_source = self._broken([leave])
        kind = people.kind[number]
        arcs = self._order[self._first[kind] : self._first[kind + 1]]
        broken = [self._broken([leave, int(self._model.go[arc])]) for arc in arcs]
        if not broken or not all(broken):
            return (), False
        common = frozenset.intersection(*broken)
        if common:
            return tuple(sorted(common)), bool(common & at_source)
        counted = Counter(rule for rules in broken for rule in rules)
        return tuple(rule for rule, _ in counted.most_common(3)), False
