"""All plans of the scenario ``tiny``, counted from its tables alone: this search knows neither model nor judge nor
solver, finds the four values of the README, and no second plan that reaches them."""

from __future__ import annotations

import csv
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from tiny_answer import ALL_DUE, ELIGIBLE, FOLDER, GROUPS, MOVES, VALUES, judged

SCHOOLS = ("01", "02", "03", "04", "05", "06")
HIGH, RURAL = {"01", "02"}, {"05", "06"}
Moves = dict[str, str]


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader((FOLDER / f"{table}.csv").read_text("utf-8-sig").splitlines()))


STAFF = {row["工号"]: row for row in rows("staff")}
AT = {who: row["学校代码"] for who, row in STAFF.items()}
SIZE = Counter(AT.values())
LIMIT = {row["学校代码"]: int(row["编制数"]) for row in rows("schools")}
POSTS = {(row["学校代码"], title): int(row[f"{title}岗位数"]) for row in rows("schools") for title in ("高级", "中级")}
TITLED = Counter((AT[who], row["职称"]) for who, row in STAFF.items())
NEED = {(row["school_id"], row["subject"]): int(row["required"]) for row in rows("demand")}
TAUGHT = Counter((AT[who], row["任教学科"]) for who, row in STAFF.items() if row["任教学科"])
KM = {frozenset((row["from_school"], row["to_school"])): int(row["km"]) for row in rows("distances")}
BACKBONE = {who for who, row in STAFF.items() if row["骨干称号"]}
IN_SCOPE = {who for who, row in STAFF.items() if row["职务"] != "教辅工勤"}
BY_SCHOOL = {school: {who for who in ELIGIBLE["must-teacher"].split() if AT[who] == school} for school in SCHOOLS}
VOLUNTEERS = {"0204", "0308"}
WISHED = {
    "0103": {"03": 0, "02": 5}, "0104": {"03": 0, "05": 5}, "0203": {"03": 0, "04": 5, "06": 10},
    "0204": {"04": 0}, "0209": {"05": 0}, "0303": {"04": 0, "05": 0, "06": 0}, "0308": {"04": 0},
}  # fmt: skip


