"""Trade-offs: the front of two or three goals of a scenario, and the plans of it that a meeting would look at."""

from __future__ import annotations

import dataclasses
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rotation_planner import __version__
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.run.making import Outcome, _ctrl_c, _interruptible
from rotation_planner.run.scenario import Scenario, load_scenario
from rotation_planner.variants.choosing import Trade, choose
from rotation_planner.variants.front import Answer, Point, Search, balanced
from rotation_planner.variants.fronts import Named, TradeOffs

if TYPE_CHECKING:
    from rotation_planner.eligibility import Standing
    from rotation_planner.model.ground import Ground
    from rotation_planner.model.unpack import Moves
    from rotation_planner.solve import Solution

POINTS = 12
SECONDS = 600.0
BEHIND = 0.25  # of a solve's own time, for what is left of the goals once the plan is chosen
Tell = Callable[[dict[str, Any]], None]


def tradeoffs(
    scenario: Scenario | Path | str,
    goals: Sequence[str] | str,
    *,
    out: Path | str | None = None,
    points: int = POINTS,
    seconds: float = SECONDS,
    time_limit: float | None = None,
    tell: Tell | None = None,
    stop: threading.Event | None = None,
) -> TradeOffs:
    """The plans that cannot be bettered in one of two or three goals without losing in another.

    ``goals``: ids of goal levels, or of one of a level's terms (``even-near-wished:distance``, or ``distance`` alone),
    or ``moves``; every must rule and every earlier level of the pack is held as good as it can be. ``points``: at most
    so many points of the front, spread over it; ``seconds`` for all of it, ``time_limit`` for each plan (the
    scenario's own where not given). ``out``: pages, picture and plans are written there. ``tell`` hears of every solve.
    ``stop``: set it, or press Ctrl-C once, to end with what is found by then.

    Raises:
        InputError: the scenario or a goal cannot be used.
    """
    found = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    keys = [each.strip() for each in goals.split(",")] if isinstance(goals, str) else list(goals)
    trade = choose(found.policy, keys, str(found.file.path.name))
    options = found.file.solve
    if time_limit is not None:
        options = dataclasses.replace(options, time_limit=time_limit)
    stop = stop or threading.Event()
    seeker = _Seeker(found, trade, options, seconds, tell, stop)
    with _ctrl_c(stop):
        made = _interruptible(lambda: seeker.run(max(points, len(keys))), stop)
    if out is not None and made.named:
        from rotation_planner.variants.pages import write_tradeoffs

        write_tradeoffs(made, Path(out))
    return made


def _in_goal(goal: int, point: Point) -> tuple[int, tuple[int, ...]]:
    """How good a point is in one goal, then in all of them."""
    return point.values[goal], point.values


