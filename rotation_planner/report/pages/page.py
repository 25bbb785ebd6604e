"""The report as one HTML file: pictures and font inside, no script, no request to anywhere."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import unescape
from importlib.resources import files

from rotation_planner.report.font import MISSING, subset_font
from rotation_planner.report.pages.content import Figure, FlowPage, Report, Table
from rotation_planner.report.pages.markup import Html, escaped, joined, tag
from rotation_planner.words import language, say

# Nothing may be fetched, run or sent, whatever stands in the page.
POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
SECTIONS = ("summary", "audit", "goals", "pictures", "flow", "lists")


def html_page(report: Report, lists: Sequence[tuple[str, str]], lacking: frozenset[str] = frozenset()) -> str:
    """The page; ``lists``: what other files are called, and their addresses beside it; ``lacking``: the characters that
    the paper could not print."""
    parts = {
        "summary": _summary(report),
        "audit": _audit(report),
        "goals": _table(report.goals),
        "pictures": joined(_figure(each) for each in report.figures),
        "flow": joined(_flow(page) for page in report.flows),
        "lists": _lists(report, lists),
    }
    shown = [name for name in SECTIONS if parts[name]]
    links = joined(tag("a", say("page." + name), href="#" + name) for name in shown)
    body = joined(
        [
            tag("header", tag("h1", report.title), tag("p", say("page.facts").join(report.basis)), tag("nav", links)),
            tag("main", *(tag("section", tag("h2", say("page." + name)), parts[name], id=name) for name in shown)),
            tag("footer", tag("p", say("page.confidential")), _lacking(lacking)),
        ]
    )
    style = files("rotation_planner.report.pages").joinpath("page.css").read_text("utf-8")
    head = joined(
        [
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("title", say("page.title", title=report.title)),
            Html(f"<style>{_font(body)}{style}</style>"),
        ]
    )
    lang = {"zh": "zh-CN", "en": "en"}[language()]
    return "<!DOCTYPE html>\n" + tag("html", tag("head", head), tag("body", body), lang=lang) + "\n"


def _lacking(characters: frozenset[str]) -> Html:
    if not characters:
        return Html()
    return tag("p", say("page.lacking", mark=MISSING, characters=" ".join(sorted(characters))))


def _font(body: str) -> str:
    """The carried font with the characters of the page only, for machines without a Chinese font."""
    font = base64.b64encode(subset_font(unescape(body))).decode("ascii")
    return f'@font-face{{font-family:"Carried";src:url(data:font/woff;base64,{font}) format("woff")}}\n'


def _summary(report: Report) -> Html:
    text, passes = report.verdict
    tiles = joined(
        tag("div", tag("dt", tile.label), tag("dd", tile.value), tag("p", tile.note), class_="tile")
        for tile in report.tiles
    )
    return joined(
        [
            tag("p", text, class_="verdict " + ("pass" if passes else "breach")),
            tag("dl", tiles, class_="tiles"),
            tag("ul", *(tag("li", line) for line in report.lines)),
        ]
    )


def _audit(report: Report) -> Html:
    breaches, note = report.breaches
    parts = [tag("h3", say("report.breaches"))]
    if breaches.rows:
        parts.append(_table(breaches))
    if note:
        parts.append(tag("p", note, class_="note"))
    return joined([*parts, tag("h3", say("report.rules_checked")), _table(report.rules)])


def _figure(figure: Figure) -> Html:
    picture = base64.b64encode(figure.picture.svg).decode("ascii")
    image = tag("img", src="data:image/svg+xml;base64," + picture, alt=figure.picture.title)
    return tag("figure", image, tag("figcaption", figure.caption), id="picture-" + figure.picture.name)


def _flow(page: FlowPage) -> Html:
    parts: list[Html] = [
        tag("p", page.words, class_="law"),
        tag("h3", say("report.flow_readings")),
        _table(page.readings),
        tag("h3", say("report.flow_matrix")),
        _table(page.matrix, class_="matrix"),
    ]
    parts.append(tag("h3", say("page.trend")))
    if page.trend:
        parts.append(_figure(page.trend))
    parts.append(_table(page.trend_table) if page.trend_table else tag("p", say("chart.no_trend"), class_="note"))
    if page.balance:
        parts.append(_figure(page.balance))
    return joined([*parts, tag("h3", say("report.flow_schools")), _table(page.schools)])


def _lists(report: Report, lists: Sequence[tuple[str, str]]) -> Html:
    files_beside = tag("ul", *(tag("li", tag("a", name, href=where)) for name, where in lists), class_="files")
    return joined(
        [
            files_beside,
            tag("h3", say("page.schools")),
            tag("p", say("page.schools_note"), class_="note") if any(report.schools.links) else "",
            _table(report.schools),
            tag("h3", say("report_sheet.moves")),
            _table(report.moves),
        ]
    )


def _table(table: Table, class_: str = "") -> Html:
    kinds = ["number" if place in table.numeric else "" if wide else "short" for place, wide in enumerate(table.wide)]
    head = tag("tr", *(tag("th", text, class_=kind) for text, kind in zip(table.headings, kinds, strict=True)))
    rows = []
    for place, row in enumerate(table.rows):
        cells: list[Html | str] = list(row)
        if place < len(table.links) and table.links[place]:
            cells[0] = tag("a", row[0], href=table.links[place])
        told = joined(tag("td", _lines(cell), class_=kind) for cell, kind in zip(cells, kinds, strict=True))
        rows.append(tag("tr", told, class_="alarm" if place in table.alarms else ""))
    body = rows or [tag("tr", tag("td", say("report.nobody"), colspan=str(len(kinds)), class_="note"))]
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body), class_=class_), class_="scroll")


def _lines(cell: Html | str) -> Html:
    if isinstance(cell, Html):
        return cell
    return Html("<br>".join(escaped(line) for line in cell.split("\n")))
