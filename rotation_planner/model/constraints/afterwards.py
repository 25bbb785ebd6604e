"""What holds afterwards: staffing, posts, titles, kin, and the flow of the backbone teachers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.facts import Array
from rotation_planner.model.base import Constraint, ranked
from rotation_planner.model.program import CUT, INFINITY, Entries, Scopes
from rotation_planner.policy.kinds import SubjectStaffing

if TYPE_CHECKING:
    from rotation_planner.model.model import Model

POST_COLUMNS = {
    "principal": "principal_posts",
    "deputy_principal": "deputy_posts",
    "middle_chief": "middle_chief_posts",
    "middle_deputy": "middle_deputy_posts",
}


class _WhereReceiving(Constraint):
    """Caps that bind where somebody arrives: within the limit there, nowhere worse than today."""

    def _cap(self, model: Model, counted: Array, limit: Array) -> None:
        """People of ``counted`` afterwards are within ``limit`` (per school, NaN: none) wherever one arrives."""
        today = model.today(counted)
        arriving = model.arrivals(counted, model.arc_to)
        reached = np.zeros(len(limit), bool)
        reached[arriving.row] = True
        change = model.change(counted)
        plain = np.flatnonzero(reached & (today <= limit))
        self._rows(model, change, plain, -INFINITY, (limit - today)[plain])
        over = np.flatnonzero(reached & (today > limit))
        if len(over) == 0:
            return
        # Above the limit today: arrivals only where enough leave; ``opens`` says whether anybody may arrive.
        may_leave = np.bincount(
            self.ground.facts.school[self.ground.people[counted[self.ground.people]]], minlength=len(limit)
        )
        room = np.maximum(limit - today + may_leave, 0)[over]
        opens = model.program.add_columns(len(over), 0, np.minimum(room, 1))
        rows = np.arange(len(over))
        excuses = model.excuses(self.rule, len(over)) if ranked(self.rule) else None
        self._rows(model, arriving, over, -INFINITY, 0, Entries(rows, opens, -room.astype(np.int64)), excuses)
        above = (today - limit)[over].astype(np.int64)
        self._rows(model, change, over, -INFINITY, 0, Entries(rows, opens, above), excuses)
        if excuses is None:
            self._cuts(model, counted, over, opens, room)

    def _cuts(self, model: Model, counted: Array, over: Array, opens: Array, room: Array) -> None:
        """Cuts: into one subject of such a school no more can come than leave it or its maximum lets in.

        They follow from the rules in whole numbers and only raise the relaxation's bound.
        """
        demand = self.ground.district.demand
        binding = [rule for rule in self.ground.policy.of(SubjectStaffing) if rule.force == "must"]
        if not binding or not len(demand):
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
        entering = model.arrivals(counted & self.ground.facts.of_people("full_time"), model.people.seats.demand)
        cut = np.flatnonzero((most >= 1) & (most < room[place[school]]) & (place[school] >= 0))
        row = np.full(len(demand), -1, dtype=np.int64)
        row[cut] = np.arange(len(cut))
        kept = row[entering.row] >= 0
        entries = Entries(row[entering.row[kept]], entering.column[kept], entering.value[kept])
        entries += Entries(np.arange(len(cut)), opens[place[school[cut]]], -most[cut].astype(np.int64))
        model.program.add_rows(CUT + self.rule.id, entries, -INFINITY, 0, Scopes("demand", cut))

    def _rows(
        self,
        model: Model,
        entries: Entries,
        schools: Array,
        lower: object,
        upper: object,
        more: Entries | None = None,
        excuses: Array | None = None,
    ) -> None:
        """Rows for some schools only, from entries whose rows are school positions."""
        row = np.full(self.ground.schools, -1, dtype=np.int64)
        row[schools] = np.arange(len(schools))
        kept = row[entries.row] >= 0
        picked = Entries(row[entries.row[kept]], entries.column[kept], entries.value[kept])
        if more is not None:
            picked += more
        scopes = Scopes("school", schools)
        model.post(self.rule, picked, np.asarray(lower, float), np.asarray(upper, float), scopes, excuses=excuses)


class HeadcountLimit(_WhereReceiving):
    """A school that receives anyone ends within its headcount limit."""

    def post(self, model: Model) -> None:
        limit = self.ground.facts.of_schools("headcount_limit") - self.rule.reserve
        self._cap(model, np.ones(self.ground.facts.people, bool), limit)


class SubjectLimits(Constraint):
    """Full-time staff per school, stage and subject between minimum and maximum, never worse than today."""

    def post(self, model: Model) -> None:
        entries, _ = demand_change(model)
        table = self.ground.district.demand
        lowest, highest, today = demand_limits(model)
        # Rows that nothing enters or leaves cannot change.
        row = np.full(len(table), -1, dtype=np.int64)
        touched = np.unique(entries.row)
        row[touched] = np.arange(len(touched))
        packed = Entries(row[entries.row], entries.column, entries.value)
        inside = np.asarray(self.ground.openings.scope_schools)[
            table["school_id"].map(self.ground.district.school_pos).to_numpy(np.int64)
        ][touched]
        lower = np.where(inside, (lowest - today)[touched], -INFINITY)
        upper = np.where(inside, (highest - today)[touched], INFINITY)
        model.post(self.rule, packed, lower, upper, Scopes("demand", touched))


def demand_limits(model: Model) -> tuple[Array, Array, Array]:
    """Lowest and highest number of full-time staff afterwards per row of ``demand``, and their number today."""
    table, rows = model.ground.district.demand, model.ground.facts.demand_of_person
    today = np.bincount(rows[rows >= 0], minlength=len(table))
    required = table["required"].to_numpy(float)
    highest, lowest = table["maximum"].to_numpy(float), table["minimum"].to_numpy(float)
    highest = np.maximum(np.where(np.isnan(highest), required, highest), today)
    return np.minimum(np.where(np.isnan(lowest), required, lowest), today), highest, today


def demand_change(model: Model) -> tuple[Entries, Array]:
    """Change of full-time staff per row of ``demand`` (rows of the entries), and their number today."""
    facts = model.ground.facts
    rows = facts.demand_of_person
    today = np.bincount(rows[rows >= 0], minlength=len(model.ground.district.demand))
    full_time = facts.of_people("full_time")
    entering = model.arrivals(full_time, model.people.seats.demand)
    return entering + -model.leavers(rows >= 0, rows), today


class LeadershipPosts(_WhereReceiving):
    """Posts by position: within their number where anybody arrives; those to be filled stay filled."""

    def _positions(self) -> dict[str, str]:
        return {each: how for each in POST_COLUMNS if (how := getattr(self.rule, each)) is not None}

    def going(self) -> Sequence[Array]:
        position = self.ground.facts.of_people("position").astype(str)
        return [np.where(np.isin(position, list(self._positions())), position, "").astype(object)]

    def post(self, model: Model) -> None:
        position = self.ground.facts.of_people("position")
        for name, how in self._positions().items():
            holding = np.asarray(position == name, bool)
            today = model.today(holding)
            posts = self.ground.facts.of_schools(POST_COLUMNS[name])
            posts = np.where(np.isnan(posts), today, posts)
            self._cap(model, holding, posts)
            if how == "filled":
                change = model.change(holding)
                touched = np.unique(change.row)
                self._rows(model, change, touched, (np.minimum(posts, today) - today)[touched], INFINITY)


class TitleLimits(_WhereReceiving):
    """Senior and other title posts admit who arrives."""

    def _group(self, titles: tuple[str, ...]) -> Array:
        return np.isin(self.ground.facts.of_people("title").astype(str), titles)

    def going(self) -> Sequence[Array]:
        return [self._group(group.titles) for group in self.rule.groups]

    def post(self, model: Model) -> None:
        for group in self.rule.groups:
            posts = self.ground.facts.of_schools(group.posts) - self.rule.reserve
            self._cap(model, self._group(group.titles), posts)


class KinApart(Constraint):
    """Nobody is brought into a school where a relative is afterwards. Relatives who cannot move shut their school in
    ``eligibility``; here stand the pairs of whom both may move."""

    def _pairs(self) -> Array:
        pairs = self.ground.openings.kin_pairs
        return pairs[self.ground.standing.candidate[pairs].all(axis=1)]

    def going(self) -> Sequence[Array]:
        alone = np.full(self.ground.facts.people, -1, dtype=np.int64)
        concerned = np.unique(self._pairs())
        alone[concerned] = concerned
        return [alone]

    def post(self, model: Model) -> None:
        pairs = self._pairs()
        if len(pairs) == 0:
            return
        facts, people, schools = self.ground.facts, model.people, self.ground.schools
        kind = np.full(facts.people, -1, dtype=np.int64)
        kind[people.people] = people.kind
        group = np.full(facts.people, -1, dtype=np.int64)
        group[people.people] = people.group
        arcs_of: dict[int, Array] = {}
        for person in np.unique(pairs).tolist():
            arcs_of[person] = np.flatnonzero(people.seats.person == kind[person])
        row = 0
        rows: list[Array] = []
        columns: list[Array] = []
        values: list[Array] = []
        upper: list[int] = []
        scope: list[int] = []
        for number, (one, other) in enumerate(pairs.tolist()):
            here, there = arcs_of[one], arcs_of[other]
            common = np.intersect1d(people.seats.school[here], people.seats.school[there])
            place = np.full(schools, -1, dtype=np.int64)
            place[common] = row + np.arange(len(common))
            for arcs in (here, there):
                met = arcs[place[people.seats.school[arcs]] >= 0]
                rows.append(place[people.seats.school[met]])
                columns.append(model.go[met])
                values.append(np.ones(len(met), dtype=np.int64))
            upper += [1] * len(common)
            scope += [number] * len(common)
            row += len(common)
            for mover, stayer in ((one, other), (other, one)):
                toward = arcs_of[mover][people.seats.school[arcs_of[mover]] == facts.school[stayer]]
                if len(toward):
                    rows.append(np.full(len(toward) + 1, row))
                    columns.append(np.append(model.go[toward], model.leave[group[stayer]]))
                    values.append(np.append(np.ones(len(toward), dtype=np.int64), -1))
                    upper.append(0)
                    scope.append(number)
                    row += 1
        if not upper:
            return
        entries = Entries(np.concatenate(rows), np.concatenate(columns), np.concatenate(values))
        persons = pairs[np.array(scope, dtype=np.int64), 0]
        model.post(self.rule, entries, np.asarray(-INFINITY), np.array(upper), Scopes("person", persons))


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
        down = model.arrivals(who, arcs, high[model.arc_from] & low[model.arc_to])
        if rule.reading == "strict":
            against = model.leavers(who & low[self.ground.facts.school], everybody)
        else:
            against = model.arrivals(who, arcs, low[model.arc_from] & high[model.arc_to])
        # ``any_moves`` is 1 as soon as anyone of ``who`` moves: then strictly more are asked for.
        any_moves = model.program.add_columns(1, 0, 1)
        one = np.zeros(1, dtype=np.int64)
        most = max(int(who[self.ground.people].sum()), 1)
        moving = model.leavers(who, everybody) + Entries(one, any_moves, np.array([-most]))
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
        entering = model.arrivals(self._who(), arcs, inside[model.arc_to] & ~inside[model.arc_from])
        leaving = model.arrivals(self._who(), arcs, inside[model.arc_from] & ~inside[model.arc_to])
        scopes = Scopes("district", np.zeros(1, dtype=np.int64))
        model.post(self.rule, entering + -leaving, np.asarray(self.rule.margin), np.asarray(INFINITY), scopes)
