"""Workbooks as an office prints them: A4, repeated headings, frozen panes, widths that fit Chinese, text kept text.

Everything a person wrote goes out through ``write_string``, so no cell is ever run as a formula. The creation date is
fixed: the same plan gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from rotation_planner.words import has, say

CREATED = dt.datetime(2000, 1, 1)
A4 = 9
INK, PALE, LINE, GREY = "#1F3A4D", "#E4ECF1", "#B7C3CB", "#5F6B73"
ALARM, CALM = "#A23B00", "#00684A"
TO_FILL = "#FFF8E1"  # cells that the reader fills in
MARGIN, NARROWEST = 2, 5

Kind = Literal["text", "wrap", "whole", "decimal", "amount", "thousandth", "signed", "percent", "date"]
NUMBER_FORMATS: dict[str, str] = {
    "text": "@",
    "wrap": "@",
    "whole": "0",
    "decimal": "0.0",
    "amount": "#,##0.00",  # whole ones without decimals, see `Sheet.table`
    "amount_whole": "#,##0",
    "thousandth": "0.000",
    "signed": "+0;-0;0",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
}
CENTRED = ("whole", "decimal", "amount", "amount_whole", "thousandth", "signed", "percent", "date")


class Alarm(str):
    """A text that says something is not as it should be; a table colours it."""


@dataclass(frozen=True)
class Column:
    """One printed column: ``key`` names its heading (``report_column.<key>``, or ``text`` where that is given),
    ``width`` its widest in half-width characters (longer text is wrapped).

    ``fill``: the reader writes here; the cells are tinted and stay open in a protected book. ``choices``: the answers
    offered there in a drop-down list. ``alarm``: negative numbers are not as they should be, and coloured.
    """

    key: str
    kind: Kind = "text"
    width: int = 30
    fill: bool = False
    choices: tuple[str, ...] = ()
    text: str = ""
    alarm: bool = False

    @property
    def heading(self) -> str:
        """The heading in the language in force."""
        return self.text or say("report_column." + self.key)


@lru_cache(maxsize=200_000)
def width_of(text: str) -> int:
    """The width of a text in half-width characters; Chinese characters and full-width signs count two."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def lines_needed(text: str, room: float) -> int:
    """Lines that a text takes in a cell with room for so many half-width characters; Latin letters run narrower."""
    room = max(room, 1.0)
    return sum(max(1, math.ceil(width_of(part) * (0.9 if part.isascii() else 1) / room)) for part in text.split("\n"))


