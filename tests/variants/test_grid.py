"""The grid's file: every mistake with its line, all at once; what a change changes; how axes cross."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rotation_planner import InputError, Scenario, load_scenario
from rotation_planner.data import schema
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.variants.building import Builder, in_order
from rotation_planner.variants.grid import Grid
from rotation_planner.variants.packing import packed_scenario, to_yaml, unpack, whole
from rotation_planner.variants.reading import read_grid

from .conftest import PACK, TINY, call

BAD = """\
title: 5
most: 0
bogus: 1
variants:
  - id: base
  - {id: con, adjust: {quota-qualty: {at_least: 0.2}}}
  - id: a
    adjust:
      quota-quality: {at_least: 3}
      headcount: {id: other}
    goals: [place-due, nope]
    policy: nowhere.yaml
  - id: b
    goals: [place-due, place-due]
    solve: {time_limit: -1, sped: 3}
    data:
      - {table: school, add: {headcount_limit: 1}}
      - {table: schools, where: {field: locaton, is: rural}, add: {headcount_limit: 1}}
      - {table: schools, add: {headcount_limt: 1, name: 2, headcount_limit: -99}}
      - {table: pins, insert: [{staff_id: "9999", verdict: stay}, {staff_id: "0101", verdict: perhaps}]}
      - {table: staff, where: {feld: x}, set: {school_id: "77"}}
      - {table: demand, who: {everyone: true}, remove: true}
      - {table: schools}
      - {table: pins, where: {everyone: true}, insert: [{staff_id: "0101", verdict: stay}]}
