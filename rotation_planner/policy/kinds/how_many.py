"""How many go: shares, absolute numbers, floors and caps, and leaders who may not all leave at once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from rotation_planner.policy.base import Share, Strict, form_of
from rotation_planner.policy.kinds.base import Rule
from rotation_planner.policy.routes import Route
from rotation_planner.policy.selectors import Position, Selector


class People(Strict):
    """A set fixed by the facts: everybody of ``people``, moving or not, counted at the present school."""

    people: Selector


class _Movers(Strict):
    """Of those who move: from ``from`` schools to ``to`` schools, ``along`` a route, in the cases ``ways`` of the
    ``modes`` rule (any of them when blank)."""

    from_: Annotated[Selector | None, Field(alias="from")] = None
    to: Selector | None = None
    along: Route | None = None
    ways: tuple[str, ...] = ()

    @property
    def anywhere(self) -> bool:
        """Whether it does not matter where and in which way they go."""
        return self.to is None and self.along is None and not self.ways


class MovingSet(_Movers):
    """A set of the decision: those of ``moving`` who move, counted where they stand today. Every row of a plan moves,
    in whatever way."""

    moving: Selector


class ArrivingSet(_Movers):
    """A set of the decision: those of ``arriving`` who move, counted where they go (a helper who is counted at the old
    school counts as a mover too)."""

    arriving: Selector


class StayingSet(Strict):
    """A set of the decision: those of ``staying`` who do not move (or who are still counted at the old school), counted
    there."""

    staying: Selector


class AfterSet(Strict):
    """A set of the decision: everybody of ``after``, counted where they are counted afterwards."""

    after: Selector


_SETS: dict[str, type[Strict]] = {
    "people": People,
    "moving": MovingSet,
    "arriving": ArrivingSet,
    "staying": StayingSet,
    "after": AfterSet,
}


DecidedSet = Annotated[
    Annotated[MovingSet, Tag("moving")]
    | Annotated[ArrivingSet, Tag("arriving")]
    | Annotated[StayingSet, Tag("staying")]
    | Annotated[AfterSet, Tag("after")],
    Discriminator(form_of(_SETS, "people")),
]
CountedSet = Annotated[
    Annotated[People, Tag("people")]
    | Annotated[MovingSet, Tag("moving")]
    | Annotated[ArrivingSet, Tag("arriving")]
    | Annotated[StayingSet, Tag("staying")]
    | Annotated[AfterSet, Tag("after")],
    Discriminator(form_of(_SETS, "people")),
]
Rounding = Literal["up", "down", "half_up"]


def _as_tuple(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


class ShareRule(Rule):
    """Of the set ``over``, at least / at most the share moves (or belongs to the set ``of``), counted ``per`` group.

    ``of`` blank: those of ``over`` who move. ``per``: columns of the person (``school_id``, ``stage``, ``subject``,
    ``position``, ``school.tier``, ``school.zone``, any other) that split both sets into groups; empty: the district as
    one. Sets of people, movers and those who stay count under what stands in the staff table today; those who arrive
    and those there afterwards count under the school, stage, subject and department of the plan's row, other columns
    being their own. ``where``: only people who pass it (arriving and after: whose school entered passes it, so that it
    then speaks of ``school.`` columns only) are counted and form groups. The required number is share x size of
    ``over`` in the group, rounded: a floor ``up``, a cap ``down`` unless ``round`` says otherwise; a cap is never below
    ``allow`` ("one may always leave").

    ``already`` (only with movers as ``of``): those of ``of`` who pass it count as if they moved, whatever they do: a
    share that adds up over years counts those who moved in the years before. They are of the set by ``moving`` and
    ``from`` alone.

    Where a set counts those who arrive or who are there afterwards, a floor asks for every group in which somebody
    (passing ``where``) stands today; a cap also for every further group that anybody is counted in.
    """

    kind: Literal["share"]
    over: CountedSet
    of: CountedSet | None = None
    per: tuple[str, ...] = ()
    where: Selector | None = None
    at_least: Share | None = None
    at_most: Share | None = None
    round: Rounding | None = None
    allow: Annotated[int, Field(ge=0)] = 0
    already: Selector | None = None

    @model_validator(mode="after")
    def _floor_or_cap(self) -> ShareRule:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("floor_or_cap")
        if self.of is None and not isinstance(self.over, People):
            raise ValueError("share_of_itself")
        if isinstance(self.of, People):
            raise ValueError("share_of_facts")
        share = self.at_least if self.at_least is not None else self.at_most
        if share is not None and share > 1 and isinstance(self.over, People) and isinstance(self.of, MovingSet | None):
            raise ValueError("share_above_all")
        if self.already is not None and not isinstance(self.of, MovingSet | None):
            raise ValueError("share_already")
        return self

    @property
    def numerator(self) -> MovingSet | ArrivingSet | StayingSet | AfterSet:
        """The set that is counted against the share."""
        if self.of is not None and not isinstance(self.of, People):
            return self.of
        if not isinstance(self.over, People):
            raise TypeError("a share over movers names its own set")
        return MovingSet(moving=self.over.people)

    @property
    def where_afterwards(self) -> bool:
        """Whether a set is counted where people go."""
        return any(isinstance(each, ArrivingSet | AfterSet) for each in (self.over, self.of))

    @property
    def rounding(self) -> Rounding:
        """Floors round up and caps round down unless the pack says otherwise."""
        return self.round or ("up" if self.at_least is not None else "down")


class Count(Rule):
    """At least / at most so many of the set ``of`` (of several sets, added up), counted ``per`` group in ``where`` as a
    share counts; ``less``: sets taken away from them, so that a balance can be limited."""

    kind: Literal["count"]
    of: Annotated[tuple[DecidedSet, ...], Field(min_length=1), BeforeValidator(_as_tuple)]
    less: Annotated[tuple[DecidedSet, ...], BeforeValidator(_as_tuple)] = ()
    per: tuple[str, ...] = ()
    where: Selector | None = None
    at_least: int | None = None
    at_most: int | None = None

    @model_validator(mode="after")
    def _floor_or_cap(self) -> Count:
        if self.at_least is None and self.at_most is None:
            raise ValueError("floor_or_cap")
        return self

    @property
    def where_afterwards(self) -> bool:
        """Whether a set is counted where people go."""
        return any(isinstance(each, ArrivingSet | AfterSet) for each in (*self.of, *self.less))


class KeepLeader(Rule):
    """In a school that has people in each of ``positions`` (principal, deputy), they do not all leave it in one
    year."""

    kind: Literal["keep_leader"]
    positions: Annotated[tuple[Position, ...], Field(min_length=1)] = ("principal", "deputy_principal")
