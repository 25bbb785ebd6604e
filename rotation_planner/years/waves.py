"""Who goes when: the coming years' departures spread so that no school and no subject loses many at once.

A whole-number program over the years: per school, stage and subject and year, how many leave and how many arrive.
Nobody goes before they may, as many go as are called by then, what a school and a subject group may lose in a year and
what the staffing tables let it receive hold; the squares of what each school and each subject loses are made small.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.program import INFINITY, Entries, Program, Scopes
from rotation_planner.policy.kinds import People, ShareRule
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.engines import integer_program, relax
from rotation_planner.years.assumptions import Waves
from rotation_planner.years.forecast import Forecast, Seat

TANGENTS = 14
LATE, LATE_MAY = 1_000_000, 2_000  # what a person called and not sent costs a year: never willingly, or where it pays
UNEVEN = 1_000  # a school (a subject) that loses a person more than it did, by its size
PER_SCHOOL, PER_SUBJECT = ("school_id",), ("school_id", "stage", "subject")


@dataclass(frozen=True, eq=False)
class Programme:
    """``leave``: [groups, years], how many of each school, stage and subject are to go in each year. ``year``: per
    person the year in which they are to go, -1 for not within the time. ``late``: [schools, years], how many who are
    called wait. ``solved``: whether the program was solved, or the calls were taken as they come."""

    leave: Array
    year: Array
    late: Array
    solved: bool


def spread(
    forecast: Forecast, standing: Standing, policy: Policy, how: Waves, *, seconds: float = 10.0, seed: int = 1
) -> Programme:
    """The programme of the coming years."""
    builder = _Builder(forecast, standing, policy, how)
    leave, late, solved = builder.solve(seconds, seed)
    return Programme(leave, _people(forecast, standing, leave), late, solved)


class _Builder:
    """The program in columns and rows."""

    def __init__(self, forecast: Forecast, standing: Standing, policy: Policy, how: Waves) -> None:
        self.forecast, self.standing, self.policy, self.how = forecast, standing, policy, how
        self.facts = standing.facts
        self.groups, self.years = len(forecast.seats), forecast.years
        self.school = np.array([seat[0] for seat in forecast.seats], dtype=np.int64)
        self.schools = len(self.facts.district.schools)
        self.subjects: dict[tuple[str, str], int] = {}
        kinds = [self.subjects.setdefault(seat[1:], len(self.subjects)) for seat in forecast.seats]
        self.subject = np.array(kinds, dtype=np.int64)
        self.program = Program()
        self.cost: list[tuple[Array, Array]] = []

    def solve(self, seconds: float, seed: int) -> tuple[Array, Array, bool]:
        """Leavers [groups, years], late [schools, years], and whether it was solved."""
        shape, groups = (self.groups, self.years), self.groups
        late = np.zeros((self.schools, self.years), dtype=np.int64)
        if not groups:
            return np.zeros(shape, dtype=np.int64), late, True
        arising = self.forecast.arising
        ready = arising.cumsum(axis=1)
        x = self.program.add_columns(groups * self.years, 0, ready.ravel()).reshape(shape)
        self._price(x, 1)
        for year in range(self.years):
            entries = _sum(np.repeat(np.arange(groups), year + 1), x[:, : year + 1].ravel())
            self._rows(entries, -INFINITY, ready[:, year], groups)
        slack = self._called(x)
        self._caps(x)
        self._staffing(x)
        sizes = np.bincount(self.facts.school, minlength=self.schools)
        self._even(x, self.school, self.schools, sizes)
        teaching = [self._teaching(seat) for seat in self.subjects]
        self._even(x, self.subject, len(self.subjects), np.array(teaching))
        arrays = self.program.arrays()
        cost = np.zeros(self.program.columns, dtype=np.int64)
        for columns, price in self.cost:
            np.add.at(cost, columns, price)
        answer = integer_program(arrays, cost, seconds=seconds, gap=0.01, seed=seed)
        if answer.values is None:
            answer = relax(arrays, cost, seconds=seconds)
        if answer.values is None:
            return self._as_called(), late, False
        return np.rint(answer.values[x]).astype(np.int64), np.rint(answer.values[slack]).astype(np.int64), True

    def _as_called(self) -> Array:
        """Without an answer: this year those who are due, later nobody is foreseen."""
        leave = np.zeros((self.groups, self.years), dtype=np.int64)
        due = np.flatnonzero(self.standing.any_due & (self.forecast.group >= 0))
        leave[:, 0] = np.bincount(self.forecast.group[due], minlength=self.groups)
        return leave

    def _teaching(self, seat: tuple[str, str]) -> int:
        stage, subject = self.facts.of_people("stage"), self.facts.of_people("subject")
        return int(((stage == seat[0]) & (subject == seat[1])).sum())

    def _rows(self, entries: Entries, low: object, high: object, count: int) -> None:
        self.program.add_rows("years", entries, low, high, Scopes("group", np.arange(count)))

    def _price(self, columns: Array, price: object) -> None:
        self.cost.append((columns.ravel(), np.broadcast_to(np.asarray(price, dtype=np.int64), columns.shape).ravel()))

    def _called(self, x: Array) -> Array:
        """By each year as many of a school have gone as were called by then, or they are late."""
        slack = self.program.add_columns(self.schools * self.years, 0, INFINITY).reshape(self.schools, self.years)
        self._price(slack, LATE_MAY if self.how.hold_back else LATE)
        called = self.forecast.due.cumsum(axis=1)
        for year in range(self.years):
            entries = _sum(np.repeat(self.school, year + 1), x[:, : year + 1].ravel())
            entries += _sum(np.arange(self.schools), slack[:, year])
            self._rows(entries, called[:, year], INFINITY, self.schools)
        return slack

    def _caps(self, x: Array) -> None:
        """Caps of the must rules on what a school, or a subject group of it, loses in a year."""
        for rule in self.policy.of(ShareRule):
            whole = isinstance(rule.over, People) and rule.of is None and rule.where is None and rule.force == "must"
            if rule.at_most is None or not whole or rule.per not in (PER_SCHOOL, PER_SUBJECT):
                continue
            counted = self.standing.selecting.people(rule.over.people)  # type: ignore[union-attr]
            if rule.per == PER_SCHOOL:
                number, count = self.school, self.schools
                size = np.bincount(self.facts.school[counted], minlength=count)
            else:
                number, count = np.arange(self.groups), self.groups
                size = np.array([self._held(seat, counted) for seat in self.forecast.seats])
            most = np.maximum(size * rule.at_most.numerator // rule.at_most.denominator, rule.allow)
            for year in range(self.years):
                self._rows(_sum(number, x[:, year]), -INFINITY, most, count)

    def _held(self, seat: Seat, counted: Array) -> int:
        same = (self.facts.school == seat[0]) & (self.facts.of_people("stage") == seat[1])
        return int((same & (self.facts.of_people("subject") == seat[2]) & counted).sum())

    def _staffing(self, x: Array) -> None:
        """Whoever leaves a subject arrives at another school of it, and no row of the staffing tables gets worse."""
        table, rows = self.facts.district.demand, self.facts.demand_rows
        if not len(table):
            return
        of_demand = self.facts.demand_of_person
        now = np.bincount(of_demand[of_demand >= 0], minlength=len(table))
        required = table["required"].to_numpy(float)
        low = np.fmin(np.where(np.isnan(table["minimum"]), np.fmin(required, now), table["minimum"]), now)
        high = np.fmax(np.where(np.isnan(table["maximum"]), np.fmax(required, now), table["maximum"]), now)
        group_of = {rows[seat]: number for number, seat in enumerate(self.forecast.seats) if seat in rows}
        kind = {seat[1:]: number for seat, number in ((s, self.subjects.get(s[1:], -1)) for s in rows)}
        seat_of = {row: seat for seat, row in rows.items()}
        used = [row for row in range(len(table)) if kind.get(seat_of[row][1:], -1) >= 0]
        if not used:
            return
        place = {row: number for number, row in enumerate(used)}
        subject = np.array([kind[seat_of[row][1:]] for row in used], dtype=np.int64)
        a = self.program.add_columns(len(used) * self.years, 0, INFINITY).reshape(len(used), self.years)
        leaving_row = np.array([place[row] for row in group_of if row in place], dtype=np.int64)
        leaving = np.array([number for row, number in group_of.items() if row in place], dtype=np.int64)
        taught = np.unique(subject)
        code = np.searchsorted(taught, subject)
        for year in range(self.years):
            # Arrivals of a subject are its leavers; none of them comes from the school itself.
            balance = _sum(code, a[:, year]) + -_sum(np.searchsorted(taught, subject[leaving_row]), x[leaving, year])
            self._rows(balance, 0, 0, len(taught))
            net = _sum(np.repeat(np.arange(len(used)), year + 1), a[:, : year + 1].ravel())
            net += -_sum(np.repeat(leaving_row, year + 1), x[leaving, : year + 1].ravel())
            self._rows(net, (low - now)[used], (high - now)[used], len(used))

    def _even(self, x: Array, number: Array, count: int, sizes: Array) -> None:
        """The squares of what each bucket loses in each year, from below by tangents, weighed by the bucket's size."""
        most = np.zeros(count)
        np.add.at(most, number, self.forecast.arising.sum(axis=1))
        buckets = np.flatnonzero(most > 0)
        place = np.full(count, -1, dtype=np.int64)
        place[buckets] = np.arange(len(buckets))
        weight = np.maximum(UNEVEN // np.maximum(sizes[buckets], 1), 1)
        for year in range(self.years):
            square = self.program.add_columns(len(buckets), 0, INFINITY)
            self._price(square, weight)
            for each in range(TANGENTS):
                at = np.unique(np.floor(most[buckets] * each / TANGENTS).astype(np.int64), return_inverse=True)
                point = at[0][at[1]]
                entries = _sum(np.arange(len(buckets)), square)
                loss = _sum(place[number], x[:, year])
                slope = -(2 * point + 1)[loss.row]
                entries += Entries(loss.row, loss.column, slope)
                self._rows(entries, -(point * (point + 1)), INFINITY, len(buckets))


def _sum(rows: Array, columns: Array) -> Entries:
    return Entries(rows, columns, np.ones(len(columns), dtype=np.int64))


def _people(forecast: Forecast, standing: Standing, leave: Array) -> Array:
    """The year in which each person is to go: of every group those who may go earliest and have served longest first;
    whoever is due this year before all others."""
    year = np.full(len(forecast.first), -1, dtype=np.int64)
    joined = standing.facts.of_people("joined_school")
    told = np.where(np.isnat(joined), np.datetime64("9999-12-31"), joined)
    due = standing.any_due
    people = np.flatnonzero(forecast.group >= 0)
    order = people[np.lexsort((told[people], forecast.first[people], ~due[people], forecast.group[people]))]
    waiting: dict[int, list[int]] = {}
    for person in order.tolist():
        waiting.setdefault(int(forecast.group[person]), []).append(person)
    for group, row in enumerate(leave.tolist()):
        queue = waiting.get(group, [])
        for each, number in enumerate(row):
            for _ in range(number):
                at = next((k for k, person in enumerate(queue) if forecast.first[person] <= each), None)
                if at is None:
                    break
                year[queue.pop(at)] = each
    return year
