"""Judges of what the district looks like afterwards: staffing, posts, titles, kin, flows, tiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rotation_planner.audit.case import Case, finding, nothing_to_judge, summed_up, verdict_of
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.audit.reverse_flow import findings_of, flow_of
from rotation_planner.policy.base import Share
from rotation_planner.policy.kinds import (
    Flow,
    Headcount,
    Kin,
    Posts,
    ReverseFlow,
    SubjectStaffing,
    TierLimit,
    TitlePosts,
)
from rotation_planner.policy.wording import as_percent
from rotation_planner.words import say

POST_COLUMNS = {
    "principal": "principal_posts",
    "deputy_principal": "deputy_posts",
    "middle_chief": "middle_chief_posts",
    "middle_deputy": "middle_deputy_posts",
}


def receiving_cap(limit: float, today: int, receives: bool, reserve: int = 0) -> float:
    """The most there may be: the limit less the reserve where anyone arrives, else the larger of limit and today."""
    largest = max(limit, today)
    return min(limit - reserve, largest) if receives else largest


def judge_headcount(case: Case, rule: Headcount) -> Iterator[Finding]:
    """A school that receives ends within its limit; none ends above the larger of its limit and today's number."""
    today, after = case.count_by_school(lambda person: True)
    limits = case.books.of_school("headcount_limit")
    breaches, checked = [], 0
    for school in case.books.schools:
        if limits[school] is None:
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
    """Full-time staff of each demand row lie within its bounds, or no worse than today where today lies outside."""
    breaches, checked = [], 0
    for row in case.books.demand:
        school = case.books.school_of.get(row["school_id"])
        if school is None or not case.school_in_scope[school] or row["required"] is None:
            continue
        checked += 1
        place = (row["school_id"], row["stage"], row["subject"])
        today, after = case.books.full_time_today[place], case.full_time_after[place]
        required = row["required"]
        most = max(max(required, today) if row["maximum"] is None else row["maximum"], today)
        least = min(min(required, today) if row["minimum"] is None else row["minimum"], today)
        if least <= after <= most:
            continue
        changed = [person for person in case.moves if place in (case.books.places[person], case.place_after(person))]
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
                people=case.ids(changed),
            )
        )
    yield from summed_up(rule, checked, breaches, say("audit.what_subjects"))


def judge_posts(case: Case, rule: Posts) -> Iterator[Finding]:
    """Posts by position: within their number where anyone arrives in one; ``filled`` ones stay filled."""
    held = case.books.of_person("position")
    today = Counter((case.books.at[person], held[person]) for person in case.books.people)
    after = Counter(today)
    arriving: dict[tuple[int, str | None], list[int]] = {}
    leaving: dict[tuple[int, str | None], list[int]] = {}
    for move in case.moves.values():
        after[move.left, held[move.person]] -= 1
        after[move.entered, move.position] += 1
        arriving.setdefault((move.entered, move.position), []).append(move.person)
        leaving.setdefault((move.left, held[move.person]), []).append(move.person)
    breaches, checked = [], 0
    for position, column in POST_COLUMNS.items():
        how = getattr(rule, position)
        if how is None:
            continue
        for school, posts in enumerate(case.books.of_school(column)):
            checked += 1
            key = (school, position)
            number = today[key] if posts is None else posts
            most = receiving_cap(number, today[key], key in arriving)
            least = min(number, today[key]) if how == "filled" else 0
            if least <= after[key] <= most:
                continue
            name = say("audit.part_separator").join([case.school(school), case.listed("staff", "position", position)])
            values = {"least": f"{least:g}", "most": f"{most:g}"}
            behind = leaving.get(key, []) if after[key] < least else arriving.get(key, [])
            breaches.append(
                finding(
                    rule,
                    Verdict.BREACH,
                    say("audit.posts", scope=name, today=today[key], after=after[key], **values),
                    scope=name,
                    required=say("audit.between", **values),
                    found=after[key],
                    people=case.ids(behind),
                )
            )
    yield from summed_up(rule, checked, breaches, say("audit.what_posts"))


def judge_title_posts(case: Case, rule: TitlePosts) -> Iterator[Finding]:
    """Where anyone of a title group arrives, the school's people of the group are within its posts."""
    title = case.books.of_person("title")
    breaches, checked = [], 0
    for group in rule.groups:
        titles = frozenset(group.titles)
        today, after = case.count_by_school(lambda person, titles=titles: title[person] in titles)  # type: ignore[misc]
        words = case.listed("staff", "title", ";".join(group.titles))
        for school, posts in enumerate(case.books.of_school(group.posts)):
            if posts is None:
                continue
            checked += 1
            arriving = [move.person for move in case.arrivals(school) if title[move.person] in titles]
            most = receiving_cap(posts, today[school], bool(arriving), rule.reserve)
            if after[school] <= most:
                continue
            name = say("audit.part_separator").join([case.school(school), words])
            values = {"scope": name, "today": today[school], "after": after[school], "most": f"{most:g}"}
            breaches.append(
                finding(
                    rule,
                    Verdict.BREACH,
                    say("audit.title_posts", **values),
                    scope=name,
                    required=say("audit.at_most", number=values["most"]),
                    found=after[school],
                    people=case.ids(arriving),
                )
            )
    yield from summed_up(rule, checked, breaches, say("audit.what_titles"))


def judge_kin(case: Case, rule: Kin) -> Iterator[Finding]:
    """Nobody is moved into a school where a relative of the listed kinds is afterwards."""
    breaches = []
    for move in case.movers():
        kin = case.books.kin.get(move.person, ())
        met = sorted({other for other, kinship in kin if kinship in rule.kinships and case.at(other) == move.entered})
        if met:
            who, school = case.person(move.person), case.school(move.entered)
            people = (*case.ids([move.person]), *case.ids(met))  # who moves comes first
            sentence = say("audit.kin", who=who, school=school, count=len(met))
            breaches.append(finding(rule, Verdict.BREACH, sentence, scope=who, people=people))
    yield from summed_up(rule, len(case.moves), breaches, say("audit.what_moves"))


def judge_reverse_flow(case: Case, rule: ReverseFlow) -> Iterator[Finding]:
    """No reverse flow, under the reading that the rule names."""
    yield from findings_of(case, rule, rule.reading, flow_of(case, rule))


def judge_flow(case: Case, rule: Flow) -> Iterator[Finding]:
    """Those of the set who enter the schools from others exceed those who leave them by the margin."""
    who, into = case.asking.person(rule.who), case.asking.school(rule.into)
    entering = [move for move in case.movers(who) if into(move.entered) and not into(move.left)]
    leaving = [move for move in case.movers(who) if into(move.left) and not into(move.entered)]
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
