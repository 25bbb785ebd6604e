"""A small scenario with a plan that passes, and a way to call the program."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cli.calling import Call
from click.testing import CliRunner, Result

from rotation_planner.cli import program
from rotation_planner.data.generator import generate_with_plan, write_district
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.policy import reading

SCENARIO = """title: 小区
as_of: 2027-08-31
policy: dalian
data: .
adjust: {}
solve: {time_limit: 30, gap: 0.0, workers: 1, seed: 1}
"""


PACKS = set(reading.packs().values())
parsed = cache(read_yaml)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``scenario`` and ``plan.csv``, to be copied, not changed."""
    folder = tmp_path_factory.mktemp("made")
    found = generate_with_plan(9, 5, staff=140)
    write_district(found.frames, folder / "scenario", "小区", lang="zh")
    (folder / "scenario" / "scenario.yaml").write_text(SCENARIO, "utf-8")
    found.moves[["staff_id", "to_school_id", "stage", "subject"]].to_csv(folder / "plan.csv", index=False)
    assert len(found.moves) > 1
    return folder


@pytest.fixture(autouse=True)
def packs_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack takes a third of a second to parse, and these tests read it hundreds of times."""
    monkeypatch.setattr(reading, "read_yaml", lambda path: parsed(path) if path in PACKS else read_yaml(path))


@pytest.fixture
def scenario(made: Path, tmp_path: Path) -> Path:
    """A scenario of one's own."""
    return Path(shutil.copytree(made / "scenario", tmp_path / "scenario"))


@pytest.fixture
def plan(made: Path, tmp_path: Path) -> Path:
    """A hand-made plan of one's own that the audit passes."""
    return Path(shutil.copy(made / "plan.csv", tmp_path / "plan.csv"))


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program in a folder of its own."""
    monkeypatch.delenv("ROTATION_PLANNER_LANG", raising=False)
    monkeypatch.delenv("ROTATION_PLANNER_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*args: Any, code: int | None = 0) -> Result:
        result = CliRunner().invoke(program, [str(arg) for arg in args], prog_name="rotation-planner")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert code is None or result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return run
