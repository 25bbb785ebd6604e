"""Which school each column of a program speaks of, and which rows speak of one school only."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from rotation_planner.model.program import Array

NOWHERE = -1


def completed(matrix: sp.csr_matrix, schools: Array) -> Array:
    """The school of every column, where those of leavers and arcs are known and the others ``NOWHERE``: a rule's own
    column belongs to the school of the rows in which it stands; ``NOWHERE`` where these are several."""
    schools = schools.copy()
    unknown = np.flatnonzero(schools == NOWHERE)
    columns = sp.csr_matrix(matrix[:, unknown].T)
    while True:  # a column of a rule may stand beside another one only
        first, last = _span(matrix, schools)
        at = np.where(first == last, first, NOWHERE)
        low, high = _extremes(at[columns.indices], columns.indptr)
        found = np.flatnonzero((schools[unknown] == NOWHERE) & (low == high) & (high != NOWHERE))
        if not len(found):
            return schools
        schools[unknown[found]] = high[found]


def _span(matrix: sp.csr_matrix, schools: Array) -> tuple[Array, Array]:
    """The first and the last school among the columns of each row."""
    return _extremes(schools[matrix.indices], matrix.indptr)


def _extremes(schools: Array, begins: Array) -> tuple[Array, Array]:
    """The first and the last school of each run; those that belong nowhere do not count."""
    first, last = (np.full(len(begins) - 1, each) for each in (NOWHERE, NOWHERE))
    filled = np.flatnonzero(np.diff(begins))
    if len(filled):
        last[filled] = np.maximum.reduceat(schools, begins[filled])
        far = np.where(schools == NOWHERE, np.iinfo(np.int32).max, schools)
        first[filled] = np.minimum.reduceat(far, begins[filled])
    return np.where(last == NOWHERE, NOWHERE, first), last


def within_one(matrix: sp.csr_matrix, schools: Array) -> Array:
    """Whether all columns of a row belong to one school."""
    first, last = _span(matrix, schools)
    nowhere = np.zeros(matrix.shape[0], bool)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    nowhere[filled] = np.minimum.reduceat(schools[matrix.indices], matrix.indptr[filled]) == NOWHERE
    return (first == last) & (last != NOWHERE) & ~nowhere
