"""Selectors at their edges: blanks, the contract's orders, history, appraisals."""

from __future__ import annotations

from typing import Any

import pytest
from districts import tiny_district, tiny_policy
from pydantic import TypeAdapter

from rotation_planner.audit.books import Books
from rotation_planner.audit.comparing import check_of
from rotation_planner.audit.duties import Duties
from rotation_planner.data.district import District
from rotation_planner.policy.selectors import Compared, Selector

BACKBONE = ("school", "county", "city", "province", "national")


def passing(district: District, selector: dict[str, Any]) -> set[str]:
    """The staff_ids of all who pass a selector."""
    books = Books(district)
    duties = Duties(books, tiny_policy({"id": "limit", "kind": "headcount"}), None)
    ask = duties.asking.person(TypeAdapter(Selector).validate_python(selector))
    return {books.staff_id[person] for person in books.people if ask(person)}


@pytest.mark.parametrize(
    ("test", "value", "order", "holds"),
    [
        ({"is": "A"}, "A", None, True),
        ({"is": 5}, 5.0, None, True),
        ({"is": 5}, "5", None, True),  # text of an extra column
        ({"is": True}, True, None, True),
        ({"is": True}, 1.0, None, False),
        ({"is": ""}, None, None, False),
        ({"in": ["a", "b"]}, "b", None, True),
        ({"not_in": ["a", "b"]}, "c", None, True),
        ({"not_in": ["a", "b"]}, None, None, False),
        ({"at_least": "county"}, "school", BACKBONE, False),
        ({"at_least": "county"}, "county", BACKBONE, True),
        ({"at_least": "county"}, "national", BACKBONE, True),
        ({"at_least": "county"}, None, BACKBONE, False),
        ({"at_least": "county"}, "something", BACKBONE, False),
        ({"more_than": 5}, 5.0, None, False),
        ({"more_than": 5}, "5.5", None, True),
        ({"less_than": 5}, "many", None, False),
        ({"less_than": 5}, "1_0", None, False),
        ({"at_most": "2027-08-31"}, "2027-08-31", None, True),
        ({"at_least": 3, "at_most": 5}, 6, None, False),
        ({"contains": "primary"}, "primary;junior", None, True),
        ({"contains": "prim"}, "primary;junior", None, False),
        ({"contains": "primary"}, None, None, False),
        ({"blank": True}, None, None, True),
        ({"blank": True}, "x", None, False),
        ({"blank": False}, None, None, False),
        ({"blank": False}, 0.0, None, True),
        ({"blank": True, "is": "x"}, None, None, False),
    ],
)
def test_comparison(test: dict[str, Any], value: Any, order: tuple[str, ...] | None, holds: bool) -> None:
    assert check_of(Compared.model_validate(test), order)(value) is holds


def test_titles_and_degrees_stand_in_the_order_of_the_contract() -> None:
    staff = {
        "a": {"at": "A", "title": "none", "degree": "below"},
        "b": {"at": "A", "title": "senior", "degree": "bachelor"},
        "c": {"at": "A", "title": "professor", "degree": "doctor"},
        "d": {"at": "A", "title": "", "degree": ""},
    }
    district = tiny_district(["A"], staff)
    assert passing(district, {"field": "title", "at_least": "senior"}) == {"b", "c"}
    assert passing(district, {"field": "degree", "at_most": "bachelor"}) == {"a", "b"}
    assert passing(district, {"not": {"field": "degree", "at_most": "bachelor"}}) == {"c", "d"}


def test_surplus_and_department_are_counted_today() -> None:
    district = tiny_district(
        {"A": {"headcount_limit": 3}, "B": {"headcount_limit": ""}},
        {
            "a": {"at": "A", "department": "教务处"},
            "b": {"at": "A", "department": "教务处"},
            "c": {"at": "A", "full_time": False},
            "d": {"at": "A", "subject": "数学"},
            "e": "B",
        },
        demand=[{"school_id": "A", "stage": "primary", "subject": "语文", "required": 1}],
    )
    # two full-time teachers of the subject where one is required: one too many
    assert passing(district, {"field": "subject_surplus", "is": 1}) == {"a", "b", "c"}
    assert passing(district, {"field": "subject_surplus", "blank": True}) == {"d", "e"}
    assert passing(district, {"field": "department_size", "is": 2}) == {"a", "b"}
    assert passing(district, {"field": "school.surplus", "is": 1}) == {"a", "b", "c", "d"}
    assert passing(district, {"field": "school.surplus", "blank": True}) == {"e"}


