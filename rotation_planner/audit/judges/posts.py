"""Judges of posts: by position and rank, of schools and their departments; and by title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from rotation_planner.audit.asking import Ask
from rotation_planner.audit.case import Case, finding, summed_up
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Posts, TitlePosts
from rotation_planner.words import say

POST_COLUMNS = {
    "principal": "principal_posts",
    "deputy_principal": "deputy_posts",
    "middle_chief": "middle_chief_posts",
    "middle_deputy": "middle_deputy_posts",
}
Office = tuple[int, str | None]  # a school, or a department of it


def receiving_cap(limit: float, today: int, receives: bool, reserve: int = 0) -> float:
    """The most there may be: the limit less the reserve where anyone arrives, else the larger of limit and today."""
    largest = max(limit, today)
    return min(limit - reserve, largest) if receives else largest


class _Rank(NamedTuple):
    """Posts of one kind: their name, who holds one today and by a move, how they are bound, and their number."""

    name: str
    who: Ask
    how: str
    number: Callable[[Office], float | None]


def judge_posts(case: Case, rule: Posts) -> Iterator[Finding]:
    """Posts within their number where anyone arrives in one; ``filled`` ones stay filled."""
    by_department = rule.per == "department"
    own, left_out = case.books.of_person("department"), case.asking.excepted_schools(rule)
    breaches, checked = [], 0
    for rank in _ranks(case, rule):
        today: Counter[Office] = Counter()
        for person in case.books.people:
            if rank.who(person) and (own[person] is not None or not by_department):
                today[case.books.at[person], own[person] if by_department else None] += 1
        after = Counter(today)
        arriving: dict[Office, list[int]] = {}
        leaving: dict[Office, list[int]] = {}
        for move in case.movers(rank.who):
            left: Office = (move.left, own[move.person] if by_department else None)
            entered: Office = (move.entered, move.department if by_department else None)
            if move.here or left == entered:
                continue
            for office, step, people in ((left, -1, leaving), (entered, 1, arriving)):
                if office[1] is not None or not by_department:
                    after[office] += step
                    people.setdefault(office, []).append(move.person)
        offices = {*today, *after} if by_department else {(school, None) for school in case.books.schools}
        for office in sorted(offices, key=lambda each: (each[0], each[1] or "")):
            if left_out(office[0]):
                continue
            checked += 1
            posts = rank.number(office)
            number = today[office] if posts is None else posts
            most = receiving_cap(number, today[office], office in arriving)
            least = min(number, today[office]) if rank.how == "filled" else 0
            if least <= after[office] <= most:
                continue
            name = say("audit.part_separator").join([case.place(*office), rank.name])
            values = {"least": f"{least:g}", "most": f"{most:g}"}
            behind = leaving.get(office, []) if after[office] < least else arriving.get(office, [])
            breaches.append(
                finding(
                    rule,
                    Verdict.BREACH,
                    say("audit.posts", scope=name, today=today[office], after=after[office], **values),
                    scope=name,
                    required=say("audit.between", **values),
                    found=after[office],
                    people=case.ids(behind),
                )
            )
    yield from summed_up(rule, checked, breaches, say("audit.what_posts"))


def _ranks(case: Case, rule: Posts) -> Iterator[_Rank]:
    """The positions that a rule binds, then the ranks of its own making."""
    by_department, held = rule.per == "department", case.books.of_person("position")

    def number(column: str | None, in_each: int | None) -> Callable[[Office], float | None]:
        if by_department:
            return lambda office: in_each
        posts = None if column is None else case.posts_of(column)
        return lambda office: None if posts is None else posts[office[0]]

    for position, column in POST_COLUMNS.items():
        how = getattr(rule, position)
        if how is not None:
            name = case.listed("staff", "position", position)
            # A move keeps the position; what a row says against it is a fault of the file.
            holds = lambda person, position=position: held[person] == position  # noqa: E731
            yield _Rank(name, holds, how, number(column, rule.in_each.get(position)))  # type: ignore[call-overload]
    for place, rank in enumerate(rule.ranks, start=1):
        name = say("audit.rank", number=place)
        yield _Rank(name, case.asking.person(rank.who), rank.how, number(rank.posts, None))


def judge_title_posts(case: Case, rule: TitlePosts) -> Iterator[Finding]:
    """Where anyone of a title group arrives, the school's people of the group are within its posts."""
    title, left_out = case.books.of_person("title"), case.asking.excepted_schools(rule)
    breaches, checked = [], 0
    for group in rule.groups:
        titles = frozenset(group.titles)
        today, after = case.count_by_school(lambda person, titles=titles: title[person] in titles)  # type: ignore[misc]
        words = case.listed("staff", "title", ";".join(group.titles))
        for school, posts in enumerate(case.posts_of(group.posts)):
            if posts is None or left_out(school):
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