def within_the_subject(subject: str, moves: Moves) -> bool:
    """Staffing bounds and at most half of a subject group (one always); leaders' posts instead where none is taught."""
    change = Counter(moves.values())
    change.subtract(Counter(AT[who] for who in moves))
    if not subject:
        principals = Counter(to for who, to in moves.items() if who != "0402")
        principals.subtract(Counter(AT[who] for who in moves if who != "0402"))
        deputies = {to for who, to in moves.items() if who == "0402"}
        return not any(principals.values()) and deputies <= {"05"} and not {"0401", "0402"} <= set(moves)
    left = Counter(AT[who] for who in moves)
    for school in SCHOOLS:
        if (school, subject) not in NEED:
            if change[school]:
                return False
            continue
        today, need = TAUGHT[school, subject], NEED[school, subject]
        if not min(today, need) <= today + change[school] <= max(today, need):
            return False
        if left[school] > max(today // 2, 1):
            return False
    return not ("0108" in moves and "0107" not in moves)  # alike but for the years in school


def of_subject(subject: str) -> Iterator[Moves]:
    """Every way in which the candidates of a subject may stay or go, as far as the subject alone can tell."""
    people = GROUPS[subject]
    places = [[None, *(s for s in (("05", "06") if who == "0209" else SCHOOLS) if s != AT[who])] for who in people]
    for taken in itertools.product(*places):
        moves = {who: to for who, to in zip(people, taken, strict=True) if to is not None}
        if within_the_subject(subject, moves):
            yield moves


def allowed(moves: Moves) -> bool:
    """The rules that tie the subjects together."""
    left, entered = Counter(AT[who] for who in moves), Counter(moves.values())
    if any(left[school] > max(SIZE[school] // 4, 1) for school in SCHOOLS):
        return False
    if any(entered[school] and SIZE[school] - left[school] + entered[school] > LIMIT[school] for school in SCHOOLS):
        return False
    titled = Counter((to, STAFF[who]["职称"]) for who, to in moves.items())
    gone = Counter((AT[who], STAFF[who]["职称"]) for who in moves)
    if any(TITLED[key] - gone[key] + new > POSTS[key] for key, new in titled.items() if key in POSTS):
        return False
    if moves.get("0203") == "06":  # the spouse
        return False
    if 5 * len(BACKBONE & set(moves)) < len(moves) or 20 * len({"0101", "0401", "0402"} & set(moves)) < 3 * 3:
        return False
    for school, share in (("01", 15), ("02", 15), ("03", 15), ("04", 10), ("05", 10)):
        if 100 * len(BY_SCHOOL[school] & set(moves)) < share * len(BY_SCHOOL[school]):
            return False
    moving = [(AT[who] in HIGH, to in HIGH) for who, to in moves.items() if who in BACKBONE]
    down, out = sum(f and not t for f, t in moving), sum(not f for f, _ in moving)
    return not moving or down > out


def values_of(moves: Moves) -> tuple[int, int, int, int]:
    """The four goals, straight from the README's definitions."""
    after = {**AT, **moves}
    taught = Counter((after[who], row["任教学科"]) for who, row in STAFF.items() if row["任教学科"])
    size = Counter(after.values())
    extra = len(set(moves) - ALL_DUE - VOLUNTEERS)
    scope, backbone = Counter(after[who] for who in IN_SCOPE), Counter(after[who] for who in BACKBONE)
    uneven = sum(8 * abs(5 * backbone[school] - scope[school]) for school in SCHOOLS)  # 40 x |backbone - 0.2 scope|
    wishes = sum(WISHED[who].get(to, 30) for who, to in moves.items() if who in WISHED)
    km = sum(KM[frozenset((AT[who], to))] for who, to in moves.items())
    ranked = [(AT[who] in RURAL, to in RURAL) for who, to in moves.items() if STAFF[who]["职称"] in ("高级", "中级")]
    lost = max(sum(f and not t for f, t in ranked) - sum(t and not f for f, t in ranked), 0)
    return (
        len(ALL_DUE - set(moves)),
        sum(max(need - taught[key], 0) for key, need in NEED.items()),
        extra + 2 * sum(max(size[school] - LIMIT[school], 0) for school in SCHOOLS),
        uneven + wishes + km + 5 * lost,
    )


@cache
def by_subject() -> tuple[tuple[Moves, ...], ...]:
    return tuple(tuple(of_subject(subject)) for subject in GROUPS)


def test_no_plan_is_better_and_no_other_as_good() -> None:
    best: tuple[int, ...] = (len(ALL_DUE) + 1,)
    found: list[Moves] = []
    for parts in itertools.product(*by_subject()):
        # Whoever places fewer than the best plan so far need not be looked at any closer.
        if len(ALL_DUE) - sum(len(ALL_DUE & part.keys()) for part in parts) > best[0]:
            continue
        moves = {who: to for part in parts for who, to in part.items()}
        if not allowed(moves):
            continue
        values = values_of(moves)
        if values < best:
            best, found = values, []
        if values == best:
            found.append(moves)
    assert best == VALUES
    assert found == [{who: to for who, (to, _) in MOVES.items()}]


def test_the_search_and_the_judge_agree_on_which_plans_may_stand() -> None:
    dice, seen = random.Random(7), Counter[bool]()
    for _ in range(120):
        moves: Moves = {}
        for number, part in enumerate(by_subject()):
            keep = {who: to for who, (to, _) in MOVES.items() if who in tuple(GROUPS.values())[number]}
            moves |= keep if dice.random() < 0.6 else dice.choice(part)
        audit = judged(moves)
        assert audit.passes == allowed(moves), moves
        assert tuple(goal.value for goal in audit.goals) == pytest.approx(values_of(moves))
        seen[audit.passes] += 1
    assert min(seen[True], seen[False]) >= 10
