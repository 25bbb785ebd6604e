from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from invented import TITLE, frame, turnover
from opened import rows_of, table_of

from rotation_planner.audit.result import Audit
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.plan.plan import Plan
from rotation_planner.report.sheets import Book, Column, printable, width_of
from rotation_planner.report.turnover import Turnover
from rotation_planner.report.writing import file_names, write_reports


def book(folder: Path, school: int) -> Path:
    return next((folder / "lists" / "schools").glob(f"S{school:03d}-*.xlsx"))


# ---- principals ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_school_in_scope_gets_a_book(written: Path) -> None:
    schools = turnover().district.schools
    names = {f"{code}-{name}.xlsx" for code, name in zip(schools["school_id"], schools["name"], strict=True)}
    assert {path.name for path in (written / "lists" / "schools").iterdir()} == names


@pytest.mark.parametrize("school", range(6))
def test_leavers_and_arrivals_are_those_of_the_plan(written: Path, school: int) -> None:
    transfers = turnover().plan.transfers
    code = f"S{school:03d}"
    for sheet, column in (("交流出", "from_school_id"), ("交流入", "to_school_id")):
        listed = {row["工号"] for row in table_of(book(written, school), sheet, "序号")}
        assert listed == set(transfers["staff_id"][transfers[column] == code])


@pytest.mark.parametrize("school", range(6))
def test_who_stays_is_listed_with_a_reason_for_the_principal(written: Path, school: int) -> None:
    deferred = turnover().plan.deferred
    rows = table_of(book(written, school), "应交流而留任", "序号")
    assert {row["工号"] for row in rows} == set(deferred["staff_id"][deferred["school_id"] == f"S{school:03d}"])
    assert {row["留任缘由"] for row in rows} <= {
        "暂缓（已登记情形）",
        "分年安排，本年未轮到",
        "本校或本学科离校人数已达上限",
        "没有符合规定可去的学校",
        "本年受接收学校编制、岗位等条件所限，未能安排",
    }


def test_whoever_is_deferred_reads_the_same_whatever_the_fact() -> None:
    from rotation_planner.report.reasons import Reasons

    found = turnover()
    reasons = Reasons(found)
    shielded = np.flatnonzero(np.logical_or.reduce(list(found.standing.deferred.values())))
    assert len(shielded)
    assert {reasons.staying(person, why) for person in shielded for why in ("exempt: 患病", "capped", "")} == {
        "暂缓（已登记情形）"
    }


@pytest.mark.parametrize("school", range(6))
def test_cover_counts_agree_with_the_tables(written: Path, school: int) -> None:
    found = turnover()
    staff, transfers = found.district.staff, found.plan.transfers
    code = f"S{school:03d}"
    before = int((staff["school_id"] == code).sum())
    after = before - int((transfers["from_school_id"] == code).sum()) + int((transfers["to_school_id"] == code).sum())
    limit = found.district.schools["headcount_limit"][school]
    row = table_of(book(written, school), "学校概况", "类别")[0]
    assert [row[c] for c in ("核定数", "交流前", "交流后", "增减", "空额")] == [
        limit, before, after, after - before, limit - after,
    ]  # fmt: skip


@pytest.mark.parametrize("school", range(6))
def test_subject_balance_counts_full_time_staff(written: Path, school: int) -> None:
    found = turnover()
    staff = found.district.staff
    for row in table_of(book(written, school), "学科余缺", "学段"):
        mine = (staff["subject"] == row["学科"]) & staff["full_time"]
        assert row["交流前"] == int((mine & (found.school_before == school)).sum())
        assert row["交流后"] == int((mine & (found.school_after == school)).sum())
        assert row["交流后余缺"] == row["交流后"] - row["应配"]


def test_leaders_are_told_before_and_after(written: Path) -> None:
    found = turnover()
    leaders = found.moves[found.moves["position"].isin(["principal", "deputy_principal"])]
    assert len(leaders)
    for move in leaders.to_dict("records"):
        left = " ".join(str(cell) for row in rows_of(book(written, move["source"]), "学校概况") for cell in row)
        entered = " ".join(str(cell) for row in rows_of(book(written, move["target"]), "学校概况") for cell in row)
        assert f"{move['name']}（交流到{move['to_school']}）" in left
        assert f"{move['name']}（来自{move['from_school']}）" in entered


