"""The kinds of rule, grouped as the law speaks: who must go, who need not, how many, where, afterwards, in what order.

``KINDS`` is the table of contents: every kind has a record here, a judge in ``audit``, its words, its cases, and where
it binds the decision a constraint in ``model``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Tag

from rotation_planner.policy.kinds.afterwards import (
    Flow,
    Headcount,
    Kin,
    Posts,
    ReverseFlow,
    SubjectStaffing,
    TierLimit,
    TitlePosts,
)
from rotation_planner.policy.kinds.base import Rule
from rotation_planner.policy.kinds.goals import TERMS, Level, Term
from rotation_planner.policy.kinds.how_many import (
    AfterSet,
    ArrivingSet,
    Count,
    KeepLeader,
    MovingSet,
    People,
    ShareRule,
    StayingSet,
)
from rotation_planner.policy.kinds.keys import ByClass, ByField, ByStay
from rotation_planner.policy.kinds.must_go import Duty, Phase
from rotation_planner.policy.kinds.need_not import Bar, Defer, Pins, Scope, Volunteer
from rotation_planner.policy.kinds.order import Experience, Merit, Order, Rounds
from rotation_planner.policy.kinds.where import (
    Departments,
    ModeCase,
    Modes,
    Qualification,
    RouteRule,
    Swap,
    Together,
)

KINDS: dict[str, type[Rule]] = {
    "scope": Scope,
    "duty": Duty,
    "phase": Phase,
    "defer": Defer,
    "bar": Bar,
    "volunteer": Volunteer,
    "pins": Pins,
    "share": ShareRule,
    "count": Count,
    "keep_leader": KeepLeader,
    "qualification": Qualification,
    "departments": Departments,
    "route": RouteRule,
    "modes": Modes,
    "swap": Swap,
    "together": Together,
    "headcount": Headcount,
    "subject_staffing": SubjectStaffing,
    "posts": Posts,
    "title_posts": TitlePosts,
    "kin": Kin,
    "reverse_flow": ReverseFlow,
    "flow": Flow,
    "tier_limit": TierLimit,
    "order": Order,
    "merit": Merit,
    "rounds": Rounds,
    "experience": Experience,
}

SECTIONS: dict[str, tuple[str, ...]] = {
    "scope": ("scope",),
    "must_go": ("duty", "phase"),
    "need_not": ("defer", "bar", "volunteer", "pins"),
    "how_many": ("share", "count", "keep_leader"),
    "where": ("qualification", "departments", "route", "modes", "swap", "together"),
    "afterwards": (
        "headcount", "subject_staffing", "posts", "title_posts", "kin", "reverse_flow", "flow", "tier_limit",
    ),
    "order": ("order", "merit", "rounds", "experience"),
}  # fmt: skip

AnyRule = Annotated[
    Annotated[Scope, Tag("scope")]
    | Annotated[Duty, Tag("duty")]
    | Annotated[Phase, Tag("phase")]
    | Annotated[Defer, Tag("defer")]
    | Annotated[Bar, Tag("bar")]
    | Annotated[Volunteer, Tag("volunteer")]
    | Annotated[Pins, Tag("pins")]
    | Annotated[ShareRule, Tag("share")]
    | Annotated[Count, Tag("count")]
    | Annotated[KeepLeader, Tag("keep_leader")]
    | Annotated[Qualification, Tag("qualification")]
    | Annotated[Departments, Tag("departments")]
    | Annotated[RouteRule, Tag("route")]
    | Annotated[Modes, Tag("modes")]
    | Annotated[Swap, Tag("swap")]
    | Annotated[Together, Tag("together")]
    | Annotated[Headcount, Tag("headcount")]
    | Annotated[SubjectStaffing, Tag("subject_staffing")]
    | Annotated[Posts, Tag("posts")]
    | Annotated[TitlePosts, Tag("title_posts")]
    | Annotated[Kin, Tag("kin")]
    | Annotated[ReverseFlow, Tag("reverse_flow")]
    | Annotated[Flow, Tag("flow")]
    | Annotated[TierLimit, Tag("tier_limit")]
    | Annotated[Order, Tag("order")]
    | Annotated[Merit, Tag("merit")]
    | Annotated[Rounds, Tag("rounds")]
    | Annotated[Experience, Tag("experience")],
    Discriminator("kind"),
]

__all__ = [
    "KINDS", "SECTIONS", "TERMS", "AfterSet", "AnyRule", "ArrivingSet", "Bar", "ByClass", "ByField", "ByStay", "Count",
    "Defer", "Departments", "Duty", "Experience", "Flow", "Headcount", "KeepLeader", "Kin", "Level", "Merit",
    "ModeCase", "Modes", "MovingSet", "Order", "People", "Phase", "Pins", "Posts", "Qualification", "ReverseFlow",
    "Rounds", "RouteRule", "Rule", "Scope", "ShareRule", "StayingSet", "SubjectStaffing", "Swap", "Term", "TierLimit",
    "TitlePosts", "Together", "Volunteer",
]  # fmt: skip
