"""The one place for words: every sentence a person reads, in Chinese and English.

Each ``*.toml`` file beside this module holds the sentences of one area; a key is ``area.name`` and has
exactly the languages ``zh`` and ``en`` with the same ``{placeholders}``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_current: ContextVar[Language] = ContextVar("language", default="zh")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All sentences: ``{"area.name": {"zh": ..., "en": ...}}``."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for area, entries in tomllib.loads(path.read_text("utf-8")).items():
            for name, texts in entries.items():
                key = f"{area}.{name}"
                if key in found:
                    raise ValueError(f"{path.name}: {key} is worded twice")
                found[key] = texts
    return found


def language() -> Language:
    """The language in force."""
    return _current.get()


def set_language(lang: Language) -> None:
    """Make ``lang`` the language in force from here on (the command line does this once)."""
    _current.set(lang)


@contextmanager
def speaking(lang: Language) -> Iterator[None]:
    """The language in force inside a ``with`` block."""
    token = _current.set(lang)
    try:
        yield
    finally:
        _current.reset(token)


def say(key: str, /, **values: Any) -> str:
    """The sentence ``key`` in the language in force, its placeholders filled from ``values``.

    Raises:
        KeyError: a key that no file words; a slip of the programmer, never of the user.
    """
    return catalogue()[key][_current.get()].format(**values)


def has(key: str) -> bool:
    """Whether ``key`` is worded."""
    return key in catalogue()