axes: {q: [], r: 3}
"""


@pytest.fixture(scope="module")
def builder() -> Builder:
    return Builder(load_scenario(TINY), TINY)


def problems_of(grid: Any, builder: Builder, tmp_path: Path) -> list[tuple[int | None, str, str | None]]:
    path = tmp_path / "grid.yaml"
    path.write_text(grid, "utf-8")
    with pytest.raises(InputError) as error:
        read_grid(path, builder)
    assert all(each.message and each.expected and each.advice for each in error.value.problems)
    assert {each.file for each in error.value.problems} == {"grid.yaml"}
    return [(each.row, each.code, each.value) for each in error.value.problems]


def test_every_mistake_is_told_with_its_line(builder: Builder, tmp_path: Path) -> None:
    found = {(row, code) for row, code, _ in problems_of(BAD, builder, tmp_path)}
    assert found == {
        (1, "grid_value"), (2, "grid_value"), (3, "grid_key"), (5, "grid_id"), (6, "grid_id"), (6, "adjust_unknown"),
        (12, "policy_missing"), (14, "grid_goal"), (15, "scenario_value"), (15, "scenario_key_unknown"),
        (17, "grid_table"), (18, "grid_selector_field"), (19, "grid_column"), (19, "grid_number"), (20, "grid_person"),
        (21, "grid_selector"), (21, "grid_school"), (22, "grid_no_key"), (23, "grid_ways"), (24, "grid_where_insert"),
        (25, "grid_value"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("grid", "code", "line"),
    [
        ("variants:\n  - id: a\n    adjust:\n      quota-quality: {at_least: 3}\n", "policy_share_above_all", 4),
        ("variants:\n  - id: a\n    adjust:\n      headcount: {id: x}\n", "adjust_identity", 4),
        ("variants:\n  - id: a\n    adjust:\n      pins: {who: 1}\n", "policy_unknown_key", 4),
        ("variants:\n  - id: a\n    goals: [place-due, nope]\n", "grid_goal", 3),
        ("variants:\n  - id: a\n  - id: A\n", "grid_twice", 3),
        ("variants: []\n", "grid_empty", 1),
        ("variants:\n  - id: a\n    data: [{table: schools, times: {headcount_limit: -1}}]\n", "grid_negative", 3),
        (
            "variants:\n  - {id: a, data: [{table: pins, insert: [{staff_id: '0101', verdict: maybe}]}]}\n",
            "value_not_listed",
            2,
        ),
        ("most: 3\naxes:\n  x: [{id: a}, {id: b}]\n  y: [{id: c}, {id: d}]\n", "grid_most", 2),
        ("axes:\n  x: [{id: a, goals: [place-due]}]\n  y: [{id: c, goals: [place-due]}]\n", "grid_conflict", 3),
        ("- a\n", "grid_shape", 1),
        ("variants: [\n", "yaml_syntax", 2),
    ],
)
def test_single_mistakes(grid: str, code: str, line: int, builder: Builder, tmp_path: Path) -> None:
    found = problems_of(grid, builder, tmp_path)
    assert [row for row, _, _ in found] == [line] * len(found)
    assert {each for _, each, _ in found} == {code}


def test_too_many_variants_are_told_in_words(builder: Builder) -> None:
    axes = {name: [{"id": f"{name}{number}"} for number in range(8)] for name in "abc"}
    with pytest.raises(InputError) as error:
        read_grid({"axes": axes}, builder)
    assert "513" in error.value.problems[0].message
    assert "60" in error.value.problems[0].message


def test_axes_are_crossed_and_the_base_comes_first(builder: Builder) -> None:
    grid = read_grid(
        {
            "variants": [{"id": "alone", "title": "单独"}],
            "axes": {
                "q": [{"id": "q1", "adjust": {"quota-quality": {"at_least": 0.2}}}, {"id": "q2"}],
                "p": [{"id": "p1", "adjust": {"quota-quality": {"enabled": False}}}, {"id": "p2"}],
            },
        },
        builder,
    )
    assert grid.count == 6
    assert [each.id for each in grid.all()] == ["base", "alone", "q1+p1", "q1+p2", "q2+p1", "q2+p2"]
    assert grid.all()[2].adjust == {"quota-quality": {"at_least": 0.2, "enabled": False}}


def one(builder: Builder, *changes: dict[str, Any]) -> Scenario:
    """The scenario of one variant with these changes of data, written and read again."""
    grid = read_grid({"variants": [{"id": "x", "data": list(changes)}]}, builder)
    return scenario_of(builder, grid)


def scenario_of(builder: Builder, grid: Grid) -> Scenario:
    import tempfile

    built = builder.build(grid.variants[0])
    with tempfile.TemporaryDirectory() as folder:
        unpack(whole(built.content, built.files), Path(folder))
        return load_scenario(folder)


def test_cells_are_set_added_and_multiplied_where_it_says(builder: Builder) -> None:
    rural = {"field": "location", "in": ["rural", "remote"]}
    made = one(
        builder,
        {"table": "schools", "where": rural, "add": {"headcount_limit": 2}, "set": {"zone": "新片区"}},
        {"table": "demand", "at": rural, "where": {"field": "subject", "is": "语文"}, "times": {"required": 1.5}},
        {"table": "staff", "where": {"field": "school.location", "is": "remote"}, "set": {"backbone": "county"}},
    )
    before, after = builder.scenario.district, made.district
    meant = before.schools["location"].isin(["rural", "remote"]).to_numpy(bool)
    added = after.schools["headcount_limit"] - before.schools["headcount_limit"]
    assert added.tolist() == (2.0 * meant).tolist()
    assert (after.schools["zone"] == "新片区").tolist() == meant.tolist()
    schools = set(before.schools.loc[meant, "school_id"])
    rows = before.demand["school_id"].isin(schools) & (before.demand["subject"] == "语文")
    wanted = np.where(rows, np.floor(before.demand["required"] * 1.5 + 0.5), before.demand["required"])
    assert after.demand["required"].tolist() == wanted.tolist()
    remote = set(before.schools.loc[before.schools["location"] == "remote", "school_id"])
    there = before.staff["school_id"].isin(remote)
    assert (after.staff.loc[there, "backbone"] == "county").all()
    assert after.staff.loc[~there, "backbone"].tolist() == before.staff.loc[~there, "backbone"].tolist()


def test_rows_are_put_in_and_taken_out(builder: Builder) -> None:
    due = {"eligible": ["must-teacher"]}
    made = one(
        builder,
        {"table": "pins", "who": due, "insert": [{"verdict": "stay", "reason": "毕业年级"}]},
        {"table": "applications", "remove": True},
    )
    eligible = builder.standing.selecting.people(_selector(due))
    wanted = builder.scenario.district.staff.loc[eligible, "staff_id"].tolist()
    old = len(builder.scenario.district.pins)
    assert made.district.pins["staff_id"].tolist()[old:] == wanted
    assert made.district.applications.empty


def _selector(given: dict[str, Any]) -> Any:
    from rotation_planner.variants.reading import _selector as adapter

    return adapter.validate_python(given)


def test_an_unchanged_scenario_keeps_its_fingerprints(builder: Builder) -> None:
    made = one(builder)
    assert dict(made.fingerprints) == dict(builder.scenario.fingerprints)
    assert made.file.solve == builder.scenario.file.solve
    for key in schema.TABLE_KEYS:
        assert made.district.frames[key].equals(builder.scenario.district.frames[key])


def test_a_scenario_changed_in_memory_is_packed_as_it_stands(builder: Builder, tmp_path: Path) -> None:
    schools = builder.scenario.district.schools.assign(headcount_limit=lambda frame: frame["headcount_limit"] + 5)
    changed = builder.scenario.changed(schools=schools, adjust={"quota-quality": {"at_least": 0.1}})
    unpack(whole(*packed_scenario(changed)), tmp_path)
    again = load_scenario(tmp_path)
    assert again.district.schools["headcount_limit"].tolist() == schools["headcount_limit"].tolist()
    assert again.policy == changed.policy


def test_should_rules_stay_with_their_goal_when_goals_are_reordered(builder: Builder) -> None:
    source = builder.source()
    goals = ("place-due", "even-near-wished", "fewest-moves")
    data = in_order(source, {"quota-quality": {"at_least": 0.2}}, goals)
    ranks = {rule["id"]: rule.get("rank") for rule in data["rules"]}
    assert [level["id"] for level in data["goals"]] == list(goals)
    assert ranks["rural-titles"] == 2
    left_out = in_order(source, {}, ("place-due",))
    assert {rule["id"]: rule.get("rank") for rule in left_out["rules"]}["rural-titles"] is None
    assert {rule["id"]: rule.get("at_least") for rule in data["rules"]}["quota-quality"] == 0.2


def test_a_pack_written_anew_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "again.yaml").write_bytes(to_yaml(read_yaml(PACK).data))
    assert read_yaml(tmp_path / "again.yaml").data == read_yaml(PACK).data


def test_a_wrong_grid_ends_with_two_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "grid.yaml").write_text(BAD, "utf-8")
    result = call("whatif", TINY, "--grid", tmp_path / "grid.yaml", "--out", tmp_path / "out", "--json")
    assert result.exit_code == 2
    assert len(json.loads(result.stdout)["problems"]) >= 20
    assert not (tmp_path / "out").exists()
    missing = call("whatif", TINY, "--grid", tmp_path / "no.yaml", "--out", tmp_path / "out", "--lang", "en")
    assert missing.exit_code == 2
    assert "no.yaml" in missing.stderr
