"""What a mover's withdrawal comes to: how many others must change at the least, and the best plan that does so.

How many change *at most* is found near by: nobody, one other who goes where the mover would have gone, then small
programs over the people of the two schools. How many *at least* is what the relaxation over all columns says; between
the two, a program over the columns that prices do not hold still decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rotation_planner.answers.alone import Alones
from rotation_planner.answers.asking import Ask
from rotation_planner.answers.fitting import Fitting
from rotation_planner.answers.held import FEW_ARCS
from rotation_planner.answers.parts import Parts
from rotation_planner.answers.seen import Seen
from rotation_planner.answers.sifting import Sifting
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Cost
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Outcome, clock, integer_program, relax
from rotation_planner.solve.pricing import relax_by_pricing

TRIED = 4  # people tried in a mover's place
PRICING = 5.0  # seconds for a relaxation by pricing
A_PROGRAM = 40.0  # seconds at most for one program


class Patches:
    """Patches of one plan, which the model of ``sifting`` (it counts changed fates) must allow. ``until``: a time of
    ``clock`` after which nothing more is worked out."""

    def __init__(self, sifting: Sifting, seen: Seen, until: float) -> None:
        if sifting.values is None or sifting.changes is None:
            raise ValueError("the model does not allow the plan, or changes are not counted")
        self._sifting, self.values, self.changes, self.until = sifting, sifting.values, sifting.changes, until
        self._parts, self._alones = Parts(sifting), Alones(seen, self.values)
        model = self._model = sifting.model
        self._fitting = Fitting(model, sifting.arrays, self.values)
        self._moving = np.flatnonzero(self.values[model.go] > 0.5)
        self._leave_of = np.zeros(len(model.people.kind_person), dtype=np.int64)
        self._leave_of[model.people.group_kind] = model.leave
        self._from = model.arc_from
        self._few = len(model.go) <= FEW_ARCS
        self._found: dict[int, Array] = {}

    @property
    def costs(self) -> Sequence[Cost]:
        """The policy's goal levels."""
        return self._sifting.costs

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.until - clock()

    def pinned(self, person: int) -> bool:
        """Whether a pin wants just this mover to go."""
        return bool(self._sifting.arrays.lower[self._sifting.leave(person)] > 0)

    # ---- at most -------------------------------------------------------------------------------------------------

    def most(self, person: int) -> float:
        """How many others change at most when the mover stays; without end: nothing was found near by."""
        ask, sifting = Ask(person, None), self._sifting
        found = self._quickly(person)
        for columns in (sifting.crossing, sifting.between):
            if math.isinf(found) and self.left > 0:
                part = self._parts.over(columns(ask))
                changes = part.fewest_changes(ask, None, seconds=min(self.left, A_PROGRAM))
                found = math.inf if changes is None else changes - 1.0
        return found

    def _quickly(self, person: int) -> float:
        """0: the rules allow the plan without this move; 1: they allow it with one other person's fate changed (see
        `_others`); else without end."""
        if self._alones.to(person, None).goals is not None:
            return 0.0
        model, own = self._model, self._sifting.arcs(person)
        taken = int(own[np.argmax(self.values[model.go[own]])])
        gone = np.array([model.go[taken], self._sifting.leave(person)])
        columns, signs = self._others(taken)
        for number in self._fitting.which(columns, signs, gone)[:TRIED].tolist():
            values = self.values.copy()
            values[gone] -= 1
            values[columns[:, number]] += signs[:, number]
            if self._alones.of(values).goals is not None:
                return 1.0
        return math.inf

    def _others(self, taken: int) -> tuple[Array, Array]:
        """What one other person can do where nobody goes along an arc: somebody who stays in the plan takes the place,
        or another mover does, or a mover of one of the two schools stays too. Two columns (a place of the arrays each)
        and what is added to them."""
        model, upper = self._model, self._sifting.arrays.upper
        people, seats = model.people, model.people.seats
        alike = (seats.destination == seats.destination[taken]) & (seats.option == seats.option[taken])
        arcs = np.flatnonzero(alike & (self.values[model.go] < upper[model.go]))
        arc_of = np.full(len(people.kind_person), -1)
        arc_of[seats.person[arcs]] = arcs
        groups = np.flatnonzero(self.values[model.leave] < upper[model.leave])
        groups = groups[arc_of[people.group_kind[groups]] >= 0]
        moving = self._moving[self._moving != taken]
        led = moving[arc_of[seats.person[moving]] >= 0]
        ends = self._from[taken], seats.school[taken]
        near = moving[np.isin(self._from[moving], ends) | np.isin(seats.school[moving], ends)]
        first = (model.go[arc_of[people.group_kind[groups]]], model.go[led], model.go[near])
        second = (model.leave[groups], model.go[arc_of[seats.person[led]]], self._leave_of[seats.person[near]])
        sizes = [len(groups), len(led), len(near)]
        signs = np.repeat(np.array([[1.0, -1.0, -1.0], [1.0, 1.0, -1.0]]), sizes, axis=1)
        return np.array([np.concatenate(first), np.concatenate(second)]), signs

    # ---- at least ------------------------------------------------------------------------------------------------

    def fewest(self, person: int, most: float) -> tuple[float, bool]:
        """How many others must change when the mover stays, where ``most`` is known to do, and whether that is proven;
        without end: no plan was found, or, where it is proven, there is none."""
        ask, cost, constant = Ask(person, None), self.changes.coefficients, self.changes.constant
        lower, upper = self._sifting.bounded(ask)
        program = replace(self._sifting.arrays, lower=lower, upper=upper)
        active = np.ones(len(lower), bool) if self._few else self._near(ask)

        def enough(value: float, bound: float) -> bool:
            return math.ceil(bound - TOLERANCE) >= min(most + 1 - constant, math.ceil(value - TOLERANCE))

        relaxed = relax_by_pricing(
            program, cost, self._sifting.moving(), active, seconds=min(self.left, PRICING), enough=enough
        )
        if relaxed.values is None and relaxed.outcome is not Outcome.INFEASIBLE:
            # Where there is no plan at all, all columns at once say so sooner.
            relaxed = relax(program, cost, seconds=min(self.left, A_PROGRAM))
        if relaxed.outcome is Outcome.INFEASIBLE:
            return math.inf, True
        if math.isinf(most):
            answer = self._integer(program, active)
            if answer.values is None:
                return math.inf, answer.outcome is Outcome.INFEASIBLE and bool(active.all())
            self._found[person], most = answer.values, self.changes.value(answer.values) - 1.0
        room = most - constant - relaxed.bound  # of one other less
        if room < -TOLERANCE:
            return most, True
        if relaxed.reduced is None:
            return most, False
        still, go = relaxed.reduced > room + TOLERANCE, np.zeros(len(lower), bool)
        go[self._model.go] = True
        high = ~go & (relaxed.reduced < -room - TOLERANCE)
        fewer = program.with_row(cost, most - constant)
        answer = self._integer(fewer, ~(still | high), np.where(high, upper, lower))
        if answer.values is None:
            return most, answer.outcome is Outcome.INFEASIBLE
        self._found[person] = answer.values
        return self.changes.value(answer.values) - 1.0, answer.outcome is Outcome.OPTIMAL

    def best(self, person: int, others: float) -> Array | None:
        """The columns of the plan in which the mover stays, so many others change, and the goals are the best in their
        order: over all columns of a small district, over those around the two schools of a large one. ``None``: none
        was found."""
        ask = Ask(person, None)
        lower, upper = self._sifting.bounded(ask)
        program = replace(self._sifting.arrays, lower=lower, upper=upper)
        program = program.with_row(self.changes.coefficients, others + 1 - self.changes.constant)
        found = self._found.get(person)
        free = np.ones(len(lower), bool) if self._few else self._near(ask)
        if found is not None:
            free |= found != self.values
        for cost in self._sifting.costs:
            answer = integer_program(
                program, cost.coefficients, seconds=A_PROGRAM, free=free, fixed=np.clip(self.values, lower, upper)
            )
            if answer.values is None:
                return found
            found = answer.values
            program = program.with_row(cost.coefficients, answer.value)
        return found

    def _near(self, ask: Ask) -> Array:
        """The columns around the two schools, and those that the plan uses."""
        near: Array = self._sifting.between(ask) | (self.values > 0)
        near[self._model.leave] = True
        return near

    def _integer(self, program: ProgramArrays, free: Array, standing: Array | None = None) -> Answer:
        return integer_program(
            program, self.changes.coefficients, seconds=min(self.left, A_PROGRAM), free=free,
            fixed=program.lower if standing is None else standing,
        )  # fmt: skip
