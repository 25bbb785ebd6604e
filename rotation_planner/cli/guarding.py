"""How every command begins and ends: its shared options, its exit code, and no traceback whatever happens.

0 done, 1 the answer is "no", 2 the input cannot be used, 3 no answer was reached: time is up, the run was stopped, or
the program met something it did not foresee.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from rotation_planner.cli.screen import Screen
from rotation_planner.cli.speaking import Argument, Command, Group, Option, language_option
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import say

DONE, NO, UNUSABLE, NO_ANSWER = 0, 1, 2, 3
DEBUG = "ROTATION_PLANNER_DEBUG"  # set to anything: surprises show their traceback
Read = TypeVar("Read")


class Place(click.ParamType):
    """The path of a file or folder; whether it is there is for the reader to say."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path, unless no system could have it."""
        text = os.fspath(value)
        try:
            if not text or "\0" in text:
                raise ValueError
            os.fsencode(text)
        except ValueError:
            self.fail(say("cli.no_path"), param, ctx)
        return Path(text)


PATH = Place()


def argument(name: str, **attrs: Any) -> Callable[[Any], Any]:
    """A positional argument."""
    return click.argument(name, cls=Argument, **attrs)


def option(*names: str, **attrs: Any) -> Callable[[Any], Any]:
    """An option."""
    return click.option(*names, cls=Option, **attrs)


def command(group: Group, name: str) -> Callable[[Callable[..., int]], Command]:
    """Makes a function a command of the group: it gets a `Screen` first, its parameters by name, and returns the exit
    code."""

    def register(work: Callable[..., int]) -> Command:
        def run(quiet: bool, as_json: bool, **values: Any) -> None:
            screen = Screen(quiet, as_json)
            click.get_current_context().exit(answer(screen, work, values))

        run.__name__ = work.__name__
        own = list(reversed(getattr(work, "__click_params__", [])))
        shared = [
            language_option(),
            Option(["--quiet"], is_flag=True),
            Option(["--json", "as_json"], is_flag=True),
        ]
        made = Command(name, callback=run, params=[*own, *shared])
        group.add_command(made)
        return made

    return register


def answer(screen: Screen, work: Callable[..., int], values: dict[str, Any]) -> int:
    """Does the work and turns everything that can happen into an exit code and a sentence."""
    from rotation_planner.cli.showing import show_input_error

    try:
        return work(screen, **values)
    except (click.exceptions.Exit, click.ClickException, click.Abort):
        raise
    except InputError as error:
        show_input_error(screen, error)
        return UNUSABLE
    except KeyboardInterrupt:
        return _failed(screen, NO_ANSWER, "stopped", say("cli.stopped"))
    except BrokenPipeError:
        sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (until the program ends)
        return NO_ANSWER
    except OSError as error:
        if DEBUG in os.environ:
            raise
        reason = error.strerror or type(error).__name__
        place = say("cli.at_place", place=error.filename) if error.filename else ""
        return _failed(screen, UNUSABLE, "system", say("cli.system", reason=reason, place=place))
    except MemoryError:
        return _failed(screen, NO_ANSWER, "memory", say("cli.memory"))
    except Exception as error:
        if DEBUG in os.environ:
            raise
        return _failed(screen, NO_ANSWER, "surprise", say("cli.surprise", what=described(error), variable=DEBUG))


def _failed(screen: Screen, code: int, kind: str, message: str) -> int:
    screen.warn(message)
    screen.document({"exit_code": code, "error": kind, "message": message, "problems": []})
    return code


def described(error: BaseException) -> str:
    """An unforeseen error in one short line."""
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def reading(place: Path | str, read: Callable[[], Read]) -> Read:
    """Reads what the user gave; whatever goes wrong with it there is the input's fault (exit code 2).

    Raises:
        InputError: what is wrong with it.
    """
    try:
        return read()
    except (InputError, OSError, MemoryError):
        raise
    except Exception as error:
        if DEBUG in os.environ:
            raise
        values = {"what": described(error)}
        raise InputError([Problem(Severity.ERROR, "input_unforeseen", str(place), values=values)]) from error
