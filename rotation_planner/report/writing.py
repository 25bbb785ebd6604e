"""Writes everything that principals, the bureau and the public get of a plan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from rotation_planner.audit.result import Audit
from rotation_planner.data.district import District
from rotation_planner.eligibility.standing import Standing
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.policy import Policy
from rotation_planner.report.district_book import DistrictBook
from rotation_planner.report.public_list import write_public_list
from rotation_planner.report.school_book import SchoolBooks
from rotation_planner.report.turnover import Turnover

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
DEVICE = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
LONGEST_NAME = 60


def write_reports(
    folder: Path, district: District, policy: Policy, standing: Standing, plan: Plan, audit: Audit, title: str
) -> list[Path]:
    """Write ``lists/`` and ``charts/`` of a plan into ``folder``, in the language in force, and tell what was written.

    ``lists/schools/`` holds one workbook per school in scope for its principal, ``lists/district.xlsx`` is for the
    bureau, ``lists/public.xlsx`` and ``lists/public.csv`` are for everybody. The same input gives the same bytes.
    """
    # The drawing library loads slowly: only when charts are due.
    from rotation_planner.report.charts import write_charts

    turnover = Turnover(district, policy, standing, plan, audit)
    lists, schools = folder / "lists", folder / "lists" / "schools"
    schools.mkdir(parents=True, exist_ok=True)
    written = []
    books = SchoolBooks(turnover, title)
    in_scope = turnover.in_scope.tolist()
    for school, name in zip(in_scope, file_names(_labels(district, in_scope)), strict=True):
        path = schools / f"{name}.xlsx"
        books.write(school, path)
        written.append(path)
    overview = lists / "district.xlsx"
    DistrictBook(turnover, title).write(overview)
    return [*written, overview, *write_public_list(lists, turnover, title), *write_charts(folder / "charts", turnover)]


def _labels(district: District, schools: list[int]) -> list[str]:
    rows = district.schools.iloc[schools]
    return [f"{code}-{name}" for code, name in zip(rows["school_id"], rows["name"], strict=True)]


def file_names(labels: Iterable[str]) -> list[str]:
    """One name a label, without ending, that every usual system takes: no forbidden sign, no device name, not too long,
    different from the others also where upper and lower case count as one."""
    taken: set[str] = set()
    names = []
    for label in labels:
        plain = FORBIDDEN.sub("_", "".join(c for c in label if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")))
        name = plain[:LONGEST_NAME].strip(" .") or "_"
        if DEVICE.match(name):
            name = "_" + name
        unique, number = name, 1
        while unicodedata.normalize("NFC", unique).casefold() in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unicodedata.normalize("NFC", unique).casefold())
        names.append(unique)
    return names
