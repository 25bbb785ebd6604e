"""One value against one comparison of the policy: ``is``, ``in``, ``at_least`` and the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from rotation_planner.data.dates import read_date
from rotation_planner.policy.selectors import Compared

Check = Callable[[Any], bool]


def check_of(test: Compared, order: tuple[str, ...] | None = None) -> Check:
    """The comparison as a function of a value; ``order`` ranks the values of a listed column.

    Every comparison that is given must hold. ``None`` is a blank: it passes none but ``blank: true``.
    """
    if test.blank is True:
        parts = _parts(test, order)
        return (lambda value: value is None) if not parts else (lambda value: False)
    parts = _parts(test, order)
    if len(parts) == 1:
        only = parts[0]
        return lambda value: value is not None and only(value)
    return lambda value: value is not None and all(part(value) for part in parts)


def _parts(test: Compared, order: tuple[str, ...] | None) -> list[Check]:
    parts: list[Check] = []
    if test.is_ is not None:
        wanted = test.is_
        parts.append(lambda value: same(value, wanted))
    if test.in_ is not None:
        listed = test.in_
        parts.append(lambda value: any(same(value, each) for each in listed))
    if test.not_in is not None:
        shut = test.not_in
        parts.append(lambda value: not any(same(value, each) for each in shut))
    if test.contains is not None:
        part = str(test.contains)
        parts.append(lambda value: part in str(value).split(";"))
    for limit, holds in (
        (test.at_least, lambda left, right: left >= right),
        (test.at_most, lambda left, right: left <= right),
        (test.more_than, lambda left, right: left > right),
        (test.less_than, lambda left, right: left < right),
    ):
        if limit is not None:
            parts.append(_limit(limit, holds, order))
    return parts


def same(value: Any, wanted: Any) -> bool:
    """Whether a value of the data is the one that the policy names; text is compared as text."""
    if isinstance(value, str):
        return value == (wanted if isinstance(wanted, str) else str(wanted))
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, Fraction) and isinstance(wanted, float):
        return float(value) == wanted  # points are exact thousandths, the policy's 0.1 is the nearest binary number
    return bool(value == wanted)


def _limit(limit: Any, holds: Callable[[Any, Any], bool], order: tuple[str, ...] | None) -> Check:
    def check(value: Any) -> bool:
        left, right = ranked(value, limit, order)
        return left is not None and right is not None and holds(left, right)

    return check


def ranked(value: Any, limit: Any, order: tuple[str, ...] | None) -> tuple[Any, Any]:
    """Both sides of a comparison of size in one type; ``None`` where a side cannot be read in it."""
    if order is not None:
        place = {each: number for number, each in enumerate(order)}
        return place.get(str(value)), place.get(str(limit))
    if isinstance(value, dt.date) or isinstance(limit, dt.date):
        return as_day(value), as_day(limit)
    if isinstance(value, str) and isinstance(limit, str):
        left, right = as_number(value), as_number(limit)
        return (value, limit) if right is None else (left, right)
    return as_number(value), as_number(limit)


def as_number(value: Any) -> float | None:
    """A number, also where it stands as text."""
    if isinstance(value, str) and "_" in value:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def as_day(value: Any) -> dt.date | None:
    """A day, also where it stands as text in any way in which people write dates."""
    if isinstance(value, dt.date):
        return value
    return read_date(value).day if isinstance(value, str) else None
