"""What the schema cannot see: names that lead nowhere, circles, and rules that contradict the shape of a pack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from rotation_planner.policy.circles import circles
from rotation_planner.policy.fields import ON_SCHOOLS, PREFIX
from rotation_planner.policy.kinds import (
    Bar,
    Count,
    Defer,
    Departments,
    Duty,
    Experience,
    Headcount,
    Kin,
    Merit,
    Modes,
    Order,
    Phase,
    Pins,
    Posts,
    Qualification,
    Rounds,
    RouteRule,
    Rule,
    Scope,
    ShareRule,
    SubjectStaffing,
    Swap,
    TierLimit,
    TitlePosts,
    Together,
    Volunteer,
)
from rotation_planner.policy.naming import unknown_names
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import FORMS, AllOf, AnyOf, Everyone, NotThese, OnField, OnRanked
from rotation_planner.policy.values import wrong_values
from rotation_planner.policy.walking import Finding, Place, lookup, parts
from rotation_planner.words import say

__all__ = ["MUST_ONLY", "PLACEHOLDER", "UNRANKED", "Finding", "contradictions", "lookup", "parts"]

MUST_ONLY = (Scope, Duty, Phase, Defer, Bar, Volunteer, Pins, Qualification, Modes)  # who and what may be at all
UNRANKED = (
    RouteRule, Kin, TierLimit, Experience, Departments, Swap, Together, Merit, Rounds,
)  # as wishes only measured, no goal level can pay for them  # fmt: skip
EXCEPTING = (Duty, Defer, Bar, RouteRule, Order, Merit, Kin, Together, ShareRule, Count)  # leave people out
EXCEPTING_SCHOOLS = (Headcount, SubjectStaffing, Posts, TitlePosts)  # leave schools out, never single people
ONE_AT_MOST = (Modes, Departments)
OWN_MODES = ("transfer", "secondment", "part_time")  # worded by the program; others bring their label
PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")
_PLAIN = (AllOf, AnyOf, NotThese, Everyone, OnField)  # forms that schools pass too
RESERVED = ("plan", "goals")  # under these the audit tells of the file and of the goals' numbers


def contradictions(policy: Policy) -> Iterator[Finding]:
    """What is wrong across the parts of a policy: code, place, value, values for the sentence."""
    yield from _ids(policy)
    yield from unknown_names(policy)
    yield from circles(policy)
    yield from wrong_values(policy)
    yield from _selectors(policy)
    for number, rule in enumerate(policy.rules):
        place: Place = ("rules", number)
        for language in ("zh", "en"):
            for name in PLACEHOLDER.findall(rule.words[language]):
                try:
                    lookup(rule, name)
                except KeyError:
                    yield "policy_placeholder", (*place, "words", language), name, {"rule": rule.id}
        if rule.force == "should" and isinstance(rule, MUST_ONLY):
            yield "policy_must_only", (*place, "force"), rule.kind, {"rule": rule.id}
        if rule.rank is not None and isinstance(rule, UNRANKED):
            yield "policy_no_rank", (*place, "rank"), rule.kind, {"rule": rule.id}
        if rule.rank is not None and rule.rank > len(policy.goals):
            yield "policy_rank", (*place, "rank"), str(rule.rank), {"levels": len(policy.goals)}
        yield from _exceptions(rule, place)
        yield from _shape(rule, place)


def _twice(names: Iterable[str]) -> list[tuple[int, str]]:
    """Names that stand more than once, with the place of their second mention and later ones."""
    seen: Counter[str] = Counter()
    found = []
    for number, name in enumerate(names):
        if seen[name]:
            found.append((number, name))
        seen[name] += 1
    return found


def _ids(policy: Policy) -> Iterator[Finding]:
    entries: list[tuple[Place, str]] = [
        ((part, number), entry.id)
        for part, listed in (("rules", policy.rules), ("goals", policy.goals))
        for number, entry in enumerate(listed)
    ]
    for at, name in _twice(name for _, name in entries):
        yield "policy_duplicate_id", (*entries[at][0], "id"), name, {}
    for place, name in entries:
        if name in RESERVED and place[0] == "rules":
            yield "policy_reserved_id", (*place, "id"), name, {}
    for place, part in parts(policy):
        for key in ("cases", "rounds", "gains", "items", "best_of"):
            inner = part.get(key) if isinstance(part, dict) else getattr(part, key, None)
            if isinstance(inner, tuple):
                for number, name in _twice(each.id for each in inner):
                    yield "policy_duplicate_id", (*place, key, number, "id"), name, {}
    scopes = [number for number, rule in enumerate(policy.rules) if isinstance(rule, Scope) and rule.enabled]
    if len(scopes) != 1:
        yield "policy_one_scope", ("rules", *scopes[1:2]), str(len(scopes)), {}
    for kind in ONE_AT_MOST:
        active = [number for number, rule in enumerate(policy.rules) if isinstance(rule, kind) and rule.enabled]
        for number in active[1:]:
            yield (
                "policy_one_of_kind",
                ("rules", number),
                policy.rules[number].kind,
                {"rule": policy.rules[active[0]].id},
            )
    phased: set[str] = set()
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, Phase) and rule.enabled:
            if rule.duty in phased:
                yield "policy_phased_twice", ("rules", number, "duty"), rule.duty, {}
            phased.add(rule.duty)


def _selectors(policy: Policy) -> Iterator[Finding]:
    """Forms that cannot stand where they stand: what only people can be asked, asked of schools."""
    for place, part in parts(policy):
        for kind, name in ON_SCHOOLS:
            if isinstance(part, kind) and getattr(part, name) is not None:
                key = kind.model_fields[name].alias or name
                for where, each in parts(getattr(part, name), (*place, key)):
                    form = _form(each)
                    if form is not None and not isinstance(each, _PLAIN):
                        yield "policy_school_form", where, form, {}
        if isinstance(part, OnRanked) and part.ranked.startswith(PREFIX):
            for number, column in enumerate(part.within):
                if not column.startswith(PREFIX):
                    yield "policy_ranked_within", (*place, "within", number), column, {}
        if isinstance(part, ShareRule | Count) and part.where is not None and part.where_afterwards:
            for where, each in parts(part.where, (*place, "where")):
                form = _form(each)
                if form is None:
                    continue
                if not isinstance(each, _PLAIN):
                    yield "policy_where_afterwards", where, form, {"rule": part.id}
                elif isinstance(each, OnField) and each.field != "school_id" and not each.field.startswith(PREFIX):
                    yield "policy_where_afterwards", where, each.field, {"rule": part.id}


def _form(part: Any) -> str | None:
    """The key of a selector's form; ``None`` for anything else."""
    return next((key for key, form in FORMS.items() if type(part) is form), None)


