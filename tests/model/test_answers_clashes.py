"""Clashes and what resolves them, against the whole program asked place by place, and against looking at every plan."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Collection
from typing import Any

import numpy as np
import pytest
from districts import tiny_district, tiny_policy
from drawn_worlds import worlds
from hypothesis import HealthCheck, given, settings
from worlds import World

from rotation_planner.answers.again import FOR_ONE, Again, candidates
from rotation_planner.answers.beside import Beside
from rotation_planner.answers.changing import with_parameters
from rotation_planner.answers.diagnosing import diagnose
from rotation_planner.answers.diagnosis import Repair
from rotation_planner.answers.giving import Giving, bare
from rotation_planner.answers.pieces import WIDE, Amounts, Side
from rotation_planner.answers.repairs import Change, Changes
from rotation_planner.answers.resolving import Knot, Option, Resolving
from rotation_planner.answers.searching import Search
from rotation_planner.answers.wholly import Least, Wholly
from rotation_planner.data.district import District
from rotation_planner.model.model import Model
from rotation_planner.plan.plan import Status
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.engines import Outcome, clock, integer_program
from rotation_planner.words import speaking

ALL = {"everyone": True}
NINE = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
PINS = {"id": "pins", "kind": "pins"}
ROOM = {"id": "room", "kind": "headcount"}
HALF = {"id": "half", "kind": "share", "over": {"people": {"eligible": ["nine"]}}, "per": ["school_id"]}


def due(count: int, at: str = "A", first: int = 1, **more: Any) -> dict[str, Any]:
    return {f"t{number}": {"at": at, "years": 9, **more} for number in range(first, first + count)}


def giving_of(world: World) -> Giving:
    return Giving(Model(world.district, bare(world.policy), world.standing), until=clock() + 60)


def holds(giving: Giving, held: Collection[int], given: Amounts) -> bool:
    """Whether the whole program has a solution in which only these places bind: no piece, no column left out."""
    program = giving.program(held, given)
    answer = integer_program(program, np.zeros(len(program.lower), dtype=np.int64), seconds=60)
    return answer.outcome is Outcome.OPTIMAL


def check_pieces(world: World) -> None:
    """A piece has a solution exactly where the whole program has one with the same places."""
    giving, chance = giving_of(world), random.Random(7)
    numbers = range(len(giving.places))
    for size in (1, 2, 4, 8, len(numbers)):
        held = set(chance.sample(numbers, min(size, len(numbers))))
        some = {(number, chance.random() < 0.5): chance.randint(1, 2) for number in held if chance.random() < 0.3}
        for amounts in ({}, some):
            piece = giving.pieces.piece(held, amounts)
            assert not piece.rough  # tiny districts have fewer schools
            assert (giving.outcome(piece) is Outcome.OPTIMAL) == holds(giving, held, amounts)


def check_clashes(world: World) -> None:
    """Every clash is one, none of it can be left out; the least is the least; each place that resolves the clashes of a
    knot by itself is told with the least amount that does, and no other place of the whole program does."""
    giving = giving_of(world)
    every = set(range(len(giving.places)))
    if holds(giving, every, {}):
        return
    search = Search(giving)
    resolving = Resolving(giving, search, search.first())
    least = resolving.least()
    assert least.values is not None
    assert least.proven
    whole, _ = giving.least()
    assert sum(least.amounts.values()) == round(whole.value)
    assert holds(giving, every, least.amounts)
    missed = giving.missed(least.values)
    assert missed
    assert all(amount <= least.amounts.get(side, 0) for side, amount in missed.items())
    assert resolving.covered(least.amounts, 100)
    for numbers, certain in resolving.clashes:
        assert not holds(giving, numbers, {})
        assert giving.refuted(numbers, {}, 60)
        if certain:
            assert all(holds(giving, set(numbers) - {each}, {}) for each in numbers)
    exact, certain = search.narrowed((tuple(sorted(every)), False), {}, 60)
    assert not holds(giving, exact, {})
    assert giving.refuted(exact, {}, 60)
    if certain:
        assert all(holds(giving, set(exact) - {each}, {}) for each in exact)
    knots = resolving.knots(least.amounts)
    assert {side for knot in knots for side in knot.hit} == set(least.amounts)
    resolving.ways(knots, least)
    for knot in knots:
        others = {side: amount for side, amount in least.amounts.items() if side not in knot.hit}
        assert not knot.untried
        told: dict[Side, int] = knot.alone
        for number in every:
            resolves = holds(giving, every - {number}, others)
            assert resolves == any(side[0] == number for side in told), giving.places[number]
        for side, amount in told.items():
            assert holds(giving, every, {**others, side: amount})
            assert not holds(giving, every, {**others, side: amount - 1})


@pytest.mark.parametrize("shown", [True, False])
def test_a_clash_is_narrowed_in_the_whole(monkeypatch: pytest.MonkeyPatch, shown: bool) -> None:
    """Three of the two who may move are asked for: nothing else is needed for that clash. Fewer places are told only
    where the program of these places shows it, which the second engine is asked."""
    three = {"id": "three", "kind": "count", "of": {"moving": ALL}, "at_least": 3}
    world = World(
        tiny_district({"A": {}, "B": {}, "C": {}}, due(2)), tiny_policy(NINE, ROOM, {**HALF, "at_least": "50%"}, three)
    )
    giving = giving_of(world)
    every = tuple(range(len(giving.places)))
    (asked,) = [each.number for each in giving.places if each.rule == "three"]
    assert len(every) > 1
    if not shown:
        monkeypatch.setattr(giving, "outcome", lambda piece: Outcome.OPTIMAL)
    assert Search(giving).narrowed((every, False), {}, 60) == (((asked,), True) if shown else (every, False))


@pytest.mark.parametrize("agreed", [True, False])
def test_the_second_engine_is_asked_of_fewer_places_too(monkeypatch: pytest.MonkeyPatch, agreed: bool) -> None:
    three = {"id": "three", "kind": "count", "of": {"moving": ALL}, "at_least": 3}
    district = tiny_district({"A": {}, "B": {}, "C": {}}, due(2))
    policy = tiny_policy(NINE, ROOM, {**HALF, "at_least": "50%"}, three)
    refuted = Giving.refuted

    def answers(giving: Giving, held: Collection[int], given: Amounts, seconds: float) -> bool:
        return (agreed or len(held) > 1) and refuted(giving, held, given, seconds)

    monkeypatch.setattr(Search, "first", lambda search: [(tuple(range(len(search._giving.places))), False)])
    monkeypatch.setattr(Giving, "refuted", answers)
    (clash,) = diagnose(district, policy).clashes
    assert (clash.certain, len(clash.members) == 1) == (agreed, agreed)


def test_a_clash_that_narrows_to_another_one_stays() -> None:
    giving = giving_of(World(tiny_district({"A": {}, "B": {}}, due(2)), tiny_policy(NINE, ROOM)))
    resolving = Resolving(giving, Search(giving), [((0, 1, 2), False), ((1,), True)])
    resolving.narrow(((1,), True))
    assert resolving.clashes == [((0, 1, 2), False), ((1,), True)]
    resolving.narrow(((2,), True))
    assert resolving.clashes == [((2,), True), ((1,), True)]


def test_what_time_does_not_tell_stays_in_a_clash() -> None:
    three = {"id": "three", "kind": "count", "of": {"moving": ALL}, "at_least": 3}
    giving = giving_of(
        World(tiny_district({"A": {}, "B": {}}, due(2)), tiny_policy(NINE, {**HALF, "at_least": "50%"}, three))
    )
    every = tuple(range(len(giving.places)))
    assert Search(giving).narrowed((every, False), {}, 0) == (every, False)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_pieces_of_drawn_worlds(world: World) -> None:
    check_pieces(world)


def check_wholly(giving: Giving) -> int:
    """What gives in all by pricing and few columns is enough, its bound is none too high, and with its proof it is the
    least by one program of everything; nothing of it can be kept back. The least."""
    every = set(range(len(giving.places)))
    whole, _ = giving.least()
    asked = Wholly(giving, few=-1)
    found = asked.least(seconds=60)
    assert found.values is not None
    assert found.bound <= round(whole.value) <= sum(found.amounts.values())
    assert holds(giving, every, found.amounts)
    proven = asked.proven(found, (), seconds=60)
    assert proven.proven
    assert sum(proven.amounts.values()) == proven.bound == round(whole.value)
    assert holds(giving, every, proven.amounts)
    for side, amount in proven.amounts.items():
        assert not holds(giving, every, {**proven.amounts, side: amount - 1})
    first = {number for number, _ in proven.amounts}
    others, _ = giving.least(every - first)
    for told in (asked.least(every, dear=first, seconds=60), Wholly(giving).least(every, dear=first, seconds=60)):
        assert holds(giving, every, told.amounts)
    # What is dear gives only where the others do not do without it.
    assert any(number in first for number, _ in told.amounts) == (others.outcome is Outcome.INFEASIBLE)
    return round(whole.value)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_what_gives_in_all_of_drawn_worlds(world: World) -> None:
    check_wholly(giving_of(world))


@pytest.fixture
def far_off() -> tuple[Giving, Least, int]:
    """A district whose rules cannot all hold, more than must give in it, unproven, and the least that must."""
    people = {**due(2), **due(1, "A", 3, backbone="county"), **due(1, "B", 4), **due(1, "B", 5, backbone="county")}
    giving = giving_of(World(tiny_district(OPEN, people), tiny_policy(NINE, NUMBER)))
    whole, amounts = giving.least()
    more = {side: amount + 3 for side, amount in amounts.items()}
    return giving, Least(more, giving.extended(more), -math.inf, False), round(whole.value)


def test_the_proof_in_a_thread_finds_what_less_is_enough(far_off: tuple[Giving, Least, int]) -> None:
    giving, known, least = far_off
    assert sum(known.amounts.values()) > least
    wholly = Wholly(giving, few=-1)
    proof = Beside(known, lambda end: wholly.proven(known, (), seconds=60.0, stop=end))
    told = proof.told(60.0)
    assert told.proven
    assert sum(told.amounts.values()) == told.bound == least
    assert holds(giving, set(range(len(giving.places))), told.amounts)
    proof.end()
    assert proof.told(0.0) is told


def test_work_beside_is_ended_and_tells_what_went_wrong() -> None:
    def wait(end: threading.Event) -> str:
        return "ended" if end.wait(60.0) else "forgotten"

    waiting = Beside("known", wait)
    assert waiting.told(0.0) == "known"
    waiting.end()
    assert waiting.told(60.0) == "ended"

    def fail(_: threading.Event) -> str:
        raise ArithmeticError("the engines disagree")

    with pytest.raises(ArithmeticError, match="disagree"):
        Beside("known", fail).told(60.0)


def test_a_proof_that_nobody_waits_for_says_what_was_known(far_off: tuple[Giving, Least, int]) -> None:
    giving, known, _ = far_off
    ended = threading.Event()
    ended.set()
    told = Wholly(giving, few=-1).proven(known, (), seconds=60.0, stop=ended)
    assert (told.amounts, told.proven) == (known.amounts, False)


@pytest.mark.few
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_clashes_of_drawn_worlds(world: World) -> None:
    check_clashes(world)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_clashes_of_many_drawn_worlds(world: World) -> None:
    check_pieces(world)
    check_clashes(world)


# ---- one of each kind ------------------------------------------------------------------------------------------------


def look(district: District, policy: Policy) -> tuple[set[tuple[str, str]], set[tuple[str, str, int]]]:
    """Rule and place of every member of the first clash; and of those that would do by themselves, with the amount."""
    with speaking("en"):
        found = diagnose(district, policy, seconds=60)
        str(found)
    assert found.status is Status.INFEASIBLE
    assert not World(district, policy).feasible
    assert found.repairs
    for repair in found.repairs:
        assert World(*repair.apply(district, policy)).feasible, repair.sentence
    members = found.clashes[0].members
    return {(each.rule, each.place) for each in members}, {
        (each.rule, each.place, each.short) for each in members if each.short is not None
    }


def test_relatives_pinned_to_one_school() -> None:
    policy = tiny_policy(NINE, PINS, {"id": "kin", "kind": "kin", "kinships": ["spouse"]})
    pins = [{"staff_id": each, "school_id": "C", "verdict": "to"} for each in ("t1", "t2")]
    people = {**due(1), **due(1, "B", 2)}
    relatives = [{"staff_id": "t1", "relative_id": "t2", "kinship": "spouse"}]
    members, alone = look(tiny_district(["A", "B", "C"], people, pins=pins, relatives=relatives), policy)
    assert {rule for rule, _ in members} == {"kin", "pins"}
    assert {(rule, amount) for rule, _, amount in alone} == {("kin", 1), ("pins", 1)}
    assert len(alone) == 3  # either pin, or the rule


def test_a_share_of_all_who_move_that_quotas_make_too_small() -> None:
    # Two of A's four and one of B's two must leave; of all who move half are to be backbone teachers, of whom one may.
    share = {
        "id": "best",
        "kind": "share",
        "over": {"moving": ALL},
        "of": {"moving": {"field": "backbone", "at_least": "county"}},
    }
    policy = tiny_policy(NINE, {**HALF, "at_least": "50%"}, {**share, "at_least": "50%"})
    people = {**due(3), "t9": {"at": "A", "years": 9, "backbone": "county"}, **due(2, "B", 4)}
    members, alone = look(tiny_district(["A", "B", "C"], people), policy)
    assert {rule for rule, _ in members} == {"half", "best"}
    assert ("half", "B校", 1) in alone


def test_a_flow_that_nobody_can_make() -> None:
    flow = {"id": "flow", "kind": "flow", "who": ALL, "into": {"field": "location", "is": "rural"}, "margin": 3}
    members, alone = look(tiny_district({"A": {}, "B": {"location": "rural"}}, due(2)), tiny_policy(NINE, flow))
    assert {rule for rule, _ in members} == {"flow"}
    assert {(rule, amount) for rule, _, amount in alone} == {("flow", 1)}


def test_a_number_above_all_who_may_go() -> None:
    count = {
        "id": "three",
        "kind": "count",
        "of": {"moving": ALL},
        "per": ["school_id"],
        "at_least": 3,
        "where": {"field": "school.tier", "is": "quality"},
    }
    district = tiny_district({"A": {"tier": "quality"}, "B": {}}, due(2))
    members, alone = look(district, tiny_policy(NINE, count))
    assert members == {("three", "A校")}
    assert alone == {("three", "A校", 1)}


def test_title_posts_of_the_only_school_that_is_open() -> None:
    titles = {"id": "titles", "kind": "title_posts", "groups": [{"titles": ["senior"], "posts": "senior_posts"}]}
    pins = [{"staff_id": "t1", "school_id": "B", "verdict": "to"}]
    people = {**due(1, title="senior"), "b": {"at": "B", "title": "senior"}}
    district = tiny_district({"A": {}, "B": {"senior_posts": 1}}, people, pins=pins)
    members, alone = look(district, tiny_policy(NINE, PINS, titles))
    assert members == {("titles", "B校"), ("pins", "教师t1 (t1)")}
    assert alone == {("titles", "B校", 1), ("pins", "教师t1 (t1)", 1)}


def test_a_clash_of_more_schools_than_a_piece_is_exact_for() -> None:
    # One of each of so many schools must leave, and only to Z, which has a place too few: whoever gives, one is enough.
    names = [f"S{number}" for number in range(WIDE + 2)]
    schools: dict[str, dict[str, Any]] = {each: {} for each in names}
    schools["Z"] = {"headcount_limit": len(names) - 1}
    people: dict[str, Any] = {}
    for number, name in enumerate(names, 1):
        people |= due(1, name, number)
    closed = {"id": "closed", "kind": "route", "who": ALL, "allow": {"to": "school_id", "is": "Z"}}
    policy = tiny_policy(NINE, ROOM, {**HALF, "at_least": "100%"}, closed)
    with speaking("en"):
        found = diagnose(tiny_district(schools, people), policy, seconds=60)
    assert found.status is Status.INFEASIBLE
    assert (found.least, found.least_proven, found.untried, len(found.clashes)) == (1, True, 0, 1)
    members = found.clashes[0].members
    assert {(each.rule, each.place) for each in members} == {("half", f"{each}校") for each in names} | {
        ("room", "Z校")
    }
    assert {each.short for each in members} == {1}


def test_nobody_can_go_down() -> None:
    # A, the quality school, has one backbone teacher who may move, but only to B, a quality school too: whoever of the
    # backbone moves, not more go down than come out of low schools. Half of C's two must leave, both of the backbone.
    reverse = {"id": "down", "kind": "reverse_flow", "who": {"field": "backbone", "at_least": "county"}}
    closed = {
        "id": "closed", "kind": "route", "who": {"field": "school.tier", "is": "quality"},
        "allow": {"to": "tier", "is": "quality"},
    }  # fmt: skip
    policy = tiny_policy(
        NINE, {**HALF, "at_least": "50%", "where": {"field": "school.tier", "is": "weak"}}, reverse, closed
    )
    people = {**due(1, backbone="county"), **due(2, "C", 2, backbone="county")}
    district = tiny_district({"A": {"tier": "quality"}, "B": {"tier": "quality"}, "C": {"tier": "weak"}}, people)
    members, alone = look(district, policy)
    assert {rule for rule, _ in members} == {"down", "half"}
    assert ("half", "C校", 1) in alone
    with speaking("en"):
        (line,) = (line for line in diagnose(district, policy).clashes[0].lines if "high tiers" in line)
    assert "there are 1 of them, 1 may move, 0 have an open place in the low tiers (shut by: closed)" in line


# ---- rules of the whole district -------------------------------------------------------------------------------------

BEST = {
    "id": "best",
    "kind": "share",
    "over": {"moving": ALL},
    "of": {"moving": {"field": "backbone", "at_least": "county"}},
    "at_least": "100%",
}
ALL_GO = {**HALF, "at_least": "100%"}
FLOW = {"id": "flow", "kind": "flow", "who": ALL, "into": {"field": "location", "is": "rural"}, "margin": 5}
NUMBER = {"id": "number", "kind": "count", "of": {"moving": ALL}, "at_least": 7}
OPEN: dict[str, dict[str, Any]] = {"A": {}, "B": {"location": "rural"}, "C": {}}
FULL: dict[str, dict[str, Any]] = {
    "A": {"headcount_limit": 3},
    "B": {"headcount_limit": 1},
    "C": {"headcount_limit": 2},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rules", "schools", "least"),
    [
        # Of the five who must go two are of the backbone: three stay away, or are let off the share.
        ((ALL_GO, BEST), OPEN, 3),
        # Five are to flow into B: only the three of A may go there, and the two of B themselves must leave it.
        ((ALL_GO, FLOW), OPEN, 4),
        # Seven are to move, five may.
        ((NUMBER,), OPEN, 2),
        # All five must go, three of A, two of B. Each of the five places they leave may be taken by another, but B is
        # over its limit, and opens for one more only at two posts.
        ((ALL_GO, ROOM), FULL, None),
        ((ALL_GO, BEST, FLOW, ROOM), OPEN | {"C": {"headcount_limit": 1}}, None),
    ],
)  # fmt: skip
def test_rules_of_the_whole_district(
    rules: tuple[dict[str, Any], ...], schools: dict[str, dict[str, Any]], least: int | None
) -> None:
    people = {**due(2), **due(1, "A", 3, backbone="county"), **due(1, "B", 4), **due(1, "B", 5, backbone="county")}
    people |= {"c": "C"}
    world = World(tiny_district(schools, people), tiny_policy(NINE, *rules))
    told = check_wholly(giving_of(world))
    assert least is None or told == least
    if not told:
        assert world.feasible
        return
    with speaking("en"):
        found = diagnose(world.district, world.policy, seconds=60)
    assert (found.least, found.least_proven, found.complete) == (told, True, True)
    assert found.repairs
    for repair in found.repairs:
        assert World(*repair.apply(world.district, world.policy)).feasible, repair.sentence


def test_the_rule_that_gives_most_is_tried_without_the_others() -> None:
    """Where several rules give, one of them may be all that stands in the way: setting it aside comes last."""
    people = {**due(2), **due(1, "A", 3, backbone="county"), **due(1, "B", 4), **due(1, "B", 5, backbone="county")}
    schools = OPEN | {"C": {"headcount_limit": 1}}
    world = World(tiny_district(schools, people | {"c": "C"}), tiny_policy(NINE, ALL_GO, BEST, FLOW, ROOM))
    giving = giving_of(world)
    sides = [(number, True) for number, place in enumerate(giving.places) if place.rule in ("best", "flow")]
    amounts = {side: 3 + number for number, side in enumerate(sides)}
    found = candidates(Changes(giving, None), [Option(amounts, giving.extended(amounts))])
    *mixed, (last, _) = found
    most = giving.places[max(amounts, key=lambda side: amounts[side])[0]].rule
    assert [(change.way, change.rule) for change in last] == [("off", most)]
    assert mixed
    assert all({change.rule for change in changes} == {"best", "flow"} for changes, _ in mixed)


def test_a_rule_is_set_aside_with_the_solution_in_which_it_gives_alone() -> None:
    """That is a plan then; of a solution in which others give too it need not be."""
    world = World(tiny_district(OPEN, due(2)), tiny_policy(NINE, FLOW, BEST))
    giving = giving_of(world)
    first, second = ((number, True) for number, place in enumerate(giving.places) if place.rule in ("best", "flow"))
    mixed, alone = np.zeros(giving.model.program.columns), np.ones(giving.model.program.columns)
    options = [Option({first: 9, second: 1}, mixed), Option({first: 10}, alone)]
    rule = giving.places[first[0]].rule
    (values,) = (
        values
        for changes, values in candidates(Changes(giving, None), options)
        if [(change.way, change.rule) for change in changes] == [("off", rule)]
    )
    assert values is alone


def test_what_is_asked_of_the_whole_district_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    giving = giving_of(World(tiny_district(OPEN, due(2)), tiny_policy(NINE, NUMBER)))
    asked: list[dict[Side, int]] = []
    relaxed = Search._relaxed
    monkeypatch.setattr(Search, "_relaxed", lambda search, given: asked.append(dict(given)) or relaxed(search, given))
    search = Search(giving)
    search.look_ahead()
    (number,) = [place.number for place in giving.places if place.rule == "number"]
    for _ in range(2):
        assert number in search.roughly({})
        assert search.roughly({(number, True): 9}) == set()
    assert asked == [{}, {(number, True): 9}]


@pytest.mark.parametrize(("seconds", "refused"), [(60.0, 1), (0.0, 0)])
def test_a_repair_without_a_plan_is_told_from_one_that_time_did_not_suffice_for(
    monkeypatch: pytest.MonkeyPatch, seconds: float, refused: int
) -> None:
    """Only a search that ends by itself says that a change has no plan."""
    world = World(tiny_district(["A", "B"], due(2)), tiny_policy(NINE, {**HALF, "at_least": "100%"}, NUMBER))
    again = Again(world.district, world.policy, None, clock() + seconds, 8, None)
    monkeypatch.setattr(Again, "over", property(lambda self: False))
    off = Change("off", "half", "half", 1, "aside", with_parameters("half", {"enabled": False}))
    model = giving_of(world).model
    knot = Knot([0], set(), {})
    again.each(model, [knot], [[((off,), np.zeros(model.program.columns))]], [], [])
    assert (again.refused, again.untold) == (refused, 1 - refused)


def test_the_rule_that_gives_most_is_asked_first_to_give_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a knot of many schools it tells most; the others come after, where there is time."""
    people = {**due(2), **due(1, "A", 3, backbone="county"), **due(1, "B", 4), **due(1, "B", 5, backbone="county")}
    schools = OPEN | {"C": {"headcount_limit": 1}}
    world = World(tiny_district(schools, people | {"c": "C"}), tiny_policy(NINE, ALL_GO, BEST, FLOW, ROOM))
    giving = giving_of(world)
    resolving = Resolving(giving, search := Search(giving), search.first())
    least = resolving.least()
    sums: dict[str, int] = {}
    for (number, _), amount in least.amounts.items():
        sums[giving.places[number].rule] = sums.get(giving.places[number].rule, 0) + amount
    every = {place.number for place in giving.places}
    asked: list[set[int]] = []
    tried = Wholly.least
    monkeypatch.setattr(
        Wholly, "least", lambda self, soft, *rest, **more: asked.append(set(soft)) or tried(self, soft, *rest, **more)
    )
    resolving._widely(Knot([0], every, dict(least.amounts)), least)
    first, *others = asked
    rules = {giving.places[number].rule for number in first}
    assert len(rules) == 1
    assert sums[rules.pop()] == max(sums.values())
    assert first == {number for number in every if giving.places[number].rule in {giving.places[min(first)].rule}}
    assert len(sums) > 1
    assert others
    assert first not in others


