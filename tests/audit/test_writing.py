"""The audit on paper: everything in audit.json, a page that no name can break and that tells no private fact."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from districts import tiny_district, tiny_plan, tiny_policy

from rotation_planner.audit import Audit, audit_plan
from rotation_planner.audit.writing import audit_json, audit_markdown, cell
from rotation_planner.data.district import District
from rotation_planner.policy.policy import Policy
from rotation_planner.words import speaking

EVIL = "王|<script>alert(1)</script>\n# 二 [x](http://y) `z`"
RULES: list[dict[str, Any]] = [
    {"id": "nine", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": "school", "at_least": 9}},
    {"id": "willing", "kind": "volunteer", "who": {"everyone": True}},
    {
        "id": "spared-ill",
        "kind": "defer",
        "when": {"exemption": ["illness"]},
        "words": {"zh": "患病的暂缓", "en": "the ill are deferred"},
    },
    {"id": "clean", "kind": "bar", "who": {"exemption": ["sanction"]}},
    {"id": "apart", "kind": "kin", "kinships": ["spouse"]},
    {"id": "limit", "kind": "headcount"},
    {"id": "off", "kind": "headcount", "enabled": False},
    {"id": "flow", "kind": "reverse_flow", "who": {"field": "backbone", "blank": False}},
    {
        "id": "half",
        "kind": "share",
        "over": {"people": {"everyone": True}},
        "per": ["school_id"],
        "at_least": "50%",
        "force": "should",
    },
]


def everything_wrong() -> tuple[Audit, Policy, District]:
    schools = {"A": {"tier": "weak", "name": "甲|校"}, "B": {"tier": "quality", "headcount_limit": 1}}
    staff = {
        "ill": {"at": "A", "name": EVIL},
        "bad": {"at": "A", "name": "受罚人"},
        "wed": {"at": "A", "name": "新人甲", "backbone": "city"},
        "mate": {"at": "B", "name": "新人乙"},
        "calm": {"at": "B", "name": "局外人"},
    }
    district = tiny_district(
        schools,
        staff,
        exemptions=[{"staff_id": "ill", "kind": "illness"}, {"staff_id": "bad", "kind": "sanction"}],
        relatives=[{"staff_id": "wed", "relative_id": "mate", "kinship": "spouse"}],
    )
    policy = tiny_policy(*RULES)
    plan = tiny_plan(district, {"ill": "B", "bad": "B", "wed": "B", "zoe": "B"}, {"moves": 7})
    return audit_plan(district, policy, plan), policy, district


def test_json_tells_every_rule_in_both_languages() -> None:
    audit, policy, _ = everything_wrong()
    data = json.loads(json.dumps(audit_json(audit, policy), allow_nan=False))
    assert data["passes"] is False
    assert [rule["id"] for rule in data["rules"]] == ["plan", *(rule.id for rule in policy.rules), "goals"]
    for rule in data["rules"]:
        assert {
            "id",
            "kind",
            "force",
            "words",
            "source",
            "scope",
            "required",
            "found",
            "verdict",
            "people",
            "sentence",
        } <= set(rule)
        assert set(rule["words"]) == {"zh", "en"}
        assert rule["findings"]
    told = {rule["id"]: rule for rule in data["rules"]}
    assert told["spared-ill"]["words"]["en"] == "the ill are deferred"
    assert told["limit"]["verdict"] == "breach"
    assert told["off"]["verdict"] == "waived"
    assert told["half"]["findings"][0]["found"] == "3/3"
    assert told["goals"]["verdict"] == "breach"
    assert sum(data["counts"].values()) == len(data["rules"])
    assert data["goals"][0]["claimed"] == 7
    assert data["reverse_flow"][0]["verdicts"]["strict"]["verdict"] == "breach"
    assert data["reverse_flow"][0]["matrix"]["weak"]["quality"] == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_and_no_name_breaks_it(lang: Any) -> None:
    with speaking(lang):
        audit, policy, district = everything_wrong()
        page = audit_markdown(audit, policy, district)
    assert page.startswith("# ")
    assert "<script>" not in page
    assert "\n# 二" not in page
    assert not re.search(r"(?<!\\)\]\(", page)
    columns = 0
    for line in page.splitlines():
        if line.startswith("|"):
            bars = len(re.findall(r"(?<!\\)\|", line))
            assert columns in (0, bars), line
            columns = bars
        else:
            columns = 0
    assert "局外人" not in page


def test_the_page_tells_no_private_fact_of_a_person() -> None:
    audit, policy, district = everything_wrong()
    page = audit_markdown(audit, policy, district)
    # the names stand, with the deferral or bar, but never beside the rule that tells which
    for line in page.splitlines():
        if "受罚人" in line or "新人甲" in line:
            assert "clean" not in line
            assert "apart" not in line
            assert "患病" not in line
    assert "受罚人" in page
    assert "### clean" not in page
    assert "### apart" not in page
    assert "### spared-ill" not in page
    assert "新人乙" not in page  # whose relative somebody is
    assert "回避" not in page


def test_a_passing_plan_says_so_first() -> None:
    district = tiny_district(["A", "B"], {"a": "A"})
    policy = tiny_policy({"id": "limit", "kind": "headcount"})
    audit = audit_plan(district, policy, tiny_plan(district, {"a": "B"}))
    assert audit_markdown(audit, policy, district).splitlines()[0] == "# 方案核查：通过"
    with speaking("en"):
        assert "it passes" in audit_markdown(audit, policy, district).splitlines()[0]
    assert audit_json(audit, policy)["passes"] is True


def test_cell() -> None:
    assert cell("a|b\nc\u2028d <e> & `f` [g] *h* \\") == r"a\|b c d &lt;e&gt; &amp; \`f\` \[g\] \*h\* " + "\\\\"
