"""The tables of the built scenarios are what their builders give, byte for byte, and sound."""

from __future__ import annotations

import pytest
from scenario_builders.registry import BUILDERS
from source import ROOT

from rotation_planner.data.check import check_district
from rotation_planner.data.problems import Severity
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import read_scenario_file
from rotation_planner.eligibility import stand
from rotation_planner.policy.reading import read_policy


@pytest.mark.parametrize("name", BUILDERS)
def test_the_tables_are_those_that_the_builder_gives(name: str) -> None:
    folder = ROOT / "scenarios" / name
    built = BUILDERS[name]().texts()
    assert {path.name for path in folder.glob("*.csv")} == set(built)
    for file, text in built.items():
        assert (folder / file).read_text("utf-8-sig") == text, f"rebuild {file}"


@pytest.mark.parametrize("name", BUILDERS)
def test_the_tables_hold_no_error(name: str) -> None:
    file = read_scenario_file(ROOT / "scenarios" / name)
    district, problems = read_district(file.data, file.as_of)
    found = [*problems, *check_district(district)]
    assert not [each for each in found if each.severity is Severity.ERROR]


@pytest.mark.parametrize("name", BUILDERS)
def test_the_readme_tells_the_numbers(name: str) -> None:
    file = read_scenario_file(ROOT / "scenarios" / name)
    district, _ = read_district(file.data, file.as_of)
    standing = stand(district, read_policy(name, adjust=file.adjust))
    text = (file.folder / "README.md").read_text("utf-8")
    assert f"| 教职工 | {len(district.staff)} |" in text
    assert f"| 在轮岗范围之内 | {standing.in_scope.sum()} |" in text
    assert f"| 应当轮岗、没有暂缓情形 | {standing.any_due.sum()} |" in text
