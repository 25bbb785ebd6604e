"""The words: whole in both languages, there for every sentence the code says, and nowhere but in their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter

import pytest
from source import Source, sources

from rotation_planner.words import LANGUAGES, catalogue

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Where Chinese is data, not speech: the contract's headings and listed values, date forms, invented names.
CHINESE_IS_DATA = ("words/", "data/schema.py", "data/schema/", "data/dates.py", "data/generator/", "data/generator.py")
KINDS_OF_A_PROBLEM = ("problem", "expected", "advice")


def placeholders(text: str) -> set[str]:
    """The names a text wants filled, ``{day:%Y}`` and ``{school.name}`` counted as ``day`` and ``school``."""
    found = set()
    for _, name, form, _ in Formatter().parse(text):
        if name is not None:
            found.add(re.split(r"[.\[]", name)[0])
            found |= placeholders(form or "")
    return found


def calls(source: Source, name: str) -> Iterator[ast.Call]:
    """Every call of a function of that name in the file, imported by name or through its module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = node.func
            if getattr(called, "id", None) == name or getattr(called, "attr", None) == name:
                yield node


def literal(node: ast.expr | None) -> str | None:
    """The text of a literal, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_each_sentence_stands_in_both_languages() -> None:
    wrong = [key for key, texts in catalogue().items() if set(texts) != set(LANGUAGES)]
    assert not wrong


def test_no_sentence_is_empty() -> None:
    wrong = [key for key, texts in catalogue().items() if not all(text.strip() for text in texts.values())]
    assert not wrong


def test_both_languages_want_the_same_values() -> None:
    wrong = {}
    for key, texts in catalogue().items():
        wanted = [placeholders(text) for text in texts.values()]
        if wanted[0] != wanted[-1] or any(not name or name.isdigit() for name in wanted[0]):
            wrong[key] = wanted
    assert not wrong


def test_every_sentence_said_is_worded() -> None:
    wrong = []
    for source in sources():
        for call in calls(source, "say"):
            key = literal(call.args[0]) if call.args else None
            if key is None:
                continue
            where = f"{source.place}:{call.lineno}: {key}"
            if key not in catalogue():
                wrong.append(f"{where} is not worded")
            elif not any(keyword.arg is None for keyword in call.keywords):
                wanted = set().union(*(placeholders(text) for text in catalogue()[key].values()))
                missing = wanted - {keyword.arg for keyword in call.keywords}
                if missing:
                    wrong.append(f"{where} lacks {sorted(missing)}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_sentence_with_a_computed_name_has_an_area() -> None:
    wrong = []
    for source in sources():
        for call in calls(source, "say"):
            first = call.args[0] if call.args else None
            start = literal(first.values[0]) if isinstance(first, ast.JoinedStr) and first.values else None
            if start and not any(key.startswith(start) for key in catalogue()):
                wrong.append(f"{source.place}:{call.lineno}: no sentence begins with {start}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_problem_says_what_is_expected_and_what_to_do() -> None:
    wrong = []
    for source in sources():
        for call in calls(source, "Problem"):
            named = next((keyword.value for keyword in call.keywords if keyword.arg == "code"), None)
            code = literal(named or (call.args[1] if len(call.args) > 1 else None))
            missing = [kind for kind in KINDS_OF_A_PROBLEM if code and f"{kind}.{code}" not in catalogue()]
            if missing:
                wrong.append(f"{source.place}:{call.lineno}: {code} lacks {missing}")
    assert not wrong, "\n" + "\n".join(wrong)


def chinese_literals(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and text of every Chinese string in the code that is not a docstring."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(node.value)
        and id(node) not in docstrings
    ]


def test_no_chinese_sentence_stands_in_code() -> None:
    wrong = [
        f"{source.place}:{line}: {text}"
        for source in sources()
        if not source.place.startswith(CHINESE_IS_DATA)
        for line, text in chinese_literals(source.tree)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("code", "count"),
    [('"""教师"""', 0), ('def f():\n    """教师"""', 0), ('x = "教师"', 1), ('x = f"{n} 名教师"', 1), ("# 教师", 0)],
)
def test_a_chinese_literal_is_seen(code: str, count: int) -> None:
    assert len(chinese_literals(ast.parse(code))) == count
