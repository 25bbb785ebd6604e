"""Points by a declared table: what each line gives a person, counted in whole thousandths of a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any

from rotation_planner.audit.books import Ask, Books, entries
from rotation_planner.audit.groups import exact
from rotation_planner.audit.service import Amount, length_of_stay, past_service
from rotation_planner.audit.tables import years_with
from rotation_planner.policy import scores
from rotation_planner.policy.selectors import Selector

Points = Callable[[int], int]  # thousandths of a point of a person
THOUSAND = 1000


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves upwards."""
    return math.floor(value + Fraction(1, 2))


class Scoring:
    """Counts the points of one policy; ``person`` and ``school`` answer the selectors in its tables."""

    def __init__(self, books: Books, person: Callable[[Selector], Ask], school: Callable[[Selector], Ask]) -> None:
        self._books = books
        self._person = person
        self._school = school

    def score(self, score: scores.Score) -> Callable[[int], Fraction]:
        """The points of a person: the sum of the lines, within its limits."""
        lines = [self._line(item) for item in score.items]
        cap = None if score.cap is None else half_up(score.cap * THOUSAND)
        reset = None if score.reset is None else self._person(score.reset)

        def points(person: int) -> Fraction:
            if reset is not None and reset(person):
                return Fraction(0)
            total = sum(line(person) for line in lines)
            if score.floor_zero:
                total = max(total, 0)
            if cap is not None:
                total = min(total, cap)
            return Fraction(total, THOUSAND)

        return points

    def _line(self, item: scores.Item) -> Points:
        """One line: its points, at most ``cap``, taken away where it says so, 0 for whoever is not of ``who``."""
        known_of, worth = self._known_and_worth(item)
        who = None if item.who is None else self._person(item.who)
        worked_out: dict[Hashable, int] = {}

        def points(person: int) -> int:
            if who is not None and not who(person):
                return 0
            known = known_of(person)
            if known not in worked_out:
                exactly = worth(known)
                value = half_up(exactly if item.cap is None else min(exactly, item.cap * THOUSAND))
                worked_out[known] = -value if item.minus else value
            return worked_out[known]

        return points

    def _known_and_worth(self, item: scores.Item) -> tuple[Callable[[int], Any], Callable[[Any], Fraction]]:
        """What of a person a line goes by, and the exact thousandths which that is worth before cap and rounding."""
        if item.points is not None:
            fixed = item.points * THOUSAND
            return lambda person: None, lambda known: fixed
        if item.best_of is not None:
            several = [self._line(each) for each in item.best_of]
            return lambda person: max(line(person) for line in several), Fraction
        if item.table is not None and item.column is not None:
            table = item.table
            return self._books.of_person(item.column).__getitem__, lambda value: by_table(value, table)
        if item.of is None:
            raise TypeError(item)
        return self._measure(item.of), lambda amount: priced(amount, item)

    def _measure(self, measure: scores.Measure) -> Amount:
        """A measure in thousandths of its unit; ``None`` where it is not known."""
        books = self._books
        match measure:
            case scores.FieldMeasure():
                column = books.of_person(measure.field)
                return lambda person: _thousandths(column[person])
            case scores.StayMeasure():
                return _times_thousand(length_of_stay(books, measure.stay))
            case scores.HistoryMeasure():
                at = None if measure.at is None else self._school(measure.at)
                return _times_thousand(past_service(books, measure, at))
            case scores.AppraisalMeasure():
                column_name, last, listed = measure.appraisals, measure.last, measure.count_in
                return lambda person: THOUSAND * years_with(books, person, column_name, last, listed)
        raise TypeError(measure)


def priced(amount: int | None, item: scores.Item) -> Fraction:
    """What so many thousandths of a unit give: ``each`` the same, or band by band at its own price."""
    units = (amount or 0) - THOUSAND * item.from_units  # below 0: inside no band
    total, begin = Fraction(0), 0
    for band in item.bands or (scores.Band(each=item.each or Fraction(0)),):
        reached = units if band.to is None else min(units, THOUSAND * band.to)
        total += max(reached - begin, 0) * band.each
        begin = reached
    return total


def by_table(value: Any, table: dict[str, Fraction]) -> Fraction:
    """What stands in a column in thousandths of points, of several entries their sum."""
    text = _text(value)
    listed = [text] if text in table else entries(text)
    return sum((table.get(each or "", Fraction(0)) for each in listed), Fraction(0)) * THOUSAND


def _times_thousand(amount: Amount) -> Amount:
    def thousandths(person: int) -> int | None:
        units = amount(person)
        return None if units is None else THOUSAND * units

    return thousandths


def _thousandths(value: Any) -> int | None:
    number = exact(value)
    return None if number is None else half_up(number * THOUSAND)


def _text(value: Any) -> str | None:
    """A value as a table of points names it: yes or no, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)
