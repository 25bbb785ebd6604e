"""The principal's workbook: the whole balance, the days, the reply, and what is locked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import openpyxl
import pytest
from districts import tiny_district, tiny_plan, tiny_policy
from invented import AS_OF, TITLE, turnover
from opened import rows_of, table_of
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from rotation_planner.audit.result import Audit
from rotation_planner.data.papers import PaperSettings
from rotation_planner.eligibility import stand
from rotation_planner.report.papers.deadlines import Deadlines, deadlines_of
from rotation_planner.report.school_book import SchoolBooks
from rotation_planner.report.sheets import TO_FILL
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import speaking

PEOPLE_SHEETS = ("交流出", "交流入", "应交流而留任")
SCHOOL = 0


def deadlines() -> Deadlines:
    return deadlines_of(PaperSettings(contact="人事科 周岚", phone="0000-1111", reply_by=dt.date(2027, 7, 20)), AS_OF)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("principal") / "a.xlsx"
    SchoolBooks(turnover(), TITLE, deadlines()).write(SCHOOL, path)
    return path


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("principal_en") / "a.xlsx"
    with speaking("en"):
        SchoolBooks(turnover(), TITLE, deadlines()).write(SCHOOL, path)
    return path


def balance(path: Path) -> dict[str, dict[str, dict[str, object]]]:
    """The cover's table: by group and item."""
    found: dict[str, dict[str, dict[str, object]]] = defaultdict(dict)
    group = ""
    rows = rows_of(path, "学校概况")
    start = next(number for number, row in enumerate(rows) if row[0] == "类别")
    for row in rows[start + 1 :]:
        if row[1] is None:
            break
        group = str(row[0] or group)
        found[group][str(row[1])] = dict(zip(("approved", "before", "after", "change", "room"), row[2:], strict=False))
    return found


# ---- the balance -----------------------------------------------------------------------------------------------------


def test_the_balance_is_counted_from_the_roster(book: Path) -> None:
    found = turnover()
    staff = found.district.staff
    told = balance(book)
    assert list(told) == ["编制", "领导和中层职数", "学科", "职称", "骨干", "年龄"]
    for when, school in (("before", found.school_before), ("after", found.school_after)):
        here = staff[school == SCHOOL]
        assert told["编制"]["教职工（编制数）"][when] == len(here)
        assert told["编制"]["其中专任教师"][when] == int(here["full_time"].sum())
        assert told["职称"]["高级岗位"][when] == int(here["title"].isin(["senior", "professor"]).sum())
        assert told["职称"]["中级岗位"][when] == int((here["title"] == "intermediate").sum())
        assert told["职称"]["初级"][when] == int((here["title"] == "junior").sum())
        high = here["backbone"].isin(["county", "city", "province", "national"])
        assert told["骨干"]["其中县级及以上"][when] == int(high.sum())
        age = [
            AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day)) for born in here["birth_date"]
        ]
        bands = {
            "35岁及以下": (0, 35),
            "36—45岁": (36, 45),
            "46—50岁": (46, 50),
            "51—55岁": (51, 55),
            "56岁及以上": (56, 99),
        }
        assert {name: told["年龄"][name][when] for name in bands} == {
            name: sum(low <= each <= high for each in age) for name, (low, high) in bands.items()
        }
        assert sum(each[when] for each in told["年龄"].values()) == len(here)  # type: ignore[misc]
        assert sum(each[when] for each in told["职称"].values()) == len(here)  # type: ignore[misc]


def test_the_mean_age_is_told(book: Path) -> None:
    found = turnover()
    age = found.of_people("age")
    before, after = (age[school == SCHOOL].mean() for school in (found.school_before, found.school_after))
    assert f"教职工平均年龄由 {before:.1f} 岁变为 {after:.1f} 岁。" in [row[0] for row in rows_of(book, "学校概况")]


def test_subjects_are_summed_up(book: Path) -> None:
    told, rows = balance(book)["学科"], table_of(book, "学科余缺", "学段")
    for when, heading in (("before", "交流前"), ("after", "交流后")):
        gaps = [int(str(row[heading])) - int(str(row["应配"])) for row in rows]
        assert told["各学科专任教师（应配数）"][when] == sum(int(str(row[heading])) for row in rows)
        assert told["学科缺额合计"][when] == sum(max(-gap, 0) for gap in gaps)
        assert told["学科超出合计"][when] == sum(max(gap, 0) for gap in gaps)
    assert told["各学科专任教师（应配数）"]["approved"] == sum(int(str(row["应配"])) for row in rows)


# ---- the days --------------------------------------------------------------------------------------------------------


