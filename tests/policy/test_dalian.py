"""The facts of the regime ``dalian``, number by number, on both sides of each edge: the pack itself on tiny districts.

Numbers in the names of the tests are spelt out in COVERAGE.md, which points here.
"""

from __future__ import annotations

from typing import Any

import pytest
from districts import since, tiny_district, tiny_plan

from rotation_planner.audit import Audit, Verdict, audit_plan
from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.policy.reading import read_policy

POLICY = read_policy("dalian")
RURAL = {"R": {"location": "rural", "tier": "weak"}}
CITY = {"A": {"tier": "quality"}, "B": {}}
AWAY = {"mode": "secondment", "personnel_file_moves": "no", "until": "2029-08-31"}


def standing(district: District) -> dict[str, str]:
    ids = district.staff["staff_id"].tolist()
    return dict(zip(ids, map(str, stand(district, POLICY).stand), strict=True))


def due(district: District) -> set[str]:
    found = stand(district, POLICY)
    return set(district.staff.loc[found.any_due, "staff_id"])


def verdict_of(audit: Audit, rule: str) -> str:
    """The verdict of a whole rule: a breach anywhere is a breach."""
    found = {each.verdict for each in audit.findings if each.rule == rule}
    return next(each.value for each in (Verdict.BREACH, Verdict.PASS, Verdict.NOT_APPLICABLE) if each in found)


def judged(district: District, plan: Any) -> Audit:
    return audit_plan(district, POLICY, tiny_plan(district, plan))


def verdict(district: District, rule: str, plan: Any) -> str:
    return verdict_of(judged(district, plan), rule)


def many(number: int, **given: Any) -> dict[str, Any]:
    """So many people alike, ``p0`` and so on."""
    return {f"p{each}": dict(given) for each in range(number)}


def test_nine_years_and_the_ages() -> None:
    people = {
        "nine": {"at": "A", "years": 9},
        "less": {"at": "A", "years": 8.5},
        "man": {"at": "A", "years": 9, "sex": "M", "age": 55},
        "older_man": {"at": "A", "years": 9, "sex": "M", "age": 56},
        "woman": {"at": "A", "years": 9, "age": 50},
        "older_woman": {"at": "A", "years": 9, "age": 51},
        "islander": {"at": "I", "years": 9},
        "clerk": {"at": "A", "years": 9, "position": "support", "subject": "", "stage": ""},
    }
    found = standing(tiny_district({**CITY, "I": {"location": "remote"}}, people))
    assert {each for each, stands in found.items() if stands == "must"} == {"nine", "man", "woman"}
    assert found["clerk"] == "outside"


def test_three_terms_of_a_leader_and_one_term_to_retirement() -> None:
    leader = {"at": "A", "position": "principal", "sex": "M", "years": 9, "post_years": 9, "age": 50}
    people = {
        "due": leader,
        "short": {**leader, "post_years": 8.5},
        "newcomer": {**leader, "years": 8.5},
        "deputy": {**leader, "position": "deputy_principal"},
        "retiring": {**leader, "age": 60},
    }
    found = standing(tiny_district(CITY, people))
    assert {each for each, stands in found.items() if stands == "must"} == {"due", "deputy"}


def test_a_school_with_many_is_phased_over_five_years() -> None:
    old = {f"old{years}": {"at": "A", "years": years} for years in range(10, 17)}
    young = {f"p{each}": "A" for each in range(10)}
    assert due(tiny_district(CITY, {**old, **young})) == {"old16", "old15"}  # a fifth of seven, rounded up
    one_of_ten = {"old": {"at": "A", "years": 9}, **{f"p{each}": "A" for each in range(9)}}
    assert due(tiny_district(CITY, one_of_ten)) == {"old"}  # a tenth is not many
    three = read_policy("dalian", adjust={"phase-large": {"years": 3}})
    assert stand(tiny_district(CITY, {**old, **young}), three).any_due.sum() == 3


def test_funded_graduates_serve_in_the_countryside() -> None:
    funded = {"at": "A", "funded_normal_student": True, "years": 1}
    people = {
        "due": {**funded, "career_years": 2},
        "early": {**funded, "career_years": 1.5},
        "free": {**funded, "career_years": 6},
        "served": {**funded, "career_years": 4},
        "there": {**funded, "at": "R", "career_years": 3},
    }
    history = [
        {"staff_id": "served", "location": "rural", "start": since(4), "end": since(3), "kind": "support_teaching"}
    ]
    district = tiny_district({**CITY, **RURAL}, people, history=history)
    assert due(district) == {"due"}
    assert verdict(district, "funded-rural", {"due": "B"}) == "breach"
    assert verdict(district, "funded-rural", {"due": {"to": "R", **AWAY}}) == "pass"


