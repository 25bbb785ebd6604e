"""Writing a plan's folder whole or not at all.

Everything is first written below ``<out>/.rotation-planner/new`` and then moved into place, file by file: the former
``plan.json`` is taken away first and the new one comes last, so a folder with a ``plan.json`` always holds one whole
plan and a folder without one is no plan. The former plan waits in ``.rotation-planner/old`` until the new one stands;
a failure, or the next start after a killed run, puts it back. Files that no plan wrote are left alone.

`publish` puts a plan into place before all that belongs to it is written. The former plan then waits in
``.rotation-planner/former`` until the rest has joined; a failure puts it back, a killed run leaves the published plan.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from rotation_planner.data.problems import InputError, Problem, Severity

MARK = "plan.json"
TOP_FILES = ("transfers.csv", "deferred.csv", "audit.json", "audit.md", "report.html", "report.pdf", MARK)
SUBFOLDERS = ("lists", "charts", "papers", "changes")
WORK = ".rotation-planner"


@contextmanager
def writing(out: Path) -> Iterator[Path]:
    """A staging folder inside ``out``; when the block ends well, what was written there is the plan of ``out``.

    The block must write ``plan.json``; the list of all files of the plan is added to it here. When the block or the
    moving fails, ``out`` is as it was before, and away again if it had not been there. A block that `publish`es must
    write ``plan.json`` once more at the end, and none of the other published files.

    Raises:
        InputError: ``out`` cannot be used: not a folder, not writable, in use by another run, something in the way.
    """
    made: list[Path] = []
    try:
        with refusals_told(out):
            _make(out, made)
        with _locked(out):
            new = out / WORK / "new"
            with refusals_told(out):
                _roll_back(out)
                new.mkdir()
            try:
                yield new
                with refusals_told(out):
                    _complete(out) if (out / WORK / "former").is_dir() else _swap(out)
            except BaseException:
                with refusals_told(out):
                    _withdraw(out)
                raise
            finally:
                with refusals_told(out):
                    _roll_back(out)
    except BaseException:
        for folder in reversed(made):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise


def publish(folder: Path) -> None:
    """Put the plan in the staging folder of `writing` into place already; what is written afterwards joins it there.

    Raises:
        InputError: it cannot be put into place.
    """
    out = folder.parents[1]
    with refusals_told(out):
        _swap(out)
        try:
            _move(out / WORK / "old", out / WORK / "former")
        except OSError:
            _move(out / MARK, folder / MARK)  # so that `_roll_back` takes it back
            raise


@contextmanager
def working(out: Path) -> Iterator[Path]:
    """A working folder inside ``out``, held by this run alone and away afterwards, for what makes more than one plan;
    ``out`` is made where it is not there, and away again when nothing came of it.

    Raises:
        InputError: ``out`` cannot be used.
    """
    made: list[Path] = []
    try:
        with refusals_told(out):
            _make(out, made)
        with _locked(out):
            yield out / WORK
    finally:
        for folder in reversed(made):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def check_out(out: Path) -> None:
    """Tells at once, before any work, what `writing` would stumble over; nothing is made or changed.

    Raises:
        InputError: ``out`` cannot be used.
    """
    with refusals_told(out):
        check_writable(out)
        _refuse_what_is_in_the_way(out, [f"{folder}/x" for folder in SUBFOLDERS])


def check_writable(out: Path) -> None:
    """Whether a folder could be made or filled at ``out``; nothing is made or changed.

    Raises:
        OSError: it could not, as the operating system would say.
    """
    place = out
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
    if not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))


def files_of(folder: Path) -> set[str]:
    """The files of the plan in ``folder`` as its ``plan.json`` lists them, below the folder, with forward slashes."""
    try:
        listed = json.loads((folder / MARK).read_text("utf-8-sig"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {name for name in listed if isinstance(name, str) and _is_ours(name)} if isinstance(listed, list) else set()


def _is_ours(name: str) -> bool:
    """Whether a listed name can be a plan's file at all: nothing outside the folder, nothing of others at its top."""
    if "\\" in name or ":" in name or "\0" in name:
        return False
    parts = PurePosixPath(name).parts
    return name in TOP_FILES or (len(parts) > 1 and parts[0] in SUBFOLDERS and ".." not in parts)


def _make(folder: Path, made: list[Path]) -> None:
    """Makes the folder and its parents, noting in ``made`` which were not there."""
    if folder.is_dir():
        return
    _make(folder.parent, made)
    folder.mkdir()
    made.append(folder)


@contextmanager
def refusals_told(out: Path) -> Iterator[None]:
    """Turns the operating system's refusals into a problem of ``out``.

    Raises:
        InputError: in the place of an `OSError` or a `ValueError`.
    """
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError([_problem("out_not_folder", out, error.filename)]) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError([_problem("out_unwritable", out, getattr(error, "filename", None), reason=reason)]) from error