def test_the_days_stand_on_the_cover(book: Path, tmp_path: Path) -> None:
    told = {str(row[0]): row[1] for row in rows_of(book, "学校概况") if len(row) > 1}
    days = deadlines()
    assert told["回执报送截止"] == "2027年7月20日"
    assert told["交流人员报到截止"] == f"{days.report_to_by.year}年{days.report_to_by.month}月{days.report_to_by.day}日"
    assert told["到岗任教"] == "2027年9月1日"
    assert told["联系人"] == "人事科 周岚 · 0000-1111"
    assert f"（{days.notice_days}个工作日）" in str(told["公示"])
    SchoolBooks(turnover(), TITLE).write(SCHOOL, tmp_path / "b.xlsx")
    assert "时间安排" not in [row[0] for row in rows_of(tmp_path / "b.xlsx", "学校概况")]


# ---- the reply -------------------------------------------------------------------------------------------------------


def offers(sheet: Worksheet) -> dict[str, list[str]]:
    """The answers of the drop-down list by cell."""
    return {
        f"{cell}": str(each.formula1).strip('"').split(",")
        for each in sheet.data_validations.dataValidation
        for area in each.sqref.ranges
        for row in area.rows
        for cell in (sheet.cell(*place).coordinate for place in row)
    }


@pytest.mark.parametrize("name", PEOPLE_SHEETS)
def test_every_person_gets_an_answer_from_a_list(book: Path, name: str) -> None:
    sheet = openpyxl.load_workbook(book)[name]
    people = len(table_of(book, name, "序号"))
    assert people
    answers = offers(sheet)
    column = next(cell.column_letter for cell in sheet[2] if cell.value == "校长意见")
    assert answers == {f"{column}{row}": ["同意", "建议调整", "不同意"] for row in range(3, 3 + people)}


def test_the_cover_asks_for_the_whole(book: Path, english: Path) -> None:
    for path, title, answer in ((book, "总体意见", "对本校方案无异议"), (english, "On the whole", "no objection")):
        sheet = openpyxl.load_workbook(path).worksheets[0]
        row = next(cell.row for cell in sheet["A"] if cell.value == title)
        assert offers(sheet)[f"B{row}"][0] == answer


def test_no_list_is_too_long_for_a_spreadsheet(book: Path, english: Path) -> None:
    for path in (book, english):
        for sheet in openpyxl.load_workbook(path):
            for each in sheet.data_validations.dataValidation:
                assert len(str(each.formula1)) <= 255


def test_only_what_is_to_be_filled_in_can_be_changed(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    fill = "FF" + TO_FILL.removeprefix("#")
    for sheet in workbook:
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert sheet.protection.formatColumns is False  # widening a column is allowed
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, MergedCell):
                    continue
                assert cell.protection.locked == (cell.fill.fgColor.rgb != fill), (sheet.title, cell.coordinate)
    opened = [cell for row in workbook["交流出"].iter_rows() for cell in row if not cell.protection.locked]
    assert len(opened) == 2 * len(table_of(book, "交流出", "序号"))


def test_the_bureau_s_books_are_open(written: Path) -> None:
    assert not any(sheet.protection.sheet for sheet in openpyxl.load_workbook(written / "lists" / "district.xlsx"))


def test_english_words_only(english: Path) -> None:
    headings = [cell for row in rows_of(english, "School") if row[0] == "Group" for cell in row]
    assert headings == ["Group", "Item", "Approved", "Before", "After", "Change", "Vacant"]
    assert openpyxl.load_workbook(english).sheetnames[:4] == ["School", "Leaving", "Arriving", "Due and staying"]


# ---- inside a school -------------------------------------------------------------------------------------------------


def test_moves_between_departments_have_a_sheet_of_their_own(tmp_path: Path) -> None:
    """ann changes her department; bob goes from his to one of the other school."""
    district = tiny_district(
        ["A", "B"], {"ann": {"at": "A", "department": "教务处"}, "bob": {"at": "A", "department": "德育处"}}
    )
    policy = tiny_policy()
    plan = tiny_plan(district, {"ann": {"to": "A", "into": "总务处"}, "bob": {"to": "B", "into": "教科室"}})
    found = Turnover(district, policy, stand(district, policy), plan, Audit(()))
    books = SchoolBooks(found, TITLE)
    books.write(0, tmp_path / "a.xlsx")
    books.write(1, tmp_path / "b.xlsx")
    (inside,) = table_of(tmp_path / "a.xlsx", "单位内轮岗", "序号")
    assert [inside[each] for each in ("工号", "原处室", "现处室")] == ["ann", "教务处", "总务处"]
    assert [row["去往学校"] for row in table_of(tmp_path / "a.xlsx", "交流出", "序号")] == ["B校（教科室）"]
    assert [row["来自学校"] for row in table_of(tmp_path / "b.xlsx", "交流入", "序号")] == ["A校（德育处）"]
    assert "另有 1 人在本单位各处室之间轮岗。" in [row[0] for row in rows_of(tmp_path / "a.xlsx", "学校概况")]
    assert "单位内轮岗" not in openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames
    # Nobody has an award, nothing is said of awards; nobody is asked for by subject, nothing of subjects.
    assert "骨干" not in balance(tmp_path / "a.xlsx")
    assert "未提供本校的学科编制。" not in [row[0] for row in rows_of(tmp_path / "a.xlsx", "学校概况")]
