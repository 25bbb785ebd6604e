"""``collect``: what schools handed in becomes one scenario, or a report a school of what to repair."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rotation_planner.cli.guarding import DONE, NO, PATH, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import LIMIT
from rotation_planner.words import say

if TYPE_CHECKING:
    from rotation_planner.collecting import Collected

STEP = 20  # doubts weighed between two lines of progress


@command(program, "collect")
@argument("folder", type=PATH)
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--last", "last_scenario", type=PATH, metavar="SCENARIO")
@option("--plan", "last_plan", type=PATH, metavar="PLAN")
@option("--policy", "collect_policy", metavar="PACK")
@option("--schools", "register", type=PATH, metavar="FILE")
@option("--settled", type=PATH, metavar="FILE")
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@option("--title", "collect_title", metavar="TEXT")
@option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, metavar="N")
def collect(
    screen: Screen,
    folder: Path,
    out: Path,
    last_scenario: Path | None,
    last_plan: Path | None,
    collect_policy: str | None,
    register: Path | None,
    settled: Path | None,
    as_of: dt.datetime | None,
    collect_title: str | None,
    limit: int,
) -> int:
    """Puts what schools handed in together; 1 where there is no scenario yet, and the reports are written all the
    same."""
    from rotation_planner.collecting import collect as put_together
    from rotation_planner.collecting import read_decisions, write_collected
    from rotation_planner.collecting.writing import check_place
    from rotation_planner.plan.files import read_plan
    from rotation_planner.plan.staging import check_out
    from rotation_planner.run import load_scenario

    check_place(out)
    check_out(out)
    with screen.busy(say("collect.collecting", path=folder)):
        before = None if last_scenario is None else reading(last_scenario, lambda: load_scenario(last_scenario))
        plan = None if last_plan is None else reading(last_plan, lambda: read_plan(last_plan))
        decided = None if settled is None else reading(settled, lambda: read_decisions(settled))
        made = put_together(
            folder,
            last=before,
            plan=plan,
            policy=collect_policy,
            schools=register,
            settled=decided,
            as_of=None if as_of is None else as_of.date(),
            title=collect_title,
            progress=None if screen.quiet else _Progress(screen),
        )
    with screen.busy(say("cli.writing", path=out)):
        write_collected(made, out)
    _show(screen, made, out, limit)
    code = DONE if made.usable else NO
    screen.document(document(made, out, code))
    return code


class _Progress:
    """A line now and then while doubts are weighed."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def __call__(self, done: int, doubts: int) -> None:
        if done % STEP == 0 and done < doubts and sys.stderr.isatty():
            self.screen.note(say("collect.weighing", done=done, all=doubts))


def _show(screen: Screen, made: Collected, out: Path, limit: int) -> None:
    from rotation_planner.collecting.collected import BY_SCHOOL

    most = limit or None
    names = [name for name in BY_SCHOOL if name != "files"]
    headings = [say(f"collect_column.{name}") for name in names]
    wanting = made.by_school[[made.state(each) != "clean" for each in made.by_school["school_id"]]]
    rows = list(wanting[names].itertuples(index=False, name=None))
    if rows:
        screen.table(say("collect.by_school"), headings, rows[:most], right=(3, 4, 5, 6, 7))
    if len(rows) > len(rows[:most]):
        screen.tell(say("cli.more", count=len(rows) - len(rows[:most])))
    shown = made.doubts[: min(10, limit) if limit else None]
    if shown:
        told = [
            (
                "–" if weight.count is None else weight.count,
                doubt.message,
                made.rule_words(weight),
            )
            for doubt, weight in shown
        ]
        headings = [say(f"collect_column.{name}") for name in ("depending", "about", "rules")]
        screen.table(say("collect.top_doubts"), headings, told, right=(0,))
        if len(made.doubts) > len(shown):
            screen.tell(say("cli.more", count=len(made.doubts) - len(shown)))
    for note in made.notes:
        screen.note(note)
    screen.tell(str(made), "bold green" if made.usable else "bold red")
    if screen.quiet and not screen.as_json and not made.usable:
        screen.warn(str(made))
    reports = out / "reports"
    screen.tell(say("collect.written" if made.usable else "collect.reports_only", path=out, reports=reports))


def document(made: Collected, out: Path, code: int) -> dict[str, Any]:
    """The machine-readable result."""
    from rotation_planner.collecting.marking import written

    return {
        "exit_code": code,
        "usable": made.usable,
        "title": made.title,
        "as_of": made.as_of.isoformat(),
        "policy": made.policy,
        "counts": made.counts,
        "schools": [{**row, "state": made.state(row["school_id"])} for row in made.by_school.to_dict("records")],
        "doubts": [
            {
                "id": doubt.id,
                "code": doubt.code,
                "blocking": doubt.blocking,
                "about": list(doubt.about),
                "schools": list(doubt.sides),
                "message": doubt.message,
                "readings": [each.words for each in doubt.readings],
                "people": None if weight.people is None else list(weight.people),
                "rules": list(weight.rules),
            }
            for doubt, weight in made.doubts
        ],
        "settled": {doubt.id: number for doubt, number in made.settled},
        "notes": list(made.notes),
        "problems": [each.as_dict() for each in made.problems],
        "out": str(out),
        "files": sorted(written(out)),
    }
