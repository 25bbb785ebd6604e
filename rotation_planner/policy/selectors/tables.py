"""Selectors on the other tables: exemptions, appraisals, applications, pins, relatives; and on the duties."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rotation_planner.policy.base import Strict
from rotation_planner.policy.selectors.base import Compared, ExemptionKind


class RowField(Compared):
    """A column of the table's own row, other columns than those of the contract included."""

    field: str


class OnExemption(Strict):
    """Has a row of these kinds in ``exemptions`` in force on ``as_of`` (start blank or reached, end blank or not past).

    ``proof``: the row counts only with ``evidence``. ``limit_years``, ``limit_months``: it counts only until that long
    (both added together) after its start, and not at all when the start is unknown. ``at_most_times``: it counts only
    while the person has no more than so many rows of these kinds begun by ``as_of``, this one included (a start unknown
    counts as begun).
    ``having``: the row passes each of these tests on its own columns (``{field: consent, is: 是}``).
    """

    exemption: Annotated[tuple[ExemptionKind, ...], Field(min_length=1)]
    proof: bool = False
    limit_years: int | None = None
    limit_months: int | None = None
    at_most_times: Annotated[int, Field(ge=1)] | None = None
    having: tuple[RowField, ...] = ()


class OnAppraisals(Strict):
    """Yearly appraisals of the ``last`` latest years that the whole table holds, none after the year of ``as_of``:
    ``all_in`` demands a result for every one of them and each in the list (with an empty table nobody passes);
    ``any_in`` at least one in the list."""

    appraisals: Literal["result", "ethics"]
    last: Annotated[int, Field(ge=1)]
    all_in: tuple[str, ...] | None = None
    any_in: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> OnAppraisals:
        if (self.all_in is None) == (self.any_in is None):
            raise ValueError("comparison")
        return self


class OnApplication(Strict):
    """Has a row in ``applications`` (or has none), optionally only for the listed reasons."""

    applied: bool
    reasons: tuple[str, ...] | None = None


class OnPin(Strict):
    """Has a pin with one of these verdicts."""

    pinned: tuple[Literal["move", "stay", "to", "not_to"], ...]


class OnKin(Strict):
    """Has a relative among the staff (either side listed)."""

    relatives: bool


class OnDuty(Strict):
    """Meets the facts of a must-go rule, leaving the named parts of it aside (``but_for: [ages]``)."""

    meets: str
    but_for: tuple[Literal["stay", "ages", "unless"], ...] = ()


class OnEligible(Strict):
    """Meets one of these must-go rules and has no deferral from it in force (and is not barred)."""

    eligible: Annotated[tuple[str, ...], Field(min_length=1)]


class OnDue(Strict):
    """Is due this year under one of these must-go rules (eligible, and called this year where a school is phased)."""

    due: Annotated[tuple[str, ...], Field(min_length=1)]
