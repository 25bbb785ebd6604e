"""An audit as it is filed: ``audit.json`` with everything, ``audit.md`` to read."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from rotation_planner.audit.case import shown
from rotation_planner.audit.result import Audit, Finding, ReverseFlowPage, Verdict
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.policy.citing import cited
from rotation_planner.policy.kinds import ReverseFlow, Rule
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import force_words, label, sentence
from rotation_planner.words import LANGUAGES, has, language, say, speaking

# Breaches of these kinds tell something about a person's health, family or sanctions: the page to read names the person
# without the rule.
PERSONAL_KINDS = ("defer", "bar", "kin", "together")
MOST_ROWS, MOST_PEOPLE = 200, 12
_WORST_FIRST = (Verdict.BREACH, Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.WAIVED)


def audit_json(audit: Audit, policy: Policy) -> dict[str, Any]:
    """The whole audit as plain data: every rule with its findings, the goals, the reverse-flow pages.

    A rule's own ``scope``, ``required``, ``found``, ``people`` and ``sentence`` are those of its only finding, or they
    sum up its ``findings``.
    """
    rules = [_rule_json(audit, policy, rule, found) for rule, found in by_rule(audit).items()]
    return {
        "passes": audit.passes,
        "counts": {verdict.value: sum(rule["verdict"] == verdict.value for rule in rules) for verdict in Verdict},
        "rules": rules,
        "goals": [
            {
                "id": goal.id,
                "value": goal.value,
                "claimed": goal.claimed if goal.claimed is None or isfinite(goal.claimed) else str(goal.claimed),
                "agrees": goal.agrees,
                "terms": dict(goal.terms),
                "points": dict(goal.points),
            }
            for goal in audit.goals
        ],
        "reverse_flow": [_page_json(page, policy) for page in audit.reverse_flow],
        "improvements": None if audit.undone is None else dataclasses.asdict(audit.undone),
    }


def by_rule(audit: Audit) -> dict[str, list[Finding]]:
    """The findings of each rule, in the order of the audit."""
    found: dict[str, list[Finding]] = {}
    for finding in audit.findings:
        found.setdefault(finding.rule, []).append(finding)
    return found


def verdict_of_rule(findings: Iterable[Finding]) -> Verdict:
    """The verdict of a whole rule: a breach anywhere is a breach."""
    return min((each.verdict for each in findings), key=_WORST_FIRST.index)


def _rule_json(audit: Audit, policy: Policy, rule_id: str, findings: list[Finding]) -> dict[str, Any]:
    first = findings[0]
    rule = policy.by_id.get(rule_id)
    whole = _finding_json(first) if len(findings) == 1 else _summed_json(findings)
    return {
        "id": rule_id,
        "kind": first.kind,
        "force": first.force,
        "words": {lang: _words(rule_id, rule, lang) for lang in LANGUAGES},
        "source": audit.sources.get(rule_id, ""),
        **whole,
        "findings": [_finding_json(each) for each in findings],
    }


def _words(rule_id: str, rule: Rule | None, lang: Any) -> str:
    with speaking(lang):
        return sentence(rule) if rule is not None else say(f"audit.rule_{rule_id}")


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "scope": finding.scope,
        "required": finding.required,
        "found": finding.found,
        "verdict": finding.verdict.value,
        "people": list(finding.people),
        "sentence": finding.sentence,
        "amount": finding.amount,
    }


def _summed_json(findings: list[Finding]) -> dict[str, Any]:
    breaches = [each for each in findings if each.verdict is Verdict.BREACH]
    judged = [each for each in findings if each.verdict is not Verdict.WAIVED]
    return {
        "scope": say("audit_report.scopes", count=len(judged)),
        "required": str(len(judged)),
        "found": str(len(judged) - len(breaches)),
        "verdict": verdict_of_rule(findings).value,
        "people": sorted({person for each in breaches for person in each.people}),
        "sentence": in_short(findings),
        "amount": sum(each.amount for each in findings),
    }


def _page_json(page: ReverseFlowPage, policy: Policy) -> dict[str, Any]:
    rule = policy.by_id[page.rule]
    matrix = page.matrix.to_dict(orient="index")
    return {
        "rule": page.rule,
        "reading": rule.reading if isinstance(rule, ReverseFlow) else "",
        "matrix": {str(left): {str(to): int(number) for to, number in row.items()} for left, row in matrix.items()},
        "schools": [
            {key: value if isinstance(value, str) else int(value) for key, value in row.items()}
            for row in page.schools.to_dict(orient="records")
        ],
        "verdicts": {
            reading: {"verdict": verdict.value, "sentence": text} for reading, (verdict, text) in page.verdicts.items()
        },
    }


# ---- the page to read ------------------------------------------------------------------------------------------------


def cell(text: object) -> str:
    """Text that is safe in a cell of a Markdown table: one line, no HTML, no links, no new columns."""
    line = " ".join(str(text).split())
    for mark, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        line = line.replace(mark, written)
    return "".join("\\" + each if each in "\\|`*[]" else each for each in line)


def _row(*cells: object) -> str:
    return "| " + " | ".join(cell(each) for each in cells) + " |"


def _table(head: str, rows: Iterable[str]) -> list[str]:
    """A table under its headings (a finished Markdown line of the words)."""
    return [head, "|" + " --- |" * (head.count("|") - 1), *rows, ""]


def audit_markdown(audit: Audit, policy: Policy, district: District) -> str:
    """The audit as a page: the verdict, the rules, each breach with its people, the goals, the reverse flow.

    Tells nothing of anybody's health, family or sanctions.
    """
    names = dict(zip(district.staff["staff_id"].tolist(), district.staff["name"].tolist(), strict=True))
    lines = [*_title(audit, policy, district), *_rules(audit, policy)]
    lines += [say("audit_report.breaches"), "", *_details(audit, names, "must")]
    lines += [say("audit_report.misses"), "", *_details(audit, names, "should")]
    lines += _goals(audit, policy)
    if audit.undone is not None:
        lines += [say("audit_report.undone"), "", cell(audit.undone.sentence), ""]
    for page in audit.reverse_flow:
        lines += _page(page, policy)
    return "\n".join(lines).rstrip() + "\n"


def _title(audit: Audit, policy: Policy, district: District) -> list[str]:
    count = sum(each.verdict is Verdict.BREACH and each.force == "must" for each in audit.findings)
    title = say("audit_report.title_pass") if audit.passes else say("audit_report.title_breach", count=count)
    size = {"schools": len(district.schools), "staff": len(district.staff), "moves": audit.moves}
    return [title, "", say("audit_report.lead", policy=cell(policy.title[language()]), **size), ""]


def _rules(audit: Audit, policy: Policy) -> list[str]:
    rows = []
    for rule_id, findings in by_rule(audit).items():
        rule, verdict = policy.by_id.get(rule_id), verdict_of_rule(findings)
        count = Counter(each.verdict for each in findings)
        rows.append(
            _row(
                rule_id,
                audit.words.get(rule_id, ""),
                cited(audit.sources.get(rule_id, "")),
                say("policy.must") if rule is None else force_words(rule),
                verdict_words(verdict, findings[0].force),
                count[Verdict.PASS],
                count[Verdict.BREACH],
                in_short(findings),
            )
        )
    return [say("audit_report.rules"), "", *_table(say("audit_report.rules_head"), rows)]


def verdict_words(verdict: Verdict, force: str = "must") -> str:
    """A verdict in words; a ``should`` rule is not breached but not reached."""
    if verdict is Verdict.BREACH and force == "should":
        return say("audit_report.should_missed")
    return say("verdict." + verdict.name.lower())


def in_short(findings: list[Finding]) -> str:
    """What a rule's findings come to; never the name of a person beside a rule on personal circumstances, nor whom an
    exception names."""
    judged = [each for each in findings if each.verdict is not Verdict.WAIVED]
    if not judged:
        return findings[0].sentence
    told = _judged_in_short(judged)
    if len(judged) == len(findings):
        return told
    exceptions = say("audit_report.exceptions", count=len(findings) - len(judged))
    return say("audit.clause_separator").join([told, exceptions])


def _judged_in_short(findings: list[Finding]) -> str:
    if len(findings) == 1 and (findings[0].verdict is not Verdict.BREACH or findings[0].kind not in PERSONAL_KINDS):
        return findings[0].sentence
    held = sum(each.verdict is not Verdict.BREACH for each in findings)
    first = findings[0]
    if first.verdict is Verdict.PASS and first.scope == say("audit.district") and held == 1:
        # what holds is summed up for the district, the breaches follow
        return first.sentence
    return say("audit_report.several", count=len(findings), held=held)


def _details(audit: Audit, names: dict[str, str], force: str) -> Iterator[str]:
    breached = [each for each in audit.findings if each.verdict is Verdict.BREACH and each.force == force]
    if not breached:
        yield say("audit_report.none")
        yield ""
    personal = [each for each in breached if each.kind in PERSONAL_KINDS]
    others: dict[str, list[Finding]] = {}
    for each in breached:
        if each.kind not in PERSONAL_KINDS:
            others.setdefault(each.rule, []).append(each)
    for rule_id, findings in others.items():
        yield f"### {rule_id}"
        yield ""
        yield cell(audit.words.get(rule_id, ""))
        yield ""
        yield from _breach_table(findings, names)
    if personal:
        yield say("audit_report.personal")
        yield ""
        yield say("audit_report.personal_note")
        yield ""
        yield from _breach_table(sorted(personal, key=lambda each: (each.scope, each.sentence)), names)


def _breach_table(findings: list[Finding], names: dict[str, str]) -> list[str]:
    rows = [
        _row(each.scope, each.required, each.found, discreet(each), _people(each, names))
        for each in findings[:MOST_ROWS]
    ]
    lines = _table(say("audit_report.breaches_head"), rows)
    if len(findings) > MOST_ROWS:
        lines += [say("audit_report.more_rows", count=len(findings) - MOST_ROWS), ""]
    return lines


def discreet(finding: Finding) -> str:
    """The sentence of a finding; of personal circumstances only that they stand against the move."""
    return say(f"audit_report.personal_{finding.kind}") if finding.kind in PERSONAL_KINDS else finding.sentence


def _people(finding: Finding, names: dict[str, str]) -> str:
    """Names and ids; of kin the person who moves only."""
    people = finding.people[:1] if finding.kind in ("kin", "together") else finding.people
    told = say("audit.list_separator").join(
        say("audit.person", name=names[each], id=each) if names.get(each) else each for each in people[:MOST_PEOPLE]
    )
    if len(people) <= MOST_PEOPLE:
        return told
    return say("audit_report.more_people", people=told, count=len(people))


def _goals(audit: Audit, policy: Policy) -> list[str]:
    rows = []
    levels = {level.id: level.words[language()] for level in policy.goals}
    rules = {rule.id: label(rule) for rule in policy.rules}
    for goal in audit.goals:
        agrees = say("audit_report.not_told")
        if goal.claimed is not None:
            agrees = say("audit_report.agrees" if goal.agrees else "audit_report.differs")
        parts = [
            say(
                "audit_report.term",
                term=say(f"term.{name}") if has(f"term.{name}") else rules.get(name, name),
                units=shown(units),
                points=shown(goal.points.get(name, units)),
            )
            for name, units in goal.terms.items()
        ]
        claimed = say("audit.dash") if goal.claimed is None else shown(goal.claimed)
        made_of = say("audit.clause_separator").join(parts)
        told = f"{levels[goal.id]} ({goal.id})" if goal.id in levels else goal.id
        rows.append(f"| {cell(told)} | {shown(goal.value)} | {claimed} | {agrees} | {cell(made_of)} |")
    return [say("audit_report.goals"), "", *_table(say("audit_report.goals_head"), rows)]


def tier_words(tier: str) -> str:
    """A tier in the reader's language."""
    return schema.label(schema.TIERS, tier, language()) or say("audit.blank")


