"""Solving as its callers see it: limits, stopping, repeatability, the draw, and why there is no plan."""

from __future__ import annotations

import itertools
import threading
from typing import Any, get_args

import pytest
from districts import tiny_district, tiny_policy

from rotation_planner.audit import audit_plan
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.plan.plan import Status
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import StayPlace
from rotation_planner.solve import Progress, Solution, solve_plan
from rotation_planner.words import speaking

ALL = {"everyone": True}
OPTIONS = SolveOptions(time_limit=60, workers=1)
NINE = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
DUE = [{"id": "due", "terms": [{"kind": "place_due", "weight": 1}]}]
LEVELS = [*DUE, {"id": "near", "terms": [{"kind": "distance", "weight": 1}]}]


def solved(district: District, policy: Policy, options: SolveOptions = OPTIONS, **more: Any) -> Solution:
    return solve_plan(district, policy, stand(district, policy, draw=options.draw), options, **more)


def pairs(solution: Solution) -> dict[str, str]:
    assert solution.plan is not None
    rows = solution.plan.transfers
    return dict(zip(rows["staff_id"], rows["to_school_id"], strict=True))


def full(limit: int = 1) -> District:
    return tiny_district(
        {"A": {}, "B": {"headcount_limit": limit}}, {each: {"at": "A", "years": 9} for each in ("t1", "t2", "t3")}
    )


ROOM = {"id": "room", "kind": "headcount"}
ORDER = {"id": "longest", "kind": "order", "who": ALL, "within": ["school_id"]}


def test_the_plan_told_in_full() -> None:
    # B has room for two of the three who are due: one stays, and the plan says that the room was the reason.
    solution = solved(full(2), tiny_policy(NINE, ROOM, ORDER, goals=DUE))
    assert solution.status is Status.OPTIMAL
    assert pairs(solution) == {"t1": "B", "t2": "B"}
    plan = solution.plan
    assert plan is not None
    assert [(each.id, each.value, each.bound) for each in plan.objectives] == [("due", 1, 1)]
    assert plan.deferred["staff_id"].tolist() == ["t3"]
    assert "room" in plan.deferred["why"].iat[0]
    assert plan.counts["due"] == 3
    assert plan.counts["due_placed"] == plan.counts["moves"] == 2


def test_without_time_nothing_is_known() -> None:
    solution = solved(full(), tiny_policy(NINE, goals=DUE), SolveOptions(time_limit=0, workers=1))
    assert solution.status is Status.UNKNOWN
    assert solution.plan is None
    assert solution.contradictions == ()


def test_stopped_before_it_began() -> None:
    stop = threading.Event()
    stop.set()
    solution = solved(full(), tiny_policy(NINE, goals=DUE), stop=stop)
    assert (solution.status, solution.plan, solution.interrupted) == (Status.UNKNOWN, None, True)


def test_stopped_at_the_first_plan_it_is_kept() -> None:
    stop = threading.Event()

    def listen(step: Progress) -> None:
        if step.best is not None:
            stop.set()

    policy = tiny_policy(NINE, ROOM, goals=LEVELS)
    solution = solved(full(), policy, stop=stop, progress=listen)
    assert solution.interrupted
    assert solution.plan is not None
    assert solution.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert audit_plan(full(), policy, solution.plan).passes
    for each in solution.plan.objectives:
        assert each.bound <= each.value


def test_progress_names_every_level() -> None:
    steps: list[Progress] = []
    solved(full(), tiny_policy(NINE, ROOM, goals=LEVELS), progress=steps.append)
    assert {step.goal for step in steps} == {"due", "near"}
    assert {(step.level, step.levels) for step in steps} == {(1, 2), (2, 2)}
    assert all(a.seconds <= b.seconds for a, b in itertools.pairwise(steps))
    assert all(step.gap is None or step.gap >= 0 for step in steps)


def test_the_same_input_gives_the_same_plan() -> None:
    policy = tiny_policy(NINE, ROOM, goals=LEVELS)
    first, second = solved(full(), policy).plan, solved(full(), policy).plan
    assert first is not None
    assert second is not None
    assert first.transfers.equals(second.transfers)
    assert first.deferred.equals(second.deferred)