def _problem(code: str, out: Path, value: Any = None, **values: Any) -> Problem:
    return Problem(Severity.ERROR, code, str(out), value=str(value or out), values=values)


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """The working folder inside ``out``, held by this run alone and away when nothing in it is needed any more."""
    work = out / WORK
    with refusals_told(out):
        work.mkdir(exist_ok=True)
        handle = (work / "lock").open("a+b")
    try:
        if not _lock(handle):
            raise InputError([_problem("out_busy", out)])
        try:
            yield
        finally:
            if os.name != "nt":
                _clear(work)
    finally:
        handle.close()
    if os.name == "nt":  # an open file cannot be deleted there
        _clear(work)


def _clear(work: Path) -> None:
    if not (work / "old").exists() and not (work / "former").exists():
        shutil.rmtree(work, ignore_errors=True)


def _lock(handle: IO[bytes]) -> bool:
    """Whether this run now holds the file; the system lets go of it when the run ends, however it ends."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)


def _inside(folder: Path) -> list[str]:
    """Every file below the folder, plan.json last."""
    if not folder.is_dir():
        return []
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    return sorted(found, key=lambda name: name == MARK)


def _swap(out: Path) -> None:
    """Moves the former plan's files into ``old`` and the staged ones into place; plan.json goes first, comes last."""
    new, old = out / WORK / "new", out / WORK / "old"
    names = _inside(new)
    _list(new, names)
    _refuse_what_is_in_the_way(out, names)
    former = {name for name in (*TOP_FILES, *files_of(out), *names) if (out / name).exists()}
    old.mkdir()
    for name in sorted(former, key=lambda name: (name != MARK, name)):
        _move(out / name, old / name)
    for name in names:
        _move(new / name, out / name)


def _complete(out: Path) -> None:
    """Moves the staged files to those that `publish` put into place, plan.json last."""
    new, former = out / WORK / "new", out / WORK / "former"
    names, there = _inside(new), files_of(out)
    _list(new, sorted({*names, *there}, key=lambda name: (name == MARK, name)))
    _refuse_what_is_in_the_way(out, names)
    for name in names:
        if name not in there and (out / name).exists():
            _move(out / name, former / name)
        _move(new / name, out / name)


def _withdraw(out: Path) -> None:
    """Makes of a published plan one that is being put into place, which `_roll_back` then takes back."""
    new, former = out / WORK / "new", out / WORK / "former"
    if former.is_dir():
        (new / MARK).write_text(to_json({"files": sorted(files_of(out) | files_of(new))}), "utf-8")
        (out / MARK).unlink(missing_ok=True)
        _move(former, out / WORK / "old")


def _list(folder: Path, names: list[str]) -> None:
    """Adds the list of the plan's files to its plan.json."""
    if not (folder / MARK).exists():
        raise FileNotFoundError(f"nothing wrote {MARK}")
    content = json.loads((folder / MARK).read_text("utf-8"))
    (folder / MARK).write_text(to_json({**content, "files": names}), "utf-8")


def _refuse_what_is_in_the_way(out: Path, names: Iterable[str]) -> None:
    for name in sorted({*TOP_FILES, *names}):
        place = out / name
        folders = [each for each in place.parents if each != out and out in each.parents]
        wrong = [each for each in folders if each.is_symlink() or (each.exists() and not each.is_dir())]
        if place.is_dir():
            wrong.append(place)
        if wrong:
            raise InputError([_problem("out_blocked", out, wrong[0])])


def _roll_back(out: Path) -> None:
    """Brings ``out`` to rest: puts the former plan back unless the new one stands whole, and empties the staging.

    Can be cut short and started again at any point: as long as ``new`` holds its plan.json, the new plan does not
    stand, and a listed file that is missing from ``new`` can only be in ``out``.
    """
    new, old, former = out / WORK / "new", out / WORK / "old", out / WORK / "former"
    if former.is_dir():
        if (out / MARK).exists():  # a published plan stands; what had not joined it yet goes
            for name in files_of(new) - files_of(out):
                if not (new / name).exists() and (out / name).exists():
                    _move(out / name, new / name)
            shutil.rmtree(former, ignore_errors=True)
        else:  # it was being withdrawn
            _move(former, old)
    if old.is_dir():
        if (new / MARK).exists() or not (out / MARK).exists():
            for name in files_of(new):
                if not (new / name).exists() and (out / name).exists():
                    _move(out / name, new / name)
            for name in _inside(old):
                _move(old / name, out / name)
        shutil.rmtree(old, ignore_errors=True)  # what another program holds open goes at the next start
    if new.exists():
        shutil.rmtree(new)
    for name in SUBFOLDERS:
        folder = out / name
        for place in [*sorted(folder.rglob("*"), reverse=True), folder]:
            if place.is_dir() and not place.is_symlink() and not any(place.iterdir()):
                place.rmdir()


def to_json(content: Any) -> str:
    """Machine-readable text as the plan's files hold it: Chinese as it is, no number that JSON does not know."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
