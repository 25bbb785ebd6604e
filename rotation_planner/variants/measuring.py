"""The numbers by which plans are laid side by side: counts, goals, indicators, breaches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from rotation_planner.data import schema
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.audit.result import Audit
    from rotation_planner.plan.plan import Objective
    from rotation_planner.report.turnover import Turnover
    from rotation_planner.run import Outcome, Scenario

BREACHES = 50  # breaches told in a record; all of them stand in the audit


def measures(outcome: Outcome, scenario: Scenario) -> dict[str, Any]:
    """The record of a plan: status, ``passes``, ``counts``, ``goals`` with what is proven, ``indicators`` by key,
    ``breaches`` of must rules and how many should-rules are missed.

    Raises:
        ValueError: the outcome has no plan.
    """
    from rotation_planner.report.turnover import Turnover

    plan, audit, standing = outcome.plan, outcome.audit, outcome.standing
    if plan is None or audit is None:
        raise ValueError("no plan to measure")
    due = set(scenario.district.staff.loc[standing.any_due, "staff_id"])
    moving = set(plan.transfers["staff_id"])
    words = {level.id: level.words[language()] for level in scenario.policy.goals}
    return {
        "status": plan.status.value,
        "passes": audit.passes,
        "counts": {
            "schools": len(scenario.district.schools),
            "staff": len(scenario.district.staff),
            "moves": len(moving),
            "due": len(due),
            "due_placed": len(due & moving),
            "deferred": len(plan.deferred),
        },
        "goals": [_goal(each, words) for each in plan.objectives],
        "indicators": indicators_of(Turnover(scenario.district, scenario.policy, standing, plan, audit)),
        **breaches_of(audit),
    }


def _goal(each: Objective, words: dict[str, str]) -> dict[str, Any]:
    bound = each.bound if math.isfinite(each.bound) else None
    return {"id": each.id, "words": words[each.id], "value": each.value, "bound": bound, "proven": each.proven}


def breaches_of(audit: Audit) -> dict[str, Any]:
    """What the judge finds wrong: the sentences of breached must rules, and how many findings of should-rules are."""
    breaches = [{"rule": each.rule, "scope": each.scope, "sentence": each.sentence} for each in audit.breaches]
    missed = [each for each in audit.findings if each.force != "must" and each.verdict.value == "breach"]
    return {"breaches": breaches[:BREACHES], "breach_count": len(breaches), "should_missed": len(missed)}


def indicators_of(turnover: Turnover) -> dict[str, float | None]:
    """By key: the shares of the exchange, schools at the lines of balance and the spread between them, kilometres and
    wishes of the movers. ``None``: of nobody."""
    from rotation_planner.report.balance import Balance

    found: dict[str, float | None] = {}
    balance = Balance(turnover)
    if balance.applies:
        for row in balance.exchange.itertuples(index=False):
            found[f"share.{row.clause}"] = _plain(row.share)
        known = balance.values["met_after"].notna()
        found["at_line"] = float(balance.values.loc[known, "met_after"].astype(bool).sum())
        for row in balance.spread.itertuples(index=False):
            if (variation := _plain(row.cv_after)) is not None:
                found[f"spread.{row.stage}.{row.indicator}"] = variation
    km = np.asarray(turnover.kilometres, float)
    known_km = km[~np.isnan(km)]
    if len(turnover.district.applications):
        found["wishes_met"] = float((turnover.wish > 0).sum())
    found["km_mean"] = _plain(float(known_km.mean())) if len(known_km) else None
    return found


def _plain(value: Any) -> float | None:
    number = float(value)
    return round(number, 6) if math.isfinite(number) else None


def indicator_words(key: str) -> str:
    """The heading of an indicator in the language in force."""
    part, *rest = key.split(".")
    if part == "spread":
        stage, name = rest
        told = schema.label(schema.STAGES, stage, language())
        return say("variants.spread", stage=told, indicator=say(f"inspect_indicator.{name}"))
    return say("variants.indicator_" + key.replace(".", "_"))


def is_share(key: str) -> bool:
    """Whether an indicator is told as a percentage."""
    return key.startswith("share.")
