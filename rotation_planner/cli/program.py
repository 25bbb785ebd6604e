"""The program itself: the group that all commands join, and its entry point."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any

import click

from rotation_planner import __version__
from rotation_planner.cli.screen import make_printable
from rotation_planner.cli.speaking import Group, Option, chosen_language, click_speaks, language_option
from rotation_planner.words import say, speaking


class Program(Group):
    """The whole program: finds out its language before it reads anything else."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Runs one call; ends the process as click does."""
        make_printable(sys.stdout)
        make_printable(sys.stderr)
        with speaking(chosen_language(sys.argv[1:] if args is None else list(args))), click_speaks():
            return super().main(args, *more, **extra)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(say("cli.version", version=__version__))
        ctx.exit()


program = Program(
    "rotation-planner",
    params=[
        language_option(),
        Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version),
    ],
    callback=lambda: None,
    no_args_is_help=True,
)


def main() -> None:
    """The entry point of the installed command."""
    gc.set_threshold(100_000, 20, 20)  # tables are many small objects that stay: looking for cycles rarely pays
    code: Any = 0
    try:
        program.main(prog_name="rotation-planner")
    except SystemExit as end:
        code = end.code
    if any(thread.daemon for thread in threading.enumerate()):
        # A search that was told to end at once still runs in its thread; it must not outlive the answer.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)
    sys.exit(code)
