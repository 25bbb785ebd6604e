"""Populations, scores and duties that are defined by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rotation_planner.policy.fields import mentions_in
from rotation_planner.policy.kinds import Bar, Defer, Duty, Phase
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.scores import SCORE_PREFIX
from rotation_planner.policy.selectors import InPopulation, OnDue, OnDuty, OnEligible
from rotation_planner.policy.walking import Finding, Place, parts


def _named(part: Any) -> set[str]:
    """What a part needs to be known before it: ``population:``, ``score:``, ``facts:``, ``eligible:``, ``due:``."""
    found = {
        "score:" + each.name.removeprefix(SCORE_PREFIX)
        for each in mentions_in(part)
        if each.name.startswith(SCORE_PREFIX)
    }
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


def circles(policy: Policy) -> Iterator[Finding]:
    """The first thing that is defined by itself, in a circle."""
    needs: dict[str, set[str]] = {}
    places: dict[str, Place] = {}
    for key, population in policy.populations.items():
        needs["population:" + key], places["population:" + key] = _named(population.who), ("populations", key)
    for key, score in policy.scores.items():
        needs["score:" + key], places["score:" + key] = _named((score.items, score.reset)), ("scores", key)
    bars = {name for each in policy.of(Bar) for name in _named(each.who)}
    for number, rule in enumerate(policy.rules):
        if isinstance(rule, Duty):
            deferrals = [each.when for each in policy.of(Defer) if not each.duties or rule.id in each.duties]
            phases = [(each.over, each.order) for each in policy.of(Phase) if each.duty == rule.id]
            needs["facts:" + rule.id] = _named((rule.who, rule.stay, rule.unless))
            needs["eligible:" + rule.id] = {"facts:" + rule.id} | bars | _named(tuple(deferrals))
            needs["due:" + rule.id] = {"eligible:" + rule.id} | _named(tuple(phases))
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
