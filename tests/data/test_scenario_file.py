"""The scenario file: what it says, what is taken when it is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from tables import AS_OF, SOUND, codes

from rotation_planner.data.problems import InputError
from rotation_planner.data.scenario import SolveOptions, read_scenario_file


def write(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_sound_scenario() -> None:
    scenario = read_scenario_file(SOUND)
    assert scenario.title == "滨海区2027年度教师交流轮岗"
    assert scenario.as_of == AS_OF
    assert scenario.policy == "dalian"
    assert scenario.data == SOUND
    assert scenario.solve == SolveOptions()
    assert read_scenario_file(SOUND / "scenario.yaml") == scenario


def test_what_is_taken_when_it_is_silent(tmp_path: Path) -> None:
    scenario = read_scenario_file(write(tmp_path, "as_of: 2027年8月31日\npolicy: ./own.yaml\n"))
    assert (scenario.title, scenario.as_of, scenario.data) == (tmp_path.name, AS_OF, tmp_path)
    assert scenario.adjust == {}
    assert scenario.policy == "./own.yaml"


def test_changes_and_options_come_through(tmp_path: Path) -> None:
    text = "as_of: 20270831\npolicy: dalian\nadjust: {quota-quality: {at_least: 0.18}}\n"
    text += "solve:\n  time_limit: 5\n  gap: 0.01\n  workers: 2\n  seed: 7\n  draw: 3\n  repeatable: true\n"
    scenario = read_scenario_file(write(tmp_path, text))
    assert scenario.as_of == AS_OF
    assert scenario.adjust == {"quota-quality": {"at_least": 0.18}}
    assert scenario.solve == SolveOptions(5.0, 0.01, 2, 7, 3, True)


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    text = "titel: x\nas_of: 31.8.2027\ndata: nowhere\n"
    text += "solve: {gap: 2, seed: yes, time_limit: -1, repeatable: 1, speed: 9}\nadjust: 3\n"
    with pytest.raises(InputError) as caught:
        read_scenario_file(write(tmp_path, text))
    found = list(caught.value.problems)
    assert codes(found) == [
        "scenario_key_unknown",
        "scenario_key_missing",
        "scenario_value",
        "scenario_key_unknown",
        "scenario_value",
        "scenario_value",
        "scenario_value",
        "scenario_value",
        "scenario_path_outside",
        "scenario_value",
    ]
    assert [p.row for p in found] == [1, 1, 5, 4, 4, 4, 4, 4, 3, 2]
    assert all(p.expected and p.advice for p in found)


@pytest.mark.parametrize("seed", ["1.0", "true", "-1", "99999999999", "'1'"])
def test_a_seed_is_a_whole_number(tmp_path: Path, seed: str) -> None:
    with pytest.raises(InputError):
        read_scenario_file(write(tmp_path, f"as_of: 2027-08-31\npolicy: dalian\nsolve: {{seed: {seed}}}\n"))


def test_a_table_is_no_scenario(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("工号,姓名\n1,甲\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_scenario_file(tmp_path / "staff.csv")
    assert [each.code for each in caught.value.problems] == ["scenario_is_table"]