def printable(text: str) -> str:
    """Text without the control characters that a workbook's file may not hold."""
    if text.isprintable():
        return text
    return "".join(
        c for c in text if c in "\n\t" or (c >= " " and c not in "\x7f\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


class Book:
    """A workbook being written; a context manager that saves it.

    ``protected``: only cells to be filled in can be changed; without a password, against slips and not against intent.
    """

    def __init__(self, path: Path, title: str, *, protected: bool = False) -> None:
        self.protected = protected
        options = {
            "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "in_memory": True,  # no temporary files: three times as fast for small books
        }  # fmt: skip
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties(
            {"title": printable(title)[:255], "author": say("report.author"), "company": "", "created": CREATED}
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._cells: dict[tuple[Any, ...], Format] = {}
        self._font = say("report.font")

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def style(self, **properties: Any) -> Format:
        """A cell format, made once for equal properties."""
        wanted = {"font_name": self._font, "font_size": 10, "valign": "vcenter", **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def cell(self, kind: str, **more: Any) -> Format:
        """The format of a table's cell of this kind."""
        key = (kind, *more.items())
        if key not in self._cells:
            wanted: dict[str, Any] = {"border": 1, "border_color": LINE, "num_format": NUMBER_FORMATS[kind]}
            if kind in CENTRED:
                wanted["align"] = "center"
            if kind in ("text", "wrap"):
                wanted["text_wrap"] = True
            self._cells[key] = self.style(**wanted, **more)
        return self._cells[key]

    def fill(self, **more: Any) -> Format:
        """The format of a cell that the reader fills in."""
        return self.cell("wrap", bg_color=TO_FILL, locked=False, **more)

    def sheet(self, name: str, *, landscape: bool = False) -> Sheet:
        """A new sheet; ``name`` names its words (``report_sheet.<name>``)."""
        inner = self._book.add_worksheet(say("report_sheet." + name))
        if self.protected:
            inner.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        return Sheet(self, inner, landscape)


class Sheet:
    """One sheet, written from top to bottom: ``row`` is the next free one."""

    def __init__(self, book: Book, inner: Worksheet, landscape: bool) -> None:
        self.book, self.inner, self.row = book, inner, 0
        self.span = 1
        inner.set_paper(A4)
        if landscape:
            inner.set_landscape()
        inner.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        inner.fit_to_pages(1, 0)
        inner.hide_gridlines(2)
        inner.set_footer("&C&9" + say("report.page"))
        inner.set_default_row(18)
        self._widths: dict[int, float] = {}

    def set_widths(self, widths: Sequence[float]) -> None:
        """Column widths in half-width characters; the widest wish so far counts."""
        for column, width in enumerate(widths):
            if width > self._widths.get(column, 0):
                self._widths[column] = width
                self.inner.set_column(column, column, width)
        self.span = max(self.span, len(widths))

    def heading(self, text: str, *, level: int = 1) -> None:
        """A heading over the whole width: 1 the sheet's title, 2 a part of it."""
        size, height = {1: (16, 30), 2: (12, 26)}[level]
        look = self.book.style(font_size=size, bold=True, font_color=INK)
        self.inner.set_row(self.row, height)
        self.inner.write_string(self.row, 0, printable(text), look)
        self.row += 1

    def note(self, text: str, *, color: str = GREY, size: int = 10, bold: bool = False) -> None:
        """A paragraph over the whole width of the widths set so far; as high as it needs."""
        text = printable(text)
        look = self.book.style(font_size=size, font_color=color, bold=bold, text_wrap=True, valign="top")
        room = max(20.0, sum(self._widths.values()) * 10 / size * 0.97)
        self.inner.set_row(self.row, lines_needed(text, room) * size * 1.5 + 3)
        if self.span > 1:
            self.inner.merge_range(self.row, 0, self.row, self.span - 1, "", look)
        self.inner.write_string(self.row, 0, text, look)
        self.row += 1

    def gap(self) -> None:
        """A little space."""
        self.inner.set_row(self.row, 8)
        self.row += 1

    def one_page(self) -> None:
        """Print the whole sheet on one page."""
        self.inner.fit_to_pages(1, 1)

    def ask(self, questions: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Labels in the first column, over all the others a cell to be filled in; with answers to choose from where
        any are given."""
        label = self.book.style(bold=True, bg_color=PALE, font_color=INK, border=1, border_color=LINE, text_wrap=True)
        for name, answers in questions:
            self.inner.set_row(self.row, 24)
            self.inner.write_string(self.row, 0, printable(name), label)
            if self.span > 2:
                self.inner.merge_range(self.row, 1, self.row, self.span - 1, "", self.book.fill())
            else:
                self.inner.write_blank(self.row, 1, None, self.book.fill())
            if answers:
                self._offer(self.row, self.row, 1, answers)
            self.row += 1

    def _offer(self, first: int, last: int, column: int, answers: Sequence[str]) -> None:
        """A drop-down list in the cells; short enough to stand in the sheet itself."""
        told = {"error_title": say("book.choose_title"), "error_message": say("book.choose")}
        self.inner.data_validation(first, column, last, column, {"validate": "list", "source": list(answers), **told})

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Labels in the first column, texts over all the others."""
        label = self.book.style(bold=True, bg_color=PALE, font_color=INK, border=1, border_color=LINE, text_wrap=True)
        look = self.book.cell("wrap")
        room = sum(width for column, width in self._widths.items() if column) - 2
        for name, text in pairs:
            text = printable(text)
            self.inner.set_row(self.row, 13.5 * lines_needed(text, room) + 6)
            self.inner.write_string(self.row, 0, printable(name), label)
            self.inner.merge_range(self.row, 1, self.row, self.span - 1, "", look)
            self.inner.write_string(self.row, 1, text, look)
            self.row += 1

    def table(
        self, columns: Sequence[Column], records: Sequence[Sequence[Any]], *,
        empty: str = "", main: bool = False, filtered: bool = False, total: Sequence[Any] = (),
    ) -> None:  # fmt: skip
        """A table with its headings. ``main``: its headings stay on the screen and come again on every printed page.

        Blank numbers and dates are ``None``, ``nan`` or ``""``; ``empty`` is said where there is no record. ``total``:
        a last row under all records, which no filter hides.
        """
        head = self.book.style(
            bold=True, bg_color=PALE, font_color=INK, border=1, border_color=LINE, align="center", text_wrap=True
        )
        fitted = [fitting(column, [record[place] for record in records]) for place, column in enumerate(columns)]
        self.set_widths(fitted)
        lines = max(column.heading.count("\n") + 1 for column in columns)
        self.inner.set_row(self.row, 14 * lines + 6)
        for place, column in enumerate(columns):
            self.inner.write_string(self.row, place, column.heading, head)
        top = self.row
        if main:
            self.inner.freeze_panes(self.row + 1, 0)
            self.inner.repeat_rows(self.row)
        self.row += 1
        looks = [self.book.fill() if column.fill else self.book.cell(column.kind) for column in columns]
        alarms = [self.book.cell(column.kind, font_color=ALARM, bold=True) for column in columns]
        for record in records:
            self._record(columns, record, looks, alarms)
        if not records:
            self.inner.write_string(self.row, 0, empty or say("report.nobody"), self.book.style(font_color=GREY))
            self.row += 1
            return
        for place, column in enumerate(columns):
            if column.choices:
                self._offer(top + 1, self.row - 1, place, column.choices)
        if filtered:
            self.inner.autofilter(top, 0, self.row - 1, len(columns) - 1)
        if total:
            self._record(columns, total, [self.book.cell(c.kind, bold=True, bg_color=PALE) for c in columns], alarms)

    def _record(
        self, columns: Sequence[Column], record: Sequence[Any], looks: list[Format], alarms: list[Format]
    ) -> None:
        high = 1
        for place, (column, value) in enumerate(zip(columns, record, strict=True)):
            look = looks[place]
            if value is None or value == "" or value != value:
                self.inner.write_blank(self.row, place, None, look)
            elif isinstance(value, str):
                text, room = printable(value), self._widths[place] - 1
                if 2 * len(text) > room or "\n" in text:  # else it fits in a line, however wide its characters
                    high = max(high, lines_needed(text, room))
                self.inner.write_string(self.row, place, text, alarms[place] if isinstance(value, Alarm) else look)
            elif isinstance(value, dt.date):
                self.inner.write_datetime(self.row, place, value, look)
            elif column.kind == "amount" and float(value).is_integer():
                self.inner.write_number(self.row, place, value, self.book.cell("amount_whole"))
            else:
                self.inner.write_number(self.row, place, value, alarms[place] if column.alarm and value < 0 else look)
        if high > 1:
            self.inner.set_row(self.row, 13.5 * high + 5)
        self.row += 1


def fitting(column: Column, values: Sequence[Any]) -> float:
    """The width a column needs for its heading and its values, at most the column's own."""
    if column.fill:
        body = max(column.width, *map(width_of, column.choices), 0)
    elif column.kind == "date":
        body = 10
    elif column.kind in ("text", "wrap"):
        body = max((width_of(value) for value in values if isinstance(value, str)), default=0)
    else:
        body = 6
    heading = max(map(width_of, column.heading.split("\n")))
    return max(body if column.fill else min(body, column.width), heading, NARROWEST) + MARGIN


def listed(area: str, key: str) -> str:
    """A listed value of the contract as the reader's language says it; other text as it stands."""
    name = f"report_value.{area}_{key}"
    return say(name) if key and has(name) else key
