"""``generate``: an invented district. ``template``: an empty workbook, or the Word templates of the papers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, PATH, command, option
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.speaking import refuse
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import say


def _exists(path: Path) -> InputError:
    return InputError([Problem(Severity.ERROR, "exists_already", path.name or str(path), value=str(path))])


@command(program, "template")
@option("--out", type=PATH, required=True, metavar="FILE.xlsx|DIR")
@option("--papers", is_flag=True)
@option("--force", is_flag=True)
def template(screen: Screen, out: Path, papers: bool, force: bool) -> int:
    """An empty workbook with every table and drop-down lists; with ``--papers`` the Word templates of the papers."""
    from rotation_planner.data.template import write_template

    if papers:
        return _paper_templates(screen, out, force)
    if out.suffix.lower() != ".xlsx":
        refuse("cli.not_xlsx", path=out)
    if out.is_dir() or (out.exists() and not force):
        raise _exists(out)
    with screen.busy(say("cli.writing", path=out)):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_template(out)
    screen.tell(say("cli.template_written", path=out))
    screen.document({"exit_code": DONE, "out": str(out)})
    return DONE


def _paper_templates(screen: Screen, out: Path, force: bool) -> int:
    """The Word templates into a folder, to be changed by the bureau; changed ones are not overwritten unasked."""
    from rotation_planner.report.papers.blank import template_names, write_templates

    if out.exists() and not out.is_dir():
        raise InputError([Problem(Severity.ERROR, "out_not_folder", str(out), value=str(out))])
    standing = [out / name for name in template_names() if (out / name).exists()]
    if standing and not force:
        raise _exists(standing[0])
    with screen.busy(say("cli.writing", path=out)):
        written = write_templates(out)
    screen.tell(say("cli.paper_templates_written", path=out))
    screen.document({"exit_code": DONE, "out": str(out), "files": sorted(path.name for path in written)})
    return DONE


@command(program, "generate")
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--schools", type=click.IntRange(4, 5000), required=True, metavar="N")
@option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, metavar="S")
@option("--staff", "people", type=click.IntRange(1, 1_000_000), metavar="N")
@option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@option("--infeasible", is_flag=True)
@option("--force", is_flag=True)
def generate(
    screen: Screen,
    out: Path,
    schools: int,
    seed: int,
    people: int | None,
    as_of: dt.datetime | None,
    infeasible: bool,
    force: bool,
) -> int:
    """A synthetic district as a scenario."""
    from rotation_planner.data import generator

    day = generator.AS_OF if as_of is None else as_of.date()
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not force)):
        raise _exists(out)
    with screen.busy(say("cli.generating", schools=schools)):
        try:
            frames = generator.generate(schools, seed, as_of=day, staff=people, feasible=not infeasible)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    title = say("cli.generated_title", year=day.year)
    with screen.busy(say("cli.writing", path=out)):
        generator.write_district(frames, out, title, as_of=day.isoformat())
    sizes = {key: len(frame) for key, frame in frames.items()}
    screen.tell(say("cli.generated", path=out, schools=sizes["schools"], people=sizes["staff"]))
    screen.document({"exit_code": DONE, "out": str(out), "title": title, "tables": sizes})
    return DONE
