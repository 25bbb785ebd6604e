"""What a policy comes to in a scenario: how many people each population, duty, deferral, order and share holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from rotation_planner.eligibility import stand
from rotation_planner.eligibility.arrays import Array, codes_of
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.binding import Remark, remarks, row_counts
from rotation_planner.model.model import Model
from rotation_planner.policy.kinds import (
    AfterSet,
    ArrivingSet,
    Bar,
    Count,
    Defer,
    Departments,
    Duty,
    Flow,
    Kin,
    Merit,
    Modes,
    MovingSet,
    Order,
    People,
    Phase,
    Pins,
    ReverseFlow,
    Rounds,
    RouteRule,
    Rule,
    Scope,
    ShareRule,
    StayingSet,
    Swap,
    Together,
    Volunteer,
)
from rotation_planner.policy.selectors import Selector
from rotation_planner.policy.telling import as_number
from rotation_planner.policy.wording import label
from rotation_planner.run.scenario import Scenario
from rotation_planner.words import language, say

Figure = tuple[str, int | str]
"""What is counted (a word of ``meaning.figure_``, with ``:name`` behind it for a way or a round) and how many."""
Figures = tuple[Figure, ...]
Counted = MovingSet | ArrivingSet | StayingSet | AfterSet


@dataclass(frozen=True)
class Held:
    """How many a part of a policy holds: the part (``population``, ``score`` or the kind of a rule), its id, its name
    in the language in force, the figures."""

    part: str
    id: str
    name: str
    figures: Figures

    def __str__(self) -> str:
        told = []
        for what, number in self.figures:
            key, _, name = what.partition(":")
            told.append(say("meaning.figure", what=say(f"meaning.figure_{key}", name=name), number=number))
        return say("telling.comma").join(told)


class Meaning:
    """A policy on one scenario, before any solving."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.policy = scenario.policy
        self.standing: Standing = stand(scenario.district, scenario.policy, draw=scenario.file.solve.draw)
        self._select = self.standing.selecting

    @cached_property
    def model(self) -> Model:
        """The model of the plan, for its rows."""
        return Model(self.scenario.district, self.policy, self.standing)

    @cached_property
    def rows(self) -> dict[str, tuple[int, int]]:
        """Of every rule of the model: its rows, and those of them that some choice can break."""
        return row_counts(self.model)

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """What is certain of shares and numbers."""
        return tuple(remarks(self.model))

    @cached_property
    def placed(self) -> Array:
        """Who may move and has an open place: bool over the staff."""
        people = self.model.people
        open_kind = np.bincount(people.seats.person, minlength=len(people.kind_person)) > 0
        found = np.zeros(len(self.scenario.district.staff), bool)
        found[people.people] = open_kind[people.kind]
        return found

    def held(self) -> Iterator[Held]:
        """Populations, scores and active rules with what they hold, in the order of the file."""
        for key, population in self.policy.populations.items():
            people = int(self._select.people(population.who).sum())
            yield Held("population", key, population.words[language()], (("people", people),))
        for key, score in self.policy.scores.items():
            points = self._select.scoring.thousandths(key)
            figures: Figures = (("scored", int((points != 0).sum())),)
            if len(points):
                figures += (("least", _thousandths(points.min())), ("most", _thousandths(points.max())))
            yield Held("score", key, score.words[language()], figures)
        for rule in self.policy.active:
            figures = tuple(self._figures(rule))
            if self.rows.get(rule.id, (0, 0))[0]:
                figures += (("rows", self.rows[rule.id][0]), ("rows_binding", self.rows[rule.id][1]))
            left_out = int(self._select.excepted(rule).sum()) if rule.exceptions else 0
            if left_out:
                figures += (("excepted", left_out),)
            yield Held(rule.kind, rule.id, label(rule), figures)

    def _count(self, mask: Array) -> int:
        return int(mask.sum())

    def _figures(self, rule: Rule) -> Iterator[Figure]:
        standing, select = self.standing, self._select
        movable = standing.candidate
        match rule:
            case Scope():
                yield "people", self._count(standing.in_scope)
                yield "schools", self._count(select.schools(rule.schools))
                yield "movable", self._count(movable)
                yield "placed", self._count(self.placed)
            case Duty():
                yield "meets", self._count(standing.meets[rule.id])
                yield "eligible", self._count(standing.eligible[rule.id])
                yield "due", self._count(standing.due[rule.id])
                yield "due_placed", self._count(standing.due[rule.id] & self.placed)
            case Phase() if rule.duty in standing.due:
                later = standing.eligible[rule.duty] & ~standing.due[rule.duty]
                yield "called", self._count(standing.due[rule.duty])
                yield "later", self._count(later)
                yield "schools_phased", len(np.unique(standing.facts.school[later]))
            case Defer():
                yield "people", self._count(select.people(rule.when))
                yield "deferred", self._count(standing.deferred[rule.id])
            case Bar():
                yield "barred", self._count(standing.barred[rule.id])
            case Volunteer():
                yield "people", self._count(standing.volunteer[rule.id])
                yield "brings", self._count(standing.volunteer[rule.id] & movable & ~self.any_eligible)
            case Pins():
                yield "forced", self._count(standing.forced)
                yield "held", self._count(standing.held)
            case ShareRule() | Count():
                yield from self._sets(rule)
            case RouteRule() | Departments() | Swap():
                who = movable if rule.who is None else select.people(rule.who) & movable
                yield "concerned", self._count(who)
            case Modes():
                for case in rule.cases:
                    yield "way:" + case.id, self.by_way[case.id]
            case Kin() | Together():
                pairs = self.model.ground.openings.kinships.pairs(rule)
                yield "pairs", len(pairs)
                yield "pairs_movable", int(movable[pairs].any(axis=1).sum()) if len(pairs) else 0
            case Order() | Merit():
                who = select.people(rule.who) & movable
                if isinstance(rule, Order) and rule.unless is not None:
                    who &= ~select.people(rule.unless)
                yield "concerned", self._count(who)
                yield "groups", self._groups(rule.within, who)
            case Rounds():
                own = np.full(len(movable), -1, dtype=np.int64)
                for number, each in reversed(list(enumerate(rule.rounds))):
                    own[select.people(each.who)] = number
                for number, each in enumerate(rule.rounds):
                    yield "round:" + each.id, self._count((own == number) & movable)
            case Flow() | ReverseFlow():
                yield "concerned", self._count(select.people(rule.who) & movable)

    @cached_property
    def any_eligible(self) -> Array:
        """Eligible under some duty."""
        masks = [*self.standing.eligible.values(), np.zeros(len(self.standing.candidate), bool)]
        return np.logical_or.reduce(masks)

    @cached_property
    def by_way(self) -> dict[str, int]:
        """How many people could go in each case of the ``modes`` rule, by its id."""
        people = self.model.people
        found: dict[str, int] = {}
        for rule in self.policy.of(Modes)[:1]:
            for number, case in enumerate(rule.cases):
                kinds = np.unique(people.seats.person[people.seats.way == number])
                found[case.id] = int(people.kind_size[kinds].sum())
        return found

    def _sets(self, rule: ShareRule | Count) -> Iterator[Figure]:
        inside = np.ones(len(self.standing.candidate), bool)
        if rule.where is not None and not rule.where_afterwards:
            inside = self._select.people(rule.where)
        inside &= ~self._select.excepted(rule)
        if isinstance(rule, ShareRule) and isinstance(rule.over, People):
            over = self._select.people(rule.over.people) & inside
            yield "over", self._count(over)
            if rule.per:
                yield "groups", self._groups(rule.per, over)
        counted = (rule.numerator,) if isinstance(rule, ShareRule) else rule.of
        movable = np.zeros(len(inside), bool)
        for each in counted:
            movable |= self._select.people(_selector(each))
        yield "movable_of", self._count(movable & inside & self.placed)

    def _groups(self, columns: tuple[str, ...], who: Array) -> int:
        if not columns or not who.any():
            return int(who.any())
        facts = self.standing.facts
        return len(np.unique(codes_of(*(facts.of_people(each)[who] for each in columns))))


def _selector(counted: Counted) -> Selector:
    match counted:
        case MovingSet():
            return counted.moving
        case ArrivingSet():
            return counted.arriving
        case StayingSet():
            return counted.staying
    return counted.after


def _thousandths(points: int) -> str:
    return as_number(Fraction(int(points), 1000))
