"""The groups of a share or number: of people where they stand today, and of those who go where they go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rotation_planner.eligibility.arrays import Array, codes_of
from rotation_planner.model.ground import Ground
from rotation_planner.model.program import Scopes
from rotation_planner.policy.kinds import Count, ShareRule
from rotation_planner.policy.selectors import on_schools

if TYPE_CHECKING:
    from rotation_planner.model.model import Model

OF_SEAT = ("stage", "subject", "department")


def _of_place(field: str) -> bool:
    """Whether a column tells of the place rather than of the person."""
    return field == "school_id" or field.startswith("school.") or field in OF_SEAT


class Grouping:
    """Numbers the groups of a rule. ``home``: the group of each person today, -1 where ``where`` or an exception leaves
    them out; ``asked``: groups of which a floor asks; ``scopes``: the groups in words, once they are settled.

    ``concerned``: who is of any set of the rule; only their groups are told, unless a set counts where people go.
    """

    def __init__(self, rule: ShareRule | Count, ground: Ground, concerned: Array) -> None:
        self.rule = rule
        self.ground = ground
        select, people = ground.select, ground.facts.people
        inside = np.ones(people, bool) if rule.where is None else select.people(rule.where)
        inside = inside & ~select.excepted(rule)
        self.afterwards = rule.where_afterwards
        self._columns = [ground.facts.of_people(field) for field in rule.per]
        codes = codes_of(*self._columns) if self._columns else np.zeros(people, dtype=np.int64)
        told = inside if self.afterwards else inside & concerned
        self.home = np.full(people, -1, dtype=np.int64)
        self._first = np.zeros(1, dtype=np.int64)  # for each group somebody, or an arc beyond the people, of it
        self.count = 1
        if rule.per:
            known, group = np.unique(codes[told], return_inverse=True)
            self.home[told] = group
            self.count = len(known)
            rows = np.flatnonzero(told)
            self._first = np.zeros(self.count, dtype=np.int64)
            self._first[group[::-1]] = rows[::-1]
        else:  # the district is a group even when nobody is concerned
            self.home[told] = 0
        self.asked = np.ones(self.count, bool)
        self.scopes = Scopes("district", np.zeros(1, dtype=np.int64))
        self._on_arcs: Array | None = None

    def own_columns(self) -> Sequence[Array]:
        """Columns of the people themselves that sort those who go into groups."""
        if not self.afterwards:
            return ()
        return [column for field, column in zip(self.rule.per, self._columns, strict=True) if not _of_place(field)]

    def settle(self, model: Model) -> None:
        """Find the groups of the arcs too, where a set counts there, and put all groups into words."""
        columns = self._columns
        if self.afterwards:
            inside = np.ones(len(model.go), bool)
            if self.rule.where is not None:
                inside = self.ground.select.schools(on_schools(self.rule.where))[model.arc_to]
            if self.rule.per:
                columns = [
                    np.concatenate([column, self._of_arcs(model, field, column)])
                    for field, column in zip(self.rule.per, columns, strict=True)
                ]
                self._number_arcs(codes_of(*columns), inside)
            else:
                self._on_arcs = np.where(inside, 0, -1)
        self.scopes = self._words(columns)

    def _of_arcs(self, model: Model, field: str, column: Array) -> Array:
        """The column's value where each arc leads."""
        seats, ground = model.people.seats, self.ground
        if field == "school_id" or field.startswith("school."):
            return ground.facts.of_schools(field.removeprefix("school."))[model.arc_to]
        if field == "department":
            return ground.destinations.department[seats.destination]
        if field in OF_SEAT:
            number = OF_SEAT.index(field)
            names = np.array([option[number] for option in seats.options], dtype=object)
            told = names[seats.option]
            bare = np.array([not option[0] for option in seats.options], bool)[seats.option]
            return np.where(bare, column[model.people.kind_person][seats.person], told)
        return model.of_arcs(column)

    def _number_arcs(self, codes: Array, inside: Array) -> None:
        people = self.ground.facts.people
        number = np.full(int(codes.max(initial=-1)) + 1, -1, dtype=np.int64)
        at_home = self.home >= 0
        number[codes[:people][at_home]] = self.home[at_home]
        new = np.unique(codes[people:][inside & (number[codes[people:]] < 0)])
        number[new] = self.count + np.arange(len(new))
        on_arcs = np.where(inside, number[codes[people:]], -1)
        first = np.zeros(self.count + len(new), dtype=np.int64)
        first[: self.count] = self._first
        arcs = np.flatnonzero(on_arcs >= self.count)[::-1]
        first[on_arcs[arcs]] = people + arcs
        self._on_arcs, self._first = on_arcs, first
        self.asked = np.arange(len(first)) < self.count
        self.count = len(first)

    def of_arcs(self, model: Model) -> Array:
        """The group in which whoever goes along each arc counts there, -1 for none."""
        if self._on_arcs is None:
            raise RuntimeError("groups of arcs are settled only where a set counts there")
        return self._on_arcs

    def number(self, counted: Array) -> Array:
        """How many people of a mask stand in each group today."""
        return np.bincount(self.home[counted & (self.home >= 0)], minlength=self.count)

    def _words(self, columns: Sequence[Array]) -> Scopes:
        if not self.rule.per:
            return self.scopes
        position = self.ground.district.school_pos
        if tuple(self.rule.per) == ("school_id",):
            return Scopes("school", np.array([position[str(columns[0][each])] for each in self._first], dtype=np.int64))
        names = self.ground.district.schools["name"].to_numpy(object)
        labels = tuple(
            " ".join(
                str(names[position[str(column[each])]]) if field == "school_id" else str(column[each])
                for field, column in zip(self.rule.per, columns, strict=True)
            )
            for each in self._first
        )
        return Scopes("group", np.arange(self.count), labels)
