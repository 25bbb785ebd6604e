"""Work in several processes: the same answers and the same bytes as in one, and nothing lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
from invented import TITLE, turnover

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.report import write_reports
from rotation_planner.report.together import together
from rotation_planner.words import language, speaking

copies = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")
PATIENCE = 60.0  # seconds until a test that waits for a helper gives up


def _appears(path: Path) -> None:
    """Waits until a helper has written the file, so that it is certain who did the job."""
    until = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < until, "no helper took the job"
        time.sleep(0.01)


@pytest.mark.parametrize("processes", [1, 2, 3, 50])
def test_answers_come_in_the_order_of_the_jobs(processes: int) -> None:
    jobs = [partial(pow, 2, exponent) for exponent in range(40)]
    assert together(jobs, processes) == [2**exponent for exponent in range(40)]
    assert together([], processes) == []


@copies
def test_a_helper_works_beside_what_is_done_here(tmp_path: Path) -> None:
    def job() -> tuple[int, str]:
        (tmp_path / "done").touch()
        return os.getpid(), language()

    with speaking("en"):
        [(process, tongue)] = together([job], 2, here=partial(_appears, tmp_path / "done"))
    assert process != os.getpid()
    assert tongue == "en"


def test_alone_what_is_done_here_comes_first() -> None:
    order: list[str] = []
    together([lambda: order.append("job")], 1, here=lambda: order.append("here"))
    assert order == ["here", "job"]


@copies
def test_an_error_in_a_helper_is_told_as_the_job_tells_it(tmp_path: Path) -> None:
    problem = Problem(Severity.ERROR, "yaml_syntax", "a.yaml", row=3, values={"reason": "?"})

    def job() -> None:
        (tmp_path / "begun").touch()
        raise InputError([problem])

    with pytest.raises(InputError) as told:
        together([job], 2, here=partial(_appears, tmp_path / "begun"))
    assert told.value.problems == (problem,)


@copies
def test_an_error_here_ends_the_helpers(tmp_path: Path) -> None:
    def job() -> None:
        (tmp_path / "process").write_text(str(os.getpid()))
        (tmp_path / "begun").touch()
        time.sleep(PATIENCE)

    def here() -> None:
        _appears(tmp_path / "begun")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        together([job], 2, here=here)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "process").read_text()), 0)


@copies
def test_what_a_killed_helper_had_in_hand_is_done_here(tmp_path: Path) -> None:
    mine = os.getpid()

    def job() -> str:
        if os.getpid() != mine:
            (tmp_path / "begun").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert together([job, lambda: "too"], 2, here=partial(_appears, tmp_path / "begun")) == ["done", "too"]


@copies
def test_an_answer_that_cannot_travel_is_made_here(tmp_path: Path) -> None:
    def job() -> Callable[[], int]:
        (tmp_path / "done").touch()
        return lambda: 7

    [answer] = together([job], 2, here=partial(_appears, tmp_path / "done"))
    assert answer() == 7


@copies
def test_warnings_of_helpers_come_through(tmp_path: Path) -> None:
    def job() -> None:
        warnings.warn("odd", UserWarning, stacklevel=1)
        (tmp_path / "done").touch()

    with pytest.warns(UserWarning, match="odd"):
        together([job], 2, here=partial(_appears, tmp_path / "done"))


LEFT_ALONE = """
import os, signal, sys, time
from pathlib import Path
from rotation_planner.report.together import together

begun = Path(sys.argv[1])

def job():
    begun.touch()
    time.sleep(600)

def here():
    while not begun.exists():
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)

together([job], 2, here=here)
"""


@copies
def test_a_helper_ends_with_its_parent(tmp_path: Path) -> None:
    """The pipe of the standard output is open as long as either of the two lives."""
    program = subprocess.Popen([sys.executable, "-c", LEFT_ALONE, str(tmp_path / "begun")], stdout=subprocess.PIPE)
    program.communicate(timeout=PATIENCE)
    assert program.returncode == -signal.SIGKILL
    assert (tmp_path / "begun").exists()


def _processes_seen() -> set[int]:
    return set(together([os.getpid] * 50, 4))


@copies
def test_a_process_of_a_pool_has_no_helpers() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        [worker] = {pool.submit(os.getpid).result()}
        assert pool.submit(_processes_seen).result() == {worker}


@pytest.mark.slow
@copies
def test_reports_are_the_same_bytes_side_by_side(written: Path, tmp_path: Path) -> None:
    found = turnover()
    made = write_reports(
        tmp_path, found.district, found.policy, found.standing, found.plan, found.audit, TITLE, processes=3
    )
    alone = {path.relative_to(written): path.read_bytes() for path in written.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path): path.read_bytes() for path in made} == alone
    assert len(alone) > 15
