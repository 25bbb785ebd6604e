"""Orders of people: a chain of keys as one sorting key, the last tie broken by staff_id or by the published draw."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from rotation_planner.audit.books import Ask, Books, contract_order
from rotation_planner.audit.service import Amount, length_of_stay
from rotation_planner.policy.kinds.keys import ByClass, ByField, ByStay, OrderKey
from rotation_planner.policy.selectors import Selector

Place = Callable[[int], int]  # of a person: the smaller comes first


class Ranking:
    """Sorts people by a chain of keys; no two people stand in one place.

    ``person`` answers the selectors of priority classes; ``draw`` is the published number.
    """

    def __init__(
        self, books: Books, keys: Sequence[OrderKey], person: Callable[[Selector], Ask], draw: int | None
    ) -> None:
        self._books = books
        self._draw = draw
        self._places = [_place(books, key, person) for key in keys]

    def __call__(self, person: int) -> tuple[int | str, ...]:
        last = self._books.staff_id[person]
        if self._draw is not None:
            last = hashlib.sha256(f"{self._draw}:{last}".encode()).hexdigest()
        return (*(place(person) for place in self._places), last)


def _place(books: Books, key: OrderKey, person: Callable[[Selector], Ask]) -> Place:
    match key:
        case ByClass():
            passes = person(key.those)
            return lambda each: 0 if passes(each) else 1
        case ByStay():
            return _ByAmount(length_of_stay(books, key.stay), key.first == "largest")
        case ByField():
            return _ByColumn(books, key.field, key.first == "largest")
    return _ByColumn(books, key, False)


class _ByAmount:
    """By a number of units; not known comes last."""

    def __init__(self, amount: Amount, largest_first: bool) -> None:
        self._amount = amount
        self._sign = -1 if largest_first else 1

    def __call__(self, person: int) -> int:
        amount = self._amount(person)
        return LAST if amount is None else self._sign * amount


class _ByColumn:
    """By what stands in a column: numbers, dates, listed values in the contract's order, other text as text."""

    def __init__(self, books: Books, field: str, largest_first: bool) -> None:
        self._column: Sequence[Any] = books.of_person(field)
        self._listed = contract_order("staff", field)
        self._sign = -1 if largest_first else 1

    def __call__(self, person: int) -> int:
        return self._place_of.get(self._column[person], LAST)

    @cached_property
    def _place_of(self) -> dict[Any, int]:
        """The place of each value that stands anywhere in the column, blanks left out."""
        values = self._listed or sorted({each for each in self._column if each is not None})
        return {value: self._sign * number for number, value in enumerate(values)}


LAST = 10**9  # beyond every number of units and of values
