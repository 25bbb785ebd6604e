"""A trial of one rule: moves that just break it and moves that just keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WOMEN = {"field": "sex", "is": "F"}
ALL = {"everyone": True}
BACKBONE = {"field": "backbone", "blank": False}
NINE = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
FREE = {"id": "free", "kind": "volunteer", "who": ALL}
Moves = Mapping[str, str | Mapping[str, str]]
"""By staff_id the school entered, or the school ``to``, its ``department`` and the ``way`` (mode)."""


@dataclass(frozen=True)
class Trial:
    """A rule with moves that just break it and moves that just keep it; ``why`` derives both by hand."""

    why: str
    rule: dict[str, Any]
    schools: Any
    staff: dict[str, Any]
    breach: Moves
    edge: Moves
    tables: dict[str, Any] = field(default_factory=dict)
    more: tuple[dict[str, Any], ...] = (FREE,)
