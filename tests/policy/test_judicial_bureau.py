"""The facts of the regime ``judicial-bureau``, number by number, on both sides of each edge."""

from __future__ import annotations

from typing import Any

import numpy as np
from districts import tiny_district
from regime import Regime
from source import ROOT

from rotation_planner.data.scenario import read_scenario_file

REGIME = Regime("judicial-bureau")


def cadre(department: str = "办公室", **given: Any) -> dict[str, Any]:
    """A cadre of the bureau who is due."""
    years = given.get("post_years", 16)
    usual = {"at": "O", "stage": "", "subject": "", "age": 45, "post_years": 16, "years": years, "career_years": 20}
    return {**usual, "department": department, "应当回避": "", **given}


def move(department: str) -> dict[str, str]:
    return {"to": "O", "to_department": department, "mode": "section", "personnel_file_moves": "no"}


def test_fifteen_years_in_a_post_and_ten_in_a_key_post() -> None:
    people = {
        "fifteen": cadre(post_years=15),
        "less": cadre(post_years=14.5),
        "key": cadre(post_years=10, key_post=True),
        "key_less": cadre(post_years=9.5, key_post=True),
        "worker": cadre(position="support"),
    }
    assert REGIME.must(tiny_district(["O"], people)) == {"fifteen", "key"}
    for rule, left in (("same-post", {"key"}), ("key-post", {"fifteen"})):
        assert Regime("judicial-bureau", {rule: {"enabled": False}}).must(tiny_district(["O"], people)) == left


def test_avoidance_sends_whatever_the_years() -> None:
    people = {"must": cadre(post_years=1, 应当回避="是"), "not": cadre(post_years=1, 应当回避="否")}
    assert REGIME.must(tiny_district(["O"], people)) == {"must"}
    assert REGIME.policy.by_id["must-avoid"].kind == "duty"


def test_less_than_two_years_to_retirement() -> None:
    """Men of August 1968 retire at 60 years 11 months, in July 2029, those of September at 61, in September 2029."""
    people = {"near": cadre(sex="M", birth_date="1968-08-15"), "far": cadre(sex="M", birth_date="1968-09-15")}
    assert REGIME.standing(tiny_district(["O"], people)) == {"near": "need_not", "far": "must"}
    assert "retiring" in REGIME.policy.by_id


def test_health_investigation_and_other_reasons() -> None:
    rows = {
        "ill": ("health", {"kind": "illness", "evidence": "医院证明"}),
        "unproven": ("", {"kind": "illness"}),
        "open": ("investigated", {"kind": "investigation"}),
        "closed": ("", {"kind": "investigation", "end": "2027-08-30"}),
        "other": ("other-reasons", {"kind": "other", "evidence": "会议纪要"}),
        "unheard": ("", {"kind": "other"}),
    }
    exemptions = [{"staff_id": who, **row} for who, (_, row) in rows.items()]
    people = {**{who: cadre() for who in rows}, "x": cadre("财务科")}
    district = tiny_district(["O"], people, exemptions=exemptions)
    assert REGIME.must(district) == {"unproven", "closed", "unheard", "x"}
    for who, (rule, _) in rows.items():
        if rule:
            assert REGIME.verdict(district, rule, {who: move("财务科")}) == "breach"


def test_between_sections_of_the_bureau_within_todays_posts() -> None:
    people = {"a": cadre(), "b": cadre("财务科"), "h": cadre("普法科", position="middle_chief"), "y": cadre(at="P")}
    district = tiny_district(["O", "P"], people)
    plans: dict[str, Any] = {"swap": {"a": move("财务科"), "b": move("办公室")}, "more": {"a": move("财务科")}}
    assert REGIME.verdicts(district, "section-posts", plans) == {"swap": "pass", "more": "breach"}
    assert REGIME.verdict(district, "section-posts", {"h": move("财务科")}) == "breach"
    plans["away"] = {"a": {"to": "P", "to_department": "办公室"}}
    assert REGIME.verdicts(district, "sections", plans) == {"swap": "pass", "more": "pass", "away": "breach"}
    wrong = {"a": {**move("财务科"), "personnel_file_moves": "yes"}}
    assert REGIME.verdicts(district, "ways", {"right": plans["swap"], "wrong": wrong}) == {
        "right": "pass",
        "wrong": "breach",
    }


def test_no_new_case_of_avoidance() -> None:
    people = {"a": cadre(), "kin": cadre("财务科"), "c": cadre("普法科", reports_to="kin"), "d": cadre("政治处")}
    kin = [{"staff_id": "a", "relative_id": "kin", "kinship": "spouse"}]
    district = tiny_district(["O"], people, relatives=kin)
    plans = {section: {"a": move(section)} for section in ("财务科", "普法科", "政治处")}
    assert REGIME.verdicts(district, "avoidance", plans) == {"财务科": "breach", "普法科": "breach", "政治处": "pass"}


def test_the_scenario_asks_for_the_hand_over_within_two_working_days() -> None:
    papers = read_scenario_file(ROOT / "scenarios" / "judicial-bureau").papers
    assert papers.issued_on
    assert papers.report_to_by
    assert np.busday_count(papers.issued_on, papers.report_to_by) == 2
