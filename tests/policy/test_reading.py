"""Packs are read strictly: each mistake is told by its code and its line, all of a file at once."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from source import sources

from rotation_planner.data.problems import InputError, Problem
from rotation_planner.policy.base import exact_fraction
from rotation_planner.policy.citing import cited
from rotation_planner.policy.kinds import ShareRule
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import packs, read_policy
from rotation_planner.policy.wording import as_percent, as_text, plain_words, sentence
from rotation_planner.words import LANGUAGES, has, speaking

# The line numbers of the tests count in this text; the replaced line stands where the old one stood.
PACK = """\
pack: example
title: {zh: 示例, en: example}
source: 示例文件
populations:
  teachers:
    words: {zh: 教师, en: teachers}
    who: {field: position, is: teacher}
rules:
  - id: scope
    kind: scope
    words: {zh: 范围, en: scope}
    source: 第一条
    who: {population: teachers}
    schools: {field: ownership, is: public}
    stages: [primary]
  - id: long-stay
    kind: duty
    words: {zh: '满{stay.at_least}年', en: '{stay.at_least} years'}
    source: 第二条
    who: {population: teachers}
    stay: {stay: school, at_least: 9}
  - id: quota
    kind: share
    words: {zh: '不低于{at_least}', en: 'at least {at_least}'}
    source: 第三条
    over: {people: {eligible: [long-stay]}}
    at_least: 15%
goals:
  - id: due
    words: {zh: 安排, en: placed}
    terms: [{kind: place_due, weight: 1}]
