"""``tradeoffs``: the front of two or three goals, and the plans of it for a meeting."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, NO, NO_ANSWER, PATH, argument, command, option, reading
from rotation_planner.cli.papering import check_place
from rotation_planner.cli.planning import _finite
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import note_warnings
from rotation_planner.cli.varying import records_of
from rotation_planner.words import say


@command(program, "tradeoffs")
@argument("scenario", type=PATH)
@option("--goals", required=True, metavar="A,B[,C]")
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--points", type=click.IntRange(2, 1000), default=12, show_default=True, metavar="N")
@option(
    "--seconds", "front_seconds", type=click.FloatRange(0, min_open=True), callback=_finite, default=600.0,
    show_default=True, metavar="SECONDS",
)  # fmt: skip
@option("--time-limit", type=click.FloatRange(0, min_open=True), callback=_finite, metavar="SECONDS")
def tradeoffs(
    screen: Screen, scenario: Path, goals: str, out: Path, points: int, front_seconds: float, time_limit: float | None
) -> int:
    """Seeks the front; 1 where there is no plan at all or a named one breaches a rule, 3 where time was too short."""
    from rotation_planner.plan.plan import Status
    from rotation_planner.run import load_scenario
    from rotation_planner.variants.choosing import choose
    from rotation_planner.variants.trading import tradeoffs as trade

    began = time.perf_counter()
    check_place(out)
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
        choose(found.policy, [each.strip() for each in goals.split(",")], found.file.path.name)
    note_warnings(screen, found.problems, scenario)
    stop = threading.Event()
    solves = 0

    def tell(news: dict[str, object]) -> None:
        nonlocal solves
        solves += 1
        if not screen.live:
            screen.note(say("tradeoff.searching", solves=solves))

    with screen.busy(say("tradeoff.searching", solves=0)):
        made = trade(
            found, goals, out=out, points=points, seconds=front_seconds, time_limit=time_limit, tell=tell, stop=stop
        )
    if made.points:
        frame = made.shown
        screen.table(say("tradeoff.points"), list(frame.columns), frame.itertuples(index=False, name=None))
        compared = made.compared
        screen.table(
            say("tradeoff.compared"), list(compared.columns), compared.itertuples(index=False, name=None),
            right=range(1, len(compared.columns)),
        )  # fmt: skip
    for line in made.lines:
        screen.tell(line, "bold" if made.points else "bold red")
    if made.points:
        screen.tell(say("variants.written", path=out, seconds=f"{time.perf_counter() - began:.1f}"))
        code = DONE if all(each.outcome.passes for each in made.named.values()) else NO
    else:
        code = NO if made.status is Status.INFEASIBLE else NO_ANSWER
    if code != DONE and screen.quiet and not screen.as_json:
        screen.warn(" ".join(made.lines))
    screen.document(
        {
            "exit_code": code,
            "goals": made.keys,
            "held": [{"id": each.id, "value": each.value, "proven": each.proven} for each in made.held],
            "points": records_of(made.table) if made.points else [],
            "proven": made.proven,
            "complete": made.complete,
            "solves": made.solves,
            "named": {
                name: {"favours": list(each.favours), "passes": each.outcome.passes, **made.measured[name]}
                for name, each in made.named.items()
            },
            "why": list(made.why),
            "out": str(out) if made.points else None,
        }
    )
    return code
