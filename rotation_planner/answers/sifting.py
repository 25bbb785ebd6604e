"""Many wishes against one plan, as columns of one model in which everybody asked about stands apart from all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from rotation_planner.answers.asking import Ask
from rotation_planner.answers.keeping import ELSEWHERE, Fates, keeping_to
from rotation_planner.answers.seen import moves_of, settled
from rotation_planner.answers.wishes import Wishes
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.base import GoalTerm, Priced
from rotation_planner.model.ground import Ground
from rotation_planner.model.model import Cost, LevelBefore, Model
from rotation_planner.model.unpack import pack
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.pricing import Priced as PricedColumns
from rotation_planner.solve.subjects import Subjects


class Apart(GoalTerm):
    """Costs nothing; keeps everybody asked about apart, so that bounds of a person's own columns say what is asked."""

    def __init__(self, people: Iterable[int], ground: Ground) -> None:
        super().__init__(None, ground)
        self.number = np.zeros(ground.facts.people, dtype=np.int64)
        for place, person in enumerate(sorted(set(people)), start=1):
            self.number[person] = place

    def leaving(self) -> Sequence[Array]:
        return [self.number]

    def going(self) -> Sequence[Array]:
        return [self.number]

    def post(self, model: Model) -> Iterable[Priced]:
        return ()


class Sifting(Wishes):
    """The wishes of ``people`` (staff positions) against the plan of these rows. ``values`` is ``None`` where the model
    does not allow the plan: nothing can be settled then. ``keeping``: the model also counts changed fates."""

    def __init__(
        self,
        district: District,
        policy: Policy,
        standing: Standing,
        transfers: pd.DataFrame,
        people: Iterable[int],
        *,
        keeping: bool = False,
    ) -> None:
        fates = Fates.of(transfers, Openings(policy, standing).routing)
        people = set(people)
        before = [LevelBefore("apart", lambda ground: (Apart(people, ground),)), *([keeping_to(fates)] * keeping)]
        self.model = Model(district, policy, standing, before=before)
        self.arrays = self.model.arrays
        padded = self.model.costs_padded()
        self.costs = padded[len(before) :]
        self.changes: Cost | None = padded[1] if keeping else None
        known = transfers["staff_id"].isin(list(district.staff_pos)).all()
        whole = bool(known) and not (fates.destination == ELSEWHERE).any()
        packed = pack(self.model, moves_of(fates, self.model)) if whole else None
        self.values: Array | None = settled(self.model, packed)
        self._kind_arcs = np.argsort(self.model.people.seats.person, kind="stable")
        kinds = np.arange(len(self.model.people.kind_person) + 1)
        self._first = np.searchsorted(self.model.people.seats.person[self._kind_arcs], kinds)
        rows = {int(person): row for row, person in enumerate(self.model.people.people)}
        self._row = rows

    def moving(self) -> PricedColumns:
        """The columns of who goes where, with the kind of each and the people of each kind."""
        people = self.model.people
        return PricedColumns(self.model.go, people.seats.person, people.kind_size)

    # ---- what is asked, as columns -------------------------------------------------------------------------------

    def knows(self, person: int) -> bool:
        """Whether somebody may move at all."""
        return person in self._row

    def leave(self, person: int) -> int:
        """The column of whether a candidate leaves."""
        people = self.model.people
        return int(self.model.leave[people.group[self._row[person]]])

    def arcs(self, person: int) -> Array:
        """The arcs of a candidate."""
        kind = int(self.model.people.kind[self._row[person]])
        return self._kind_arcs[self._first[kind] : self._first[kind + 1]]

    def own(self, person: int) -> Array:
        """The columns of where a candidate goes, in the order of `arcs`."""
        return self.model.go[self.arcs(person)]

    def wished(self, ask: Ask) -> Array:
        """The columns of which one is 1 where the wish is met; to stay, the one that is then 0."""
        if ask.schools is None:
            return np.array([self.leave(ask.person)])
        arcs = self.arcs(ask.person)
        return self.own(ask.person)[np.isin(self.model.people.seats.school[arcs], ask.schools)]

    def around(self, ask: Ask) -> Array:
        """The columns of everybody of the person's stage and subject, and all that rules and goals have added."""
        return self._subjects.columns([self.subject_of(ask.person)])

    def crossing(self, ask: Ask) -> Array:
        """The columns of what leads a mover's stage and subject out of or into the two schools, and anybody out."""
        free, (kinds, near) = self.around(ask), self._two_schools(ask)
        free[self.model.go] &= near
        free[self.model.go] |= kinds[self.model.people.seats.person]
        return self._with_leavers(free)

    def between(self, ask: Ask) -> Array:
        """The columns of what leads anybody out of or into the two schools of a mover."""
        free = np.ones(self.model.program.columns, bool)
        free[self.model.go] = self._two_schools(ask)[1]
        return self._with_leavers(free)

    def _with_leavers(self, free: Array) -> Array:
        """These columns with those of whether the people of their arcs leave, and no others of leaving."""
        people = self.model.people
        free[self.model.leave] = np.isin(people.group_kind, people.seats.person[free[self.model.go]])
        return free

    def _two_schools(self, ask: Ask) -> tuple[Array, Array]:
        """Which kinds of people are at the school that a mover leaves or enters, and which arcs lead out of or into
        these two."""
        model, people, own = self.model, self.model.people, self.arcs(ask.person)
        taken = own if self.values is None else own[self.values[model.go[own]] > 0.5]
        schools = np.append(people.seats.school[taken], model.ground.facts.school[ask.person])
        kinds = np.isin(model.ground.facts.school[people.kind_person], schools)
        return kinds, kinds[people.seats.person] | np.isin(people.seats.school, schools)

    @cached_property
    def _subjects(self) -> Subjects:
        return Subjects(self.model)

    def subject_of(self, person: int) -> int:
        """A number for the stage and subject of a candidate; those without are told apart by position."""
        return int(self._subjects.of_people[self._row[person]])
