"""Relatives whom a rule keeps apart: in one school, in one department, or in one line of command."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.destinations import Destinations
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Kin, Together
from rotation_planner.policy.policy import Policy


class Kinships:
    """Pairs of relatives under the rules of a policy, and where they would meet."""

    def __init__(self, policy: Policy, standing: Standing, destinations: Destinations) -> None:
        self.policy = policy
        self.standing = standing
        self.facts = standing.facts
        self.district = standing.facts.district
        self.to = destinations
        self._pairs: dict[str, Array] = {}

    def pairs(self, rule: Kin | Together) -> Array:
        """Pairs of staff positions [n, 2] of the rule's kinships, each pair once, smaller position first; without those
        of whom one is excepted from the rule."""
        if rule.id not in self._pairs:
            self._pairs[rule.id] = self._found(rule)
        return self._pairs[rule.id]

    def _found(self, rule: Kin | Together) -> Array:
        table = self.district.relatives
        table = table[table["kinship"].isin(rule.kinships)]
        find = self.district.staff_pos
        pairs = np.column_stack([table[c].map(find).to_numpy(np.int64) for c in ("staff_id", "relative_id")])
        pairs = np.unique(np.sort(pairs.reshape(-1, 2), axis=1), axis=0)
        return pairs[~self.standing.selecting.excepted(rule)[pairs].any(axis=1)]

    def shut(self, people: Array) -> Iterator[tuple[str, Array]]:
        """Every must-rule that keeps relatives apart, with the destinations [len(people), destinations] where a
        relative is who cannot move; relatives who may move are left to the model."""
        place = {int(person): row for row, person in enumerate(people)}
        for rule in self.policy.of(Kin):
            if rule.force != "must":
                continue
            closed = np.zeros((len(people), len(self.to)), bool)
            for one, other in self.pairs(rule).tolist():
                for mover, stayer in ((one, other), (other, one)):
                    if mover in place and not self.standing.candidate[stayer]:
                        closed[place[mover]] |= self.beside(rule, stayer)
            yield rule.id, closed

    def beside(self, rule: Kin, stayer: int) -> Array:
        """Destinations at which somebody would meet a relative who stays: bool [destinations]."""
        facts, to = self.facts, self.to
        school = facts.school[stayer]
        met = np.zeros(len(to), bool)
        if "school" in rule.apart:
            met |= to.school == school
        if "department" in rule.apart:
            department = facts.of_people("department")[stayer]
            met |= (to.school == school) & (to.department == department) & (department != "")
        if "line" in rule.apart:
            met |= self._in_line(self._node(stayer))
        return met

    def meeting(self, rule: Kin, destination: int) -> Array:
        """Destinations at which somebody would meet a relative who goes to ``destination``: bool [destinations]."""
        to = self.to
        same = to.school == to.school[destination]
        met = np.zeros(len(to), bool)
        if "school" in rule.apart:
            met |= same
        department = to.department[destination]
        if "department" in rule.apart and department != "":
            met |= same & (to.department == department)
        if "line" in rule.apart and department != "":
            met |= self._in_line((int(to.school[destination]), str(department)))
        return met

    # ---- lines of command ----------------------------------------------------------------------------------------

    def _node(self, person: int) -> object:
        """A person's department, or the person where there is none."""
        department = str(self.facts.of_people("department")[person])
        return (int(self.facts.school[person]), department) if department else person

    @cached_property
    def _lines(self) -> set[tuple[object, object]]:
        """Departments and people next to each other in a line of command, in both directions."""
        lines: set[tuple[object, object]] = set()
        for person, superior in enumerate(self.facts.of_people("reports_to").tolist()):
            above = self.district.staff_pos.get(superior)
            if above is not None:
                one, other = self._node(person), self._node(above)
                lines |= {(one, other), (other, one)}
        return lines

    def _in_line(self, node: object) -> Array:
        """Departments that report to this department or person, or to which it reports, today."""
        nodes = zip(self.to.school.tolist(), self.to.department.tolist(), strict=True)
        lines = (bool(department) and (node, (school, department)) in self._lines for school, department in nodes)
        return np.fromiter(lines, bool, len(self.to))
