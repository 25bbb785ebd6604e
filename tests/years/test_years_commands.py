"""The commands ``roll`` and ``horizon``: exit codes, what is written, what is said, strict assumptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from years.yearbook import scenario

from rotation_planner.cli import program

HALF = "{id: half, kind: share, over: {people: {eligible: [nine]}}, per: [school_id], at_least: 50%}"
DEMAND = [
    {"school_id": "A", "stage": "primary", "subject": "语文", "required": 1, "minimum": 0},
    {"school_id": "B", "stage": "primary", "subject": "语文", "required": 9},
]


def call(*args: object) -> Result:
    return CliRunner().invoke(program, [str(each) for each in args])


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A scenario in which ann goes this year and bob the next."""
    people = {"ann": {"at": "A", "years": 9}, "bob": {"at": "A", "years": 8}, "bea": "B"}
    scenario(tmp_path / "here", {"A": {}, "B": {}}, people, HALF, demand=DEMAND)
    return tmp_path / "here"


def tree(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_roll_writes_a_scenario_that_is_checked_and_planned(here: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("工号,交流学校代码\nann,B\n", "utf-8")
    before = tree(here)
    done = call("roll", here, tmp_path / "plan.csv", "--out", tmp_path / "next", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["as_of"] == "2028-08-31"
    assert told["counts"]["moved"] == 1
    assert tree(here) == before
    assert call("check", tmp_path / "next").exit_code == 0
    planned = call("plan", tmp_path / "next", "--out", tmp_path / "plan", "--json")
    assert planned.exit_code == 0
    assert json.loads(planned.stdout)["counts"]["moves"] == 1


def test_roll_in_english_and_quiet(here: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("staff_id,to_school_id\nann,B\n", "utf-8")
    done = call(
        "--lang", "en", "roll", here, tmp_path / "plan.csv", "--out", tmp_path / "next", "--as-of", "2029-08-31"
    )
    assert done.exit_code == 0
    assert "Left to the officer" in done.output
    assert "What changed" in (tmp_path / "next" / "roll.md").read_text("utf-8")
    again = call("roll", here, tmp_path / "plan.csv", "--out", tmp_path / "next", "--quiet")
    assert again.exit_code == 2  # something stands there
    assert call("roll", here, tmp_path / "plan.csv", "--out", tmp_path / "next", "--force", "--quiet").exit_code == 0


def test_horizon_writes_every_year_and_can_be_repeated(here: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = call("horizon", here, "--years", 2, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["complete"] is True
    assert [each["moves"] for each in told["years"]] == [1, 1]
    listed = json.loads((out / "horizon.json").read_text("utf-8"))["files"]
    assert sorted(listed) == sorted(tree(out))
    assert {"2027/plan.json", "2028/scenario/staff.csv", "bureau/ledger.csv", "waves-schools.png"} <= set(listed)
    (out / "note.txt").write_text("mine", "utf-8")
    assert call("horizon", here, "--years", 1, "--out", out, "--quiet").exit_code == 0
    assert not (out / "2028").exists()  # of the earlier run
    assert (out / "note.txt").read_text("utf-8") == "mine"


def test_a_later_year_that_is_impossible_is_the_answer_no(tmp_path: Path) -> None:
    people = {"ann": {"at": "A", "years": 8, "subject": "数学"}, "bea": "B"}
    demand = [{"school_id": "A", "stage": "primary", "subject": "数学", "required": 1}]
    scenario(tmp_path / "here", {"A": {}, "B": {}}, people, HALF, demand=demand)
    done = call("--lang", "en", "horizon", tmp_path / "here", "--years", 2, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "2028 is the first year" in " ".join(done.output.split())
    text = (tmp_path / "out" / "2028" / "scenario" / "scenario.yaml").read_text("utf-8")
    assert "exceptions" in text  # the rule that gives stands in that year's scenario


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("new_teachers: {replce: 1}\n", 1, "new_teachers.replce"),
        ("seed: 1\nstints:\n  at_end: sometimes\n", 3, "stints.at_end"),
        ("new_teachers: {ages: [30, 20]}\n", 1, "new_teachers"),
        ("tiers:\n  given: {2028: {A: best}}\n", 2, "tiers.given.2028.A"),
        ("new_teachers: {replace: 120%}\n", 1, "new_teachers.replace"),
        ("- seed\n", 1, None),
        ("seed: 1\nseed: 2\n", 2, None),
    ],
)
def test_assumptions_are_read_strictly(here: Path, tmp_path: Path, text: str, line: int, column: str | None) -> None:
    (tmp_path / "assume.yaml").write_text(text, "utf-8")
    out = tmp_path / "out"
    done = call("horizon", here, "--years", 2, "--out", out, "--assume", tmp_path / "assume.yaml", "--json")
    assert done.exit_code == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["row"], problem["column"]) == (line, column)
    assert not out.exists()


@pytest.mark.slow
def test_the_assumptions_told_can_be_given_back(here: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    (tmp_path / "mine.yaml").write_text("tiers: {given: {2028: {A: weak}}}\nburden: {far_km: 12.5}\n", "utf-8")
    assert call("horizon", here, "--years", 2, "--out", first, "--assume", tmp_path / "mine.yaml").exit_code == 0
    told = first / "assumptions.yaml"
    assert call("horizon", here, "--years", 2, "--out", second, "--assume", told).exit_code == 0
    assert told.read_text("utf-8") == (second / "assumptions.yaml").read_text("utf-8")
    assert "薄弱" in (second / "2028" / "scenario" / "schools.csv").read_text("utf-8-sig")


def test_a_school_that_is_not_there_is_told(here: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("tiers: {given: {2028: {Z: weak}}}\n", "utf-8")
    done = call("horizon", here, "--years", 2, "--out", tmp_path / "out", "--assume", tmp_path / "mine.yaml")
    assert done.exit_code == 2
    assert "Z" in done.output
    assert not (tmp_path / "out").exists()


def test_a_year_without_any_plan_writes_nothing(tmp_path: Path) -> None:
    people = {"ann": {"at": "A", "years": 9, "subject": "数学"}, "bea": "B"}
    demand = [{"school_id": "A", "stage": "primary", "subject": "数学", "required": 1}]
    scenario(tmp_path / "here", {"A": {}, "B": {}}, people, HALF, demand=demand)
    done = call("horizon", tmp_path / "here", "--years", 2, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["out"] is None
    assert not (tmp_path / "out").exists()