def _page(page: ReverseFlowPage, policy: Policy) -> list[str]:
    rule = policy.by_id[page.rule]
    lines = [say("audit_report.flow", rule=cell(page.rule)), ""]
    rows = []
    for reading, (verdict, text) in page.verdicts.items():
        name = say(f"reading.{reading}")
        if isinstance(rule, ReverseFlow) and rule.reading == reading:
            name = say("audit_report.in_force", reading=name)
        rows.append(_row(name, say("verdict." + verdict.name.lower()), text))
    lines += _table(say("audit_report.flow_readings_head"), rows)
    lines += [say("audit_report.flow_matrix"), ""]
    tiers = [str(tier) for tier in page.matrix.columns]
    head = _row(say("audit_report.flow_corner"), *(tier_words(tier) for tier in tiers))
    numbers = page.matrix.to_numpy().tolist()
    rows = [_row(tier_words(str(left)), *row) for left, row in zip(page.matrix.index, numbers, strict=True)]
    lines += _table(head, rows)
    lines += [say("audit_report.flow_schools"), ""]
    schools = [
        _row(say("audit.school", name=row["name"], id=row["school_id"]), tier_words(row["tier"]), *_counts(row))
        for row in page.schools.to_dict(orient="records")
        if row["before"] or row["after"]
    ]
    return [*lines, *_table(say("audit_report.flow_schools_head"), schools)]


def _counts(row: dict[Any, Any]) -> list[int]:
    return [row[key] for key in ("before", "out", "into", "after", "balance")]
