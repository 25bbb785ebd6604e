"""The facts of the regime ``baqiao``, number by number, on both sides of each edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from districts import Row, since, tiny_district
from regime import Regime

from rotation_planner.data.district import District

REGIME = Regime("baqiao")
NEAR = {"B": 2.0, "C": 4.0, "D": 8.0}
WHOLE = {"support", "sharing", "across", "shadowing"}
SCHOOLS: dict[str, Any] = {"A": {}, "B": {"tier": "quality"}, "C": {"tier": "weak"}, "D": {"tier": "quality"}}


def district_of(people: dict[str, Any], results: Sequence[Row] | None = None, **tables: Any) -> District:
    """Schools A (general), B (quality, 2 km), C (weak, 4 km) and D (quality, 8 km)."""
    passed = {"year": 2026, "result": "pass", "ethics": "pass"}
    given = {
        "appraisals": results or [{"staff_id": next(iter(people)), **passed}],
        "distances": [{"from_school": "A", "to_school": to, "km": km} for to, km in NEAR.items()],
        **tables,
    }
    return tiny_district(SCHOOLS, people, **given)


def way(to: str, mode: str, **given: str) -> dict[str, str]:
    until = "2028-08-31" if mode in WHOLE else "2028-01-31"
    return {"to": to, "mode": mode, "personnel_file_moves": "no", "until": until, **given}


def test_six_years_in_groups_by_age() -> None:
    people = {"six": {"at": "A", "years": 6}, "less": {"at": "A", "years": 5.5}}
    ages = (("M", 50), ("M", 51), ("F", 45), ("F", 46))
    people |= {f"{sex}{age}": {"at": "B", "years": 6, "sex": sex, "age": age} for sex, age in ages}
    people["vice"] = {"at": "A", "position": "deputy_principal", "years": 7, "full_time": True}
    people["chief"] = {"at": "C", "position": "middle_chief", "years": 7}
    people["head"] = {"at": "A", "position": "principal", "years": 7}
    found = REGIME.standing(district_of(people))
    assert {who for who, stands in found.items() if stands == "must"} == {"six", "M50", "F45", "vice", "chief"}
    assert found["less"] == found["M51"] == "may"
    assert found["head"] == "outside"
    off = Regime("baqiao", {"six-years": {"enabled": False}})
    assert not off.must(district_of(people))


def test_a_sixth_of_them_each_year_longest_first() -> None:
    people = {f"p{n:02d}": {"at": "A", "years": 20 - n} for n in range(7)}
    policy = Regime("baqiao").policy
    assert policy.by_id["in-groups"].source.endswith("facts 1 and 7")
    both = {"p00": way("B", "across"), "p01": way("B", "across"), "p06": way("D", "network")}
    district = district_of(people)
    assert REGIME.verdict(district, "due-whole-year", both) == "pass"
    assert REGIME.verdict(district, "due-whole-year", {"p02": way("D", "network")}) != "breach"  # a later group
    assert REGIME.verdict(district, "due-whole-year", {"p01": way("D", "network")}) == "breach"
    off = Regime("baqiao", {"in-groups": {"enabled": False}})
    assert off.verdict(district, "due-whole-year", {"p02": way("D", "network")}) == "breach"


def test_who_takes_no_part_and_who_is_not_sent() -> None:
    cases: dict[str, dict[str, Any]] = {
        "pregnant": {"kind": "pregnancy"},
        "sanction": {"kind": "sanction", "start": since(1), "end": since(-1)},
        "over": {"kind": "sanction", "start": since(2), "end": since(1)},
        "other": {"kind": "other", "evidence": "书面说明"},
        "unproven": {"kind": "other"},
        "ill": {"kind": "illness"},
    }
    people: dict[str, Any] = {who: {"at": "A", "years": 6} for who in (*cases, "basic", "fine")}
    people["before"] = {"at": "A", "years": 6}
    people["idle"] = {"at": "A", "subject": ""}
    people["worker"] = {"at": "A", "position": "support", "subject": "", "stage": ""}
    results = [
        {"staff_id": who, "year": year, "result": result, "ethics": "pass"}
        for who, year, result in (("basic", 2026, "basic"), ("fine", 2026, "pass"), ("before", 2025, "fail"))
    ]
    exemptions = [{"staff_id": who, **row} for who, row in cases.items()]
    district = district_of(people, results, exemptions=exemptions)
    found = REGIME.standing(district)
    need_not = {who for who, stands in found.items() if stands == "need_not"}
    barred = {who for who, stands in found.items() if stands == "barred"}
    assert (need_not, barred) == ({"pregnant", "sanction", "other"}, {"ill", "basic", "idle"})
    assert found["worker"] == "outside"
    assert REGIME.must(district) == {"over", "unproven", "fine", "before"}
    assert REGIME.verdict(district, "not-now", {"pregnant": way("B", "across")}) == "breach"
    assert REGIME.verdict(district, "no-dumping", {"ill": way("B", "across")}) == "breach"


def test_everybody_may_take_part() -> None:
    people = {"new": {"at": "A", "years": 1}}
    assert REGIME.standing(district_of(people)) == {"new": "may"}
    off = Regime("baqiao", {"everybody": {"enabled": False}})
    assert off.standing(district_of(people)) == {"new": "stays"}


def test_three_fifths_of_each_school_and_six_per_cent_for_a_year() -> None:
    people = {f"a{n:02d}": {"at": "A", "subject": "音乐"} for n in range(17)} | {"b": "B", "c": "C", "d": "D"}
    elsewhere = {"b": way("A", "across"), "c": way("A", "research"), "d": way("A", "network")}
    district = district_of(people)

    def plan(year: int, short: int) -> dict[str, Any]:
        forms = ["sharing"] * year + ["research"] * short
        return {**elsewhere, **{f"a{n:02d}": way("C", form) for n, form in enumerate(forms)}}

    plans = {"eleven": plan(2, 9), "ten": plan(2, 8)}  # 60 % of 17 are 10.2
    assert REGIME.verdicts(district, "three-fifths", plans) == {"eleven": "pass", "ten": "breach"}
    elsewhere = {"b": way("A", "across"), "c": way("A", "across"), "d": way("A", "across")}
    year = {"two": plan(2, 9), "one": plan(1, 10)}  # 6 % of 17 are 1.02
    assert REGIME.verdicts(district, "whole-year", year) == {"two": "pass", "one": "breach"}


def test_a_school_hosts_three_quarters_of_its_teachers() -> None:
    people = {f"a{n}": "A" for n in range(5)} | {f"c{n}": "C" for n in range(4)}
    plans = {str(size): {f"a{n}": way("C", "research") for n in range(size)} for size in (3, 4)}
    assert REGIME.verdicts(district_of(people), "hosts", plans) == {"3": "pass", "4": "breach"}


def test_seven_forms_and_the_file_stays() -> None:
    people: dict[str, Any] = {
        "plain": "A",
        "music": {"at": "A", "subject": "音乐"},
        "young": {"at": "A", "career_years": 9},
        "ten": {"at": "A", "career_years": 10},
        "star": {"at": "A", "backbone": "county"},
        "weak": "C",
    }
    district = district_of(people)
    right: dict[str, Any] = {
        "support": {"plain": way("C", "support")},
        "sharing": {"music": way("D", "sharing")},
        "across": {"plain": way("B", "across")},
        "shadowing": {"young": way("D", "shadowing")},
        "research": {"plain": way("C", "research")},
        "master": {"star": way("C", "master")},
        "network": {"plain": way("D", "network")},
    }
    assert set(REGIME.verdicts(district, "forms", right).values()) == {"pass"}
    wrong: dict[str, Any] = {
        "support": {"weak": way("A", "support")},
        "sharing": {"plain": way("D", "sharing")},
        "across": {"plain": way("C", "across")},
        "shadowing": {"ten": way("D", "shadowing")},
        "research": {"plain": way("D", "research")},
        "master": {"star": way("B", "master")},
        "term": {"plain": way("B", "across", until="2028-01-31")},
        "file": {"plain": way("B", "across", personnel_file_moves="yes")},
        "transfer": {"plain": way("B", "transfer")},
    }
    assert set(REGIME.verdicts(district, "forms", wrong).values()) == {"breach"}


def test_stage_and_subject_and_the_lessons_of_those_on_support_teaching() -> None:
    demand = [
        {"school_id": school, "stage": "primary", "subject": "语文", "required": required}
        for school, required in (("A", 1), ("B", 1), ("C", 2))
    ]
    people = {"a": "A", "a2": "A", "b": "B", "c": "C"}
    district = district_of(people, demand=demand)
    plans: dict[str, Any] = {
        "spare": {"a": way("C", "support")},
        "both": {"a": way("C", "support"), "a2": way("C", "support")},
        "helpers": {"a": way("C", "research"), "a2": way("C", "research")},
    }
    found = REGIME.verdicts(district, "lessons-covered", plans)
    assert found == {"spare": "pass", "both": "breach", "helpers": "pass"}
    taught = {"C": {"a": way("C", "research")}, "D": {"a": way("D", "network")}}
    assert REGIME.verdicts(district, "qualified", taught) == {"C": "pass", "D": "breach"}
