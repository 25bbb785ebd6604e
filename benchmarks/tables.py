"""How figures and tables are set in RESULTS.md, and the results of earlier runs as they lie in ``results/``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.measuring import RESULTS

Lines = list[str]


def results(name: str) -> Any:
    """What a benchmark kept in ``results/<name>``; ``None`` where it has not run."""
    path = RESULTS / name
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    """A Markdown table after a blank line."""
    made = ["| " + " | ".join(row) + " |" for row in rows]
    return ["", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *made]


def share(gap: float | None) -> str:
    """A gap as people read it."""
    if gap is None:
        return "–"
    return "0 (proven)" if gap == 0 else f"{gap:.2%}".replace("%", " %") if gap >= 5e-5 else "< 0.01 %"


def points(value: float) -> str:
    """A goal's value as people read it."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def met(yes: bool) -> str:
    """Whether an asked figure is kept."""
    return "met" if yes else "**not met**"


def number(value: float | None, form: str = ".1f", unit: str = "") -> str:
    """A number in the form asked; a dash where there is none."""
    return "–" if value is None else f"{value:{form}}{unit}"
