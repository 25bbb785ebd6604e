"""Comparisons that no cell of a column can ever pass: values that are not listed, numbers where text stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from rotation_planner.data import schema
from rotation_planner.data.schema import Column, Kind
from rotation_planner.policy.fields import OF_PEOPLE, OF_SCHOOLS, PREFIX, mentions
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.routes import HomeKilometres, Kilometres, KinKilometres
from rotation_planner.policy.scores import SCORE_PREFIX, AppraisalMeasure, Item
from rotation_planner.policy.selectors import (
    Compared,
    OnAge,
    OnAppraisals,
    OnHistory,
    OnRetirement,
    OnStay,
)
from rotation_planner.policy.walking import Finding, Place, lookup, parts
from rotation_planner.words import say

_NUMBERS = (OnStay, OnAge, OnRetirement, OnHistory, Kilometres, HomeKilometres, KinKilometres)
_EQUAL, _ORDERED = ("is", "in", "not_in"), ("at_least", "at_most", "more_than", "less_than")
_NUMBER = Column("number", "number", Kind.DECIMAL)
OWN = ""  # the heading of a column that the contract does not have


def wrong_values(policy: Policy, *, own: bool = False) -> Iterator[Finding]:
    """Every value that its column can never hold, or be compared with; ``own``: in columns of the district's own,
    instead of those of the contract."""
    of_column = {mention.place[:-1]: mention for mention in mentions(policy) if isinstance(mention.place[-1], str)}
    for place, part in parts(policy):
        if isinstance(part, Compared) and place in of_column:
            mention = of_column[place]
            column = _column(mention.name, mention.of)
            if (column.heading == OWN) is own:
                yield from _compared(place, part, column, mention.name)
        elif own:
            continue
        elif isinstance(part, _NUMBERS):
            yield from _compared(place, part, _NUMBER, str(place[-1]))
        elif isinstance(part, OnAppraisals):
            for key in ("all_in", "any_in"):
                yield from _results(place, key, getattr(part, key) or ())
        elif isinstance(part, AppraisalMeasure):
            yield from _results(place, "count_in", part.count_in)
        elif isinstance(part, Item) and part.table is not None and part.column is not None:
            column = _column(part.column, "people")
            for value in part.table if column.values and not column.free else ():
                if value not in column.values:
                    yield _wrong((*place, "table", value), value, part.column, _one_of(column.values))


def _column(name: str, speaks: str) -> Column:
    """The column of the contract, a computed number, or (of a column of one's own) plain text."""
    table = {"people": "staff", "staff": "staff", "schools": "schools", "exemptions": "exemptions"}[speaks]
    if speaks == "people" and name.startswith(PREFIX):
        name, table = name.removeprefix(PREFIX), "schools"
    computed = OF_SCHOOLS if table == "schools" else OF_PEOPLE
    if name in computed or name.startswith(SCORE_PREFIX):
        return _NUMBER
    return next((each for each in schema.table(table).columns if each.key == name), Column(name, OWN))


def _compared(place: Place, test: Compared, column: Column, name: str) -> Iterator[Finding]:
    for key in (*_EQUAL, *_ORDERED, "contains"):
        given = lookup(test, key)
        for number, value in enumerate(given if isinstance(given, tuple) else (given,)):
            expected = None if value is None else _expected(column, key, value)
            if expected is not None:
                where = (*place, key, number) if isinstance(given, tuple) else (*place, key)
                yield _wrong(where, str(value), name, expected)


def _expected(column: Column, key: str, value: Any) -> str | None:
    """What should stand there instead of the value; ``None`` where it may stand."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match column.kind:
        case Kind.YES_NO:
            return None if key in _EQUAL and isinstance(value, bool) else say("policy.value_yes_no")
        case Kind.WHOLE | Kind.DECIMAL | Kind.YEAR:
            return None if number and key != "contains" else say("policy.value_number")
        case Kind.DATE:
            return None if _is_date(value) and key != "contains" else say("policy.value_date")
        case Kind.LISTED if not column.free:
            return None if value in column.values and key != "contains" else _one_of(column.values)
        case Kind.LIST if key == "contains" and not column.free:
            return None if value in column.values else _one_of(column.values)
    if isinstance(value, bool):
        return say("policy.value_text")
    if key in _ORDERED and column.kind in (Kind.TEXT, Kind.CODE, Kind.LIST):
        return None if number or _is_date(value) or _is_number(value) else say("policy.value_order")
    return None


def _is_date(value: Any) -> bool:
    if isinstance(value, dt.date):
        return True
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _results(place: Place, key: str, given: tuple[str, ...]) -> Iterator[Finding]:
    for number, value in enumerate(given):
        if value not in schema.RESULTS:
            yield _wrong((*place, key, number), value, key, _one_of(schema.RESULTS))


def _one_of(values: Mapping[str, str]) -> str:
    return say("policy.value_listed", known=say("policy.list_separator").join(values))


def _wrong(place: Place, value: str, column: str, expected: str) -> Finding:
    return "policy_compared", place, value, {"compared": column, "wanted": expected}
