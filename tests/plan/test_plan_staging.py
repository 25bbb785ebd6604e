"""A plan's folder is written whole or not at all, whatever goes wrong and wherever a run is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rotation_planner.data.problems import InputError
from rotation_planner.plan import staging
from rotation_planner.plan.staging import WORK, writing

FIRST = {"transfers.csv": "1", "deferred.csv": "1", "plan.json": "{}", "lists/a.xlsx": "1", "lists/old.xlsx": "1"}
SECOND = {"transfers.csv": "2", "plan.json": "{}", "audit.md": "2", "lists/a.xlsx": "2", "charts/new.png": "2"}


class Killed(BaseException):
    """The power went off."""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def plan(out: Path, files: dict[str, str]) -> None:
    with writing(out) as folder:
        write(folder, files)


def content(out: Path) -> dict[str, str]:
    """Every file below the folder; of plan.json only that it is there."""
    found = {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()}
    return {name: "{}" if name == "plan.json" else text for name, text in found.items()}


def test_what_was_staged_stands_and_is_listed(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    plan(out, FIRST)
    assert content(out) == FIRST
    assert sorted(json.loads((out / "plan.json").read_text())["files"]) == sorted(FIRST)
    assert not (out / WORK).exists()


def test_a_second_plan_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    plan(tmp_path, FIRST)
    plan(tmp_path, SECOND)
    assert content(tmp_path) == SECOND


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    plan(tmp_path, FIRST)
    foreign = {"notes.txt": "mine", "lists/mine.xlsx": "mine", "data/transfers.csv": "mine"}
    write(tmp_path, foreign)
    plan(tmp_path, SECOND)
    assert content(tmp_path) == SECOND | foreign


@pytest.mark.parametrize("former", [{}, FIRST])
def test_a_failure_while_writing_leaves_everything_as_it_was(tmp_path: Path, former: dict[str, str]) -> None:
    out = tmp_path / "out"
    if former:
        plan(out, former)
    with pytest.raises(UnicodeError), writing(out) as folder:
        write(folder, {"transfers.csv": "half", "deferred.csv": "\ud800"})
    assert content(out) == former
    assert out.exists() == bool(former)


def test_a_staging_without_plan_json_never_becomes_a_plan(tmp_path: Path) -> None:
    plan(tmp_path, FIRST)
    with pytest.raises(InputError), writing(tmp_path) as folder:
        write(folder, {"transfers.csv": "2"})
    assert content(tmp_path) == FIRST


def after(calls: int, error: type[BaseException], then: Callable[..., Any]) -> Callable[..., Any]:
    """``then`` for so many calls, the error ever after."""
    left = [calls]

    def moving(*values: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise error
        return then(*values, **more)

    return moving


MOVES = 10  # five files of the first plan and five of the second


@pytest.mark.parametrize("calls", range(MOVES))
def test_a_failure_while_moving_puts_the_former_plan_back(
    tmp_path: Path, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(tmp_path, FIRST)
    before = (tmp_path / "plan.json").read_bytes()
    failed: list[None] = []

    def once(source: Path, target: Path) -> None:
        if not failed and once.calls == 0:  # type: ignore[attr-defined]
            failed.append(None)
            raise PermissionError(13, "held open", str(source))
        once.calls -= 1  # type: ignore[attr-defined]
        move(source, target)

    move = staging._move
    once.calls = calls  # type: ignore[attr-defined]
    monkeypatch.setattr(staging, "_move", once)
    with pytest.raises(InputError) as told:
        plan(tmp_path, SECOND)
    assert told.value.problems[0].code == "out_unwritable"
    assert content(tmp_path) == FIRST
    assert (tmp_path / "plan.json").read_bytes() == before


@pytest.mark.parametrize("former", [{}, FIRST], ids=["new folder", "old plan"])
@pytest.mark.parametrize("again", [None, 0, 1, 3])
@pytest.mark.parametrize("calls", range(MOVES + 1))
def test_a_killed_run_leaves_one_whole_plan_or_none(
    tmp_path: Path, calls: int, again: int | None, former: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any move, and killed a second time while the first one's traces are cleared."""
    if former:
        plan(tmp_path, former)

    def killed_at(number: int) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(staging, "_move", after(number, Killed, staging._move))
            patch.setattr(staging, "_clear", lambda work: None)  # nothing runs in a dead program
            patch.setattr(staging.shutil, "rmtree", lambda *values, **more: None)
            with suppress(Killed, InputError):
                plan(tmp_path, SECOND)

    killed_at(calls)
    held = {name for name in content(tmp_path) if not name.startswith(WORK)}
    assert "plan.json" not in held or held in (set(former), set(SECOND))
    if again is not None:
        killed_at(again)
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError
    assert content(tmp_path) in (former, SECOND)
    plan(tmp_path, SECOND)
    assert content(tmp_path) == SECOND


def test_a_process_that_dies_is_cleared_away(tmp_path: Path) -> None:
    plan(tmp_path, FIRST)
    code = (
        "import os, sys, pathlib\nfrom rotation_planner.plan.staging import writing\n"
        "with writing(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'plan.json').write_text('{}')\n    os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert (tmp_path / WORK / "new" / "plan.json").exists()
    plan(tmp_path, SECOND)
    assert content(tmp_path) == SECOND


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(InputError) as told, writing(tmp_path), writing(tmp_path):
        pass
    assert told.value.problems[0].code == "out_busy"


@pytest.mark.parametrize("place", ["out", "out/below"])
def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "out").write_text("a letter")
    with pytest.raises(InputError) as told:
        plan(tmp_path / place, FIRST)
    assert told.value.problems[0].code == "out_not_folder"
    assert (tmp_path / "out").read_text() == "a letter"


@pytest.mark.parametrize("blocker", ["transfers.csv/", "lists", "plan.json/", "charts"])
def test_what_is_in_the_way_is_told(tmp_path: Path, blocker: str) -> None:
    if blocker.endswith("/"):
        (tmp_path / blocker).mkdir()
    else:
        (tmp_path / blocker).write_text("mine")
    before = content(tmp_path)
    with pytest.raises(InputError) as told:
        plan(tmp_path, {**FIRST, **SECOND})
    assert told.value.problems[0].code == "out_blocked"
    assert content(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / "lists").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(InputError):
        plan(out, FIRST)
    assert not any((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/etc/passwd", "lists/../../outside.txt", "notes.txt", "C:\\x", "lists\\..\\..\\x", 7]
)
def test_a_forged_list_of_files_reaches_nothing_else(tmp_path: Path, name: object) -> None:
    out = tmp_path / "out"
    plan(out, FIRST)
    (tmp_path / "outside.txt").write_text("mine")
    (out / "notes.txt").write_text("mine")
    (out / "plan.json").write_text(json.dumps({"files": [name]}))
    plan(out, SECOND)
    assert (tmp_path / "outside.txt").read_text() == "mine"
    assert (out / "notes.txt").read_text() == "mine"
