"""Where people may go, and in which way they go there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rotation_planner.policy.base import Strict
from rotation_planner.policy.kinds.base import Rule
from rotation_planner.policy.routes import Route
from rotation_planner.policy.selectors import Selector


class Qualification(Rule):
    """A destination teaches the stage, and holds a ``demand`` row for stage and subject where ``demand`` is given.

    A person is placed in the present stage and subject, or, where allowed here, in another of ``other_subjects``
    (present stage) or ``other_stages`` (present subject). People without a stage go to a school that shares a stage
    with their present one; people without a subject need no demand row.
    """

    kind: Literal["qualification"]
    other_subjects: bool = True
    other_stages: bool = True


class RouteRule(Rule):
    """People of ``who`` (all when blank) go only along routes that pass ``allow`` and none that passes ``forbid``."""

    kind: Literal["route"]
    who: Selector | None = None
    allow: Route | None = None
    forbid: Route | None = None


class ModeCase(Strict):
    """One way of moving: ``mode``, whether the personnel file moves, for how many years (blank = for good)."""

    id: Annotated[str, Field(min_length=1)]
    when: Route | None = None
    mode: Literal["transfer", "secondment", "part_time"]
    file_moves: bool
    years: Annotated[int, Field(ge=1)] | None = None


class Modes(Rule):
    """The first case whose route holds gives a move its mode, its file, and ``until``: ``as_of`` + years, blank for
    good.

    A duty's own ``serves_years`` lengthens, never shortens, the years of a case that ends.
    """

    kind: Literal["modes"]
    cases: Annotated[tuple[ModeCase, ...], Field(min_length=1)]
