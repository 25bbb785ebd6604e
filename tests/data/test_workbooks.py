"""Workbooks as people fill them: numbers where text is due, dates, errors, formulas, merged cells."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from tables import AS_OF, SOUND, altered, codes, grid, problems_of

from rotation_planner.data import schema
from rotation_planner.data.problems import InputError
from rotation_planner.data.reading import read_district

DATES = {"出生日期", "参加工作时间", "到本校时间", "任现职时间", "骨干认定时间", "起", "止"}


def sound_tables() -> dict[str, list[list[Any]]]:
    """The sound district by sheet name, headings first."""
    return {t.name: grid(t.key) for t in schema.TABLES}


def by_openpyxl(path: Path, tables: dict[str, list[list[Any]]], first_row: int = 1) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, first_row):
            for column, value in enumerate(row, 1):
                if value != "":
                    sheet.cell(at, column, value)
    book.save(path)
    return book


def change(tables: dict[str, list[list[Any]]], sheet: str, row: int, column: str, value: Any) -> None:
    tables[sheet][row - 1][tables[sheet][0].index(column)] = value


def told(path: Path) -> list[tuple[str, str, int | None, str | None]]:
    return [(p.code, p.file.rpartition("!")[2], p.row, p.column) for p in problems_of(path)]


def test_a_workbook_of_text_gives_the_same_district_as_csv(tmp_path: Path) -> None:
    by_openpyxl(tmp_path / "data.xlsx", sound_tables())
    one, other = read_district(tmp_path / "data.xlsx", AS_OF)[0], read_district(SOUND, AS_OF)[0]
    for key, frame in other.frames.items():
        pd.testing.assert_frame_equal(one.frames[key], frame)


def test_numbers_and_dates_as_such_give_the_same_district_too(tmp_path: Path) -> None:
    tables = sound_tables()
    for rows in tables.values():
        for row in rows[1:]:
            for at, heading in enumerate(rows[0]):
                if row[at] and heading in DATES:
                    row[at] = dt.date.fromisoformat(row[at])
                elif heading not in ("学校代码", "起点学校", "终点学校") and row[at].replace(".", "").isdigit():
                    row[at] = float(row[at]) if "." in row[at] else int(row[at])
    by_openpyxl(tmp_path / "data.xlsx", tables)
    district, problems = read_district(tmp_path / "data.xlsx", AS_OF)
    assert problems == []
    for key, frame in read_district(SOUND, AS_OF)[0].frames.items():
        pd.testing.assert_frame_equal(district.frames[key], frame)


def test_rows_are_the_users_after_leading_and_inner_blank_rows(tmp_path: Path) -> None:
    tables = sound_tables()
    change(tables, "教职工", 4, "性别", "未知")
    tables["教职工"].insert(2, [""] * 26)
    by_openpyxl(tmp_path / "data.xlsx", tables, first_row=4)
    assert told(tmp_path / "data.xlsx") == [("value_not_listed", "教职工", 8, "性别")]


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "code"),
    [
        ("教职工", 7, "工号", 210211197009091234, "number_long"),
        ("教职工", 7, "工号", 1.5, "code_fraction"),
        ("教职工", 7, "姓名", dt.date(1970, 9, 9), "text_is_date"),
        ("教职工", 3, "任教学科", dt.datetime(2027, 3, 1), "text_is_date"),
        ("教职工", 4, "出生日期", 1990.1, "date_january_or_october"),
        ("教职工", 4, "出生日期", 33147, "date_number"),
        ("教职工", 4, "出生日期", dt.date(1905, 6, 12), "date_implausible"),
        ("学校", 2, "学生数", 12.5, "number_fraction"),
        ("学校", 2, "编制数", "#REF!", "cell_error"),
        ("学校", 2, "编制数", "=1/0", "formula_uncomputed"),
        ("教职工", 3, "专任教师", 3, "yes_no_unreadable"),
        ("教职工", 3, "公费师范生", dt.time(8), "text_is_date"),
    ],
)
def test_cells_that_are_refused(tmp_path: Path, sheet: str, row: int, column: str, value: Any, code: str) -> None:
    tables = sound_tables()
    change(tables, sheet, row, column, value)
    by_openpyxl(tmp_path / "data.xlsx", tables)
    assert told(tmp_path / "data.xlsx") == [(code, sheet, row, column)]


def test_true_and_false_cells_are_yes_and_no(tmp_path: Path) -> None:
    tables = sound_tables()
    change(tables, "教职工", 3, "关键岗位", True)
    change(tables, "教职工", 4, "专任教师", False)
    by_openpyxl(tmp_path / "data.xlsx", tables)
    staff = read_district(tmp_path / "data.xlsx", AS_OF)[0].staff
    assert staff["key_post"].tolist()[1:3] == [True, False]
    assert staff["full_time"].tolist()[2] is False


def test_number_codes_are_read_with_a_warning_and_lost_zeros_are_named(tmp_path: Path) -> None:
    tables = sound_tables()
    change(tables, "教职工", 7, "工号", 106)
    change(tables, "年度考核", 2, "工号", "T02")
    change(tables, "志愿", 2, "学校代码", 4)
    by_openpyxl(tmp_path / "data.xlsx", tables)
    found = problems_of(tmp_path / "data.xlsx")
    assert sorted(codes(found)) == ["code_is_number", "code_is_number", "unknown_school"]
    assert "004" in found[0].message


@pytest.mark.parametrize(
    ("shown", "code"),
    [("0.00", None), ("0.00_ ", None), ("0.0", "date_january_or_october"), (None, "date_january_or_october")],
)
def test_only_the_number_format_tells_october_from_january(tmp_path: Path, shown: str | None, code: str | None) -> None:
    tables = sound_tables()
    book = xlsxwriter.Workbook(tmp_path / "data.xlsx", {"strings_to_numbers": False})
    look = book.add_format({"num_format": shown}) if shown else None
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.get_worksheet_by_name("教职工").write_number(3, tables["教职工"][0].index("出生日期"), 1990.1, look)
    book.close()
    assert codes(problems_of(tmp_path / "data.xlsx")) == ([code] if code else [])
    if code is None:
        staff = read_district(tmp_path / "data.xlsx", AS_OF)[0].staff
        assert staff["birth_date"].tolist()[2] == pd.Timestamp(1990, 10, 1)


def test_error_cells_and_calculated_formulas(tmp_path: Path) -> None:
    tables = sound_tables()
    book = xlsxwriter.Workbook(tmp_path / "data.xlsx")
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    schools = book.get_worksheet_by_name("学校")
    limit = tables["学校"][0].index("编制数")
    schools.write_formula(1, limit, "=30*2", None, 60)
    schools.write_formula(2, limit, "=NA()", None, "#N/A")
    schools.write_formula(3, tables["学校"][0].index("教育集团"), '=IF(1=1,"","x")', None, "")
    book.close()
    # A spreadsheet program says of a calculated blank text that it is text; a library that calculates nothing does not.
    found = altered(
        tmp_path / "data.xlsx",
        change=lambda data: re.sub(rb'(<c r="G4"[^>]*)>(?=<f>IF)', rb'\1 t="str">', data),
    )
    assert told(found) == [("cell_error", "学校", 3, "编制数")]
    assert ("formula_uncomputed", "学校", 4, "教育集团") in told(tmp_path / "data.xlsx")


def test_merged_cells_among_the_data_are_refused_above_them_not(tmp_path: Path) -> None:
    tables = sound_tables()
    book = by_openpyxl(tmp_path / "data.xlsx", tables, first_row=2)
    book["教职工"].merge_cells("B1:E1")
    book["教职工"].merge_cells("N4:N5")
    book.save(tmp_path / "data.xlsx")
    found = problems_of(tmp_path / "data.xlsx")
    assert [(p.code, p.row, p.value) for p in found] == [("cells_merged", 4, "N4:N5")]


def test_sheets_by_key_other_sheets_and_sheets_twice(tmp_path: Path) -> None:
    tables = {t.key: grid(t.key) for t in schema.TABLES}
    tables["Sheet1"] = [["x"]]
    tables["学 校"] = grid("schools")
    by_openpyxl(tmp_path / "data.xlsx", tables)
    assert sorted(codes(problems_of(tmp_path / "data.xlsx"))) == ["sheet_ignored", "table_twice"]


def test_a_workbook_without_the_required_sheets(tmp_path: Path) -> None:
    tables = sound_tables()
    del tables["教职工"]
    tables["学校"] = []
    by_openpyxl(tmp_path / "data.xlsx", tables)
    assert sorted(codes(problems_of(tmp_path / "data.xlsx"))) == ["table_empty", "table_missing"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("data.xls", "data_format_old"),
        ("data.et", "data_format_old"),
        ("data.ods", "data_format_old"),
        ("data.xlsm", "data_format_old"),
        ("data.txt", "data_format_other"),
    ],
)
def test_other_formats_are_refused_with_advice(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert codes(problems_of(tmp_path / name)) == [code]


def test_no_data_and_a_folder_with_a_workbook_only(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_district(tmp_path / "none", AS_OF)
    assert codes(list(caught.value.problems)) == ["data_missing"]
    by_openpyxl(tmp_path / "data.xlsx", sound_tables())
    assert codes(problems_of(tmp_path)) == ["table_missing", "table_missing", "file_ignored"]
