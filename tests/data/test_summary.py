"""Many problems told briefly, none of them lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from tables import SOUND, problems_of

from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.summary import summarise
from rotation_planner.words import speaking


def problem(row: int, severity: Severity = Severity.ERROR, column: str = "性别") -> Problem:
    return Problem(severity, "value_missing", "staff.csv", row, column)


def test_alike_problems_are_grouped_and_errors_come_first() -> None:
    found = [problem(9, Severity.NOTE), *[problem(row) for row in range(2, 30)], problem(5, column="姓名")]
    groups = summarise(found, limit=2)
    assert [(len(g.shown), len(g.rest)) for g in groups] == [(2, 26), (1, 0), (1, 0)]
    assert groups[0].more == "另有 26 处相同的问题，行号：4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15…"
    assert groups[1].more == ""
    assert groups[-1].shown[0].severity is Severity.NOTE
    with speaking("en"):
        assert groups[0].more.startswith("26 more of the same, in rows 4, 5")


def test_every_row_of_a_large_table_may_be_wrong(tmp_path: Path) -> None:
    shutil.copytree(SOUND, tmp_path / "district")
    head, *rows = (SOUND / "staff.csv").read_text("utf-8").splitlines()
    wrong = rows[1].replace(",001,", ",999,").replace("女", "？").replace("2012-09-01", "2001-09-01")
    lines = [head, *rows, *(wrong.replace("T02", f"X{i}") for i in range(5000))]
    (tmp_path / "district" / "staff.csv").write_text("\n".join(lines), "utf-8")
    found = problems_of(tmp_path / "district")
    by_code = {g.shown[0].code: len(g.shown) + len(g.rest) for g in summarise(found)}
    assert by_code["value_not_listed"] == by_code["unknown_school"] == by_code["date_order"] == 5000