def test_reasons_refer_to_clauses_that_are_there(written: Path) -> None:
    for path in (written / "lists" / "schools").iterdir():
        reasons = [str(row["缘由"]) for row in table_of(path, "交流出", "序号")]
        if not any("依据" in reason for reason in reasons):
            continue
        clauses = {row["序号"] for row in table_of(path, "依据", "序号")}
        assert {int(reason.split("（依据")[1].rstrip("）")) for reason in reasons if "依据" in reason} == clauses


# ---- the bureau ------------------------------------------------------------------------------------------------------


def test_the_bureau_s_book_has_every_sheet_and_every_row(written: Path) -> None:
    path, found = written / "lists" / "district.xlsx", turnover()
    assert openpyxl.load_workbook(path).sheetnames == [
        "总览", "交流名单", "暂缓名单", "人员情况", "未来三年应交流", "名额表", "学科余缺", "学校平衡",
        "岗位备案表", "交流登记表", "规则核查", "骨干流向",
    ]  # fmt: skip
    assert {row["工号"] for row in table_of(path, "交流名单", "序号")} == set(found.plan.transfers["staff_id"])
    deferred = {row["工号"]: row["留任缘由"] for row in table_of(path, "暂缓名单", "序号")}
    why = [each.partition(": ")[2] or each for each in found.plan.deferred["why"]]
    assert deferred == dict(zip(found.plan.deferred["staff_id"], why, strict=True))
    met = np.logical_or.reduce([*found.standing.meets.values(), found.moving])
    assert {row["工号"] for row in table_of(path, "人员情况", "工号")} == set(found.district.staff["staff_id"][met])


def test_quotas_count_eligible_due_floor_and_sent(written: Path) -> None:
    found = turnover()
    rows = {row["学校代码"]: row for row in table_of(written / "lists" / "district.xlsx", "名额表", "学校代码")}
    eligible = np.logical_or.reduce(list(found.standing.eligible.values()))
    for school, code in enumerate(found.district.schools["school_id"]):
        here = found.school_before == school
        assert rows[code]["符合条件人数"] == int((eligible & here).sum())
        assert rows[code]["本年应交流人数"] == int((found.standing.any_due & here).sum())
        assert rows[code]["实际交流出"] == int((found.moving & here).sum())
        assert rows[code]["最低名额"] == (1 if school % 3 == 0 else None)


def test_goals_tell_what_is_proven(written: Path) -> None:
    rows = {row["目标"]: row for row in table_of(written / "lists" / "district.xlsx", "总览", "目标")}
    assert rows["应交流人员尽数安排"]["证明情况"] == "已证明最优"
    assert rows["骨干教师比例校际均衡，兼顾志愿与路途"]["证明情况"] == "未证明，与最优的差距不超过 1.1%"


# ---- the public ------------------------------------------------------------------------------------------------------


def test_public_table_and_sheet_say_the_same(written: Path) -> None:
    with (written / "lists" / "public.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    rows = table_of(written / "lists" / "public.xlsx", "交流人员名单", "序号")
    assert len(lines) == len(rows) == len(turnover().moves)
    for line, row in zip(lines, rows, strict=True):
        assert [cell.removeprefix("'") for cell in line.values()] == [str(cell or "") for cell in row.values()]


def test_formula_text_stays_text(tmp_path: Path) -> None:
    with Book(tmp_path / "x.xlsx", "=1+1") as made:
        made.sheet("public").table([Column("name")], [("=1+1",), ("http://a.b",), ("0012",), ("+86",)])
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0].iter_rows()][1:]
    assert [cell.value for cell in cells] == ["=1+1", "http://a.b", "0012", "+86"]
    assert not [cell for cell in cells if cell.hyperlink]
    assert b"<f>" not in (tmp_path / "x.xlsx").read_bytes()
    assert all(cell.data_type != "f" for cell in cells)


# ---- form ------------------------------------------------------------------------------------------------------------


def test_sheets_print_on_a4_with_repeated_headings(written: Path) -> None:
    for path in (written / "lists").rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            assert sheet.page_setup.paperSize == 9
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToWidth in (None, 1)
            assert sheet.page_setup.fitToHeight == (None if sheet.title == "学校概况" else 0)
            if sheet.title in ("交流出", "交流入", "交流名单", "人员情况", "交流人员名单"):
                assert sheet.print_title_rows
                assert sheet.freeze_panes


