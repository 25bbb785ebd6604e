"""What a goal must pay school by school, whatever the other schools do: cuts that raise a level's bound.

Rules that speak of one school only (who may leave, who arrives, posts and staffing there) are taken by themselves: the
least that the goal can be there, in whole people, is a row that every plan keeps. Linear relaxations divide people in
just these rules (a school above its limit that lets in half a teacher), so the rows bring their bounds close to what
whole plans reach.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.model.schools import NOWHERE, within_one
from rotation_planner.solve.engines import TOLERANCE, Outcome, clock, integer_program
from rotation_planner.solve.searched import Searched

SECONDS_EACH = 5.0  # for one school


@dataclass(frozen=True, eq=False)
class Cuts:
    """Rows ``matrix @ x >= least``, one a piece."""

    matrix: sp.csr_matrix
    least: Array

    def on(self, program: ProgramArrays) -> ProgramArrays:
        """The program with these rows."""
        if not len(self.least):
            return program
        return program.with_rows(self.matrix, self.least, np.full(len(self.least), math.inf))


@dataclass(frozen=True, eq=False)
class _Piece:
    """A part of the program that hangs together within one school: ``columns`` stand for lots of columns alike."""

    columns: Array
    program: ProgramArrays


class Local:
    """The pieces of a model, school by school."""

    def __init__(self, model: Searched) -> None:
        arrays, schools = model.arrays, model.column_school
        rows = np.flatnonzero(within_one(arrays.matrix, schools))
        matrix = arrays.matrix[rows]
        stands_for, self._member = _alike(matrix, schools)
        part = sp.csr_matrix(matrix[:, stands_for])
        lower, upper = (np.bincount(self._member, each, len(stands_for)) for each in (arrays.lower, arrays.upper))
        self._members, self._begins = _sorted(self._member)
        columns, at = _sorted(_pieces(part)[0])
        row_order, row_at = _sorted(_pieces(part)[1], len(at) - 1)
        self._pieces: list[_Piece] = []
        for piece in range(len(at) - 1):
            own, own_rows = columns[at[piece] : at[piece + 1]], row_order[row_at[piece] : row_at[piece + 1]]
            if len(own_rows):
                low, high = (each[rows[own_rows]] for each in (arrays.row_lower, arrays.row_upper))
                local = ProgramArrays(lower[own], upper[own], part[own_rows][:, own], low, high)
                self._pieces.append(_Piece(own, local))

    def cuts(self, cost: Array, seconds: float, each: float = SECONDS_EACH) -> Cuts:
        """The least of ``cost`` over every piece, as rows that each plan keeps. Pieces for which the time does not
        suffice, in all or for ``each``, are left out."""
        until = clock() + seconds
        price = np.full(len(self._begins) - 1, math.inf)
        np.minimum.at(price, self._member, cost)  # of columns alike the cheapest price: less than any plan pays
        found = list(self._least(cost, price, until, each))
        row = np.repeat(np.arange(len(found)), [len(columns) for columns, _ in found])
        column = np.concatenate([columns for columns, _ in found]) if found else np.zeros(0, dtype=np.int64)
        matrix = sp.csr_matrix((cost[column].astype(float), (row, column)), shape=(len(found), len(cost)))
        return Cuts(matrix, np.array([least for _, least in found]))

    def _least(self, cost: Array, price: Array, until: float, seconds: float) -> Iterator[tuple[Array, float]]:
        """Columns of each piece and the least that their cost can come to, where bounds alone do not say as much."""
        for piece in self._pieces:
            prices, program = price[piece.columns], piece.program
            if not prices.any():
                continue
            if clock() >= until:
                return
            answer = integer_program(program, prices, seconds=seconds)
            if answer.outcome is Outcome.UNKNOWN or not math.isfinite(answer.bound):
                continue
            least = math.ceil(answer.bound - TOLERANCE * max(1.0, abs(answer.bound)))
            anyway = float(np.where(prices > 0, prices * program.lower, prices * program.upper).sum())
            if least > anyway + TOLERANCE:
                columns = [self._members[self._begins[each] : self._begins[each + 1]] for each in piece.columns]
                kept = np.concatenate(columns)
                yield kept[cost[kept] != 0], float(least)


def _alike(matrix: sp.csr_matrix, schools: Array) -> tuple[Array, Array]:
    """Columns that have the same entries in all rows: one that stands for each lot, and the lot of every column."""
    draw = np.random.default_rng(0).random((2, matrix.shape[0]))
    told = np.stack([schools.astype(float), *(matrix.T @ each for each in draw)])
    order = np.lexsort(told)
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(told[:, order], axis=1) != 0).any(axis=0)
    # Columns of rules stay apart: their prices and bounds are their own.
    new |= schools[order] == NOWHERE
    member = np.empty(len(order), dtype=np.int64)
    member[order] = np.cumsum(new) - 1
    return order[new], member


def _pieces(matrix: sp.csr_matrix) -> tuple[Array, Array]:
    """The piece of every column and of every row: what hangs together through rows."""
    from scipy.sparse.csgraph import connected_components  # loads slowly: only for districts that need pieces

    rows = matrix.shape[0]
    graph = sp.bmat([[None, matrix], [matrix.T, None]], format="csr")
    piece = connected_components(graph, directed=False)[1]
    return piece[rows:], piece[:rows]


def _sorted(code: Array, count: int | None = None) -> tuple[Array, Array]:
    """Positions sorted by code, and where each code begins (and the last ends)."""
    count = int(code.max(initial=-1)) + 1 if count is None else count
    order = np.argsort(code, kind="stable")
    return order, np.searchsorted(code[order], np.arange(count + 1))
