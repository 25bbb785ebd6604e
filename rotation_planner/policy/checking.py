"""What the schema cannot see: names that lead nowhere, circles, and rules that contradict the shape of a pack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from rotation_planner.policy.kinds import (
    Bar,
    Defer,
    Duty,
    Experience,
    Kin,
    Modes,
    Phase,
    Pins,
    Qualification,
    RouteRule,
    Scope,
    TierLimit,
    Volunteer,
)
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import InPopulation, OnDue, OnDuty, OnEligible
from rotation_planner.words import say

Finding = tuple[str, tuple[int | str, ...], str, dict[str, Any]]
MUST_ONLY = (Scope, Duty, Phase, Defer, Bar, Volunteer, Pins, Qualification, Modes)  # who and what may be at all
UNRANKED = (RouteRule, Kin, TierLimit, Experience)  # as wishes only measured, no goal level can pay for them
PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\}")


def parts(value: Any, place: tuple[int | str, ...] = ()) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    """Every part of a policy with its place, parents before children."""
    yield place, value
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from parts(getattr(value, name), (*place, info.alias or name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from parts(each, (*place, key))
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from parts(each, (*place, number))


def lookup(rule: BaseModel, path: str) -> Any:
    """The value of a dotted parameter of a rule.

    Raises:
        KeyError: the rule has no such parameter.
    """
    value: Any = rule
    for step in path.split("."):
        if isinstance(value, tuple) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
            continue
        fields = (
            {info.alias or name: name for name, info in type(value).model_fields.items()}
            if isinstance(value, BaseModel)
            else {}
        )
        if step not in fields:
            raise KeyError(path)
        value = getattr(value, fields[step])
    return value


def contradictions(policy: Policy) -> Iterator[Finding]:
    """What is wrong across the parts of a policy: code, place, value, values for the sentence."""
    yield from _ids(policy)
    yield from _names(policy)
    yield from _circles(policy)
    for number, rule in enumerate(policy.rules):
        for language in ("zh", "en"):
            for name in PLACEHOLDER.findall(rule.words[language]):
                try:
                    lookup(rule, name)
                except KeyError:
                    yield "policy_placeholder", ("rules", number, "words", language), name, {"rule": rule.id}
        if rule.force == "should" and isinstance(rule, MUST_ONLY):
            yield "policy_must_only", ("rules", number, "force"), rule.kind, {"rule": rule.id}
        if rule.rank is not None and isinstance(rule, UNRANKED):
            yield "policy_no_rank", ("rules", number, "rank"), rule.kind, {"rule": rule.id}
        if rule.rank is not None and rule.rank > len(policy.goals):
            yield "policy_rank", ("rules", number, "rank"), str(rule.rank), {"levels": len(policy.goals)}


def _ids(policy: Policy) -> Iterator[Finding]:
    seen: set[str] = set()
    for part, entries in (("rules", policy.rules), ("goals", policy.goals)):
        for number, entry in enumerate(entries):
            if entry.id in seen:
                yield "policy_duplicate_id", (part, number, "id"), entry.id, {}
            seen.add(entry.id)
    scopes = [number for number, rule in enumerate(policy.rules) if isinstance(rule, Scope) and rule.enabled]
    if len(scopes) != 1:
        yield "policy_one_scope", ("rules", *scopes[1:2]), str(len(scopes)), {}
    phased: set[str] = set()
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, Phase) and rule.enabled:
            if rule.duty in phased:
                yield "policy_phased_twice", ("rules", number, "duty"), rule.duty, {}
            phased.add(rule.duty)


def _names(policy: Policy) -> Iterator[Finding]:
    duties = {rule.id for rule in policy.rules if isinstance(rule, Duty)}
    for place, part in parts(policy):
        if isinstance(part, InPopulation) and part.population not in policy.populations:
            known = {"known": say("policy.list_separator").join(policy.populations)}
            yield "policy_unknown_population", (*place, "population"), part.population, known
        named: tuple[str, ...] = ()
        if isinstance(part, OnDuty):
            named = (part.meets,)
        elif isinstance(part, OnEligible):
            named = part.eligible
        elif isinstance(part, OnDue):
            named = part.due
        elif isinstance(part, Phase):
            named = (part.duty,)
        elif isinstance(part, Defer) or getattr(part, "kind", None) == "place_due":
            named = part.duties
        for name in named:
            if name not in duties:
                yield "policy_unknown_duty", place, name, {"known": say("policy.list_separator").join(sorted(duties))}


def _circles(policy: Policy) -> Iterator[Finding]:
    """Populations and duties that are defined by themselves."""
    needs: dict[str, set[str]] = {}
    places: dict[str, tuple[int | str, ...]] = {}
    deferrals = {rule.id: rule for rule in policy.of(Defer)}

    def named(part: Any) -> set[str]:
        found: set[str] = set()
        for _, each in parts(part):
            if isinstance(each, InPopulation):
                found.add("population:" + each.population)
            elif isinstance(each, OnDuty):
                found.add("facts:" + each.meets)
            elif isinstance(each, OnEligible):
                found.update("eligible:" + name for name in each.eligible)
            elif isinstance(each, OnDue):
                found.update("due:" + name for name in each.due)
        return found

    for key, population in policy.populations.items():
        needs["population:" + key], places["population:" + key] = named(population.who), ("populations", key)
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, Duty):
            bars = {
                name
                for each in deferrals.values()
                if not each.duties or rule.id in each.duties
                for name in named(each.when)
            }
            phases = {name for each in policy.of(Phase) if each.duty == rule.id for name in named(each.over)}
            needs["facts:" + rule.id] = named((rule.who, rule.stay, rule.unless))
            needs["eligible:" + rule.id] = {"facts:" + rule.id} | bars
            needs["due:" + rule.id] = {"eligible:" + rule.id} | phases
            for stage in ("facts:", "eligible:", "due:"):
                places[stage + rule.id] = ("rules", number)
    done: set[str] = set()

    def circular(name: str, path: tuple[str, ...]) -> bool:
        if name in path:
            return True
        if name in done or name not in needs:
            return False
        if any(circular(each, (*path, name)) for each in sorted(needs[name])):
            return True
        done.add(name)
        return False

    for name in needs:
        if circular(name, ()):
            yield "policy_circle", places[name], name.split(":", 1)[1], {}
            return
