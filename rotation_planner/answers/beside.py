"""Work done in a thread of its own while something else is looked for: solvers leave other threads alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Told = TypeVar("Told")


class Beside(Generic[Told]):
    """Does ``work`` in a thread; what is ``known`` is told until it ends. ``work`` is given the event that ends it."""

    def __init__(self, known: Told, work: Callable[[threading.Event], Told]) -> None:
        self._told, self._end = known, threading.Event()
        self._failed: BaseException | None = None

        def run() -> None:
            try:
                self._told = work(self._end)
            except BaseException as failed:  # told where it is asked for
                self._failed = failed

        self._thread = threading.Thread(target=run, daemon=True)  # nobody waits for a solver beyond its time
        self._thread.start()

    def told(self, seconds: float) -> Told:
        """What is known after so many seconds at most.

        Raises:
            BaseException: whatever the work raised.
        """
        self._thread.join(max(seconds, 0.0))
        if self._failed is not None:
            raise self._failed
        return self._told

    def end(self) -> None:
        """Nothing more is asked."""
        self._end.set()
