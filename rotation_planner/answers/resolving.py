"""What resolves clashes: the least that must give in all, and for each clash every place that would do by itself.

The least of a small piece around a clash bounds what every plan must give there; that it is enough is shown by a
solution of the whole. Clashes that have nothing to do with one another are tried together, one way of each at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from rotation_planner.answers.giving import SLIGHT, Giving
from rotation_planner.answers.pieces import NOWHERE, WIDE, Amounts, Side
from rotation_planner.answers.searching import MANY_ARCS, Found, Search
from rotation_planner.eligibility.arrays import Array
from rotation_planner.solve.engines import Outcome

LOOSE = 10**5  # more than any place could give
MANY_WIDE = 3  # clashes of the whole district after which what gives is looked for in all places at once
FINER = 3  # times that a way is looked at with more around it before it is given up


@dataclass(frozen=True, eq=False)
class Option:
    """A way to resolve some clashes: what gives, and a solution then."""

    amounts: dict[Side, int]
    values: Array


@dataclass(eq=False)
class Knot:
    """Clashes (by number from 0) that share places, so that they are resolved together. ``hit``: what gives there in
    the least of all. ``options``: ways to resolve them, found one after the other. ``alone``: for each place, by how
    much it gives when it resolves them alone, 0 where it cannot. ``untried``: places of which that is not known."""

    clashes: list[int]
    places: set[int]
    hit: dict[Side, int]
    options: list[Option] = field(default_factory=list)
    alone: dict[Side, int] = field(default_factory=dict)
    helpless: set[int] = field(default_factory=set)
    untried: set[int] = field(default_factory=set)

    def learn(self, option: Option) -> None:
        """Take in a way to resolve the clashes."""
        if all(each.amounts != option.amounts for each in self.options):
            self.options.append(option)
        if len(option.amounts) == 1:
            ((side, amount),) = option.amounts.items()
            self.alone.setdefault(side, amount)


@dataclass(frozen=True, eq=False)
class Least:
    """What gives in one of the ways with the least in all, a solution then, and whether less is proven impossible.
    Without a solution it is a bound only."""

    amounts: dict[Side, int]
    values: Array | None
    bound: float
    proven: bool


class Resolving:
    """Finds what resolves clashes; ``clashes`` grows when more are found on the way."""

    def __init__(self, giving: Giving, search: Search, clashes: list[Found]) -> None:
        self._giving, self._search, self.clashes = giving, search, clashes
        self._known: dict[frozenset[int], tuple[Outcome, dict[Side, int], float]] = {}

    # ---- the least in all ----------------------------------------------------------------------------------------

    def least(self) -> Least:
        """The least that must give in all. Pieces that share no place are bounded one by one; what they give is tried
        in the whole, and where that is not enough another clash is found, until it is or clashes of the whole district
        come up: then all that gives is looked for at once, no less than the pieces are known to."""
        wide = 0
        while self._giving.left > 0:
            amounts: dict[Side, int] = {}
            floors: list[tuple[set[int], float]] = []
            for near in _joined(self.near(numbers) for numbers, _ in self.clashes):
                key = frozenset(near)
                if key not in self._known:
                    self._known[key] = self._giving.least_in(near, near, {})
                outcome, found, value = self._known[key]
                if outcome is Outcome.OPTIMAL:
                    amounts |= found
                    floors.append((near, value))
            bound = sum(value for _, value in floors)
            values = self._giving.extended(amounts, near=self._places())
            if values is not None:
                return Least(amounts, values, bound, True)
            if wide == 0 and (nearby := self._search.local(amounts)):
                for each in nearby:
                    self._add(each)
                continue
            more = self._search.of_relaxation(amounts) if wide < MANY_WIDE else self._beside(amounts)
            if more is None:
                return self._enough(floors, bound, amounts)
            wide += self._wide(more[0])
            self._add(more)
        return Least({}, None, 0.0, False)

    def _beside(self, amounts: Amounts) -> Found | None:
        """A clash of few schools beside those of the whole district, whose places are left out."""
        wide = {number for numbers, _ in self.clashes if self._wide(numbers) for number in numbers}
        loose = {(each, below): LOOSE for each in wide for below in (True, False)}
        more = self._search.of_relaxation({**amounts, **loose}, exact=False)
        return None if more is None or self._wide(more[0]) else more

    def _enough(self, floors: list[tuple[set[int], float]], bound: float, amounts: dict[Side, int]) -> Least:
        """What is enough in the whole, where the pieces give too little: what is enough roughly, if that will do; else
        what all places must give, or, over very many arcs, what the clashes of the whole district must besides. Where
        time ends before, something that is enough."""
        giving = self._giving
        wide = {number for numbers, _ in self.clashes if self._wide(numbers) for number in numbers}
        kept = {side: amount for side, amount in amounts.items() if side[0] not in wide}
        whole = len(giving.model.go) <= MANY_ARCS
        something = None if whole else self._loosely(wide, amounts, bound)
        everything = range(len(giving.places))
        roughly: dict[Side, int] = {}
        if whole or something is None:
            seconds = giving.left / 4
            outcome, roughly, value = giving.least_in(everything, everything, {}, floors, seconds=seconds)
            if outcome is Outcome.OPTIMAL:
                values = giving.extended(roughly, near=self._places())
                if values is not None:
                    return Least(roughly, values, value, True)
                bound = max(bound, value)
                floors = [*floors, (set(everything), value)]
        if whole:
            answer, found = giving.least(floors=floors, seconds=giving.left / 2)
            bound = max(bound, answer.bound)
            if answer.values is not None:
                return Least(found, answer.values, answer.value, answer.value < bound + 1 - SLIGHT)
        soft = wide | {number for number, _ in roughly}
        known = set().union(*(places for places, _ in floors))
        seconds = giving.left / 2
        answer, found = giving.least(soft, kept, near=None if whole else known, seconds=seconds)
        if answer.values is None:
            return something or self._loosely(wide, amounts, bound) or Least({}, None, bound, False)
        for side, amount in kept.items():
            found[side] = found.get(side, 0) + amount
        value = float(sum(found.values()))
        if something is not None and sum(something.amounts.values()) <= value:
            return something
        return Least(found, answer.values, value, value < bound + 1 - SLIGHT)

    def _loosely(self, wide: set[int], given: Amounts, bound: float) -> Least | None:
        """Something that is enough: what any solution misses that need not keep the places of the whole district, or
        else all places, or all rules, of the clashes of the whole district."""
        giving = self._giving
        of_district = {number for number in wide if giving.pieces.school[number] == NOWHERE}
        rules = {giving.places[number].rule for number in wide}
        of_rules = {place.number for place in giving.places if place.rule in rules}
        for loose in (of_district, wide, of_rules):
            if not loose:
                continue
            held = set(range(len(giving.places))) - loose
            values = giving.quick(giving.program(held, given), self._places()).values
            if values is not None:
                amounts = giving.missed(values)
                value = float(sum(amounts.values()))
                return Least(amounts, values, value, value < bound + 1 - SLIGHT)
        return None

    def _places(self) -> set[int]:
        """The places of all clashes but those of the whole district."""
        return {number for numbers, _ in self.clashes if not self._wide(numbers) for number in numbers}

    def _wide(self, places: Collection[int]) -> bool:
        """Whether these places are of many schools, or of the whole district."""
        schools = self._giving.pieces.school[list(places)]
        return len(set(schools.tolist())) > WIDE or bool((schools == NOWHERE).any())

    def _add(self, found: Found) -> None:
        """A clash found after others have given is one before, too; there more of it may be left out."""
        smaller = self._search.within(set(found[0]))
        known = {numbers for numbers, _ in self.clashes}
        if smaller is not None and smaller[0] != found[0]:
            found = (found[0], False) if smaller[0] in known else smaller
        self.clashes.append(found)

    def near(self, places: Collection[int]) -> set[int]:
        """Places looked at together with these: all of their schools, unless these are many."""
        schools = self._giving.pieces.schools_of(places)
        return self._giving.around(places) if len(schools) <= WIDE else set(places)

    def covered(self, base: Amounts, most: int) -> bool:
        """Find a clash for every place that gives in the least of all; whether each has one in the end."""
        for side in list(base):
            if any(side[0] in numbers for numbers, _ in self.clashes):
                continue
            if len(self.clashes) >= most or self._giving.left <= 0:
                return False
            given = {other: amount for other, amount in base.items() if other != side}
            found = self._search.within(self.near([side[0]]), given) or self._search.of_relaxation(given)
            if found is None:
                return False
            self._add(found)
        return True

    # ---- every way of each clash ---------------------------------------------------------------------------------

    def knots(self, base: Amounts) -> list[Knot]:
        """The clashes by the places they share."""
        made: list[Knot] = []
        for number, (places, _) in enumerate(self.clashes):
            knot = Knot([number], set(places), {})
            apart = []
            for other in made:
                if other.places & knot.places:
                    knot = Knot(other.clashes + knot.clashes, other.places | knot.places, {})
                else:
                    apart.append(other)
            made = [*apart, knot]
        for knot in made:
            knot.clashes.sort()
            knot.hit = {side: amount for side, amount in base.items() if side[0] in knot.places}
        return sorted((knot for knot in made if knot.hit), key=lambda knot: knot.clashes)

    def ways(self, knots: list[Knot], least: Least) -> None:
        """Every place of each knot giving by itself, and every rule in all its places there: as little as it can."""
        if least.values is None:
            return
        queues: list[list[tuple[set[int], dict[Side, int]]]] = []
        for knot in knots:
            knot.learn(Option(knot.hit, least.values))
            queues.append(self._bounded(knot, least))
        while any(queues):
            turn = [(knot, queue.pop(0)) for knot, queue in zip(knots, queues, strict=True) if queue]
            if self._giving.left <= 0:
                for knot, (soft, _) in turn:
                    knot.untried |= soft if len(soft) == 1 else set()
                continue
            self._try(turn, least)

    def _bounded(self, knot: Knot, least: Least) -> list[tuple[set[int], dict[Side, int]]]:
        """What each place, and each rule, of a knot must give at least when it gives alone; where nothing helps, it is
        known that it cannot."""
        giving = self._giving
        near = self.near(knot.places)
        others = _without(least.amounts, knot.hit)
        by_rule: dict[str, set[int]] = {}
        for number in sorted(knot.places):
            by_rule.setdefault(giving.places[number].rule, set()).add(number)
        told: list[tuple[set[int], dict[Side, int]]] = []
        for family in by_rule.values():
            known = self._asked(knot, near, family, others)
            if known is None:
                knot.helpless |= family  # all its places together do not help, then none alone does
                continue
            if known and len(family) > 1:
                told.append((family, known))
            for number in sorted(family):
                single = known if len(family) == 1 else self._asked(knot, near, {number}, others)
                if single is None:
                    knot.helpless.add(number)
                elif single:
                    told.append(({number}, single))
        # The cheapest first, single places before rules in all their places.
        return sorted(told, key=lambda way: (len(way[1]) > 1, sum(way[1].values()), sorted(way[0])))

    def _asked(self, knot: Knot, near: Collection[int], soft: set[int], others: Amounts) -> dict[Side, int] | None:
        """What these places must give at least; ``None``: nothing they give helps; empty: not known."""
        outcome, amounts, _ = self._giving.least_in(near, soft, others)
        if outcome is Outcome.INFEASIBLE:
            return None
        if outcome is not Outcome.OPTIMAL and len(soft) == 1:
            knot.untried |= soft
        return amounts

    def _try(self, turn: list[tuple[Knot, tuple[set[int], dict[Side, int]]]], least: Least) -> None:
        """One way of each knot, together in the whole; where that has no solution, each by itself."""
        giving = self._giving
        turn = [(knot, way) for knot, way in turn if all(each.amounts != way[1] for each in knot.options)]
        if len(turn) > 1:
            together = dict(least.amounts)
            for knot, (_, amounts) in turn:
                together = _without(together, knot.hit)
                together |= amounts
            near = set().union(*(knot.places for knot, _ in turn))
            values = giving.extended(together, least.values, near)
            if values is not None:
                for knot, (_, amounts) in turn:
                    knot.learn(Option(amounts, values))
                return
        for knot, (soft, amounts) in turn:
            self._alone(knot, soft, amounts, least)

    def _alone(self, knot: Knot, soft: set[int], amounts: dict[Side, int], least: Least) -> None:
        """One way of one knot in the whole: with more around it, where the bound is too low."""
        giving, near = self._giving, self.near(knot.places)
        others = _without(least.amounts, knot.hit)
        for _ in range(FINER):
            values = giving.extended({**others, **amounts}, least.values, knot.places)
            if values is not None:
                knot.learn(Option(amounts, values))
                return
            more = self._search.of_relaxation({**others, **amounts})
            if more is None:
                break
            near = near | self.near(more[0])
            outcome, amounts, _ = giving.least_in(near, soft, others)
            if outcome is not Outcome.OPTIMAL:
                if outcome is Outcome.INFEASIBLE:
                    knot.helpless |= soft if len(soft) == 1 else set()
                    return
                break
        whole = len(giving.model.go) <= MANY_ARCS
        answer, amounts = giving.least(soft, others, near=None if whole else near, seconds=giving.left / 8)
        if answer.values is not None and amounts:
            knot.learn(Option(amounts, answer.values))
        elif len(soft) == 1:
            settled = knot.helpless if whole and answer.outcome is Outcome.INFEASIBLE else knot.untried
            settled |= soft

    def shared(self, rules: Iterable[str], least: Least) -> list[Option]:
        """Ways to resolve all clashes by one rule that stands in each, giving in all its places there."""
        members = {number for numbers, _ in self.clashes for number in numbers}
        near = self.near(members)
        options: list[Option] = []
        for rule in sorted(rules):
            soft = {number for number in members if self._giving.places[number].rule == rule}
            outcome, amounts, _ = self._giving.least_in(near, soft, {})
            if outcome is not Outcome.OPTIMAL or not amounts:
                continue
            values = self._giving.extended(amounts, least.values, members)
            if values is not None:
                options.append(Option(amounts, values))
        return options


def _without(amounts: Mapping[Side, int], those: Amounts) -> dict[Side, int]:
    return {side: amount for side, amount in amounts.items() if side not in those}


def _joined(sets: Iterable[set[int]]) -> list[set[int]]:
    """Sets that share anything, put together."""
    made: list[set[int]] = []
    for each in sets:
        joined, apart = set(each), []
        for other in made:
            if other & joined:
                joined |= other
            else:
                apart.append(other)
        made = [*apart, joined]
    return made
