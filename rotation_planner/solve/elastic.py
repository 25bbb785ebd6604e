"""Where a program without a solution must give: every row of a rule gets a priced slack, and the least sum is found."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from rotation_planner.model.program import BALANCE, CUT, INFINITY, Array, Program, ProgramArrays, RowBlock
from rotation_planner.solve.engines import Outcome, integer_program, relax

STRUCTURE = (BALANCE, "goal:")


@dataclass(frozen=True)
class Give:
    """A row that must give: its block, its place in the block, and by how much (``below`` its lower bound or above)."""

    block: RowBlock
    place: int
    amount: float
    below: bool


def gives(
    program: Program, arrays: ProgramArrays, *, seconds: float, stop: threading.Event | None = None
) -> tuple[Give, ...] | None:
    """The rows that must give, and by how much in all as little as possible; ``None`` when time ran out."""
    soft = np.ones(program.rows, bool)
    for block in program.blocks:
        if block.rule.startswith((*STRUCTURE, CUT)):
            soft[block.first : block.first + block.count] = False
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    for block in program.blocks:
        if block.rule.startswith(CUT):  # they follow from rules that may give here
            row_upper[block.first : block.first + block.count] = INFINITY
            row_lower[block.first : block.first + block.count] = -INFINITY
    below = np.flatnonzero(soft & np.isfinite(arrays.row_lower))
    above = np.flatnonzero(soft & np.isfinite(arrays.row_upper))
    count = len(below) + len(above)
    # A slack is in people: rows whose coefficients are multiples (shares) give in steps of their smallest one.
    size = np.ones(program.rows)
    for row in np.unique(np.concatenate([below, above])):
        data = np.abs(arrays.matrix.data[arrays.matrix.indptr[row] : arrays.matrix.indptr[row + 1]])
        size[row] = data.min() if len(data) else 1.0
    slack = sp.csr_matrix(
        (
            np.concatenate([size[below], -size[above]]),
            (np.concatenate([below, above]), np.arange(count)),
        ),
        shape=(program.rows, count),
    )
    elastic = ProgramArrays(
        np.append(arrays.lower, np.zeros(count)),
        np.append(arrays.upper, np.full(count, INFINITY)),
        sp.hstack([arrays.matrix, slack], format="csr"),
        row_lower,
        row_upper,
    )
    cost: Array = np.append(np.zeros(program.columns, dtype=np.int64), np.ones(count, dtype=np.int64))
    answer = integer_program(elastic, cost, seconds=seconds / 2, gap=0.0, stop=stop)
    if answer.values is None:
        answer = relax(elastic, cost, seconds=seconds / 2, stop=stop)
    if answer.values is None or answer.outcome is Outcome.UNKNOWN:
        return None
    amounts = answer.values[program.columns :]
    firsts = np.array([block.first for block in program.blocks])
    found = []
    for number in np.flatnonzero(amounts > 1e-6):
        row = int(below[number]) if number < len(below) else int(above[number - len(below)])
        block = program.blocks[int(np.searchsorted(firsts, row, side="right")) - 1]
        found.append(Give(block, row - block.first, float(amounts[number]), bool(number < len(below))))
    return tuple(found)
