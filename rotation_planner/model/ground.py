"""The step from policy to model: people stay interchangeable exactly where no rule tells them apart.

Every constraint and goal term declares which facts it reads of a person who *leaves* (its ``leaving`` codes) and of a
person who *goes somewhere* (its ``going`` codes). People alike in all ``going`` codes form one *kind*: where they go is
an integer flow from the kind to each seat. People of a kind alike in all ``leaving`` codes too form one *group*: how
many of them leave is one integer. A rule that reads what it has not declared stops the building of the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array, codes_of
from rotation_planner.eligibility.destinations import NO_WAY
from rotation_planner.eligibility.openings import Openings, Seats
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.checking import parts
from rotation_planner.policy.kinds import Departments, Order
from rotation_planner.policy.kinds.keys import LONGEST_FIRST
from rotation_planner.policy.policy import Policy


class UndeclaredFactError(RuntimeError):
    """A rule reads a fact by which it did not declare people to differ; a slip in the rule's model class."""


class Ground:
    """What every rule stands on before anything is gathered: facts, standing, open schools of the candidates."""

    def __init__(self, district: District, policy: Policy, standing: Standing) -> None:
        self.district = district
        self.policy = policy
        self.standing = standing
        self.facts = standing.facts
        self.select = standing.selecting
        self.openings = Openings(policy, standing)
        self.routing = self.openings.routing
        self.destinations = self.openings.destinations
        self.people = np.flatnonzero(standing.candidate)
        self.opened = self.openings.open_to(self.people)

    @property
    def schools(self) -> int:
        """How many schools the district has."""
        return len(self.district.schools)

    @cached_property
    def fill_order(self) -> Array:
        """Place in which people of one group leave: the order rule's dates, else time in school."""
        keys = next((rule.by for rule in self.policy.of(Order)), LONGEST_FIRST)
        return ranking(self.select, keys, self.standing.draw)

    @cached_property
    def lasting(self) -> bool:
        """Whether somebody may move and go on counting at the old school: a helper, or who changes the department."""
        cases = self.routing.modes.cases if self.routing.modes is not None else ()
        return any(case.stays_counted for case in cases) or any(rule.inside for rule in self.policy.of(Departments))

    @cached_property
    def ways_matter(self) -> bool:
        """Whether any rule or goal looks at the way in which people move."""
        cases = self.routing.modes.cases if self.routing.modes is not None else ()
        named = any(getattr(part, "ways", ()) for _, part in parts(self.policy))
        return named or any(case.stays_counted for case in cases)

    def base_going(self) -> list[Array]:
        """What decides a person's open seats, whatever the rules."""
        columns: list[Array] = [self.facts.school[self.people]]
        for field in ("stage", "subject", "other_subjects", "other_stages", "full_time"):
            columns.append(self.facts.of_people(field)[self.people])
        if self.policy.of(Departments):
            columns.append(self.facts.of_people("department")[self.people])
        packed = np.packbits(self.opened, axis=1)
        columns.append(np.unique(packed, axis=0, return_inverse=True)[1].ravel())
        if self.ways_matter:
            ways = np.where(self.opened, self.routing.ways(self.people), NO_WAY)
            columns.append(np.unique(ways, axis=0, return_inverse=True)[1].ravel())
        return columns

    def base_leaving(self) -> list[Array]:
        """Whoever must move by a pin leaves by a bound of the own group."""
        return [self.standing.forced[self.people]]


@dataclass(frozen=True, eq=False)
class Gathered:
    """Candidates gathered into kinds and groups, and the seats open to each kind.

    ``people``: staff positions. ``kind``, ``group``: per candidate. ``kind_person``, ``group_person``: one staff
    position that stands for all. ``seats.person`` is the kind of each arc.
    """

    people: Array
    kind: Array
    group: Array
    kind_person: Array
    group_person: Array
    kind_size: Array
    group_size: Array
    group_kind: Array
    seats: Seats

    def of_kinds(self, values: Array) -> Array:
        """A fact of the staff, per kind.

        Raises:
            UndeclaredFactError: people of one kind differ in it.
        """
        return self._alike(values, self.kind_person, self.kind)

    def of_groups(self, values: Array) -> Array:
        """A fact of the staff, per group; raises ``UndeclaredFactError`` like ``of_kinds``."""
        return self._alike(values, self.group_person, self.group)

    def _alike(self, values: Array, stands_for: Array, member: Array) -> Array:
        told = values[stands_for]
        if not np.array_equal(told[member], values[self.people]):
            raise UndeclaredFactError("a rule reads a fact that it has not declared")
        return told


def gather(ground: Ground, going: Iterable[Array], leaving: Iterable[Array], *, plain: bool = False) -> Gathered:
    """Gather the candidates by what the rules read; ``plain`` keeps everybody apart (the plain model).

    ``going`` and ``leaving``: arrays over all staff, as declared by the rules.
    """
    people = ground.people
    if plain:
        kind = group = np.arange(len(people))
    elif len(people) == 0:
        kind = group = np.zeros(0, dtype=np.int64)
    else:
        kind = codes_of(*ground.base_going(), *(each[people] for each in going))
        group = codes_of(kind, *ground.base_leaving(), *(each[people] for each in leaving))
    kind_person, kind_size = _first(kind, people)
    group_person, group_size = _first(group, people)
    group_kind = np.zeros(len(group_person), dtype=np.int64)
    group_kind[group] = kind
    row = np.zeros(len(kind_person), dtype=np.int64)
    row[kind[::-1]] = np.arange(len(people))[::-1]
    seats = ground.openings.seats(kind_person, ground.opened[row])
    return Gathered(people, kind, group, kind_person, group_person, kind_size, group_size, group_kind, seats)


def _first(code: Array, people: Array) -> tuple[Array, Array]:
    """For each code: the first of its people, and how many there are."""
    count = int(code.max()) + 1 if len(code) else 0
    first = np.zeros(count, dtype=np.int64)
    first[code[::-1]] = people[::-1]
    return first, np.bincount(code, minlength=count)
