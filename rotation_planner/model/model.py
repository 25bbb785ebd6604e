"""The model of one plan: who leaves, where people go, and every rule and goal posted on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.base import Constraint, GoalTerm, ranked
from rotation_planner.model.ground import Gathered, Ground, gather
from rotation_planner.model.program import BALANCE, INFINITY, Entries, Program, ProgramArrays, Scopes
from rotation_planner.model.registry import CONSTRAINTS, TERMS
from rotation_planner.model.schools import NOWHERE, completed
from rotation_planner.policy.kinds import Rule
from rotation_planner.policy.policy import Policy

BY_PERSON = frozenset({"share", "count", "flow"})
"""Kinds whose violation is told in missing or surplus people; of other kinds the scopes that break them are counted."""


@dataclass(frozen=True, eq=False)
class Cost:
    """What a level makes small: (``coefficients`` @ x + ``constant``) / ``scale``, all whole numbers, in points."""

    id: str
    coefficients: Array
    constant: int
    scale: int

    def value(self, values: Array) -> int:
        """The level's value of a solution, times ``scale``."""
        return round(float(self.coefficients @ values)) + self.constant


@dataclass(frozen=True, eq=False)
class LevelBefore:
    """A goal level that comes before those of the policy: its id, and its terms for a district under a policy."""

    id: str
    terms: Callable[[Ground], Sequence[GoalTerm]]


@dataclass(frozen=True)
class Cap:
    """A goal level may not be worse than ``at_most``, in points (``inf``: no limit); with ``goal`` it is still made
    small in its turn, without it only held."""

    at_most: float
    goal: bool = True


