"""Rules drawn at random, over every kind and its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

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


def _moving(draw: Draw, form: str = "moving") -> dict[str, Any]:
    told: dict[str, Any] = {form: draw(SETS)}
    for end in ("from", "to"):
        if draw(st.booleans()) and draw(st.booleans()):
            told[end] = draw(SCHOOLS)
    if draw(st.integers(0, 3)) == 0:
        told["along"] = draw(ROUTES)
    return told


def _decided(draw: Draw) -> dict[str, Any]:
    """A set of the decision, of any form."""
    form = draw(st.sampled_from(["moving", "moving", "arriving", "staying", "after"]))
    return _moving(draw, form) if form in ("moving", "arriving") else {form: draw(SETS)}


def _where(draw: Draw) -> dict[str, Any]:
    return {"where": {"field": "school.location", "is": "urban"}} if draw(st.booleans()) else {}


def _share(draw: Draw) -> dict[str, Any]:
    over_people = draw(st.booleans())
    told: dict[str, Any] = {"over": {"people": draw(SETS)} if over_people else _decided(draw), "per": draw(PER)}
    if not over_people or draw(st.booleans()):
        told["of"] = _decided(draw)
    if "moving" in told.get("of", {"moving": 1}) and draw(st.integers(0, 3)) == 0:
        told["already"] = BACKBONE
    told[draw(st.sampled_from(["at_least", "at_most"]))] = draw(SHARE)
    told["round"], told["allow"] = draw(ROUND), draw(st.integers(0, 1))
    return told | _where(draw)


def _count(draw: Draw) -> dict[str, Any]:
    told: dict[str, Any] = {"of": [_decided(draw) for _ in range(draw(st.integers(1, 2)))], "per": draw(PER)}
    if draw(st.integers(0, 2)) == 0:
        told["less"] = [_decided(draw)]
    if draw(st.booleans()):
        told["at_least"] = draw(st.integers(0, 2))
    if "at_least" not in told or draw(st.booleans()):
        told["at_most"] = draw(st.integers(told.get("at_least", 0), 2))
    return told | _where(draw)


def _posts(draw: Draw) -> dict[str, Any]:
    how = st.sampled_from([None, "within", "filled"])
    told: dict[str, Any] = {"principal": draw(how), "deputy_principal": draw(how)}
    if draw(st.integers(0, 2)) == 0:
        told["ranks"] = [{"who": BACKBONE, "posts": draw(st.sampled_from([None, "senior_posts"])), "how": "filled"}]
    return told


def _titles(draw: Draw) -> dict[str, Any]:
    groups = [{"titles": ["senior", "professor"], "posts": "senior_posts"}]
    if draw(st.booleans()):
        groups.append({"titles": ["intermediate"], "posts": "intermediate_posts"})
    return {"groups": groups, "reserve": draw(st.integers(0, 1))}


ROUTES = st.sampled_from(
    [
        {"home_km": True, "at_most": 8},
        {"nearer": "home"},
        {"kin_km": ["spouse", "sibling"], "at_most": 10},
        {"nearer": "kin", "kinships": ["spouse", "sibling"]},
        {"partners": "partner"},
        {"fits": "skills", "needs": "skills"},
        {"been": True, "within_years": 5},
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


BY = st.sampled_from(
    [
        ["joined_school", "hired_on", "birth_date"],
        ["birth_date"],
        [{"those": WOMEN}, "hired_on"],
        [{"field": "title", "first": "largest"}, {"stay": {"in": "school"}, "first": "smallest"}],
        [{"field": "score.merit", "first": "largest"}],
    ]
)
SCORES = {"merit": {"items": [{"id": "years", "of": {"stay": {"in": "school"}}, "each": "0.5"},
                              {"id": "women", "who": WOMEN, "points": 1}]}}  # fmt: skip


def _order(draw: Draw) -> dict[str, Any]:
    within = st.sampled_from([["school_id"], ["school_id", "subject"], ["position"], ["sex"]])
    told = {"who": draw(SETS), "within": draw(within), "by": draw(BY)}
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
    cases: list[dict[str, Any]] = [
        {"id": "weak", "when": {"to": "tier", "is": "weak"}, "mode": "secondment", "file_moves": False, "years": 2},
        {"id": "rest", "mode": draw(st.sampled_from(["transfer", "part_time"])), "file_moves": True},
    ]
    choice = draw(st.sampled_from(["first", "first", "any"]))
    return {"cases": cases[: draw(st.integers(1, 2))], "choice": choice}


KINSHIPS = st.sampled_from([["spouse"], ["spouse", "sibling"]])


def _together(draw: Draw) -> dict[str, Any]:
    when = draw(st.sampled_from(["both_move", "any_moves"]))
    return {"kinships": draw(KINSHIPS), "within_km": draw(st.sampled_from([None, 10])), "when": when}


def _rounds(draw: Draw) -> dict[str, Any]:
    words = {"zh": "轮", "en": "round"}
    return {
        "rounds": [{"id": str(number), "words": words, "who": draw(SETS)} for number in range(draw(st.integers(1, 2)))]
    }


def _qualification(draw: Draw) -> dict[str, Any]:
    open_to = draw(st.sampled_from(["any", "any", "not_overstaffed", "understaffed"]))
    return {"other_subjects": draw(st.booleans()), "other_stages": draw(st.booleans()), "open_to": open_to}


def departments(draw: Draw) -> list[dict[str, Any]]:
    """Rules of a world in which people are placed in departments."""
    inside, outside = draw(st.sampled_from([(True, False), (False, True), (True, True)]))
    placed = {"who": draw(SETS), "inside": inside, "outside": outside}
    rules: list[dict[str, Any]] = [{"id": "placed", "kind": "departments", **placed}]
    if draw(st.booleans()):
        how = st.sampled_from([None, "within", "filled"])
        in_each = draw(st.sampled_from([{}, {"principal": 1}]))
        leads = "within" if in_each else draw(how)
        posts = {"per": "department", "principal": leads, "deputy_principal": draw(how), "in_each": in_each}
        rules.append({"id": "posts-there", "kind": "posts", **posts, "ranks": [{"who": BACKBONE}]})
    if draw(st.booleans()):
        apart = draw(st.sampled_from([["department"], ["department", "line"], ["line"]]))
        rules.append({"id": "kin-there", "kind": "kin", "kinships": ["spouse", "sibling"], "apart": apart})
    if draw(st.booleans()):
        kept = {"of": {"staying": EVERYONE}, "per": ["school_id", "department"], "at_least": 1}
        rules.append({"id": "core", "kind": "count", **kept})
    return rules


LEADERS = ["principal", "deputy_principal"]
VERDICTS = ["move", "stay", "to", "not_to"]
EXEMPTIONS = ["nursing", "illness", "sanction"]
BINDING: dict[str, Callable[[Draw], dict[str, Any]]] = {
    "share": _share,
    "count": _count,
    "keep_leader": lambda draw: {"positions": draw(st.sampled_from([LEADERS, ["deputy_principal"]]))},
    "qualification": _qualification,
    "route": _route,
    "modes": _modes,
    "headcount": lambda draw: {"reserve": draw(st.integers(0, 1))},
    "subject_staffing": lambda draw: {"receives_within": draw(st.sampled_from(["maximum", "required"]))},
    "posts": _posts,
    "title_posts": _titles,
    "kin": lambda draw: {"kinships": draw(KINSHIPS), "apart": draw(st.sampled_from([["school"], ["school", "line"]]))},
    "swap": lambda draw: {"who": draw(SETS), "alike": draw(st.sampled_from([[], ["sex"], ["subject"]]))},
    "together": _together,
    "merit": lambda draw: {"who": draw(SETS), "within": draw(st.sampled_from([[], ["sex"]])), "by": draw(BY)},
    "rounds": _rounds,
    "reverse_flow": _reverse_flow,
    "flow": _flow,
    "order": _order,
}  # fmt: skip


def who_goes(draw: Draw) -> list[dict[str, Any]]:
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
