"""``roll``: the scenario of the next year from a plan and the scenario it was made for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, PATH, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import note_warnings
from rotation_planner.words import say


@command(program, "roll")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@option("--assume", type=PATH, metavar="FILE")
@option("--force", is_flag=True)
def roll(
    screen: Screen, scenario: Path, plan: Path, out: Path, as_of: dt.datetime | None, assume: Path | None, force: bool
) -> int:
    """Carries a plan over into the scenario of the next year."""
    from rotation_planner.plan.files import read_plan
    from rotation_planner.run import load_scenario
    from rotation_planner.years import read_assumptions
    from rotation_planner.years import roll as carry_over
    from rotation_planner.years.placing import check_free

    check_free(out, force=force)
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
        made = reading(plan, lambda: read_plan(plan))
        given = None if assume is None else reading(assume, lambda: read_assumptions(assume))
    note_warnings(screen, found.problems, scenario)
    day = None if as_of is None else as_of.date()
    with screen.busy(say("cli.writing", path=out)):
        rolled = carry_over(found, made, out, as_of=day, assume=given, force=force)
    screen.tell(str(rolled), "bold green")
    changes = rolled.changes
    screen.table(say("roll.changes"), list(changes.columns), changes.itertuples(index=False, name=None), right=(1,))
    screen.table(say("roll.left"), [""], [(each,) for each in rolled.doubts])
    screen.tell(say("roll.written", path=out))
    screen.document(
        {
            "exit_code": DONE,
            "out": str(out),
            "title": rolled.scenario.title,
            "as_of": rolled.scenario.file.as_of.isoformat(),
            "counts": dict(rolled.counts),
            "left": list(rolled.doubts),
            "retired": list(rolled.retired),
            "returned": list(rolled.returned),
            "new": list(rolled.new),
            "assumptions": rolled.assumptions.as_dict(),
            "problems": [each.as_dict() for each in rolled.scenario.problems],
        }
    )
    return DONE
