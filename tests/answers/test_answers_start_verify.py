"""A given plan as a start, and the second look by the other engine; the look that disagrees above all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from source import ROOT

import rotation_planner as rp
import rotation_planner.solve.verifying as verifying
from rotation_planner.cli import program
from rotation_planner.plan.plan import Objective
from rotation_planner.run import Outcome, Scenario
from rotation_planner.solve.engines import Answer, constraint_program
from rotation_planner.solve.engines import Outcome as Known
from rotation_planner.solve.verifying import Second, verify


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return rp.load_scenario(ROOT / "scenarios" / "tiny")


@pytest.fixture(scope="module")
def made(tiny: Scenario) -> Outcome:
    return rp.make_plan(tiny)


def second(scenario: Scenario, made: Outcome, plan: rp.Plan | None, **more: Any) -> verifying.Verification:
    return verify(scenario.district, scenario.policy, made.standing, plan, rp.SolveOptions(time_limit=60.0), **more)


def with_value(plan: rp.Plan, place: int, value: float, bound: float) -> rp.Plan:
    goals = list(plan.objectives)
    goals[place] = Objective(goals[place].id, value, bound)
    return replace(plan, objectives=tuple(goals))


def test_both_engines_agree(tiny: Scenario, made: Outcome) -> None:
    found = second(tiny, made, made.plan)
    assert found.outcome is Second.AGREES
    assert len(found.levels) == len(tiny.policy.goals)
    assert all(each.proven and each.second == pytest.approx(each.value) for each in found.levels)


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("by", [-1.0, 1.0])
def test_a_wrong_proof_is_found(tiny: Scenario, made: Outcome, place: int, by: float) -> None:
    """A value claimed too good, or a bound claimed too high."""
    assert made.plan is not None
    wrong = made.plan.objectives[place].value + by
    found = second(tiny, made, with_value(made.plan, place, wrong, wrong))
    assert found.outcome is Second.DIFFERS
    assert found.levels[-1].id == made.plan.objectives[place].id


def test_a_value_that_claims_no_proof_contradicts_nothing(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    worse = made.plan.objectives[1].value + 3
    assert second(tiny, made, with_value(made.plan, 1, worse, 0.0)).outcome is Second.UNFINISHED


def test_an_engine_that_finds_no_plan_contradicts_the_plan(tiny: Scenario, made: Outcome) -> None:
    def none(*_: Any, **__: Any) -> Answer:
        return Answer(Known.INFEASIBLE, None, np.inf, np.inf)

    assert second(tiny, made, made.plan, solve=none).outcome is Second.DIFFERS
    assert second(tiny, made, None, solve=none).outcome is Second.AGREES


def test_an_engine_that_finds_a_plan_contradicts_there_being_none(tiny: Scenario, made: Outcome) -> None:
    assert second(tiny, made, None).outcome is Second.DIFFERS


def test_an_engine_without_time_says_nothing(tiny: Scenario, made: Outcome) -> None:
    def nothing(*_: Any, **__: Any) -> Answer:
        return Answer(Known.UNKNOWN, None, np.inf, -np.inf)

    assert second(tiny, made, made.plan, solve=nothing).outcome is Second.UNFINISHED
    assert second(tiny, made, None, solve=nothing).outcome is Second.UNFINISHED


def test_large_districts_are_not_looked_at_twice(
    tiny: Scenario, made: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_ARCS", 1)
    assert second(tiny, made, made.plan).outcome is Second.TOO_LARGE


def test_no_proof_is_told_where_the_engines_contradict_each_other(
    tiny: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worse(*args: Any, **more: Any) -> Answer:
        answer = constraint_program(*args, **more)
        return replace(answer, value=answer.value - 1)

    monkeypatch.setattr(verifying.verify, "__kwdefaults__", {**(verify.__kwdefaults__ or {}), "solve": worse})
    outcome = rp.make_plan(tiny, verify=True)
    assert outcome.plan is not None
    assert outcome.status is outcome.plan.status is rp.Status.FEASIBLE
    assert not all(each.proven for each in outcome.plan.objectives)
    assert outcome.plan.more["verification"]["outcome"] == "differs"


# ---- starts ----------------------------------------------------------------------------------------------------------


def test_its_own_plan_is_taken_as_it_is(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    outcome = rp.make_plan(tiny, start=made.plan)
    assert outcome.plan is not None
    assert outcome.plan.more["start"] == {"outcome": "taken", "changed": 0, "unknown": 0}
    assert [each.value for each in outcome.plan.objectives] == [each.value for each in made.plan.objectives]


def test_a_plan_that_breaks_rules_is_repaired(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    held = pd.DataFrame(
        [{"staff_id": made.plan.transfers["staff_id"].iat[0], "school_id": "", "verdict": "stay", "reason": ""}]
    )
    changed = tiny.changed(pins=pd.concat([tiny.district.pins, held], ignore_index=True))
    outcome = rp.make_plan(changed, start=made.plan)
    assert outcome.plan is not None
    assert outcome.passes
    assert outcome.plan.more["start"]["outcome"] == "repaired"
    assert outcome.plan.more["start"]["changed"] >= 1
    plain = rp.make_plan(changed)
    assert plain.plan is not None
    assert [each.value for each in outcome.plan.objectives] == [each.value for each in plain.plan.objectives]


def test_rows_of_strangers_are_left_out(tiny: Scenario, made: Outcome) -> None:
    assert made.plan is not None
    moves = pd.concat([made.plan.transfers, made.plan.transfers.head(1).assign(staff_id="9999")], ignore_index=True)
    outcome = rp.make_plan(tiny, start=rp.Plan(moves, made.plan.deferred))
    assert outcome.plan is not None
    assert outcome.plan.more["start"] == {"outcome": "repaired", "changed": 0, "unknown": 1}


def test_a_start_is_kept_where_the_search_finds_nothing(
    tiny: Scenario, made: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little time is left, the plan is never worse than the start."""
    from rotation_planner.solve.levels import Levels

    def idle(self: Levels) -> Any:
        return self.reached

    assert made.plan is not None
    monkeypatch.setattr(Levels, "run", idle)
    outcome = rp.make_plan(tiny, start=made.plan)
    assert outcome.plan is not None
    assert rp.compare(outcome.plan, made.plan).identical
    assert outcome.status is rp.Status.FEASIBLE


@pytest.mark.slow
def test_plan_json_and_the_screen_tell_both(tmp_path: Path) -> None:
    place = str(ROOT / "scenarios" / "tiny")
    runner = CliRunner()
    first = runner.invoke(program, ["plan", place, "--out", str(tmp_path / "a"), "--verify", "--lang", "en"])
    assert first.exit_code == 0, first.output
    assert "Verified: CP-SAT" in first.output
    again = runner.invoke(
        program, ["plan", place, "--out", str(tmp_path / "b"), "--start", str(tmp_path / "a"), "--lang", "en"]
    )
    assert again.exit_code == 0, again.output
    assert "the search began with it" in again.output
    told = [json.loads((tmp_path / name / "plan.json").read_text("utf-8")) for name in "ab"]
    assert told[0]["verification"]["outcome"] == "agrees"
    assert told[1]["start"]["outcome"] == "taken"
