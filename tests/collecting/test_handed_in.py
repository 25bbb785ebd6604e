"""What schools hand in, well and badly: the round trip, odd forms, mistakes in the school's own rows, hostile files."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from collecting.handing import AS_OF, FILES, POLICY, Pen, put_together, same_district, three_schools

from rotation_planner.collecting import collect, write_collected, write_school_templates
from rotation_planner.collecting.blanks import bureau_rows, own_rows
from rotation_planner.data import generator, schema
from rotation_planner.data.district import District, frame_of
from rotation_planner.data.problems import InputError, Severity
from rotation_planner.data.writing import write_tables
from rotation_planner.eligibility import stand
from rotation_planner.policy.reading import read_policy
from rotation_planner.words import speaking


def generated(schools: int, seed: int, staff: int) -> District:
    frames = generator.generate(schools, seed, staff=staff)
    return District.of(
        generator.AS_OF, **{key: frame_of(key, frame.to_dict("records")) for key, frame in frames.items()}
    )


@pytest.mark.parametrize(("seed", "schools"), [pytest.param(1, 20, marks=pytest.mark.slow), (7, 6)])
def test_a_district_taken_apart_and_put_together_is_the_same(tmp_path: Path, seed: int, schools: int) -> None:
    """One workbook a school, every third school a folder of CSV files, names in both languages."""
    district = generated(schools, seed, 20 * schools)
    with speaking("zh" if seed == 1 else "en"):
        write_school_templates(tmp_path / "in", district, yearly=True)
    for school in district.schools["school_id"][::3]:
        next((tmp_path / "in").glob(f"{school}-*.xlsx")).unlink()
        write_tables(own_rows(district, school), tmp_path / "in" / "CSV" / school)
    made = collect(tmp_path / "in", policy="dalian", as_of=generator.AS_OF)
    assert [p.message for p in made.problems if p.severity is Severity.ERROR] == []
    assert made.usable
    assert made.district is not None
    assert made.doubts == ()
    same_district(district, made.district)
    rules = read_policy("dalian")
    before, now = stand(district, rules).table, stand(made.district, rules).table
    pd.testing.assert_frame_equal(
        before.sort_values("staff_id", ignore_index=True), now.sort_values("staff_id", ignore_index=True)
    )


def test_without_the_bureau_only_its_own_tables_are_missing(folder: Path) -> None:
    (folder / FILES[""]).unlink()
    made = put_together(folder)
    district = three_schools()
    assert made.district is not None
    assert bureau_rows(district)["pins"].shape[0] == 1
    blank = {key: getattr(district, key).iloc[:0] for key in ("pins", "distances")}
    same_district(District(AS_OF, **{**district.frames, **blank}), made.district)


def test_the_bureaus_workbook_lies_elsewhere(folder: Path, tmp_path: Path) -> None:
    (folder / FILES[""]).rename(tmp_path / "登记.xlsx")
    made = put_together(folder, schools=tmp_path / "登记.xlsx")
    assert made.district is not None
    same_district(three_schools(), made.district)
    assert sorted(each.name for each in made.handed if each.bureau) == ["登记.xlsx"]


def test_columns_in_any_order_under_english_headings_and_a_column_of_ones_own(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / FILES["B"])
    sheet = book["教职工"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=5)]
    keys = [schema.headings("staff")[schema.plain(str(h))] for h in rows[0]]
    book.remove(sheet)
    again = book.create_sheet("staff")
    for number, row in enumerate([keys, *rows[1:]]):
        again.append([*reversed(row), "住校" if number == 0 else "是"])
    book.save(folder / FILES["B"])
    made = put_together(folder)
    assert made.district is not None
    own = made.district.staff.set_index("staff_id")["住校"]
    assert own.to_dict() == {who: "是" if who in ("b1", "b2", "b3", "pB") else "" for who in own.index}
    assert [(p.code, p.severity, p.file) for p in made.problems] == [
        ("column_unknown", Severity.NOTE, f"{FILES['B']}!staff")
    ]


def test_a_school_need_not_write_its_own_code(pen: Pen, folder: Path) -> None:
    for who in ("b1", "b2"):
        pen.set("B", "staff", who, school_id=None)
    book = openpyxl.load_workbook(folder / FILES["C"])
    place = [cell.value for cell in book["教职工"][1]].index("学校代码") + 1
    book["教职工"].delete_cols(place)
    book.save(folder / FILES["C"])
    made = put_together(folder)
    assert made.district is not None
    same_district(three_schools(), made.district)


def test_mistakes_are_told_with_the_schools_own_rows(pen: Pen, folder: Path) -> None:
    pen.set("B", "staff", "b2", birth_date="1986-11-31", stage="小学部")
    pen.set("C", "staff", "c3", staff_id="c2", reports_to="nobody")
    pen.set("A", "applications", 2, staff_id="zz", rank=1, school_id="B")
    made = put_together(folder)
    assert not made.usable
    found = {(p.code, p.file, p.row, p.column, p.value) for p in made.problems if p.severity is Severity.ERROR}
    rows = {who: at for at, who in enumerate(("c1", "c2", "c3", "pC"), 2)}
    assert found == {
        ("date_no_such_day", f"{FILES['B']}!教职工", 3, "出生日期", "1986-11-31"),
        ("value_not_listed", f"{FILES['B']}!教职工", 3, "任教学段", "小学部"),
        ("id_twice", f"{FILES['C']}!教职工", rows["c3"], "工号", "c2"),
        ("unknown_staff", f"{FILES['C']}!教职工", rows["c3"], "直接上级工号", "nobody"),
        ("unknown_staff", f"{FILES['A']}!志愿", 2, "工号", "zz"),
        ("unknown_staff", f"{FILES['B']}!亲属关系", 3, "亲属工号", "c3"),
        ("unknown_staff", f"{FILES['C']}!亲属关系", 2, "工号", "c3"),
    }
    twice = next(p for p in made.problems if p.code == "id_twice")
    assert twice.message == "“工号”的“c2”与第3行重复"
    assert [p.code for p in made.problems_of(next(h for h in made.handed if h.schools == ("A",)))] == ["unknown_staff"]


def test_writings_of_one_name_in_two_workbooks(pen: Pen, folder: Path) -> None:
    pen.set("C", "staff", "c2", subject="语 文")
    [problem] = put_together(folder).problems
    assert (problem.code, problem.file, problem.row) == ("collect_label_variants", f"{FILES['C']}!教职工", 3)
    assert problem.message == f"“语 文”与“{FILES['A']}!教职工”第2行的“语文”只是写法不同，按两个名称处理"


def test_a_school_that_handed_in_nothing(folder: Path, scenario: Path) -> None:
    (folder / FILES["B"]).unlink()
    made = collect(folder, last=scenario)
    errors = [p for p in made.problems if p.severity is Severity.ERROR]
    # One sentence, and none for everybody who refers to its people.
    assert [(p.code, p.value) for p in errors] == [("collect_school_missing", "B")]
    assert made.state("B") == "missing"
    assert made.doubts == ()
    assert not made.usable


def test_a_closed_school_is_left_out_of_the_register(pen: Pen, folder: Path, scenario: Path) -> None:
    (folder / FILES["D"]).unlink()
    assert not collect(folder, last=scenario).usable
    pen.strike("", "schools", "D")
    made = collect(folder, last=scenario)
    assert made.usable
    assert [c.kind for c in made.changes] == ["school_gone"]


def test_a_school_that_is_not_in_the_register(pen: Pen, folder: Path) -> None:
    pen.strike("", "schools", "D")
    [problem] = put_together(folder).problems
    assert (problem.code, problem.file, problem.value) == ("collect_not_in_register", FILES["D"], "D")


def test_what_is_not_a_schools_to_say_is_not_taken(pen: Pen, folder: Path) -> None:
    book = openpyxl.load_workbook(folder / FILES["A"])
    sheet = book.create_sheet("指定")
    sheet.append(["工号", "指定"])
    sheet.append(["b1", "必须交流"])
    book.save(folder / FILES["A"])
    made = put_together(folder)
    assert made.district is not None
    assert made.district.pins["verdict"].tolist() == ["stay"]
    assert [(p.code, p.severity) for p in made.problems] == [("collect_not_yours", Severity.WARNING)]


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<x>" + b"0" * 700_000_000)


def _far_cell(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["教职工"]["XFD1048576"] = "x"
    book.save(path)


def _merged(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["教职工"].merge_cells("B2:B3")
    book.save(path)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "workbook_not_xlsx"),
    "text": (lambda path: path.write_text("工号,姓名"), "workbook_not_xlsx"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:2000]), "workbook_broken"),
    "old format": (
        lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999)),
        "workbook_not_xlsx",
    ),
    "far cell": (_far_cell, "workbook_far_cell"),
    "merged": (_merged, "cells_merged"),
    "a folder": (lambda path: [path.unlink(), path.mkdir()], ""),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_one_bad_file_leaves_the_others_alone(folder: Path, case: str) -> None:
    harm, code = HOSTILE[case]
    harm(folder / FILES["B"])
    made = put_together(folder)
    assert not made.usable
    codes = {p.code for p in made.problems_of(next(h for h in made.handed if h.name == FILES["B"]))} if code else {""}
    assert code in codes
    staff = made.ground.staff["school_id"].value_counts()
    assert staff["A"] == 5
    assert staff["C"] == 4


@pytest.mark.slow
def test_a_workbook_that_unpacks_without_end(folder: Path) -> None:
    _bomb(folder / FILES["B"])
    made = put_together(folder)
    assert "workbook_too_large" in {p.code for p in made.problems if p.file == FILES["B"]}


def test_odd_companions_are_left_aside(folder: Path) -> None:
    (folder / "~$A-晨光小学.xlsx").write_bytes(b"x")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "说明.txt").write_text("x")
    (folder / "补报.zip").write_bytes(b"PK")
    (folder / "名册.et").write_bytes(b"x")
    (folder / "链接").symlink_to(folder, target_is_directory=True)
    made = put_together(folder)
    assert {(p.code, p.severity, p.file) for p in made.problems} == {
        ("file_ignored", Severity.NOTE, "说明.txt"), ("collect_packed", Severity.WARNING, "补报.zip"),
        ("data_format_old", Severity.ERROR, "名册.et"),
    }  # fmt: skip


def test_csv_of_another_program(folder: Path) -> None:
    """A school's CSV in GB18030, with formulas neutralised and a broken neighbour."""
    (folder / FILES["B"]).unlink()
    for key, frame in own_rows(three_schools(), "B").items():
        if len(frame):
            write_tables({key: frame}, folder / "海棠")
    for path in (folder / "海棠").glob("*.csv"):
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        path.write_text("\n".join(",".join(row) for row in rows), "gb18030")
    (folder / "海棠" / "pins.csv").write_text("工号,指定\nb1,必须交流")
    made = put_together(folder)
    assert [(p.code, p.file) for p in made.problems] == [("collect_not_yours", "海棠/pins.csv")]
    assert made.district is not None
    same_district(three_schools(), made.district)


