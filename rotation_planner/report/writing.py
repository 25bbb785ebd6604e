"""Writes everything that principals, the bureau, movers and the public get of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rotation_planner.audit.result import Audit
from rotation_planner.data.district import District
from rotation_planner.data.papers import PaperSettings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.policy import Policy
from rotation_planner.report.district_book import DistrictBook
from rotation_planner.report.inspectors_book import InspectorsBook
from rotation_planner.report.naming import file_names
from rotation_planner.report.papers.deadlines import deadlines_of
from rotation_planner.report.public_list import write_public_list
from rotation_planner.report.school_book import SchoolBooks
from rotation_planner.report.together import together
from rotation_planner.report.turnover import Turnover

__all__ = ["file_names", "write_reports"]

BOOKS = 25  # workbooks of schools that one process writes in a row


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
    processes: int = 1,
) -> list[Path]:
    """Write ``lists/``, ``charts/`` and, where wanted, ``papers/`` of a plan into ``folder``, and tell what was made.

    In the language in force. ``lists/schools/`` holds one workbook per school in scope for its principal,
    ``lists/district.xlsx`` is for the bureau, ``lists/inspectors.xlsx`` for those who inspect it, ``lists/public.xlsx``
    and ``lists/public.csv`` are for everybody, ``report.html`` and ``report.pdf`` sum it all up; for whom each file is,
    `readers` says. ``settings``: what the scenario says of the papers; ``letters``: notice and
    letters too; ``pseudonyms``: names are codes already; ``processes``: how many write side by side (see `together`).
    The same input gives the same bytes.

    Raises:
        InputError: a template or the file of holidays cannot be used.
    """
    # The drawing library loads slowly: only when charts are due.
    from rotation_planner.report.charts.writing import picture_files, picture_jobs
    from rotation_planner.report.pages import write_pages

    turnover = Turnover(district, policy, standing, plan, audit)
    settings = settings or PaperSettings()
    deadlines = deadlines_of(settings, district.as_of)
    lists, charts = folder / "lists", folder / "charts"
    (lists / "schools").mkdir(parents=True, exist_ok=True)
    books = _school_books(lists / "schools", turnover)
    district_book, inspectors_book = lists / "district.xlsx", lists / "inspectors.xlsx"
    bureau = DistrictBook(turnover, title, deadlines)
    inspectors = InspectorsBook(turnover, title, shares=bureau.schools.shares)
    draw = picture_jobs(charts, turnover)
    # What takes little time comes last, so that all processes end at about the same time.
    jobs: list[Callable[[], Any]] = [
        partial(bureau.write, district_book),
        partial(inspectors.write, inspectors_book),
        *reversed(draw),
        *_school_jobs(SchoolBooks(turnover, title, deadlines), books),
        partial(write_public_list, lists, turnover, title),
    ]
    _, _, *done = together(jobs, processes)
    drawn, public = done[: len(draw)][::-1], done[-1]
    written = [*books.values(), district_book, inspectors_book, *public]
    written += [path for picture in drawn for path in picture_files(charts, picture)]
    papers = None
    if letters:
        # The templates' engine loads slowly too.
        from rotation_planner.report.papers.writing import Papers

        papers = Papers(folder, turnover, title, settings, pseudonyms=pseudonyms)
        written += papers.write()
    # The pages link to what stands there, the note tells of everything.
    codes = turnover.of_schools("school_id")
    links = {str(codes[school]): path for school, path in books.items()}
    written += write_pages(folder, turnover, title, drawn=drawn, schools=links, processes=processes)
    if papers is not None:
        papers.write_note(written)
    return written


def _school_books(folder: Path, turnover: Turnover) -> dict[int, Path]:
    """The place of each workbook by row position of the school, for the schools in scope."""
    in_scope = turnover.in_scope.tolist()
    names = file_names(_labels(turnover.district, in_scope))
    return {school: folder / f"{name}.xlsx" for school, name in zip(in_scope, names, strict=True)}


def _school_jobs(books: SchoolBooks, places: Mapping[int, Path]) -> Iterator[Callable[[], None]]:
    """What writes the schools' workbooks, some at a time."""

    def some(schools: list[int]) -> None:
        for school in schools:
            books.write(school, places[school])

    schools = list(places)
    for first in range(0, len(schools), BOOKS):
        yield partial(some, schools[first : first + BOOKS])


def _labels(district: District, schools: list[int]) -> list[str]:
    rows = district.schools.iloc[schools]
    return [f"{code}-{name}" for code, name in zip(rows["school_id"], rows["name"], strict=True)]
