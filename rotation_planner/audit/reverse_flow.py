"""No reverse flow: the flow counted once, the verdict under each reading, and the page that shows both."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from rotation_planner.audit.case import Case, finding, nothing_to_judge, verdict_of
from rotation_planner.audit.moves import Move
from rotation_planner.audit.result import Finding, ReverseFlowPage, Verdict
from rotation_planner.data import schema
from rotation_planner.policy.kinds import ReverseFlow
from rotation_planner.words import say

READINGS = ("strict", "to_high", "per_school")


@dataclass(frozen=True)
class Flow:
    """The moves of the people of one rule, and their number by school today and afterwards."""

    moves: list[Move]
    down: list[Move]  # from high to low tiers
    out_of_low: list[Move]  # from low tiers, to anywhere
    up: list[Move]  # from low to high tiers
    today: Counter[int]
    after: Counter[int]


def flow_of(case: Case, rule: ReverseFlow) -> Flow:
    """Counts the moves of the rule's people by the tiers left and entered."""
    who, tier = case.asking.person(rule.who), case.books.of_school("tier")
    moves = case.crossings(who)
    out_of_low = [move for move in moves if tier[move.left] in rule.low]
    return Flow(
        moves,
        [move for move in moves if tier[move.left] in rule.high and tier[move.entered] in rule.low],
        out_of_low,
        [move for move in out_of_low if tier[move.entered] in rule.high],
        *case.count_by_school(who),
    )


def findings_of(case: Case, rule: ReverseFlow, reading: str, flow: Flow) -> list[Finding]:
    """The findings of a rule under one reading."""
    if not flow.moves:
        return [nothing_to_judge(rule, say("audit.flow_nobody"))]
    if reading == "per_school":
        return _per_school(case, rule, flow)
    against = flow.out_of_low if reading == "strict" else flow.up
    down, back = len(flow.down), len(against)
    return [
        finding(
            rule,
            verdict_of(down > back),
            say(f"audit.flow_{reading}", down=down, back=back),
            required=say("audit.more_than", number=back),
            found=down,
            people=case.ids(move.person for move in against),
        )
    ]


def _per_school(case: Case, rule: ReverseFlow, flow: Flow) -> list[Finding]:
    tier = case.books.of_school("tier")
    protected = [school for school in case.books.schools if tier[school] in rule.protected]
    losing = [school for school in protected if flow.after[school] < flow.today[school]]
    if not losing:
        sentence = say("audit.flow_per_school", checked=len(protected))
        return [finding(rule, Verdict.PASS, sentence, required=len(protected), found=len(protected))]
    found = []
    for school in losing:
        name, before, after = case.school(school), flow.today[school], flow.after[school]
        leaving = [move.person for move in flow.moves if move.left == school]
        found.append(
            finding(
                rule,
                Verdict.BREACH,
                say("audit.flow_loses", school=name, before=before, after=after),
                scope=name,
                required=say("audit.at_least", number=before),
                found=after,
                people=case.ids(leaving),
            )
        )
    return found


def page_of(case: Case, rule: ReverseFlow) -> ReverseFlowPage:
    """The page of one rule: tier by tier, school by school, and the verdict under each reading."""
    flow, tier = flow_of(case, rule), case.books.of_school("tier")
    tiers = [*schema.TIERS, *sorted({each for each in tier if each is not None} - set(schema.TIERS))]
    matrix = pd.DataFrame(0, index=pd.Index(tiers, name="from"), columns=pd.Index(tiers, name="to"))
    for move in flow.moves:
        if tier[move.left] is not None and tier[move.entered] is not None:
            matrix.loc[tier[move.left], tier[move.entered]] += 1
    out, into = Counter(move.left for move in flow.moves), Counter(move.entered for move in flow.moves)
    rows = [
        {
            "school_id": case.books.school_id[school],
            "name": case.books.school_name(school),
            "tier": tier[school] or "",
            "before": flow.today[school],
            "out": out[school],
            "into": into[school],
            "after": flow.after[school],
            "balance": into[school] - out[school],
        }
        for school in case.books.schools
    ]
    columns = ["school_id", "name", "tier", "before", "out", "into", "after", "balance"]
    verdicts = {}
    for reading in READINGS:
        found = findings_of(case, rule, reading, flow)
        worst = next((each for each in found if each.verdict is Verdict.BREACH), found[0])
        sentences = say("audit.clause_separator").join(each.sentence for each in found)
        verdicts[reading] = (worst.verdict, sentences)
    return ReverseFlowPage(rule.id, matrix, pd.DataFrame(rows, columns=columns), verdicts)
