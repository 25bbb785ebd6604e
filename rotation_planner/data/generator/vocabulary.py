"""The words an invented district is made of, read once from ``vocabulary.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

STAGES = ("kindergarten", "primary", "junior", "senior")
KINDERGARTEN, PRIMARY, JUNIOR, SENIOR = range(4)


class Course(NamedTuple):
    """A subject of a stage."""

    stage: int
    subject: str
    share: int
    balance: int
    women: int


@cache
def vocabulary() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))


@cache
def courses() -> tuple[Course, ...]:
    """Every subject of every stage, in the order in which the generator numbers them."""
    subjects = vocabulary()["subjects"]
    return tuple(
        Course(stage, row["name"], row["share"], row["balance"], row["women"])
        for stage, name in enumerate(STAGES)
        for row in subjects[name]
    )
