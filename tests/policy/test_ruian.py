"""The facts of the regime ``ruian``, number by number, on both sides of each edge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from districts import Row, since, tiny_district
from regime import Regime

from rotation_planner.data.district import District

REGIME = Regime("ruian")
OWN = {"自愿审批": "", "特长": "", "交流到校": "", "本校晋升获评时间": "", "定向评选时间": ""}
SCHOOL = {"特色学校": "否", "结对学校": "", "新教师人数": 0, "zone": "东片"}


def city(
    people: dict[str, Any],
    schools: dict[str, Any] | None = None,
    exemptions: Sequence[Row] | None = None,
    **tables: Any,
) -> District:
    """Schools A and B of one zone, C of another, and whatever else; a long past row for the column of approvals."""
    named: dict[str, Any] = {"A": {}, "B": {}, "C": {"zone": "西片"}, **(schools or {})}
    past = {"staff_id": next(iter(people)), "kind": "other", "start": since(3), "end": since(2), "批准": "否"}
    staff = {who: {**OWN, **given} for who, given in people.items()}
    rows = {key: {**SCHOOL, **given} for key, given in named.items()}
    return tiny_district(rows, staff, exemptions=exemptions or [past], **tables)


def long(at: str = "A", **given: Any) -> dict[str, Any]:
    """An ordinary teacher who must go."""
    return {"at": at, "years": 9, **given}


def awarded(at: str = "A", **given: Any) -> dict[str, Any]:
    """A backbone teacher who must go."""
    return {"at": at, "years": 9, "backbone": "county", "backbone_years": 1, **given}


def leader(position: str = "deputy_principal", **given: Any) -> dict[str, Any]:
    """A leader who must go."""
    return {"at": "A", "position": position, "years": 6, "post_years": 6, "age": 54, **given}


def to(school: str, mode: str = "transfer", **given: str) -> dict[str, str]:
    return {"to": school, "mode": mode, "personnel_file_moves": "yes", "until": "2030-08-31", **given}


def test_leaders_go_after_six_years_in_post() -> None:
    people = {
        "principal": leader("principal"),
        "deputy": leader(),
        "less": leader(post_years=5.5),
        "newcomer": leader(years=5.5),
        "private": leader(at="P"),
    }
    found = REGIME.standing(city(people, {"P": {"ownership": "private"}}))
    stays = {"less": "stays", "newcomer": "stays", "private": "outside"}
    assert found == {"principal": "must", "deputy": "must", **stays}
    assert REGIME.policy.by_id["must-leader"].source.endswith("fact 1")


def test_ordinary_teachers_go_after_nine_years_support_teaching_not_counted() -> None:
    people = {
        "nine": long(),
        "less": long(years=8.5),
        "away": long(),
        "ten": long(years=10),
        "school": long(backbone="school", backbone_years=6, years=8),
        "chief": long(position="middle_chief", post_years=2),
        "worker": long(position="support", subject="", stage=""),
    }
    people |= {f"{sex}{age}": long(sex=sex, age=age) for sex, age in (("M", 50), ("M", 51), ("F", 45), ("F", 46))}
    year = {"kind": "support_teaching", "start": since(3), "end": since(2) - dt.timedelta(days=1)}
    past = [{"staff_id": who, "location": "rural", **year} for who in ("away", "ten")]
    district = city(people, history=past)
    assert REGIME.must(district) == {"nine", "ten", "chief", "M50", "F45"}
    off = Regime("ruian", {"must-ordinary": {"enabled": False}})
    assert not off.must(district)


def test_backbone_teachers_go_by_years_in_school_or_of_the_award() -> None:
    people = {
        "nine": awarded(),
        "five": awarded(years=1, backbone_years=5),
        "less": awarded(years=8.5, backbone_years=4.5),
        "school": awarded(years=1, backbone="school", backbone_years=5),
        "old": awarded(sex="M", age=51),
    }
    assert REGIME.must(city(people)) == {"nine", "five"}
    off = Regime("ruian", {"must-backbone": {"enabled": False}})
    assert not off.must(city(people))


def test_past_service_exempts_until_twelve_years() -> None:
    def served(who: str, *schools: tuple[str, str, float, float]) -> list[dict[str, Any]]:
        return [
            {
                "staff_id": who,
                "school_id": school,
                "location": location,
                "start": since(begun),
                "end": since(ended) - dt.timedelta(days=1),
                "kind": "post",
            }
            for school, location, begun, ended in schools
        ]

    two = (("B", "urban", 18, 15), ("C", "urban", 15, 12))
    people = {who: long(years=9, career_years=20) for who in ("two", "short", "rural", "less", "wish")}
    people |= {"back": long(years=12, career_years=20), "almost": long(years=11.5, career_years=20)}
    past = [
        *served("two", *two), *served("wish", *two), *served("back", *two), *served("almost", *two),
        *served("short", ("B", "urban", 18, 15), ("C", "urban", 15, 12.5)),
        *served("rural", ("", "rural", 18, 12)), *served("less", ("", "rural", 18, 12.5)),
    ]  # fmt: skip
    wish = [{"staff_id": "wish", "rank": 1, "school_id": "B"}]
    district = city(people, history=past, applications=wish)
    needed = {who for who, stands in REGIME.standing(district).items() if stands == "need_not"}
    assert needed == {"two", "rural", "almost", "wish"}
    plans: dict[str, Any] = {"two": {"two": to("B")}, "wish": {"wish": to("B")}, "back": {"back": to("B")}}
    assert REGIME.verdicts(district, "past-service", plans) == {"two": "breach", "wish": "pass", "back": "pass"}


def test_health_with_proof_and_courses_with_approval_for_three_years() -> None:
    rows: dict[str, dict[str, Any]] = {
        "pregnant": {"kind": "pregnancy"},
        "ill": {"kind": "illness", "evidence": "医院证明"},
        "unproven": {"kind": "illness"},
        "special": {"kind": "other", "evidence": "书面报告"},
        "lead": {"kind": "course_lead", "start": since(2.5), "批准": "是"},
        "late": {"kind": "research_lead", "start": since(3.5), "批准": "是"},
        "refused": {"kind": "research_lead", "start": since(1), "批准": "否"},
    }
    exemptions = [{"staff_id": who, "批准": "", **row} for who, row in rows.items()]
    district = city({who: long() for who in rows}, exemptions=exemptions)
    assert REGIME.must(district) == {"unproven", "late", "refused"}
    assert REGIME.verdict(district, "health", {"ill": to("B")}) == "breach"
    assert REGIME.verdict(district, "course-lead", {"lead": to("B")}) == "breach"


def test_service_and_honours_bind() -> None:
    weak = {"W": {"tier": "weak"}}
    people = {
        "served": awarded(years=3, backbone_years=5, 交流到校="是"),
        "serving": awarded(years=2.5, backbone_years=5, 交流到校="是"),
        "free": awarded("W", 本校晋升获评时间=since(2).isoformat()),
        "bound": awarded("W", 本校晋升获评时间=since(1.5).isoformat()),
        "general": awarded("A", 本校晋升获评时间=since(1.5).isoformat()),
        "five": awarded("A", 定向评选时间=since(5).isoformat()),
        "four": awarded("A", 定向评选时间=since(4.5).isoformat()),
        "away": awarded(),
    }
    running = [{"staff_id": "away", "kind": "attachment", "start": since(1), "location": "rural"}]
    district = city(people, weak, history=running)
    assert REGIME.must(district) == {"served", "free", "general", "five"}
    barred = {"in-service": "serving", "honour-bond": "bound", "directed-bond": "four"}
    for rule, who in barred.items():
        assert REGIME.verdict(district, rule, {who: to("B")}) == "breach"
    assert REGIME.verdict(district, "in-service", {"away": to("B")}) == "breach"


def test_volunteers_with_consent_and_pins() -> None:
    people = {"agreed": {"at": "A", "自愿审批": "同意"}, "refused": {"at": "A", "自愿审批": "不同意"}, "long": long()}
    people["silent"] = {"at": "A", "自愿审批": "同意"}
    wishes = [{"staff_id": who, "rank": 1, "school_id": "B"} for who in ("agreed", "refused")]
    pins = [{"staff_id": "long", "school_id": "B", "verdict": "not_to"}]
    district = city(people, applications=wishes, pins=pins)
    found = REGIME.standing(district)
    assert found == {"agreed": "may", "refused": "stays", "long": "must", "silent": "stays"}
    off = Regime("ruian", {"volunteers": {"enabled": False}})
    assert off.standing(district)["agreed"] == "stays"
    plans: dict[str, Any] = {"there": {"long": to("B")}, "elsewhere": {"long": to("C")}}
    assert REGIME.verdicts(district, "pins", plans) == {"there": "breach", "elsewhere": "pass"}


def test_three_categories_each_with_its_share() -> None:
    people = {f"o{n}": long() for n in range(11)} | {f"b{n}": awarded() for n in range(7)}
    people |= {f"l{n}": leader() for n in range(4)}
    district = city(people)
    for rule, letter, required in (("share-ordinary", "o", 2), ("share-backbone", "b", 2), ("share-leaders", "l", 2)):
        enough = {f"{letter}{n}": to("B") for n in range(required)}
        assert REGIME.verdict(district, rule, enough) == "pass"
        enough.pop(f"{letter}0")
        assert REGIME.verdict(district, rule, enough) == "breach"


def test_an_over_staffed_school_sends_by_surplus_and_subject() -> None:
    people = {f"m{n}": long(subject="数学") for n in range(4)} | {"s": long(), "b": long("B")}
    demand = [
        {"school_id": school, "stage": "primary", "subject": subject, "required": required}
        for school, subject, required in (("A", "数学", 2), ("A", "语文", 1), ("B", "数学", 2), ("B", "语文", 2))
    ]
    two = {"m0": to("B"), "m1": to("B")}
    cases = {
        "none": {},
        "one": {"m0": to("B")},
        "balanced": {"m0": to("B"), "b": to("A")},
        "two": two,
        "other": {"m0": to("B"), "s": to("B")},
        "third": {**two, "s": to("B")},
    }
    net = {"none": "breach", "one": "pass", "balanced": "breach", "two": "pass", "other": "pass", "third": "pass"}
    for limit, rule, one in ((4, "quota-over", "pass"), (2, "quota-far-over", "breach")):
        district = city(people, {"A": {"headcount_limit": limit}}, demand=demand)
        assert REGIME.verdicts(district, rule, cases) == {**net, "one": one}
    full = city(people, {"A": {"headcount_limit": 5}}, demand=demand)
    assert REGIME.verdict(full, "quota-over", {}) != "breach"
    small = city(people, {"A": {"headcount_limit": 3}}, demand=demand)
    assert REGIME.verdict(small, "quota-far-over", {}) != "breach"
    plans = {name: cases[name] for name in ("two", "other", "third")}
    assert REGIME.verdicts(district, "quota-subjects", plans) == {"two": "pass", "other": "breach", "third": "pass"}


def test_a_signature_school_keeps_its_core() -> None:
    people = {f"b{n}": awarded() for n in range(7)}
    plans = {"one": {"b0": to("B")}, "two": {"b0": to("B"), "b1": to("B")}}
    peak = {"A": {"特色学校": "是"}}
    assert REGIME.verdicts(city(people, peak), "keep-core", plans) == {"one": "pass", "two": "breach"}
    assert REGIME.verdict(city(people), "keep-core", plans["two"]) != "breach"


def test_ordinary_teachers_near_by_others_across_the_city() -> None:
    at = {"A": {"latitude": 27.8, "longitude": 120.6}}
    near = {"C": {"zone": "西片", "latitude": 27.88, "longitude": 120.6}}  # 8.9 km
    far = {"C": {"zone": "西片", "latitude": 27.9, "longitude": 120.6}}  # 11.1 km
    people = {"o": long(), "b": awarded(), "l": leader()}
    for schools, verdict in (({**at, **near}, "pass"), ({**at, **far}, "breach"), ({}, "breach")):
        district = city(people, schools)
        assert REGIME.verdict(district, "near-by", {"o": to("C")}) == verdict
        assert REGIME.verdict(district, "near-by", {"o": to("B"), "b": to("C"), "l": to("C")}) == "pass"


def test_the_forms_and_three_years_of_service() -> None:
    schools = {
        "A": {"结对学校": "T", "新教师人数": 1},
        "V": {"location": "rural"},
        "T": {"location": "town"},
        "W": {"tier": "weak"},
        "S": {"特色学校": "是"},
    }
    people = {"o": long(), "b": awarded(), "s": long(特长="音乐"), "v": long("V")}
    district = city(people, schools)
    forms = {
        "village": {"b": to("V", "guidance")},
        "weak": {"b": to("W", "guidance")},
        "twin": {"b": to("T", "cooperation")},
        "stand-in": {"o": to("V", "substitution")},
        "specialist": {"s": to("S", "optimisation")},
        "other": {"o": to("B")},
    }
    assert set(REGIME.verdicts(district, "forms", forms).values()) == {"pass"}
    wrong: dict[str, Any] = {
        "guidance": {"o": to("V", "guidance")},
        "short": {"o": to("B", until="2029-08-31")},
        "file": {"o": to("B", personnel_file_moves="no")},
        "village": {"v": to("T", "substitution")},
    }
    assert set(REGIME.verdicts(district, "forms", wrong).values()) == {"breach"}


def test_staffing_posts_and_titles_admit_who_arrives() -> None:
    people = {"h": leader("principal"), "a": long(title="senior"), "b": leader("principal", at="B"), "c": "C"}
    staff = {who: {"at": given} if isinstance(given, str) else given for who, given in people.items()}
    full = {"B": {"headcount_limit": 1, "senior_posts": 0}}
    room = {"B": {"headcount_limit": 2, "senior_posts": 1}}
    for rule in ("headcount", "title-posts"):
        assert REGIME.verdict(city(staff, full), rule, {"a": to("B")}) == "breach"
        assert REGIME.verdict(city(staff, room), rule, {"a": to("B")}) == "pass"
    swap = {"h": to("B"), "b": to("A")}
    assert REGIME.verdicts(city(staff), "posts", {"one": {"h": to("B")}, "swap": swap}) == {
        "one": "breach",
        "swap": "pass",
    }
    demand = [{"school_id": school, "stage": "primary", "subject": "语文", "required": 1} for school in "ABC"]
    taught = {"a": long(), "b": long("B"), "c": long("C")}
    plans: dict[str, Any] = {"alone": {"a": to("B")}, "swap": {"a": to("B"), "b": to("A")}}
    found = REGIME.verdicts(city(taught, demand=demand), "subject-staffing", plans)
    assert found == {"alone": "breach", "swap": "pass"}
    found = REGIME.verdicts(city(taught, demand=demand[:2]), "qualified", {"B": plans["alone"], "C": {"a": to("C")}})
    assert found == {"B": "pass", "C": "breach"}


def test_titles_lean_to_the_countryside() -> None:
    people = {f"s{n}": awarded(title="intermediate") for n in range(6)} | {"v": awarded("V", title="senior")}
    district = city(people, {"V": {"location": "rural"}})
    rule = REGIME.policy.by_id["rural-titles"]
    assert (rule.force, rule.rank) == ("should", 2)
    five = {f"s{n}": to("V") for n in range(5)}
    plans = {"five": five, "less": {**five, "v": to("B")}, "six": {**five, "v": to("B"), "s5": to("V")}}
    assert REGIME.verdicts(district, "rural-titles", plans) == {"five": "pass", "less": "breach", "six": "pass"}


def test_longest_in_the_school_first() -> None:
    for rule, kind in (("longest-ordinary", long), ("longest-backbone", awarded)):
        people = {"ten": kind(years=10, subject="数学"), "nine": kind(), "away": kind(years=10.5)}
        gone = {"kind": "support_teaching", "start": since(3), "end": since(2) - dt.timedelta(days=1)}
        wish = [{"staff_id": "nine", "rank": 1, "school_id": "B"}]
        district = city(people, history=[{"staff_id": "away", "location": "rural", **gone}])
        plans = {"first": {"ten": to("B")}, "last": {"nine": to("B")}, "away": {"away": to("B")}}
        plans["two"] = {"ten": to("B"), "away": to("B")}
        assert REGIME.verdicts(district, rule, plans) == {
            "first": "pass",
            "last": "breach",
            "away": "breach",
            "two": "pass",
        }
        assert REGIME.verdict(city(people, applications=wish), rule, plans["last"]) != "breach"
