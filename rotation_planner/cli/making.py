"""``generate``: an invented district. ``template``: an empty workbook, or the Word templates of the papers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from rotation_planner.cli.guarding import DONE, PATH, command, option, reading
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
@option("--school", "school_ids", multiple=True, metavar="ID")
@option("--all-schools", is_flag=True)
@option("--from", "from_scenario", type=PATH, metavar="SCENARIO")
@option("--applications", "yearly", is_flag=True)
@option("--force", is_flag=True)
def template(
    screen: Screen,
    out: Path,
    papers: bool,
    school_ids: tuple[str, ...],
    all_schools: bool,
    from_scenario: Path | None,
    yearly: bool,
    force: bool,
) -> int:
    """An empty workbook with every table and drop-down lists; with ``--papers`` the Word templates of the papers; with
    ``--school`` or ``--all-schools`` the workbooks that single schools fill in."""
    from rotation_planner.data.template import write_template

    if papers:
        return _paper_templates(screen, out, force)
    if school_ids or all_schools or from_scenario is not None:
        return _school_templates(screen, out, school_ids, all_schools, from_scenario, yearly, force)
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


def _school_templates(
    screen: Screen,
    out: Path,
    school_ids: tuple[str, ...],
    all_schools: bool,
    from_scenario: Path | None,
    yearly: bool,
    force: bool,
) -> int:
    """The workbooks that schools fill in: one file for one school, else a folder; an existing file is replaced only
    when asked."""
    from rotation_planner.collecting import write_school_template, write_school_templates
    from rotation_planner.report.naming import file_names

    if (all_schools and from_scenario is None) or not (all_schools or school_ids):
        refuse("collect.template_needs")
    district = None
    if from_scenario is not None:
        from rotation_planner.run import load_scenario

        with screen.busy(say("cli.reading", path=from_scenario)):
            district = reading(from_scenario, lambda: load_scenario(from_scenario)).district
    if len(school_ids) == 1 and out.suffix.lower() == ".xlsx":
        if out.exists() and not force:
            raise _exists(out)
        made = [write_school_template(out, school_ids[0], district, yearly=yearly)]
    else:
        if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not force)):
            raise _exists(out)
        with screen.busy(say("cli.writing", path=out)):
            if all_schools and district is not None:
                made = list(write_school_templates(out, district, yearly=yearly).values())
            else:
                names = file_names(school_ids)
                made = [
                    write_school_template(out / f"{name}.xlsx", each, district, yearly=yearly)
                    for each, name in zip(school_ids, names, strict=True)
                ]
    screen.tell(say("collect.templates_written", count=len(made), path=out))
    screen.document({"exit_code": DONE, "out": str(out), "files": sorted(path.name for path in made)})
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
