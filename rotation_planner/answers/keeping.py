"""Keeping to a former plan: whose fate changes, as a goal that comes before the policy's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.routing import Routing
from rotation_planner.model.base import GoalTerm, Priced
from rotation_planner.model.ground import Ground
from rotation_planner.model.model import LevelBefore, Model

LEVEL = "fewest-changes"
STAYS, ELSEWHERE = -1, -2


@dataclass(frozen=True, eq=False)
class Fates:
    """What a former plan has told everybody: one entry per row of the staff table.

    ``destination``: of whoever moves in it, ``STAYS`` for who stays, ``ELSEWHERE`` for who moves to where no rule of
    today leads; ``stage`` and ``subject`` as the plan's row tells them.
    """

    destination: Array
    stage: Array
    subject: Array

    @classmethod
    def of(cls, transfers: pd.DataFrame, routing: Routing) -> Fates:
        """The fates that a plan's rows tell; rows of unknown people tell nothing."""
        facts = routing.facts
        destination = np.full(facts.people, STAYS, dtype=np.int64)
        stage, subject = (np.full(facts.people, "", dtype=object) for _ in range(2))
        rows = transfers[transfers["staff_id"].isin(list(facts.district.staff_pos))]
        people = rows["staff_id"].map(facts.district.staff_pos).to_numpy(np.int64)
        schools = rows["to_school_id"].map(facts.district.school_pos)
        known = schools.notna().to_numpy(bool)
        destination[people] = ELSEWHERE
        told = [rows[name].to_numpy(object)[known].tolist() for name in ("to_department", "mode")]
        places = routing.reached(people[known], schools[known].to_numpy(np.int64), *told)
        destination[people[known]] = np.where(places >= 0, places, ELSEWHERE)
        stage[people], subject[people] = rows["stage"].to_numpy(object), rows["subject"].to_numpy(object)
        return cls(destination, stage, subject)

    @property
    def moves(self) -> Array:
        """Who moves in the former plan."""
        return self.destination != STAYS


class Changed(GoalTerm):
    """People whose fate is another than in the former plan: who moves and did not, and who moved and now stays or goes
    elsewhere; each costs one."""

    def __init__(self, fates: Fates, ground: Ground) -> None:
        super().__init__(None, ground)
        self.fates = fates

    def leaving(self) -> Sequence[Array]:
        return [self.fates.moves]

    def going(self) -> Sequence[Array]:
        return [self.fates.destination, self.fates.stage, self.fates.subject]

    def post(self, model: Model) -> Iterable[Priced]:
        people, fates = model.people, self.fates
        self.constant = Fraction(int(fates.moves.sum()))
        groups = np.flatnonzero(~people.of_groups(fates.moves))
        yield model.leave[groups], np.ones(len(groups), dtype=np.int64), Fraction(1)
        arcs = np.flatnonzero(self.kept(model))
        yield model.go[arcs], np.full(len(arcs), -1), Fraction(1)

    def kept(self, model: Model) -> Array:
        """The arcs along which people go exactly where they were told: bool per arc."""
        seats, fates = model.people.seats, self.fates
        kept: Array = model.of_arcs(fates.destination) == seats.destination
        if not len(seats.option):
            return kept
        option = np.array([f"{stage}\n{subject}" for stage, subject in seats.options], dtype=object)
        told = np.array([f"{a}\n{b}" for a, b in zip(fates.stage, fates.subject, strict=True)], dtype=object)
        bare = np.array([not stage for stage, _ in seats.options], bool)
        return kept & (bare[seats.option] | (model.of_arcs(told) == option[seats.option]))


def keeping_to(fates: Fates) -> LevelBefore:
    """The goal level that changes as few fates as possible."""
    return LevelBefore(LEVEL, lambda ground: (Changed(fates, ground),))
