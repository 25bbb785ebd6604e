"""The facts of the regime ``county-middle``, number by number, on both sides of each edge."""

from __future__ import annotations

from typing import Any

from districts import Row, since, tiny_district
from regime import Regime

from rotation_planner.data.district import District

REGIME = Regime("county-middle")
TERM = {"personnel_file_moves": "yes", "until": "2030-08-31"}
SCHOOLS: dict[str, dict[str, Any]] = {
    "A": {"学校级别": "副科级"},
    "B": {"学校级别": "副科级"},
    "C": {"学校级别": "股级"},
    "J": {"学校级别": "副科级", "stages": "junior"},
}
OTHERS = {f"x{school}": {"at": school, "department": "总务处", "任现处室中层时间": ""} for school in "ABCJ"}


def county(schools: dict[str, dict[str, Any]], people: dict[str, Any], exemptions: list[Row] | None = None) -> District:
    """A county whose table of exemptions has the column of approvals, by default of a refusal long past."""
    past = {"staff_id": next(iter(people)), "kind": "other", "start": since(3), "end": since(2), "批准": "否"}
    return tiny_district(schools, people, exemptions=exemptions or [past])


def cadre(position: str = "middle_chief", **given: Any) -> dict[str, Any]:
    """A cadre of the teaching office of school A who must rotate."""
    usual = {"at": "A", "department": "教务处", "position": position, "years": 7, "post_years": 7, "age": 40}
    return {**usual, "任现处室中层时间": "", **given}


def inside(department: str = "总务处") -> dict[str, str]:
    return {"to": "A", "to_department": department, **TERM, "mode": "office", "personnel_file_moves": "no"}


def to(school: str, department: str = "总务处") -> dict[str, str]:
    return {"to": school, "to_department": department, **TERM}


def test_six_years_in_the_same_school_and_post() -> None:
    people = {
        "six": cadre(years=6, post_years=6),
        "less": cadre(years=6, post_years=5.5),
        "newcomer": cadre(years=5.5, post_years=6),
        "teacher": cadre("teacher"),
    }
    standing = REGIME.standing(county(SCHOOLS, people))
    assert standing == {"six": "must", "less": "stays", "newcomer": "stays", "teacher": "outside"}
    assert REGIME.policy.by_id["same-post"].source.endswith("fact 2")


def test_nine_years_as_deputy_and_chief_of_one_office() -> None:
    given = {"years": 12, "post_years": 3}
    people = {
        "nine": cadre(**given, 任现处室中层时间=since(9)),
        "less": cadre(**given, 任现处室中层时间=since(8.5)),
        "unknown": cadre(**given),
    }
    assert REGIME.must(county(SCHOOLS, people)) == {"nine"}
    off = Regime("county-middle", {"same-office": {"enabled": False}})
    assert not off.must(county(SCHOOLS, people))


def test_close_to_the_age_of_leaving_and_past_it() -> None:
    ages = {"M": (51, 52), "F": (48, 49)}
    people = {f"{sex}{age}": cadre(sex=sex, age=age) for sex, both in ages.items() for age in both}
    standing = REGIME.standing(county(SCHOOLS, people))
    assert standing == {"M51": "must", "M52": "need_not", "F48": "must", "F49": "need_not"}
    assert REGIME.verdict(county(SCHOOLS, {**people, **OTHERS}), "near-age", {"M52": inside()}) == "breach"
    for sex, last in (("M", 54), ("F", 51)):
        found = [
            REGIME.verdict(county(SCHOOLS, {"a": cadre(sex=sex, age=age)}), "leave-at-age", {})
            for age in (last, last + 1)
        ]
        assert found == ["pass", "breach"]


def test_special_reasons_need_report_and_approval() -> None:
    rows = {
        "granted": {"evidence": "书面报告", "批准": "是"},
        "refused": {"evidence": "书面报告", "批准": "否"},
        "unwritten": {"evidence": "", "批准": "是"},
    }
    exemptions = [{"staff_id": who, "kind": "hardship", **row} for who, row in rows.items()]
    district = county(SCHOOLS, {who: cadre() for who in rows}, exemptions=exemptions)
    assert REGIME.must(district) == {"refused", "unwritten"}
    assert REGIME.verdict(district, "special-reasons", {"granted": to("B", "")}) == "breach"


def test_the_chief_first_and_one_of_an_office_at_a_time() -> None:
    people = {"chief": cadre(), "deputy": cadre("middle_deputy", post_years=8, years=8), **OTHERS}
    district = county(SCHOOLS, people)
    plans = {
        "chief": {"chief": inside()},
        "deputy": {"deputy": inside()},
        "both": {"chief": inside(), "deputy": to("B")},
    }
    assert REGIME.verdicts(district, "chief-first", plans) == {"chief": "pass", "deputy": "breach", "both": "pass"}
    assert REGIME.verdicts(district, "one-of-office", plans) == {"chief": "pass", "deputy": "pass", "both": "breach"}


def test_between_offices_or_between_schools_of_the_same_rank() -> None:
    district = county(SCHOOLS, {"a": cadre(), **OTHERS})
    plans = {
        "office": {"a": inside()},
        "equal": {"a": to("B")},
        "lower": {"a": to("C")},
        "no office": {"a": to("B", "")},
    }
    ranks = {"office": "pass", "equal": "pass", "lower": "breach", "no office": "pass"}
    assert REGIME.verdicts(district, "same-rank", plans) == ranks
    placed = {"office": "pass", "equal": "pass", "lower": "pass", "no office": "breach"}
    assert REGIME.verdicts(district, "offices", plans) == placed
    stages = {"primary": {"a": to("B")}, "junior": {"a": to("J")}}
    assert REGIME.verdicts(district, "qualified", stages) == {"primary": "pass", "junior": "breach"}


def test_a_term_of_three_years() -> None:
    district = county(SCHOOLS, {"a": cadre(), **OTHERS})
    plans: dict[str, Any] = {"office": {"a": inside()}, "school": {"a": to("B")}}
    assert set(REGIME.verdicts(district, "terms", plans).values()) == {"pass"}
    wrong = {"short": {"until": "2029-08-31"}, "good": {"until": ""}, "mode": {"mode": "office"}}
    plans = {name: {"a": {**to("B"), **each}} for name, each in wrong.items()}
    assert set(REGIME.verdicts(district, "terms", plans).values()) == {"breach"}


def test_posts_of_school_and_office() -> None:
    people = {
        "a": cadre(),
        "d": cadre("middle_deputy", department="德育处"),
        "b": {**cadre(post_years=1, years=1), "at": "B", "department": "总务处"},
        "e": {**cadre("middle_deputy", post_years=1, years=1), "at": "B", "department": "总务处"},
        "t": {**cadre("teacher"), "at": "B"},
        **OTHERS,
    }
    plans = {"free": {"a": to("B", "教务处")}, "held": {"a": to("B")}, "second": {"d": to("B")}}
    office = {"free": "pass", "held": "breach", "second": "pass"}
    full = {**SCHOOLS, "B": {**SCHOOLS["B"], "middle_chief_posts": 1, "middle_deputy_posts": 1}}
    room = {**SCHOOLS, "B": {**SCHOOLS["B"], "middle_chief_posts": 2, "middle_deputy_posts": 2}}
    for schools, verdict in ((full, "breach"), (room, "pass")):
        district = county(schools, people)
        assert set(REGIME.verdicts(district, "school-posts", plans).values()) == {verdict}
        assert REGIME.verdicts(district, "office-posts", plans) == office
    third = county(room, {**people, "f": {**people["e"]}})
    assert REGIME.verdict(third, "office-posts", plans["second"]) == "breach"
