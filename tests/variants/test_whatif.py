"""Many variants side by side: each planned, judged and kept, failures explained, nothing done twice."""

from __future__ import annotations

import csv
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest

from rotation_planner import compare, load_scenario, make_plan, read_plan, whatif
from rotation_planner.audit import audit_plan
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.variants import jobs, pool
from rotation_planner.variants.jobs import Done, Job

from .conftest import GRID, TINY, Ran, call

PLANNED = ["base", "wish-first", "moves-first", "other-law", "e0+d0", "e0+d1"]
FAILED = ["held", "nope", "e2+d0", "e2+d1"]


@pytest.mark.slow
def test_every_variant_is_told_and_failures_are_explained(ran: Ran) -> None:
    told = json.loads(ran.result.stdout)
    assert ran.result.exit_code == told["exit_code"] == 1
    variants = {each["id"]: each for each in told["variants"]}
    assert sorted(variants) == sorted([*PLANNED, *FAILED])
    for name in PLANNED:
        assert variants[name]["outcome"] == "planned"
        assert variants[name]["passes"]
    for name in FAILED:
        assert variants[name]["outcome"] == "infeasible"
        assert variants[name]["why"]
    assert "明珠街小学" in variants["held"]["why"][0]
    assert variants["nope"]["why"][-1].startswith("另有")


def test_the_numbers_are_those_of_the_hand_made_answer(ran: Ran) -> None:
    rows = {row["id"]: row for row in json.loads(ran.result.stdout)["table"]}
    base = rows["base"]
    goals = [base[f"goal.{name}"] for name in ("place-due", "subject-shortage", "fewest-moves", "even-near-wished")]
    assert goals == [2, 4, 2, 400]
    assert (base["moves"], base["people"], base["breaches"]) == (11, 0, 0)
    assert rows["e0+d0"]["people"] == 0
    assert rows["e0+d1"]["goal.subject-shortage"] == 7
    assert rows["moves-first"]["goal.subject-shortage"] is None
    assert rows["held"]["moves"] is None
    differences = {row["id"]: row for row in json.loads(ran.result.stdout)["differences"]}
    assert set(differences) == set(PLANNED) - {"base"}
    assert differences["e0+d1"]["goal.subject-shortage"] == 3
    assert differences["moves-first"]["moves"] == rows["moves-first"]["moves"] - 11


