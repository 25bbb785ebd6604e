"""The tree: short files, and at the top only what belongs there."""

from __future__ import annotations

import subprocess

import pytest
from source import PACKAGE, ROOT

LONGEST = 400
AT_THE_TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "COVERAGE.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "README.zh-CN.md",
    "benchmarks",
    "constraints.txt",
    "notebooks",
    "pyproject.toml",
    "rotation_planner",
    "scenarios",
    "tests",
}


def test_files_are_short() -> None:
    """Packs are left out: a city's rules are one file, however long its law."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for suffix in ("py", "toml", "md")
        for path in PACKAGE.rglob(f"*.{suffix}")
    }
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}


def test_the_top_holds_only_what_belongs_there() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    names = {name.split("/")[0] for name in listing.stdout.decode("utf-8").split("\0") if name}
    assert names <= AT_THE_TOP
