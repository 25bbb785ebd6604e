"""Names in a policy that lead nowhere: populations, duties, scores, ways, rules that rounds keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rotation_planner.policy.fields import mentions
from rotation_planner.policy.kinds import (
    ArrivingSet,
    Defer,
    Duty,
    Headcount,
    Modes,
    MovingSet,
    Phase,
    Posts,
    Rounds,
    SubjectStaffing,
    TitlePosts,
)
from rotation_planner.policy.kinds.goals import Moves, PlaceDue, PointsLeft
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.routes import Way
from rotation_planner.policy.scores import SCORE_PREFIX
from rotation_planner.policy.selectors import InPopulation, OnDue, OnDuty, OnEligible
from rotation_planner.policy.walking import Finding, Place, parts
from rotation_planner.words import say

KEPT = (Headcount, SubjectStaffing, Posts, TitlePosts)  # kinds that are asked of the district between two rounds


def listed(names: Any) -> dict[str, Any]:
    """The names that there are, for the sentence that says what is expected."""
    return {"known": say("policy.list_separator").join(names) or say("policy.none")}


def unknown_names(policy: Policy) -> Iterator[Finding]:
    """Every name that the policy uses and does not define."""
    duties = sorted(rule.id for rule in policy.rules if isinstance(rule, Duty))
    for place, part in parts(policy):
        if isinstance(part, InPopulation) and part.population not in policy.populations:
            yield "policy_unknown_population", (*place, "population"), part.population, listed(policy.populations)
        named: tuple[str, ...] = ()
        if isinstance(part, OnDuty):
            named = (part.meets,)
        elif isinstance(part, OnEligible):
            named = part.eligible
        elif isinstance(part, OnDue):
            named = part.due
        elif isinstance(part, Phase):
            named = (part.duty,)
        elif isinstance(part, Defer | PlaceDue):
            named = part.duties
        for name in named:
            if name not in duties:
                yield "policy_unknown_duty", place, name, listed(duties)
        if isinstance(part, PointsLeft) and part.score not in policy.scores:
            yield "policy_unknown_score", (*place, "score"), part.score, listed(policy.scores)
        if isinstance(part, Rounds):
            yield from _keeps(policy, place, part)
    for mention in mentions(policy):
        name = mention.name.removeprefix(SCORE_PREFIX)
        if name != mention.name and (mention.of != "people" or name not in policy.scores):
            yield "policy_unknown_score", mention.place, name, listed(policy.scores)
    yield from _ways(policy)


def _keeps(policy: Policy, place: Place, rounds: Rounds) -> Iterator[Finding]:
    able = [rule.id for rule in policy.rules if isinstance(rule, KEPT) and rule.force == "must"]
    for number, name in enumerate(rounds.keeps):
        if name not in policy.by_id:
            yield "policy_unknown_rule", (*place, "keeps", number), name, listed(able)
        elif name not in able:
            yield "policy_not_kept", (*place, "keeps", number), name, listed(able)


def _ways(policy: Policy) -> Iterator[Finding]:
    modes = [rule for rule in policy.rules if isinstance(rule, Modes)]
    cases = [case.id for rule in modes for case in rule.cases]
    chosen = any(rule.choice == "any" for rule in modes)
    for place, part in parts(policy):
        if isinstance(part, Way):
            names, key = part.way, "way"
        elif isinstance(part, MovingSet | ArrivingSet | Moves):
            names, key = part.ways, "ways"
        else:
            continue
        for number, name in enumerate(names):
            if name not in cases:
                yield "policy_unknown_way", (*place, key, number), name, listed(cases)
        if isinstance(part, Way) and len(place) > 1 and isinstance(policy.rules[int(place[1])], Modes):
            yield "policy_way_in_modes", place, say("policy.list_separator").join(names), {}
        elif isinstance(part, Way) and not chosen:
            yield "policy_way_not_chosen", place, say("policy.list_separator").join(names), {}
