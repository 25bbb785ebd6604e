"""A hand-made plan is completed from the district; what the district does not know stays as it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rotation_planner.data.district import District, build
from rotation_planner.plan.files import completed, lost_zeros, read_plan

SCHOOLS = [{"school_id": f"00{n}", "name": f"第{n}小学", "stages": "primary"} for n in (1, 2)]
PERSON = {
    "name": "石岚", "school_id": "001", "stage": "primary", "subject": "语文", "position": "teacher",
    "department": "教务处",
}  # fmt: skip


@pytest.fixture
def district() -> District:
    staff = [{**PERSON, "staff_id": code} for code in ("0007", "0008", "08", "A9")]
    return build(dt.date(2027, 8, 31), schools=SCHOOLS, staff=staff)


def moves(tmp_path: Path, district: District, text: str) -> list[dict[str, str]]:
    path = tmp_path / "transfers.csv"
    path.write_text(text, "utf-8")
    return completed(read_plan(path), district).transfers.to_dict("records")


def test_blank_cells_are_filled(tmp_path: Path, district: District) -> None:
    (row,) = moves(tmp_path, district, "to_school_id,备注,staff_id\n002,好,0007\n")
    assert row == {
        "staff_id": "0007", "name": "石岚", "from_school_id": "001", "from_school": "第1小学", "to_school_id": "002",
        "to_school": "第2小学", "position": "teacher", "to_position": "teacher", "subject": "语文", "stage": "primary",
        "mode": "", "personnel_file_moves": "", "until": "", "rules": "", "reason": "",
        "from_department": "", "to_department": "", "备注": "好",
    }  # fmt: skip


def test_what_is_given_stays(tmp_path: Path, district: District) -> None:
    (row,) = moves(tmp_path, district, "to_school_id,staff_id,subject,from_school_id,name\n002,0007,数学,002,石\n")
    assert (row["subject"], row["from_school_id"], row["name"]) == ("数学", "002", "石")


def test_the_department_left_is_told_where_one_is_entered(tmp_path: Path, district: District) -> None:
    rows = moves(tmp_path, district, "to_school_id,staff_id,to_department\n001,0007,总务处\n002,0008,\n")
    assert [(row["from_department"], row["to_department"]) for row in rows] == [("教务处", "总务处"), ("", "")]


def test_leading_zeros_come_back_where_only_one_code_is_meant(tmp_path: Path, district: District) -> None:
    rows = moves(tmp_path, district, "to_school_id,staff_id\n2,7\n2,8\n9,A9\n")
    assert [(row["staff_id"], row["to_school_id"]) for row in rows] == [("8", "002"), ("0007", "002"), ("A9", "9")]
    assert lost_zeros(["7", "8", "0008", "A", ""], district.staff_pos) == {"7": "0007"}


def test_strangers_stay_strangers(tmp_path: Path, district: District) -> None:
    (row,) = moves(tmp_path, district, "to_school_id,staff_id\nnowhere,nobody\n")
    assert (row["name"], row["from_school_id"], row["to_school"]) == ("", "", "")
