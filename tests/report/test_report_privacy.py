"""What each reader may not see is in none of their files: cells, hidden sheets, comments, properties, file names."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from invented import SECRETS, turnover
from opened import people_of, rows_of, texts_of

from rotation_planner.data import schema

# Words of the facts themselves, in both languages.
FACTS = [
    *schema.EXEMPTIONS.values(), *schema.KINSHIPS.values(), *schema.REASONS.values(), "夫妻", "抑郁", "家庭", "健康",
    *(key for key in schema.EXEMPTIONS if key != "other"), *schema.KINSHIPS, "积分", "points",
]  # fmt: skip
FACTS.remove("其他")
IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def books(folder: Path) -> list[Path]:
    return sorted((folder / "lists" / "schools").iterdir())


def public(folder: Path) -> list[Path]:
    return [folder / "lists" / "public.xlsx", folder / "lists" / "public.csv"]


@pytest.fixture(params=["zh", "en"])
def folder(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue("written" if request.param == "zh" else "written_in_english")


def test_the_secrets_are_in_the_data_and_in_the_bureau_s_book(folder: Path) -> None:
    """Else the other tests would prove nothing."""
    told = "\n".join(texts_of(folder / "lists" / "district.xlsx"))
    assert SECRETS[0] in told
    assert SECRETS[6] in told


def test_public_files_hold_no_secret_and_no_fact(folder: Path) -> None:
    for path in public(folder):
        told = "\n".join(texts_of(path))
        assert not [word for word in (*SECRETS, *FACTS) if word in told], path
        assert not IDENTITY_NUMBER.search(told)


def test_public_files_hold_no_staff_id_and_no_date_of_a_person(folder: Path) -> None:
    staff = turnover().district.staff
    dates = {
        day.strftime(form)
        for column in ("birth_date", "hired_on", "joined_school")
        for day in staff[column]
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
    }
    for path in public(folder):
        told = "\n".join(texts_of(path))
        assert not [staff_id for staff_id in staff["staff_id"] if staff_id in told]
        assert not [day for day in dates if day in told]


def test_public_files_name_movers_only(folder: Path) -> None:
    found = turnover()
    movers = set(found.district.staff["name"][found.moving])
    others = set(found.district.staff["name"]) - movers
    rows = rows_of(folder / "lists" / "public.xlsx", openpyxl.load_workbook(public(folder)[0]).sheetnames[0])
    cells = {cell for row in rows for cell in row}
    assert movers <= cells
    assert not others & cells


def test_public_columns_are_the_seven(folder: Path) -> None:
    header = public(folder)[1].read_text("utf-8-sig").splitlines()[0].split(",")
    assert len(header) == 7
    assert header in (
        ["序号", "姓名", "流出学校", "流入学校", "职务", "学科", "交流方式"],
        ["No.", "Name", "From", "To", "Position", "Subject", "Mode"],
    )


def test_principals_books_hold_no_secret_and_no_fact(folder: Path) -> None:
    for path in books(folder):
        told = "\n".join(texts_of(path))
        assert not [word for word in (*SECRETS, *FACTS) if word in told], path


def test_principals_books_know_only_their_own_people_and_arrivals(folder: Path) -> None:
    found = turnover()
    for path in books(folder):
        school = path.name.split("-")[0]
        told = "\n".join(texts_of(path))
        position = found.district.school_pos[school]
        here = (found.school_before == position) | (found.school_after == position)
        own = set(found.district.staff["staff_id"][here])
        assert not [staff_id for staff_id in people_of(found) if staff_id in told and staff_id not in own]


def test_nothing_is_hidden_anywhere(folder: Path) -> None:
    for path in [*books(folder), public(folder)[0], folder / "lists" / "district.xlsx"]:
        book = openpyxl.load_workbook(path)
        for sheet in book:
            assert sheet.sheet_state == "visible"
            assert not [key for key, each in sheet.column_dimensions.items() if each.hidden]
            assert not [key for key, each in sheet.row_dimensions.items() if each.hidden]
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.comment]
        assert book.properties.creator == "rotation_planner"
        assert not any((book.properties.description, book.properties.keywords, book.properties.subject))


def test_charts_name_no_person(folder: Path) -> None:
    names = set(people_of(turnover()).values())
    for path in (folder / "charts").glob("*.svg"):
        told = path.read_text("utf-8")
        assert not [name for name in names if name in told]