@pytest.mark.parametrize(("draw", "first"), [(None, "t1"), (1, "t1"), (2, "t3")])
def test_the_draw_settles_who_goes_first(draw: int | None, first: str) -> None:
    # Equal dates: without a draw t1 stands first. Draw 1: sha256("1:t1") = 4f83... is the smallest; draw 2:
    # sha256("2:t3") = 705a..., before t2 with cc71... and t1 with d76c...
    policy = tiny_policy(NINE, ROOM, ORDER, goals=DUE)
    solution = solved(full(), policy, SolveOptions(time_limit=60, workers=1, draw=draw))
    assert pairs(solution) == {first: "B"}
    assert solution.plan is not None
    assert audit_plan(full(), policy, solution.plan, draw=draw).passes


# ---- no plan ---------------------------------------------------------------------------------------------------------


def sentences(solution: Solution) -> list[str]:
    assert solution.status is Status.INFEASIBLE
    assert solution.plan is None
    return [each.sentence for each in solution.contradictions]


def test_a_quota_above_a_cap() -> None:
    # Of three all must go by the quota, two at most may by the cap: one too many.
    quota = {"id": "quota", "kind": "share", "over": {"people": ALL}, "per": ["school_id"], "at_least": "100%"}
    cap = {"id": "cap", "kind": "share", "over": {"people": ALL}, "per": ["school_id"], "at_most": "70%"}
    with speaking("en"):
        solution = solved(full(9), tiny_policy(NINE, quota, cap, goals=DUE))
    assert "A校: “quota” wants at least 3 to leave, “cap” lets 2" in sentences(solution)
    found = next(each for each in solution.contradictions if len(each.rules) == 2)
    assert (found.rules, found.scope, found.amount) == (("quota", "cap"), "A校", 1)


def test_a_school_that_must_send_more_than_may_go() -> None:
    # Two of three have to go; only one is eligible at all.
    district = tiny_district(["A", "B"], {"a": {"at": "A", "years": 9}, "b": "A", "c": "A"})
    quota = {"id": "quota", "kind": "share", "over": {"people": ALL}, "per": ["school_id"], "at_least": "50%",
             "where": {"field": "school_id", "is": "A"}}  # fmt: skip
    with speaking("en"):
        solution = solved(district, tiny_policy(NINE, quota, goals=DUE))
    assert "A校: “quota” wants at least 2 to leave, only 1 have an open school" in sentences(solution)


def test_fixed_to_go_and_nowhere_to_go() -> None:
    district = tiny_district(
        {"A": {}, "B": {"stages": "junior"}}, {"a": "A"}, pins=[{"staff_id": "a", "verdict": "move"}]
    )
    policy = tiny_policy({"id": "fixed", "kind": "pins"}, {"id": "fit", "kind": "qualification"}, goals=DUE)
    with speaking("en"):
        solution = solved(district, policy)
    told = sentences(solution)
    assert any("a" in each and "is fixed to move, but every school is shut" in each for each in told), told


def test_a_wish_that_cannot_be_met_leaves_a_plan() -> None:
    quota = {"id": "quota", "kind": "count", "of": {"moving": ALL}, "at_least": 50, "force": "should", "rank": 1}
    solution = solved(full(9), tiny_policy(NINE, quota, goals=DUE))
    assert solution.status is Status.OPTIMAL
    assert solution.plan is not None
    assert [each.value for each in solution.plan.objectives] == [47]  # all three go; 47 are missing


def test_nobody_may_move() -> None:
    solution = solved(tiny_district(["A", "B"], {"a": "A"}), tiny_policy(NINE, goals=LEVELS))
    assert solution.status is Status.OPTIMAL
    assert pairs(solution) == {}


@pytest.mark.parametrize("place", get_args(StayPlace))
def test_every_length_of_service_has_its_reason(place: str) -> None:
    stay = {"in": place} | ({"area": "zone"} if place == "area" else {})
    district = tiny_district({"A": {"zone": "东"}, "B": {"zone": "东"}}, {"a": {"at": "A", "years": 9, "post_years": 9,
                             "backbone_years": 9}})  # fmt: skip
    policy = tiny_policy(
        {"id": "nine", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": stay, "at_least": 9}},
        goals=[{"id": "due", "terms": [{"kind": "place_due", "weight": 1}]}],
    )
    plan = solve_plan(district, policy, stand(district, policy), SolveOptions(workers=1)).plan
    assert plan is not None
    assert str(9 if place != "career" else 15) in plan.transfers["reason"].iloc[0]
