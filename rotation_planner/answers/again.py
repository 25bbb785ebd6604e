"""Repairs made to the tables or the policy and solved again as if they had been read: only what has a plan is told."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from rotation_planner.answers.diagnosis import Repair
from rotation_planner.answers.giving import Giving, bare
from rotation_planner.answers.repairs import Change, Changes
from rotation_planner.answers.resolving import Knot, Option
from rotation_planner.answers.wholly import solved
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import stand
from rotation_planner.model.model import Model
from rotation_planner.model.unpack import Moves, unpack
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.engines import clock
from rotation_planner.solve.levels import Reached
from rotation_planner.solve.solving import confirm
from rotation_planner.words import say

WHOLE = 3  # repairs of all clashes that the least of all stands for
FOR_ONE = 0.3  # of the time left, to look for a plan after one repair
ALIKE = 2  # repairs of one rule in one way that are told
ORDER = ("table", "pin", "clause", "defer", "exception", "off")
WIDELY = frozenset({"clause", "off"})  # ways that change a rule for everybody

Candidate = tuple[tuple[Change, ...], Array]
"""Changes that could resolve a clash, and a solution that they come from."""


class Again:
    """Makes changes and solves again. ``untold``: candidates not reached in the time; ``refused``: those without a
    plan."""

    def __init__(
        self,
        district: District,
        policy: Policy,
        draw: int | None,
        until: float,
        most: int,
        stop: threading.Event | None,
    ) -> None:
        self._district, self._policy, self._draw = district, policy, draw
        self._until, self._most, self._stop = until, most, stop
        self.untold = self.refused = 0
        self._late = False  # whether the last search came to its end by the clock
        self._first: list[Repair] = []

    def least(self, model: Model, clashes: int, those: Sequence[list[Candidate]]) -> list[Repair]:
        """Repairs of all clashes in which the least gives, up to three: candidates of each knot, all of one solution,
        which is then a plan."""
        told: dict[str, Repair] = {}
        for number in range(WHOLE if all(those) and those else 0):
            hits = [each[min(number, len(each) - 1)] for each in map(_kept, those)]
            changes = tuple({change.sentence: change for these, _ in hits for change in these}.values())
            repair = _repair(tuple(range(1, clashes + 1)), changes, ())
            if repair.sentence in told:
                continue
            if self.over:
                self.untold += 1
            elif self._holds(repair, unpack(model, hits[0][1][: model.program.columns])):
                told[repair.sentence] = repair
            else:
                self._missed()
        return list(told.values())

    def each(
        self,
        model: Model,
        knots: Sequence[Knot],
        of_knots: Sequence[list[Candidate]],
        hits: Sequence[Candidate],
        known: Sequence[Repair],
    ) -> list[Repair]:
        """Repairs of each knot, the cheapest first; ``hits``: what is changed in each while others are looked at;
        ``known``: repairs of everything, which are all there is to say of a single knot.

        Where there are several, one change of each is made and solved again together; changes for everybody, which
        could hide one another, are made one by one beside the others' first ones."""
        if len(knots) == 1:
            told = {repair.sentence for repair in known}
            those = [these for these in of_knots[0] if _sentence(these[0]) not in told]
            made = _Queue(knots[0], those, self._most)
            for repair in known:
                made.take(repair.changes, ())
            while self._next(model, made, ()):
                pass
            return sorted(made.told, key=cheapest)
        three = list(zip(knots, of_knots, hits, strict=True))
        solutions = list({id(each.values): each.values for knot in knots for each in knot.options}.values())
        queues = [_Queue(knot, _by_solution(_narrow(told), solutions), self._most, hit[0]) for knot, told, hit in three]
        for values in solutions:  # of one solution they hold together
            while turn := [(queue, these) for queue in queues if (these := queue.next(values)) is not None]:
                self._together(model, queues, turn)
        wide = [_Queue(knot, _wide(told), self._most, hit[0]) for knot, told, hit in three]
        going = list(zip(wide, queues, strict=True))
        for queue, narrow in going:
            queue.told = narrow.told
        while going:
            going = [(queue, own) for queue, own in going if self._next(model, queue, _defaults(queues, own))]
        self._first = [min(queue.told, key=cheapest) for queue in wide if queue.told]
        return sorted((each for queue in wide for each in queue.told), key=cheapest)

    def everything(self, model: Model, clashes: int, shared: list[Candidate]) -> list[Repair]:
        """Repairs of all clashes: the first of each knot together, and rules that stand in every clash."""
        every = tuple(range(1, clashes + 1))
        told: list[Repair] = []
        if self._first and not self.over:
            these = tuple(dict.fromkeys(change for each in self._first for change in each.changes))
            repair = _repair(every, these, ())
            if self._holds(repair):
                told.append(repair)
        queue = _Queue(Knot([each - 1 for each in every], set(), {}), shared, self._most)
        while self._next(model, queue, ()):
            pass
        return sorted([*told, *queue.told], key=cheapest)

    @property
    def over(self) -> bool:
        """Whether there is no time left."""
        return clock() >= self._until or (self._stop is not None and self._stop.is_set())

    def _together(self, model: Model, queues: list[_Queue], turn: list[tuple[_Queue, Candidate]]) -> None:
        """One candidate of each queue made and solved again at once; where there is no plan then, the halves of them,
        each beside what the others have told."""
        if self.over:
            self.untold += len(turn)
            return
        if len(turn) == 1:
            ((queue, these),) = turn
            self._one(model, queue, these, _defaults(queues, queue))
            return
        trying = {id(queue): these[0] for queue, these in turn}
        beside = {id(queue): trying.get(id(queue), queue.default) for queue in queues}
        every = tuple(change for changes in beside.values() for change in changes)
        if self._holds(_repair((), every, ()), unpack(model, turn[0][1][1][: model.program.columns])):
            for queue, (changes, _) in turn:
                queue.take(changes, tuple(one for key, told in beside.items() if key != id(queue) for one in told))
            return
        half = len(turn) // 2
        self._together(model, queues, turn[:half])
        self._together(model, queues, turn[half:])

    def _next(self, model: Model, queue: _Queue, others: tuple[Change, ...]) -> bool:
        these = queue.next()
        if these is None:
            return False
        self._one(model, queue, these, others)
        return True

    def _one(self, model: Model, queue: _Queue, these: Candidate, others: tuple[Change, ...]) -> None:
        """One candidate made and solved again, beside changes of the other clashes."""
        if self.over:
            self.untold += 1
            return
        changes, values = these
        if self._holds(_repair((), changes, others), unpack(model, values[: model.program.columns])):
            queue.take(changes, others)
        else:
            self._missed()

    def _missed(self) -> None:
        """Count a candidate that came to no plan: only where the search ended by itself there is none."""
        if self._late:
            self.untold += 1
        else:
            self.refused += 1

    def _holds(self, repair: Repair, moves: Moves | None = None) -> bool:
        """Whether there is a plan after the changes, found by one engine and checked by the other; ``moves`` that
        led to the changes are tried first."""
        district, policy = repair.apply(self._district, self._policy)
        standing = stand(district, policy, draw=self._draw)
        model = Model(district, bare(policy), standing)  # takes seconds in large districts: it is not the search's time
        giving = Giving(model, until=clock() + FOR_ONE * (self._until - clock()), stop=self._stop)
        values = None if moves is None else giving.completed(moves)
        if values is None:
            values = solved(giving)
        self._late = values is None and giving.left <= 0
        if values is None:
            return False
        try:
            exact(giving.model, values)
        except ArithmeticError:  # the engines disagree: it is not told
            return False
        return True


