"""The columns that are no moves, each as cheap as the moves allow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rotation_planner.model.model import Cost
from rotation_planner.model.program import Array
from rotation_planner.solve.engines import integer_program
from rotation_planner.solve.searched import Searched

SECONDS = 60.0  # for one search


def settled(model: Searched, costs: Sequence[Cost], values: Array, seconds: float = SECONDS) -> Array:
    """Values with the same moves. All levels are made small at once, or, where one would pay for a later one, each in
    its turn. ``seconds``: for each search, which is a small one."""
    free = np.ones(len(values), bool)
    free[model.leave] = free[model.go] = False
    together = np.add.reduce([cost.coefficients for cost in costs])
    answer = integer_program(model.arrays, together, seconds=seconds, free=free, fixed=values)
    if answer.values is not None and _told(costs, answer.values) <= _told(costs, values):
        return answer.values
    program = model.arrays
    for cost in costs:
        if cost.coefficients[free].any():
            answer = integer_program(program, cost.coefficients, seconds=seconds, free=free, fixed=values)
            values = values if answer.values is None else answer.values
        program = program.with_row(cost.coefficients, float(cost.coefficients @ values))
    return values


def _told(costs: Sequence[Cost], values: Array) -> list[float]:
    return [float(cost.coefficients @ values) for cost in costs]
