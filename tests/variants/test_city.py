"""The districts of a city: each planned as `plan` would, failures explained, one summary."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from rotation_planner import compare, load_scenario, make_plan, plan_districts, read_plan
from rotation_planner.plan.staging import TOP_FILES

from .conftest import TINY, Ran, call


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Three districts: one that is planned, one whose data are wrong, one whose scenario cannot be read; and a folder
    that is none."""
    folder = tmp_path_factory.mktemp("city")
    for name in ("good", "wrong", "unread"):
        shutil.copytree(TINY, folder / name)
    staff = (folder / "wrong" / "staff.csv").read_text("utf-8-sig").splitlines()
    (folder / "wrong" / "staff.csv").write_text(
        "\n".join([staff[0], staff[1].replace(",", ",,", 1), *staff[2:]]), "utf-8"
    )
    with (folder / "unread" / "scenario.yaml").open("a", encoding="utf-8") as file:
        file.write("bogus: 1\n")
    (folder / "notes").mkdir()
    out = tmp_path_factory.mktemp("planned") / "out"
    return Ran(out, call("plan", folder, "--out", out, "--workers", 1, "--json"), folder)


@pytest.mark.slow
def test_every_district_is_told(city: Ran) -> None:
    told = json.loads(city.result.stdout)
    assert city.result.exit_code == told["exit_code"] == 1
    districts = {each["id"]: each for each in told["districts"]}
    assert {name: each["outcome"] for name, each in districts.items()} == {
        "good": "planned", "wrong": "input", "unread": "input",
    }  # fmt: skip
    assert any("bogus" in each for each in districts["unread"]["why"])
    assert any("staff.csv" in each for each in districts["wrong"]["why"])
    assert told["totals"]["moves"] == 11
    row = next(each for each in told["table"] if each["id"] == "good")
    assert (row["staff"], row["schools"], row["due_placed"], row["proven"]) == (66, 6, 8, 4)


@pytest.mark.slow
def test_a_district_has_the_folder_that_plan_writes(city: Ran) -> None:
    folder = city.out / "districts" / "good"
    for name in TOP_FILES:
        assert (folder / name).is_file()
    assert {each.name for each in folder.iterdir() if each.is_dir()} == {"lists", "charts"}
    scenario = load_scenario(city.grid / "good")
    alone = make_plan(scenario).plan
    assert alone is not None
    kept = read_plan(folder)
    assert compare(kept, alone).identical
    assert {key: kept.fingerprints[key] for key in ("policy", "data")} == dict(scenario.fingerprints)
    assert [each.name for each in (city.out / "districts" / "wrong").iterdir()] == ["result.json"]


@pytest.mark.slow
def test_the_summary_leads_to_the_reports(city: Ran) -> None:
    page = (city.out / "city.html").read_text("utf-8")
    assert 'href="districts/good/report.html"' in page
    assert "districts/wrong/report.html" not in page
    assert "bogus" in page
    book = openpyxl.load_workbook(city.out / "city.xlsx")
    rows = [[cell.value for cell in row] for row in book["各区县"].iter_rows()]
    assert any(row[0] == "good" and 11 in row for row in rows)
    assert (city.out / "charts" / "city.png").stat().st_size > 10_000


@pytest.mark.slow
def test_a_district_that_is_planned_is_not_planned_again(
    city: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    shutil.copytree(city.out, out)
    seen: list[str] = []
    monkeypatch.setattr(
        "rotation_planner.variants.running.run_here",
        lambda waiting, *_, **__: seen.extend(each.id for each in waiting),
    )
    folder = Path(shutil.copytree(city.grid, tmp_path / "city"))
    made = plan_districts(folder, out)
    assert seen == []
    assert [each["outcome"] for each in made.records] == ["planned", "input", "input"]
    assert "data:image/png" in made._repr_html_()
    shutil.copy(TINY / "staff.csv", folder / "wrong" / "staff.csv")  # repaired: planned at last
    plan_districts(folder, out)
    assert seen == ["wrong"]


def test_options_of_one_plan_are_refused(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "city" / "one")
    for more in (["--verify"], ["--start", "x"], ["--pseudonyms", "k.csv"]):
        result = call("plan", tmp_path / "city", "--out", tmp_path / "out", *more)
        assert result.exit_code == 2
    assert call("plan", TINY, "--out", tmp_path / "out", "--cluster", "tcp://x:1").exit_code == 2
    assert not (tmp_path / "out").exists()
