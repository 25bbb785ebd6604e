"""How an audit shows itself in a notebook."""

from __future__ import annotations

import pytest
from districts import tiny_district, tiny_plan, tiny_policy

from rotation_planner.audit import Audit, audit_plan
from rotation_planner.words import speaking

FLOW = {"id": "flow", "kind": "reverse_flow", "who": {"field": "backbone", "at_least": "school"}}


def judged(name: str = "甲") -> Audit:
    district = tiny_district(
        {"A": {"tier": "weak"}, "B": {"tier": "quality"}}, {"ann": {"at": "A", "backbone": "city", "name": name}}
    )
    return audit_plan(district, tiny_policy(FLOW), tiny_plan(district, {"ann": "B"}, {"moves": 2}))


def test_the_audit_shows_verdict_rules_breaches_and_goals() -> None:
    assert str(judged()).startswith("方案核查：不通过")
    shown = judged()._repr_html_()
    assert "方案核查：不通过" in shown
    assert "flow" in shown
    assert "不符" in shown  # the plan claims two moves and makes one
    with speaking("en"):
        assert "it does not pass" in judged()._repr_html_()


def test_the_reverse_flow_page_shows_readings_tiers_and_schools() -> None:
    shown = judged().reverse_flow[0]._repr_html_()
    assert "从严" in shown
    assert "由 到" in shown
    assert "薄弱" in shown
    assert "A校" in shown


def test_all_text_is_escaped() -> None:
    assert "<script>" not in judged("<script>")._repr_html_()


def test_one_rule_is_shown_scope_by_scope() -> None:
    page = judged().rule("flow")
    assert page.heading
    assert "不通过" in page._repr_html_() or "违反" in page._repr_html_()
    with pytest.raises(KeyError, match="nothing"):
        judged().rule("nothing")
