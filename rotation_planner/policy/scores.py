"""Points by a declared table: named scores that selectors (``field: score.<name>``) and orders read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from rotation_planner.policy.base import Share, Strict, Words, form_of
from rotation_planner.policy.selectors import HistoryKind, Location, Selector, Stay, Tier


class StayMeasure(Strict):
    """A length of service in its completed units (``unit: months`` for points by the month)."""

    stay: Stay


class HistoryMeasure(Strict):
    """Past service as in the selector ``history``: years, months, schools or times."""

    history: Literal["years", "months", "schools", "times"]
    kinds: tuple[HistoryKind, ...] | None = None
    locations: tuple[Location, ...] | None = None
    tiers: tuple[Tier, ...] | None = None
    at: Selector | None = None
    within_years: Annotated[int, Field(ge=1)] | None = None
    present: bool = True
    years_each: int = 0


class FieldMeasure(Strict):
    """A number of the staff: a column, ``school.<column>`` or a computed field; exact to thousandths."""

    field: str


class AppraisalMeasure(Strict):
    """In how many of the ``last`` latest years that the table holds (none after the year of ``as_of``) there is a
    result of ``count_in``."""

    appraisals: Literal["result", "ethics"]
    last: Annotated[int, Field(ge=1)]
    count_in: Annotated[tuple[str, ...], Field(min_length=1)]


_MEASURES: dict[str, type[Strict]] = {
    "stay": StayMeasure,
    "history": HistoryMeasure,
    "field": FieldMeasure,
    "appraisals": AppraisalMeasure,
}


Measure = Annotated[
    Annotated[StayMeasure, Tag("stay")]
    | Annotated[HistoryMeasure, Tag("history")]
    | Annotated[FieldMeasure, Tag("field")]
    | Annotated[AppraisalMeasure, Tag("appraisals")],
    Discriminator(form_of(_MEASURES), custom_error_type="measure_form", custom_error_message="unknown form of measure"),
]


class Band(Strict):
    """Units up to ``to`` (all further ones when blank) count ``each`` points; the first band begins at 0, which is
    where the units not counted (``from_units``) end."""

    to: Annotated[int, Field(ge=1)] | None = None
    each: Share


class Item(Strict):
    """One line of a table of points. Exactly one of:

    - ``points`` for whoever passes ``who``;
    - ``of`` a measure with ``each`` points a unit, or with progressive ``bands`` (the units inside each band at its
      own price), beyond the first ``from_units`` units;
    - ``table``: points by the value of the column ``column`` (other values and blanks 0; for list columns the sum);
    - ``best_of``: the most that any of several lines gives.

    ``who`` limits any line to those who pass it (others 0). ``minus: true`` takes the points away. ``cap``: at most so
    many (before the sign). A measure that is not known, or is below ``from_units`` (a negative number too), gives 0.
    Each line is rounded half up to thousandths, before its sign. ``table`` names whole numbers as ``3`` and yes/no as
    ``yes`` and ``no``; a text of several entries (``;``) that it does not name gives their sum.
    """

    id: Annotated[str, Field(min_length=1)]
    words: Words | None = None
    who: Selector | None = None
    points: Share | None = None
    of: Measure | None = None
    each: Share | None = None
    bands: tuple[Band, ...] | None = None
    from_units: Annotated[int, Field(ge=0)] = 0
    column: str | None = None
    table: dict[str, Share] | None = None
    best_of: tuple[Item, ...] | None = None
    minus: bool = False
    cap: Share | None = None

    @model_validator(mode="after")
    def _one_of_four(self) -> Item:
        if sum(each is not None for each in (self.points, self.of, self.table, self.best_of)) != 1:
            raise ValueError("item_one_of")
        if (self.of is not None) != ((self.each is None) is not (self.bands is None)):
            raise ValueError("item_each_or_bands")
        if (self.table is None) != (self.column is None):
            raise ValueError("item_column")
        if self.bands and any(
            band.to is None or (number and band.to <= (self.bands[number - 1].to or 0))
            for number, band in enumerate(self.bands[:-1])
        ):
            raise ValueError("item_bands")
        return self


class Score(Strict):
    """The sum of its ``items``, not below 0 where ``floor_zero`` says so, at most ``cap``; 0 for whoever passes
    ``reset``."""

    words: Words
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    floor_zero: bool = False
    cap: Share | None = None
    reset: Selector | None = None
    comment: Words | None = None


SCORE_PREFIX = "score."
