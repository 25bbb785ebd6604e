"""Tiny broken districts: the smallest clash and the cheapest repair, derived by hand and by looking at every plan."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from districts import tiny_district, tiny_policy
from drawn_worlds import worlds
from hypothesis import HealthCheck, given, settings
from source import ROOT
from worlds import World

from rotation_planner.answers.diagnosing import Diagnosis, Repair, diagnose
from rotation_planner.answers.pieces import Amounts, Side
from rotation_planner.answers.resolving import Knot, Resolving
from rotation_planner.answers.searching import Found, Search
from rotation_planner.audit import audit_plan
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.model.registry import CONSTRAINTS
from rotation_planner.plan.plan import Status
from rotation_planner.policy.policy import Policy
from rotation_planner.run import load_scenario
from rotation_planner.solve import solve_plan
from rotation_planner.words import speaking

ALL = {"everyone": True}
NINE = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
ROOM = {"id": "room", "kind": "headcount"}
PINS = {"id": "pins", "kind": "pins"}
STAFFED = {"id": "staffed", "kind": "subject_staffing"}
HALF = {"id": "half", "kind": "share", "over": {"people": {"eligible": ["nine"]}}, "per": ["school_id"]}


def due(count: int, at: str = "A", first: int = 1) -> dict[str, Any]:
    return {f"t{number}": {"at": at, "years": 9} for number in range(first, first + count)}


def look(district: District, policy: Policy, **more: Any) -> Diagnosis:
    with speaking("en"):
        found = diagnose(district, policy, seconds=60, **more)
        str(found), found._repr_html_(), found.as_dict()
    return found


def members(found: Diagnosis, clash: int = 0) -> set[tuple[str, str]]:
    return {(each.rule, each.place) for each in found.clashes[clash].members}


def possible(district: District, policy: Policy) -> bool:
    """Whether any plan passes the judge, by looking at every one."""
    return bool(World(district, policy).feasible)


def told(found: Diagnosis, way: str, rule: str) -> list[Repair]:
    return [each for each in found.repairs if [(one.way, one.rule) for one in each.changes] == [(way, rule)]]


def check_repairs(found: Diagnosis, district: District, policy: Policy) -> None:
    """Every repair told has a plan that the judge passes."""
    assert found.repairs
    for repair in found.repairs:
        assert possible(*repair.apply(district, policy)), repair.sentence


def test_a_floor_above_a_cap() -> None:
    # Half of the four who are due at A are two; one may go. Either gives by one: half of four must become a quarter
    # (25 %), the cap two. With d deferred ceil((4 - d) / 2) is asked: one is asked from d = 2 on.
    cap = {"id": "cap", "kind": "count", "of": {"moving": ALL}, "per": ["school_id"], "at_most": 1}
    ill = {"id": "ill", "kind": "defer", "when": {"exemption": ["illness"]}}
    policy = tiny_policy(NINE, ill, {**HALF, "at_least": "50%"}, cap)
    district = tiny_district({"A": {}, "B": {}}, due(4))
    found = look(district, policy)
    assert not possible(district, policy)
    assert found.status is Status.INFEASIBLE
    assert len(found.clashes) == 1
    assert members(found) == {("half", "A校"), ("cap", "A校")}
    assert found.clashes[0].certain
    assert found.clashes[0].lines == ("A校: “half” wants at least 2, “cap” lets at most 1",)
    assert (found.least, found.least_proven) == (1, True)
    assert [each.short for each in found.clashes[0].members] == [1, 1]
    (share,) = told(found, "clause", "half")
    assert "from 50% to 25%" in share.sentence
    (number,) = told(found, "clause", "cap")
    assert "from 1 to 2" in number.sentence
    (deferral,) = told(found, "defer", "half")
    assert deferral.price == 2
    check_repairs(found, district, policy)


@pytest.mark.slow
def test_what_gives_besides_a_clash_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no clash is found for a place that gives, the clash told stays the one of which everything is needed."""
    cap = {"id": "cap", "kind": "count", "of": {"moving": ALL}, "per": ["school_id"], "at_most": 1}
    policy = tiny_policy(NINE, {**HALF, "at_least": "100%"}, cap)
    district = tiny_district({"A": {}, "B": {}, "C": {}}, due(2) | due(2, at="B", first=3))
    first, within, found_first = Search.first, Search.within, list[Found]()

    def one(self: Search) -> list[Found]:
        found_first.extend(first(self)[:1])
        return list(found_first)

    monkeypatch.setattr(Search, "first", one)
    monkeypatch.setattr(Search, "local", lambda self, given: [])
    monkeypatch.setattr(Search, "within", lambda self, *asked: None if found_first else within(self, *asked))
    monkeypatch.setattr(Search, "of_relaxation", lambda self, given, **how: None)
    asked, ask = list[set[int]](), Resolving._asked

    def heard(self: Resolving, knot: Knot, near: set[int], soft: set[int], others: Amounts) -> dict[Side, int] | None:
        asked.append(soft)
        return ask(self, knot, near, soft, others)

    monkeypatch.setattr(Resolving, "_asked", heard)
    found = look(district, policy)
    assert {each for soft in asked if len(soft) == 1 for each in soft} == set(found_first[0][0])  # others cannot help
    assert not possible(district, policy)
    assert (found.least, found.least_proven) == (2, True)
    assert {each.place for each in found.gives} == {"A校", "B校"}
    assert len(found.clashes) == 1
    assert members(found) == {("half", "A校"), ("cap", "A校")}
    assert found.clashes[0].certain
    check_repairs(found, district, policy)


