"""Orders of people: the chain of keys with its last tie, and places in the order of a number."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rotation_planner.eligibility.arrays import Array, blank_of, by_value, codes_of, listed_ranks
from rotation_planner.policy.kinds.keys import ByClass, ByField, ByStay, OrderKey
from rotation_planner.policy.selectors import OnRanked

if TYPE_CHECKING:
    from rotation_planner.eligibility.facts import Facts
    from rotation_planner.eligibility.selecting import Selecting


def ranking(selecting: Selecting, keys: Sequence[OrderKey], draw: int | None) -> Array:
    """Place of each person by a chain of keys, 0 = first: int64 [people].

    The last tie is broken by staff_id as text, or by the published ``draw``; no two people share a place.
    """
    columns = [*(_sorted_by(selecting, key) for key in keys), last_tie(selecting.facts, draw)]
    place = np.empty(len(columns[0]), dtype=np.int64)
    place[np.lexsort(columns[::-1])] = np.arange(len(place))
    return place


def last_tie(facts: Facts, draw: int | None) -> Array:
    """Place of each person by staff_id as text, or by sha256 of draw and staff_id: int64 [people]."""
    if draw not in facts.ties:
        told = facts.of_people("staff_id").tolist()
        if draw is not None:
            told = [hashlib.sha256(f"{draw}:{each}".encode()).hexdigest() for each in told]
        place = np.empty(len(told), dtype=np.int64)
        place[sorted(range(len(told)), key=told.__getitem__)] = np.arange(len(told))
        facts.ties[draw] = place
    return facts.ties[draw]


def _sorted_by(selecting: Selecting, key: OrderKey) -> Array:
    """A key as an array whose smaller values come first."""
    facts = selecting.facts
    match key:
        case ByClass():
            return ~selecting.people(key.those)
        case ByStay():
            return _directed(facts.stay(key.stay), key.first == "largest")
        case ByField():
            return _directed(_comparable(facts, key.field), key.first == "largest")
    return _directed(facts.of_people(key), False)


def _comparable(facts: Facts, field: str) -> Array:
    """A column with listed values as places in the order of the contract."""
    values, order = facts.of_people(field), facts.listed_order(field)
    return values if order is None else listed_ranks(values, order)


def _directed(values: Array, largest_first: bool) -> Array:
    """Codes in the order asked for, blanks last in either direction."""
    blank = blank_of(values)
    codes = np.zeros(len(values), dtype=np.int64)
    codes[~blank] = pd.factorize(values[~blank], sort=True)[0]
    highest = int(codes.max(initial=0))
    return np.where(blank, highest + 1, highest - codes if largest_first else codes)


# ---- a place in the order of a number --------------------------------------------------------------------------------


def placed(test: OnRanked, numbers: Array, among: Array, within: Sequence[Array]) -> Array:
    """Who takes a place that passes a test on ranks, among those of ``among`` alike in the columns ``within``.

    ``numbers``: NaN for whoever has none and is not ranked.
    """
    passed = np.zeros(len(numbers), bool)
    ranked = np.flatnonzero(among & ~np.isnan(numbers))
    if not len(ranked):
        return passed
    group = codes_of(*(column[ranked] for column in within)) if within else np.zeros(len(ranked), dtype=np.int64)
    key = -numbers[ranked] if test.first == "largest" else numbers[ranked]
    order = np.lexsort((key, group))
    ranked, group, key = ranked[order], group[order], key[order]
    turn = np.arange(len(ranked))
    first = np.searchsorted(group, group, side="left")
    if test.below_mean_of is not None and test.share_of_mean is not None:
        top = turn - first < test.below_mean_of
        passed[ranked] = _below_mean(numbers[ranked], group, top, test.share_of_mean)
        return passed
    new = np.ones(len(ranked), bool)
    new[1:] = (group[1:] != group[:-1]) | (key[1:] != key[:-1])
    better = np.maximum.accumulate(np.where(new, turn, 0)) - first  # so many stand strictly before
    if test.best is not None:
        passed[ranked] = better < test.best
    elif test.best_share is not None:
        size = np.searchsorted(group, group, side="right") - first
        passed[ranked] = better < size * test.best_share.numerator // test.best_share.denominator
    return passed


def _below_mean(numbers: Array, group: Array, top: Array, share: Fraction) -> Array:
    """Whose number is less than the share of the mean of the top ones of the group; exact, as written in decimals.

    ``group``: ascending; every group has a top one.
    """
    exact = _as_written(numbers)
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    totals = np.add.reduceat(np.where(top, exact, 0), begins)
    count = np.add.reduceat(top.astype(np.int64), begins)
    means = [Fraction(each) / many for each, many in zip(totals.tolist(), count.tolist(), strict=True)]
    # A whole number lies below a limit where it lies below the next whole number from the limit upwards.
    limits = [share * mean if exact.dtype == object else math.ceil(share * mean) for mean in means]
    size = np.diff(np.append(begins, len(group)))
    return np.asarray(exact < np.repeat(np.array(limits, dtype=exact.dtype), size), bool)


def _as_written(numbers: Array) -> Array:
    """Numbers times the power of ten that makes them all whole, or, where they are too long for that, as fractions."""
    for digits in range(10):
        scale = 10**digits
        whole = np.rint(numbers * scale)
        if (whole / scale == numbers).all() and np.abs(whole).max() < 1 << 40:
            return whole.astype(np.int64)
    return by_value(numbers, lambda each: Fraction(repr(float(each))), object)
