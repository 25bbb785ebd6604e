"""Places that were applied for go by rank."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array, codes_of
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.model.base import Constraint
from rotation_planner.model.program import INFINITY, Entries, Scopes

if TYPE_CHECKING:
    from rotation_planner.model.model import Model


class PlacesByRank(Constraint):
    """Nobody goes to a school that somebody ranked higher had asked for, unless that one does as well or better."""

    @cached_property
    def _ranked(self) -> Array:
        """Candidates concerned, alike people together, the highest first."""
        select, standing = self.ground.select, self.ground.standing
        who = select.people(self.rule.who) & standing.candidate & ~select.excepted(self.rule)
        people = np.flatnonzero(who)
        place = ranking(select, self.rule.by, standing.draw)
        return people[np.lexsort((place[people], self._alike[people]))]

    @cached_property
    def _alike(self) -> Array:
        columns = [self.ground.facts.of_people(field) for field in self.rule.within]
        return codes_of(*columns) if columns else np.zeros(self.ground.facts.people, dtype=np.int64)

    def going(self) -> Sequence[Array]:
        alone = np.full(self.ground.facts.people, -1, dtype=np.int64)
        alone[self._ranked] = self._ranked
        return [alone]

    def _wishes(self) -> dict[int, dict[int, int]]:
        """The best rank of a wish that names each school, by person."""
        table, district = self.ground.district.applications, self.ground.district
        zones = self.ground.facts.of_schools("zone")
        concerned = set(self._ranked.tolist())
        wishes: dict[int, dict[int, int]] = {}
        for staff_id, rank, school_id, zone in zip(
            *(table[name].tolist() for name in ("staff_id", "rank", "school_id", "zone")), strict=True
        ):
            person = district.staff_pos[staff_id]
            if person not in concerned:
                continue
            named = [district.school_pos[school_id]] if school_id else np.flatnonzero(zones == zone).tolist()
            for school in named if school_id or zone else []:
                best = wishes.setdefault(person, {})
                best[school] = min(best.get(school, int(rank)), int(rank))
        return wishes

    def post(self, model: Model) -> None:
        ranked, people, wishes = self._ranked, model.people, self._wishes()
        row = {int(person): number for number, person in enumerate(people.people)}
        order = np.argsort(people.seats.person, kind="stable")
        first = np.searchsorted(people.seats.person[order], np.arange(len(people.kind_person) + 1))
        arcs = {
            person: order[first[people.kind[row[person]]] : first[people.kind[row[person]] + 1]]
            for person in ranked.tolist()
        }
        blocks: list[tuple[int, Array, Array]] = []
        for number, higher in enumerate(ranked.tolist()):
            asked = wishes.get(higher)
            if not asked:
                continue
            own = arcs[higher]
            reached = people.seats.school[own]
            rank_of = np.array([asked.get(school, -1) for school in reached.tolist()], dtype=np.int64)
            below = ranked[number + 1 :][self._alike[ranked[number + 1 :]] == self._alike[higher]]
            for school in np.unique(reached[rank_of >= 0]).tolist():
                as_good = own[(rank_of >= 0) & (rank_of <= asked[school])]
                for lower in below.tolist():
                    toward = arcs[lower][people.seats.school[arcs[lower]] == school]
                    if len(toward):
                        columns = model.go[np.append(toward, as_good)]
                        values = np.append(np.ones(len(toward)), -np.ones(len(as_good)))
                        blocks.append((lower, columns, values))
        if not blocks:
            return
        sizes = [len(columns) for _, columns, _ in blocks]
        entries = Entries(
            np.repeat(np.arange(len(blocks)), sizes),
            np.concatenate([columns for _, columns, _ in blocks]),
            np.concatenate([values for _, _, values in blocks]).astype(np.int64),
        )
        scopes = Scopes("person", np.array([lower for lower, _, _ in blocks], dtype=np.int64))
        model.post(self.rule, entries, np.asarray(-INFINITY), np.zeros(len(blocks)), scopes)
