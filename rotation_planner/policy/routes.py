"""Routes: from where to where, as structured data; what the ``where`` rules and the modes speak of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from rotation_planner.policy.base import Strict
from rotation_planner.policy.selectors import Compared, Selector


class FromField(Compared):
    """A column of the school the person leaves."""

    from_: Annotated[str, Field(alias="from")]


class ToField(Compared):
    """A column of the school the person goes to."""

    to: str


class Same(Strict):
    """Both schools carry the same, non-blank text in this column (``zone``, ``group``, any other)."""

    same: str


class Kilometres(Compared):
    """The distance from school to school; an unknown distance passes no comparison but ``blank: true``."""

    km: Literal[True]


class Traveller(Strict):
    """The person who goes."""

    person: Selector


class AllRoutes(Strict):
    """Every one holds."""

    all: Annotated[tuple[Route, ...], Field(min_length=1)]


class AnyRoute(Strict):
    """At least one holds."""

    any: Annotated[tuple[Route, ...], Field(min_length=1)]


class NoRoute(Strict):
    """It does not hold."""

    not_: Annotated[Route, Field(alias="not")]


ROUTE_FORMS: dict[str, type[Strict]] = {
    "from": FromField,
    "to": ToField,
    "same": Same,
    "km": Kilometres,
    "person": Traveller,
    "all": AllRoutes,
    "any": AnyRoute,
    "not": NoRoute,
}


def _form(data: Any) -> str:
    if isinstance(data, dict):
        return next((key for key in ROUTE_FORMS if key in data), "unknown")
    return next((key for key, form in ROUTE_FORMS.items() if isinstance(data, form)), "unknown")


Route = Annotated[
    Annotated[FromField, Tag("from")]
    | Annotated[ToField, Tag("to")]
    | Annotated[Same, Tag("same")]
    | Annotated[Kilometres, Tag("km")]
    | Annotated[Traveller, Tag("person")]
    | Annotated[AllRoutes, Tag("all")]
    | Annotated[AnyRoute, Tag("any")]
    | Annotated[NoRoute, Tag("not")],
    Discriminator(_form, custom_error_type="route_form", custom_error_message="unknown form of route"),
]

for _each in (AllRoutes, AnyRoute, NoRoute):
    _each.model_rebuild()
