"""``compare``: what differs between two plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rotation_planner.cli.guarding import DONE, PATH, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen, number
from rotation_planner.cli.showing import LIMIT
from rotation_planner.words import language, say

if TYPE_CHECKING:
    import pandas as pd

    from rotation_planner.plan.compare import Comparison


@command(program, "compare")
@argument("first", type=PATH, metavar="PLAN")
@argument("second", type=PATH, metavar="PLAN")
@option("--scenario", type=PATH, metavar="SCENARIO")
@option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, metavar="N")
def compare(screen: Screen, first: Path, second: Path, scenario: Path | None, limit: int) -> int:
    """What differs between two plans; with the scenario, its goals are counted anew for both."""
    from rotation_planner.plan import compare as comparing
    from rotation_planner.plan.files import read_plan

    with screen.busy(say("cli.reading", path=first)):
        one = reading(first, lambda: read_plan(first))
        other = reading(second, lambda: read_plan(second))
    words: dict[str, str] = {}
    if scenario is not None:
        from rotation_planner.run import load_scenario, recounted

        with screen.busy(say("cli.judging")):
            given = reading(scenario, lambda: load_scenario(scenario))
            one, other = recounted(given, one), recounted(given, other)
            words = {level.id: level.words[language()] for level in given.policy.goals}
    found = comparing.compare(one, other)
    _show_differences(screen, found, limit, words)
    screen.tell(str(found))
    screen.document({"exit_code": DONE, **found.as_dict()})
    return DONE


def _show_differences(screen: Screen, found: Comparison, limit: int, words: dict[str, str]) -> None:
    from rotation_planner.plan.table import heading

    frames = {
        "only_first": found.only_first,
        "only_second": found.only_second,
        "changed": found.changed,
        "deferred_only_first": found.deferred_only_first,
        "deferred_only_second": found.deferred_only_second,
    }
    for name, frame in frames.items():
        if len(frame):
            _show_frame(screen, say(f"compare.{name}"), frame, limit)
    if len(found.schools):
        columns = ("in_first", "in_second", "out_first", "out_second")
        headings = [
            str(heading("school_id")),
            say("compare_column.school"),
            *(say(f"compare.{each}") for each in columns),
        ]
        shown = found.schools.head(limit) if limit else found.schools
        screen.table(say("compare.schools"), headings, shown.itertuples(index=False, name=None), right=(2, 3, 4, 5))
        if len(shown) < len(found.schools):
            screen.tell(say("cli.more", count=len(found.schools) - len(shown)))
    if len(found.goals):
        goals = found.goals.itertuples(index=False, name=None)
        rows = [(words.get(row[0], row[0]), *(number(each) for each in row[1:])) for row in goals]
        headings = [say(f"cli.{name}") for name in ("goal", "first", "first_bound", "second", "second_bound")]
        screen.table(say("compare.goals"), headings, rows, right=(1, 2, 3, 4))


def _show_frame(screen: Screen, title: str, frame: pd.DataFrame, limit: int) -> None:
    from rotation_planner.plan.table import heading

    own = ("column", "first", "second")
    headings = [say(f"cli.{name}") if name in own else str(heading(name)) for name in frame.columns]
    shown = frame.head(limit) if limit else frame
    rows = list(shown.itertuples(index=False, name=None))
    if "column" in frame:
        rows = [(row[0], row[1], str(heading(row[2])), *row[3:]) for row in rows]
    screen.table(title, headings, rows)
    if len(shown) < len(frame):
        screen.tell(say("cli.more", count=len(frame) - len(shown)))
