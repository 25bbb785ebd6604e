"""Independent pieces of work side by side in several processes, or one after the other: the same answers either way.

The helping processes are copies of this one (forked): they see all that was worked out before, and hand back nothing
but their answers. They take one job after the other from a queue, as this process does. What a helper fails at, or had
in hand when it was killed, is done again here: an error is the job's own, and a lost helper costs time alone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Job = Callable[[], Answer]
NUMBER = 4  # bytes of a job's number in the queue
MOST_PROCESSES = 4  # each needs memory of its own for what it touches
MOST_JOBS = 16_000  # the queue is a pipe, which holds so many numbers before anybody takes one


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def together(jobs: Sequence[Job[Answer]], processes: int, *, here: Callable[[], object] | None = None) -> list[Answer]:
    """The jobs' answers in the jobs' order.

    A job may be done twice, the second time after the first was cut short, so it must not mind what is there already.
    Answers travel between processes: they are pickled. Long jobs belong first.

    Args:
        jobs: functions without arguments.
        processes: how many take part, this one counted. Where a process cannot be copied safely (elsewhere than on
            Linux, and in the processes of a pool), this one does everything.
        here: what this process alone can do, because it uses a library with threads of its own; done before its jobs.

    Raises:
        Exception: what a job raises.
    """
    alone = sys.platform != "linux" or multiprocessing.parent_process() is not None or len(jobs) > MOST_JOBS
    answers: dict[int, Answer] = {}
    helpers: list[_Helper] = []
    queue, numbers = os.pipe()
    try:
        os.write(numbers, b"".join(number.to_bytes(NUMBER, "big") for number in range(0 if alone else len(jobs))))
        os.close(numbers)
        for _ in range(0 if alone else min(processes - 1, MOST_PROCESSES - 1, len(jobs) - (here is None))):
            helpers.append(_Helper(jobs, queue))
        if here is not None:
            here()
        _work(jobs, queue, answers)
        for helper in helpers:
            answers |= helper.answers()
    finally:
        os.close(queue)
        for helper in helpers:
            helper.end()
    return [answers[number] if number in answers else job() for number, job in enumerate(jobs)]


def end_with_parent() -> None:
    """From here on this process ends with the one that began it, however that one ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


def _work(jobs: Sequence[Job[Answer]], queue: int, answers: dict[int, Answer]) -> None:
    """Takes jobs until none is left."""
    while taken := os.read(queue, NUMBER):
        number = int.from_bytes(taken, "big")
        answers[number] = jobs[number]()


class _Helper:
    """A copy of this process that takes jobs."""

    def __init__(self, jobs: Sequence[Job[Any]], queue: int) -> None:
        context = multiprocessing.get_context("fork")
        self._receiving, sending = context.Pipe(duplex=False)
        self._process = context.Process(target=_help, args=(jobs, queue, sending), daemon=True)
        with warnings.catch_warnings():
            # Libraries keep idle threads, which the copy lacks and no job needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        sending.close()

    def answers(self) -> dict[int, Any]:
        """The helper's answers, once it is done; none of one that was killed. Its warnings are given again here."""
        try:
            answers, warned = self._receiving.recv()
        except (EOFError, OSError):
            return {}
        for message, category, file, line in warned:
            warnings.warn_explicit(message, category, file, line)
        return dict(answers)

    def end(self) -> None:
        """Nothing of the helper is left, whatever it was doing."""
        self._receiving.close()
        self._process.kill()
        self._process.join()


def _help(jobs: Sequence[Job[Any]], queue: int, sending: Connection) -> None:
    """A helper's life: it ends with the process it was copied from, and leaves Ctrl-C to that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    answers: dict[int, Any] = {}
    # What fails is done again where its error can be told.
    with warnings.catch_warnings(record=True) as seen, contextlib.suppress(Exception):
        _work(jobs, queue, answers)
    try:
        sending.send((answers, [(each.message, each.category, each.filename, each.lineno) for each in seen]))
    finally:
        os._exit(0)  # without the farewells of the process that it is a copy of
