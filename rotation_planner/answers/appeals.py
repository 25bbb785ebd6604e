"""The appeals desk: the weightiest set of appeals that can be granted together, and what each would cost alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from rotation_planner.answers.keeping import STAYS, Changed, Fates
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.base import GoalTerm, Part, Priced
from rotation_planner.model.ground import Ground
from rotation_planner.model.model import LevelBefore, Model
from rotation_planner.model.unpack import Moves, unpack
from rotation_planner.plan.plan import Objective
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label
from rotation_planner.solve.engines import Outcome, constraint_program
from rotation_planner.solve.levels import Limits
from rotation_planner.solve.narrowing import Narrowing
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.solving import objectives_of
from rotation_planner.words import say

LEVEL, OTHERS = "appeals", "fewest-others-changed"
THOUSAND = 1000


@dataclass(frozen=True)
class Appeal:
    """What one person (staff position) asks: ``stay``, ``to`` a school or ``not_to`` it (school position)."""

    person: int
    asks: str
    school: int
    weight: Fraction

    def granted(self, school: int | None) -> bool:
        """Whether a fate grants it: the school entered, ``None`` for who stays."""
        if self.asks == "stay":
            return school is None
        return (school == self.school) == (self.asks == "to")


def appeals_of(frame: pd.DataFrame, district: District) -> tuple[Appeal, ...]:
    """The rows of a checked file of appeals."""
    columns = (frame[name] for name in ("staff_id", "asks", "school_id", "weight"))
    return tuple(
        Appeal(
            district.staff_pos[who], str(asks), district.school_pos.get(school, -1),
            Fraction(round(float(weight) * THOUSAND), THOUSAND),
        )
        for who, asks, school, weight in zip(*columns, strict=True)
    )  # fmt: skip


class _Apart(Part):
    """Keeps everybody who appeals apart from all others."""

    def __init__(self, appeals: Sequence[Appeal], ground: Ground) -> None:
        super().__init__(ground)
        self.appeals = appeals
        self.number = np.zeros(ground.facts.people, dtype=np.int64)
        for place, person in enumerate(sorted({each.person for each in appeals}), start=1):
            self.number[person] = place

    def leaving(self) -> Sequence[Array]:
        return [self.number]

    def going(self) -> Sequence[Array]:
        return [self.number]

    def columns(self, model: Model) -> dict[int, tuple[int, Array]]:
        """Of everybody who appeals and may move: the column that tells whether she leaves, and her arcs."""
        people = model.people
        row = {int(person): number for number, person in enumerate(people.people)}
        return {
            person: (int(people.group[row[person]]), np.flatnonzero(people.seats.person == people.kind[row[person]]))
            for person in np.flatnonzero(self.number).tolist()
            if person in row
        }


class NotGranted(GoalTerm):
    """The weight of the appeals that are not granted."""

    def __init__(self, appeals: Sequence[Appeal], ground: Ground) -> None:
        super().__init__(None, ground)
        self.apart = _Apart(appeals, ground)

    def leaving(self) -> Sequence[Array]:
        return self.apart.leaving()

    def going(self) -> Sequence[Array]:
        return self.apart.going()

    def post(self, model: Model) -> Iterable[Priced]:
        columns = self.apart.columns(model)
        for each in self.apart.appeals:
            if each.asks == "to":
                self.constant += each.weight
            if each.person not in columns:  # who may not move at all stays
                continue
            group, arcs = columns[each.person]
            if each.asks == "stay":
                yield model.leave[[group]], np.ones(1, dtype=np.int64), each.weight
                continue
            there = arcs[model.arc_to[arcs] == each.school]
            yield model.go[there], np.ones(len(there), dtype=np.int64), each.weight * (-1 if each.asks == "to" else 1)


class OthersChanged(Changed):
    """Changed fates of those who do not appeal; of those who do, fates that change and grant no appeal of theirs."""

    def __init__(self, fates: Fates, appeals: Sequence[Appeal], ground: Ground) -> None:
        super().__init__(fates, ground)
        self.apart = _Apart(appeals, ground)

    def leaving(self) -> Sequence[Array]:
        return [*super().leaving(), *self.apart.leaving()]

    def going(self) -> Sequence[Array]:
        return [*super().going(), *self.apart.going()]

    def post(self, model: Model) -> Iterable[Priced]:
        yield from super().post(model)
        kept = self.kept(model)
        appeals: dict[int, list[Appeal]] = {}
        for each in self.apart.appeals:
            appeals.setdefault(each.person, []).append(each)
        columns = self.apart.columns(model)
        for person, own in appeals.items():
            moved = bool(self.fates.moves[person])
            stay_grants = any(each.granted(None) for each in own)
            if moved and stay_grants and person not in columns:
                self.constant -= 1
            if person not in columns:
                continue
            group, arcs = columns[person]
            if moved and stay_grants:  # staying, a change counted above, costs nothing
                self.constant -= 1
                yield model.leave[[group]], np.ones(1, dtype=np.int64), Fraction(1)
            schools = model.arc_to[arcs].tolist()
            free = [any(each.granted(school) for each in own) for school in schools]
            granting = arcs[np.array(free, bool) & ~kept[arcs]]
            yield model.go[granting], np.full(len(granting), -1), Fraction(1)


def granting(fates: Fates, appeals: Sequence[Appeal]) -> tuple[LevelBefore, LevelBefore]:
    """The goal levels of the desk: the weight not granted, then the others whose fate changes."""
    return (
        LevelBefore(LEVEL, lambda ground: (NotGranted(appeals, ground),)),
        LevelBefore(OTHERS, lambda ground: (OthersChanged(fates, appeals, ground),)),
    )


# ---- the price of each appeal alone ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Price:
    """What one appeal costs when it alone is granted. ``possible``: ``None`` where time ran out before it was known;
    ``others``: staff positions of the others whose fate changes; ``goals``: value and bound goal by goal."""

    appeal: Appeal
    possible: bool | None
    others: tuple[int, ...] = ()
    goals: tuple[Objective, ...] = ()
    proven: bool = False


class Desk:
    """Prices of single appeals against a plan, under the data and rules of today."""

    def __init__(self, district: District, policy: Policy, standing: Standing, fates: Fates) -> None:
        self.district, self.policy, self.standing, self.fates = district, policy, standing, fates

    def prices(
        self,
        appeals: Sequence[Appeal],
        options: SolveOptions,
        *,
        seconds: float,
        stop: threading.Event | None = None,
        done: Callable[[int], None] | None = None,
    ) -> tuple[Price, ...]:
        """The price of each appeal alone, several at a time; ``done`` is told how many are ready."""
        teller = Teller(None, 1, seconds)
        ready: list[int] = []

        def price(each: Appeal) -> Price:
            found = self._price(each, options, teller.left, stop)
            ready.append(1)
            if done is not None:
                done(len(ready))
            return found

        with ThreadPoolExecutor(options.workers or os.cpu_count() or 1) as pool:
            return tuple(pool.map(price, appeals))

    def _price(self, appeal: Appeal, options: SolveOptions, seconds: float, stop: threading.Event | None) -> Price:
        before = granting(self.fates, (appeal,))
        model = Model(self.district, self.policy, self.standing, before=before)
        cost = model.costs_padded()[0]
        if cost.constant and not cost.coefficients.any():  # no way leads to what is asked
            return Price(appeal, False)
        teller = Teller(None, len(model.costs), seconds)
        reached = Narrowing(model, teller, Limits(0.0, 1, options.seed), stop).run(float(-cost.constant))
        if reached.values is None:
            return Price(appeal, False if reached.infeasible and self._refused(model, teller, stop) else None)
        goals = objectives_of(model, reached)
        changed = self.changed(unpack(model, reached.values))
        others = tuple(person for person in changed if person != appeal.person)
        return Price(appeal, True, others, goals[2:], all(each.proven for each in goals))

    def _refused(self, model: Model, teller: Teller, stop: threading.Event | None) -> bool:
        """Whether the second engine too finds no plan that grants the appeal."""
        cost = model.costs_padded()[0]
        program = model.arrays.with_row(cost.coefficients, -cost.constant)
        nothing = np.zeros(model.program.columns, dtype=np.int64)
        answer = constraint_program(program, nothing, seconds=max(teller.left, 10.0), stop=stop)
        return answer.outcome is Outcome.INFEASIBLE

    def changed(self, moves: Moves) -> list[int]:
        """Staff positions of everybody whose fate is not the one told."""
        now = np.full(len(self.fates.destination), STAYS, dtype=np.int64)
        now[moves.person] = moves.destination
        stage, subject = self.fates.stage.copy(), self.fates.subject.copy()
        stage[moves.person], subject[moves.person] = moves.stage, moves.subject
        differs = now != self.fates.destination
        both = self.fates.moves & (now != STAYS)
        differs |= both & ((stage != self.fates.stage) | (subject != self.fates.subject))
        people: list[int] = np.flatnonzero(differs).tolist()
        return people

    def why_not(self, appeal: Appeal) -> str:
        """Why an appeal cannot even be granted alone, in words."""
        standing = self.standing
        if appeal.asks == "stay":
            pins = [label(rule) for rule in self.policy.rules if rule.kind == "pins"]
            if standing.forced[appeal.person] and pins:
                return say("appeals.why_shut", rules=say("policy.list_separator").join(pins))
            return say("appeals.why_rules")
        if appeal.asks == "not_to":
            return say("appeals.why_rules")
        if not standing.candidate[appeal.person]:
            return say("appeals.why_not_candidate")
        openings, one = Openings(self.policy, standing), np.array([appeal.person])
        there = openings.destinations.school == appeal.school
        opened = openings.open_to(one)
        if not opened[0, there].any():
            rules = [rule for rule, closed in openings.shut(one) if closed[0, there].all()]
            words = [label(self.policy.by_id[each]) for each in rules]
            if words:
                return say("appeals.why_shut", rules=say("policy.list_separator").join(words))
        elif not (openings.seats(one, opened).school == appeal.school).any():
            return say("appeals.why_no_seat")
        return say("appeals.why_rules")
