"""What a model class of a rule kind or goal term is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.ground import Gathered, Ground
from rotation_planner.policy.kinds import Rule

if TYPE_CHECKING:
    from rotation_planner.model.model import Model

Priced = tuple[Array, Array, Fraction]
"""Columns, whole units per column, and the price of a unit in points."""


def ranked(rule: Rule) -> bool:
    """Whether a goal level pays for what breaks the rule."""
    return rule.force == "should" and rule.rank is not None


class Part:
    """A rule or goal term bound to a district. ``leaving`` and ``going`` declare, as arrays over all staff, the
    facts by which it tells apart people who leave, and people who go somewhere."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def leaving(self) -> Sequence[Array]:
        """Facts read of people who leave."""
        return ()

    def going(self) -> Sequence[Array]:
        """Facts read of people on their way to a seat."""
        return ()


class Constraint(Part, ABC):
    """One rule kind as rows of the program."""

    def __init__(self, rule: Any, ground: Ground) -> None:
        super().__init__(ground)
        self.rule = rule

    def breaks(self, people: Gathered) -> Sequence[Array]:
        """Facts that break groups further once they are gathered (only orders need it)."""
        return ()

    @abstractmethod
    def post(self, model: Model) -> None:
        """State the rule on the model."""


class GoalTerm(Part, ABC):
    """One goal term as costs of columns; ``constant`` is what it costs before anybody moves."""

    constant: Fraction = Fraction(0)

    def __init__(self, term: Any, ground: Ground) -> None:
        super().__init__(ground)
        self.term = term

    @abstractmethod
    def post(self, model: Model) -> Iterable[Priced]:
        """Add what columns and rows the term needs, and say what its columns cost."""
