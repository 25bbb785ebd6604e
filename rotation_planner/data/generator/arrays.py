"""Drawing and sharing out in whole numbers, so that a seed gives the same district on every machine.

Only uniform draws, whole-number arithmetic and stable sorting are used: logarithms and float sums may differ in their
last bit from processor to processor, and one bit can change who is hired.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Texts: TypeAlias = npt.NDArray[np.object_]
Rng: TypeAlias = np.random.Generator


def between(rng: Rng, low: Any, high: Any, size: int | tuple[int, ...]) -> Ints:
    """Whole numbers from ``low`` to ``high``, both included; the bounds may be arrays."""
    return rng.integers(low, np.asarray(high) + 1, size=size, dtype=np.int64)


def chance(rng: Rng, of_hundred: Any, size: int) -> Flags:
    """True with a probability of so many in a hundred (one number or one for each)."""
    return between(rng, 0, 99, size) < np.asarray(of_hundred)


def chance_in_thousand(rng: Rng, of_thousand: Any, size: int) -> Flags:
    """True with a probability of so many in a thousand."""
    return between(rng, 0, 999, size) < np.asarray(of_thousand)


def pick(rng: Rng, weights: Sequence[int] | Ints, size: int) -> Ints:
    """Positions drawn by whole weights."""
    ends = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(ends, between(rng, 0, int(ends[-1]) - 1, size), side="right").astype(np.int64)


def pick_by_row(rng: Rng, weights: Ints, rows: Ints) -> Ints:
    """For each entry of ``rows`` a column of that row of ``weights``, drawn by weight."""
    ends = np.cumsum(weights, axis=1)
    drawn = between(rng, 0, ends[rows, -1] - 1, len(rows))
    return (drawn[:, None] >= ends[rows]).sum(axis=1).astype(np.int64)


def apportion(totals: Ints, weights: Ints) -> Ints:
    """Each total shared over the columns of ``weights`` by largest remainder; a row without weight gets nothing."""
    whole = weights.sum(axis=1)
    safe = np.maximum(whole, 1)[:, None]
    product = totals[:, None] * weights
    shares = product // safe
    rest = product - shares * safe
    left = np.where(whole > 0, totals - shares.sum(axis=1), 0)
    order = np.argsort(-rest, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(weights.shape[1])[None, :].repeat(len(totals), axis=0), axis=1)
    return shares + (rank < left[:, None])


def top_of_group(group: Ints, score: Any, places: Ints, allowed: Flags) -> Flags:
    """The ``places[g]`` best-scored allowed entries of each group ``g``."""
    chosen = np.zeros(len(group), dtype=bool)
    where = np.flatnonzero(allowed)
    order = where[np.lexsort((-np.asarray(score)[where], group[where]))]
    chosen[order] = rank_in_run(group[order]) < places[group[order]]
    return chosen


def rank_in_run(sorted_group: Ints) -> Ints:
    """Position of each entry within its run of equal groups: 0, 1, 2, … ."""
    n = len(sorted_group)
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
    return np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n]))


def step(table: Sequence[tuple[int, int]], values: Ints) -> Ints:
    """Reads a table of (from this value on, this many)."""
    bounds = np.array([bound for bound, _ in table])
    given = np.array([many for _, many in table], dtype=np.int64)
    return given[np.searchsorted(bounds, values, side="right") - 1]


def texts(values: Sequence[str]) -> Texts:
    """An array of Python texts, ready to be indexed and joined."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array
