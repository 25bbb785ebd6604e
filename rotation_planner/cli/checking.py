"""``check``: reads and validates data and policy."""

from __future__ import annotations

from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, PATH, UNUSABLE, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen, show
from rotation_planner.cli.showing import LIMIT, counts, problem_tables
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import say


@command(program, "check")
@argument("scenario", type=PATH)
@option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, metavar="N")
def check(screen: Screen, scenario: Path, limit: int) -> int:
    """Lists every problem of a scenario; 2 where it cannot be used."""
    from rotation_planner.run import check_papers, load_scenario
    from rotation_planner.run.remarks import clashes

    found = None
    with screen.busy(say("cli.reading", path=scenario)):
        try:
            found = reading(scenario, lambda: load_scenario(scenario))
            problems = found.problems
            problems += clashes(found)
            unused = check_papers(found)
            problems += tuple(Problem(Severity.WARNING, "paper_template_unknown", name, value=name) for name in unused)
        except InputError as error:
            problems = (*(found.problems if found else ()), *error.problems)
            found = None
    code = UNUSABLE if found is None else DONE
    told = counts(problems)
    for each in problem_tables(problems, limit) if screen.speaks else ():
        show(screen.out, each)
    if found is not None:
        screen.tell(str(found))
    elif screen.quiet and not screen.as_json:
        screen.warn(say("cli.unusable"))
    screen.tell(say("cli.check_bad" if code else "cli.check_good", **told), "bold red" if code else "bold green")
    screen.document(
        {
            "exit_code": code,
            "usable": found is not None,
            "title": found.title if found else None,
            "as_of": found.file.as_of.isoformat() if found else None,
            "policy": found.policy.pack if found else None,
            "tables": {key: len(frame) for key, frame in found.district.frames.items()} if found else {},
            "fingerprints": dict(found.fingerprints) if found else {},
            "counts": told,
            "problems": [each.as_dict() for each in problems],
        }
    )
    return code
