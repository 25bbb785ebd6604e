"""People of one stage and subject (position, outside the classroom): a part of a model without borders between schools.

Within a subject people change places over the whole district; what ties subjects to one another is little: how many
leave or enter a school in all, and what goals sum up over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from rotation_planner.eligibility.arrays import codes_of
from rotation_planner.model.model import Model
from rotation_planner.model.program import Array
from rotation_planner.solve.pricing import cheapest


class Subjects:
    """The kinds of a model by stage, subject and position: ``kind`` holds the number of the subject of each kind."""

    def __init__(self, model: Model) -> None:
        self.model = model
        facts, person = model.ground.facts, model.people.kind_person
        told = codes_of(*(facts.of_people(name)[person] for name in ("stage", "subject", "position")))
        names, self.kind = np.unique(told, return_inverse=True)
        self.count = len(names)

    def columns(self, subjects: Array) -> Array:
        """The columns of the people of these subjects, with all that rules and goals have added: bool per column."""
        model, own = self.model, np.isin(self.kind, subjects)
        free = np.ones(model.program.columns, bool)
        free[model.leave], free[model.go] = own[model.people.group_kind], own[model.arc_kind]
        return free

    def lots(self, arcs: Array, most: int, rng: np.random.Generator) -> Iterator[Array]:
        """Subjects together, dealt anew each time, with at most so many ``arcs`` (how many each has), or one alone."""
        waiting = [int(each) for each in rng.permutation(self.count)]
        while waiting:
            lot: list[int] = []
            for each in waiting:
                if not lot or arcs[[*lot, each]].sum() <= most:
                    lot.append(each)
            waiting = [each for each in waiting if each not in lot]
            yield np.array(lot)

    def near(self, cost: Array, of_kind: int, of_place: int) -> Array:
        """The columns that are no arcs, and so many arcs of each kind, and into each school of each subject, in the
        order of what they pay: bool per column."""
        model, looked = self.model, np.ones(self.model.program.columns, bool)
        prices = cost[model.go]
        looked[model.go] = False
        looked[model.go[cheapest(prices, model.arc_kind, of_kind)]] = True
        looked[model.go[cheapest(prices, self._place, of_place)]] = True
        return looked

    @cached_property
    def _place(self) -> Array:
        """The school and the subject of each arc, in one number."""
        return self.model.arc_to * np.int64(self.count) + self.kind[self.model.arc_kind]
