"""Caps that bind where somebody arrives: within the limit there, nowhere worse than today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import Constraint, ranked
from rotation_planner.model.program import CUT, INFINITY, Entries, Scopes
from rotation_planner.policy.kinds import SubjectStaffing

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


@dataclass(frozen=True, eq=False)
class Buckets:
    """Where people are counted: ``home`` of each person today, ``there`` where each arc leads (-1: nowhere), how many
    there are, and the scopes of some of them."""

    home: Array
    there: Array
    count: int
    scopes: Callable[[Array], Scopes]


def schools_of(model: Model) -> Buckets:
    """Everybody counted by school."""
    return Buckets(
        model.ground.facts.school, model.arc_to, model.ground.schools, lambda schools: Scopes("school", schools)
    )


def demand_of(model: Model) -> Buckets:
    """Full-time staff counted by row of ``demand``."""
    facts = model.ground.facts
    there = np.where(model.of_arcs(facts.of_people("full_time")), model.people.seats.demand, -1)
    rows = len(model.ground.district.demand)
    return Buckets(facts.demand_of_person, there, rows, lambda demand: Scopes("demand", demand))


def departments_of(model: Model) -> Buckets:
    """Everybody counted by department of a school; those without one nowhere."""
    ground, to = model.ground, model.ground.destinations
    places, names = to.places, ground.district.schools["name"].tolist()
    number = {
        (school, department): place
        for school, department, place in zip(to.school.tolist(), to.department.tolist(), places.tolist(), strict=True)
        if department
    }
    told = zip(ground.facts.school.tolist(), ground.facts.of_people("department").tolist(), strict=True)
    home = np.array([number.get(key, -1) for key in told], dtype=np.int64)
    there = np.where(to.department != "", places, -1)[model.people.seats.destination]
    words = {place: f"{names[school]} {department}" for (school, department), place in number.items()}

    def scopes(asked: Array) -> Scopes:
        return Scopes("group", np.arange(len(asked)), tuple(words[each] for each in asked.tolist()))

    return Buckets(home, there, int(places.max(initial=-1)) + 1, scopes)


class WhereReceiving(Constraint):
    """Limits by bucket that bind where anybody arrives. ``among``: only these people move (the others stay), as after
    one of several rounds."""

    def cap(self, model: Model, counted: Array, limit: Array, buckets: Buckets, among: Array | None = None) -> None:
        """People of ``counted`` afterwards are within ``limit`` (per bucket, NaN: none) wherever one arrives."""
        moving = counted if among is None else counted & among
        today = np.bincount(buckets.home[counted & (buckets.home >= 0)], minlength=buckets.count)
        enters = model.arc_counts & (buckets.there >= 0) & (buckets.there != model.of_arcs(buckets.home))
        arriving = model.arrivals(moving, buckets.there, enters)
        reached = np.zeros(buckets.count, bool)
        reached[arriving.row] = True
        change = model.change_in(moving, buckets.home, buckets.there)
        plain = np.flatnonzero(reached & (today <= limit))
        self.rows(model, change, plain, -INFINITY, (limit - today)[plain], buckets)
        over = np.flatnonzero(reached & (today > limit))
        if len(over) == 0:
            return
        # Above the limit today: arrivals only where enough leave; ``opens`` says whether anybody may arrive.
        leaving = np.zeros(len(moving), bool)
        leaving[self.ground.people] = True
        may_leave = np.bincount(buckets.home[moving & leaving & (buckets.home >= 0)], minlength=buckets.count)
        room = np.maximum(limit - today + may_leave, 0)[over]
        opens = model.program.add_columns(len(over), 0, np.minimum(room, 1))
        rows = np.arange(len(over))
        excuses = model.excuses(self.rule, len(over)) if ranked(self.rule) else None
        closed = Entries(rows, opens, -room.astype(np.int64))
        self.rows(model, arriving, over, -INFINITY, 0, buckets, closed, excuses)
        above = (today - limit)[over].astype(np.int64)
        self.rows(model, change, over, -INFINITY, 0, buckets, Entries(rows, opens, above), excuses)
        if excuses is None and buckets.count == self.ground.schools and among is None:
            self._cuts(model, counted, over, opens, room)

    def _cuts(self, model: Model, counted: Array, over: Array, opens: Array, room: Array) -> None:
        """Cuts: into one subject of such a school no more can come than leave it or its maximum lets in.

        They follow from the rules in whole numbers and only raise the relaxation's bound.
        """
        demand = self.ground.district.demand
        binding = [rule for rule in self.ground.policy.of(SubjectStaffing) if rule.force == "must"]
        if not binding or not len(demand) or any(rule.exceptions for rule in binding):
            return
        school = demand["school_id"].map(self.ground.district.school_pos).to_numpy(np.int64)
        place = np.full(self.ground.schools, -1, dtype=np.int64)
        place[over] = np.arange(len(over))
        _, highest, today = demand_limits(model)
        leaving = np.zeros(self.ground.facts.people, bool)
        leaving[self.ground.people] = True
        rows = self.ground.facts.demand_of_person
        may_leave = np.bincount(rows[leaving & (rows >= 0)], minlength=len(demand))
        most = np.where(place[school] >= 0, np.minimum(highest - today + may_leave, room[place[school]]), 0)
        full_time = self.ground.facts.of_people("full_time")
        entering = model.arrivals(counted & full_time, model.people.seats.demand, model.arc_crosses)
        cut = np.flatnonzero((most >= 1) & (most < room[place[school]]) & (place[school] >= 0))
        row = np.full(len(demand), -1, dtype=np.int64)
        row[cut] = np.arange(len(cut))
        kept = row[entering.row] >= 0
        entries = Entries(row[entering.row[kept]], entering.column[kept], entering.value[kept])
        entries += Entries(np.arange(len(cut)), opens[place[school[cut]]], -most[cut].astype(np.int64))
        model.program.add_rows(CUT + self.rule.id, entries, -INFINITY, 0, Scopes("demand", cut))

    def rows(
        self,
        model: Model,
        entries: Entries,
        asked: Array,
        lower: object,
        upper: object,
        buckets: Buckets,
        more: Entries | None = None,
        excuses: Array | None = None,
    ) -> None:
        """Rows for some buckets only, from entries whose rows are buckets."""
        row = np.full(buckets.count, -1, dtype=np.int64)
        row[asked] = np.arange(len(asked))
        kept = row[entries.row] >= 0
        picked = Entries(row[entries.row[kept]], entries.column[kept], entries.value[kept])
        if more is not None:
            picked += more
        low, high = np.asarray(lower, float), np.asarray(upper, float)
        model.post(self.rule, picked, low, high, buckets.scopes(asked), excuses=excuses)


def demand_limits(model: Model) -> tuple[Array, Array, Array]:
    """Lowest and highest number of full-time staff afterwards per row of ``demand``, and their number today."""
    table, rows = model.ground.district.demand, model.ground.facts.demand_of_person
    today = np.bincount(rows[rows >= 0], minlength=len(table))
    required = table["required"].to_numpy(float)
    highest, lowest = table["maximum"].to_numpy(float), table["minimum"].to_numpy(float)
    highest = np.maximum(np.where(np.isnan(highest), required, highest), today)
    return np.minimum(np.where(np.isnan(lowest), required, lowest), today), highest, today


def demand_change(model: Model, among: Array | None = None) -> tuple[Entries, Array]:
    """Change of full-time staff per row of ``demand`` (rows of the entries), and their number today."""
    buckets = demand_of(model)
    today = np.bincount(buckets.home[buckets.home >= 0], minlength=buckets.count)
    moving = np.ones(len(buckets.home), bool) if among is None else among
    return model.change_in(moving, buckets.home, buckets.there), today
