"""A plan as the model sees it: its moves as columns, what each goal comes to, and which rows a change would break."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from rotation_planner.answers.keeping import ELSEWHERE, Fates, keeping_to
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.model import Cost, Model
from rotation_planner.model.program import ProgramArrays
from rotation_planner.model.unpack import Moves, pack
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.engines import integer_program
from rotation_planner.solve.pricing import Priced

PATIENCE = 60.0  # seconds that the helper columns of given moves may take; they take far less


@dataclass(frozen=True, eq=False)
class Seen:
    """A district's model with the number of changed fates as its first cost, and a plan in it.

    ``values``: the plan's columns, ``None`` where the model does not allow it: a row leads where no rule of today
    leads, or a must rule is broken.
    """

    model: Model
    fates: Fates
    values: Array | None

    @classmethod
    def of(cls, district: District, policy: Policy, standing: Standing, transfers: pd.DataFrame) -> Seen:
        """The plan with these rows of moves."""
        fates = Fates.of(transfers, Openings(policy, standing).routing)
        model = Model(district, policy, standing, before=(keeping_to(fates),))
        unknown = ~transfers["staff_id"].isin(list(district.staff_pos))
        lost = bool(unknown.any()) or bool((fates.destination == ELSEWHERE).any())
        lost |= bool(transfers["staff_id"].duplicated().any())
        return cls(model, fates, None if lost else settled(model, packed(model, fates)))

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """The policy's own goal levels as costs of columns."""
        return self.model.costs_padded()[1:]

    @cached_property
    def changes(self) -> Cost:
        """The number of people whose fate is another than in the plan."""
        return self.model.costs_padded()[0]

    @property
    def arrays(self) -> ProgramArrays:
        """The rows and columns of the model."""
        return self.model.arrays

    def moving(self) -> Priced:
        """The columns of who goes where, with the kind of each and the people of each kind."""
        return Priced(self.model.go, self.model.arc_kind, self.model.kind_size)

    def goals(self, values: Array) -> tuple[float, ...]:
        """What the goal levels come to, in points."""
        return tuple(cost.value(values) / cost.scale for cost in self.costs)


def moves_of(fates: Fates, model: Model) -> Moves:
    """The moves that fates tell."""
    person = np.flatnonzero(fates.moves)
    destination = fates.destination[person]
    school = model.ground.destinations.school[destination]
    return Moves(person, destination, school, fates.stage[person], fates.subject[person])


def packed(model: Model, fates: Fates) -> Array | None:
    """The columns of who leaves and who goes where; ``None`` where a move is not open."""
    return pack(model, moves_of(fates, model))


def settled(model: Model, values: Array | None) -> Array | None:
    """Given moves with every other column as cheap as they allow; ``None`` where the rules do not allow the moves."""
    if values is None:
        return None
    arrays = model.arrays
    free = np.ones(len(arrays.lower), bool)
    held = np.concatenate([model.leave, model.go])
    if ((values < arrays.lower) | (values > arrays.upper))[held].any():
        return None
    free[held] = False
    cost = np.add.reduce([each.coefficients for each in model.costs_padded()])
    return integer_program(arrays, cost, seconds=PATIENCE, free=free, fixed=values).values
