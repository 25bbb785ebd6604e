"""The committed district: whole, without anything for the reader to say, and as its README describes it."""

from __future__ import annotations

import re

import pytest
from source import ROOT

from rotation_planner.data.district import District
from rotation_planner.data.generator import AS_OF
from rotation_planner.data.problems import Problem
from rotation_planner.data.reading import read_district

FOLDER = ROOT / "scenarios" / "binhai"


@pytest.fixture(scope="module")
def binhai() -> tuple[District, list[Problem]]:
    return read_district(FOLDER, AS_OF)


def test_nothing_is_wrong_with_it(binhai: tuple[District, list[Problem]]) -> None:
    assert not binhai[1]


def test_the_readme_counts_its_tables(binhai: tuple[District, list[Problem]]) -> None:
    told = re.findall(r"^\| `(\w+)` .*?\| (\d+) \|", (FOLDER / "README.md").read_text("utf-8"), flags=re.M)
    assert {key: int(rows) for key, rows in told} == {key: len(frame) for key, frame in binhai[0].frames.items()}


def test_the_readme_counts_its_staffing(binhai: tuple[District, list[Problem]]) -> None:
    district = binhai[0]
    staff = district.staff.groupby("school_id").size()
    over = district.schools["school_id"].map(staff) - district.schools["headcount_limit"]
    told = re.search(
        r"合计（(\d+)人超、(\d+)人缺） \| (\d+) \| (\d+) \| (\d+)", (FOLDER / "README.md").read_text("utf-8")
    )
    assert told is not None
    counted = (over[over > 0].sum(), -over[over < 0].sum(), (over > 0).sum(), (over == 0).sum(), (over < 0).sum())
    assert tuple(map(int, told.groups())) == tuple(map(int, counted))


def test_it_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 4_000_000
