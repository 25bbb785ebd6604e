"""One page on what a new plan changes: as Markdown, as HTML that opens offline, and as a table for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rotation_planner.data.safetext import neutralise
from rotation_planner.report.charts.changes import changes_picture
from rotation_planner.report.charts.writing import Picture, save_pictures
from rotation_planner.report.pages.markup import Html, joined, tag
from rotation_planner.words import language, say

STYLE = (
    "body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem;font-size:.9rem}"
    "th,td{border-bottom:1px solid #ccc;padding:.25rem .6rem;text-align:left;vertical-align:top}"
    "svg{max-width:100%;height:auto}"
)


@dataclass(frozen=True, eq=False)
class ChangesPage:
    """What the page says: ``title``, ``lines`` under it, ``tables`` (heading and frame, columns already worded), and
    the ``drawn`` changes: name, old place, new place of each person."""

    title: str
    lines: Sequence[str]
    tables: Sequence[tuple[str, pd.DataFrame]]
    drawn: pd.DataFrame


def write_changes(folder: Path, page: ChangesPage, records: dict[str, pd.DataFrame]) -> None:
    """Write the page, its picture and the full ``records`` (by file name) into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = changes_picture(page.drawn) if len(page.drawn) else None
    if picture is not None:
        save_pictures(folder, [picture])
    (folder / "changes.md").write_text(markdown(page), "utf-8", newline="\n")
    (folder / "changes.html").write_text(html_page(page, picture), "utf-8", newline="\n")
    for name, frame in records.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(frame.columns)
            for row in frame.itertuples(index=False, name=None):
                writer.writerow([neutralise(cell) if isinstance(cell, str) else _blank(cell) for cell in row])


def _blank(cell: object) -> object:
    return "" if isinstance(cell, float) and cell != cell else cell


def markdown(page: ChangesPage) -> str:
    """The page as Markdown."""
    parts = [f"# {_plain(page.title)}", "", *(_plain(line) + "  " for line in page.lines)]
    for heading, frame in page.tables:
        if len(frame):
            parts += ["", f"## {_plain(heading)}", "", _row(frame.columns), _row(["---"] * len(frame.columns))]
            parts += [_row(row) for row in frame.itertuples(index=False, name=None)]
    return "\n".join(parts) + "\n"


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(cell: object) -> str:
    """Text of the data as text: nothing in it is markup."""
    text = " ".join(str(cell).split())
    for mark in "\\`*_<>[]#":
        text = text.replace(mark, "\\" + mark)
    return text if text != "\\-\\-\\-" else "---"


def html_page(page: ChangesPage, picture: Picture | None) -> str:
    """The page as one HTML file; all text is escaped."""
    body: list[object] = [tag("h1", page.title), *(tag("p", line) for line in page.lines)]
    for heading, frame in page.tables:
        if len(frame):
            head = tag("tr", *(tag("th", str(name)) for name in frame.columns))
            rows = (
                tag("tr", *(tag("td", str(cell)) for cell in row)) for row in frame.itertuples(index=False, name=None)
            )
            body += [tag("h2", heading), tag("table", head, *rows)]
    if picture is not None:
        drawing = picture.svg.decode("utf-8")
        body += [tag("h2", say("replan.picture")), Html(drawing[drawing.index("<svg") :])]
    head = joined([Html('<meta charset="utf-8">'), tag("title", page.title), tag("style", Html(STYLE))])
    lang = "zh-CN" if language() == "zh" else "en"
    return "<!doctype html>\n" + str(tag("html", tag("head", head), tag("body", *body), lang=lang)) + "\n"
