"""Numbers as people read them: shares rounded as spreadsheets do, whole amounts without decimals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from invented import turnover
from opened import rows_of

from rotation_planner.audit.judges.how_many import percent as judged
from rotation_planner.report.district_book import overview_lines
from rotation_planner.report.district_schools import missing_by_school
from rotation_planner.report.numbers import percent, tenths
from rotation_planner.report.sheets import Book, Column


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(232, 640, "36.3%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 2000, "0.1%"), (0, 7, "0.0%"), (7, 7, "100.0%")],
)
def test_a_half_is_rounded_up_everywhere(part: int, whole: int, told: str) -> None:
    assert percent(part, whole) == judged(part, whole) == tenths(part / whole) == told


def test_nobody_has_no_share() -> None:
    assert percent(0, 0) == tenths(float("nan")) == "—"


def test_whole_amounts_have_no_decimals(tmp_path: Path) -> None:
    with Book(tmp_path / "a.xlsx", "a") as book:
        book.sheet("overview").table([Column("value", "amount")], [(3.0,), (9570.24,)])
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2)]
    assert [(cell.value, cell.number_format) for cell in cells] == [(3, "#,##0"), (9570.24, "#,##0.00")]
    assert rows_of(tmp_path / "a.xlsx", "总览")


@pytest.mark.parametrize("outside", [0, 4])
def test_shortage_out_of_scope_is_told_beside_the_goal(outside: int) -> None:
    found = turnover()
    here = int(missing_by_school(found, "after").sum())
    goal = replace(found.audit.goals[0], terms={"shortage": float(here + outside)})
    found = replace(found, audit=replace(found.audit, goals=(goal,)))
    told = [line for line in overview_lines(found) if "范围外" in line]
    assert [f" {outside} 人，共 {here + outside} 人" in line for line in told] == [True] * (outside > 0)
