"""Filling a folder whole or not at all, where what is written is no single plan."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.plan.staging import WORK, check_writable, refusals_told


def check_free(out: Path, mark: str = "", force: bool = False) -> None:
    """Tells before any work what `filling` would stumble over; nothing is made or changed.

    Raises:
        InputError: ``out`` is no folder, cannot be written to, or holds what no earlier run has put there.
    """
    with refusals_told(out):
        check_writable(out)
    taken = out.is_dir() and any(each.name != WORK for each in out.iterdir())
    if taken and not force and not (mark and (out / mark).is_file()):
        raise InputError([Problem(Severity.ERROR, "exists_already", out.name or str(out), value=str(out))])


@contextmanager
def filling(out: Path, mark: str = "", force: bool = False) -> Iterator[Path]:
    """A staging folder inside ``out``; when the block ends well, all that was written there takes its place in ``out``.

    ``mark``: the JSON file by which a folder of an earlier run is known and that lists its ``files``; those are
    replaced. When the block fails, ``out`` is as it was before.

    Raises:
        InputError: ``out`` cannot be used, see `check_free`.
    """
    check_free(out, mark, force)
    made = [each for each in (out, *out.parents) if not each.exists()]
    work = out / WORK / "new"
    with refusals_told(out):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
    try:
        yield work
        with refusals_told(out):
            _swap(out, work, mark)
    except BaseException:
        shutil.rmtree(out / WORK, ignore_errors=True)
        for each in made:
            if each.is_dir() and not any(each.iterdir()):
                each.rmdir()
        raise
    shutil.rmtree(out / WORK, ignore_errors=True)


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, with forward slashes, sorted."""
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


def _swap(out: Path, work: Path, mark: str) -> None:
    for name in _listed(out / mark) if mark else []:
        place = out / name
        if place.is_file() and out in place.parents and ".." not in Path(name).parts:
            place.unlink()
    for name in files_in(work):
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(work / name, target)
    for place in sorted(out.rglob("*"), reverse=True):  # folders of former years that hold nothing any more
        if place.is_dir() and not any(place.iterdir()) and WORK not in place.parts:
            place.rmdir()


def _listed(path: Path) -> list[str]:
    try:
        listed: Any = json.loads(path.read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
