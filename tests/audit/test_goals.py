"""Every goal term counted by hand, and the comparison with what a plan claims."""

from __future__ import annotations

from typing import Any

import pytest
from districts import tiny_district, tiny_plan, tiny_policy

from rotation_planner.audit import Audit, Verdict, audit_plan
from rotation_planner.audit.goals import COUNTS
from rotation_planner.data.district import District
from rotation_planner.policy.kinds import TERMS

LIMIT = {"id": "limit", "kind": "headcount"}
NINE = {"id": "nine", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": "school", "at_least": 9}}
ANYONE = {"everyone": True}


def value(
    district: District, moves: dict[str, Any], *terms: dict[str, Any], rules: tuple[Any, ...] = (LIMIT,)
) -> float:
    """The value of one level of these terms."""
    policy = tiny_policy(*rules, goals=[{"id": "level", "terms": list(terms)}], anyone=True)
    return audit_plan(district, policy, tiny_plan(district, moves)).goals[0].value


def test_every_term_has_a_recounter() -> None:
    assert set(COUNTS) == set(TERMS)


def test_place_due_counts_who_is_due_and_stays() -> None:
    # a and b are due (nine years), c is not; a goes: one stays
    district = tiny_district(["A", "B"], {"a": {"at": "A", "years": 9}, "b": {"at": "A", "years": 9}, "c": "A"})
    term = {"kind": "place_due", "weight": 1}
    assert value(district, {"a": "B"}, term, rules=(NINE,)) == 1
    assert value(district, {}, term, rules=(NINE,)) == 2
    # under two duties a person counts once; under a named duty only those due under it
    career = {"id": "career", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": "career", "at_least": 9}}
    assert value(district, {}, term, rules=(NINE, career)) == 3
    assert value(district, {}, {**term, "duties": ["nine"]}, rules=(NINE, career)) == 2


def test_place_due_of_a_set_of_people() -> None:
    staff = {"a": {"at": "A", "years": 9}, "b": {"at": "A", "years": 9, "sex": "M"}, "c": {"at": "A", "sex": "M"}}
    district = tiny_district(["A", "B"], staff)
    term = {"kind": "place_due", "weight": 1, "who": {"field": "sex", "is": "M"}}
    assert value(district, {}, term, rules=(NINE,)) == 1
    assert value(district, {"a": "B"}, term, rules=(NINE,)) == 1
    assert value(district, {"b": "B"}, term, rules=(NINE,)) == 0


def test_shortage_sums_what_is_missing_and_nothing_that_is_too_much() -> None:
    # A: 2 required, 1 afterwards: one missing. B: 1 required, 2 afterwards: none. 数学 in B: 2 required, none: two.
    demand = [
        {"school_id": "A", "stage": "primary", "subject": "语文", "required": 2},
        {"school_id": "B", "stage": "primary", "subject": "语文", "required": 1},
        {"school_id": "B", "stage": "primary", "subject": "数学", "required": 2},
    ]
    staff = {"a": "A", "b": {"at": "A", "other_subjects": "数学"}, "x": "B", "part": {"at": "B", "full_time": False}}
    district = tiny_district(["A", "B"], staff, demand=demand)
    term = {"kind": "shortage", "weight": 1}
    assert value(district, {"b": "B"}, term) == 3
    assert value(district, {"b": {"to": "B", "subject": "数学"}}, term) == 2
    assert value(district, {}, term) == 2
    assert value(district, {"part": "A"}, term) == 2


def test_extra_moves_are_those_that_nothing_calls() -> None:
    district = tiny_district(
        ["A", "B"],
        {"due": {"at": "A", "years": 9}, "later": {"at": "A", "years": 8}, "pinned": "A", "willing": "A"},
        pins=[{"staff_id": "pinned", "verdict": "to", "school_id": "B"}],
        applications=[{"staff_id": "willing", "rank": 1, "school_id": "B"}],
    )
    willing = {"id": "willing", "kind": "volunteer", "who": {"applied": True}}
    pins = {"id": "pins", "kind": "pins"}
    policy = tiny_policy(NINE, willing, pins, goals=[{"id": "level", "terms": [{"kind": "extra_moves", "weight": 1}]}])
    plan = tiny_plan(district, {"due": "B", "later": "B", "pinned": "B", "willing": "B"})
    assert audit_plan(district, policy, plan).goals[0].value == 1  # only `later`


def test_moves_and_a_fraction_of_a_point() -> None:
    district = tiny_district(["A", "B"], {"a": "A", "b": "A", "c": "A"})
    # three moves of a third of a point are exactly one
    assert value(district, {"a": "B", "b": "B", "c": "B"}, {"kind": "moves", "weight": "1/3"}) == 1


HELP: dict[str, Any] = {"to": "B", "mode": "part_time", "personnel_file_moves": "no"}
WAYS = {
    "id": "ways",
    "kind": "modes",
    "choice": "any",
    "cases": [
        {"id": "good", "mode": "transfer", "file_moves": True},
        {"id": "help", "mode": "part_time", "file_moves": False},
    ],
}


def test_moves_of_a_set_and_in_the_ways_named() -> None:
    district = tiny_district(["A", "B"], {"a": "A", "b": {"at": "A", "sex": "M"}, "c": "A", "d": "A"})
    moves = {"a": HELP, "b": "B", "c": "B"}
    men = {"field": "sex", "is": "M"}
    assert value(district, moves, {"kind": "moves", "weight": 1, "who": men}, rules=(WAYS,)) == 1
    assert value(district, moves, {"kind": "moves", "weight": 1, "ways": ["help"]}, rules=(WAYS,)) == 1
    assert value(district, moves, {"kind": "moves", "weight": 1, "ways": ["good"]}, rules=(WAYS,)) == 2
    assert value(district, moves, {"kind": "moves", "weight": 1, "ways": ["help", "good"]}, rules=(WAYS,)) == 3
    assert value(district, moves, {"kind": "moves", "weight": 1, "ways": ["help"], "who": men}, rules=(WAYS,)) == 0


def test_a_helper_is_counted_at_the_old_school() -> None:
    demand = [{"school_id": each, "stage": "primary", "subject": "语文", "required": 1} for each in "AB"]
    schools = {"A": {"headcount_limit": 0}, "B": {"students": 100}}
    district = tiny_district(schools, {"a": {"at": "A", "sex": "M"}}, demand=demand)
    men = {"field": "sex", "is": "M"}
    pupils = {"kind": "per_pupils", "weight": 1, "of": men, "per_hundred": 1}
    even = {"kind": "evenness", "weight": 1, "of": men, "over": ANYONE}
    for term, here, gone in (
        ({"kind": "shortage", "weight": 1}, 1, 1),
        ({"kind": "overstaffing", "weight": 1}, 1, 0),
        (pupils, 1, 0),
        (even, 0, 0),
    ):
        assert value(district, {}, term, rules=(WAYS,)) == here
        assert value(district, {"a": HELP}, term, rules=(WAYS,)) == here, term
        assert value(district, {"a": "B"}, term, rules=(WAYS,)) == gone, term
    due = {"kind": "place_due", "weight": 1}
    old = tiny_district(["A", "B"], {"a": {"at": "A", "years": 9}})
    assert value(old, {"a": HELP}, due, rules=(NINE, WAYS)) == 0  # who helps has moved


def test_overstaffing_of_the_schools_in_scope() -> None:
    schools = {
        "A": {"headcount_limit": 1},
        "B": {"headcount_limit": 1},
        "P": {"headcount_limit": 0, "ownership": "private"},
    }
    district = tiny_district(schools, {"a": "A", "b": "A", "c": "A", "x": "B", "p": "P"})
    scope = {
        "id": "scope",
        "kind": "scope",
        "who": ANYONE,
        "schools": {"field": "ownership", "is": "public"},
        "stages": ["primary"],
    }
    term = {"kind": "overstaffing", "weight": 2}
    assert value(district, {}, term, rules=(scope,)) == 4  # two too many in A; P is outside
    assert value(district, {"a": "B"}, term, rules=(scope,)) == 4  # one in A, one in B
    assert value(district, {"a": "P"}, term, rules=(scope,)) == 2


def test_evenness_measures_against_the_share_of_today_in_thousandths() -> None:
    # backbone 2 of 3 in A, 0 of 3 in B: p = 1/3, in thousandths 0.333
    staff = {
        "a": {"at": "A", "backbone": "city"},
        "b": {"at": "A", "backbone": "city"},
        "c": "A",
        "x": "B",
        "y": "B",
        "z": "B",
    }
    district = tiny_district(["A", "B"], staff)
    term = {"kind": "evenness", "weight": 1, "of": {"field": "backbone", "blank": False}, "over": ANYONE}
    # |2 - 0.999| + |0 - 0.999|
    assert value(district, {}, term) == pytest.approx(2.0, abs=1e-12)
    # a and x change places: |1 - 0.999| + |1 - 0.999|
    assert value(district, {"a": "B", "x": "A"}, term) == pytest.approx(0.002, abs=1e-12)
    # a goes alone: |1 - 0.666| + |1 - 1.332|
    assert value(district, {"a": "B"}, term) == pytest.approx(0.666, abs=1e-12)


def test_evenness_rounds_half_up_and_counts_only_within_over() -> None:
    # 1 of 16 is 0.0625: 0.063. The principal is not of `over`, so her title does not count.
    people: dict[str, Any] = {f"t{n:02}": "A" for n in range(15)}
    people["star"] = {"at": "A", "backbone": "city"}
    people["head"] = {"at": "A", "position": "principal", "backbone": "city"}
    term = {
        "kind": "evenness",
        "weight": 1,
        "of": {"field": "backbone", "blank": False},
        "over": {"field": "position", "is": "teacher"},
    }
    # |1 - 0.063 x 16| in A, nothing in B
    assert value(tiny_district(["A", "B"], people), {}, term) == pytest.approx(0.008, abs=1e-12)


def test_wishes_cost_by_the_best_that_names_the_school_or_its_zone() -> None:
    schools = {"A": {}, "B": {"zone": "东"}, "C": {"zone": "西"}, "D": {"zone": "西"}}
    wishes = [
        {"staff_id": "a", "rank": 1, "school_id": "B"},
        {"staff_id": "a", "rank": 2, "zone": "西"},
        {"staff_id": "a", "rank": 3, "school_id": "C"},
        {"staff_id": "b", "rank": 4, "school_id": "C"},
    ]
    district = tiny_district(schools, {"a": "A", "b": "A", "c": "A"}, applications=wishes)
    term = {"kind": "wishes", "weight": 1, "ranks": [0, 5, 10], "other": 30}
    assert value(district, {"a": "B"}, term) == 0
    assert value(district, {"a": "C"}, term) == 5  # the zone's second wish before the school's third
    assert value(district, {"a": "D"}, term) == 5
    assert value(district, {"b": "C"}, term) == 10  # the fourth wish costs as the last listed
    assert value(district, {"b": "D"}, term) == 30
    assert value(district, {"c": "D"}, term) == 0  # no application
    assert value(district, {}, term) == 0


def test_distance_is_rounded_half_up_and_may_be_unknown() -> None:
    near = [{"from_school": "A", "to_school": "B", "km": 2.5}, {"from_school": "A", "to_school": "C", "km": 2.4}]
    district = tiny_district(["A", "B", "C", "D"], {"a": "A", "b": "A", "c": "A", "d": "B"}, distances=near)
    term = {"kind": "distance", "weight": 1, "unknown": 20}
    assert value(district, {"a": "B", "b": "C"}, term) == 5  # 3 + 2
    assert value(district, {"d": "A"}, term) == 3  # listed one way, it holds both ways
    assert value(district, {"c": "D"}, term) == 20


def test_wishes_of_a_set_of_people() -> None:
    wishes = [{"staff_id": each, "rank": 1, "school_id": "C"} for each in "ab"]
    district = tiny_district(["A", "B", "C"], {"a": "A", "b": {"at": "A", "sex": "M"}}, applications=wishes)
    term = {"kind": "wishes", "weight": 1, "ranks": [0], "other": 30, "who": {"field": "sex", "is": "M"}}
    assert value(district, {"a": "B", "b": "B"}, term) == 30
    assert value(district, {"a": "B", "b": "C"}, term) == 0


def test_distance_of_a_set_and_from_home() -> None:
    # A degree of latitude is 111.2 km; from home to B it is a half of that, 55.6: 56 km.
    schools = {"A": {"latitude": 30, "longitude": 120}, "B": {"latitude": 31, "longitude": 120}, "C": {}}
    staff = {
        "a": {"at": "A", "home_latitude": 30.5, "home_longitude": 120, "department": "甲"},
        "b": {"at": "A", "sex": "M"},
        "c": {"at": "A", "department": "乙", "home_latitude": 30, "home_longitude": 120},
    }
    district = tiny_district(schools, staff)
    far = {"kind": "distance", "weight": 1, "unknown": 7}
    home = {**far, "of": "home"}
    assert value(district, {"a": "B"}, far) == 111
    assert value(district, {"a": "B"}, home) == 56
    assert value(district, {"a": "C"}, home) == 7  # the school's place is not known
    assert value(district, {"b": "B"}, home) == 7  # the home is not known
    men = {"who": {"field": "sex", "is": "M"}}
    assert value(district, {"a": "B", "b": "C"}, {**far, **men}) == 7
    offices = {"id": "offices", "kind": "departments", "who": {"field": "department", "blank": False}}
    inside = {"a": {"to": "A", "into": "乙"}}
    assert value(district, inside, far, rules=(offices,)) == 0
    assert value(district, inside, home, rules=(offices,)) == 56


POINTS = {"own": {"items": [{"id": "own", "of": {"field": "points"}, "each": 1}]}}


@pytest.mark.parametrize(("points", "whole"), [(4, 4), (4.499, 4), (4.5, 5), (0.499, 0), (0.5, 1), (-3, 0), ("", 0)])
def test_points_left_are_whole_and_never_negative(points: float | str, whole: int) -> None:
    district = tiny_district(["A", "B"], {"a": {"at": "A", "points": points}})
    goals = [{"id": "level", "terms": [{"kind": "points_left", "weight": 1, "who": ANYONE, "score": "own"}]}]
    policy = tiny_policy(LIMIT, goals=goals, scores=POINTS, anyone=True)
    assert audit_plan(district, policy, tiny_plan(district, {})).goals[0].value == whole
    assert audit_plan(district, policy, tiny_plan(district, {"a": "B"})).goals[0].value == 0


def test_points_left_of_a_set_each_rounded_by_itself() -> None:
    staff = {each: {"at": "A", "points": 1.4} for each in "abc"} | {"m": {"at": "A", "points": 50, "sex": "M"}}
    district = tiny_district(["A", "B"], staff)
    women = {"field": "sex", "is": "F"}
    goals = [{"id": "level", "terms": [{"kind": "points_left", "weight": 2, "who": women, "score": "own"}]}]
    policy = tiny_policy(LIMIT, goals=goals, scores=POINTS, anyone=True)
    assert audit_plan(district, policy, tiny_plan(district, {})).goals[0].value == 6
    assert audit_plan(district, policy, tiny_plan(district, {"a": "B", "m": "B"})).goals[0].value == 4


def test_people_per_hundred_pupils_are_missed_school_by_school() -> None:
    # 1.5 of 100 pupils: A 101 -> 2, B 300 -> 5, C has no number, P is outside, T is not asked of
    schools = {
        "A": {"students": 101},
        "B": {"students": 300},
        "C": {},
        "P": {"students": 900, "ownership": "private"},
        "T": {"students": 100, "location": "town"},
    }
    staff = {"a": {"at": "A", "backbone": "city"}, "b": {"at": "A", "backbone": "city"}, "c": "A",
             "d": {"at": "A", "backbone": "city"}}  # fmt: skip
    district = tiny_district(schools, staff)
    scope = {
        "id": "scope",
        "kind": "scope",
        "who": ANYONE,
        "schools": {"field": "ownership", "is": "public"},
        "stages": ["primary"],
    }
    term = {"kind": "per_pupils", "weight": 1, "of": {"field": "backbone", "blank": False}, "per_hundred": 1.5}
    urban = {**term, "where": {"field": "location", "is": "urban"}}
    assert value(district, {}, term, rules=(scope,)) == 7  # none in A, which has one too many; five in B, two in T
    assert value(district, {}, urban, rules=(scope,)) == 5
    assert value(district, {"a": "B", "c": "B"}, urban, rules=(scope,)) == 4
    assert value(district, {"a": "B", "b": "B"}, urban, rules=(scope,)) == 4  # one is missing in A then
    assert value(district, {"a": "T"}, urban, rules=(scope,)) == 5


def test_terms_add_up_with_their_weights_and_ranked_rules_join_in() -> None:
    district = tiny_district(["A", "B"], {"a": "A", "b": "A", "c": "A", "d": "A"})
    quota = {
        "id": "quota",
        "kind": "share",
        "over": {"people": ANYONE},
        "at_least": "75%",
        "force": "should",
        "rank": 2,
        "weight": 7,
    }
    goals = [
        {"id": "first", "terms": [{"kind": "moves", "weight": 3}]},
        {"id": "second", "terms": [{"kind": "moves", "weight": 2}, {"kind": "moves", "weight": "1/2"}]},
    ]
    audit = audit_plan(district, tiny_policy(quota, goals=goals, anyone=True), tiny_plan(district, {"a": "B"}))
    first, second = audit.goals
    assert first.value == 3
    # one move: 2 + 0.5; three are asked for, two are missing: 14
    assert second.value == 16.5
    assert second.terms == {"moves": 1, "moves-2": 1, "quota": 2}
    assert second.points == {"moves": 2, "moves-2": 0.5, "quota": 14}
    assert audit.passes


def claimed(objectives: dict[str, float]) -> Audit:
    district = tiny_district(["A", "B"], {"a": "A"})
    return audit_plan(district, tiny_policy(LIMIT), tiny_plan(district, {"a": "B"}, objectives))


def test_a_true_claim_passes() -> None:
    audit = claimed({"moves": 1})
    assert audit.passes
    assert [each.verdict for each in audit.findings if each.rule == "goals"] == [Verdict.PASS]


@pytest.mark.parametrize("objectives", [{"moves": 2}, {"moves": float("nan")}, {"moves": 1, "happiness": 0}])
def test_a_false_claim_is_a_loud_breach(objectives: dict[str, float]) -> None:
    audit = claimed(objectives)
    assert not audit.passes
    assert any(each.rule == "goals" for each in audit.breaches)


def test_a_plan_that_claims_nothing_is_not_blamed() -> None:
    audit = claimed({})
    assert audit.passes
    assert audit.goals[0].claimed is None
