"""Levels over the many arcs of a whole model: pools of kinds prove the earlier levels, and show where plans are; of the
last one it is proven that no plan is better, over all arcs that such a plan may use."""

from __future__ import annotations

import math
import threading
from functools import cached_property

import numpy as np

from rotation_planner.model.model import Cost, Model
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import TOLERANCE, Answer, Method, Outcome, integer_program, relax
from rotation_planner.solve.levels import BEGIN_ARCS, Levels, Limits, whole_above
from rotation_planner.solve.pools import Pools
from rotation_planner.solve.pricing import cheapest, counted, relax_by_pricing
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.subjects import Subjects
from rotation_planner.solve.wide import Wide

FOR_PROOF = 0.3  # of the time left, to prove a level in whole people over pools, and to find the plan
FOR_PRICES = 0.3  # of it, for the last level over pools: of that one little but the prices is used
NUDGE = 1e-5  # of a step of a level: the most that an arc is priced, so that a relaxation uses few arcs
NUDGED = 1e-2  # of a step: what all these prices together may come to
USED = 1e-3  # from so much on an arc of a relaxation counts as used
LOOSE = 0.5  # of a step: the play of held levels in the relaxation of the last one
FEW_LOOKED_AT, LOOKED_AT = 4, 24  # arcs of each pool that are looked at besides, in the order of reduced cost
MANY_OF_POOLS = 200_000  # arcs of pools: more are too many for an integer program
PROVABLE = 200_000  # arcs: so many may be looked at for the last level's proof
FOR_LAST = 0.6  # of the time left, for that proof, where earlier levels are not proven
NEAR_OF_KIND, NEAR_OF_PLACE = 24, 12  # arcs among which the people of some subjects are planned anew
SECONDS_OF_LOT = 60.0
LITTLE = 1e-3  # of the last level: rounds that lower it by less are not worth another


