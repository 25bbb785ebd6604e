"""``chains``: a plan taken apart into exchanges, and its weakest links."""

from __future__ import annotations

from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, PATH, argument, command, option, reading
from rotation_planner.cli.judging import doubts
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import LIMIT
from rotation_planner.words import say

LINKS = 5


@command(program, "chains")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--links", type=click.IntRange(0, 50), default=LINKS, show_default=True, metavar="N")
@option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, metavar="N")
def chains(screen: Screen, scenario: Path, plan: Path, links: int, limit: int) -> int:
    """The exchanges of a plan, and whose withdrawal breaks most."""
    from rotation_planner import run
    from rotation_planner.plan.files import read_plan

    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: run.load_scenario(scenario))
        given = reading(plan, lambda: read_plan(plan))
    for note in doubts(found, given):
        screen.note(note)
    exchanges = run.chains(found, given)
    screen.tell(str(exchanges), "bold")
    sentences = exchanges.sentences
    for line in sentences[: limit or None]:
        screen.tell(line)
    if limit and len(sentences) > limit:
        screen.tell(say("cli.more", count=len(sentences) - limit))
    weakest = None
    if links:
        with screen.busy(say("chains.working")):
            weakest = run.weakest_links(found, given, most=links)
        screen.tell(str(weakest))
    known = {} if weakest is None else {"proven": weakest.proven, "looked": weakest.looked, "of": weakest.of}
    told = {"links": [] if weakest is None else weakest.as_dict(), "weakest": known}
    screen.document({"exit_code": DONE, **exchanges.as_dict(), **told})
    return DONE
