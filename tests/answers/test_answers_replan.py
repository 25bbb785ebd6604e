"""A plan made anew: what is told of the changes, the page, the appeals desk, and what is wrong with a file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from source import ROOT

import rotation_planner as rp
from rotation_planner.cli import program
from rotation_planner.data.appeals import read_appeals
from rotation_planner.data.problems import InputError
from rotation_planner.plan.compare import compare
from rotation_planner.run import Outcome, Replanned, Scenario

TINY = ROOT / "scenarios" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return rp.load_scenario(TINY)


@pytest.fixture(scope="module")
def made(tiny: Scenario) -> Outcome:
    return rp.make_plan(tiny)


def pinned(scenario: Scenario, *people: str) -> Scenario:
    """The scenario with these people pinned to stay."""
    rows = pd.DataFrame([{"staff_id": each, "school_id": "", "verdict": "stay", "reason": ""} for each in people])
    pins = pd.concat([scenario.district.pins, rows], ignore_index=True)
    return scenario.changed(pins=pins)


def replanned(scenario: Scenario, made: Outcome) -> Replanned:
    assert made.plan is not None
    return rp.replan(scenario, made.plan)


def test_nothing_changes_where_nothing_has_changed(tiny: Scenario, made: Outcome) -> None:
    found = replanned(tiny, made)
    assert [each.value for each in found.before] == [0.0]
    assert found.changes.empty
    assert found.proven
    assert found.comparison is not None
    assert found.comparison.identical
    assert "无人变动" in str(found)
    # What was proven of the plan still is; of the same plan under other data nothing is claimed.
    assert made.plan is not None
    assert found.outcome.status is rp.Status.OPTIMAL
    assert found.outcome.plan is not None
    assert found.outcome.plan.objectives == made.plan.objectives
    other = tiny.changed(staff=tiny.district.staff.assign(degree="master"))
    assert replanned(other, made).outcome.status is rp.Status.FEASIBLE


@pytest.mark.slow
def test_a_new_plan_is_written_without_names(tiny: Scenario, made: Outcome, tmp_path: Path) -> None:
    assert made.plan is not None
    gone = made.plan.transfers["staff_id"].iat[0]
    made.plan.transfers.to_csv(tmp_path / "plan.csv", index=False)
    pins = pd.DataFrame([{"staff_id": gone, "school_id": "", "verdict": "stay", "reason": ""}])
    shutil.copytree(TINY, tmp_path / "tiny")
    pins.to_csv(tmp_path / "tiny" / "pins.csv", index=False)
    arguments = ["--papers", "--pseudonyms", tmp_path / "key.csv", "--out", tmp_path / "out"]
    told = CliRunner().invoke(
        program, [str(each) for each in ("replan", tmp_path / "tiny", tmp_path / "plan.csv", *arguments)]
    )
    assert told.exit_code == 0, told.output
    assert (tmp_path / "out" / "papers").is_dir()
    names = set(tiny.district.staff["name"])
    texts = [path.read_text("utf-8-sig") for path in (tmp_path / "out").rglob("*.csv")]
    texts += [path.read_text("utf-8") for path in (tmp_path / "out" / "changes").glob("changes.[mh]*")]
    assert len(texts) > 4
    for text in (*texts, told.output):
        assert not [name for name in names if name in text]
    key = (tmp_path / "key.csv").read_text("utf-8-sig")
    code = next(line.split(",")[0] for line in key.splitlines() if line.split(",")[1] == gone)
    assert code in (tmp_path / "out" / "changes" / "changes.csv").read_text("utf-8-sig")


def test_the_level_counts_what_the_comparison_counts(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    drop = made.plan.transfers["staff_id"].tolist()[:2]
    found = replanned(pinned(tiny, *drop), made)
    assert found.outcome.passes
    assert found.outcome.plan is not None
    assert found.proven
    seen = compare(made.plan, found.outcome.plan)
    assert found.before[0].value == len(found.changes)
    assert found.before[0].value == len(seen.only_first) + len(seen.only_second) + seen.people_changed
    causes = found.changes.set_index("staff_id")["cause"]
    assert (causes[drop] == "pin").all()
    assert set(causes.drop(drop)) <= {"chain"}
    # What holds among plans that change as few is not claimed of all plans.
    assert found.outcome.plan.status is rp.Status.FEASIBLE
    assert found.breaches.shape[0] >= 1


def test_a_new_exemption_and_a_person_gone_are_told_as_such(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    ill = made.plan.transfers["staff_id"].iat[0]
    row = pd.DataFrame([{"staff_id": ill, "kind": "illness", "start": pd.Timestamp("2027-06-01"), "evidence": "证明"}])
    changed = tiny.changed(exemptions=pd.concat([tiny.district.exemptions, row], ignore_index=True))
    found = replanned(changed, made)
    told = found.changes.set_index("staff_id")
    assert told.at[ill, "cause"] == "data"
    assert told.at[ill, "rules"]
    moves = pd.concat([made.plan.transfers, made.plan.transfers.head(1).assign(staff_id="9999", name="某")])
    found = rp.replan(tiny, rp.Plan(moves.reset_index(drop=True), made.plan.deferred))
    assert found.changes["cause"].tolist() == ["gone"]


@pytest.mark.slow
def test_the_page_is_written_with_the_plan(tiny: Scenario, made: Outcome, tmp_path: Path) -> None:
    assert made.plan is not None
    changed = pinned(tiny, made.plan.transfers["staff_id"].iat[0])
    found = replanned(changed, made)
    rp.write_replanned(found, changed, tmp_path / "out")
    folder = tmp_path / "out" / "changes"
    names = {path.name for path in folder.iterdir()}
    assert {"changes.md", "changes.html", "changes.csv", "changes.png", "changes.svg", "goals.csv"} <= names
    text = (folder / "changes.md").read_text("utf-8")
    assert made.plan.transfers["name"].iat[0] in text
    told = json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))
    assert told["replan"]["proven"] is True
    assert told["replan"]["levels"][0]["id"] == "fewest-changes"
    assert told["replan"]["levels"][0]["value"] == told["replan"]["changed"] == len(found.changes)
    again = rp.read_plan(tmp_path / "out")
    assert rp.compare(again, found.outcome.plan).identical  # type: ignore[arg-type]
    assert rp.audit(changed, again).passes
    html = found._repr_html_()
    assert "<table" in html


def test_appeals_are_heard_together_and_alone(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    moves = made.plan.transfers
    first, second = moves.iloc[0], moves.iloc[1]
    appeals = pd.DataFrame(
        {
            "staff_id": [first["staff_id"], second["staff_id"], second["staff_id"]],
            "asks": ["stay", "not_to", "stay"],
            "school_id": ["", second["to_school_id"], ""],
            "weight": [2, 1, 1],
        }
    )
    found = rp.replan(tiny, made.plan, appeals=appeals)
    assert found.appeals is not None
    assert found.outcome.plan is not None
    assert found.outcome.passes
    entered = dict(
        zip(found.outcome.plan.transfers["staff_id"], found.outcome.plan.transfers["to_school_id"], strict=True)
    )
    for row in found.appeals.itertuples():
        to = entered.get(row.staff_id)
        assert row.granted == (to is None if row.asks == "stay" else to != row.school_id)
    assert found.before[0].value == found.appeals.loc[~found.appeals["granted"], "weight"].sum()
    # What can be granted with the others can be granted alone.
    assert (found.appeals.loc[found.appeals["granted"], "alone"] == "yes").all()


def test_a_file_of_appeals_is_read_in_chinese_and_english(tiny: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "申诉.csv"
    path.write_text("工号,诉求,学校代码,权重\n0103,留任,,\n0104,不去,02,2.5\n", "utf-8")
    told = read_appeals(path, tiny.district)
    assert told[["staff_id", "asks", "school_id", "weight"]].values.tolist() == [
        ["0103", "stay", "", 1.0],
        ["0104", "not_to", "02", 2.5],
    ]
    book = tmp_path / "appeals.xlsx"
    told.drop(columns="_row").to_excel(book, index=False)
    assert read_appeals(book, tiny.district)["asks"].tolist() == ["stay", "not_to"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "appeals_empty"),
        ("staff_id,asks\n", "appeals_empty"),
        ("asks\nstay\n", "column_missing"),
        ("staff_id,asks\nnobody,stay\n", "unknown_staff"),
        ("staff_id,asks,school_id\n0103,to,\n", "appeal_without_school"),
        ("staff_id,asks,school_id\n0103,to,77\n", "unknown_school"),
        ("staff_id,asks,school_id\n0103,to,01\n", "appeal_own_school"),
        ("staff_id,asks,school_id\n0103,stay,02\n", "appeal_school_for_stay"),
        ("staff_id,asks,weight\n0103,stay,0\n", "appeal_weight"),
        ("staff_id,asks,weight\n0103,stay,-1\n", "number_out_of_range"),
        ("staff_id,asks\n0103,leave\n", "value_not_listed"),
        ("staff_id,asks\n0103,stay\n0103,stay\n", "appeal_twice"),
    ],
)
def test_what_is_wrong_with_a_file_of_appeals_is_told(tiny: Scenario, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "appeals.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        read_appeals(path, tiny.district)
    assert code in {each.code for each in error.value.problems}
    assert all(each.message and each.expected for each in error.value.problems)


def test_plans_are_compared_person_by_person_school_by_school_goal_by_goal(tiny: Scenario, made: Outcome) -> None:
    from rotation_planner.run import recounted

    assert made.plan is not None
    fewer = rp.Plan(made.plan.transfers.iloc[1:].reset_index(drop=True), made.plan.deferred)
    gone = made.plan.transfers.iloc[0]
    found = rp.compare(made.plan, fewer)
    assert found.only_first["staff_id"].tolist() == [gone["staff_id"]]
    schools = found.schools.set_index("school_id")
    assert set(schools.index) == {gone["from_school_id"], gone["to_school_id"]}
    left, entered = schools.loc[gone["from_school_id"]], schools.loc[gone["to_school_id"]]
    assert left["out_first"] == left["out_second"] + 1
    assert entered["in_first"] == entered["in_second"] + 1
    # A plan made by hand tells no goals; with the scenario they are counted for both.
    assert found.goals["second"].isna().all()
    both = rp.compare(recounted(tiny, made.plan), recounted(tiny, fewer))
    assert both.goals["first"].tolist() == [each.value for each in made.plan.objectives]
    assert both.goals["second"].notna().all()
    assert both.goals["second_bound"].isna().all()
    json.dumps(both.as_dict(), allow_nan=False)


@pytest.mark.slow
def test_the_command_writes_tells_and_refuses(made: Outcome, tmp_path: Path) -> None:
    from rotation_planner.plan.files import write_plan_files

    assert made.plan is not None
    (tmp_path / "plan").mkdir()
    write_plan_files(tmp_path / "plan", made.plan)
    mover = made.plan.transfers["staff_id"].iat[0]
    (tmp_path / "appeals.csv").write_text(f"staff_id,asks\n{mover},stay\n", "utf-8")
    begin = ["replan", str(TINY), str(tmp_path / "plan"), "--out", str(tmp_path / "out"), "--lang", "en"]
    runner = CliRunner()
    done = runner.invoke(program, [*begin, "--appeals", str(tmp_path / "appeals.csv"), "--json", "--quiet"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["replan"]["appeals"][0]["staff_id"] == mover
    assert "changes/appeals.csv" in told["files"]
    assert {"changes/changes.md", "plan.json", "audit.json"} <= set(told["files"])
    shown = runner.invoke(program, [*begin, "--appeals", str(tmp_path / "appeals.csv")])
    assert "appeals can be granted together" in shown.output
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    (tmp_path / "wrong.csv").write_text("staff_id,asks\nnobody,stay\n", "utf-8")
    refused = runner.invoke(program, [*begin, "--appeals", str(tmp_path / "wrong.csv")])
    assert refused.exit_code == 2
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}


def test_of_a_scenario_without_a_plan_nothing_is_written(made: Outcome, tiny: Scenario, tmp_path: Path) -> None:
    """Everybody is pinned to stay: the shares cannot be met."""
    broken = pinned(tiny, *sorted(set(tiny.district.staff["staff_id"]) - set(tiny.district.pins["staff_id"])))
    found = replanned(broken, made)
    assert found.outcome.plan is None
    assert found.outcome.status is rp.Status.INFEASIBLE
    assert found.outcome.contradictions
    assert not found.tables()
    with pytest.raises(ValueError, match="no plan"):
        rp.write_replanned(found, broken, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_who_is_granted_an_appeal_is_better_off_however_far_and_the_changes_show_as_a_picture() -> None:
    scenario = rp.load_scenario(TINY.parent / "haitang")
    plan = rp.make_plan(scenario).plan
    assert plan is not None
    asked = pd.DataFrame({"staff_id": ["T00107"], "asks": ["not_to"], "school_id": ["S010"]})
    found = rp.replan(scenario, plan, appeals=asked)
    row = found.changes.set_index("staff_id").loc["T00107"]
    assert row["km_now"] > row["km_was"], "farther than before"
    assert row["gain"] == "better"
    assert found.picture._repr_png_().startswith(b"\x89PNG")
    same = rp.replan(scenario, plan)
    assert same.changes.empty
    with pytest.raises(ValueError, match="无人变动"):
        _ = same.picture
