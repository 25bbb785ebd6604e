"""For whom each output is: the one place that says it, asked before anything is handed on.

Four readers, each of whom may see no more than the one before: the bureau's own officers; the principal of a school
(own staff, who leaves and arrives, never the facts behind a deferral); a person (what is decided about oneself); the
public (name, schools, position, subject, way of moving).
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from rotation_planner.data.showing import Page
from rotation_planner.words import say


class Reader(StrEnum):
    """Who may read an output, the one who may see most first."""

    BUREAU = "bureau"
    PRINCIPAL = "principal"
    PERSON = "person"
    PUBLIC = "public"

    @property
    def words(self) -> str:
        """The reader as people say it."""
        return say(f"reader.{self.value}")


# Every file below a plan's folder by its path there; the first pattern that fits counts.
OUTPUTS: tuple[tuple[str, Reader], ...] = (
    ("transfers.csv", Reader.BUREAU),
    ("deferred.csv", Reader.BUREAU),
    ("plan.json", Reader.BUREAU),
    ("audit.json", Reader.BUREAU),
    ("audit.md", Reader.BUREAU),
    ("report.html", Reader.BUREAU),
    ("report.pdf", Reader.BUREAU),
    ("lists/district.xlsx", Reader.BUREAU),
    ("lists/inspectors.xlsx", Reader.BUREAU),
    ("lists/reverse-flow.pdf", Reader.BUREAU),
    ("lists/schools/*.xlsx", Reader.PRINCIPAL),
    ("lists/public.xlsx", Reader.PUBLIC),
    ("lists/public.csv", Reader.PUBLIC),
    ("charts/*.png", Reader.BUREAU),
    ("charts/*.svg", Reader.BUREAU),
    ("charts/*.pdf", Reader.BUREAU),
    ("papers/notice.docx", Reader.PUBLIC),
    ("papers/notice.pdf", Reader.PUBLIC),
    ("papers/letters/*.docx", Reader.PERSON),
    ("papers/letters.docx", Reader.BUREAU),
    ("papers/receptions/*.docx", Reader.PRINCIPAL),
    ("papers/receptions.docx", Reader.BUREAU),
    ("papers/note.docx", Reader.BUREAU),
)


def pattern_of(name: str) -> str:
    """The declared pattern that a path below a plan's folder falls under.

    Raises:
        LookupError: nobody has said for whom this output is.
    """
    for pattern, _ in OUTPUTS:
        if name.count("/") == pattern.count("/") and fnmatchcase(name, pattern):
            return pattern
    raise LookupError(f"nobody has said for whom {name} is")


def reader_of(name: str) -> Reader:
    """Who may read the output at this path below a plan's folder (forward slashes).

    Raises:
        LookupError: nobody has said for whom this output is.
    """
    return dict(OUTPUTS)[pattern_of(name)]


def contents(folder: Path | str) -> Page:
    """What a plan's folder holds and for whom each file is; files that nobody has declared are told as the bureau's."""
    root = Path(folder)
    found: dict[str, int] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file():
            name = path.relative_to(root).as_posix()
            with suppress(LookupError):
                name = pattern_of(name)
            found[name] = found.get(name, 0) + 1
    order = {pattern: place for place, (pattern, _) in enumerate(OUTPUTS)}
    readers = dict(OUTPUTS)
    rows = [
        (name, many, readers.get(name, Reader.BUREAU).words)
        for name, many in sorted(found.items(), key=lambda each: order.get(each[0], len(order)))
    ]
    heads = [say(f"showing.{name}") for name in ("file", "files", "for_whom")]
    return Page(say("showing.contents", files=sum(found.values())), {" ": pd.DataFrame(rows, columns=heads)})
