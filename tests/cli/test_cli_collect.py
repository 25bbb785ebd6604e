"""``collect`` and the workbooks of schools: exit codes, what is said, what is written, what is left alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from cli.calling import Call, document, tree

DAY = ("--policy", "dalian", "--as-of", "2027-08-31")


@pytest.fixture(scope="module")
def workbooks(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbooks of a small district's schools, filled in."""
    from rotation_planner import load_scenario, write_school_templates

    folder = tmp_path_factory.mktemp("workbooks")
    write_school_templates(folder, load_scenario(made / "scenario").district, yearly=True)
    return folder


@pytest.fixture
def handed(workbooks: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(workbooks, tmp_path / "handed"))


def first(handed: Path) -> Path:
    return sorted(each for each in handed.iterdir() if "-" in each.name)[0]


def spoil(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["教职工"]["C2"] = "未知"
    book.save(path)


@pytest.mark.slow
def test_collect_writes_a_scenario_that_plan_and_check_take(call: Call, handed: Path, tmp_path: Path) -> None:
    result = call("collect", handed, "--out", tmp_path / "year", *DAY, "--title", "试点区")
    assert "已汇总成情景" in result.stdout
    assert "可以使用" in call("check", tmp_path / "year").stdout
    told = document(call("collect", handed, "--out", tmp_path / "year", *DAY, "--json", "--lang", "en"))
    assert (told["usable"], told["exit_code"], told["counts"]["schools"]) == (True, 0, 9)
    assert set(told["files"]) >= {"scenario.yaml", "staff.csv", "reports/overview.xlsx"}


def test_collect_with_mistakes_writes_the_reports_only(call: Call, handed: Path, tmp_path: Path) -> None:
    spoil(first(handed))
    result = call("collect", handed, "--out", tmp_path / "year", *DAY, code=1)
    assert "还不能汇总成情景" in result.stdout
    assert "须核改" in result.stdout
    assert not (tmp_path / "year" / "scenario.yaml").exists()
    assert (tmp_path / "year" / "reports" / "overview.xlsx").is_file()
    quiet = call("collect", handed, "--out", tmp_path / "year", *DAY, "--quiet", "--lang", "en", code=1)
    assert quiet.stdout == ""
    assert "not a scenario yet" in quiet.stderr


def test_collect_with_last_year(call: Call, handed: Path, scenario: Path, tmp_path: Path) -> None:
    path = first(handed)
    book = openpyxl.load_workbook(path)
    sheet = book["教职工"]
    place = next(cell.column for cell in sheet[1] if cell.value == "参加工作时间")
    sheet.cell(3, place, "1999-09-01")
    book.save(path)
    told = document(
        call("collect", handed, "--out", tmp_path / "year", "--last", scenario, "--as-of", "2027-08-31", "--json")
    )
    [doubt] = told["doubts"]
    assert (doubt["code"], doubt["blocking"], len(doubt["readings"])) == ("changed", False, 2)
    decided = tmp_path / "decided.csv"
    decided.write_text(f"doubt,decision\n{doubt['id']},2\n", "utf-8")
    settled = document(
        call(
            "collect", handed, "--out", tmp_path / "year", "--last", scenario, "--as-of", "2027-08-31",
            "--settled", decided, "--json",
        )
    )  # fmt: skip
    assert settled["doubts"] == []
    assert settled["settled"] == {doubt["id"]: 2}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--policy", "nowhere"), "nowhere"),
        (("--last", "nowhere"), "nowhere"),
        (("--plan", "nowhere"), "nowhere"),
        (("--schools", "nowhere.xlsx"), "nowhere.xlsx"),
        (("--settled", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_collect_of_what_cannot_be_used_writes_nothing(
    call: Call, handed: Path, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    given = [*DAY[2:], *change] if change[0] == "--policy" else [*DAY, *change]
    result = call("collect", handed, "--out", tmp_path / "year", *given, code=2)
    assert said in result.output
    assert not (tmp_path / "year").exists()


def test_collect_without_anything_to_read(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in ("nowhere", "empty"):
        assert call("collect", folder, "--out", tmp_path / "year", *DAY, code=2).stdout == ""
    assert not (tmp_path / "year").exists()
    assert "--policy" in call("collect", "empty", "--out", "year", "--as-of", "2027-08-31", code=2).output
    assert "--as-of" in call("collect", "empty", "--out", "year", "--policy", "dalian", code=2).output


def test_collect_leaves_a_scenario_of_other_making_alone(call: Call, handed: Path, scenario: Path) -> None:
    before = tree(scenario)
    result = call("collect", handed, "--out", scenario, *DAY, code=2)
    assert "情景" in result.output
    assert tree(scenario) == before


def test_collect_takes_away_only_what_it_wrote(call: Call, handed: Path, tmp_path: Path) -> None:
    out = tmp_path / "year"
    call("collect", handed, "--out", out, *DAY)
    (out / "own.txt").write_text("x", "utf-8")
    mark = json.loads((out / "collected.json").read_text("utf-8"))
    # A list that somebody changed by hand leads nowhere outside.
    mark["files"] += ["../outside.txt", "/etc/hostname", "own/../../x"]
    (out / "collected.json").write_text(json.dumps(mark), "utf-8")
    (tmp_path / "outside.txt").write_text("x", "utf-8")
    spoil(first(handed))
    call("collect", handed, "--out", out, *DAY, code=1)
    assert (tmp_path / "outside.txt").exists()
    assert sorted(each.name for each in out.iterdir()) == ["collected.json", "own.txt", "reports"]


def test_templates_of_schools(call: Call, scenario: Path, tmp_path: Path) -> None:
    result = call("template", "--from", scenario, "--all-schools", "--out", tmp_path / "forms")
    assert "10 个填报工作簿" in result.stdout
    assert len(list((tmp_path / "forms").glob("*.xlsx"))) == 10
    assert (
        "已经存在" in call("template", "--from", scenario, "--all-schools", "--out", tmp_path / "forms", code=2).output
    )
    call("template", "--from", scenario, "--school", "S001", "--out", tmp_path / "one.xlsx")
    call("template", "--from", scenario, "--school", "S001", "--school", "S002", "--out", tmp_path / "two")
    assert len(list((tmp_path / "two").iterdir())) == 2
    call("template", "--school", "X1", "--out", tmp_path / "new.xlsx")
    assert (
        "S001" in call("template", "--from", scenario, "--school", "S01", "--out", tmp_path / "n.xlsx", code=2).output
    )
    assert "--from" in call("template", "--all-schools", "--out", tmp_path / "x", code=2).output
    assert "--school" in call("template", "--from", scenario, "--out", tmp_path / "x", code=2).output
