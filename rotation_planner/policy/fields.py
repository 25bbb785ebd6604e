"""Which columns a policy speaks of, and of whom each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from rotation_planner.policy.kinds import (
    ArrivingSet,
    ByField,
    Count,
    Departments,
    Duty,
    Flow,
    Merit,
    MovingSet,
    Order,
    Phase,
    Scope,
    ShareRule,
    Swap,
)
from rotation_planner.policy.kinds.afterwards import RankPosts, TitleGroup
from rotation_planner.policy.kinds.goals import PerPupils
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.routes import Fits, FromField, Partners, Same, ToField, Traveller
from rotation_planner.policy.scores import FieldMeasure, HistoryMeasure, Item
from rotation_planner.policy.selectors import OnBeside, OnField, OnHistory, OnRanked, RowField, Stay
from rotation_planner.policy.walking import Place

OF_PEOPLE = ("age", "subject_surplus", "department_size")  # computed, see `OnField`
OF_SCHOOLS = ("staff_count", "surplus")
PREFIX = "school."
DEPARTMENT = "department"  # in a route: the one entered, no column of a school

Speaks = Literal["people", "schools", "staff", "exemptions"]
"""Of whom a column is: of people (with ``school.``, computed ones and scores), of schools, of the staff table alone, of
a row of the exemptions."""

# Where a selector speaks of schools, and a bare name is a column of theirs.
ON_SCHOOLS: frozenset[tuple[type[BaseModel], str]] = frozenset(
    {
        (Scope, "schools"),
        (Duty, "to"),
        (MovingSet, "from_"),
        (MovingSet, "to"),
        (ArrivingSet, "from_"),
        (ArrivingSet, "to"),
        (Flow, "into"),
        (OnHistory, "at"),
        (HistoryMeasure, "at"),
        (PerPupils, "where"),
    }
)
# The parameters that name columns. Those of `OnField` depend on where the selector stands.
_NAMING: dict[type[BaseModel], tuple[tuple[str, Speaks], ...]] = {
    RowField: (("field", "exemptions"),),
    Stay: (("area", "schools"), ("after", "staff")),
    OnBeside: (("within", "people"),),
    OnRanked: (("ranked", "people"), ("within", "people")),
    FieldMeasure: (("field", "people"),),
    Item: (("column", "people"),),
    ByField: (("field", "people"),),
    FromField: (("from_", "schools"),),
    ToField: (("to", "schools"),),
    Same: (("same", "schools"),),
    Partners: (("partners", "schools"),),
    Fits: (("fits", "staff"), ("needs", "schools")),
    ShareRule: (("per", "people"),),
    Count: (("per", "people"),),
    Order: (("within", "people"),),
    Merit: (("within", "people"),),
    Swap: (("alike", "people"),),
    Departments: (("listed", "schools"),),
    Phase: (("begun", "schools"), ("called", "schools")),
    RankPosts: (("posts", "schools"),),
    TitleGroup: (("posts", "schools"),),
}


@dataclass(frozen=True)
class Mention:
    """A column named somewhere in a policy: where, its name, and of whom it is."""

    place: Place
    name: str
    of: Speaks


def mentions(policy: Policy) -> Iterator[Mention]:
    """Every column that the policy names, in the order of the file."""
    yield from _mentions(policy, (), False)


def mentions_in(part: Any) -> Iterator[Mention]:
    """Every column that a part of a policy names, where the part speaks of people."""
    yield from _mentions(part, (), False)


def _mentions(part: Any, place: Place, of_school: bool) -> Iterator[Mention]:
    if isinstance(part, dict):
        for key, each in part.items():
            yield from _mentions(each, (*place, key), of_school)
    elif isinstance(part, tuple):
        for number, each in enumerate(part):
            yield from _mentions(each, (*place, number), of_school)
    if not isinstance(part, BaseModel):
        return
    if isinstance(part, OnField):
        yield Mention((*place, "field"), part.field, "schools" if of_school else "people")
    for name, speaks in _NAMING.get(type(part), ()):
        alias = type(part).model_fields[name].alias or name
        named = getattr(part, name)
        of_route = isinstance(part, Same | Fits) and speaks == "schools" and named == DEPARTMENT
        if isinstance(named, str) and not of_route:
            yield Mention((*place, alias), named, speaks)
        for number, column in enumerate(named if isinstance(named, tuple) else ()):
            yield Mention((*place, alias, number), column, speaks)
    for name, info in type(part).model_fields.items():
        schools = (type(part), name) in ON_SCHOOLS or (of_school and not isinstance(part, Traveller))
        yield from _mentions(getattr(part, name), (*place, info.alias or name), schools)
