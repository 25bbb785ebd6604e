"""Where people go, and in which way they go there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rotation_planner.policy.base import Strict, Words
from rotation_planner.policy.kinds.base import Rule
from rotation_planner.policy.routes import Route
from rotation_planner.policy.selectors import Day, Kinship, Selector


class Qualification(Rule):
    """A destination teaches the stage, and holds a ``demand`` row for stage and subject where ``demand`` is given.

    A person is placed in the present stage and subject, or, where allowed here, in another of ``other_subjects``
    (present stage) or ``other_stages`` (present subject). People without a stage go to a school that shares a stage
    with their present one; people without a subject need no demand row. ``open_to``: a seat with a demand row is open
    always (``any``), only where the full-time staff of the row are today not above ``required``
    (``not_overstaffed``), or only where they are below it (``understaffed``).
    """

    kind: Literal["qualification"]
    other_subjects: bool = True
    other_stages: bool = True
    open_to: Literal["any", "not_overstaffed", "understaffed"] = "any"


class Departments(Rule):
    """People of ``who`` are placed in a department: one of those in which staff of the school stand today, or that the
    school's list column ``listed`` names. ``inside``: they may change the department within their school;
    ``outside``: they may go to a department of another school. A school without any department takes them as it is.
    Everybody else changes the school only, and their department there is blank."""

    kind: Literal["departments"]
    who: Selector
    inside: bool = True
    outside: bool = False
    listed: str | None = None


class RouteRule(Rule):
    """People of ``who`` (all when blank) go only along routes that pass ``allow`` and none that passes ``forbid``."""

    kind: Literal["route"]
    who: Selector | None = None
    allow: Route | None = None
    forbid: Route | None = None

    @model_validator(mode="after")
    def _says_something(self) -> RouteRule:
        if self.allow is None and self.forbid is None:
            raise ValueError("route_nothing")
        return self


class ModeCase(Strict):
    """One way of moving: ``mode`` (transfer, secondment, part_time, or a pack's own word with its ``label``), whether
    the personnel file moves, for how long (``years`` and ``months`` from ``as_of``, or to the day ``until``, a month
    and day meaning the first one after ``as_of``; all blank = for good).

    ``years_most``, ``months_most``: the service is a range, up to so many years and months; a plan names its least
    end, the audit takes any day up to the most.
    ``counts``: where the person counts for staffing, posts, titles and kin while it lasts: ``there`` (the new school)
    or ``here`` (the old one, which is never left; usual for part_time). ``returns``, told in lists and letters: with
    the right to return (``may``), to return for certain (``must``), or to move the file at its end (``file``).
    """

    id: Annotated[str, Field(min_length=1)]
    when: Route | None = None
    mode: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Words | None = None
    file_moves: bool
    years: Annotated[int, Field(ge=1)] | None = None
    months: Annotated[int, Field(ge=1)] | None = None
    until: Day | None = None
    years_most: Annotated[int, Field(ge=1)] | None = None
    months_most: Annotated[int, Field(ge=1)] | None = None
    counts: Literal["there", "here"] | None = None
    returns: Literal["may", "must", "file"] | None = None

    @model_validator(mode="after")
    def _one_end(self) -> ModeCase:
        least, most = self.least_months, self.most_months
        if self.until is not None and (least or most is not None):
            raise ValueError("mode_until")
        if most is not None and (not least or most < least):
            raise ValueError("mode_range")
        return self

    @property
    def least_months(self) -> int:
        """The least length of the service in months; 0 where it has none."""
        return 12 * (self.years or 0) + (self.months or 0)

    @property
    def most_months(self) -> int | None:
        """The greatest length of the service in months, where it is a range."""
        if self.years_most is None and self.months_most is None:
            return None
        return 12 * (self.years_most or 0) + (self.months_most or 0)

    @property
    def ends(self) -> bool:
        """Whether the service ends at all."""
        return self.years is not None or self.months is not None or self.until is not None

    @property
    def stays_counted(self) -> bool:
        """Whether the person goes on counting at the old school."""
        return (self.counts or ("here" if self.mode == "part_time" else "there")) == "here"


class Modes(Rule):
    """The way of each move. ``choice: first``: the first case whose route holds; ``any``: the plan chooses among the
    cases whose routes hold. ``until`` is the day reached from ``as_of`` (blank: for good).

    A duty's own ``serves_years`` lengthens, never shortens, the years of a case that ends after years or months.
    """

    kind: Literal["modes"]
    cases: Annotated[tuple[ModeCase, ...], Field(min_length=1)]
    choice: Literal["first", "any"] = "first"


class Swap(Rule):
    """People of ``who`` go in exchange: between any two schools as many go one way as the other, alike in the columns
    ``alike`` (as they stand today)."""

    kind: Literal["swap"]
    who: Selector
    alike: tuple[str, ...] = ()


class Together(Rule):
    """Relatives of ``kinships`` who move end in one school, or within ``within_km`` of each other.

    ``when``: ``both_move`` binds pairs of whom both move; ``any_moves`` also those of whom one moves: that one goes to
    where the other is afterwards. Unknown distances are not near.
    """

    kind: Literal["together"]
    kinships: Annotated[tuple[Kinship, ...], Field(min_length=1)] = ("spouse",)
    within_km: Annotated[float, Field(ge=0)] | None = None
    when: Literal["both_move", "any_moves"] = "both_move"