class _Queue:
    """Candidates of one knot and the repairs that came of them: a few of each sort, so many at most."""

    def __init__(self, knot: Knot, those: list[Candidate], most: int, hit: tuple[Change, ...] = ()) -> None:
        self._hit = hit
        self.clashes = tuple(number + 1 for number in knot.clashes)
        self._those, self._most, self._at = those, most, 0
        self._taken: dict[tuple[tuple[str, str], ...], int] = {}
        self.told: list[Repair] = []

    def next(self, of: Array | None = None) -> Candidate | None:
        """The next candidate worth trying; of this solution, where one is named."""
        while self._at < len(self._those) and len(self.told) < self._most:
            these = self._those[self._at]
            if of is not None and these[1] is not of:
                return None
            self._at += 1
            if self._taken.get(_sort(these[0]), 0) < ALIKE:
                return these
        return None

    def take(self, changes: tuple[Change, ...], others: tuple[Change, ...]) -> None:
        """A candidate has a plan."""
        self._taken[_sort(changes)] = self._taken.get(_sort(changes), 0) + 1
        self.told.append(_repair(self.clashes, changes, others))

    @property
    def default(self) -> tuple[Change, ...]:
        """What is changed here while other clashes are looked at."""
        if self.told:
            return self.told[0].changes
        return self._hit or (self._those[0][0] if self._those else ())


