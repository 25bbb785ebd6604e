"""Shares as people read them, the same in sentences, pictures and sheets."""

from __future__ import annotations

import math


def percent(part: float, whole: float) -> str:
    """A share as people read it, a dash where nobody is counted."""
    return tenths(part / whole) if whole else "—"


def tenths(share: float) -> str:
    """A share in percent with one decimal, a half rounded up as spreadsheets do: 0.3625 is 36.3%, not 36.2%."""
    return f"{math.floor(1000 * share + 0.5 + 1e-9) / 10:.1f}%" if math.isfinite(share) else "—"
