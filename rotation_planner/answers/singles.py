"""Every change of one person's fate in a plan, and which of them could better it.

A change is two columns of the model, each one more or one less. That most changes better nothing is seen of all at
once: rows that no helper column eases must hold, and what the helper columns pay for a goal is convex in who leaves and
who goes where, so that its slope at the plan (from the prices of the helpers' rows) says how much a change gains at
most. What is left is to be worked out one by one (see ``alone``).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from rotation_planner.answers.fitting import Fitting
from rotation_planner.answers.held import counted
from rotation_planner.answers.seen import PATIENCE, Seen
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Cost
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, relax


class Singles:
    """The single changes of a plan (``values``) that the model allows. People of one group have one fate in it, as the
    model counts changed fates."""

    def __init__(self, seen: Seen, values: Array) -> None:
        self._seen, self._values = seen, values
        model = self._model = seen.model
        self._order = np.argsort(model.arc_kind, kind="stable")
        self._first = np.searchsorted(model.arc_kind[self._order], np.arange(len(model.kind_size) + 1))
        helper = np.ones(len(values), bool)
        helper[model.leave] = helper[model.go] = False
        self._helpers = np.flatnonzero(helper)

    def promising(self) -> Iterator[Array]:
        """The columns after each change that may better the plan, helper columns as they were; what could gain most
        first."""
        columns, signs = self.changes()
        fit = Fitting(self._model, self._seen.arrays, self._values).which(columns, signs)
        columns, signs = columns[:, fit], signs[:, fit]
        costs = self._seen.costs
        least = np.array([self._least(cost, columns, signs) for cost in costs]).reshape(len(costs), len(fit))
        could, ties = np.zeros(len(fit), bool), np.ones(len(fit), bool)
        for cost, each in zip(costs, least, strict=True):
            step, little = float(np.gcd.reduce(cost.coefficients)) or 1.0, TOLERANCE * max(1.0, abs(self._now(cost)))
            could |= ties & (each <= little - step)
            ties &= each <= little
        order = np.lexsort(least[::-1]) if len(least) else np.arange(len(fit))
        for number in order[could[order]].tolist():
            values = self._values.copy()
            values[columns[:, number]] += signs[:, number]
            yield values

    def changes(self) -> tuple[Array, Array]:
        """Somebody who stays goes, a mover goes elsewhere, a mover stays: two columns of each change, and what is added
        to them, both [2, changes]."""
        model, values, (lower, upper) = self._model, self._values, (self._seen.arrays.lower, self._seen.arrays.upper)
        group_kind = model.people.group_kind
        staying = np.flatnonzero(values[model.leave] < upper[model.leave])
        leaving = np.flatnonzero(values[model.leave] > lower[model.leave])
        taken = np.flatnonzero(values[model.go] > lower[model.go])
        at, arcs = self._open(group_kind[staying])
        goes = model.leave[staying[at]], model.go[arcs]
        at, arcs = self._open(model.arc_kind[taken])
        other = arcs != taken[at]
        elsewhere = model.go[taken[at[other]]], model.go[arcs[other]]
        at, groups = _alike(model.arc_kind[taken], group_kind[leaving])
        stays = model.go[taken[at]], model.leave[leaving[groups]]
        signs = np.repeat(
            np.array([[1.0, -1.0, -1.0], [1.0, 1.0, -1.0]]), [len(each[0]) for each in (goes, elsewhere, stays)], axis=1
        )
        return np.array([np.concatenate(each) for each in zip(goes, elsewhere, stays, strict=True)]), signs

    def _open(self, kinds: Array) -> tuple[Array, Array]:
        """The arcs open to people of some kinds, each with the place of its kind among these."""
        counts = self._first[kinds + 1] - self._first[kinds]
        at = np.repeat(np.arange(len(kinds)), counts)
        arcs = self._order[np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts) + self._first[kinds][at]]
        open_ = self._values[self._model.go[arcs]] < self._seen.arrays.upper[self._model.go[arcs]]
        return at[open_], arcs[open_]

    def _now(self, cost: Cost) -> float:
        return float(cost.coefficients @ self._values)

    @cached_property
    def _of_helpers(self) -> tuple[ProgramArrays, Array]:
        """The helper columns where all others stand as in the plan, and which rows these are."""
        arrays, helpers = self._seen.arrays, self._helpers
        part = arrays.columns(helpers)
        rows = np.flatnonzero(np.diff(part.indptr))
        rest = (arrays.activity(self._values) - part @ self._values[helpers])[rows]
        low, high = arrays.row_lower[rows] - rest, arrays.row_upper[rows] - rest
        return ProgramArrays(arrays.lower[helpers], arrays.upper[helpers], part[rows], low, high), rows

    def _least(self, cost: Cost, columns: Array, signs: Array) -> Array:
        """By how much each change raises a goal at the least, in cost units (below 0: what it gains at the most)."""
        slopes, loose = cost.coefficients.astype(float), 0.0
        if len(self._helpers):
            (program, rows), own = self._of_helpers, cost.coefficients[self._helpers]
            answer = relax(program, own, seconds=PATIENCE)
            if answer.duals is None:
                return np.full(columns.shape[1], -np.inf)
            duals = np.zeros(len(self._seen.arrays.row_lower))
            duals[rows] = answer.duals
            slopes -= self._seen.arrays.weighed(duals)
            loose = float(own @ self._values[self._helpers]) - counted(program, own, answer.duals)[0]
        return np.asarray((signs * slopes[columns]).sum(axis=0) - loose)


def _alike(one: Array, other: Array) -> tuple[Array, Array]:
    """The places of every pair of equal numbers in two arrays."""
    order = np.argsort(other, kind="stable")
    first = np.searchsorted(other[order], one, side="left")
    last = np.searchsorted(other[order], one, side="right")
    at = np.repeat(np.arange(len(one)), last - first)
    begin = np.cumsum(last - first) - (last - first)
    return at, order[np.arange(len(at)) - begin[at] + first[at]]
