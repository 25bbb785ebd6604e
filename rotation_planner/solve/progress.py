"""What a running solve tells: goal by goal, the best value, the bound, the gap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from rotation_planner.plan.plan import Objective
from rotation_planner.solve.engines import clock


@dataclass(frozen=True)
class Progress:
    """One line of progress. ``best`` and ``bound`` in points; ``None`` while unknown; ``seconds`` since the start."""

    level: int
    levels: int
    goal: str
    best: float | None
    bound: float | None
    gap: float | None
    seconds: float


Listener = Callable[[Progress], None]


class Teller:
    """Passes progress on, from whichever thread, one at a time; and keeps the clock of the whole solve."""

    def __init__(self, listener: Listener | None, levels: int, time_limit: float) -> None:
        self._listener = listener
        self._levels = levels
        self._lock = threading.Lock()
        self._begun = clock()
        self._limit = time_limit

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return clock() - self._begun

    @property
    def left(self) -> float:
        """Seconds left of the one budget."""
        return max(self._limit - self.seconds, 0.0)

    def tell(self, level: int, goal: str, best: float | None, bound: float | None) -> None:
        """Tell how far a level (counted from 1) is."""
        if self._listener is None:
            return
        # A bound may take for granted that earlier levels get better still: then there is no gap to tell yet.
        gap = None if best is None or bound is None or best < bound - 1e-9 else Objective(goal, best, bound).gap
        with self._lock:
            self._listener(Progress(level, self._levels, goal, best, bound, gap, self.seconds))
