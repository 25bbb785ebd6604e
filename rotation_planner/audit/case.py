"""The case before the judge: the books, the policy's questions, and the moves; today and afterwards are told here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import Any, Protocol

from rotation_planner.audit.asking import Ask, Asking
from rotation_planner.audit.books import Books, Destination
from rotation_planner.audit.comparing import as_number
from rotation_planner.audit.duties import Duties
from rotation_planner.audit.kinship import Kinship
from rotation_planner.audit.moves import MODES, Move, read_moves
from rotation_planner.audit.offices import Offices
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.audit.ways import Ways
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.kinds import Departments, Modes
from rotation_planner.policy.policy import Policy
from rotation_planner.words import language, say

Place = tuple[str, str | None, str | None]
_AFTERWARDS = ("full_time_after", "_arrivals")  # what is worked out once from the moves


class Case:
    """One plan of one district under one policy; what every judge looks things up in."""

    def __init__(self, district: District, policy: Policy, plan: Plan, draw: int | None) -> None:
        self.district = district
        self.policy = policy
        self.plan = plan
        self.books = Books(district)
        self.duties = Duties(self.books, policy, draw)
        self.asking: Asking = self.duties.asking
        self.kinship = Kinship(self.books)
        self.offices = Offices(self.books, self.asking, next(iter(policy.of(Departments)), None))
        self.ways = Ways(self.duties, next(iter(policy.of(Modes)), None))
        modes = {*MODES, *(way.mode for way in self.ways.cases.values())}
        read, self.faults = read_moves(self.books, plan.transfers, self.offices, modes)
        self.moves: dict[int, Move] = {person: self._in_its_way(move) for person, move in read.items()}
        self.may_move = self.duties.may_move()
        in_scope = self.asking.school(policy.scope.schools)
        self.school_in_scope = [in_scope(school) for school in self.books.schools]

    def _in_its_way(self, move: Move) -> Move:
        way = self.ways.taken(move.person, move.entered, move.department, move.mode)
        return move if way is None else replace(move, way=way.id, here=way.stays_counted)

    def with_moves(self, moves: Iterable[Move]) -> Case:
        """The same case with these moves alone; the ways in which they are made are found again."""
        other = copy(self)
        for remembered in _AFTERWARDS:
            other.__dict__.pop(remembered, None)
        other.moves = {move.person: self._in_its_way(replace(move, way=None, here=False)) for move in moves}
        return other

    # ---- today and afterwards ------------------------------------------------------------------------------------

    def counted(self, person: int) -> Move | None:
        """The move by which a person counts elsewhere afterwards; ``None`` for who stays or goes on counting here."""
        move = self.moves.get(person)
        return None if move is None or move.here else move

    def at(self, person: int) -> int:
        """The school where a person is counted afterwards."""
        move = self.counted(person)
        return self.books.at[person] if move is None else move.entered

    def department(self, person: int) -> str | None:
        """The department in which a person is counted afterwards."""
        move = self.counted(person)
        department: str | None = self.books.of_person("department")[person] if move is None else move.department
        return department

    def place_after(self, person: int) -> Place:
        """School, stage and subject for which a person counts afterwards."""
        move = self.counted(person)
        return self.books.places[person] if move is None else self.seat(move)

    def seat(self, move: Move) -> Place:
        """School, stage and subject of a row."""
        return self.books.school_id[move.entered], move.stage, move.subject

    def destination(self, move: Move) -> Destination:
        """Where a move leads, as routes see it."""
        return Destination(move.entered, move.department, move.way if self.ways.chosen else None)

    @cached_property
    def full_time_after(self) -> Counter[Place]:
        """Full-time staff by school, stage and subject afterwards."""
        count = Counter(self.books.full_time_today)
        full_time = self.books.of_person("full_time")
        for person in self.moves:
            if full_time[person]:
                before, after = self.books.places[person], self.place_after(person)
                count[before] -= None not in before
                count[after] += None not in after
        return count

    def crossings(self, who: Ask | None = None) -> list[Move]:
        """The moves by which people leave one school and are counted at another, of a set of people only where one is
        given."""
        return [move for move in self.movers(who) if move.crosses]

    def arrivals(self, school: int) -> list[Move]:
        """The moves of those who come into a school from another and count there."""
        return self._arrivals.get(school, [])

    @cached_property
    def _arrivals(self) -> dict[int, list[Move]]:
        found: dict[int, list[Move]] = {}
        for move in self.crossings():
            found.setdefault(move.entered, []).append(move)
        return found

    def wished(self, person: int) -> dict[int, int]:
        """The schools that a person's applications name, or whose zone they name without a school, with the best rank
        of such a wish."""
        found: dict[int, int] = {}
        for wish in self.books.applications.get(person, ()):
            rank = int(wish["rank"] or 1)
            if wish["school_id"] is not None:
                named = [self.books.school_of[wish["school_id"]]] if wish["school_id"] in self.books.school_of else []
            else:
                named = self._schools_of_zone.get(wish["zone"], [])
            for school in named:
                found[school] = min(found.get(school, rank), rank)
        return found

    @cached_property
    def _schools_of_zone(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for school, zone in enumerate(self.books.of_school("zone")):
            if zone is not None:
                found.setdefault(zone, []).append(school)
        return found

    def count_by_school(self, who: Ask) -> tuple[Counter[int], Counter[int]]:
        """People of a set by school, today and afterwards."""
        today = Counter(self.books.at[person] for person in self.books.people if who(person))
        after = Counter(today)
        for move in self.crossings(who):
            after[move.left] -= 1
            after[move.entered] += 1
        return today, after

    def movers(self, who: Ask | None = None) -> list[Move]:
        """The moves, of a set of people only where one is given."""
        return [move for move in self.moves.values() if who is None or who(move.person)]

    def grouped(self, people: Iterable[int], columns: tuple[str, ...]) -> dict[tuple[Hashable, ...], list[int]]:
        """People by what stands in these columns, groups in the order of the contents."""
        read = [self.books.of_person(column) for column in columns]
        found: dict[tuple[Hashable, ...], list[int]] = {}
        for person in people:
            found.setdefault(tuple(column[person] for column in read), []).append(person)
        return dict(sorted(found.items(), key=lambda item: tuple(str(each) for each in item[0])))

    def posts_of(self, column: str) -> list[float | None]:
        """A number of each school, also where a column of the district's own tells it as text."""
        numbers = [None if each is None else as_number(each) for each in self.books.of_school(column)]
        return [None if each is None or not isfinite(each) else each for each in numbers]

    @cached_property
    def stages_taught(self) -> list[set[str]]:
        """The stages of each school."""
        return [set((each or "").split(";")) - {""} for each in self.books.of_school("stages")]

    @cached_property
    def required(self) -> dict[Place, float | None]:
        """The required staff of each row of ``demand``."""
        return {(row["school_id"], row["stage"], row["subject"]): row["required"] for row in self.books.demand}

    # ---- names ---------------------------------------------------------------------------------------------------

    def ids(self, people: Iterable[int]) -> tuple[str, ...]:
        """The staff_ids of people, in order."""
        return tuple(sorted(self.books.staff_id[person] for person in people))

    def school(self, school: int) -> str:
        """A school as a reader knows it."""
        return say("audit.school", name=self.books.school_name(school), id=self.books.school_id[school])

    def place(self, school: int, department: str | None) -> str:
        """A school, or a department of it, as a reader knows it."""
        name = self.school(school)
        return name if department is None else say("audit.part_separator").join([name, department])

    def person(self, person: int) -> str:
        """A person as a reader knows them."""
        return say("audit.person", name=self.books.person_name(person), id=self.books.staff_id[person])

    def listed(self, table: str, field: str, value: Any) -> str:
        """A value of a column as a reader sees it: Chinese words of listed values, other values as they stand."""
        if value is None:
            return say("audit.blank")
        if isinstance(value, bool):
            return self.yes_no(value)
        if table == "staff" and field.startswith("school."):
            table, field = "schools", field.removeprefix("school.")
        for column in schema.table(table).columns:
            if column.key == field and column.values:
                texts = [schema.label(column.values, each, language()) for each in str(value).split(";")]
                return say("audit.list_separator").join(texts)
        return shown(value)

    def mode(self, mode: str) -> str:
        """A way of moving as a reader knows it, a pack's own by its label; other text as it stands."""
        own = next((way.label for way in self.ways.cases.values() if way.mode == mode and way.label), None)
        if own is not None:
            return own[language()]
        return say(f"audit.mode_{mode}") if mode in MODES else mode or say("audit.blank")

    def yes_no(self, value: bool | None) -> str:
        """Yes, no, or blank."""
        return say("audit.blank") if value is None else say("policy.yes" if value else "policy.no")

    def names(self, people: Iterable[int]) -> str:
        """People as a reader knows them, in order."""
        ordered = sorted(people, key=lambda person: self.books.staff_id[person])
        return say("audit.list_separator").join(self.person(person) for person in ordered)