@pytest.mark.parametrize("place", ["", "out"])
def test_what_collecting_wrote_is_not_collected(folder: Path, place: str) -> None:
    for _ in range(2):
        made = put_together(folder)
        assert [each.name for each in made.handed] == sorted(FILES.values())
        assert made.problems == ()
        write_collected(made, folder / place)


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    for folder, code in ((tmp_path / "nowhere", "collect_no_folder"), (tmp_path, "collect_nothing")):
        with pytest.raises(InputError) as caught:
            put_together(folder)
        assert caught.value.problems[0].code == code
    with pytest.raises(InputError) as caught:
        collect(tmp_path, policy=POLICY)
    assert caught.value.problems[0].code == "collect_no_day"
    with pytest.raises(InputError) as caught:
        collect(tmp_path, as_of=AS_OF)
    assert caught.value.problems[0].code == "collect_no_policy"


def test_workbooks_that_speak_for_no_school(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["什么", "也没有"])
    book.save(folder / "x.xlsx")
    blank = openpyxl.load_workbook(folder / FILES["D"])
    for name in ("学校", "教职工", "学科编制"):
        blank[name].delete_rows(2, 50)
    blank.save(folder / "y.xlsx")
    made = put_together(folder)
    assert {(p.code, p.file) for p in made.problems if p.severity is Severity.ERROR} == {
        ("collect_whose", "x.xlsx"), ("collect_whose", "y.xlsx"),
    }  # fmt: skip
