"""What all selectors share: the listed values of the contract (the Chinese words are read too), and the comparison."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from rotation_planner.data import schema
from rotation_planner.policy.base import Scalar, Strict
from rotation_planner.policy.listed import key_of

ExemptionKind = Annotated[
    Literal[
        "pregnancy",
        "nursing",
        "illness",
        "course_lead",
        "research_lead",
        "sanction",
        "investigation",
        "absence",
        "hardship",
        "other",
    ],
    BeforeValidator(key_of(schema.EXEMPTIONS)),
]
HistoryKind = Annotated[
    Literal["post", "support_teaching", "exchange", "attachment"],
    BeforeValidator(key_of(schema.HISTORY_KINDS)),
]
Location = Annotated[
    Literal["urban", "town", "rural", "remote"],
    BeforeValidator(key_of(schema.LOCATIONS)),
]
Tier = Annotated[
    Literal["quality", "general", "weak"],
    BeforeValidator(key_of(schema.TIERS)),
]
Stage = Annotated[
    Literal["kindergarten", "primary", "junior", "senior"],
    BeforeValidator(key_of(schema.STAGES)),
]
Position = Annotated[
    Literal["teacher", "middle_deputy", "middle_chief", "deputy_principal", "principal", "support"],
    BeforeValidator(key_of(schema.POSITIONS)),
]
Kinship = Annotated[
    Literal["spouse", "parent_child", "sibling", "grandparent", "collateral", "in_law"],
    BeforeValidator(key_of(schema.KINSHIPS)),
]


def _month_and_day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            dt.date.fromisoformat("2000-" + value if len(value) == len("08-31") else value)
        except ValueError as error:
            raise ValueError("day") from error
    return value


Day = Annotated[dt.date | Annotated[str, Field(pattern=r"^\d\d-\d\d$")], BeforeValidator(_month_and_day)]
"""A reference day: a date, or ``"08-31"``, that day in the calendar year of the plan's ``as_of``."""


def day_on(day: Day | None, as_of: dt.date) -> dt.date:
    """The date that a reference day means for a plan of ``as_of``; ``as_of`` itself where none is given. The 29th of
    February is the 28th in a year without it."""
    if day is None:
        return as_of
    if isinstance(day, dt.date):
        return day
    month, number = (int(part) for part in day.split("-"))
    if (month, number) == (2, 29):
        return dt.date(as_of.year, 3, 1) - dt.timedelta(days=1)
    return dt.date(as_of.year, month, number)


def next_day(day: Day, as_of: dt.date) -> dt.date:
    """The date that the end of something begun after ``as_of`` means: a date as it stands, a month and day the first
    time that it comes after ``as_of``."""
    found = day_on(day, as_of)
    if isinstance(day, dt.date) or found > as_of:
        return found
    return day_on(day, as_of.replace(year=as_of.year + 1, day=1))


class Compared(Strict):
    """The comparison of a selector; every one that is given must hold. A blank value never passes a comparison
    (``blank: true`` asks for it). Listed values compare in the order of the contract (``at_least: county``)."""

    is_: Annotated[Scalar | None, Field(alias="is")] = None
    in_: Annotated[tuple[Scalar, ...] | None, Field(alias="in")] = None
    not_in: tuple[Scalar, ...] | None = None
    at_least: Scalar | None = None
    at_most: Scalar | None = None
    more_than: Scalar | None = None
    less_than: Scalar | None = None
    contains: Scalar | None = None
    blank: bool | None = None

    @model_validator(mode="after")
    def _compares(self) -> Compared:
        given = (self.is_, self.in_, self.not_in, self.at_least, self.at_most, self.more_than, self.less_than)
        if all(each is None for each in (*given, self.contains, self.blank)):
            raise ValueError("comparison")
        return self
