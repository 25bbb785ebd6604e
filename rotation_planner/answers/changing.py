"""Changes to a district or a policy, made to copies."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.district import District, frame_of
from rotation_planner.policy.kinds import AnyRule
from rotation_planner.policy.kinds.base import Exempted
from rotation_planner.policy.policy import Policy
from rotation_planner.words import language, say

Apply = Callable[[District, Policy], tuple[District, Policy]]
NAMED = 8  # things told one by one; of more their number


def changed(policy: Policy, **parts: object) -> Policy:
    """The policy with other parts, nothing remembered of the old ones."""
    made = policy.model_copy(update=parts)
    made.__dict__.pop("by_id", None)
    return made


def demand_words(district: District, row: int) -> str:
    """A row of ``demand`` in words."""
    told = district.demand.iloc[row]
    school = district.schools["name"].iat[district.school_pos[told["school_id"]]]
    stage = schema.label(schema.STAGES, told["stage"], language())
    return say("clash.demand", school=school, stage=stage, subject=told["subject"])


def joined(words: list[str]) -> str:
    """Sentences in a row, long rows cut."""
    told = words[:NAMED]
    if len(words) > NAMED:
        told.append(say("repair.more", count=len(words) - NAMED))
    return say("repair.join").join(told)


def with_parameters(rule: str, to: Mapping[str, Any]) -> Apply:
    """A change of parameters of one rule. A floor, cap or margin that another change has made looser stays so."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        return district, changed(policy, rules=tuple(_loosened(each, rule, to) for each in policy.rules))

    return apply


def _loosened(each: AnyRule, rule: str, to: Mapping[str, Any]) -> AnyRule:
    if each.id != rule:
        return each
    looser = {"at_least": min, "margin": min, "at_most": max}
    new = {name: looser[name](getattr(each, name), value) if name in looser else value for name, value in to.items()}
    return each.model_copy(update=new)


def with_exception(rule: str, logged: Exempted) -> Apply:
    """A logged exception more of one rule."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        rules = tuple(
            each.model_copy(update={"exceptions": (*each.exceptions, logged)}) if each.id == rule else each
            for each in policy.rules
        )
        return district, changed(policy, rules=rules)

    return apply


def with_exemptions(ids: tuple[str, ...], kind: str, as_of: dt.date) -> Apply:
    """A row of ``exemptions`` more for each of some people."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        rows = [
            {"staff_id": each, "kind": kind, "start": as_of.isoformat(), "evidence": say("repair.evidence")}
            for each in ids
        ]
        more = frame_of("exemptions", rows)
        table = pd.concat([district.exemptions, more], ignore_index=True)
        return dataclasses.replace(district, exemptions=table), policy

    return apply