def _exceptions(rule: Rule, place: Place) -> Iterator[Finding]:
    for number, each in enumerate(rule.exceptions):
        where = (*place, "exceptions", number)
        if not isinstance(rule, (*EXCEPTING, *EXCEPTING_SCHOOLS)):
            yield "policy_no_exceptions", where, rule.kind, {"rule": rule.id}
        elif each.staff and isinstance(rule, EXCEPTING_SCHOOLS):
            people = say("policy.list_separator").join(each.staff)
            yield "policy_exceptions_of_schools", (*where, "staff"), people, {"rule": rule.id, "kind": rule.kind}


def _shape(rule: Rule, place: Place) -> Iterator[Finding]:
    """What only some values of a rule's parameters allow."""
    if isinstance(rule, Modes):
        if rule.choice == "any":
            for number, mode in _twice(case.mode for case in rule.cases):
                yield "policy_modes_alike", (*place, "cases", number, "mode"), mode, {"rule": rule.id}
        for number, case in enumerate(rule.cases):
            if case.mode not in OWN_MODES and case.label is None:
                yield "policy_mode_label", (*place, "cases", number, "mode"), case.mode, {"rule": rule.id}
    if isinstance(rule, Departments) and not rule.inside and not rule.outside:
        yield "policy_departments_shut", place, rule.id, {}
    if isinstance(rule, Posts):
        for position in rule.in_each:
            if rule.per != "department" or getattr(rule, position, None) is None:
                yield "policy_in_each", (*place, "in_each", position), position, {"rule": rule.id}