Judge = Callable[[Case, Any], Iterator[Finding]]  # of its own kind of rule


class Judged(Protocol):
    """What a finding names of its rule; the judge's own rules (``plan``, ``goals``) have it too."""

    @property
    def id(self) -> str:
        """The id of the rule."""

    @property
    def kind(self) -> str:
        """The kind of the rule."""

    @property
    def force(self) -> str:
        """Must or should."""


@dataclass(frozen=True)
class OwnRule:
    """A rule that no pack states: the plan's file is sound, its goal numbers are true."""

    id: str
    kind: str
    force: str = "must"


PLAN_FILE = OwnRule("plan", "plan")
GOAL_NUMBERS = OwnRule("goals", "goals")


def finding(
    rule: Judged,
    verdict: Verdict,
    sentence: str,
    *,
    scope: str = "",
    required: str | float = "",
    found: str | float = "",
    people: tuple[str, ...] = (),
    amount: int = 1,
) -> Finding:
    """A finding of a rule; the whole district where no scope is named. ``amount`` counts in a breach only."""
    return Finding(
        rule.id, rule.kind, rule.force, scope or say("audit.district"), shown(required), shown(found), verdict,
        sentence, people, amount if verdict is Verdict.BREACH else 0,
    )  # fmt: skip


def shown(value: str | float) -> str:
    """A number as people write it: whole ones without a fraction."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def verdict_of(holds: bool) -> Verdict:
    """Pass or breach."""
    return Verdict.PASS if holds else Verdict.BREACH


def nothing_to_judge(rule: Judged, sentence: str | None = None) -> Finding:
    """The one finding of a rule that this plan gives nothing to judge."""
    return finding(rule, Verdict.NOT_APPLICABLE, sentence or say("audit.nothing_to_judge"))


def summed_up(rule: Judged, checked: int, breaches: list[Finding], what: str) -> Iterator[Finding]:
    """One finding for all scopes that hold, then each breach; ``what`` names the scopes, e.g. schools."""
    if checked == 0:
        yield nothing_to_judge(rule)
        return
    held = checked - len({each.scope for each in breaches})
    if held or not breaches:
        sentence = say("audit.summary", held=held, missed=checked - held, checked=checked, what=what)
        yield finding(rule, Verdict.PASS, sentence, required=checked, found=held)
    yield from breaches
