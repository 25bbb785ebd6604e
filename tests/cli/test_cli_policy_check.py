"""``policy check``: mistakes with their lines, what a pack holds in a scenario, clashes; the warnings of ``check``."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.calling import Call, document

from rotation_planner.data.problems import InputError
from rotation_planner.policy.reading import packs
from rotation_planner.run import load_scenario
from rotation_planner.words import LANGUAGES

IMPOSSIBLE = "adjust: {continuity-school: {at_most: 0%, allow: 0}, quota-leaders: {enabled: false}}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(packs()["dalian"].read_text("utf-8"), "utf-8")
    return path


def change(path: Path, old: str, new: str) -> int:
    """Writes the change and tells its line."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", sorted(packs()))
def test_packs_are_well_written(call: Call, name: str, lang: str) -> None:
    told = call("policy", "check", name, "--lang", lang)
    assert name in told.stdout
    assert ("写法无误" if lang == "zh" else "well written") in told.stdout


def test_a_mistake_has_its_line(call: Call, own: Path) -> None:
    row = change(own, "reading: strict", "reading: lenient")
    told = document(call("policy", "check", own, "--json", code=2))
    assert not told["usable"]
    assert [(each["file"], each["row"]) for each in told["problems"]] == [("own.yaml", row)]
    assert "own.yaml" in call("policy", "check", own, code=2).stdout
    assert call("policy", "check", own, "--quiet", code=2).stdout == ""
    call("policy", "check", "nowhere.yaml", code=2)


def test_a_column_that_the_scenario_lacks(call: Call, own: Path, scenario: Path) -> None:
    row = change(own, "per: [school_id, stage, subject]", "per: [school_id, stage, 年级组]")
    document(call("policy", "check", own, "--json"))
    told = document(call("policy", "check", own, scenario, "--json", code=2))
    assert [(each["code"], each["row"]) for each in told["problems"]] == [("policy_unknown_field", row)]


def test_exceptions_name_people_and_schools_that_are_there(call: Call, own: Path, scenario: Path) -> None:
    line = "    stay: {stay: school, at_least: 9}\n"
    change(own, line, line + "    exceptions: [{staff: [nobody], schools: [nowhere], reason: 县局批复}]\n")
    told = document(call("policy", "check", own, scenario, "--json", code=2))
    assert [each["code"] for each in told["problems"]] == ["policy_exception_staff", "policy_exception_schools"]


def test_what_it_holds_in_a_scenario(call: Call, scenario: Path) -> None:
    told = document(call("policy", "check", "dalian", scenario, "--json"))
    held = {each["id"]: each["figures"] for each in told["holds"]}
    district = load_scenario(scenario).district
    assert held["scope"]["schools"] == len(district.schools)
    duty = held["must-teacher"]
    assert duty["meets"] >= duty["eligible"] >= duty["due"] >= duty["due_placed"] >= 0
    assert held["pins"].keys() == {"forced", "held"}
    assert {"way:group", "way:city", "way:to-rural", "way:to-city"} == held["ways"].keys()
    assert held["teachers"]["people"] > 0
    for lang in LANGUAGES:
        shown = call("policy", "check", "dalian", scenario, "--lang", lang).stdout
        assert "must-teacher" in shown
        assert "{" not in shown


def test_a_rule_that_holds_nobody_is_pointed_out(call: Call, own: Path, scenario: Path) -> None:
    row = change(own, "  - id: pins\n", "  - {id: nobody, kind: bar, source: x, words: {zh: 无人, en: nobody}, "
                 "who: {field: age, more_than: 200}}\n  - id: pins\n")  # fmt: skip
    told = document(call("policy", "check", own, scenario, "--json"))
    (note,) = [each for each in told["problems"] if each["value"] == "nobody"]
    assert (note["code"], note["severity"], note["row"]) == ("never_nobody", "note", row)


def test_what_clashes_is_a_no(call: Call, scenario: Path) -> None:
    change(scenario / "scenario.yaml", "adjust: {}", IMPOSSIBLE)
    told = document(call("policy", "check", "dalian", scenario, "--json", code=1))
    clashes = [each for each in told["problems"] if each["severity"] == "warning"]
    assert {each["code"] for each in clashes} <= {"clash_clash", "clash_few", "clash_many"}
    assert clashes
    assert call("policy", "check", "dalian", scenario, "--quiet", code=1).stderr
    warned = document(call("check", scenario, "--json"))
    assert warned["counts"]["warnings"] >= len(clashes)


def test_another_pack_is_tried_without_the_changes_of_the_scenarios_own(call: Call, own: Path, scenario: Path) -> None:
    change(scenario / "scenario.yaml", "adjust: {}", IMPOSSIBLE)
    document(call("policy", "check", own, scenario, "--json"))
    with pytest.raises(InputError):
        load_scenario(scenario, policy_file="nowhere.yaml")
