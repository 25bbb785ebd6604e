"""What a grid asks for: named variants of a scenario, and axes crossed with each other."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from rotation_planner.variants.changes import DataChange
from rotation_planner.words import say

BASE = "base"
MOST = 60  # variants, where the grid does not say
MOST_EVER = 2000
ID = re.compile(r"[^\W_][\w-]{0,39}")
JOIN = "+"
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # no folder of some systems can be called so


@dataclass(frozen=True)
class Variant:
    """One variant of a scenario.

    ``adjust``: parameters of rules and goals by id; ``goals``: the order of the goal levels, those not named left out
    (``None``: as in the pack); ``data``: changes to tables, one after the other; ``policy``: another pack or the path
    of a policy file; ``solve``: how to solve. ``line``: where the grid's file speaks of it.
    """

    id: str
    title: str = ""
    adjust: Mapping[str, Any] = field(default_factory=dict)
    goals: tuple[str, ...] | None = None
    data: tuple[DataChange, ...] = ()
    policy: str | None = None
    solve: Mapping[str, Any] = field(default_factory=dict)
    line: int = 1

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.id

    def with_options(self, solve: Mapping[str, Any]) -> Variant:
        """The variant solved otherwise."""
        return dataclasses.replace(self, solve={**self.solve, **solve})

    def with_(self, other: Variant) -> Variant:
        """Both variants in one, the other's changes after this one's."""
        return Variant(
            id=self.id + JOIN + other.id,
            title=say("variants.both", first=self.name, second=other.name),
            adjust=merged(self.adjust, other.adjust),
            goals=self.goals if other.goals is None else other.goals,
            data=self.data + other.data,
            policy=self.policy if other.policy is None else other.policy,
            solve={**self.solve, **other.solve},
            line=other.line,
        )

    def speaks_of(self) -> set[tuple[str, ...]]:
        """What it sets, so that two that set the same are seen: two axes cannot both have their way."""
        told: set[tuple[str, ...]] = {("adjust", *path) for path in _paths(self.adjust)}
        told |= {("solve", key) for key in self.solve}
        told |= {("goals",)} if self.goals is not None else set()
        return told | ({("policy",)} if self.policy is not None else set())


@dataclass(frozen=True)
class Grid:
    """The variants as named, and the axes by name, each a list of variants to be crossed with those of the others."""

    variants: tuple[Variant, ...] = ()
    axes: Mapping[str, tuple[Variant, ...]] = field(default_factory=dict)
    title: str = ""
    most: int = MOST

    @property
    def count(self) -> int:
        """How many variants there are, the scenario as it is among them."""
        sizes = [len(each) for each in self.axes.values()]
        return 1 + len(self.variants) + (reduce(lambda a, b: a * b, sizes) if sizes else 0)

    def all(self) -> tuple[Variant, ...]:
        """Every variant, the scenario as it is first."""
        crossed = (reduce(Variant.with_, each) for each in itertools.product(*self.axes.values())) if self.axes else ()
        return (Variant(BASE, say("variants.base")), *self.variants, *crossed)


def _paths(value: Any) -> Iterable[tuple[str, ...]]:
    if not isinstance(value, Mapping):
        yield ()
        return
    for key, each in value.items():
        for rest in _paths(each):
            yield (str(key), *rest)


def merged(old: Any, new: Any) -> Any:
    """Changes by rule id on top of others, key by key."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {**old, **{key: merged(old[key], value) if key in old else value for key, value in new.items()}}
    return new
