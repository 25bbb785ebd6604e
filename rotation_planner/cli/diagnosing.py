"""``diagnose``: why there is no plan, what must give, and what each repair costs."""

from __future__ import annotations

import time
from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, NO, NO_ANSWER, PATH, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import note_warnings
from rotation_planner.words import language, say, speaking

SOON = 1.0  # seconds after which steps are told


@command(program, "diagnose")
@argument("scenario", type=PATH)
@option("--time-limit", "diagnose_limit", type=click.FloatRange(1, 1e6), metavar="SECONDS")
@option("--repairs", type=click.IntRange(0, 100), default=8, show_default=True, metavar="N")
def diagnose(screen: Screen, scenario: Path, diagnose_limit: float | None, repairs: int) -> int:
    """Says whether there is any plan: 0 there is one, 1 there is none, 3 not told in the time."""
    from rotation_planner.plan.plan import Status
    from rotation_planner.run import load_scenario
    from rotation_planner.run.diagnosing import diagnose as look

    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
    note_warnings(screen, found.problems, scenario)
    began, lang = time.monotonic(), language()

    def tell(step: str) -> None:
        if time.monotonic() - began > SOON:
            with speaking(lang):
                screen.note(say(f"diagnosis.step_{step}"))

    with screen.busy(say("diagnosis.step_looking")):
        told = look(found, seconds=diagnose_limit, repairs=repairs, tell=tell)
    code = {Status.FEASIBLE: DONE, Status.INFEASIBLE: NO}.get(told.status, NO_ANSWER)
    screen.tell(told.headline, "bold green" if code == DONE else "bold red")
    if screen.quiet and not screen.as_json and code != DONE:
        screen.warn(told.headline)
    for number, clash in enumerate(told.clashes, 1):
        screen.tell()
        screen.tell(told.clash_head(number), "bold")
        for line in clash.lines:
            screen.tell(f"  {line}")
    for title, frame in told.tables().items():
        screen.tell()
        screen.table(title, list(frame.columns), frame.astype(str).to_numpy().tolist())
    for note in told.notes:
        screen.tell(note)
    screen.document({"exit_code": code, **told.as_dict()})
    return code
