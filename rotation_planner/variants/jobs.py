"""One scenario planned in a process of its own: files in, files and a record out, here or on another machine."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rotation_planner import __version__
from rotation_planner.data.problems import InputError, Severity
from rotation_planner.variants.packing import Files, unpack
from rotation_planner.words import Language, say, speaking

if TYPE_CHECKING:
    import threading

    from rotation_planner.run import Outcome, Scenario

PLANNED, INFEASIBLE, UNKNOWN, INPUT, CRASH, STOPPED = "planned", "infeasible", "unknown", "input", "crash", "stopped"
SENTENCES = 5  # reasons told of a failure
PROBLEMS = 50  # problems kept in a record
Tell = Callable[[dict[str, Any]], None]


class Stop(Protocol):
    """What says that the work is to end: an event of threads or of processes."""

    def is_set(self) -> bool:
        """Whether it is to end."""

    def set(self) -> None:
        """Ask to end."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is to end, so many seconds at most."""


@dataclass(frozen=True)
class Job:
    """A scenario to be planned: its ``files``, its fingerprint (``print``), whether lists and reports (``full``) and
    notices and letters (``papers``) are wanted too, and the language in which results are told."""

    id: str
    title: str
    files: Files = field(repr=False)
    print: str
    full: bool = False
    papers: bool = False
    language: Language = "zh"


@dataclass(frozen=True)
class Done:
    """What came of a job: the ``record`` that is kept as result.json, and the ``files`` of the plan."""

    record: dict[str, Any]
    files: Files = field(default_factory=dict, repr=False)


def run_job(job: Job, scratch: str | None = None, tell: Tell | None = None, stop: Stop | None = None) -> Done:
    """Plan a scenario and tell what came of it; whatever goes wrong is told in the record, nothing is raised.

    ``scratch``: a folder for what must lie in files meanwhile, the worker's own where none is given.
    """
    began, cpu = time.perf_counter(), time.process_time()
    with speaking(job.language):
        try:
            done = _worked(job, scratch or _own_folder(), tell, stop)
        except InputError as error:
            done = unusable(error)
        except MemoryError:
            done = Done({"outcome": CRASH, "why": [say("variants.memory")]})
        except Exception as error:
            done = crashed(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    seconds = {"seconds": round(time.perf_counter() - began, 3), "cpu_seconds": round(time.process_time() - cpu, 3)}
    return Done({**head(job), **done.record, **seconds}, done.files)


def head(job: Job) -> dict[str, Any]:
    """What every record begins with."""
    return {"id": job.id, "title": job.title, "fingerprint": job.print, "version": __version__}


def unusable(error: InputError) -> Done:
    """The record of a job whose data or policy cannot be used: the first errors in words, more of them as records."""
    errors = [each for each in error.problems if each.severity is Severity.ERROR] or list(error.problems)
    told = [_problem_words(each) for each in errors[:SENTENCES]]
    if len(errors) > SENTENCES:
        told.append(say("variants.more_problems", count=len(errors) - SENTENCES))
    return Done({"outcome": INPUT, "why": told, "problems": [each.as_dict() for each in errors[:PROBLEMS]]})


def crashed(what: str) -> Done:
    """The record of a job whose process failed."""
    return Done({"outcome": CRASH, "why": [say("variants.crash", what=what)]})


def _problem_words(problem: Any) -> str:
    row = "" if problem.row is None else say("variants.row", row=problem.row)
    return say("variants.problem", place=f"{problem.file}{row}", message=problem.message)


def _own_folder() -> str | None:
    """On a cluster the folder that the worker was given for its files."""
    try:
        from distributed import get_worker

        return str(get_worker().local_directory)
    except (ImportError, ValueError):
        return None


def _worked(job: Job, scratch: str | None, tell: Tell | None, stop: Stop | None) -> Done:
    from rotation_planner.run import load_scenario, make_plan, write

    folder = Path(tempfile.mkdtemp(prefix="variant-", dir=scratch))
    try:
        unpack(job.files, folder / "scenario")
        scenario = load_scenario(folder / "scenario")
        options = scenario.file.solve

        def told(news: Any) -> None:
            if tell is not None:
                tell({"id": job.id, "goal": news.goal, "level": news.level, "levels": news.levels, "gap": news.gap})

        event: threading.Event | None = stop  # type: ignore[assignment]  # processes have an event of the same form
        outcome = make_plan(scenario, options=options, progress=told, stop=event)
        if outcome.interrupted:
            return Done({"outcome": STOPPED, "why": [say("variants.stopped")]})
        if outcome.plan is None:
            return Done(_failure(outcome, options.time_limit))
        if tell is not None:
            tell({"id": job.id, "writing": True})
        write(outcome, scenario, folder / "plan", reports=job.full, letters=job.papers)
        files = {
            path.relative_to(folder / "plan").as_posix(): path.read_bytes()
            for path in sorted((folder / "plan").rglob("*"))
            if path.is_file()
        }
        return Done(_success(outcome, scenario), files)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _failure(outcome: Outcome, limit: float) -> dict[str, Any]:
    """Why there is no plan: what cannot hold together, or that the time was too short."""
    from rotation_planner.plan.plan import Status

    if outcome.status is Status.INFEASIBLE:
        sentences = list(dict.fromkeys(each.sentence for each in outcome.contradictions))
        why = sentences[:SENTENCES] or [say("variants.infeasible")]
        if len(sentences) > SENTENCES:
            why.append(say("variants.more_reasons", count=len(sentences) - SENTENCES))
        rules = sorted({rule for each in outcome.contradictions for rule in each.rules})
        return {"outcome": INFEASIBLE, "why": why, "rules": rules}
    return {"outcome": UNKNOWN, "why": [say("variants.no_time", seconds=f"{limit:g}")]}


def _success(outcome: Outcome, scenario: Scenario) -> dict[str, Any]:
    from rotation_planner.variants.measuring import measures

    return {"outcome": PLANNED, "why": [], **measures(outcome, scenario)}
