"""What a pack may not say: every mistake has its code, its place and its words in both languages."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from source import sources

from rotation_planner.data.problems import InputError, Problem
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import read_policy
from rotation_planner.words import LANGUAGES, has, speaking

Pack = dict[str, Any]
WORDS = {"zh": "话", "en": "words"}
ALL = {"everyone": True}


def rule(kind: str, **given: Any) -> Pack:
    return {"id": kind.replace("_", "-"), "kind": kind, "words": WORDS, "source": "x", **given}


def pack(*rules: Pack, **parts: Any) -> Pack:
    scope = rule("scope", who=ALL, schools=ALL, stages=["primary"])
    duty = rule("duty", who=ALL, stay={"stay": "school", "at_least": 6})
    goal = {"id": "goal", "words": WORDS, "terms": [{"kind": "moves", "weight": 1}]}
    whole = {"pack": "example", "title": WORDS, "source": "x", "rules": [scope, duty, *rules], "goals": [goal]}
    return {**whole, **parts}


def case(id: str, mode: str = "transfer", **given: Any) -> Pack:
    return {"id": id, "mode": mode, "file_moves": True, **given}


def modes(*cases: Pack, **given: Any) -> Pack:
    return rule("modes", cases=list(cases or (case("a"), case("b", "secondment"))), **given)


def score(*items: Pack, **given: Any) -> Pack:
    return {"words": WORDS, "items": list(items or ({"id": "one", "points": 1},)), **given}


def people(who: Pack) -> Pack:
    return pack(populations={"these": {"words": WORDS, "who": who}})


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Pack], Policy]:
    def written(data: Pack) -> Policy:
        path = tmp_path / "pack.yaml"
        with path.open("w", encoding="utf-8") as stream:
            YAML().dump(json.loads(json.dumps(data)), stream)  # without aliases
        return read_policy(str(path))

    return written


def problems(read: Callable[[Pack], Policy], data: Pack) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(data)
    return list(caught.value.problems)


LEFT = {"kind": "points_left", "weight": 1, "who": ALL, "score": "s"}
ROUNDS = [{"id": "r", "words": WORDS, "who": ALL}]
AFTER = {"after": {"field": "backbone", "at_least": "school"}}
MISTAKES: list[tuple[str, str, Pack]] = [
    # what belongs together
    ("policy_stay_area", "who.stay", people({"stay": {"in": "area"}, "at_least": 1})),
    ("policy_stay_area", "who.stay", people({"stay": {"in": "school", "area": "zone"}, "at_least": 1})),
    ("policy_stay_resumed", "who.stay", people({"stay": {"in": "career", "resumed": 3}, "at_least": 1})),
    ("policy_day", "on", people({"stay": {"in": "school", "on": "02-30"}, "at_least": 1})),
    ("policy_ranked_one_of", "who", people({"ranked": "points", "best": 1, "best_share": "1%"})),
    ("policy_ranked_one_of", "who", people({"ranked": "points", "below_mean_of": 5})),
    ("policy_ranked_schools", "who", people({"ranked": "school.students", "best": 1, "among": ALL})),
    ("policy_ranked_within", "within.0", people({"ranked": "school.students", "best": 1, "within": ["stage"]})),
    ("policy_exception_of_nobody", "exceptions.0", pack(rule("bar", who=ALL, exceptions=[{"reason": "x"}]))),
    (
        "policy_share_already",
        "rules.2",
        pack(rule("share", over={"people": ALL}, of={"staying": ALL}, at_least="1%", already=ALL)),
    ),
    ("policy_mode_until", "cases.0", pack(modes(case("a", until="07-31", years=1)))),
    ("policy_mode_range", "cases.0", pack(modes(case("a", years=3, years_most=2)))),
    ("policy_item_one_of", "items.0", pack(scores={"s": score({"id": "one"})})),
    ("policy_item_each_or_bands", "items.0", pack(scores={"s": score({"id": "a", "of": {"stay": {"in": "school"}}})})),
    ("policy_item_column", "items.0", pack(scores={"s": score({"id": "one", "table": {"senior": 1}})})),
    (
        "policy_item_bands",
        "items.0",
        pack(scores={"s": score({"id": "a", "of": {"field": "points"}, "bands": [{"each": 1}, {"to": 3, "each": 2}]})}),
    ),
    ("policy_unknown_form", "of", pack(scores={"s": score({"id": "a", "of": {"fields": "points"}, "each": 1})})),
    ("policy_unknown_form", "by.0", pack(rule("order", who=ALL, within=["school_id"], by=[{"fields": "points"}]))),
    ("policy_modes_alike", "cases.1.mode", pack(modes(case("a"), case("b"), choice="any"))),
    ("policy_mode_label", "cases.0.mode", pack(modes(case("a", "shadowing")))),
    ("policy_departments_shut", "rules.2", pack(rule("departments", who=ALL, inside=False))),
    ("policy_in_each", "in_each", pack(rule("posts", middle_chief="within", in_each={"middle_chief": 1}))),
    ("policy_in_each", "in_each", pack(rule("posts", per="department", in_each={"teacher": 1}))),
    # names
    ("policy_unknown_score", "who.field", people({"field": "score.none", "at_least": 1})),
    ("policy_unknown_score", "by.0.field", pack(rule("merit", who=ALL, by=[{"field": "score.none"}]))),
    ("policy_unknown_score", "per.0", pack(rule("count", of={"moving": ALL}, per=["score.none"], at_most=1))),
    (
        "policy_unknown_score",
        "score",
        pack(goals=[{"id": "g", "words": WORDS, "terms": [LEFT]}]),
    ),
    ("policy_unknown_way", "ways.0", pack(modes(), rule("count", of={"moving": ALL, "ways": ["c"]}, at_most=1))),
    ("policy_unknown_way", "way.0", pack(modes(choice="any"), rule("route", allow={"way": ["c"]}))),
    ("policy_way_not_chosen", "allow", pack(modes(), rule("route", allow={"way": ["a"]}))),
    ("policy_way_in_modes", "when", pack(modes(case("a", when={"way": ["a"]}), choice="any"))),
    ("policy_unknown_rule", "keeps.0", pack(rule("rounds", rounds=ROUNDS, keeps=["no"]))),
    ("policy_not_kept", "keeps.0", pack(rule("rounds", rounds=ROUNDS, keeps=["duty"]))),
    ("policy_share_above_all", "", pack(rule("share", over={"people": ALL}, at_most=25))),
    ("policy_route_nothing", "", pack(rule("route", who=ALL))),
    ("policy_reserved_id", "rules.2.id", pack({**rule("headcount"), "id": "plan"})),
    ("policy_duplicate_id", "cases.1.id", pack(modes(case("a"), case("a", "secondment")))),
    ("policy_duplicate_id", "items.1.id", pack(scores={"s": score(*[{"id": "a", "points": 1}] * 2)})),
    # where a form or a rule may not stand
    ("policy_one_of_kind", "rules.3", pack(modes(), {**modes(), "id": "again"})),
    ("policy_one_of_kind", "rules.3", pack(rule("departments", who=ALL), {**rule("departments", who=ALL), "id": "b"})),
    ("policy_no_exceptions", "exceptions.0", pack(rule("pins", exceptions=[{"staff": ["1"], "reason": "x"}]))),
    ("policy_exceptions_of_schools", "staff", pack(rule("headcount", exceptions=[{"staff": ["1"], "reason": "x"}]))),
    ("policy_school_form", "to", pack(rule("flow", who=ALL, into={"stay": "school", "at_least": 1}))),
    ("policy_school_form", "at", people({"history": "years", "at": {"relatives": True}, "at_least": 1})),
    (
        "policy_where_afterwards",
        "where",
        pack(rule("share", over=AFTER, of=AFTER, at_least="1%", where={"field": "stage", "is": "primary"})),
    ),
    (
        "policy_where_afterwards",
        "where",
        pack(rule("count", of={"arriving": ALL}, at_most=1, where={"stay": "school", "at_least": 1})),
    ),
    *(
        ("policy_no_rank", "rank", pack(rule(kind, force="should", rank=1, **given)))
        for kind, given in {
            "departments": {"who": ALL},
            "swap": {"who": ALL},
            "together": {},
            "merit": {"who": ALL, "by": ["hired_on"]},
            "rounds": {"rounds": ROUNDS},
        }.items()
    ),
    # values that a column never holds
    ("policy_compared", "who.is", people({"field": "position", "is": "teachers"})),
    ("policy_compared", "who.in.1", people({"field": "school.tier", "in": ["weak", "poor"]})),
    ("policy_compared", "who.is", people({"field": "key_post", "is": "yes"})),
    ("policy_compared", "who.at_least", people({"field": "points", "at_least": "many"})),
    ("policy_compared", "who.at_least", people({"field": "hired_on", "at_least": 2015})),
    ("policy_compared", "who.at_least", people({"field": "subject", "at_least": "数学"})),
    ("policy_compared", "who.at_least", people({"stay": "school", "at_least": "nine"})),
    ("policy_compared", "all_in.0", people({"appraisals": "result", "last": 3, "all_in": ["good"]})),
    ("policy_compared", "table.high", pack(scores={"s": score({"id": "a", "column": "title", "table": {"high": 1}})})),
    ("policy_compared", "allow.is", pack(rule("route", allow={"to": "tier", "is": "best"}))),
    # circles
    ("policy_circle", "scores.s", pack(scores={"s": score({"id": "a", "of": {"field": "score.s"}, "each": 1})})),
    (
        "policy_circle",
        "populations.these",
        {
            **people({"beside": {"field": "score.s", "at_least": 1}, "within": ["school_id"]}),
            "scores": {"s": score(reset={"population": "these"})},
        },
    ),
    ("policy_circle", "populations.these", people({"ranked": "points", "among": {"population": "these"}, "best": 1})),
    ("policy_circle", "rules.1", pack(rule("bar", who={"eligible": ["duty"]}))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "data"), MISTAKES, ids=lambda each: each if isinstance(each, str) else "")
def test_a_mistake_is_told_with_its_place(code: str, place: str, data: Pack, read: Callable[[Pack], Policy]) -> None:
    told = problems(read, data)
    assert [each.code for each in told] == [code]
    assert told[0].row is not None
    assert place in str(told[0].column)
    for lang in LANGUAGES:
        with speaking(lang):
            for text in (told[0].message, told[0].expected, told[0].advice):
                assert text
                assert "{{" not in text


@pytest.mark.parametrize(
    "data",
    [
        pack(modes(case("a"), case("b")), rule("count", of={"moving": ALL, "ways": ["b"]}, at_most=1)),
        pack(modes(choice="any"), rule("route", forbid={"way": ["a"]})),
        pack({**modes(choice="any"), "enabled": False}, rule("route", forbid={"way": ["a"]})),
        pack(modes(), {**modes(), "id": "again", "enabled": False}),
        pack(rule("share", over=AFTER, of=AFTER, at_least="1%", where={"field": "school_id", "is": "A"})),
        pack(rule("headcount", exceptions=[{"schools": ["A"], "reason": "x"}])),
        people({"field": "hired_on", "at_least": "2015-09-01"}),
        people({"field": "我的栏目", "at_least": "甲"}),
        people({"field": "school.我的栏目", "is": "甲"}),
        {**people({"field": "score.s", "more_than": 0.5}), "scores": {"s": score()}},
    ],
    ids=lambda data: str(data["rules"][2:])[:60],
)  # fmt: skip
def test_what_is_right_is_read(data: Pack, read: Callable[[Pack], Policy]) -> None:
    assert isinstance(read(data), Policy)


def test_every_error_of_a_validator_is_worded() -> None:
    """The words after ``raise ValueError`` in the records of a policy are codes of problems."""
    codes = {
        node.args[0].value
        for source in sources()
        if source.place.startswith("policy/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", None) == "ValueError"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {"share", "mode_until", "item_bands"} <= codes
    told = {code for code in codes if code != "people"}  # a slip of the programmer, not of a pack
    assert not {c for c in told for part in ("problem", "expected", "advice") if not has(f"{part}.policy_{c}")}
