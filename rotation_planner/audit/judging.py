"""The judgement of a plan: file, rules, goals, and the reverse-flow pages."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.case import GOAL_NUMBERS, PLAN_FILE, Case, finding
from rotation_planner.audit.goals import count_goals, judge_goals
from rotation_planner.audit.judges import JUDGES, judge_plan_file
from rotation_planner.audit.result import Audit, Finding, Verdict
from rotation_planner.audit.reverse_flow import page_of
from rotation_planner.data.district import District
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.kinds import ReverseFlow, Rule
from rotation_planner.policy.kinds.base import Exempted
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import sentence
from rotation_planner.words import say


def audit_plan(district: District, policy: Policy, plan: Plan, *, draw: int | None = None) -> Audit:
    """Judge any plan of the district, hand-edited ones too, rule by rule, from data, policy and its moves only.

    Args:
        district: the checked data.
        policy: the rules and goals.
        plan: only ``transfers`` and, for comparison, ``objectives`` are read.
        draw: the published draw number that orders people with equal dates; ``None`` orders them by staff_id.

    Returns:
        Findings of the plan's file (rule id ``plan``), of every rule in the policy's order, and of the goals' numbers
        (``goals``); sentences in the language in force.

    Raises:
        KeyError: the policy names a column that the data does not have.
    """
    case = Case(district, policy, plan, draw)
    findings = [*judge_plan_file(case), *_judge_rules(case)]
    goals = count_goals(case, findings)
    findings += judge_goals(case, goals)
    words = {rule.id: sentence(rule) for rule in policy.rules}
    sources = {rule.id: rule.source for rule in policy.rules}
    for own in (PLAN_FILE, GOAL_NUMBERS):
        words[own.id], sources[own.id] = say(f"audit.rule_{own.id}"), say("audit.own_source")
    pages = tuple(page_of(case, rule) for rule in policy.of(ReverseFlow))
    return Audit(tuple(findings), goals, pages, words, sources, len(case.moves))


def _judge_rules(case: Case) -> Iterator[Finding]:
    for rule in case.policy.rules:
        if not rule.enabled:
            yield finding(rule, Verdict.WAIVED, say("audit.waived"))
            continue
        yield from JUDGES[rule.kind](case, rule)
        for exception in rule.exceptions:
            yield _told(case, rule, exception)


def _told(case: Case, rule: Rule, exception: Exempted) -> Finding:
    """A logged exception: whom the rule leaves out, and why."""
    books = case.books
    names = [case.person(books.person_of[each]) if each in books.person_of else each for each in exception.staff]
    names += [case.school(books.school_of[each]) if each in books.school_of else each for each in exception.schools]
    scope = say("audit.list_separator").join(names)
    sentence = say("audit.exception", names=scope, reason=exception.reason)
    return finding(rule, Verdict.WAIVED, sentence, scope=scope, people=tuple(sorted(exception.staff)))
