"""How far many jobs are: a line for each one under way on a terminal, a line for each one done elsewhere."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Any, Self

from rich.console import Group
from rich.live import Live
from rich.text import Text

from rotation_planner.cli.screen import Screen, clean, percent, table
from rotation_planner.words import language, say, speaking


class ManyProgress:
    """One display over all jobs: how many are done, what each one under way is doing. Told from other threads.

    ``stopping`` says whether the run has been asked to stop.
    """

    def __init__(self, screen: Screen, stopping: threading.Event) -> None:
        self._screen = screen
        self._stopping = stopping
        self._lock = threading.Lock()
        self._language = language()  # threads of others start in the default language
        self._titles: dict[str, str] = {}
        self._goals: dict[str, str] = {}
        self._running: dict[str, dict[str, Any]] = {}
        self._since: dict[str, float] = {}
        self._done = 0
        self._began = time.monotonic()
        self._live: Live | None = None

    def about(self, titles: dict[str, str], goals: dict[str, str]) -> None:
        """What the jobs and the goals are called, by id."""
        self._titles, self._goals = titles, goals

    def __enter__(self) -> Self:
        if self._screen.live:
            self._live = Live(
                console=self._screen.err, refresh_per_second=4, transient=True, get_renderable=self._shown
            )
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def __call__(self, news: dict[str, Any]) -> None:
        """News of a job."""
        with self._lock, speaking(self._language):
            name = news["id"]
            if not news.get("done"):
                if news.get("started"):
                    self._since[name] = time.monotonic()
                self._running[name] = news
                return
            self._running.pop(name, None)
            self._done += 1
            if self._live is None:
                self._tell(news)

    def _tell(self, news: dict[str, Any]) -> None:
        values = {"title": self._title(news["id"]), "done": self._done, "count": max(len(self._titles), self._done)}
        if news.get("known"):
            self._screen.note(say("variants.progress_known", **values))
            return
        outcome = news["outcome"]
        words = say("variants.progress_planned" if outcome == "planned" else f"variants.outcome_{outcome}")
        self._screen.note(say("variants.progress_done", outcome=words, **values))

    def _title(self, name: str) -> str:
        return self._titles.get(name, name)

    def _shown(self) -> Group:
        with self._lock, speaking(self._language):
            rows = [
                (self._title(name), self._doing(news), percent(news.get("gap")), self._seconds(name))
                for name, news in self._running.items()
            ]
            headings = [say("variants.column_title"), say("cli.goal"), say("cli.gap"), say("cli.seconds")]
            count = max(len(self._titles), self._done)
            told = "variants.stopping" if self._stopping.is_set() else "variants.how_to_stop"
            foot = say(told, seconds=f"{time.monotonic() - self._began:.0f}")
            title = say("variants.progress_title", done=self._done, count=count)
            return Group(table(title, headings, rows, right=(2, 3)), Text(clean(foot), style="dim"))

    def _seconds(self, name: str) -> str:
        return f"{time.monotonic() - self._since.get(name, time.monotonic()):.0f}"

    def _doing(self, news: dict[str, Any]) -> str:
        if news.get("writing"):
            return say("variants.progress_writing")
        if "goal" not in news:
            return say("variants.progress_open")
        goal = self._goals.get(news["goal"], news["goal"])
        return say("variants.progress_level", level=news["level"], levels=news["levels"], goal=goal)
