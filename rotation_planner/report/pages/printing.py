"""The report for print: the same content set by typst on A4, whole or the reverse-flow page alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

from rotation_planner.report.pages.content import Figure, FlowPage, Report, Table
from rotation_planner.report.pages.page import SECTIONS
from rotation_planner.report.pdf import Paper, paper
from rotation_planner.words import say

WIDEST = 46  # no column gets more room than that of so many half-width characters
HIGHEST = 1.32  # a picture higher than this part of its width is made narrower, so that it fits on a page


def report_paper(report: Report, lists: Sequence[tuple[str, str]]) -> Paper:
    """The whole report, ready to be set."""
    content = {
        **_frame(report),
        "only_flow": False,
        "tiles": [{"label": tile.label, "value": tile.value, "note": tile.note} for tile in report.tiles],
        "lines": report.lines,
        "breaches": _table(report.breaches[0]),
        "breaches_note": report.breaches[1],
        "rules": _table(report.rules),
        "goals": _table(report.goals),
        "figures": [_figure(each) for each in report.figures],
        "files": [f"{name}: {where}" for name, where in lists],
        "schools": _table(report.schools),
        "moves": _table(report.moves),
    }
    return paper(_source(), content, _images(report, report.drawn))


def flow_paper(report: Report) -> Paper:
    """The reverse-flow page alone, for a meeting, ready to be set."""
    names = [name for name in report.drawn if name.startswith(("balance", "trend"))]
    title = say("page.flow_title", title=report.title)
    return paper(_source(), {**_frame(report), "title": title, "only_flow": True}, _images(report, names))


def _source() -> str:
    return files("rotation_planner.report.pages").joinpath("report.typ").read_text("utf-8")


def _frame(report: Report) -> dict[str, Any]:
    """What both papers have."""
    verdict, passes = report.verdict
    return {
        "title": report.title,
        "author": say("report.author"),
        "basis": say("page.facts").join(report.basis),
        "verdict": verdict,
        "passes": passes,
        "names": {name: say("page." + name) for name in SECTIONS},
        "flows": [_flow(page) for page in report.flows],
        "number": say("page.number", page="{page}", pages="{pages}"),
        "confidential": say("page.confidential"),
        "nobody": say("report.nobody"),
        "readings": say("report.flow_readings"),
        "matrix": say("report.flow_matrix"),
        "trend": say("page.trend"),
        "no_trend": say("chart.no_trend"),
        "schools_flow": say("report.flow_schools"),
        "breaches_name": say("report.breaches"),
        "rules_name": say("report.rules_checked"),
        "schools_name": say("page.schools"),
        "moves_name": say("report_sheet.moves"),
    }


def _flow(page: FlowPage) -> dict[str, Any]:
    return {
        "words": page.words,
        "readings": _table(page.readings),
        "matrix": _table(page.matrix),
        "schools": _table(page.schools),
        "balance": _figure(page.balance),
        "trend": _figure(page.trend),
        "years": _table(page.trend_table) if page.trend_table else None,
    }


def _table(table: Table) -> dict[str, Any]:
    """The table with its columns' widths: 0 for as wide as needed, else a part of the rest."""
    widths = [
        min(longest, WIDEST) if wide and place not in table.numeric else 0
        for place, (longest, wide) in enumerate(zip(table.longest, table.wide, strict=True))
    ]
    return {
        "headings": list(table.headings),
        "rows": [list(row) for row in table.rows],
        "numeric": sorted(table.numeric),
        "alarms": sorted(table.alarms),
        "widths": widths,
    }


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    picture = figure.picture
    shape = picture.height / picture.width
    return {
        "file": picture.name + ".svg",
        "alt": picture.title,
        "caption": figure.caption,
        "width": min(1.0, HIGHEST / shape),
    }


def _images(report: Report, names: Iterable[str]) -> dict[str, bytes]:
    return {name + ".svg": report.drawn[name].svg for name in names}
