"""In what order people go, and which experience a move gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rotation_planner.policy.base import Strict, Words
from rotation_planner.policy.kinds.base import Rule, RuleId
from rotation_planner.policy.kinds.keys import LONGEST_FIRST, OrderKeys
from rotation_planner.policy.routes import Route
from rotation_planner.policy.selectors import Selector


class Order(Rule):
    """Among people of ``who`` (not ``unless``) alike in the columns ``within``, those first in the order ``by`` go
    before the others.

    Nobody of such a group moves while one who stands earlier stays. ``by`` is a chain of keys: dates (the earlier
    first), other columns, points, lengths of service and priority classes with their directions; the last tie is
    broken by staff_id as text, or the published draw.
    """

    kind: Literal["order"]
    who: Selector
    unless: Selector | None = None
    within: Annotated[tuple[str, ...], Field(min_length=1)]
    by: OrderKeys = LONGEST_FIRST


class Merit(Rule):
    """Places that were applied for go by rank: nobody is preferred to somebody ranked higher who had asked for the
    place.

    Among candidates of ``who`` alike in the columns ``within``, ranked ``by`` a chain of keys as in an order: where a
    lower one moves to a school that a higher one's ``applications`` name (or whose zone they name without a school)
    and that is open to the higher one, the higher one moves too, to a school of that wish or of a better one.
    """

    kind: Literal["merit"]
    who: Selector
    within: tuple[str, ...] = ()
    by: OrderKeys


class Round(Strict):
    """One round: who moves in it (the first round whose selector passes is a person's own)."""

    id: Annotated[str, Field(min_length=1)]
    words: Words
    who: Selector


class Rounds(Rule):
    """The moves are made in rounds, each on what the earlier ones have freed: after every round, with only the moves of
    it and of those before, the must-rules named in ``keeps``, all of the kinds headcount, subject_staffing, posts and
    title_posts, hold (every one of these kinds when blank). Whoever is in no round moves after the last one."""

    kind: Literal["rounds"]
    rounds: Annotated[tuple[Round, ...], Field(min_length=1)]
    keeps: tuple[RuleId, ...] = ()


class Gain(Strict):
    """One kind of experience: the sentence, the route that gives it, the years it takes."""

    id: Annotated[str, Field(min_length=1)]
    words: Words
    when: Route
    years: Annotated[int, Field(ge=1)]


class Experience(Rule):
    """Which experience a move gives; told in the lists and letters, binds nothing."""

    kind: Literal["experience"]
    gains: Annotated[tuple[Gain, ...], Field(min_length=1)]
