"""Tiny districts and policies drawn at random, over every rule kind and its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from districts import tiny_district, tiny_policy
from drawn_rules import (
    BACKBONE,
    BINDING,
    EVERYONE,
    EXEMPTIONS,
    SCORES,
    VERDICTS,
    WOMEN,
    Draw,
    departments,
    who_goes,
)
from hypothesis import strategies as st
from worlds import LARGEST, World


def _school(draw: Draw) -> dict[str, Any]:
    return {
        "tier": draw(st.sampled_from(["quality", "general", "weak"])),
        "location": draw(st.sampled_from(["urban", "rural", "town"])),
        "stages": draw(st.sampled_from(["primary", "primary", "primary;junior", "junior"])),
        "zone": draw(st.sampled_from(["东", "西", ""])),
        "group": draw(st.sampled_from(["", "甲"])),
        "headcount_limit": draw(st.integers(1, 4)),
        "principal_posts": draw(st.sampled_from(["", 0, 1])),
        "deputy_posts": draw(st.sampled_from(["", 0, 1, 2])),
        "senior_posts": draw(st.sampled_from(["", 0, 1, 2])),
        "intermediate_posts": draw(st.sampled_from(["", 1, 2])),
        "students": draw(st.sampled_from(["", 50, 120])),
        "partner": draw(st.sampled_from(["", "A", "B；C"])),
        "skills": draw(st.sampled_from(["", "棋", "棋、琴"])),
        "latitude": 39.0,
        "longitude": draw(st.sampled_from([121.5, 121.55, 121.7])),
    }


def _person(draw: Draw, schools: list[str]) -> dict[str, Any]:
    bare = draw(st.integers(0, 7)) == 0
    told = {
        "at": draw(st.sampled_from(schools)),
        "years": draw(st.sampled_from([9, 9, 10, 3])),
        "career_years": draw(st.sampled_from([15, 20])),
        "age": draw(st.sampled_from([40, 45, 50])),
        "sex": draw(st.sampled_from("FM")),
        "backbone": draw(st.sampled_from(["", "county", "city"])),
        "title": draw(st.sampled_from(["intermediate", "senior", "professor"])),
        "position": "support"
        if bare
        else draw(st.sampled_from(["teacher", "teacher", "deputy_principal", "principal"])),
        "subject": "" if bare else draw(st.sampled_from(["语文", "语文", "数学"])),
        "stage": "" if bare else "primary",
        "full_time": "" if draw(st.integers(0, 4)) else False,
        "skills": draw(st.sampled_from(["", "棋", "琴"])),
    }
    if draw(st.booleans()):
        told |= {"home_latitude": 39.0, "home_longitude": draw(st.sampled_from([121.5, 121.66]))}
    if not bare and draw(st.integers(0, 3)) == 0:
        told["other_subjects"] = "数学"
    if not bare and draw(st.integers(0, 3)) == 0:
        told["other_stages"] = "junior"
    return told


def _tables(draw: Draw, schools: list[str], staff: list[str]) -> dict[str, list[dict[str, Any]]]:
    def rows(most: int, build: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
        return [build() for _ in range(draw(st.integers(0, most)))]

    person, school = (lambda: draw(st.sampled_from(staff))), (lambda: draw(st.sampled_from(schools)))
    pins: dict[str, dict[str, Any]] = {}
    for row in rows(2, lambda: {"staff_id": person(), "verdict": draw(st.sampled_from(VERDICTS)),
                                "school_id": draw(st.sampled_from(["", *schools]))}):  # fmt: skip
        pins[row["staff_id"]] = row | ({} if row["verdict"] in ("to", "not_to") else {"school_id": ""})
    tables = {
        "pins": list(pins.values()),
        "exemptions": rows(2, lambda: {"staff_id": person(), "kind": draw(st.sampled_from(EXEMPTIONS))}),
        "applications": [
            {"staff_id": each, "rank": rank, "school_id": "" if zone else school(), "zone": zone}
            for each in draw(st.lists(st.sampled_from(staff), max_size=2, unique=True))
            for rank, zone in enumerate(draw(st.sampled_from([[""], ["东"], ["", "西"]])), start=1)
        ],
        "relatives": [
            {"staff_id": one, "relative_id": other, "kinship": draw(st.sampled_from(["spouse", "sibling"]))}
            for one, other in ((person(), person()) for _ in range(draw(st.integers(0, 2))))
            if one != other
        ],
        "history": rows(2, lambda: {"staff_id": person(), "school_id": school(), "kind": "post",
                                    "start": "2019-09-01", "end": draw(st.sampled_from(["2021-08-31", "2024-08-31"]))}),
        "distances": [
            {"from_school": a, "to_school": b, "km": draw(st.sampled_from([3.5, 10, 10.5, 30]))}
            for a in schools for b in schools if a < b and draw(st.booleans())
        ],
    }  # fmt: skip
    if draw(st.booleans()):
        number = st.integers(0, 2)
        limit = st.sampled_from(["", 0, 1, 2, 3])
        tables["demand"] = [
            {"school_id": each, "stage": stage, "subject": subject, "required": draw(number), "minimum": draw(limit),
             "maximum": draw(limit)}
            for each in schools for stage in ("primary", "junior") for subject in ("语文", "数学")
            if draw(st.integers(0, 3))
        ]  # fmt: skip
    return tables


GOALS: list[dict[str, Any]] = [
    {"kind": "place_due", "weight": 1},
    {"kind": "shortage", "weight": 1},
    {"kind": "extra_moves", "weight": 2},
    {"kind": "moves", "weight": "1/2"},
    {"kind": "overstaffing", "weight": 2},
    {"kind": "evenness", "weight": 3, "of": BACKBONE, "over": EVERYONE},
    {"kind": "evenness", "weight": 1, "of": WOMEN, "over": {"field": "full_time", "is": True}},
    {"kind": "wishes", "weight": 1, "ranks": [0, 5], "other": 9},
    {"kind": "wishes", "weight": 2, "ranks": [4, 1], "other": 2},
    {"kind": "distance", "weight": "0.1", "unknown": 7},
    {"kind": "distance", "weight": 1, "unknown": 3, "of": "home", "who": WOMEN},
    {"kind": "place_due", "weight": 1, "who": WOMEN},
    {"kind": "points_left", "weight": 1, "who": WOMEN, "score": "merit"},
    {"kind": "per_pupils", "weight": 2, "of": BACKBONE, "per_hundred": 1},
]


UNRANKED = ("route", "kin", "swap", "together", "merit", "rounds")


@st.composite
def worlds(draw: Draw, *, goals: bool = False) -> World:
    """A world of three or four schools and three to six people, some with departments; with ``goals`` also levels and
    ranked wishes."""
    schools = list("ABCD")[: draw(st.integers(3, 4))]
    staff = {each: _person(draw, schools) for each in "pqrstu"[: draw(st.integers(3, 6))]}
    tables = _tables(draw, schools, list(staff))
    built = {each: _school(draw) for each in schools}
    rules = who_goes(draw)
    if draw(st.integers(0, 3)) == 0:
        for each in staff.values():
            each["department"] = draw(st.sampled_from(["", "甲", "乙"]))
            if draw(st.integers(0, 2)) == 0:
                each["reports_to"] = draw(st.sampled_from(list(staff)))
        rules += departments(draw)
    kinds = draw(st.lists(st.sampled_from(list(BINDING)), min_size=1, max_size=4))
    levels = draw(st.integers(1, 3)) if goals else 0
    for number, kind in enumerate(kinds):
        if kind == "modes" and kind in kinds[:number]:  # a pack has one of these
            continue
        rule = {"id": f"rule-{number}", "kind": kind, **BINDING[kind](draw)}
        if goals and kind not in ("qualification", "modes", "departments") and draw(st.booleans()):
            ranks = [None] if kind in UNRANKED else [None, *range(1, levels + 1)]
            rule |= {"force": "should", "rank": draw(st.sampled_from(ranks)), "weight": 3}
        rules.append(rule)
    asked = None
    if goals:
        asked = [
            {"id": f"level-{level}", "terms": draw(st.lists(st.sampled_from(GOALS), min_size=1, max_size=2))}
            for level in range(levels)
        ]
    policy = tiny_policy(*rules, goals=asked, anyone=False, scores=SCORES)
    number = draw(st.sampled_from([None, 3]))
    while True:
        district = tiny_district(built, staff, **tables)
        world = World(district, policy, number)
        if world.size() <= LARGEST or len(staff) == 1:
            return world
        gone = list(staff)[-1]
        del staff[gone]
        tables = {
            key: [row for row in rows if gone not in (row.get("staff_id"), row.get("relative_id"))]
            for key, rows in tables.items()
        }
