"""Progress: a table on a terminal, lines elsewhere, in the language of the call, from any thread."""

from __future__ import annotations

import io
import threading

import pytest
from rich.console import Console

from rotation_planner.cli.progress import SearchProgress
from rotation_planner.cli.screen import Screen, clean, number, percent
from rotation_planner.solve import Progress
from rotation_planner.words import speaking

GOALS = {"due": "应交流人员尽数安排"}


def tell_from_elsewhere(progress: SearchProgress, *news: Progress) -> None:
    worker = threading.Thread(target=lambda: [progress(each) for each in news])
    worker.start()
    worker.join()


@pytest.fixture
def shown() -> tuple[Screen, io.StringIO]:
    """A screen that is a terminal."""
    text = io.StringIO()
    screen = Screen()
    screen.err = Console(file=text, force_terminal=True, width=100, markup=False, highlight=False)
    return screen, text


def test_a_terminal_gets_a_table(shown: tuple[Screen, io.StringIO]) -> None:
    screen, text = shown
    stop = threading.Event()
    with SearchProgress(screen, GOALS, stop) as progress:
        tell_from_elsewhere(
            progress, Progress(1, 2, "due", 5, 4, 0.2, 1.0), Progress(2, 2, "even", None, None, None, 1.0)
        )
        assert progress._live is not None
        progress._live.refresh()
        stop.set()
        progress._live.refresh()
    for part in ("应交流人员尽数安排", "20.0%", "even", "—", "按 Ctrl-C 停止", "正在停止"):
        assert part in text.getvalue()


def test_a_terminal_of_another_language(shown: tuple[Screen, io.StringIO]) -> None:
    screen, text = shown
    with speaking("en"), SearchProgress(screen, {}, threading.Event()) as progress:
        tell_from_elsewhere(progress, Progress(1, 1, "due", 5, 4, 0.2, 1.0))
        assert progress._live is not None
        threading.Thread(target=progress._live.refresh).start()
    assert "Searching" in text.getvalue()
    assert "正在" not in text.getvalue()


def test_lines_tell_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    with SearchProgress(Screen(), GOALS, threading.Event()) as progress:
        tell_from_elsewhere(
            progress,
            Progress(1, 1, "due", None, 4, None, 0.1),
            Progress(1, 1, "due", 5, 4, 0.2, 0.2),
            Progress(1, 1, "due", 4, 4, 0.0, 0.3),
            Progress(1, 1, "due", 4, 4, 0.0, 0.4),
        )
        progress._began -= 60
        progress(Progress(2, 2, "even", 1234.5, 1000, 0.19, 60))
    assert capsys.readouterr().err.splitlines() == [
        "正在求解",
        "应交流人员尽数安排：最好 4，界 4，差距 0%，0秒",
        "even：最好 1,234.50，界 1,000，差距 19.0%，60秒",
    ]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with SearchProgress(Screen(quiet=True), GOALS, threading.Event()) as progress:
        progress(Progress(1, 1, "due", 4, 4, 0.0, 0.3))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (float("inf"), "—"), (float("nan"), "—"), (3.0, "3"), (1234567.891, "1,234,567.89")],
)
def test_numbers(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "—"), (0.0, "0%"), (0.123, "12.3%"), (float("inf"), "—")])
def test_percentages(value: float | None, text: str) -> None:
    assert percent(value) == text


def test_clean_text_has_no_control_characters() -> None:
    assert clean("a\x1b[2J\u202eb\tc\nd") == "a [2J b c\nd"


def test_a_best_below_the_bound_is_not_told(shown: tuple[Screen, io.StringIO]) -> None:
    """It was counted while goals before it were not settled; nobody could make sense of both numbers."""
    screen, text = shown
    with SearchProgress(screen, {}, threading.Event()) as progress:
        tell_from_elsewhere(progress, Progress(2, 2, "moves", 32, 56, None, 1.0))
        assert progress._live is not None
        progress._live.refresh()
    assert "56" in text.getvalue()
    assert "32" not in text.getvalue()
