"""A policy: the pack of one city as frozen data, indexed for everybody who reads it."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, TypeVar

from pydantic import Field

from rotation_planner.policy.base import Strict, Words
from rotation_planner.policy.kinds import AnyRule, Level, Rule, Scope
from rotation_planner.policy.scores import Score
from rotation_planner.policy.selectors import Selector

AnyKind = TypeVar("AnyKind", bound=Rule)


class Population(Strict):
    """A named set of people."""

    words: Words
    who: Selector
    comment: Words | None = None


class Policy(Strict):
    """The rules of one city. Order of ``rules`` is the order in which they are told; ``goals`` the strict levels."""

    pack: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Words
    source: str
    comment: Words | None = None
    populations: dict[str, Population] = Field(default_factory=dict)
    scores: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Score] = Field(default_factory=dict)
    rules: Annotated[tuple[AnyRule, ...], Field(min_length=1)]
    goals: Annotated[tuple[Level, ...], Field(min_length=1)]

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Every rule by its id, switched-off ones included."""
        return {rule.id: rule for rule in self.rules}

    @property
    def active(self) -> tuple[Rule, ...]:
        """The rules that are switched on."""
        return tuple(rule for rule in self.rules if rule.enabled)

    def of(self, kind: type[AnyKind]) -> tuple[AnyKind, ...]:
        """The switched-on rules of one kind, in pack order."""
        return tuple(rule for rule in self.rules if isinstance(rule, kind) and rule.enabled)

    @property
    def scope(self) -> Scope:
        """The one ``scope`` rule that every pack has."""
        return next(rule for rule in self.rules if isinstance(rule, Scope))

    def __repr__(self) -> str:
        return f"Policy({self.pack}: {len(self.rules)} rules, {len(self.goals)} goals)"

    def _repr_markdown_(self) -> str:
        from rotation_planner.policy.wording import plain_words

        return plain_words(self)
