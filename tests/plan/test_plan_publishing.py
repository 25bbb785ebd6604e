"""A plan that is put into place before its reports: whole at every moment, whatever goes wrong."""

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
from rotation_planner.plan.staging import MARK, WORK, publish, writing

FORMER = {"transfers.csv": "1", "deferred.csv": "1", MARK: "{}", "lists/a.xlsx": "1", "lists/old.xlsx": "1"}
CORE = {"transfers.csv": "2", "audit.md": "2", MARK: "{}"}
REPORTS = {"lists/a.xlsx": "2", "charts/new.png": "2"}
WHOLE = CORE | REPORTS
MOVES = 5 + 3 + 1 + 3  # the former files out, the plan in, the former ones aside, the reports and plan.json in


class Killed(BaseException):
    """The power went off."""


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def publish_and_finish(out: Path, between: Callable[[], object] = lambda: None) -> None:
    with writing(out) as folder:
        write(folder, CORE)
        publish(folder)
        between()
        write(folder, REPORTS | {MARK: "{}"})


def content(out: Path) -> dict[str, str]:
    """Every file of the folder but the working ones; of plan.json only that it is there."""
    found = {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()}
    return {name: "{}" if name == MARK else text for name, text in found.items() if not name.startswith(WORK)}


def listed(out: Path) -> dict[str, str]:
    """The files that plan.json lists, as they are; none where there is no plan."""
    if not (out / MARK).exists():
        return {}
    held = content(out)
    return {name: held[name] for name in json.loads((out / MARK).read_text())["files"]}


@pytest.fixture(params=[{}, FORMER], ids=["new folder", "former plan"])
def former(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    if request.param:
        with writing(tmp_path / "out") as folder:
            write(folder, request.param)
    return dict(request.param)


def failing_at(call: int, error: BaseException, *, ever_after: bool) -> Callable[..., None]:
    """Moving that raises the error at this call, and at all later ones where nothing runs any more."""
    calls, move = [0], staging._move

    def moving(source: Path, target: Path) -> None:
        calls[0] += 1
        if calls[0] > call and (ever_after or calls[0] == call + 1):
            raise error
        move(source, target)

    return moving


def test_the_plan_stands_alone_until_the_reports_join_it(tmp_path: Path, former: dict[str, str]) -> None:
    out, seen = tmp_path / "out", []
    publish_and_finish(out, lambda: seen.append((content(out), listed(out))))
    assert seen == [(CORE, CORE)]
    assert content(out) == listed(out) == WHOLE
    assert not (out / WORK).exists()


def test_a_failure_afterwards_puts_the_former_plan_back(tmp_path: Path, former: dict[str, str]) -> None:
    with pytest.raises(ZeroDivisionError):
        publish_and_finish(tmp_path / "out", lambda: 1 // 0)
    assert content(tmp_path / "out") == former
    assert (tmp_path / "out").exists() == bool(former)


def test_files_of_others_come_back_after_a_failure(tmp_path: Path) -> None:
    mine = {"lists/a.xlsx": "mine", "notes.txt": "mine"}
    write(tmp_path, mine)
    with pytest.raises(InputError) as told:
        publish_and_finish(tmp_path, lambda: write(tmp_path, {"charts/new.png/x": "in the way"}))
    assert told.value.problems[0].code == "out_blocked"
    assert content(tmp_path) == mine | {"charts/new.png/x": "in the way"}


@pytest.mark.parametrize("call", range(MOVES))
def test_a_failure_while_moving_puts_the_former_plan_back(
    tmp_path: Path, former: dict[str, str], call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if call >= MOVES - 5 * (not former):
        pytest.skip("nothing more is moved")
    out = tmp_path / "out"
    monkeypatch.setattr(staging, "_move", failing_at(call, PermissionError(13, "held open"), ever_after=False))
    with pytest.raises(InputError) as told:
        publish_and_finish(out)
    assert told.value.problems[0].code == "out_unwritable"
    assert content(out) == former


@pytest.mark.parametrize("again", [None, 0, 1, 3, 6])
@pytest.mark.parametrize("call", range(MOVES + 1))
def test_a_killed_run_leaves_one_whole_plan_or_none(
    tmp_path: Path, former: dict[str, str], call: int, again: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any move, and killed a second time while the first one's traces are cleared."""
    out = tmp_path / "out"

    def killed_at(number: int) -> None:
        def nothing(*_: Any, **__: Any) -> None:
            """Nothing runs in a dead program."""

        with monkeypatch.context() as patch:
            patch.setattr(staging, "_move", failing_at(number, Killed(), ever_after=True))
            patch.setattr(staging, "_clear", nothing)
            patch.setattr(staging, "_withdraw", nothing)
            patch.setattr(staging.shutil, "rmtree", nothing)
            with suppress(Killed, InputError):
                publish_and_finish(out)

    killed_at(call)
    assert listed(out) in ({}, former, CORE, WHOLE)
    if again is not None:
        killed_at(again)
        assert listed(out) in ({}, former, CORE, WHOLE)
    with pytest.raises(ZeroDivisionError), writing(out):
        raise ZeroDivisionError
    assert content(out) in (former, CORE, WHOLE)
    publish_and_finish(out)
    assert content(out) == listed(out) == WHOLE


@pytest.mark.parametrize("step", range(3))
def test_a_kill_while_a_plan_is_withdrawn_is_mended_at_the_next_start(
    tmp_path: Path, former: dict[str, str], step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(staging, "_clear", lambda work: None)
        patch.setattr(staging, "_roll_back", _only_at_the_start(staging._roll_back))
        if step == 0:
            patch.setattr(staging, "to_json", _raising_once_published(staging.to_json))
        elif step == 1:
            patch.setattr(Path, "unlink", _dies)
        else:
            patch.setattr(staging, "_move", failing_at(5 * bool(former) + 4, Killed(), ever_after=True))
        with suppress(Killed, ZeroDivisionError):
            publish_and_finish(out, lambda: 1 // 0)
    assert listed(out) in ({}, former, CORE)
    with pytest.raises(ZeroDivisionError), writing(out):
        raise ZeroDivisionError
    assert content(out) == (former if step == 2 else CORE)


def _only_at_the_start(roll_back: Callable[[Path], None]) -> Callable[[Path], None]:
    calls = [0]

    def once(out: Path) -> None:
        calls[0] += 1
        if calls[0] == 1:
            roll_back(out)

    return once


def _raising_once_published(to_json: Callable[[Any], str]) -> Callable[[Any], str]:
    calls = [0]

    def once(value: Any) -> str:
        calls[0] += 1
        if calls[0] > 1:
            raise Killed
        return to_json(value)

    return once


def _dies(*_: Any, **__: Any) -> None:
    raise Killed


def test_a_process_that_dies_leaves_the_published_plan(tmp_path: Path, former: dict[str, str]) -> None:
    out = tmp_path / "out"
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom test_plan_publishing import publish_and_finish\n"
        "publish_and_finish(Path(sys.argv[1]), lambda: os._exit(9))"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    done = subprocess.run([sys.executable, "-c", code, str(out)], check=False, env={**os.environ, "PYTHONPATH": paths})
    assert done.returncode == 9
    assert content(out) == listed(out) == CORE
    publish_and_finish(out)
    assert content(out) == listed(out) == WHOLE
    assert not (out / WORK).exists()
