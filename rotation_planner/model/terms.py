"""The goal terms as costs of columns; their values are defined in ``policy.kinds.goals``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import GoalTerm, Priced
from rotation_planner.model.constraints.receiving import demand_change
from rotation_planner.model.program import INFINITY, Entries, Scopes

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


class _PerMover(GoalTerm):
    """A cost of people who leave (negative: a cost of those who stay)."""

    sign = 1

    @abstractmethod
    def _who(self) -> Array:
        """Whose leaving is priced, over the staff."""

    def _counted(self) -> Array:
        """The term's own ``who``, everybody where it has none."""
        if self.term.who is None:
            return np.ones(self.ground.facts.people, bool)
        return self.ground.select.people(self.term.who)

    def leaving(self) -> Sequence[Array]:
        return [self._who()]

    def post(self, model: Model) -> Iterable[Priced]:
        groups = np.flatnonzero(model.people.of_groups(self._who()))
        yield model.leave[groups], np.full(len(groups), self.sign), self.term.weight


class DueUnplaced(_PerMover):
    """Everyone due who stays costs; so everyone due who leaves saves."""

    sign = -1

    def _who(self) -> Array:
        due = self.ground.standing.due
        named = self.term.duties or tuple(due)
        of = np.logical_or.reduce(
            [np.zeros(self.ground.facts.people, bool), *(due[each] for each in named if each in due)]
        )
        return of & self._counted()

    def post(self, model: Model) -> Iterable[Priced]:
        self.constant = self.term.weight * int(self._who().sum())
        yield from super().post(model)


class ExtraMovers(_PerMover):
    """Movers who are neither due nor volunteers nor pinned."""

    def _who(self) -> Array:
        standing = self.ground.standing
        return ~(standing.any_due | standing.any_volunteer | standing.forced)


class AllMoves(_PerMover):
    """All movers, in some ways only where the term names them."""

    def _who(self) -> Array:
        return self._counted()

    def going(self) -> Sequence[Array]:
        return [self._who()] if self.term.ways else ()

    def post(self, model: Model) -> Iterable[Priced]:
        if not self.term.ways:
            yield from super().post(model)
            return
        cases = self.ground.routing.modes.cases if self.ground.routing.modes is not None else ()
        named = [number for number, case in enumerate(cases) if case.id in self.term.ways]
        arcs = np.flatnonzero(model.of_arcs(self._who()) & np.isin(model.people.seats.way, named))
        yield model.go[arcs], np.ones(len(arcs), dtype=np.int64), self.term.weight


class PointsStaying(GoalTerm):
    """Whole points of those who stay."""

    def _points(self) -> Array:
        """Points rounded half up to whole ones, never below none; 0 for whom the term does not count."""
        points = self.ground.facts.of_people("score." + self.term.score)
        whole = np.floor(np.nan_to_num(np.asarray(points, float)) + 0.5 + 1e-9).astype(np.int64)
        return np.where(self.ground.select.people(self.term.who), np.maximum(whole, 0), 0)

    def leaving(self) -> Sequence[Array]:
        return [self._points()]

    def post(self, model: Model) -> Iterable[Priced]:
        points = self._points()
        self.constant = self.term.weight * int(points.sum())
        yield model.leave, -model.people.of_groups(points), self.term.weight


