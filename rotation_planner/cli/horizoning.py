"""``horizon``: several school years in a row."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, NO, NO_ANSWER, PATH, argument, command, option, reading
from rotation_planner.cli.planning import _finite
from rotation_planner.cli.program import program
from rotation_planner.cli.progress import SearchProgress
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import note_warnings
from rotation_planner.words import language, say


@command(program, "horizon")
@argument("scenario", type=PATH)
@option("--years", type=click.IntRange(1, 10), required=True, metavar="N")
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--assume", type=PATH, metavar="FILE")
@option("--time-limit", type=click.FloatRange(0, min_open=True), callback=_finite, metavar="SECONDS")
def horizon(
    screen: Screen, scenario: Path, years: int, out: Path, assume: Path | None, time_limit: float | None
) -> int:
    """Plans year after year, each with an eye on those behind it; 1 where a year has no plan."""
    from rotation_planner.plan.plan import Status
    from rotation_planner.run import load_scenario
    from rotation_planner.years import horizon as look_ahead
    from rotation_planner.years import read_assumptions
    from rotation_planner.years.assumptions import USUAL
    from rotation_planner.years.placing import check_free
    from rotation_planner.years.writing import MARK, document

    check_free(out, MARK)
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
        given = USUAL if assume is None else reading(assume, lambda: read_assumptions(assume, USUAL))
    note_warnings(screen, found.problems, scenario)
    stop = threading.Event()
    goals = {"years-needed": say("horizon.level_needed"), "years-spared": say("horizon.level_spared")}
    goals["fewest-changes"] = say("replan.level_fewest_changes")
    goals |= {level.id: level.words[language()] for level in found.policy.goals}
    with SearchProgress(screen, goals, stop) as progress:
        made = look_ahead(
            found, years, out, assume=given, time_limit=time_limit, progress=progress, tell=screen.note, stop=stop
        )
    screen.tell(str(made), "bold green" if made.complete else "bold red")
    summary = made.summary
    screen.table(
        say("horizon.years"), list(summary.columns), summary.itertuples(index=False, name=None),
        right=tuple(at for at in range(len(summary.columns)) if at != 1),
    )  # fmt: skip
    for line in made.lines[1:]:
        screen.tell(line)
    written = made.years[0].outcome.plan is not None
    if written:
        screen.tell(say("cli.written", path=out, seconds=f"{made.seconds:.1f}"))
    elif made.years[0].outcome.status is Status.INFEASIBLE:
        screen.tell(say("diagnosis.hint", path=scenario))
    code = DONE
    if not made.complete:
        statuses = {each.outcome.status for each in made.years}
        code = NO_ANSWER if made.interrupted or Status.UNKNOWN in statuses else NO
    if code != DONE and screen.quiet and not screen.as_json:
        screen.warn(made.lines[1])
    screen.document({"exit_code": code, **document(made), "out": str(out) if written else None})
    return code
