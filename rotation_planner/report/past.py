"""The backbone's flow in past years, as far as the posts of today's staff tell it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from rotation_planner.policy.kinds import ReverseFlow
from rotation_planner.report.turnover import Turnover

YEARS, FEWEST_YEARS = 10, 3
HIGH, LOW = ("quality",), ("general", "weak")


@dataclass(frozen=True)
class YearFlow:
    """The backbone's moves that began in one school year, which is named by the year it begins in.

    ``down``: from high to low tiers; ``out``: out of low tiers to anywhere; ``up``: of those, to high tiers;
    ``total``: all moves between schools of the district.
    """

    year: int
    down: int
    out: int
    up: int
    total: int
    planned: bool = False


def trend(turnover: Turnover, rule_id: str = "") -> list[YearFlow]:
    """The flow of the last ``YEARS`` school years that ended, and of the plan; empty where the data do not tell.

    A move is a person's change from one post to the next (of ``history``, and the present school since the day it was
    joined), and every exchange, support teaching or attachment away from the post held that day, between schools that
    are both named in the data. The tier is the record's, today's where it gives none. Someone counts who belongs to the
    rule's people today and whose award is dated on or before the move. People who have left the district are not in
    the data, so early years are told short; fewer than ``FEWEST_YEARS`` years with moves are not a trend.
    """
    known = _TRENDS.setdefault(turnover, {})  # charts and pages both ask
    if rule_id not in known:
        known[rule_id] = _trend(turnover, rule_id)
    return known[rule_id]


_TRENDS: WeakKeyDictionary[Turnover, dict[str, list[YearFlow]]] = WeakKeyDictionary()


def _trend(turnover: Turnover, rule_id: str) -> list[YearFlow]:
    rules = [rule for rule in turnover.policy.of(ReverseFlow) if rule_id in ("", rule.id)]
    high, low = (rules[0].high, rules[0].low) if rules else (HIGH, LOW)
    who = turnover.standing.selecting.people(rules[0].who) if rules else turnover.backbone
    moves = _moves(turnover, np.flatnonzero(who))
    day = turnover.district.as_of
    this = day.year
    years = [_year(start, day.month, day.day) for start, *_ in moves]
    counted = []
    for year in range(this - YEARS, this):
        pairs = [(left, entered) for (_, left, entered), each in zip(moves, years, strict=True) if each == year]
        counted.append(_flow(year, pairs, high, low))
    while counted and not counted[0].total:
        counted.pop(0)
    if sum(each.total > 0 for each in counted) < FEWEST_YEARS:
        return []
    tier = turnover.of_schools("tier")
    planned = turnover.moves[who[turnover.moves["person"].to_numpy()]]
    pairs = [(tier[a], tier[b]) for a, b in zip(planned["source"], planned["target"], strict=True)]
    return [*counted, _flow(this, pairs, high, low, planned=True)]


def _flow(
    year: int, pairs: list[tuple[str, str]], high: tuple[str, ...], low: tuple[str, ...], planned: bool = False
) -> YearFlow:
    down = sum(left in high and entered in low for left, entered in pairs)
    out = sum(left in low for left, _ in pairs)
    up = sum(left in low and entered in high for left, entered in pairs)
    return YearFlow(year, down, out, up, len(pairs), planned)


def _year(start: pd.Timestamp, month: int, day: int) -> int:
    """The school year a day lies in: it begins on the day of the year to which the plan counts."""
    return start.year if (start.month, start.day) >= (month, day) else start.year - 1


def _moves(turnover: Turnover, people: np.ndarray) -> list[tuple[pd.Timestamp, str, str]]:
    """Day, tier left and tier entered of every past move of these people under an award they had by then."""
    district = turnover.district
    tier = dict(zip(district.schools["school_id"], district.schools["tier"], strict=True))
    staff = district.staff.iloc[people]
    posts: dict[str, list[tuple[pd.Timestamp, str, str]]] = {each: [] for each in staff["staff_id"]}
    away: list[tuple[str, pd.Timestamp, str, str]] = []
    columns = (district.history[c] for c in ("staff_id", "school_id", "tier", "start", "kind"))
    for staff_id, school, kind_of_tier, start, kind in zip(*columns, strict=True):
        if staff_id in posts and start == start:
            record = (start, school, kind_of_tier or tier.get(school, ""))
            if kind == "post":
                posts[staff_id].append(record)
            else:
                away.append((staff_id, *record))
    since = dict(zip(staff["staff_id"], staff["backbone_since"], strict=True))
    for staff_id, school, joined in zip(staff["staff_id"], staff["school_id"], staff["joined_school"], strict=True):
        if joined == joined:
            posts[staff_id].append((joined, school, tier.get(school, "")))
        posts[staff_id].sort(key=lambda each: each[0])
    found = [
        (staff_id, later[0], earlier, later) for staff_id, held in posts.items() for earlier, later in pairwise(held)
    ]
    for staff_id, start, school, there in away:
        home = [each for each in posts[staff_id] if each[0] <= start]
        if home:
            found.append((staff_id, start, home[-1], (start, school, there)))
    return [
        (start, left[2], entered[2])
        for staff_id, start, left, entered in found
        if left[1] and entered[1] and left[1] != entered[1] and since[staff_id] == since[staff_id]
        and since[staff_id] <= start
    ]  # fmt: skip
