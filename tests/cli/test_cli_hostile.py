"""Whatever somebody types or hands in: one of the four exit codes, no traceback, nothing written but where told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli.calling import Call, tree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rotation_planner.run.scenario
from rotation_planner.cli import program
from rotation_planner.cli.guarding import command
from rotation_planner.cli.screen import Screen

ODD = [
    "", " ", ".", "..", "/", "\0", "\ud800", "-", "--", "a" * 5000, "~", "%s", "{x}", "[red]", "\x1b[2J", "CON", "0",
    "-1", "nan", "1e999", "/dev/null", "/proc/self/mem", "*", "“引号”", "𠮷\u202e",
]  # fmt: skip
WORDS = [
    "check", "audit", "explain", "compare", "policy", "show", "list", "--out", "--staff", "--to", "--limit", "--json",
    "--quiet", "--lang", "en", "zh", "--help", "--seed", "--gap", "--version", "here",
]  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(args=st.lists(st.sampled_from([*ODD, *WORDS]) | st.text(max_size=8), max_size=7))
def test_hostile_arguments(call: Call, tmp_path: Path, args: list[str]) -> None:
    """Commands that write are left out: what they may write is their own test's matter."""
    Path("here").mkdir(exist_ok=True)
    assert call(*args, code=None).exit_code in (0, 2)
    assert tree(tmp_path) == {}


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD)
def test_odd_places_for_everything(call: Call, scenario: Path, plan: Path, odd: str) -> None:
    before = tree(scenario)
    for args in (
        ("check", odd),
        ("audit", scenario, odd),
        ("compare", odd, plan),
        ("explain", scenario, plan, "--staff", odd),
        ("policy", "show", odd),
        # Where scenario folders lie below, a folder is a city to plan.
        *([] if odd in (".", "..") else [("plan", odd, "--out", "new")]),
    ):
        call(*args, code=2)
    assert tree(scenario) == before
    assert not Path("new").exists()


@pytest.mark.parametrize("out", ["", "\0", "\ud800", "a" * 5000, "/proc/1/x", "file", "file/x"])
def test_odd_places_to_write(call: Call, scenario: Path, out: str) -> None:
    Path("file").write_text("mine")
    for args in (("plan", scenario), ("generate", "--schools", 5, "--staff", 60), ("template",)):
        place = f"{out}/x.xlsx" if args[0] == "template" and out else out
        call(*args, "--out", place, code=2)


def test_a_surprise_while_reading_is_the_inputs_fault(
    call: Call, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(rotation_planner.run.scenario, "read_district", stumble)
    for args in (("check", scenario), ("plan", scenario, "--out", "out")):
        assert "IndexError: list index out of range" in call(*args, code=2).output


def test_a_surprise_is_one_line_and_its_traceback_is_there_for_those_who_ask(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(screen: Screen) -> int:
        raise ZeroDivisionError("two\nlines")

    command(program, "stumble")(stumble)
    try:
        result = call("stumble", code=3)
        assert result.stderr.count("\n") == 1
        assert "ZeroDivisionError: two lines" in result.stderr
        monkeypatch.setenv("ROTATION_PLANNER_DEBUG", "1")
        with pytest.raises(AssertionError, match="two"):
            call("stumble")
    finally:
        del program.commands["stumble"]


# ---- as a process of its own -------------------------------------------------------------------------------------


def run(*args: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    settings = {key: value for key, value in os.environ.items() if not key.startswith("ROTATION_PLANNER")}
    return subprocess.run(
        [sys.executable, "-m", "rotation_planner", *map(str, args)],
        cwd=cwd, env={**settings, **environment}, capture_output=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii"])
def test_any_console_shows_something(scenario: Path, encoding: str) -> None:
    path = scenario / "staff.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",男,", ",䶮𠮷,", 1), "utf-8")
    done = run("check", scenario, cwd=scenario.parent, PYTHONIOENCODING=encoding)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    text = done.stdout.decode(encoding)
    assert ("䶮" in text) == (encoding == "utf-8")
    told = run("check", scenario, "--json", cwd=scenario.parent, PYTHONIOENCODING=encoding)
    import json

    problems = json.loads(told.stdout.decode(encoding))["problems"]
    assert any(each["value"] == "䶮𠮷" for each in problems)


@pytest.mark.slow
def test_reading_and_judging_work_without_the_solver(scenario: Path, plan: Path) -> None:
    code = (
        "import sys; sys.modules['ortools'] = None; sys.modules['matplotlib'] = None\n"
        "from rotation_planner.cli import main; main()"
    )
    for args in (["check", scenario], ["audit", scenario, plan], ["explain", scenario, plan, "--staff", "T00001"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, args)], capture_output=True, check=False, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr


def test_checking_starts_light() -> None:
    """pandas is the only heavy thing that ``check`` loads."""
    code = (
        "import sys\nfrom rotation_planner.cli import program\n"
        "assert 'pandas' not in sys.modules and 'pydantic' not in sys.modules\n"
        "import rotation_planner.run\n"
        "print(sorted({'ortools', 'matplotlib', 'networkx', 'openpyxl', 'xlsxwriter', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is told otherwise there")
def test_a_reader_who_stops_reading() -> None:
    shell = f"{sys.executable} -m rotation_planner policy show dalian | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert done.stdout.strip() in ("0", "3")
    assert done.stderr == ""


def test_a_plan_of_another_scenario_is_refused(call: Call, scenario: Path) -> None:
    """Of people who are all unknown every answer would be wrong, and letters would go to nobody."""
    rows = "".join(f"elsewhere-{number},S001\n" for number in range(5))
    Path("other.csv").write_text("staff_id,to_school_id\n" + rows, "utf-8")
    someone = (scenario / "staff.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    for args in (
        ("audit", scenario, "other.csv"),
        ("explain", scenario, "other.csv", "--staff", someone),
        ("papers", scenario, "other.csv", "--out", "new"),
        ("replan", scenario, "other.csv", "--out", "new"),
        ("chains", scenario, "other.csv"),
        ("prices", scenario, "other.csv"),
        ("roll", scenario, "other.csv", "--out", "new"),
    ):
        told = call(*args, code=2).output
        assert "elsewhere-0" in told, args
        assert "小区" in told, args
    assert not Path("new").exists()
