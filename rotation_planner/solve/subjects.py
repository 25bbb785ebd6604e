"""People of one stage and subject (position, outside the classroom): a part of a model without borders between schools.

Within a subject people change places over the whole district; what ties subjects to one another is little: how many
leave or enter a school in all, and what goals sum up over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from rotation_planner.eligibility.arrays import codes_of
from rotation_planner.model.model import Model
from rotation_planner.model.program import Array
from rotation_planner.solve.pricing import cheapest


class Subjects:
    """The people of a model by stage, subject and position. ``of_people``: the number of the subject of each candidate;
    ``of_kinds``: that of the first one of each kind, which may hold people of several."""

    def __init__(self, model: Model) -> None:
        self.model = model
        facts, people = model.ground.facts, model.people
        told = codes_of(*(facts.of_people(name)[people.people] for name in ("stage", "subject", "position")))
        names, of_people = np.unique(told, return_inverse=True)
        self.count = len(names)
        self.of_people: Array = np.asarray(of_people)
        first = np.unique(people.kind, return_index=True)[1]
        self.of_kinds: Array = self.of_people[first]

    def columns(self, subjects: Sequence[int]) -> Array:
        """The columns of the people of these subjects, with all that rules and goals have added: bool per column."""
        model, people = self.model, self.model.people
        own = np.isin(self.of_people, subjects)
        kinds, groups = np.zeros(len(people.kind_person), bool), np.zeros(len(people.group_person), bool)
        kinds[people.kind[own]], groups[people.group[own]] = True, True
        free = np.ones(model.program.columns, bool)
        free[model.leave], free[model.go] = groups, kinds[model.arc_kind]
        return free

    def lots(self, arcs: Array, most: int, rng: np.random.Generator) -> Iterator[list[int]]:
        """Subjects together, dealt anew each time, with at most so many ``arcs`` (how many each has), or one alone."""
        waiting = [int(each) for each in rng.permutation(self.count)]
        while waiting:
            lot: list[int] = []
            for each in waiting:
                if not lot or arcs[[*lot, each]].sum() <= most:
                    lot.append(each)
            waiting = [each for each in waiting if each not in lot]
            yield lot

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
        return self.model.arc_to * np.int64(self.count) + self.of_kinds[self.model.arc_kind]
