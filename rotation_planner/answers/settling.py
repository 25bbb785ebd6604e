"""Many wishes against one plan, settled together: which could be met by any plan, which only at a goal's expense.

Each wish (`Ask`) is a question on its own: is there a plan with this person there, and how good can it be? They share
one model, in which everybody asked about stands apart from all others, and one integer program settles many: *of all
plans that keep the goals up to a level where they are, one that meets the most wishes*. Whatever it meets is possible
at that level; when it can meet none of those that are left, it is proven of each of them that no such plan exists. So
a few programs sift all wishes level by level, and each answer is as exact as if that wish alone had been solved again.

How much the first goal that must suffer loses is then found for each wish by itself over few columns. A loss of one
step cannot be less. At the last level, whose steps are small, one program over all columns proves of all wishes
together by how much any of them could still do better than what was found.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from rotation_planner.answers.asking import Ask
from rotation_planner.answers.held import FEW_ARCS, Held
from rotation_planner.answers.parts import Part, Parts
from rotation_planner.answers.sifting import Sifting
from rotation_planner.answers.wishes import Wishes
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Outcome, clock, integer_program
from rotation_planner.solve.levels import whole_above

NEAR_ARCS = 2  # per kind of people, looked at first
FEWEST_NEAR = 1_000  # arcs at least
ONE = 10.0  # seconds for a wish by itself
LONGEST = 0.3  # of the time, for any one program
FOR_ONES = 0.6  # of the time that is left, for the wishes by themselves
FOR_CUTS = 0.1  # of the time, for what goals must pay school by school
FOR_PARTS = 0.25  # of the time, for parts of the plan where everybody together is looked at too
AT_ONCE = 2  # parts looked at side by side
FOR_PRICES = 0.12  # of the time, for the bounds over everybody where no more than these can be had


@dataclass(frozen=True)
class Settled:
    """What is proven of one wish.

    ``kind``: ``impossible`` (no plan at all meets it), ``worse`` (every plan that does is worse at ``level``, where no
    earlier goal is), ``equal`` or ``better`` (a plan as good as this one, or better, does), ``found`` (a plan does that
    is worse at ``level`` only; whether another is not, is not proven). ``then``: what the goal of that level comes to
    at the least (points), of a better or found plan what it comes to there; ``exact``: it can be reached.
    ``found``: what it comes to in the best plan found, where that is not proven the least. ``within``: where the proof
    is of the plans alone in which that many people of one stage and subject may do otherwise and all others keep to
    this plan; 0: of all plans.
    """

    kind: str
    level: int = 0
    then: float = 0.0
    exact: bool = True
    found: float | None = None
    within: int = 0


def settle(
    sifting: Sifting, asks: Sequence[Ask], *, seconds: float, stop: threading.Event | None = None
) -> dict[Ask, Settled]:
    """What is proven of each wish within the time; wishes that the time was too short for are missing, and so are
    people who may not move at all."""
    until = clock() + seconds
    asks = [ask for ask in dict.fromkeys(asks) if sifting.knows(ask.person)]
    if sifting.values is None:
        none = (ask for ask in asks if sifting.refused(ask, seconds=until - clock(), stop=stop))
        return {ask: Settled("impossible") for ask in none}
    held = Held(sifting, sifting.values, until, stop)
    sifting.arrays = held.tighten(sifting.model, FOR_CUTS * seconds)
    told = dict[Ask, Settled]()
    if len(sifting.model.go) > FEW_ARCS:  # no integer program over everybody ends in time
        held.until = clock() + FOR_PRICES * (until - clock())
        told = _Run(sifting, held).by_prices(asks, most=len(sifting.costs) - 1)
    else:
        held.until = until - FOR_PARTS * seconds
        told = _Run(sifting, held).settle(asks)
    open_ = [ask for ask in asks if ask not in told or told[ask].kind == "found"]
    for ask, found in _in_parts(sifting, open_, until, stop).items():
        if ask not in told or found.kind != "found":
            told[ask] = found
    return told


def _in_parts(sifting: Sifting, asks: Sequence[Ask], until: float, stop: threading.Event | None) -> dict[Ask, Settled]:
    """What is proven of wishes where only people of the same stage and subject do otherwise, each part in its share of
    the time; some parts side by side."""
    parts, left, taking = Parts(sifting), len(asks), threading.Lock()

    def settled(those: list[Ask]) -> dict[Ask, Settled]:
        nonlocal left
        with taking:
            share = (until - clock()) * min(AT_ONCE * len(those) / left, 1.0)
            left -= len(those)
        if share <= 0 or (stop is not None and stop.is_set()):
            return {}
        part = parts.part(those)
        found = _Run(part, Held(part, part.values, clock() + share, stop)).settle(those, at_once=True)
        return {ask: _within(part, each) for ask, each in found.items()}

    told = dict[Ask, Settled]()
    with ThreadPoolExecutor(AT_ONCE) as pool:  # the engine works beside Python
        for found in pool.map(settled, parts.of(asks)):
            told |= found
    return told


def _within(part: Part, found: Settled) -> Settled:
    """A plan that was found is one of all plans; a proof is of the part alone."""
    return found if found.kind in ("equal", "better", "found") else replace(found, within=part.people)


class _Run:
    """One settling of wishes against the time."""

    def __init__(self, of: Wishes, held: Held) -> None:
        self.of, self.held = of, held
        self.told: dict[Ask, Settled] = {}
        self._nears: dict[int, Array] = {}
        self._last = len(of.costs) - 1
        self._longest = LONGEST * held.left  # one program too hard must not take the time of all others

    def settle(self, asks: list[Ask], *, at_once: bool = False) -> dict[Ask, Settled]:
        """From the level before the last one back to the first: what a level refuses, an earlier one may allow. What
        is known so far stands where time ends. ``at_once``: of what prices refuse, nothing more is asked."""
        told = self.by_prices(asks)
        refused: dict[int, list[Ask]] = {}
        left = [ask for ask in asks if ask not in told] if at_once else asks
        sure = set(left)
        for level in range(self._last - 1, -2, -1):
            met, no, unknown = self._sifted(level, left)
            refused[level + 1] = [ask for ask in met if ask in sure]
            if level >= 0:
                self._tell_worse(level, [ask for ask in no if ask not in told or told[ask].level > level])
            left, sure = no + unknown, set(no)
            if not left:
                break
        for ask in left:
            if ask in sure and self.of.refused(ask, seconds=self.held.left, stop=self.held.stop):
                self.told[ask] = Settled("impossible")
        for level, those in refused.items():
            if level < self._last:
                self._tell_worse(level, those)
        self._settle_last(refused.get(self._last, []))
        for level in sorted(refused):
            if level < self._last:  # for staying it is enough to know which goal must suffer
                self._losses(level, [ask for ask in refused[level] if ask.schools is not None])
        return self.told

    def by_prices(self, asks: list[Ask], *, most: int | None = None) -> dict[Ask, Settled]:
        """What prices alone prove at each level (the first ``most`` of them), the earlier ones held."""
        for level in range(self._last + 1)[:most]:
            if self.held.left <= 0:
                break
            free, standing = self.held.open(level)
            open_ = (ask for ask in asks if ask not in self.told)
            self._tell_worse(level, [ask for ask in open_ if not self._possible(ask, free, standing)])
        return self.told

    def _tell_worse(self, level: int, asks: list[Ask]) -> None:
        least = self._points(level, self.held.levels[level] + self._step(level))
        for ask in asks:
            self.told[ask] = Settled("worse", level, least, exact=False)

    def _step(self, level: int) -> float:
        """The smallest difference of two values of a level, in cost units."""
        return float(np.gcd.reduce(self.of.costs[level].coefficients)) or 1.0

    def _points(self, level: int, value: float) -> float:
        cost = self.of.costs[level]
        return (value + cost.constant) / cost.scale

    def _near(self, level: int) -> Array:
        """The columns worth looking at with the levels before one held: of the arcs those whose reduced cost at it is
        among the smallest, and those that the plan uses."""
        if level not in self._nears:
            near, priced = self.held.open(level - 1)[0].copy(), self.held.prices(level)
            go = self.of.moving().columns
            if priced is not None:
                reduced = np.where(near[go], priced[1][go], np.inf)
                most = max(NEAR_ARCS * len(np.unique(self.of.moving().kind)), FEWEST_NEAR)
                if most < len(reduced):
                    near[go] &= (reduced < np.partition(reduced, most)[most]) | (self.held.values[go] > 0)
            self._nears[level] = near
        return self._nears[level]

    # ---- which can be met at all ---------------------------------------------------------------------------------

    def _sifted(self, level: int, asks: list[Ask]) -> tuple[list[Ask], list[Ask], list[Ask]]:
        """The wishes that some plan meets which keeps the goals up to a level where they are, those that none does, and
        those of which the time was too short to tell. Prices refuse many at once; then few columns are looked at
        first."""
        if not asks or self.held.left <= 0:
            return [], [], asks
        program, (free, standing) = self.held.program(level), self.held.open(level)
        refused = [ask for ask in asks if not self._possible(ask, free, standing)]
        gone = set(refused)
        asks, met = [ask for ask in asks if ask not in gone], list[Ask]()
        few = free & self._near(max(level, 0))
        if asks:
            few[np.concatenate([self.of.wished(ask) for ask in asks])] = True
        for columns in (few & free, free):
            while asks and self.held.left > 0:
                cost = np.append(np.zeros(len(free), dtype=np.int64), np.full(len(asks), -1))
                answer = self._integer(self.of.chosen(program, asks), cost, columns, standing)
                values = None if answer.values is None else answer.values[: len(free)]
                got = {ask for ask in asks if self.of.met(ask, values)} if values is not None else set[Ask]()
                met += [ask for ask in asks if ask in got]
                asks = [ask for ask in asks if ask not in got]
                if not got:
                    # Over all columns a bound above -1 proves it of each of them: no solution meets any.
                    if columns is free and values is not None and answer.bound > -1 + TOLERANCE:
                        return met, refused + asks, []
                    break
        return met, refused, asks

    def _possible(self, ask: Ask, free: Array, standing: Array) -> bool:
        """Whether a wish is open where some columns stand still."""
        wished, leave = self.of.wished(ask), self.of.leave(ask.person)
        if ask.schools is None:
            return bool(free[leave]) or standing[leave] < 0.5
        goes = bool(free[leave]) or standing[leave] > 0.5
        return goes and bool((free[wished] | (standing[wished] > 0.5)).any())

    def _integer(self, program: ProgramArrays, cost: Array, free: Array, standing: Array) -> Answer:
        """The program over some of its columns and all those that stand behind them."""
        more = len(program.lower) - len(free)
        return integer_program(
            program, cost, seconds=min(self.held.left, self._longest), stop=self.held.stop,
            free=np.append(free, np.ones(more, bool)), fixed=np.append(standing, np.zeros(more)),
        )  # fmt: skip

    # ---- by how much ---------------------------------------------------------------------------------------------

    def _alone(self, ask: Ask, level: int, near: Array, until: float) -> float | None:
        """What a level comes to in the best plan found for one wish, the earlier levels held, over few columns."""
        cost, before = self.of.costs[level], self.held.program(level - 1)
        lower, upper = self.of.bounded(ask)
        free = near & self.held.open(level - 1)[0]
        free[self.of.leave(ask.person)] = True
        free[self.of.own(ask.person)] = True
        answer = integer_program(
            replace(before, lower=lower, upper=upper), cost.coefficients, seconds=min(ONE, until - clock()), free=free,
            fixed=np.clip(self.held.values, lower, upper), stop=self.held.stop,
        )  # fmt: skip
        return None if answer.values is None else float(round(answer.value))

    def _losses(self, level: int, asks: list[Ask]) -> None:
        """What the goal of a level comes to for each of the wishes, the earlier levels held: the least loss there is,
        one step, is reached by most."""
        until, least = clock() + FOR_ONES * self.held.left, self.held.levels[level] + self._step(level)
        for ask in asks:
            if until - clock() <= 0 or self.held.left <= 0:
                return
            found = self._alone(ask, level, self.of.around(ask), until)
            for near in (self._near(level), self.held.open(level - 1)[0]):
                if found is None or (found > least and near is self._near(level)):
                    wider = self._alone(ask, level, near, until)
                    found = wider if found is None else found if wider is None else min(found, wider)
            if found is not None:
                exact = found <= least
                told, reached = self._points(level, least), self._points(level, found)
                self.told[ask] = Settled("worse", level, told, exact, None if exact else reached)

    def _settle_last(self, asks: list[Ask]) -> None:
        """The last level, the others held: each wish over promising columns, then a proof for all of them together."""
        until, best = clock() + FOR_ONES * self.held.left, dict[Ask, float]()
        for ask in asks:
            if ask.schools is None:
                continue
            if until - clock() <= 0 or self.held.left <= 0:
                break
            found = self._alone(ask, self._last, self._near(self._last), until)
            if found is None:
                found = self._alone(ask, self._last, np.ones(len(self.held.values), bool), until)
            if found is not None and not self._as_good(ask, found):
                best[ask] = found
        self._prove(best)
        met, refused, _ = self._sifted(self._last, [ask for ask in asks if ask not in self.told])
        for ask in met:
            self.told[ask] = Settled("equal")
        self._tell_worse(self._last, refused)
        for ask, found in best.items():
            if ask not in self.told:
                self.told[ask] = Settled("found", self._last, self._points(self._last, found), exact=False)

    def _as_good(self, ask: Ask, found: float) -> bool:
        """Whether a plan found for a wish is as good as this one; it is told then."""
        value = self.held.levels[-1]
        if found <= value:
            better = found < value
            then = self._points(self._last, found) if better else 0.0
            self.told[ask] = Settled("better" if better else "equal", self._last if better else 0, then)
        return found <= value

    def _prove(self, best: dict[Ask, float]) -> None:
        """One program: by how much the best plan of any wish beats what was found for it. Its bound holds for every
        one of them; it ends where nothing is left to beat."""
        last, value, step = self._last, self.held.levels[-1], self._step(self._last)
        cost, before = self.of.costs[last], self.held.program(last - 1)
        least = dict.fromkeys(best, value)
        while best and self.held.left > 0:
            asks, room = list(best), max(best.values()) - value
            free, standing = self.held.open(last, room)
            offers = np.array([value - best[ask] for ask in asks], dtype=np.int64)
            program = self.of.chosen(before, asks, one=True)
            answer = self._integer(program, np.append(cost.coefficients, offers), free, standing)
            beaten = max(value - whole_above(answer.bound, cost), 0.0)
            if answer.outcome is Outcome.OPTIMAL:  # to the unit, which rounding of the bound may miss
                beaten = max(value - float(round(answer.value)), 0.0)
            elif answer.outcome is Outcome.INFEASIBLE:  # no wish is met within the room: none of them does better
                beaten = 0.0
            for ask in asks:
                least[ask] = max(least[ask], best[ask] - beaten)
            known = dict(best)
            if answer.values is not None and beaten >= step / 2:
                found = answer.values[: len(free)]
                reached = float(round(float(cost.coefficients @ found)))
                for ask in asks:
                    if reached < best[ask] and self.of.met(ask, found):
                        best[ask] = reached
                        if self._as_good(ask, reached):
                            del best[ask]
            for ask, reached in best.items():
                if least[ask] > value:
                    exact = least[ask] >= reached
                    told, other = self._points(last, least[ask]), self._points(last, reached)
                    self.told[ask] = Settled("worse", last, told, exact, None if exact else other)
            if best == known:
                return
