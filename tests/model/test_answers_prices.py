"""Prices of rules on districts so small that every price is counted by hand."""

from __future__ import annotations

from typing import Any

import pytest
from districts import tiny_district, tiny_policy

from rotation_planner.answers.prices import Prices, prices
from rotation_planner.answers.steps import steps
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.plan.plan import Plan, Status
from rotation_planner.policy.policy import Policy
from rotation_planner.solve import solve_plan
from rotation_planner.words import speaking

ALL = {"everyone": True}
NINE = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
ROOM = {"id": "room", "kind": "headcount"}
CAP = {"id": "cap", "kind": "count", "of": {"moving": ALL}, "at_most": 2}
DUE = [{"id": "due", "terms": [{"kind": "place_due", "weight": 1}]}]
OPTIONS = SolveOptions(time_limit=30, workers=1)


def three_due() -> District:
    people: dict[str, Any] = {each: {"at": "A", "years": 9} for each in ("t1", "t2", "t3")}
    return tiny_district({"A": {}, "B": {"headcount_limit": 3}}, {**people, "b": "B"})


def best(district: District, policy: Policy) -> Plan:
    plan = solve_plan(district, policy, stand(district, policy), OPTIONS).plan
    assert plan is not None
    return plan


def told(district: District, policy: Policy, plan: Plan | None = None, **more: Any) -> Prices:
    with speaking("en"):
        found = prices(district, policy, plan or best(district, policy), options=OPTIONS, **more)
        str(found), found._repr_html_(), found.as_dict()
    return found


def changes(found: Prices) -> dict[tuple[str, str], float]:
    (goal,) = found.base
    return {(each.rule, each.step): each.objectives[0].value - goal.value for each in found.prices if each.objectives}


def test_the_prices_of_room_and_of_a_number() -> None:
    # Two places at B and two moves allowed: one of three stays. Both bind, so that neither looser alone helps; either
    # tighter costs one more (room: A and B have each one place fewer, of which only B's counts).
    found = told(three_due(), tiny_policy(NINE, ROOM, CAP, goals=DUE), rules=("room", "cap"))
    assert [goal.value for goal in found.base] == [1]
    assert changes(found) == {
        ("room", "off"): 0, ("room", "looser"): 0, ("room", "tighter"): 1,
        ("cap", "off"): 0, ("cap", "looser"): 0, ("cap", "tighter"): 1,
    }  # fmt: skip
    assert {each.rule: (each.places, each.binding) for each in found.bindings} == {"room": (1, 1), "cap": (1, 1)}
    assert found.kept
    assert found.open == 0


def test_what_does_not_bind_is_said_and_costs_nothing() -> None:
    cap = {**CAP, "at_most": 3}
    found = told(three_due(), tiny_policy(NINE, ROOM, cap, goals=DUE), rules=("room", "cap"))
    assert {each.rule: each.binding for each in found.bindings} == {"room": 1, "cap": 0}
    assert found.prices[0].rule == "room"  # what binds comes first
    assert changes(found) == {
        ("room", "off"): -1, ("room", "looser"): -1, ("room", "tighter"): 1,
        ("cap", "off"): 0, ("cap", "looser"): 0, ("cap", "tighter"): 0,
    }  # fmt: skip


def test_a_step_that_leaves_no_plan_is_told_as_such() -> None:
    # Two of three must go (2/3 rounded up) into two places; 1 % more asks for all three.
    share = {"id": "most", "kind": "share", "over": {"people": {"eligible": ["nine"]}}, "at_least": "66%"}
    found = told(three_due(), tiny_policy(NINE, ROOM, share, goals=DUE), rules=("most",))
    by_step = {each.step: each for each in found.prices}
    assert by_step["tighter"].status is Status.INFEASIBLE
    assert by_step["tighter"].words == "66% to 67%"
    assert by_step["looser"].status is Status.OPTIMAL
    assert {each.rule for each in found.prices} == {"most"}


