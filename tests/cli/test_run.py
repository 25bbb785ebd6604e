"""The Python interface, as a notebook uses it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import rotation_planner as rp
from rotation_planner.run import Outcome, Scenario
from rotation_planner.run.making import _interruptible
from rotation_planner.words import language, set_language, speaking


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, rotation_planner as rp\n"
        "print(sorted({'pandas', 'numpy', 'ortools', 'pydantic', 'click'} & set(sys.modules)))\n"
        "print(set(rp.__all__) <= set(dir(rp)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"], done.stderr


def test_every_name_is_there() -> None:
    assert all(callable(getattr(rp, name)) for name in rp.__all__ if name != "__version__")
    with pytest.raises(AttributeError, match="nothing"):
        _ = rp.nothing


def test_audit_is_a_function_and_a_folder(made: Path) -> None:
    import rotation_planner.audit
    from rotation_planner.audit.result import Audit

    scenario = rp.load_scenario(made / "scenario")
    assert isinstance(rp.audit(scenario, made / "plan.csv"), Audit)
    assert rp.audit is rotation_planner.audit


def test_a_scenario_shows_itself(made: Path) -> None:
    scenario = rp.load_scenario(made / "scenario")
    assert "9所学校，140名教职工" in str(scenario)
    assert repr(scenario) == str(scenario)
    with speaking("en"):
        assert "9 schools, 140 staff" in str(scenario)
    assert "<table" in scenario._repr_html_()


def test_fingerprints_are_of_the_bytes(made: Path, scenario: Path) -> None:
    from rotation_planner.policy.reading import packs

    found = rp.load_scenario(scenario).fingerprints
    assert found["policy"] == hashlib.sha256(packs()["dalian"].read_bytes()).hexdigest()
    tables = sorted(scenario.glob("*.csv"))
    assert found["data"] == hashlib.sha256(b"".join(path.read_bytes() for path in tables)).hexdigest()
    (scenario / "notes.csv").write_text("x")
    assert rp.load_scenario(scenario).fingerprints == found
    (scenario / "pins.csv").write_bytes((scenario / "pins.csv").read_bytes() + b"\n")
    changed = rp.load_scenario(scenario, adjust={"quota-quality": {"at_least": "20%"}}).fingerprints
    assert changed["data"] != found["data"]
    assert changed["policy"] != found["policy"]


def test_adjustments_come_on_top_of_the_scenarios_own(scenario: Path) -> None:
    path = scenario / "scenario.yaml"
    path.write_text(path.read_text().replace("adjust: {}", "adjust: {must-teacher: {ages: {M: 50}}}"))
    found = rp.load_scenario(scenario, adjust={"must-teacher": {"comment": None}, "kin": {"enabled": False}}).policy
    assert found.by_id["must-teacher"].ages.M == 50  # type: ignore[attr-defined]
    assert found.by_id["must-teacher"].comment is None
    assert not found.by_id["kin"].enabled


@pytest.mark.slow
def test_a_plan_from_a_notebook(made: Path, tmp_path: Path) -> None:
    scenario: Scenario = rp.load_scenario(made / "scenario")
    outcome: Outcome = rp.make_plan(scenario, options=rp.SolveOptions(time_limit=4, workers=1))
    assert outcome.passes
    assert outcome.plan is not None
    assert "交流" in str(outcome)
    assert "<table" in outcome._repr_html_()
    assert list(outcome.plan.seconds)[:2] == ["reading", "standing"]
    out = rp.write(outcome, scenario, tmp_path / "out")
    again = rp.read_plan(out)
    assert again.objectives == outcome.plan.objectives
    assert rp.compare(outcome.plan, again).identical
    assert rp.audit(scenario, out).passes


def test_the_language_goes_along_to_the_solver() -> None:
    set_language("en")
    assert _interruptible(language, threading.Event()) == "en"


def test_errors_of_the_solver_come_back() -> None:
    with pytest.raises(ZeroDivisionError):
        _interruptible(lambda: 1 / 0, threading.Event())
    assert _interruptible(lambda: 7, threading.Event()) == 7


def test_work_in_another_thread_works_too() -> None:
    found: list[int] = []
    worker = threading.Thread(target=lambda: found.append(_interruptible(lambda: 7, threading.Event())))
    worker.start()
    worker.join()
    assert found == [7]


def test_frames_go_in_and_out(made: Path) -> None:
    scenario = rp.load_scenario(made / "scenario")
    schools = scenario.district.schools.copy()
    schools["headcount_limit"] += 1
    other = scenario.changed(schools=schools)
    assert (other.district.schools["headcount_limit"] == scenario.district.schools["headcount_limit"] + 1).all()
    assert other.district.schools.drop(columns=["headcount_limit", "_row"]).equals(
        scenario.district.schools.drop(columns=["headcount_limit", "_row"])
    )
    assert other.district.staff is scenario.district.staff
    assert other.fingerprints["data"] != scenario.fingerprints["data"]
    assert other.fingerprints["policy"] == scenario.fingerprints["policy"]
    looser = scenario.changed(adjust={"kin": {"enabled": False}})
    assert not looser.policy.by_id["kin"].enabled
    assert looser.fingerprints["data"] == scenario.fingerprints["data"]
    assert looser.fingerprints["policy"] != scenario.fingerprints["policy"]


def test_frames_that_are_wrong_are_told(made: Path) -> None:
    scenario = rp.load_scenario(made / "scenario")
    with pytest.raises(rp.InputError) as told:
        scenario.changed(staff=scenario.district.staff.assign(school_id="nowhere"))
    assert all(problem.message for problem in told.value.problems)
    with pytest.raises(rp.InputError):
        scenario.changed(adjust={"nothing": {"enabled": False}})
    with pytest.raises(rp.InputError):
        scenario.changed(schools=scenario.district.schools.drop(columns="tier").assign(tier="best"))
