"""Levels over very many arcs: pools of people settle level after level, bounds and all, and a plan of people follows
them; a relaxation over the arcs says which of them the last level's plan is looked for among. Beside it there is a plan
region by region, in case that people cannot follow; subjects, then regions, make the last level better by turns."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

import numpy as np

from rotation_planner.model.model import Model
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve.engines import Answer, Method, integer_program
from rotation_planner.solve.large import Large
from rotation_planner.solve.levels import Levels, Limits, Reached, whole_above
from rotation_planner.solve.pricing import relax_by_pricing, relax_with_prices
from rotation_planner.solve.progress import Teller
from rotation_planner.solve.regions import Part, Regions
from rotation_planner.solve.wide import FEWEST_ARCS, Wide

VERY_MANY_ARCS = 2_000_000  # a model with so many is planned region by region
A_REGION = 60  # schools
LARGEST = 4  # times as many schools a region may have that cannot be planned by itself
SECONDS_EACH = 45.0  # for one region
MORE = 3.0  # times the time for one that was not planned in it
ROUGHLY = 2e-3  # gap of a region's last level at which it is left
TURN = 0.6  # radians by which the borders turn from sweep to sweep
REPAIRS = 3  # sweeps at most that make up for what rows of many schools miss
FOR_POOLS = 0.5  # of the time left, for each step over pools
NEAR_OF_POOL, NEAR_OF_SCHOOL = 24, 60  # arcs of pools with which their pricing begins
GAP_OF_POOLS = 5e-3  # at which a level over pools is left, so that the levels behind it get their turn
LAST_OF_POOLS = 2e-2  # of the last level: what pools see of it is little, a relaxation over arcs comes after it
DENSE = 1.5  # times as many arcs as a school has on average: a row that holds so many is priced at first
CLOSE, CORNER, CLOSE_AGAIN, CLOSER = 2e-2, 4e-2, 2e-3, 1e-4  # gaps at which relaxations of the last level are left
AT_ONCE = 2  # regions planned side by side where nothing is done beside them: they share no column


class OfRegion(Wide):
    """One run over a region: a good plan, not the last word. ``earlier``: whether other levels than the last are looked
    at, where there is a plan to begin with."""

    def __init__(
        self, part: Part, teller: Teller, limits: Limits, stop: threading.Event | None, *, earlier: bool = True
    ) -> None:
        super().__init__(part, teller, limits, stop)
        self._earlier = earlier

    def _find(self, first: int = 0) -> None:
        if not self._earlier and self.reached.values is not None:
            for level, value in enumerate(self.reached.value[:-1]):
                self._hold(level, value)
            first = len(self.costs) - 1
        super()._find(first)

    def _improve(self) -> None:
        """What is left is improved over other regions."""

    def promising(self) -> Array:
        """Which arcs look good in the last relaxation."""
        relaxation = self.reached.relaxation
        if relaxation is None:
            return np.zeros(len(self.model.go), bool)
        return self._promising(relaxation, FEWEST_ARCS)[self.model.go]


class City(Large):
    """One run over a model of very many arcs."""

    arcs_of_lot = 80_000
    gap_of_lot = ROUGHLY

    def __init__(self, model: Model, teller: Teller, limits: Limits, stop: threading.Event | None) -> None:
        super().__init__(model, teller, limits, stop)
        self._regions = Regions(model)
        self._worth = np.zeros(len(self.active), bool)  # arcs that looked good in a region
        self._planned = threading.Event()  # the first plan has been looked for
        self._cutting = threading.Lock()
        self._latest: Answer | None = None  # relaxation of the last level, of which no use has been made for a plan
        self._bounding: Future[None]

    def _find(self, first: int = 0) -> None:
        """A plan region by region, unless one is given; where regions do not come to one, as over fewer arcs."""
        try:
            for level, cost in enumerate(self.costs):  # while pools are made, which need these next
                if not (self._stopped or cost.coefficients[self.model.go].any()):
                    self._strengthened(self.model.arrays, level)
            if self.reached.values is None and self._first_plan():
                self.accept(self._regions.values.copy())
        finally:
            self._planned.set()
        if self.reached.values is None:
            self._bounding.result()
        if self.reached.values is None:
            super()._find(first)

    def _methods(self, level: int) -> tuple[Method, Method | None]:
        return Method.INNER, None

    def _strengthened(self, program: ProgramArrays, level: int) -> ProgramArrays:
        with self._cutting:
            return super()._strengthened(program, level)

    def _settled(self, values: Array) -> Array:
        """Regions have settled their own columns."""
        return values

    # ---- the first plan ------------------------------------------------------------------------------------------

    def _first_plan(self) -> bool:
        """Every region once, then those that cannot be planned alone together with another one; in the end what rows
        of many schools still miss."""
        regions = self._regions
        schools = regions.split(A_REGION, 0.0)
        regions.send_far(schools)
        done: list[Array] = []
        waiting: list[Array] = []
        for each, part, levels in self._side_by_side(schools):
            if levels is not None and levels.reached.values is not None:
                regions.take(part, each, levels.reached.values)
                done.append(each)
            else:
                waiting.append(each)
        while waiting and not self._need_no_regions:
            each = waiting.pop()
            part = regions.part(each)
            levels = self._searched(part, MORE * SECONDS_EACH)
            if levels.reached.values is not None:
                regions.take(part, each, levels.reached.values)
                done.append(each)
            elif len(each) > LARGEST * A_REGION or not (waiting or done):
                return False
            else:
                waiting.append(np.append(each, waiting.pop() if waiting else done.pop()))
        for sweep in range(REPAIRS):
            for each in regions.split(A_REGION, sweep * TURN):
                if not regions.whole and not self._need_no_regions:
                    part = regions.part(each)
                    values = self._searched(part).reached.values
                    if values is not None:
                        regions.take(part, each, values)
        return regions.whole

    @property
    def _need_no_regions(self) -> bool:
        """Whether regions need not be looked at for a first plan any more: people have followed pools to one."""
        return self._stopped or self.reached.values is not None

    def _side_by_side(self, schools: Sequence[Array]) -> list[tuple[Array, Part, OfRegion | None]]:
        """Regions planned as things stand, each as if the others stood still."""
        with ThreadPoolExecutor(AT_ONCE if self.limits.repeatable else 1) as pool:
            parts = [self._regions.part(each) for each in schools]
            searches = pool.map(lambda part: None if self._need_no_regions else self._searched(part), parts)
            return list(zip(schools, parts, searches, strict=True))

    def _searched(self, part: Part, seconds: float = SECONDS_EACH) -> OfRegion:
        """One region, from the plan as it stands if that is whole."""
        teller = Teller(None, len(part.costs), self._part(1.0, seconds))
        limits = replace(self.limits, gap=ROUGHLY)
        levels = OfRegion(part, teller, limits, self.stop, earlier=not self._earlier_near)
        if self._regions.whole:
            levels.accept(self._regions.values[part.columns])
        levels.run()
        self._worth[part.columns[part.go[levels.promising()]]] = True  # looked at in the whole too
        return levels

    # ---- better plans, and bounds --------------------------------------------------------------------------------

    def run(self) -> Reached:
        """Bounds over all columns, and what pools find, in one thread; plans region by region in this one."""
        with ThreadPoolExecutor(1) as pool:
            self._bounding = pool.submit(self._bound)
            reached = super().run()
        if reached.values is not None:
            self._forget_unmet()
        return reached

    def _improve(self) -> None:
        """Better plans over ever other regions."""
        if self.limits.repeatable:
            self._bounding.result()  # what it finds must not depend on which comes first
            self._among_few()
            self._rounds()
            return
        schools, most, turn = self.whole.ground.schools, A_REGION, 0.0
        drawn = np.random.default_rng(self.limits.seed)
        while not self._stopped and not (self._bounding.done() and self._near()):
            self._among_few()
            turn += TURN
            by_subject = self._pools_followed and self._by_subject(drawn)
            if self._sweep(most, turn) or by_subject:
                continue
            if most >= schools:
                break
            most *= 2  # borders hinder: larger regions have fewer
        self._bounding.result()
        self._among_few()

    @property
    def _earlier_near(self) -> bool:
        """Whether every level but the last is as close to its bound as pools in whole people leave it."""
        reached = self.reached
        told = zip(self.costs[:-1], reached.value, reached.bound, strict=False)
        return bool(reached.value) and all(v - b <= GAP_OF_POOLS * abs(v + c.constant) for c, v, b in told)

    @property
    def _pools_followed(self) -> bool:
        """Whether the plan does what pools do in every level but the last, or better; these need not be near their
        bounds yet."""
        value, held = self.reached.value, self.limits_held
        return bool(value) and len(held) == len(self.costs) - 1 and value[:-1] <= held

    def _near(self) -> bool:
        """Whether every level is as close to its bound as was asked."""
        return self._earlier_proven and self._gap() <= self.limits.gap

    def _sweep(self, most: int, turn: float) -> bool:
        """Every region once more, its borders turned; whether any became better."""
        regions, better, known = self._regions, False, self._pools_followed
        for schools in regions.split(most, turn):
            if self._stopped or self.reached.values is None:
                break
            if self._pools_followed is not known or self._latest is not None:  # there is better use of the time
                return True
            regions.stand_as(self.reached.values)  # what pools have found meanwhile is taken over
            part = regions.part(schools)
            before = regions.values[part.columns]
            values = self._searched(part, SECONDS_EACH * most / A_REGION).reached.values
            if values is not None and _told(part, values) < _told(part, before):
                regions.take(part, schools, values)
                self.accept(regions.values.copy())
                better = True
        return better

    def _bound(self) -> None:
        """Pools in whole people, then bounds where the plan reached has others, and anew once it has; a closer bound
        of the last level in the end."""
        known: tuple[list[float], list[float]] | None = None
        if self.limits.repeatable:
            self._planned.wait()
        self._in_whole_people()
        while not self._stopped and known != (self.reached.value, self.reached.bound):
            known = (list(self.reached.value), list(self.reached.bound))
            self._bounds()
            if self.reached.values is None:
                return
            self._closer()

    def _in_whole_people(self) -> None:
        """Every level over pools, each held at what is found; then plans that do the same. Of a last level that asks
        who goes where pools tell a bound, but no plan worth following."""
        pools, seen, last = self._of_pools, np.zeros(self._of_pools.columns, bool), len(self.costs) - 1
        best: Array | None = None
        for level, cost in enumerate(self.costs):
            if level == last and level and cost.coefficients[self.model.go].any() and not self._stopped:
                self._bound_of_pools(level, *self._programs(level, tuple(self.limits_held)), self._near_arcs | seen)
                break
            found = None if self._stopped else self._least_of_pools(level, seen, self._near_arcs | seen, best)
            if found is None:
                break
            best = found
            if level < last:
                self.limits_held.append(float(pools.cost(cost.coefficients) @ found))
            if level >= last - 1:
                self._follow(found)
            elif self.reached.values is None:  # any plan, soon
                self._follow(found, soon=True)
        if best is not None and len(self.limits_held) < last:
            self._follow(best)

    def _follow(self, found: Array, *, soon: bool = False) -> None:
        """A plan of people that does what pools do in every level that is held; ``soon``: only along what pools use."""
        level = max(len(self.limits_held) - 1, 0)
        _, program = self._programs(level, tuple(self.limits_held[:level]))
        self._keep(self._along(found, program) if soon else self._in_people(found, program, level))

    @cached_property
    def _near_arcs(self) -> Array:
        """Arcs of pools that look good before anything is known."""
        return self._of_pools.near(self.costs[-1].coefficients, NEAR_OF_POOL, NEAR_OF_SCHOOL)

    def _gap_of_pools(self, level: int, bound: float) -> float:
        # What is told has a constant, of which the solver knows nothing.
        gap = LAST_OF_POOLS if level == len(self.costs) - 1 else GAP_OF_POOLS
        return gap * abs(bound + self.costs[level].constant) / max(abs(bound), 1.0)

    @property
    def _share(self) -> float:
        return self._part(FOR_POOLS)

    def _bounds(self) -> None:
        """Bounds by pools, the earlier levels held where the plan has them by then, where these are not known."""
        for level, cost in enumerate(self.costs):
            if level:  # the first one needs no plan
                self._planned.wait()
                if self._stopped or self.reached.values is None:
                    return
            values = tuple(self.reached.value[:level])
            if math.isfinite(self.reached.bound[level]) and not self._unmet(level):
                continue
            bound, proof = self._bound_of(level, values)
            if not math.isfinite(bound):
                return
            self.reached.bound[level] = whole_above(bound, cost)
            self.held[level] = values
            self._tell(level)
            if level == len(self.costs) - 1:
                self._proof = proof

    def _bound_of(self, level: int, values: tuple[float, ...]) -> tuple[float, tuple[ProgramArrays, Answer] | None]:
        """The least a level can be where the earlier ones are no worse than these values: a bound from pools, and what
        their prices prove in the program itself."""
        pooled, whole = self._programs(level, values)
        prices, begin = self.costs[level].coefficients, self._near_arcs
        if self.reached.values is not None:
            begin = begin | (self._of_pools.of_plan(self.reached.values) > 0)
        bound, proof = self._of_pools.bound(pooled, whole, prices, self.teller.left, self.stop, begin)
        return bound, None if proof is None else (whole, proof)

    def _closer(self) -> None:
        """Where people go from and to is what the last level is about: pools see little of it. Relaxations over arcs
        begin with those that look best by the prices of pools. In the first one rows that hold very many arcs keep
        these prices: without them it is soon solved; the others go on from the arcs that it asked for. A corner of the
        whole one proves little, but says more of which arcs are worth it, and has better prices for these rows."""
        last, cost = len(self.costs) - 1, self.costs[-1]
        if self._proof is None or self._unmet(last):
            return
        (program, proof), self._proof = self._proof, None
        if proof.duals is None:
            return
        self._look_at(proof)

        def enough(close: float) -> Callable[[float, float], bool]:
            def near(value: float, bound: float) -> bool:
                self._bettered(bound)
                return value - max(bound, self.reached.bound[-1]) <= close * abs(value + cost.constant)

            return near

        dense = program.entries() >= DENSE * len(self.model.go) / self.whole.ground.schools
        asked, of_arcs = (program, cost.coefficients), (self.priced, self.active)

        def with_prices(duals: Array, close: float) -> None:
            left, near = self.teller.left, enough(close)
            self._learned(relax_with_prices(*asked, dense, duals, *of_arcs, seconds=left, enough=near, stop=self.stop))

        def in_whole(method: Method, close: float) -> Answer:
            left, near = self.teller.left, enough(close)
            found = relax_by_pricing(*asked, *of_arcs, seconds=left, enough=near, stop=self.stop, method=method)
            self._learned(found)
            return found

        with_prices(proof.duals, CLOSE)
        corner = in_whole(Method.SIMPLEX, CORNER)
        if corner.duals is not None:
            with_prices(corner.duals, CLOSE_AGAIN)
        in_whole(Method.INNER, CLOSER)

    def _learned(self, relaxation: Answer) -> None:
        """What a relaxation of the last level proves, and which arcs it likes."""
        self._bettered(relaxation.bound)
        if relaxation.values is not None:
            self._latest, self._guide = relaxation, relaxation.reduced

    def _among_few(self) -> None:
        """The last level's plan among the few arcs of each kind that its latest relaxation likes best, and its own."""
        relaxation, self._latest = self._latest, None
        if relaxation is None or self._stopped or self.reached.values is None:
            return
        answer = integer_program(
            Levels._held_program(self),  # cuts serve bounds
            self.costs[-1].coefficients,
            seconds=self.teller.left,
            gap=ROUGHLY,
            seed=self.limits.seed,
            free=self._promising(relaxation, FEWEST_ARCS) | self._own_plan(),
            stop=self.stop,
        )
        self._keep(answer)

    def _bettered(self, bound: float) -> None:
        """A closer bound of the last level."""
        if math.isfinite(bound):
            self.reached.bound[-1] = max(self.reached.bound[-1], whole_above(bound, self.costs[-1]))
            self._tell(len(self.costs) - 1)


def _told(part: Part, values: Array) -> list[float]:
    return [float(cost.coefficients @ values) for cost in part.costs]
