"""``plan``: validate, solve with live progress, audit, write."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rotation_planner.cli.guarding import DONE, NO, NO_ANSWER, PATH, argument, command, option, reading
from rotation_planner.cli.papering import check_place, note_key
from rotation_planner.cli.program import program
from rotation_planner.cli.progress import SearchProgress
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import audit_summary, note_warnings, show_breaches, show_goals
from rotation_planner.cli.speaking import refuse
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.run import Outcome, Scenario


def _finite(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(say("cli.not_finite"))
    return value


@command(program, "plan")
@argument("scenario", type=PATH)
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--time-limit", type=click.FloatRange(0, min_open=True), callback=_finite, metavar="SECONDS")
@option("--gap", type=click.FloatRange(0, 1), callback=_finite, metavar="SHARE")
@option("--seed", type=click.IntRange(0, 2**31 - 1), metavar="S")
@option("--workers", type=click.IntRange(0, 1024), metavar="N")
@option("--repeatable", is_flag=True, default=None)
@option("--start", type=PATH, metavar="PLAN")
@option("--verify", is_flag=True)
@option("--papers", is_flag=True)
@option("--pseudonyms", type=PATH, metavar="KEY.csv")
@option("--cluster", default="", metavar="ADDRESS")
def plan(
    screen: Screen,
    scenario: Path,
    out: Path,
    start: Path | None,
    verify: bool,
    papers: bool,
    pseudonyms: Path | None,
    cluster: str,
    **limits: Any,
) -> int:
    """Makes the yearly plan and writes it; nothing is written where there is none. Of a folder of scenarios every one
    is planned."""
    from rotation_planner.plan.files import read_plan
    from rotation_planner.plan.plan import Status
    from rotation_planner.report.together import cores
    from rotation_planner.run import check_papers, load_scenario, make_plan, write
    from rotation_planner.run.remarks import clashes

    began = time.perf_counter()
    check_place(out)
    if _holds_districts(scenario):
        from rotation_planner.cli.city import plan_city

        given_options = {"start": start, "verify": verify, "pseudonyms": pseudonyms}
        return plan_city(screen, scenario, out, cluster=cluster, papers=papers, given=given_options, limits=limits)
    if cluster:
        refuse("city.cluster_alone")
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
        given = None if start is None else reading(start, lambda: read_plan(start))
        check_papers(found, letters=papers)
        if pseudonyms is not None and pseudonyms.exists():
            from rotation_planner.report.pseudonyms import read_key

            read_key(pseudonyms)  # a wrong one is told before the search, not after it
        found = replace(found, problems=(*found.problems, *clashes(found)))
    note_warnings(screen, found.problems, scenario)
    options = replace(found.file.solve, **{key: value for key, value in limits.items() if value is not None})
    stop = threading.Event()
    goals = {level.id: level.words[language()] for level in found.policy.goals}
    with SearchProgress(screen, goals, stop) as progress:
        outcome = make_plan(found, options=options, progress=progress, stop=stop, start=given, verify=verify)
    if outcome.plan is not None:

        def published() -> None:
            screen.note(say("cli.published", path=out, seconds=f"{time.perf_counter() - began:.1f}"))

        with screen.busy(say("cli.writing", path=out)):
            write(
                outcome, found, out, letters=papers, pseudonyms=pseudonyms, processes=cores(), published=published,
            )  # fmt: skip
    _show(screen, found, outcome, out, time.perf_counter() - began)
    if outcome.plan is not None:
        note_key(screen, pseudonyms, out)
    code = (
        (DONE if outcome.passes else NO) if outcome.plan else (NO if outcome.status is Status.INFEASIBLE else NO_ANSWER)
    )
    if not _agreed(screen, outcome, asked=options.repeatable):
        code = NO_ANSWER
    screen.document(_document(found, outcome, out, code))
    return code


def _holds_districts(folder: Path) -> bool:
    from rotation_planner.data.scenario import FILE_NAME

    return folder.is_dir() and not (folder / FILE_NAME).exists() and any(folder.glob(f"*/{FILE_NAME}"))


def _show(screen: Screen, scenario: Scenario, outcome: Outcome, out: Path, seconds: float) -> None:
    """The summary: what came out, how many go, what is proven, what the judge says, where the files are."""
    if outcome.interrupted:
        screen.note(say("cli.interrupted" if outcome.plan is not None else "cli.interrupted_without_plan"))
    if outcome.plan is None or outcome.audit is None:
        screen.tell(str(outcome), "bold red")
        for each in outcome.contradictions:
            screen.tell(say("cli.contradiction", sentence=each.sentence, rules=_listed(each.rules)))
        if outcome.contradictions:
            screen.tell(say("diagnosis.hint", path=scenario.file.folder))
        if screen.quiet and not screen.as_json:
            screen.warn(str(outcome))
        return
    names = ("moves", "due", "due_placed", "deferred")
    figures = _figures(outcome)
    screen.table(scenario.title, ("", ""), [(say(f"cli.count_{name}"), figures[name]) for name in names], right=(1,))
    show_goals(screen, outcome.plan, scenario.policy)
    show_breaches(screen, outcome.audit)
    screen.tell(str(outcome), "bold green" if outcome.passes else "bold red")
    if screen.quiet and not screen.as_json and not outcome.passes:
        screen.warn(str(outcome))
    screen.tell(say("cli.written", path=out, seconds=f"{seconds:.1f}"))


def _agreed(screen: Screen, outcome: Outcome, *, asked: bool) -> bool:
    """Tell what became of a given start, of the lots and of a second look; False where the engines contradict each
    other. ``asked``: whether the run was to be one that can be repeated."""
    told = {} if outcome.plan is None else outcome.plan.more
    if "start" in told:
        screen.tell(say(f"start.{told['start']['outcome']}", **told["start"]))
    if "draw" in told:
        number, decided = told["draw"]["number"], told["draw"]["decided"]
        screen.tell(say("drawing.decided" if decided else "drawing.open", number=number))
    if "repeatable" in told:
        key = "repeatable" if told["repeatable"] else "not_repeatable" if asked else "by_clock"
        screen.tell(say(f"drawing.{key}"))
    if "verification" not in told:
        return True
    second = told["verification"]
    levels = sum(each["proven"] and each["second"] is not None for each in second["levels"])
    sentence = say(f"verification.{second['outcome']}", engine=second["engine"], levels=levels)
    if second["outcome"] == "differs":
        screen.warn(sentence)
        return False
    screen.tell(sentence)
    return True


def _listed(rules: tuple[str, ...]) -> str:
    return say("policy.list_separator").join(rules)


def _figures(outcome: Outcome) -> dict[str, int]:
    """How many move, are due, are due and move, and stay though a must-go rule speaks of them."""
    if outcome.plan is None:
        return {}
    standing = outcome.standing
    due = set(standing.facts.district.staff.loc[standing.any_due, "staff_id"])
    moving = set(outcome.plan.transfers["staff_id"])
    figures = {"moves": len(moving), "due": len(due), "due_placed": len(due & moving)}
    return {**figures, "deferred": len(outcome.plan.deferred)}


def _document(scenario: Scenario, outcome: Outcome, out: Path, code: int) -> dict[str, Any]:
    from rotation_planner.plan.files import plan_json
    from rotation_planner.plan.staging import files_of

    told: dict[str, Any] = {"status": outcome.status.value}
    if outcome.plan is not None:
        told = plan_json(outcome.plan)
    return {
        "exit_code": code,
        **told,
        "interrupted": outcome.interrupted,
        "counts": {**told.get("counts", {}), **_figures(outcome)},
        "audit": audit_summary(outcome.audit) if outcome.audit else None,
        "contradictions": [
            {"rules": list(each.rules), "scope": each.scope, "sentence": each.sentence, "amount": each.amount}
            for each in outcome.contradictions
        ],
        "out": str(out) if outcome.plan is not None else None,
        "files": sorted(files_of(out)) if outcome.plan is not None else [],
        "problems": [each.as_dict() for each in scenario.problems],
    }
