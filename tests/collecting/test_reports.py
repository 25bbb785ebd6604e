"""What is written: the scenario, the reports of schools and bureau, who may read what, the decisions read back."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from collecting.handing import POLICY, Pen, put_together, same_district, three_schools, years

import rotation_planner as rp
from rotation_planner.collecting import read_decisions, write_collected, write_school_template
from rotation_planner.data.problems import InputError
from rotation_planner.words import speaking

SECRETS = ("市一院诊断证明", "县级课题主持人", "照顾家庭", "夫妻", "兄弟姐妹")


def texts(path: Path) -> str:
    """Everything that a workbook holds, comments and hidden sheets included."""
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(each).decode("utf-8", "replace") for each in archive.namelist())


def rows(path: Path, sheet: str) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def messy(pen: Pen) -> None:
    """A mistake in B, a person in the rosters of A and B, a pair told by one side."""
    pen.copy("A", "B", "a3", school_id="B", joined_school=years(2))
    pen.set("B", "staff", "b2", birth_date="1986-11-31")
    pen.strike("C", "relatives", "c3")


def test_the_scenario_can_be_planned_on(folder: Path, tmp_path: Path) -> None:
    out = write_collected(put_together(folder, title="四校: “试行”"), tmp_path / "out")
    scenario = rp.load_scenario(out)
    assert scenario.title == "四校: “试行”"
    assert scenario.policy.pack == "six"
    same_district(three_schools(), scenario.district)
    assert sorted(p.name for p in (out / "reports" / "schools").iterdir()) == [
        "A-晨光小学.xlsx", "B-海棠小学.xlsx", "C-松林小学.xlsx", "D-南湖学校.xlsx",
    ]  # fmt: skip


def test_settings_of_last_year_are_taken_over(folder: Path, scenario: Path, tmp_path: Path) -> None:
    file = scenario / "scenario.yaml"
    file.write_text(
        file.read_text("utf-8")
        + "adjust: {six: {stay: {at_least: 7}}}\nsolve: {time_limit: 9, seed: 5, draw: 3, repeatable: true}\n",
        "utf-8",
    )
    out = write_collected(rp.collect(folder, last=scenario), tmp_path / "out")
    again = rp.load_scenario(out)
    assert (again.file.solve.time_limit, again.file.solve.seed, again.file.solve.draw) == (9, 5, 3)
    assert again.file.solve.repeatable
    assert dict(again.changes) == {"six": {"stay": {"at_least": 7}}}
    assert again.file.as_of.isoformat() == "2027-08-31"


def test_no_scenario_and_all_reports_while_something_is_wrong(pen: Pen, folder: Path, tmp_path: Path) -> None:
    out = write_collected(put_together(folder), tmp_path / "out")
    (out / "own.txt").write_text("the officer's", "utf-8")
    messy(pen)
    write_collected(put_together(folder), out)
    assert sorted(p.name for p in out.iterdir()) == ["collected.json", "own.txt", "reports"]
    told = json.loads((out / "collected.json").read_text("utf-8"))
    assert told["usable"] is False
    assert (told["errors"], told["blocking"]) == (1, 1)


def test_the_report_of_a_school(pen: Pen, folder: Path, tmp_path: Path) -> None:
    messy(pen)
    out = write_collected(put_together(folder), tmp_path / "out")
    path = out / "reports" / "schools" / "B-海棠小学.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["核改单", "差错", "疑点"]
    assert all(sheet.protection.sheet for sheet in book)
    [mistake] = rows(path, "差错")[2:]
    assert mistake[:6] == [1, "差错", "教职工", 3, "出生日期", "1986-11-31"]
    assert "没有这一天" in str(mistake[6])
    doubts = rows(path, "疑点")[2:4]
    # A slip of a birth date that cannot be read leaves b2 without one, which no rule of these looks at below the age.
    assert [row[1:8] for row in doubts] == [
        ["必须解决", "教职工", 6, "工号", "赵三（a3） 同时列在 晨光小学（A） 的名册中",
         "与对方学校核实此人现在哪所学校，另一所学校删去这一行", 2],
        ["请核实", "亲属关系", 3, "亲属工号",
         "钱三（b3） 与 松林小学（C） 人员的亲属关系，两校只有一方填写",
         "向本人核实，属实的在本校亲属关系表中补填，不属实的由填写的学校删去", 0],
    ]  # fmt: skip


def test_a_school_reads_of_its_own_people_only(pen: Pen, folder: Path, scenario: Path, tmp_path: Path) -> None:
    messy(pen)
    out = write_collected(rp.collect(folder, last=scenario), tmp_path / "out")
    people = {"A": "赵", "B": "钱", "C": "孙"}
    for school, own in people.items():
        told = texts(next((out / "reports" / "schools").glob(f"{school}-*.xlsx")))
        others = [name + number for name in people.values() for number in "一二三四" if name != own]
        allowed = {"赵三"} if school == "B" else set()  # B lists a3 itself
        assert not [name for name in others if name in told and name not in allowed], school
        assert not [secret for secret in SECRETS if secret in told], school


def test_no_report_holds_an_identity_number(pen: Pen, folder: Path, tmp_path: Path) -> None:
    number = "110101199003070011"
    for school, who in (("A", "a4"), ("C", "c2")):
        pen.set(school, "staff", who, 身份证号=number, birth_date=number)
    out = write_collected(put_together(folder), tmp_path / "out")
    for path in (out / "reports").rglob("*"):
        if path.is_file():
            assert number not in (texts(path) if path.suffix == ".xlsx" else path.read_text("utf-8-sig")), path.name


def test_the_bureaus_overview(pen: Pen, folder: Path, tmp_path: Path) -> None:
    messy(pen)
    made = put_together(folder)
    out = write_collected(made, tmp_path / "out")
    path = out / "reports" / "overview.xlsx"
    schools = {row[1]: row for row in rows(path, "各校汇总") if row[1] in ("A", "B", "C", "D")}
    assert [schools[s][3] for s in "ABCD"] == ["须核改", "须核改", "有疑点", "无误"]
    assert [schools[s][5:10] for s in "AB"] == [[4, 0, 0, 1, 2], [5, 1, 0, 2, 2]]
    [head, first, *_] = rows(path, "疑点")
    assert head[:2] == ["疑点编号", "涉及人数"]
    assert first[:3] == ["two_rosters/a3", 2, "是"]
    assert first[4] == "six、in-two-years"
    assert first[5] == "1. 在海棠小学（B）\n2. 在晨光小学（A）"
    people = [row for row in rows(path, "涉及人员")[1:] if row[0] == "two_rosters/a3"]
    assert [row[1] for row in people] == ["a2", "a3"]
    with (out / "reports" / "doubts.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["疑点编号"] for row in csv.DictReader(file)] == ["two_rosters/a3", "kin_one_side/b3/c3"]


def test_decisions_are_written_into_the_overview_and_hold(pen: Pen, folder: Path, tmp_path: Path) -> None:
    messy(pen)
    pen.set("B", "staff", "b2", birth_date="1986-11-30")
    out = write_collected(put_together(folder), tmp_path / "out")
    path = out / "reports" / "overview.xlsx"
    assert read_decisions(path) == {}
    book = openpyxl.load_workbook(path)
    sheet = book["疑点"]
    sheet.cell(2, 8, "2")
    book.save(tmp_path / "decided.xlsx")
    decided = read_decisions(tmp_path / "decided.xlsx")
    assert decided == {"two_rosters/a3": 2}
    made = put_together(folder, settled=decided)
    assert made.usable
    assert made.district is not None
    assert made.district.staff.set_index("staff_id").loc["a3", "school_id"] == "A"
    assert [(doubt.id, number) for doubt, number in made.settled] == [("two_rosters/a3", 2)]
    assert [doubt.id for doubt, _ in made.doubts] == ["kin_one_side/b3/c3"]
    text = (out / "reports" / "doubts.csv").read_text("utf-8-sig").splitlines()
    (tmp_path / "d.csv").write_text("\n".join(["疑点编号,采用", "two_rosters/a3,1"]), "utf-8")
    assert text[0].endswith("采用")
    assert read_decisions(tmp_path / "d.csv") == {"two_rosters/a3": 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("疑点编号,采用\nx,甲", "collect_decision"),
        ("工号,姓名\nx,1", "collect_no_decisions"),
        ("", "collect_no_decisions"),
    ],
)
def test_decisions_that_cannot_be_read(tmp_path: Path, content: str, code: str) -> None:
    (tmp_path / "d.csv").write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        read_decisions(tmp_path / "d.csv")
    assert caught.value.problems[0].code == code


def test_decisions_on_what_is_not_there(pen: Pen, folder: Path) -> None:
    messy(pen)
    made = put_together(folder, settled={"two_rosters/a3": 9, "left/zz": 1})
    assert {"collect_settled_gone", "collect_settled_wrong"} <= {p.code for p in made.problems}
    assert any(doubt.id == "two_rosters/a3" for doubt, _ in made.doubts)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_of_one_school(tmp_path: Path, lang: str) -> None:
    with speaking(lang):  # type: ignore[arg-type]
        path = write_school_template(tmp_path / "c.xlsx", "C", three_schools())
    book = openpyxl.load_workbook(path)
    staff = book["教职工" if lang == "zh" else "staff"]
    assert len(book.sheetnames) == 10  # eight tables, what to do, and the hidden lists
    assert book["_lists"].sheet_state == "hidden"
    assert [row[0].value for row in staff.iter_rows(min_row=2, max_row=5)] == ["c1", "c2", "c3", "pC"]
    assert staff.protection.sheet
    assert staff["A1"].protection.locked
    assert not staff["B2"].protection.locked
    assert not staff.column_dimensions["B"].protection.locked
    choices = {str(rule.sqref): rule.formula1 for rule in staff.data_validations.dataValidation if rule.type == "list"}
    place = next(cell for cell in staff[1] if cell.value in ("学校代码", "school_id"))
    column = book["_lists"][
        choices[f"{place.column_letter}2:{place.column_letter}20001"].split("!")[1].replace("$", "")
    ]
    assert [cell[0].value for cell in (column if isinstance(column, tuple) else ((column,),))] == ["C"]
    # Wishes are asked for anew; what is known of other schools' people is not told.
    told = texts(path)
    assert "诊断证明" in told
    others = ["赵一", "钱一", "a1", "b2", "县级课题", "海棠"]
    assert [each for each in others if f">{each}<" in told or (len(each) > 2 and each in told)] == []


def test_the_template_of_an_unknown_school(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_school_template(tmp_path / "x.xlsx", "X", three_schools())
    assert caught.value.problems[0].code == "unknown_school"
    path = write_school_template(tmp_path / "x.xlsx", "007")
    assert openpyxl.load_workbook(path)["学校"]["A2"].value == "007"


def test_a_collecting_shows_well_in_a_notebook(pen: Pen, folder: Path) -> None:
    messy(pen)
    made = put_together(folder)
    assert "还不能汇总成情景" in str(made)
    shown = made._repr_html_()
    assert "各校汇总" in shown
    assert "two_rosters/a3" in shown
    assert POLICY.name == made.policy
