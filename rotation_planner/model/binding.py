"""What the rows of a model tell before any solving: rules that no plan can break, and shares and numbers that clash or
that follow from each other.

Everything here reads the program's arrays only. A row is known by the least and the most that it can come to while
every column keeps its own bounds, and nobody leaves who has no open place. What is told is therefore certain; what is
not told may still be so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy.sparse as sp

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import ranked
from rotation_planner.model.model import Model
from rotation_planner.model.program import BALANCE, CUT, ProgramArrays, RowBlock
from rotation_planner.model.registry import CONSTRAINTS
from rotation_planner.policy.kinds import Rule

NO_RULE = (BALANCE, "goal:", CUT)
COUNTED = frozenset({"share", "count"})
SLIGHT = 1e-9


class Sort(StrEnum):
    """What is certain of a row of a share or a number."""

    FEW = "few"  # a floor above the most that its own people can come to
    MANY = "many"  # a cap below the least
    CLASH = "clash"  # a floor above what the rows of another rule let pass
    FLOOR_IMPLIED = "floor_implied"  # a floor that the floors of another rule bring about
    CAP_IMPLIED = "cap_implied"  # a cap that the caps of another rule keep


@dataclass(frozen=True, eq=False)
class Remark:
    """One finding: its sort, the row it is about (a block and a place in it), what the row asks for, what it can come
    to (or what the other rule brings about), and the other rule."""

    sort: Sort
    block: RowBlock
    place: int
    asked: float
    found: float
    other: str = ""


def column_bounds(model: Model) -> tuple[Array, Array]:
    """Bounds of the columns, tightened by one look at who has an open place at all."""
    arrays = model.arrays
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for block in model.program.blocks:
        if block.rule != BALANCE:
            continue
        part = arrays.matrix[block.first : block.first + block.count].tocoo()
        for sign in (1, -1):  # what goes along the arcs is what leaves the groups
            one, other = part.data * sign > 0, part.data * sign < 0
            most = np.bincount(
                part.row[other], np.abs(part.data[other]) * upper[part.col[other]], minlength=block.count
            )
            allowed = most[part.row[one]] / np.abs(part.data[one])
            np.minimum.at(upper, part.col[one], np.floor(allowed + SLIGHT))
    return lower, np.maximum(lower, upper)


def activities(arrays: ProgramArrays, lower: Array, upper: Array) -> tuple[Array, Array]:
    """The least and the most that every row can come to within these bounds of the columns."""
    positive, negative = arrays.matrix.maximum(0), arrays.matrix.minimum(0)
    return positive @ lower + negative @ upper, positive @ upper + negative @ lower


def idle(model: Model) -> frozenset[str]:
    """Rules of the model (must-rules and ranked should-rules) that no choice of movers and places can break: they have
    no row, or every row holds at every value of its columns."""
    lower, upper = column_bounds(model)
    least, most = activities(model.arrays, lower, upper)
    loose = (least >= model.arrays.row_lower - SLIGHT) & (most <= model.arrays.row_upper + SLIGHT)
    binding = {block.rule for block in model.program.blocks if not loose[block.first : block.first + block.count].all()}
    return frozenset(rule.id for rule in posted(model) if rule.id not in binding)


def posted(model: Model) -> list[Rule]:
    """The rules that the model states as rows: must-rules, and should-rules that a goal level pays for."""
    return [rule for rule in model.policy.active if rule.kind in CONSTRAINTS and (rule.force == "must" or ranked(rule))]


def row_counts(model: Model) -> dict[str, tuple[int, int]]:
    """Of every rule of the model: how many rows it has, and how many of them some choice can break."""
    lower, upper = column_bounds(model)
    least, most = activities(model.arrays, lower, upper)
    tight = (least < model.arrays.row_lower - SLIGHT) | (most > model.arrays.row_upper + SLIGHT)
    found = {rule.id: (0, 0) for rule in posted(model)}
    for block in model.program.blocks:
        if block.rule in found:
            rows, binding = found[block.rule]
            some = int(tight[block.first : block.first + block.count].sum())
            found[block.rule] = (rows + block.count, binding + some)
    return found


class _Rows:
    """The rows of a model that are told of, and the columns of each."""

    def __init__(self, model: Model) -> None:
        self.arrays = model.arrays
        self.lower, self.upper = column_bounds(model)
        self.least, self.most = activities(self.arrays, self.lower, self.upper)
        counted = {rule.id for rule in model.policy.active if rule.kind in COUNTED}
        # Slacks stand in the rows of should-rules: they can always give, and nothing is certain of them.
        hard = {rule.id for rule in model.policy.active if rule.force == "must"}
        blocks = [block for block in model.program.blocks if not block.rule.startswith(NO_RULE)]
        self.counted = [block for block in blocks if block.rule in counted and block.rule in hard]
        self.capping = [block for block in blocks if block.rule in hard and self._capping(block)]

    def row(self, row: int) -> tuple[Array, Array]:
        """Columns and coefficients of a row."""
        part = slice(self.arrays.matrix.indptr[row], self.arrays.matrix.indptr[row + 1])
        return self.arrays.matrix.indices[part], self.arrays.matrix.data[part]

    def _capping(self, block: RowBlock) -> bool:
        part = self.arrays.matrix[block.first : block.first + block.count]
        above = self.arrays.row_upper[block.first : block.first + block.count]
        return bool(np.isfinite(above).any()) and bool((part.data >= 0).all()) and part.nnz > 0

    def owners(self, block: RowBlock) -> tuple[Array, Array]:
        """For each column the row of a block that holds it (-1: none, or with a coefficient below 1), and how often."""
        part = sp.coo_matrix(self.arrays.matrix[block.first : block.first + block.count])
        owner = np.full(self.arrays.matrix.shape[1], -1, dtype=np.int64)
        counting = part.data >= 1 - SLIGHT
        owner[part.col[counting]] = part.row[counting]
        return owner, np.bincount(part.col, minlength=self.arrays.matrix.shape[1])

    def let_pass(self, row: int, block: RowBlock, owner: Array) -> float:
        """The most that a row of single people can come to where the caps of a block hold."""
        columns, _ = self.row(row)
        above = self.arrays.row_upper[block.first : block.first + block.count]
        free = self.upper[columns]
        inside = owner[columns] >= 0
        sums = np.bincount(owner[columns[inside]], free[inside], minlength=block.count)
        return float(np.minimum(sums, np.where(np.isfinite(above), above, np.inf)).sum() + free[~inside].sum())

    def brought_about(self, row: int, block: RowBlock) -> float:
        """The least that a row of single people comes to where the floors of a block hold whose people it counts."""
        inside = np.zeros(self.arrays.matrix.shape[1], bool)
        inside[self.row(row)[0]] = True
        part = self.arrays.matrix[block.first : block.first + block.count]
        below = self.arrays.row_lower[block.first : block.first + block.count]
        taken = np.zeros(self.arrays.matrix.shape[1], bool)
        total = 0.0
        filled = np.flatnonzero(np.isfinite(below) & (below > 0) & (np.diff(part.indptr) > 0))
        for place in filled[inside[part.indices[part.indptr[filled]]]]:
            columns = part.indices[part.indptr[place] : part.indptr[place + 1]]
            values = part.data[part.indptr[place] : part.indptr[place + 1]]
            if inside[columns].all() and not taken[columns].any() and (values == 1).all():
                taken[columns] = True
                total += float(below[place])
        return total


def remarks(model: Model) -> Iterator[Remark]:
    """What is certain of the shares and numbers that must hold, row by row, in the order of the policy."""
    rows = _Rows(model)
    arrays = rows.arrays
    owners = {id(block): rows.owners(block)[0] for block in rows.capping}
    for block in rows.counted:
        for place in range(block.count):
            row = block.first + place
            floor, cap = arrays.row_lower[row], arrays.row_upper[row]
            if np.isfinite(floor) and rows.most[row] < floor - SLIGHT:
                yield Remark(Sort.FEW, block, place, floor, rows.most[row])
                continue
            if np.isfinite(cap) and rows.least[row] > cap + SLIGHT:
                yield Remark(Sort.MANY, block, place, cap, rows.least[row])
                continue
            columns, values = rows.row(row)
            if not len(columns) or not (values == 1).all():
                continue
            if np.isfinite(floor) and floor > 0:
                yield from _floor(rows, block, place, owners)
            if np.isfinite(cap) and rows.most[row] > cap:
                yield from _cap(rows, block, place, owners)


def _floor(rows: _Rows, block: RowBlock, place: int, owners: dict[int, Array]) -> Iterator[Remark]:
    row = block.first + place
    floor = float(rows.arrays.row_lower[row])
    for other in rows.capping:
        passing = rows.let_pass(row, other, owners[id(other)])
        if other.rule != block.rule and passing < floor - SLIGHT:
            yield Remark(Sort.CLASH, block, place, floor, passing, other.rule)
    for other in rows.counted:
        if other.rule != block.rule:
            brought = rows.brought_about(row, other)
            if brought >= floor - SLIGHT and not _mutual(rows, block, place, other):
                yield Remark(Sort.FLOOR_IMPLIED, block, place, floor, brought, other.rule)


def _cap(rows: _Rows, block: RowBlock, place: int, owners: dict[int, Array]) -> Iterator[Remark]:
    row = block.first + place
    cap = float(rows.arrays.row_upper[row])
    for other in rows.capping:
        if other.rule != block.rule and id(other) in owners:
            passing = rows.let_pass(row, other, owners[id(other)])
            if passing <= cap + SLIGHT and other in rows.counted and not _mutual(rows, block, place, other):
                yield Remark(Sort.CAP_IMPLIED, block, place, cap, passing, other.rule)


def _mutual(rows: _Rows, block: RowBlock, place: int, other: RowBlock) -> bool:
    """Whether an earlier rule states the very same row: then only the later one is told as implied."""
    if other.first < block.first:
        return False
    row = block.first + place
    columns, _ = rows.row(row)
    for each in range(other.first, other.first + other.count):
        same = np.array_equal(np.sort(rows.row(each)[0]), np.sort(columns))
        if same and (rows.arrays.row_lower[each], rows.arrays.row_upper[each]) == (
            rows.arrays.row_lower[row],
            rows.arrays.row_upper[row],
        ):
            return True
    return False