def test_a_rule_that_cannot_be_met_by_itself() -> None:
    three = {"id": "three", "kind": "count", "of": {"moving": ALL}, "at_least": 3}
    district, policy = tiny_district({"A": {}, "B": {}}, due(2)), tiny_policy(NINE, three)
    found = look(district, policy)
    assert not possible(district, policy)
    assert {rule for rule, _ in members(found)} == {"three"}
    with speaking("en"):
        assert found.clash_head(1) == "Clash 1: this cannot be met, whatever else gives"


def test_one_pinned_into_a_full_school() -> None:
    # B has its one place taken: t1 cannot come. One post more, or the pin dropped.
    policy = tiny_policy(NINE, ROOM, PINS)
    pins = [{"staff_id": "t1", "school_id": "B", "verdict": "to"}]
    district = tiny_district({"A": {}, "B": {"headcount_limit": 1}}, {**due(1), "b": "B"}, pins=pins)
    found = look(district, policy)
    assert members(found) == {("room", "B校"), ("pins", "教师t1 (t1)")}
    assert found.least == 1
    assert [(each.price, each.changes[0].way) for each in found.repairs[:2]] == [(1, "table"), (1, "pin")]
    assert "limit of B校 from 1 to 2" in found.repairs[0].sentence
    check_repairs(found, district, policy)


def test_a_school_over_its_limit_opens_at_the_whole_price() -> None:
    # Four stand at B with a limit of two, none of them may leave: for one to arrive the limit must be five, three posts
    # more. Raising it by one or two does not help: every plan was looked at.
    policy = tiny_policy(NINE, ROOM, PINS)
    pins = [{"staff_id": "t1", "school_id": "B", "verdict": "to"}]
    people = {**due(1), "b1": "B", "b2": "B", "b3": "B", "b4": "B"}
    district = tiny_district({"A": {}, "B": {"headcount_limit": 2}}, people, pins=pins)
    found = look(district, policy)
    assert members(found) == {("room", "B校"), ("pins", "教师t1 (t1)")}
    assert found.least == 1  # the pin
    (posts,) = told(found, "table", "room")
    assert posts.price == 3
    assert "from 2 to 5" in posts.sentence
    for limit in (3, 4, 5):
        more = tiny_district({"A": {}, "B": {"headcount_limit": limit}}, people, pins=pins)
        assert possible(more, policy) == (limit == 5)
    check_repairs(found, district, policy)


