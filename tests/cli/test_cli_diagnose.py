"""``diagnose`` and ``prices`` as their callers see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.calling import Call, document


def bad(call: Call) -> None:
    call("generate", "--out", "bad", "--schools", 6, "--seed", 2, "--staff", 90, "--infeasible")


def test_a_planted_contradiction_is_told_with_repairs(call: Call) -> None:
    bad(call)
    found = document(call("diagnose", "bad", "--json", "--lang", "en", code=1))
    assert found["exit_code"] == 1
    assert found["status"] == "infeasible"
    assert found["clashes"][0]["certain"]
    assert found["least"] == sum(each["amount"] for each in found["gives"])
    for everything in (True, False):  # what repairs all clashes comes first; the cheapest, and rules set aside at last
        told = [each for each in found["repairs"] if (len(each["clashes"]) == len(found["clashes"])) == everything]
        order = [(any(change["way"] == "off" for change in each["changes"]), each["price"]) for each in told]
        assert order == sorted(order)


@pytest.mark.slow
def test_it_reads_in_both_languages(call: Call) -> None:
    bad(call)
    chinese, english = call("diagnose", "bad", code=1), call("diagnose", "bad", "--lang", "en", code=1)
    assert "没有方案" in chinese.stdout
    assert "There is no plan" in english.stdout
    quiet = call("diagnose", "bad", "--quiet", code=1)
    assert quiet.stdout == ""
    assert "没有方案" in quiet.stderr


def test_where_there_is_a_plan_it_says_so(call: Call, scenario: Path) -> None:
    found = document(call("diagnose", scenario, "--json"))
    assert (found["exit_code"], found["status"], found["clashes"]) == (0, "feasible", [])


@pytest.mark.slow
def test_prices_of_two_rules(call: Call, scenario: Path) -> None:
    call("plan", scenario, "--out", "out", "--quiet")
    before = set(Path(".").rglob("*"))
    found = document(call("prices", scenario, "out", "--rule", "headcount", "--rule", "quota-backbone", "--json"))
    assert found["exit_code"] == 0
    assert found["plan_keeps_every_rule"]
    assert {(each["rule"], each["step"]) for each in found["prices"]} == {
        (rule, step) for rule in ("headcount", "quota-backbone") for step in ("off", "looser", "tighter")
    }
    assert set(Path(".").rglob("*")) == before  # nothing is written
    call("prices", scenario, "out", "--rule", "nonsense", code=2)
