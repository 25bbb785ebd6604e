"""Points by declared tables, and the chain of keys that puts people in an order."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from choosing import chosen
from districts import tiny_district, tiny_policy
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rotation_planner.eligibility import stand
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.policy.kinds.keys import OrderKeys

USUAL = ["joined_school", "hired_on", "birth_date"]
YEARS = {"stay": {"in": "school"}}


def points(person: dict[str, Any], *items: dict[str, Any], **score: Any) -> float:
    """What a score of these lines gives one person."""
    lines = [{"id": f"i{number}", **each} for number, each in enumerate(items)]
    history = [{"staff_id": "a", "location": "rural", "start": "2020-09-01", "end": "2022-08-31", "kind": "exchange"}]
    appraisals = [
        {"staff_id": "a", "year": year, "result": result, "ethics": "pass"}
        for year, result in ((2024, "excellent"), (2025, "excellent"), (2025, "excellent"), (2026, "pass"))
    ]
    district = tiny_district(
        {"A": {"students": 300}}, {"a": {"at": "A", **person}}, history=history, appraisals=appraisals
    )
    standing = stand(district, tiny_policy(scores={"s": {"items": lines, **score}}))
    assert standing.facts.of_people("score.s")[0] == standing.selecting.scoring.thousandths("s")[0] / 1000
    return float(standing.facts.of_people("score.s")[0])


@pytest.mark.parametrize(
    ("item", "given_points"),
    [
        ({"points": 2.5}, 2.5),
        ({"points": 2.5, "who": {"field": "sex", "is": "M"}}, 0),
        ({"points": 2.5, "minus": True}, -2.5),
        ({"points": "1/3"}, 0.333),
        ({"points": "0.0005"}, 0.001),  # half up
        ({"points": "0.0005", "minus": True}, -0.001),  # before the sign
        ({"of": YEARS, "each": 0.5}, 3.5),
        ({"of": YEARS, "each": 0.5, "cap": 3}, 3),
        ({"of": YEARS, "each": 0.5, "cap": 3, "minus": True}, -3),
        ({"of": YEARS, "each": 1, "from_units": 6}, 1),
        ({"of": YEARS, "each": 1, "from_units": 7}, 0),
        ({"of": YEARS, "each": 1, "from_units": 8}, 0),
        ({"of": {"stay": {"in": "school", "unit": "months"}}, "each": "1/12"}, 7),
        ({"of": {"stay": {"in": "post"}}, "each": 1}, 0),  # not known
        ({"of": YEARS, "bands": [{"to": 3, "each": 1}, {"to": 6, "each": 2}, {"each": 3}]}, 3 + 6 + 3),
        ({"of": YEARS, "bands": [{"to": 3, "each": 1}, {"to": 6, "each": 2}]}, 3 + 6),
        ({"of": YEARS, "from_units": 2, "bands": [{"to": 3, "each": 1}, {"each": 2}]}, 3 + 4),
        ({"of": {"field": "points"}, "each": 2}, 9.25),
        ({"of": {"field": "points"}, "bands": [{"to": 4, "each": 1}, {"each": 2}]}, 5.25),
        ({"of": {"field": "自评"}, "each": 1}, 1.001),  # 1.0005 to thousandths
        ({"of": {"field": "减分"}, "each": 1}, 0),  # below 0
        ({"of": {"field": "荣誉"}, "each": 1}, 0),  # no number
        ({"of": {"field": "school.students"}, "each": 0.01}, 3),
        ({"of": {"field": "age"}, "each": 1}, 40),
        ({"of": {"history": "months", "kinds": ["exchange"]}, "each": 0.1}, 2.4),
        ({"of": {"history": "times", "locations": ["rural"]}, "each": 1}, 1),
        ({"of": {"history": "years", "at": {"everyone": True}}, "each": 1}, 7),
        ({"of": {"appraisals": "result", "last": 3, "count_in": ["excellent"]}, "each": 1}, 2),
        ({"of": {"appraisals": "result", "last": 2, "count_in": ["excellent"]}, "each": 1}, 1),
        ({"column": "title", "table": {"senior": 3, "intermediate": 2}}, 2),
        ({"column": "title", "table": {"senior": 3}}, 0),
        ({"column": "backbone", "table": {"city": 3}}, 0),
        ({"column": "duties", "table": {"class_teacher": 2, "group_lead": "1.5"}}, 3.5),
        ({"column": "荣誉", "table": {"甲": 1, "乙": 2}}, 3),
        ({"column": "key_post", "table": {"yes": 1, "no": 4}}, 4),
        ({"column": "points", "table": {"4.625": 1}}, 1),
        ({"column": "school.students", "table": {"300": 1}}, 1),
        ({"best_of": [{"id": "x", "points": 1}, {"id": "y", "of": YEARS, "each": 0.5}, {"id": "z", "points": 2}]}, 3.5),
        ({"best_of": [{"id": "x", "points": 1, "minus": True}, {"id": "y", "points": 2, "minus": True}]}, -1),
        ({"best_of": [{"id": "x", "points": 1}], "cap": 0.5}, 0.5),
    ],
    ids=str,
)
def test_lines_of_a_table(item: dict[str, Any], given_points: float) -> None:
    person = {"years": 7, "points": 4.625, "duties": "class_teacher;group_lead", "荣誉": "甲、乙", "自评": "1.0005",
              "减分": "-3"}  # fmt: skip
    assert points(person, item) == given_points


@pytest.mark.parametrize(
    ("score", "total"),
    [
        ({}, -1),
        ({"floor_zero": True}, 0),
        ({"cap": 2}, -1),
        ({"reset": {"field": "sex", "is": "F"}}, 0),
        ({"reset": {"field": "sex", "is": "M"}}, -1),
    ],
)
def test_limits_of_a_score(score: dict[str, Any], total: float) -> None:
    assert points({"years": 3}, {"of": YEARS, "each": 1}, {"points": 4, "minus": True}, **score) == total
    assert points({"years": 9}, {"of": YEARS, "each": 1}, cap=2) == 2
    assert points({"years": 9}, {"of": YEARS, "each": 1}, cap=10) == 9


@pytest.mark.slow
@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.decimals(-3, 60, places=3), st.integers(0, 9),
    st.lists(st.tuples(st.integers(1, 9), st.fractions(0, 5, max_denominator=12)), min_size=1, max_size=4),
    st.booleans(),
)  # fmt: skip
def test_progressive_bands(units: Any, free: int, steps: list[tuple[int, Fraction]], open_end: bool) -> None:
    bands: list[dict[str, Any]] = []
    low, left, total = 0, max(Fraction(str(units)) - free, Fraction(0)), Fraction(0)
    for number, (width, each) in enumerate(steps):
        last = open_end and number == len(steps) - 1
        bands.append({"each": each} if last else {"to": low + width, "each": each})
        total += each * max(left - low if last else min(left, low + width) - low, 0)
        low += width
    told = points({"points": str(units)}, {"of": {"field": "points"}, "from_units": free, "bands": bands})
    assert Fraction(round(told * 1000)) == (total * 1000 + Fraction(1, 2)) // 1


def test_a_score_is_a_column_of_people() -> None:
    staff = {f"p{years}": {"at": "A" if years < 3 else "B", "years": years} for years in range(1, 6)}
    district = tiny_district(["A", "B"], staff)
    scores = {"s": {"items": [{"id": "y", "of": YEARS, "each": 0.1}]}}
    assert chosen(district, {"field": "score.s", "is": 0.3}, scores=scores) == {"p3"}
    assert chosen(district, {"field": "score.s", "at_least": 0.3}, scores=scores) == {"p3", "p4", "p5"}
    assert chosen(district, {"field": "score.s", "less_than": 0.3}, scores=scores) == {"p1", "p2"}
    best = {"ranked": "score.s", "best": 1, "within": ["school_id"]}
    assert chosen(district, best, scores=scores) == {"p2", "p5"}
    assert chosen(district, {"beside": {"everyone": True}, "within": ["score.s"]}, scores=scores) == set()


# ---- orders ----------------------------------------------------------------------------------------------------------


def ordered(staff: dict[str, Any], keys: list[Any], draw: int | None = None, **scores: Any) -> list[str]:
    district = tiny_district(["A"], staff)
    standing = stand(district, tiny_policy(scores=scores), draw=draw)
    place = ranking(standing.selecting, TypeAdapter(OrderKeys).validate_python(keys), draw)
    return district.staff["staff_id"].to_numpy(object)[np.argsort(place)].tolist()


def test_earlier_dates_stand_first_and_unknown_ones_last() -> None:
    staff = {
        "unknown": {"at": "A", "joined_school": ""},
        "short": {"at": "A", "years": 3},
        "long": {"at": "A", "years": 9},
        "hired_first": {"at": "A", "years": 3, "career_years": 20},
        "elder": {"at": "A", "years": 3, "age": 41},
    }
    assert ordered(staff, USUAL) == ["long", "hired_first", "elder", "short", "unknown"]
    assert ordered(staff, ["birth_date"])[0] == "elder"


def test_equal_keys_are_settled_by_the_staff_id_as_text_or_by_the_draw() -> None:
    assert ordered(dict.fromkeys(("t9", "t10", "T1"), "A"), USUAL) == ["T1", "t10", "t9"]
    # sha256 of "2:t1", "2:t2", "2:t3" begins with d76c, cc71, 705a
    assert ordered(dict.fromkeys(("t1", "t2", "t3"), "A"), USUAL, draw=2) == ["t3", "t2", "t1"]


STAFF: dict[str, Any] = {
    "a": {"at": "A", "points": 10, "title": "senior", "years": 1, "荣誉": "b", "sex": "F"},
    "b": {"at": "A", "points": 9, "title": "junior", "years": 2, "荣誉": "10", "sex": "M"},
    "c": {"at": "A", "points": "", "title": "", "years": 3, "荣誉": "", "sex": "M"},
    "d": {"at": "A", "points": 10, "title": "none", "joined_school": "", "荣誉": "9", "sex": "F"},
}


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ([{"field": "points"}], "badc"),
        ([{"field": "points", "first": "largest"}], "adbc"),  # blanks last in both
        ([{"field": "title"}], "dbac"),  # the order of the contract
        ([{"field": "title", "first": "largest"}], "abdc"),
        ([{"field": "荣誉"}], "bdac"),  # text as text: "10" before "9"
        ([{"field": "荣誉", "first": "largest"}], "adbc"),
        ([{"field": "sex", "first": "largest"}, {"field": "points"}], "bcad"),
        ([{"stay": {"in": "school"}}], "cbad"),
        ([{"stay": {"in": "school"}, "first": "smallest"}], "abcd"),
        ([{"those": {"field": "sex", "is": "M"}}, {"field": "points", "first": "largest"}], "bcad"),
        ([{"field": "score.s", "first": "largest"}], "cbad"),
        ([{"field": "score.s"}, "birth_date"], "dabc"),
        ([{"field": "birth_date", "first": "largest"}, {"field": "points"}], "badc"),
        ([{"field": "department"}], "abcd"),  # nobody has one
    ],
    ids=str,
)
def test_keys_of_an_order(keys: list[Any], order: str) -> None:
    scores = {"s": {"items": [{"id": "y", "of": YEARS, "each": 1}]}}
    assert ordered(STAFF, keys, **scores) == list(order)


def test_a_phase_calls_by_its_chain_of_keys() -> None:
    duty = {"id": "all", "kind": "duty", "who": {"everyone": True}}
    part = {"id": "parts", "kind": "phase", "duty": "all", "over": {"everyone": True}, "many": 0, "years": 4}
    chain = [{"those": {"field": "sex", "is": "M"}}, {"field": "points", "first": "largest"}]
    district = tiny_district(["A"], STAFF)
    due = stand(district, tiny_policy(duty, {**part, "order": chain})).due["all"]
    assert district.staff["staff_id"][due].tolist() == ["b"]