class Large(Wide):
    """One run over a model of many arcs."""

    arcs_of_lot = 20_000  # so many arcs subjects planned together have
    gap_of_lot = 0.0

    def __init__(self, model: Model, teller: Teller, limits: Limits, stop: threading.Event | None) -> None:
        super().__init__(model, teller, limits, stop)
        self.whole = model
        self._proof: tuple[ProgramArrays, Answer] | None = None  # of the last level, over its arcs
        self._guide: Array | None = None  # reduced costs of the last level
        self._looked: tuple[Array, Array] | None = None

    def _alone(self, level: int) -> bool:
        last = level == len(self.costs) - 1
        if last and level:
            self._begin_where_pools_look()
        return (not last and self._by_pools(level)) or super()._alone(level)

    def _begin_where_pools_look(self) -> None:
        """The last level's relaxation over arcs begins with those that look best by the prices of pools."""
        last, self._proof = len(self.costs) - 1, None
        if self._of_pools.arcs <= MANY_OF_POOLS:
            self._bound_of_pools(last, *self._programs(last, tuple(self.limits_held)), None)
        if self._proof is not None:
            self._look_at(self._proof[1])

    def _look_at(self, proof: Answer) -> None:
        """Columns that are no arcs, those of the plan, and the arcs of each kind that look best."""
        go = self.model.go
        self.active[go] = False
        if proof.reduced is not None:
            self.active[go[cheapest(proof.reduced[go], self.priced.kind, BEGIN_ARCS)]] = True
        self.active |= self._own_plan()

    def _methods(self, level: int) -> tuple[Method, Method | None]:
        if level == len(self.costs) - 1 and self._proof is not None:
            return Method.SIMPLEX, Method.INNER
        return super()._methods(level)

    def _by_pools(self, level: int) -> bool:
        """The least of a level over pools in whole people, then a plan of the model that does the same; False where
        that does not prove the level."""
        found = self._least_of_pools(level)
        if found is None:
            return False
        answer = self._in_people(found, self.programs[level], level)
        return self._taken(level, answer) and self.reached.value[level] <= self.reached.bound[level]

    def _in_people(self, found: Array, program: ProgramArrays, level: int) -> Answer:
        """A plan of the model that does what pools do up to a level."""
        seconds, limit = self._share, float(self._of_pools.cost(self.costs[level].coefficients) @ found)
        answer = self._along(found, program)
        if answer.values is None or self._told(answer.values)[level] > limit:
            used = ~self._arcs
            used[self.model.go] = self._of_pools.used(found)
            program = program.with_row(self.costs[level].coefficients, math.inf, self.reached.bound[level])
            answer = self._integer(program, level, used | self._own_plan(), seconds, 0.0)
        return answer

    def _along(self, found: Array, program: ProgramArrays) -> Answer:
        """People along what pools use, as the last level likes it best, all else as pools have it."""
        (free, standing), cost = self._of_pools.lifted(found), self.costs[-1].coefficients
        return integer_program(program, cost, seconds=self._share, free=free, fixed=standing, stop=self.stop)

    def _least_of_pools(
        self, level: int, seen: Array | None = None, begin: Array | None = None, before: Array | None = None
    ) -> Array | None:
        """The columns of pools at the best that is found of a level in whole people; its bound is told. ``seen``:
        columns that earlier levels looked at, those of this level are put in. ``begin``: see ``_relaxed``. ``before``:
        what the level before has found."""
        pools = self._of_pools
        pooled, whole = self._programs(level, tuple(self.limits_held[:level]))
        prices = pools.cost(self.costs[level].coefficients)
        seen = np.zeros(len(prices), bool) if seen is None else seen
        found: Array | None = None
        relaxed, least = self._bound_of_pools(level, pooled, whole, begin)
        if relaxed.values is not None and relaxed.reduced is not None:
            target = whole_above(least, self.costs[level])
            met, gap = pooled.with_row(prices, math.inf, target), self._gap_of_pools(level, least)
            few = (relaxed.values > USED) | pools.cheapest(relaxed.reduced, FEW_LOOKED_AT)
            for known in (self._of_pools_now, before):
                few |= False if known is None else known > 0
            seen |= few | pools.cheapest(relaxed.reduced, LOOKED_AT)
            # Few columns soon tell a plan; where that is not near, more of them have a better one.
            for free in (few, seen) if (seen & ~few).any() else (few,):
                values = integer_program(met, prices, seconds=self._share, gap=gap, free=free, stop=self.stop).values
                if values is not None and (found is None or values @ prices < found @ prices):
                    found = values
                if found is not None and found @ prices <= target + gap * abs(target) + TOLERANCE:
                    break
        if pools.arcs <= MANY_OF_POOLS and (found is None or found @ prices > self.reached.bound[level] + TOLERANCE):
            answer = integer_program(pooled, prices, seconds=self._share, stop=self.stop)
            if math.isfinite(answer.bound):
                self._proven(level, answer.bound)
            found = found if answer.values is None else answer.values
        if found is not None:
            seen |= found > 0
        return found

    @property
    def _of_pools_now(self) -> Array | None:
        """The columns of pools as the plan reached has them."""
        return None if self.reached.values is None else self._of_pools.of_plan(self.reached.values)

    def _bound_of_pools(
        self, level: int, pooled: ProgramArrays, whole: ProgramArrays, begin: Array | None
    ) -> tuple[Answer, float]:
        """The relaxation of a level over pools, whose bound is told, and what it is over pools."""
        prices, least = self._of_pools.cost(self.costs[level].coefficients), -math.inf
        relaxed = self._relaxed(pooled, prices + self._nudge(level), level, begin)
        if relaxed.duals is not None:
            least = counted(pooled, prices, relaxed.duals)[0]
            self._proven(level, max(least, self._on_arcs(level, whole, relaxed.duals)))
        return relaxed, least

    def _relaxed(self, pooled: ProgramArrays, prices: Array, level: int, begin: Array | None) -> Answer:
        """The relaxation of a level over pools: all their arcs at once, or priced from those to ``begin`` with."""
        if begin is None:
            return relax(pooled, prices, seconds=self._share, stop=self.stop, method=Method.INNER)
        cost, last = self.costs[level], level == len(self.costs) - 1
        nudged = NUDGED * _step(cost)

        def enough(value: float, bound: float) -> bool:
            if last and value - bound <= self._gap_of_pools(level, bound) * abs(bound):
                return True
            return whole_above(bound, cost) >= whole_above(value - nudged, cost)

        return relax_by_pricing(
            pooled,
            prices,
            self._of_pools.priced,
            begin.copy(),
            seconds=self._part(FOR_PRICES) if last else self._share,
            enough=enough,
            stop=self.stop,
            method=Method.INNER,
        )

    def _on_arcs(self, level: int, whole: ProgramArrays, duals: Array) -> float:
        """The bound that prices of pools prove on the arcs themselves, where these are not free."""
        cost = self.costs[level].coefficients
        if not cost[self.model.go].any():
            return -math.inf
        self._proof = whole, self._of_pools.on_arcs(whole, cost, duals)
        return self._proof[1].bound

    def _gap_of_pools(self, level: int, bound: float) -> float:
        """The gap, relative to a bound, at which a level's search over pools may stop."""
        return 0.0

    @property
    def _share(self) -> float:
        return self._part(FOR_PROOF)

    def _nudge(self, level: int) -> Array:
        """Prices so small that they only choose among what is equally good, as the last level likes it: few of the many
        arcs that cost nothing are used then."""
        pools = self._of_pools
        prices = pools.cost(self.costs[-1].coefficients)
        prices[: len(prices) - pools.arcs] = 0.0
        return prices * (NUDGE * _step(self.costs[level]) / max(float(prices.max(initial=0.0)), 1.0))

    @cached_property
    def _arcs(self) -> Array:
        arcs = np.zeros(len(self.active), bool)
        arcs[self.model.go] = True
        return arcs

    def _programs(self, level: int, values: tuple[float, ...]) -> tuple[ProgramArrays, ProgramArrays]:
        """The programs over pools and over the model, the earlier levels held at these values; for the last level less
        tightly than whole columns tell, as prices of rows without any play grow beyond what a solver can handle."""
        pools, whole = self._of_pools, self.model.arrays
        pooled = pools.arrays
        for number, cost in enumerate(self.costs[: level + 1]):
            if not cost.coefficients[self.model.go].any():  # rows over arcs are none over pools
                self._strengthened(whole, number)
                cuts = self._cuts[number]
                if len(cuts.least):
                    whole = cuts.on(whole)
                    pooled = pooled.with_rows(pools.rows(cuts.matrix), cuts.least, np.full(len(cuts.least), math.inf))
            if number < level:
                limit = values[number] + (LOOSE * _step(cost) if level == len(self.costs) - 1 else 0.0)
                whole = whole.with_row(cost.coefficients, limit)
                pooled = pooled.with_row(pools.cost(cost.coefficients), limit)
        return pooled, whole

    @cached_property
    def _of_pools(self) -> Pools:
        return Pools(self.whole)

    # ---- subjects over all places --------------------------------------------------------------------------------

    def _improve(self) -> None:
        """Of the last level first better plans, then the proof that there is none; again where earlier levels or this
        one became better by it."""
        before: list[float] | None = None
        while not self._done() and self.reached.value != before:
            before = self.reached.value
            program = self._held_program()
            relaxation = self._last_relaxation(program)
            if relaxation is None:
                return
            self._guide = relaxation.reduced
            self._rounds()
            self._prove(program, relaxation)
            if not self.limits.repeatable:
                self._prove_earlier()

    @property
    def _earlier_proven(self) -> bool:
        """Whether every level but the last is proven."""
        return all(v <= b for v, b in zip(self.reached.value[:-1], self.reached.bound[:-1], strict=True))

    def _prove(self, program: ProgramArrays, relaxation: Answer) -> None:
        """Whether there is a better plan among all columns that one may use: without looking for plans of any value,
        which takes most of the time of a proof."""
        last, cost = len(self.costs) - 1, self.costs[-1]
        free, value = self._within(relaxation), self.reached.value[-1]
        if self._done():
            return
        if int(free[self.model.go].sum()) > PROVABLE:
            if not self.limits.repeatable:
                super()._prove(program, relaxation)
            return
        asked = float(math.ceil(value - self.limits.gap * abs(value + cost.constant)))
        answer = integer_program(
            program,
            cost.coefficients,
            seconds=self._part(1.0 if self._earlier_proven else FOR_LAST),
            seed=self.limits.seed,
            free=free,
            stop=self.stop,
            below=asked,
        )
        ended = answer.outcome in (Outcome.OPTIMAL, Outcome.INFEASIBLE)  # to the unit, which rounding may miss
        bound = min(asked, answer.value) if ended else whole_above(answer.bound, cost)
        self.reached.bound[last] = max(self.reached.bound[last], bound)
        self._tell(last)
        # What a search has found that time ended depends on the time.
        if answer.outcome is Outcome.OPTIMAL or not self.limits.repeatable:
            self._keep(answer)

    def _keep(self, answer: Answer) -> None:
        """Accept what a search has found: one that stops at a gap may leave columns that are no moves loose."""
        if answer.values is not None:
            self.accept(self._settle(answer.values))

    def _rounds(self) -> None:
        """Subjects after subjects, until a round hardly lowers the last level: searches that end by themselves."""
        drawn, before, last = np.random.default_rng(self.limits.seed), math.inf, self.reached.value
        while not self._done() and before - last[-1] > LITTLE * abs(last[-1] + self.costs[-1].constant):
            before = last[-1]
            self._by_subject(drawn)
            last = self.reached.value

    def _by_subject(self, drawn: np.random.Generator) -> bool:
        """The people of some subjects after the other over all places, all others standing; whether the last level
        became better."""
        model, subjects = self.whole, self._subjects
        before, cost = self.reached.value[-1], self.costs[-1].coefficients
        near, guide = self._to_try(), self._guide
        arcs = np.bincount(subjects.of_kinds[model.arc_kind], near[model.go], subjects.count)
        for lot in subjects.lots(arcs, self.arcs_of_lot, drawn):
            if self._stopped or self.reached.values is None or self._guide is not guide:
                break
            values = self.reached.values
            free = subjects.columns(lot) & (near | (values > 0))
            program = Levels._held_program(self)  # cuts serve bounds
            seconds = self._part(1.0, SECONDS_OF_LOT)
            answer = integer_program(
                program, cost, seconds=seconds, gap=self.gap_of_lot, free=free, fixed=values, stop=self.stop
            )
            self._keep(answer)
        return self.reached.value[-1] < before

    @cached_property
    def _subjects(self) -> Subjects:
        return Subjects(self.whole)

    def _to_try(self) -> Array:
        """Columns among which people are planned anew: arcs by reduced cost, where that is known, else by price."""
        prices = self.costs[-1].coefficients if self._guide is None else self._guide
        if self._looked is None or self._looked[0] is not prices:
            self._looked = prices, self._subjects.near(prices, NEAR_OF_KIND, NEAR_OF_PLACE)
        return self._looked[1]


def _step(cost: Cost) -> float:
    """What values of a level differ by at least."""
    return float(np.gcd.reduce(cost.coefficients)) or 1.0
