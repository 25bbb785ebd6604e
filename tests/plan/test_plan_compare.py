"""Two plans side by side."""

from __future__ import annotations

import math

import pandas as pd

from rotation_planner.plan.compare import compare
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Objective, Plan
from rotation_planner.words import speaking


def plan(moves: dict[str, dict[str, str]], deferred: tuple[str, ...] = (), value: float | None = None) -> Plan:
    rows = [
        {**dict.fromkeys(TRANSFER_COLUMNS, ""), "staff_id": who, "name": who.upper(), **row}
        for who, row in moves.items()
    ]
    stay = [{**dict.fromkeys(DEFERRED_COLUMNS, ""), "staff_id": who} for who in deferred]
    return Plan(
        pd.DataFrame(rows, columns=list(TRANSFER_COLUMNS), dtype="str"),
        pd.DataFrame(stay, columns=list(DEFERRED_COLUMNS), dtype="str"),
        objectives=() if value is None else (Objective("due", value, 0.0),),
    )


FIRST = plan(
    {"a": {"to_school_id": "1"}, "b": {"to_school_id": "2", "mode": "transfer"}, "c": {"to_school_id": "3"}},
    ("x",),
    4.0,
)
SECOND = plan(
    {
        "c": {"to_school_id": "3"},
        "b": {"to_school_id": "1", "until": "2030-08-31", "mode": "transfer"},
        "d": {"to_school_id": "9"},
    },
    ("y",),
)


def test_differences_by_person() -> None:
    found = compare(FIRST, SECOND)
    assert found.only_first["staff_id"].tolist() == ["a"]
    assert found.only_second["staff_id"].tolist() == ["d"]
    assert found.changed.to_dict("records") == [
        {"staff_id": "b", "name": "B", "column": "to_school_id", "first": "2", "second": "1"},
        {"staff_id": "b", "name": "B", "column": "until", "first": "", "second": "2030-08-31"},
    ]
    assert (found.same, found.people_changed, found.identical) == (1, 1, False)
    assert found.deferred_only_first["staff_id"].tolist() == ["x"]
    assert found.deferred_only_second["staff_id"].tolist() == ["y"]


def test_goals_side_by_side() -> None:
    row = compare(FIRST, SECOND).goals.iloc[0]
    assert (row["id"], row["first"], row["first_bound"]) == ("due", 4.0, 0.0)
    assert math.isnan(row["second"])


def test_a_plan_is_identical_to_itself_in_any_order() -> None:
    other = Plan(FIRST.transfers.iloc[::-1], FIRST.deferred)
    assert compare(FIRST, other).identical


def test_departments_are_compared_and_shown_where_anybody_enters_one() -> None:
    one = plan({"a": {"to_school_id": "1", "from_department": "甲", "to_department": "乙"}, "b": {"to_school_id": "1"}})
    other = plan({"a": {"to_school_id": "1", "from_department": "甲", "to_department": "丙"}})
    found = compare(one, other)
    assert found.changed[["column", "first", "second"]].to_numpy().tolist() == [["to_department", "乙", "丙"]]
    assert list(found.only_first.columns[-2:]) == ["from_department", "to_department"]
    assert "to_department" not in compare(FIRST, SECOND).only_first


def test_what_a_hand_made_plan_leaves_blank_is_no_difference() -> None:
    full = plan({"a": {"to_school_id": "1", "stage": "primary", "mode": "transfer"}})
    bare = Plan(full.transfers[["staff_id", "to_school_id"]], full.deferred)
    assert compare(full, bare).identical
    assert compare(bare, full).identical


def test_a_comparison_shows_itself() -> None:
    found = compare(FIRST, SECOND)
    assert "1人" in str(found)
    with speaking("en"):
        assert "1 move alike" in str(found)
        assert "<table" in found._repr_html_()
    told = found.as_dict()
    assert told["identical"] is False
    assert told["differences"]["goals"] == [
        {"id": "due", "first": 4.0, "first_bound": 0.0, "second": None, "second_bound": None}
    ]


def test_names_in_a_notebook_are_escaped() -> None:
    bad = plan({"a": {"to_school_id": "1", "name": "<script>"}})
    assert "<script>" not in compare(bad, plan({}))._repr_html_()


def test_a_plan_that_does_not_say_who_stays_is_not_compared_in_that() -> None:
    bare = Plan(FIRST.transfers, FIRST.deferred.head(0))
    assert compare(FIRST, bare).deferred_only_first.empty
    assert len(compare(FIRST, Plan(bare.transfers, bare.deferred, version="0.1.0")).deferred_only_first) == 1
