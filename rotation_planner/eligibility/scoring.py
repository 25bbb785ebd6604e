"""Points by the declared tables of a pack, exact to whole thousandths of a point."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rotation_planner.eligibility.arrays import THOUSAND, Array, by_value, entries, numbers_of, thousandths
from rotation_planner.policy.scores import (
    AppraisalMeasure,
    Band,
    FieldMeasure,
    HistoryMeasure,
    Item,
    Measure,
    Score,
    StayMeasure,
)

if TYPE_CHECKING:
    from rotation_planner.eligibility.selecting import Selecting

_LARGEST = 1 << 62


class Scoring:
    """The scores of one policy on one district; each is worked out once."""

    def __init__(self, selecting: Selecting) -> None:
        self.selecting = selecting
        self.facts = selecting.facts
        self._known: dict[str, Array] = {}

    def points(self, name: str) -> Array:
        """A score in points, the double nearest to its thousandths: float64 [people]."""
        return self.thousandths(name) / THOUSAND

    def thousandths(self, name: str) -> Array:
        """A score in thousandths of points: int64 [people].

        Raises:
            KeyError: the pack has no such score.
        """
        if name not in self._known:
            self._known[name] = self._sum_of(self.selecting.policy.scores[name])
        return self._known[name]

    def _sum_of(self, score: Score) -> Array:
        total = np.sum([self.item(each) for each in score.items], axis=0)
        if score.floor_zero:
            total = np.maximum(total, 0)
        if score.cap is not None:
            total = np.minimum(total, half_up(score.cap))
        return total if score.reset is None else np.where(self.selecting.people(score.reset), 0, total)

    def item(self, item: Item) -> Array:
        """What one line of a table gives, its sign included, in thousandths: int64 [people]."""
        points = self._unsigned(item)
        if item.cap is not None:
            points = np.minimum(points, half_up(item.cap))
        if item.who is not None:
            points = np.where(self.selecting.people(item.who), points, 0)
        return -points if item.minus else points

    def _unsigned(self, item: Item) -> Array:
        if item.points is not None:
            return np.full(self.facts.people, half_up(item.points))
        if item.of is not None:
            units = np.maximum(self._units(item.of) - THOUSAND * item.from_units, 0)
            return _priced(units, item.bands or (Band(each=item.each or Fraction(0)),))
        if item.best_of is not None:
            return np.max([self.item(each) for each in item.best_of], axis=0)
        return self._by_table(item.column or "", item.table or {})

    def _units(self, measure: Measure) -> Array:
        """A measure in thousandths of its unit, 0 where it is not known: int64 [people]."""
        match measure:
            case StayMeasure():
                number = self.facts.stay(measure.stay)
            case HistoryMeasure():
                at = None if measure.at is None else self.selecting.schools(measure.at)
                number = self.facts.history(measure, at)
            case AppraisalMeasure():
                number = self.facts.years_appraised(measure)
            case FieldMeasure():
                number = numbers_of(self.facts.of_people(measure.field))
        return thousandths(np.nan_to_num(number, nan=0.0))

    def _by_table(self, column: str, table: dict[str, Fraction]) -> Array:
        values = self.facts.of_people(column)

        def told(value: Any) -> int:
            text = written(value)
            listed = [text] if text in table else entries(text)
            return half_up(sum((table.get(each, Fraction(0)) for each in listed), Fraction(0)))

        return by_value(values, told, np.int64)


def written(value: Any) -> str:
    """What stands in a cell as a table of points names it: yes and no, whole numbers without a point, days as ISO."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value)) if value.is_integer() else repr(float(value))
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value.astype("datetime64[D]"))
    return str(value)


def half_up(points: Fraction) -> int:
    """Points as whole thousandths, rounded half up."""
    return math.floor(points * THOUSAND + Fraction(1, 2))


def _priced(units: Array, bands: tuple[Band, ...]) -> Array:
    """Progressive points for units in thousandths, in thousandths, rounded half up once: int64 [people]."""
    whole = math.lcm(*(band.each.denominator for band in bands))
    prices = [int(band.each * whole) for band in bands]
    if int(units.max(initial=0)) * 2 * (sum(prices) + whole) > _LARGEST:
        units = units.astype(object)  # too many digits for a machine word
    total, low = np.zeros_like(units), 0
    for band, price in zip(bands, prices, strict=True):
        inside = np.maximum(units - low, 0)
        if band.to is not None:
            inside = np.minimum(inside, THOUSAND * band.to - low)
            low = THOUSAND * band.to
        total = total + inside * price
    return np.asarray((2 * total + whole) // (2 * whole), dtype=np.int64)
