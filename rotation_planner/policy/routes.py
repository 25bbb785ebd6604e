"""Routes: from where to where, as structured data; what the ``where`` rules and the modes speak of.

A route speaks of one way of one person: the school (and department) left and the one entered.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from rotation_planner.policy.base import Strict, form_of
from rotation_planner.policy.selectors import Compared, Kinship, Selector


class FromField(Compared):
    """A column of the school the person leaves."""

    from_: Annotated[str, Field(alias="from")]


class ToField(Compared):
    """A column of the school the person goes to."""

    to: str


class Same(Strict):
    """Both schools carry the same, non-blank text in this column (``zone``, ``group``, any other); ``department``: the
    department entered has the name of the one left."""

    same: str


class Kilometres(Compared):
    """The distance from school to school; an unknown distance passes no comparison but ``blank: true``."""

    km: Literal[True]


class HomeKilometres(Compared):
    """The great-circle distance from the person's home to the school entered; unknown as in ``km``."""

    home_km: Literal[True]


class KinKilometres(Compared):
    """The distance from the school entered to the nearest present school of a relative of these kinds; unknown where
    there is none or no distance is known."""

    kin_km: Annotated[tuple[Kinship, ...], Field(min_length=1)]


class Nearer(Strict):
    """The school entered is strictly nearer than the one left: to the person's ``home``, or to the nearest present
    school of a relative of ``kinships`` (``kin``). Where a distance is not known the route does not pass."""

    nearer: Literal["home", "kin"]
    kinships: tuple[Kinship, ...] = ("spouse",)


class Partners(Strict):
    """One of the two schools names the other's school_id in its list column (``;``)."""

    partners: str


class Fits(Strict):
    """The person's list column ``fits`` and the entered school's list column ``needs`` share an entry;
    ``needs: department``: the list names the department entered."""

    fits: str
    needs: str


class Been(Strict):
    """The person has served in the school entered: a ``history`` row there, ended at most ``within_years`` years before
    ``as_of`` or still running (at any time where blank)."""

    been: Literal[True]
    within_years: Annotated[int, Field(ge=1)] | None = None


class Inside(Strict):
    """The person changes the department and stays in the school (or, ``false``, does not)."""

    inside: bool


class ToDepartment(Compared):
    """The department entered (blank for people who are not placed in one)."""

    to_department: Literal[True]


class Way(Strict):
    """The move is made in one of these cases of the ``modes`` rule (only where its ``choice`` is ``any``)."""

    way: Annotated[tuple[str, ...], Field(min_length=1)]


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
    "home_km": HomeKilometres,
    "kin_km": KinKilometres,
    "nearer": Nearer,
    "partners": Partners,
    "fits": Fits,
    "been": Been,
    "inside": Inside,
    "to_department": ToDepartment,
    "way": Way,
    "person": Traveller,
    "all": AllRoutes,
    "any": AnyRoute,
    "not": NoRoute,
}


Route = Annotated[
    Annotated[FromField, Tag("from")]
    | Annotated[ToField, Tag("to")]
    | Annotated[Same, Tag("same")]
    | Annotated[Kilometres, Tag("km")]
    | Annotated[HomeKilometres, Tag("home_km")]
    | Annotated[KinKilometres, Tag("kin_km")]
    | Annotated[Nearer, Tag("nearer")]
    | Annotated[Partners, Tag("partners")]
    | Annotated[Fits, Tag("fits")]
    | Annotated[Been, Tag("been")]
    | Annotated[Inside, Tag("inside")]
    | Annotated[ToDepartment, Tag("to_department")]
    | Annotated[Way, Tag("way")]
    | Annotated[Traveller, Tag("person")]
    | Annotated[AllRoutes, Tag("all")]
    | Annotated[AnyRoute, Tag("any")]
    | Annotated[NoRoute, Tag("not")],
    Discriminator(form_of(ROUTE_FORMS), custom_error_type="route_form", custom_error_message="unknown form of route"),
]

for _each in (AllRoutes, AnyRoute, NoRoute):
    _each.model_rebuild()
