"""What the district must look like afterwards: staffing, posts, kin, and the flow of the backbone teachers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rotation_planner.policy.base import Share, Strict
from rotation_planner.policy.kinds.base import Rule
from rotation_planner.policy.selectors import Kinship, Position, Selector, Tier


class Headcount(Rule):
    """A school that receives anyone ends at or below its headcount_limit less ``reserve``; no school ends above the
    larger of its limit and today's number. Everybody in ``staff`` counts; whoever only changes the department does not
    arrive."""

    kind: Literal["headcount"]
    reserve: Annotated[int, Field(ge=0)] = 0


class SubjectStaffing(Rule):
    """Full-time staff per school, stage and subject of ``demand`` afterwards lies between minimum and maximum.

    Blank maximum: the larger of required and today; blank minimum: the smaller of required and today. Where today is
    already above the maximum or below the minimum, it does not get worse. ``receives_within: required``: a row that
    anyone enters ends at or below ``required``.
    """

    kind: Literal["subject_staffing"]
    receives_within: Literal["maximum", "required"] = "maximum"


PostRule = Literal["filled", "within"]


class RankPosts(Strict):
    """A rank of one's own making: who holds it, and the column of ``schools`` with its posts (blank = as today)."""

    who: Selector
    posts: str | None = None
    how: PostRule = "within"


class Posts(Rule):
    """Posts by position afterwards, ``per`` school or per department of a school. The post numbers of a school are the
    columns ``<position>_posts`` (blank = as today); those of a department are today's, or ``in_each`` by position.

    ``within``: where anyone arrives in the position, not more than the posts; nowhere more than the larger of posts and
    today. ``filled``: also at least as many as the smaller of posts and today: every post held today stays filled.
    ``ranks``: the same for sets of people with posts in a column of their own (per department: as today).
    """

    kind: Literal["posts"]
    per: Literal["school", "department"] = "school"
    principal: PostRule | None = None
    deputy_principal: PostRule | None = None
    middle_chief: PostRule | None = None
    middle_deputy: PostRule | None = None
    in_each: dict[Position, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    ranks: tuple[RankPosts, ...] = ()


class TitleGroup(Strict):
    """Titles that share one number of posts, a column of ``schools`` (blank there = not limited)."""

    titles: Annotated[tuple[Literal["junior", "intermediate", "senior", "professor"], ...], Field(min_length=1)]
    posts: str


class TitlePosts(Rule):
    """Where anyone of a title group arrives, the school's people of that group are within its posts; nowhere above the
    larger of posts and today. ``reserve``: posts kept free of arrivals."""

    kind: Literal["title_posts"]
    groups: Annotated[tuple[TitleGroup, ...], Field(min_length=1)]
    reserve: Annotated[int, Field(ge=0)] = 0


class Kin(Rule):
    """Nobody is moved to where a relative of the listed kinds is afterwards: into the same ``school``, into the same
    ``department`` of a school, or into a ``line`` of command with the relative: into a department of which somebody
    reports to the relative or to the relative's department (today, by ``reports_to``), or the other way round. Whoever
    has no department stands for themselves in a line of command while they stay."""

    kind: Literal["kin"]
    kinships: Annotated[tuple[Kinship, ...], Field(min_length=1)]
    apart: Annotated[tuple[Literal["school", "department", "line"], ...], Field(min_length=1)] = ("school",)


class ReverseFlow(Rule):
    """No reverse flow: more people of ``who`` go from the ``high`` tiers to the ``low`` tiers than the other way.

    ``reading``: ``strict`` counts against it everyone of ``who`` who leaves a low school, to anywhere (another low
    school too); ``to_high`` only those who go from low to high schools; ``per_school`` asks instead that no school of
    ``protected`` has fewer of ``who`` after than before. The first two ask for *strictly more* and apply as soon as
    anyone of ``who`` moves at all.
    """

    kind: Literal["reverse_flow"]
    who: Selector
    high: Annotated[tuple[Tier, ...], Field(min_length=1)] = ("quality",)
    low: Annotated[tuple[Tier, ...], Field(min_length=1)] = ("general", "weak")
    protected: Annotated[tuple[Tier, ...], Field(min_length=1)] = ("weak",)
    reading: Literal["strict", "to_high", "per_school"] = "strict"


class Flow(Rule):
    """Those of ``who`` who enter the schools of ``into`` from other schools are at least ``margin`` more than those who
    leave them for other schools, in the district as a whole. Violation: the number that is missing."""

    kind: Literal["flow"]
    who: Selector
    into: Selector
    margin: int = 0


class TierLimit(Rule):
    """At most these shares of the schools in scope stand in a tier. No plan changes it; the audit tells it."""

    kind: Literal["tier_limit"]
    quality: Share | None = None
    weak: Share | None = None
