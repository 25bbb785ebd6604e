"""One run of a grid over the small district, and of a small city, for all tests to look at."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rotation_planner.cli import program
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.policy import reading

ROOT = Path(__file__).parents[2]
TINY = ROOT / "scenarios" / "tiny"
GRID = Path(__file__).with_name("grid.yaml")
PACK = reading.packs()["dalian"]
parsed = cache(read_yaml)


@dataclass(frozen=True)
class Ran:
    """A call of the program: where it wrote, what it said."""

    out: Path
    result: Result
    grid: Path


def call(*args: object) -> Result:
    """Call the program; a traceback is never an answer."""
    result = CliRunner().invoke(program, [str(each) for each in args], prog_name="rotation-planner")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(autouse=True)
def packs_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack takes a third of a second to parse."""
    monkeypatch.setattr(reading, "read_yaml", lambda path: parsed(path) if path == PACK else read_yaml(path))


@pytest.fixture(scope="session")
def grid_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grid of these tests with the policy file beside it that it names."""
    folder = tmp_path_factory.mktemp("grid")
    law = PACK.read_text("utf-8").replace("{stay: school, at_least: 9}", "{stay: school, at_least: 7}")
    assert law != PACK.read_text("utf-8")
    (folder / "own.yaml").write_text(law, "utf-8")
    return Path(shutil.copy(GRID, folder / "grid.yaml"))


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory, grid_file: Path) -> Ran:
    """The whole grid over the small district, once, in one process."""
    out = tmp_path_factory.mktemp("whatif") / "out"
    result = call("whatif", TINY, "--grid", grid_file, "--out", out, "--workers", 1, "--json")
    return Ran(out, result, grid_file)
