"""One method on one district, in the process that `growth` starts for it: what it finds, and when.

Every method gets the same data, standing, rules, goals in levels, and time; its clock starts before its model is built.
What happens is written line by line, so that a run that is ended from outside still tells how far it came.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from rotation_planner.eligibility import Standing, stand
from rotation_planner.model.model import Model
from rotation_planner.plan.plan import Objective
from rotation_planner.report.together import cores
from rotation_planner.run import Outcome, Scenario, load_scenario, write
from rotation_planner.solve import Progress, solve_plan
from rotation_planner.solve.engines import Answer, constraint_program, integer_program
from rotation_planner.solve.engines import Outcome as Known
from rotation_planner.solve.levels import whole_above

Array = np.ndarray[Any, Any]
Solve = Callable[[Any, int, float, "Array | None"], Answer]


class Told:
    """Lines of what happens, with the seconds since the method began."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.begun = time.perf_counter()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.begun

    def line(self, **values: Any) -> None:
        """Keep one line."""
        self._file.write(json.dumps(values) + "\n")
        self._file.flush()

    def point(self, level: int, goal: str, best: float | None, bound: float | None) -> None:
        """A step of a goal: its value and bound in points."""
        self.line(point=[round(self.seconds, 3), level, goal, best, bound])


def this_planner(scenario: Scenario, standing: Standing, seconds: float, seed: int, told: Told) -> None:
    """The planner as it is, its plan judged and written afterwards, outside its time."""
    from rotation_planner.audit import audit_plan
    from rotation_planner.data.scenario import SolveOptions

    def heard(step: Progress) -> None:
        told.point(step.level, step.goal, step.best, step.bound)

    district, policy = scenario.district, scenario.policy
    solution = solve_plan(district, policy, standing, SolveOptions(time_limit=seconds, seed=seed), progress=heard)
    told.line(outcome=str(solution.status), end=told.seconds)
    if solution.plan is None:
        return
    told.line(goals=[[each.id, each.value, each.bound] for each in solution.plan.objectives])
    told.line(build=solution.plan.seconds["model"])
    started = time.perf_counter()
    audit = audit_plan(district, policy, solution.plan)
    told.line(audit=time.perf_counter() - started, passes=audit.passes)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write(
            Outcome(solution.status, solution.plan, audit, standing), scenario, Path(folder) / "plan",
            processes=cores(), published=lambda: told.line(writing=time.perf_counter() - started),
        )  # fmt: skip


