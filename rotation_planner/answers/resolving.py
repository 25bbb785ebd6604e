"""What resolves clashes: the least that must give in all, and for each clash every place that would do by itself.

The least of a small piece around a clash bounds what every plan must give there; that it is enough is shown by a
solution of the whole. Clashes that have nothing to do with one another are tried together, one way of each at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from rotation_planner.answers.beside import Beside
from rotation_planner.answers.giving import Giving
from rotation_planner.answers.pieces import NOWHERE, WIDE, Amounts, Side
from rotation_planner.answers.searching import Found, Search
from rotation_planner.answers.wholly import MANY_ARCS, UNKNOWN, Least, Wholly
from rotation_planner.eligibility.arrays import Array
from rotation_planner.solve.engines import Outcome, clock

LOOSE = 10**5  # more than any place could give
MOST_WIDE = 3  # clashes of the whole district that are looked for one by one
CERTAIN = 0.25  # of the time left, to see what of one of them is needed
SPARED = 3  # rules each of which is spared in turn
FIRST_WAY, ONE_WAY = 0.75, 0.5  # of the time left goes at most to the first, to any other way over the whole district
FINER = 3  # times that a way is looked at with more around it before it is given up


Way = tuple[set[int], dict[Side, int]]
"""Places that give by themselves, and what they must give at least."""


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

    def settle(self, soft: set[int], found: Least) -> None:
        """Take in what the places ``soft`` come to when they give by themselves."""
        if found.values is not None and found.amounts:
            self.learn(Option(found.amounts, found.values))
        elif len(soft) == 1:
            settled = self.helpless if found.impossible else self.untried
            settled |= soft


class Resolving:
    """Finds what resolves clashes; ``clashes`` grows when more are found on the way."""

    def __init__(self, giving: Giving, search: Search, clashes: list[Found]) -> None:
        self._giving, self._search, self.clashes = giving, search, clashes
        self._wholly = Wholly(giving)
        self._known: dict[frozenset[int], tuple[Outcome, dict[Side, int], float]] = {}
        self._floors: list[tuple[set[int], float]] = []
        self._ways: dict[tuple[frozenset[int], frozenset[tuple[Side, int]]], Least] = {}
        self._shortest = 0.0  # seconds that one of them took
        self._kernel: dict[tuple[int, ...], Found] = {}  # what cannot hold in a clash that others have joined

    # ---- the least in all ----------------------------------------------------------------------------------------

    def least(self) -> Least:
        """The least that must give in all. Pieces that share no place are bounded one by one; what they give is tried
        in the whole, and where that is not enough other clashes of few schools are found. Where there are none, all
        that gives is looked for at once, no less than the pieces are known to."""
        while self._giving.left > 0:
            amounts = self._in_pieces()
            if self._search.more:  # what gives in the clashes told is not enough
                break
            bound = sum(value for _, value in self._floors)
            if not self._many:
                values = self._giving.extended(amounts, near=self._places())
                if values is not None:
                    return Least(amounts, values, bound, True)
            more = self._search.local(amounts)
            for each in more:
                self._add(each)
            if not more:
                break
        return self._wholly.least(floors=self._floors, seconds=self._giving.left)

    def proof(self, least: Least, seconds: float) -> Beside[Least]:
        """The proof of it, looked for beside what follows."""
        floors = tuple(self._floors)
        return Beside(least, lambda end: self._wholly.proven(least, floors, seconds=seconds, stop=end))

    @property
    def _many(self) -> bool:
        return len(self._giving.model.go) > MANY_ARCS

    def _in_pieces(self) -> dict[Side, int]:
        """What gives in the pieces around the clashes known so far; sets what each of them gives at least."""
        amounts: dict[Side, int] = {}
        self._floors = []
        for near in _joined(self.near(numbers) for numbers, _ in self.clashes):
            key = frozenset(near)
            if key not in self._known:
                self._known[key] = self._giving.least_in(near, near, {})
            outcome, found, value = self._known[key]
            if outcome is Outcome.OPTIMAL:
                amounts |= found
                self._floors.append((near, value))
        return amounts

    def _places(self) -> set[int]:
        """The places of all clashes but those of the whole district."""
        return {number for numbers, _ in self.clashes if not self._wide(numbers) for number in numbers}

    def _wide(self, places: Collection[int]) -> bool:
        """Whether these places are of many schools, or of the whole district."""
        schools = self._giving.pieces.school[list(places)]
        return len(set(schools.tolist())) > WIDE or bool((schools == NOWHERE).any())

    def _add(self, found: Found) -> None:
        """A clash found after others have given is one before, too; there more of it may be left out."""
        if not found[1] and self._wide(found[0]):
            self.clashes.append(found)
            return
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
        """Find a clash for every place that gives in the least of all; whether each has one in the end. After some of
        the whole district, or half of the time, the others join the largest one: they give where it gives in this way,
        though they are not needed for the clash."""
        enough, wide = self._giving.left / 2, MOST_WIDE if self._many else 0  # over many arcs that takes too long
        apart: set[int] = set()
        for side in list(base):
            if any(side[0] in numbers for numbers, _ in self.clashes):
                continue
            given = {other: amount for other, amount in base.items() if other != side}
            found = None
            if len(self.clashes) < most and self._giving.left > enough:
                found = self._search.within(self.near([side[0]]), given)
            if found is None and wide < MOST_WIDE and self._giving.left > enough / 2:
                wide += 1
                found = self._search.of_relaxation(given, exact=False)
                found = found and self._search.narrowed(found, given, CERTAIN * self._giving.left)
            if found is None or side[0] not in found[0]:
                apart.add(side[0])
            if found is not None:
                self._add(found)
        apart -= {number for numbers, _ in self.clashes for number in numbers}
        if apart:
            largest = max(range(len(self.clashes)), key=lambda each: len(self.clashes[each][0]))
            known = self.clashes[largest]
            joined = tuple(sorted({*known[0], *apart}))
            self.clashes[largest], self._kernel[joined] = (joined, False), self.kernel(known)
        return True

    def narrow(self, clash: Found) -> None:
        """The first clash is known better now; if then it is one of the others, it stays as it is."""
        if clash[0] not in {numbers for numbers, _ in self.clashes[1:]}:
            self.clashes[0] = clash

    def kernel(self, clash: Found) -> Found:
        """What cannot hold together in a clash, without what has joined it."""
        return self._kernel.get(clash[0], clash)

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
        queues: list[list[Way]] = []
        for knot in knots:
            knot.learn(Option(knot.hit, least.values))
            queues.append([] if self._wide(knot.places) else self._bounded(knot, least))
        until = self._giving.until
        self._giving.until -= self._giving.left / 2 if any(queues) else 0  # half is for clashes of few schools
        for knot in knots:
            if self._wide(knot.places):
                self._widely(knot, least)
        self._giving.until = until
        hard: list[tuple[Knot, Way]] = []
        while any(queues):
            hard += self._try([(knot, queue.pop(0)) for knot, queue in zip(knots, queues, strict=True) if queue], least)
        for knot, (soft, amounts) in hard:
            self._alone(knot, soft, amounts, least)

    def _bounded(self, knot: Knot, least: Least) -> list[Way]:
        """What each place, and each rule, of a knot must give at least when it gives alone; where nothing helps, it is
        known that it cannot."""
        giving, common = self._giving, self._common(knot)
        near = self.near(knot.places)
        others = _without(least.amounts, knot.hit)
        by_rule: dict[str, set[int]] = {}
        for number in sorted(knot.places):
            by_rule.setdefault(giving.places[number].rule, set()).add(number)
        told: list[Way] = []
        for family in by_rule.values():
            known = self._asked(knot, near, family, others) if len(family) > 1 or family <= common else None
            if known is None:
                knot.helpless |= family  # all its places together do not help, then none alone does
                continue
            if known and len(family) > 1:
                told.append((family, known))
            for number in sorted(family):
                helps = number in common
                single = known if len(family) == 1 else self._asked(knot, near, {number}, others) if helps else None
                if single is None:
                    knot.helpless.add(number)
                elif single:
                    told.append(({number}, single))
        # The cheapest first, single places before rules in all their places.
        return sorted(told, key=lambda way: (len(way[1]) > 1, sum(way[1].values()), sorted(way[0])))

    def _common(self, knot: Knot) -> set[int]:
        """The places that stand in every clash of a knot: none but these can resolve it alone."""
        return knot.places.intersection(*(self.kernel(self.clashes[each])[0] for each in knot.clashes))

    def _able(self, knot: Knot, others: Amounts, least: float) -> set[int]:
        """The places of a knot of many schools that could resolve it alone: those that can give as much as is the
        ``least``, and stand in every clash, also those the rough relaxation shows while one of them is left out."""
        able = {each for each in self._common(knot) if self._giving.most(each) >= least}
        seen, enough = {number for number, _ in knot.alone}, self._giving.left / 2
        while pending := able - seen:
            each = min(pending, key=lambda number: (self._giving.pieces.school[number] != NOWHERE, number))
            if self._giving.left <= enough:
                knot.untried |= pending
                able = seen
                break
            loose = {(each, below): LOOSE for below in (True, False)}
            priced = self._search.roughly({**others, **loose})
            if priced:
                able &= priced - {each}
            else:
                seen.add(each)
        knot.helpless |= knot.places - able - knot.untried
        return able

    def _widely(self, knot: Knot, least: Least) -> None:
        """Other ways for a knot of many schools, over the whole district: the rule that gives most giving alone; each
        of those that give most spared, so that others give; each rule in all its places, each place that can alone."""
        giving, others = self._giving, _without(least.amounts, knot.hit)
        sums: dict[str, int] = {giving.places[number].rule: 0 for number in sorted(knot.places)}
        for (number, _), amount in knot.hit.items():
            sums[giving.places[number].rule] += amount
        most = sorted(sums, key=lambda rule: (-sums[rule], rule))
        of_rule: dict[str, set[int]] = {rule: set() for rule in most}
        for place in giving.places:
            if place.rule in of_rule:
                of_rule[place.rule].add(place.number)
        every = set(range(len(giving.places)))
        first = of_rule[most[0]]
        spared = [every - of_rule[rule] for rule in most[:SPARED] if sums[rule]]
        self._way(knot, first, others, FIRST_WAY)  # it tells most
        for soft in spared[:1]:
            self._way(knot, soft, others)
        able = self._able(knot, others, least.bound - sum(others.values()))
        asked = spared[1:] + [of_rule[rule] for rule in most[1:] if len(of_rule[rule]) > 1]
        asked += [{each} for each in sorted(able) if {each} != first]
        for soft in asked:
            self._way(knot, soft, others)

    def _way(self, knot: Knot, soft: set[int], others: Amounts, share: float = ONE_WAY) -> None:
        """The least that these places give when no other place of the knot does; not begun in less time than any way
        has taken so far."""
        key = frozenset(soft), frozenset(others.items())
        found, seconds, begun = self._ways.get(key, UNKNOWN), share * self._giving.left, clock()
        if key not in self._ways and seconds > self._shortest:
            found = self._wholly.least(soft, others, seconds=seconds)
            if found.values is not None or found.impossible:
                self._ways[key], self._shortest = found, min(self._shortest or LOOSE, clock() - begun)
        knot.settle(soft, found)

    def _asked(self, knot: Knot, near: Collection[int], soft: set[int], others: Amounts) -> dict[Side, int] | None:
        """What these places must give at least; ``None``: nothing they give helps; empty: not known."""
        outcome, amounts, _ = self._giving.least_in(near, soft, others)
        if outcome is Outcome.INFEASIBLE:
            return None
        if outcome is not Outcome.OPTIMAL and len(soft) == 1:
            knot.untried |= soft
        return amounts

    def _try(self, turn: list[tuple[Knot, Way]], least: Least) -> list[tuple[Knot, Way]]:
        """One way of each knot, all at once over the whole district, where what gives in the least of all may help out
        at a high price. The ways that need it, or come to more than is known of them."""
        turn = [(knot, way) for knot, way in turn if all(each.amounts != way[1] for each in knot.options)]
        if len(turn) < 2 or self._giving.left <= 0:
            return turn
        others, ways, hits = dict(least.amounts), set[int](), set[int]()
        for knot, (soft, _) in turn:
            others, ways = _without(others, knot.hit), ways | soft
            hits |= {number for number, _ in knot.hit} - soft
        found = self._wholly.least(ways | hits, others, dear=hits, seconds=ONE_WAY * self._giving.left)
        if found.values is None:
            return turn
        left = []
        for knot, (soft, amounts) in turn:
            given = {side: amount for side, amount in found.amounts.items() if side[0] in soft}
            if sum(given.values()) == sum(amounts.values()) and not (knot.hit.keys() - given) & found.amounts.keys():
                knot.learn(Option(given, found.values))
            else:
                left.append((knot, (soft, amounts)))
        return left

    def _alone(self, knot: Knot, soft: set[int], amounts: dict[Side, int], least: Least) -> None:
        """One way of one knot in the whole: with more around it, where the bound is too low."""
        giving, found = self._giving, UNKNOWN
        others, near = _without(least.amounts, knot.hit), self.near(knot.places)
        for number in range(FINER if giving.left > 0 else 0):
            values = giving.extended({**others, **amounts}, least.values, knot.places)
            if values is not None:
                found = Least(amounts, values, sum(amounts.values()), True)
                break
            if number == 0:
                found = self._wholly.least(soft, others, seconds=ONE_WAY * giving.left)
                if found.impossible or (found.values is not None and found.amounts == amounts):
                    break
            more = self._search.of_relaxation({**others, **amounts})
            if more is None:
                break
            near = near | self.near(more[0])
            outcome, amounts, _ = giving.least_in(near, soft, others)
            if outcome is not Outcome.OPTIMAL:
                found = Least({}, None, 0.0, False, impossible=True) if outcome is Outcome.INFEASIBLE else found
                break
        knot.settle(soft, found)

    def shared(self, rules: Iterable[str], least: Least) -> list[Option]:
        """Ways to resolve all clashes by one rule that stands in each, giving in all its places there."""
        members = {number for numbers, _ in self.clashes for number in numbers}
        near = self.near(members)
        options: list[Option] = []
        for rule in sorted(rules):
            soft = {number for number in members if self._giving.places[number].rule == rule}
            outcome, amounts, _ = self._giving.least_in(near, soft, {})
            asked = outcome is Outcome.OPTIMAL and amounts
            values = self._giving.extended(amounts, least.values, members) if asked else None
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
