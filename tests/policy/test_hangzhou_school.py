"""The facts of the regime ``hangzhou-school`` on both sides of each edge."""

from __future__ import annotations

from typing import Any

from districts import tiny_district
from regime import Regime

REGIME = Regime("hangzhou-school")
TERM = {"until": "2030-08-31"}


def cadre(department: str = "教务处", **given: Any) -> dict[str, Any]:
    """A chief who has completed three terms."""
    years = given.get("post_years", 9)
    usual = {"at": "A", "position": "middle_chief", "age": 45, "post_years": 9, "years": years, "career_years": 20}
    return {**usual, "department": department, **given}


def inside(department: str = "总务处") -> dict[str, str]:
    return {"to": "A", "to_department": department, "mode": "office", "personnel_file_moves": "no", **TERM}


def to(school: str) -> dict[str, str]:
    return {"to": school, "to_department": "总务处", **TERM}


OTHERS = {f"x{school}": cadre("总务处", at=school, position="teacher") for school in "ABJ"}
SCHOOLS: dict[str, Any] = {"A": {}, "B": {}, "J": {"stages": "junior"}}


def test_three_terms_of_three_school_years() -> None:
    people = {"three": cadre(), "less": cadre(post_years=8.5), "newcomer": cadre(years=8.5, post_years=9)}
    people["teacher"] = cadre(position="teacher")
    found = REGIME.standing(tiny_district(["A"], people))
    assert found == {"three": "must", "less": "stays", "newcomer": "stays", "teacher": "outside"}


def test_normally_leaves_room_for_exceptions() -> None:
    kept = [{"staff": ["a"], "reason": "课程改革项目收尾"}]
    regime = Regime("hangzhou-school", {"three-terms": {"exceptions": kept}})
    assert regime.must(tiny_district(["A"], {"a": cadre(), "b": cadre()})) == {"b"}


def test_a_new_term_of_three_school_years() -> None:
    district = tiny_district(SCHOOLS, {"a": cadre(), **OTHERS})
    plans: dict[str, Any] = {"office": {"a": inside()}, "school": {"a": to("B")}}
    assert REGIME.verdicts(district, "terms", plans) == {"office": "pass", "school": "pass"}
    assert REGIME.verdict(district, "terms", {"a": {**to("B"), "until": "2029-08-31"}}) == "breach"
    plans = {"office": {"a": inside()}, "none": {"a": {**to("B"), "to_department": ""}}}
    assert REGIME.verdicts(district, "offices", plans) == {"office": "pass", "none": "breach"}
    assert REGIME.verdicts(district, "qualified", {"B": {"a": to("B")}, "J": {"a": to("J")}}) == {
        "B": "pass",
        "J": "breach",
    }


def test_half_of_them_should_go_to_another_school() -> None:
    people = {"a": cadre(), "b": cadre("德育处"), "c": cadre("教科室"), **OTHERS}
    district = tiny_district(SCHOOLS, people)
    rule = REGIME.policy.by_id["exchange"]
    assert (rule.force, rule.rank) == ("should", 2)
    plans = {"half": {"a": inside(), "b": to("B")}, "third": {"a": inside(), "b": to("B"), "c": inside("德育处")}}
    assert REGIME.verdicts(district, "exchange", plans) == {"half": "pass", "third": "breach"}


def test_one_chief_and_one_deputy_in_an_office() -> None:
    people = {"a": cadre(), "d": cadre(position="middle_deputy"), **OTHERS}
    people["h"] = cadre("总务处", at="B", post_years=1)
    district = tiny_district(SCHOOLS, people)
    plans = {"held": {"a": to("B")}, "free": {"a": inside()}, "deputy": {"d": to("B")}}
    assert REGIME.verdicts(district, "office-posts", plans) == {"held": "breach", "free": "pass", "deputy": "pass"}
