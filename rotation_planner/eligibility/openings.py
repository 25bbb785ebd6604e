"""Which schools are open to whom, and which rule shuts the others; all of it before any solving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.eligibility.facts import Array
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Duty, Kin, Modes, Pins, Qualification, RouteRule, Rule
from rotation_planner.policy.policy import Policy

Option = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Seats:
    """Open places of some people: one row per person (position in the list asked for), school, stage and subject.

    ``demand`` is the row of the demand table that the seat belongs to, -1 for none.
    """

    person: Array
    school: Array
    option: Array
    demand: Array
    options: tuple[Option, ...]


class Openings:
    """The ``where`` rules applied to people, one at a time or all candidates together."""

    def __init__(self, policy: Policy, standing: Standing) -> None:
        self.policy = policy
        self.standing = standing
        self.facts = standing.facts
        self.district: District = standing.facts.district

    @cached_property
    def scope_schools(self) -> Array:
        """Schools that may receive anyone."""
        return self.standing.selecting.schools(self.policy.scope.schools)

    @cached_property
    def kin_pairs(self) -> Array:
        """Pairs of staff positions [n, 2] that a kin rule keeps apart, each pair once, smaller position first."""
        kinships = {each for rule in filter(_binds, self.policy.of(Kin)) for each in rule.kinships}
        table = self.district.relatives
        table = table[table["kinship"].isin(kinships)]
        find = self.district.staff_pos
        pairs = np.column_stack([table[c].map(find).to_numpy(np.int64) for c in ("staff_id", "relative_id")])
        return np.unique(np.sort(pairs.reshape(-1, 2), axis=1), axis=0)

    def shut(self, people: Array) -> Iterator[tuple[str, Array]]:
        """Every rule that shuts schools, with the routes it shuts: bool [len(people), schools]."""
        standing, select = self.standing, self.standing.selecting
        schools = len(self.district.schools)
        yield self.policy.scope.id, np.broadcast_to(~self.scope_schools, (len(people), schools))
        for duty in self.policy.of(Duty):
            if duty.to is not None:
                bound = standing.eligible[duty.id][people]
                yield duty.id, bound[:, None] & ~select.schools(duty.to)[None, :]
        for rule in filter(_binds, self.policy.of(RouteRule)):
            who = np.ones(len(people), bool) if rule.who is None else select.people(rule.who)[people]
            closed = np.zeros((len(people), schools), bool)
            if rule.allow is not None:
                closed |= ~select.route(rule.allow, people)
            if rule.forbid is not None:
                closed |= select.route(rule.forbid, people)
            yield rule.id, closed & who[:, None]
        for modes in self.policy.of(Modes):
            if modes.cases[-1].when is not None or any(case.mode == "part_time" for case in modes.cases):
                yield modes.id, self._without_way(modes, people)
        for pins in self.policy.of(Pins):
            yield pins.id, self._pinned(people)
        for kin in filter(_binds, self.policy.of(Kin)):
            yield kin.id, self._beside_kin(people)

    def _without_way(self, modes: Modes, people: Array) -> Array:
        """Schools to which no case of a ``modes`` rule leads, or only a part-time one (not made yet)."""
        shape = (len(people), len(self.district.schools))
        taken, led = np.zeros(shape, bool), np.zeros(shape, bool)
        for case in modes.cases:
            holds = ~taken
            if case.when is not None:
                holds &= self.standing.selecting.route(case.when, people)
            taken |= holds
            if case.mode != "part_time":
                led |= holds
        return ~led

    def _pinned(self, people: Array) -> Array:
        """Schools shut by pins ``to`` (all others) and ``not_to`` (all where it names none); ``to`` without a school
        shuts none."""
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

    def _beside_kin(self, people: Array) -> Array:
        """Schools where a relative who cannot move is today; relatives who may move are left to the model."""
        closed = np.zeros((len(people), len(self.district.schools)), bool)
        place = {int(person): row for row, person in enumerate(people)}
        for one, other in self.kin_pairs.tolist():
            for mover, stayer in ((one, other), (other, one)):
                if mover in place and not self.standing.candidate[stayer]:
                    closed[place[mover], self.facts.school[stayer]] = True
        return closed

    def open_schools(self, people: Array) -> Array:
        """Schools that no rule shuts and that are not the present one: bool [len(people), schools]."""
        opened = np.ones((len(people), len(self.district.schools)), bool)
        opened[np.arange(len(people)), self.facts.school[people]] = False
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
        return teaches, rows

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
        """All open seats of these people; ``opened`` is their row of ``open_schools``."""
        options: dict[Option, int] = {}
        pairs: list[tuple[int, int]] = []
        for row, person in enumerate(people.tolist()):
            for each in self.options_of(person):
                pairs.append((row, options.setdefault(each, len(options))))
        told = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        who, option = told[:, 0], told[:, 1]
        names = tuple(options)
        teaches = np.zeros((len(names), opened.shape[1]), bool)
        rows = np.full((len(names), opened.shape[1]), -1, dtype=np.int64)
        for number, name in enumerate(names):
            teaches[number], rows[number] = self._teaches(name) if name[0] else (True, -1)
        allowed = opened[who] & teaches[option]
        bare = np.array([not name[0] for name in names], bool)[option]
        if bare.any():
            allowed[bare] &= self._shares_stage[self.facts.school[people[who[bare]]]]
        pair, school = np.nonzero(allowed)
        return Seats(who[pair], school, option[pair], rows[option[pair], school], names)


def _binds(rule: Rule) -> bool:
    """What should hold is only measured; it shuts no school."""
    return rule.force == "must"


def open_schools(district: District, policy: Policy, standing: Standing, staff_row: int) -> pd.DataFrame:
    """For one person: every school with ``open`` and the ids of the rules that shut it (``rules``, ``;``).

    Columns: school_id, name, open, rules. A school that does not teach the stage and subject is shut by the
    ``qualification`` rule; the present school carries no rule and is not open.
    """
    openings = Openings(policy, standing)
    people = np.array([staff_row])
    opened = openings.open_schools(people)
    seats = openings.seats(people, np.ones_like(opened))
    taught = np.zeros(opened.shape[1], bool)
    taught[seats.school] = True
    rules: list[list[str]] = [[] for _ in range(opened.shape[1])]
    for rule, closed in openings.shut(people):
        for school in np.flatnonzero(closed[0]):
            rules[school].append(rule)
    for qualification in policy.of(Qualification)[:1]:
        for school in np.flatnonzero(~taught):
            rules[school].append(qualification.id)
    return pd.DataFrame(
        {
            "school_id": district.schools["school_id"],
            "name": district.schools["name"],
            "open": opened[0] & taught,
            "rules": [";".join(each) for each in rules],
        }
    )
