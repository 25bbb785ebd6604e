"""Exemptions with their limits, selectors that look at others, and logged exceptions: both sides of each edge."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from choosing import chosen, of
from districts import tiny_district, tiny_policy
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation_planner.eligibility import stand

ALL = {"everyone": True}


@pytest.mark.parametrize(
    ("rows", "selector", "passes"),
    [
        ([{"start": "2027-03-01"}], {"limit_months": 6}, True),  # its last day
        ([{"start": "2027-02-28"}], {"limit_months": 6}, False),
        ([{"start": ""}], {"limit_months": 6}, False),
        ([{"start": "2026-03-01"}], {"limit_years": 1, "limit_months": 6}, True),  # eighteen months
        ([{"start": "2026-02-28"}], {"limit_years": 1, "limit_months": 6}, False),
        ([{}, {"end": "2020-08-31"}], {"at_most_times": 2}, True),
        ([{}, {"end": "2020-08-31"}, {"end": "2019-08-31"}], {"at_most_times": 2}, False),
        ([{}, {"end": "2020-08-31", "kind": "nursing"}], {"at_most_times": 1}, True),  # of another kind
        ([{}, {"start": "2027-09-01"}], {"at_most_times": 1}, True),  # not yet begun
        ([{"end": "2027-08-30"}], {"at_most_times": 1}, False),  # past
        ([{"同意": "是"}], {"having": [{"field": "同意", "is": "是"}]}, True),
        ([{"同意": "否"}], {"having": [{"field": "同意", "is": "是"}]}, False),
        ([{"同意": ""}], {"having": [{"field": "同意", "is": "是"}]}, False),
        ([{"同意": "是", "end": "2027-01-01"}, {"同意": "否"}], {"having": [{"field": "同意", "is": "是"}]}, False),
        (
            [{"同意": "是", "evidence": "证明"}],
            {"having": [{"field": "同意", "is": "是"}, {"field": "evidence", "contains": "证明"}]},
            True,
        ),
    ],
    ids=str,
)
def test_exemptions_with_limits(rows: list[dict[str, str]], selector: dict[str, Any], passes: bool) -> None:
    exemptions = [{"staff_id": "a", "kind": "illness", "同意": "", **each} for each in rows]
    exemptions.append({"staff_id": "b", "kind": "nursing"})
    found = of({"a": "A", "b": "A"}, {"exemption": ["illness"], **selector}, exemptions=exemptions)
    assert found == ({"a"} if passes else set())


# ---- somebody else ---------------------------------------------------------------------------------------------------


def test_somebody_beside() -> None:
    staff = {
        "chief": {"at": "A", "department": "教务处", "position": "middle_chief"},
        "deputy": {"at": "A", "department": "教务处", "position": "middle_deputy"},
        "other": {"at": "A", "department": "总务处"},
        "elsewhere": {"at": "B", "department": "教务处"},
        "none": {"at": "A", "department": "", "position": "middle_chief"},
        "nobody": {"at": "A", "department": ""},
    }
    chiefs = {"field": "position", "is": "middle_chief"}
    assert of(staff, {"beside": chiefs, "within": ["school_id", "department"]}) == {"deputy"}  # not the chief herself
    assert of(staff, {"beside": chiefs, "within": ["department"]}) == {"deputy", "elsewhere"}
    assert of(staff, {"beside": chiefs, "within": ["school_id"]}) == {"chief", "deputy", "other", "none", "nobody"}
    both = {"any": [chiefs, {"field": "position", "is": "middle_deputy"}]}
    assert of(staff, {"beside": both, "within": ["school_id", "department"]}) == {"chief", "deputy"}


# ---- places in a ranking ---------------------------------------------------------------------------------------------

POINTS = {"a": 9, "b": 7, "c": 7, "d": 4, "e": 1}
RANKED: dict[str, Any] = {name: {"at": "A", "points": points} for name, points in POINTS.items()} | {"blank": "A"}


@pytest.mark.parametrize(
    ("test", "passing"),
    [
        ({"best": 1}, "a"),
        ({"best": 2}, "abc"),  # whoever equals the second
        ({"best": 3}, "abc"),
        ({"best": 9}, "abcde"),
        ({"best": 2, "first": "smallest"}, "de"),
        ({"best_share": "19%"}, ""),  # of none: nobody
        ({"best_share": "20%"}, "a"),  # the sixth, without points, is not counted
        ({"best_share": "2/5"}, "abc"),
        ({"best_share": 1}, "abcde"),
        ({"below_mean_of": 1, "share_of_mean": "7/9"}, "de"),  # 7 is not less than 7
        ({"below_mean_of": 1, "share_of_mean": "0.7778"}, "bcde"),
        ({"below_mean_of": 2, "share_of_mean": 0.5}, "e"),  # half of 8
        ({"below_mean_of": 2, "share_of_mean": 0.51}, "de"),
        ({"below_mean_of": 9, "share_of_mean": 1}, "de"),  # of all: 5.6
        ({"below_mean_of": 2, "share_of_mean": 2, "first": "smallest"}, "de"),  # twice 2.5
        ({"best": 1, "among": {"field": "points", "less_than": 7}}, "d"),
    ],
    ids=str,
)
def test_places_in_a_ranking(test: dict[str, Any], passing: str) -> None:
    assert of(RANKED, {"ranked": "points", **test}) == set(passing)


def test_places_within_groups_and_of_text() -> None:
    staff = {
        "a1": {"at": "A", "department": "教务处", "得分": "10"}, "a2": {"at": "A", "department": "教务处", "得分": "9"},
        "n1": {"at": "A", "得分": "8"}, "n2": {"at": "B", "得分": "7"}, "x": {"at": "B", "得分": "缺考"},
    }  # fmt: skip
    best = {"ranked": "得分", "best": 1}
    assert of(staff, best) == {"a1"}
    assert of(staff, {**best, "within": ["department"]}) == {"a1", "n1"}  # those without a department are alike
    assert of(staff, {**best, "within": ["school_id"]}) == {"a1", "n2"}
    assert of(staff, {**best, "ranked": "birth_date"}) == set()  # no number


def test_schools_take_their_places_once_each() -> None:
    schools = {"A": {"zone": "东", "students": 900}, "B": {"zone": "东", "students": 800},
               "C": {"zone": "西", "students": 300}, "D": {"zone": "西"}}  # fmt: skip
    staff = {"a1": "A", "a2": "A", "a3": "A", "b": "B", "c": "C", "d": "D"}
    district = tiny_district(schools, staff)
    assert chosen(district, {"ranked": "school.students", "best": 2}) == {"a1", "a2", "a3", "b"}
    assert chosen(district, {"ranked": "school.students", "best_share": "2/3"}) == {"a1", "a2", "a3", "b"}
    assert chosen(district, {"ranked": "school.students", "best_share": "0.66"}) == {"a1", "a2", "a3"}
    within = {"ranked": "school.students", "best": 1, "within": ["school.zone"]}
    assert chosen(district, within) == {"a1", "a2", "a3", "c"}
    assert chosen(district, {"ranked": "school.students", "below_mean_of": 3, "share_of_mean": "0.45"}) == set()
    assert chosen(district, {"ranked": "school.students", "below_mean_of": 3, "share_of_mean": "0.451"}) == {"c"}


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.decimals(-20, 20, places=2) | st.none(), min_size=1, max_size=7),
    st.sampled_from(["largest", "smallest"]), st.integers(1, 4), st.fractions(0, 2, max_denominator=9),
)  # fmt: skip
def test_rankings_read_naively(points: list[Any], first: str, best: int, share: Fraction) -> None:
    staff = {f"p{n}": {"at": "A", "points": "" if each is None else str(each)} for n, each in enumerate(points)}
    district = tiny_district(["A"], staff)
    known = {f"p{n}": Fraction(str(each)) for n, each in enumerate(points) if each is not None}
    line = sorted(known.values(), reverse=first == "largest")

    def reaching(places: int) -> set[str]:
        return {name for name, each in known.items() if each in line[:places]}

    ranked = {"ranked": "points", "first": first}
    assert chosen(district, {**ranked, "best": best}) == reaching(best)
    part = min(share, Fraction(1))
    assert chosen(district, {**ranked, "best_share": part}) == reaching(int(part * len(line)))
    top = line[:best]
    below = {name for name, each in known.items() if each * len(top) < share * sum(top)}
    assert chosen(district, {**ranked, "below_mean_of": best, "share_of_mean": share}) == below


# ---- logged exceptions -----------------------------------------------------------------------------------------------


def test_exceptions_leave_people_and_schools_out() -> None:
    left_out = [{"staff": ["named"], "reason": "甲"}, {"schools": ["B"], "staff": ["nurse"], "reason": "乙"}]
    staff = {each: {"at": "A", "years": 9} for each in ("named", "nurse", "plain", "pregnant")}
    staff |= {"of_b": {"at": "B", "years": 9}}
    rows = [{"staff_id": each, "kind": "nursing"} for each in ("nurse", "pregnant")]
    district = tiny_district(["A", "B"], staff, exemptions=rows)
    nine = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}
    spared = {"id": "spared", "kind": "defer", "when": {"exemption": ["nursing"]}}
    bar = {"id": "shut", "kind": "bar", "who": ALL}

    def names(mask: Any) -> set[str]:
        return set(district.staff["staff_id"][np.asarray(mask)])

    duty = stand(district, tiny_policy({**nine, "exceptions": left_out}, spared))
    assert names(duty.meets["nine"]) == {"plain", "pregnant"}
    assert names(duty.eligible["nine"]) == {"plain"}
    assert names(duty.selecting.excepted_schools(duty.selecting.policy.by_id["nine"])[duty.facts.school]) == {"of_b"}
    defer = stand(district, tiny_policy(nine, {**spared, "exceptions": left_out}))
    assert names(defer.eligible["nine"]) == {"named", "nurse", "plain", "of_b"}
    assert names(defer.deferred["spared"]) == {"pregnant"}
    assert names(defer.candidate) == {"named", "nurse", "plain", "of_b"}
    barred = stand(district, tiny_policy(nine, {**bar, "exceptions": left_out}))
    assert names(barred.eligible["nine"]) == names(barred.candidate) == {"named", "nurse", "of_b"}
    assert names(barred.barred["shut"]) == {"plain", "pregnant"}
