"""How far the search is: a table that lives on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Group
from rich.live import Live
from rich.text import Text

from rotation_planner.cli.screen import Screen, clean, number, percent, table
from rotation_planner.words import language, say, speaking

if TYPE_CHECKING:
    from rotation_planner.solve import Progress

LINE_EVERY = 5.0  # seconds between two lines on one goal, where there is no terminal


class SearchProgress:
    """One row a goal: goal, best, bound, gap, time. Told from the solver's threads, shown on the screen.

    ``goals`` names the goal levels in order; ``stopping`` says whether the run has been asked to stop.
    """

    def __init__(self, screen: Screen, goals: dict[str, str], stopping: threading.Event) -> None:
        self._screen = screen
        self._goals = goals
        self._stopping = stopping
        self._lock = threading.Lock()
        self._language = language()  # threads of others start in the default language
        self._rows: dict[int, Progress] = {}
        self._began = time.monotonic()
        self._told: dict[int, tuple[float, object]] = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._screen.live:
            self._live = Live(
                console=self._screen.err, refresh_per_second=4, transient=True, get_renderable=self._shown
            )
            self._live.__enter__()
        else:
            self._screen.note(say("cli.searching"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def __call__(self, news: Progress) -> None:
        """News from the search."""
        with self._lock, speaking(self._language):
            self._rows[news.level] = news
            if self._live is None:
                self._tell(news)

    def _name(self, news: Progress) -> str:
        return self._goals.get(news.goal, news.goal)

    def _tell(self, news: Progress) -> None:
        """A line when a goal is proven, and now and then when it has come further."""
        told_at, told = self._told.get(news.level, (self._began, None))
        now, state = time.monotonic(), (news.best, news.bound)
        if state != told and (news.gap == 0 or now - told_at >= LINE_EVERY):
            self._told[news.level] = (now, state)
            values = {"best": number(_best(news)), "bound": number(news.bound), "gap": percent(news.gap)}
            self._screen.note(say("cli.progress", goal=self._name(news), seconds=f"{news.seconds:.0f}", **values))

    def _shown(self) -> Group:
        with speaking(self._language):
            return self._table()

    def _table(self) -> Group:
        with self._lock:
            rows = [
                (self._name(news), number(_best(news)), number(news.bound), percent(news.gap), f"{news.seconds:.0f}")
                for _, news in sorted(self._rows.items())
            ]
        headings = [say(f"cli.{name}") for name in ("goal", "best", "bound", "gap", "seconds")]
        told = "stopping" if self._stopping.is_set() else "how_to_stop"
        elapsed = say(f"cli.{told}", seconds=f"{time.monotonic() - self._began:.0f}")
        return Group(table(say("cli.searching"), headings, rows, right=(1, 2, 3, 4)), Text(clean(elapsed), style="dim"))


def _best(news: Progress) -> float | None:
    """The best value; none where it lies below the bound: the goals before it are not settled then, and it may yet have
    to give way to them."""
    if news.best is not None and news.bound is not None and news.best < news.bound - 1e-6 * max(1.0, abs(news.bound)):
        return None
    return news.best
