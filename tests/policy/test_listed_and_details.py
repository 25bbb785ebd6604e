"""Chinese listed values in packs mean what they mean in the data, and no English stands inside a Chinese message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rotation_planner.data.problems import InputError
from rotation_planner.policy.reading import packs, read_policy
from rotation_planner.words import speaking

PACK = """pack: own
title: {zh: 中文取值, en: Chinese values}
source: test
rules:
  - {id: scope, kind: scope, words: {zh: 全体, en: all}, source: test, who: {field: position, in: [教师, 校长]},
     schools: {field: tier, not_in: [薄弱]}, stages: [小学, junior]}
  - {id: long, kind: duty, words: {zh: 满六年, en: six}, source: test,
     who: {all: [{field: title, at_least: 中级}, {field: school.location, is: 城区}, {field: full_time, is: 是},
                 {field: duties, contains: 班主任}, {field: 校内职务, is: 教师}]},
     stay: {stay: {in: school, without: [支教]}, at_least: 6}}
  - {id: ill, kind: defer, words: {zh: 患病, en: ill}, source: test, when: {exemption: [患病, nursing]}}
  - {id: good, kind: bar, words: {zh: 不合格, en: failed}, source: test,
     who: {appraisals: result, last: 2, any_in: [不合格, basic]}}
  - {id: apart, kind: kin, words: {zh: 回避, en: apart}, source: test, kinships: [夫妻, sibling]}
goals: [{id: moves, words: {zh: 少动, en: few}, terms: [{kind: moves, weight: 1}]}]
"""
ENGLISH = {
    "薄弱": "weak", "中级": "intermediate", "城区": "urban", "is: 是}": "is: true}", "班主任": "class_teacher",
    "支教": "support_teaching", "[患病": "[illness", "[不合格": "[fail", "夫妻": "spouse", "小学": "primary",
    "[教师, 校长]": "[teacher, principal]",
}  # fmt: skip


def test_chinese_values_are_their_keys(tmp_path: Path) -> None:
    english = PACK
    for chinese, key in ENGLISH.items():
        assert chinese in english
        english = english.replace(chinese, key, 1)
    for name, text in (("zh", PACK), ("en", english)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    one, other = (read_policy(f"{name}.yaml", beside=tmp_path) for name in ("zh", "en"))
    assert one.model_dump() == other.model_dump()
    assert one.by_id["long"].who.all[4].is_ == "教师"  # type: ignore[attr-defined]  # a column of the district's own


@pytest.mark.parametrize("pack", packs())
def test_the_packs_mean_what_they_meant(pack: str) -> None:
    """Nothing in them is a Chinese listed value of a column, so reading them otherwise changes nothing."""
    from rotation_planner.data.yamlfile import read_yaml
    from rotation_planner.policy.listed import in_keys

    data = read_yaml(packs()[pack]).data
    assert in_keys(data) == data


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stages: [小学, junior]", "stages: [小学堂]", "可用的有：kindergarten、primary、junior、senior"),
        ("last: 2", "last: 两年", "须为整数"),
        ("weight: 1", "weight: {}", ""),
        ("stages: [小学, junior]", "stages: 小学", "须为列表"),
        ("kinships: [夫妻, sibling]", "kinships: []", "至少写 1 项"),
        ("id: long", "id: Long_Stay", "编号只用小写字母"),
        ("source: test\nrules", "source: 7\nrules", "须为文字"),
        ("last: 2", "last: 0", "不得小于 1"),
        ("when: {", "enabled: 也许, when: {", "须为 true 或 false"),
        ("title: {zh: 中文取值, en: Chinese values}", "title: 中文", "须为键值"),
    ],
)
def test_no_english_in_a_chinese_message(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in PACK
    (tmp_path / "own.yaml").write_text(PACK.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as caught:
        read_policy("own.yaml", beside=tmp_path)
    text = " ".join(each.message for each in caught.value.problems)
    assert said in text
    assert not re.search(r"\b(should|Input|valid|must|least|type)\b", text), text
    with speaking("en"):
        told = " ".join(p.message.replace(str(p.value), "") for p in caught.value.problems)
        assert not re.search(r"[\u4e00-\u9fff]", told)
