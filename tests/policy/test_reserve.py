"""The facts of the regime ``reserve``, number by number, on both sides of each edge."""

from __future__ import annotations

from typing import Any

from districts import since, tiny_district
from regime import Regime

REGIME = Regime("reserve")
MARKS = {"上年考评": 80, "本年考评": 80, "培养基地": "否"}
SCHOOLS: dict[str, dict[str, Any]] = {
    "C": {**MARKS},
    "W": {**MARKS, "location": "rural", "tier": "weak"},
    "R": {**MARKS, "location": "rural"},
    "T": {**MARKS, "location": "town"},
    "Q": {**MARKS, "tier": "quality"},
    "Z": {**MARKS, "上年考评": 1, "本年考评": 1},  # with Y the bottom third of seven
    "Y": {**MARKS, "上年考评": 2, "本年考评": 2},
}
LEADERS = {f"head{school}": {"at": school, "position": "principal", "后备干部": "否"} for school in SCHOOLS}
AWAY = {"mode": "secondment", "personnel_file_moves": "no", "until": "2029-08-31"}
ATTACHED = {"mode": "attachment", "personnel_file_moves": "no", "until": "2028-08-31"}


def member(at: str = "C", **given: Any) -> dict[str, Any]:
    """A member of the pool who is to be sent."""
    marks = {"年度学分": 90, "不合格次数": 0, "认可度": 90}
    return {"at": at, "years": 3, "backbone": "school", "后备干部": "是", **marks, **given}


def test_the_pool_of_city_and_weak_schools_is_sent() -> None:
    people = {
        "city": member(),
        "weak": member("W"),
        "village": member("R"),
        "new": member(years=2.5),
        "away": member(),
        "other": member(后备干部="否"),
    }
    history = [{"staff_id": "away", "start": since(0.5), "kind": "attachment", "location": "rural"}]
    found = REGIME.standing(tiny_district(SCHOOLS, {**people, **LEADERS}, history=history))
    assert {who for who, stands in found.items() if stands == "must"} == {"city", "weak"}
    assert found["other"] == "outside"
    assert "sent" in REGIME.policy.by_id


def test_backbone_teachers_only() -> None:
    district = tiny_district(SCHOOLS, {"a": member(), "b": member(backbone=""), **LEADERS})
    assert REGIME.standing(district)["b"] == "barred"
    assert REGIME.verdict(district, "backbone-only", {"b": {"to": "R", **AWAY}}) == "breach"


def test_credits_below_three_fifths_of_the_mean_of_the_first_five() -> None:
    """Five with 90 credits make 54 the limit; the mean is of the first five, whoever else is in the pool."""
    people = {
        **{f"p{each}": member() for each in range(5)},
        "edge": member(年度学分=54),
        "below": member(年度学分=53.9),
    }
    found = REGIME.standing(tiny_district(SCHOOLS, {**people, **LEADERS}))
    assert (found["edge"], found["below"]) == ("must", "barred")
    assert "low-credits" in REGIME.policy.by_id


def test_two_failed_exams_and_four_fifths_approval() -> None:
    people = {
        "once": member(不合格次数=1),
        "twice": member(不合格次数=2),
        "liked": member(认可度=80),
        "disliked": member(认可度=79.9),
    }
    found = REGIME.standing(tiny_district(SCHOOLS, {**people, **LEADERS}))
    assert {who for who in people if found[who] == "barred"} == {"twice", "disliked"}
    assert {"failed-exams", "low-approval"} <= set(REGIME.policy.by_id)


def test_a_school_in_the_bottom_third_twice_running() -> None:
    years = {"S1": (60, 60), "S2": (61, 90), "S3": (90, 61), "S4": (91, 91), "S5": (92, 92), "S6": (93, 93)}
    schools = {key: {**MARKS, "上年考评": last, "本年考评": this} for key, (last, this) in years.items()}
    schools["J"] = {**MARKS, "stages": "junior", "上年考评": 10, "本年考评": 10}  # a third of one school is none
    people = {f"p{key}": member(key) for key in schools}
    found = REGIME.standing(tiny_district(schools, people))
    assert {who for who, stands in found.items() if stands == "barred"} == {"pS1"}
    assert "weak-school" in REGIME.policy.by_id


def test_directions_ways_and_never_the_same_school_twice() -> None:
    history = [{"staff_id": "been", "school_id": "R", "start": since(9), "end": since(8), "kind": "exchange"}]
    people = {"city": member(), "weak": member("W"), "been": member(), **LEADERS}
    district = tiny_district(SCHOOLS, people, history=history)
    ways = {("city", "R"): AWAY, ("city", "T"): AWAY, ("city", "W"): AWAY, ("city", "Q"): AWAY, ("weak", "Q"): ATTACHED}
    ways[("weak", "R")] = AWAY
    found = {key: REGIME.verdict(district, "directions", {key[0]: {"to": key[1], **way}}) for key, way in ways.items()}
    assert {key for key, verdict in found.items() if verdict == "breach"} == {("city", "Q"), ("weak", "R")}
    for (who, school), way in ways.items():
        assert REGIME.verdict(district, "ways", {who: {"to": school, **way}}) == "pass"
    wrong = {"city": {"to": "R", **ATTACHED}, "weak": {"to": "Q", **ATTACHED, "until": "2029-08-31"}}
    for who, move in wrong.items():
        assert REGIME.verdict(district, "ways", {who: move}) == "breach"
    plans = {school: {"been": {"to": school, **AWAY}} for school in "RT"}
    assert REGIME.verdicts(district, "not-again", plans) == {"R": "breach", "T": "pass"}


def test_one_mentor_each() -> None:
    district = tiny_district(SCHOOLS, {"a": member(), "b": member(), "d": member(), **LEADERS})
    one, two = {"a": {"to": "R", **AWAY}}, {"a": {"to": "R", **AWAY}, "b": {"to": "R", **AWAY}}
    assert REGIME.verdicts(district, "mentors", {"one": one, "two": two}) == {"one": "pass", "two": "breach"}
    second = {"deputy": {"at": "R", "position": "deputy_principal", "后备干部": "否"}}
    more = tiny_district(SCHOOLS, {"a": member(), "b": member(), **LEADERS, **second})
    assert REGIME.verdict(more, "mentors", two) == "pass"


def test_show_case_schools_train_and_stages_fit() -> None:
    schools = {**SCHOOLS, "T": {**SCHOOLS["T"], "培养基地": "是"}, "J": {**SCHOOLS["R"], "stages": "junior"}}
    district = tiny_district(schools, {"a": member(), "b": member(), **LEADERS})
    plans = {"there": {"a": {"to": "T", **AWAY}}, "elsewhere": {"a": {"to": "R", **AWAY}}}
    assert REGIME.verdicts(district, "training-schools", plans) == {"there": "pass", "elsewhere": "breach"}
    plans = {"primary": plans["there"], "junior": {"a": {"to": "J", **AWAY}}}
    assert REGIME.verdicts(district, "qualified", plans) == {"primary": "pass", "junior": "breach"}


def test_the_experience_gained() -> None:
    gains = [gain.id for gain in REGIME.policy.by_id["several-schools"].gains]  # type: ignore[attr-defined]
    assert gains == ["rural-or-weak", "quality"]
