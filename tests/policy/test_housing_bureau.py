"""The facts of the regime ``housing-bureau`` on both sides of each edge."""

from __future__ import annotations

from typing import Any

from districts import tiny_district
from regime import Regime

REGIME = Regime("housing-bureau")


def cadre(department: str = "办公室", **given: Any) -> dict[str, Any]:
    """A cadre of the office who is due."""
    years = given.get("post_years", 6)
    return {"at": "O", "department": department, "stage": "", "subject": "", "post_years": 6, "years": years, **given}


def move(department: str, at: str = "O") -> dict[str, str]:
    return {"to": at, "to_department": department, "mode": "section", "personnel_file_moves": "no"}


def test_long_in_one_post() -> None:
    people = {"five": cadre(post_years=5), "less": cadre(post_years=4.5), "leader": cadre(position="principal")}
    assert REGIME.standing(tiny_district(["O"], people)) == {"five": "must", "less": "stays", "leader": "outside"}
    assert "long-post" in REGIME.policy.by_id


def test_between_the_sections_of_one_office_only() -> None:
    people = {"a": cadre(), "b": cadre("财务科"), "c": cadre("受理科", at="U"), "h": cadre(position="middle_deputy")}
    district = tiny_district(["O", "U"], people)
    swap = {"a": move("财务科"), "b": move("办公室")}
    plans = {"inside": swap, "outside": {"a": move("受理科", "U")}}
    assert REGIME.verdicts(district, "sections", plans) == {"inside": "pass", "outside": "breach"}
    assert REGIME.verdicts(district, "section-posts", {"swap": swap, "more": {"a": move("财务科")}}) == {
        "swap": "pass",
        "more": "breach",
    }
    assert REGIME.verdict(district, "section-posts", {"h": move("财务科")}) == "breach"
    wrong = {"a": {**move("财务科"), "personnel_file_moves": "yes"}}
    assert REGIME.verdicts(district, "ways", {"right": swap, "wrong": wrong}) == {"right": "pass", "wrong": "breach"}
