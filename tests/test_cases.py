"""The rules by example: every file of ``cases`` holds small districts, plans, and what the judge must say of them.

A case names its tables, rules and plan in the short forms of ``districts``; ``verdicts`` by rule id, ``people`` behind
a rule's breaches, ``standing`` and who is ``due`` where it is about who may go at all, the ``value`` of goals. Rules
that a case does not name must not be breached, and nobody of ``bystanders`` may stand behind any breach.
"""

from __future__ import annotations

import pytest
from casebook import CASES, Case, all_cases, parts_of, read_cases

from rotation_planner.audit import Audit, Verdict, audit_plan
from rotation_planner.audit.books import Books
from rotation_planner.audit.duties import Duties
from rotation_planner.eligibility import stand
from rotation_planner.policy.kinds import KINDS

ALWAYS_HOLD = {"phase", "volunteer", "experience"}  # nothing in a plan can breach these


def verdict_of(audit: Audit, rule: str) -> str:
    found = {each.verdict for each in audit.findings if each.rule == rule}
    order = (Verdict.BREACH, Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.WAIVED)
    return next(each.value for each in order if each in found)


@pytest.mark.parametrize(("kind", "case"), all_cases())
def test_case(kind: str, case: Case) -> None:
    district, policy, plan, draw = parts_of(case)
    audit = audit_plan(district, policy, plan, draw=draw)
    told = {rule.id: verdict_of(audit, rule.id) for rule in policy.rules} | {"plan": verdict_of(audit, "plan")}
    expected = case.get("verdicts", {})
    assert {rule: told[rule] for rule in expected} == expected
    assert {rule for rule, verdict in told.items() if verdict == "breach"} <= set(expected), "a breach not foreseen"
    breaches = [each for each in audit.findings if each.verdict is Verdict.BREACH]
    for rule, people in case.get("people", {}).items():
        assert {each for breach in breaches if breach.rule == rule for each in breach.people} == set(people)
    assert not {each for breach in breaches for each in breach.people} & set(case.get("bystanders", ()))
    for goal, value in case.get("value", {}).items():
        assert next(each.value for each in audit.goals if each.id == goal) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(("kind", "case"), all_cases())
def test_standing(kind: str, case: Case) -> None:
    if not {"standing", "due"} & set(case):
        return
    district, policy, _, draw = parts_of(case)
    judged = stand(district, policy, draw=draw)
    ids = district.staff["staff_id"].tolist()
    judge = Duties(Books(district), policy, draw)
    may, due_to_judge = judge.may_move(), judge.any_of("due")
    assert [may(person) for person in judge.books.people] == judged.candidate.tolist()
    standing = dict(zip(ids, map(str, judged.stand), strict=True))
    assert {person: standing[person] for person in case.get("standing", {})} == case.get("standing", {})
    if "due" in case:
        assert {person for person, due in zip(ids, judged.any_due, strict=True) if due} == set(case["due"])
        assert {ids[person] for person in judge.books.people if due_to_judge(person)} == set(case["due"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rule_has_its_cases(kind: str) -> None:
    path = CASES / f"{kind}.yaml"
    assert path.is_file(), f"write {path.name}: a plan that holds, one that does not, and the edge between them"
    verdicts: set[str] = set()
    bystander = False
    for case in read_cases(path):
        ids = {rule["id"] for rule in case["rules"] if rule["kind"] == kind} | ({"scope"} if kind == "scope" else set())
        verdicts |= {verdict for rule, verdict in case.get("verdicts", {}).items() if rule in ids}
        bystander = bystander or bool(case.get("bystanders"))
    assert "pass" in verdicts
    assert "breach" in verdicts or kind in ALWAYS_HOLD
    assert bystander or kind in ALWAYS_HOLD
