"""Writes the report beside the lists and pictures it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rotation_planner.report.charts.writing import Picture, pictures
from rotation_planner.report.pages.content import Report
from rotation_planner.report.pages.markup import address
from rotation_planner.report.pages.page import html_page
from rotation_planner.report.pages.printing import flow_paper, report_paper
from rotation_planner.report.together import together
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
    schools: Mapping[str, Path] | None = None, processes: int = 1,
) -> list[Path]:  # fmt: skip
    """Write ``report.html``, ``report.pdf`` and, where a rule speaks of it, ``lists/reverse-flow.pdf`` into ``folder``.

    Call it last: the report leads to those files only that stand in ``folder`` by then (and to the plan itself).

    Args:
        folder: the plan's folder.
        turnover: the district before and after the plan.
        title: the report's title.
        drawn: the plan's pictures where they are drawn already (`charts.pictures`), else they are drawn.
        schools: the principals' workbooks by school_id, in ``folder``; without them the schools lead nowhere.
        processes: with two, the page and the PDF files are written side by side.
    """
    drawn = list(pictures(turnover)) if drawn is None else drawn
    links = {code: address(*path.relative_to(folder).parts) for code, path in (schools or {}).items() if path.exists()}
    report = Report(turnover, title, drawn, links)
    paper, flow, page = folder / BESIDE["report_pdf"], folder / BESIDE["reverse_flow"], folder / "report.html"
    papers = [flow, paper] if report.flows else [paper]
    flow.parent.mkdir(parents=True, exist_ok=True)
    for each in papers:
        each.touch()  # they are files beside the page too
    lists = [
        (say("page.file_" + name), where)
        for name, where in BESIDE.items()
        if name in ALWAYS or (folder / where).exists()
    ]
    whole = report_paper(report, [each for each in lists if each[1] != BESIDE["report_pdf"]])

    def print_papers() -> None:
        whole.write(paper)
        if report.flows:
            flow_paper(report).write(flow)

    def write_page() -> None:
        page.write_text(html_page(report, lists, whole.lacking), "utf-8", newline="\n")

    together([write_page], processes, here=print_papers)  # the printing library has threads of its own
    return [*papers, page]
