"""The facts of the regime ``company`` on both sides of each edge."""

from __future__ import annotations

from typing import Any

from districts import since, tiny_district
from regime import Regime

REGIME = Regime("company")


def worker(department: str = "装配", **given: Any) -> dict[str, Any]:
    """Somebody on the approved list who can do every work."""
    usual = {"at": "M", "department": department, "stage": "", "subject": "", "post_years": 3}
    return {**usual, "本期名单": "已批准", "具备技能": "装配;包装;仓储", **given}


INSIDE = {"to": "M", "to_department": "包装", "mode": "inside", "personnel_file_moves": "no", "until": "2027-11-30"}
ACROSS = {"to": "L", "to_department": "仓储", "mode": "across", "personnel_file_moves": "no", "until": "2028-02-29"}
OTHERS = {"x": worker("包装", 本期名单=""), "y": worker("仓储", at="L", 本期名单="")}


def test_the_approved_list_and_no_two_stages_at_once() -> None:
    people = {
        "a": worker(),
        "b": worker(本期名单="待批"),
        "c": worker(),
        "d": worker(),
        "m": worker(position="principal"),
    }
    history = [
        {"staff_id": who, "start": since(0.25), "end": end, "kind": "exchange", "location": "urban"}
        for who, end in (("c", "2027-09-01"), ("d", "2027-08-31"))
    ]
    found = REGIME.standing(tiny_district(["M"], people, history=history))
    assert found == {"a": "must", "b": "stays", "c": "need_not", "d": "must", "m": "outside"}
    assert {"approved-list", "on-stage"} <= set(REGIME.policy.by_id)


def test_three_to_six_months_inside_a_department_and_across() -> None:
    district = tiny_district(["M", "L"], {"a": worker(), **OTHERS})
    plans = {"inside": {"a": INSIDE}, "across": {"a": ACROSS}}
    for rule in ("stages", "groups", "skills"):
        assert REGIME.verdicts(district, rule, plans) == {"inside": "pass", "across": "pass"}
    for move in (INSIDE, ACROSS):
        told = {day: {"a": {**move, "until": day}} for day in ("2027-11-29", "2027-11-30", "2028-02-29", "2028-03-01")}
        assert list(REGIME.verdicts(district, "stages", told).values()) == ["breach", "pass", "pass", "breach"]
    assert REGIME.verdict(district, "groups", {"a": {**ACROSS, "to_department": ""}}) == "breach"


def test_the_skill_of_the_target_post() -> None:
    district = tiny_district(["M", "L"], {"a": worker(具备技能="装配;仓储"), **OTHERS})
    assert REGIME.verdicts(district, "skills", {"has": {"a": ACROSS}, "lacks": {"a": INSIDE}}) == {
        "has": "pass",
        "lacks": "breach",
    }


def test_a_quarter_of_a_group_and_its_size() -> None:
    people = {**{f"p{each}": worker() for each in range(8)}, **OTHERS, "z": worker("包装")}
    district = tiny_district(["M", "L"], people)
    back = {**INSIDE, "to_department": "装配"}
    moves = {"p0": INSIDE, "p1": ACROSS, "p2": INSIDE}
    two = dict(list(moves.items())[:2])
    assert REGIME.verdicts(district, "keep-working", {"two": two, "three": moves}) == {"two": "pass", "three": "breach"}
    plans = {"swap": {"p0": INSIDE, "z": back}, "more": {"p0": INSIDE}}
    assert REGIME.verdicts(district, "group-size", plans) == {"swap": "pass", "more": "breach"}
