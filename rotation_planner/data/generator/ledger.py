"""What a growing plan does to schools and subjects: which further move keeps every limit of the dalian rules."""

from __future__ import annotations

import numpy as np

from rotation_planner.data.generator.arrays import Flags, Ints
from rotation_planner.data.generator.assumptions import Assumptions
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.people import People
from rotation_planner.data.generator.rows import Rows
from rotation_planner.data.generator.vocabulary import courses


class Ledger:
    """Numbers after the moves made so far; every move that it lets through leaves a plan that could be carried out.

    ``to`` holds the destination of each person, -1 for those who stay.
    """

    def __init__(self, ground: Ground, people: People, rows: Rows, given: Assumptions) -> None:
        self.ground, self.people, self.rows = ground, people, rows
        self.to: Ints = np.full(len(people), -1)
        self.staff: Ints = ground.staff.copy()
        self.teaching: Ints = rows.present.copy()
        self.left_school: Ints = np.zeros_like(ground.staff)
        self.left_row: Ints = np.zeros_like(rows.present)
        self.came_row: Ints = np.zeros_like(rows.present)
        self.most_school: Ints = np.maximum(1, ground.staff // given.cap_school)
        self.most_row: Ints = np.maximum(1, rows.present // given.cap_subject)
        self.changed = 0  # how often the data gave way to the plan
        self.complete = True  # nothing is missing

    def may_leave(self, person: int) -> bool:
        """The school and the subject group can spare one more."""
        school, course = self.people.school[person], self.people.course[person]
        spare = self.left_row[school, course] < self.most_row[school, course]
        return bool(self.to[person] < 0 and spare and self.left_school[school] < self.most_school[school])

    def can_do_without(self, person: int) -> bool:
        """The subject stays at its minimum though nobody comes."""
        school, course = self.people.school[person], self.people.course[person]
        floor = min(self.rows.required[school, course], self.rows.present[school, course])
        return bool(self.teaching[school, course] - 1 >= floor)

    def room(self) -> Flags:
        """Schools in scope that may still take one more."""
        return self.ground.in_scope & (self.staff < self.ground.limit)

    def open_to(self, person: int) -> Flags:
        """Schools where the person can come on top of those who are there."""
        course, school = self.people.course[person], self.people.school[person]
        ceiling = np.maximum(self.rows.required[:, course], self.rows.present[:, course])
        fits = (self.rows.required[:, course] > 0) & (self.teaching[:, course] < ceiling)
        fits = fits & self.room()
        fits[school] = False
        return fits

    def can_swap(self, one: int, other: int) -> bool:
        """Both may leave, teach the same, and neither school ends above its limit."""
        a, b = self.people.school[one], self.people.school[other]
        within = self.staff[[a, b]] <= self.ground.limit[[a, b]]
        same = self.people.course[one] == self.people.course[other]
        return bool(a != b and same and within.all() and self.may_leave(one) and self.may_leave(other))

    def move(self, person: int, to: int) -> None:
        """Books one move."""
        school, course = self.people.school[person], self.people.course[person]
        self.to[person] = to
        self.staff[school] -= 1
        self.staff[to] += 1
        self.left_school[school] += 1
        self.left_row[school, course] += 1  # leaders belong to their subject's group as well
        if self.people.full_time[person]:
            self.teaching[school, course] -= 1
            self.teaching[to, course] += 1
            self.came_row[to, course] += 1

    def give_way(self, person: int, order: Ints) -> bool:
        """Bends the data so that the person can go one way: one post less asked for here, one more there.

        A stand-in for chance: with a slightly different curriculum in the two schools the move would have been open.
        ``order``: schools in the order in which they are tried.
        """
        school, course = self.people.school[person], self.people.course[person]
        required, present = self.rows.required, self.rows.present
        if not self.can_do_without(person):
            left = self.teaching[school, course] - 1
            if left < 1 or self.came_row[school, course]:
                return False
            required[school, course] = left
            self.changed += 1
        if not self.open_to(person).any():
            there = (required[:, course] > 0) & self.ground.in_scope & (self.left_row[:, course] == 0)
            there[school] = False
            found = [s for s in order if there[s] and self.room()[s]] or [s for s in order if there[s]]
            if not found:
                return False
            target = found[0]
            self.changed += 1
            while self.staff[target] >= self.ground.limit[target]:
                self._enlarge(int(target), int(course))
            least = max(self.teaching[target, course] + 1, required[target, course])
            required[target, course] = least if least > present[target, course] else required[target, course]
        return True

    def _enlarge(self, school: int, course: int) -> None:
        """One post more, and the pupils that the national standard asks for it."""
        stage = courses()[course].stage
        self.ground.limit[school] += 1
        self.ground.students[school, stage] += (0, 19, 13, 12)[stage]
