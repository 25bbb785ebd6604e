"""COVERAGE.md is true in what can be checked: every rule and file that it names is there, and none is forgotten."""

from __future__ import annotations

import re

import pytest
from source import ROOT

from rotation_planner.policy.reading import packs, read_policy

TEXT = (ROOT / "COVERAGE.md").read_text("utf-8")
FACTS = 18
COVERED = ("modelled", "partly", "not a planner's matter", "pending")


def section(name: str) -> str:
    return next(part for part in TEXT.split("\n## ") if part.startswith(name))


def rows(name: str) -> list[list[str]]:
    lines = [line for line in section(name).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


DALIAN = rows("`dalian`")


def test_every_fact_has_its_row() -> None:
    assert [row[0] for row in DALIAN] == ["scope", *map(str, range(1, FACTS + 1))]


@pytest.mark.parametrize("row", DALIAN, ids=lambda row: row[0])
def test_a_row_names_rules_and_tests_that_are_there(row: list[str]) -> None:
    _, _, covered, rules, tests = row
    assert covered.startswith(COVERED)
    policy = read_policy("dalian")
    known = {*policy.by_id, *(level.id for level in policy.goals)}
    assert named(rules)
    assert set(named(rules)) <= known
    assert named(tests)
    for name in named(tests):
        path = ROOT / name
        assert path.is_file(), f"{name} is not there"
        kinds = {policy.by_id[rule].kind for rule in named(rules) if rule in policy.by_id}
        if path.suffix == ".yaml":
            assert path.stem in kinds, f"no rule of this row is a {path.stem}"


def test_every_rule_of_the_pack_stands_in_a_row() -> None:
    assert {rule.id for rule in read_policy("dalian").rules} == {
        name for row in DALIAN for name in named(row[3]) if name in read_policy("dalian").by_id
    }


def test_every_rule_is_tested_under_its_own_name() -> None:
    """By the pack's numbers, or by a plan that breaks it."""
    text = "".join(
        (ROOT / "tests" / place).read_text("utf-8") for place in ("policy/test_dalian.py", "audit/test_hand_edited.py")
    )
    assert not {rule.id for rule in read_policy("dalian").rules if f'"{rule.id}"' not in text}


def test_a_regime_is_pending_or_has_its_pack() -> None:
    for row in rows("Other regimes"):
        (name,) = named(row[0])
        assert row[2] == "pending"
        assert name not in packs(), f"{name} has a pack: say what it covers"
    assert set(packs()) <= set(re.findall(r"^## `([a-z-]+)`", TEXT, re.MULTILINE))
