"""Judges of how many go: shares, numbers, and leaders who do not all leave at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from fractions import Fraction

from rotation_planner.audit.case import Case, finding, nothing_to_judge, summed_up, verdict_of
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Count, KeepLeader, MovingSet, People, ShareRule
from rotation_planner.policy.selectors import Selector
from rotation_planner.policy.wording import as_percent
from rotation_planner.words import say

Group = tuple[Hashable, ...]


def rounded(number: Fraction, rounding: str) -> int:
    """A share of a number of people as a whole number of people."""
    if rounding == "up":
        return math.ceil(number)
    if rounding == "down":
        return math.floor(number)
    return math.floor(number + Fraction(1, 2))


def could_move(case: Case, counted: MovingSet, where: Selector | None) -> Callable[[int], bool]:
    """Whether a person is of a moving set by the facts: who they are and the school they would leave."""
    inside, who = case.asking.person(where), case.asking.person(counted.moving)
    leaves = case.asking.school(counted.from_)
    return lambda person: who(person) and inside(person) and leaves(case.books.at[person])


def members(case: Case, counted: People | MovingSet, where: Selector | None) -> list[int]:
    """The people of a set whose present school is inside ``where``."""
    if isinstance(counted, People):
        who, inside = case.asking.person(counted.people), case.asking.person(where)
        return [person for person in case.books.people if who(person) and inside(person)]
    could, enters = could_move(case, counted, where), case.asking.school(counted.to)
    return [person for person, move in case.moves.items() if could(person) and enters(move.entered)]


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


def judge_share(case: Case, rule: ShareRule) -> Iterator[Finding]:
    """In each group the counted people are at least / at most the share of the others, each number told."""
    over = case.grouped(members(case, rule.over, rule.where), rule.per)
    counted = case.grouped(members(case, rule.numerator, rule.where), rule.per)
    groups = sorted({*over, *counted}, key=lambda group: tuple(str(each) for each in group))
    if not groups:
        yield nothing_to_judge(rule)
        return
    share, floor = (rule.at_least, True) if rule.at_least is not None else (rule.at_most, False)
    if share is None:
        raise TypeError(rule)
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
    """A share as a reader expects it, to a tenth of a percent; a dash of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else say("audit.dash")


def judge_count(case: Case, rule: Count) -> Iterator[Finding]:
    """In each group that has people of the set, the number that moves lies within its limits."""
    could = could_move(case, rule.of, rule.where)
    groups: list[Group] = [()]
    if rule.per:
        groups = list(case.grouped((person for person in case.books.people if could(person)), rule.per))
    if not groups:
        yield nothing_to_judge(rule)
        return
    counted = case.grouped(members(case, rule.of, rule.where), rule.per)
    for group in groups:
        number, name = len(counted.get(group, ())), group_name(case, rule.per, group)
        low, high = rule.at_least, rule.at_most
        missing = max((low or 0) - number, 0 if high is None else number - high, 0)
        required = [] if low is None else [say("audit.at_least", number=low)]
        required += [] if high is None else [say("audit.at_most", number=high)]
        asked = say("audit.list_separator").join(required)
        yield finding(
            rule, verdict_of(missing == 0), say("audit.count", scope=name, number=number, required=asked),
            scope=name, required=asked, found=number, people=case.ids(counted.get(group, ())), amount=missing,
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
        if all(person in case.moves for person in people):
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
