"""What is wrong with an input: one record for every reader, all of them collected and told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rotation_planner.words import say

MOST_SHOWN = 50  # in a notebook


class Severity(StrEnum):
    """How bad a problem is: an error stops the run, a warning is told, a note only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """One finding about an input file.

    ``code`` names three sentences of the words: ``problem.<code>`` (what is wrong), ``expected.<code>`` (what is
    expected) and ``advice.<code>`` (what to do); ``values`` fills their placeholders, as do ``file``, ``row``,
    ``column`` and ``value``. ``row`` counts as the user's program does: 1 is the first line of a file or sheet.
    """

    severity: Severity
    code: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def _fill(self, kind: str) -> str:
        known = {"file": self.file, "row": self.row, "column": self.column, "value": self.value}
        return say(f"{kind}.{self.code}", **{**known, **self.values}).rstrip()

    @property
    def message(self) -> str:
        """What is wrong, in the language in force."""
        return self._fill("problem")

    @property
    def expected(self) -> str:
        """What is expected there."""
        return self._fill("expected")

    @property
    def advice(self) -> str:
        """What to do."""
        return self._fill("advice")

    def as_dict(self) -> dict[str, Any]:
        """The record for machine-readable output."""
        return {
            "severity": self.severity.value,
            "code": self.code,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
            "expected": self.expected,
            "advice": self.advice,
        }


class InputError(Exception):
    """The input cannot be used (exit code 2); carries every problem found, warnings included.

    ``partial``: what could be read all the same, good for further checks and for nothing else; ``None`` where nothing.
    """

    def __init__(self, problems: Iterable[Problem], partial: Any = None) -> None:
        self.problems = tuple(problems)
        self.partial = partial
        super().__init__("; ".join(f"{p.file}:{p.row}: {p.message}" for p in self.problems[:5]))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in the place of a traceback: every problem, worded, the first fifty of many."""
        errors, warnings = (
            sum(each.severity is severity for each in self.problems) for severity in (Severity.ERROR, Severity.WARNING)
        )
        lines = [say("showing.input_error", errors=errors, warnings=warnings)]
        for each in self.problems[:MOST_SHOWN]:
            row = "" if each.row is None else say("cli.row", row=each.row)
            place = " ".join(filter(None, (each.file, row, each.column)))
            texts = {name: getattr(each, name).rstrip(".。") for name in ("message", "expected", "advice")}
            lines.append("· " + say("showing.problem", place=place, **texts))
        if len(self.problems) > MOST_SHOWN:
            lines.append(say("showing.more_problems", count=len(self.problems) - MOST_SHOWN))
        return lines
