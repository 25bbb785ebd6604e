"""The facts of the regime ``huzhou-bureau``, number by number, on both sides of each edge."""

from __future__ import annotations

from typing import Any

from districts import since, tiny_district
from regime import Regime

REGIME = Regime("huzhou-bureau")
INSIDE = {"mode": "section", "personnel_file_moves": "no"}


def cadre(department: str = "人事科", **given: Any) -> dict[str, Any]:
    """An ordinary cadre of the office with years in the post."""
    years = {"years": given.get("post_years", 3)}
    return {"at": "O", "department": department, "stage": "", "subject": "", "post_years": 3, **years, **given}


def move(department: str, at: str = "O") -> dict[str, str]:
    return {"to": at, "to_department": department, **(INSIDE if at == "O" else {})}


def test_regular_rotation_after_five_years_in_the_post() -> None:
    people = {
        "five": cadre(post_years=5),
        "less": cadre("财务科", post_years=4.5),
        "worker": cadre(position="support", post_years=9),
    }
    found = REGIME.standing(tiny_district(["O"], people))
    assert (found["five"], found["less"], found["worker"]) == ("must", "stays", "outside")
    assert "regular" in REGIME.policy.by_id


def test_training_of_the_young_who_have_seen_few_posts() -> None:
    people = {
        "young": cadre(age=35),
        "older": cadre(age=36),
        "new": cadre(age=35, post_years=2.5),
        "two": cadre(age=35),
        "three": cadre(age=35),
    }
    past = [("two", 6, 3), ("three", 6, 5), ("three", 5, 3)]
    history = [
        {"staff_id": who, "start": since(begun), "end": since(ended), "kind": "post", "location": "urban"}
        for who, begun, ended in past
    ]
    off = Regime("huzhou-bureau", {"adjusting": {"enabled": False}})
    assert off.must(tiny_district(["O"], people, history=history)) == {"young", "two"}
    assert "training" in off.policy.by_id


def test_adjusting_takes_the_young_where_there_are_several() -> None:
    people = {
        "a": cadre("人事科", age=40, post_years=2),
        "b": cadre("人事科", age=40, post_years=1.5),
        "c": cadre("人事科", age=41, post_years=2),
        "alone": cadre("财务科", age=40, post_years=2),
    }
    found = REGIME.standing(tiny_district(["O"], people))
    assert found == {"a": "may", "b": "stays", "c": "stays", "alone": "stays"}
    assert "adjusting" in REGIME.policy.by_id
    district = tiny_district(["O"], {**people, "d": cadre("财务科", age=50)})
    plans = {"stay": {}, "a": {"a": move("财务科")}, "alone": {"alone": move("人事科")}}
    assert REGIME.verdicts(district, "team-age", plans) == {"stay": "pass", "a": "pass", "alone": "breach"}


def test_a_tenth_of_a_section_is_young() -> None:
    for count, verdict in ((9, "pass"), (10, "breach")):  # one young of ten, one of eleven
        people = {f"p{each}": cadre(age=50) for each in range(count)}
        district = tiny_district(["O"], {**people, "y": cadre(age=40)})
        assert REGIME.verdict(district, "team-age", {}) == verdict


def test_rotation_by_need_is_carried_out() -> None:
    pins = [{"staff_id": "a", "verdict": "to", "school_id": "U", "reason": "工作需要"}]
    people = {"a": cadre(age=50), "b": cadre("财务科"), "u": cadre("综合科", at="U")}
    district = tiny_district(["O", "U"], people, pins=pins)
    plans = {"stay": {}, "go": {"a": move("综合科", "U")}, "inside": {"a": move("财务科")}}
    assert REGIME.verdicts(district, "by-need", plans) == {"stay": "breach", "go": "pass", "inside": "breach"}


def test_step_by_step_out_of_a_section_and_into_it() -> None:
    people = {f"p{each}": cadre(post_years=6) for each in range(6)} | {"x": cadre("财务科"), "y": cadre("法规科")}
    moves = {f"p{each}": move("财务科" if each < 2 else "法规科") for each in range(3)}
    two = dict(list(moves.items())[:2])
    district = tiny_district(["O"], people)
    plans = {"two": two, "three": moves}  # a third of six
    assert REGIME.verdicts(district, "step-out", plans) == {"two": "pass", "three": "breach"}
    third = {**moves, "p2": move("财务科")}
    assert REGIME.verdicts(district, "step-in", {"two": two, "three": third}) == {"two": "pass", "three": "breach"}
    pair = tiny_district(["O"], {"p0": cadre(post_years=6), "p1": cadre(post_years=6), "x": cadre("财务科")})
    assert REGIME.verdict(pair, "step-out", {"p0": move("财务科")}) == "pass"  # one may always go


def test_sections_ways_staffing_and_posts() -> None:
    chief = {"position": "middle_chief", "post_years": 6}
    people = {
        "a": cadre(**chief),
        "b": cadre("财务科", **chief),
        "c": cadre("法规科"),
        "u": cadre("综合科", at="U"),
    }
    full = tiny_district({"O": {}, "U": {"headcount_limit": 1}}, people)
    room = tiny_district({"O": {}, "U": {"headcount_limit": 2}}, people)
    unit, held, free = {"a": move("综合科", "U")}, {"a": move("财务科")}, {"a": move("法规科")}
    assert REGIME.verdict(full, "headcount", unit) == "breach"
    assert REGIME.verdict(room, "headcount", unit) == "pass"
    assert REGIME.verdicts(room, "section-posts", {"held": held, "free": free}) == {"held": "breach", "free": "pass"}
    assert REGIME.verdicts(room, "sections", {"no": {"a": {"to": "U"}}, "yes": unit}) == {"no": "breach", "yes": "pass"}
    wrong = {"a": {**move("法规科"), "personnel_file_moves": "yes"}}
    assert REGIME.verdicts(room, "ways", {"inside": free, "unit": unit}) == {"inside": "pass", "unit": "pass"}
    assert REGIME.verdict(room, "ways", wrong) == "breach"


def test_avoidance_in_a_section_and_on_a_line_of_command() -> None:
    people = {
        "a": cadre(post_years=6),
        "kin": cadre("财务科", reports_to="boss"),
        "boss": cadre("法规科", position="middle_chief"),
        "x": cadre("档案科"),
    }
    kin = [{"staff_id": "a", "relative_id": "kin", "kinship": "sibling"}]
    district = tiny_district(["O"], people, relatives=kin)
    plans = {name: {"a": move(name)} for name in ("财务科", "法规科", "档案科")}
    assert REGIME.verdicts(district, "avoidance", plans) == {"财务科": "breach", "法规科": "breach", "档案科": "pass"}
