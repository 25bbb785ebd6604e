"""The inspectors' workbook: shares with the people behind them, indicators, and who crosses which line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from districts import EVERYONE, tiny_district, tiny_plan, tiny_policy
from invented import TITLE, turnover
from opened import rows_of, table_of

from rotation_planner.audit import audit_plan
from rotation_planner.eligibility import stand
from rotation_planner.report.inspectors_book import InspectorsBook
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import speaking

SHEETS = ["总表", "年度比例", "比例人员", "均衡指标", "达标变化", "口径说明"]
NINE = {"id": "nine", "kind": "duty", "who": EVERYONE, "stay": {"stay": "school", "at_least": 9}}


@pytest.fixture(scope="module")
def small() -> Turnover:
    """Two primary schools of 100 pupils, one teacher with a county award and one of music in A, who both go to B.

    One of three eligible in A stays; the clause asks for a half (two). C is a junior school, D has no pupils told.
    """
    clause = {
        "id": "half", "kind": "share", "over": {"people": {"eligible": ["nine"]}}, "per": ["school_id"],
        "at_least": "50%",
    }  # fmt: skip
    district = tiny_district(
        {
            "A": {"students": 100}, "B": {"students": 100}, "C": {"students": 100, "stages": "junior"}, "D": {},
        },
        {
            "ann": {"at": "A", "years": 9, "backbone": "county", "degree": "below"},
            "bea": {"at": "A", "years": 9, "subject": "音乐", "degree": "below"},
            "cat": {"at": "A", "years": 12, "degree": "below"},
            "dot": {"at": "C", "stage": "junior", "degree": "bachelor"},
            "eve": {"at": "D", "backbone": "city"},
        },
    )  # fmt: skip
    policy = tiny_policy(NINE, clause)
    plan = tiny_plan(district, {"ann": "B", "bea": "B"})
    return Turnover(district, policy, stand(district, policy), plan, audit_plan(district, policy, plan))


@pytest.fixture(scope="module")
def book(small: Turnover, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inspectors") / "a.xlsx"
    InspectorsBook(small, TITLE).write(path)
    return path


def test_the_exchange_over_the_whole_district(book: Path) -> None:
    """Two of three who meet the conditions move; one of the two has a county award."""
    rows = table_of(book, "总表", "序号")[:2]
    assert [(row["分子"], row["分母"], row["要求"], row["结论"]) for row in rows] == [
        (2, 3, "≥10%", "达标"), (1, 2, "≥20%", "达标"),
    ]  # fmt: skip


def test_indicators_between_schools(book: Path) -> None:
    """Awards in primary: A 1, B 0 before, the other way round after: one school at the line and a coefficient of 1."""
    rows = {(row["学段"], row["指标"]): row for row in table_of(book, "总表", "学段")}
    assert len(rows) == 6
    row = rows["小学", "每百名学生县级及以上骨干教师数"]
    told = [row[each] for each in ("标准", "学校数", "达标（前）", "达标（后）", "全区平均（前）", "差异系数（前）")]
    assert told == ["≥1", 2, 1, 1, 0.5, 1]
    assert (row["系数上限"], row["校际差异"]) == ("≤0.50", "未达标")
    row = rows["初中", "每百名学生高于规定学历教师数"]
    assert (row["学校数"], row["全区平均（后）"], row["差异系数（后）"], row["校际差异"]) == (1, 1, 0, "达标")


def test_which_school_crosses_which_line_thanks_to_whom(book: Path) -> None:
    told = [str(row[0]) for row in rows_of(book, "总表")]
    assert "B校（小学）每百名学生县级及以上骨干教师数由0.000人升至1.000人，达到1人，因调入教师ann（A校）。" in told
    assert "A校（小学）每百名学生县级及以上骨干教师数由1.000人降至0.000人，低于1人，因调出教师ann（B校）。" in told
    rows = {
        (row["学校"], row["指标"][-7:], row["变化"], row["工号"], row["来自或去往"])
        for row in table_of(book, "达标变化", "学校")
    }
    assert rows == {
        ("A校", "以上骨干教师数", "跌破", "ann", "B校"), ("B校", "以上骨干教师数", "新达标", "ann", "A校"),
        ("A校", "艺术专任教师数", "跌破", "bea", "B校"), ("B校", "艺术专任教师数", "新达标", "bea", "A校"),
    }  # fmt: skip


def test_indicators_school_by_school(book: Path) -> None:
    rows = {row["学校代码"]: row for row in table_of(book, "均衡指标", "学校代码")}
    assert [rows["B"][each] for each in ("骨干人数（前）", "骨干人数（后）", "骨干每百人（后）", "骨干结论")] == [
        0, 1, 1, "新达标",
    ]  # fmt: skip
    assert rows["A"]["骨干结论"] == "跌破"
    assert rows["D"]["骨干结论"] == "学生数不明"
    assert (rows["D"]["骨干人数（后）"], rows["D"]["骨干每百人（后）"]) == (1, None)


def test_shares_and_the_people_behind_them(book: Path) -> None:
    (row,) = table_of(book, "年度比例", "序号")
    assert [row[each] for each in ("范围", "分子", "分母", "要求", "折合人数", "结论")] == [
        "A校（A）", 2, 3, "≥50%", "不少于2", "符合",
    ]  # fmt: skip
    assert row["实际比例"] == pytest.approx(2 / 3)
    people = {(row["工号"], row["计入"], row["去向"]) for row in table_of(book, "比例人员", "序号")}
    assert people == {("ann", "分子、分母", "B校"), ("bea", "分子、分母", "B校"), ("cat", "分母", None)}


def test_how_it_was_counted_is_told_with_the_numbers_in_force(book: Path) -> None:
    told = "\n".join(str(row[0]) for row in rows_of(book, "口径说明"))
    for part in (
        "小学不少于4.2人、初中不少于5.3人",
        "小学不高于0.50，初中不高于0.45",
        "体育、体育与健康、美术、艺术、音乐",
        "小学19、初中13.5",
    ):
        assert part in told


def test_a_district_without_compulsory_stages(tmp_path: Path) -> None:
    district = tiny_district(
        {"A": {"stages": "senior"}, "B": {"stages": "senior"}}, {"ann": {"at": "A", "stage": "senior"}}
    )
    policy = tiny_policy()
    plan = tiny_plan(district, {"ann": "B"})
    found = Turnover(district, policy, stand(district, policy), plan, audit_plan(district, policy, plan))
    InspectorsBook(found, TITLE).write(tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["总表", "年度比例", "比例人员", "口径说明"]
    assert any("不适用" in str(row[0]) for row in rows_of(tmp_path / "a.xlsx", "总表"))


def test_the_invented_plan_in_both_languages(tmp_path: Path) -> None:
    InspectorsBook(turnover(), TITLE).write(tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == SHEETS
    with speaking("en"):
        InspectorsBook(turnover(), TITLE).write(tmp_path / "b.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert all(name.isascii() for name in sheets.sheetnames)
    headings = [cell for row in rows_of(tmp_path / "b.xlsx", "Indicators")[1:2] for cell in row if cell]
    assert all(str(heading).isascii() for heading in headings)
