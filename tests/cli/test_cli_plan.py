"""``plan``: what it says, writes and answers; with a solver that does as it is told, and once with the real one."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli.calling import Call, document, tree

import rotation_planner.solve
from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.plan.staging import WORK
from rotation_planner.run import complete, load_scenario
from rotation_planner.solve import Contradiction, Progress, Solution

Solver = Callable[..., Solution]


@pytest.fixture
def solved(made: Path) -> Plan:
    """The plan that the district was made with."""
    return complete(load_scenario(made / "scenario"), read_plan(made / "plan.csv"))


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> Callable[[Solver], None]:
    """Puts a solver in the place of the real one."""
    return lambda solve: monkeypatch.setattr(rotation_planner.solve, "solve_plan", solve)


def giving(plan: Plan | None, status: Status = Status.OPTIMAL, **more: Any) -> Solver:
    """A solver with this answer, which tells progress on the way."""

    def solve(*_: Any, progress: Callable[[Progress], None], **__: Any) -> Solution:
        progress(Progress(1, 2, "place-due", 5.0, 4.0, 0.2, 0.0))
        progress(Progress(1, 2, "place-due", 4.0, 4.0, 0.0, 0.1))
        return Solution(status, plan and replace(plan, status=status), **more)

    return solve


def test_a_plan_is_written_and_told(call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None]) -> None:
    solver(giving(solved))
    result = call("plan", scenario, "--out", "out/a")
    assert "核查通过" in result.stdout
    assert "交流人数" in result.stdout
    assert "应交流人员尽数安排：最好 4，界 4，差距 0%" in result.stderr
    assert "方案与核对结果已在" in result.stderr
    found = read_plan(Path("out/a"))
    assert found.transfers["staff_id"].tolist() == solved.transfers["staff_id"].tolist()
    assert set(found.fingerprints) == {"policy", "data", "transfers"}
    assert {"transfers.csv", "deferred.csv", "plan.json", "audit.json", "audit.md"} <= set(tree(Path("out/a")))
    assert not (Path("out/a") / WORK).exists()
    assert "核查通过" in call("audit", scenario, "out/a").stdout


@pytest.mark.slow
def test_a_plan_for_machines(call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None]) -> None:
    solver(giving(solved))
    found = document(call("plan", scenario, "--out", "out", "--json", "--quiet"))
    assert found["status"] == "optimal"
    assert found["audit"]["passes"] is True
    assert found["counts"]["moves"] == len(solved.transfers)
    assert found["interrupted"] is False
    assert set(found["files"]) == set(tree(Path("out")))


@pytest.mark.slow
def test_quiet_is_quiet(call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None]) -> None:
    solver(giving(solved))
    assert call("plan", scenario, "--out", "out", "--quiet").output == ""


@pytest.mark.slow
def test_options_override_the_scenario(
    call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None]
) -> None:
    given: list[Any] = []

    def solve(district: Any, policy: Any, standing: Any, options: Any, **more: Any) -> Solution:
        given.append(options)
        return Solution(Status.OPTIMAL, solved)

    solver(solve)
    call("plan", scenario, "--out", "out", "--time-limit", "2.5", "--gap", "0.1", "--seed", "7", "--workers", "3")
    assert (given[0].time_limit, given[0].gap, given[0].seed, given[0].workers) == (2.5, 0.1, 7, 3)
    assert read_plan(Path("out")).seed == 7
    call("plan", scenario, "--out", "out", "--repeatable")
    assert [each.repeatable for each in given] == [False, True]


@pytest.mark.slow
def test_an_audit_that_disagrees_is_loud(
    call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None]
) -> None:
    solver(giving(replace(solved, objectives=(Objective("place-due", 12345.0, 0.0),))))
    result = call("plan", scenario, "--out", "out", code=1)
    assert "12345" in result.stdout
    assert "核查未通过" in result.stdout
    assert "核查未通过" in call("plan", scenario, "--out", "out", "--quiet", code=1).stderr


def test_no_plan_possible(call: Call, scenario: Path, solver: Callable[[Solver], None]) -> None:
    why = Contradiction(("quota-quality", "headcount"), "S001", "至少要走三人，最多能走两人", 1.0)
    solver(giving(None, Status.INFEASIBLE, contradictions=(why,)))
    result = call("plan", scenario, "--out", "a/b", code=1)
    assert "至少要走三人，最多能走两人" in result.stdout
    assert "quota-quality" in result.stdout
    assert not Path("a").exists()
    found = document(call("plan", scenario, "--out", "a/b", "--json", code=1))
    assert found["status"] == "infeasible"
    assert found["contradictions"][0]["rules"] == ["quota-quality", "headcount"]
    assert "没有可行的方案" in call("plan", scenario, "--out", "a/b", "--quiet", code=1).stderr


def test_no_plan_in_time(call: Call, scenario: Path, solver: Callable[[Solver], None]) -> None:
    solver(giving(None, Status.UNKNOWN))
    assert "没有找到方案" in call("plan", scenario, "--out", "out", code=3).stdout
    assert "No plan was found" in call("plan", scenario, "--out", "out", "--lang", "en", code=3).stdout
    assert not Path("out").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("a\nsurprise"), 3),
        (OSError(28, "No space left on device", "out/x"), 2),
        (MemoryError(), 3),
        (KeyboardInterrupt(), 3),
    ],
)
def test_a_former_plan_survives_a_failure(
    call: Call,
    scenario: Path,
    solved: Plan,
    solver: Callable[[Solver], None],
    error: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import rotation_planner.report

    def fail(*_: Any, **__: Any) -> None:
        raise error

    solver(giving(solved))
    call("plan", scenario, "--out", "out")
    before = tree(Path("out"))
    monkeypatch.setattr(rotation_planner.report, "write_reports", fail)
    assert call("plan", scenario, "--out", "out", code=code).stderr.strip()
    assert document(call("plan", scenario, "--out", "out", "--json", code=code))["message"]
    assert tree(Path("out")) == before


@pytest.mark.parametrize("way", ["file", "below a file", "scenario", "blocked"])
def test_an_out_that_cannot_be_used_is_told_before_any_work(
    call: Call, scenario: Path, way: str, solver: Callable[[Solver], None]
) -> None:
    solver(lambda *_, **__: pytest.fail("solved in vain"))
    Path("file").write_text("mine")
    Path("blocked/transfers.csv").mkdir(parents=True)
    out = {"file": "file", "below a file": "file/x", "scenario": scenario, "blocked": "blocked"}[way]
    before = tree(Path("."))
    assert "换一个 --out" in call("plan", scenario, "--out", out, code=2).stderr
    assert tree(Path(".")) == before


def test_errors_in_the_data_stop_before_any_work(call: Call, scenario: Path, solver: Callable[[Solver], None]) -> None:
    solver(lambda *_, **__: pytest.fail("solved in vain"))
    (scenario / "schools.csv").unlink()
    call("plan", scenario, "--out", "out", code=2)
    assert not Path("out").exists()


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C is heard also where the tests run in the background, for which shells shut it off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def stopping(presses: int, plan: Plan | None) -> Solver:
    """A solver that works until it is stopped, while somebody presses Ctrl-C."""

    def solve(*_: Any, stop: threading.Event, **__: Any) -> Solution:
        for _ in range(presses):
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.3)
        if not stop.wait(10):
            return Solution(Status.UNKNOWN, None)
        time.sleep(0.5)
        return Solution(Status.FEASIBLE, plan, (), True)

    return solve


@pytest.mark.slow
@pytest.mark.usefixtures("heard")
def test_ctrl_c_keeps_the_best_plan(call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None]) -> None:
    solver(stopping(1, replace(solved, status=Status.FEASIBLE)))
    result = call("plan", scenario, "--out", "out")
    assert "已按要求停止" in result.stderr
    assert read_plan(Path("out")).status is Status.FEASIBLE
    assert document(call("plan", scenario, "--out", "out", "--json"))["interrupted"] is True


@pytest.mark.usefixtures("heard")
def test_ctrl_c_twice_ends_at_once(call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None]) -> None:
    solver(stopping(2, solved))
    assert "已停止，什么也没有写" in call("plan", scenario, "--out", "out", code=3).stderr
    assert not Path("out").exists()


def test_the_real_solver(call: Call, tmp_path: Path) -> None:
    call("generate", "--out", "small", "--schools", 4, "--seed", 2, "--staff", 48)
    found = document(call("plan", "small", "--out", "out", "--time-limit", 20, "--workers", 1, "--json"))
    assert found["status"] == "optimal"
    assert all(each["gap"] == 0 for each in found["objectives"])
    assert document(call("audit", "small", "out", "--json"))["passes"] is True


@pytest.mark.slow
def test_a_run_that_can_be_repeated_says_so(call: Call, tmp_path: Path) -> None:
    call("generate", "--out", "small", "--schools", 4, "--seed", 2, "--staff", 48)
    for out in ("one", "two"):
        told = call("plan", "small", "--out", out, "--time-limit", 60, "--repeatable")
        assert "可重复：每一步都自行结束" in told.stdout
    assert (tmp_path / "one" / "transfers.csv").read_bytes() == (tmp_path / "two" / "transfers.csv").read_bytes()
    assert json.loads((tmp_path / "one" / "plan.json").read_text("utf-8"))["repeatable"] is True


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "told"), [([], "再算一次可能略有不同"), (["--repeatable"], "不能保证可重复：时限用尽")]
)
def test_a_run_that_the_clock_ended_says_so(
    call: Call, scenario: Path, solved: Plan, solver: Callable[[Solver], None], options: list[str], told: str
) -> None:
    solver(giving(replace(solved, more={"repeatable": False}), Status.FEASIBLE))
    assert told in call("plan", scenario, "--out", "out", *options).stdout


def test_a_planted_contradiction_is_infeasible(call: Call) -> None:
    call("generate", "--out", "bad", "--schools", 6, "--seed", 2, "--staff", 90, "--infeasible")
    found = document(call("plan", "bad", "--out", "out", "--time-limit", 20, "--workers", 1, "--json", code=1))
    assert found["status"] == "infeasible"
    assert found["contradictions"]
    assert not Path("out").exists()
