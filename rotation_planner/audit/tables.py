"""Questions to the other tables: exemptions, appraisals, applications; each asked of one person at a time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rotation_planner.audit.books import Ask, Books, Row, contract_order
from rotation_planner.audit.calendar import months_later
from rotation_planner.audit.comparing import check_of
from rotation_planner.policy import selectors


def exempt(books: Books, selector: selectors.OnExemption) -> Ask:
    """Whether an exemption of these kinds is in force on the plan's day, proven and within its limits.

    Raises:
        KeyError: ``having`` names a column that the table does not have; of a table without rows nobody asks.
    """
    as_of, kinds, most = books.as_of, selector.exemption, selector.at_most_times
    limited = selector.limit_years is not None or selector.limit_months is not None
    limit = 12 * (selector.limit_years or 0) + (selector.limit_months or 0)
    having = [(each.field, check_of(each, contract_order("exemptions", each.field))) for each in selector.having]
    for name, _ in having:
        if len(books.district.exemptions) and name not in books.district.exemptions:
            raise KeyError(name)

    def in_force(row: Row) -> bool:
        start, end = row["start"], row["end"]
        if row["kind"] not in kinds or (selector.proof and row["evidence"] is None):
            return False
        if (start is not None and start > as_of) or (end is not None and end < as_of):
            return False
        # The limit is a term like any other: from 2024-09-01, three years end with 2027-08-31.
        if limited and (start is None or as_of >= months_later(start, limit)):
            return False
        return all(check(row[name]) for name, check in having)

    def begun(row: Row) -> bool:
        return row["kind"] in kinds and (row["start"] is None or row["start"] <= as_of)

    def ask(person: int) -> bool:
        rows = books.exemptions.get(person, ())
        return any(in_force(row) for row in rows) and (most is None or sum(begun(row) for row in rows) <= most)

    return ask


def applied(books: Books, selector: selectors.OnApplication) -> Ask:
    """Whether a person has an application (or has none), of the listed reasons where there are some."""

    def ask(person: int) -> bool:
        rows = books.applications.get(person, ())
        return any(selector.reasons is None or row["reason"] in selector.reasons for row in rows) is selector.applied

    return ask


def appraised(books: Books, selector: selectors.OnAppraisals) -> Ask:
    """Whether the latest appraisals are all, or one of them is, in the list."""
    years = books.appraisal_years[-selector.last :]
    if selector.any_in is not None:
        return lambda person: bool(years_with(books, person, selector.appraisals, selector.last, selector.any_in or ()))
    wanted, whole = selector.all_in or (), len(years) == selector.last

    def ask(person: int) -> bool:
        found = _results(books, person, selector.appraisals, years)
        return whole and all(found[year] and all(each in wanted for each in found[year]) for year in years)

    return ask


def years_with(books: Books, person: int, column: str, last: int, listed: Collection[str]) -> int:
    """In how many of the latest years of the table the person has a result of the list."""
    found = _results(books, person, column, books.appraisal_years[-last:])
    return sum(any(each in listed for each in results) for results in found.values())


def _results(books: Books, person: int, column: str, years: list[int]) -> dict[int, list[Any]]:
    results: dict[int, list[Any]] = {year: [] for year in years}
    for row in books.appraisals.get(person, ()):
        if row["year"] in results:
            results[int(row["year"])].append(row[column])
    return results
