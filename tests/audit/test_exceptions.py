"""Logged exceptions are told one by one with their reason, and never in the page to read."""

from __future__ import annotations

import json

from districts import tiny_district, tiny_plan, tiny_policy

from rotation_planner.audit import Verdict, audit_plan
from rotation_planner.audit.writing import audit_json, audit_markdown
from rotation_planner.words import speaking

DISTRICT = tiny_district(
    {"A": {}, "B": {"headcount_limit": 1}, "C": {}},
    {"a": "A", "b": "A", "x": "B", "y": "C"},
    relatives=[{"staff_id": "a", "relative_id": "x", "kinship": "spouse"}],
)
APART = {
    "id": "apart",
    "kind": "kin",
    "kinships": ["spouse"],
    "exceptions": [
        {"staff": ["a", "nobody"], "reason": "两地分居多年"},
        {"staff": ["b"], "schools": ["C"], "reason": "并入新校"},
    ],
}


def test_each_exception_is_a_waived_finding_with_its_reason() -> None:
    audit = audit_plan(DISTRICT, tiny_policy(APART), tiny_plan(DISTRICT, {"a": "B"}))
    told = [each for each in audit.findings if each.rule == "apart"]
    assert [each.verdict for each in told] == [Verdict.PASS, Verdict.WAIVED, Verdict.WAIVED]
    assert [each.people for each in told[1:]] == [("a", "nobody"), ("b",)]
    assert [each.scope for each in told[1:]] == ["教师a（a）、nobody", "教师b（b）、C校（C）"]
    assert "两地分居多年" in told[1].sentence
    assert not any(each.amount for each in told)
    assert audit.passes


def test_the_page_to_read_counts_exceptions_and_names_nobody() -> None:
    policy = tiny_policy(APART)
    audit = audit_plan(DISTRICT, policy, tiny_plan(DISTRICT, {"b": "B"}))
    page = audit_markdown(audit, policy, DISTRICT)
    assert "两地分居多年" not in page
    assert "教师a" not in page
    row = next(line for line in page.splitlines() if line.startswith("| apart"))
    assert "符合1" in row
    assert "另有例外2项" in row
    with speaking("en"):
        assert "2 logged exceptions" in audit_markdown(audit, policy, DISTRICT)
    (rule,) = [each for each in audit_json(audit, policy)["rules"] if each["id"] == "apart"]
    assert (rule["verdict"], rule["required"], rule["found"]) == ("pass", "1", "1")
    assert [each["verdict"] for each in rule["findings"]] == ["pass", "waived", "waived"]
    assert "两地分居多年" in json.dumps(rule, ensure_ascii=False)


def test_a_rule_that_is_off_tells_no_exceptions() -> None:
    policy = tiny_policy({**APART, "enabled": False}, {"id": "limit", "kind": "headcount"})
    audit = audit_plan(DISTRICT, policy, tiny_plan(DISTRICT, {}))
    (only,) = [each for each in audit.findings if each.rule == "apart"]
    assert only.verdict is Verdict.WAIVED
    row = next(line for line in audit_markdown(audit, policy, DISTRICT).splitlines() if line.startswith("| apart"))
    assert only.sentence in row


def test_a_couple_apart_is_a_personal_matter() -> None:
    couple = {"id": "couple", "kind": "together", "when": "any_moves"}
    policy = tiny_policy(couple)
    audit = audit_plan(DISTRICT, policy, tiny_plan(DISTRICT, {"a": "C"}))
    page = audit_markdown(audit, policy, DISTRICT)
    assert not audit.passes
    assert "教师a（a）" in page
    assert "教师x" not in page
    assert "亲属" not in page.split("## 违反的内容")[1]
