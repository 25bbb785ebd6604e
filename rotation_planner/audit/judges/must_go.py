"""Judges of who must go: the duty itself, and how it is phased."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.case import Case, finding, nothing_to_judge
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Duty, Phase
from rotation_planner.words import say


def judge_duty(case: Case, rule: Duty) -> Iterator[Finding]:
    """Tells how many are concerned and go; whoever goes under the duty goes where it sends.

    Somebody due who stays is no breach: the first goal counts them, and the plan lists them with the reason.
    """
    duties = case.duties
    meeting = duties.ask("meets", rule.id)
    meets = [person for person in case.books.people if meeting(person)]
    if not meets:
        yield nothing_to_judge(rule)
        return
    is_eligible, is_due = duties.ask("eligible", rule.id), duties.ask("due", rule.id)
    eligible = [person for person in meets if is_eligible(person)]
    due = [person for person in eligible if is_due(person)]
    staying = [person for person in due if person not in case.moves]
    numbers = {"meets": len(meets), "eligible": len(eligible), "due": len(due)}
    sentence = say("audit.duty", **numbers, going=len(due) - len(staying), staying=len(staying))
    yield finding(
        rule, Verdict.PASS, sentence, required=len(due), found=len(due) - len(staying), people=case.ids(staying)
    )
    if rule.to is None:
        return
    sends = case.asking.school(rule.to)
    for move in case.movers(is_eligible):
        if not sends(move.entered):
            who, school = case.person(move.person), case.school(move.entered)
            yield finding(
                rule, Verdict.BREACH, say("audit.duty_elsewhere", who=who, school=school),
                scope=who, required=say("audit.duty_schools"), found=school, people=case.ids([move.person]),
            )  # fmt: skip


def judge_phase(case: Case, rule: Phase) -> Iterator[Finding]:
    """Tells which schools are phased and how many are called there; nothing in a plan can breach it."""
    phased = sorted(case.duties.phased_schools(rule)) if rule.duty in case.duties.rules else []
    if not phased:
        yield nothing_to_judge(rule)
        return
    called, eligible = case.duties.called(rule), case.duties.eligible_by_school(rule)
    for school in phased:
        going = [person for person in called[school] if person in case.moves]
        numbers = {"eligible": len(eligible[school]), "due": len(called[school]), "going": len(going)}
        name = case.school(school)
        yield finding(
            rule, Verdict.PASS, say("audit.phase", school=name, **numbers),
            scope=name, required=len(called[school]), found=len(going), people=case.ids(called[school]),
        )  # fmt: skip
