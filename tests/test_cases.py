"""The rules by example: every file of ``cases`` holds small districts, plans, and what the judge must say of them.

A case names its tables, rules and plan in the short forms of ``districts``; ``verdicts`` by rule id, ``people`` behind
a rule's breaches, ``standing`` by staff_id where it is about who may go at all. Rules that a case does not name must
not be breached, and nobody of ``bystanders`` may stand behind any breach.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from districts import tiny_district, tiny_plan, tiny_policy
from ruamel.yaml import YAML

from rotation_planner.audit import Audit, Verdict, audit_plan
from rotation_planner.data import schema
from rotation_planner.eligibility import stand
from rotation_planner.policy.kinds import KINDS

CASES = Path(__file__).parent / "cases"
ALWAYS_HOLD = {"phase", "volunteer", "experience"}  # nothing in a plan can breach these
KEYS = {"case", "schools", "staff", "as_of", "rules", "populations", "goals", "anyone", "draw", "plan",
        "verdicts", "people", "standing", "due", "bystanders", "value", *schema.TABLE_KEYS}  # fmt: skip


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['case']}")


def verdict_of(audit: Audit, rule: str) -> str:
    found = {each.verdict for each in audit.findings if each.rule == rule}
    order = (Verdict.BREACH, Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.WAIVED)
    return next(each.value for each in order if each in found)


@pytest.mark.parametrize(("kind", "case"), list(cases()))
def test_case(kind: str, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS, "unknown key of a case"
    tables = {key: case[key] for key in schema.TABLE_KEYS if key in case and key not in ("schools", "staff")}
    day = {"as_of": case["as_of"]} if "as_of" in case else {}
    district = tiny_district(case["schools"], case["staff"], **day, **tables)
    policy = tiny_policy(
        *case["rules"], populations=case.get("populations"), goals=case.get("goals"), anyone=case.get("anyone")
    )
    audit = audit_plan(district, policy, tiny_plan(district, case.get("plan", {})), draw=case.get("draw"))
    told = {rule.id: verdict_of(audit, rule.id) for rule in policy.rules} | {"plan": verdict_of(audit, "plan")}
    expected = case.get("verdicts", {})
    assert {rule: told[rule] for rule in expected} == expected
    assert {rule for rule, verdict in told.items() if verdict == "breach"} <= set(expected), "a breach not foreseen"
    breaches = [each for each in audit.findings if each.verdict is Verdict.BREACH]
    for rule, people in case.get("people", {}).items():
        assert {each for breach in breaches if breach.rule == rule for each in breach.people} == set(people)
    behind = {each for breach in breaches for each in breach.people}
    assert not behind & set(case.get("bystanders", ()))
    for goal, value in case.get("value", {}).items():
        assert next(each.value for each in audit.goals if each.id == goal) == pytest.approx(value, abs=1e-9)
    if "standing" in case or "due" in case:
        judged = stand(district, policy, draw=case.get("draw"))
        ids = district.staff["staff_id"].tolist()
        standing = dict(zip(ids, map(str, judged.stand), strict=True))
        assert {person: standing[person] for person in case.get("standing", {})} == case.get("standing", {})
        if "due" in case:
            assert {person for person, due in zip(ids, judged.any_due, strict=True) if due} == set(case["due"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rule_has_its_cases(kind: str) -> None:
    path = CASES / f"{kind}.yaml"
    assert path.is_file(), f"write {path.name}: a plan that holds, one that does not, and the edge between them"
    verdicts: set[str] = set()
    bystander = False
    for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8")):
        ids = {rule["id"] for rule in case["rules"] if rule["kind"] == kind} | ({"scope"} if kind == "scope" else set())
        verdicts |= {verdict for rule, verdict in case.get("verdicts", {}).items() if rule in ids}
        bystander = bystander or bool(case.get("bystanders"))
    assert "pass" in verdicts
    assert "breach" in verdicts or kind in ALWAYS_HOLD
    assert bystander or kind in ALWAYS_HOLD | {"tier_limit"}
