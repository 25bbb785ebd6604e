"""The smallest clash: places that cannot hold together and of which none can be left out."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from rotation_planner.answers.giving import SLIGHT, Amounts, Giving, merged
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import Outcome, integer_program, relax


class Search:
    """Looks for clashes in a program of places."""

    def __init__(self, giving: Giving) -> None:
        self._giving = giving

    def clash(
        self, given: Amounts, likely: Collection[int], among: Collection[int] | None = None
    ) -> tuple[tuple[int, ...], bool] | None:
        """Places that cannot hold together, none of which can be left out, after what has been ``given``; and whether
        that is certain of every one of them (time may run out). ``None``: there are none, or time is up.

        ``likely``: where to begin. ``among``: only these places are looked at. Places are added as solutions without
        them break them.
        """
        held = set(self._priced(given, among))
        if not held:
            if self._giving.solution(among, given).values is not None:
                return None
            held = set(likely)
        search = _Shrinking(self._giving, given, held)
        while not search.without(sorted(held)):
            answer = self._giving.solution(held, given)
            if answer.values is None:
                return None
            broken = self._giving.broken(answer.values, given)
            missed = [each for each in broken if each not in held and (among is None or each in among)]
            if not missed:
                return None
            held.update(sorted(missed, key=lambda each: -broken[each])[: max(12, len(held) // 2)])
            search = _Shrinking(self._giving, given, held)
        found = search.irreducible(sorted(held))
        return tuple(sorted(found)), search.certain

    def apart(self) -> list[tuple[tuple[int, ...], bool]]:
        """Clashes that share no place, until what is left has a solution or a third of the time is up."""
        enough = self._giving.left * 2 / 3
        found: list[tuple[tuple[int, ...], bool]] = []
        among = set(range(len(self._giving.places)))
        while (clash := self.clash({}, (), among)) is not None:
            found.append(clash)
            among -= set(clash[0])
            if not clash[0] or self._giving.left < enough:
                break
        return found

    def _priced(self, given: Amounts, among: Collection[int] | None) -> set[int]:
        """Places whose rows have a price in the relaxation: mostly they alone make it give."""
        low, high = self._giving.bounds(given, among)
        slack, sides = self._giving.slack(among, low, high)
        kept = np.isfinite(low) | np.isfinite(high)
        elastic = self._giving.elastic(low, high, slack, kept)
        cost: Array = np.append(
            np.zeros(len(self._giving.arrays.lower), dtype=np.int64), np.ones(len(sides), dtype=np.int64)
        )
        # Over a few seats of everybody: prices only say where to look.
        free = np.append(self._giving.few(), np.ones(len(sides), bool))
        lower, upper = elastic.lower[free], elastic.upper[free]
        part = ProgramArrays(lower, upper, elastic.matrix[:, free], elastic.row_lower, elastic.row_upper)
        answer = relax(part, cost[free], seconds=self._giving.left, stop=self._giving.stop)
        if answer.duals is None or answer.value <= SLIGHT:
            return set()
        numbers = self._giving.place_of[kept][np.abs(answer.duals) > SLIGHT]
        return set(numbers[numbers >= 0].tolist())


class _Shrinking:
    """Finds an irreducible part of a set that has no solution, by dividing it (few of many: few questions)."""

    def __init__(self, giving: Giving, given: Amounts, held: Collection[int]) -> None:
        self._giving = giving
        self._program, self._tied = giving.part(held, given)
        self.certain = True
        self._known: dict[frozenset[int], bool] = {}

    def without(self, held: list[int]) -> bool:
        """Whether these have no solution; what time does not tell counts as having one."""
        if self._giving.left <= 0:
            self.certain = False
            return False
        key = frozenset(held)
        if key not in self._known:
            kept = (self._tied < 0) | np.isin(self._tied, held)
            whole = self._program
            part = ProgramArrays(
                whole.lower, whole.upper, whole.matrix[kept], whole.row_lower[kept], whole.row_upper[kept]
            )
            part = merged(part)
            nothing = np.zeros(len(part.lower), dtype=np.int64)
            giving = self._giving
            outcome = integer_program(part, nothing, seconds=giving.left, stop=giving.stop).outcome
            self.certain &= outcome is not Outcome.UNKNOWN
            self._known[key] = outcome is Outcome.INFEASIBLE
        return self._known[key]

    def irreducible(self, those: list[int]) -> list[int]:
        """A part of them that has no solution and of which everything is needed."""
        return [] if self.without([]) else self._part([], False, those)

    def _part(self, kept: list[int], more: bool, those: list[int]) -> list[int]:
        if more and self.without(kept):
            return []
        if len(those) == 1:
            return those
        half = len(those) // 2
        one, other = those[:half], those[half:]
        of_other = self._part(kept + one, True, other)
        return self._part(kept + of_other, bool(of_other), one) + of_other
