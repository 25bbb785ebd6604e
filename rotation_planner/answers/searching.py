"""The smallest clash: places that cannot hold together and of which none can be left out.

Looked for school by school first, each a small program of its own; what is left stands between schools or in the whole
district, where the prices of a relaxation say which places to look at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import scipy.sparse as sp

from rotation_planner.answers.beside import Beside
from rotation_planner.answers.giving import SLIGHT, Giving
from rotation_planner.answers.pieces import NOWHERE, WIDE, Amounts, Side
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import INFINITY, ProgramArrays
from rotation_planner.policy.kinds import Pins
from rotation_planner.solve.engines import Outcome, clock, relax
from rotation_planner.solve.pricing import cheapest

Found = tuple[tuple[int, ...], bool]
"""Places of a clash, and whether it is certain that each of them is needed (time may run out)."""
FEW_SCHOOLS = 3  # open to whoever is pinned: looked at together with the own school
MANY_ARCS = 60_000  # of so many not all are looked at, only a few of each kind
MOST_CLASHES = 24  # told one by one
FEW_PLACES = 4  # of a clash that is small in any case
ROUGHLY = 0.1  # of the time that is left, to leave things out of a clash of many schools
A_ROUND = 4  # columns of each kind that are taken in when a relaxation is priced again


class Search:
    """Looks for clashes in a program of places. ``complete``: no search ended for want of time; ``more``: one ended
    because there are more clashes than are told."""

    def __init__(self, giving: Giving) -> None:
        self._giving = giving
        self.complete, self.more = True, False
        self._sound: set[frozenset[int]] = set()
        self._rough: dict[frozenset[tuple[Side, int]], Beside[set[int] | None]] = {}

    def look_ahead(self) -> None:
        """Begin with what `roughly` says of everything, beside what comes before it."""
        self._asked({})

    def first(self) -> list[Found]:
        """Clashes to begin with: those of single schools, or where there are none, one of the whole district."""
        found = self.local({})
        if not found and (clash := self.clash({})) is not None:
            found.append(clash)
        return found

    def local(self, given: Amounts) -> list[Found]:
        """Clashes of single schools, or of pinned people and the few schools open to them, after what has been
        ``given``, so many as are told at most; no two share a place."""
        among = set(range(len(self._giving.places)))
        found: list[Found] = []
        for schools in self._neighbours():
            if schools in self._sound:
                continue
            places = self._giving.pieces.of_schools(schools)
            whole = places <= among
            clashes = 0
            while clash := self.within(among & places, given):
                found.append(clash)
                among -= set(clash[0])
                clashes += 1
            if self._giving.left <= 0:
                self.complete = False
                break
            if len(found) >= MOST_CLASHES:
                self.more = True
                return found[:MOST_CLASHES]
            if whole and not clashes and not given:  # it stays so whatever gives
                self._sound.add(schools)
        return found

    def clash(self, given: Amounts) -> Found | None:
        """A clash after what has been ``given``; ``None``: there is none, or time is up."""
        giving = self._giving
        if clash := self.of_relaxation(given):
            return clash
        if len(giving.model.go) > MANY_ARCS or giving.left <= 0:  # the engine would not keep to its time
            self.complete = False
            return None
        if giving.solution(None, given).values is not None:
            return None
        return self.within(self._by_schools(set(range(len(giving.places))), given), given)

    def of_relaxation(self, given: Amounts, *, exact: bool = True) -> Found | None:
        """A clash that already the relaxation shows: the rough one of everything, else the ``exact`` one."""
        held = self.roughly(given)
        if held and (found := self.within(held, given)):
            return found
        held = self._priced(given, None, self._giving.left) if exact else set()
        return self.within(held, given) if held else None

    def roughly(self, given: Amounts) -> set[int]:
        """As `_priced`, in the rough piece of all places: none where that has a solution."""
        return self._asked(given).told(self._giving.left) or set()

    def _asked(self, given: Amounts) -> Beside[set[int] | None]:
        """It is asked once."""
        key = frozenset(given.items())
        if key not in self._rough:
            self._rough[key] = Beside(None, lambda _: self._relaxed(given))
        return self._rough[key]

    def _relaxed(self, given: Amounts) -> set[int] | None:
        """What `roughly` says; ``None``: time did not suffice."""
        giving = self._giving
        program, cost, place = giving.pieces.piece(range(len(giving.places)), {}).given(given).even()
        answer = relax(program, cost, seconds=giving.left, stop=giving.stop)
        if answer.duals is None:
            return None
        return set(place[(np.abs(answer.duals) > SLIGHT) & (place >= 0)].tolist()) if answer.value > SLIGHT else set()

    def _neighbours(self) -> Iterator[frozenset[int]]:
        """Each school by itself; then the school of each pinned person with those to which the person may go, and with
        those of all who are pinned there."""
        giving = self._giving
        seen: set[frozenset[int]] = set()
        for school in np.unique(giving.pieces.school[giving.pieces.school != NOWHERE]).tolist():
            yield frozenset([school])
        to: dict[frozenset[int], set[int]] = {}
        for place in giving.places:
            if isinstance(giving.rules[place.rule], Pins):
                reach = frozenset(giving.pieces.reach(place.number, FEW_SCHOOLS))
                to.setdefault(reach, set()).update(giving.pieces.schools_of([place.number]))
        for reach, homes in to.items():
            alone = [frozenset(reach | {home}) for home in sorted(homes)]
            together = frozenset(reach | homes)
            for schools in alone if len(together) > WIDE else [*alone, together]:
                if reach and schools not in seen:
                    seen.add(schools)
                    yield schools

    def within(self, places: set[int], given: Amounts | None = None) -> Found | None:
        """A clash of these places alone; of many schools more may be in it than is needed (see `narrowed`)."""
        if not places:
            return None
        search = _Shrinking(self._giving, places, given or {})
        units = [frozenset([each]) for each in sorted(places)]
        if not search.without(units):
            return None
        smallest = search.irreducible(units)
        if len(smallest) > FEW_PLACES and not search.rough:  # from the other end it may be smaller
            smallest = min(smallest, search.irreducible(units[::-1]), key=len)
        return tuple(sorted(number for unit in smallest for number in unit)), search.certain

    def narrowed(self, clash: Found, given: Amounts, seconds: float) -> Found:
        """Of the places of a clash those that clash in the whole, and whether each of them is seen to be needed: by a
        solution of the whole without it. What is not told in the time stays in."""
        places, certain = clash
        if certain:
            return clash
        giving, until = self._giving, clock() + seconds
        kept, needed = set(places), set[int]()
        for each in places:
            if each in kept and clock() < until:
                without = kept - {each}
                if giving.quick(giving.program(without, given)).values is not None:
                    needed.add(each)
                elif fewer := self._priced(given, without, until - clock()):
                    # Told only where a program of its own shows it too: the second engine is asked that one.
                    shown = giving.outcome(giving.pieces.piece(fewer, given)) is Outcome.INFEASIBLE
                    kept = fewer if shown else kept
        return tuple(sorted(kept)), kept == needed

    def _by_schools(self, places: set[int], given: Amounts) -> set[int]:
        """Those of the places whose schools, or rules of no school, cannot be left out of all that clash."""
        of_unit: dict[tuple[int, str], set[int]] = {}
        for number in places:
            school = int(self._giving.pieces.school[number])
            of_unit.setdefault((school, self._giving.places[number].rule if school == NOWHERE else ""), set()).add(
                number
            )
        search = _Shrinking(self._giving, places, given)
        units = [frozenset(each) for each in of_unit.values()]
        return {number for unit in search.irreducible(units) for number in unit} if search.without(units) else set()

    def _priced(self, given: Amounts, held: Collection[int] | None, seconds: float) -> set[int]:
        """Of the places ``held`` (all when ``None``) those with a price when every row may be missed by the same
        amount, as little as possible: at a corner of the prices they are a clash of the relaxation of which hardly any
        can be left out. Few columns at first; others are taken in while they promise a gain. None where there is no
        clash, or no time to find it."""
        giving, until = self._giving, clock() + seconds
        low, high = giving.bounds(given, held)
        own = giving.place_of >= 0
        below, above = np.flatnonzero(own & np.isfinite(low)), np.flatnonzero(own & np.isfinite(high))
        always = np.flatnonzero(~own & (np.isfinite(low) | np.isfinite(high)))
        rows = np.concatenate([below, above, always])
        amount = np.concatenate([giving.unit[below], -giving.unit[above], np.zeros(len(always))])
        matrix = giving.arrays.matrix[rows]
        none = np.full(len(rows), INFINITY)
        row_low, row_high = -none, none.copy()
        row_low[: len(below)], row_high[len(below) : len(below) + len(above)] = low[below], high[above]
        row_low[len(below) + len(above) :], row_high[len(below) + len(above) :] = low[always], high[always]
        active = giving.few()
        arcs = giving.model.go
        while True:
            program = ProgramArrays(
                np.append(giving.arrays.lower[active], 0.0),
                np.append(giving.arrays.upper[active], INFINITY),
                sp.hstack([matrix[:, active], sp.csr_matrix(amount.reshape(-1, 1))], format="csr"),
                row_low,
                row_high,
            )
            cost: Array = np.append(np.zeros(int(active.sum()), dtype=np.int64), 1)
            answer = relax(program, cost, seconds=until - clock(), stop=giving.stop)
            if answer.duals is None or answer.value <= SLIGHT:
                return set()
            gain = (matrix.T @ answer.duals)[arcs]
            promising = np.flatnonzero((gain > SLIGHT) & ~active[arcs])
            if not len(promising):
                break
            kinds = giving.model.people.seats.person[promising]
            active[arcs[promising[cheapest(-gain[promising], kinds, A_ROUND)]]] = True
        priced = rows[np.abs(answer.duals) > SLIGHT]
        return set(giving.tied[priced][giving.tied[priced] >= 0].tolist())


class _Shrinking:
    """Finds an irreducible part of units of places that have no solution, by dividing it (few of many: few
    questions)."""

    def __init__(self, giving: Giving, held: Collection[int], given: Amounts) -> None:
        self._giving = giving
        self._piece = giving.pieces.piece(held, given)
        self.rough = self._piece.rough
        self.certain = not self.rough
        self._known: dict[frozenset[int], bool] = {}
        self._until = clock() + ROUGHLY * giving.left if self.rough else INFINITY

    def without(self, held: list[frozenset[int]]) -> bool:
        """Whether these have no solution; what time does not tell counts as having one."""
        key = frozenset[int]().union(*held)
        if key not in self._known and self._known and clock() > self._until:
            self.certain = False
            return False
        if key not in self._known:
            outcome = self._giving.outcome(self._piece.among(key))
            self.certain &= outcome is not Outcome.UNKNOWN
            self._known[key] = outcome is Outcome.INFEASIBLE
        return self._known[key]

    def irreducible(self, those: list[frozenset[int]]) -> list[frozenset[int]]:
        """A part of them that has no solution and of which everything is needed."""
        return [] if self.without([]) else self._part([], False, those)

    def _part(self, kept: list[frozenset[int]], more: bool, those: list[frozenset[int]]) -> list[frozenset[int]]:
        if more and self.without(kept):
            return []
        if len(those) == 1:
            return those
        half = len(those) // 2
        one, other = those[:half], those[half:]
        of_other = self._part(kept + one, True, other)
        return self._part(kept + of_other, bool(of_other), one) + of_other
