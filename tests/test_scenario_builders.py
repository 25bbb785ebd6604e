"""The tables of the built scenarios are what their builders give, byte for byte, and sound."""

from __future__ import annotations

import pytest
from scenario_builders.registry import BUILDERS
from source import ROOT

from rotation_planner.data.check import check_district
from rotation_planner.data.problems import Severity
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import read_scenario_file


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
