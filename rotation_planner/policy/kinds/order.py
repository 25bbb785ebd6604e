"""In what order people go, and which experience a move gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rotation_planner.policy.base import Strict, Words
from rotation_planner.policy.kinds.base import Rule
from rotation_planner.policy.kinds.must_go import Seniority
from rotation_planner.policy.routes import Route
from rotation_planner.policy.selectors import Selector


class Order(Rule):
    """Among people of ``who`` (not ``unless``) alike in the columns ``within``, the longer-serving go before the
    others.

    Nobody of such a group moves while one stands earlier in the dates of ``by`` (last tie: staff_id as text, or the
    published draw) and stays.
    """

    kind: Literal["order"]
    who: Selector
    unless: Selector | None = None
    within: Annotated[tuple[str, ...], Field(min_length=1)]
    by: tuple[Seniority, ...] = ("joined_school", "hired_on", "birth_date")


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
