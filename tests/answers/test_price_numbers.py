"""The numbers of a pack's rules are called by words wherever a step of a price names them."""

from __future__ import annotations

import re

import pytest

from rotation_planner.answers.steps import _leaves
from rotation_planner.policy.reading import packs, read_policy
from rotation_planner.words import speaking


@pytest.mark.parametrize("pack", sorted(packs()))
def test_numbers_are_named_in_chinese(pack: str) -> None:
    with speaking("zh"):
        for rule in read_policy(pack).active:
            for _, place, words, *_ in _leaves(rule, rule.kind):
                assert not re.search("[A-Za-z_]", words), (rule.id, place, words)