def test_a_way_that_is_known_is_not_looked_for_again_nor_one_begun_for_which_there_is_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = {**due(2), **due(1, "A", 3, backbone="county"), **due(1, "B", 4), **due(1, "B", 5, backbone="county")}
    giving = giving_of(World(tiny_district(OPEN, people), tiny_policy(NINE, ALL_GO, BEST)))
    resolving = Resolving(giving, search := Search(giving), search.first())
    least = resolving.least()
    (best,) = [place.number for place in giving.places if place.rule == "best"]
    (other, *_) = [place.number for place in giving.places if place.rule != "best"]
    tried, asked = Wholly.least, list[set[int]]()
    monkeypatch.setattr(
        Wholly, "least", lambda self, soft, *rest, **more: asked.append(set(soft)) or tried(self, soft, *rest, **more)
    )
    knots = [Knot([0], {best, other}, dict(least.amounts)) for _ in range(3)]
    for knot in knots[:2]:
        resolving._way(knot, {best}, {})
    assert asked == [{best}]
    assert knots[0].alone == knots[1].alone == {(best, True): 3}
    resolving._shortest = giving.left
    resolving._way(knots[2], {other}, {})
    assert asked == [{best}]
    assert (knots[2].untried, knots[2].options) == ({other}, [])


def test_what_building_a_model_takes_is_not_counted_as_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large district the model of a repair takes longer than the share of time that looking for its plan has."""
    world = World(tiny_district(["A", "B"], due(2)), tiny_policy(NINE, {**HALF, "at_least": "50%"}))
    now = [100.0]

    def slow(*given: Any) -> Model:
        now[0] += 10
        return Model(*given)

    limits: list[float] = []

    def watched(model: Model, until: float, **more: Any) -> Giving:
        limits.append(until - now[0])
        return Giving(model, until=clock() + 60.0, **more)

    for name, stand_in in (("clock", lambda: now[0]), ("Model", slow), ("Giving", watched)):
        monkeypatch.setattr(f"rotation_planner.answers.again.{name}", stand_in)
    again = Again(world.district, world.policy, None, 120.0, 8, None)
    off = Change("off", "half", "half", 1, "aside", with_parameters("half", {"enabled": False}))
    assert again._holds(Repair((1,), (off,), 1, "aside"))
    assert limits == [pytest.approx(FOR_ONE * 10)]