class _Seeker:
    """One search of a front in a scenario."""

    def __init__(
        self,
        scenario: Scenario,
        trade: Trade,
        options: SolveOptions,
        seconds: float,
        tell: Tell | None,
        stop: threading.Event,
    ) -> None:
        from rotation_planner.eligibility import stand

        self.scenario = scenario
        self.trade = trade
        self.options = options
        self.ends = time.monotonic() + seconds
        self.tell = tell
        self.stop = stop
        self.standing: Standing = stand(scenario.district, scenario.policy, draw=options.draw)
        self.held: tuple[Objective, ...] | None = None  # what the held levels reach, once known
        self.failed: Solution | None = None
        self.points: list[Point] = []
        self._ground: Ground | None = None

    def run(self, most: int) -> TradeOffs:
        """Search, then look at the plans that favour something."""
        search = Search(len(self.trade.chosen), self._ask, most=most, enough=self._enough)
        front = search.run()
        if not front.points:
            status = Status.UNKNOWN if self.failed is None else self.failed.status
            why = () if self.failed is None else tuple(each.sentence for each in self.failed.contradictions)
            return TradeOffs(self.scenario, self.trade, (), {}, (), False, front.solves, status, why)
        named = {}
        for favours, point in self._favoured(front.points):
            named[favours[0]] = Named(tuple(favours), point, self._judged(self._finished(point)))
        return TradeOffs(
            self.scenario,
            self.trade,
            front.points,
            named,
            self.held or (),
            front.complete,
            front.solves,
            Status.OPTIMAL if all(each.proven for each in front.points) else Status.FEASIBLE,
            (),
        )

    def _enough(self) -> bool:
        return self.stop.is_set() or time.monotonic() >= self.ends

    @property
    def _limited(self) -> SolveOptions:
        left = max(self.ends - time.monotonic(), 1.0)
        return dataclasses.replace(self.options, time_limit=min(self.options.time_limit, left))

    # ---- solving --------------------------------------------------------------------------------------------------

    def _ask(self, order: Sequence[int], caps: Sequence[float]) -> Answer:
        """Solve with the chosen goals in this order under their caps, told in units."""
        levels = [each.level.id for each in self.trade.chosen]
        units = [float(each.unit) for each in self.trade.chosen]
        most = {name: cap * unit for name, cap, unit in zip(levels, caps, units, strict=True) if cap != float("inf")}
        solution = self._solve(order, most)
        if self.tell is not None:
            self.tell({"solved": True, "order": list(order), "status": solution.status.value})
        if solution.plan is None:
            self.failed = solution
            return Answer(None, impossible=solution.status is Status.INFEASIBLE)
        told = {each.id: each for each in solution.plan.objectives}
        if self.held is None:
            self.held = tuple(told[level.id] for level in self.trade.held)
        values = tuple(round(told[name].value / unit) for name, unit in zip(levels, units, strict=True))
        point = Point(values, all(told[name].proven for name in levels), solution.plan)
        self.points.append(point)
        return Answer(point)

    def _solve(self, order: Sequence[int], most: dict[str, float], *, behind: bool = False) -> Solution:
        from rotation_planner.model.model import Cap
        from rotation_planner.solve import solve_plan

        # A level without a limit among the caps says that what comes before leaves little room.
        caps = {self.trade.chosen[0].level.id: Cap(math.inf), **{name: Cap(value) for name, value in most.items()}}
        if self.held is not None:
            caps |= {each.id: Cap(each.value, goal=False) for each in self.held}
        options = self._limited
        start = self._start(most) if self.points else None
        if behind:
            options = dataclasses.replace(options, time_limit=max(options.time_limit * BEHIND, 1.0))
        policy = self.trade.ordered(list(order), behind=behind)
        return solve_plan(
            self.scenario.district, policy, self.standing, options, stop=self.stop, caps=caps, start=start
        )

    def _start(self, most: Mapping[str, float]) -> Moves | None:
        """The moves of a point that keeps to the caps, the best in the first goal: a solve then begins with a plan."""
        from rotation_planner.answers.keeping import Fates
        from rotation_planner.model.ground import Ground
        from rotation_planner.model.unpack import Moves

        caps = [most.get(each.level.id, math.inf) / float(each.unit) + 1e-6 for each in self.trade.chosen]
        fitting = [each for each in self.points if all(v <= cap for v, cap in zip(each.values, caps, strict=True))]
        if not fitting:
            return None
        if self._ground is None:
            self._ground = Ground(self.scenario.district, self.scenario.policy, self.standing)
        plan: Plan = min(fitting, key=lambda each: each.values).found
        fates = Fates.of(plan.transfers, self._ground.routing)
        person = np.flatnonzero(fates.moves)
        destination = fates.destination[person]
        school = self._ground.destinations.school[destination]
        return Moves(person, destination, school, fates.stage[person], fates.subject[person])

    # ---- the plans that favour something --------------------------------------------------------------------------

    def _favoured(self, points: Sequence[Point]) -> list[tuple[list[str], Point]]:
        """The best plan of each goal, the balanced one, and the one with fewest moves; each plan once, with all that it
        favours."""
        told: list[tuple[str, Point]] = []
        for number, goal in enumerate(self.trade.chosen):
            name = goal.favours if goal.favours not in dict(told) else f"goal-{number + 1}"
            best = min(points, key=partial(_in_goal, number))
            told.append((name if name != "goal" else f"goal-{number + 1}", best))
        if len(points) > len(told):
            told.append(("balanced", balanced(points)))
            if "steady" not in dict(told):
                told.append(("steadiest", min(points, key=lambda each: (len(each.found.transfers), each.values))))
        once: dict[tuple[int, ...], tuple[list[str], Point]] = {}
        for name, point in told:
            once.setdefault(point.values, ([], point))[0].append(name)
        return list(once.values())

    def _finished(self, point: Point) -> Plan:
        """The plan at a point, with what is left of the goals made small too where time allows."""
        plan: Plan = point.found
        if not self.trade.behind or self._enough():
            return plan
        levels = [each.level.id for each in self.trade.chosen]
        units = [float(each.unit) for each in self.trade.chosen]
        most = {name: value * unit for name, value, unit in zip(levels, point.values, units, strict=True)}
        return self._solve(range(len(levels)), most, behind=True).plan or plan

    def _judged(self, plan: Plan) -> Outcome:
        """The plan under the scenario's own policy, its goals counted by the judge; bounds are not known of them."""
        from rotation_planner.audit import audit_plan

        district, policy = self.scenario.district, self.scenario.policy
        bare = dataclasses.replace(plan, objectives=())
        audit = audit_plan(district, policy, bare, draw=self.options.draw)
        held = {each.id: each for each in self.held or ()}
        goals = tuple(
            held[each.id]
            if each.id in held and abs(held[each.id].value - each.value) < 1e-6
            else Objective(each.id, each.value, min(0.0, each.value))
            for each in audit.goals
        )
        whole = dataclasses.replace(
            plan,
            status=Status.FEASIBLE,
            objectives=goals,
            fingerprints=self.scenario.fingerprints,
            version=__version__,
        )
        audit = audit_plan(district, policy, whole, draw=self.options.draw)
        return Outcome(Status.FEASIBLE, whole, audit, self.standing)
