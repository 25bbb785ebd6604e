"""What the tests of the data share: a small sound district as files, and ways to read and change it."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rotation_planner.data.problems import InputError, Problem
from rotation_planner.data.reading import read_district

HERE = Path(__file__).parent
SOUND = HERE / "sound"
BROKEN = HERE / "broken"
AS_OF = dt.date(2027, 8, 31)


def copy_of_sound(folder: Path) -> Path:
    """A copy of the sound district that a test may break."""
    shutil.copytree(SOUND, folder)
    return folder


def grid(table: str) -> list[list[Any]]:
    """The rows of a table of the sound district, headings first."""
    with (SOUND / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


Change = Callable[[bytes], bytes]


def altered(
    book: Path, member: str = "xl/worksheets/sheet1.xml", change: Change = lambda data: data, **more: bytes
) -> Path:
    """A copy of a workbook with one inner file changed and others added."""
    out = book.with_name("altered.xlsx")
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data) if name == member else data)
        for name, data in more.items():
            target.writestr(name, data)
    return out


def problems_of(path: Path) -> list[Problem]:
    """Everything that reading finds, whether the data can be used or not."""
    try:
        return read_district(path, AS_OF)[1]
    except InputError as error:
        return list(error.problems)


def codes(problems: list[Problem]) -> list[str]:
    """The codes of the problems."""
    return [p.code for p in problems]
