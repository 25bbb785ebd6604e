"""Staffing afterwards: of the school as a whole, and of its subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.constraints.receiving import (
    WhereReceiving,
    demand_change,
    demand_limits,
    demand_of,
    schools_of,
)
from rotation_planner.model.program import INFINITY, Entries, Scopes

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


class HeadcountLimit(WhereReceiving):
    """A school that receives anyone ends within its headcount limit."""

    def post(self, model: Model, among: Array | None = None) -> None:
        limit = self.ground.facts.of_schools("headcount_limit") - self.rule.reserve
        limit = np.where(self.ground.select.excepted_schools(self.rule), np.nan, limit)
        self.cap(model, np.ones(self.ground.facts.people, bool), limit, schools_of(model), among)


class SubjectLimits(WhereReceiving):
    """Full-time staff per school, stage and subject between minimum and maximum, never worse than today."""

    def post(self, model: Model, among: Array | None = None) -> None:
        entries, _ = demand_change(model, among)
        table = self.ground.district.demand
        lowest, highest, today = demand_limits(model)
        # Rows that nothing enters or leaves cannot change.
        row = np.full(len(table), -1, dtype=np.int64)
        touched = np.unique(entries.row)
        row[touched] = np.arange(len(touched))
        packed = Entries(row[entries.row], entries.column, entries.value)
        judged = self.ground.openings.scope_schools & ~self.ground.select.excepted_schools(self.rule)
        inside = judged[table["school_id"].map(self.ground.district.school_pos).to_numpy(np.int64)]
        lower = np.where(inside[touched], (lowest - today)[touched], -INFINITY)
        upper = np.where(inside[touched], (highest - today)[touched], INFINITY)
        model.post(self.rule, packed, lower, upper, Scopes("demand", touched))
        if self.rule.receives_within == "required":
            limit = np.where(inside, table["required"].to_numpy(float), np.nan)
            full_time = np.asarray(self.ground.facts.of_people("full_time"), bool)
            self.cap(model, full_time, limit, demand_of(model), among)