def test_people_who_differ_are_those_of_the_two_plans(ran: Ran) -> None:
    plans = [read_plan(ran.out / "variants" / name / "plan") for name in ("base", "moves-first")]
    found = compare(*plans)
    with (ran.out / "people.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["variant"] == "moves-first"]
    people = {*found.only_first["staff_id"], *found.only_second["staff_id"], *found.changed["staff_id"]}
    assert {row["staff_id"].lstrip("'") for row in rows} == people
    goes = [plan.transfers.set_index("staff_id")["to_school"].to_dict() for plan in plans]
    for row in rows:
        assert [row["base_to"], row["to"]] == [where.get(row["staff_id"], "") for where in goes]


@pytest.mark.parametrize("name", ["base", "other-law", "e0+d1", "moves-first"])
def test_a_variant_is_made_again_from_its_own_folder(ran: Ran, name: str, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(ran.out / "variants" / name, moved)
    kept = read_plan(moved / "plan")
    scenario = load_scenario(moved)
    again = make_plan(scenario).plan
    assert again is not None
    assert compare(kept, again).identical
    assert [(each.id, each.value) for each in again.objectives] == [(each.id, each.value) for each in kept.objectives]
    assert {key: kept.fingerprints[key] for key in ("policy", "data")} == dict(scenario.fingerprints)
    assert audit_plan(scenario.district, scenario.policy, kept).passes


@pytest.mark.slow
def test_the_command_makes_the_same_plan_from_the_folder(ran: Ran, tmp_path: Path) -> None:
    result = call("plan", ran.out / "variants" / "e0+d1", "--out", tmp_path / "out", "--quiet")
    assert result.exit_code == 0
    assert compare(read_plan(tmp_path / "out"), read_plan(ran.out / "variants" / "e0+d1" / "plan")).identical


def test_nothing_is_written_but_the_results(ran: Ran) -> None:
    assert sorted(each.name for each in ran.out.iterdir()) == [
        "charts", "people.csv", "variants", "whatif.csv", "whatif.html", "whatif.md", "whatif.xlsx",
    ]  # fmt: skip
    assert sorted(each.name for each in (ran.out / "variants" / "held").iterdir()) == [
        "data", "policy.yaml", "result.json", "scenario.yaml",
    ]  # fmt: skip
    assert sorted(each.name for each in (ran.out / "variants" / "base" / "plan").iterdir()) == [
        "audit.json", "audit.md", "deferred.csv", "plan.json", "transfers.csv",
    ]  # fmt: skip


def test_the_books_and_pages_hold_every_variant(ran: Ran) -> None:
    titles = ["现状", "志愿优先", "人数先于缺额", "两人留任", "全走", "七年即走"]
    book = openpyxl.load_workbook(ran.out / "whatif.xlsx")
    assert book.sheetnames == ["并列比较", "均衡指标", "与现状之差", "改动", "去向不同的人"]
    cells = [row[0].value for row in book["并列比较"].iter_rows()]
    page, text = ((ran.out / f"whatif.{kind}").read_text("utf-8") for kind in ("html", "md"))
    for title in titles:
        assert title in cells
        assert title in page
        assert title in text
    assert "<script" not in page
    assert (ran.out / "charts" / "whatif.png").stat().st_size > 10_000


@pytest.fixture
def copied(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The results in a folder of one's own; what people get of them is looked at elsewhere and not written again."""
    monkeypatch.setattr("rotation_planner.variants.writing.write_whatif", lambda *_: None)
    return Path(shutil.copytree(ran.out, tmp_path / "out"))


SMALL = {"variants": [each for each in read_yaml(GRID).data["variants"] if each["id"] in ("held", "nope")]}


def test_what_is_done_is_not_done_again(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def only_listen(waiting: object, take: object, **_: object) -> None:
        seen.extend(job.id for job in waiting)  # type: ignore[attr-defined]

    monkeypatch.setattr("rotation_planner.variants.running.run_here", only_listen)
    made = whatif(TINY, SMALL, out=copied)
    assert seen == []
    assert [each["outcome"] for each in made.records] == ["planned", "infeasible", "infeasible"]
    (copied / "variants" / "base" / "plan" / "transfers.csv").write_text("x", "utf-8")  # no longer as written
    (copied / "variants" / "nope" / "result.json").unlink()
    shutil.rmtree(copied / "variants" / "nope")
    whatif(TINY, SMALL, out=copied)
    assert seen == ["base", "nope"]
    seen.clear()
    whatif(TINY, {"variants": [{**SMALL["variants"][0], "solve": {"gap": 0.01}}]}, out=copied)
    assert seen == ["base", "held"]


def test_a_run_that_was_killed_leaves_no_half_result(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a run leaves it that dies between taking a former result away and putting the new one there."""
    work = copied / ".rotation-planner"
    (work / "old").mkdir(parents=True)
    os.replace(copied / "variants" / "base", work / "old" / "base")
    (work / "new" / "base" / "plan").mkdir(parents=True)
    (work / "scratch" / "variant-x").mkdir(parents=True)
    monkeypatch.setattr("rotation_planner.variants.running.run_here", lambda waiting, *_, **__: list(waiting) == [])
    made = whatif(TINY, SMALL, out=copied)
    assert made.records[0]["outcome"] == "planned"
    assert not work.exists()


def test_a_folder_of_something_else_is_not_replaced(copied: Path, ran: Ran) -> None:
    (copied / "variants" / "held" / "result.json").unlink()
    (copied / "variants" / "held" / "notes.txt").write_text("mine", "utf-8")
    result = call("whatif", TINY, "--grid", ran.grid, "--out", copied)
    assert result.exit_code == 2
    assert "held" in result.stderr
    assert (copied / "variants" / "held" / "notes.txt").read_text("utf-8") == "mine"


def test_asked_to_stop_at_once_nothing_is_planned_and_it_is_told() -> None:
    stop = threading.Event()
    stop.set()
    made = whatif(TINY, SMALL, stop=stop)
    assert {each["outcome"] for each in made.records} == {"stopped"}
    assert made.interrupted
    assert made.timed_out


def test_results_show_and_print(ran: Ran, copied: Path) -> None:
    made = whatif(TINY, ran.grid, out=copied)
    assert str(made).startswith("共10个变体，6个有方案。")
    shown = made._repr_html_()
    assert "两人留任" in shown
    assert "data:image/png" in shown
    assert compare(made.plan("e0+d0"), made.plan()).identical
    assert set(made.people["variant"]) == {"moves-first", "other-law"}


def in_this_process(waiting: Iterable[Job], take: Callable[[Job, Done], None], **_: object) -> None:
    for job in waiting:
        take(job, jobs.run_job(job))


@pytest.mark.slow
def test_without_a_plan_of_the_base_there_is_nothing_to_differ_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rotation_planner.variants.running.run_here", in_this_process)
    scenario = load_scenario(TINY, adjust={"quota-quality": {"at_least": 1}})
    gone = {"table": "staff", "where": {"field": "school_id", "is": "01"}, "remove": True}
    nobody = {"table": "staff", "where": {"field": "points", "more_than": 1}, "set": {"points": 0}}
    variants = [
        {"id": "ok", "adjust": {"quota-quality": {"at_least": 0.15}}, "data": [nobody]},
        {"id": "gone", "data": [gone]},
    ]
    made = whatif(scenario, {"variants": variants}, out=tmp_path / "out")
    assert [each["outcome"] for each in made.records] == ["infeasible", "planned", "input"]
    assert made.differences.empty
    assert made.people.empty
    assert not made.passes
    assert not made.timed_out
    assert "没有触及任何一行" in made.table["why"][1]
    assert "0103" in made.table["why"][2]
    short = whatif(TINY, {"variants": [{"id": "b"}]}, time_limit=1e-5)
    assert [each["outcome"] for each in short.records] == ["unknown", "unknown"]
    assert short.timed_out


# ---- processes that fail --------------------------------------------------------------------------------------------


def die(job: Job, *_: object) -> Done:
    if job.id == "dies":
        os._exit(9)
    return Done({**jobs.head(job), "outcome": "planned"})


@pytest.mark.slow
def test_a_process_that_dies_takes_no_other_job_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_in_pool", die)
    told: dict[str, str] = {}

    def take(job: Job, done: Done) -> None:
        told[job.id] = done.record["outcome"]

    names = ["a", "dies", "b", "c"]
    waiting = (Job(name, name, {}, "") for name in names)
    pool.run_here(waiting, take, processes=2, scratch=str(tmp_path))
    assert told == {"a": "planned", "b": "planned", "c": "planned", "dies": "crash"}


def test_whatever_goes_wrong_in_a_job_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job("x", "X", {"scenario.yaml": b"title: x\n"}, "p")
    done = jobs.run_job(job, str(tmp_path))
    assert done.record["outcome"] == "input"
    assert any("as_of" in each for each in done.record["why"])

    def surprise(*_: object) -> Done:
        raise ValueError("odd")

    monkeypatch.setattr(jobs, "_worked", surprise)
    done = jobs.run_job(job, str(tmp_path))
    assert done.record["outcome"] == "crash"
    assert "odd" in done.record["why"][0]
    assert list(tmp_path.iterdir()) == []