def test_deferrals_with_their_proof_and_their_limit() -> None:
    kinds = {
        "pregnant": {"kind": "pregnancy"},
        "nursing": {"kind": "nursing"},
        "ill": {"kind": "illness", "evidence": "证明"},
        "unproven": {"kind": "illness"},
        "lead": {"kind": "course_lead", "start": since(2.5)},
        "led": {"kind": "course_lead", "start": since(3.5)},
        "over": {"kind": "nursing", "end": since(1)},
    }
    people = {each: {"at": "A", "years": 9} for each in kinds}
    rows = [{"staff_id": each, **row} for each, row in kinds.items()]
    district = tiny_district(CITY, people, exemptions=rows)
    found = standing(district)
    assert {each for each, stands in found.items() if stands == "need_not"} == {"pregnant", "nursing", "ill", "lead"}
    assert {each for each, stands in found.items() if stands == "must"} == {"unproven", "led", "over"}
    assert verdict(district, "defer-health", {"ill": "B"}) == "breach"
    assert verdict(district, "defer-course", {"lead": "B"}) == "breach"


def test_volunteers_over_the_age() -> None:
    older = {"at": "A", "years": 9, "sex": "M", "age": 56}
    people = {"asks": older, "silent": older, "short": {**older, "years": 8}}
    wishes = [{"staff_id": each, "rank": 1, "school_id": "B"} for each in ("asks", "short")]
    assert standing(tiny_district(CITY, people, applications=wishes)) == {
        "asks": "may",
        "silent": "stays",
        "short": "stays",
    }
    wider = read_policy("dalian", adjust={"must-teacher": {"ages": {"M": 58}}})
    found = stand(tiny_district(CITY, people), wider)
    assert list(map(str, found.stand)) == ["must", "must", "stays"]


def test_relieving_an_over_staffed_school_is_worth_a_move() -> None:
    district = tiny_district({"A": {"headcount_limit": 2}, "B": {}}, {"a": {"at": "A", "years": 9}, "b": "A", "c": "A"})
    goal = {plan: next(g for g in judged(district, moves).goals if g.id == "fewest-moves").value
            for plan, moves in (("stay", {}), ("go", {"b": "B"}))}  # fmt: skip
    assert goal == {"stay": 2, "go": 1}


@pytest.mark.parametrize(
    ("rule", "schools", "number", "enough"),
    [
        ("quota-quality", {"A": {"tier": "quality", "location": "town"}, "B": {}}, 7, 2),  # 15 % of 7 is 1.05
        ("quota-quality", {"A": {"tier": "general"}, "B": {}}, 7, 2),  # an urban general school counts as urban
        ("quota-general", {"A": {"tier": "general", "location": "town"}, "B": {}}, 11, 2),  # 10 % of 11 is 1.1
        ("quota-general", {"A": {"tier": "general", "location": "town"}, "B": {}}, 10, 1),
    ],
)
def test_shares_of_a_school(rule: str, schools: dict[str, Any], number: int, enough: int) -> None:
    district = tiny_district(schools, many(number, at="A", years=9))
    goes = {f"p{each}": "B" for each in range(enough)}
    assert verdict(district, rule, goes) == "pass"
    assert verdict(district, rule, dict(list(goes.items())[:-1])) == "breach"


def test_share_of_the_leaders() -> None:
    leader = {"at": "A", "position": "deputy_principal", "years": 9, "post_years": 9}
    district = tiny_district(CITY, many(7, **leader))
    assert verdict(district, "quota-leaders", {"p0": "B", "p1": "B"}) == "pass"
    assert verdict(district, "quota-leaders", {"p0": "B"}) == "breach"


def test_share_of_the_backbone() -> None:
    staff = {**many(6, at="A", years=9), "star": {"at": "A", "years": 9, "backbone": "school"}}
    district = tiny_district(CITY, staff)
    four = {f"p{each}": "B" for each in range(4)}
    assert verdict(district, "quota-backbone", {**four, "star": "B"}) == "pass"  # one of five
    assert verdict(district, "quota-backbone", {**four, "p4": "B", "star": "B"}) == "breach"  # one of six


