"""What is set anew from year to year: the tiers of the schools, and how far a phased school has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Phase
from rotation_planner.policy.policy import Policy
from rotation_planner.words import say
from rotation_planner.years.assumptions import Tiers
from rotation_planner.years.frames import own_column, put, with_column

if TYPE_CHECKING:
    from rotation_planner.run.scenario import Scenario
    from rotation_planner.years.planning import Ahead

BEGUN, CALLED = "begun", "called"


def set_tiers(
    schools: pd.DataFrame, backbone: Array, everyone: Array, scope: Array, year: int, how: Tiers
) -> tuple[pd.DataFrame, int]:
    """The schools with the tiers of that year, and how many change.

    ``backbone``, ``everyone``: people per school among whom the share is counted; ``scope``: which schools are ranked.

    Raises:
        InputError: the table given names a school that is not there.
    """
    tier = schools["tier"].to_numpy(object).copy()
    known = {code: row for row, code in enumerate(schools["school_id"].tolist())}
    given = how.given.get(year, {})
    unknown = [
        Problem(Severity.ERROR, "assume_school", "tiers", None, f"tiers.given.{year}", each)
        for each in given
        if each not in known
    ]
    if unknown:
        raise InputError(unknown)
    if how.every is not None and how.first is not None and year >= how.first and (year - how.first) % how.every == 0:
        rows = np.flatnonzero(scope)
        share = backbone[rows] / np.maximum(everyone[rows], 1)
        ranked = rows[np.lexsort((schools["school_id"].to_numpy(object)[rows].astype(str), -share))]
        high = len(rows) * how.quality.numerator // how.quality.denominator
        low = len(rows) * how.weak.numerator // how.weak.denominator
        tier[ranked] = "general"
        tier[ranked[len(rows) - low :]] = "weak"
        tier[ranked[:high]] = "quality"
    for code, each in given.items():
        tier[known[code]] = each
    changed = int((tier != schools["tier"].to_numpy(object)).sum())
    schools = schools.copy()
    put(schools, "tier", np.arange(len(schools)), tier)
    return schools, changed


def carry_phases(
    schools: pd.DataFrame, policy: Policy, standing: Standing, next_year: int
) -> tuple[pd.DataFrame, dict[str, Any], int, int]:
    """The schools with the year in which each began to be phased, and the change of the policy's rule that reads it.

    A school that is phased this year goes on next year unless this was the last of its years. Returned besides: the
    change of the rules by id, how many schools go on, and how many are done.
    """
    schools = schools.copy()
    changes: dict[str, Any] = {}
    going, done = 0, 0
    this_year = standing.facts.district.as_of.year
    for rule in policy.of(Phase):
        if rule.begun is None:
            schools, heading = with_column(schools, BEGUN)
            changes[rule.id] = {"begun": heading}
        else:
            heading = rule.begun
        told = schools[heading].tolist()
        if rule.called is not None and rule.called in schools.columns:  # the number was this year's
            put(schools, rule.called, np.arange(len(schools)), "" if schools[rule.called].dtype == "str" else np.nan)
        phased = phased_schools(rule, standing)
        cells = []
        for school, each in enumerate(told):
            left = rule.years_left(each, this_year)
            first = this_year - (rule.years - left) if left is not None else this_year
            goes_on = bool(phased[school]) and rule.years_left(first, next_year) is not None
            done += bool(phased[school]) and not goes_on
            going += goes_on
            cells.append(str(first) if goes_on else "")
        put(schools, heading, np.arange(len(schools)), np.array(cells, dtype=object))
    return schools, changes, going, done


def phased_schools(rule: Phase, standing: Standing) -> Array:
    """Which schools are phased this year: bool per school."""
    facts = standing.facts
    schools = len(facts.district.schools)
    if rule.duty not in standing.eligible:
        return np.zeros(schools, bool)
    many = np.bincount(facts.school[standing.eligible[rule.duty]], minlength=schools)
    of_all = np.bincount(facts.school[standing.selecting.people(rule.over)], minlength=schools)
    phased: Array = many * rule.many.denominator > of_all * rule.many.numerator
    if rule.begun is not None:
        told = facts.of_schools(rule.begun).tolist()
        phased |= np.array([rule.years_left(each, facts.district.as_of.year) is not None for each in told], bool)
    return phased


def call_more(scenario: Scenario, ahead: Ahead) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The schools with the numbers that the programme of the years calls this year, where these are more than the rules
    call, and the change of the rules that read them (none where no school calls more)."""
    schools, policy, standing = scenario.district.schools, scenario.policy, ahead.standing
    rules = [rule for rule in policy.of(Phase) if rule.id in ahead.programme.called]
    changes: dict[str, Any] = {}
    for rule in rules:
        own = np.bincount(standing.facts.school[standing.due[rule.duty]], minlength=len(schools))
        number = ahead.programme.called[rule.id]
        more = (number > own) & phased_schools(rule, standing)
        if not more.any():
            continue
        heading = rule.called or own_column(schools, CALLED) + (f"-{rule.id}" if len(rules) > 1 else "")
        cells = np.array([str(each) if asked else "" for each, asked in zip(number, more, strict=True)], dtype=object)
        schools = schools.assign(**{heading: pd.Series(cells, index=schools.index, dtype="str")})
        if rule.called is None:
            changes[rule.id] = {"called": heading}
        else:
            changes.setdefault(rule.id, {"called": heading})
    return schools, changes


def retitled(text: str, before: int, after: int) -> str:
    """A title or number that names the year, naming the next one."""
    return text.replace(str(before), str(after))


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of rules by id on top of others."""
    both = dict(old)
    for key, value in new.items():
        before = both.get(key)
        both[key] = {**before, **value} if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return both


def listed(words: list[str]) -> str:
    """Words in a row."""
    return say("policy.list_separator").join(words)
