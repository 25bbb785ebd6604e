"""Where a move may end: a school, a department of it where a rule places people in departments, and a way of moving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rotation_planner.eligibility.arrays import Array, entries
from rotation_planner.eligibility.facts import Facts
from rotation_planner.policy.kinds import Departments, Modes
from rotation_planner.policy.policy import Policy

NO_WAY = -1


@dataclass(frozen=True, eq=False)
class Destinations:
    """One entry per school, department (``""``: none) and way: positions of the school and of the case of the ``modes``
    rule, ``NO_WAY`` where the route of a move decides it. Without departments and a choice of ways these are the
    schools."""

    school: Array
    department: Array
    way: Array

    def __len__(self) -> int:
        return len(self.school)

    @cached_property
    def places(self) -> Array:
        """The number of the place (school and department, ways aside) of each destination."""
        keys = list(zip(self.school.tolist(), self.department.tolist(), strict=True))
        number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        return np.array([number[key] for key in keys], dtype=np.int64)

    @cached_property
    def row(self) -> dict[tuple[int, str, int], int]:
        """The destination of a school, department and way."""
        keys = zip(self.school.tolist(), self.department.tolist(), self.way.tolist(), strict=True)
        return {key: number for number, key in enumerate(keys)}

    def find(self, school: int, department: str, way: int) -> int | None:
        """The destination of a school, department and way of a plan's row; ``None`` where there is none."""
        for each in (way, NO_WAY):
            if (school, department, each) in self.row:
                return self.row[school, department, each]
        return None


def departments_of(facts: Facts, rule: Departments) -> list[list[str]]:
    """The departments of each school: those in which staff stand today, and those that its own column lists."""
    found: list[set[str]] = [set() for _ in range(len(facts.district.schools))]
    for school, department in zip(facts.school.tolist(), facts.of_people("department").tolist(), strict=True):
        found[school].add(department)
    if rule.listed is not None:
        for school, listed in enumerate(facts.of_schools(rule.listed).tolist()):
            found[school].update(entries(listed))
    return [sorted(each - {""}) for each in found]


def destinations_of(facts: Facts, policy: Policy) -> Destinations:
    """The destinations of a district under a policy, by school, department and way."""
    schools = len(facts.district.schools)
    school, department = np.arange(schools), np.full(schools, "", dtype=object)
    for rule in policy.of(Departments)[:1]:
        named = departments_of(facts, rule)
        # Each school also stands without a department: for everybody whom the rule does not place in one.
        places = [(number, each) for number in range(schools) for each in ("", *named[number])]
        school = np.array([number for number, _ in places], dtype=np.int64)
        department = np.array([each for _, each in places], dtype=object)
    way = np.full(len(school), NO_WAY, dtype=np.int64)
    for modes in policy.of(Modes)[:1]:
        if modes.choice == "any":
            cases = len(modes.cases)
            way = np.tile(np.arange(cases), len(school))
            school, department = np.repeat(school, cases), np.repeat(department, cases)
    return Destinations(school, department, way)
