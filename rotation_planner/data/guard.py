"""What stands between a stranger's workbook and the reader: size, shape and hidden traps, checked before it is opened.

A small workbook can unpack to gigabytes, and one cell far from the others makes the reader's process end without an
exception; nothing here trusts what the file says of itself.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree

from rotation_planner.data import schema
from rotation_planner.data.problems import InputError, Problem, Severity

MOST_BYTES = 200_000_000
MOST_UNPACKED = 600_000_000
MOST_MEMBERS = 2_000
MOST_ROWS = 1_048_576
MOST_COLUMNS = schema.MOST_COLUMNS
MOST_CELLS = 12_000_000  # of the rectangle that holds them all, which is what the reader lays out in memory

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How a sheet may be written besides ``<c r="A1">``; only then is the text brought to that form, which takes seconds.
_UNUSUAL = (b":c ", b":c>", b":row", b"r='", b"r =", b"r\n", b"r\t", b"r\r", b"\nr=", b"\tr=", b"\rr=")
_PREFIX = re.compile(rb"<(/?)\w+:")
_ODD_REFERENCE = re.compile(rb"""\s+r\s*=\s*(["'])([^"']*)\1""")
_REFERENCES = re.compile(rb' r="([^"]*)"')
_ERROR_CELL = re.compile(rb"""<c\b([^>]*\bt\s*=\s*["']e["'][^>]*)>""")
_FORMULA_CELL = re.compile(rb"<c\b([^>]*[^/>]|)>\s*<f\b(.*?)</c>", re.DOTALL)
_VALUE = re.compile(rb"<v\b[^>]*>[^<]")
_REFERENCE = re.compile(rb' r="([A-Z]+)(\d+)"')
_TEXT_RESULT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_DIGITS, _LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Workbook:
    """What the guard learnt: for each sheet's name its inner file, and its cells without a value by (row, column)."""

    path: Path
    parts: Mapping[str, str]
    marks: Mapping[str, Mapping[tuple[int, int], str]]


def inspect(path: Path) -> Workbook:
    """Checks an .xlsx workbook before it is read.

    Raises:
        InputError: not a workbook, encrypted, damaged, too many inner files, too large unpacked, too many rows or a
            cell too far away.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            head = start + file.read(1_000_000) if start == _OLE else start
    except OSError as error:
        _refuse(path, "file_unreadable", reason=error.strerror or str(error))
    if size > MOST_BYTES:
        _refuse(path, "file_too_large", limit=MOST_BYTES // 1_000_000)
    if start == _OLE:
        locked = "EncryptedPackage".encode("utf-16-le") in head
        _refuse(path, "workbook_encrypted" if locked else "workbook_not_xlsx")
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ElementTree.ParseError) as error:
        if isinstance(error, zipfile.BadZipFile) and start[:2] != b"PK":
            _refuse(path, "workbook_not_xlsx")
        _refuse(path, "workbook_broken", reason=str(error)[:200])
    except (RuntimeError, KeyError, ValueError, UnicodeDecodeError) as error:  # zipfile: a password, an odd name
        _refuse(path, "workbook_broken", reason=str(error)[:200])


def _inspect(path: Path, archive: zipfile.ZipFile) -> Workbook:
    members = archive.infolist()
    names = {m.filename for m in members}
    if len(members) > MOST_MEMBERS:
        _refuse(path, "workbook_too_many_members", found=len(members), limit=MOST_MEMBERS)
    if sum(m.file_size for m in members) > MOST_UNPACKED:
        _refuse(path, "workbook_too_large", limit=MOST_UNPACKED // 1_000_000)
    if any(m.flag_bits & 1 for m in members):
        _refuse(path, "workbook_encrypted")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names or len(names) != len(members):
        _refuse(path, "workbook_not_xlsx")
    found: dict[str, Mapping[tuple[int, int], str]] = {}
    unpacked = 0
    for member in members:
        # The size a member declares may lie: reading is cut there and the checksum then fails, which is what we want.
        data = archive.read(member)
        unpacked += len(data)
        if unpacked > MOST_UNPACKED:
            _refuse(path, "workbook_too_large", limit=MOST_UNPACKED // 1_000_000)
        # Entities unfold without end; sixteen-bit text would pass by every other check.
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
            _refuse(path, "workbook_doctype")
        if b"sheetData" in data:
            data = _usual(data)
            _check_extent(path, data)
            found[member.filename] = _marks(data)
    parts = _parts(archive, names)
    return Workbook(path, parts, {name: found.get(part, {}) for name, part in parts.items()})


def _usual(data: bytes) -> bytes:
    """A sheet's text with plain tags and plain cell references, however it was written."""
    if not any(mark in data for mark in _UNUSUAL):
        return data
    return _ODD_REFERENCE.sub(rb' r="\2"', _PREFIX.sub(rb"<\1", data))


def _check_extent(path: Path, data: bytes) -> None:
    """Refuses a sheet whose cells span more than the reader could lay out; ``data`` is in its usual form."""
    references = _REFERENCES.findall(data)
    joined = b",".join(references)
    if joined.translate(None, _DIGITS + _LETTERS + b","):
        disguised = next(r for r in references if r.translate(None, _DIGITS + _LETTERS))
        _far(path, disguised)
    names = joined.translate(None, _DIGITS).split(b",")
    digits = {n for n in joined.translate(None, _LETTERS).split(b",") if n}
    numbers = [int(n) for n in digits if len(n) < 8]
    named = len(names) - names.count(b"")
    last_row, last_column = max(numbers, default=0), max(map(_column, set(names)), default=0)
    if len(numbers) < len(digits) or last_column > MOST_COLUMNS:
        _far(path, max(references, key=lambda r: (len(r.translate(None, _DIGITS)), len(r))))
    if data.count(b"<c ") + data.count(b"<c>") + data.count(b"<c/") > named:
        # Cells without a reference stand after the one before: count on from the farthest.
        last_row += data.count(b"<row")
        last_column += max(part.count(b"<c") for part in data.split(b"<row"))
    if last_row > MOST_ROWS:
        _refuse(path, "workbook_too_many_rows", limit=MOST_ROWS)
    if last_row * last_column > MOST_CELLS:
        farthest = max(references, key=lambda r: int(r.translate(None, _LETTERS) or 0), default=b"")
        _far(path, farthest)


def _far(path: Path, reference: bytes) -> NoReturn:
    value = reference.decode("ascii", "replace")[:20]
    _refuse(path, "workbook_far_cell", value, cells=MOST_CELLS, columns=MOST_COLUMNS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:6].upper():
        number = number * 26 + letter - 64
    return number


def _marks(data: bytes) -> dict[tuple[int, int], str]:
    """Cells that show an error, and formulas without a result: the reader gives both as blank."""
    marks: dict[tuple[int, int], str] = {}
    if any(start in data for start in (b"<f>", b"<f ", b"<f/")):
        for found in _FORMULA_CELL.finditer(data):
            blank_on_purpose = _TEXT_RESULT.search(found[1]) is not None
            if not blank_on_purpose and not _VALUE.search(found[2]) and (place := _place(found[1])):
                marks[place] = "formula_uncomputed"
    if b'"e"' in data or b"'e'" in data:
        for found in _ERROR_CELL.finditer(data):
            if place := _place(found[1]):
                marks[place] = "cell_error"
    return marks


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(attributes)
    return (int(found[2]), _column(found[1]) - 1) if found else None


def _parts(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """The inner file of each sheet by the sheet's name."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    if "xl/_rels/workbook.xml.rels" not in names:
        return {}
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    parts = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
            target = targets.get(link, "")
            parts[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return parts


class NumberFormats:
    """How the cells of one sheet are shown; each column is looked up once, and only when somebody asks."""

    def __init__(self, book: Workbook, sheet: str) -> None:
        self.book, self.part = book, book.parts[sheet]
        self.columns: dict[int, dict[int, int]] = {}

    def __call__(self, row: int, column: int) -> str | None:
        """The number format of a cell, such as ``0.00``; ``None`` for the general format."""
        if column not in self.columns:
            self.columns[column] = self._styles(column)
        style = self.columns[column].get(row)
        formats = self.formats
        return formats[style] if style is not None and style < len(formats) else None

    def _styles(self, column: int) -> dict[int, int]:
        letters, rest = "", column + 1
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        with zipfile.ZipFile(self.book.path) as archive:
            data = _usual(archive.read(self.part))
        styled = re.compile(rb'<c\b(?=[^>]*? r="' + letters.encode() + rb"""(\d+)")[^>]*?\ss=["'](\d+)""")
        return {int(row): int(style) for row, style in styled.findall(data)}

    @cached_property
    def formats(self) -> list[str | None]:
        """The format of each style of the workbook."""
        with zipfile.ZipFile(self.book.path) as archive:
            if "xl/styles.xml" not in archive.namelist():
                return []
            styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
        own = {e.get("numFmtId"): e.get("formatCode") for e in styles.iter() if e.tag.endswith("}numFmt")}
        used = next((e for e in styles.iter() if e.tag.endswith("}cellXfs")), None)
        numbers = [e.get("numFmtId", "") for e in used] if used is not None else []
        return [own.get(n) or {"2": "0.00", "4": "#,##0.00"}.get(n) for n in numbers]


def _refuse(path: Path, code: str, value: str | None = None, **values: object) -> NoReturn:
    raise InputError([Problem(Severity.ERROR, code, path.name, None, None, value, values)])
