"""``audit``: judges any plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rotation_planner.cli.guarding import DONE, NO, PATH, argument, command, option, reading
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import LIMIT, note_warnings, show_breaches
from rotation_planner.words import has, say

if TYPE_CHECKING:
    from rotation_planner.audit.result import Audit
    from rotation_planner.plan.plan import Plan
    from rotation_planner.run import Scenario


def doubts(scenario: Scenario, plan: Plan) -> list[str]:
    """Why a plan may not be what it seems: edited since, made for other data or another policy, zeros cut off."""
    from rotation_planner.plan.files import is_edited, lost_zeros

    told = [say("cli.plan_edited")] if is_edited(plan) else []
    for name, found in scenario.fingerprints.items():
        if plan.fingerprints.get(name, found) != found:
            told.append(say(f"cli.plan_of_other_{name}"))
    cut = lost_zeros(plan.transfers["staff_id"], scenario.district.staff_pos)
    cut |= lost_zeros(plan.transfers["to_school_id"], scenario.district.school_pos)
    if cut:
        first = next(iter(cut))
        told.append(say("cli.zeros_restored", count=len(cut), given=first, taken=cut[first]))
    return told


@command(program, "audit")
@argument("scenario", type=PATH)
@argument("plan", type=PATH)
@option("--limit", type=click.IntRange(min=0), default=LIMIT, show_default=True, metavar="N")
@option("--improvements", is_flag=True)
def audit(screen: Screen, scenario: Path, plan: Path, limit: int, improvements: bool) -> int:
    """Judges a plan; 1 where it breaches a rule."""
    from rotation_planner import run
    from rotation_planner.audit.writing import audit_json
    from rotation_planner.plan.files import read_plan

    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: run.load_scenario(scenario))
        judged = reading(plan, lambda: read_plan(plan))
    note_warnings(screen, found.problems, scenario)
    notes = doubts(found, judged)
    for note in notes:
        screen.note(note)
    with screen.busy(say("cli.auditing", path=plan)):
        verdict = run.audit(found, judged)
    if improvements:
        with screen.busy(say("undone.searching")):
            verdict = replace(verdict, undone=run.improvements(found, judged))
    code = DONE if verdict.passes else NO
    _show(screen, verdict, limit)
    screen.document({"exit_code": code, "passes": verdict.passes, **audit_json(verdict, found.policy), "notes": notes})
    return code


def _show(screen: Screen, verdict: Audit, limit: int) -> None:
    """The rules with their verdicts, the breaches, the reverse-flow readings, and the verdict on the whole."""
    rules: dict[str, list[str]] = {}
    for each in verdict.findings:
        told = "missed" if each.verdict == "breach" and each.force == "should" else each.verdict.value
        rules.setdefault(each.rule, []).append(told)
    ranked = ("breach", "missed", "pass", "waived", "not applicable")
    rows = []
    for rule, verdicts in rules.items():
        worst = min(verdicts, key=ranked.index)
        told = say(f"cli.verdict_{worst.replace(' ', '_')}")
        rows.append(
            (rule, told, verdicts.count("breach") + verdicts.count("missed") or "", verdict.words.get(rule, ""))
        )
    headings = [say(f"cli.{name}") for name in ("rule", "verdict", "how_often", "words")]
    screen.table(say("cli.rules"), headings, rows, right=(2,))
    show_breaches(screen, verdict, limit)
    for page in verdict.reverse_flow:
        for reading_, (_, sentence) in page.verdicts.items():
            told = say(f"reading.{reading_}") if has(f"reading.{reading_}") else reading_
            screen.tell(say("cli.reading_of_flow", rule=page.rule, reading=told, sentence=sentence))
    if verdict.undone is not None:
        screen.tell(str(verdict.undone))
    result = say("run.audit_passes" if verdict.passes else "run.audit_breached")
    screen.tell(result, "bold green" if verdict.passes else "bold red")
    if screen.quiet and not screen.as_json and not verdict.passes:
        screen.warn(result)
