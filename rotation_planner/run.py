"""The yearly plan from end to end, for notebooks and commands alike: read, make, judge, write."""

from __future__ import annotations

import contextvars
import dataclasses
import hashlib
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from rotation_planner import __version__
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import ScenarioFile, SolveOptions, read_scenario_file
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.plan.files import completed, read_plan, write_plan_files, writing
from rotation_planner.plan.plan import Plan, Status
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.fields import unknown_fields
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import policy_path, read_policy
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.audit.result import Audit
    from rotation_planner.eligibility import Standing
    from rotation_planner.solve import Contradiction, Progress

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything that a plan is made from, read and checked.

    ``problems``: the warnings and notes (errors never get this far). ``fingerprints``: SHA-256 of the ``policy`` (the
    bytes of its file, and the changes as sorted JSON where there are any) and of the ``data`` (the bytes of the tables'
    files one after the other, in the order of their names). ``seconds``: how long reading took.
    """

    file: ScenarioFile
    district: District
    policy: Policy
    problems: tuple[Problem, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def title(self) -> str:
        """The scenario's own title."""
        return self.file.title

    def __str__(self) -> str:
        return say(
            "run.scenario",
            title=self.title,
            as_of=self.file.as_of.isoformat(),
            policy=self.policy.title[language()],
            schools=len(self.district.schools),
            people=len(self.district.staff),
            problems=len(self.problems),
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(str(self), {say("run.problems"): problem_frame(self.problems)}) + self.district._repr_html_()


@dataclass(frozen=True, eq=False)
class Outcome:
    """What making a plan came to.

    ``plan`` and ``audit`` are ``None`` where there is no plan; ``contradictions`` then say why, where it is proven that
    there can be none. ``interrupted``: stopped by hand before it was done. ``seconds`` by phase.
    """

    status: Status
    plan: Plan | None
    audit: Audit | None
    standing: Standing
    contradictions: tuple[Contradiction, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def passes(self) -> bool:
        """Whether there is a plan and the judge passes it."""
        return self.audit is not None and self.audit.passes

    def __str__(self) -> str:
        if self.plan is None:
            return say(f"run.no_plan_{self.status.value}")
        verdict = say("run.audit_passes" if self.passes else "run.audit_breached")
        return say(
            "run.outcome", status=say(f"run.status_{self.status.value}"), moves=len(self.plan.transfers), audit=verdict
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if self.plan is None:
            reasons = pd.DataFrame({say("run.contradiction"): [each.sentence for each in self.contradictions]})
            return as_html(str(self), {say("run.contradictions"): reasons})
        from rotation_planner.report.notebook import plan_html

        return as_html(str(self), {}) + plan_html(self.plan)


def problem_frame(problems: tuple[Problem, ...]) -> pd.DataFrame:
    """Problems as a table in the language in force."""
    columns = ("severity", "file", "row", "column", "value", "message", "expected", "advice")
    return pd.DataFrame([{name: each.as_dict()[name] for name in columns} for each in problems], columns=list(columns))


def load_scenario(path: Path | str, *, adjust: Mapping[str, Any] | None = None) -> Scenario:
    """Read and check a scenario: its folder or its ``scenario.yaml``.

    ``adjust``: further changes to the policy's rules by id, on top of the scenario's own.

    Raises:
        InputError: everything that is wrong with scenario, policy and data, warnings and notes included.
    """
    started = time.perf_counter()
    file = read_scenario_file(path)
    changes: dict[str, Any] = dict(file.adjust)
    for key, value in (adjust or {}).items():
        old = changes.get(key)
        changes[key] = {**old, **value} if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    problems: list[Problem] = []
    policy: Policy | None = None
    district: District | None = None
    try:
        line = read_yaml(file.path).line(("adjust",)) if file.adjust else None
        policy = read_policy(
            file.policy, beside=file.folder, adjust=changes, adjust_file=file.path.name, adjust_line=line
        )
    except InputError as error:
        problems += error.problems
    try:
        district, found = read_district(file.data, file.as_of)
        problems += found
    except InputError as error:
        problems += error.problems
    if policy is not None and district is not None:
        path = policy_path(file.policy, file.folder)
        problems += unknown_fields(policy, path, district.staff.columns.tolist(), district.schools.columns.tolist())
    if policy is None or district is None or any(each.severity is Severity.ERROR for each in problems):
        raise InputError(sorted(problems, key=lambda each: list(Severity).index(each.severity)))
    prints = {"policy": _policy_print(file, changes), "data": _data_print(file.data)}
    return Scenario(file, district, policy, tuple(problems), prints, time.perf_counter() - started)


def _policy_print(file: ScenarioFile, changes: Mapping[str, Any]) -> str:
    found = hashlib.sha256(policy_path(file.policy, file.folder).read_bytes())
    if changes:
        found.update(json.dumps(changes, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8"))
    return found.hexdigest()


def _data_print(data: Path) -> str:
    paths = [data]
    if data.is_dir():
        paths = [each for each in data.iterdir() if each.suffix.lower() == ".csv" and schema.find_table(each.stem)]
    found = hashlib.sha256()
    for path in sorted(paths, key=lambda each: each.name):
        found.update(path.read_bytes())
    return found.hexdigest()


class _Phases:
    """How long each phase took."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self.seconds = dict(seconds)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started


def make_plan(
    scenario: Scenario,
    *,
    options: SolveOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Make the yearly plan and judge it; nothing is written.

    ``options``: how to solve, the scenario's own where not given. ``progress`` is called now and then, from another
    thread. ``stop``: set it, or press Ctrl-C once, and the best plan found so far is the outcome; a second Ctrl-C ends
    at once.
    """
    from rotation_planner.audit import audit_plan
    from rotation_planner.eligibility import stand
    from rotation_planner.solve import solve_plan

    options = options or scenario.file.solve
    stop = stop or threading.Event()
    district, policy = scenario.district, scenario.policy
    phase = _Phases({"reading": scenario.seconds})
    with phase("standing"):
        standing = stand(district, policy, draw=options.draw)
    with phase("solving"):
        solution = _interruptible(
            lambda: solve_plan(district, policy, standing, options, progress=progress, stop=stop), stop
        )
    if solution.plan is None:
        return Outcome(
            solution.status, None, None, standing, solution.contradictions, phase.seconds, solution.interrupted
        )
    with phase("audit"):
        verdict = audit_plan(district, policy, solution.plan, draw=options.draw)
    plan = dataclasses.replace(
        solution.plan,
        seconds=_seconds(phase.seconds, solution.plan.seconds),
        seed=options.seed,
        fingerprints=scenario.fingerprints,
        version=__version__,
    )
    return Outcome(solution.status, plan, verdict, standing, (), phase.seconds, solution.interrupted)


def _seconds(phases: Mapping[str, float], solving: Mapping[str, float]) -> dict[str, float]:
    """The phases in their order, solving in its own parts where it tells them."""
    told: dict[str, float] = {}
    for name, seconds in phases.items():
        told |= dict(solving) if name == "solving" and solving else {name: seconds}
    return told


def _interruptible(work: Callable[[], Answer], stop: threading.Event) -> Answer:
    """Does the work in a thread of its own while this one waits, so that Ctrl-C reaches Python and not the solver.

    The first Ctrl-C sets ``stop``, the second ends the waiting.
    """
    answers: list[Answer] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # handed on below
            errors.append(error)
        finally:
            done.set()

    here = contextvars.copy_context()  # the language goes along
    with _ctrl_c(stop):
        threading.Thread(target=here.run, args=(run,), daemon=True).start()
        while not done.wait(0.2):  # in short steps: Windows does not interrupt a long wait
            pass
    if errors:
        raise errors[0]
    return answers[0]


@contextmanager
def _ctrl_c(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C asks to stop; once asked, it interrupts as ever. Elsewhere than in the main thread nothing changes."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return

    def asked(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def audit(scenario: Scenario, plan: Plan | Path | str) -> Audit:
    """Judge any plan against the scenario, without the solver; a hand-made one is completed first (see `complete`).

    Raises:
        InputError: the plan cannot be read.
    """
    from rotation_planner.audit import audit_plan

    whole = complete(scenario, plan if isinstance(plan, Plan) else read_plan(plan))
    return audit_plan(scenario.district, scenario.policy, whole, draw=scenario.file.solve.draw)


def complete(scenario: Scenario, plan: Plan) -> Plan:
    """The plan with blank cells filled from the data; rows without a way of moving get that of the policy."""
    from rotation_planner.eligibility import stand
    from rotation_planner.eligibility.ways import ways

    district = scenario.district
    whole = completed(plan, district)
    moves = whole.transfers
    bare = (moves[["mode", "personnel_file_moves", "until"]] == "").all(axis=1)
    known = moves["staff_id"].isin(list(district.staff_pos)) & moves["to_school_id"].isin(list(district.school_pos))
    rows = np.flatnonzero(bare & known)
    if not len(rows):
        return whole
    people = moves["staff_id"].iloc[rows].map(district.staff_pos).to_numpy(np.int64)
    schools = moves["to_school_id"].iloc[rows].map(district.school_pos).to_numpy(np.int64)
    standing = stand(district, scenario.policy, draw=scenario.file.solve.draw)
    found = ways(scenario.policy, standing, people, schools)
    for name in found:
        moves.loc[rows, name] = found[name].to_numpy()
    return dataclasses.replace(whole, transfers=moves)


def write(outcome: Outcome, scenario: Scenario, out: Path | str) -> Path:
    """Write plan, audit and reports into the folder ``out``, whole or not at all; a former plan there is replaced.

    Raises:
        InputError: the folder cannot be written to.
        ValueError: the outcome has no plan.
    """
    from rotation_planner.audit.writing import audit_json, audit_markdown
    from rotation_planner.plan.staging import to_json
    from rotation_planner.report import write_reports

    out = Path(out)
    plan, verdict = outcome.plan, outcome.audit
    if plan is None or verdict is None:
        raise ValueError("no plan to write")
    with writing(out) as folder:
        started = time.perf_counter()
        (folder / "audit.json").write_text(to_json(audit_json(verdict, scenario.policy)), "utf-8", newline="\n")
        (folder / "audit.md").write_text(
            audit_markdown(verdict, scenario.policy, scenario.district), "utf-8", newline="\n"
        )
        write_reports(folder, scenario.district, scenario.policy, outcome.standing, plan, verdict, scenario.title)
        writing_took = time.perf_counter() - started
        write_plan_files(folder, dataclasses.replace(plan, seconds={**plan.seconds, "writing": writing_took}))
    return out
