"""How plans, outcomes, schools and pictures look in a notebook, and that nothing delicate is told there."""

from __future__ import annotations

import dataclasses

import pytest
from invented import SECRETS, plan
from source import ROOT

import rotation_planner as rp
from rotation_planner.words import speaking

DELICATE = ("孕", "哺乳", "患病", "pregnan", "illness", "处分", "配偶")


@pytest.fixture(scope="module")
def made() -> rp.Outcome:
    return rp.make_plan(rp.load_scenario(ROOT / "scenarios" / "tiny"))


def test_a_plan_shows_its_goals_moves_and_deferrals() -> None:
    html = plan()._repr_html_()
    for text in ("可行，尚未证明最优", "未证明，与最优的差距不超过 1.1%", "交流人员", "符合条件而留任", "交流学校"):
        assert text in html
    with speaking("en"):
        assert "feasible, not proven optimal" in plan()._repr_html_()
    assert not [secret for secret in (*SECRETS, "夫妻") if secret in plan()._repr_html_()]
    assert repr(plan()) == str(plan()), "no clock, no paths, no frames in full"


def test_text_is_escaped() -> None:
    transfers = plan().transfers.copy()
    transfers.loc[0, "name"] = "<script>"
    assert "<script>" not in dataclasses.replace(plan(), transfers=transfers)._repr_html_()


def test_an_outcome_tells_goals_in_words_and_reasons_for_everybody_s_eyes(made: rp.Outcome) -> None:
    html = made._repr_html_()
    assert "应交流人员尽数安排" in html
    assert "应当交流：在本校已满19年" in html
    assert "暂缓（已登记情形）" in html
    assert made.plan is not None
    why = made.plan.deferred["why"]
    assert why.str.contains("孕期").any(), "the plan itself does say why"
    for shown in (html, made.plan._repr_html_()):
        assert not [word for word in DELICATE if word in shown]


def test_a_school_is_found_by_code_and_by_name(made: rp.Outcome) -> None:
    page = made.school("02")
    assert page.heading == made.school("明珠街小学").heading
    assert set(page.tables["交流出"]["姓名"]) == {"蓝听涛", "于归农"}
    assert set(page.tables["交流进"]["姓名"]) == {"苏晚晴", "顾明棠"}
    assert "缘由" not in page.tables["交流进"], "why somebody comes is the sending school's to know"
    assert "流出学校" not in page.tables["交流出"]
    assert "蓝听涛" in page._repr_html_()
    assert "蓝听涛" in str(page)
    with pytest.raises(KeyError, match="99"):
        made.school("99")


def test_pictures_show_themselves_at_the_screen_s_size(made: rp.Outcome) -> None:
    flow = made.pictures["flow"]
    assert flow._repr_png_().startswith(b"\x89PNG")
    assert int.from_bytes(flow.png[16:20], "big") == round(flow.width * 100)
    assert all(name in made.pictures._repr_html_() for name in made.pictures)
    assert len(made.pictures) == len(list(made.pictures))
    with pytest.raises(KeyError, match="flow"):
        made.pictures["flows"]


def test_where_there_is_no_plan_there_is_nothing_to_picture() -> None:
    scenario = rp.load_scenario(ROOT / "scenarios" / "tiny")
    none = rp.make_plan(scenario.changed(adjust={"over-age": {"enabled": False}}))
    assert none.plan is None
    assert none._repr_html_()
    with pytest.raises(ValueError, match="方案"):
        none.school("01")


def test_a_comparison_names_schools_and_ways(made: rp.Outcome) -> None:
    assert made.plan is not None
    transfers = made.plan.transfers.copy()
    row = transfers.index[transfers["staff_id"] == "0303"][0]
    transfers.loc[row, ["to_school_id", "to_school", "mode"]] = ["06", "鸥岛小学", "transfer"]
    html = rp.compare(made.plan, dataclasses.replace(made.plan, transfers=transfers))._repr_html_()
    for text in ("石桥村小学", "鸥岛小学", "交流任教", "调动", "交流学校"):
        assert text in html
    assert "secondment" not in html
