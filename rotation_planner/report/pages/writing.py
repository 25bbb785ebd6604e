"""Writes the report beside the lists and pictures it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rotation_planner.report.charts.writing import Picture, pictures
from rotation_planner.report.pages.content import Report
from rotation_planner.report.pages.markup import address
from rotation_planner.report.pages.page import html_page
from rotation_planner.report.pages.printing import write_flow_pdf, write_report_pdf
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import say

PAGE_READERS = {"report.html": "bureau", "report.pdf": "bureau", "lists/reverse-flow.pdf": "bureau"}
# The files that a plan's folder may hold, in the order in which the report names them.
BESIDE = {
    "report_pdf": "report.pdf", "reverse_flow": "lists/reverse-flow.pdf", "district": "lists/district.xlsx",
    "inspectors": "lists/inspectors.xlsx", "public": "lists/public.xlsx", "papers": "papers", "charts": "charts",
    "transfers": "transfers.csv", "audit": "audit.md",
}  # fmt: skip
ALWAYS = ("transfers", "audit")  # written with every plan, if after the report


def write_pages(
    folder: Path, turnover: Turnover, title: str, *, drawn: Sequence[Picture] | None = None,
    schools: Mapping[str, Path] | None = None,
) -> list[Path]:  # fmt: skip
    """Write ``report.html``, ``report.pdf`` and, where a rule speaks of it, ``lists/reverse-flow.pdf`` into ``folder``.

    Call it last: the report leads to those files only that stand in ``folder`` by then (and to the plan itself).

    Args:
        folder: the plan's folder.
        turnover: the district before and after the plan.
        title: the report's title.
        drawn: the plan's pictures where they are drawn already (`charts.pictures`), else they are drawn.
        schools: the principals' workbooks by school_id, in ``folder``; without them the schools lead nowhere.
    """
    drawn = list(pictures(turnover)) if drawn is None else drawn
    links = {code: address(*path.relative_to(folder).parts) for code, path in (schools or {}).items() if path.exists()}
    report = Report(turnover, title, drawn, links)
    written = []
    if report.flows:
        (folder / "lists").mkdir(parents=True, exist_ok=True)
        flow = folder / BESIDE["reverse_flow"]
        write_flow_pdf(flow, report)
        written.append(flow)
    paper, page = folder / BESIDE["report_pdf"], folder / "report.html"
    paper.touch()  # it is a file beside the page too
    lists = [
        (say("page.file_" + name), where)
        for name, where in BESIDE.items()
        if name in ALWAYS or (folder / where).exists()
    ]
    lacking = write_report_pdf(paper, report, [each for each in lists if each[1] != BESIDE["report_pdf"]])
    page.write_text(html_page(report, lists, lacking), "utf-8", newline="\n")
    return [*written, paper, page]
