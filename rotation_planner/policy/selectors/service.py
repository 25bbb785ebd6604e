"""Selectors on time: lengths of service, past service, ages, retirement, and stints that still run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from rotation_planner.policy.base import Strict
from rotation_planner.policy.selectors.base import (
    Compared,
    Day,
    ExemptionKind,
    HistoryKind,
    Location,
    Position,
    Tier,
)

if TYPE_CHECKING:
    from rotation_planner.policy.selectors import Selector

StayPlace = Literal["school", "post", "post_here", "career", "backbone", "area"]


class Stay(Strict):
    """A length of service up to a day, first and last day both counted (``school`` is short for ``{in: school}``).

    ``in``: ``school`` from joined_school; ``post`` from position_since; ``post_here`` from the later of the two;
    ``career`` from hired_on; ``backbone`` from backbone_since; ``area`` service without interruption in schools that
    carry the same text as the present school in the column ``area`` (``zone``, ``location``, any other). ``unit``:
    completed years, half-years, months, or terms of ``term_years``. ``on``: the day up to which it runs (``as_of``).

    The days of service: from the start to that day. With ``resumed: m`` (school and area only; for an area 0 where
    nothing is said) rows of ``history`` in the same school (area) are joined to it, again and again, whose last day
    lies no more than m months before the day before the first one reached so far: away from 1 September to 31 August
    is an interruption of twelve months, and a row that ends the day before, or later, is always joined. In an area a
    row without school_id counts by its own location or tier where ``area`` is one of these. Days that count: those
    covered, each once, not in a history row of a kind of ``without``, not in an exemption row of a kind of
    ``without_exempt``, and not before the day in the staff's column ``after`` (blank there: no such limit). The
    service is as long as if these days had run without a gap up to the last day.
    """

    in_: Annotated[StayPlace, Field(alias="in")]
    area: str | None = None
    unit: Literal["years", "half_years", "months", "terms"] = "years"
    term_years: Annotated[int, Field(ge=1)] = 3
    without: tuple[HistoryKind, ...] = ()
    without_exempt: tuple[ExemptionKind, ...] = ()
    resumed: Annotated[int, Field(ge=0)] | None = None
    after: str | None = None
    on: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"in": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _place(self) -> Stay:
        if (self.in_ == "area") != (self.area is not None):
            raise ValueError("stay_area")
        if self.resumed is not None and self.in_ not in ("school", "area"):
            raise ValueError("stay_resumed")
        return self


class OnStay(Compared):
    """A length of service compared."""

    stay: Stay


class OnAge(Compared):
    """Completed years of age on the day ``age`` (the field ``age`` is the age on ``as_of``)."""

    age: Day


class OnRetirement(Compared):
    """Years left to retirement: ``statutory`` (rising month by month since 2025) or ``former`` fixed ages. Between two
    full years counts as a half more than the lower: three years and a day are 3.5, so that ``at_most: 3`` is three
    years to the day or less, and ``more_than: 3`` begins with the day after.

    Women in the positions of ``women_from_fifty`` have the former age 50, all other women 55. ``unit``: years, months.
    """

    retirement: Literal["statutory", "former"]
    women_from_fifty: tuple[Position, ...] = ("support",)
    unit: Literal["years", "months"] = "years"


class OnHistory(Compared):
    """Past service up to ``as_of``, from the rows of ``history`` that match (a blank end: still running).

    ``history``: the completed months of each matching row added up and told in completed ``years`` or in ``months``;
    the number of different ``schools`` whose rows add up to at least ``years_each`` completed years (rows without a
    school_id are each a school of their own); or ``times``, the number of rows. ``kinds``, ``locations``, ``tiers``:
    of the row; ``at``: a selector on schools that the row's school passes (rows without a known school do not).
    ``within_years``: only what lies in so many years before ``as_of`` (for ``times``: rows begun in them). ``present``
    adds the present stay from joined_school as a row of kind ``post``, location and tier of the present school; history
    rows of the present school that reach ``as_of`` are then left out. Rows begun after ``as_of`` never count, nor, with
    ``within_years``, those that lie before that span, which begins so many years before the day after ``as_of``.
    """

    history: Literal["years", "months", "schools", "times"]
    kinds: tuple[HistoryKind, ...] | None = None
    locations: tuple[Location, ...] | None = None
    tiers: tuple[Tier, ...] | None = None
    at: Selector | None = None
    within_years: Annotated[int, Field(ge=1)] | None = None
    present: bool = True
    years_each: int = 0


class OnServing(Strict):
    """On a stint that still runs: a ``history`` row of one of these kinds begun by ``as_of`` and ending after it or
    at no day that is known."""

    serving: Annotated[tuple[HistoryKind, ...], Field(min_length=1)]
