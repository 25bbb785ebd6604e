"""In what order people go."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.facts import Array, codes_of
from rotation_planner.eligibility.standing import seniority
from rotation_planner.model.base import Constraint
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
        who = select.people(self.rule.who) & standing.candidate
        if self.rule.unless is not None:
            who &= ~select.people(self.rule.unless)
        people = np.flatnonzero(who)
        place = seniority(self.ground.facts, self.rule.by, standing.draw)
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
