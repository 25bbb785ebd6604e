"""Pages and books of results laid side by side: HTML that opens offline and prints, Markdown, workbooks, CSV."""

from __future__ import annotations

import base64
import csv
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rotation_planner.data.safetext import neutralise
from rotation_planner.report.charts.writing import Picture
from rotation_planner.report.pages.markup import Html, escaped, joined, tag
from rotation_planner.report.sheets import Book, Column
from rotation_planner.words import language

STYLE = """
@page{size:A4 landscape;margin:12mm}
body{font-family:"Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:76rem;
margin:1.5rem auto;padding:0 1rem;color:#222;line-height:1.5}
h1{font-size:1.5rem;margin:.2rem 0 .6rem}h2{font-size:1.1rem;margin:1.4rem 0 .4rem;color:#1F3A4D}
p{margin:.25rem 0}.scroll{overflow-x:auto}.note{color:#5F6B73;font-size:.85rem}
table{border-collapse:collapse;font-size:.85rem}th{background:#E4ECF1;text-align:left;font-weight:600}
th,td{border:1px solid #B7C3CB;padding:.25rem .5rem;vertical-align:top}
td.number{text-align:right;white-space:nowrap}td.long{min-width:16rem}td.short{white-space:nowrap}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:0 1.5rem}.beside section{min-width:0}
.beside h2{margin-top:.8rem}tr.alarm td{background:#FBEDE4}figure{margin:.5rem 0}img{max-width:100%;height:auto}
@media print{body{margin:0;font-size:10pt}h2{break-after:avoid}figure{break-inside:avoid}.scroll{overflow:visible}}
"""
# Nothing may be fetched, run or sent, whatever stands in the page.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
NUMBER = re.compile(r"[+−-]?[\d,]+(\.\d+)?%?")
LONG = 30  # characters from which a cell may be broken into lines


@dataclass(frozen=True, eq=False)
class Section:
    """A part of a page: its heading, and what stands there, in this order: lines, a picture, a table, links (what they
    are called, where they lead). ``alarms``: rows of the table to be seen at once."""

    heading: str
    lines: Sequence[str] = ()
    picture: Picture | None = None
    table: pd.DataFrame | None = None
    links: Sequence[tuple[str, str]] = ()
    alarms: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Page:
    """A page: title, lines under it, sections (``beside``: two next to each other), and a note at its foot."""

    title: str
    lines: Sequence[str]
    sections: Sequence[Section]
    note: str = ""
    beside: bool = False


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file whole or not at all."""
    write_bytes(path, text.encode(encoding))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def write_page(path: Path, page: Page) -> None:
    """Write a page as ``<path>.html`` and ``<path>.md``."""
    write_text(path.with_suffix(".html"), html_page(page))
    write_text(path.with_suffix(".md"), markdown(page))


def html_page(page: Page) -> str:
    """The page as one HTML file; all text is escaped."""
    body: list[object] = [tag("h1", page.title), *(tag("p", line) for line in page.lines)]
    made = []
    for section in page.sections:
        part: list[object] = [tag("h2", section.heading), *(tag("p", line) for line in section.lines)]
        if section.picture is not None:
            image = "data:image/svg+xml;base64," + base64.b64encode(section.picture.svg).decode("ascii")
            wide = f"width:{min(section.picture.width * 2.54, 27.0):.1f}cm"
            part.append(tag("figure", tag("img", src=image, alt=section.picture.title, style=wide)))
        if section.table is not None:
            part.append(_table(section.table, section.alarms))
        if section.links:
            part.append(tag("ul", *(tag("li", tag("a", name, href=where)) for name, where in section.links)))
        made.append(tag("section", *part))
    body.append(tag("main", *made, class_="beside" if page.beside else ""))
    if page.note:
        body.append(tag("p", page.note, class_="note"))
    head = joined(
        [
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("title", page.title),
            tag("style", Html(STYLE)),
        ]
    )
    lang = "zh-CN" if language() == "zh" else "en"
    return "<!doctype html>\n" + str(tag("html", tag("head", head), tag("body", *body), lang=lang)) + "\n"


def _table(frame: pd.DataFrame, alarms: frozenset[int]) -> Html:
    head = tag("tr", *(tag("th", _lines(folded(str(name), 20))) for name in frame.columns))
    rows = []
    for place, row in enumerate(_cells(frame)):
        cells = (tag("td", _lines(cell), class_=_kind(cell)) for cell in row)
        rows.append(tag("tr", *cells, class_="alarm" if place in alarms else ""))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows)), class_="scroll")


def _lines(cell: str) -> Html:
    return Html("<br>".join(escaped(line) for line in cell.split("\n")))


def _kind(cell: str) -> str:
    return "number" if NUMBER.fullmatch(cell) else "long" if len(cell) > LONG else "short"


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    """The cells as texts; a blank for what is not known."""
    return [["" if cell != cell else str(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]


def markdown(page: Page) -> str:
    """The page as Markdown; pictures are left to the files beside it."""
    parts = [f"# {_plain(page.title)}", "", *(_plain(line) + "  " for line in page.lines)]
    for section in page.sections:
        parts += ["", f"## {_plain(section.heading)}", "", *(_plain(line) + "  " for line in section.lines)]
        if section.picture is not None:
            parts += [f"![{_plain(section.picture.title)}](charts/{section.picture.name}.png)", ""]
        if section.table is not None:
            headings = list(section.table.columns)
            parts += ["", _row(headings), "|" + " --- |" * len(headings), *map(_row, _cells(section.table))]
        parts += [f"- [{_plain(name)}]({where})" for name, where in section.links]
    return "\n".join([*parts, *(["", _plain(page.note)] if page.note else [])]) + "\n"


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(cell: object) -> str:
    """Text of the data as text: nothing in it is markup."""
    text = " ".join(str(cell).split())
    for mark in "\\`*_<>[]#":
        text = text.replace(mark, "\\" + mark)
    return text


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """A frame as a table for spreadsheets; text that one would run as a formula is made harmless."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([neutralise(str(name)) for name in frame.columns])
        for row in frame.itertuples(index=False, name=None):
            writer.writerow(
                [neutralise(cell) if isinstance(cell, str) else "" if cell != cell else cell for cell in row]
            )
    os.replace(part, path)


