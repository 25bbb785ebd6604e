"""Writes everything that principals, the bureau, movers and the public get of a plan."""

from __future__ import annotations

from pathlib import Path

from rotation_planner.audit.result import Audit
from rotation_planner.data.district import District
from rotation_planner.data.papers import PaperSettings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.policy import Policy
from rotation_planner.report.district_book import DistrictBook
from rotation_planner.report.inspectors_book import InspectorsBook
from rotation_planner.report.naming import file_names
from rotation_planner.report.papers.deadlines import Deadlines, deadlines_of
from rotation_planner.report.public_list import write_public_list
from rotation_planner.report.school_book import SchoolBooks
from rotation_planner.report.turnover import Turnover

__all__ = ["file_names", "write_reports"]


def write_reports(
    folder: Path,
    district: District,
    policy: Policy,
    standing: Standing,
    plan: Plan,
    audit: Audit,
    title: str,
    *,
    settings: PaperSettings | None = None,
    letters: bool = False,
    pseudonyms: bool = False,
) -> list[Path]:
    """Write ``lists/``, ``charts/`` and, where wanted, ``papers/`` of a plan into ``folder``, and tell what was made.

    In the language in force. ``lists/schools/`` holds one workbook per school in scope for its principal,
    ``lists/district.xlsx`` is for the bureau, ``lists/inspectors.xlsx`` for those who inspect it, ``lists/public.xlsx``
    and ``lists/public.csv`` are for everybody, ``report.html`` and ``report.pdf`` sum it all up; for whom each file is,
    `readers` says. ``settings``: what the scenario says of the papers; ``letters``: notice and
    letters too; ``pseudonyms``: names are codes already. The same input gives the same bytes.

    Raises:
        InputError: a template or the file of holidays cannot be used.
    """
    # The drawing library loads slowly: only when charts are due.
    from rotation_planner.report.charts import pictures, save_pictures
    from rotation_planner.report.pages import write_pages

    turnover = Turnover(district, policy, standing, plan, audit)
    settings = settings or PaperSettings()
    deadlines = deadlines_of(settings, district.as_of)
    lists = folder / "lists"
    books = _school_books(lists / "schools", turnover, title, deadlines)
    district_book, inspectors_book = lists / "district.xlsx", lists / "inspectors.xlsx"
    bureau = DistrictBook(turnover, title, deadlines)
    bureau.write(district_book)
    InspectorsBook(turnover, title, shares=bureau.schools.shares).write(inspectors_book)
    drawn = list(pictures(turnover))
    written = [*books.values(), district_book, inspectors_book, *write_public_list(lists, turnover, title)]
    written += save_pictures(folder / "charts", drawn)
    papers = None
    if letters:
        # The templates' engine loads slowly too.
        from rotation_planner.report.papers.writing import Papers

        papers = Papers(folder, turnover, title, settings, pseudonyms=pseudonyms)
        written += papers.write()
    # The pages link to what stands there, the note tells of everything.
    written += write_pages(folder, turnover, title, drawn=drawn, schools=books)
    if papers is not None:
        papers.write_note(written)
    return written


def _school_books(folder: Path, turnover: Turnover, title: str, deadlines: Deadlines) -> dict[str, Path]:
    """One workbook a school in scope, by school_id."""
    folder.mkdir(parents=True, exist_ok=True)
    books = SchoolBooks(turnover, title, deadlines)
    in_scope = turnover.in_scope.tolist()
    codes = turnover.of_schools("school_id")
    written = {}
    for school, name in zip(in_scope, file_names(_labels(turnover.district, in_scope)), strict=True):
        path = folder / f"{name}.xlsx"
        books.write(school, path)
        written[str(codes[school])] = path
    return written


def _labels(district: District, schools: list[int]) -> list[str]:
    rows = district.schools.iloc[schools]
    return [f"{code}-{name}" for code, name in zip(rows["school_id"], rows["name"], strict=True)]
