"""The workbook that a district fills in: a sheet a table, headings explained, listed values to choose from."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from rotation_planner.data import schema
from rotation_planner.data.dates import EARLIEST_YEAR, LATEST_YEAR
from rotation_planner.data.district import District
from rotation_planner.data.rawtable import listing
from rotation_planner.data.schema import Column, Kind, Table
from rotation_planner.data.workbook import LISTS_SHEET
from rotation_planner.data.writing import NUMBERS, Frames, as_text
from rotation_planner.words import Language, has, language, say

_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


@dataclass(frozen=True)
class Part:
    """A workbook for less than a district: only these tables (``keys``), titled and explained by its own words
    (``title``, ``helps``: four paragraphs); headings protected against slips. ``choices``: codes to choose from in a
    column, by table and column."""

    keys: tuple[str, ...]
    title: str
    helps: tuple[str, str, str, str]
    choices: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def write_template(path: Path, tables: District | Frames | None = None, part: Part | None = None) -> Path:
    """Writes an .xlsx workbook with one sheet for each table, in the language in force.

    Headings carry a comment with the English key and what is expected; listed values are drop-down lists; codes and
    names are text cells, so that zeros at the start stay. ``tables`` fills the rows; without it the sheets are blank.
    Either way the workbook reads back through `read_district`. ``part``: what differs where it is not for a district.
    """
    frames = {} if tables is None else tables.frames if isinstance(tables, District) else tables
    part = part or Part(schema.TABLE_KEYS, say("template.title"), _helps())
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, _SAFE)
    # A fixed day makes the same content the same bytes.
    book.set_properties({"created": dt.datetime(2025, 1, 1), "title": part.title[:255]})
    _Template(book, language(), part).fill(frames)
    book.close()
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return path


def _helps() -> tuple[str, str, str, str]:
    a, b, c, d = (say(f"template.help_{each}") for each in "abcd")
    return a, b, c, d


def width(text: str) -> int:
    """How wide a text is in a spreadsheet: two for a Chinese character, one for a Latin one."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def hint(table: str, column: Column) -> str:
    """What is expected in a column, for the comment of its heading."""
    own = f"hint.{table}_{column.key}"
    text = say(own) if has(own) else say(f"hint.{column.kind.value}")
    due = say("template.due") if column.cell_due else say("template.optional")
    if column.heading_due and not column.cell_due:
        due = say("template.column_due")
    if column.values and column.kind is not Kind.YES_NO:
        text = f"{text}\n{say('template.values', values=listing(column.values))}"
    return f"{say('template.key', key=column.key)}\n{due}\n{text}"


