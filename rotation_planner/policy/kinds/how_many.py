"""How many go: shares, absolute numbers, floors and caps, and leaders who may not all leave at once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from rotation_planner.policy.base import Share, Strict
from rotation_planner.policy.kinds.base import Rule
from rotation_planner.policy.selectors import Position, Selector


class People(Strict):
    """A set fixed by the facts: everybody of ``people``, moving or not, counted at the present school."""

    people: Selector


class MovingSet(Strict):
    """A set of the decision: those of ``moving`` who move, from ``from`` schools to ``to`` schools (any when blank)."""

    moving: Selector
    from_: Annotated[Selector | None, Field(alias="from")] = None
    to: Selector | None = None


def _form(data: Any) -> str:
    moving = "moving" in data if isinstance(data, dict) else isinstance(data, MovingSet)
    return "moving" if moving else "people"


CountedSet = Annotated[
    Annotated[People, Tag("people")] | Annotated[MovingSet, Tag("moving")],
    Discriminator(_form),
]
Rounding = Literal["up", "down", "half_up"]


class ShareRule(Rule):
    """Of the set ``over``, at least / at most the share moves (or belongs to the set ``of``), counted ``per`` group.

    ``of`` blank: those of ``over`` who move. ``per``: columns of the person (``school_id``, ``stage``, ``subject``,
    ``position``, ``school.tier``, ``school.zone``, any other) that split both sets into groups, everybody counted
    under the present school; empty: the district as one. ``where``: only people of this selector's schools (present
    school) form groups. The required number is share x size of ``over`` in the group, rounded: a floor ``up``, a cap
    ``down`` unless ``round`` says otherwise; a cap is never below ``allow`` ("one may always leave").
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

    @model_validator(mode="after")
    def _floor_or_cap(self) -> ShareRule:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("floor_or_cap")
        if self.of is None and isinstance(self.over, MovingSet):
            raise ValueError("share_of_itself")
        if isinstance(self.of, People):
            raise ValueError("share_of_facts")
        return self

    @property
    def numerator(self) -> MovingSet:
        """The set that is counted against the share."""
        if isinstance(self.of, MovingSet):
            return self.of
        if not isinstance(self.over, People):
            raise TypeError("a share over movers names its own set")
        return MovingSet(moving=self.over.people)

    @property
    def rounding(self) -> Rounding:
        """Floors round up and caps round down unless the pack says otherwise."""
        return self.round or ("up" if self.at_least is not None else "down")


class Count(Rule):
    """At least / at most so many of the set ``of`` move, counted ``per`` group (of the present school) in ``where``."""

    kind: Literal["count"]
    of: MovingSet
    per: tuple[str, ...] = ()
    where: Selector | None = None
    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _floor_or_cap(self) -> Count:
        if self.at_least is None and self.at_most is None:
            raise ValueError("floor_or_cap")
        return self


class KeepLeader(Rule):
    """In a school that has people in each of ``positions`` (principal, deputy), they do not all leave in one year."""

    kind: Literal["keep_leader"]
    positions: Annotated[tuple[Position, ...], Field(min_length=1)] = ("principal", "deputy_principal")
