"""The documents at the top: what they link to is there, what they tell people to type exists."""

from __future__ import annotations

import re

import pytest
from source import PACKAGE, ROOT

from rotation_planner.cli.program import program

DOCUMENTS = ("README.md", "README.zh-CN.md", "COVERAGE.md", "CHANGELOG.md", "rotation_planner/policy/GUIDE.md")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert not [link for link in links if "://" not in link and not (path.parent / link).is_file()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_are_there(name: str) -> None:
    import rotation_planner.cli  # noqa: F401  fills the program with its commands

    told = re.findall(r"rotation-planner(?: --lang \w+)? ([a-z]+)", (ROOT / name).read_text("utf-8"))
    assert set(told) <= set(program.commands)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_targets_of_make_are_there(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"^    make ([a-z]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)) <= targets


def test_every_part_of_the_package_stands_in_the_table() -> None:
    told = set(re.findall(r"`([a-z]+)(?:/|\.py)", (ROOT / "README.md").read_text("utf-8")))
    parts = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if not path.name.startswith(("_", "py.typed"))}
    assert parts <= told


def test_the_picture_is_small() -> None:
    assert (ROOT / "scenarios" / "binhai" / "flow.png").stat().st_size < 300_000