def write_book(path: Path, title: str, sheets: Sequence[tuple[str, pd.DataFrame, Sequence[str]]]) -> None:
    """A workbook, landscape: for each sheet the name of its words (``report_sheet.<name>``), a frame under headings for
    people, and notes above it. Numbers stay numbers; a column named with ``%`` at its end is told in percent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with Book(part, title) as book:
        for name, frame, notes in sheets:
            sheet = book.sheet(name, landscape=True)
            sheet.heading(title)
            columns = [_column(str(heading), frame.iloc[:, place]) for place, heading in enumerate(frame.columns)]
            sheet.set_widths([max(8, min(each.width, 30)) for each in columns])
            for note in notes:
                sheet.note(note)
            sheet.table(columns, list(frame.itertuples(index=False, name=None)), main=True)
    os.replace(part, path)


def _column(heading: str, values: pd.Series) -> Column:
    text = folded(heading.removesuffix("%"))
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return Column("", "wrap", 46, text=text)
    known = values.dropna()
    if heading.endswith("%"):
        return Column("", "percent", 12, text=text)
    whole = bool((abs(known - known.round()) < 1e-9).all())
    return Column("", "whole" if whole else "decimal" if (abs(known) >= 10).any() else "thousandth", 12, text=text)


def folded(text: str, wide: float = 12) -> str:
    """A heading in lines of so many half-width characters at most; Latin words stay whole."""
    lines, line, room = [], "", 0.0
    for piece in re.findall(r"[\u2e80-\uffef][，。、；：！？）》”’]*|[^\s\u2e80-\uffef]+\s*", text):
        size = sum(2.0 if ord(sign) > 0x2E80 else 1.0 for sign in piece.rstrip())
        if line and room + size > wide:
            lines.append(line.rstrip())
            line, room = "", 0.0
        line += piece
        room += sum(2.0 if ord(sign) > 0x2E80 else 1.0 for sign in piece)
    return "\n".join([*lines, line.rstrip()] if line.strip() else lines)
