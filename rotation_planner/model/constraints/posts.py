"""Posts afterwards: of leaders and ranks, by school or department, and of titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array, numbers_of
from rotation_planner.model.constraints.receiving import WhereReceiving, departments_of, schools_of
from rotation_planner.model.program import INFINITY

if TYPE_CHECKING:
    from rotation_planner.model.model import Model

POST_COLUMNS = {
    "principal": "principal_posts",
    "deputy_principal": "deputy_posts",
    "middle_chief": "middle_chief_posts",
    "middle_deputy": "middle_deputy_posts",
}


class LeadershipPosts(WhereReceiving):
    """Posts by position: within their number where anybody arrives; those to be filled stay filled."""

    def _positions(self) -> dict[str, str]:
        return {each: how for each in POST_COLUMNS if (how := getattr(self.rule, each)) is not None}

    def _held(self) -> Iterator[tuple[Array, str, str | None, int | None]]:
        """For each rank: who holds it, how it is bound, the column of its posts, their number in each department."""
        position = self.ground.facts.of_people("position")
        for name, how in self._positions().items():
            yield np.asarray(position == name, bool), how, POST_COLUMNS[name], self.rule.in_each.get(name)
        for rank in self.rule.ranks:
            yield self.ground.select.people(rank.who), rank.how, rank.posts, None

    def going(self) -> Sequence[Array]:
        position = self.ground.facts.of_people("position").astype(str)
        named = np.where(np.isin(position, list(self._positions())), position, "").astype(object)
        return [named, *(self.ground.select.people(rank.who) for rank in self.rule.ranks)]

    def post(self, model: Model, among: Array | None = None) -> None:
        whole = self.rule.per == "school"
        buckets = schools_of(model) if whole else departments_of(model)
        excepted = self.ground.select.excepted_schools(self.rule)
        if not whole:
            to = self.ground.destinations
            by_place = np.zeros(buckets.count, bool)
            by_place[to.places] = excepted[to.school]
            excepted = by_place
        for holding, how, column, in_each in self._held():
            today = np.bincount(buckets.home[holding & (buckets.home >= 0)], minlength=buckets.count).astype(float)
            posts = today.copy()
            if whole and column is not None:
                told = numbers_of(self.ground.facts.of_schools(column))
                posts = np.where(np.isnan(told), today, told)
            elif not whole and in_each is not None:
                posts = np.full(buckets.count, float(in_each))
            self.cap(model, holding, np.where(excepted, np.nan, posts), buckets, among)
            if how == "filled":
                moving = holding if among is None else holding & among
                change = model.change_in(moving, buckets.home, buckets.there)
                touched = np.unique(change.row)
                touched = touched[~excepted[touched]]
                self.rows(model, change, touched, (np.minimum(posts, today) - today)[touched], INFINITY, buckets)


class TitleLimits(WhereReceiving):
    """Senior and other title posts admit who arrives."""

    def _group(self, titles: tuple[str, ...]) -> Array:
        return np.isin(self.ground.facts.of_people("title").astype(str), titles)

    def going(self) -> Sequence[Array]:
        return [self._group(group.titles) for group in self.rule.groups]

    def post(self, model: Model, among: Array | None = None) -> None:
        excepted = self.ground.select.excepted_schools(self.rule)
        for group in self.rule.groups:
            posts = numbers_of(self.ground.facts.of_schools(group.posts)) - self.rule.reserve
            posts = np.where(excepted, np.nan, posts)
            self.cap(model, self._group(group.titles), posts, schools_of(model), among)
