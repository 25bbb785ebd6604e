"""Moves in rounds, each on what the earlier ones have freed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import Constraint
from rotation_planner.model.constraints.posts import LeadershipPosts, TitleLimits
from rotation_planner.model.constraints.staffing import HeadcountLimit, SubjectLimits

if TYPE_CHECKING:
    from rotation_planner.model.model import Model

Kept = type[HeadcountLimit] | type[SubjectLimits] | type[LeadershipPosts] | type[TitleLimits]
KEPT: dict[str, Kept] = {
    "headcount": HeadcountLimit,
    "subject_staffing": SubjectLimits,
    "posts": LeadershipPosts,
    "title_posts": TitleLimits,
}


class AfterEachRound(Constraint):
    """After every round, with the moves of it and of those before, the rules named hold."""

    @cached_property
    def _round(self) -> Array:
        """The round of each person, the number of rounds for whoever is in none."""
        found = np.full(self.ground.facts.people, len(self.rule.rounds), dtype=np.int64)
        for number, each in reversed(list(enumerate(self.rule.rounds))):
            found[self.ground.select.people(each.who)] = number
        return found

    def leaving(self) -> Sequence[Array]:
        return [self._round]

    def going(self) -> Sequence[Array]:
        return [self._round]

    def post(self, model: Model) -> None:
        kept = [
            KEPT[rule.kind](rule.model_copy(update={"id": self.rule.id}), self.ground)
            for rule in model.policy.active
            if rule.kind in KEPT and rule.force == "must" and (not self.rule.keeps or rule.id in self.rule.keeps)
        ]
        for number in range(len(self.rule.rounds)):
            for part in kept:
                part.post(model, self._round <= number)
