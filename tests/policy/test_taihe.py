"""The facts of the regime ``taihe``, number by number, on both sides of each edge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from districts import Row, since, tiny_district
from regime import Regime

from rotation_planner.data.district import District

REGIME = Regime("taihe")
YEARS = (2024, 2025, 2026)
TOWNSHIP = {"location": "town", "所属中心校": "柳河镇中心学校"}
SCHOOLS: dict[str, dict[str, Any]] = {
    "T": TOWNSHIP,
    "V": {**TOWNSHIP, "location": "rural"},
    "O": {**TOWNSHIP, "所属中心校": "石桥镇中心学校"},
    "A": {"所属中心校": "A"},
    "B": {"所属中心校": "B"},
}


def county(
    people: dict[str, Any],
    schools: dict[str, Any] | None = None,
    silent: tuple[str, ...] = (),
    reasons: dict[str, str] | None = None,
    results: Sequence[Row] | None = None,
    **tables: Any,
) -> District:
    """Everybody but the silent applies for A, then B, and has passed the last three appraisals unless said."""
    named = {key: {**given, **(schools or {}).get(key, {})} for key, given in SCHOOLS.items()}
    staff = {who: {"申报审核": "通过", **given} for who, given in people.items()}
    wishes = [
        {"staff_id": who, "rank": rank, "school_id": school, "reason": (reasons or {}).get(who, "other")}
        for who in people
        if who not in silent
        for rank, school in enumerate("AB", 1)
    ]
    said = {(row["staff_id"], row["year"]) for row in results or []}
    passed = [
        {"staff_id": who, "year": year, "result": "pass", "ethics": "pass"}
        for who in people
        for year in YEARS
        if (who, year) not in said
    ]
    given = {"applications": wishes, "appraisals": [*(results or []), *passed], **tables}
    return tiny_district(named, staff, **given)


def teacher(at: str = "T", **given: Any) -> dict[str, Any]:
    """A township teacher who may apply."""
    return {"at": at, "years": 6, **given}


def may(district: District) -> set[str]:
    return {who for who, stands in REGIME.standing(district).items() if stands == "may"}


def test_six_years_in_townships_of_the_county_and_three_in_the_centre_school() -> None:
    def past(who: str, school: str, begun: float, ended: float) -> dict[str, Any]:
        span = {"start": since(begun), "end": since(ended) - dt.timedelta(days=1)}
        return {"staff_id": who, "school_id": school, "location": "town", "kind": "post", **span}

    people = {
        "six": teacher(),
        "less": teacher(years=5.5),
        "two": teacher(years=3),
        "newcomer": teacher(years=2.5),
        "village": teacher(years=1),
        "outside": teacher(years=3),
        "city": teacher("A"),
        "silent": teacher(),
        "chief": teacher(position="middle_chief"),
    }
    history = [
        past("two", "O", 6, 3),
        past("newcomer", "O", 7, 2.5),
        past("village", "V", 6, 1),
        past("outside", "", 9, 3),
    ]
    district = county(people, silent=("silent",), history=history)
    assert may(district) == {"six", "two", "village"}
    assert REGIME.policy.by_id["township-applicants"].source.endswith("fact 6")


def test_appraisals_of_the_last_three_years() -> None:
    people = {who: teacher() for who in ("pass", "excellent", "basic", "fail", "ethics", "blank", "before")}
    results = [
        {"staff_id": "excellent", "year": 2026, "result": "excellent", "ethics": "pass"},
        {"staff_id": "basic", "year": 2024, "result": "basic", "ethics": "pass"},
        {"staff_id": "fail", "year": 2025, "result": "fail", "ethics": "pass"},
        {"staff_id": "ethics", "year": 2026, "result": "pass", "ethics": "fail"},
        {"staff_id": "blank", "year": 2026, "result": "", "ethics": "pass"},
        {"staff_id": "before", "year": 2023, "result": "fail", "ethics": "fail"},
    ]
    district = county(people, results=results)
    found = REGIME.standing(district)
    assert may(district) == {"pass", "excellent", "before"}
    assert {who for who, stands in found.items() if stands == "barred"} == {"fail", "ethics"}
    assert REGIME.verdict(district, "failed-appraisal", {"ethics": "A"}) == "breach"


def test_absence_sanction_and_false_papers_bar() -> None:
    exemptions = [
        {"staff_id": "absent", "kind": "absence", "start": since(2.5)},
        {"staff_id": "long-ago", "kind": "absence", "start": since(3.5)},
        {"staff_id": "sanction", "kind": "sanction", "start": since(1), "end": since(-1)},
        {"staff_id": "over", "kind": "sanction", "start": since(2), "end": since(1)},
        {"staff_id": "inquiry", "kind": "investigation", "start": since(1)},
    ]
    people = {who: teacher() for who in ("absent", "long-ago", "sanction", "over", "inquiry", "honest")}
    people |= {"false": teacher(申报审核="材料不实"), "other": teacher(申报审核="其他违规")}
    district = county(people, exemptions=exemptions)
    assert may(district) == {"long-ago", "over", "honest"}
    for rule, who in (("absent", "absent"), ("under-sanction", "inquiry"), ("false-papers", "other")):
        assert REGIME.verdict(district, rule, {who: "A"}) == "breach"
    assert REGIME.verdict(district, "under-sanction", {"sanction": "A"}) == "breach"


def test_forty_places() -> None:
    district = county({f"t{n:02d}": teacher() for n in range(41)} | {"v": teacher("V")})
    plans: dict[str, Any] = {str(size): {f"t{n:02d}": "A" for n in range(size)} for size in (40, 41)}
    plans["village"] = {**plans["40"], "v": "T"}
    verdicts = {"40": "pass", "41": "breach", "village": "pass"}
    assert REGIME.verdicts(district, "forty-places", plans) == verdicts


def test_over_staffed_schools_send_and_receive_nobody() -> None:
    demand = [
        {"school_id": school, "stage": "primary", "subject": "语文", "required": required}
        for school, required in (("T", 1), ("V", 2), ("O", 2), ("A", 3), ("B", 1))
    ]
    people = {"a": teacher(), "b": teacher(), "v": teacher("V"), "o": teacher("O"), "c": teacher("B")}
    limits = {key: {"headcount_limit": limit} for key, limit in (("T", 1), ("V", 2), ("O", 1), ("A", 3), ("B", 0))}
    district = county(people, limits, silent=("a", "b", "v"), demand=demand)
    assert may(district) == {"a", "b", "o"}
    vacancies = {"vacant": {"a": "V"}, "full": {"a": "O"}, "town": {"a": "A"}}
    assert REGIME.verdicts(district, "to-vacancies", vacancies) == {
        "vacant": "pass",
        "full": "breach",
        "town": "breach",
    }
    closed: dict[str, Any] = {"over": {"o": "B", "c": "A"}, "open": {"o": "A"}, "back": {"a": "V", "o": "T"}}
    found = REGIME.verdicts(district, "closed-over-staffed", closed)
    assert found == {"over": "breach", "open": "pass", "back": "breach"}
    within = {"one": {"a": "V"}, "two": {"a": "V", "b": "V"}}
    assert REGIME.verdicts(district, "headcount", within) == {"one": "pass", "two": "breach"}
    off = Regime("taihe", {"over-staffed": {"enabled": False}})
    assert off.standing(district)["a"] == "stays"


def test_a_subject_in_surplus_receives_nobody() -> None:
    def rows(today: int) -> list[Row]:
        required = {"T": 0, "A": today, "B": 1}
        return [
            {"school_id": school, "stage": "primary", "subject": "语文", "required": number, "minimum": 0}
            for school, number in required.items()
        ]

    people = {"t": teacher(), "u": teacher(), "a1": teacher("A"), "a2": teacher("A"), "b": teacher("B")}
    plan: dict[str, Any] = {"one": {"t": "A"}, "two": {"t": "A", "u": "A"}, "none": {"t": "V"}}
    surplus = county(people, demand=rows(1))
    assert REGIME.verdicts(surplus, "qualified", plan) == {"one": "breach", "two": "breach", "none": "breach"}
    even = county(people, demand=rows(2))
    assert REGIME.verdict(even, "qualified", plan["one"]) == "pass"
    assert REGIME.verdict(even, "subject-staffing", plan["one"]) == "breach"
    wanted = county(people, demand=rows(3))
    assert REGIME.verdicts(wanted, "subject-staffing", {"one": plan["one"], "two": plan["two"]}) == {
        "one": "pass",
        "two": "breach",
    }


def test_applicants_go_to_the_town_for_good() -> None:
    district = county({"t": teacher()})
    plans = {"town": {"t": "A"}, "township": {"t": "O"}}
    assert REGIME.verdicts(district, "to-town", plans) == {"town": "pass", "township": "breach"}
    term = {"to": "A", "until": "2030-08-31"}
    assert REGIME.verdicts(district, "transfer", {"good": plans["town"], "term": {"t": term}}) == {
        "good": "pass",
        "term": "breach",
    }


def test_no_free_post_of_the_rank_is_told_and_not_forbidden() -> None:
    rule = REGIME.policy.by_id["title-posts"]
    assert (rule.force, rule.rank) == ("should", 3)
    for posts, verdict in ((0, "breach"), (1, "pass")):
        district = county({"t": teacher(title="senior")}, {"A": {"senior_posts": posts}})
        assert REGIME.verdict(district, "title-posts", {"t": "A"}) == verdict


def test_hardship_first_then_points() -> None:
    people = {"more": teacher(years=9), "fewer": teacher(), "couple": teacher(), "maths": teacher(subject="数学")}
    district = county(people, reasons={"couple": "couple"})
    plans: dict[str, Any] = {
        "points": {"more": "A"},
        "hardship": {"couple": "A"},
        "both": {"couple": "A", "more": "A"},
        "second": {"couple": "A", "more": "B"},
        "other": {"maths": "A"},
        "all": {"couple": "A", "more": "A", "fewer": "A"},
    }
    found = REGIME.verdicts(district, "by-points", plans)
    assert found == {**dict.fromkeys(plans, "pass"), "points": "breach"}
    passed_over = {"couple": "A", "fewer": "A"}
    assert REGIME.verdict(district, "by-points", passed_over) == "breach"
    worse = {"couple": "A", "more": "B", "fewer": "A"}
    assert REGIME.verdict(district, "by-points", worse) == "breach"


def test_the_table_of_points() -> None:
    excellent = [{"staff_id": "most", "year": 2026, "result": "excellent", "ethics": "pass"}]
    # Ahead by one line of the table each, in the order of the lines.
    lines: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "township": ({"years": 7}, {}),
        "remote": ({"at": "V"}, {}),
        "title": ({"title": "senior"}, {"title": "intermediate"}),
        "honours": ({"backbone": "county"}, {"backbone": "school"}),
        "tasks": ({"duties": "class_teacher"}, {}),
    }
    for ahead, behind in lines.values():
        people = {"a": teacher(**behind), "b": teacher(**ahead)}
        plans = {"ahead": {"b": "A"}, "behind": {"a": "A"}}
        found = REGIME.verdicts(county(people), "by-points", plans)
        assert found == {"ahead": "pass", "behind": "breach"}
    people = {"a": teacher(), "most": teacher()}
    assert REGIME.verdict(county(people, results=excellent), "by-points", {"a": "A"}) == "breach"
