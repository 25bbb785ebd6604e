"""Who must go: the duty itself, and how a school with many of them is phased over years."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rotation_planner.policy.base import Share, Strict
from rotation_planner.policy.kinds.base import Rule, RuleId
from rotation_planner.policy.kinds.keys import OrderKey
from rotation_planner.policy.selectors import Day, OnStay, Selector


class AgeLimits(Strict):
    """Completed years of age on the day ``on`` (``as_of`` where blank), inclusive; blank = no limit for that sex."""

    M: int | None = None
    F: int | None = None
    on: Day | None = None


class Duty(Rule):
    """Whoever passes ``who``, has served as long as ``stay`` says, is within ``ages`` and not among ``unless``, must
    go.

    A person *meets* the duty by these facts; is *eligible* when no deferral from it is in force; is *due* when called
    this year (all eligible, or those a ``phase`` calls). ``to``: schools to which this duty may send (people who are
    eligible under it go nowhere else). ``serves_years``: how long the service lasts at least, for ``until``.
    """

    kind: Literal["duty"]
    who: Selector
    stay: OnStay | None = None
    ages: AgeLimits = AgeLimits()
    unless: Selector | None = None
    to: Selector | None = None
    serves_years: Annotated[int, Field(ge=1)] | None = None


class Phase(Rule):
    """A school with *many* eligible is phased: only a part of them, the longest-serving first, is due each year.

    Many: more than the share ``many`` of the school's people in ``over`` are eligible under ``duty``. Then the first
    ceil(eligible / ``years``) by the keys of ``order`` (last tie: staff_id as text, or the published draw) are due. In
    other schools all eligible are due.

    ``begun``: a column of ``schools`` with the year (of an ``as_of``) in which the school began to be phased; blank, or
    no year: it has not begun. A school that began so is phased until the last of its ``years``, however many are
    eligible: in its j-th year (j = year of ``as_of`` - begun + 1) the first ceil(eligible / (``years`` - j + 1)) are
    due, in the last all that are left, so that a school is done in ``years`` years. Afterwards it has not begun.

    ``called``: a column of ``schools`` with the number that the bureau calls this year in a phased school; it counts
    where it is more than the school's own number (so that a later year has fewer), never for more than are eligible.
    """

    kind: Literal["phase"]
    duty: RuleId
    over: Selector
    many: Share
    years: Annotated[int, Field(ge=1)]
    order: tuple[OrderKey, ...] = ("joined_school", "hired_on", "birth_date")
    begun: str | None = None
    called: str | None = None

    def at_least(self, called: object) -> int:
        """The number that a school's cell of ``called`` asks for at least; 0 where it says none."""
        try:
            return max(int(float(str(called))), 0)
        except (ValueError, OverflowError):
            return 0

    def years_left(self, begun: object, this_year: int) -> int | None:
        """The school years, this one with them, in which a school with ``begun`` in its column is still phased.

        ``None`` where it has not begun or is done.
        """
        try:
            first = int(float(str(begun)))
        except (ValueError, OverflowError):
            return None
        left = self.years - (this_year - first)
        return left if first <= this_year and left >= 1 else None
