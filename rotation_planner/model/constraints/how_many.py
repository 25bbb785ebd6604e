"""How many go: shares, numbers, and leaders who do not all leave."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rotation_planner.eligibility.facts import Array, codes_of
from rotation_planner.model.base import Constraint
from rotation_planner.model.ground import Ground
from rotation_planner.model.program import INFINITY, Entries, Scopes
from rotation_planner.policy.kinds import MovingSet, People

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


def rounded(share: Fraction, size: Array, rounding: str) -> Array:
    """share x size as whole numbers: ``up``, ``down`` or ``half_up``, in exact arithmetic."""
    above, below = share.numerator, share.denominator
    if rounding == "up":
        return -(-size * above // below)
    if rounding == "down":
        return size * above // below
    return (2 * size * above + below) // (2 * below)


class _PerGroup(Constraint):
    """Counts sets of people per group of the present school or of own columns."""

    def __init__(self, rule: Any, ground: Ground) -> None:
        super().__init__(rule, ground)
        inside = np.ones(ground.facts.people, bool) if rule.where is None else ground.select.people(rule.where)
        columns = [ground.facts.of_people(field) for field in rule.per]
        codes = codes_of(*columns) if columns else np.zeros(ground.facts.people, dtype=np.int64)
        concerned = inside & self._concerned()
        known, group = np.unique(codes[concerned], return_inverse=True)
        self.bucket = np.full(ground.facts.people, -1, dtype=np.int64)
        self.bucket[concerned] = group
        self.groups = len(known)
        first = np.zeros(self.groups, dtype=np.int64)
        rows = np.flatnonzero(concerned)
        first[group[::-1]] = rows[::-1]
        if not columns:  # the district is a group even when nobody is concerned
            self.groups, first = 1, np.zeros(1, dtype=np.int64)
        self.scopes = self._scopes(columns, first)

    def _scopes(self, columns: list[Array], first: Array) -> Scopes:
        if not columns:
            return Scopes("district", np.zeros(1, dtype=np.int64))
        if tuple(self.rule.per) == ("school_id",):
            return Scopes("school", self.ground.facts.school[first])
        names = self.ground.district.schools["name"].to_numpy(object)
        labels = tuple(
            " ".join(
                names[self.ground.facts.school[person]] if field == "school_id" else str(column[person])
                for field, column in zip(self.rule.per, columns, strict=True)
            )
            for person in first
        )
        return Scopes("group", np.arange(self.groups), labels)

    @abstractmethod
    def _sets(self) -> tuple[MovingSet, ...]:
        """The sets of the decision that are counted."""

    def _concerned(self) -> Array:
        return np.logical_or.reduce([self._mask(each) for each in self._sets()])

    def _mask(self, counted: MovingSet) -> Array:
        mask = self.ground.select.people(counted.moving)
        if counted.from_ is not None:
            mask = mask & self.ground.select.schools(counted.from_)[self.ground.facts.school]
        return mask

    def _bucket(self, counted: MovingSet) -> Array:
        """The group in which each person of a set counts, -1 for people outside the set."""
        return np.where(self._mask(counted), self.bucket, -1)

    def leaving(self) -> Sequence[Array]:
        return [self._bucket(counted) for counted in self._sets() if counted.to is None]

    def going(self) -> Sequence[Array]:
        return [self._bucket(counted) for counted in self._sets() if counted.to is not None]

    def _count(self, model: Model, counted: MovingSet) -> Entries:
        bucket = self._bucket(counted)
        if counted.to is None:
            return model.leavers(bucket >= 0, bucket)
        on_arc = model.people.of_kinds(bucket)[model.people.seats.person]
        return model.arrivals(bucket >= 0, on_arc, self.ground.select.schools(counted.to)[model.arc_to])


class ShareOfSet(_PerGroup):
    """At least / at most a share of one set belongs to another; over people a number, over movers a proportion."""

    def _sets(self) -> tuple[MovingSet, ...]:
        moving = (self.rule.over,) if isinstance(self.rule.over, MovingSet) else ()
        return (self.rule.numerator, *moving)

    def _concerned(self) -> Array:
        concerned = super()._concerned()
        if isinstance(self.rule.over, People):
            concerned = concerned | self.ground.select.people(self.rule.over.people)
        return concerned

    def post(self, model: Model) -> None:
        rule = self.rule
        counted = self._count(model, rule.numerator)
        floor = rule.at_least is not None
        share = rule.at_least if floor else rule.at_most
        if isinstance(rule.over, People):
            size = np.bincount(
                self.bucket[self.ground.select.people(rule.over.people) & (self.bucket >= 0)], minlength=self.groups
            )
            asked = rounded(share, size, rule.rounding)
            bounds = (asked, INFINITY) if floor else (-INFINITY, np.maximum(asked, rule.allow))
            model.post(rule, counted, np.asarray(bounds[0]), np.asarray(bounds[1]), self.scopes)
            return
        # b x counted - a x over against an offset that states the rounding in whole numbers; doubled for half_up.
        twice = 2 if rule.rounding == "half_up" else 1
        above, below = share.numerator * twice, share.denominator * twice
        balance = below * counted + -(above * self._count(model, rule.over))
        half = below // 2
        if floor:
            offset = {"up": 0, "down": 1 - below, "half_up": 1 - half}[rule.rounding]
            model.post(rule, balance, np.asarray(offset), np.asarray(INFINITY), self.scopes, below)
            return
        offset = {"down": 0, "up": below - 1, "half_up": half}[rule.rounding]
        if rule.allow:  # either the share holds, or not more than ``allow`` are counted
            most = len(model.people.people)
            few = model.program.add_columns(self.groups, 0, 1)
            rows = np.arange(self.groups)
            within = counted + Entries(rows, few, np.full(self.groups, most))
            model.post(rule, within, np.asarray(-INFINITY), np.asarray(rule.allow + most), self.scopes)
            balance += Entries(rows, few, np.full(self.groups, -below * most))
        model.post(rule, balance, np.asarray(-INFINITY), np.asarray(offset), self.scopes, below)


class Number(_PerGroup):
    """At least / at most so many of a set move."""

    def _sets(self) -> tuple[MovingSet, ...]:
        return (self.rule.of,)

    def post(self, model: Model) -> None:
        low = -INFINITY if self.rule.at_least is None else self.rule.at_least
        high = INFINITY if self.rule.at_most is None else self.rule.at_most
        model.post(self.rule, self._count(model, self.rule.of), np.asarray(low), np.asarray(high), self.scopes)


class LeadersKept(Constraint):
    """Where a school has people in each of the positions, at least one of them stays."""

    def _leaders(self) -> Array:
        position = self.ground.facts.of_people("position")
        return np.isin(position.astype(str), self.rule.positions)

    def leaving(self) -> Sequence[Array]:
        return [self._leaders()]

    def post(self, model: Model) -> None:
        position, leaders = self.ground.facts.of_people("position"), self._leaders()
        held = [model.today(position == each) > 0 for each in self.rule.positions]
        schools = np.flatnonzero(np.logical_and.reduce(held))
        row = np.full(self.ground.schools, -1, dtype=np.int64)
        row[schools] = np.arange(len(schools))
        leaving = model.leavers(leaders, row[self.ground.facts.school])
        model.post(
            self.rule, leaving, np.asarray(-INFINITY), model.today(leaders)[schools] - 1, Scopes("school", schools)
        )
