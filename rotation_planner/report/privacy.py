"""What no output may hold, whoever reads it: identity numbers, wherever they stand in the data or in a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Container

import pandas as pd

from rotation_planner.audit.result import Audit, Finding
from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.data.identity import without_identity_numbers
from rotation_planner.plan.plan import Plan

# Codes by which tables refer to each other; an identity number there is an error of the data, told by the check.
CODES = {"staff_id", "school_id", "reports_to", "relative_id", schema.ROW}


def cleaned_frame(frame: pd.DataFrame, keep: Container[str] = (), settled: Container[str] = CODES) -> pd.DataFrame:
    """The table with a mark in the place of every identity number in a text; the table itself where there is none."""
    changed = {}
    for name in frame.columns:
        if name in settled or not pd.api.types.is_string_dtype(frame[name]):
            continue
        texts = frame[name].tolist()
        told = [without_identity_numbers(text, keep) for text in texts]
        if told != texts:
            changed[str(name)] = pd.Series(told, index=frame.index, dtype="str")
    return frame.assign(**changed) if changed else frame


def cleaned(district: District, plan: Plan, audit: Audit) -> tuple[District, Plan, Audit]:
    """District, plan and judgement without identity numbers; the very same objects where there are none."""
    frames = {name: cleaned_frame(frame) for name, frame in district.frames.items()}
    if any(frames[name] is not frame for name, frame in district.frames.items()):
        district = District(district.as_of, **frames)
    known = {*district.staff_pos, *district.school_pos}
    transfers, deferred = (cleaned_frame(frame, known, {schema.ROW}) for frame in (plan.transfers, plan.deferred))
    if transfers is not plan.transfers or deferred is not plan.deferred:
        plan = dataclasses.replace(plan, transfers=transfers, deferred=deferred)
    findings = tuple(_cleaned_finding(each, known) for each in audit.findings)
    if any(new is not old for new, old in zip(findings, audit.findings, strict=True)):
        audit = dataclasses.replace(audit, findings=findings)
    return district, plan, audit


def _cleaned_finding(finding: Finding, known: Container[str]) -> Finding:
    clean = dataclasses.replace(
        finding,
        scope=without_identity_numbers(finding.scope, known),
        required=without_identity_numbers(finding.required, known),
        found=without_identity_numbers(finding.found, known),
        sentence=without_identity_numbers(finding.sentence, known),
        people=tuple(without_identity_numbers(who, known) for who in finding.people),
    )
    return finding if clean == finding else clean
