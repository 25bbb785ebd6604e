"""The only module that touches the solvers: linear relaxations and integer programs by HiGHS, and CP-SAT.

Every answer says what is known; nothing is ever read from a solver whose status does not allow it.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from typing import Any

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    parameters_pb2,
    result_pb2,
)
from ortools.math_opt.core.python import solver as mathopt
from ortools.math_opt.python import init_arguments
from ortools.sat.python import cp_model
from ortools.util.python.pybind_solve_interrupter import PySolveInterrupter
from pybind11_abseil.status import StatusNotOk

from rotation_planner.model.program import ProgramArrays

Array = np.ndarray[Any, Any]
TOLERANCE = 1e-6
CUTOFF = 0.9  # of a step: values are whole
ROUGH = {"dual_residual_tolerance": 1.0, "optimality_tolerance": 1e-2}  # of an inner point's prices


class Outcome(StrEnum):
    """What a solver knows at its end."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class Method(StrEnum):
    """How a relaxation is solved: ``INNER`` by barrier steps that stop inside the set of best solutions instead of at
    a corner of it; its duals tell more columns apart."""

    SIMPLEX = "simplex"
    BARRIER = "barrier"
    INNER = "inner"


@dataclass(frozen=True, eq=False)
class Answer:
    """``values`` are columns of the best solution (``None``: none found); ``value`` and ``bound`` in whole cost units
    without the constant; ``duals`` (per row) and ``reduced`` costs (per column) of a relaxation."""

    outcome: Outcome
    values: Array | None
    value: float
    bound: float
    reduced: Array | None = None
    duals: Array | None = None


def engine_versions() -> str:
    """Name and version of the solver package."""
    return f"OR-Tools {version('ortools')} (CP-SAT, HiGHS)"


# ---- HiGHS -----------------------------------------------------------------------------------------------------------

_BOUNDED = {
    result_pb2.TERMINATION_REASON_OPTIMAL: Outcome.OPTIMAL,
    result_pb2.TERMINATION_REASON_INFEASIBLE: Outcome.INFEASIBLE,
    result_pb2.TERMINATION_REASON_FEASIBLE: Outcome.FEASIBLE,
}


def _proto(program: ProgramArrays, cost: Array, *, integer: bool, lower: Array, upper: Array) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    count = len(lower)
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(lower)
    proto.variables.upper_bounds.extend(upper)
    proto.variables.integers.extend(np.full(count, integer))
    priced = np.flatnonzero(cost)
    proto.objective.linear_coefficients.ids.extend(priced)
    proto.objective.linear_coefficients.values.extend(cost[priced].astype(float))
    rows = len(program.row_lower)
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(program.row_lower)
    proto.linear_constraints.upper_bounds.extend(program.row_upper)
    matrix = program.matrix.tocsr()
    matrix.sort_indices()
    entries = proto.linear_constraint_matrix
    entries.row_ids.extend(np.repeat(np.arange(rows), np.diff(matrix.indptr)))
    entries.column_ids.extend(matrix.indices)
    entries.coefficients.extend(matrix.data)
    return proto


def _highs(
    proto: model_pb2.ModelProto,
    seconds: float,
    gap: float,
    seed: int,
    stop: threading.Event | None,
    method: Method = Method.SIMPLEX,
    below: float | None = None,
    presolve: bool = True,
) -> result_pb2.SolveResultProto | None:
    """One run of HiGHS; ``None`` when it failed or its time was over before it began. ``below``: only solutions below
    this value count, and the effort goes into the proof that there is none."""
    if seconds <= 0 or (stop is not None and stop.is_set()):
        return None
    parameters = parameters_pb2.SolveParametersProto()
    parameters.time_limit.FromNanoseconds(int(seconds * 1e9))
    parameters.random_seed = seed
    parameters.relative_gap_tolerance = gap  # said also when 0: HiGHS alone would stop at 0.01 %
    if below is not None:
        parameters.highs.double_options["objective_bound"] = below
        parameters.highs.double_options["mip_heuristic_effort"] = 0.0
    if not presolve:
        parameters.highs.string_options["presolve"] = "off"
    if method is Method.INNER:
        parameters.highs.string_options["run_crossover"] = "off"
        # Prices put back where presolve has left columns out are off in a few of them now and then, for which HiGHS
        # would throw the whole answer away: what they prove is counted from them as they are.
        for name, tolerance in ROUGH.items():
            parameters.highs.double_options[name] = tolerance
    if method is not Method.SIMPLEX:
        parameters.lp_algorithm = parameters_pb2.LP_ALGORITHM_BARRIER
    interrupter = PySolveInterrupter()
    done = threading.Event()
    if stop is not None:
        threading.Thread(target=_forward, args=(stop, done, interrupter), daemon=True).start()
    try:
        return mathopt.solve(
            proto,
            parameters_pb2.SOLVER_TYPE_HIGHS,
            init_arguments.StreamableSolverInitArguments().to_proto(),
            parameters,
            model_parameters_pb2.ModelSolveParametersProto(),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            interrupter,
        )
    except StatusNotOk:  # a failed run is "unknown", never a verdict
        return None
    finally:
        done.set()