class _Template:
    """Draws the sheets; holds the formats and the hidden sheet behind the drop-downs."""

    def __init__(self, book: Any, lang: Language, part: Part) -> None:
        self.book, self.lang, self.part = book, lang, part
        self.guarded = part.keys != schema.TABLE_KEYS
        self.tables = [schema.table(key) for key in part.keys]
        free = {"locked": False} if self.guarded else {}
        frame = {"border": 1, "border_color": "#B7B7B7", "valign": "vcenter", "text_wrap": True, "bold": True}
        self.due = book.add_format({**frame, "bg_color": "#FCE4D6"})
        self.optional = book.add_format({**frame, "bg_color": "#E2EFDA"})
        self.text = book.add_format({"num_format": "@", **free})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", **free})
        self.number = book.add_format({"num_format": "General", **free})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})

    def fill(self, frames: Frames) -> None:
        self._help(self.book.add_worksheet(say("template.help_sheet")))
        sheets = [self.book.add_worksheet(t.name if self.lang == "zh" else t.key) for t in self.tables]
        self.lists = self.book.add_worksheet(LISTS_SHEET)
        self.lists.hide()
        self.list_places: dict[tuple[str, ...], str] = {}
        for table, sheet in zip(self.tables, sheets, strict=True):
            self._sheet(table, sheet, frames.get(table.key))
        sheets[0].activate()

    def _help(self, sheet: Any) -> None:
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 2, 22)
        sheet.set_column(3, 3, 100, self.wrapped)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(7)
        sheet.write_string(0, 0, self.part.title, self.title)
        for row, text in enumerate(self.part.helps, 2):
            sheet.set_row(row, 32)
            sheet.merge_range(row, 0, row, 3, text, self.wrapped)
        heads = [say(f"template.head_{name}") for name in ("table", "column", "key", "expected")]
        for at, head in enumerate(heads):
            sheet.write_string(7, at, head, self.optional)
        row = 8
        for table in self.tables:
            for column in table.columns:
                expected = say("template.between").join(hint(table.key, column).split("\n")[1:])
                name = table.name if self.lang == "zh" else table.key
                for at, text in enumerate((name, column.heading, column.key, expected)):
                    sheet.write_string(row, at, text, self.wrapped)
                row += 1

    def _sheet(self, table: Table, sheet: Any, frame: pd.DataFrame | None) -> None:
        headings, columns = as_text(table.key, frame, self.lang) if frame is not None else ([], [])
        known = [c.heading if self.lang == "zh" else c.key for c in table.columns]
        by_heading = dict(zip(headings, columns, strict=True))
        extra = [h for h in headings if h not in known]
        for at, heading in enumerate([*known, *extra]):
            column = table.columns[at] if at < len(known) else Column(heading, heading)
            self._heading(sheet, at, table, column, heading, own=at >= len(known))
            if heading in by_heading:
                self._cells(sheet, at, column, by_heading[heading][0])
        if self.guarded:
            self._guard(sheet, len(known) + len(extra))
        sheet.freeze_panes(1, 2)
        sheet.set_row(0, 32)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)

    def _guard(self, sheet: Any, columns: int) -> None:
        """Only the headings are locked, against slips; columns of one's own may be added beside them."""
        sheet.set_column(columns, schema.MOST_COLUMNS - 1, None, self.text)
        may = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
        sheet.protect("", dict.fromkeys(may, True))

    def _heading(self, sheet: Any, at: int, table: Table, column: Column, heading: str, own: bool) -> None:
        due = column.cell_due or column.heading_due
        sheet.write_string(0, at, heading, self.due if due else self.optional)
        listed = max((width(v) for v in column.values.values()), default=0) if self.lang == "zh" else 0
        least = {Kind.DATE: 13, Kind.CODE: 12, Kind.TEXT: 14, Kind.LIST: 20}.get(column.kind, 9)
        least = 24 if (table.key, column.key) == ("schools", "name") else least
        look = self.date if column.kind is Kind.DATE else self.number if column.kind in NUMBERS else self.text
        sheet.set_column(at, at, max(least, width(heading) + 3, listed + 4), look)
        if own:
            return
        text = hint(table.key, column)
        sheet.write_comment(0, at, text, {"x_scale": 2.2, "y_scale": 0.4 + 0.22 * (text.count("\n") + len(text) / 30)})
        codes = self.part.choices.get((table.key, column.key))
        if rule := self._validation(column) if codes is None else self._choice(codes):
            sheet.data_validation(1, at, 20_000, at, rule)

    def _validation(self, column: Column) -> dict[str, Any] | None:
        """What the cells accept; where other writings are fine too, the program only informs."""
        common = {"error_title": say("template.wrong_title"), "error_message": say("template.wrong")}
        if column.values and column.kind is not Kind.LIST:
            options = tuple(schema.label(column.values, key, self.lang) for key in column.values)
            kind = "information" if column.free else "stop"
            return {"validate": "list", "source": self._list(options), "error_type": kind, **common}
        if column.kind is Kind.DATE:
            between = {"minimum": dt.date(EARLIEST_YEAR, 1, 1), "maximum": dt.date(LATEST_YEAR, 12, 31)}
            return {"validate": "date", "criteria": "between", **between, "error_type": "warning", **common}
        if column.kind in (Kind.WHOLE, Kind.YEAR):
            low, high = (EARLIEST_YEAR, LATEST_YEAR) if column.kind is Kind.YEAR else (0, 10**9)
            return {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high, **common}
        if column.kind is Kind.DECIMAL:
            bounds = {
                "minimum": -(10**9) if column.low is None else column.low,
                "maximum": 10**9 if column.high is None else column.high,
            }
            return {"validate": "decimal", "criteria": "between", **bounds, **common}
        return None

    def _choice(self, codes: tuple[str, ...]) -> dict[str, Any]:
        """Codes to choose from; another is asked about, not refused."""
        told = {"error_title": say("template.wrong_title"), "error_message": say("template.wrong")}
        return {"validate": "list", "source": self._list(codes), "error_type": "warning", **told}

    def _list(self, options: tuple[str, ...]) -> str:
        """The place of a list on the hidden sheet: lists written into a cell's rule vanish over 255 characters."""
        if options not in self.list_places:
            at = len(self.list_places)
            for row, option in enumerate(options):
                self.lists.write_string(row, at, option)
            letter = xlsxwriter.utility.xl_col_to_name(at)
            self.list_places[options] = f"={LISTS_SHEET}!${letter}$1:${letter}${len(options)}"
        return self.list_places[options]

    def _cells(self, sheet: Any, at: int, column: Column, texts: list[str]) -> None:
        for row, text in enumerate(texts, 1):
            if not text:
                continue
            if column.kind is Kind.DATE:
                sheet.write_datetime(row, at, dt.datetime.fromisoformat(text), self.date)
            elif column.kind in NUMBERS and np.isfinite(float(text)):
                sheet.write_number(row, at, float(text))
            else:
                sheet.write_string(row, at, text, self.text)
