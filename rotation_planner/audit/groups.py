"""Questions that look at others: somebody else alike in some columns, a place in a ranking."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from rotation_planner.audit.books import Ask, Books
from rotation_planner.audit.comparing import as_number
from rotation_planner.policy import selectors

PREFIX = "school."
Group = tuple[Hashable, ...]


class Beside:
    """Whether somebody else, alike in all of these columns, passes; a blank is like nothing."""

    def __init__(self, books: Books, within: Sequence[str], passes: Ask) -> None:
        self._people = books.people
        self._columns = [books.of_person(name) for name in within]
        self._passes = passes

    def __call__(self, person: int) -> bool:
        group = self._group(person)
        return None not in group and self._passing[group] > self._passes(person)

    def _group(self, person: int) -> Group:
        return tuple(column[person] for column in self._columns)

    @cached_property
    def _passing(self) -> Counter[Group]:
        return Counter(self._group(person) for person in self._people if self._passes(person))


class Ranked:
    """Whether a person (or the person's school) has a place in the order of a number."""

    def __init__(self, books: Books, selector: selectors.OnRanked, among: Ask) -> None:
        self._selector = selector
        self._of_schools = selector.ranked.startswith(PREFIX)
        self._at = books.at
        if self._of_schools:
            names = [name.removeprefix(PREFIX) for name in (selector.ranked, *selector.within)]
            number, *columns = [books.of_school(name) for name in names]
        else:
            number, *columns = [books.of_person(name) for name in (selector.ranked, *selector.within)]
        self._number: Sequence[Any] = number
        self._columns: list[Sequence[Any]] = columns
        self._ranked: Iterable[int] = books.schools if self._of_schools else books.people
        self._among = among

    def __call__(self, person: int) -> bool:
        return (self._at[person] if self._of_schools else person) in self._passing

    @cached_property
    def _passing(self) -> set[int]:
        """Everybody (every school) who passes, group by group."""
        numbers = scaled([self._number[each] for each in self._ranked])
        groups: dict[Group, list[tuple[int, int]]] = defaultdict(list)
        for each, value in zip(self._ranked, numbers, strict=True):
            if value is not None and (self._of_schools or self._among(each)):
                groups[tuple(column[each] for column in self._columns)].append((value, each))
        return {each for ranked in groups.values() for each in self._of_group(ranked)}

    def _of_group(self, ranked: list[tuple[int, int]]) -> Iterable[int]:
        selector, number = self._selector, len(ranked)
        values = sorted((value for value, _ in ranked), reverse=selector.first == "largest")
        if selector.below_mean_of is not None and selector.share_of_mean is not None:
            best, share = values[: selector.below_mean_of], selector.share_of_mean
            # value < share x mean, in whole numbers
            limit = share.numerator * sum(best)
            return [each for value, each in ranked if value * len(best) * share.denominator < limit]
        places = math.floor((selector.best_share or 0) * number) if selector.best is None else selector.best
        if places == 0:
            return []
        last = values[min(places, number) - 1]
        if selector.first == "largest":
            return [each for value, each in ranked if value >= last]
        return [each for value, each in ranked if value <= last]


def exact(value: Any) -> Fraction | None:
    """A number as its decimals stand, also where it stands as text; ``None`` for anything else."""
    if isinstance(value, Fraction):
        return value
    if value is None or isinstance(value, bool | dt.date):
        return None
    number = as_number(value)
    if number is None or not math.isfinite(number):
        return None
    return Fraction(int(number)) if number.is_integer() else Fraction(str(value).strip())


def scaled(values: Iterable[Any]) -> list[int | None]:
    """Numbers as whole ones of one common size, so that they are compared exactly and fast."""
    read = [exact(value) for value in values]
    size = math.lcm(*{each.denominator for each in read if each is not None})
    return [None if each is None else each.numerator * (size // each.denominator) for each in read]