def test_half_years_and_unknown_starts() -> None:
    staff = {
        "a": {"at": "A", "backbone": "city", "backbone_since": "2022-03-01"},  # 5 years 6 months
        "b": {"at": "A", "backbone": "city", "backbone_since": "2022-03-02"},
        "c": {"at": "A", "backbone": "city"},
    }
    district = tiny_district(["A"], staff)
    half_years = {"stay": {"in": "backbone", "unit": "half_years"}, "at_least": 11}
    assert passing(district, half_years) == {"a"}
    assert passing(district, {"stay": "backbone", "blank": True}) == {"c"}


def test_history_adds_up_completed_months() -> None:
    def post(staff_id: str, school: str, start: str, end: str) -> dict[str, str]:
        return {
            "staff_id": staff_id,
            "school_id": school,
            "location": "rural",
            "tier": "weak",
            "start": start,
            "end": end,
            "kind": "post",
        }

    rows = [
        post("a", "R", "2010-09-01", "2011-02-28"),  # six months
        post("a", "", "2012-03-01", "2012-08-31"),  # six more, outside the district
        post("b", "R", "2010-09-01", "2011-08-30"),  # eleven
        post("c", "A", "2020-09-01", ""),  # the present post, told by joined_school already
    ]
    district = tiny_district(
        {"A": {"location": "urban"}, "R": {"location": "rural"}},
        {"a": "A", "b": "A", "c": "A", "d": {"at": "R", "years": 2}},
        history=rows,
    )
    rural = {"history": "years", "locations": ["rural"], "at_least": 1}
    assert passing(district, rural) == {"a", "d"}
    assert passing(district, {**rural, "present": False}) == {"a", "c"}
    assert passing(district, {"history": "schools", "years_each": 0, "at_least": 3}) == {"a"}
    assert passing(district, {"history": "schools", "years_each": 2, "at_least": 1}) == {"a", "b", "c", "d"}


def test_appraisals_of_the_latest_years_of_the_table() -> None:
    def year(staff_id: str, number: int, result: str, ethics: str = "pass") -> dict[str, Any]:
        return {"staff_id": staff_id, "year": number, "result": result, "ethics": ethics}

    rows = [year("a", each, "pass") for each in (2025, 2026, 2027)]
    rows += [year("b", 2025, "pass"), year("b", 2026, "basic"), year("b", 2027, "excellent")]
    rows += [year("c", 2025, "pass"), year("c", 2027, "pass", "")]
    rows += [year("a", 2028, "fail")]  # after the plan's day
    district = tiny_district(["A"], {"a": "A", "b": "A", "c": "A", "d": "A"}, appraisals=rows)
    good = ["pass", "excellent"]
    assert passing(district, {"appraisals": "result", "last": 3, "all_in": good}) == {"a"}
    assert passing(district, {"appraisals": "result", "last": 1, "all_in": good}) == {"a", "b", "c"}
    assert passing(district, {"appraisals": "ethics", "last": 1, "all_in": good}) == {"a", "b"}
    assert passing(district, {"appraisals": "result", "last": 2, "any_in": ["basic"]}) == {"b"}
    blank = tiny_district(["A"], {"a": "A"})
    assert passing(blank, {"appraisals": "result", "last": 1, "all_in": good}) == set()


def test_an_extra_column_may_be_named() -> None:
    district = tiny_district(["A"], {"a": {"at": "A", "党员": "是"}, "b": "A", "c": {"at": "A", "荣誉数": "12"}})
    assert passing(district, {"field": "党员", "is": "是"}) == {"a"}
    assert passing(district, {"field": "荣誉数", "at_least": 3}) == {"c"}


def test_a_column_that_is_not_there_is_no_silent_no() -> None:
    with pytest.raises(KeyError):
        passing(tiny_district(["A"], {"a": "A"}), {"field": "nonsense", "is": 1})
