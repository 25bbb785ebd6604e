"""``replan``: a new plan after a change, with the fewest people changed who were told otherwise; the appeals desk."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rotation_planner.cli.guarding import DONE, NO, NO_ANSWER, PATH, argument, command, option, reading
from rotation_planner.cli.papering import check_place, note_key
from rotation_planner.cli.planning import _finite
from rotation_planner.cli.program import program
from rotation_planner.cli.progress import SearchProgress
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import LIMIT, audit_summary, note_warnings, show_breaches
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.run import Replanned


@command(program, "replan")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--appeals", type=PATH, metavar="FILE")
@option("--papers", is_flag=True)
@option("--pseudonyms", type=PATH, metavar="KEY.csv")
@option("--time-limit", type=click.FloatRange(0, min_open=True), callback=_finite, metavar="SECONDS")
@option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, metavar="N")
def replan(
    screen: Screen,
    scenario: Path,
    plan: Path,
    out: Path,
    appeals: Path | None,
    papers: bool,
    pseudonyms: Path | None,
    time_limit: float | None,
    limit: int,
) -> int:
    """Makes a plan anew, near to one that was told; nothing is written where there is none."""
    from rotation_planner.data.appeals import read_appeals
    from rotation_planner.plan.files import read_plan
    from rotation_planner.plan.plan import Status
    from rotation_planner.report.together import cores
    from rotation_planner.run import check_papers, load_scenario, write_replanned
    from rotation_planner.run import replan as again
    from rotation_planner.run.retelling import pseudonymous

    began = time.perf_counter()
    check_place(out)
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
        former = reading(plan, lambda: read_plan(plan))
        check_papers(found, letters=papers)
        if pseudonyms is not None and pseudonyms.exists():
            from rotation_planner.report.pseudonyms import read_key

            read_key(pseudonyms)  # a wrong one is told before the search, not after it
        heard = None if appeals is None else reading(appeals, lambda: read_appeals(appeals, found.district))
    note_warnings(screen, found.problems, scenario)
    options = found.file.solve if time_limit is None else replace(found.file.solve, time_limit=time_limit)
    stop = threading.Event()
    goals = {each: say(f"replan.level_{each.replace('-', '_')}") for each in ("fewest-changes", "appeals")}
    goals["fewest-others-changed"] = say("replan.level_fewest_others_changed")
    goals |= {level.id: level.words[language()] for level in found.policy.goals}
    with SearchProgress(screen, goals, stop) as progress:
        made = again(found, former, appeals=heard, options=options, progress=progress, stop=stop)
    outcome = made.outcome
    if pseudonyms is None:  # the answer first: the lists and charts take longer than it
        _show(screen, made, limit)
    if outcome.plan is not None:
        with screen.busy(say("cli.writing", path=out)):
            write_replanned(made, found, out, letters=papers, pseudonyms=pseudonyms, processes=cores())
    if pseudonyms is not None:
        made = made if outcome.plan is None else pseudonymous(made, found, pseudonyms)
        _show(screen, made, limit)
    if outcome.plan is not None and outcome.audit is not None:
        show_breaches(screen, outcome.audit)
        screen.tell(say("cli.written", path=out, seconds=f"{time.perf_counter() - began:.1f}"))
        note_key(screen, pseudonyms, out)
    code = NO_ANSWER
    if outcome.plan is not None or outcome.status is Status.INFEASIBLE:
        code = DONE if outcome.passes else NO
    if code != DONE and screen.quiet and not screen.as_json:
        screen.warn(str(outcome))
    screen.document(_document(made, out, code))
    return code


def _show(screen: Screen, made: Replanned, limit: int) -> None:
    for line in made.lines:
        screen.tell(line, "bold" if made.outcome.plan is not None else "bold red")
    for each in made.outcome.contradictions:
        rules = say("policy.list_separator").join(each.rules)
        screen.tell(say("cli.contradiction", sentence=each.sentence, rules=rules))
    for title, frame in made.tables():
        shown = frame.head(limit) if limit else frame
        screen.table(title, list(frame.columns), shown.itertuples(index=False, name=None))
        if len(shown) < len(frame):
            screen.tell(say("cli.more", count=len(frame) - len(shown)))


def _document(made: Replanned, out: Path, code: int) -> dict[str, Any]:
    from rotation_planner.plan.files import plan_json
    from rotation_planner.plan.staging import files_of

    outcome = made.outcome
    told: dict[str, Any] = {"status": outcome.status.value} if outcome.plan is None else plan_json(outcome.plan)
    return {
        "exit_code": code,
        **told,
        "interrupted": outcome.interrupted,
        "replan": made.as_dict(),
        "audit": None if outcome.audit is None else audit_summary(outcome.audit),
        "contradictions": [{"rules": list(each.rules), "sentence": each.sentence} for each in outcome.contradictions],
        "out": None if outcome.plan is None else str(out),
        "files": [] if outcome.plan is None else sorted(files_of(out)),
    }
