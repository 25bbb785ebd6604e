"""``explain``: why a person goes, stays, or does not go there; why a school gives and gets whom; pages for all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rotation_planner.cli.guarding import DONE, PATH, argument, command, option, reading
from rotation_planner.cli.judging import doubts
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.speaking import refuse
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import say

if TYPE_CHECKING:
    from rotation_planner.answers.explaining import Explainer

READERS = ("bureau", "person", "public")
SECONDS = 30.0  # of a plan solved again


@command(program, "explain")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--staff", metavar="ID")
@option("--to", metavar="SCHOOL")
@option("--school", metavar="ID")
@option("--all", "everybody", is_flag=True)
@option("--out", type=PATH, metavar="DIR")
@option("--for", "reader", type=click.Choice(READERS), default="bureau", show_default=True)
@option("--seconds", type=click.FloatRange(0, 3600), metavar="SECONDS")
def explain(
    screen: Screen,
    scenario: Path,
    plan: Path,
    staff: str | None,
    to: str | None,
    school: str | None,
    everybody: bool,
    out: Path | None,
    reader: str,
    seconds: float | None,
) -> int:
    """Why this person goes, stays, or does not go there; or why this school gives and gets whom."""
    from rotation_planner import run
    from rotation_planner.plan.files import read_plan

    if sum((staff is not None, school is not None, everybody)) != 1:
        refuse("explain.one_of")
    if everybody and out is None:
        refuse("explain.all_needs_out")
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: run.load_scenario(scenario))
        given = reading(plan, lambda: read_plan(plan))
    for note in doubts(found, given):
        screen.note(note)
    if staff is not None:
        staff = _known(staff, found.district.staff_pos, "explain_unknown_person")
    if to is not None:
        to = _known(to, found.district.school_pos, "explain_unknown_school")
    if school is not None:
        school = _known(school, found.district.school_pos, "explain_unknown_school")
    with screen.busy(say("cli.judging")):
        explainer = run.explainer(found, given)
    if everybody and out is not None:
        return _pages(screen, explainer, out, seconds)
    if school is not None:
        from rotation_planner.answers.schools import explain_school

        side = explain_school(explainer, school)
        screen.tell(side.text(reader))
        screen.document({"exit_code": DONE, **side.as_dict(), "text": side.text(reader)})
        return DONE
    with screen.busy(say("explain.working")):
        limit = SECONDS if seconds is None else seconds
        told = explainer.person(str(staff), to, solve=limit > 0, seconds=limit)
    screen.tell(told.text(reader))
    # For other readers than the bureau nothing but their own text leaves the program.
    full = told.as_dict() if reader == "bureau" else {}
    screen.document({"exit_code": DONE, **full, "text": told.text(reader)})
    return DONE


def _pages(screen: Screen, explainer: Explainer, out: Path, seconds: float | None) -> int:
    """A page for everybody who moves, for each reader."""
    from rotation_planner.answers.writing import write_pages

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError([Problem(Severity.ERROR, "exists_already", out.name or str(out), value=str(out))])
    with screen.busy(say("explain.working")):
        count = write_pages(explainer, out, seconds=seconds)
    screen.tell(say("explain.written", count=count, path=out))
    screen.tell(say("explain.settled", asked=explainer.asked, settled=explainer.settled))
    if explainer.within:
        screen.tell(say("explain.within", within=explainer.within))
    known = {"pages": count, "asked": explainer.asked, "settled": explainer.settled, "within": explainer.within}
    screen.document({"exit_code": DONE, "out": str(out), **known})
    return DONE


def _known(code: str, known: dict[str, int], problem: str) -> str:
    from rotation_planner.data.rawtable import Nearest
    from rotation_planner.plan.files import lost_zeros

    code = code.strip()
    code = lost_zeros([code], known).get(code, code)
    if code not in known:
        raise InputError([Problem(Severity.ERROR, problem, code, value=code, values={"nearest": Nearest(code, known)})])
    return code
