"""Which destinations are open to whom, and which rule shuts the others; all of it before any solving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.destinations import NO_WAY, Destinations
from rotation_planner.eligibility.kinship import Kinships
from rotation_planner.eligibility.routing import Routing
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Departments, Duty, Pins, Qualification, RouteRule, Rule
from rotation_planner.policy.policy import Policy

Option = tuple[str, str]
SLICE = 2000  # people whose ways are worked out at once


@dataclass(frozen=True, eq=False)
class Seats:
    """Open places of some people: one row per person (position in the list asked for), destination, stage and subject.

    ``school`` is the destination's school; ``demand`` the row of the demand table that the seat belongs to, -1 for
    none; ``way`` the case of the ``modes`` rule in which it is reached, ``NO_WAY`` where there is no such rule.
    """

    person: Array
    destination: Array
    school: Array
    option: Array
    demand: Array
    way: Array
    options: tuple[Option, ...]


class Openings:
    """The ``where`` rules applied to people, one at a time or all candidates together. Arrays of destinations are
    bool [len(people), destinations]."""

    def __init__(self, policy: Policy, standing: Standing) -> None:
        self.policy = policy
        self.standing = standing
        self.facts = standing.facts
        self.district: District = standing.facts.district
        self.routing = Routing(standing.selecting, policy)
        self.destinations: Destinations = self.routing.destinations
        self.kinships = Kinships(policy, standing, self.destinations)

    @cached_property
    def scope_schools(self) -> Array:
        """Schools that may receive anyone: bool [schools]."""
        return self.standing.selecting.schools(self.policy.scope.schools)

    def _by_school(self, shut: Array) -> Array:
        """What is told of schools, told of their destinations (last axis)."""
        return shut[..., self.destinations.school]

    def shut(self, people: Array) -> Iterator[tuple[str, Array]]:
        """Every rule that shuts destinations, with those that it shuts."""
        standing, select = self.standing, self.standing.selecting
        yield self.policy.scope.id, np.broadcast_to(self._by_school(~self.scope_schools), self._shape(people))
        for duty in self.policy.of(Duty):
            if duty.to is not None:
                bound = standing.eligible[duty.id][people]
                yield duty.id, bound[:, None] & self._by_school(~select.schools(duty.to))[None, :]
        for placing in self.policy.of(Departments)[:1]:
            yield placing.id, self._misplaced(placing, people)
        for rule in filter(_binds, self.policy.of(RouteRule)):
            who = np.ones(len(people), bool) if rule.who is None else select.people(rule.who)[people]
            who = who & ~select.excepted(rule)[people]
            closed = np.zeros(self._shape(people), bool)
            if rule.allow is not None:
                closed |= ~self.routing.route(rule.allow, people)
            if rule.forbid is not None:
                closed |= self.routing.route(rule.forbid, people)
            yield rule.id, closed & who[:, None]
        modes = self.routing.modes
        if modes is not None and (modes.choice == "any" or modes.cases[-1].when is not None):
            yield modes.id, self.routing.ways(people) == NO_WAY
        for pins in self.policy.of(Pins):
            yield pins.id, self._by_school(self._pinned(people))
        yield from self.kinships.shut(people)

    def _shape(self, people: Array) -> tuple[int, int]:
        return len(people), len(self.destinations)

    def _here(self, people: Array) -> Array:
        """Destinations in the present school."""
        return self.destinations.school[None, :] == self.facts.school[people][:, None]

    def _misplaced(self, rule: Departments, people: Array) -> Array:
        """Departments for whom the rule places in none, schools as a whole for others, and ways out of bounds."""
        placed = self.standing.selecting.people(rule.who)[people][:, None]
        to = self.destinations
        named = np.zeros(len(self.district.schools), bool)
        named[to.school[to.department != ""]] = True
        whole = (to.department == "")[None, :]
        wrong = np.where(placed, whole & named[to.school][None, :], ~whole)
        here = self._here(people)
        if not rule.outside:
            wrong |= placed & ~here
        if not rule.inside:
            wrong |= placed & here
        return wrong

    def _at_home(self, people: Array) -> Array:
        """Where a move would change nothing, or only what no rule lets change: the present school, or, for people
        placed in departments, the present department."""
        here = self._here(people)
        for rule in self.policy.of(Departments)[:1]:
            placed = self.standing.selecting.people(rule.who)[people][:, None]
            own = self.destinations.department[None, :] == self.facts.of_people("department")[people][:, None]
            return here & (own | ~placed | (self.destinations.department == "")[None, :])
        return here

    def _pinned(self, people: Array) -> Array:
        """Schools shut by pins ``to`` (all others) and ``not_to`` (all where it names none); ``to`` without a school
        shuts none: bool [len(people), schools]."""
        place = {int(person): row for row, person in enumerate(people)}
        closed = np.zeros((len(people), len(self.district.schools)), bool)
        pins = self.district.pins
        for staff_id, school_id, verdict in zip(pins["staff_id"], pins["school_id"], pins["verdict"], strict=True):
            row = place.get(self.district.staff_pos[staff_id])
            if row is None:
                continue
            if not school_id:
                closed[row] |= verdict == "not_to"
                continue
            school = self.district.school_pos[school_id]
            if verdict == "not_to":
                closed[row, school] = True
            elif verdict == "to":
                closed[row, np.arange(closed.shape[1]) != school] = True
        return closed

    def open_to(self, people: Array) -> Array:
        """Destinations that no rule shuts and that are a change."""
        opened = ~self._at_home(people)
        for _, closed in self.shut(people):
            opened &= ~closed
        return opened

    # ---- stage and subject ---------------------------------------------------------------------------------------

    def options_of(self, person: int) -> tuple[Option, ...]:
        """The stages and subjects in which a person may be placed, the present ones first."""
        facts = self.facts
        stage, subject = str(facts.of_people("stage")[person]), str(facts.of_people("subject")[person])
        if not stage:
            return (("", subject),)
        found = [(stage, subject)]
        rules = self.policy.of(Qualification)  # without one, whatever the person can teach
        others = str(facts.of_people("other_subjects")[person])
        if all(rule.other_subjects for rule in rules) and others and subject:
            found += [(stage, each) for each in others.split(";")]
        stages = str(facts.of_people("other_stages")[person])
        if all(rule.other_stages for rule in rules) and stages:
            found += [(each, subject) for each in stages.split(";")]
        inside = [each for each in dict.fromkeys(found) if each[0] in self.policy.scope.stages]
        return tuple(inside)

    def _teaches(self, option: Option) -> tuple[Array, Array]:
        """Schools that teach an option, and their demand row (-1 where none is asked for)."""
        stage, subject = option
        schools = self.facts.of_schools("stages")
        teaches = np.fromiter((stage in str(each).split(";") for each in schools), bool, len(schools))
        rows = np.full(len(schools), -1, dtype=np.int64)
        if subject and len(self.district.demand):
            find = self.facts.demand_rows
            rows[:] = [find.get((school, stage, subject), -1) for school in range(len(schools))]
            teaches &= rows >= 0
        if not self.policy.of(Qualification):
            teaches[:] = True
        for rule in self.policy.of(Qualification):
            if rule.open_to != "any":
                teaches &= (rows < 0) | self._has_room(rule.open_to)[rows]
        return teaches, rows

    def _has_room(self, asked: str) -> Array:
        """Demand rows that are not overstaffed, or understaffed, today (one more entry stands for no row)."""
        counted = self.facts.demand_of_person
        today = np.bincount(counted[counted >= 0], minlength=len(self.district.demand))
        required = self.district.demand["required"].to_numpy(float)
        return np.append(today <= required if asked == "not_overstaffed" else today < required, True)

    @cached_property
    def _shares_stage(self) -> Array:
        """Which schools share a stage: bool [schools, schools]; all of them where nobody asks for it."""
        if not self.policy.of(Qualification):
            return np.ones((len(self.district.schools),) * 2, bool)
        columns = [
            np.fromiter((stage in str(each).split(";") for each in self.facts.of_schools("stages")), bool)
            for stage in schema.STAGES
        ]
        has = np.column_stack(columns).astype(np.int64)
        return (has @ has.T) > 0

    def seats(self, people: Array, opened: Array) -> Seats:
        """All open seats of these people; ``opened`` is their row of ``open_to``."""
        options: dict[Option, int] = {}
        pairs: list[tuple[int, int]] = []
        for row, person in enumerate(people.tolist()):
            for each in self.options_of(person):
                pairs.append((row, options.setdefault(each, len(options))))
        told = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        who, option = told[:, 0], told[:, 1]
        names = tuple(options)
        schools = len(self.district.schools)
        teaches = np.zeros((len(names), schools), bool)
        rows = np.full((len(names), schools), -1, dtype=np.int64)
        for number, name in enumerate(names):
            teaches[number], rows[number] = self._teaches(name) if name[0] else (True, -1)
        to = self.destinations.school
        allowed = opened[who] & teaches[option][:, to]
        bare = np.array([not name[0] for name in names], bool)[option]
        if bare.any():
            allowed[bare] &= self._shares_stage[self.facts.school[people[who[bare]]]][:, to]
        pair, place = np.nonzero(allowed)
        school = to[place]
        way = self._ways_of(people, who[pair], place)
        return Seats(who[pair], place, school, option[pair], rows[option[pair], school], way, names)

    def _ways_of(self, people: Array, row: Array, place: Array) -> Array:
        """The way of single seats, worked out in slices so that the whole table never stands in memory."""
        way = np.full(len(row), NO_WAY, dtype=np.int64)
        if self.routing.modes is None or not len(row):
            return way
        order = np.argsort(row, kind="stable")
        for first in range(0, len(people), SLICE):
            part = order[np.searchsorted(row[order], first) : np.searchsorted(row[order], first + SLICE)]
            way[part] = self.routing.ways(people[first : first + SLICE])[row[part] - first, place[part]]
        return way


def _binds(rule: Rule) -> bool:
    """What should hold is only measured; it shuts no school."""
    return rule.force == "must"


def open_schools(
    district: District, policy: Policy, standing: Standing, staff_row: int, openings: Openings | None = None
) -> pd.DataFrame:
    """For one person: every school with ``open`` and the ids of the rules that shut it (``rules``, ``;``).
    ``openings``: what the answers for many people share.

    Columns: school_id, name, open, rules. A school is open where one of its destinations is; it is shut by the rules
    that shut all of them. A school that does not teach the stage and subject is shut by the ``qualification`` rule; the
    present school carries no rule and is not open, unless the person may change the department there.
    """
    openings = Openings(policy, standing) if openings is None else openings
    people, to = np.array([staff_row]), openings.destinations.school
    schools = len(district.schools)
    opened = openings.open_to(people)
    seats = openings.seats(people, np.ones_like(opened))
    taught = np.zeros(schools, bool)
    taught[seats.school] = True
    some = np.zeros(schools, bool)
    some[to[opened[0]]] = True
    rules: list[list[str]] = [[] for _ in range(schools)]
    changes = ~openings._at_home(people)[0]
    for rule, closed in openings.shut(people):
        left = np.bincount(to[changes & ~closed[0]], minlength=schools) > 0
        touched = np.bincount(to[changes & closed[0]], minlength=schools) > 0
        for school in np.flatnonzero(touched & ~left):
            rules[school].append(rule)
    for qualification in policy.of(Qualification)[:1]:
        for school in np.flatnonzero(~taught):
            rules[school].append(qualification.id)
    return pd.DataFrame(
        {
            "school_id": district.schools["school_id"],
            "name": district.schools["name"],
            "open": some & taught,
            "rules": [";".join(each) for each in rules],
        }
    )
