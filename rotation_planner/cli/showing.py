"""Tables that several commands show: problems, goals, breaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rotation_planner.cli.guarding import UNUSABLE
from rotation_planner.cli.screen import Screen, number, percent, show, table
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.audit.result import Audit
    from rotation_planner.plan.plan import Plan
    from rotation_planner.policy.policy import Policy

LIMIT = 50


def counts(problems: Iterable[Problem]) -> dict[str, int]:
    """How many errors, warnings and notes there are."""
    found = list(problems)
    return {f"{each.value}s": sum(p.severity is each for p in found) for each in Severity}


def chosen(problems: Sequence[Problem], limit: int) -> list[Problem]:
    """At most ``limit`` problems (0: all), some of every kind, those of one kind in one file together."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for each in problems:
        groups.setdefault((each.file, each.code), []).append(each)
    taken = list(groups.values())
    if limit and len(problems) > limit:
        rounds = (each for row in zip_longest(*taken) for each in row if each is not None)
        kept = {id(each) for each, _ in zip(rounds, range(limit), strict=False)}
        taken = [[each for each in group if id(each) in kept] for group in taken]
    return [each for group in taken for each in group]


def problem_tables(problems: Sequence[Problem], limit: int = LIMIT) -> list[Any]:
    """A table for each severity, the worst first, and lines that say what was left out."""
    made: list[Any] = []
    for severity in Severity:
        found = [each for each in problems if each.severity is severity]
        if not found:
            continue
        shown = chosen(found, limit)
        headings = [say(f"cli.{name}") for name in ("place", "problem", "expected", "advice")]
        rows = [(_place(each), each.message, each.expected, each.advice) for each in shown]
        made.append(table(say(f"cli.title_{severity.value}", count=len(found)), headings, rows))
        if len(shown) < len(found):
            made.append(say("cli.more", count=len(found) - len(shown)))
    return made


def _place(problem: Problem) -> str:
    parts = [problem.file]
    if problem.row is not None:
        parts.append(say("cli.row", row=problem.row))
    if problem.column:
        parts.append(problem.column)
    return " ".join(parts)


def show_input_error(screen: Screen, error: InputError, limit: int = LIMIT) -> None:
    """What is wrong with the input, on standard error; with ``--json`` as the document."""
    if screen.as_json:
        told = [each.as_dict() for each in error.problems]
        screen.document({"exit_code": UNUSABLE, "error": "input", "message": say("cli.unusable"), "problems": told})
        return
    problems = error.problems
    if screen.quiet:
        problems = tuple(each for each in problems if each.severity is Severity.ERROR)
    for each in problem_tables(problems, limit):
        show(screen.err, each)
    screen.warn(say("cli.unusable"))


def note_warnings(screen: Screen, problems: Sequence[Problem], path: Path) -> None:
    """Where there are warnings, how many, and that ``check`` lists them."""
    warnings = counts(problems)["warnings"]
    if warnings:
        screen.note(say("cli.warnings", count=warnings, path=path))


def show_goals(screen: Screen, plan: Plan, policy: Policy) -> None:
    """What each goal level reached and what of it is proven."""
    if not plan.objectives:
        return
    named = {level.id: level.words[language()] for level in policy.goals}
    rows = [
        (
            named.get(goal.id, goal.id),
            number(goal.value),
            number(goal.bound),
            percent(goal.gap),
            say("cli.proven" if goal.proven else "cli.unproven"),
        )
        for goal in plan.objectives
    ]
    headings = [say(f"cli.{name}") for name in ("goal", "value", "bound", "gap", "proof")]
    screen.table(say("cli.goals"), headings, rows, right=(1, 2, 3))


def show_breaches(screen: Screen, audit: Audit, limit: int = LIMIT) -> None:
    """Every breach with the people behind it; goals on which plan and recount differ are among them."""
    if audit.breaches:
        headings = [say(f"cli.{name}") for name in ("rule", "scope", "finding", "people")]
        rows = [(each.rule, each.scope, each.sentence, people(each.people)) for each in audit.breaches]
        shown = rows[:limit] if limit else rows
        screen.table(say("cli.breaches", count=len(rows)), headings, shown)
        if len(shown) < len(rows):
            screen.tell(say("cli.more", count=len(rows) - len(shown)))


def people(ids: Sequence[str], most: int = 12) -> str:
    """Staff ids in a row, long rows cut."""
    shown = say("policy.list_separator").join(ids[:most])
    return shown if len(ids) <= most else say("cli.and_more_people", people=shown, count=len(ids))


def audit_summary(audit: Audit) -> dict[str, Any]:
    """The audit in short, for machine-readable output."""
    return {
        "passes": audit.passes,
        "breaches": [
            {
                "rule": each.rule,
                "scope": each.scope,
                "required": each.required,
                "found": each.found,
                "sentence": each.sentence,
                "people": list(each.people),
            }
            for each in audit.breaches
        ],
        "goals": [
            {"id": each.id, "value": each.value, "claimed": each.claimed, "agrees": each.agrees} for each in audit.goals
        ],
    }