def _forward(stop: threading.Event, done: threading.Event, interrupter: PySolveInterrupter) -> None:
    """Pass a wish to stop on to a running solver."""
    while not done.is_set():
        if stop.wait(0.1):
            interrupter.interrupt()
            return


def relax(
    program: ProgramArrays,
    cost: Array,
    *,
    seconds: float,
    stop: threading.Event | None = None,
    method: Method = Method.SIMPLEX,
    presolve: bool = True,
) -> Answer:
    """The linear relaxation: its value is a bound for every whole solution; with reduced costs when solved. Of
    ``Method.INNER`` there is no bound, as its prices may be rough: it is for the caller to count what they prove.
    ``presolve``: whether the program is made smaller first, in which barrier steps may get lost."""
    proto = _proto(program, cost, integer=False, lower=program.lower, upper=program.upper)
    result = _highs(proto, seconds, 0.0, 0, stop, method, presolve=presolve)
    if result is None:
        return Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
    outcome = _BOUNDED.get(result.termination.reason, Outcome.UNKNOWN)
    if outcome is not Outcome.OPTIMAL:
        return Answer(outcome if outcome is Outcome.INFEASIBLE else Outcome.UNKNOWN, None, math.inf, -math.inf)
    solution = result.solutions[0]
    values = _dense(solution.primal_solution.variable_values, program.lower)
    duals = _dense(solution.dual_solution.dual_values, program.row_lower)
    reduced = cost - program.weighed(duals)
    value = float(cost @ values)
    bound = -math.inf if method is Method.INNER else value
    return Answer(Outcome.OPTIMAL, values, value, bound, reduced, duals)


def _dense(sparse: Any, like: Array) -> Array:
    dense = np.zeros(len(like))
    dense[np.asarray(sparse.ids, dtype=np.int64)] = np.asarray(sparse.values)
    return dense


def part_of(
    program: ProgramArrays, cost: Array, free: Array | None, fixed: Array | None
) -> tuple[ProgramArrays, Array, Array, float]:
    """The program over its free columns, the others standing at ``fixed``: with the standing values, the mask, and what
    the others cost."""
    free = np.ones(len(program.lower), bool) if free is None else free
    base = (program.lower if fixed is None else fixed).astype(float)
    rest = program.activity(np.where(free, 0.0, base))
    part = ProgramArrays(
        program.lower[free],
        program.upper[free],
        program.over(free),
        program.row_lower - rest,
        program.row_upper - rest,
    )
    return part, base, free, float(cost[~free] @ base[~free])


def integer_program(
    program: ProgramArrays,
    cost: Array,
    *,
    seconds: float,
    gap: float = 0.0,
    seed: int = 0,
    free: Array | None = None,
    fixed: Array | None = None,
    stop: threading.Event | None = None,
    below: float | None = None,
    presolve: bool = True,
) -> Answer:
    """The integer program by HiGHS, over the columns ``free`` (all when ``None``), the others standing at ``fixed``.

    ``below``: asks only whether there is a solution of less than this value; ``INFEASIBLE`` then says that there is
    none, and a bound is never above it. ``presolve``: whether the program is made smaller first, which takes its time.
    """
    part, base, free, offset = part_of(program, cost, free, fixed)
    lower, upper = part.lower, part.upper
    proto = _proto(part, cost[free], integer=True, lower=lower, upper=upper)
    cutoff = None if below is None else below - offset - CUTOFF
    result = _highs(proto, seconds, gap, seed, stop, below=cutoff, presolve=presolve)
    if result is None:
        return Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
    outcome = _BOUNDED.get(result.termination.reason, Outcome.UNKNOWN)
    bound = offset + result.termination.objective_bounds.dual_bound
    if below is not None:  # what a solution at or above it says of the bound is no proof beyond it
        bound = min(bound, below)
        over = offset + result.termination.objective_bounds.primal_bound >= below - CUTOFF
        if outcome is Outcome.INFEASIBLE or (outcome is Outcome.OPTIMAL and over):
            return Answer(Outcome.INFEASIBLE, None, math.inf, below)
    if not result.solutions:
        return Answer(outcome if outcome is Outcome.INFEASIBLE else Outcome.UNKNOWN, None, math.inf, bound)
    values = base.copy()
    values[free] = np.round(_dense(result.solutions[0].primal_solution.variable_values, lower))
    if program.violation(values) > TOLERANCE:  # rounding to whole numbers must not break a row
        return Answer(Outcome.UNKNOWN, None, math.inf, bound)
    value = float(cost @ values)
    return Answer(outcome if outcome is not Outcome.INFEASIBLE else Outcome.FEASIBLE, values, value, min(bound, value))


