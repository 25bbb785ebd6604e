"""In what order people go."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array, codes_of
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.model.base import Constraint, ranked
from rotation_planner.model.ground import Gathered
from rotation_planner.model.program import INFINITY, Entries, Scopes
from rotation_planner.policy.kinds import Order

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


class LongestFirst(Constraint):
    """Along the order, nobody leaves before everybody ahead has left.

    People of one group who stand together in the order form a run; the group leaves from its head, so that only the
    step from one run to the next needs rows.
    """

    @cached_property
    def _ordered(self) -> Array:
        """Candidates concerned, alike people together, longest-serving first."""
        select, standing = self.ground.select, self.ground.standing
        who = select.people(self.rule.who) & standing.candidate & ~select.excepted(self.rule)
        if self.rule.unless is not None:
            who &= ~select.people(self.rule.unless)
        people = np.flatnonzero(who)
        place = ranking(select, self.rule.by, standing.draw)
        return people[np.lexsort((place[people], self._alike[people]))]

    @cached_property
    def _alike(self) -> Array:
        return codes_of(*(self.ground.facts.of_people(field) for field in self.rule.within))

    def leaving(self) -> Sequence[Array]:
        concerned = np.zeros(self.ground.facts.people, bool)
        concerned[self._ordered] = True
        if len(self.ground.policy.of(Order)) > 1:  # several orders may cross: everybody concerned stands alone
            return [np.where(concerned, np.arange(len(concerned)), -1)]
        return [concerned, np.where(concerned, self._alike, -1)]

    def breaks(self, people: Gathered) -> Sequence[Array]:
        return [self._runs(people)]

    def _runs(self, people: Gathered) -> Array:
        """Number of the run of each person concerned, -1 for others."""
        group = np.full(self.ground.facts.people, -1, dtype=np.int64)
        group[people.people] = people.group
        run = np.full(self.ground.facts.people, -1, dtype=np.int64)
        ordered = self._ordered
        if len(ordered):
            new = np.ones(len(ordered), bool)
            new[1:] = (group[ordered[1:]] != group[ordered[:-1]]) | (
                self._alike[ordered[1:]] != self._alike[ordered[:-1]]
            )
            run[ordered] = np.cumsum(new) - 1
        return run

    def post(self, model: Model) -> None:
        people, ordered = model.people, self._ordered
        if len(ordered) == 0:
            return
        group = np.full(self.ground.facts.people, -1, dtype=np.int64)
        group[people.people] = people.group
        step = np.flatnonzero(
            (group[ordered[1:]] != group[ordered[:-1]]) & (self._alike[ordered[1:]] == self._alike[ordered[:-1]])
        )
        ahead, behind = group[ordered[step]], group[ordered[step + 1]]
        size_ahead, size_behind = people.group_size[ahead], people.group_size[behind]
        scopes = Scopes("person", ordered[step + 1])
        rows = np.arange(len(step))
        if ranked(self.rule):
            self._post_ranked(model, ahead, behind, scopes)
            return
        done = model.leave[ahead].copy()  # the column that says "everybody ahead has left"
        several = np.flatnonzero(size_ahead > 1)
        done[several] = model.program.add_columns(len(several), 0, 1)
        full = Entries(np.arange(len(several)), model.leave[ahead[several]], np.ones(len(several), dtype=np.int64))
        full += Entries(np.arange(len(several)), done[several], -size_ahead[several])
        few = Scopes("person", scopes.ids[several])
        model.post(self.rule, full, np.zeros(len(several)), np.asarray(INFINITY), few)
        after = Entries(rows, model.leave[behind], np.ones(len(step), dtype=np.int64)) + Entries(
            rows, done, -size_behind
        )
        model.post(self.rule, after, np.asarray(-INFINITY), np.zeros(len(step)), scopes)

    def _post_ranked(self, model: Model, ahead: Array, behind: Array, scopes: Scopes) -> None:
        """As a wish: everybody costs who leaves while somebody ahead, however far, stays."""
        size, leave, program, rule = model.people.group_size, model.leave, model.program, self.rule
        rows, ones = np.arange(len(ahead)), np.ones(len(ahead), dtype=np.int64)
        done = program.add_columns(len(ahead), 0, 1)  # all of the group ahead and of those before it have left
        late = program.add_columns(len(ahead), 0, size[behind])
        before = np.flatnonzero(np.append(False, behind[:-1] == ahead[1:]))  # steps that go on from the one before
        whole = Entries(rows, leave[ahead], ones) + Entries(rows, done, -size[ahead])
        program.add_rows(rule.id, whole, 0, INFINITY, scopes)
        chain = Entries(np.arange(len(before)), done[before - 1], ones[before])
        chain += Entries(np.arange(len(before)), done[before], -ones[before])
        program.add_rows(rule.id, chain, 0, INFINITY, Scopes("person", scopes.ids[before]))
        after = Entries(rows, leave[behind], ones) + Entries(rows, done, -size[behind]) + Entries(rows, late, -ones)
        program.add_rows(rule.id, after, -INFINITY, 0, scopes)
        model.price(rule, late)