@pytest.mark.slow
def test_posts_of_a_subject_add_up_to_one_too_few() -> None:
    # Half of the two due at A and of those at B, one each, must leave, and only to C, which may have one at most: one
    # too few in the district, whoever gives.
    demand = [
        {"school_id": each, "stage": "primary", "subject": "语文", "required": 4, "minimum": low, "maximum": high}
        for each, low, high in (("A", 0, 0), ("B", 0, 0), ("C", 0, 1))
    ]
    policy = tiny_policy(NINE, {**HALF, "at_least": "50%"}, STAFFED, {
        "id": "closed", "kind": "route", "who": ALL, "allow": {"to": "school_id", "is": "C"},
    })  # fmt: skip
    people = {**due(2), **due(2, "B", 3)}
    district = tiny_district({"A": {}, "B": {}, "C": {}}, people, demand=demand)
    found = look(district, policy)
    assert members(found) == {("half", "A校"), ("half", "B校"), ("staffed", "C校, 语文 (primary)")}
    assert found.least == 1
    (posts,) = told(found, "table", "staffed")
    assert posts.price == 1
    assert "from 1 to 2" in posts.sentence
    check_repairs(found, district, policy)


def test_two_clashes_apart_are_both_told_and_repaired() -> None:
    policy = tiny_policy(NINE, ROOM, PINS)
    pins = [
        {"staff_id": "t1", "school_id": "B", "verdict": "to"},
        {"staff_id": "t2", "school_id": "C", "verdict": "to"},
    ]
    schools = {"A": {}, "B": {"headcount_limit": 1}, "C": {"headcount_limit": 2}}
    district = tiny_district(schools, {**due(2), "b": "B", "c": "C", "d": "C"}, pins=pins)
    found = look(district, policy)
    assert found.least == 2
    assert found.complete
    assert sorted(map(sorted, (members(found, 0), members(found, 1)))) == [
        [("pins", "教师t1 (t1)"), ("room", "B校")],
        [("pins", "教师t2 (t2)"), ("room", "C校")],
    ]
    assert found.repairs[0].clashes == (1, 2)
    assert found.repairs[0].price == 2
    check_repairs(found, district, policy)


def test_a_pin_without_any_open_school_names_what_shuts_them() -> None:
    policy = tiny_policy(NINE, PINS, {
        "id": "closed", "kind": "route", "who": ALL, "allow": {"to": "school_id", "is": "A"},
    })  # fmt: skip
    pins = [{"staff_id": "t1", "school_id": "", "verdict": "move"}]
    district = tiny_district({"A": {}, "B": {}}, due(1), pins=pins)
    found = look(district, policy)
    assert members(found) == {("pins", "教师t1 (t1)")}
    assert "closed" in found.clashes[0].lines[0]
    assert told(found, "pin", "pins")[0].price == 1
    check_repairs(found, district, policy)


def test_where_there_is_a_plan_the_unmet_wishes_are_told() -> None:
    # All three who are due at A should go; B takes one more: two are missing, at 5 points each.
    share = {**HALF, "at_least": "100%", "force": "should", "rank": 1, "weight": 5}
    policy = tiny_policy(NINE, ROOM, share)
    district = tiny_district({"A": {}, "B": {"headcount_limit": 2}}, {**due(3), "b": "B"})
    found = look(district, policy)
    assert found.status is Status.FEASIBLE
    assert [(each.rule, each.least, each.places) for each in found.shortfalls] == [("half", 2, ("A校",))]
    assert "10 points" in found.shortfalls[0].cost


def test_without_time_nothing_is_said() -> None:
    policy = tiny_policy(NINE, ROOM, PINS)
    pins = [{"staff_id": "t1", "school_id": "B", "verdict": "to"}]
    district = tiny_district({"A": {}, "B": {"headcount_limit": 1}}, {**due(1), "b": "B"}, pins=pins)
    assert diagnose(district, policy, seconds=0).status is Status.UNKNOWN


