"""Every regime runs: its scenario is planned, the audit passes, and every rule of its pack decides something there.

A rule decides where switching it off changes who stands where, which places are open, or the plan: the goals reach
another value, or the plan made without the rule breaches it. What binds nothing must be told by the audit.
"""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from typing import Any, Literal

import numpy as np
import pytest
from source import ROOT

from rotation_planner.audit import Audit, Verdict, audit_plan
from rotation_planner.data.district import District
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import ScenarioFile, read_scenario_file
from rotation_planner.eligibility import stand
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Experience, Rule, Scope, TierLimit
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import packs, read_policy
from rotation_planner.policy.wording import plain_words
from rotation_planner.solve import solve_plan
from rotation_planner.words import speaking

SCENARIOS = ROOT / "scenarios"
OTHERS = sorted(set(packs()) - {"dalian"})  # which has its own tests, on districts of every size
REGIMES = [pack for pack in OTHERS if (SCENARIOS / pack / "scenario.yaml").is_file()]
LIMIT = 30.0


@cache
def scenario(pack: str) -> ScenarioFile:
    return read_scenario_file(SCENARIOS / pack)


@cache
def district(pack: str) -> District:
    file = scenario(pack)
    return read_district(file.data, file.as_of)[0]


@cache
def policy(pack: str, off: str | None = None) -> Policy:
    """The pack as its scenario adjusts it, one rule switched off or none."""
    adjust: dict[str, Any] = {key: dict(each) for key, each in scenario(pack).adjust.items()}
    if off is not None:
        adjust[off] = {**adjust.get(off, {}), "enabled": False}
    return read_policy(pack, adjust=adjust)


@cache
def standing(pack: str, off: str | None = None) -> Standing:
    return stand(district(pack), policy(pack, off), draw=scenario(pack).solve.draw)


@cache
def places(pack: str, off: str | None = None) -> frozenset[tuple[Any, ...]]:
    """Every open place of every candidate: person, school, department, stage and subject, way."""
    openings = Openings(policy(pack, off), standing(pack, off))
    people = np.flatnonzero(standing(pack, off).candidate)
    seats = openings.seats(people, openings.open_to(people))
    department = openings.destinations.department
    columns = (people[seats.person], seats.school, department[seats.destination], seats.way, seats.option)
    return frozenset((*rest, seats.options[option]) for *rest, option in zip(*columns, strict=True))


@cache
def judged(pack: str, off: str | None = None) -> Audit:
    """The plan made with a rule switched off, judged by the whole policy."""
    options = dataclasses.replace(scenario(pack).solve, time_limit=LIMIT)
    solution = solve_plan(district(pack), policy(pack, off), standing(pack, off), options)
    assert solution.plan is not None, solution.contradictions
    return audit_plan(district(pack), policy(pack), solution.plan, draw=options.draw)


def values(audit: Audit) -> list[tuple[str, Any]]:
    return [(goal.id, goal.value) for goal in audit.goals]


def binds(rule: Rule) -> bool:
    return not isinstance(rule, Experience | TierLimit) and (rule.force == "must" or rule.rank is not None)


RULES = [(pack, rule.id) for pack in REGIMES for rule in policy(pack).active if not isinstance(rule, Scope)]


def test_every_pack_has_its_scenario() -> None:
    assert REGIMES == OTHERS


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("pack", REGIMES)
def test_a_pack_reads_as_prose(pack: str, lang: Literal["zh", "en"]) -> None:
    """Every placeholder is filled, every rule has a short name and says its place in the law."""
    with speaking(lang):
        told = plain_words(policy(pack))
    assert not {"{", "}", "None", "Fraction"} & set(re.findall(r"[{}]|None|Fraction", told))
    assert all(rule.label and rule.source for rule in policy(pack).rules)


@pytest.mark.slow
@pytest.mark.parametrize("pack", REGIMES)
def test_a_regime_is_planned_and_passes_the_audit(pack: str) -> None:
    breaches = [each for each in judged(pack).findings if each.verdict is Verdict.BREACH]
    assert all(policy(pack).by_id[each.rule].force == "should" for each in breaches), breaches
    if standing(pack).any_due.any():
        assert judged(pack).goals[0].value < standing(pack).any_due.sum(), "nobody who is due is placed"


@pytest.mark.slow
@pytest.mark.parametrize(("pack", "rule"), [pytest.param(*each, id=":".join(each)) for each in RULES])
def test_a_rule_decides_something(pack: str, rule: str) -> None:
    told = ["standing", "due", "candidate"]
    if not standing(pack).table[told].equals(standing(pack, rule).table[told]):
        return
    if places(pack) != places(pack, rule):
        return
    if not binds(policy(pack).by_id[rule]):
        found = [each for each in judged(pack).findings if each.rule == rule]
        assert any(each.people or each.verdict is Verdict.BREACH for each in found)
        return
    without = judged(pack, rule)
    breached = any(each.verdict is Verdict.BREACH and each.rule == rule for each in without.findings)
    assert breached or values(without) != values(judged(pack))
