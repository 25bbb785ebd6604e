"""A plan taken apart into exchanges, and its weakest links with their patches."""

from __future__ import annotations

from collections import Counter

import pytest
from districts import tiny_district, tiny_plan, tiny_policy
from hypothesis import given
from hypothesis import strategies as st

from rotation_planner.answers.chains import Chains, chains
from rotation_planner.answers.links import weakest_links
from rotation_planner.eligibility import stand


def taken_apart(moves: list[tuple[str, str]], subjects: list[str] | None = None) -> Chains:
    """The exchanges of moves told as (school left, school entered), of people p00, p01, … in this order."""
    staff = {
        f"p{number:02}": {"at": left, "subject": (subjects or ["语文"] * len(moves))[number]}
        for number, (left, _) in enumerate(moves)
    }
    district = tiny_district(list("ABCDEF"), staff)
    plan = tiny_plan(district, {f"p{number:02}": to for number, (_, to) in enumerate(moves)})
    return chains(district, plan.transfers)


def told(found: Chains) -> list[tuple[str, list[str]]]:
    return [(part["kind"].iloc[0], part["staff_id"].tolist()) for _, part in found.frame.groupby("exchange")]


def test_a_swap_a_cycle_a_chain_and_a_single_move() -> None:
    assert told(taken_apart([("A", "B"), ("B", "A")])) == [("swap", ["p00", "p01"])]
    # p00 empties A, which p02 fills; p02 empties C, which p01 fills.
    assert told(taken_apart([("A", "B"), ("B", "C"), ("C", "A")])) == [("cycle", ["p00", "p02", "p01"])]
    # D had a vacancy: p01 fills it and empties B, p00 fills that; A stays empty.
    assert told(taken_apart([("A", "B"), ("B", "D")])) == [("chain", ["p01", "p00"])]
    assert told(taken_apart([("A", "B")])) == [("single", ["p00"])]


def test_teachers_of_different_subjects_fill_no_place_of_each_other() -> None:
    assert told(taken_apart([("A", "B"), ("B", "A")], ["语文", "数学"])) == [("single", ["p00"]), ("single", ["p01"])]


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")).filter(lambda m: m[0] != m[1])))
def test_every_move_stands_in_one_exchange_that_hangs_together(moves: list[tuple[str, str]]) -> None:
    found = taken_apart(moves) if moves else None
    if found is None:
        return
    assert sorted(found.frame["staff_id"]) == [f"p{number:02}" for number in range(len(moves))]
    net = Counter(to for _, to in moves)
    net.subtract(left for left, _ in moves)
    for _, part in found.frame.groupby("exchange"):
        left, entered = part["from_school_id"].tolist(), part["to_school_id"].tolist()
        assert entered[1:] == left[:-1]  # each next one fills what the one before has emptied
        assert len(set(left)) == len(left)
        closed = entered[0] == left[-1]
        assert part["kind"].iloc[0] == {True: "swap" if len(part) == 2 else "cycle"}.get(
            closed, "single" if len(part) == 1 else "chain"
        )
        if not closed:
            assert net[entered[0]] > 0 > net[left[-1]]


def test_the_weakest_link_and_its_best_patch() -> None:
    # Every school has room for one, and A, B keep to themselves. With p or q at home the other of the swap stays too;
    # with one of r, s, t at home the other two of the cycle swap, for which one of them changes.
    district = tiny_district(
        {each: {"headcount_limit": 1} for each in "ABCDE"},
        {"p": "A", "q": "B", "r": "C", "s": "D", "t": "E"},
    )
    policy = tiny_policy(
        {"id": "room", "kind": "headcount"},
        {"id": "ways", "kind": "route", "forbid": {"any": [
            {"all": [{"from": "school_id", "in": ["A", "B"]}, {"to": "school_id", "in": ["C", "D", "E"]}]},
            {"all": [{"from": "school_id", "in": ["C", "D", "E"]}, {"to": "school_id", "in": ["A", "B"]}]},
        ]}},
        {"id": "free", "kind": "volunteer", "who": {"everyone": True}},
        goals=[{"id": "moves", "terms": [{"kind": "moves", "weight": 1}]}],
    )  # fmt: skip
    plan = tiny_plan(district, {"p": "B", "q": "A", "r": "D", "s": "E", "t": "C"})
    found = weakest_links(district, policy, plan, stand(district, policy), chains(district, plan.transfers))
    assert [(each.staff_id, each.others) for each in found.links] == [(each, 1) for each in "pqrst"]
    assert all(each.breaks == 1 and each.proven for each in found.links)
    assert str(found)