@pytest.mark.slow
@pytest.mark.parametrize(("over", "more"), list(itertools.product([0, 1, 2], [1, 2])))
def test_the_cheapest_raises_of_limits_by_looking_at_every_one(over: int, more: int) -> None:
    # ``more`` people pinned out of A find B and C full, B by ``over`` too many. The least raise of limits in all, by
    # trying every one, is what is told (unless the pins are dropped).
    policy = tiny_policy(NINE, ROOM, PINS)
    pins = [{"staff_id": f"t{number}", "school_id": "", "verdict": "move"} for number in range(1, more + 1)]
    people = {**due(more), **{f"b{n}": "B" for n in range(2)}, "c": "C"}

    def district(b: int, c: int) -> District:
        schools = {"A": {}, "B": {"headcount_limit": 2 - over + b}, "C": {"headcount_limit": 1 + c}}
        return tiny_district(schools, people, pins=pins)

    least = min(b + c for b, c in itertools.product(range(4), repeat=2) if possible(district(b, c), policy))
    found = look(district(0, 0), policy)
    assert min(each.price for each in told(found, "table", "room")) == least
    check_repairs(found, district(0, 0), policy)


def only(policy: Policy, rules: set[str]) -> Policy:
    """The policy with all rules of the model but these switched off."""
    kept = tuple(
        rule if rule.id in rules or rule.kind not in CONSTRAINTS else rule.model_copy(update={"enabled": False})
        for rule in policy.rules
    )
    made = policy.model_copy(update={"rules": kept})
    made.__dict__.pop("by_id", None)
    return made


def check_drawn(world: World) -> None:
    """The verdict is that of looking at every plan; the rules of a clash alone leave none; every repair makes one."""
    found = look(world.district, world.policy, draw=world.draw, repairs=4)
    assert (found.status is Status.FEASIBLE) == bool(world.feasible)
    if found.status is Status.FEASIBLE:
        return
    assert found.status is Status.INFEASIBLE
    assert found.least is not None
    assert found.least > 0
    rules = {each.rule for each in found.clashes[0].members}
    assert not World(world.district, only(world.policy, rules), world.draw).feasible
    for repair in found.repairs:
        district, policy = repair.apply(world.district, world.policy)
        assert World(district, policy, world.draw).feasible, repair.sentence


@pytest.mark.few
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_drawn_worlds(world: World) -> None:
    check_drawn(world)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_many_drawn_worlds(world: World) -> None:
    check_drawn(world)


@pytest.mark.slow
def test_a_district_of_real_size_with_shares_that_no_plan_keeps() -> None:
    # 90 % of those who meet the conditions are to leave urban and quality schools, of which the cap of 25 % of all
    # teachers lets fewer go in three; in a fourth one subject is at its minimum and the school over its limit.
    scenario = load_scenario(ROOT / "scenarios" / "binhai", adjust={"quota-quality": {"at_least": "90%"}})
    found = look(scenario.district, scenario.policy, repairs=3)
    assert found.status is Status.INFEASIBLE
    assert (found.least, found.least_proven, found.complete) == (20, True, True)
    rules = sorted(sorted({each.rule for each in clash.members}) for clash in found.clashes)
    assert rules == [
        *[["continuity-school", "quota-quality"]] * 3,
        ["headcount", "quota-quality", "subject-staffing"],
    ]
    whole = found.repairs[0]
    assert whole.clashes == (1, 2, 3, 4)
    assert whole.price == 20
    district, policy = whole.apply(scenario.district, scenario.policy)
    quick = policy.model_copy(update={"goals": policy.goals[:1]})
    plan = solve_plan(district, quick, stand(district, quick), SolveOptions(time_limit=60, gap=1.0, workers=1)).plan
    assert plan is not None
    assert not [each for each in audit_plan(district, quick, plan).breaches if each.force == "must"]
