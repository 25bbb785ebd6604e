"""An integer program as arrays: columns, rows, and for every row the rule and scope that it states. No solver here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

Array = np.ndarray[Any, Any]
INFINITY = np.inf
BALANCE = ":balance"  # the rows of what leaves and what goes; no rule's id begins with a colon
CUT = "cut:"  # begins the rule name of rows that follow from others in whole numbers and only raise bounds


@dataclass(frozen=True, eq=False)
class Scopes:
    """What each row of a block speaks of: ``kind`` is ``district``, ``school``, ``demand``, ``person``, ``pair`` or
    ``group``;
    ``ids`` the position of the school, demand row or person, or the number of the group; ``labels`` words for
    groups."""

    kind: str
    ids: Array
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RowBlock:
    """A run of rows that one rule has posted."""

    rule: str
    first: int
    count: int
    scopes: Scopes


@dataclass(frozen=True, eq=False)
class Entries:
    """Coefficients in coordinate form; ``row`` counts from the first row of the block they belong to."""

    row: Array
    column: Array
    value: Array

    def __neg__(self) -> Entries:
        return Entries(self.row, self.column, -self.value)

    def __add__(self, other: Entries) -> Entries:
        pairs = ((self.row, other.row), (self.column, other.column), (self.value, other.value))
        return Entries(*(np.concatenate(pair) for pair in pairs))

    def __rmul__(self, factor: int) -> Entries:
        return Entries(self.row, self.column, factor * self.value)


class Program:
    """Columns with integer bounds, rows with integer bounds and coefficients; everything in whole numbers."""

    def __init__(self) -> None:
        self._lower: list[Array] = []
        self._upper: list[Array] = []
        self._rows: list[tuple[Entries, Array, Array]] = []
        self.blocks: list[RowBlock] = []
        self.columns = 0
        self.rows = 0

    def add_columns(self, count: int, lower: Any, upper: Any) -> Array:
        """Add integer columns and return their numbers."""
        self._lower.append(np.broadcast_to(np.asarray(lower, float), count).copy())
        self._upper.append(np.broadcast_to(np.asarray(upper, float), count).copy())
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(self, rule: str, entries: Entries, lower: Any, upper: Any, scopes: Scopes) -> None:
        """Add the rows ``lower <= entries <= upper``, one for each scope; rows without any bound are dropped."""
        count = len(scopes.ids)
        low = np.broadcast_to(np.asarray(lower, float), count).copy()
        high = np.broadcast_to(np.asarray(upper, float), count).copy()
        if count == 0:
            return
        self._rows.append((Entries(entries.row + self.rows, entries.column, entries.value), low, high))
        self.blocks.append(RowBlock(rule, self.rows, count, scopes))
        self.rows += count

    def activity(self, entries: Entries, count: int) -> tuple[Array, Array]:
        """The least and the most that each of ``count`` rows can come to within the bounds of the columns."""
        lower, upper = np.concatenate(self._lower), np.concatenate(self._upper)
        at_lower, at_upper = entries.value * lower[entries.column], entries.value * upper[entries.column]
        least, most = np.zeros(count), np.zeros(count)
        np.add.at(least, entries.row, np.minimum(at_lower, at_upper))
        np.add.at(most, entries.row, np.maximum(at_lower, at_upper))
        return least, most

    def arrays(self) -> ProgramArrays:
        """The whole program as arrays; call it when everything is posted."""
        if self._rows:
            row, column, value = (
                np.concatenate([getattr(entries, name) for entries, _, _ in self._rows])
                for name in ("row", "column", "value")
            )
        else:
            row = column = value = np.zeros(0, dtype=np.int64)
        matrix = sp.csr_matrix((value.astype(float), (row, column)), shape=(self.rows, self.columns))
        matrix.sum_duplicates()
        empty = [np.zeros(0)]
        return ProgramArrays(
            np.concatenate(self._lower or empty),
            np.concatenate(self._upper or empty),
            matrix,
            np.concatenate([low for _, low, _ in self._rows] or empty),
            np.concatenate([high for _, _, high in self._rows] or empty),
        )


@dataclass(frozen=True, eq=False)
class ProgramArrays:
    """``lower <= x <= upper``, ``row_lower <= matrix @ x <= row_upper``, every x whole.

    ``matrix`` is ``base`` above ``more``: programs that differ in few rows share the base, which may be large.
    """

    lower: Array
    upper: Array
    base: sp.csr_matrix
    row_lower: Array
    row_upper: Array
    more: sp.csr_matrix | None = None

    @cached_property
    def matrix(self) -> sp.csr_matrix:
        """All rows in one matrix."""
        return self.base if self.more is None else sp.vstack([self.base, self.more], format="csr")

    def with_row(self, coefficients: Array, upper: float, lower: float = -INFINITY) -> ProgramArrays:
        """The program with one more row."""
        return self.with_rows(sp.csr_matrix(coefficients.reshape(1, -1)), np.array([lower]), np.array([upper]))

    def with_rows(self, rows: sp.csr_matrix, lower: Array, upper: Array) -> ProgramArrays:
        """The program with more rows."""
        longer = ProgramArrays(
            self.lower,
            self.upper,
            self.base,
            np.append(self.row_lower, lower),
            np.append(self.row_upper, upper),
            rows if self.more is None else sp.vstack([self.more, rows], format="csr"),
        )
        if "_by_column" in self.__dict__:
            longer.__dict__["_by_column"] = self._by_column
        return longer

    def bounded(self, row_lower: Array, row_upper: Array) -> ProgramArrays:
        """The program with other bounds of its rows."""
        other = ProgramArrays(self.lower, self.upper, self.base, row_lower, row_upper, self.more)
        if "_by_column" in self.__dict__:
            other.__dict__["_by_column"] = self._by_column
        return other

    def entries(self) -> Array:
        """How many columns each row holds."""
        told = np.diff(self.base.indptr)
        return told if self.more is None else np.append(told, np.diff(self.more.indptr))

    def over(self, columns: Array) -> sp.csr_matrix:
        """The matrix over some columns (a mask)."""
        asked = np.flatnonzero(columns)
        part = self._by_column[:, asked] if 2 * len(asked) < len(columns) else self.base[:, asked]
        return sp.csr_matrix(part if self.more is None else sp.vstack([part, self.more[:, asked]]))

    def columns(self, asked: Array) -> sp.csr_matrix:
        """The base rows over some columns (positions)."""
        return sp.csr_matrix(self._by_column[:, asked])

    @cached_property
    def _by_column(self) -> sp.csc_matrix:
        """The base sorted by columns; programs with more rows take it over."""
        return self.base.tocsc()

    def activity(self, values: Array) -> Array:
        """What each row comes to."""
        told = self.base @ values
        return told if self.more is None else np.append(told, self.more @ values)

    def weighed(self, duals: Array) -> Array:
        """For each column the sum of its entries, weighed by numbers of the rows."""
        told = self.base.T @ duals[: self.base.shape[0]]
        return told if self.more is None else told + self.more.T @ duals[self.base.shape[0] :]

    def violation(self, values: Array) -> float:
        """The largest amount by which whole values miss a bound; 0 for a solution."""
        activity = self.activity(values)
        misses = (self.lower - values, values - self.upper, self.row_lower - activity, activity - self.row_upper)
        return max((float(miss.max()) for miss in misses if len(miss)), default=0.0)