def test_a_plan_that_breaks_a_rule_is_not_measured() -> None:
    district, policy = three_due(), tiny_policy(NINE, ROOM, goals=DUE)
    broken = best(
        tiny_district({"A": {}, "B": {}}, {**{t: {"at": "A", "years": 9} for t in ("t1", "t2", "t3")}, "b": "B"}),
        policy,
    )
    found = told(district, policy, broken)
    assert not found.kept
    assert all(each.binding == 0 for each in found.bindings)


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_what_is_not_reached_is_counted(seconds: float) -> None:
    policy = tiny_policy(NINE, ROOM, CAP, goals=DUE)
    found = told(three_due(), policy, seconds=seconds, rules=("room", "cap"))
    assert (found.prices, found.open) == ((), 7)
    assert {rule: count for rule, _, count in found.left} == {"room": 4, "cap": 3}
    assert "room" in found.left_frame.to_string()


def test_the_years_of_a_duty_have_a_price() -> None:
    # With eight or nine years all three are due and one has no place; from ten years on nobody is due.
    found = told(three_due(), tiny_policy(NINE, ROOM, goals=DUE), rules=("nine",))
    assert [(each.step, each.parameter) for each in found.prices] == [
        ("off", ""), ("higher", "stay.at_least"), ("lower", "stay.at_least"),
    ]  # fmt: skip
    assert changes(found) == {("nine", "off"): -1, ("nine", "higher"): -1, ("nine", "lower"): 0}


def test_a_tighter_rule_that_the_best_plan_keeps_needs_no_solving() -> None:
    cap = {**CAP, "at_most": 3}  # two go: one place fewer to go leaves the plan the best
    found = told(three_due(), tiny_policy(NINE, ROOM, cap, goals=DUE), rules=("cap",))
    assert [(each.step, each.solved) for each in found.prices] == [("off", True), ("looser", True), ("tighter", False)]


KINDS_TRIED: dict[str, set[str]] = {
    "share": {"at_least"}, "count": {"at_most"}, "flow": {"margin"}, "headcount": {"headcount_limit", "reserve"},
    "title_posts": {"senior_posts", "reserve"}, "subject_staffing": {"minimum;maximum"},
    "posts": {"principal_posts;deputy_posts"}, "together": {"within_km"}, "phase": {"many", "years"},
    "route": {"forbid.more_than"}, "defer": {"when.at_least"}, "keep_leader": set(), "pins": set(), "experience": set(),
}  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"kind": "share", "over": {"people": ALL}, "at_least": "10%"},
    {"kind": "count", "of": {"moving": ALL}, "at_most": 2},
    {"kind": "flow", "who": ALL, "into": {"field": "tier", "is": "weak"}, "margin": 1},
    {"kind": "headcount"},
    {"kind": "title_posts", "groups": [{"titles": ["senior"], "posts": "senior_posts"}]},
    {"kind": "subject_staffing"},
    {"kind": "posts", "principal": "within", "deputy_principal": "filled"},
    {"kind": "together", "within_km": 5},
    {"kind": "phase", "duty": "nine", "over": ALL, "many": "10%", "years": 5},
    {"kind": "route", "forbid": {"km": True, "more_than": 30}},
    {"kind": "defer", "when": {"field": "age", "at_least": 57}},
    {"kind": "keep_leader"},
    {"kind": "pins"},
]


@pytest.mark.parametrize("rule", RULES, ids=[each["kind"] for each in RULES])
def test_every_number_of_a_kind_is_stepped(rule: dict[str, Any]) -> None:
    policy, district = tiny_policy(NINE, {"id": "it", **rule}), three_due()
    tried, why = steps(policy.by_id["it"], district, policy)
    assert {each.parameter for each in tried if each.step != "off"} == KINDS_TRIED[rule["kind"]]
    assert [each.step for each in tried if each.step == "off"] == ["off"]
    assert bool(why) == (not KINDS_TRIED[rule["kind"]])
    for each in tried:
        after = each.apply(district, policy)
        assert str(after[1].by_id["it"].model_dump()) != str(policy.by_id["it"].model_dump()) or after[0] != district
