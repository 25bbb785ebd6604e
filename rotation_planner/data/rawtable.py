"""A table as it stands in the user's file, before anything is understood: headings, cells, row numbers."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from rotation_planner.data import schema
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.words import language, say

Cells = npt.NDArray[np.object_]
MOST_TITLES = 5  # rows of titles above the headings
SURELY_HEADINGS = 3  # known headings in one row


class Spoken:
    """A value of a problem's sentence that depends on the language in force when the sentence is read."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return self.zh if language() == "zh" else self.en

    def __repr__(self) -> str:
        return f"Spoken({self.zh!r}, {self.en!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class Nearest:
    """The known writing nearest to a wrong one, as a clause of a sentence; empty where nothing is near."""

    def __init__(self, wrong: str, known: Iterable[str], codes: bool = False) -> None:
        self.wrong, self.known, self.codes = wrong, known, codes

    @cached_property
    def found(self) -> str:
        """The writing, sought only when the sentence is read: a large table may be wrong in every row."""
        names = list(self.known)
        loose = next((n for n in names if _loose(n) == _loose(self.wrong)), "")
        # Comparing with every name of a large table would take seconds for each wrong one.
        if loose or len(names) > 2000:
            return loose
        near = difflib.get_close_matches(self.wrong, names, 2, 0.75 if self.codes else 0.6)
        # Among numbered codes many are equally near: naming one of them would mislead.
        return near[0] if len(near) == 1 or (near and not self.codes) else ""

    def __str__(self) -> str:
        return say("data.nearest", value=self.found) if self.found else ""

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def _loose(text: str) -> str:
    """A code as people confuse it: without zeros at the start, without case."""
    return text.casefold().lstrip("0")


def listing(values: Mapping[str, str]) -> Spoken:
    """The listed values of a column, as a reader of either language may write them."""
    return Spoken("、".join(values.values()), ", ".join(f"{key} {zh}" for key, zh in values.items()))


@dataclass(frozen=True)
class RawTable:
    """One table as read from a file or sheet.

    ``file`` is how problems name the place; ``headings`` and ``columns`` run in parallel; ``rows`` holds the row
    number of each record as the user's program counts, ``header_row`` that of the headings. Cells are str, float,
    date or datetime. ``marks`` names cells that hold no value although they should (a spreadsheet error, a formula
    never calculated) by (row, column position) with the problem's code. ``number_format`` tells how a number cell is
    shown, where the file knows that.
    """

    key: str
    file: str
    headings: Sequence[str]
    columns: Sequence[Cells]
    rows: npt.NDArray[np.int64]
    header_row: int = 1
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    number_format: Callable[[int, int], str | None] | None = None

    def problem(
        self,
        severity: Severity,
        code: str,
        row: int | None = None,
        column: str | None = None,
        value: Any = None,
        **values: Any,
    ) -> Problem:
        """A problem of this table."""
        shown = None if value is None else shorten(value)
        return Problem(severity, code, self.file, row, column, shown, values)


def shorten(value: Any, limit: int = 60) -> str:
    """A cell's value as a sentence quotes it: whole numbers without ``.0``, at most ``limit`` characters."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def from_records(
    key: str, file: str, records: Sequence[Sequence[Any]], first_row: int = 1, **more: Any
) -> tuple[RawTable | None, list[Problem]]:
    """Cuts a grid of cells into headings and records; wholly blank rows fall away, row numbers stay the user's.

    ``records`` starts at the user's row ``first_row``. The first row that is not blank holds the headings, but for
    titles above them. Returns no table when nothing is there.
    """
    problems: list[Problem] = []
    filled = [(number, row) for number, row in enumerate(records, first_row) if any(not is_blank(c) for c in row)]
    if not filled:
        return None, problems
    above = _above_headings(key, [row for _, row in filled[: MOST_TITLES + 1]])
    (header_row, header), body = filled[above], filled[above + 1 :]
    if above:
        problems.append(
            Problem(Severity.NOTE, "heading_row", file, header_row, values={"title": shorten(_said(filled))})
        )
    headings = [shorten(c, 200).strip() for c in header]
    width = len(headings)
    for number, row in body:
        if len(row) > width and any(not is_blank(c) for c in row[width:]):
            problems.append(
                Problem(Severity.ERROR, "row_long", file, number, None, None, {"found": len(row), "due": width})
            )
        elif len(row) < width:
            problems.append(
                Problem(Severity.WARNING, "row_short", file, number, None, None, {"found": len(row), "due": width})
            )
    grid = np.empty((len(body), width), dtype=object)
    for position, (_, row) in enumerate(body):
        cells = list(row[:width])
        grid[position] = cells if len(cells) == width else cells + [""] * (width - len(cells))
    rows = np.array([number for number, _ in body], dtype=np.int64)
    return RawTable(key, file, headings, list(grid.T), rows, header_row, **more), problems


def _above_headings(key: str, rows: Sequence[Sequence[Any]]) -> int:
    """How many rows stand above the headings: none known in the first row, several in a later one."""
    if key not in {table.key for table in (*schema.TABLES, schema.APPEALS)}:
        return 0  # a file of another kind, which knows its own headings
    names = schema.headings(key)
    known = [sum(isinstance(cell, str) and schema.plain(cell) in names for cell in row) for row in rows]
    found = next((number for number, count in enumerate(known) if count >= SURELY_HEADINGS), 0)
    return 0 if any(known[:found]) else found


def _said(filled: Sequence[tuple[int, Sequence[Any]]]) -> Any:
    return next(cell for cell in filled[0][1] if not is_blank(cell))


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing, or blanks only."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def resolve(raw: RawTable) -> tuple[dict[str, int], dict[str, int], list[Problem]]:
    """Which column of the file holds what: known keys and extra headings, each to its position, and the problems."""
    known: dict[str, int] = {}
    extra: dict[str, int] = {}
    problems: list[Problem] = []
    names = schema.headings(raw.key)
    table = schema.table(raw.key)
    for position, heading in enumerate(raw.headings):
        if not heading:
            if any(not is_blank(c) for c in raw.columns[position]):
                problems.append(raw.problem(Severity.WARNING, "heading_blank", raw.header_row, number=position + 1))
            continue
        key = names.get(schema.plain(heading))
        if key is None and heading.startswith("_"):
            problems.append(raw.problem(Severity.WARNING, "heading_reserved", raw.header_row, heading))
        elif (key or heading) in (known if key else extra):
            heading_zh = table[key].heading if key else heading
            problems.append(
                raw.problem(
                    Severity.ERROR, "column_twice", raw.header_row, heading, key=key or heading, heading=heading_zh
                )
            )
        elif key:
            known[key] = position
        else:
            extra[heading] = position
    missing = [c for c in table.columns if c.key not in known]
    wanted = {c.heading: c for c in missing} | {c.key: c for c in missing}
    for heading in extra:
        near = Nearest(heading, wanted)
        values = {"nearest": near, "table": raw.key}
        problems.append(raw.problem(Severity.NOTE, "column_unknown", raw.header_row, heading, None, **values))
    for column in missing:
        if column.heading_due:
            problems.append(
                raw.problem(
                    Severity.ERROR,
                    "column_missing",
                    raw.header_row,
                    column.heading,
                    key=column.key,
                    nearest=Nearest(column.heading, extra),
                )
            )
    return known, extra, problems
