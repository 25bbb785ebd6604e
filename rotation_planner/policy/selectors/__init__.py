"""Selectors: who is meant, as structured data. No expression language, nothing is ever run.

A selector on people is one of the forms below; on schools only the forms ``field``, ``all``, ``any``, ``not`` and
``everyone`` make sense, and a bare column name there is a column of the school.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from rotation_planner.policy.base import Strict, form_of
from rotation_planner.policy.selectors.base import (
    Compared,
    Day,
    ExemptionKind,
    HistoryKind,
    Kinship,
    Location,
    Position,
    Stage,
    Tier,
    day_on,
    next_day,
)
from rotation_planner.policy.selectors.groups import OnBeside, OnRanked
from rotation_planner.policy.selectors.service import (
    OnAge,
    OnHistory,
    OnRetirement,
    OnServing,
    OnStay,
    Stay,
    StayPlace,
)
from rotation_planner.policy.selectors.tables import (
    OnApplication,
    OnAppraisals,
    OnDue,
    OnDuty,
    OnEligible,
    OnExemption,
    OnKin,
    OnPin,
    RowField,
)


class OnField(Compared):
    """A column of the person, ``school.<column>`` of the present school, ``score.<name>`` of the pack's scores, or a
    computed field.

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


FORMS: dict[str, type[Strict]] = {
    "field": OnField,
    "population": InPopulation,
    "everyone": Everyone,
    "all": AllOf,
    "any": AnyOf,
    "not": NotThese,
    "stay": OnStay,
    "age": OnAge,
    "retirement": OnRetirement,
    "exemption": OnExemption,
    "history": OnHistory,
    "serving": OnServing,
    "appraisals": OnAppraisals,
    "applied": OnApplication,
    "pinned": OnPin,
    "relatives": OnKin,
    "meets": OnDuty,
    "eligible": OnEligible,
    "due": OnDue,
    "beside": OnBeside,
    "ranked": OnRanked,
}


Selector = Annotated[
    Annotated[OnField, Tag("field")]
    | Annotated[InPopulation, Tag("population")]
    | Annotated[Everyone, Tag("everyone")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotThese, Tag("not")]
    | Annotated[OnStay, Tag("stay")]
    | Annotated[OnAge, Tag("age")]
    | Annotated[OnRetirement, Tag("retirement")]
    | Annotated[OnExemption, Tag("exemption")]
    | Annotated[OnHistory, Tag("history")]
    | Annotated[OnServing, Tag("serving")]
    | Annotated[OnAppraisals, Tag("appraisals")]
    | Annotated[OnApplication, Tag("applied")]
    | Annotated[OnPin, Tag("pinned")]
    | Annotated[OnKin, Tag("relatives")]
    | Annotated[OnDuty, Tag("meets")]
    | Annotated[OnEligible, Tag("eligible")]
    | Annotated[OnDue, Tag("due")]
    | Annotated[OnBeside, Tag("beside")]
    | Annotated[OnRanked, Tag("ranked")],
    Discriminator(form_of(FORMS), custom_error_type="selector_form", custom_error_message="unknown form of selector"),
]

for _each in (AllOf, AnyOf, NotThese, OnHistory, OnBeside, OnRanked):
    _each.model_rebuild(_types_namespace={**globals(), "Selector": Selector})


def on_schools(selector: Selector) -> Selector:
    """A selector on people that speaks of their schools only (``school_id``, ``school.<column>``), as a selector on
    schools.

    Raises:
        ValueError: it speaks of the people.
    """
    match selector:
        case Everyone():
            return selector
        case OnField() if selector.field == "school_id" or selector.field.startswith("school."):
            return selector.model_copy(update={"field": selector.field.removeprefix("school.")})
        case AllOf():
            return AllOf.model_construct(all=tuple(on_schools(each) for each in selector.all))
        case AnyOf():
            return AnyOf.model_construct(any=tuple(on_schools(each) for each in selector.any))
        case NotThese():
            return NotThese.model_construct(not_=on_schools(selector.not_))
    raise ValueError("people")


__all__ = [
    "FORMS", "AllOf", "AnyOf", "Compared", "Day", "Everyone", "ExemptionKind", "HistoryKind", "InPopulation", "Kinship",
    "Location", "NotThese", "OnAge", "OnApplication", "OnAppraisals", "OnBeside", "OnDue", "OnDuty", "OnEligible",
    "OnExemption", "OnField", "OnHistory", "OnKin", "OnPin", "OnRanked", "OnRetirement", "OnServing", "OnStay",
    "Position", "RowField", "Selector", "Stage", "Stay", "StayPlace", "Tier", "day_on", "next_day",
    "on_schools",
]  # fmt: skip
