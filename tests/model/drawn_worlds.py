"""Tiny districts and policies drawn at random, over every rule kind and its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from districts import tiny_district, tiny_policy
from hypothesis import strategies as st
from worlds import LARGEST, World

EVERYONE = {"everyone": True}
BACKBONE = {"field": "backbone", "blank": False}
WOMEN = {"field": "sex", "is": "F"}
LONG = {"stay": "school", "at_least": 9}
SETS = st.sampled_from([EVERYONE, BACKBONE, WOMEN, {"not": WOMEN}, {"field": "title", "at_least": "senior"}])
SCHOOLS = st.sampled_from(
    [
        EVERYONE,
        {"field": "location", "is": "rural"},
        {"field": "tier", "is": "weak"},
        {"not": {"field": "zone", "is": "东"}},
    ]
)
PER = st.sampled_from([[], ["school_id"], ["school_id", "subject"], ["school.tier"], ["position"], ["school.zone"]])
SHARE = st.sampled_from(["15%", "1/3", "40%", "50%", "2/3"])
ROUND = st.sampled_from([None, "up", "down", "half_up"])

Draw = Callable[[Any], Any]


def _moving(draw: Draw) -> dict[str, Any]:
    told: dict[str, Any] = {"moving": draw(SETS)}
    for end in ("from", "to"):
        if draw(st.booleans()) and draw(st.booleans()):
            told[end] = draw(SCHOOLS)
    return told


def _share(draw: Draw) -> dict[str, Any]:
    over_people = draw(st.booleans())
    told: dict[str, Any] = {"over": {"people": draw(SETS)} if over_people else _moving(draw), "per": draw(PER)}
    if not over_people or draw(st.booleans()):
        told["of"] = _moving(draw)
    told[draw(st.sampled_from(["at_least", "at_most"]))] = draw(SHARE)
    told["round"], told["allow"] = draw(ROUND), draw(st.integers(0, 1))
    if draw(st.booleans()):
        told["where"] = {"field": "school.location", "is": "urban"}
    return told


def _count(draw: Draw) -> dict[str, Any]:
    told = {"of": _moving(draw), "per": draw(PER)}
    if draw(st.booleans()):
        told["at_least"] = draw(st.integers(0, 2))
    if "at_least" not in told or draw(st.booleans()):
        told["at_most"] = draw(st.integers(told.get("at_least", 0), 2))
    return told


def _posts(draw: Draw) -> dict[str, Any]:
    how = st.sampled_from([None, "within", "filled"])
    return {"principal": draw(how), "deputy_principal": draw(how)}


def _titles(draw: Draw) -> dict[str, Any]:
    groups = [{"titles": ["senior", "professor"], "posts": "senior_posts"}]
    if draw(st.booleans()):
        groups.append({"titles": ["intermediate"], "posts": "intermediate_posts"})
    return {"groups": groups, "reserve": draw(st.integers(0, 1))}


ROUTES = st.sampled_from(
    [
        {"same": "zone"},
        {"km": True, "at_most": 10},
        {"km": True, "blank": True},
        {"any": [{"to": "tier", "is": "weak"}, {"person": WOMEN}]},
        {"all": [{"from": "location", "is": "rural"}, {"to": "location", "is": "urban"}]},
        {"not": {"same": "group"}},
        {"person": BACKBONE},
    ]
)


def _route(draw: Draw) -> dict[str, Any]:
    told = {draw(st.sampled_from(["allow", "forbid"])): draw(ROUTES)}
    if draw(st.booleans()):
        told["who"] = draw(SETS)
    return told


def _order(draw: Draw) -> dict[str, Any]:
    within = st.sampled_from([["school_id"], ["school_id", "subject"], ["position"], ["sex"]])
    by = st.sampled_from([["joined_school", "hired_on", "birth_date"], ["birth_date"], ["hired_on", "joined_school"]])
    told = {"who": draw(SETS), "within": draw(within), "by": draw(by)}
    if draw(st.booleans()):
        told["unless"] = {"any": [{"applied": True}, {"pinned": ["move", "to"]}]}
    return told


def _reverse_flow(draw: Draw) -> dict[str, Any]:
    told = {
        "who": draw(st.sampled_from([BACKBONE, EVERYONE])),
        "reading": draw(st.sampled_from(["strict", "to_high", "per_school"])),
    }
    if draw(st.booleans()):
        told |= {"high": ["quality", "general"], "low": ["weak"], "protected": ["weak", "general"]}
    return told


def _flow(draw: Draw) -> dict[str, Any]:
    return {"who": draw(SETS), "into": draw(SCHOOLS), "margin": draw(st.integers(-1, 1))}


def _modes(draw: Draw) -> dict[str, Any]:
    cases = [
        {"id": "weak", "when": {"to": "tier", "is": "weak"}, "mode": "secondment", "file_moves": False, "years": 2},
        {"id": "rest", "mode": draw(st.sampled_from(["transfer", "part_time"])), "file_moves": True},
    ]
    return {"cases": cases[: draw(st.integers(1, 2))]}


LEADERS = ["principal", "deputy_principal"]
VERDICTS = ["move", "stay", "to", "not_to"]
EXEMPTIONS = ["nursing", "illness", "sanction"]
BINDING: dict[str, Callable[[Draw], dict[str, Any]]] = {
    "share": _share,
    "count": _count,
    "keep_leader": lambda draw: {"positions": draw(st.sampled_from([LEADERS, ["deputy_principal"]]))},
    "qualification": lambda draw: {"other_subjects": draw(st.booleans()), "other_stages": draw(st.booleans())},
    "route": _route,
    "modes": _modes,
    "headcount": lambda draw: {"reserve": draw(st.integers(0, 1))},
    "subject_staffing": lambda draw: {},
    "posts": _posts,
    "title_posts": _titles,
    "kin": lambda draw: {"kinships": draw(st.sampled_from([["spouse"], ["spouse", "sibling"]]))},
    "reverse_flow": _reverse_flow,
    "flow": _flow,
    "order": _order,
}  # fmt: skip


def _who_goes(draw: Draw) -> list[dict[str, Any]]:
    """The rules of who goes at all."""
    rules: list[dict[str, Any]] = []
    everybody = draw(st.booleans())
    if everybody:
        rules.append({"id": "free", "kind": "volunteer", "who": EVERYONE})
    else:
        duty: dict[str, Any] = {"id": "nine", "kind": "duty", "who": EVERYONE, "stay": LONG}
        if draw(st.booleans()):
            duty["to"] = {"field": "location", "is": "rural"}
        rules.append(duty)
        rules.append({"id": "women", "kind": "duty", "who": {"all": [WOMEN, {"field": "age", "at_least": 45}]}})
        rules.append({"id": "willing", "kind": "volunteer", "who": {"applied": True}})
        if draw(st.booleans()):
            rules.append({"id": "parts", "kind": "phase", "duty": "nine", "over": EVERYONE, "many": "30%", "years": 2})
    if draw(st.booleans()):
        named = [] if everybody else draw(st.sampled_from([[], ["nine"], ["women"]]))
        when = {"exemption": ["nursing", "illness"]}
        rules.append(
            {"id": "spared", "kind": "defer", "when": when, "duties": named, "if_applied": draw(st.booleans())}
        )
    if draw(st.booleans()):
        rules.append({"id": "barred", "kind": "bar", "who": {"exemption": ["sanction"]}})
    if draw(st.booleans()):
        rules.append({"id": "fixed", "kind": "pins", "enabled": draw(st.sampled_from([True, True, True, False]))})
    if draw(st.booleans()):
        who = draw(st.sampled_from([EVERYONE, {"field": "full_time", "is": True}]))
        schools = draw(st.sampled_from([EVERYONE, {"not": {"field": "location", "is": "town"}}]))
        stages = draw(st.sampled_from([["primary"], ["primary", "junior"]]))
        rules.append({"id": "scope", "kind": "scope", "who": who, "schools": schools, "stages": stages})
    return rules


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
    }
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
]


@st.composite
def worlds(draw: Draw, *, goals: bool = False) -> World:
    """A world of three or four schools and three to six people; with ``goals`` also levels and ranked wishes."""
    schools = list("ABCD")[: draw(st.integers(3, 4))]
    staff = {each: _person(draw, schools) for each in "pqrstu"[: draw(st.integers(3, 6))]}
    tables = _tables(draw, schools, list(staff))
    built = {each: _school(draw) for each in schools}
    rules = _who_goes(draw)
    kinds = draw(st.lists(st.sampled_from(list(BINDING)), min_size=1, max_size=4))
    levels = draw(st.integers(1, 3)) if goals else 0
    for number, kind in enumerate(kinds):
        rule = {"id": f"rule-{number}", "kind": kind, **BINDING[kind](draw)}
        if goals and kind not in ("qualification", "modes") and draw(st.booleans()):
            ranks = [None] if kind in ("route", "kin") else [None, *range(1, levels + 1)]
            rule |= {"force": "should", "rank": draw(st.sampled_from(ranks)), "weight": 3}
        rules.append(rule)
    asked = None
    if goals:
        asked = [
            {"id": f"level-{level}", "terms": draw(st.lists(st.sampled_from(GOALS), min_size=1, max_size=2))}
            for level in range(levels)
        ]
    policy = tiny_policy(*rules, goals=asked, anyone=False)
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
