"""The table of contents: every rule kind and goal term as a model class, one class each.

Kinds that decide who stands where before any solving are stated by ``eligibility`` alone and listed as such; the
tests check that every kind is in exactly one of the two.
"""

from __future__ import annotations

from rotation_planner.model.base import Constraint, GoalTerm
from rotation_planner.model.constraints.flows import EqualExchange, NetFlow, NoReverseFlow
from rotation_planner.model.constraints.how_many import LeadersKept, Number, ShareOfSet
from rotation_planner.model.constraints.kin import KinApart, MovedTogether
from rotation_planner.model.constraints.merit import PlacesByRank
from rotation_planner.model.constraints.order import LongestFirst
from rotation_planner.model.constraints.posts import LeadershipPosts, TitleLimits
from rotation_planner.model.constraints.rounds import AfterEachRound
from rotation_planner.model.constraints.staffing import HeadcountLimit, SubjectLimits
from rotation_planner.model.terms import (
    AllMoves,
    DueUnplaced,
    ExtraMovers,
    Kilometres,
    MissingPerPupils,
    MissingStaff,
    PointsStaying,
    SurplusStaff,
    UnevenShare,
    UnmetWishes,
)

CONSTRAINTS: dict[str, type[Constraint]] = {
    "share": ShareOfSet,
    "count": Number,
    "keep_leader": LeadersKept,
    "headcount": HeadcountLimit,
    "subject_staffing": SubjectLimits,
    "posts": LeadershipPosts,
    "title_posts": TitleLimits,
    "kin": KinApart,
    "reverse_flow": NoReverseFlow,
    "flow": NetFlow,
    "swap": EqualExchange,
    "together": MovedTogether,
    "order": LongestFirst,
    "merit": PlacesByRank,
    "rounds": AfterEachRound,
}

BY_ELIGIBILITY = frozenset(
    {"scope", "duty", "phase", "defer", "bar", "volunteer", "pins", "qualification", "departments", "route", "modes"}
)
"""Kinds that bind through the standing of people and the schools open to them."""

WITHOUT_DECISION = frozenset({"tier_limit", "experience"})
"""Kinds that no decision of the model can change: they follow from the moves, or are only told."""

TERMS: dict[str, type[GoalTerm]] = {
    "place_due": DueUnplaced,
    "shortage": MissingStaff,
    "extra_moves": ExtraMovers,
    "moves": AllMoves,
    "overstaffing": SurplusStaff,
    "evenness": UnevenShare,
    "wishes": UnmetWishes,
    "distance": Kilometres,
    "points_left": PointsStaying,
    "per_pupils": MissingPerPupils,
}