# ---- CP-SAT ----------------------------------------------------------------------------------------------------------


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells every better solution as it is found; called from the solver's threads."""

    def __init__(self, tell: Callable[[float, float], None]) -> None:
        super().__init__()
        self._tell = tell

    def on_solution_callback(self) -> None:
        self._tell(self.objective_value, self.best_objective_bound)


def constraint_program(
    program: ProgramArrays,
    cost: Array,
    *,
    seconds: float,
    gap: float = 0.0,
    workers: int = 1,
    seed: int = 0,
    hint: Array | None = None,
    free: Array | None = None,
    bound: float = -math.inf,
    tell: Callable[[float, float], None] | None = None,
    stop: threading.Event | None = None,
) -> Answer:
    """The integer program by CP-SAT, exact in whole numbers; columns outside ``free`` stand at ``hint``.

    ``bound``: a bound proven elsewhere, which CP-SAT may take as given.
    """
    if seconds <= 0 or (stop is not None and stop.is_set()):
        return Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
    part, base, free, offset = part_of(program, cost, free, hint)
    prices = cost[free]
    model = cp_model.CpModel()
    columns = [model.new_int_var(int(low), int(high), "") for low, high in zip(part.lower, part.upper, strict=True)]
    matrix = part.matrix.tocsr()
    for row in range(len(part.row_lower)):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        chosen = [columns[column] for column in matrix.indices[entries]]
        total = cp_model.LinearExpr.weighted_sum(chosen, [int(value) for value in matrix.data[entries]])
        low, high = part.row_lower[row], part.row_upper[row]
        model.add_linear_constraint(
            total,
            cp_model.INT_MIN if not np.isfinite(low) else int(low),
            cp_model.INT_MAX if not np.isfinite(high) else int(high),
        )
    priced = np.flatnonzero(prices)
    goal = cp_model.LinearExpr.weighted_sum([columns[c] for c in priced], [int(prices[c]) for c in priced])
    if len(priced):
        model.minimize(goal)
        if np.isfinite(bound):
            model.add(goal >= math.ceil(bound - offset - TOLERANCE))
    if hint is not None:
        for column, value in zip(columns, hint[free], strict=True):
            model.add_hint(column, round(float(value)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.relative_gap_limit = gap
    solver.parameters.catch_sigint_signal = False
    watch = _Watch(lambda value, bound: tell(value + offset, bound + offset)) if tell is not None else None
    done = threading.Event()
    if stop is not None:
        threading.Thread(target=_stop_when, args=(stop, done, solver), daemon=True).start()
    try:
        status = solver.solve(model, watch)
    finally:
        done.set()
    if status == cp_model.INFEASIBLE:
        return Answer(Outcome.INFEASIBLE, None, math.inf, math.inf)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
    values = base.copy()
    values[free] = [solver.value(column) for column in columns]
    value = float(cost @ values)
    reached = value if status == cp_model.OPTIMAL and gap == 0 else float(solver.best_objective_bound) + offset
    return Answer(Outcome.OPTIMAL if status == cp_model.OPTIMAL else Outcome.FEASIBLE, values, value, reached)


def _stop_when(stop: threading.Event, done: threading.Event, solver: cp_model.CpSolver) -> None:
    while not done.is_set():
        if stop.wait(0.1):
            while not done.wait(0.1):  # the search may not have begun yet: ask until it has ended
                solver.stop_search()
            return


def clock() -> float:
    """Seconds of a clock that never goes back."""
    return time.monotonic()
