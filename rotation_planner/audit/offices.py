"""The departments of schools, and whom a ``departments`` rule places in one."""

from __future__ import annotations

from rotation_planner.audit.asking import Asking
from rotation_planner.audit.books import Books, entries
from rotation_planner.policy.kinds import Departments


class Offices:
    """Departments as the rule in force sees them; without a rule nobody is placed in one."""

    def __init__(self, books: Books, asking: Asking, rule: Departments | None) -> None:
        self.rule = rule
        self._books = books
        self._placed = asking.person(rule.who) if rule is not None else lambda person: False
        self._named: list[set[str]] | None = None

    def placed(self, person: int) -> bool:
        """Whether the rule places the person in a department."""
        return self._placed(person)

    def may_stay_inside(self, person: int) -> bool:
        """Whether the person may change the department and keep the school."""
        return self.rule is not None and self.rule.inside and self.placed(person)

    def named(self, school: int) -> set[str]:
        """The departments of a school: those in which its staff stand today, and those that its column lists."""
        if self._named is None:
            self._named = [set() for _ in self._books.schools]
            for at, department in zip(self._books.at, self._books.of_person("department"), strict=True):
                self._named[at].add(department)
            if self.rule is not None and self.rule.listed is not None:
                for each, listed in enumerate(self._books.of_school(self.rule.listed)):
                    self._named[each].update(entries(listed))
            self._named = [each - {None, ""} for each in self._named]
        return self._named[school]

    def choices(self, person: int, school: int) -> list[str | None]:
        """The departments that a move of the person into the school may enter; none where it may not be made."""
        if self.rule is None or not self.placed(person):
            return [None] if school != self._books.at[person] else []
        asked: list[str | None] = [*sorted(self.named(school))] or [None]
        return [each for each in asked if not self.wrong(person, school, each)]

    def wrong(self, person: int, school: int, department: str | None) -> list[str]:
        """What the rule has against a move of the person into the department of a school, as names of sentences."""
        if self.rule is None:
            return []
        if not self.placed(person):
            return [] if department is None else ["department_not_placed"]
        found = []
        inside = school == self._books.at[person]
        if inside and (not self.rule.inside or department in (None, self._books.of_person("department")[person])):
            found.append("department_no_change")
        if not inside and not self.rule.outside:
            found.append("department_outside")
        if department is None:
            if self.named(school):
                found.append("department_blank")
        elif department not in self.named(school):
            found.append("department_unknown")
        return found
