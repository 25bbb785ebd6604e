"""The workbook to fill in: reads back blank and filled, opens in a second program, warns while one types."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from tables import AS_OF, SOUND, codes, problems_of

from rotation_planner.data import schema
from rotation_planner.data.problems import InputError
from rotation_planner.data.reading import read_district
from rotation_planner.data.schema import Kind
from rotation_planner.data.template import hint, width, write_template
from rotation_planner.data.writing import number_text, write_tables
from rotation_planner.words import Language, catalogue, speaking


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_blank_template_only_lacks_rows(tmp_path: Path, lang: Language) -> None:
    with speaking(lang):
        path = write_template(tmp_path / "template.xlsx")
    with pytest.raises(InputError) as caught:
        read_district(path, AS_OF)
    found = caught.value.problems
    assert codes(list(found)) == ["table_empty", "table_empty"]
    assert [p.values["key"] for p in found] == ["schools", "staff"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_template_and_written_tables_read_back(tmp_path: Path, lang: Language) -> None:
    district = read_district(SOUND, AS_OF)[0]
    with speaking(lang):
        write_template(tmp_path / "template.xlsx", district)
        write_tables(district, tmp_path / "tables")
    for path in (tmp_path / "template.xlsx", tmp_path / "tables"):
        again, problems = read_district(path, AS_OF)
        assert problems == []
        for key, frame in district.frames.items():
            pd.testing.assert_frame_equal(again.frames[key], frame)


def test_a_row_typed_into_the_template_by_another_program_reads_well(tmp_path: Path) -> None:
    path = write_template(tmp_path / "template.xlsx")
    book = openpyxl.load_workbook(path)
    for table in schema.TABLES:
        with (SOUND / f"{table.key}.csv").open(encoding="utf-8") as file:
            rows = [line.rstrip("\n").split(",") for line in file]
        headings = [cell.value for cell in book[table.name][1]]
        assert headings == rows[0]
        for at, row in enumerate(rows[1:], 2):
            for column, text in enumerate(row, 1):
                book[table.name].cell(at, column, text or None)
    book.save(tmp_path / "filled.xlsx")
    assert problems_of(tmp_path / "filled.xlsx") == []


def test_a_second_program_sees_lists_comments_and_formats(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_template(tmp_path / "template.xlsx"))
    assert book["_lists"].sheet_state == "hidden"
    staff = book["教职工"]
    assert staff.freeze_panes == "C2"
    lists = {str(rule.sqref): rule.formula1 for rule in staff.data_validations.dataValidation if rule.type == "list"}
    position = next(c for c in staff[1] if c.value == "职务")
    source = lists[f"{position.column_letter}2:{position.column_letter}20001"]
    sheet, _, area = source.partition("!")
    shown = [cell[0].value for cell in book[sheet.strip("'=")][area.replace("$", "")]]
    assert shown == list(schema.POSITIONS.values())
    for cell in staff[1]:
        column = next(c for c in schema.table("staff").columns if c.heading == cell.value)
        assert column.key in cell.comment.text
        dimension = staff.column_dimensions[cell.column_letter]
        assert dimension.width >= width(column.heading)
        if column.kind is Kind.CODE:
            assert dimension.number_format == "@"
        elif column.kind is Kind.DATE:
            assert dimension.number_format == "yyyy-mm-dd"


def test_formula_text_stays_text_in_both_kinds_of_files(tmp_path: Path) -> None:
    district = read_district(SOUND, AS_OF)[0]
    staff = district.staff.copy()
    staff.loc[0, "department"] = '=HYPERLINK("http://x")'
    staff.loc[1, "department"] = "'+1"
    staff["=自设"] = ["-1", "@a", "", "=", "+", "'"]
    frames = district.frames | {"staff": staff}
    write_tables(frames, tmp_path / "tables")
    write_template(tmp_path / "book.xlsx", frames)
    assert ",=" not in (tmp_path / "tables" / "staff.csv").read_text("utf-8-sig")
    cells = [c for row in openpyxl.load_workbook(tmp_path / "book.xlsx")["教职工"].iter_rows() for c in row]
    assert "f" not in {c.data_type for c in cells}
    staff["_row"] = staff.pop("_row")  # the last column, as reading puts it
    for path in (tmp_path / "tables", tmp_path / "book.xlsx"):
        pd.testing.assert_frame_equal(read_district(path, AS_OF)[0].staff, staff)


def test_the_same_content_is_the_same_file(tmp_path: Path) -> None:
    one, other = write_template(tmp_path / "a.xlsx"), write_template(tmp_path / "b.xlsx")
    assert one.read_bytes() == other.read_bytes()


def test_every_own_hint_belongs_to_a_column() -> None:
    columns = {f"hint.{t.key}_{c.key}" for t in schema.TABLES for c in t.columns} | {f"hint.{k.value}" for k in Kind}
    assert {key for key in catalogue() if key.startswith("hint.")} <= columns
    for table in schema.TABLES:
        for column in table.columns:
            assert column.key in hint(table.key, column)


@pytest.mark.parametrize(
    ("number", "text"), [(3.0, "3"), (0.1, "0.1"), (1e-7, "0.0000001"), (1e20, "1" + "0" * 20), (float("nan"), "")]
)
def test_numbers_are_written_without_exponent(number: float, text: str) -> None:
    assert number_text(number) == text