class PlainLevels:
    """The usual way: everybody apart, one goal level after the other, each held at what it reached.

    Each level may take an equal part of the time that is left; what it does not need is left to the next ones. Time
    left at the end goes to the first level that is not proven, and to those behind it.
    """

    def __init__(self, model: Model, told: Told, seconds: float) -> None:
        self.model, self.told, self.seconds = model, told, seconds
        self.costs = model.costs_padded()
        self.programs = [model.arrays]
        self.values: Array | None = None
        self.bounds = [-math.inf] * len(self.costs)

    @property
    def left(self) -> float:
        return self.seconds - self.told.seconds

    def run(self, solve: Solve) -> str:
        """All levels, again and again while that helps; in one word what came of it."""
        level, again = 0, False
        while level < len(self.costs) and self.left > 0:
            if not self._from(level, solve, self.left if again else self.left / len(self.costs)):
                return "infeasible"
            level = next((n for n, goal in enumerate(self.goals()) if not Objective(*goal).proven), len(self.costs))
            again = True
        goals = self.goals()
        self.told.line(goals=goals)
        if not goals:
            return "unknown"
        return "optimal" if all(Objective(*goal).proven for goal in goals) else "feasible"

    def _from(self, first: int, solve: Solve, most: float) -> bool:
        """The levels from ``first`` on, that one for ``most`` seconds; False when the rules cannot be kept."""
        del self.programs[first + 1 :]
        for level in range(first, len(self.costs)):
            cost, program = self.costs[level], self.programs[level]
            seconds = most if level == first else self.left / (len(self.costs) - level)
            if seconds <= 0:
                break
            answer = solve(program, level, seconds, self.values)
            if answer.outcome is Known.INFEASIBLE and self.values is None:
                return False
            self.bounds[level] = max(self.bounds[level], whole_above(answer.bound, cost))
            if answer.values is not None and self._better(answer.values, level):
                self.values = self._settled(answer.values)
                self.bounds[level + 1 :] = [-math.inf] * (len(self.costs) - level - 1)  # of what was held before
                self._tell()
            if self.values is not None:
                program = program.with_row(cost.coefficients, float(cost.coefficients @ self.values))
            self.programs.append(program)
        return True

    def _better(self, values: Array, level: int) -> bool:
        """Whether a level gains by these columns (all before it are held)."""
        return self.values is None or float(self.costs[level].coefficients @ (values - self.values)) < 0

    def _settled(self, values: Array) -> Array:
        """The same moves with the columns of later goals as cheap as they allow: a level leaves those loose."""
        free = np.ones(len(values), bool)
        free[self.model.leave] = free[self.model.go] = False
        cost = np.add.reduce([cost.coefficients for cost in self.costs])
        answer = integer_program(self.model.arrays, cost, seconds=60, free=free, fixed=values)
        return values if answer.values is None else answer.values

    def _tell(self) -> None:
        for level, (goal, value, bound) in enumerate(self.goals(), 1):
            self.told.point(level, goal, value, bound if np.isfinite(self.bounds[level - 1]) else None)

    def goals(self) -> list[tuple[str, float, float]]:
        """Every level with value and bound in points, 0 for an unknown bound."""
        if self.values is None:
            return []
        rows = []
        for cost, known in zip(self.costs, self.bounds, strict=True):
            value = float(cost.coefficients @ self.values)
            bound = (min(known, value) + cost.constant) / cost.scale if np.isfinite(known) else 0.0
            rows.append((cost.id, (value + cost.constant) / cost.scale, bound))
        return rows

    def step(self, level: int) -> Callable[[float, float], None]:
        """Tells a level's value and bound while CP-SAT works on it."""
        cost = self.costs[level]

        def tell(value: float, bound: float) -> None:
            self.told.point(
                level + 1, cost.id, (value + cost.constant) / cost.scale, (bound + cost.constant) / cost.scale
            )

        return tell


def plain(engine: str, scenario: Scenario, standing: Standing, seconds: float, seed: int, told: Told) -> None:
    """One boolean per person and open seat, by one engine alone."""
    model = Model(scenario.district, scenario.policy, standing, plain=True)
    told.line(build=told.seconds, columns=model.program.columns, rows=len(model.arrays.row_lower))
    levels = PlainLevels(model, told, seconds)

    def by_highs(program: Any, level: int, share: float, hint: Array | None) -> Answer:
        # A gap of 0 would mean HiGHS's own default, which is wider.
        return integer_program(program, levels.costs[level].coefficients, seconds=share, gap=1e-9, seed=seed)

    def by_cp_sat(program: Any, level: int, share: float, hint: Array | None) -> Answer:
        cost, tell = levels.costs[level].coefficients, levels.step(level)
        return constraint_program(program, cost, seconds=share, workers=0, seed=seed, hint=hint, tell=tell)

    outcome = levels.run(by_highs if engine == "plain-mip" else by_cp_sat)
    told.line(outcome=outcome, end=told.seconds)


def main(folder: str, method: str, seconds: float, seed: int, memory_gb: float, lines: str) -> None:
    """Read the district, then let the method work."""
    limit = int(memory_gb * 1e9)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with open(lines, "w", encoding="utf-8") as file:
        told = Told(file)
        scenario = load_scenario(folder)
        told.line(reading=told.seconds, staff=len(scenario.district.staff), schools=len(scenario.district.schools))
        started = time.perf_counter()
        standing = stand(scenario.district, scenario.policy)
        told.line(standing=time.perf_counter() - started)
        told.begun = time.perf_counter()
        try:
            if method == "planner":
                this_planner(scenario, standing, seconds, seed, told)
            else:
                plain(method, scenario, standing, seconds, seed, told)
        except MemoryError:
            told.line(outcome="out of memory", end=told.seconds)


if __name__ == "__main__":
    _, place, how, limit_s, seed_s, memory_s, target = sys.argv
    main(place, how, float(limit_s), int(seed_s), float(memory_s), target)
