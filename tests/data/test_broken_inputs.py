"""Each folder of ``broken`` replaces files of the sound district by one mistake; the messages are those expected."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tables import AS_OF, BROKEN, SOUND, copy_of_sound

from rotation_planner.data.problems import InputError, Problem
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import read_scenario_file
from rotation_planner.words import speaking

CASES = sorted(p.name for p in BROKEN.iterdir())


def read(folder: Path) -> list[Problem]:
    try:
        scenario = read_scenario_file(folder)
        return read_district(scenario.data, scenario.as_of)[1]
    except InputError as error:
        return list(error.problems)


def as_expected(problem: Problem, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"code": problem.code, "severity": problem.severity.value, "file": problem.file}
    found |= {"row": problem.row} if problem.row is not None else {}
    found |= {"column": problem.column} if problem.column is not None else {}
    for lang in ("zh", "en"):
        with speaking(lang):
            found[lang] = problem.message.replace(str(folder), "…")
            assert problem.expected
            assert problem.advice
    return found


def test_the_sound_district_has_no_problem() -> None:
    assert read(SOUND) == []


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_gives_its_message(case: str, tmp_path: Path) -> None:
    expected = tomllib.loads((BROKEN / case / "expected.toml").read_text("utf-8"))
    folder = copy_of_sound(tmp_path / "district")
    for path in (BROKEN / case).iterdir():
        if path.name != "expected.toml":
            shutil.copy(path, folder)
    for name in expected.get("missing", []):
        (folder / name).unlink()
    assert [as_expected(p, folder) for p in read(folder)] == expected["problem"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "district")
    for case in ("value_not_listed", "date_order_birth", "kin_self", "pins_contradict_stay", "demand_order"):
        for path in (BROKEN / case).glob("*.csv"):
            shutil.copy(path, folder)
    with pytest.raises(InputError) as caught:
        read_district(folder, AS_OF)
    found = {p.code for p in caught.value.problems}
    assert {"value_not_listed", "date_order", "kin_self", "pins_contradict", "demand_order"} <= found


def test_errors_come_first_and_the_rest_is_told_too(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "district")
    shutil.copy(BROKEN / "column_unknown" / "schools.csv", folder)
    shutil.copy(BROKEN / "evidence_missing" / "exemptions.csv", folder)
    shutil.copy(BROKEN / "kin_self" / "relatives.csv", folder)
    assert [p.severity.value for p in read(folder)] == ["error", "warning", "note"]
