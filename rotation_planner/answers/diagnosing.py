"""Why there is no plan, what must give, and what each repair costs; or, where there is a plan, what it cannot meet.

Nothing is told on one call of one engine: that there is no plan is proven by the second engine on the clash itself, and
every repair is made to the data or the policy and solved again.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rotation_planner.answers.changing import changed
from rotation_planner.answers.clashing import Telling
from rotation_planner.answers.diagnosis import Diagnosis, Give, Repair, Shortfall
from rotation_planner.answers.giving import Giving, Side, bare
from rotation_planner.answers.repairs import Change, Changes
from rotation_planner.answers.searching import Search
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import stand
from rotation_planner.model.model import Model
from rotation_planner.model.registry import CONSTRAINTS
from rotation_planner.model.unpack import Moves, unpack
from rotation_planner.plan.plan import Status
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label
from rotation_planner.solve.engines import Answer, Outcome, clock
from rotation_planner.solve.levels import Reached
from rotation_planner.solve.solving import confirm
from rotation_planner.words import say

MOST_CLASHES = 12
MANY_ARCS = 100_000  # of so many arcs the least that gives in all places is not looked for
SINGLES = 4  # places of one rule in a clash that are also tried one by one
ALIKE = 2  # repairs of one rule in one way that are told
ORDER = ("table", "pin", "clause", "defer", "exception", "off")
CONFIRMING = 20.0  # seconds for the second engine


@dataclass(frozen=True, eq=False)
class _Option:
    """A way to resolve a clash: what gives, and a solution then."""

    amounts: dict[Side, int]
    values: Array


Tell = Callable[[str], None]


def diagnose(
    district: District,
    policy: Policy,
    *,
    draw: int | None = None,
    seconds: float = 60.0,
    repairs: int = 8,
    tell: Tell | None = None,
    stop: threading.Event | None = None,
) -> Diagnosis:
    """Say whether there is any plan; where there is none, the clashes, all that must give, and up to ``repairs``
    repairs of each clash; where there is one, the should-rules that no plan meets fully.

    ``tell`` is called with what is being done. ``stop``: set it to end early with what is known by then.
    """
    begun = clock()
    work = _Diagnosing(district, policy, draw, begun + seconds, repairs, tell or (lambda _: None), stop)
    found = work.run()
    object.__setattr__(found, "seconds", clock() - begun)
    return found


class _Diagnosing:
    def __init__(
        self,
        district: District,
        policy: Policy,
        draw: int | None,
        until: float,
        repairs: int,
        tell: Tell,
        stop: threading.Event | None,
    ) -> None:
        self.district, self.policy, self.draw = district, policy, draw
        self.until, self.most, self.tell, self.stop = until, repairs, tell, stop
        self.refused = self.untold = 0

    def _giving(self, policy: Policy, soft: tuple[str, ...] | None = None) -> Giving:
        standing = stand(self.district, policy, draw=self.draw)
        model = Model(self.district, bare(policy), standing)
        return Giving(model, until=self.until, soft=soft, stop=self.stop)

    def run(self) -> Diagnosis:
        self.tell("looking")
        giving = self._giving(self.policy)
        values = giving.quick(giving.program()).values
        if values is None:
            self.tell("clash")
            search = Search(giving)
            first = search.apart()
            if first:
                return self._impossible(giving, search, first)
            values = giving.solution().values
        if values is None:
            return Diagnosis(Status.UNKNOWN)
        _exact(giving.model, values)
        return self._possible()

    # ---- there is a plan -----------------------------------------------------------------------------------------

    def _possible(self) -> Diagnosis:
        self.tell("shoulds")
        rules = [rule for rule in self.policy.active if rule.force == "should" and rule.kind in CONSTRAINTS]
        found: list[Shortfall] = []
        weighed = 0
        for rule in rules:
            must = tuple(
                each.model_copy(update={"force": "must", "rank": None}) if each.id == rule.id else each
                for each in self.policy.rules
            )
            giving = self._giving(changed(self.policy, rules=must), (rule.id,))
            answer, amounts = giving.least()
            if answer.outcome is not Outcome.OPTIMAL:
                continue
            weighed += 1
            if not amounts:
                continue
            least = sum(amounts.values())
            telling = Telling(giving)
            places = tuple(dict.fromkeys(telling.where(giving.places[number]) for number, _ in amounts))
            cost = (
                say("diagnosis.should_measured")
                if rule.rank is None
                else say("diagnosis.should_cost", rank=rule.rank, points=least * rule.weight)
            )
            found.append(Shortfall(rule.id, label(rule), least, places, cost))
        return Diagnosis(Status.FEASIBLE, shortfalls=tuple(found), weighed=weighed, complete=weighed == len(rules))

    # ---- there is none -------------------------------------------------------------------------------------------

    def _impossible(self, giving: Giving, search: Search, first: list[tuple[tuple[int, ...], bool]]) -> Diagnosis:
        if not giving.refuted(first[0][0], {}, CONFIRMING):
            return Diagnosis(Status.UNKNOWN, unconfirmed=True)
        self.tell("least")
        answer, base = self._least(giving, first)
        proven = answer.outcome is Outcome.OPTIMAL and answer.bound > answer.value - 0.5
        self.tell("clash")
        sets: list[tuple[tuple[int, ...], bool, dict[Side, int]]] = []
        given: dict[Side, int] = {}
        for numbers, certain in first[:MOST_CLASHES]:
            hit = {side: amount for side, amount in base.items() if side[0] in numbers}
            sets.append((numbers, certain, hit))
            given |= hit
        while len(given) < len(base) and len(sets) < MOST_CLASHES:
            found = search.clash(given, [number for number, below in base if (number, below) not in given])
            if found is None:
                break
            numbers, certain = found
            hit = {side: amount for side, amount in base.items() if side[0] in numbers and side not in given}
            if not hit or not giving.refuted(numbers, given, CONFIRMING):
                break
            sets.append((numbers, certain, hit))
            given |= hit
        complete = bool(base) and len(given) == len(base)
        telling = Telling(giving)
        gives = tuple(self._give(giving, telling, side, amount) for side, amount in sorted(base.items()))
        self.tell("repairs")
        changes = Changes(giving, self.draw)
        knots = _knots([numbers for numbers, _, _ in sets])
        hits = [{side: amount for each in knot for side, amount in sets[each][2].items()} for knot in knots]
        defaults = [_first(changes.of(hit, answer.values)) if answer.values is not None else () for hit in hits]
        shorts: dict[int, tuple[int, bool]] = {}
        told: list[Repair] = []
        for number, (knot, hit) in enumerate(zip(knots, hits, strict=True)):
            members = tuple(sorted({place for each in knot for place in sets[each][0]}))
            others = {side: amount for side, amount in base.items() if side not in hit}
            options = [_Option(hit, answer.values)] if hit and answer.values is not None else []
            self._options(giving, members, others, shorts, options, answer.values, len(knots) - number)
            with_others = tuple(change for n, each in enumerate(defaults) if n != number for change in each)
            clashing = tuple(each + 1 for each in knot)
            told += self._verified(giving.model, clashing, _candidates(changes, options), with_others)
        clashes = [telling.clash(numbers, shorts, certain) for numbers, certain, _ in sets]
        if len(knots) > 1:
            everything = tuple(range(1, len(sets) + 1))
            shared = self._shared(giving, [numbers for numbers, _, _ in sets])
            by_one = self._verified(giving.model, everything, _candidates(changes, shared), ())
            of_all = [*self._whole(told), *by_one]
            told = [*sorted(of_all, key=_cheapest), *sorted(told, key=_cheapest)]
        return Diagnosis(
            Status.INFEASIBLE,
            tuple(clashes),
            gives,
            round(answer.value) if answer.values is not None else None,
            proven,
            tuple(told),
            untold=self.untold,
            refused=self.refused,
            complete=complete,
        )

    def _least(self, giving: Giving, apart: list[tuple[tuple[int, ...], bool]]) -> tuple[Answer, dict[Side, int]]:
        """The least sum that must give. What the schools of some clashes ask for is a bound; mostly giving there
        reaches it."""
        giving.until = clock() + 0.4 * giving.left
        near = giving.around({number for numbers, _ in apart for number in numbers})
        found = giving.reached(near, {}, near)
        if found is None and len(giving.model.go) > MANY_ARCS:  # the engine would not keep to its time
            found = Answer(Outcome.UNKNOWN, None, math.inf, -math.inf), {}
        answer, amounts = found or giving.least()
        giving.until = self.until
        return answer, amounts

    def _give(self, giving: Giving, telling: Telling, side: Side, amount: int) -> Give:
        place = giving.places[side[0]]
        key = "diagnosis.give_below" if side[1] else "diagnosis.give_above"
        return Give(label(giving.rules[place.rule]), telling.where(place), amount, say(key, amount=amount))

    def _options(
        self,
        giving: Giving,
        members: tuple[int, ...],
        others: dict[Side, int],
        shorts: dict[int, tuple[int, bool]],
        options: list[_Option],
        start: Array | None,
        knots: int,
    ) -> None:
        """Every rule of some clashes giving as little as it can by itself, in all its places together or in one of
        them. ``options`` holds what gives least in all, and takes in the others; ``shorts`` learns for each place what
        it misses when it gives alone; ``knots``: how many are still to be looked at, this one included."""
        by_rule: dict[str, list[int]] = {}
        for number in members:
            by_rule.setdefault(giving.places[number].rule, []).append(number)
        families = list(by_rule.values())
        near = giving.around(members)
        singles = [[number] for family in families if len(family) > 1 for number in family[:SINGLES]]
        giving.until = clock() + 0.5 * giving.left / knots  # the other half is for solving again
        helpless: set[str] = set()
        for soft in (*families, *singles):
            rule = giving.places[soft[0]].rule
            if rule in helpless:  # all its places together do not help, then none alone does
                continue
            known = next((each for each in options if {number for number, _ in each.amounts} <= set(soft)), None)
            if known is not None:  # nothing can give less than the least of all
                self._learn(known.amounts, shorts)
                continue
            answer, amounts = giving.least_of(soft, others, near, start)
            if answer.outcome is Outcome.INFEASIBLE and len(soft) == len(by_rule[rule]):
                helpless.add(rule)
            if answer.values is None or not amounts:
                continue
            if all(option.amounts != amounts for option in options):
                options.append(_Option(amounts, answer.values))
            self._learn(amounts, shorts)
        giving.until = self.until

    def _shared(self, giving: Giving, sets: list[tuple[int, ...]]) -> list[_Option]:
        """Rules that stand in every clash, each giving in all its places there."""
        members = {number for numbers in sets for number in numbers}
        rules = set.intersection(*({giving.places[number].rule for number in numbers} for numbers in sets))
        near = giving.around(members)
        giving.until = clock() + 0.5 * giving.left
        options: list[_Option] = []
        for rule in sorted(rules):
            soft = [number for number in members if giving.places[number].rule == rule]
            answer, amounts = giving.least_of(soft, {}, near)
            if answer.values is not None and amounts:
                options.append(_Option(amounts, answer.values))
        giving.until = self.until
        return options

    @staticmethod
    def _learn(amounts: dict[Side, int], shorts: dict[int, tuple[int, bool]]) -> None:
        """What a place misses when it gives alone."""
        if len(amounts) == 1:
            ((number, below), amount), *_ = amounts.items()
            shorts[number] = (amount, below)

    # ---- solving again -------------------------------------------------------------------------------------------

    def _verified(
        self,
        model: Model,
        clashes: tuple[int, ...],
        candidates: list[tuple[tuple[Change, ...], Array]],
        with_others: tuple[Change, ...],
    ) -> Iterator[Repair]:
        """The cheapest candidates, a few of each sort, that have a plan when solved again."""
        taken: dict[tuple[tuple[str, str], ...], int] = {}
        count = 0
        for these, values in candidates:
            sort = tuple((change.rule, change.way) for change in these)
            if count >= self.most or taken.get(sort, 0) >= ALIKE:
                continue
            if clock() >= self.until or (self.stop is not None and self.stop.is_set()):
                self.untold += 1
                continue
            sentence = say("repair.join").join(change.sentence for change in these)
            repair = Repair(clashes, these, sum(change.price for change in these), sentence, with_others)
            if not self._holds(repair, unpack(model, values[: model.program.columns])):
                self.refused += 1
                continue
            taken[sort] = taken.get(sort, 0) + 1
            count += 1
            yield repair

    def _whole(self, repairs: list[Repair]) -> Iterator[Repair]:
        """The cheapest repair of every clash, all at once."""
        best: dict[tuple[int, ...], Repair] = {}
        for each in repairs:
            best.setdefault(each.clashes, each)
        these = tuple(change for each in best.values() for change in each.changes)
        sentence = say("repair.join").join(change.sentence for change in these)
        everything = tuple(sorted(number for numbers in best for number in numbers))
        repair = Repair(everything, these, sum(change.price for change in these), sentence)
        if self._holds(repair):
            yield repair

    def _holds(self, repair: Repair, moves: Moves | None = None) -> bool:
        """Whether there is a plan after the changes, found by one engine and checked by the other; ``moves`` that
        led to the changes are tried first."""
        district, policy = repair.apply(self.district, self.policy)
        standing = stand(district, policy, draw=self.draw)
        giving = Giving(Model(district, bare(policy), standing), until=self.until, stop=self.stop)
        values = None if moves is None else giving.completed(moves)
        if values is None:
            values = giving.solution().values
        if values is None:
            return False
        try:
            _exact(giving.model, values)
        except ArithmeticError:  # the engines disagree: it is not told
            return False
        return True


def _exact(model: Model, values: Array) -> None:
    """Have CP-SAT confirm a solution of the giving program in the model itself: every row, in whole numbers."""
    confirm(model, Reached(values=values[: model.program.columns]))


def _knots(sets: list[tuple[int, ...]]) -> list[list[int]]:
    """Clashes that share a place are repaired together: groups of them by number."""
    groups: list[tuple[set[int], list[int]]] = []
    for number, places in enumerate(sets):
        joined = (set(places), [number])
        apart = []
        for group in groups:
            if group[0] & joined[0]:
                joined = (group[0] | joined[0], [*group[1], *joined[1]])
            else:
                apart.append(group)
        groups = [*apart, joined]
    return sorted(sorted(numbers) for _, numbers in groups)


def _first(changes: dict[str, list[Change]]) -> tuple[Change, ...]:
    """The cheapest change of each rule; of equal ones the simplest."""
    return tuple(min(each, key=_simplest) for each in changes.values() if each)


def _simplest(change: Change) -> tuple[bool, int, int]:
    return change.way == "off", change.price, ORDER.index(change.way)


def _cheapest(repair: Repair) -> tuple[bool, int]:
    return any(change.way == "off" for change in repair.changes), repair.price


def _candidates(changes: Changes, options: list[_Option]) -> list[tuple[tuple[Change, ...], Array]]:
    """Everything that could be changed to resolve a clash, the cheapest first, each with a solution it comes from."""
    found: dict[str, tuple[tuple[Change, ...], Array]] = {}
    for option in options:
        of_rules = changes.of(option.amounts, option.values)
        if len(of_rules) == 1:
            told: list[tuple[Change, ...]] = [(change,) for each in of_rules.values() for change in each]
        else:
            told = [_first(of_rules)]
        for these in told:
            found.setdefault("\n".join(change.sentence for change in these), (these, option.values))
    return sorted(
        found.values(),
        key=lambda told: (
            any(change.way == "off" for change in told[0]),
            sum(change.price for change in told[0]),
            max(ORDER.index(change.way) for change in told[0]),
        ),
    )
