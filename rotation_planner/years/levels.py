"""What the years ahead ask of this year's plan, as goal levels of its own that never stand above a must rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import GoalTerm, Priced
from rotation_planner.model.constraints.receiving import demand_of
from rotation_planner.model.ground import Ground
from rotation_planner.model.model import LevelBefore, Model
from rotation_planner.model.program import Entries, Scopes

NEEDED, SPARED = "years-needed", "years-spared"


@dataclass(frozen=True)
class Need:
    """What this year must do so that a later year stays possible.

    ``what``: a person (``who``) ``goes`` or ``stays``; a school (``school``) ends with ``at_most`` or ``at_least`` so
    many people (``number``), of a stage and subject where these are named.
    """

    what: Literal["goes", "stays", "at_most", "at_least"]
    who: str = ""
    school: str = ""
    stage: str = ""
    subject: str = ""
    number: int = 0


class Needs(GoalTerm):
    """How far a plan is from what a later year needs; unit: a person."""

    def __init__(self, needs: Sequence[Need], ground: Ground) -> None:
        super().__init__(None, ground)
        self.needs = needs
        find = ground.district.staff_pos
        self.go, self.stay = (np.zeros(ground.facts.people, bool) for _ in range(2))
        for each in needs:
            if each.what in ("goes", "stays") and each.who in find:
                (self.go if each.what == "goes" else self.stay)[find[each.who]] = True

    def leaving(self) -> Sequence[Array]:
        return [self.go, self.stay]

    def post(self, model: Model) -> Iterable[Priced]:
        candidates = self.ground.standing.candidate
        self.constant = Fraction(int((self.go & candidates).sum()))
        for mask, sign in ((self.go, -1), (self.stay, 1)):
            groups = np.flatnonzero(model.people.of_groups(mask))
            yield model.leave[groups], np.full(len(groups), sign), Fraction(1)
        facts, find = self.ground.facts, self.ground.district.school_pos
        rows = facts.demand_rows
        for each in self.needs:
            if each.what not in ("at_most", "at_least") or each.school not in find:
                continue
            school = find[each.school]
            if each.subject:
                row = rows.get((school, each.stage, each.subject))
                if row is None:
                    continue
                buckets = demand_of(model)
                counted = facts.of_people("full_time")
                change = model.change_in(counted, buckets.home, buckets.there)
                today = int((facts.demand_of_person == row).sum())
                place = row
            else:
                change, place = model.change(np.ones(facts.people, bool)), school
                today = int((facts.school == school).sum())
            mine = change.row == place
            size = int(mine.sum())
            entries = Entries(np.zeros(size, dtype=np.int64), change.column[mine], change.value[mine])
            slack = model.program.add_columns(1, 0, max(len(model.people.people), 1))
            most = each.what == "at_most"
            entries += Entries(np.zeros(1, dtype=np.int64), slack, np.array([-1 if most else 1]))
            low, high = (-np.inf, each.number - today) if most else (each.number - today, np.inf)
            model.program.add_rows("goal:needs", entries, low, high, Scopes("school", np.array([school])))
            yield slack, np.ones(1, dtype=np.int64), Fraction(1)


class Spared(GoalTerm):
    """Burdens laid a second time: people of ``once`` who go at all, and people of ``heavily`` who go to a school of
    ``heavy`` (bool [staff, schools]: far from where they are, or in the countryside); unit: a burden."""

    def __init__(self, once: Array, heavy: Array, ground: Ground) -> None:
        super().__init__(None, ground)
        self.once, self.heavy = once, heavy
        self.code = np.unique(heavy, axis=0, return_inverse=True)[1].ravel()

    def leaving(self) -> Sequence[Array]:
        return [self.once]

    def going(self) -> Sequence[Array]:
        return [self.code]

    def post(self, model: Model) -> Iterable[Priced]:
        groups = np.flatnonzero(model.people.of_groups(self.once))
        yield model.leave[groups], np.ones(len(groups), dtype=np.int64), Fraction(1)
        model.people.of_kinds(self.code)
        person = model.people.kind_person[model.people.seats.person]
        arcs = np.flatnonzero(self.heavy[person, model.arc_to])
        yield model.go[arcs], np.ones(len(arcs), dtype=np.int64), Fraction(1)


def needed(needs: Sequence[Need]) -> LevelBefore:
    """The level of what later years need."""
    return LevelBefore(NEEDED, lambda ground: (Needs(needs, ground),))


def spared(once: Array, heavy: Array) -> LevelBefore:
    """The level that spares people a second burden."""
    return LevelBefore(SPARED, lambda ground: (Spared(once, heavy, ground),))
