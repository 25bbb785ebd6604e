"""Which of very many small changes of a solution keep all rows that no helper column eases."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Model
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import TOLERANCE

AT_ONCE = 100_000  # changes looked at together, for the sake of memory


class Fitting:
    """A solution (``values``) of a model's rows. Of rows with helper columns a change says nothing yet."""

    def __init__(self, model: Model, arrays: ProgramArrays, values: Array) -> None:
        helper = np.ones(len(values), bool)
        helper[model.leave] = helper[model.go] = False
        self._arrays, self._activity = arrays, arrays.activity(values)
        self._bare = np.diff(sp.csr_matrix(arrays.base[:, np.flatnonzero(helper)]).indptr) == 0

    def which(self, columns: Array, signs: Array, gone: Array | None = None) -> Array:
        """The changes (by number) that keep the rows: ``signs`` [2, changes] is added to ``columns`` [2, changes]
        where the columns ``gone`` are one less."""
        arrays, without = self._arrays, self._activity
        if gone is not None:
            without = without - np.asarray(arrays.columns(gone).sum(axis=1)).ravel()
        low, high = arrays.row_lower - TOLERANCE, arrays.row_upper + TOLERANCE
        broken = self._bare & ((without < low) | (without > high))
        fit = []
        for first in range(0, columns.shape[1], AT_ONCE):
            some = slice(first, first + AT_ONCE)
            pairs = zip(columns[:, some], signs[:, some], strict=True)
            change = sp.coo_matrix(sum(arrays.columns(each) @ sp.diags_array(sign) for each, sign in pairs))
            after = without[change.row] + change.data
            kept = ~self._bare[change.row] | ((after >= low[change.row]) & (after <= high[change.row]))
            breaks = np.bincount(change.col[~kept], minlength=change.shape[1])
            mends = np.bincount(change.col[kept & broken[change.row]], minlength=change.shape[1])
            fit.append(first + np.flatnonzero((breaks == 0) & (mends == broken.sum())))
        return np.concatenate(fit) if fit else np.zeros(0, dtype=np.int64)
