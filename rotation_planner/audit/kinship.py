"""Relatives among the staff: who is whose, and where a rule says that two of them meet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from rotation_planner.audit.asking import Ask
from rotation_planner.audit.books import Books
from rotation_planner.policy.kinds import Kin, Together

Office = tuple[int, str]  # a department of a school
Node = Office | int | None  # in a line of command: a department, or a person who has none


class Kinship:
    """The relatives of a district and its lines of command of today."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def relatives(self, rule: Kin | Together, excepted: Ask, person: int) -> Iterator[int]:
        """The relatives of a person of whom a rule speaks, each once; none of or for an excepted person."""
        if excepted(person):
            return
        found = {other for other, kinship in self._books.kin.get(person, ()) if kinship in rule.kinships}
        yield from sorted(other for other in found if not excepted(other))

    def meet(self, rule: Kin, school: int, department: str | None, there: tuple[int, str | None], node: Node) -> bool:
        """Whether somebody who enters the department of a school meets a relative who is ``there`` (school and
        department) and stands as ``node`` in a line of command."""
        if "school" in rule.apart and school == there[0]:
            return True
        if department is None:
            return False
        if "department" in rule.apart and (school, department) == there:
            return True
        return "line" in rule.apart and (node, (school, department)) in self._lines

    def node_today(self, person: int) -> Node:
        """Where a person stands in a line of command today."""
        department = self._books.of_person("department")[person]
        return person if department is None else (self._books.at[person], department)

    @cached_property
    def _lines(self) -> set[tuple[Node, Node]]:
        """Who and what is next to each other in a line of command, told in both directions."""
        found: set[tuple[Node, Node]] = set()
        for person, superior in enumerate(self._books.of_person("reports_to")):
            above = self._books.person_of.get(superior)
            if above is not None:
                one, other = self.node_today(person), self.node_today(above)
                found |= {(one, other), (other, one)}
        return found
