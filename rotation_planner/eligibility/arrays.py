"""Columns as numpy arrays: reading them, comparing them, grouping by them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data.dates import read_date
from rotation_planner.policy.selectors import Compared

Array = np.ndarray[Any, Any]
THOUSAND = 1000
_SEPARATOR = re.compile("[;；、]")
_NO_DAY = np.datetime64("NaT", "D")


def as_array(column: pd.Series) -> Array:
    """A column as a plain numpy array: text as objects, dates as days, numbers as floats, yes/no as bools."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.to_numpy("datetime64[D]")
    if pd.api.types.is_bool_dtype(column):
        return column.to_numpy(bool)
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(float)
    return column.to_numpy(object)


def codes_of(*columns: Array) -> Array:
    """One small integer per distinct combination of values; the order of first sorted appearance is not promised."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column, use_na_sentinel=False)
        combined = combined * max(len(values), 1) + codes
        combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
    return combined


def blank_of(values: Array) -> Array:
    """Where nothing stands."""
    if values.dtype.kind == "M":
        return np.isnat(values)
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind == "O":
        return np.asarray(values == "", bool)
    return np.zeros(len(values), bool)


def by_value(values: Array, told: Callable[[Any], Any], dtype: Any) -> Array:
    """What ``told`` says of each value, every different value asked once."""
    codes, different = pd.factorize(values, use_na_sentinel=False)
    return np.array([told(each) for each in different], dtype=dtype)[codes] if len(values) else np.zeros(0, dtype)


def entries(text: Any) -> list[str]:
    """The entries of a list column, also of the district's own (``;``, ``；`` and ``、``)."""
    return [each for part in _SEPARATOR.split(str(text)) if (each := part.strip())]


def numbers_of(values: Array) -> Array:
    """A column as numbers, also where they stand as text; NaN for what is none (dates and yes/no are none)."""
    if values.dtype.kind == "f":
        return values
    if values.dtype.kind in "iu":
        return values.astype(float)
    return by_value(values, _number, float) if values.dtype.kind == "O" else np.full(len(values), np.nan)


def _number(text: Any) -> float:
    try:
        number = math.nan if "_" in str(text) else float(text)
    except (TypeError, ValueError):
        return math.nan
    return number if math.isfinite(number) else math.nan


def days_of(values: Array) -> Array:
    """A column as days; text is read as a cell for a date is, NaT for what is none."""
    if values.dtype.kind == "M":
        return values
    if values.dtype.kind != "O":
        return np.full(len(values), _NO_DAY)
    return by_value(values, lambda each: np.datetime64(read_date(each).day or "NaT", "D"), "datetime64[D]")


def thousandths(values: Array) -> Array:
    """Known numbers as whole thousandths, rounded half up as they are written in decimals: int64."""
    whole = np.rint(values * THOUSAND)
    finer = np.flatnonzero(whole / THOUSAND != values)
    for row in finer:  # more decimals than three: rounded by what is written, not by its nearest double
        whole[row] = math.floor(Fraction(repr(float(values[row]))) * THOUSAND + Fraction(1, 2))
    return whole.astype(np.int64)


def compared(values: Array, test: Compared, order: tuple[str, ...] | None) -> Array:
    """Where the comparison holds; a blank value passes none but ``blank: true``."""
    blank = blank_of(values)
    passed = np.ones(len(values), bool)
    if test.blank is not None:
        passed &= blank == test.blank
    if test.is_ is not None:
        passed &= ~blank & _equal(values, test.is_)
    if test.in_ is not None:
        passed &= ~blank & np.logical_or.reduce([_equal(values, each) for each in test.in_])
    if test.not_in is not None:
        passed &= ~blank & ~np.logical_or.reduce([_equal(values, each) for each in test.not_in])
    if test.contains is not None:
        wanted = str(test.contains)
        passed &= np.fromiter((wanted in str(each).split(";") for each in values), bool, len(values))
    limits = (
        (test.at_least, np.greater_equal),
        (test.at_most, np.less_equal),
        (test.more_than, np.greater),
        (test.less_than, np.less),
    )
    for limit, operator in limits:
        if limit is not None:
            left, right = _ordered(values, limit, order)
            with np.errstate(invalid="ignore"):
                passed &= ~blank & np.asarray(operator(left, right), bool)
    return passed


def _equal(values: Array, wanted: Any) -> Array:
    if values.dtype.kind == "M":
        return np.asarray(values == np.datetime64(wanted, "D"))
    if values.dtype.kind == "O":
        return np.asarray(values == str(wanted), bool)
    return np.asarray(values == wanted, bool)


def _ordered(values: Array, limit: Any, order: tuple[str, ...] | None) -> tuple[Array, Any]:
    """Both sides of an order comparison in one type: ranks of listed values, days, numbers, or text."""
    if order is not None:
        return listed_ranks(values, order), float(order.index(str(limit))) if str(limit) in order else math.nan
    if values.dtype.kind == "M":
        return values, np.datetime64(limit, "D")
    if isinstance(limit, dt.date):
        return days_of(values), np.datetime64(limit, "D")
    if values.dtype.kind != "O":
        return values, _number(limit)
    if isinstance(limit, str) and math.isnan(_number(limit)):
        return values.astype(str), limit
    return numbers_of(values), float(limit)


def listed_ranks(values: Array, order: tuple[str, ...]) -> Array:
    """The place of each value in the order of the contract, NaN for what is not listed there."""
    rank = {value: float(number) for number, value in enumerate(order)}
    return by_value(values, lambda each: rank.get(each, math.nan), float)