def exact(model: Model, values: Array) -> None:
    """Have CP-SAT confirm a solution of the giving program in the model itself: every row, in whole numbers."""
    confirm(model, Reached(values=values[: model.program.columns]))


def candidates(changes: Changes, options: Sequence[Option]) -> list[Candidate]:
    """Everything that could be changed to resolve a clash, the cheapest first, each with a solution it comes from.
    Where several rules give, the one that gives most may be enough when it is set aside by itself."""
    found: dict[str, Candidate] = {}
    of_options = [(changes.of(option.amounts, option.values), option) for option in options]
    # A rule that gives alone first: with that solution it is enough to set it aside.
    for of_rules, option in sorted(of_options, key=lambda told: len(told[0]) > 1):
        if len(of_rules) == 1:
            told: list[tuple[Change, ...]] = [(change,) for each in of_rules.values() for change in each]
        else:
            told = [tuple(min(each, key=key) for each in of_rules.values() if each) for key in MIXES]
            aside = [change for each in of_rules.values() for change in each if change.way == "off"]
            told += [(change,) for change in aside if change.price == max(each.price for each in aside)]
        for these in told:
            found.setdefault("\n".join(change.sentence for change in these), (these, option.values))
    return sorted(found.values(), key=lambda told: (*_price(told[0]), max(ORDER.index(one.way) for one in told[0])))


def cheapest(repair: Repair) -> tuple[bool, int, int]:
    """By price, whole rules set aside at last; of one price the simplest."""
    return *_price(repair.changes), max(ORDER.index(change.way) for change in repair.changes)


def _price(changes: tuple[Change, ...]) -> tuple[bool, int]:
    return any(change.way == "off" for change in changes), sum(change.price for change in changes)


def _simplest(change: Change) -> tuple[bool, int, int]:
    return change.way == "off", change.price, ORDER.index(change.way)


def _nearest(change: Change) -> tuple[bool, bool, int]:
    """Only where it gives, before a rule for everybody."""
    return change.way == "off", change.way in WIDELY, change.price


def _rules_first(change: Change) -> tuple[bool, bool, int]:
    """A rule's number before numbers of the data and single people."""
    return change.way == "off", change.way != "clause", change.price


MIXES = (_simplest, _nearest, _rules_first)


def _sort(changes: tuple[Change, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((change.rule, change.way) for change in changes)


def _repair(clashes: tuple[int, ...], changes: tuple[Change, ...], others: tuple[Change, ...]) -> Repair:
    return Repair(clashes, changes, sum(change.price for change in changes), _sentence(changes), others)


def _sentence(changes: tuple[Change, ...]) -> str:
    return say("repair.join").join(change.sentence for change in changes)


def _kept(those: list[Candidate]) -> list[Candidate]:
    """Those that set no rule aside, where there are any."""
    return [these for these in those if all(change.way != "off" for change in these[0])] or those


def _narrow(those: list[Candidate]) -> list[Candidate]:
    return [these for these in those if all(change.way not in WIDELY for change in these[0])]


def _by_solution(those: list[Candidate], solutions: list[Array]) -> list[Candidate]:
    """In the order of the solutions they come from."""
    order = {id(values): number for number, values in enumerate(solutions)}
    return sorted(those, key=lambda these: order[id(these[1])])


def _wide(those: list[Candidate]) -> list[Candidate]:
    return [these for these in those if any(change.way in WIDELY for change in these[0])]


def _defaults(queues: Sequence[_Queue], own: _Queue) -> tuple[Change, ...]:
    return tuple(change for queue in queues if queue is not own for change in queue.default)
