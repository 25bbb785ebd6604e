"""``papers``: notice, letters and all lists of any plan, hand-edited ones too."""

from __future__ import annotations

from pathlib import Path

from rotation_planner.cli.guarding import DONE, NO, PATH, argument, command, option, reading
from rotation_planner.cli.judging import doubts
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import audit_summary, note_warnings, show_breaches
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import say


def check_place(out: Path) -> None:
    """Refuse a scenario's own folder, and whatever cannot be written to, before any work.

    Raises:
        InputError: ``out`` cannot be used.
    """
    from rotation_planner.plan.staging import check_out

    if (out / "scenario.yaml").exists():
        raise InputError([Problem(Severity.ERROR, "out_is_scenario", str(out), value=str(out))])
    check_out(out)


def note_key(screen: Screen, key: Path | None, out: Path) -> None:
    """Say where the key lies, and warn where it lies beside what it opens."""
    if key is not None:
        inside = out.resolve() in key.resolve().parents
        screen.note(say("cli.key_inside" if inside else "cli.key_kept", path=key))


@command(program, "papers")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--merged", is_flag=True)
@option("--pseudonyms", type=PATH, metavar="KEY.csv")
@option("--names", type=PATH, metavar="KEY.csv")
def papers(
    screen: Screen, scenario: Path, plan: Path, out: Path, merged: bool, pseudonyms: Path | None, names: Path | None
) -> int:
    """Writes every list and letter of a plan; 1 where the plan breaches a rule, and the papers are written all the
    same."""
    import dataclasses

    from rotation_planner import run
    from rotation_planner.plan.files import read_plan
    from rotation_planner.plan.staging import files_of
    from rotation_planner.report.together import cores

    check_place(out)
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: run.load_scenario(scenario))
        given = reading(plan, lambda: read_plan(plan))
        if merged:
            settings = dataclasses.replace(found.file.papers, letters="merged")
            found = dataclasses.replace(found, file=dataclasses.replace(found.file, papers=settings))
        unused = run.check_papers(found)
        if names is not None:
            from rotation_planner.report.pseudonyms import read_key, restored

            given = restored(given, reading(names, lambda: read_key(names)))
    note_warnings(screen, found.problems, scenario)
    notes = doubts(found, given) + [say("problem.paper_template_unknown", value=name) for name in unused]
    for note in notes:
        screen.note(note)
    with screen.busy(say("cli.auditing", path=plan)):
        outcome = run.outcome_of(found, given)
    with screen.busy(say("cli.writing", path=out)):
        run.write(outcome, found, out, letters=True, pseudonyms=pseudonyms, processes=cores())
    verdict = outcome.audit
    code = DONE if outcome.passes else NO
    if verdict is not None:
        show_breaches(screen, verdict)
    if code == NO:
        screen.warn(say("cli.papers_of_breach"))
    screen.tell(say("cli.papers_written", path=out, note=out / "papers" / "note.docx"))
    note_key(screen, pseudonyms, out)
    screen.document(
        {
            "exit_code": code,
            "passes": outcome.passes,
            "audit": audit_summary(verdict) if verdict else None,
            "out": str(out),
            "files": sorted(files_of(out)),
            "notes": notes,
        }
    )
    return code
