"""What a command says and where: results on standard output, progress and trouble on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from rotation_planner.words import say

BROKEN_OFF = 3
WIDE = 4000  # columns where nobody looks at a screen: nothing is cut, a record is a line


def make_printable(stream: TextIO) -> None:
    """A console that knows no rare character shows its code instead of failing (GBK, ASCII)."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def clean(text: Any) -> str:
    """Text of the data without characters that would steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in str(text))


class _Console(Console):
    """A console whose reader may stop reading."""

    def on_broken_pipe(self) -> None:
        """Says no more; the answer did not arrive, so it is neither yes nor no."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(BROKEN_OFF)


def show(console: Console, made: Group | str) -> None:
    """Prints a table, without blanks at the ends of lines where nobody looks at a screen."""
    if console.is_terminal:
        console.print(made)
        return
    with console.capture() as text:
        console.print(made)
    for line in text.get().splitlines():
        console.print(Text(line.rstrip()))


def _console(stream: TextIO) -> Console:
    terminal = stream.isatty()
    return _Console(
        file=stream,
        width=None if terminal else WIDE,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=not terminal,
    )


class Screen:
    """One command's voice.

    ``quiet``: only what is wrong. ``as_json``: standard output holds one JSON document and nothing else.
    """

    def __init__(self, quiet: bool = False, as_json: bool = False) -> None:
        self.quiet = quiet
        self.as_json = as_json
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    @property
    def speaks(self) -> bool:
        """Whether results for people are wanted."""
        return not self.quiet and not self.as_json

    @property
    def live(self) -> bool:
        """Whether somebody watches a terminal."""
        return not self.quiet and self.err.is_terminal

    def tell(self, text: str = "", style: str | None = None) -> None:
        """A line of the result."""
        if self.speaks:
            self.out.print(Text(clean(text)), style=style)

    def table(
        self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()
    ) -> None:
        """A table of the result; ``right``: positions of columns set to the right."""
        if self.speaks:
            show(self.out, table(title, headings, rows, right))

    def warn(self, text: str) -> None:
        """A line on standard error, even when quiet."""
        self.err.print(Text(clean(text)), style="bold red")

    def note(self, text: str) -> None:
        """A line on standard error about the way there."""
        if not self.quiet:
            self.err.print(Text(clean(text)))

    def document(self, content: Any) -> None:
        """The machine-readable result."""
        if self.as_json:
            plain = "utf" not in (sys.stdout.encoding or "utf-8").lower()
            sys.stdout.write(json.dumps(content, ensure_ascii=plain, indent=2, allow_nan=False) + "\n")
            sys.stdout.flush()

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Says what is going on while it lasts: a moving mark on a terminal, else a line."""
        if self.live:
            with self.err.status(Text(text), spinner="line"):  # plain characters: a GBK console has no others
                yield
        else:
            self.note(text)
            yield


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> Group:
    """A table under its title; cells are plain text, long ones folded."""
    made = Table(box=None, padding=(0, 2, 0, 0))
    made.show_header = any(headings)
    for number, heading in enumerate(headings):
        made.add_column(clean(heading), overflow="fold", justify="right" if number in right else "left")
    for row in rows:
        made.add_row(*(Text(clean(cell)) for cell in row))
    return Group(Text(clean(title), style="bold"), made)


def number(value: float | None) -> str:
    """A number as people read it: whole ones plain, others with two decimals, unknown ones as a dash."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return say("cli.unknown")
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def percent(share: float | None) -> str:
    """A gap as a percentage."""
    if share is None or share != share or share == float("inf"):
        return say("cli.unknown")
    return f"{share:.1%}" if share else "0%"
