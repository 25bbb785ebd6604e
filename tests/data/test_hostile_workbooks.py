"""Workbooks that would exhaust memory, end the process or hide something: refused before they are opened."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from tables import AS_OF, Change, altered, codes, grid, problems_of
from test_workbooks import by_openpyxl, sound_tables

from rotation_planner.data import guard, schema
from rotation_planner.data.problems import InputError
from rotation_planner.data.reading import read_district


@pytest.fixture
def book(tmp_path: Path) -> Path:
    by_openpyxl(tmp_path / "sound.xlsx", sound_tables())
    return tmp_path / "sound.xlsx"


def put_cell(cell: bytes) -> Change:
    return lambda data: data.replace(b"</sheetData>", b"<row>" + cell + b"</row></sheetData>")


def refused(path: Path) -> str:
    (problem,) = problems_of(path)
    assert problem.advice
    return problem.code


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576"><v>1</v></c>',
        b'<c r="A1048576"><v>1</v></c><c r="ZZ3"><v>1</v></c>',
        b'<c r="AAA1"><v>1</v></c>',
        b"<c r='XFD1048576'><v>1</v></c>",
        b'<c  s="1"\n r = "XFD1048576"><v>1</v></c>',
        b'<x:c r="XFD1048576"><x:v>1</x:v></x:c>',
        b'<c r="&#88;FD1048576"><v>1</v></c>',
        b'<c r="xfd1048576"><v>1</v></c>',
        b'<c r="A999999999999"><v>1</v></c>',
        b'<c r="A99999999"><v>1</v></c>',
    ],
)
def test_a_far_cell_is_refused_however_it_is_written(book: Path, cell: bytes) -> None:
    assert refused(altered(book, change=put_cell(cell))) in ("workbook_far_cell", "workbook_too_many_rows")


def test_rows_beyond_any_spreadsheet_are_refused(book: Path) -> None:
    assert refused(altered(book, change=put_cell(b'<c r="A2000000"><v>1</v></c>'))) == "workbook_too_many_rows"


def test_cells_without_references_are_counted(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_CELLS", 5_000)
    assert refused(altered(book, change=put_cell(b"<c><v>1</v></c>" * 3_000))) == "workbook_far_cell"


def test_single_quotes_and_prefixes_are_read_alike(book: Path) -> None:
    odd = altered(book, change=lambda data: data.replace(b' r="A1"', b"\n r = 'A1'"))
    assert problems_of(odd) == []


def test_a_bomb_is_refused_by_its_unpacked_size(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_UNPACKED", 3_000_000)
    bomb = altered(book, **{"xl/media/image1.bin": b"\0" * 5_000_000})
    assert bomb.stat().st_size < 100_000
    assert refused(bomb) == "workbook_too_large"


def test_a_bomb_that_lies_about_its_size_is_refused(book: Path) -> None:
    honest = altered(book, **{"xl/media/image1.bin": b"\0" * 5_000_000})
    data = bytearray(honest.read_bytes())
    size = (5_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (10).to_bytes(4, "little")
    honest.write_bytes(data)
    assert refused(honest) == "workbook_broken"


def test_too_many_inner_files(book: Path) -> None:
    assert refused(altered(book, **{f"x/{i}": b"" for i in range(2_001)})) == "workbook_too_many_members"


def test_a_doctype_is_refused(book: Path) -> None:
    change = lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data  # noqa: E731
    assert refused(altered(book, change=change)) == "workbook_doctype"


def test_a_doctype_far_inside_is_refused(book: Path) -> None:
    change = lambda data: b"<!--" + b" " * 9000 + b"-->" + b"<!DOCTYPE x>" + data  # noqa: E731
    assert refused(altered(book, "xl/workbook.xml", change)) == "workbook_doctype"


def test_pictures_do_no_harm(book: Path) -> None:
    assert problems_of(altered(book, **{"xl/media/image1.png": b"\x89PNG\r\n\x1a\n\0\0<\0" + b"\0<" * 99})) == []


def test_utf_sixteen_sheets_cannot_hide_cells(book: Path) -> None:
    assert refused(altered(book, change=lambda data: data.decode().encode("utf-16"))) == "workbook_doctype"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workbook_not_xlsx"),
        (b"just text", "workbook_not_xlsx"),
        ("学校代码,名称".encode("gb18030"), "workbook_not_xlsx"),
        (b"<html><table></table></html>", "workbook_not_xlsx"),
        (guard._OLE + b"\0" * 600, "workbook_not_xlsx"),
        (guard._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "workbook_encrypted"),
        (b"PK\x03\x04 cut off", "workbook_broken"),
    ],
)
def test_what_only_looks_like_a_workbook(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(content)
    assert refused(path) == code


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert refused(path) == "workbook_not_xlsx"


def test_a_workbook_over_the_limit_is_not_opened(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_BYTES", 1_000)
    assert refused(book) == "file_too_large"


def test_damaged_workbooks_are_refused_or_read_never_worse(book: Path) -> None:
    """Bytes changed at random: reading ends with an answer, whatever they were."""
    sound = book.read_bytes()
    damaged = book.with_name("damaged.xlsx")
    dice = random.Random(1)
    for _ in range(60):
        data = bytearray(sound)
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        damaged.write_bytes(data[: dice.randint(len(data) // 2, len(data))] if dice.random() < 0.3 else data)
        assert all(p.message for p in problems_of(damaged))


def test_sheets_changed_at_random_are_refused_or_read(book: Path) -> None:
    dice = random.Random(2)

    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(dice.randint(1, 5)):
            at = dice.randrange(len(changed))
            changed[at : at + dice.randint(0, 3)] = bytes(dice.choices(b'<>/"cvrowA19 ', k=dice.randint(0, 4)))
        return bytes(changed)

    for _ in range(30):
        assert all(p.message for p in problems_of(altered(book, change=change)))


def test_wide_but_harmless_sheets_are_read(tmp_path: Path) -> None:
    tables = sound_tables()
    rows = grid("schools")
    tables["学校"] = [[*row, *[f"自设{i}" if n == 0 else str(i) for i in range(60)]] for n, row in enumerate(rows)]
    by_openpyxl(tmp_path / "data.xlsx", tables)
    district, problems = read_district(tmp_path / "data.xlsx", AS_OF)
    assert codes(problems) == ["column_unknown"] * 60
    assert len(district.schools.columns) == len(schema.table("schools").columns) + 61


def test_a_password_inside_the_zip_is_told(book: Path) -> None:
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        central = archive.start_dir
    data[central + 8] |= 1
    book.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_district(book, AS_OF)
    assert codes(list(caught.value.problems)) == ["workbook_encrypted"]
