"""Selectors: who is meant, as structured data. No expression language, nothing is ever run.

A selector on people is one of the forms below; on schools only the forms ``field``, ``all``, ``any``, ``not`` and
``everyone`` make sense, and a bare column name there is a column of the school.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from rotation_planner.policy.base import Scalar, Strict

ExemptionKind = Literal[
    "pregnancy", "nursing", "illness", "course_lead", "research_lead", "sanction", "investigation", "absence",
    "hardship", "other",
]  # fmt: skip
HistoryKind = Literal["post", "support_teaching", "exchange", "attachment"]
Location = Literal["urban", "town", "rural", "remote"]
Tier = Literal["quality", "general", "weak"]
Stage = Literal["kindergarten", "primary", "junior", "senior"]
Position = Literal["teacher", "middle_deputy", "middle_chief", "deputy_principal", "principal", "support"]
Kinship = Literal["spouse", "parent_child", "sibling", "grandparent", "collateral", "in_law"]
StayPlace = Literal["school", "post", "post_here", "career", "backbone"]


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


class OnField(Compared):
    """A column of the person, ``school.<column>`` of the present school, or a computed field.

    Computed for people: ``age`` (completed years), ``subject_surplus`` (full-time staff of the person's school, stage
    and subject above ``required``), ``department_size``. Computed for schools: ``staff_count`` (all staff today),
    ``surplus`` (staff_count above headcount_limit; negative below).
    """

    field: str


class InPopulation(Strict):
    """Whoever belongs to the named population of the pack."""

    population: str


class Everyone(Strict):
    """All people (or all schools)."""

    everyone: Literal[True]


class AllOf(Strict):
    """Whoever passes every one."""

    all: Annotated[tuple[Selector, ...], Field(min_length=1)]


class AnyOf(Strict):
    """Whoever passes at least one."""

    any: Annotated[tuple[Selector, ...], Field(min_length=1)]


class NotThese(Strict):
    """Whoever does not pass."""

    not_: Annotated[Selector, Field(alias="not")]


class Stay(Strict):
    """A length of service up to the plan's ``as_of``, first and last day both counted.

    ``in``: ``school`` from joined_school; ``post`` from position_since; ``post_here`` from the later of the two;
    ``career`` from hired_on; ``backbone`` from backbone_since. ``unit``: completed years, half-years, or terms of
    ``term_years``. ``without``: days inside the stay that lie in history rows of these kinds (each day once) are not
    counted; the stay then runs as if it had begun that many days later.
    """

    in_: Annotated[StayPlace, Field(alias="in")]
    unit: Literal["years", "half_years", "terms"] = "years"
    term_years: Annotated[int, Field(ge=1)] = 3
    without: tuple[HistoryKind, ...] = ()


class OnStay(Compared):
    """A length of service compared."""

    stay: Stay

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("stay"), str):
            return {**data, "stay": {"in": data["stay"]}}
        return data


class OnRetirement(Compared):
    """Completed years left to retirement: ``statutory`` (rising month by month since 2025) or ``former`` fixed ages.

    Women in the positions of ``women_from_fifty`` have the former age 50, all other women 55.
    """

    retirement: Literal["statutory", "former"]
    women_from_fifty: tuple[Position, ...] = ("support",)


class OnExemption(Strict):
    """Has a row of these kinds in ``exemptions`` in force on ``as_of`` (start blank or reached, end blank or not past).

    ``proof``: the row counts only with ``evidence``. ``limit_years``: it counts only until that many years after its
    start, and not at all when the start is unknown.
    """

    exemption: Annotated[tuple[ExemptionKind, ...], Field(min_length=1)]
    proof: bool = False
    limit_years: int | None = None


class OnHistory(Compared):
    """Past service: the completed months of each matching ``history`` row up to ``as_of`` (blank end: still running),
    added up and told in completed ``years``; or the number of different ``schools`` whose rows add up to at least
    ``years_each`` completed years (rows without a school_id are each a school of their own). ``present`` adds the
    present stay from joined_school as a row of kind ``post``, location and tier of the present school; history rows of
    the present school that reach ``as_of`` are then left out."""

    history: Literal["years", "schools"]
    kinds: tuple[HistoryKind, ...] | None = None
    locations: tuple[Location, ...] | None = None
    tiers: tuple[Tier, ...] | None = None
    present: bool = True
    years_each: int = 0


class OnAppraisals(Strict):
    """Yearly appraisals of the ``last`` latest years that the whole table holds, none after the year of ``as_of``:
    ``all_in`` demands a result for every one of them and each in the list (with an empty table nobody passes);
    ``any_in`` at least one in the list."""

    appraisals: Literal["result", "ethics"]
    last: Annotated[int, Field(ge=1)]
    all_in: tuple[str, ...] | None = None
    any_in: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> OnAppraisals:
        if (self.all_in is None) == (self.any_in is None):
            raise ValueError("comparison")
        return self


class OnApplication(Strict):
    """Has a row in ``applications`` (or has none), optionally only for the listed reasons."""

    applied: bool
    reasons: tuple[str, ...] | None = None


class OnPin(Strict):
    """Has a pin with one of these verdicts."""

    pinned: tuple[Literal["move", "stay", "to", "not_to"], ...]


class OnKin(Strict):
    """Has a relative among the staff (either side listed)."""

    relatives: bool


class OnDuty(Strict):
    """Meets the facts of a must-go rule, leaving the named parts of it aside (``but_for: [ages]``)."""

    meets: str
    but_for: tuple[Literal["stay", "ages", "unless"], ...] = ()


class OnEligible(Strict):
    """Meets one of these must-go rules and has no deferral from it in force (and is not barred)."""

    eligible: Annotated[tuple[str, ...], Field(min_length=1)]


class OnDue(Strict):
    """Is due this year under one of these must-go rules (eligible, and called this year where a school is phased)."""

    due: Annotated[tuple[str, ...], Field(min_length=1)]


FORMS: dict[str, type[Strict]] = {
    "field": OnField,
    "population": InPopulation,
    "everyone": Everyone,
    "all": AllOf,
    "any": AnyOf,
    "not": NotThese,
    "stay": OnStay,
    "retirement": OnRetirement,
    "exemption": OnExemption,
    "history": OnHistory,
    "appraisals": OnAppraisals,
    "applied": OnApplication,
    "pinned": OnPin,
    "relatives": OnKin,
    "meets": OnDuty,
    "eligible": OnEligible,
    "due": OnDue,
}


def _form(data: Any) -> str:
    if isinstance(data, dict):
        return next((key for key in FORMS if key in data), "unknown")
    return next((key for key, form in FORMS.items() if isinstance(data, form)), "unknown")


Selector = Annotated[
    Annotated[OnField, Tag("field")]
    | Annotated[InPopulation, Tag("population")]
    | Annotated[Everyone, Tag("everyone")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotThese, Tag("not")]
    | Annotated[OnStay, Tag("stay")]
    | Annotated[OnRetirement, Tag("retirement")]
    | Annotated[OnExemption, Tag("exemption")]
    | Annotated[OnHistory, Tag("history")]
    | Annotated[OnAppraisals, Tag("appraisals")]
    | Annotated[OnApplication, Tag("applied")]
    | Annotated[OnPin, Tag("pinned")]
    | Annotated[OnKin, Tag("relatives")]
    | Annotated[OnDuty, Tag("meets")]
    | Annotated[OnEligible, Tag("eligible")]
    | Annotated[OnDue, Tag("due")],
    Discriminator(_form, custom_error_type="selector_form", custom_error_message="unknown form of selector"),
]

for _each in (AllOf, AnyOf, NotThese):
    _each.model_rebuild()
