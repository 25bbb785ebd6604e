"""The front of two or three goals against every assignment of tiny districts."""

from __future__ import annotations

import datetime as dt
import threading
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from districts import tiny_district, tiny_policy
from drawn_worlds import worlds
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from worlds import World

from rotation_planner.answers.changing import changed
from rotation_planner.data.scenario import ScenarioFile, SolveOptions
from rotation_planner.policy.kinds.goals import Level
from rotation_planner.policy.policy import Policy
from rotation_planner.run import Scenario
from rotation_planner.variants.choosing import choose
from rotation_planner.variants.fronts import TradeOffs
from rotation_planner.variants.trading import _Seeker

PATIENT = settings(max_examples=8, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])


BACKBONE = {"field": "backbone", "at_least": "school"}
LEVELS = [
    {"id": "staying", "terms": [{"kind": "shortage", "weight": 1}]},
    {
        "id": "even-near",
        "terms": [
            {"kind": "evenness", "weight": 40, "of": BACKBONE, "over": {"everyone": True}},
            {"kind": "distance", "weight": 1},
            {"kind": "wishes", "weight": 1, "ranks": [0, 5], "other": 9},
        ],
    },
    {"id": "fewest", "terms": [{"kind": "moves", "weight": 1}]},
]
KINDS = ["moves", "evenness", "distance", "wishes"]


def rich_world() -> World:
    """Five people, three of them backbone of one school, wishes that pull apart: every goal against every other."""
    far = {("A", "B"): 3, ("A", "C"): 11, ("A", "D"): 17, ("B", "C"): 5, ("B", "D"): 12, ("C", "D"): 7}
    people: dict[str, dict[str, str]] = {
        "p1": {"at": "A", "backbone": "city"}, "p2": {"at": "A", "backbone": "city"},
        "p3": {"at": "A", "backbone": "county"}, "p4": {"at": "B"}, "p5": {"at": "D"},
    }  # fmt: skip
    district = tiny_district(
        ["A", "B", "C", "D"],
        people,
        distances=[{"from_school": a, "to_school": b, "km": km} for (a, b), km in far.items()],
        applications=[
            {"staff_id": "p1", "rank": 1, "school_id": "D"},
            {"staff_id": "p2", "rank": 1, "school_id": "C"},
            {"staff_id": "p2", "rank": 2, "school_id": "B"},
            {"staff_id": "p4", "rank": 1, "school_id": "A"},
        ],
    )
    return World(district, tiny_policy({"id": "limit", "kind": "headcount"}, goals=LEVELS))


@cache
def rich_values() -> set[tuple[float, ...]]:
    """What the judge counts for the terms of ``KINDS``, each with a weight of one, of every plan of the rich world."""
    world = rich_world()
    terms = {term.kind: term for level in world.policy.goals for term in level.terms}
    levels = tuple(
        Level(id=f"t-{kind}", words=world.policy.title, terms=(terms[kind].model_copy(update={"weight": Fraction(1)}),))
        for kind in KINDS
    )
    alone = World(world.district, changed(world.policy, goals=levels))
    return {tuple(round(float(value), 6) for value in alone.values(each)) for each in world.feasible}


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [["moves", "evenness"], ["distance", "evenness"], ["evenness", "distance", "wishes"]])
def test_terms_traded_off_are_those_of_every_assignment(kinds: list[str]) -> None:
    values = {tuple(each[KINDS.index(kind)] for kind in kinds) for each in rich_values()}
    wanted = {one for one in values if not any(_betters(other, one) for other in values)}
    made = seek(kinds, 1000)
    assert told(made) == wanted
    assert made.proven
    assert made.complete
    assert len(wanted) >= 3
    part = seek(kinds, len(kinds))
    assert not part.complete
    assert part.proven
    assert told(part) <= wanted


def seek(kinds: list[str], most: int) -> TradeOffs:
    """The front of the rich world; nothing comes before but the shortage, which is none in any plan."""
    world = rich_world()
    trade = choose(world.policy, kinds, "scenario.yaml")
    options = SolveOptions(60.0, workers=1)
    return _Seeker(scenario_of(world, world.policy), trade, options, 300.0, None, threading.Event()).run(most)


def told(made: TradeOffs) -> set[tuple[float, ...]]:
    return {tuple(round(each, 6) for each in made.values(point)) for point in made.points}


def scenario_of(world: World, policy: Policy) -> Scenario:
    file = ScenarioFile(Path("scenario.yaml"), Path(), "", dt.date(2027, 8, 31), "", Path())
    return Scenario(file, world.district, policy)


def front_of(world: World, places: list[int]) -> set[tuple[float, ...]]:
    """The goals at these places of all plans that none betters, every level before the first at its best."""
    values = [tuple(map(float, world.values(each))) for each in world.feasible]
    first = min(places)
    best = min((each[:first] for each in values), default=())
    chosen = {tuple(round(each[at], 6) for at in places) for each in values if each[:first] == best}
    return {one for one in chosen if not any(_betters(other, one) for other in chosen)}


def _betters(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


@PATIENT
@given(worlds(goals=True), st.data())
def test_the_front_is_that_of_every_assignment(world: World, data: st.DataObject) -> None:
    levels = [level.id for level in world.policy.goals]
    if len(levels) < 2 or not world.feasible:
        return
    many = data.draw(st.integers(2, min(3, len(levels))))
    places = data.draw(st.permutations(range(len(levels))))[:many]
    trade = choose(world.policy, [levels[each] for each in places], "scenario.yaml")
    options = SolveOptions(time_limit=60.0, workers=1, draw=world.draw)
    scenario = scenario_of(world, world.policy)
    made = _Seeker(scenario, trade, options, 300.0, None, threading.Event()).run(1000)
    assert told(made) == front_of(world, places)
    assert made.proven
    assert made.complete
    assert [level.id for level in trade.held] == levels[: min(places)]
    for named in made.named.values():
        assert named.outcome.passes
        counted = {each.id: each.value for each in named.plan.objectives}
        claimed = [counted[levels[at]] for at in places]
        assert claimed == pytest.approx(made.values(named.point), abs=1e-6)
