"""How results look in a notebook: a heading and a few short tables, texts to the left, numbers to the right."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rotation_planner.words import has, say

MOST_ROWS = 12
SHORT = 8  # characters; a column of such texts is not broken
STYLE = (
    "<style>table.rp{border-collapse:collapse;margin:.3em 0 1em}"
    "table.rp th,table.rp td{text-align:left;vertical-align:top;white-space:normal;max-width:34em;padding:.25em .7em}"
    "table.rp td.n,table.rp th.n{text-align:right;white-space:nowrap}"
    "table.rp td.s,table.rp th.s{white-space:nowrap}table.rp td.rp-more{color:#777}</style>"
)


@dataclass(frozen=True, eq=False)
class Page:
    """A heading and tables by title, their columns under printed headings; shows itself in a notebook."""

    heading: str
    tables: Mapping[str, pd.DataFrame]
    most_rows: int = 60

    def __str__(self) -> str:
        parts = [f"{title}\n{frame.to_string(index=False)}" for title, frame in self.tables.items() if len(frame)]
        return "\n\n".join([self.heading, *parts])

    def __repr__(self) -> str:
        return self.heading

    def _repr_html_(self) -> str:
        return as_html(self.heading, self.tables, self.most_rows)


@dataclass(frozen=True)
class Text:
    """A page of Markdown that shows itself in a notebook."""

    markdown: str

    def __str__(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return self.markdown.partition("\n")[0].lstrip("# ")

    def _repr_html_(self) -> str:
        return text_html(self.markdown)


def as_html(heading: str, tables: Mapping[str, pd.DataFrame], most_rows: int = MOST_ROWS) -> str:
    """The heading, its first line the larger, then each table that has rows under its title; of long ones the first
    rows and how many there are. All text is escaped."""
    first, *lines = heading.splitlines() or [""]
    parts = [STYLE, f"<p><strong>{html.escape(first)}</strong></p>"] if first else [STYLE]
    parts += [f"<p>{html.escape(line)}</p>" for line in lines]
    for title, frame in tables.items():
        if len(frame):
            parts += [f"<p>{html.escape(title)}</p>"] if title.strip() else []
            parts.append(table_html(frame, most_rows))
    return "\n".join(parts)


def table_html(frame: pd.DataFrame, most_rows: int = MOST_ROWS) -> str:
    """One table as HTML; columns whose name begins with ``_`` are left out."""
    shown = frame[[name for name in frame.columns if not str(name).startswith("_")]]
    numbers = [pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind) for kind in shown.dtypes]
    marks = [' class="n"' if number else _mark(shown.iloc[:, at]) for at, number in enumerate(numbers)]
    names = [str(name) for name in shown.columns]
    head = "".join(f"<th{mark}>{html.escape(name)}</th>" for name, mark in zip(names, marks, strict=True))
    parts = ['<table class="rp">', f"<thead><tr>{head}</tr></thead>" if any(map(str.strip, names)) else "", "<tbody>"]
    for row in shown.head(most_rows).itertuples(index=False, name=None):
        cells = (f"<td{mark}>{_cell(value)}</td>" for value, mark in zip(row, marks, strict=True))
        parts.append(f"<tr>{''.join(cells)}</tr>")
    if len(shown) > most_rows:
        more = html.escape(say("showing.more", rows=len(shown), shown=most_rows))
        parts.append(f'<tr><td class="rp-more" colspan="{len(names)}">{more}</td></tr>')
    return "\n".join([*filter(None, parts), "</tbody></table>"])


def text_html(text: str) -> str:
    """A page of Markdown with nothing but headings, lines, lists and tables, as HTML. All text is escaped."""
    parts = [STYLE]
    for block in text.strip().split("\n\n"):
        lines = block.splitlines()
        if lines[0].startswith("#"):
            level = len(lines[0]) - len(lines[0].lstrip("#"))
            parts.append(f"<h{level + 2}>{_text(lines[0].lstrip('# '))}</h{level + 2}>")
        elif all(line.startswith("|") for line in lines) and len(lines) > 1:
            rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
            parts.append(table_html(pd.DataFrame([list(map(_bare, row)) for row in rows[2:]], columns=rows[0]), 60))
        elif all(line.startswith("- ") for line in lines):
            parts.append("<ul>" + "".join(f"<li>{_text(line[2:])}</li>" for line in lines) + "</ul>")
        else:
            parts.append("<p>" + "<br>".join(map(_text, lines)) + "</p>")
    return "\n".join(parts)


def _bare(text: str) -> str:
    """Markdown's escapes taken away."""
    return re.sub(r"\\([\\`*_<>\[\]#|])", r"\1", text)


def _text(text: str) -> str:
    return html.escape(_bare(text))


def _mark(column: pd.Series) -> str:
    return ' class="s"' if all(len(str(each)) <= SHORT or str(each)[:4].isdigit() for each in column) else ""


def _cell(value: Any) -> str:
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool):
        return say("showing.yes" if value else "showing.no")
    text = f"{value:,.10g}" if isinstance(value, float) else str(value)
    return html.escape(text).replace("\n", "<br>")


def worded(frame: pd.DataFrame, area: str) -> pd.DataFrame:
    """The frame under headings worded in ``area``; a column that is not worded there keeps its name."""
    keys = [str(name) for name in frame.columns]
    return frame.set_axis([say(f"{area}.{key}") if has(f"{area}.{key}") else key for key in keys], axis="columns")


def listed(area: str, key: str) -> str:
    """A listed value in the language in force; other text as it stands."""
    name = f"report_value.{area}_{key}"
    return say(name) if key and has(name) else key
