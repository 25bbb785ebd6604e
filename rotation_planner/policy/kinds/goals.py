"""The goals: levels in strict order, each a weighed sum of terms that are all to be made small.

The value of a term is defined here once; model and audit each compute it in their own way and must agree.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from rotation_planner.policy.base import Share, Strict, Words
from rotation_planner.policy.kinds.base import RuleId
from rotation_planner.policy.selectors import Selector


class Term(Strict):
    """One thing to be made small; ``weight`` points a unit."""

    kind: str
    weight: Share
    comment: Words | None = None


class PlaceDue(Term):
    """People (of ``who``) due under one of ``duties`` (all when empty) who stay; unit: a person."""

    kind: Literal["place_due"]
    duties: tuple[RuleId, ...] = ()
    who: Selector | None = None


class Shortage(Term):
    """Full-time staff missing below ``required``, summed over the rows of ``demand``, afterwards; unit: a person."""

    kind: Literal["shortage"]


class ExtraMoves(Term):
    """Movers who are not due under any duty, not volunteers and not pinned ``move`` or ``to``; unit: a person."""

    kind: Literal["extra_moves"]


class Moves(Term):
    """All movers (of ``who``), in the cases ``ways`` of the ``modes`` rule where it names some; unit: a person."""

    kind: Literal["moves"]
    who: Selector | None = None
    ways: tuple[str, ...] = ()


class Overstaffing(Term):
    """Staff above headcount_limit afterwards, summed over the schools in scope; unit: a person."""

    kind: Literal["overstaffing"]


class Evenness(Term):
    """How far schools lie from the district's share of ``of`` among ``over`` (``of`` counts only within ``over``).

    With p = the share today over all schools in scope, rounded half up to whole thousandths, the sum over those
    schools of |of afterwards - p x over afterwards|; unit: a person.
    """

    kind: Literal["evenness"]
    of: Selector
    over: Selector


class Wishes(Term):
    """What movers with ``applications`` did not get: ``ranks[r-1]`` for the r-th wish (the last entry for later
    ones), the
    best of the wishes that name the school or its zone; ``other`` when no wish names it. Who stays (or is not of
    ``who``) costs nothing; unit: a point."""

    kind: Literal["wishes"]
    who: Selector | None = None
    ranks: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)]
    other: Annotated[int, Field(ge=0)]


class Distance(Term):
    """Kilometres of movers (of ``who``) from the school left, or from ``home``, to the school entered, each move
    rounded half up to a whole one, ``unknown`` where the distance is not known; unit: a kilometre."""

    kind: Literal["distance"]
    who: Selector | None = None
    of: Literal["school", "home"] = "school"
    unknown: Annotated[int, Field(ge=0)] = 20


class PointsLeft(Term):
    """Points of the pack's ``score`` of those of ``who`` who stay, each rounded half up to whole points, so that those
    with more points go first where not all can; negative scores count as none; unit: a point."""

    kind: Literal["points_left"]
    who: Selector
    score: str


class PerPupils(Term):
    """People of ``of`` missing, school by school, below ceil(``per_hundred`` x students / 100), over the schools in
    scope (and of ``where``) whose ``students`` are known, afterwards; unit: a person."""

    kind: Literal["per_pupils"]
    of: Selector
    per_hundred: Share
    where: Selector | None = None


TERMS: dict[str, type[Term]] = {
    "place_due": PlaceDue,
    "shortage": Shortage,
    "extra_moves": ExtraMoves,
    "moves": Moves,
    "overstaffing": Overstaffing,
    "evenness": Evenness,
    "wishes": Wishes,
    "distance": Distance,
    "points_left": PointsLeft,
    "per_pupils": PerPupils,
}

AnyTerm = Annotated[
    Annotated[PlaceDue, Tag("place_due")]
    | Annotated[Shortage, Tag("shortage")]
    | Annotated[ExtraMoves, Tag("extra_moves")]
    | Annotated[Moves, Tag("moves")]
    | Annotated[Overstaffing, Tag("overstaffing")]
    | Annotated[Evenness, Tag("evenness")]
    | Annotated[Wishes, Tag("wishes")]
    | Annotated[Distance, Tag("distance")]
    | Annotated[PointsLeft, Tag("points_left")]
    | Annotated[PerPupils, Tag("per_pupils")],
    Discriminator("kind"),
]


class Level(Strict):
    """One level: nothing of a later level is ever bought with a worse value of an earlier one."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    words: Words
    terms: Annotated[tuple[AnyTerm, ...], Field(min_length=1)]
