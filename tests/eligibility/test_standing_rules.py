"""Standing beyond single selectors: phasing, the order of standings, open schools and ways."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from districts import tiny_district, tiny_policy
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation_planner.eligibility import stand
from rotation_planner.eligibility.openings import open_schools
from rotation_planner.eligibility.routing import Routing
from rotation_planner.eligibility.ways import ways
from rotation_planner.policy.kinds import KINDS
from rotation_planner.policy.selectors import FORMS

ALL = {"everyone": True}
NINE = {"id": "nine", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}


@settings(max_examples=40)
@given(st.integers(0, 12), st.integers(0, 6), st.integers(1, 6), st.fractions(0, 1, max_denominator=20))
def test_phasing_arithmetic(long: int, short: int, years: int, many: Fraction) -> None:
    staff: dict[str, Any] = {f"l{n:02}": {"at": "A", "years": 9} for n in range(long)}
    staff |= {f"s{n:02}": "A" for n in range(short)}
    parts = {"id": "parts", "kind": "phase", "duty": "nine", "over": ALL, "many": str(many), "years": years}
    district = tiny_district(["A", "B"], staff | {"other": "B"})
    due = stand(district, tiny_policy(NINE, parts)).due["nine"]
    called = math.ceil(Fraction(long, years)) if long > many * (long + short) else long
    assert set(district.staff["staff_id"][due]) == {f"l{n:02}" for n in range(called)}


def test_the_standings_in_their_order() -> None:
    district = tiny_district(
        ["A", "B"],
        {
            "out": {"at": "A", "years": 9, "full_time": False},
            "out_but_fixed": {"at": "A", "years": 9, "full_time": False},
            "barred": {"at": "A", "years": 9},
            "deferred": {"at": "A", "years": 9},
            "must": {"at": "A", "years": 9},
            "held": {"at": "A", "years": 9},
            "may": "A",
            "stays": "A",
        },
        exemptions=[
            {"staff_id": "barred", "kind": "sanction"},
            {"staff_id": "deferred", "kind": "nursing"},
            {"staff_id": "stays", "kind": "nursing"},
        ],
        applications=[{"staff_id": "may", "rank": 1, "school_id": "B"}],
        pins=[
            {"staff_id": "out_but_fixed", "verdict": "to", "school_id": "B"},
            {"staff_id": "held", "verdict": "stay"},
        ],
    )
    scope = {"id": "scope", "kind": "scope", "who": {"field": "full_time", "is": True}, "schools": ALL,
             "stages": ["primary"]}  # fmt: skip
    policy = tiny_policy(
        scope, NINE,
        {"id": "clean", "kind": "bar", "who": {"exemption": ["sanction"]}},
        {"id": "spared", "kind": "defer", "when": {"exemption": ["nursing"]}},
        {"id": "willing", "kind": "volunteer", "who": {"applied": True}},
        {"id": "fixed", "kind": "pins"},
    )  # fmt: skip
    table = stand(district, policy).table.set_index("staff_id")
    assert table["standing"].to_dict() == {
        "out": "outside", "out_but_fixed": "must", "barred": "barred", "deferred": "need_not", "must": "must",
        "held": "must", "may": "may", "stays": "stays",
    }  # fmt: skip
    assert set(table.index[table["candidate"]]) == {"out_but_fixed", "must", "may"}
    assert table.loc["barred", "rules"] == "clean"
    assert table.loc["deferred", "rules"] == "spared"


def test_pins_bind_only_where_the_policy_has_them_hold() -> None:
    pins = [{"staff_id": "a", "verdict": "move"}, {"staff_id": "b", "verdict": "stay"}]
    district = tiny_district(["A", "B"], {"a": "A", "b": "A"}, pins=pins)
    free = {"id": "free", "kind": "volunteer", "who": ALL}
    on, off = (stand(district, tiny_policy(free, *more)) for more in ([{"id": "fixed", "kind": "pins"}], []))
    assert (on.forced.tolist(), on.candidate.tolist()) == ([True, False], [True, False])
    assert (off.forced.tolist(), off.candidate.tolist()) == ([False, False], [True, True])


def test_what_shuts_each_school() -> None:
    district = tiny_district(
        {"A": {}, "B": {"ownership": "private"}, "C": {"stages": "junior"}, "D": {"location": "rural"},
         "E": {}, "F": {}, "G": {}},
        {"a": {"at": "A", "years": 9}, "k": "E"},
        relatives=[{"staff_id": "k", "relative_id": "a", "kinship": "spouse"}],
        pins=[{"staff_id": "a", "verdict": "not_to", "school_id": "F"}],
    )  # fmt: skip
    public = {"field": "ownership", "is": "public"}
    policy = tiny_policy(
        {"id": "scope", "kind": "scope", "who": ALL, "schools": public, "stages": ["primary"]},
        NINE,
        {"id": "city", "kind": "route", "forbid": {"to": "location", "is": "rural"}},
        {"id": "fit", "kind": "qualification"},
        {"id": "kin", "kind": "kin", "kinships": ["spouse"]},
        {"id": "fixed", "kind": "pins"},
    )  # fmt: skip
    table = open_schools(district, policy, stand(district, policy), 0).set_index("school_id")
    assert table["rules"].to_dict() == {
        "A": "", "B": "scope", "C": "fit", "D": "city", "E": "kin", "F": "fixed", "G": "",
    }  # fmt: skip
    assert table.index[table["open"]].tolist() == ["G"]


def test_a_wish_shuts_no_school() -> None:
    district = tiny_district({"A": {}, "D": {"location": "rural"}}, {"a": "A"})
    policy = tiny_policy(
        {"id": "city", "kind": "route", "forbid": {"to": "location", "is": "rural"}, "force": "should"}
    )
    assert open_schools(district, policy, stand(district, policy), 0)["open"].tolist() == [False, True]


def test_ways() -> None:
    district = tiny_district(
        {"A": {"group": "甲"}, "B": {"group": "甲"}, "R": {"location": "rural"}},
        {"a": {"at": "A", "years": 9}, "b": "A"},
    )
    modes = {"id": "ways", "kind": "modes", "cases": [
        {"id": "group", "when": {"same": "group"}, "mode": "secondment", "file_moves": False, "years": 3},
        {"id": "rest", "mode": "transfer", "file_moves": True}]}  # fmt: skip
    policy = tiny_policy({**NINE, "serves_years": 5}, modes)
    standing = stand(district, policy)
    told = ways(Routing(standing.selecting, policy), standing, np.array([0, 1, 0]), np.array([1, 1, 2]))
    assert told.to_dict(orient="list") == {
        "mode": ["secondment", "secondment", "transfer"],
        "personnel_file_moves": ["no", "no", "yes"],
        "until": ["2032-08-31", "2030-08-31", ""],  # a serves the five years of the duty; for good has no end
    }


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"id": "x", "kind": "volunteer", "who": ALL, "force": "should"}, "policy_must_only"),
        ({"id": "x", "kind": "qualification", "force": "should"}, "policy_must_only"),
        (
            {
                "id": "x",
                "kind": "modes",
                "force": "should",
                "cases": [{"id": "a", "mode": "transfer", "file_moves": True}],
            },
            "policy_must_only",
        ),
        ({"id": "x", "kind": "route", "forbid": {"same": "zone"}, "force": "should", "rank": 1}, "policy_no_rank"),
        ({"id": "x", "kind": "kin", "kinships": ["spouse"], "force": "should", "rank": 1}, "policy_no_rank"),
        (
            {"id": "scope", "kind": "scope", "who": ALL, "schools": ALL, "stages": ["primary"], "enabled": False},
            "policy_one_scope",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_a_wish(rule: dict[str, Any], code: str) -> None:
    assert rule["kind"] in KINDS
    with pytest.raises(ValueError, match=code):
        tiny_policy(rule)


def test_every_form_of_selector_has_its_test() -> None:
    edges = ("test_selectors.py", "test_service.py", "test_groups.py")
    text = "".join((Path(__file__).parent / each).read_text("utf-8") for each in edges)
    assert not [form for form in FORMS if form != "population" and f'"{form}":' not in text]
