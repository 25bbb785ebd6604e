"""Judges of how many go: shares, numbers, and leaders who do not all leave at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

from rotation_planner.audit.case import Case, finding, nothing_to_judge, summed_up, verdict_of
from rotation_planner.audit.judges.sets import Group, Sets
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Count, KeepLeader, ShareRule
from rotation_planner.policy.wording import as_percent
from rotation_planner.words import say


def rounded(number: Fraction, rounding: str) -> int:
    """A share of a number of people as a whole number of people."""
    if rounding == "up":
        return math.ceil(number)
    if rounding == "down":
        return math.floor(number)
    return math.floor(number + Fraction(1, 2))


def group_name(case: Case, columns: tuple[str, ...], group: Group) -> str:
    """A group as a reader knows it; the district where there is but one."""
    if not columns:
        return say("audit.district")
    names = []
    for column, value in zip(columns, group, strict=True):
        if value is None:
            names.append(say("audit.blank"))
        elif column == "school_id":
            names.append(case.school(case.books.school_of[str(value)]))
        else:
            names.append(case.listed("staff", column, value))
    return say("audit.part_separator").join(names)


def in_order(groups: Iterable[Group]) -> list[Group]:
    """Groups in the order of their contents."""
    return sorted(groups, key=lambda group: tuple(str(each) for each in group))


def judge_share(case: Case, rule: ShareRule) -> Iterator[Finding]:
    """In each group the counted people are at least / at most the share of the others, each number told."""
    sets = Sets(case, rule)
    over, counted = sets.by_group(rule.over), sets.by_group(rule.numerator, rule.already)
    share, floor = (rule.at_least, True) if rule.at_least is not None else (rule.at_most, False)
    if share is None:
        raise TypeError(rule)
    groups = in_order(sets.standing() if floor and rule.where_afterwards else {*over, *counted})
    if not groups:
        yield nothing_to_judge(rule)
        return
    for group in groups:
        whole, part = len(over.get(group, ())), len(counted.get(group, ()))
        limit = rounded(share * whole, rule.rounding)
        missing = limit - part if floor else part - max(limit, rule.allow)
        limit = limit if floor else max(limit, rule.allow)
        name = group_name(case, rule.per, group)
        values = {
            "scope": name, "part": part, "whole": whole, "limit": limit,
            "share": as_percent(share), "reached": percent(part, whole),
        }  # fmt: skip
        yield finding(
            rule, verdict_of(missing <= 0), say("audit.share_floor" if floor else "audit.share_cap", **values),
            scope=name,
            required=say("audit.at_least" if floor else "audit.at_most", number=limit),
            found=say("audit.part_of", part=part, whole=whole),
            people=case.ids(counted.get(group, ())), amount=max(missing, 0),
        )  # fmt: skip


def percent(part: int, whole: int) -> str:
    """A share as a reader expects it, to a tenth of a percent, a half rounded up; a dash of nothing."""
    return f"{(2000 * part + whole) // (2 * whole) / 10:.1f}%" if whole else say("audit.dash")


def judge_count(case: Case, rule: Count) -> Iterator[Finding]:
    """In each group the number of the sets, less those taken away, lies within its limits."""
    sets = Sets(case, rule)
    added, taken = [sets.by_group(each) for each in rule.of], [sets.by_group(each) for each in rule.less]
    floors: set[Group] = {()}  # the district is one group, even when nobody is counted in it
    caps = floors
    if rule.per and rule.where_afterwards:
        floors = set(sets.standing())
        caps = floors | {group for each in (*added, *taken) for group in each}
    elif rule.per:
        floors = caps = {group for each in (*rule.of, *rule.less) for group in sets.of_the_facts(each)}
    low, high = rule.at_least, rule.at_most
    groups = in_order(floors if high is None else caps)
    if not groups:
        yield nothing_to_judge(rule)
        return
    for group in groups:
        number = sum(len(each.get(group, ())) for each in added) - sum(len(each.get(group, ())) for each in taken)
        required, missing = [], 0
        if low is not None and group in floors:
            required.append(say("audit.at_least", number=low))
            missing = max(missing, low - number)
        if high is not None:
            required.append(say("audit.at_most", number=high))
            missing = max(missing, number - high)
        asked, name = say("audit.list_separator").join(required), group_name(case, rule.per, group)
        people = {person for each in (*added, *taken) for person in each.get(group, ())}
        yield finding(
            rule, verdict_of(missing == 0), say("audit.count", scope=name, number=number, required=asked),
            scope=name, required=asked, found=number, people=case.ids(people), amount=missing,
        )  # fmt: skip


def judge_keep_leader(case: Case, rule: KeepLeader) -> Iterator[Finding]:
    """Where a school has people in each of the positions, at least one of them stays."""
    position = case.books.of_person("position")
    leaders: dict[int, list[int]] = {}
    for person in case.books.people:
        if position[person] in rule.positions:
            leaders.setdefault(case.books.at[person], []).append(person)
    breaches, checked = [], 0
    for school, people in sorted(leaders.items()):
        if len(Counter(position[person] for person in people)) < len(set(rule.positions)):
            continue
        checked += 1
        if all(case.at(person) != school for person in people):
            name = case.school(school)
            breaches.append(
                finding(
                    rule,
                    Verdict.BREACH,
                    say("audit.keep_leader", school=name, people=case.names(people)),
                    scope=name,
                    required=say("audit.at_least", number=1),
                    found=0,
                    people=case.ids(people),
                )
            )
    yield from summed_up(rule, checked, breaches, say("audit.what_schools"))
