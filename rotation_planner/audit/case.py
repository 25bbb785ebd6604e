"""The case before the judge: the books, the policy's questions, and the moves; today and afterwards are told here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from rotation_planner.audit.asking import Ask, Asking
from rotation_planner.audit.books import Books
from rotation_planner.audit.duties import Duties
from rotation_planner.audit.moves import MODES, Fault, Move, read_moves
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.policy import Policy
from rotation_planner.words import language, say

Place = tuple[str, str | None, str | None]


class Case:
    """One plan of one district under one policy; what every judge looks things up in."""

    def __init__(self, district: District, policy: Policy, plan: Plan, draw: int | None) -> None:
        self.district = district
        self.policy = policy
        self.plan = plan
        self.books = Books(district)
        self.duties = Duties(self.books, policy, draw)
        self.asking: Asking = self.duties.asking
        self.moves: dict[int, Move]
        self.faults: list[Fault]
        self.moves, self.faults = read_moves(self.books, plan.transfers)
        self.may_move = self.duties.may_move()
        self.school_in_scope = [self.asking.school(policy.scope.schools)(school) for school in self.books.schools]

    # ---- today and afterwards ------------------------------------------------------------------------------------

    def at(self, person: int) -> int:
        """The school where a person is afterwards."""
        move = self.moves.get(person)
        return self.books.at[person] if move is None else move.entered

    def position(self, person: int) -> str | None:
        """The position that a person holds afterwards."""
        move = self.moves.get(person)
        return self.books.of_person("position")[person] if move is None else move.position

    def place_after(self, person: int) -> Place:
        """School, stage and subject of a person afterwards."""
        move = self.moves.get(person)
        if move is None:
            return self.books.places[person]
        return self.books.school_id[move.entered], move.stage, move.subject

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

    def arrivals(self, school: int) -> list[Move]:
        """The moves into a school."""
        return self._arrivals.get(school, [])

    @cached_property
    def _arrivals(self) -> dict[int, list[Move]]:
        found: dict[int, list[Move]] = {}
        for move in self.moves.values():
            found.setdefault(move.entered, []).append(move)
        return found

    @cached_property
    def departures(self) -> dict[int, list[Move]]:
        """The moves out of each school."""
        found: dict[int, list[Move]] = {}
        for move in self.moves.values():
            found.setdefault(move.left, []).append(move)
        return found

    def count_by_school(self, who: Ask) -> tuple[Counter[int], Counter[int]]:
        """People of a set by school, today and afterwards."""
        today = Counter(self.books.at[person] for person in self.books.people if who(person))
        after = Counter(today)
        for move in self.moves.values():
            if who(move.person):
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

    # ---- names ---------------------------------------------------------------------------------------------------

    def ids(self, people: Iterable[int]) -> tuple[str, ...]:
        """The staff_ids of people, in order."""
        return tuple(sorted(self.books.staff_id[person] for person in people))

    def school(self, school: int) -> str:
        """A school as a reader knows it."""
        return say("audit.school", name=self.books.school_name(school), id=self.books.school_id[school])

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
        """A way of moving as a reader knows it; other text as it stands."""
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