@pytest.mark.parametrize("tier", ["quality", "weak"])
def test_limits_of_the_tiers(tier: str) -> None:
    def schools(count: int) -> dict[str, Any]:
        return {f"S{each}": {"tier": tier if each < count else "general"} for each in range(10)}

    assert verdict(tiny_district(schools(3), {"a": "S0"}), "tier-limits", {}) == "pass"
    assert verdict(tiny_district(schools(4), {"a": "S0"}), "tier-limits", {}) == "breach"


def test_ways_of_moving() -> None:
    schools = {"A": {"group": "集团", "campus": "main"}, "G": {"group": "集团", "campus": "branch"}, "B": {}, **RURAL}
    schools["T"] = {"location": "rural"}
    district = tiny_district(schools, {"a": "A", "b": "A", "c": "A", "d": "R"})
    right: dict[str, dict[str, str]] = {
        "a": {"to": "G", **AWAY, "until": "2030-08-31"},
        "b": {"to": "B"},
        "c": {"to": "R", **AWAY},
        "d": {"to": "T", **AWAY},
    }
    assert verdict(district, "ways", right) == "pass"
    for person, wrong in (
        ("a", {"until": "2029-08-31"}),  # a group's term is three years
        ("b", {"personnel_file_moves": "no"}),  # between city schools the file moves
        ("c", {"until": "2028-08-31"}),  # the countryside two years
        ("d", {"until": "2028-08-31"}),
    ):
        assert verdict(district, "ways", {**right, person: {**right[person], **wrong}}) == "breach"


def test_no_reverse_flow_in_three_readings() -> None:
    star = {"backbone": "school", "years": 9}
    district = tiny_district(
        {**CITY, **RURAL, "C": {}}, {"a": {"at": "A", **star}, "b": {"at": "B", **star}, "r": {"at": "R", **star}}
    )

    def told(plan: dict[str, Any]) -> dict[str, str]:
        page = judged(district, plan).reverse_flow[0]
        return {reading: each.value for reading, (each, _) in page.verdicts.items()}

    assert told({"a": "B", "b": "C"}) == {"strict": "breach", "to_high": "pass", "per_school": "pass"}
    assert told({"a": "B", "r": "C"})["per_school"] == "breach"
    assert told({"a": "B"}) == {"strict": "pass", "to_high": "pass", "per_school": "pass"}
    assert verdict(district, "no-reverse-flow", {"a": "B", "b": "C"}) == "breach"
    assert verdict(district, "no-reverse-flow", {"a": "B"}) == "pass"


def test_title_posts_and_the_rural_share_of_them() -> None:
    schools = {"A": {}, "R": {**RURAL["R"], "senior_posts": 1}}
    senior = {"at": "A", "years": 9, "title": "senior"}
    district = tiny_district(schools, {"a": senior, "b": senior, "r": {"at": "R", "title": "senior", "years": 9}})
    assert verdict(district, "title-posts", {"a": {"to": "R", **AWAY}}) == "breach"
    assert verdict(district, "title-posts", {"a": {"to": "R", **AWAY}, "r": "A"}) == "pass"
    assert verdict(district, "rural-titles", {"r": "A"}) == "breach"
    assert verdict(district, "rural-titles", {"a": {"to": "R", **AWAY}, "r": "A"}) == "pass"
    assert POLICY.by_id["rural-titles"].force == "should"
    kept_free = read_policy("dalian", adjust={"title-posts": {"reserve": 1}})
    plan = tiny_plan(district, {"a": {"to": "R", **AWAY}, "r": "A"})
    assert verdict_of(audit_plan(district, kept_free, plan), "title-posts") == "breach"


def test_the_longest_serving_go_first() -> None:
    district = tiny_district(CITY, {"old": {"at": "A", "years": 12}, "new": {"at": "A", "years": 10}})
    assert verdict(district, "longest-first", {"new": "B"}) == "breach"
    assert verdict(district, "longest-first", {"old": "B"}) == "pass"


def test_the_experience_that_a_move_gives() -> None:
    schools = {
        "A": {"group": "集团", "campus": "main"},
        "G": {"group": "集团", "campus": "branch"},
        "B": {},
        **RURAL,
    }
    district = tiny_district(schools, {"branch": "A", "main": "G", "village": "A", "other": "A"})
    gains = [gain.id for gain in POLICY.by_id["experience"].gains]  # type: ignore[attr-defined]
    audit = judged(district, {"branch": "G", "main": "A", "village": "R", "other": "B"})
    found = [set(each.people) for each in audit.findings if each.rule == "experience"]
    assert dict(zip(gains, found, strict=True)) == {
        "weak-by-group": {"branch"},
        "rural-or-weak": {"village"},
        "other-school": {"main", "village", "other"},
    }
