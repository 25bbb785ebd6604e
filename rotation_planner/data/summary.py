"""Many problems told briefly: alike ones grouped, a few of each in full, the others by their rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rotation_planner.data.problems import Problem, Severity
from rotation_planner.words import say

_MOST_ROWS = 12


@dataclass(frozen=True)
class Group:
    """Problems of one kind in one column: those ``shown`` in full and the ``rest``."""

    shown: tuple[Problem, ...]
    rest: tuple[Problem, ...]

    @property
    def more(self) -> str:
        """A sentence for the rest with their rows; empty when all are shown."""
        if not self.rest:
            return ""
        rows = [str(p.row) for p in self.rest if p.row is not None]
        places = ", ".join(rows[:_MOST_ROWS]) + ("…" if len(rows) > _MOST_ROWS else "")
        return say("data.more", count=len(self.rest), places=places)


def summarise(problems: Iterable[Problem], limit: int = 3) -> list[Group]:
    """Groups problems of the same severity, code, file and column, errors first; at most ``limit`` shown of each."""
    grouped: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        key = (problem.severity.value, problem.code, problem.file, problem.column or "")
        grouped.setdefault(key, []).append(problem)
    order = [s.value for s in Severity]
    found = sorted(grouped.items(), key=lambda item: order.index(item[0][0]))
    return [Group(tuple(alike[:limit]), tuple(alike[limit:])) for _, alike in found]
