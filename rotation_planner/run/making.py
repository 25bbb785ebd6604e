"""From a scenario to a plan that is judged and written."""

from __future__ import annotations

import contextvars
import dataclasses
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from rotation_planner import __version__
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.plan.files import completed, read_plan
from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.plan.showing import as_html
from rotation_planner.run.scenario import Scenario
from rotation_planner.words import say

if TYPE_CHECKING:
    from rotation_planner.answers.starting import Start
    from rotation_planner.audit.result import Audit, LeftUndone
    from rotation_planner.data.showing import Page
    from rotation_planner.eligibility import Standing
    from rotation_planner.model.model import LevelBefore
    from rotation_planner.report.notebook import Gallery
    from rotation_planner.report.turnover import Turnover
    from rotation_planner.solve import Contradiction, Progress
    from rotation_planner.solve.verifying import Verification

Answer = TypeVar("Answer")
SURELY = 5  # so many people of whom none is known are no slips
FOR_THE_START = 0.3  # of the time, for making a given plan fit
MOST_PLACES = 200_000  # candidates times schools of a district whose plan is searched for improvements
SEARCH = 20.0  # seconds at most, a fifth of the time limit, to search a plan not proven best for improvements


@dataclass(frozen=True, eq=False)
class Outcome:
    """What making a plan came to.

    ``plan`` and ``audit`` are ``None`` where there is no plan; ``contradictions`` then say why, where it is proven that
    there can be none. ``interrupted``: stopped by hand before it was done. ``seconds`` by phase. ``before``: what the
    goal levels reached that were put before the policy's own.
    """

    status: Status
    plan: Plan | None
    audit: Audit | None
    standing: Standing
    contradictions: tuple[Contradiction, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    interrupted: bool = False
    before: tuple[Objective, ...] = ()

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
        from rotation_planner.report.notebook import outcome_html

        return outcome_html(str(self), self._turnover)

    @property
    def _turnover(self) -> Turnover:
        from rotation_planner.report.turnover import Turnover

        if self.plan is None or self.audit is None:
            raise ValueError(str(self))
        facts, policy = self.standing.facts, self.standing.selecting.policy
        return Turnover(facts.district, policy, self.standing, self.plan, self.audit)

    @property
    def pictures(self) -> Gallery:
        """The pictures of the plan by name; each shows itself in a notebook.

        Raises:
            ValueError: there is no plan.
        """
        from rotation_planner.report.notebook import Gallery

        return Gallery(self._turnover)

    def school(self, school: str) -> Page:
        """Who leaves, arrives and stays at the school of this code or name, as its principal reads it.

        Raises:
            KeyError: no school has this code or name.
            ValueError: there is no plan.
        """
        from rotation_planner.report.notebook import school_page

        return school_page(self._turnover, school)


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
    before: Callable[[Standing], Sequence[LevelBefore]] | None = None,
    start: Plan | Path | str | None = None,
    verify: bool = False,
    search: float = SEARCH,
) -> Outcome:
    """Make the yearly plan and judge it; nothing is written.

    ``options``: how to solve, the scenario's own where not given. ``progress`` is called now and then, from another
    thread. ``stop``: set it, or press Ctrl-C once, and the best plan found so far is the outcome; a second Ctrl-C ends
    at once. ``before``: goal levels that come before the policy's own; what they reach is told in ``Outcome.before``.
    ``start``: a plan to begin with, made by hand or last year's; where today's rules break it, it is repaired with the
    fewest changes, or left aside. ``verify``: look at the goals a second time by the other engine (small districts);
    what both came to is told in ``plan.more``. ``search``: seconds to look for what a plan not proven best leaves
    undone; with 0 it is not looked for.

    Raises:
        InputError: the start cannot be read.
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
        levels = () if before is None else tuple(before(standing))
    with phase("solving"):
        more: dict[str, Any] = {"before": levels} if levels else {}
        began = time.perf_counter()
        begun = None if start is None else _begun(scenario, start, standing, options, stop)
        left = max(options.time_limit - (time.perf_counter() - began), 1.0)
        timed = options if begun is None else dataclasses.replace(options, time_limit=left)
        if begun is not None and begun.moves is not None:
            more["start"] = begun.moves
        solution = _interruptible(
            lambda: solve_plan(district, policy, standing, timed, progress=progress, stop=stop, lots=True, **more), stop
        )
    if verify and solution.status is Status.INFEASIBLE and not levels:
        second = _verified(scenario, standing, None, options, stop)
        if second.outcome.value == "differs":
            solution = dataclasses.replace(solution, status=Status.UNKNOWN, contradictions=())
    if solution.plan is None:
        return Outcome(
            solution.status, None, None, standing, solution.contradictions, phase.seconds, solution.interrupted
        )
    told: dict[str, Any] = {} if begun is None else {"start": begun.as_dict()}
    if begun is not None and begun.by_clock and "repeatable" in solution.plan.more:
        told["repeatable"] = False
    # The policy's own goals are the plan's; what came before them is told beside.
    first = solution.plan.objectives[: len(levels)]
    found = dataclasses.replace(solution.plan, objectives=solution.plan.objectives[len(levels) :])
    with phase("audit"):
        verdict = audit_plan(district, policy, found, draw=options.draw)
    if search > 0 and not levels:  # a plan that serves another level first may be bettered in the policy's goals alone
        with phase("improvements"):
            undone = _undone(scenario, found, standing, search, stop)
            verdict = dataclasses.replace(verdict, undone=undone)
    status = solution.status
    if verify and not levels:
        with phase("verification"):
            second = _verified(scenario, standing, found, options, stop)
        told["verification"] = second.as_dict()
        if second.outcome.value == "differs":  # neither engine's proof is told as one
            status = Status.FEASIBLE
            bare = tuple(Objective(each.id, each.value, min(0.0, each.value)) for each in found.objectives)
            found = dataclasses.replace(found, status=status, objectives=bare)
            if "draw" in found.more:
                told["draw"] = {**found.more["draw"], "decided": False}
    plan = dataclasses.replace(
        found,
        more={**found.more, **told},
        seconds=_seconds(phase.seconds, solution.plan.seconds),
        seed=options.seed,
        fingerprints=scenario.fingerprints,
        version=__version__,
    )
    return Outcome(status, plan, verdict, standing, (), phase.seconds, solution.interrupted, first)


def _undone(scenario: Scenario, plan: Plan, standing: Standing, seconds: float, stop: threading.Event) -> LeftUndone:
    """Whether a change of few would better the plan; of a large district the search would take longer than the plan."""
    from rotation_planner.answers.improving import left_undone
    from rotation_planner.audit.result import LeftUndone

    places = int(standing.candidate.sum()) * len(scenario.district.schools)
    if places > MOST_PLACES and plan.status is not Status.OPTIMAL:
        return LeftUndone("not searched", say("undone.too_large"))
    return left_undone(scenario.district, scenario.policy, plan, standing, seconds=seconds, stop=stop)


def _begun(
    scenario: Scenario, start: Plan | Path | str, standing: Standing, options: SolveOptions, stop: threading.Event
) -> Start:
    """The given plan as a start, within a part of the time."""
    from rotation_planner.answers.starting import start_from

    given = complete(scenario, start if isinstance(start, Plan) else read_plan(start))
    seconds = options.time_limit * FOR_THE_START
    district, policy = scenario.district, scenario.policy
    return _interruptible(
        lambda: start_from(district, policy, standing, given.transfers, options, seconds=seconds, stop=stop), stop
    )


def _verified(
    scenario: Scenario, standing: Standing, plan: Plan | None, options: SolveOptions, stop: threading.Event
) -> Verification:
    from rotation_planner.solve.verifying import verify

    return _interruptible(lambda: verify(scenario.district, scenario.policy, standing, plan, options, stop=stop), stop)


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
    """The plan with blank cells filled from the data; rows without a way of moving get that of the policy.

    Raises:
        InputError: none of several people of the plan is in the roster, so that it is a plan of something else. One or
            two may be misspelt: the audit tells them.
    """
    from rotation_planner.eligibility import stand
    from rotation_planner.eligibility.routing import Routing
    from rotation_planner.eligibility.ways import ways

    district = scenario.district
    whole = completed(plan, district)
    moves = whole.transfers
    if len(moves) >= SURELY and not moves["staff_id"].isin(list(district.staff_pos)).any():
        first = str(moves["staff_id"].iloc[0])
        values = {"count": len(moves), "title": scenario.title}
        raise InputError([Problem(Severity.ERROR, "plan_elsewhere", "transfers.csv", None, "staff_id", first, values)])
    bare = (moves[["mode", "personnel_file_moves", "until"]] == "").all(axis=1)
    known = moves["staff_id"].isin(list(district.staff_pos)) & moves["to_school_id"].isin(list(district.school_pos))
    rows = np.flatnonzero(bare & known)
    if not len(rows):
        return whole
    people = moves["staff_id"].iloc[rows].map(district.staff_pos).to_numpy(np.int64)
    schools = moves["to_school_id"].iloc[rows].map(district.school_pos).to_numpy(np.int64)
    standing = stand(district, scenario.policy, draw=scenario.file.solve.draw)
    routing = Routing(standing.selecting, scenario.policy)
    departments = moves["to_department"].iloc[rows].tolist()
    places = routing.reached(people, schools, departments, [""] * len(rows))
    led = places >= 0
    found = ways(routing, standing, people[led], places[led])
    for name in found:
        moves.loc[rows[led], name] = found[name].to_numpy()
    return dataclasses.replace(whole, transfers=moves)


def recounted(scenario: Scenario, plan: Plan) -> Plan:
    """The plan with the scenario's goals as the judge counts them: a hand-made one tells none. A bound is kept where
    the plan's own value is the one counted; elsewhere nothing is known."""
    told = {each.id: each for each in plan.objectives}
    goals = tuple(
        told[each.id]
        if each.id in told and abs(told[each.id].value - each.value) <= 1e-6 * max(1.0, abs(each.value))
        else Objective(each.id, each.value, -math.inf)
        for each in audit(scenario, dataclasses.replace(plan, objectives=())).goals
    )
    return dataclasses.replace(complete(scenario, plan), objectives=goals)
