"""The command line in two languages: which one is spoken, click's own messages, help texts that wait for the language.

Click asks gettext for its sentences, and gettext asks the system's locale. Here they come from the words instead, so
that Chinese needs no locale, and only while a command runs.
"""

from __future__ import annotations

import gettext
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NoReturn

import click
from rich.cells import cell_len

from rotation_planner.words import LANGUAGES, Language, catalogue, has, language, say

VARIABLE = "ROTATION_PLANNER_LANG"


def chosen_language(args: Sequence[str]) -> Language:
    """The language of a call, before anything else is understood: ``--lang``, else the environment, else Chinese."""
    wanted = os.environ.get(VARIABLE, "")
    for at, arg in enumerate(args):
        if arg == "--":
            break
        if arg == "--lang" and at + 1 < len(args):
            wanted = args[at + 1]
        elif arg.startswith("--lang="):
            wanted = arg.partition("=")[2]
    return next((lang for lang in LANGUAGES if wanted.lower()[:2] == lang), "zh")


@cache
def _known() -> dict[str, dict[str, str]]:
    """Click's sentences: its own English to both languages."""
    return {texts["en"]: texts for key, texts in catalogue().items() if key.startswith("click.")}


def _one(message: str) -> str:
    return _known().get(message, {}).get(language(), message)


def _one_or_many(single: str, plural: str, number: int) -> str:
    return _one(single if number == 1 else plural)


@contextmanager
def click_speaks() -> Iterator[None]:
    """Click speaks the language in force inside the block."""
    changed: list[tuple[Any, str, Any]] = []
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "click":
            for own, given, ours in (("_", gettext.gettext, _one), ("ngettext", gettext.ngettext, _one_or_many)):
                if vars(module).get(own) is given:
                    changed.append((module, own, given))
                    setattr(module, own, ours)
    try:
        yield
    finally:
        for module, own, given in changed:
            setattr(module, own, given)


def wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most ``width`` columns; a Chinese character takes two, and no line begins with a comma."""
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"\s+|[\u2e80-\uffef][，。、；：！？）》”’]*|[^\s\u2e80-\uffef]+", text):
        if piece.isspace():
            line += " " if line else ""
        elif line and cell_len(line) + cell_len(piece) > width:
            lines.append(line.rstrip())
            line = piece
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


class Formatter(click.HelpFormatter):
    """Help pages whose lines and columns fit Chinese."""

    def write_text(self, text: str) -> None:
        """Paragraphs, wrapped."""
        for number, paragraph in enumerate(re.split(r"\n\s*\n", text)):
            if number:
                self.write("\n")
            for line in wrapped(paragraph, max(self.width - self.current_indent, 20)):
                self.write(f"{'':>{self.current_indent}}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Two columns: terms and what they mean."""
        rows = list(rows)
        left = min(max((cell_len(term) for term, _ in rows), default=0), col_max) + col_spacing
        for term, meaning in rows:
            indent = " " * self.current_indent
            lines = wrapped(meaning, max(self.width - left - self.current_indent, 20)) or [""]
            if cell_len(term) + col_spacing > left:
                self.write(f"{indent}{term}\n")
                term = ""
            self.write(f"{indent}{term}{' ' * (left - cell_len(term))}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{indent}{' ' * left}{line}\n")


class Context(click.Context):
    """A call whose help is laid out for Chinese."""

    formatter_class = Formatter


class _Worded:
    """What is said about a command or a parameter is looked up when it is asked for."""

    words_key: str

    @property
    def help(self) -> str | None:
        """The help text in the language in force."""
        return say(self.words_key) if has(self.words_key) else None

    @help.setter
    def help(self, text: str | None) -> None:
        pass  # click stores its own text here; ours is in the words


class Option(_Worded, click.Option):
    """An option; its help is the sentence ``option.<name>``."""

    def __init__(self, *args: Any, **attrs: Any) -> None:
        self.words_key = ""
        super().__init__(*args, **attrs)
        self.words_key = f"option.{self.name}"


class Argument(_Worded, click.Argument):
    """An argument; its help is the sentence ``argument.<name>``."""

    def __init__(self, *args: Any, **attrs: Any) -> None:
        self.words_key = ""
        super().__init__(*args, **attrs)
        self.words_key = f"argument.{self.name}"

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """The argument and what it means."""
        return self.make_metavar(ctx), self.help or ""


def language_option() -> Option:
    """``--lang``; what it says has been heard long before (see `chosen_language`)."""
    return Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False)


class _Command(_Worded):
    """What commands and groups share."""

    context_class: type[click.Context] = Context
    name: str | None

    def _find_words(self) -> None:
        self.words_key = f"command.{(self.name or '').replace('-', '_')}"

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Click keeps the option from call to call; its help follows the language."""
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = say("click.help")
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The usage line, its general words in the language in force."""
        general = {"[OPTIONS]": "cli.usage_options", "COMMAND [ARGS]...": "cli.usage_command"}
        pieces: list[str] = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        return [say(general[piece]) if piece in general else piece for piece in pieces]

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of the help."""
        return re.split(r"(?<=[。.])(?:\s|(?<=。))", (self.help or "").strip(), maxsplit=1)[0].rstrip("。.")


class Command(_Command, click.Command):
    """A command; its help is the sentence ``command.<name>``."""

    def __init__(self, *args: Any, **attrs: Any) -> None:
        self.words_key = ""
        super().__init__(*args, **attrs)
        self._find_words()


class Group(_Command, click.Group):
    """A group of commands, told in the order in which they were made."""

    command_class = Command

    def __init__(self, *args: Any, **attrs: Any) -> None:
        self.words_key = ""
        super().__init__(*args, **attrs)
        self._find_words()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(self.commands)


def refuse(message_key: str, **values: Any) -> NoReturn:
    """Ends the call as a usage error (exit code 2) with a sentence of the words."""
    raise click.UsageError(say(message_key, **values))