class Model:
    """Integer columns ``leave`` (one per group: how many leave) and ``go`` (one per kind and open seat: how many go
    there), a balance row per kind, and whatever the rules and goals add.

    ``plain=True`` keeps every person apart: slower, the same answers; it checks the gathering. ``before``: goal levels
    that come before the policy's own. ``caps``: by id, levels that may not be worse than a value.
    """

    def __init__(
        self,
        district: District,
        policy: Policy,
        standing: Standing,
        *,
        plain: bool = False,
        before: Sequence[LevelBefore] = (),
        caps: Mapping[str, Cap] | None = None,
    ) -> None:
        self.ground = Ground(district, policy, standing)
        self.policy = policy
        self.program = Program()
        rules = [rule for rule in policy.active if rule.kind in CONSTRAINTS and (rule.force == "must" or ranked(rule))]
        constraints: list[Constraint] = [CONSTRAINTS[rule.kind](rule, self.ground) for rule in rules]
        terms: list[Sequence[GoalTerm]] = [level.terms(self.ground) for level in before]
        terms += [[TERMS[term.kind](term, self.ground) for term in level.terms] for level in policy.goals]
        self._before = len(before)
        self._levels = (*(level.id for level in before), *(level.id for level in policy.goals))
        parts: list[Constraint | GoalTerm] = [*constraints, *(term for level in terms for term in level)]
        self.people: Gathered = self._gather(parts, constraints, plain)
        self._slack: list[tuple[int, int, Array]] = []
        self._columns()
        for constraint in constraints:
            constraint.post(self)
        costs = tuple(self._cost(number, level) for number, level in enumerate(terms))
        self.caps = dict(caps or {})
        for cost in costs:
            self._cap(cost)
        self.costs = tuple(cost for cost in costs if cost.id not in self.caps or self.caps[cost.id].goal)
        self.arrays: ProgramArrays = self.program.arrays()

    def _gather(
        self, parts: Sequence[Constraint | GoalTerm], constraints: Sequence[Constraint], plain: bool
    ) -> Gathered:
        going = [code for part in parts for code in part.going()]
        leaving = [code for part in parts for code in part.leaving()]
        people = gather(self.ground, going, leaving, plain=plain)
        # Orders break the groups further: at every change of group along the order.
        finer = [code for constraint in constraints for code in constraint.breaks(people)]
        return gather(self.ground, going, [*leaving, *finer], plain=plain) if finer and not plain else people

    def _columns(self) -> None:
        people, program = self.people, self.program
        forced = people.of_groups(self.ground.standing.forced)
        size = people.group_size
        self.leave = program.add_columns(len(size), np.where(forced, size, 0), size)
        arcs = people.seats
        self.go = program.add_columns(len(arcs.person), 0, people.kind_size[arcs.person])
        entries = Entries(arcs.person, self.go, np.ones(len(arcs.person), dtype=np.int64))
        entries += -Entries(people.group_kind, self.leave, np.ones(len(size), dtype=np.int64))
        program.add_rows(BALANCE, entries, 0, 0, Scopes("person", people.kind_person))

    # ---- what rules build from -----------------------------------------------------------------------------------

    def leavers(self, counted: Array, bucket: Array) -> Entries:
        """People of the mask ``counted`` who leave, summed into ``bucket``; both over the staff, bucket -1 for none."""
        groups = np.flatnonzero(self.people.of_groups(counted) & (self.people.of_groups(bucket) >= 0))
        rows = bucket[self.people.group_person[groups]]
        return Entries(rows, self.leave[groups], np.ones(len(groups), dtype=np.int64))

    def arrivals(self, counted: Array, bucket: Array, along: Array | None = None) -> Entries:
        """People of ``counted`` who go along the arcs of ``along``, summed into ``bucket`` (per arc, -1 for none)."""
        taken = self.people.of_kinds(counted)[self.people.seats.person] & (bucket >= 0)
        if along is not None:
            taken &= along
        arcs = np.flatnonzero(taken)
        return Entries(bucket[arcs], self.go[arcs], np.ones(len(arcs), dtype=np.int64))

    @property
    def arc_kind(self) -> Array:
        """Kind of people that each arc is for."""
        return self.people.seats.person

    @property
    def kind_size(self) -> Array:
        """People of each kind."""
        return self.people.kind_size

    @cached_property
    def column_school(self) -> Array:
        """The school each column belongs to: the one left, the one entered, or that of the rows in which a rule's own
        column stands; ``NOWHERE`` for columns of several schools."""
        schools = np.full(self.program.columns, NOWHERE, dtype=np.int32)
        schools[self.leave] = self.ground.facts.school[self.people.group_person]
        schools[self.go] = self.arc_to
        return completed(self.arrays.matrix, schools)

    @property
    def arc_from(self) -> Array:
        """School that each arc leaves."""
        return self.ground.facts.school[self.people.kind_person][self.people.seats.person]

    @property
    def arc_to(self) -> Array:
        """School that each arc enters."""
        return self.people.seats.school

    @cached_property
    def arc_counts(self) -> Array:
        """Whether who goes along an arc counts where it leads: not those who go on counting at the old school."""
        modes = self.ground.routing.modes
        if modes is None:
            return np.ones(len(self.go), bool)
        here = np.array([case.stays_counted for case in modes.cases], bool)
        return ~here[self.people.seats.way]

    @cached_property
    def arc_crosses(self) -> Array:
        """Whether an arc takes people out of their school, so that they count in the other one."""
        return self.arc_counts & (self.arc_from != self.arc_to)

    def of_arcs(self, values: Array) -> Array:
        """A fact of the staff, per arc (see ``Gathered.of_kinds``)."""
        return self.people.of_kinds(values)[self.people.seats.person]

    def change_in(self, counted: Array, home: Array, there: Array) -> Entries:
        """Arrivals less leavers of ``counted`` in buckets: ``home`` of each person today, ``there`` where an arc leads
        (-1: none). Who goes on counting at the old school changes nothing."""
        change = self.arrivals(counted, there, self.arc_counts) + -self.leavers(counted, home)
        if self.arc_counts.all():
            return change
        return change + self.arrivals(counted, self.of_arcs(home), ~self.arc_counts)

    def change(self, counted: Array) -> Entries:
        """Arrivals less leavers of ``counted`` in each school."""
        return self.change_in(counted, self.ground.facts.school, self.arc_to)

    def departing(self, counted: Array, bucket: Array) -> Entries:
        """People of ``counted`` who leave their school, summed into ``bucket`` (per person, -1 for none). Where people
        may move and not leave it, ``counted`` and ``bucket`` are ``going`` facts."""
        leaving = self.leavers(counted, bucket)
        if self.arc_crosses.all():
            return leaving
        return leaving + -self.arrivals(counted, self.of_arcs(bucket), ~self.arc_crosses)

    def today(self, counted: Array) -> Array:
        """People of ``counted`` in each school today."""
        return np.bincount(self.ground.facts.school[counted], minlength=self.ground.schools)

    def post(
        self,
        rule: Rule,
        entries: Entries,
        lower: Array,
        upper: Array,
        scopes: Scopes,
        unit: int = 1,
        excuses: Array | None = None,
    ) -> None:
        """State a rule's rows. A ranked should-rule may break them at a price that its goal level pays: shares, numbers
        and flows by the person (``unit`` a person), other kinds by the scope; ``excuses`` are columns of such scopes
        where several rows speak of one.
        """
        count = len(scopes.ids)
        if not ranked(rule):
            self.program.add_rows(rule.id, entries, lower, upper, scopes)
            return
        lower, upper = (np.broadcast_to(np.asarray(each, float), count) for each in (lower, upper))
        least, most = self.program.activity(entries, count)
        below = np.where(np.isfinite(lower), np.maximum(lower - least, 0), 0).astype(np.int64)
        above = np.where(np.isfinite(upper), np.maximum(most - upper, 0), 0).astype(np.int64)
        rows = np.arange(count)
        if rule.kind in BY_PERSON:
            for sign, missed in ((1, below), (-1, above)):
                slack = self.program.add_columns(count, 0, -(-missed // unit))
                entries += Entries(rows, slack, np.full(count, sign * unit, dtype=np.int64))
                self.price(rule, slack)
            self.program.add_rows(rule.id, entries, lower, upper, scopes)
            return
        if excuses is None:
            excuses = self.excuses(rule, count)
        self.program.add_rows(rule.id, entries + Entries(rows, excuses, below), lower, INFINITY, scopes)
        self.program.add_rows(rule.id, entries + Entries(rows, excuses, -above), -INFINITY, upper, scopes)

    def excuses(self, rule: Rule, count: int) -> Array:
        """Columns of a ranked should-rule, one a scope, that are 1 where the rule is broken there."""
        columns = self.program.add_columns(count, 0, 1)
        self.price(rule, columns)
        return columns

    def price(self, rule: Rule, columns: Array) -> None:
        """Have the goal level of a ranked should-rule pay for these columns."""
        if rule.rank is not None:
            self._slack.append((self._before + rule.rank - 1, rule.weight, columns))

    # ---- goals ---------------------------------------------------------------------------------------------------

    def _cost(self, number: int, terms: Sequence[GoalTerm]) -> Cost:
        """Add up the terms of a level over a common scale."""
        pieces: list[tuple[Array, Array, Fraction]] = []
        constant = Fraction(0)
        for term in terms:
            for columns, units, price in term.post(self):
                pieces.append((columns, units, price))
            constant += term.constant
        for level, weight, slack in self._slack:
            if level == number:
                pieces.append((slack, np.ones(len(slack), dtype=np.int64), Fraction(weight)))
        scale = math.lcm(constant.denominator, *(price.denominator for _, _, price in pieces))
        coefficients = np.zeros(self.program.columns, dtype=np.int64)
        for columns, units, price in pieces:
            np.add.at(coefficients, columns, units.astype(np.int64) * int(price * scale))
        return Cost(self._levels[number], coefficients, int(constant * scale), scale)

    def _cap(self, cost: Cost) -> None:
        """State that a level is not worse than its cap: one row that no rule may ease."""
        cap = self.caps.get(cost.id)
        if cap is None or math.isinf(cap.at_most):
            return
        used = np.flatnonzero(cost.coefficients)
        entries = Entries(np.zeros(len(used), dtype=np.int64), used, cost.coefficients[used])
        most = math.floor(cap.at_most * cost.scale + 1e-6) - cost.constant
        self.program.add_rows("goal:cap", entries, -INFINITY, most, Scopes("district", np.zeros(1, dtype=np.int64)))

    def costs_padded(self) -> tuple[Cost, ...]:
        """The costs over all columns of the finished program."""
        total = self.program.columns
        return tuple(
            Cost(cost.id, np.pad(cost.coefficients, (0, total - len(cost.coefficients))), cost.constant, cost.scale)
            for cost in self.costs
        )
