"""What is asked of a plan for one person: to stay, or to go to given destinations; as a goal before all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import GoalTerm, Priced
from rotation_planner.model.ground import Ground
from rotation_planner.model.model import LevelBefore, Model

LEVEL = "as-asked"


@dataclass(frozen=True)
class Ask:
    """One person (staff position) is to go to any of ``schools``, or to stay where it is ``None``."""

    person: int
    schools: tuple[int, ...] | None


class Ungranted(GoalTerm):
    """1 where the person's fate is not as asked."""

    def __init__(self, ask: Ask, ground: Ground) -> None:
        super().__init__(None, ground)
        self.ask = ask

    def _who(self) -> Array:
        return np.arange(self.ground.facts.people) == self.ask.person

    def leaving(self) -> Sequence[Array]:
        return [self._who()]

    def going(self) -> Sequence[Array]:
        return [self._who()]

    def post(self, model: Model) -> Iterable[Priced]:
        who = self._who()
        if self.ask.schools is None:
            groups = np.flatnonzero(model.people.of_groups(who))
            yield model.leave[groups], np.ones(len(groups), dtype=np.int64), Fraction(1)
            return
        self.constant = Fraction(1)
        arcs = np.flatnonzero(model.of_arcs(who) & np.isin(model.people.seats.school, self.ask.schools))
        yield model.go[arcs], np.full(len(arcs), -1), Fraction(1)


def as_asked(ask: Ask) -> LevelBefore:
    """The goal level that grants what is asked: 0 granted, 1 not."""
    return LevelBefore(LEVEL, lambda ground: (Ungranted(ask, ground),))
