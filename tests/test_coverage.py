"""COVERAGE.md is true in what can be checked: every rule and file that it names is there, and none is forgotten."""

from __future__ import annotations

import re
from functools import cache

import pytest
from source import ROOT

from rotation_planner.policy.kinds import KINDS
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import packs, read_policy

TEXT = (ROOT / "COVERAGE.md").read_text("utf-8")
COVERED = ("modelled", "partly", "not a planner's matter", "pending")
NOT_OURS = "not a planner's matter"
# How many numbered facts each regime has, or the words for those without a number.
FACTS: dict[str, int | tuple[str, ...]] = {
    "dalian": 18,
    "ruian": 17,
    "taihe": 6,
    "baqiao": 7,
    "county-middle": 10,
    "huzhou-bureau": 4,
    "huangtu-town": 5,
    "judicial-bureau": 5,
    "hangzhou-school": ("term", "limit", "exchange", "first deputy"),
    "company": ("stages", "where", "skills", "list"),
    "housing-bureau": ("rotation",),
    "reserve": 5,
}
COMPETITIONS = ("changzhou", "city-schools", "jinhua-police", "yingde", "county-appoint", "dinghe", "experimental")
# Cases that are not about a kind of rule but about who is meant, and where.
ABOUT_SELECTORS = {"where_routes", "who_others", "who_service", "points"}


def rows(start: str) -> list[list[str]]:
    """The rows of the table in the section whose heading begins so; none where there is no such section."""
    section = next((part for part in TEXT.split("\n## ") if part.startswith(start)), "")
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def policy(pack: str) -> Policy:
    return read_policy(pack)


def in_rows(pack: str) -> set[str]:
    return {name for row in rows(f"`{pack}`") for name in named(row[3]) if name in policy(pack).by_id}


PACKS = packs()
ROWS = [pytest.param(pack, row, id=f"{pack} {row[0]}") for pack in PACKS for row in rows(f"`{pack}`")]


@pytest.mark.parametrize("pack", PACKS)
def test_every_fact_has_its_row(pack: str) -> None:
    facts = FACTS[pack]
    names = list(map(str, range(1, facts + 1))) if isinstance(facts, int) else list(facts)
    assert [row[0] for row in rows(f"`{pack}`")] == ["scope", *names]


@pytest.mark.parametrize(("pack", "row"), ROWS)
def test_a_row_names_rules_and_tests_that_are_there(pack: str, row: list[str]) -> None:
    _, _, covered, rules, tests = row
    assert covered.startswith(COVERED)
    if covered.startswith(NOT_OURS):
        assert len(covered) > len(NOT_OURS) + 20, "say why"
        return
    known = {*policy(pack).by_id, *(level.id for level in policy(pack).goals)}
    assert named(rules)
    assert set(named(rules)) <= known
    assert named(tests)
    kinds = {policy(pack).by_id[rule].kind for rule in named(rules) if rule in policy(pack).by_id}
    for name in named(tests):
        path = ROOT / name
        assert path.is_file(), f"{name} is not there"
        if path.suffix == ".yaml" and path.stem not in ABOUT_SELECTORS:
            assert path.stem in KINDS
            assert path.stem in kinds, f"no rule of this row is a {path.stem}"


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_of_a_pack_stands_in_a_row(pack: str) -> None:
    assert {rule.id for rule in policy(pack).rules} == in_rows(pack)


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_is_tested_under_its_own_name(pack: str) -> None:
    """By the pack's numbers, or, for the pack that is tested on hand-edited plans, by one that breaks it."""
    places = [f"policy/test_{pack.replace('-', '_')}.py", *(["audit/test_hand_edited.py"] if pack == "dalian" else [])]
    text = "".join((ROOT / "tests" / place).read_text("utf-8") for place in places)
    always = {policy(pack).scope.id}  # everybody who stands outside is a test of it
    assert not {rule.id for rule in policy(pack).rules if f'"{rule.id}"' not in text} - always


def test_a_regime_is_pending_or_has_its_pack() -> None:
    pending = {name for row in rows("Other regimes") for name in named(row[0])}
    assert all(row[2].startswith("pending") for row in rows("Other regimes"))
    assert pending == set(FACTS) - set(PACKS), "a regime with a pack says what it covers"
    assert set(PACKS) <= set(re.findall(r"^## `([a-z-]+)`", TEXT, re.MULTILINE))


def test_every_competition_has_a_reasoned_row() -> None:
    found = {named(row[0])[0]: row[2] for row in rows("Appointment by competition")}
    assert tuple(found) == COMPETITIONS
    for covered in found.values():
        status = next(each for each in COVERED if covered.startswith(each))
        assert status == "modelled" or covered.startswith(f"{status}: "), "say why"
