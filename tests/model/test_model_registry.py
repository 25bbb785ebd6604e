"""Nothing forgotten: every kind of rule and goal has its model class, judge, words, cases and trials."""

from __future__ import annotations

from pathlib import Path

import pytest
import test_model_optima as optima
import test_model_rules as trials
from drawn_rules import BINDING
from drawn_worlds import GOALS, UNRANKED

from rotation_planner.audit.goals import COUNTS
from rotation_planner.audit.judges import JUDGES
from rotation_planner.model.base import Constraint, GoalTerm
from rotation_planner.model.registry import BY_ELIGIBILITY, CONSTRAINTS, TERMS, WITHOUT_DECISION
from rotation_planner.policy import kinds
from rotation_planner.words import has, set_language

CASES = Path(__file__).parent.parent / "cases"
# Who goes at all, and what no plan changes, have cases, but no moves that break them.
WITHOUT_TRIAL = {"scope", "phase", "volunteer", *WITHOUT_DECISION}


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_is_stated_in_exactly_one_place(kind: str) -> None:
    assert [kind in place for place in (CONSTRAINTS, BY_ELIGIBILITY, WITHOUT_DECISION)].count(True) == 1


def test_nothing_else_is_registered() -> None:
    assert {*CONSTRAINTS, *BY_ELIGIBILITY, *WITHOUT_DECISION} == set(kinds.KINDS) == set(JUDGES)
    assert set(TERMS) == set(kinds.TERMS) == set(COUNTS)
    assert len(set(CONSTRAINTS.values())) == len(CONSTRAINTS)
    assert len(set(TERMS.values())) == len(TERMS)
    assert all(issubclass(each, Constraint) for each in CONSTRAINTS.values())
    assert all(issubclass(each, GoalTerm) for each in TERMS.values())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_and_term_has_words(language: str) -> None:
    set_language(language)
    assert not [kind for kind in kinds.KINDS if not has(f"kind.{kind}")]
    assert not [term for term in kinds.TERMS if not has(f"term.{term}")]


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_is_tried(kind: str) -> None:
    assert (CASES / f"{kind}.yaml").is_file(), "write its cases"
    assert kind in WITHOUT_TRIAL or kind in {trial.rule["kind"] for trial in trials.TRIALS}, "try it on the model"
    drawn = {*BINDING, "departments", "scope", "duty", "phase", "defer", "bar", "volunteer", "pins"}
    assert kind in drawn | WITHOUT_DECISION, "draw it in the enumerated worlds"


@pytest.mark.parametrize("kind", CONSTRAINTS)
def test_every_constraint_is_tried_as_a_wish(kind: str) -> None:
    assert kind in UNRANKED or kind in {wish["kind"] for wish in optima.WISHES}


@pytest.mark.parametrize("term", kinds.TERMS)
def test_every_goal_is_looked_at(term: str) -> None:
    assert term in {each["kind"] for each in optima.TERMS}
    assert term in {each["kind"] for each in GOALS}


def test_every_kind_of_rule_stands_in_one_section() -> None:
    assert sorted(kind for section in kinds.SECTIONS.values() for kind in section) == sorted(kinds.KINDS)
