"""Hand-edited plans: each fault of the file is caught and named, and no nonsense makes the judge stumble."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from districts import tiny_district, tiny_plan, tiny_policy
from hypothesis import given
from hypothesis import strategies as st

from rotation_planner.audit import Audit, Verdict, audit_plan
from rotation_planner.audit.writing import audit_json, audit_markdown
from rotation_planner.plan.plan import TRANSFER_COLUMNS, Plan
from rotation_planner.policy.reading import read_policy

DISTRICT = tiny_district(
    {"A": {"stages": "primary;junior"}, "B": {}, "C": {}},
    {
        "ann": {"at": "A", "years": 9},
        "bob": {"at": "A", "other_subjects": "数学"},
        "eve": {"at": "B", "position": "principal"},
    },
    demand=[{"school_id": each, "stage": "primary", "subject": "语文", "required": 1} for each in "ABC"],
    applications=[{"staff_id": "ann", "rank": 1, "school_id": "B"}],
)
POLICY = tiny_policy({"id": "limit", "kind": "headcount"})


def judged(*rows: dict[str, Any]) -> Audit:
    return audit_plan(DISTRICT, POLICY, tiny_plan(DISTRICT, rows))


def faults(audit: Audit) -> list[tuple[str, ...]]:
    return [each.people for each in audit.findings if each.rule == "plan" and each.verdict is Verdict.BREACH]


def test_a_sound_plan_and_an_empty_one() -> None:
    assert not faults(judged({"staff_id": "ann", "to": "B"}, {"staff_id": "bob", "to": "C", "subject": "数学"}))
    assert not faults(judged())
    assert judged().passes


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "Z"},
        {"to": ""},
        {"to": "A"},
        {"to": "B", "from_school_id": "C"},
        {"to": "B", "from_school_id": "Z"},
        {"to": "B", "to_position": "principal"},
        {"to": "B", "to_position": ""},
        {"to": "B", "position": "principal"},
        {"to": "B", "subject": "数学"},
        {"to": "B", "subject": ""},
        {"to": "B", "stage": "junior"},
        {"to": "B", "mode": "somehow"},
        {"to": "B", "personnel_file_moves": "perhaps"},
        {"to": "B", "until": "next year"},
    ],
    ids=str,
)
def test_each_fault_of_a_row_is_caught(wrong: dict[str, Any]) -> None:
    audit = judged({"staff_id": "ann", **wrong}, {"staff_id": "bob", "to": "C"})
    assert faults(audit) == [("ann",)]
    assert not audit.passes


def test_an_unknown_person_is_caught() -> None:
    assert faults(judged({"staff_id": "zoe", "to": "B", "from_school_id": "A"}, {"staff_id": "bob", "to": "C"})) == [
        ("zoe",)
    ]


def test_a_person_twice_is_caught_and_counts_once() -> None:
    audit = judged({"staff_id": "ann", "to": "B"}, {"staff_id": "ann", "to": "C"}, {"staff_id": "bob", "to": "C"})
    assert faults(audit) == [("ann",)]
    assert audit.moves == 2


def test_what_is_no_move_is_not_counted_as_one() -> None:
    audit = judged({"staff_id": "ann", "to": "A"}, {"staff_id": "bob", "to": "Z"})
    assert audit.moves == 0
    assert audit.goals[0].value == 0


def test_missing_columns_and_odd_cells_do_no_harm() -> None:
    frame = pd.DataFrame({"staff_id": ["ann", None, 7, "bob"], "to_school_id": ["B", float("nan"), pd.NaT, True]})
    audit = audit_plan(DISTRICT, POLICY, Plan(frame, pd.DataFrame()))
    assert not audit.passes
    assert {each for people in faults(audit) for each in people} == {"ann", "", "7", "bob"}
    dates = tiny_plan(DISTRICT, {"ann": "B"}).transfers.astype(object)
    dates["until"] = pd.Timestamp("2029-08-31")
    dates["personnel_file_moves"] = True
    assert not faults(audit_plan(DISTRICT, POLICY, Plan(dates, pd.DataFrame())))
    assert audit_plan(DISTRICT, POLICY, Plan(pd.DataFrame(), pd.DataFrame())).passes


CELLS = st.one_of(
    st.sampled_from(
        ["", "ann", "bob", "eve", "A", "B", "C", "primary", "语文", "teacher", "yes", "no", "2029-08-31", "transfer"]
    ),
    st.text(max_size=6),
    st.none(),
    st.integers(-3, 3),
    st.floats(),
    st.booleans(),
)
DALIAN = read_policy("dalian")


@pytest.mark.slow
@given(st.lists(st.tuples(*[CELLS] * len(TRANSFER_COLUMNS)), max_size=4))
def test_no_nonsense_makes_the_judge_stumble(rows: list[tuple[Any, ...]]) -> None:
    plan = Plan(pd.DataFrame(rows, columns=list(TRANSFER_COLUMNS), dtype=object), pd.DataFrame())
    audit = audit_plan(DISTRICT, DALIAN, plan)
    audit_json(audit, DALIAN)
    assert audit_markdown(audit, DALIAN, DISTRICT)
