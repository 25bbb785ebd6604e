"""Judges of what the district looks like afterwards: staffing, flows, tiers."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.case import Case, Place, finding, nothing_to_judge, summed_up, verdict_of
from rotation_planner.audit.judges.posts import receiving_cap
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.audit.reverse_flow import findings_of, flow_of
from rotation_planner.policy.base import Share
from rotation_planner.policy.kinds import (
    Flow,
    Headcount,
    ReverseFlow,
    SubjectStaffing,
    TierLimit,
)
from rotation_planner.policy.wording import as_percent
from rotation_planner.words import say


def judge_headcount(case: Case, rule: Headcount) -> Iterator[Finding]:
    """A school that receives ends within its limit; none ends above the larger of its limit and today's number."""
    today, after = case.count_by_school(lambda person: True)
    limits, left_out = case.books.of_school("headcount_limit"), case.asking.excepted_schools(rule)
    breaches, checked = [], 0
    for school in case.books.schools:
        if limits[school] is None or left_out(school):
            continue
        checked += 1
        arriving = case.arrivals(school)
        most = receiving_cap(limits[school], today[school], bool(arriving), rule.reserve)
        if after[school] > most:
            name = case.school(school)
            values = {"school": name, "today": today[school], "after": after[school], "most": f"{most:g}"}
            breaches.append(
                finding(
                    rule,
                    Verdict.BREACH,
                    say("audit.headcount", **values, limit=f"{limits[school]:g}"),
                    scope=name,
                    required=say("audit.at_most", number=values["most"]),
                    found=after[school],
                    people=case.ids(move.person for move in arriving),
                )
            )
    yield from summed_up(rule, checked, breaches, say("audit.what_schools"))


def judge_subject_staffing(case: Case, rule: SubjectStaffing) -> Iterator[Finding]:
    """Full-time staff of each demand row lie within its bounds, or no worse than today where today lies outside;
    ``receives_within`` binds the rows that somebody enters to what is required."""
    breaches, checked = [], 0
    left_out, full_time = case.asking.excepted_schools(rule), case.books.of_person("full_time")
    entered: set[Place] = set()
    touching: dict[Place, list[int]] = {}
    for person in case.moves:
        before, afterwards = case.books.places[person], case.place_after(person)
        if full_time[person] and afterwards != before:
            entered.add(afterwards)
        for each in dict.fromkeys((before, afterwards)):
            touching.setdefault(each, []).append(person)
    for row in case.books.demand:
        school = case.books.school_of.get(row["school_id"])
        if school is None or not case.school_in_scope[school] or row["required"] is None or left_out(school):
            continue
        checked += 1
        place = (row["school_id"], row["stage"], row["subject"])
        today, after = case.books.full_time_today[place], case.full_time_after[place]
        required = row["required"]
        most = max(max(required, today) if row["maximum"] is None else row["maximum"], today)
        least = min(min(required, today) if row["minimum"] is None else row["minimum"], today)
        if rule.receives_within == "required" and place in entered:
            most = min(most, required)
        if least <= after <= most:
            continue
        stage = case.listed("demand", "stage", row["stage"])
        name = say("audit.part_separator").join([case.school(school), stage, row["subject"] or say("audit.blank")])
        values = {"scope": name, "today": today, "after": after, "least": f"{least:g}", "most": f"{most:g}"}
        breaches.append(
            finding(
                rule,
                Verdict.BREACH,
                say("audit.subject_staffing", **values),
                scope=name,
                required=say("audit.between", least=values["least"], most=values["most"]),
                found=after,
                people=case.ids(touching.get(place, ())),
            )
        )
    yield from summed_up(rule, checked, breaches, say("audit.what_subjects"))


def judge_reverse_flow(case: Case, rule: ReverseFlow) -> Iterator[Finding]:
    """No reverse flow, under the reading that the rule names."""
    yield from findings_of(case, rule, rule.reading, flow_of(case, rule))


def judge_flow(case: Case, rule: Flow) -> Iterator[Finding]:
    """Those of the set who enter the schools from others exceed those who leave them by the margin."""
    who, into = case.asking.person(rule.who), case.asking.school(rule.into)
    entering = [move for move in case.crossings(who) if into(move.entered) and not into(move.left)]
    leaving = [move for move in case.crossings(who) if into(move.left) and not into(move.entered)]
    net = len(entering) - len(leaving)
    values = {"entering": len(entering), "leaving": len(leaving), "margin": rule.margin}
    yield finding(
        rule, verdict_of(net >= rule.margin), say("audit.net_flow", **values, net=net),
        required=say("audit.at_least", number=rule.margin), found=net,
        people=case.ids(move.person for move in leaving), amount=max(rule.margin - net, 0),
    )  # fmt: skip


def judge_tier_limit(case: Case, rule: TierLimit) -> Iterator[Finding]:
    """At most these shares of the schools in scope stand in a tier."""
    tier = case.books.of_school("tier")
    schools = [school for school in case.books.schools if case.school_in_scope[school]]
    limits: dict[str, Share | None] = {"quality": rule.quality, "weak": rule.weak}
    if not schools or not any(limits.values()):
        yield nothing_to_judge(rule)
        return
    for name, share in limits.items():
        if share is None:
            continue
        number = sum(tier[school] == name for school in schools)
        label, limit = case.listed("schools", "tier", name), as_percent(share)
        values = {"tier": label, "number": number, "whole": len(schools), "share": limit}
        yield finding(
            rule, verdict_of(number <= share * len(schools)), say("audit.tier_limit", **values),
            scope=label, required=say("audit.at_most", number=limit),
            found=say("audit.part_of", part=number, whole=len(schools)),
        )  # fmt: skip
