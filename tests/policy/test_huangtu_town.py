"""The facts of the regime ``huangtu-town``, number by number, on both sides of each edge."""

from __future__ import annotations

from typing import Any

from districts import since, tiny_district
from regime import Regime

REGIME = Regime("huangtu-town")
OFFICES = ("党政办", "农业办", "财政办", "应急办")


def cadre(department: str = "党政办", **given: Any) -> dict[str, Any]:
    """A cadre of the town office, due, fit for every office."""
    years = given.get("post_years", 6)
    usual = {"at": "O", "stage": "", "subject": "", "post_years": 6, "years": years, "适任办公室": ";".join(OFFICES)}
    return {**usual, "department": department, **given}


def move(department: str, at: str = "O") -> dict[str, str]:
    inside = {"mode": "office", "personnel_file_moves": "no"} if at == "O" else {}
    return {"to": at, "to_department": department, **inside}


OTHERS = {f"x{number}": cadre(office, post_years=1) for number, office in enumerate(OFFICES[1:])}


def test_long_in_one_post() -> None:
    people = {"five": cadre(post_years=5), "less": cadre(post_years=4.5), "leader": cadre(position="principal")}
    assert REGIME.standing(tiny_district(["O"], people)) == {"five": "must", "less": "stays", "leader": "outside"}
    assert "long-post" in REGIME.policy.by_id


def test_whoever_leaves_early_is_not_rotated() -> None:
    people = {
        "man": cadre(sex="M", age=59),
        "younger_man": cadre(sex="M", age=57),
        "woman": cadre(age=54),
        "younger_woman": cadre(age=52),
        "silent": cadre(sex="M", age=59),
        "otherwise": cadre(sex="M", age=59),
    }
    asked = [{"staff_id": who, "kind": "other", "evidence": "提前离岗申请"} for who in people if who != "silent"]
    asked[-1]["evidence"] = "其他情况"
    district = tiny_district(["O"], people, exemptions=asked)
    assert REGIME.must(district) == {"younger_man", "younger_woman", "silent", "otherwise"}
    assert REGIME.verdict(district, "leaves-early", {"man": move("农业办")}) == "breach"


def test_less_than_two_years_is_strict() -> None:
    """Whoever is 60 in exactly two years has not less than two; a day older, and it is less."""
    people = {"two": cadre(sex="M", age=58), "day": cadre(sex="M", birth_date="1969-08-30")}
    asked = [{"staff_id": who, "kind": "other", "evidence": "提前离岗申请"} for who in people]
    assert REGIME.must(tiny_district(["O"], people, exemptions=asked)) == {"two"}


def test_units_go_on_working() -> None:
    people = {**{f"p{each}": cadre() for each in range(6)}, **OTHERS}
    moves = {f"p{each}": move(OFFICES[1 + each]) for each in range(3)}
    two = dict(list(moves.items())[:2])
    district = tiny_district(["O"], people)
    assert REGIME.verdicts(district, "keep-working", {"two": two, "three": moves}) == {"two": "pass", "three": "breach"}
    heads = {"head": cadre(position="middle_chief"), "deputy": cadre(position="middle_deputy"), **people}
    both = {"head": move("农业办"), "deputy": move("财政办")}
    plans = {"one": {"head": both["head"]}, "both": both}
    assert REGIME.verdicts(tiny_district(["O"], heads), "one-head", plans) == {"one": "pass", "both": "breach"}


def test_fit_for_the_post_and_placed_in_an_office() -> None:
    people = {"a": cadre(适任办公室="党政办;农业办"), "s": cadre("农技站", at="S"), **OTHERS}
    district = tiny_district(["O", "S"], people)
    plans = {"fit": {"a": move("农业办")}, "unfit": {"a": move("财政办")}, "nowhere": {"a": {"to": "S"}}}
    assert REGIME.verdicts(district, "fits", plans) == {"fit": "pass", "unfit": "breach", "nowhere": "breach"}
    assert REGIME.verdicts(district, "offices", plans) == {"fit": "pass", "unfit": "pass", "nowhere": "breach"}
    station = {"a": move("农技站", "S")}
    assert REGIME.verdicts(district, "ways", {"in": plans["fit"], "out": station}) == {"in": "pass", "out": "pass"}
    assert REGIME.verdict(district, "ways", {"a": {**station["a"], "personnel_file_moves": "no"}}) == "breach"


def test_relatives_never_in_one_office_or_line() -> None:
    kinships = ("spouse", "parent_child", "sibling", "grandparent", "collateral", "in_law")
    people = {"a": cadre(), **OTHERS, "kin": cadre("农业办", post_years=1, reports_to="x1")}  # x1 sits in 财政办
    for kinship in kinships:
        kin = [{"staff_id": "kin", "relative_id": "a", "kinship": kinship}]
        district = tiny_district(["O"], people, relatives=kin)
        plans = {office: {"a": move(office)} for office in OFFICES[1:]}
        found = REGIME.verdicts(district, "avoidance", plans)
        assert found == {"农业办": "breach", "财政办": "breach", "应急办": "pass"}


def test_no_over_staffing_and_no_post_too_many() -> None:
    people = {
        "a": cadre(position="middle_chief"),
        "b": cadre("农业办", position="middle_chief", post_years=1),
        "c": cadre("财政办", post_years=1),
        "s": cadre("农技站", at="S"),
    }
    for limit, verdict in ((1, "breach"), (2, "pass")):
        district = tiny_district({"O": {}, "S": {"headcount_limit": limit}}, people)
        assert REGIME.verdict(district, "headcount", {"a": move("农技站", "S")}) == verdict
    plans = {"held": {"a": move("农业办")}, "free": {"a": move("财政办")}}
    assert REGIME.verdicts(district, "office-posts", plans) == {"held": "breach", "free": "pass"}


def test_the_longest_in_post_go_first_where_not_all_can() -> None:
    goal = REGIME.policy.goals[1]
    assert (goal.id, goal.terms[0].kind) == ("longest-first", "points_left")
    assert since(6).year == 2021
