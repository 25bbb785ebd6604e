"""Every text that a produced file holds, wherever it may hide."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl

from rotation_planner.report.turnover import Turnover


def texts_of(path: Path) -> list[str]:
    """All texts and attribute values of all parts of a workbook, part names and file name too; a CSV's whole text."""
    found = [path.name]
    if path.suffix == ".csv":
        return [*found, path.read_text("utf-8-sig")]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            found.append(name)
            for element in ElementTree.fromstring(archive.read(name)).iter():
                found += [text for text in (element.text, element.tail, *element.attrib.values()) if text]
    return found


def rows_of(path: Path, sheet: str) -> list[list[object]]:
    """The filled rows of a sheet."""
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book[sheet].iter_rows() if any(c.value is not None for c in row)]


def table_of(path: Path, sheet: str, first: str) -> list[dict[str, object]]:
    """The records of the table whose first heading is ``first``, down to the first row that is not of it."""
    rows = rows_of(path, sheet)
    start = next(number for number, row in enumerate(rows) if row[0] == first and row[1] is not None)
    headings = [str(cell).replace("\n", "") for cell in rows[start] if cell is not None]
    return [dict(zip(headings, row, strict=False)) for row in rows[start + 1 :] if row[1] is not None]


def people_of(turnover: Turnover) -> dict[str, str]:
    """Name by staff_id."""
    staff = turnover.district.staff
    return dict(zip(staff["staff_id"], staff["name"], strict=True))
