"""Relatives: kept apart, or moved together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.base import Constraint
from rotation_planner.model.program import INFINITY, Entries, Scopes

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


class _Pairs(Constraint):
    """Rules on pairs of relatives; everybody of a pair that the model decides on stands alone."""

    @cached_property
    def _pairs(self) -> Array:
        """Pairs of staff positions [n, 2] that the model decides on."""
        pairs = self.ground.openings.kinships.pairs(self.rule)
        return pairs[self._decided(self.ground.standing.candidate[pairs])]

    def _decided(self, candidates: Array) -> Array:
        """Of which pairs the model decides, given who of each may move: those of whom both may."""
        return np.asarray(candidates.all(axis=1))

    def going(self) -> Sequence[Array]:
        alone = np.full(self.ground.facts.people, -1, dtype=np.int64)
        concerned = np.unique(self._pairs)
        alone[concerned] = concerned
        return [alone]

    def _columns(self, model: Model) -> tuple[dict[int, Array], dict[int, int]]:
        """The arcs of each person of a pair, and the ``leave`` column of those who may move."""
        people = model.people
        row = {int(person): number for number, person in enumerate(people.people)}
        order = np.argsort(people.seats.person, kind="stable")
        first = np.searchsorted(people.seats.person[order], np.arange(len(people.kind_person) + 1))
        arcs: dict[int, Array] = {}
        leave: dict[int, int] = {}
        for person in np.unique(self._pairs).tolist():
            arcs[person] = np.zeros(0, dtype=np.int64)
            if person in row:
                kind = people.kind[row[person]]
                arcs[person] = order[first[kind] : first[kind + 1]]
                leave[person] = int(model.leave[people.group[row[person]]])
        return arcs, leave

    def _post(self, model: Model, told: list[tuple[int, Array, Array, int]]) -> None:
        """Rows ``entries <= upper``: the person they speak of, columns, coefficients, upper bound."""
        if not told:
            return
        sizes = [len(columns) for _, columns, _, _ in told]
        entries = Entries(
            np.repeat(np.arange(len(told)), sizes),
            np.concatenate([columns for _, columns, _, _ in told]).astype(np.int64),
            np.concatenate([values for _, _, values, _ in told]).astype(np.int64),
        )
        upper = np.array([each for _, _, _, each in told], dtype=np.int64)
        scopes = Scopes("person", np.array([person for person, _, _, _ in told], dtype=np.int64))
        model.post(self.rule, entries, np.asarray(-INFINITY), upper, scopes)


class KinApart(_Pairs):
    """Nobody is brought to where a relative is afterwards. Relatives who cannot move shut their place in
    ``eligibility``; here stand the pairs of whom both may move."""

    def post(self, model: Model) -> None:
        arcs_of, leave = self._columns(model)
        kinships, place = self.ground.openings.kinships, model.people.seats.destination
        told: list[tuple[int, Array, Array, int]] = []
        for one, other in self._pairs.tolist():
            here = arcs_of[one][model.arc_counts[arcs_of[one]]]
            there = arcs_of[other][model.arc_counts[arcs_of[other]]]
            for destination in np.unique(place[here]).tolist():
                met = kinships.meeting(self.rule, destination)
                toward = there[met[place[there]]]
                if len(toward):
                    columns = model.go[np.append(here[place[here] == destination], toward)]
                    told.append((one, columns, np.ones(len(columns)), 1))
            for mover, stayer in ((one, other), (other, one)):
                arcs = here if mover == one else there
                toward = arcs[kinships.beside(self.rule, stayer)[place[arcs]]]
                if not len(toward):
                    continue
                # ... unless the relative leaves it and counts elsewhere
                helping = arcs_of[stayer][~model.arc_counts[arcs_of[stayer]]]
                columns = np.concatenate([model.go[toward], [leave[stayer]], model.go[helping]])
                values = np.concatenate([np.ones(len(toward)), [-1], np.ones(len(helping))])
                told.append((mover, columns, values, 0))
        self._post(model, told)


class MovedTogether(_Pairs):
    """Relatives who move end in one school or near each other."""

    def _decided(self, candidates: Array) -> Array:
        both = self.rule.when == "both_move"
        return np.asarray(candidates.all(axis=1) if both else candidates.any(axis=1))

    @cached_property
    def _near(self) -> Array:
        """Which schools are near each other: bool [schools, schools]."""
        km = self.ground.district.km
        near = np.eye(len(km), dtype=bool)
        if self.rule.within_km is not None:
            with np.errstate(invalid="ignore"):
                near |= np.fmin(km, km.T) <= self.rule.within_km
        return near

    def post(self, model: Model) -> None:
        arcs_of, leave = self._columns(model)
        counted_at = np.where(model.arc_counts, model.arc_to, model.arc_from)  # where whoever goes along it counts
        told: list[tuple[int, Array, Array, int]] = []
        for pair in self._pairs.tolist():
            for mover, other in (pair, pair[::-1]):
                for school in np.unique(counted_at[arcs_of[mover]]).tolist():
                    here = arcs_of[mover][counted_at[arcs_of[mover]] == school]
                    beside = arcs_of[other][self._near[school][counted_at[arcs_of[other]]]]
                    columns = [model.go[here], model.go[beside]]
                    values = [np.ones(len(here)), -np.ones(len(beside))]
                    upper = 0
                    if self.rule.when == "both_move":
                        # here + (other moves) - (other comes near) <= 1
                        upper = 1
                        columns.append(np.array([leave[other]]))
                        values.append(np.ones(1))
                    elif self._near[school][self.ground.facts.school[other]]:
                        # here - (other comes near) <= other stays
                        upper = 1
                        if other in leave:
                            columns.append(np.array([leave[other]]))
                            values.append(np.ones(1))
                    told.append((mover, np.concatenate(columns), np.concatenate(values), upper))
        self._post(model, told)