class MissingPerPupils(GoalTerm):
    """People missing below what the pupils of each school ask for."""

    def _of(self) -> Array:
        return self.ground.select.people(self.term.of)

    def going(self) -> Sequence[Array]:
        return [self._of()]

    def post(self, model: Model) -> Iterable[Priced]:
        students = self.ground.facts.of_schools("students")
        asked = self.ground.openings.scope_schools & ~np.isnan(students)
        if self.term.where is not None:
            asked = asked & self.ground.select.schools(self.term.where)
        schools = np.flatnonzero(asked)
        share = self.term.per_hundred / 100
        needed = -(-students[schools].astype(np.int64) * share.numerator // share.denominator)
        today = model.today(self._of())[schools]
        row = np.full(self.ground.schools, -1, dtype=np.int64)
        row[schools] = np.arange(len(schools))
        change = model.change(self._of())
        kept = row[change.row] >= 0
        short = model.program.add_columns(len(schools), 0, needed)
        ones = np.ones(len(schools), dtype=np.int64)
        entries = Entries(row[change.row[kept]], change.column[kept], change.value[kept])
        entries += Entries(np.arange(len(schools)), short, ones)
        scopes = Scopes("school", schools)
        model.program.add_rows("goal:per_pupils", entries, needed - today, INFINITY, scopes)
        yield short, ones, self.term.weight


class MissingStaff(GoalTerm):
    """Full-time staff below ``required`` afterwards."""

    def post(self, model: Model) -> Iterable[Priced]:
        entries, today = demand_change(model)
        required = self.ground.district.demand["required"].to_numpy(float)
        touched = np.unique(entries.row)
        missing = np.maximum(required - today, 0)
        still = np.ones(len(required), bool)
        still[touched] = False
        self.constant = self.term.weight * int(missing[still].sum())
        row = np.full(len(required), -1, dtype=np.int64)
        row[touched] = np.arange(len(touched))
        short = model.program.add_columns(len(touched), 0, required[touched])
        counted = Entries(row[entries.row], entries.column, entries.value)
        counted += Entries(np.arange(len(touched)), short, np.ones(len(touched), dtype=np.int64))
        scopes = Scopes("demand", touched)
        model.program.add_rows("goal:shortage", counted, (required - today)[touched], INFINITY, scopes)
        yield short, np.ones(len(touched), dtype=np.int64), self.term.weight


class SurplusStaff(GoalTerm):
    """Staff above the headcount limit afterwards, in schools of the scope."""

    def post(self, model: Model) -> Iterable[Priced]:
        everybody = np.ones(self.ground.facts.people, bool)
        limit = self.ground.facts.of_schools("headcount_limit")
        above = np.where(np.isnan(limit), -INFINITY, model.today(everybody) - limit)
        scope = self.ground.openings.scope_schools
        change = model.change(everybody)
        touched = np.zeros(len(limit), bool)
        touched[change.row] = True
        self.constant = self.term.weight * int(np.maximum(above, 0)[scope & ~touched].sum())
        # A school that receives nobody keeps at most today's surplus; others may rise where no rule forbids it.
        schools = np.flatnonzero(scope & touched & np.isfinite(above))
        row = np.full(len(limit), -1, dtype=np.int64)
        row[schools] = np.arange(len(schools))
        kept = row[change.row] >= 0
        surplus = model.program.add_columns(len(schools), 0, len(self.ground.people) + np.maximum(above[schools], 0))
        rows = Entries(row[change.row[kept]], change.column[kept], change.value[kept])
        rows += Entries(np.arange(len(schools)), surplus, np.full(len(schools), -1))
        model.program.add_rows("goal:overstaffing", rows, -INFINITY, -above[schools], Scopes("school", schools))
        yield surplus, np.ones(len(schools), dtype=np.int64), self.term.weight


class UnevenShare(GoalTerm):
    """How far each school lies from the district's share, in thousandths of a person."""

    def _masks(self) -> tuple[Array, Array]:
        over = self.ground.select.people(self.term.over)
        return self.ground.select.people(self.term.of) & over, over

    def going(self) -> Sequence[Array]:
        return self._masks()

    def post(self, model: Model) -> Iterable[Priced]:
        of, over = self._masks()
        schools = np.flatnonzero(self.ground.openings.scope_schools)
        held, all_held = model.today(of)[schools], model.today(over)[schools]
        total = int(all_held.sum())
        share = (2000 * int(held.sum()) + total) // (2 * total) if total else 0
        row = np.full(self.ground.schools, -1, dtype=np.int64)
        row[schools] = np.arange(len(schools))
        most = total + len(self.ground.people)  # people may come from schools outside the scope
        off = model.program.add_columns(len(schools), 0, 1000 * (most + 1))
        net_of, net_over = (model.program.add_columns(len(schools), -most, most) for _ in range(2))
        rows, ones = np.arange(len(schools)), np.ones(len(schools), dtype=np.int64)
        for net, mask in ((net_of, of), (net_over, over)):
            change = model.change(mask)
            kept = row[change.row] >= 0
            tied = Entries(row[change.row[kept]], change.column[kept], change.value[kept]) + Entries(rows, net, -ones)
            model.program.add_rows("goal:evenness", tied, 0, 0, Scopes("school", schools))
        today = 1000 * held - share * all_held
        for sign in (1, -1):
            # off >= sign x (today + 1000 net_of - share x net_over)
            entries = Entries(rows, off, ones) + Entries(rows, net_of, -sign * 1000 * ones)
            entries += Entries(rows, net_over, sign * share * ones)
            model.program.add_rows("goal:evenness", entries, sign * today, INFINITY, Scopes("school", schools))
        yield off, ones, self.term.weight / 1000


class UnmetWishes(GoalTerm):
    """What movers with applications did not get, as a cost of each arc."""

    def _wishes(self) -> dict[int, list[tuple[int, str, str]]]:
        table, find = self.ground.district.applications, self.ground.district.staff_pos
        wishes: dict[int, list[tuple[int, str, str]]] = {}
        counted = None if self.term.who is None else self.ground.select.people(self.term.who)
        columns = (table[name].tolist() for name in ("staff_id", "rank", "school_id", "zone"))
        for staff_id, rank, school_id, zone in zip(*columns, strict=True):
            if (school_id or zone) and (counted is None or counted[find[staff_id]]):
                wishes.setdefault(find[staff_id], []).append((int(rank), school_id, zone))
        return {person: sorted(each) for person, each in wishes.items()}

    def going(self) -> Sequence[Array]:
        told = np.full(self.ground.facts.people, "", dtype=object)
        for person, each in self._wishes().items():
            told[person] = repr(each)
        return [told]

    def post(self, model: Model) -> Iterable[Priced]:
        ranks = self.term.ranks
        zones = self.ground.facts.of_schools("zone")
        wishes = self._wishes()
        kinds = [k for k, person in enumerate(model.people.kind_person.tolist()) if person in wishes]
        cost = np.zeros((len(kinds), self.ground.schools), dtype=np.int64)
        for row, kind in enumerate(kinds):
            cost[row] = self.term.other
            for rank, school_id, zone in reversed(wishes[int(model.people.kind_person[kind])]):
                price = ranks[min(rank, len(ranks)) - 1]
                met = np.asarray(zones == zone, bool) if not school_id else np.zeros(self.ground.schools, bool)
                if school_id:
                    met[self.ground.district.school_pos[school_id]] = True
                cost[row, met] = price  # from the last wish to the first, so that the best one stands
        place = np.full(len(model.people.kind_person), -1, dtype=np.int64)
        place[kinds] = np.arange(len(kinds))
        arcs = np.flatnonzero(place[model.people.seats.person] >= 0)
        units = (
            cost[place[model.people.seats.person[arcs]], model.arc_to[arcs]]
            if len(kinds)
            else np.zeros(0, dtype=np.int64)
        )
        yield model.go[arcs], units, self.term.weight


class Kilometres(GoalTerm):
    """Whole kilometres from school to school, or from home to the school entered, as a cost of each arc."""

    def _counted(self) -> Array:
        if self.term.who is None:
            return np.ones(self.ground.facts.people, bool)
        return self.ground.select.people(self.term.who)

    def going(self) -> Sequence[Array]:
        told: list[Array] = [] if self.term.who is None else [self._counted()]
        if self.term.of == "home":
            told += [self.ground.facts.of_people(name) for name in ("home_latitude", "home_longitude")]
        return told

    def post(self, model: Model) -> Iterable[Priced]:
        arcs = np.flatnonzero(model.of_arcs(self._counted()))
        if self.term.of == "home":
            kinds = model.people.kind_person
            km = self.ground.routing.home_km(kinds)
            km = km[model.people.seats.person[arcs], model.arc_to[arcs]]
        else:
            km = self.ground.district.km[model.arc_from[arcs], model.arc_to[arcs]]
        whole = np.where(np.isnan(km), self.term.unknown, np.floor(km + 0.5)).astype(np.int64)
        yield model.go[arcs], whole, self.term.weight
