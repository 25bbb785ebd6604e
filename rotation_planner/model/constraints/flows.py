"""Flows between schools: no reverse flow of the backbone, net flows, and exchanges in equal numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array, codes_of
from rotation_planner.model.base import Constraint
from rotation_planner.model.program import INFINITY, Entries, Scopes

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


class NoReverseFlow(Constraint):
    """More backbone teachers go down the tiers than come out of the low ones, in one of three readings."""

    def _who(self) -> Array:
        return self.ground.select.people(self.rule.who)

    def _tier(self, tiers: tuple[str, ...]) -> Array:
        return np.isin(self.ground.facts.of_schools("tier").astype(str), tiers)

    def going(self) -> Sequence[Array]:
        return [self._who()]

    def post(self, model: Model) -> None:
        who, rule = self._who(), self.rule
        high, low = self._tier(rule.high), self._tier(rule.low)
        if rule.reading == "per_school":
            schools = np.flatnonzero(self._tier(rule.protected))
            row = np.full(self.ground.schools, -1, dtype=np.int64)
            row[schools] = np.arange(len(schools))
            change = model.change(who)
            kept = row[change.row] >= 0
            entries = Entries(row[change.row[kept]], change.column[kept], change.value[kept])
            model.post(rule, entries, np.asarray(0), np.asarray(INFINITY), Scopes("school", schools))
            return
        district = Scopes("district", np.zeros(1, dtype=np.int64))
        arcs = np.zeros(len(model.go), dtype=np.int64)
        everybody = np.zeros(self.ground.facts.people, dtype=np.int64)
        crossing = model.arc_crosses
        down = model.arrivals(who, arcs, crossing & high[model.arc_from] & low[model.arc_to])
        if rule.reading == "strict":
            from_low = np.where(low[self.ground.facts.school], 0, -1)
            against = model.departing(who, from_low)
        else:
            against = model.arrivals(who, arcs, crossing & low[model.arc_from] & high[model.arc_to])
        # ``any_moves`` is 1 as soon as anyone of ``who`` moves: then strictly more are asked for.
        any_moves = model.program.add_columns(1, 0, 1)
        one = np.zeros(1, dtype=np.int64)
        most = max(int(who[self.ground.people].sum()), 1)
        moving = model.departing(who, everybody) + Entries(one, any_moves, np.array([-most]))
        model.program.add_rows(rule.id, moving, -INFINITY, 0, district)
        balance = down + -against + Entries(one, any_moves, np.array([-1]))
        model.post(rule, balance, np.asarray(0), np.asarray(INFINITY), district)


class NetFlow(Constraint):
    """Those who enter a set of schools from outside exceed those who leave it."""

    def _who(self) -> Array:
        return self.ground.select.people(self.rule.who)

    def going(self) -> Sequence[Array]:
        return [self._who()]

    def post(self, model: Model) -> None:
        inside = self.ground.select.schools(self.rule.into)
        arcs = np.zeros(len(model.go), dtype=np.int64)
        into, out_of = inside[model.arc_to], inside[model.arc_from]
        entering = model.arrivals(self._who(), arcs, model.arc_counts & into & ~out_of)
        leaving = model.arrivals(self._who(), arcs, model.arc_counts & out_of & ~into)
        scopes = Scopes("district", np.zeros(1, dtype=np.int64))
        model.post(self.rule, entering + -leaving, np.asarray(self.rule.margin), np.asarray(INFINITY), scopes)


class EqualExchange(Constraint):
    """Between any two schools as many go one way as the other, alike in some columns."""

    def _alike(self) -> Array:
        """One number for people alike in the columns, -1 for whom the rule does not bind."""
        select = self.ground.select
        columns = [self.ground.facts.of_people(field) for field in self.rule.alike]
        codes = codes_of(*columns) if columns else np.zeros(self.ground.facts.people, dtype=np.int64)
        return np.where(select.people(self.rule.who), codes, -1)

    def going(self) -> Sequence[Array]:
        return [self._alike()]

    def post(self, model: Model) -> None:
        alike = model.of_arcs(self._alike())
        one, other = np.minimum(model.arc_from, model.arc_to), np.maximum(model.arc_from, model.arc_to)
        arcs = np.flatnonzero((alike >= 0) & (one != other))
        if len(arcs) == 0:
            return
        key = (one[arcs] * self.ground.schools + other[arcs]) * (int(alike.max()) + 1) + alike[arcs]
        known, row = np.unique(key, return_inverse=True)
        sign = np.where(model.arc_from[arcs] < model.arc_to[arcs], 1, -1)
        names = self.ground.district.schools["name"].tolist()
        pair = known // (int(alike.max()) + 1)
        labels = tuple(f"{names[each // self.ground.schools]} {names[each % self.ground.schools]}" for each in pair)
        scopes = Scopes("group", np.arange(len(known)), labels)
        model.post(self.rule, Entries(row, model.go[arcs], sign), np.asarray(0), np.asarray(0), scopes)
