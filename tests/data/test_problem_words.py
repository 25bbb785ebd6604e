"""Every problem the data can have is worded, every worded one can happen, and some test makes it happen."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from tables import BROKEN, HERE

import rotation_planner.data
from rotation_planner.words import LANGUAGES, catalogue

PACKAGE = Path(rotation_planner.data.__file__).parent
WORDS = PACKAGE.parent / "words"
KINDS = ("problem", "expected", "advice")


def worded() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for name in ("data.toml", "data_checks.toml"):
        areas = tomllib.loads((WORDS / name).read_text("utf-8"))
        for kind in KINDS:
            found[kind] |= set(areas[kind])
    return found


def strings_in_code() -> set[str]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_each_problem_has_three_sentences_in_both_languages() -> None:
    kinds = worded()
    assert kinds["problem"] == kinds["expected"] == kinds["advice"]
    for kind in KINDS:
        for code in kinds[kind]:
            assert set(catalogue()[f"{kind}.{code}"]) == set(LANGUAGES)


def test_every_worded_problem_is_used() -> None:
    assert worded()["problem"] <= strings_in_code()


def test_every_problem_used_is_worded() -> None:
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if path.name == "appeals.py":  # a file of its own, worded and tested with planning anew
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in ("Problem", "problem", "add", "add_blank", "about", "_refuse", "_error", "_wrong", "Reading"):
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                used |= {t for t in texts[:2] if re.fullmatch(r"[a-z]+(_[a-z]+)+", t)}
    unknown = used - worded()["problem"]
    assert not {code for code in unknown if code not in columns_and_tables()}


def columns_and_tables() -> set[str]:
    from rotation_planner.data.schema import TABLES

    return {c.key for t in TABLES for c in t.columns} | {t.key for t in TABLES}


def test_every_problem_is_made_to_happen() -> None:
    """By a folder of ``broken``, or by name in a test of workbooks and files."""
    happened = set()
    for path in BROKEN.glob("*/expected.toml"):
        happened |= {p["code"] for p in tomllib.loads(path.read_text("utf-8"))["problem"]}
    texts = "".join(p.read_text("utf-8") for p in HERE.glob("test_*.py"))
    missing = {code for code in worded()["problem"] - happened if f'"{code}"' not in texts}
    assert not missing
