"""How an audit and its reverse-flow page look in a notebook: the headings of the page to read, long texts in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from rotation_planner.audit.case import shown
from rotation_planner.audit.result import Audit, ReverseFlowPage, Verdict
from rotation_planner.audit.writing import (
    PERSONAL_KINDS,
    by_rule,
    discreet,
    in_short,
    tier_words,
    verdict_of_rule,
    verdict_words,
)
from rotation_planner.data.showing import Page, as_html
from rotation_planner.policy.citing import cited
from rotation_planner.words import say


def audit_html(audit: Audit) -> str:
    """The verdict, every rule with its own, each breach, the goals counted again."""
    rules = []
    for rule, findings in by_rule(audit).items():
        verdict = verdict_words(verdict_of_rule(findings), findings[0].force)
        rules.append((rule, audit.words.get(rule, ""), verdict, in_short(findings)))
    # A rule on personal circumstances is not named beside a person.
    breaches = [
        ("" if each.kind in PERSONAL_KINDS else each.rule, each.scope, each.required, each.found, discreet(each))
        for each in audit.breaches
    ]
    goals = []
    for goal in audit.goals:
        agrees = say("audit_report.agrees" if goal.agrees else "audit_report.differs").strip("*")
        goals.append((goal.id, shown(goal.value), agrees))
    return _html(
        repr(audit),
        {
            say("audit_report.rules"): _table("audit_report.rules_head", (0, 1, 4, 7), rules),
            say("audit_report.breaches"): _breaches(breaches),
            say("audit_report.goals"): _table("audit_report.goals_head", (0, 1, 3), goals),
            say("audit_report.undone"): pd.DataFrame({" ": [] if audit.undone is None else [audit.undone.sentence]}),
        },
    )


def rule_page(audit: Audit, rule: str) -> Page:
    """One rule, scope by scope: what is required, what was found, breaches first.

    Raises:
        KeyError: the audit has no rule of this id.
    """
    found = by_rule(audit).get(rule)
    if found is None:
        raise KeyError(say("showing.unknown_rule", value=rule))
    rows = [
        (each.scope, each.required, each.found, verdict_words(each.verdict, each.force).strip("*"), discreet(each))
        for each in sorted(found, key=lambda each: each.verdict is not Verdict.BREACH)
    ]
    heads = [say(f"showing.{name}") for name in ("scope", "required", "found", "verdict", "finding")]
    lines = [audit.words.get(rule, rule), in_short(found)]
    if audit.sources.get(rule):
        lines[1:1] = [say("showing.source", source=cited(audit.sources[rule]))]
    return Page("\n".join(lines), {" ": pd.DataFrame(rows, columns=heads)}, most_rows=30)


def page_html(page: ReverseFlowPage) -> str:
    """The verdict under each reading, the moves from tier to tier, the schools with any backbone teacher who moves."""
    readings = [
        (say(f"reading.{reading}"), verdict_words(verdict), text) for reading, (verdict, text) in page.verdicts.items()
    ]
    matrix = page.matrix.rename(index=tier_words, columns=tier_words).rename_axis(columns=None)
    matrix.index.name = say("audit_report.flow_corner").replace("\\ ", "")
    rows = page.schools[(page.schools["out"] > 0) | (page.schools["into"] > 0)]
    columns = ("before", "out", "into", "after", "balance")
    schools = [
        (row["name"], tier_words(row["tier"]), *(row[key] for key in columns)) for row in rows.to_dict("records")
    ]
    return _html(
        repr(page),
        {
            " ": _table("audit_report.flow_readings_head", range(3), readings),
            say("audit_report.flow_matrix"): matrix.reset_index(),
            say("audit_report.flow_schools"): _table("audit_report.flow_schools_head", range(7), schools),
        },
    )


def _breaches(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    rule = say("audit_report.rules_head").strip("|").split("|")[0].strip()
    frame = _table("audit_report.breaches_head", (0, 1, 2, 3), [row[1:] for row in rows])
    frame.insert(0, rule, [row[0] for row in rows])
    return frame


def _table(head: str, columns: Iterable[int], rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows under some of the headings of a Markdown table."""
    names = [name.strip() for name in say(head).strip("|").split("|")]
    return pd.DataFrame(rows, columns=[names[column] for column in columns])


def _html(title: str, tables: Mapping[str, pd.DataFrame]) -> str:
    named = {name.lstrip("# "): table for name, table in tables.items()}
    with pd.option_context("display.max_colwidth", None):
        return as_html(title, named, most_rows=60)
