"""The workbooks read back: with the planner's own guarded reader and with openpyxl always, through LibreOffice where it
is installed."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from invented import TITLE, turnover
from python_calamine import CalamineWorkbook

from rotation_planner.data import guard
from rotation_planner.data.problems import Severity
from rotation_planner.data.rawtable import RawTable, from_records
from rotation_planner.data.workbook import read_workbook
from rotation_planner.report.district_book import DistrictBook
from rotation_planner.report.inspectors_book import InspectorsBook
from rotation_planner.report.school_book import SchoolBooks

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice (soffice) is not on this machine; the readers of the other tests always run"
)
BOOKS = ("principal", "bureau", "inspectors")
# The sheets whose table begins right under their title.
TABLES = {
    "principal": ("交流出", "交流入", "应交流而留任", "学科余缺"),
    "bureau": (
        "交流名单", "暂缓名单", "人员情况", "未来三年应交流", "名额表", "学科余缺", "学校平衡", "岗位备案表",
        "交流登记表",
    ),
    "inspectors": ("年度比例", "比例人员", "均衡指标", "达标变化"),
}  # fmt: skip


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("books")
    found = turnover()
    paths = {name: folder / f"{name}.xlsx" for name in BOOKS}
    SchoolBooks(found, TITLE).write(0, paths["principal"])
    DistrictBook(found, TITLE).write(paths["bureau"])
    InspectorsBook(found, TITLE).write(paths["inspectors"])
    return paths


def own_reader(path: Path) -> dict[str, list[list[Any]]]:
    """Every sheet's cells as the planner reads them: past the guard, then by calamine."""
    guard.inspect(path)
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def plain(cell: Any) -> Any:
    """A cell as either reader tells it: blanks alike, numbers as float, days without time."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return round(float(cell), 9)
    return cell or ""


def openpyxl_reader(path: Path) -> dict[str, list[list[Any]]]:
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in openpyxl.load_workbook(path)
    }


def filled(grid: list[list[Any]]) -> list[list[Any]]:
    """Rows and cells without the blank ends."""
    rows = []
    for row in grid:
        cells = [plain(cell) for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def table(name: str, grid: list[list[Any]]) -> RawTable:
    """The sheet's table, cut into headings and records as any table of a user's workbook is."""
    end = next((number for number, row in enumerate(grid[1:], 1) if not any(row)), len(grid))
    raw, problems = from_records(name, name, grid[1:end], first_row=2)
    assert raw is not None
    assert not problems, name
    return raw


@pytest.mark.parametrize("name", BOOKS)
def test_the_planner_s_own_reader_takes_them(books: dict[str, Path], name: str) -> None:
    tables, problems = read_workbook(books[name])
    assert not tables  # none of the sheets is mistaken for a table of a scenario
    assert {each.severity for each in problems} == {Severity.NOTE}
    grids = own_reader(books[name])
    for sheet in TABLES[name]:
        raw = table(sheet, [[plain(cell) for cell in row] for row in grids[sheet]])
        assert len(raw.headings) == len(set(raw.headings))
        assert all(raw.headings)


@pytest.mark.parametrize("name", BOOKS)
def test_two_readers_tell_the_same(books: dict[str, Path], name: str) -> None:
    ours, theirs = own_reader(books[name]), openpyxl_reader(books[name])
    assert list(ours) == list(theirs)
    for sheet, grid in ours.items():
        assert filled(grid) == filled(theirs[sheet]), sheet


def test_what_was_written_comes_back(books: dict[str, Path]) -> None:
    found = turnover()
    raw = table("交流名单", own_reader(books["bureau"])["交流名单"])
    columns = dict(zip(raw.headings, raw.columns, strict=True))
    assert list(columns["工号"]) == found.moves["staff_id"].tolist()
    assert list(columns["姓名"]) == [found.district.staff["name"][each] for each in found.moves["person"]]
    until = [dt.date.fromisoformat(each) if each else "长期" for each in found.moves["until"]]
    assert [plain(each) for each in columns["期限"]] == until
    names = {str(each) for each in columns["姓名"]}
    everybody = table("人员情况", own_reader(books["bureau"])["人员情况"])
    assert names <= set(dict(zip(everybody.headings, everybody.columns, strict=True))["姓名"])


@needs_libreoffice
def test_libreoffice_opens_and_keeps_them(books: dict[str, Path], tmp_path: Path) -> None:
    """Opened and saved by LibreOffice every cell is the same; lists, locks and print set-up are still there."""
    command = [
        str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
        "--outdir", str(tmp_path / "saved"), *map(str, books.values()),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    for name, path in books.items():
        saved = tmp_path / "saved" / path.name
        before, after = own_reader(path), own_reader(saved)
        assert list(before) == list(after)
        for sheet in before:
            assert filled(before[sheet]) == filled(after[sheet]), (name, sheet)
        assert not [cell for grid in after.values() for row in grid for cell in row if str(cell).startswith("#")]
    kept = openpyxl.load_workbook(tmp_path / "saved" / "principal.xlsx")
    for sheet_name in TABLES["principal"][:3]:
        sheet = kept[sheet_name]
        assert sheet.protection.sheet
        assert sheet.print_title_rows
        assert sheet.page_setup.orientation == "landscape"
        assert "同意" in str(sheet.data_validations.dataValidation[0].formula1)
