"""How many go: shares, numbers, and leaders who do not all leave."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import Constraint
from rotation_planner.model.constraints.grouping import Grouping
from rotation_planner.model.ground import Ground
from rotation_planner.model.program import INFINITY, Entries, Scopes
from rotation_planner.policy.kinds import AfterSet, ArrivingSet, MovingSet, People, StayingSet

if TYPE_CHECKING:
    from rotation_planner.model.model import Model

DecidedSet = MovingSet | ArrivingSet | StayingSet | AfterSet
NOTHING = Entries(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def rounded(share: Fraction, size: Array, rounding: str) -> Array:
    """share x size as whole numbers: ``up``, ``down`` or ``half_up``, in exact arithmetic."""
    above, below = share.numerator, share.denominator
    if rounding == "up":
        return -(-size * above // below)
    if rounding == "down":
        return size * above // below
    return (2 * size * above + below) // (2 * below)


class _PerGroup(Constraint):
    """Counts sets of people per group; each set is a fixed number and columns of the decision."""

    def __init__(self, rule: Any, ground: Ground) -> None:
        super().__init__(rule, ground)
        self.grouping = Grouping(rule, ground, self._concerned)

    def _sets(self) -> Sequence[DecidedSet]:
        """The sets of the decision that are counted."""
        return ()

    @cached_property
    def _concerned(self) -> Array:
        """Who is of any set by the facts."""
        return np.logical_or.reduce(
            [np.zeros(self.ground.facts.people, bool), *(self._mask(each) for each in self._sets())]
        )

    def _mask(self, counted: DecidedSet | People) -> Array:
        """Who is of a set by the facts: who they are and the school they would leave."""
        select = self.ground.select
        match counted:
            case People():
                mask = select.people(counted.people)
            case StayingSet():
                mask = select.people(counted.staying)
            case AfterSet():
                mask = select.people(counted.after)
            case MovingSet() | ArrivingSet():
                mask = select.people(counted.moving if isinstance(counted, MovingSet) else counted.arriving)
                if counted.from_ is not None:
                    mask = mask & select.schools(counted.from_)[self.ground.facts.school]
        return mask & ~select.excepted(self.rule)

    def _bucket(self, counted: DecidedSet) -> Array:
        """The group in which each person of a set counts today, -1 for people outside the set."""
        return np.where(self._mask(counted), self.grouping.home, -1)

    def leaving(self) -> Sequence[Array]:
        return [self._bucket(counted) for counted in self._sets() if not self._by_arc(counted)]

    def going(self) -> Sequence[Array]:
        told: list[Array] = []
        for counted in self._sets():
            if self._by_arc(counted):
                told += [self._bucket(counted), self._mask(counted)]
            if isinstance(counted, MovingSet | ArrivingSet) and counted.along is not None:
                told.append(self._route_code(counted))
        return [*told, *self.grouping.own_columns()]

    def _by_arc(self, counted: DecidedSet) -> bool:
        """Whether it matters where, or in which way, people of the set go."""
        match counted:
            case MovingSet():
                return not counted.anywhere
            case StayingSet():
                return self.ground.lasting
        return True

    def _route_code(self, counted: MovingSet | ArrivingSet) -> Array:
        """One number for all candidates whom the set's route lets count in the same destinations."""
        code = np.full(self.ground.facts.people, -1, dtype=np.int64)
        if counted.along is not None and len(self.ground.people):
            passed = np.packbits(self.ground.routing.route(counted.along, self.ground.people), axis=1)
            code[self.ground.people] = np.unique(passed, axis=0, return_inverse=True)[1].ravel()
        return code

    def _arcs_of(self, model: Model, counted: MovingSet | ArrivingSet) -> Array:
        """Arcs along which a mover counts in the set: bool [arcs]."""
        arcs = np.ones(len(model.go), bool)
        if counted.to is not None:
            arcs &= self.ground.select.schools(counted.to)[model.arc_to]
        if counted.along is not None and len(arcs):
            passed = self.ground.routing.route(counted.along, model.people.kind_person)
            arcs &= passed[model.people.seats.person, model.people.seats.destination]
        if counted.ways:
            cases = self.ground.routing.modes.cases if self.ground.routing.modes is not None else ()
            named = [number for number, case in enumerate(cases) if case.id in counted.ways]
            arcs &= np.isin(model.people.seats.way, named)
        return arcs

    def _count(self, model: Model, counted: DecidedSet, done: Array | None = None) -> tuple[Array, Entries]:
        """A set per group: how many are of it whatever is decided, and columns. ``done``: who counts in any case."""
        grouping = self.grouping
        mask, home = self._mask(counted), grouping.home
        fixed = np.zeros(grouping.count, dtype=np.int64)
        match counted:
            case MovingSet():
                if done is not None:
                    fixed = grouping.number(mask & done)
                    mask = mask & ~done
                bucket = np.where(mask, home, -1)
                if counted.anywhere:
                    return fixed, model.leavers(bucket >= 0, bucket)
                on_arc = model.of_arcs(bucket)
                return fixed, model.arrivals(bucket >= 0, on_arc, self._arcs_of(model, counted))
            case ArrivingSet():
                return fixed, model.arrivals(mask, grouping.of_arcs(model), self._arcs_of(model, counted))
            case StayingSet():
                bucket = np.where(mask, home, -1)
                staying = -model.leavers(bucket >= 0, bucket)
                if not model.arc_counts.all():
                    staying += model.arrivals(bucket >= 0, model.of_arcs(bucket), ~model.arc_counts)
                return grouping.number(mask), staying
        bucket = np.where(mask, home, -1)
        return grouping.number(mask), model.change_in(mask, bucket, grouping.of_arcs(model))


