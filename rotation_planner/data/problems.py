"""What is wrong with an input: one record for every reader, all of them collected and told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rotation_planner.words import say


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
    """The input cannot be used (exit code 2); carries every problem found, warnings included."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.file}:{p.row}: {p.message}" for p in self.problems[:5]))
