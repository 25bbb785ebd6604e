"""Whether a school is open to somebody who did not go there: what the rules that shut destinations leave."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.books import Destination
from rotation_planner.audit.case import Case
from rotation_planner.audit.judges.where import passes, unfit
from rotation_planner.audit.moves import placements
from rotation_planner.policy.kinds import Duty, Kin, Qualification, RouteRule


class Openings:
    """The ``must`` rules on destinations, asked of one person and one school at a time; each answer is kept."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._told: dict[tuple[int, int], bool] = {}
        policy, asking = case.policy, case.asking
        self._sends = [
            (case.duties.ask("eligible", duty.id), asking.school(duty.to))
            for duty in policy.of(Duty)
            if duty.to is not None
        ]
        self._routes = [
            (asking.person(rule.who), asking.excepted(rule), passes(case, rule))
            for rule in policy.of(RouteRule)
            if rule.force == "must"
        ]
        self._apart = [(rule, asking.excepted(rule)) for rule in policy.of(Kin) if rule.force == "must"]

    def open(self, person: int, school: int) -> bool:
        """Whether the person may move at all, and into this school in some stage and subject, department and way."""
        key = person, school
        if key not in self._told:
            self._told[key] = self._case.may_move(person) and self._open(person, school)
        return self._told[key]

    def _open(self, person: int, school: int) -> bool:
        case = self._case
        if not case.school_in_scope[school] or not self._pins_allow(person, school):
            return False
        if any(eligible(person) and not sends(school) for eligible, sends in self._sends):
            return False
        if not any(self._seats(person, school)):
            return False
        return any(
            self._along(person, destination)
            for department in case.offices.choices(person, school)
            if not self._beside_kin(person, school, department)
            for destination in case.ways.destinations(person, school, department)
        )

    def _pins_allow(self, person: int, school: int) -> bool:
        if not self._case.duties.pins_hold:
            return True
        for pin in self._case.books.pins.get(person, ()):
            named = self._case.books.school_of.get(pin["school_id"])
            if pin["verdict"] == "to" and named not in (None, school):
                return False
            if pin["verdict"] == "not_to" and named in (None, school):
                return False
        return True

    def _seats(self, person: int, school: int) -> Iterator[bool]:
        """Whether each stage and subject in which the person may be placed is taught there and in scope."""
        case, rules = self._case, self._case.policy.of(Qualification)
        for stage, subject in placements(case.books, person):
            inside = stage is None or stage in case.policy.scope.stages
            yield inside and not any(unfit(case, rule, person, school, stage, subject) for rule in rules)

    def _along(self, person: int, destination: Destination) -> bool:
        return all(
            along(person, destination) for who, excepted, along in self._routes if who(person) and not excepted(person)
        )

    def _beside_kin(self, person: int, school: int, department: str | None) -> bool:
        """Whether a relative who cannot move at all stands there."""
        case = self._case
        own = case.books.of_person("department")
        return any(
            case.kinship.meet(
                rule, school, department, (case.books.at[other], own[other]), case.kinship.node_today(other)
            )
            for rule, excepted in self._apart
            for other in case.kinship.relatives(rule, excepted, person)
            if not case.may_move(other)
        )
