"""What is told of wishes that were settled for everybody together, of how far a search went, and to whom."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from source import ROOT

import rotation_planner as rp
from rotation_planner.answers import settling
from rotation_planner.answers.explaining import Explainer
from rotation_planner.answers.explanation import GoalThen, WhyNot
from rotation_planner.answers.pages import page
from rotation_planner.answers.writing import write_pages
from rotation_planner.run import Outcome, Scenario
from rotation_planner.run.asking import explainer
from rotation_planner.words import speaking


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return rp.load_scenario(ROOT / "scenarios" / "tiny")


@pytest.fixture(scope="module")
def made(tiny: Scenario) -> Outcome:
    return rp.make_plan(tiny)


@pytest.fixture
def asked(tiny: Scenario, made: Outcome) -> Explainer:
    assert made.plan is not None
    return explainer(tiny, made.plan)


def test_every_wish_not_met_is_settled(asked: Explainer, tmp_path: Path) -> None:
    count = write_pages(asked, tmp_path / "pages", seconds=60)
    told = [asked.person(each, solve=False) for each in asked.movers]
    assert count == len(told)
    wishes = [wish for each in told for wish in each.wishes if wish.answer not in ("goes", "shut", "present")]
    assert wishes
    for wish in (*wishes, *(each.staying for each in told if each.staying is not None)):
        assert wish.answer in ("impossible", "worse", "equal"), wish
        assert wish.exact or wish.least, wish
        if wish.answer == "worse":
            (goal,) = wish.goals
            assert goal.then > goal.now
    texts = [path.read_text("utf-8") for path in (tmp_path / "pages" / "bureau").iterdir()]
    assert sum("已证明" in text or "重新求解" in text for text in texts) == count


def test_without_time_nothing_is_claimed_to_be_proven(asked: Explainer) -> None:
    asked.settle(seconds=0)
    told = [asked.person(each, solve=False) for each in asked.movers]
    assert not [each for each in told if each.staying is not None and each.staying.exact]


def test_a_loss_that_is_not_proven_least_is_told_as_such_and_to_the_bureau_alone(asked: Explainer) -> None:
    goal = GoalThen("g", "目标", 5.0, 6.0, found=7.5)
    wish = WhyNot("S", "某校", "worse", 1, goals=(goal,), exact=False, least=True, entering=("T99999",))
    told = dataclasses.replace(asked.person(asked.movers[0], solve=False), wishes=(wish,))
    full = page(told)
    assert "7.5" in full
    assert "T99999" in full
    with speaking("en"):
        assert "whether less is possible is not proven" in page(told)
    for reader in ("person", "public"):
        assert "7.5" not in page(told, reader)
        assert "T99999" not in page(told, reader)


def test_a_search_that_did_not_end_says_how_far_it_went(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    found = rp.improvements(tiny, made.plan, seconds=0)
    assert found.verdict == "unknown"
    assert "单人调整" in found.sentence
    assert "三人轮换" in found.sentence


def test_the_weakest_links_say_how_many_were_looked_at(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    found = rp.weakest_links(tiny, made.plan, most=1)
    assert found.proven
    assert found.looked == found.of == len(made.plan.transfers)
    assert str(found.of) in str(found)
    assert "<table" in found._repr_html_()


def test_a_large_district_is_settled_by_bounds_and_in_parts(asked: Explainer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked.settle(seconds=60)
    small = dict(asked._settled)
    monkeypatch.setattr(settling, "FEW_ARCS", -1)
    asked.settle(seconds=60)
    assert set(asked._settled) == set(small)
    for ask, told in asked._settled.items():
        if told.kind in ("equal", "better"):
            assert small[ask].kind in ("equal", "better"), (ask, told)
        elif not told.within:  # proven of all plans, so the other way cannot have found one that is as good
            assert small[ask].kind in ("impossible", "worse"), (ask, told)
    assert asked.settled == asked.asked
    assert asked.within == sum(each.within > 0 for each in asked._settled.values()) > 0


def test_a_proof_that_holds_while_others_keep_to_the_plan_says_so(asked: Explainer) -> None:
    told, goal = asked.person(asked.movers[0], solve=False), GoalThen("g", "目标", 5.0, 6.0)
    worse = WhyNot("S", "某校", "worse", 1, goals=(goal,), exact=False, least=True, within=17)
    none = WhyNot("S", "某校", "impossible", 1, exact=False, within=17)
    found = WhyNot("S", "某校", "found", 1, goals=(goal,), exact=False)
    for wish, words in (
        (worse, "17人都重新安排（其他人不变）"),
        (none, "17人都重新安排，只要其他人不变"),
        (found, "未证明"),
    ):
        full = dataclasses.replace(told, wishes=(wish,))
        assert words in page(full), page(full)
        assert "17" not in page(full, "person")
        assert "17" not in page(full, "public")
    with speaking("en"):
        assert "all others as planned" in page(dataclasses.replace(told, wishes=(worse,)))
