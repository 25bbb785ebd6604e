"""Who becomes due when, if nobody moved: the base of every look ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rotation_planner.data.dates import add_years
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import Standing, stand
from rotation_planner.policy.kinds import Phase
from rotation_planner.policy.policy import Policy
from rotation_planner.years.assumptions import Assumptions
from rotation_planner.years.leaving import retired
from rotation_planner.years.settings import phased_schools

Seat = tuple[int, str, str]
"""School (row position), stage and subject; blank for people who do not teach."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """The coming years of a district, the first of them this year.

    ``first``: per person the year (0 = this one) in which they first are eligible under a duty, -1 for never within the
    time. ``group``: per person the number of the school, stage and subject, -1 for who is never eligible; ``seats``
    names the groups. ``due``: [schools, years], how many of a school are called in each year if nobody moved early or
    late. ``gone``: [people, years], who has retired by then. ``duty``: per person the duty under which they first are
    eligible. ``spread``: per school whether it is phased at any time, so that its people's years are open.
    """

    first: Array
    group: Array
    seats: tuple[Seat, ...]
    due: Array
    gone: Array
    duty: Array
    spread: Array

    @property
    def years(self) -> int:
        """How many years are looked at."""
        return int(self.due.shape[1])

    @property
    def arising(self) -> Array:
        """[groups, years]: how many of a group first become eligible in each year."""
        found = np.zeros((len(self.seats), self.years), dtype=np.int64)
        people = np.flatnonzero(self.first >= 0)
        np.add.at(found, (self.group[people], self.first[people]), 1)
        return found


def look_ahead(standing: Standing, policy: Policy, years: int, how: Assumptions) -> Forecast:
    """Ask the rules again on the same day of each coming year: ages, service and registered exemptions run on, whoever
    reaches the retirement age is gone, everything else stays."""
    district, draw = standing.facts.district, standing.draw
    people, schools = len(district.staff), len(district.schools)
    first = np.full(people, -1, dtype=np.int64)
    gone = np.zeros((people, years), bool)
    under = np.full(people, "", dtype=object)
    due = np.zeros((schools, years), dtype=np.int64)
    phases = {rule.duty: _Phasing(rule, standing) for rule in policy.of(Phase)}
    called: dict[str, Array] = {}
    at = standing.facts.school
    for year in range(years):
        day = add_years(district.as_of, year)
        then = standing if year == 0 else stand(District(day, **district.frames), policy, draw=draw)
        gone[:, year] = retired(district.staff, day, how.retirement) if year else False
        eligible = _any(then, people) & then.candidate & ~gone[:, year]
        for duty, mask in then.eligible.items():
            under[mask & eligible & (first < 0) & (under == "")] = duty
        first[eligible & (first < 0)] = year
        counted = gone[:, year].copy()
        for duty, mask in then.eligible.items():
            mine = mask & then.candidate & ~counted
            counted |= mask
            before = called.get(duty, np.zeros(people, bool))
            called[duty] = before | mine
            new = mine if duty in phases else mine & ~before
            number = np.bincount(at[new], minlength=schools)
            due[:, year] += phases[duty].called(number) if duty in phases else number
    school, stage, subject = at, standing.facts.of_people("stage"), standing.facts.of_people("subject")
    seats: dict[Seat, int] = {}
    group = np.full(people, -1, dtype=np.int64)
    for person in np.flatnonzero(first >= 0).tolist():
        group[person] = seats.setdefault((int(school[person]), str(stage[person]), str(subject[person])), len(seats))
    spread = np.logical_or.reduce([np.zeros(schools, bool), *(each.ever for each in phases.values())])
    return Forecast(first, group, tuple(seats), due, gone, under, spread)


def _any(standing: Standing, people: int) -> Array:
    return np.logical_or.reduce([np.zeros(people, bool), *standing.eligible.values()])


class _Phasing:
    """One phase rule run on: what is left in each school, and over how many years."""

    def __init__(self, rule: Phase, standing: Standing) -> None:
        self.rule = rule
        facts = standing.facts
        schools = len(facts.district.schools)
        self.size = np.bincount(facts.school[standing.selecting.people(rule.over)], minlength=schools)
        this_year = facts.district.as_of.year
        told = facts.of_schools(rule.begun).tolist() if rule.begun is not None else [""] * schools
        left = [rule.years_left(each, this_year) for each in told]
        phased = phased_schools(rule, standing)
        self.left = np.array(
            [(each or rule.years) if on else 0 for each, on in zip(left, phased, strict=True)], dtype=np.int64
        )
        self.sent = np.zeros(schools, dtype=np.int64)
        self.ever = self.left > 0

    def called(self, eligible: Array) -> Array:
        """How many are called this year where so many are eligible and have not been sent before; a year passes."""
        rest = np.maximum(eligible - self.sent, 0)
        new = (self.left == 0) & (rest * self.rule.many.denominator > self.size * self.rule.many.numerator)
        left = np.where(new, self.rule.years, self.left)
        self.ever = self.ever | new
        due = np.where(left > 0, -(-rest // np.maximum(left, 1)), rest)
        self.left = np.maximum(left - 1, 0)
        self.sent = self.sent + due
        return due
