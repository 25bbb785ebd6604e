"""Sources are told in the reader's language; a district's own stand as they were written."""

from __future__ import annotations

import re

import pytest

from rotation_planner.policy.citing import cited
from rotation_planner.policy.reading import packs, read_policy
from rotation_planner.words import speaking


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("001, item 4", "资料001第4项"),
        ("001, item 4, fact 1", "资料001第4项第1条"),
        ("001, item 4, facts 3 and 17 (default of this pack)", "资料001第4项第3、17条（本规则包的默认取法）"),
        ("001, items 8 and 12, fact 5", "资料001第8、12项第5条"),
        ("001, item 9, facts 1, 2, 3 and 4", "资料001第9项第1、2、3、4条"),
        ("001, item 11, term and limit", "资料001第11项任期和限额"),
        ("004; 003, fact 2", "资料004、资料003第2条"),
        ("示例区教育局文件，第一条", "示例区教育局文件，第一条"),
        ("001, item 4, elsewhere", "001, item 4, elsewhere"),
        ("", ""),
    ],
)
def test_a_source_in_chinese(source: str, told: str) -> None:
    with speaking("zh"):
        assert cited(source) == told
    with speaking("en"):
        assert cited(source) == source


@pytest.mark.parametrize("pack", sorted(packs()))
def test_every_source_of_the_packs_is_told_in_chinese(pack: str) -> None:
    policy = read_policy(pack)
    with speaking("zh"):
        for source in (policy.source, *(rule.source for rule in policy.rules)):
            assert not re.search("[a-z]", cited(source)), source
