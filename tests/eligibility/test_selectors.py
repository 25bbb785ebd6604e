"""Selectors one by one: whoever just passes, whoever just misses, and somebody of whom nothing is known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from choosing import chosen, of
from districts import born, tiny_district

DAY = "2027-08-31"


@pytest.mark.parametrize(
    ("test", "passing"),
    [
        ({"is": 5}, {"five"}),
        ({"in": [5, 7]}, {"five", "seven"}),
        ({"not_in": [5]}, {"six", "seven"}),
        ({"at_least": 6}, {"six", "seven"}),
        ({"at_most": 6}, {"five", "six"}),
        ({"more_than": 6}, {"seven"}),
        ({"less_than": 6}, {"five"}),
        ({"more_than": 5, "less_than": 7}, {"six"}),
        ({"blank": True}, {"unknown"}),
        ({"blank": False}, {"five", "six", "seven"}),
    ],
    ids=str,
)
def test_comparisons_of_numbers(test: dict[str, Any], passing: set[str]) -> None:
    staff = {"five": {"at": "A", "points": 5}, "six": {"at": "A", "points": 6}, "seven": {"at": "A", "points": 7}}
    assert of(staff | {"unknown": "A"}, {"field": "points", **test}) == passing


@pytest.mark.parametrize(
    ("selector", "passing"),
    [
        ({"field": "backbone", "at_least": "county"}, {"county", "city"}),
        ({"field": "backbone", "less_than": "county"}, {"school"}),
        ({"field": "backbone", "blank": True}, {"none"}),
        ({"field": "backbone", "is": "city"}, {"city"}),
        ({"field": "backbone", "not_in": ["city"]}, {"school", "county"}),
        ({"not": {"field": "backbone", "is": "city"}}, {"none", "school", "county"}),
        ({"all": [{"field": "backbone", "blank": False}, {"field": "backbone", "at_most": "county"}]},
         {"school", "county"}),
        ({"any": [{"field": "backbone", "is": "school"}, {"field": "backbone", "is": "city"}]}, {"school", "city"}),
        ({"everyone": True}, {"none", "school", "county", "city"}),
    ],
    ids=str,
)  # fmt: skip
def test_listed_values_compare_in_the_order_of_the_contract(selector: dict[str, Any], passing: set[str]) -> None:
    staff: dict[str, Any] = {each: {"at": "A", "backbone": each} for each in ("school", "county", "city")}
    assert of(staff | {"none": "A"}, selector) == passing


def test_columns_of_the_school_lists_dates_and_own_columns() -> None:
    staff = {
        "a": {"at": "A", "duties": "class_teacher;graduating_grade", "birth_date": "1980-01-01", "班次": "甲"},
        "b": {"at": "B", "duties": "graduating_grade", "birth_date": "1979-12-31", "班次": ""},
    }
    district = tiny_district({"A": {"zone": "东"}, "B": {}}, staff)
    assert chosen(district, {"field": "school.zone", "is": "东"}) == {"a"}
    assert chosen(district, {"field": "duties", "contains": "class_teacher"}) == {"a"}
    assert chosen(district, {"field": "duties", "contains": "class"}) == set()
    assert chosen(district, {"field": "birth_date", "at_least": "1980-01-01"}) == {"a"}
    assert chosen(district, {"field": "班次", "blank": True}) == {"b"}


def test_computed_fields() -> None:
    # A: three staff, two of them full-time 语文 where one is required, so one too many; limit 2, so one above it
    staff: dict[str, Any] = {
        "a": {"at": "A", "department": "教务处"}, "b": {"at": "A", "department": "教务处"},
        "c": {"at": "A", "subject": "", "position": "support"}, "d": "B",
    }  # fmt: skip
    demand = [{"school_id": "A", "stage": "primary", "subject": "语文", "required": 1}]
    district = tiny_district({"A": {"headcount_limit": 2}, "B": {}}, staff, demand=demand)
    assert chosen(district, {"field": "subject_surplus", "is": 1}) == {"a", "b"}
    assert chosen(district, {"field": "subject_surplus", "blank": True}) == {"c", "d"}
    assert chosen(district, {"field": "department_size", "is": 2}) == {"a", "b"}
    assert chosen(district, {"field": "department_size", "blank": True}) == {"c", "d"}
    assert chosen(district, {"field": "school.surplus", "at_least": 1}) == {"a", "b", "c"}
    assert chosen(district, {"field": "school.staff_count", "is": 1}) == {"d"}


def test_age_is_completed_on_the_birthday() -> None:
    staff = {
        "today": {"at": "A", "birth_date": born(50)},
        "tomorrow": {"at": "A", "birth_date": born(50) + dt.timedelta(days=1)},
    }
    assert of(staff, {"field": "age", "at_least": 50}) == {"today"}
    assert of(staff, {"field": "age", "at_most": 49}) == {"tomorrow"}


# ---- lengths of service ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "column"),
    [("school", "joined_school"), ("post", "position_since"), ("career", "hired_on"), ("backbone", "backbone_since")],
)
def test_nine_years_to_the_day(place: str, column: str) -> None:
    staff = {
        "nine": {"at": "A", "position": "principal", "backbone": "city", column: "2018-09-01"},
        "short": {"at": "A", "position": "principal", "backbone": "city", column: "2018-09-02"},
        "unknown": {"at": "A", column: ""},
    }
    if place == "career":
        del staff["unknown"]
    assert of(staff, {"stay": place, "at_least": 9}) == {"nine"}
    assert of(staff, {"stay": place, "blank": True}) == set(staff) & {"unknown"}


def test_the_post_here_begins_with_the_later_of_both() -> None:
    head = {"at": "A", "position": "principal"}
    staff = {
        "came_later": {**head, "position_since": "2010-09-01", "joined_school": "2021-09-01"},
        "rose_later": {**head, "position_since": "2021-09-02", "joined_school": "2010-09-01"},
        "teacher": "A",
    }
    assert of(staff, {"stay": "post_here", "at_least": 6}) == {"came_later"}
    assert of(staff, {"stay": "post_here", "less_than": 6}) == {"rose_later"}


@pytest.mark.parametrize(("unit", "units", "start"), [
    ("half_years", 13, "2021-03-01"), ("half_years", 12, "2021-03-02"),
    ("terms", 2, "2021-09-01"), ("terms", 1, "2021-09-02"),
])  # fmt: skip
def test_half_years_and_terms(unit: str, units: int, start: str) -> None:
    # 1 March 2021 to 31 August 2027 is six and a half years; terms are of three years
    stay = {"in": "school", "unit": unit, "term_years": 3}
    assert of({"a": {"at": "A", "joined_school": start}}, {"stay": stay, "is": units}) == {"a"}


def test_terms_of_five_years() -> None:
    staff = {"two": {"at": "A", "joined_school": "2017-09-01"}, "one": {"at": "A", "joined_school": "2017-09-02"}}
    assert of(staff, {"stay": {"in": "school", "unit": "terms", "term_years": 5}, "at_least": 2}) == {"two"}


@pytest.mark.parametrize(
    ("spans", "years"),
    [
        ([], 10),
        ([("2020-09-01", "2021-08-31")], 9),
        ([("2020-09-01", "2021-09-01")], 8),  # a day more away: the ninth year lacks a day
        ([("2020-09-01", "2021-08-31"), ("2021-03-01", "2021-08-31")], 9),  # the same days count once
        ([("2015-09-01", "2018-08-31")], 9),  # only what lies inside the stay: its first year
        ([("2026-09-01", "")], 9),  # still away
        ([("", "2026-08-31")], 10),  # since when is not known
        ([("2027-09-01", "2028-08-31")], 10),  # not yet
    ],
    ids=str,
)
def test_without_the_days_away(spans: list[tuple[str, str]], years: int) -> None:
    history = [{"staff_id": "a", "start": s, "end": e, "kind": "support_teaching"} for s, e in spans]
    history.append({"staff_id": "a", "start": "2019-09-01", "end": "2020-08-31", "kind": "post"})
    stay = {"in": "school", "without": ["support_teaching"]}
    staff = {"a": {"at": "A", "joined_school": "2017-09-01"}, "b": {"at": "A", "joined_school": "2017-09-01"}}
    assert of(staff, {"stay": stay, "is": years}, history=history) == {"a"} | ({"b"} if years == 10 else set())


@pytest.mark.parametrize(
    ("sex", "position", "birth", "years"),
    [
        ("M", "teacher", "1970-09-01", 4.5),  # 60 and 68 // 4 + 1 = 18 months: 1 March 2032
        ("F", "teacher", "1972-09-01", 0.5),  # 55 and 32 // 4 + 1 = 9 months: 1 June 2028
        ("F", "support", "1978-01-01", 1.5),  # 50 and 36 // 2 + 1 = 19 months: 1 August 2029
        ("M", "teacher", "1964-12-31", 0),  # the last who retires at 60: past since 2024
    ],
)
def test_years_to_retirement(sex: str, position: str, birth: str, years: float) -> None:
    staff = {"a": {"at": "A", "sex": sex, "position": position, "birth_date": birth}, "b": {"at": "A", "age": 25}}
    assert of(staff, {"retirement": "statutory", "is": years}) == {"a"}
    assert of(staff, {"retirement": "statutory", "less_than": years}) == set()


def test_the_former_ages() -> None:
    # born 1 September 1977: a woman of 55 retires on 1 September 2032, five years and a day away; of 50, in 2027
    staff = {
        "teacher": {"at": "A", "birth_date": "1977-09-01"},
        "support": {"at": "A", "birth_date": "1977-09-01", "position": "support"},
        "man": {"at": "A", "birth_date": "1977-09-01", "sex": "M"},
    }
    assert of(staff, {"retirement": "former", "is": 5.5}) == {"teacher"}
    assert of(staff, {"retirement": "former", "is": 0.5}) == {"support"}
    assert of(staff, {"retirement": "former", "is": 10.5}) == {"man"}
    both = {"retirement": "former", "is": 0.5, "women_from_fifty": ["support", "teacher"]}
    assert of(staff, both) == {"teacher", "support"}


# ---- other tables ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "selector", "passes"),
    [
        ({"end": DAY}, {}, True),
        ({"end": "2027-08-30"}, {}, False),
        ({"start": DAY}, {}, True),
        ({"start": "2027-09-01"}, {}, False),
        ({}, {}, True),
        ({"kind": "nursing"}, {}, False),
        ({"evidence": "证明"}, {"proof": True}, True),
        ({}, {"proof": True}, False),
        ({"start": "2024-09-01"}, {"limit_years": 3}, True),  # its last day
        ({"start": "2024-08-31"}, {"limit_years": 3}, False),
        ({}, {"limit_years": 3}, False),  # since when is not known
    ],
    ids=str,
)
def test_exemptions(row: dict[str, Any], selector: dict[str, Any], passes: bool) -> None:
    exemptions = [{"staff_id": "a", "kind": "illness", **row}]
    found = of({"a": "A", "b": "A"}, {"exemption": ["illness"], **selector}, exemptions=exemptions)
    assert found == ({"a"} if passes else set())


HISTORY = [
    {"staff_id": "a", "school_id": "B", "location": "rural", "tier": "weak", "start": "2010-09-01", "end": "2012-08-31",
     "kind": "post"},
    {"staff_id": "a", "location": "rural", "tier": "general", "start": "2013-09-01", "end": "2014-08-30",
     "kind": "support_teaching"},
    {"staff_id": "a", "school_id": "A", "location": "urban", "tier": "general", "start": "2018-09-01", "kind": "post"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ({"history": "years", "locations": ["rural"]}, 2),  # 24 and 11 months
        ({"history": "years", "locations": ["rural"], "kinds": ["post"]}, 2),
        ({"history": "years", "kinds": ["support_teaching"]}, 0),  # a day short of twelve months
        ({"history": "years", "tiers": ["weak"]}, 2),
        # the present stay (nine years) stands for the row of the present school that reaches today
        ({"history": "years", "kinds": ["post"]}, 11),
        ({"history": "years", "kinds": ["post"], "present": False}, 11),
        ({"history": "schools"}, 3),
        ({"history": "schools", "years_each": 1}, 2),
        ({"history": "schools", "years_each": 3}, 1),
        ({"history": "schools", "present": False, "locations": ["rural"]}, 2),
    ],
    ids=str,
)
def test_history(selector: dict[str, Any], value: int) -> None:
    staff = {"a": {"at": "A", "joined_school": "2018-09-01"}, "b": {"at": "A", "years": 0}}
    assert "a" in of(staff, {**selector, "is": value}, history=HISTORY)
    assert "a" not in of(staff, {**selector, "more_than": value}, history=HISTORY)


@pytest.mark.parametrize(
    ("rows", "selector", "passes"),
    [
        ([(2025, "pass"), (2026, "excellent")], {"last": 2, "all_in": ["excellent", "pass"]}, True),
        ([(2025, "basic"), (2026, "excellent")], {"last": 2, "all_in": ["excellent", "pass"]}, False),
        ([(2026, "excellent")], {"last": 2, "all_in": ["excellent", "pass"]}, False),  # no result for 2025
        ([(2025, "pass"), (2026, "excellent")], {"last": 3, "all_in": ["excellent", "pass"]}, False),  # two years held
        ([(2025, "basic"), (2026, "excellent")], {"last": 1, "all_in": ["excellent"]}, True),
        ([(2025, "excellent"), (2026, "basic")], {"last": 2, "any_in": ["excellent"]}, True),
        ([(2025, "excellent"), (2026, "basic")], {"last": 1, "any_in": ["excellent"]}, False),
        ([], {"last": 1, "any_in": ["excellent"]}, False),
    ],
    ids=str,
)
def test_appraisals(rows: list[tuple[int, str]], selector: dict[str, Any], passes: bool) -> None:
    table = [{"staff_id": "a", "year": year, "result": result} for year, result in rows]
    # b's results say which years the table holds; a year after that of the plan does not count
    table += [{"staff_id": "b", "year": year, "result": "fail"} for year in (2025, 2026, 2028)]
    found = of({"a": "A", "b": "A"}, {"appraisals": "result", **selector}, appraisals=table)
    assert found == ({"a"} if passes else set())


def test_applications_pins_and_relatives() -> None:
    district = tiny_district(
        ["A", "B"],
        {"a": "A", "b": "A", "c": "A"},
        applications=[{"staff_id": "a", "rank": 1, "school_id": "B", "reason": "care"}],
        pins=[{"staff_id": "b", "verdict": "not_to", "school_id": "B"}],
        relatives=[{"staff_id": "a", "relative_id": "b", "kinship": "in_law"}],
    )
    assert chosen(district, {"applied": True}) == {"a"}
    assert chosen(district, {"applied": False}) == {"b", "c"}
    assert chosen(district, {"applied": True, "reasons": ["couple"]}) == set()
    assert chosen(district, {"applied": True, "reasons": ["care", "couple"]}) == {"a"}
    assert chosen(district, {"pinned": ["not_to"]}) == {"b"}
    assert chosen(district, {"pinned": ["move", "to", "stay"]}) == set()
    assert chosen(district, {"relatives": True}) == {"a", "b"}  # either side of the one row
    assert chosen(district, {"relatives": False}) == {"c"}


def test_forms_that_speak_of_duties() -> None:
    nine = {"id": "nine", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": "school", "at_least": 9},
            "ages": {"F": 45}, "unless": {"field": "title", "is": "professor"}}  # fmt: skip
    parts = {"id": "parts", "kind": "phase", "duty": "nine", "over": {"everyone": True}, "many": "10%", "years": 2}
    spared = {"id": "spared", "kind": "defer", "when": {"exemption": ["nursing"]}}
    staff = {
        "first": {"at": "A", "years": 11}, "later": {"at": "A", "years": 9}, "old": {"at": "A", "years": 9, "age": 46},
        "short": {"at": "A", "years": 8}, "prof": {"at": "A", "years": 9, "title": "professor"},
        "nurse": {"at": "A", "years": 9},
    }  # fmt: skip
    district = tiny_district(["A"], staff, exemptions=[{"staff_id": "nurse", "kind": "nursing"}])

    def passing(selector: dict[str, Any]) -> set[str]:
        return chosen(district, selector, nine, parts, spared)

    assert passing({"meets": "nine"}) == {"first", "later", "nurse"}
    assert passing({"meets": "nine", "but_for": ["ages"]}) == {"first", "later", "nurse", "old"}
    assert passing({"meets": "nine", "but_for": ["stay"]}) == {"first", "later", "nurse", "short"}
    assert passing({"meets": "nine", "but_for": ["unless"]}) == {"first", "later", "nurse", "prof"}
    assert passing({"eligible": ["nine"]}) == {"first", "later"}
    assert passing({"due": ["nine"]}) == {"first"}  # half of two
