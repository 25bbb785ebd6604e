"""Every mistake is told at once: what is wrong with rows is not put off until the shape of the files is right."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from districts import tiny_plan
from tables import AS_OF, copy_of_sound, grid, problems_of

import rotation_planner as rp
from rotation_planner.data import schema
from rotation_planner.data.problems import InputError, Severity
from rotation_planner.data.reading import read_district
from rotation_planner.run import load_scenario

POLICY = """pack: own
title: {zh: 自设列, en: own columns}
source: test
rules:
  - {id: scope, kind: scope, words: {zh: 全体, en: all}, source: test, who: {everyone: true}, schools: {everyone: true},
     stages: [primary]}
  - {id: boarding, kind: duty, words: {zh: 住校, en: boarding}, source: test, who: {field: 住校, is: "是"},
     stay: {stay: school, at_least: 6}}
  - {id: old, kind: defer, words: {zh: 伤残, en: hurt}, source: test,
     when: {exemption: [illness], having: [{field: 等级, is: "重"}]}}
goals: [{id: moves, words: {zh: 少动, en: few}, terms: [{kind: moves, weight: 1}]}]
"""


def write(folder: Path, table: str, rows: list[list[str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def errors(folder: Path) -> set[tuple[str, str, int | None]]:
    return {(p.code, p.file, p.row) for p in problems_of(folder) if p.severity is Severity.ERROR}


def test_repeated_ids_are_told_beside_a_missing_column(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "d")
    staff, schools = grid("staff"), grid("schools")
    staff[2][0] = staff[1][0]
    staff[3][3] = "1973-11-31"
    place = schools[0].index("层次")
    write(folder, "staff", staff)
    write(folder, "schools", [row[:place] + row[place + 1 :] for row in schools])
    assert errors(folder) >= {
        ("column_missing", "schools.csv", 1), ("id_twice", "staff.csv", 3), ("date_no_such_day", "staff.csv", 4),
    }  # fmt: skip


def test_unknown_codes_are_told_beside_a_table_that_is_not_there(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "d")
    demand, staff = grid("demand"), grid("staff")
    demand[1][0] = "nowhere"
    staff[2][0] = staff[1][0]
    write(folder, "demand", demand)
    (folder / "staff.csv").unlink()
    assert errors(folder) == {("table_missing", "d", None), ("unknown_school", "demand.csv", 2)}
    write(folder, "staff", staff)
    (folder / "schools.csv").unlink()
    found = errors(folder)
    assert {("table_missing", "d", None), ("id_twice", "staff.csv", 3)} <= found
    assert not [each for each in found if each[0] == "unknown_school"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "column"),
    [(table.key, column.heading) for table in schema.TABLES for column in table.columns if column.heading_due],
)
def test_a_missing_column_is_one_error_and_not_one_a_row(tmp_path: Path, table: str, column: str) -> None:
    folder = copy_of_sound(tmp_path / "d")
    rows = grid(table)
    place = rows[0].index(column)
    write(folder, table, [row[:place] + row[place + 1 :] for row in rows])
    with pytest.raises(InputError) as caught:
        read_district(folder, AS_OF)
    assert [(p.code, p.file) for p in caught.value.problems] == [("column_missing", f"{table}.csv")]


@pytest.mark.parametrize("table", ["schools", "staff"])
def test_a_missing_table_is_one_error(tmp_path: Path, table: str) -> None:
    folder = copy_of_sound(tmp_path / "d")
    (folder / f"{table}.csv").unlink()
    with pytest.raises(InputError) as caught:
        read_district(folder, AS_OF)
    assert [p.code for p in caught.value.problems] == ["table_missing"]
    assert caught.value.partial is None


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    folder = copy_of_sound(tmp_path / "d")
    (folder / "own.yaml").write_text(POLICY, "utf-8")
    (folder / "scenario.yaml").write_text("as_of: 2027-08-31\npolicy: own.yaml\ndata: .\n", "utf-8")
    return folder


def with_column(folder: Path, table: str, heading: str, value: str) -> None:
    rows = grid(table)
    write(folder, table, [rows[0] + [heading], *([*row, value] for row in rows[1:])])


def test_a_policys_unknown_column_is_told_with_the_mistakes_of_the_data(scenario: Path) -> None:
    staff = grid("staff")
    staff[2][0] = staff[1][0]
    write(scenario, "staff", staff)
    with pytest.raises(InputError) as caught:
        load_scenario(scenario)
    found = {(p.code, p.value) for p in caught.value.problems if p.severity is Severity.ERROR}
    assert {("policy_unknown_field", "住校"), ("policy_unknown_field", "等级"), ("id_twice", staff[1][0])} <= found


def test_a_column_that_the_policy_names_is_not_told_as_unknown(scenario: Path) -> None:
    with_column(scenario, "staff", "住校", "是")
    with_column(scenario, "exemptions", "等级", "重")
    rows = grid("schools")
    write(scenario, "schools", [rows[0] + ["住校"], *([*row, "是"] for row in rows[1:])])
    notes = [(p.code, p.file, p.column) for p in load_scenario(scenario).problems if p.code == "column_unknown"]
    assert notes == [("column_unknown", "schools.csv", "住校")]  # of the staff it is asked, of the schools nobody asks


def test_a_table_that_is_not_there_need_not_have_the_policys_columns(scenario: Path) -> None:
    """Nobody has an exemption: the rule defers nobody, whatever column it asks for."""
    with_column(scenario, "staff", "住校", "是")
    (scenario / "exemptions.csv").unlink()
    found = load_scenario(scenario)
    standing = rp.stand(found.district, found.policy)
    assert not standing.deferred["old"].any()
    assert isinstance(rp.audit(found, tiny_plan(found.district, {})).passes, bool)