class ShareOfSet(_PerGroup):
    """At least / at most a share of one set belongs to another; over fixed sets a number, else a proportion."""

    def _sets(self) -> Sequence[DecidedSet]:
        over = () if isinstance(self.rule.over, People) else (self.rule.over,)
        return (self.rule.numerator, *over)

    @cached_property
    def _concerned(self) -> Array:
        concerned = np.logical_or.reduce([self._mask(each) for each in self._sets()])
        return concerned | self._mask(self.rule.over)

    @cached_property
    def _done(self) -> Array | None:
        return None if self.rule.already is None else self.ground.select.people(self.rule.already)

    def leaving(self) -> Sequence[Array]:
        told = super().leaving()
        return told if self._done is None else [*told, self._done]

    def going(self) -> Sequence[Array]:
        told = super().going()
        return [*told, self._done] if self._done is not None and self._by_arc(self.rule.numerator) else told

    def post(self, model: Model) -> None:
        rule = self.rule
        self.grouping.settle(model)
        fixed, counted = self._count(model, rule.numerator, self._done)
        floor = rule.at_least is not None
        share = rule.at_least if floor else rule.at_most
        scopes, asked_here = self.grouping.scopes, self.grouping.asked
        if isinstance(rule.over, People):
            size = self.grouping.number(self._mask(rule.over))
            asked = rounded(share, size, rule.rounding)
            low = np.where(asked_here, asked - fixed, -INFINITY) if floor else np.asarray(-INFINITY)
            high = np.asarray(INFINITY) if floor else np.maximum(asked, rule.allow) - fixed
            model.post(rule, counted, low, high, scopes)
            return
        # b x counted - a x over against an offset that states the rounding in whole numbers; doubled for half_up.
        fixed_over, over = self._count(model, rule.over)
        twice = 2 if rule.rounding == "half_up" else 1
        above, below = share.numerator * twice, share.denominator * twice
        balance = below * counted + -(above * over)
        standing = below * fixed - above * fixed_over
        half = below // 2
        if floor:
            offset = {"up": 0, "down": 1 - below, "half_up": 1 - half}[rule.rounding]
            low = np.where(asked_here, offset - standing, -INFINITY)
            model.post(rule, balance, low, np.asarray(INFINITY), scopes, below)
            return
        offset = {"down": 0, "up": below - 1, "half_up": half}[rule.rounding]
        if rule.allow:  # either the share holds, or not more than ``allow`` are counted
            most = len(model.people.people) + int(fixed.max(initial=0))
            few = model.program.add_columns(self.grouping.count, 0, 1)
            rows = np.arange(self.grouping.count)
            within = counted + Entries(rows, few, np.full(len(rows), most))
            model.post(rule, within, np.asarray(-INFINITY), rule.allow + most - fixed, scopes)
            balance += Entries(rows, few, np.full(len(rows), -below * most))
        model.post(rule, balance, np.asarray(-INFINITY), offset - standing, scopes, below)

    def reached(self, model: Model, values: Array) -> tuple[Array, Array]:
        """Of a solution, per group: how many are counted, and over how many."""
        self.grouping.settle(model)
        fixed, counted = self._count(model, self.rule.numerator, self._done)
        if isinstance(self.rule.over, People):
            over = self.grouping.number(self._mask(self.rule.over))
        else:
            of_over, columns = self._count(model, self.rule.over)
            over = of_over + _summed(columns, values, self.grouping.count)
        return fixed + _summed(counted, values, self.grouping.count), over


def _summed(entries: Entries, values: Array, count: int) -> Array:
    """What entries come to in a solution, per row."""
    return np.bincount(entries.row, entries.value * values[entries.column], minlength=count).round().astype(np.int64)


class Number(_PerGroup):
    """At least / at most so many of some sets, less some others."""

    def _sets(self) -> Sequence[DecidedSet]:
        return (*self.rule.of, *self.rule.less)

    def post(self, model: Model) -> None:
        self.grouping.settle(model)
        fixed, entries = np.zeros(self.grouping.count, dtype=np.int64), NOTHING
        for sign, sets in ((1, self.rule.of), (-1, self.rule.less)):
            for each in sets:
                more, columns = self._count(model, each)
                fixed, entries = fixed + sign * more, entries + sign * columns
        low = -INFINITY if self.rule.at_least is None else self.rule.at_least
        high = INFINITY if self.rule.at_most is None else self.rule.at_most
        asked = np.where(self.grouping.asked, low - fixed, -INFINITY)
        model.post(self.rule, entries, asked, high - fixed, self.grouping.scopes)


class LeadersKept(Constraint):
    """Where a school has people in each of the positions, at least one of them stays in it."""

    def _leaders(self) -> Array:
        position = self.ground.facts.of_people("position")
        return np.isin(position.astype(str), self.rule.positions)

    def leaving(self) -> Sequence[Array]:
        return [self._leaders()]

    def going(self) -> Sequence[Array]:
        return [self._leaders()] if self.ground.lasting else ()

    def post(self, model: Model) -> None:
        position, leaders = self.ground.facts.of_people("position"), self._leaders()
        held = [model.today(position == each) > 0 for each in self.rule.positions]
        schools = np.flatnonzero(np.logical_and.reduce(held))
        row = np.full(self.ground.schools, -1, dtype=np.int64)
        row[schools] = np.arange(len(schools))
        leaving = model.departing(leaders, row[self.ground.facts.school])
        model.post(
            self.rule, leaving, np.asarray(-INFINITY), model.today(leaders)[schools] - 1, Scopes("school", schools)
        )
