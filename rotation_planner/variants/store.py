"""The results of many plans in one folder: each whole or not there, and known again by its fingerprint."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.plan.staging import to_json, working
from rotation_planner.variants.jobs import CRASH, STOPPED, Done, Job
from rotation_planner.variants.packing import unpack

RESULT = "result.json"


class Store:
    """Folders of results below ``root``; ``work`` is the folder where they come to be."""

    def __init__(self, root: Path, work: Path) -> None:
        self.root = root
        self.work = work
        for name in ("new", "scratch"):
            shutil.rmtree(work / name, ignore_errors=True)  # of a run that was killed
            (work / name).mkdir(parents=True)
        self._put_back()

    @classmethod
    @contextmanager
    def opened(cls, out: Path, below: str = "") -> Iterator[Store]:
        """The store of an ``--out`` folder, held by this run alone.

        Raises:
            InputError: the folder cannot be used.
        """
        with working(out) as work:
            yield cls(out / below if below else out, work)

    @property
    def scratch(self) -> str:
        """Where the processes may put files meanwhile."""
        return str((self.work / "scratch").resolve())

    def folder(self, name: str) -> Path:
        """The folder of one result."""
        return self.root / name

    def kept(self, job: Job) -> dict[str, Any] | None:
        """The record of a job that was done before, with every file as it was written; else ``None``."""
        folder = self.folder(job.id)
        record = read_record(folder)
        if record is None or record.get("fingerprint") != job.print or record.get("outcome") in (CRASH, STOPPED):
            return None
        files = record.get("files")
        if not isinstance(files, dict):
            return None
        try:
            same = all(_digest((folder / name).read_bytes()) == digest for name, digest in files.items())
        except OSError:
            return None
        return record if same else None

    def check(self, names: list[str]) -> None:
        """Refuse to replace folders that are not results.

        Raises:
            InputError: the folders that are in the way.
        """
        foreign = [
            folder
            for folder in map(self.folder, names)
            if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / RESULT).is_file()))
        ]
        if foreign:
            raise InputError(
                [Problem(Severity.ERROR, "variant_foreign", str(each), value=str(each)) for each in foreign]
            )

    def keep(self, job: Job, done: Done, *, plan: str = "", scenario: bool = False) -> dict[str, Any]:
        """Put a result into its folder, whole, in the place of a former one; its record.

        ``plan``: the folder inside it that the plan's files go to; ``scenario``: keep what it was made from too.
        """
        files = {(f"{plan}/{name}" if plan else name): content for name, content in done.files.items()}
        if scenario:
            files |= job.files
        record = {**done.record, "files": {name: _digest(content) for name, content in sorted(files.items())}}
        staged = self.work / "new" / job.id
        staged.mkdir(parents=True)
        unpack(files, staged)
        (staged / RESULT).write_text(to_json(record), "utf-8", newline="\n")
        target, former = self.folder(job.id), self.work / "old" / job.id
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            former.parent.mkdir(exist_ok=True)
            os.replace(target, former)
        os.replace(staged, target)
        shutil.rmtree(former, ignore_errors=True)
        if former.parent.is_dir() and not any(former.parent.iterdir()):
            former.parent.rmdir()
        return record

    def _put_back(self) -> None:
        """A run killed between taking a former result away and putting the new one there: the former one stands."""
        old = self.work / "old"
        if not old.is_dir():
            return
        for former in old.iterdir():
            if not self.folder(former.name).exists():
                self.root.mkdir(parents=True, exist_ok=True)
                os.replace(former, self.folder(former.name))
        shutil.rmtree(old, ignore_errors=True)


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of a result's folder, ``None`` where there is none that can be read."""
    try:
        record = json.loads((folder / RESULT).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
