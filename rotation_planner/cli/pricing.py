"""``prices``: where the rules bind in a plan and what each of them costs."""

from __future__ import annotations

from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, PATH, argument, command, option, reading
from rotation_planner.cli.judging import doubts
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.words import language, say, speaking


@command(program, "prices")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--rule", multiple=True, metavar="ID")
@option("--time-limit", "prices_limit", type=click.FloatRange(1, 1e6), metavar="SECONDS")
@option("--each", type=click.FloatRange(1, 1e6), default=30.0, show_default=True, metavar="SECONDS")
def prices(
    screen: Screen, scenario: Path, plan: Path, rule: tuple[str, ...], prices_limit: float | None, each: float
) -> int:
    """Each rule off, looser and tighter by one step: how every goal changes."""
    from rotation_planner.plan.files import read_plan
    from rotation_planner.run import load_scenario
    from rotation_planner.run.diagnosing import prices as look

    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
        given = reading(plan, lambda: read_plan(plan))
    for note in doubts(found, given):
        screen.note(note)
    known = [*found.policy.by_id, *(f"population:{name}" for name in found.policy.populations)]
    unknown = [name for name in rule if name not in known]
    if unknown:
        listed = say("policy.list_separator").join(known)
        raise click.BadParameter(say("prices.unknown_rule", rule=unknown[0], rules=listed))
    lang = language()

    def tell(what: str) -> None:
        with speaking(lang):
            screen.note(say("prices.looking", what=what))

    told = look(found, given, seconds=prices_limit, each=each, rules=rule, tell=tell)
    for title, frame in told.tables().items():
        if len(frame):
            screen.table(title, list(frame.columns), frame.astype(str).to_numpy().tolist())
            screen.tell()
    for note in told.notes:
        screen.tell(note)
    screen.document({"exit_code": DONE, **told.as_dict()})
    return DONE
