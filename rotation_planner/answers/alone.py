"""One person's fate changed with everybody else as planned: which rules it breaks, or what the goals come to then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from rotation_planner.answers.seen import PATIENCE, Seen
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import integer_program


@dataclass(frozen=True)
class Alone:
    """``rules``: ids of the rules that the change breaks; ``goals``: what the levels come to, ``None`` where it breaks
    any."""

    rules: tuple[str, ...]
    goals: tuple[float, ...] | None


class Alones:
    """Tries single changes on a plan that the model allows. Helper columns fall apart into small connected parts, of
    which a change touches few; only these are worked out again."""

    def __init__(self, seen: Seen, values: Array) -> None:
        self.seen, self.values = seen, values
        model = seen.model
        self._rows = sp.csr_matrix(model.arrays.matrix)
        self._columns = sp.csc_matrix(model.arrays.matrix)
        self._activity = self._rows @ values
        helper = np.ones(len(values), bool)
        helper[model.leave] = helper[model.go] = False
        self._helpers = np.flatnonzero(helper)
        part = self._rows[:, self._helpers]
        linked = sp.csr_matrix((np.ones(part.nnz), part.indices, part.indptr), shape=part.shape)
        of_helper = connected_components(linked.T @ linked, directed=False)[1]
        self._part = np.full(len(values), -1, dtype=np.int64)
        self._part[self._helpers] = of_helper
        self._members = [self._helpers[each] for each in _split(of_helper)]
        self._rule = np.concatenate(
            [np.full(block.count, block.rule, dtype=object) for block in model.program.blocks] or [np.zeros(0, object)]
        )
        self._cost = np.add.reduce([cost.coefficients for cost in seen.costs])
        seats = model.people.seats
        self._order = np.argsort(seats.person, kind="stable")
        self._first = np.searchsorted(seats.person[self._order], np.arange(len(model.people.kind_person) + 1))

    def arcs(self, person: int) -> Array:
        """The arcs of a candidate."""
        kind = self.seen.model.people.kind[self._row(person)]
        return self._order[self._first[kind] : self._first[kind + 1]]

    def _row(self, person: int) -> int:
        return int(np.searchsorted(self.seen.model.people.people, person))

    def to(self, person: int, schools: tuple[int, ...] | None) -> Alone:
        """The candidate goes to one of the schools (in the best seat there), or stays where they are ``None``."""
        people = self.seen.model.people
        if schools is None:
            return self._change(person, None)
        found = [self._change(person, int(arc)) for arc in self.arcs(person) if people.seats.school[arc] in schools]
        allowed = [each for each in found if each.goals is not None]
        if allowed:
            return min(allowed, key=lambda each: each.goals or ())
        return min(found, key=lambda each: (len(each.rules), each.rules), default=Alone((), None))

    def of(self, values: Array) -> Alone:
        """The plan with these columns of who leaves and who goes where."""
        return self._settled(values, np.flatnonzero(values != self.values))

    def _change(self, person: int, arc: int | None) -> Alone:
        model, fates = self.seen.model, self.seen.fates
        values = self.values.copy()
        leave = model.leave[model.people.group[self._row(person)]]
        if fates.moves[person]:
            values[self._taken(person)] -= 1
            values[leave] -= 1
        if arc is not None:
            values[model.go[arc]] += 1
            values[leave] += 1
        changed = np.flatnonzero(values != self.values)
        if (values[changed] < model.arrays.lower[changed]).any():
            return Alone(tuple(rule.id for rule in model.policy.active if rule.kind == "pins"), None)
        return self.of(values)

    def _taken(self, person: int) -> int:
        """The ``go`` column that a mover takes in the plan."""
        fates, seats = self.seen.fates, self.seen.model.people.seats
        wanted = {(str(fates.stage[person]), str(fates.subject[person])), ("", str(fates.subject[person]))}
        for arc in self.arcs(person):
            if seats.destination[arc] == fates.destination[person] and seats.options[seats.option[arc]] in wanted:
                return int(self.seen.model.go[arc])
        raise ValueError("the plan's move is not open in the model")

    def _settled(self, values: Array, changed: Array) -> Alone:
        """The change with the parts of helper columns that it touches worked out again."""
        arrays = self.seen.model.arrays
        delta = self._columns[:, changed] @ (values - self.values)[changed[:]]
        rows = np.flatnonzero(delta)
        touched = self._rows[rows]
        parts = np.unique(self._part[touched.indices])
        helpers = np.concatenate([self._members[part] for part in parts if part >= 0] or [np.zeros(0, dtype=np.int64)])
        activity = self._activity + delta
        bare = np.ones(len(rows), bool)
        bare[np.repeat(np.arange(len(rows)), np.diff(touched.indptr))[self._part[touched.indices] >= 0]] = False
        alone = rows[bare]
        wrong = (activity[alone] > arrays.row_upper[alone] + 1e-6) | (activity[alone] < arrays.row_lower[alone] - 1e-6)
        rules = self._named(alone[wrong])
        if len(helpers):
            all_rows = np.unique(self._columns[:, helpers].indices)
            part = self._rows[all_rows][:, helpers]
            rest = activity[all_rows] - part @ self.values[helpers]
            program = ProgramArrays(
                arrays.lower[helpers], arrays.upper[helpers], sp.csr_matrix(part),
                arrays.row_lower[all_rows] - rest, arrays.row_upper[all_rows] - rest,
            )  # fmt: skip
            answer = integer_program(program, self._cost[helpers], seconds=PATIENCE)
            if answer.values is None:
                rules = tuple(sorted({*rules, *self._named(np.intersect1d(rows[~bare], all_rows))}))
                return Alone(rules, None)
            values[helpers] = answer.values
        return Alone(rules, None) if rules else Alone((), self.seen.goals(values))

    def _named(self, rows: Array) -> tuple[str, ...]:
        """The policy's rules that these rows state."""
        known = self.seen.model.policy.by_id
        return tuple(sorted({str(each) for each in self._rule[rows]} & set(known)))


def _split(codes: Array) -> list[Array]:
    """The positions of each code."""
    if not len(codes):
        return []
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