def test_wide_characters_count_two() -> None:
    assert [width_of(text) for text in ("ab1", "张䶮", "Ａ", "“甲”", "ñ")] == [3, 4, 2, 6, 1]


def test_columns_are_as_wide_as_their_chinese_text(written: Path) -> None:
    sheet = openpyxl.load_workbook(written / "lists" / "public.xlsx").worksheets[0]
    for column in "BCD":
        longest = max(width_of(str(cell.value)) for cell in sheet[column][2:] if cell.value)
        assert sheet.column_dimensions[column].width >= longest


def test_signs_that_a_workbook_cannot_hold_are_left_out() -> None:
    assert printable("a\x00b\x0bc\nd\ud800e张") == "abc\nde张"


@pytest.mark.slow
def test_the_same_plan_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    found = turnover()
    again = write_reports(tmp_path, found.district, found.policy, found.standing, found.plan, found.audit, TITLE)
    files = {path.relative_to(written) for path in written.rglob("*") if path.is_file()}
    assert files == {path.relative_to(tmp_path) for path in again}
    assert files == {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    for file in files:
        assert (written / file).read_bytes() == (tmp_path / file).read_bytes(), file


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("S1-海棠小学", "S1-海棠小学"),
        ('A/B:C*?"<>|\\-x', "A_B_C_______-x"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("..", "_"),
        ("01-学校. ", "01-学校"),
        ("x" * 90, "x" * 60),
        ("a\u200bb\x07c", "ab_c"),
    ],
)
def test_file_names_are_safe(label: str, name: str) -> None:
    assert file_names([label]) == [name]


def test_file_names_differ_also_without_regard_to_case() -> None:
    assert file_names(["a-校", "A-校", "a-校"]) == ["a-校", "A-校_2", "a-校_3"]


@pytest.mark.slow
def test_english_reports_hold_no_chinese_but_names(written_in_english: Path) -> None:
    path = written_in_english / "lists" / "district.xlsx"
    assert openpyxl.load_workbook(path).sheetnames[:3] == ["Overview", "Moves", "Deferrals"]
    headings = [cell for row in rows_of(path, "Quotas")[:2] for cell in row if isinstance(cell, str)]
    assert all(heading.isascii() for heading in headings)


# ---- unusual plans ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_plan_without_moves_is_written(tmp_path: Path) -> None:
    found = turnover()
    nobody = Plan(found.plan.transfers.iloc[:0], found.plan.deferred.iloc[:0])
    write_reports(tmp_path, found.district, found.policy, found.standing, nobody, Audit(()), TITLE)
    assert "本校本年无人员交流。" in [row[0] for row in rows_of(book(tmp_path, 0), "学校概况")]
    assert len((tmp_path / "lists" / "public.csv").read_text("utf-8-sig").splitlines()) == 1


@pytest.mark.slow
def test_rows_of_unknown_people_and_schools_are_not_counted(tmp_path: Path) -> None:
    found = turnover()
    transfers, deferred = found.plan.transfers.copy(), found.plan.deferred.copy()
    transfers.loc[0, "staff_id"] = "X1"
    transfers.loc[1, "to_school_id"] = "X2"
    deferred.loc[0, "staff_id"] = "X3"
    plan = Plan(transfers, deferred)
    assert len(Turnover(found.district, found.policy, found.standing, plan, found.audit).moves) == len(transfers) - 2
    write_reports(tmp_path, found.district, found.policy, found.standing, plan, found.audit, TITLE)
    assert "X3" in {row["工号"] for row in table_of(tmp_path / "lists" / "district.xlsx", "暂缓名单", "序号")}


@pytest.mark.slow
def test_a_district_with_the_two_needed_tables_only_is_written(tmp_path: Path) -> None:
    found = turnover()
    tables = {key: frame(key, []) for key in schema.TABLE_KEYS}
    tables["schools"] = found.district.schools.assign(
        latitude=np.nan, longitude=np.nan, zone="", group="", senior_posts=np.nan, principal_posts=np.nan
    )
    tables["staff"] = found.district.staff
    bare = District(as_of=found.district.as_of, **tables)
    write_reports(tmp_path, bare, found.policy, stand(bare, found.policy), found.plan, found.audit, TITLE)
    cover = [row[0] for row in rows_of(book(tmp_path, 0), "学校概况")]
    assert not [line for line in cover if "学科" in str(line)]
    assert "未提供本校的学科编制。" in [row[0] for row in rows_of(book(tmp_path, 0), "学科余缺")]