"""
ALL_PACKS = sorted(packs())


def write(folder: Path, *changes: tuple[str, str]) -> str:
    text = PACK
    for old, new in changes:
        assert text.count(old) == 1, f"{old} stands {text.count(old)} times in the pack"
        text = text.replace(old, new)
    path = folder / "pack.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def problems(path: str, **given: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read_policy(path, **given)
    return list(caught.value.problems)


def found(path: str, **given: Any) -> list[tuple[str, int | None]]:
    return [(each.code, each.row) for each in problems(path, **given)]


def test_the_pack_of_the_tests_is_right(tmp_path: Path) -> None:
    policy = read_policy(write(tmp_path))
    assert [rule.id for rule in policy.rules] == ["scope", "long-stay", "quota"]
    assert sentence(policy.by_id["quota"]) == "不低于15%"


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        # the file
        ("pack: example", "pack: example\npack: twice", "yaml_duplicate_key", 2),
        ("    at_least: 15%", "    at_least: 15%\n    at_least: 20%", "yaml_duplicate_key", 28),
        ("pack: example", "pack: [", "yaml_syntax", 3),  # what follows does not close it
        # keys and forms
        ("    at_least: 15%", "    atleast: 15%\n    at_least: 15%", "policy_unknown_key", 27),
        ("source: 示例文件", "sauce: 示例文件\nsource: 示例文件", "policy_unknown_key", 3),
        ("    source: 第三条\n", "", "policy_missing_key", 22),
        ("{zh: 教师, en: teachers}", "{zh: 教师}", "policy_missing_key", 6),
        ("kind: duty", "kind: duties", "policy_unknown_form", 16),
        ("kind: place_due", "kind: place_all", "policy_unknown_form", 31),
        ("who: {field: position, is: teacher}", "who: {colum: position, is: teacher}", "policy_unknown_form", 7),
        ("{stay: school, at_least: 9}", "{stay: school, at_lest: 9}", "policy_unknown_key", 21),
        # values
        ("at_least: 15%", "at_least: fifteen", "policy_share", 27),
        ("at_least: 15%", "at_least: 1/0", "policy_share", 27),
        ("at_least: 15%", "at_least: true", "policy_share", 27),
        ("at_least: 15%", "at_least: -1%", "policy_value", 27),
        ("at_least: 15%", "at_least: 15%\n    round: upwards", "policy_value", 28),
        ("at_least: 15%", "at_least: 15%\n    allow: 1.5", "policy_value", 28),
        ("at_least: 15%", "at_least: 15%\n    enabled: perhaps", "policy_value", 28),
        ("stages: [primary]", "stages: [grundschule]", "policy_value", 15),
        ("{stay: school, at_least: 9}", "{stay: village, at_least: 9}", "policy_value", 21),
        ("id: long-stay", "id: Long_Stay", "policy_value", 16),
        # what belongs together
        ("{field: position, is: teacher}", "{field: position}", "policy_comparison", 7),
        ("at_least: 15%", "at_least: 15%\n    rank: 1", "policy_rank_of_must", 22),
        ("at_least: 15%", "at_least: 15%\n    force: should\n    rank: 2", "policy_rank", 29),
        ("at_least: 15%", "at_least: 15%\n    at_most: 20%", "policy_floor_or_cap", 22),
        ("    at_least: 15%", "    allow: 1", "policy_floor_or_cap", 22),
        ("over: {people: {eligible: [long-stay]}}", "over: {moving: {everyone: true}}", "policy_share_of_itself", 22),
        (
            "over: {people: {eligible: [long-stay]}}",
            "over: {moving: {everyone: true}}\n    of: {people: {everyone: true}}",
            "policy_share_of_facts",
            22,
        ),
        # names
        ("who: {population: teachers}\n    stay", "who: {population: x}\n    stay", "policy_unknown_population", 20),
        ("{eligible: [long-stay]}", "{eligible: [short-stay]}", "policy_unknown_duty", 26),
        ("{eligible: [long-stay]}", "{due: [quota]}", "policy_unknown_duty", 26),
        ("{eligible: [long-stay]}", "{meets: nothing}", "policy_unknown_duty", 26),
        ("id: quota", "id: scope", "policy_duplicate_id", 22),
        ("id: due", "id: quota", "policy_duplicate_id", 29),
        ("'不低于{at_least}'", "'不低于{share}'", "policy_placeholder", 24),
        ("'满{stay.at_least}年'", "'满{stay.years}年'", "policy_placeholder", 18),
        ("'满{stay.at_least}年'", "'满{ages.M.0}年'", "policy_placeholder", 18),
        # circles
        ("{field: position, is: teacher}", "{not: {population: teachers}}", "policy_circle", 5),
        ("{field: position, is: teacher}", "{eligible: [long-stay]}", "policy_circle", 5),
        ("who: {population: teachers}\n    stay", "who: {due: [long-stay]}\n    stay", "policy_circle", 16),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, code: str, row: int) -> None:
    assert found(write(tmp_path, (old, new))) == [(code, row)]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, ("stages: [primary]", "stages: [grundschule]"), ("at_least: 15%", "at_least: fifteen"))
    assert found(path) == [("policy_value", 15), ("policy_share", 27)]


def test_a_circle_through_a_deferral_and_a_phase(tmp_path: Path) -> None:
    defer = "  - {id: wait, kind: defer, words: {zh: 缓, en: wait}, source: x, when: {eligible: [long-stay]}}\ngoals:"
    assert found(write(tmp_path, ("goals:", defer))) == [("policy_circle", 16)]
    phase = (
        "  - {id: part, kind: phase, words: {zh: 分, en: part}, source: x, duty: long-stay, over: {due: [long-stay]},"
        " many: 10%, years: 5}\ngoals:"
    )
    assert found(write(tmp_path, ("goals:", phase))) == [("policy_circle", 16)]


def test_a_duty_is_phased_once(tmp_path: Path) -> None:
    phase = (
        "{id: %s, kind: phase, words: {zh: 分, en: part}, source: x, duty: long-stay, over: {everyone: true},"
        " many: 10%%, years: 5}"
    )
    both = f"  - {phase % 'one'}\n  - {phase % 'two'}\ngoals:"
    assert found(write(tmp_path, ("goals:", both))) == [("policy_phased_twice", 29)]
    read_policy(write(tmp_path, ("goals:", both.replace("id: two,", "id: two, enabled: false,"))))


def test_there_is_one_scope(tmp_path: Path) -> None:
    again = (
        "  - {id: again, kind: scope, words: {zh: x, en: x}, source: x, who: {everyone: true},"
        " schools: {everyone: true}, stages: []}"
    )
    assert found(write(tmp_path, ("goals:", again + "\ngoals:"))) == [("policy_one_scope", 28)]
    start, end = PACK.index("  - id: scope"), PACK.index("  - id: long-stay")
    assert found(write(tmp_path, (PACK[start:end], ""))) == [("policy_one_scope", 9)]


def test_files_that_are_no_pack(tmp_path: Path) -> None:
    assert found("nowhere") == [("policy_missing", None)]
    path = tmp_path / "list.yaml"
    path.write_text("- a\n- b\n", "utf-8")
    assert found(str(path)) == [("policy_shape", 1)]


def test_a_policy_stands_beside_its_scenario(tmp_path: Path) -> None:
    write(tmp_path)
    assert read_policy("pack.yaml", beside=tmp_path).pack == "example"


# ---- adjusting -------------------------------------------------------------------------------------------------------


def test_adjusting_merges_into_the_rule(tmp_path: Path) -> None:
    adjust = {"long-stay": {"stay": {"at_least": 6}}, "quota": {"at_least": "18%"}, "due": {"words": {"zh": "尽量"}}}
    policy = read_policy(write(tmp_path), adjust=adjust)
    assert sentence(policy.by_id["long-stay"]) == "满6年"
    assert sentence(policy.by_id["quota"]) == "不低于18%"
    assert (policy.goals[0].words.zh, policy.goals[0].words.en) == ("尽量", "placed")


@pytest.mark.parametrize(
    ("adjust", "code"),
    [
        ({"quotas": {"at_least": "18%"}}, "adjust_unknown"),
        ({"quota": "18%"}, "adjust_shape"),
        ({"quota": None}, "adjust_shape"),
        ({"quota": {"id": "other"}}, "adjust_identity"),
        ({"quota": {"kind": "count"}}, "adjust_identity"),
        ({"quota": {"at_least": "much"}}, "policy_share"),
        ({"quota": {"at_lest": "18%"}}, "policy_unknown_key"),
        ({"quota": {"at_most": "18%"}}, "policy_floor_or_cap"),
        ({"quota": {"enabled": "perhaps"}}, "policy_value"),
        ({"due": {"terms": [{"kind": "peace", "weight": 1}]}}, "policy_unknown_form"),
    ],
)
def test_a_wrong_change_is_told_with_the_line_of_the_scenario(
    tmp_path: Path, adjust: dict[str, Any], code: str
) -> None:
    told = problems(write(tmp_path), adjust=adjust, adjust_file="scenario.yaml", adjust_line=5)
    assert [(each.code, each.file, each.row) for each in told] == [(code, "scenario.yaml", 5)]


def test_a_floor_becomes_a_cap_by_adjusting(tmp_path: Path) -> None:
    policy = read_policy(
        write(tmp_path), adjust={"quota": {"at_least": None, "at_most": "18%"}, "long-stay": {"enabled": False}}
    )
    rule = policy.by_id["quota"]
    assert isinstance(rule, ShareRule)
    assert (rule.at_least, rule.at_most, rule.rounding) == (None, Fraction(18, 100), "down")
    assert [each.id for each in policy.active] == ["scope", "quota"]


# ---- the packs of the package ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL_PACKS)
def test_packs_are_valid(name: str) -> None:
    policy = read_policy(name)
    assert policy.pack == name
    assert all(rule.label for rule in policy.rules), "every rule has its short name"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ALL_PACKS)
def test_plain_words_say_every_rule_with_its_numbers(name: str, lang: Any) -> None:
    policy = read_policy(name)
    with speaking(lang):
        told = plain_words(policy)
        assert "{" not in told
        for rule in policy.rules:
            assert sentence(rule) in told
            assert cited(rule.source) in told
            assert rule.comment is None or rule.comment[lang] in told
        for level in policy.goals:
            assert level.words[lang] in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_adjusted_number_shows_up(lang: Any) -> None:
    changes: dict[str, Any] = {"quota-quality": {"at_least": "18.5%"}, "must-teacher": {"ages": {"F": 48}}}
    with speaking(lang):
        before, after = plain_words(read_policy("dalian")), plain_words(read_policy("dalian", adjust=changes))
    assert "18.5%" not in before
    assert "18.5%" in after
    assert "48" not in before
    assert "48" in after


def test_a_rule_switched_off_says_so() -> None:
    told = plain_words(read_policy("dalian", adjust={"kin": {"enabled": False}}))
    assert "**kin**（已停用）" in told
    assert "**rural-titles**（应当，计入第4层目标）" in told
    assert "**tier-limits**（应当，只作核查）" in told
    assert "**headcount**（必须）" in told


# ---- numbers in words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "share", "told"),
    [
        (0.15, Fraction(3, 20), "15%"),
        ("15%", Fraction(3, 20), "15%"),
        (" 15 % ", Fraction(3, 20), "15%"),
        ("3/20", Fraction(3, 20), "15%"),
        (0.07, Fraction(7, 100), "7%"),
        ("12.5%", Fraction(1, 8), "12.5%"),
        ("33.33%", Fraction(3333, 10000), "33.33%"),
        ("1/3", Fraction(1, 3), "1/3"),
        ("0.1%", Fraction(1, 1000), "0.1%"),
        (1, Fraction(1), "100%"),
        (0, Fraction(0), "0%"),
        ("150%", Fraction(3, 2), "150%"),
    ],
)
def test_shares_are_exact_and_read_as_percent(given: Any, share: Fraction, told: str) -> None:
    assert exact_fraction(given) == share
    assert as_percent(share) == told


def test_parameters_read_as_people_write_them() -> None:
    assert as_text(None) == "不限"
    assert as_text(True) == "是"
    assert as_text(("quality", "weak")) == "quality、weak"
    with speaking("en"):
        assert as_text(("quality", "weak")) == "quality, weak"


def test_every_problem_of_a_pack_is_worded() -> None:
    """The codes that are put together, which the test of the words cannot see."""
    for code in ("share", "comparison", "rank_of_must", "floor_or_cap", "share_of_itself", "share_of_facts"):
        assert all(has(f"{part}.policy_{code}") for part in ("problem", "expected", "advice"))


@pytest.mark.slow
def test_no_code_knows_a_share_of_a_city() -> None:
    """Shares stand in packs: where rules are defined, judged and modelled, no fraction but a half is written."""
    wrong = [
        f"{source.place}:{node.lineno}: {node.value}"
        for source in sources()
        if source.place.startswith(("policy/", "eligibility/", "audit/judges/", "model/constraints/"))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, float)
        and 0.02 < node.value < 1
        and node.value != 0.5
    ]
    assert not wrong


def test_policies_never_change() -> None:
    policy = read_policy("dalian")
    assert isinstance(policy, Policy)
    with pytest.raises(ValueError, match="frozen"):
        policy.source = "other"  # type: ignore[misc]


def test_a_misspelt_parameter_hides_no_other_mistake(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ("    who: {population: teachers}\n    stay", "    who: {population: taechers}\n    stay"),
        ("{stay: school, at_least: 9}", "{stay: school, at_lest: 9, at_least: 9}"),
        ("at_least: 15%", "atleast: 15%"),
        (
            "terms: [{kind: place_due, weight: 1}]",
            "terms: [{kind: place_due, weight: 1, duties: [long-stay, short-stay]}]",
        ),
    )
    told = found(path, adjust={"quota": {"rounded": "up"}, "qouta": {"at_least": "18%"}}, adjust_line=4)
    assert told[0] == ("adjust_unknown", 4)
    assert sorted(told[1:]) == [
        ("policy_unknown_duty", 31),
        ("policy_unknown_key", 4),
        ("policy_unknown_key", 4),
        ("policy_unknown_key", 21),
        ("policy_unknown_population", 20),
    ]


def test_what_only_follows_from_a_refused_entry_is_not_told(tmp_path: Path) -> None:
    path = write(tmp_path, ("kind: duty", "kind: doody"), ("who: {field: position, is: teacher}", "whom: everyone"))
    codes = [code for code, _ in found(path)]
    assert set(codes) == {"policy_unknown_form", "policy_missing_key", "policy_unknown_key"}, codes


def test_an_unknown_parameter_names_the_nearest_and_all_that_there_are(tmp_path: Path) -> None:
    problem = problems(write(tmp_path, ("    at_least: 15%", "    at_lest: 15%\n    at_least: 15%")))[0]
    assert "“at_least”" in problem.message
    assert {"at_most", "over", "allow"} <= set(problem.expected.removeprefix("以下参数之一：").split("、"))
    nested = problems(write(tmp_path, ("{stay: school, at_least: 9}", "{stay: school, at_lest: 9, at_least: 9}")))[0]
    with speaking("en"):
        assert "“at_least”" in nested.message
        assert "GUIDE.md" in nested.expected


def test_each_change_is_told_with_its_own_line(tmp_path: Path) -> None:
    path = write(tmp_path)
    lines = {"quota": 7, "qouta": 9}
    told = found(path, adjust={"quota": {"at_lest": "18%"}, "qouta": {"at_least": "18%"}}, adjust_line=lines)
    assert told == [("adjust_unknown", 9), ("policy_unknown_key", 7)]
