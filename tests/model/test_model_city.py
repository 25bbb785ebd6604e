"""Planning region by region: plans that keep every rule, bounds that no assignment beats."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from reached import in_points
from test_model_against_audit import district, policy
from worlds import World

from rotation_planner.eligibility import stand
from rotation_planner.model.model import Model
from rotation_planner.model.program import Array, ProgramArrays
from rotation_planner.solve import city, large
from rotation_planner.solve.city import City, OfRegion
from rotation_planner.solve.engines import Answer, Outcome, integer_program, relax
from rotation_planner.solve.large import Large
from rotation_planner.solve.levels import Levels, Limits, Reached
from rotation_planner.solve.local import Cuts, Local
from rotation_planner.solve.pools import FEW, Pools
from rotation_planner.solve.pricing import Priced, relax_by_pricing, relax_with_prices
from rotation_planner.solve.progress import Progress, Teller
from rotation_planner.solve.regions import Part, Regions, halves
from rotation_planner.solve.settled import settled
from rotation_planner.solve.subjects import Subjects
from rotation_planner.solve.wide import Wide

PATIENT = settings(suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])


@pytest.fixture(params=[1, 2, 9], ids=lambda schools: f"regions of {schools}")
def region(request: pytest.FixtureRequest) -> Iterator[int]:
    """Schools a region has; with more than there are, the district is one region."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(city, "A_REGION", request.param)
        yield request.param


@pytest.mark.slow
@settings(PATIENT, max_examples=8)
@given(worlds(goals=True))
def test_plans_of_regions(region: int, world: World) -> None:
    """A plan exactly where there is one, it keeps every rule, and no bound is above the best."""
    best, model = world.best(), world.model()
    if not len(model.go):
        return
    reached = city_of(model).run()
    assert (reached.values is None) is (best is None)
    if reached.values is None or best is None:
        return
    assert model.arrays.violation(reached.values) == 0
    told = in_points(model.costs, reached.value)
    assert told >= [each - 1e-6 for each in best]
    for level, bound in enumerate(in_points(model.costs, reached.bound)):
        if told[:level] == pytest.approx(best[:level]):  # a bound speaks of plans as good in all earlier levels
            assert bound <= best[level] + 1e-6


@pytest.mark.slow
@settings(PATIENT, max_examples=10)
@given(worlds(goals=True))
def test_one_region_is_the_whole(world: World) -> None:
    """The part of all schools has the same best plan as the model."""
    best, model = world.best(), world.model()
    if not len(model.go):
        return
    part = Regions(model).part(np.arange(model.ground.schools))
    reached = Levels(part, Teller(None, len(part.costs), 60.0), Limits(workers=1), None).run()
    assert (reached.values is None) is (best is None)
    if best is None:
        return
    told = in_points(model.costs, reached.value)
    assert told == pytest.approx(best, abs=1e-6)


def city_of(model: Model) -> City:
    """A search that has all the time it needs."""
    return City(model, Teller(None, len(model.costs), 600.0), Limits(workers=1), None)


def begun(model: Model) -> City:
    """A search whose regions have come to a plan."""
    search = city_of(model)
    assert search._first_plan()
    search.accept(search._regions.values.copy())
    return search


def followed(model: Model) -> City:
    """A search with a plan of regions, then one of people who have followed pools."""
    search = begun(model)
    search._in_whole_people()
    return search


@pytest.fixture
def twenty(monkeypatch: pytest.MonkeyPatch) -> tuple[Model, Reached]:
    """A district of twenty schools, its best plan, and regions of four schools each."""
    given, rules = district(5), policy({})
    model = Model(given, rules, stand(given, rules))
    best = Levels(model, Teller(None, len(model.costs), 60.0), Limits(), None).run()
    monkeypatch.setattr(city, "A_REGION", 4)
    return model, best


@pytest.mark.slow
def test_a_city_is_planned_in_regions(twenty: tuple[Model, Reached]) -> None:
    """Regions of four schools each come to a plan of all twenty, sweeps make it better, and bounds hold."""
    model, best = twenty
    search = city_of(model)
    assert search._first_plan()
    first = search._told(search._regions.values)
    assert model.arrays.violation(search._regions.values) == 0
    reached = city_of(model).run()
    assert best.value[:3] == reached.value[:3] < first[:3]
    assert reached.bound[0] <= best.value[0]


