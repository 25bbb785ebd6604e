"""The audit and the backbone's flow as sheets of the bureau's workbook."""

from __future__ import annotations

from typing import Any

from rotation_planner.audit.result import Finding, ReverseFlowPage, Verdict
from rotation_planner.policy.citing import cited
from rotation_planner.report.reasons import named
from rotation_planner.report.sheets import ALARM, CALM, INK, Column, Sheet, listed
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import say

RULES = (
    Column("rule", "wrap", 20), Column("words", "wrap", 56), Column("force"), Column("source", "wrap", 22),
    Column("result", "wrap", 40), Column("breach_count", "whole"), Column("verdict"),
)  # fmt: skip
BREACHES = (
    Column("rule", "wrap", 20), Column("finding", "wrap", 56), Column("force"), Column("scope", "wrap", 22),
    Column("required_text"), Column("found"), Column("people", "wrap", 24),
)  # fmt: skip
MOST_PEOPLE = 20
WORST_FIRST = (Verdict.BREACH, Verdict.PASS, Verdict.WAIVED, Verdict.NOT_APPLICABLE)


def verdict_words(verdict: Verdict) -> str:
    """A verdict in words."""
    return listed("verdict", verdict.value.replace(" ", "_"))


def by_rule(turnover: Turnover) -> list[tuple[str, list[Finding]]]:
    """The findings rule by rule, in the pack's order; rules that the pack does not hold come last."""
    found: dict[str, list[Finding]] = {rule.id: [] for rule in turnover.policy.rules}
    for finding in turnover.audit.findings:
        found.setdefault(finding.rule, []).append(finding)
    return [(rule, findings) for rule, findings in found.items() if findings]


def rule_records(turnover: Turnover) -> list[tuple[Any, ...]]:
    """One row a rule: its words and source, what was found, in how many scopes it is broken, the verdict."""
    audit = turnover.audit
    rows = []
    for rule, findings in by_rule(turnover):
        verdicts = [finding.verdict for finding in findings]
        worst = next(verdict for verdict in WORST_FIRST if verdict in verdicts)
        rows.append(
            (_name(turnover, rule), audit.words.get(rule, ""), listed("force", findings[0].force),
             cited(audit.sources.get(rule, "")), _result(findings), verdicts.count(Verdict.BREACH),
             verdict_words(worst))
        )  # fmt: skip
    return rows


def _name(turnover: Turnover, rule: str) -> str:
    """A rule's short name with its id below, by which a scenario may adjust it."""
    name = named(turnover.policy, rule)
    return name if name == rule else f"{name}\n{rule}"


def _result(findings: list[Finding]) -> str:
    """What was found of a rule: the sentence of its one summary, or how many of its scopes hold."""
    judged = [finding for finding in findings if finding.verdict is not Verdict.WAIVED]
    findings = judged or findings  # beside what was judged, the exceptions are not the result
    summaries = [finding for finding in findings if finding.verdict is not Verdict.BREACH]
    if len(summaries) == 1 or len(findings) == 1:
        return (summaries or findings)[0].sentence
    held = sum(finding.verdict is Verdict.PASS for finding in findings)
    checked = held + sum(finding.verdict is Verdict.BREACH for finding in findings)
    return say("report.scopes_held", held=held, checked=checked)


def breach_records(turnover: Turnover) -> list[tuple[Any, ...]]:
    """One row a breach, must rules first, with the names of the people behind it."""
    names = turnover.district.staff.set_index("staff_id")["name"]
    rows = []
    for finding in sorted(turnover.audit.findings, key=lambda each: each.force != "must"):
        if finding.verdict is Verdict.BREACH:
            people = [names.get(staff_id, staff_id) for staff_id in finding.people[:MOST_PEOPLE]]
            more = ["…"] if len(finding.people) > MOST_PEOPLE else []
            told = say("report.separator").join([*people, *more])
            rows.append(
                (_name(turnover, finding.rule), finding.sentence, listed("force", finding.force), finding.scope,
                 finding.required, finding.found, told)
            )  # fmt: skip
    return rows


def audit_sheet(sheet: Sheet, turnover: Turnover) -> None:
    """The rules one by one, then every place where one does not hold."""
    sheet.heading(say("report_sheet.audit"))
    sheet.set_widths([20, 56, 7, 22, 26, 12, 24])
    breaches = breach_records(turnover)
    if breaches:
        sheet.heading(say("report.breaches"), level=2)
        sheet.table(BREACHES, breaches)
    else:
        sheet.note(say("report.no_breach"), size=12, color=CALM)
    sheet.gap()
    sheet.heading(say("report.rules_checked"), level=2)
    sheet.table(RULES, rule_records(turnover))


def matrix_records(page: ReverseFlowPage) -> list[tuple[Any, ...]]:
    """The tier matrix with its totals."""
    rows = [
        (listed("tier", str(tier)), *(int(each) for each in row), int(row.sum()))
        for tier, row in page.matrix.iterrows()
    ]
    totals = [int(each) for each in page.matrix.sum()]
    return [*rows, (say("report.every_move"), *totals, sum(totals))]


def reverse_flow_sheet(sheet: Sheet, turnover: Turnover) -> None:
    """The backbone's flow: verdicts under each reading, the matrix, and every school."""
    sheet.heading(say("report_sheet.reverse_flow"))
    sheet.set_widths([26, 10, 10, 10, 10, 10, 10])
    for page in turnover.audit.reverse_flow:
        sheet.note(turnover.audit.words.get(page.rule, page.rule), size=11, color=INK)
        sheet.gap()
        sheet.heading(say("report.flow_readings"), level=2)
        for reading, (verdict, sentence) in page.verdicts.items():
            color = ALARM if verdict is Verdict.BREACH else INK
            text = say(
                "report.reading", reading=listed("reading", reading), verdict=verdict_words(verdict), text=sentence
            )
            sheet.note(text, color=color)
        sheet.gap()
        sheet.heading(say("report.flow_matrix"), level=2)
        tiers = [Column("tier_left"), *(Column("tier_" + str(tier), "whole") for tier in page.matrix.columns)]
        sheet.table((*tiers, Column("total", "whole")), matrix_records(page))
        sheet.gap()
        sheet.heading(say("report.flow_schools"), level=2)
        schools = (
            Column("school"), Column("tier"), Column("before", "whole"), Column("out", "whole"),
            Column("into", "whole"), Column("after", "whole"), Column("net", "signed", alarm=True),
        )  # fmt: skip
        table = page.schools
        columns = [table[c] for c in ("name", "tier", "before", "out", "into", "after", "balance")]
        rows = [(row[0], listed("tier", row[1]), *row[2:]) for row in zip(*columns, strict=True)]
        sheet.table(schools, rows)
