"""Wishes looked at in a part of a plan: people of one stage and subject may do otherwise, all others keep to the plan.

In a large district no program over everybody ends in time. Yet whom a wish touches first are those who teach the same:
of all plans that differ in their fates alone, prices and small programs show in moments what each wish costs. Such a
proof holds as long as the others keep to the plan, and is told as that; a plan that is found holds without condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from rotation_planner.answers.asking import Ask
from rotation_planner.answers.sifting import Sifting
from rotation_planner.answers.wishes import Wishes
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Cost
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.pricing import Priced


class Part(Wishes):
    """The columns ``free`` (bool) of a whole, its other columns standing as in the plan (``values``).

    ``people``: how many may do otherwise.
    """

    def __init__(self, whole: Sifting, values: Array, activity: Array, free: Array) -> None:
        self._whole, columns = whole, np.flatnonzero(free)
        self._at = np.full(len(free), -1, dtype=np.int64)
        self._at[columns] = np.arange(len(columns))
        arrays = whole.arrays
        self.values: Array = values[columns]
        part = arrays.over(free)
        rows = np.flatnonzero(np.diff(part.indptr))
        rest = (activity - part @ self.values)[rows]
        low, high = arrays.row_lower[rows] - rest, arrays.row_upper[rows] - rest
        self.arrays = ProgramArrays(arrays.lower[columns], arrays.upper[columns], sp.csr_matrix(part[rows]), low, high)
        self.costs = tuple(self._of_part(cost, values, columns) for cost in whole.costs)
        self.changes = None if whole.changes is None else self._of_part(whole.changes, values, columns)
        go = self._at[whole.model.go]
        inside = go >= 0
        kinds = whole.model.people.seats.person[inside]
        self._moving = Priced(go[inside], kinds, whole.model.people.kind_size)
        self.people = int(free[whole.model.leave][whole.model.people.group].sum())

    @staticmethod
    def _of_part(cost: Cost, values: Array, columns: Array) -> Cost:
        """What the columns of the part cost, what the others cost being the constant."""
        own = cost.coefficients[columns]
        return replace(cost, coefficients=own, constant=cost.value(values) - round(float(own @ values[columns])))

    def leave(self, person: int) -> int:
        return int(self._at[self._whole.leave(person)])

    def own(self, person: int) -> Array:
        return self._at[self._whole.own(person)]

    def wished(self, ask: Ask) -> Array:
        return self._at[self._whole.wished(ask)]

    def moving(self) -> Priced:
        return self._moving

    def around(self, ask: Ask) -> Array:
        return np.ones(len(self.values), bool)


class Parts:
    """A whole taken apart by stage and subject; the model must allow the plan."""

    def __init__(self, whole: Sifting) -> None:
        if whole.values is None:
            raise ValueError("the model does not allow the plan")
        self.whole, self.values = whole, whole.values

    @cached_property
    def _activity(self) -> Array:
        return self.whole.arrays.activity(self.values)

    def of(self, asks: Iterable[Ask]) -> Iterator[list[Ask]]:
        """The wishes of each part together, small parts first."""
        found: dict[int, list[Ask]] = {}
        for ask in asks:
            found.setdefault(self.whole.subject_of(ask.person), []).append(ask)
        yield from sorted(found.values(), key=lambda each: (len(each), each[0].person))

    def part(self, asks: list[Ask]) -> Part:
        """The part of these wishes."""
        return self.over(self.whole.around(asks[0]))

    def over(self, free: Array) -> Part:
        """The part of these columns (a mask)."""
        return Part(self.whole, self.values, self._activity, free)
