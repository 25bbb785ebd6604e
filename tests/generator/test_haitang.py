"""The committed small district of the notebooks: sound, as its README counts it, and solved the same way every time."""

from __future__ import annotations

import re

import pytest
from source import ROOT

import rotation_planner as rp

FOLDER = ROOT / "scenarios" / "haitang"


@pytest.fixture(scope="module")
def haitang() -> rp.Scenario:
    return rp.load_scenario(FOLDER)


def test_nothing_is_wrong_with_it(haitang: rp.Scenario) -> None:
    assert not haitang.problems
    assert haitang.file.solve.workers == 1


def test_the_readme_counts_its_tables(haitang: rp.Scenario) -> None:
    told = re.findall(r"^\| `(\w+)` .*?\| (\d+) \|", (FOLDER / "README.md").read_text("utf-8"), flags=re.M)
    assert {key: int(rows) for key, rows in told} == {key: len(frame) for key, frame in haitang.district.frames.items()}


def test_the_readme_counts_its_schools(haitang: rp.Scenario) -> None:
    schools = haitang.district.schools
    told = re.search(
        r"城区(\d+)所、镇区(\d+)所、乡村(\d+)所、海岛(\d+)所；优质(\d+)所、一般(\d+)所、薄弱(\d+)所",
        (FOLDER / "README.md").read_text("utf-8"),
    )
    assert told is not None
    kinds = {"location": ("urban", "town", "rural", "remote"), "tier": ("quality", "general", "weak")}
    counted = [int((schools[column] == each).sum()) for column, values in kinds.items() for each in values]
    assert list(map(int, told.groups())) == counted