def test_pools_prove_and_better_a_level(twenty: tuple[Model, Reached]) -> None:
    """From a plan of small regions the pools, in whole people, lead to the best of the first goal, and prove it."""
    model, best = twenty
    regions = city_of(model)
    assert regions._first_plan()
    search = Large(model, Teller(None, len(model.costs), 600.0), Limits(), None)
    search.accept(regions._regions.values)
    assert search.reached.value[0] > best.value[0]
    assert search._by_pools(0)
    assert search.reached.value[0] == search.reached.bound[0] == best.value[0]
    assert model.arrays.violation(search.reached.values) == 0


def test_a_city_in_whole_people(twenty: tuple[Model, Reached]) -> None:
    """Over pools every goal but the last is proven, and what they leave loose is as cheap as the moves allow."""
    model, best = twenty
    search = followed(model)
    reached = search.reached
    assert reached.value[:3] == reached.bound[:3] == best.value[:3]
    assert reached.values is not None
    assert search._told(settled(model, search.costs, reached.values)) == reached.value


def test_a_city_in_whole_people_from_nothing(twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pools need no plan to begin with; nor all of their arcs at once."""
    model, best = twenty
    monkeypatch.setattr(city, "NEAR_OF_POOL", 1)
    monkeypatch.setattr(city, "NEAR_OF_SCHOOL", 1)
    search = city_of(model)
    assert search._near_arcs.sum() < len(search._near_arcs)
    search._in_whole_people()
    assert search.reached.value[:3] == search.reached.bound[:3] == best.value[:3]
    assert best.value[3] <= search.reached.value[3]
    assert -math.inf < search.reached.bound[3] <= best.value[3]


def test_people_follow_pools_as_soon_as_there_is_no_plan(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that is the best in the first level stands before the second one is looked at."""
    model, best = twenty
    search, before = city_of(model), []
    least = City._least_of_pools

    def looked(self: City, level: int, *rest: Any) -> Array | None:
        before.append(list(self.reached.value[:1]))
        return least(self, level, *rest)

    monkeypatch.setattr(City, "_least_of_pools", looked)
    search._in_whole_people()
    assert before == [[], best.value[:1], best.value[:1]]


def test_regions_give_way_to_a_plan_by_pools(twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch) -> None:
    """Once people have followed pools, no other region is planned for a first plan."""
    model, best = twenty
    search, asked = city_of(model), 0
    searched = City._searched

    def followed(self: City, part: Part, seconds: float = city.SECONDS_EACH) -> OfRegion:
        nonlocal asked
        asked += 1
        assert best.values is not None
        self.accept(best.values)
        return searched(self, part, seconds)

    monkeypatch.setattr(City, "_searched", followed)
    assert not search._first_plan()
    assert asked == 1


def test_bounds_are_told_of_plans_they_speak_of(twenty: tuple[Model, Reached]) -> None:
    """While pools are ahead of the plan, their bounds of later goals say nothing of it: they may be above its value."""
    model, _ = twenty
    told: list[Progress] = []
    search = City(model, Teller(told.append, len(model.costs), 600.0), Limits(workers=1), None)
    assert search._first_plan()
    search.accept(search._regions.values.copy())
    search._in_whole_people()
    both = [(each.best, each.bound) for each in told if each.best is not None and each.bound is not None]
    assert both
    assert all(bound <= best + 1e-6 for best, bound in both)


def test_of_the_last_level_pools_have_a_part_of_the_time(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Little but their prices is used: a relaxation over the arcs comes after it. What is proven by then is told."""
    model, _ = twenty
    search = followed(model)
    known, search.reached.bound[3] = search.reached.bound[3], -math.inf
    limits: list[float] = []

    def part(*given: Any, seconds: float, enough: Callable[[float, float], bool], **how: Any) -> Answer:
        limits.append(seconds)
        answer = relax_by_pricing(*given, seconds=seconds, enough=enough, **how)
        return replace(answer, values=None, value=math.inf)  # as where time is over

    monkeypatch.setattr(large, "relax_by_pricing", part)
    search._bound_of_pools(3, *search._programs(3, tuple(search.limits_held)), search._near_arcs)
    assert limits == [pytest.approx(large.FOR_PRICES * search.teller.left, rel=0.1)]
    assert -math.inf < search.reached.bound[3] <= known + 1e-6
    assert search._proof is not None


def test_play_keeps_prices_small(twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch) -> None:
    """Held goals without any play have prices that may grow without end."""
    model, best = twenty
    largest = []
    for loose in (large.LOOSE, 0.0):
        monkeypatch.setattr(large, "LOOSE", loose)
        search = city_of(model)
        bound, proof = search._bound_of(3, tuple(best.value[:3]))
        assert bound <= best.value[3]
        assert proof is not None
        assert proof[1].duals is not None
        largest.append(float(abs(proof[1].duals).max()))
    assert largest[0] < 0.8 * largest[1]


@settings(PATIENT, max_examples=10)
@given(worlds(goals=True))
def test_few_arcs_are_pooled_only_where_they_are_the_same(world: World) -> None:
    """With two lots of schools left out nothing may be left of kinds with few arcs that tells them apart."""
    model = world.model()
    if not len(model.go):
        return
    pools = Pools(model)
    arcs = np.bincount(model.arc_kind, minlength=len(model.kind_size))
    of_pool, pool = np.bincount(pools.priced.kind), pools.priced.kind[pools._arc_of]
    reached = np.unique(np.stack([model.arc_kind, pools._arc_of]), axis=1)  # what several arcs reach is told once
    own = np.bincount(reached[0], minlength=len(arcs))
    few = arcs[model.arc_kind] <= FEW
    assert of_pool[pool][few].tolist() == own[model.arc_kind][few].tolist()


def test_regions_of_a_proven_plan_look_at_the_last_level_only(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pools have settled the levels before it, a sweep keeps them and makes the last one better."""
    model, best = twenty
    search = city_of(model)
    search._in_whole_people()
    assert search._earlier_near
    looked: list[int] = []
    alone = OfRegion._alone
    monkeypatch.setattr(OfRegion, "_alone", lambda self, level: looked.append(level) or alone(self, level))
    before = search.reached.value[3]
    assert search._sweep(10, 0.3)
    assert set(looked) <= {3, 4}  # what rows of many schools miss is a level of its own
    assert search.reached.value[:3] == best.value[:3]
    assert best.value[3] <= search.reached.value[3] < before


def test_subjects_make_the_last_level_better(twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch) -> None:
    """Subject by subject people change places over the whole city: the levels before the last stay as they are, and
    only near arcs and those of the plan are looked at."""
    model, best = twenty
    for where, name, number in ((City, "arcs_of_lot", 100), (large, "NEAR_OF_KIND", 4), (large, "NEAR_OF_PLACE", 2)):
        monkeypatch.setattr(where, name, number)
    search = city_of(model)
    search._in_whole_people()
    before = search.reached.value[3]
    looked: list[np.ndarray] = []

    def watched(*given: Any, free: np.ndarray, **more: Any) -> Answer:
        looked.append(free)
        return integer_program(*given, free=free, **more)

    monkeypatch.setattr(large, "integer_program", watched)
    assert search._by_subject(np.random.default_rng(1))
    assert search.reached.value[:3] == best.value[:3]
    assert best.value[3] <= search.reached.value[3] < before
    assert search.reached.values is not None
    assert model.arrays.violation(search.reached.values) == 0
    assert len(looked) >= 3
    assert np.array(looked)[:, model.leave].sum(axis=0).tolist() == [1] * len(model.leave)  # everybody once
    assert 0 < np.array(looked)[:, model.go].sum() < 0.9 * len(model.go)


def test_what_a_rough_search_leaves_loose_is_settled(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audit counts what a plan comes to: columns that are no moves stand as low as the moves allow."""
    model, _ = twenty
    search = city_of(model)
    search._in_whole_people()
    loose = search.costs[3].coefficients > 0
    loose[model.go] = loose[model.leave] = False

    def roughly(program: ProgramArrays, *given: Any, **more: Any) -> Answer:
        answer = integer_program(program, *given, **more)
        if answer.values is not None:
            answer.values[loose] += 1  # the rows hold as well, and the plan is still a better one
        return answer

    monkeypatch.setattr(large, "integer_program", roughly)
    assert search._by_subject(np.random.default_rng(1))
    assert search.reached.values is not None
    assert search._told(settled(model, search.costs, search.reached.values)) == search.reached.value


def test_subjects_and_regions_take_turns(twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch) -> None:
    """Subjects alone make a plan of pools better; while the earlier levels are not settled they are not asked."""
    model, best = twenty
    search = begun(model)
    search._bounding = Future()
    search._bounding.set_result(None)
    monkeypatch.setattr(City, "_sweep", lambda self, most, turn: False)
    before = list(search.reached.value)
    search._improve()
    assert search.reached.value == before
    search._in_whole_people()
    before = list(search.reached.value)
    search._improve()
    assert search.reached.value[:3] == before[:3] == best.value[:3]
    assert search.reached.value[3] < before[3]


def test_the_last_level_gets_its_turn_while_earlier_ones_are_open(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where pools leave a level far from its bound subjects make the last one better; regions go on to look at
    every level, as the earlier ones count first."""
    model, best = twenty
    search = begun(model)
    search._bounding = Future()
    search._bounding.set_result(None)
    assert not search._pools_followed
    search._in_whole_people()
    search.reached.bound[:3] = [bound - 100 for bound in search.reached.bound[:3]]
    assert search._pools_followed
    assert not search._earlier_near
    before = list(search.reached.value)
    monkeypatch.setattr(City, "_sweep", lambda self, most, turn: False)
    search._improve()
    assert search.reached.value[:3] == before[:3] == best.value[:3]
    assert search.reached.value[3] < before[3]
    search.limits_held[0] -= 1  # a plan that does not do what pools did
    assert not search._pools_followed


def test_a_sweep_ends_once_pools_have_settled_the_earlier_levels(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regions that look at every level give way as soon as only the last one is open."""
    model, best = twenty
    search = begun(model)
    asked: list[Part] = []
    searched = City._searched

    def settling(self: City, part: Part, seconds: float = city.SECONDS_EACH) -> OfRegion:
        asked.append(part)
        search._in_whole_people()
        return searched(self, part, seconds)

    monkeypatch.setattr(City, "_searched", settling)
    assert not search._pools_followed
    assert search._sweep(4, 0.3)
    assert len(asked) == 1
    assert search.reached.value[:3] == best.value[:3]


def test_a_sweep_ends_once_a_relaxation_tells_which_arcs_are_worth_trying(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Subjects over the whole city gain more by it than the regions that are left."""
    model, _ = twenty
    search = followed(model)
    asked: list[Part] = []
    searched = City._searched

    def told(self: City, part: Part, seconds: float = city.SECONDS_EACH) -> OfRegion:
        asked.append(part)
        if len(asked) == 2:
            search._closer()
        return searched(self, part, seconds)

    monkeypatch.setattr(City, "_searched", told)
    assert search._sweep(4, 0.3)
    assert len(asked) == 2


@pytest.mark.slow
@pytest.mark.parametrize("dense", [0.0, 1e9])
def test_relaxations_over_arcs_come_ever_closer(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch, dense: float
) -> None:
    """With the pools' prices of rows of many arcs, with all rows, with the prices that these have then, with all rows
    again: the last one's bound is that of the whole relaxation, never above the best, and what is learned of arcs says
    where people are planned anew."""
    model, best = twenty
    small = ("DENSE", dense, city), ("NEAR_OF_KIND", 4, large), ("NEAR_OF_PLACE", 2, large), ("BEGIN_ARCS", 1, large)
    for name, number, where in small:
        monkeypatch.setattr(where, name, number)
    search = followed(model)
    bounds, by_price, known = [search.reached.bound[3]], search._to_try(), list[Array | None]()
    learned, priced = City._learned, list[Array]()
    assert search._proof is not None
    of_pools = search._proof[1].duals

    def told(self: City, relaxation: Answer) -> None:
        learned(self, relaxation)
        bounds.append(self.reached.bound[3])
        known.append(relaxation.duals)

    def with_prices(program: ProgramArrays, cost: Array, rows: Array, duals: Array, *rest: Any, **how: Any) -> Answer:
        priced.append(duals)
        return relax_with_prices(program, cost, rows, duals, *rest, **how)

    monkeypatch.setattr(City, "_learned", told)
    monkeypatch.setattr(city, "relax_with_prices", with_prices)
    search._closer()
    assert [any(each is one for one in (of_pools, known[1])) for each in priced] == [True, True]
    assert priced[0] is not priced[1]
    assert len(bounds) == 5
    assert bounds == sorted(bounds)
    assert (bounds[1] > bounds[0]) is (dense > 0)
    program = Large._programs(search, 3, tuple(search.limits_held))[1]
    flat = relax(program, search.costs[3].coefficients, seconds=60).value
    assert flat * (1 - 2 * city.CLOSER) <= bounds[-1] <= best.value[3]
    assert search._guide is not None
    assert (search._to_try() != by_price).any()


def test_a_plan_among_few_arcs_is_near_the_best(twenty: tuple[Model, Reached]) -> None:
    """Of each relaxation use is made once."""
    model, best = twenty
    search = followed(model)
    value = search.reached.value[3]
    search._among_few()
    assert search.reached.value[3] == value
    search._closer()
    search._among_few()
    assert search.reached.value[:3] == best.value[:3]
    assert search.reached.value[3] - best.value[3] < 0.2 * (value - best.value[3])
    assert search._latest is None


@pytest.mark.slow
@pytest.mark.parametrize("repeatable", [False, True])
def test_what_is_learned_in_the_end_is_made_use_of(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch, repeatable: bool
) -> None:
    """The last relaxation may end when regions and subjects have nothing left to do; a repeatable run waits for it."""
    model, _ = twenty
    search = followed(model)
    search.limits = Limits(workers=1, repeatable=repeatable)
    monkeypatch.setattr(City, "_sweep", lambda self, most, turn: False)
    monkeypatch.setattr(City, "_by_subject", lambda self, drawn: False)

    class Last(Future[None]):
        def result(self, timeout: float | None = None) -> None:
            search._closer()

    search._bounding = Last()
    value = search.reached.value[3]
    search._improve()
    assert search._latest is None
    assert search.reached.value[3] < value


def test_what_is_learned_of_arcs_comes_before_subjects(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan over the whole city first: subjects then better that one."""
    model, _ = twenty
    search = followed(model)
    search._closer()
    search._bounding = Future()
    search._bounding.set_result(None)
    seen: list[tuple[bool, float]] = []

    def planned(self: City, drawn: np.random.Generator) -> bool:
        seen.append((self._latest is None, self.reached.value[3]))
        return False

    monkeypatch.setattr(City, "_sweep", lambda self, most, turn: False)
    monkeypatch.setattr(City, "_by_subject", planned)
    value = search.reached.value[3]
    search._improve()
    assert seen
    assert all(used and reached < value for used, reached in seen)


def test_what_is_learned_of_arcs_is_made_use_of_at_once(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Subjects that are planned anew by what was known before give way."""
    model, _ = twenty
    search = followed(model)
    monkeypatch.setattr(City, "arcs_of_lot", 1)  # each subject by itself
    asked = 0

    def planned(*arguments: Any, **named: Any) -> Answer:
        nonlocal asked
        asked += 1
        search._closer()
        return integer_program(*arguments, **named)

    monkeypatch.setattr(large, "integer_program", planned)
    assert search._subjects.count > 5
    search._by_subject(np.random.default_rng(1))
    assert asked == 1


@pytest.mark.slow
@settings(PATIENT, max_examples=20)
@given(worlds(goals=True))
def test_rows_that_are_priced_bound_every_plan(world: World) -> None:
    """With the prices of the relaxation it is the relaxation itself; with any others it is no closer."""
    best, model = world.best(), world.model()
    if best is None or not len(model.go):
        return
    program, cost = model.arrays, model.costs_padded()[0]
    exact = relax(program, cost.coefficients, seconds=60)
    assert exact.duals is not None
    rows = np.random.default_rng(1).random(len(exact.duals)) < 0.5
    priced, every = Priced(model.go, model.arc_kind, model.kind_size), np.ones(len(program.lower), bool)
    for share in (1.0, 0.5, 0.0):
        answer = relax_with_prices(
            program, cost.coefficients, rows, share * exact.duals, priced, every.copy(), seconds=60,
            enough=lambda value, bound: False,
        )  # fmt: skip
        assert answer.bound <= exact.value + 1e-6
        assert share < 1 or answer.bound == pytest.approx(exact.value, abs=1e-6)


@pytest.mark.parametrize("most", [1, 30, 10_000])
def test_lots_of_subjects(twenty: tuple[Model, Reached], most: int) -> None:
    """Every subject is in one lot, no lot of several has more arcs than asked, and lots differ from time to time."""
    model, _ = twenty
    subjects, drawn = Subjects(model), np.random.default_rng(3)
    assert subjects.count > 5
    arcs = np.bincount(subjects.of_kinds, minlength=subjects.count)
    lots, again = (list(subjects.lots(arcs, most, drawn)) for _ in range(2))
    assert sorted(np.concatenate(lots)) == list(range(subjects.count))
    assert all(len(lot) == 1 or arcs[lot].sum() <= most for lot in lots)
    assert len(lots) == (subjects.count if most == 1 else -(-arcs.sum() // most) if most == 10_000 else len(lots))
    assert lots != again


@settings(PATIENT, max_examples=15)
@given(worlds())
def test_columns_of_a_subject_are_those_of_all_its_people(world: World) -> None:
    """Also where a kind holds people of several subjects: it is then part of each."""
    model = world.model()
    people, subjects = model.people, Subjects(model)
    staff = world.district.staff.iloc[people.people]
    told = staff[["stage", "subject", "position"]].astype(str).agg("|".join, axis=1).to_numpy()
    assert subjects.count == len(set(told))
    rest = np.ones(model.program.columns, bool)
    rest[model.leave] = rest[model.go] = False
    for number in range(subjects.count):
        own, free = subjects.of_people == number, subjects.columns([number])
        assert len(set(told[own])) == 1
        assert set(np.flatnonzero(free[model.leave])) == set(people.group[own])
        assert free[model.go].tolist() == np.isin(model.arc_kind, people.kind[own]).tolist()
        assert free[rest].all()


def test_what_pools_do_people_can_do(twenty: tuple[Model, Reached]) -> None:
    """The best of the first goal over pools is one plan's: the same columns save arcs, and arcs of those who leave."""
    model, best = twenty
    search = Large(model, Teller(None, len(model.costs), 600.0), Limits(), None)
    found = search._least_of_pools(0)
    assert found is not None
    free, standing = search._of_pools.lifted(found)
    cost = search.costs[0].coefficients
    plan = integer_program(model.arrays, cost, seconds=60.0, free=free, fixed=standing)
    assert plan.values is not None
    assert plan.value == best.value[0]
    leaving = np.bincount(model.people.group_kind, plan.values[model.leave], len(model.kind_size))
    assert free[model.go].sum() < len(model.go) // 2
    assert (leaving[model.arc_kind[free[model.go]]] > 0).all()
    assert search._of_pools.of_plan(plan.values) == pytest.approx(found)


@pytest.mark.parametrize("fails", [0, 1])
def test_pools_are_looked_for_among_few_first(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    """Few columns soon tell the best of a level; where nothing comes of them, more are looked at."""
    model, best = twenty
    looked: list[int] = []

    def heard(program: ProgramArrays, cost: Array, *, free: Array, **rest: Any) -> Answer:
        looked.append(int(free.sum()))
        if len(looked) <= fails:
            return Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)
        return integer_program(program, cost, free=free, **rest)

    monkeypatch.setattr(large, "integer_program", heard)
    monkeypatch.setattr(large, "FEW_LOOKED_AT", 2)
    search = city_of(model)
    found = search._least_of_pools(0)
    assert found is not None
    assert search._of_pools.cost(search.costs[0].coefficients) @ found == best.value[0]
    assert len(looked) == fails + 1
    assert looked == sorted(set(looked))
    assert looked[0] < search._of_pools.columns


@pytest.mark.parametrize("better", [True, False])
def test_more_columns_than_few_where_these_are_not_near(
    twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch, better: bool
) -> None:
    """The worst among few is not good enough, but kept where more columns have no better one in the time."""
    model, best = twenty
    told: list[float] = []

    def heard(program: ProgramArrays, cost: Array, **rest: Any) -> Answer:
        answer = integer_program(program, cost if told else -cost, **rest)
        assert answer.values is not None
        told.append(float(cost @ answer.values))
        return answer if better or len(told) == 1 else Answer(Outcome.UNKNOWN, None, math.inf, -math.inf)

    monkeypatch.setattr(large, "integer_program", heard)
    monkeypatch.setattr(large, "FEW_LOOKED_AT", 0)
    monkeypatch.setattr(large, "MANY_OF_POOLS", 0)  # no third look, at all columns
    search = city_of(model)
    found = search._least_of_pools(0)
    assert found is not None
    assert told[0] > told[1] == best.value[0]
    assert len(told) == 2
    assert search._of_pools.cost(search.costs[0].coefficients) @ found == told[1 if better else 0]


def test_cuts_are_made_beside_the_pools(twenty: tuple[Model, Reached], monkeypatch: pytest.MonkeyPatch) -> None:
    """Before regions are looked at, for every level that pools settle, and once, whichever thread asks for them."""
    model, _ = twenty
    search, known, made = city_of(model), [], []
    cuts = Local.cuts

    def slowly(self: Local, *asked: Any) -> Cuts:
        made.append(asked)
        time.sleep(0.1)  # so that both threads would be at it
        return cuts(self, *asked)

    def looked(self: City) -> bool:
        known.append(sorted(self._cuts))
        return False

    monkeypatch.setattr(Local, "cuts", slowly)
    monkeypatch.setattr(City, "_first_plan", looked)
    monkeypatch.setattr(City, "_bound", lambda self: self._strengthened(model.arrays, 0))
    monkeypatch.setattr(Wide, "_find", lambda self, first: None)  # nothing else is tried
    monkeypatch.setattr(City, "_anything", lambda self: None)
    search.run()
    assert known == [[0, 1, 2]]
    assert len(made) == len(known[0])


@pytest.mark.parametrize(("schools", "most"), [(1, 1), (7, 3), (24, 5), (60, 60), (61, 60)])
@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_regions_are_near_and_of_like_size(schools: int, most: int, turn: float) -> None:
    rng = np.random.default_rng(schools)
    places = rng.random((schools, 2))
    regions = list(halves(places, most, turn))
    assert sorted(np.concatenate(regions).tolist()) == list(range(schools))
    assert max(map(len, regions)) <= most
    assert len(regions) == math.ceil(schools / most)


def test_schools_without_a_place_are_split_too() -> None:
    places = np.full((10, 2), np.nan)
    assert sorted(map(len, halves(places, 4, 0.3))) == [3, 3, 4]


@pytest.mark.slow
@settings(PATIENT, max_examples=25)
@given(worlds(goals=True))
def test_no_plan_beats_the_bounds_of_pools(world: World) -> None:
    """With the earlier levels held at the best plan's values, no level's bound is above what that plan has."""
    best, model = world.best(), world.model()
    if not len(model.go) or best is None:
        return
    search = city_of(model)
    values = tuple(round(each * cost.scale) - cost.constant for each, cost in zip(best, model.costs, strict=True))
    for level, value in enumerate(values):
        bound, proof = search._bound_of(level, values[:level])
        assert bound <= value + 1e-5 * max(1.0, abs(value))
        assert proof is not None
        assert proof[1].bound <= bound


def test_pools_are_as_close_as_the_relaxation() -> None:
    """Where arcs cost nothing, as in all goals of the pack but the last, fewer columns lose nothing."""
    given, rules = district(5), policy({})
    model = Model(given, rules, stand(given, rules))
    costs, pools = model.costs_padded(), Pools(model)
    assert pools.arcs < 0.9 * len(model.go)
    for cost in costs[:-1]:
        flat = relax(model.arrays, cost.coefficients, seconds=60)
        told, _ = pools.bound(pools.arrays, model.arrays, cost.coefficients, 60.0)
        assert told == pytest.approx(flat.value, abs=1e-4)
    flat = relax(model.arrays, costs[-1].coefficients, seconds=60)
    told, _ = pools.bound(pools.arrays, model.arrays, costs[-1].coefficients, 60.0)
    assert 0.8 * flat.value < told <= flat.value + 1e-4 * abs(flat.value)
