"""A school before and after the plan in numbers: staffing, posts by position and title, backbone, ages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rotation_planner.data import schema
from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import has, say

AGE_BANDS = ((0, 35), (36, 45), (46, 50), (51, 55), (56, 200))
BACKBONE_FROM = "county"  # the lowest award that is told apart


@dataclass(frozen=True, eq=False)
class Line:
    """One number of every school: the group it belongs to, its name, how many are approved (nan: not limited), how many
    there are before and after."""

    group: str
    name: str
    approved: Array
    before: Array
    after: Array

    def of(self, school: int) -> tuple[str, str, float, int, int, int, float]:
        """The number of one school: group, name, approved, before, after, change, room."""
        before, after, approved = int(self.before[school]), int(self.after[school]), float(self.approved[school])
        return (self.group, self.name, approved, before, after, after - before, approved - after)


class SchoolBalance:
    """The numbers of all schools, counted once for the whole district."""

    def __init__(self, turnover: Turnover) -> None:
        self.turnover = turnover

    @cached_property
    def lines(self) -> list[Line]:
        """Every number that a school's cover shows, in its order; what no school of the district has is left out."""
        lines = [*self._staffing(), *self._subjects(), *self._titles(), *self._backbone(), *self._ages()]
        return [each for each in lines if each.before.any() or each.after.any() or np.nansum(each.approved)]

    @cached_property
    def mean_age(self) -> tuple[Array, Array]:
        """The mean age of all staff per school, before and after (nan where nobody's is known)."""
        age = self.turnover.of_people("age")
        known = ~np.isnan(age)
        means = []
        for school in (self.turnover.school_before, self.turnover.school_after):
            size = len(self.turnover.district.schools)
            number = np.bincount(school[known], minlength=size)
            with np.errstate(invalid="ignore"):
                means.append(np.bincount(school[known], age[known], minlength=size) / number)
        return means[0], means[1]

    def _line(self, group: str, name: str, who: Array, approved: Array | None = None) -> Line:
        free = np.full(len(self.turnover.district.schools), np.nan)
        return Line(
            say("book_group." + group), name, free if approved is None else approved, *self.turnover.counted(who)
        )

    def _staffing(self) -> list[Line]:
        turnover = self.turnover
        limit, everyone = turnover.of_schools("headcount_limit"), np.ones(len(turnover.district.staff), bool)
        lines = [self._line("staffing", say("report_item.headcount"), everyone, limit)]
        lines.append(self._line("staffing", say("report_item.full_time"), turnover.of_people("full_time")))
        posts = [name for name in turnover.posts if name in schema.POSITIONS]
        return lines + [Line(say("book_group.posts"), post_words(name), *turnover.posts[name]) for name in posts]

    def _subjects(self) -> list[Line]:
        """The full-time teachers of the subjects asked for, and how many are missing or too many by subject."""
        table, size = self.turnover.subjects, len(self.turnover.district.schools)
        school, required = table["school"].to_numpy(np.int64), table["required"].fillna(0).to_numpy(float)
        group, free = say("book_group.subjects"), np.full(size, np.nan)
        here = [table[when].to_numpy(float) for when in ("before", "after")]

        def line(name: str, approved: Array, numbers: list[Array]) -> Line:
            counted = [np.bincount(school, each, minlength=size).astype(np.int64) for each in numbers]
            return Line(group, say("report_item." + name), approved, counted[0], counted[1])

        asked = np.bincount(school, required, minlength=size)
        return [
            line("subject_staff", np.where(np.isin(np.arange(size), school), asked, np.nan), here),
            line("subject_missing", free, [np.maximum(required - each, 0) for each in here]),
            line("subject_above", free, [np.maximum(each - required, 0) for each in here]),
        ]

    def _titles(self) -> list[Line]:
        turnover = self.turnover
        lines = [
            Line(say("book_group.titles"), post_words(name), *turnover.posts[name]) for name in turnover.title_groups
        ]
        rest = titles_without_posts(turnover)
        return lines + [self._line("titles", title_words(name), who) for name, who in rest.items()]

    def _backbone(self) -> list[Line]:
        turnover = self.turnover
        order = list(schema.BACKBONES)
        high = np.isin(turnover.of_people("backbone"), order[order.index(BACKBONE_FROM) :])
        return [
            self._line("backbone", say("report_item.backbone"), turnover.backbone),
            self._line("backbone", say("report_item.backbone_county"), high),
        ]

    def _ages(self) -> list[Line]:
        age = self.turnover.of_people("age")
        lines = []
        for low, high in AGE_BANDS:
            key = "first" if low == 0 else "last" if (low, high) == AGE_BANDS[-1] else "between"
            name = say("book.age_" + key, low=low, high=high)
            lines.append(self._line("ages", name, np.asarray((age >= low) & (age <= high), bool)))
        return lines


def titles_without_posts(turnover: Turnover) -> dict[str, Array]:
    """Who holds each title that shares no approved posts, higher titles first; ``none`` also who has a blank one."""
    title = turnover.of_people("title")
    limited = {each for titles in turnover.title_groups.values() for each in titles}
    found = {name: np.asarray(title == name, bool) for name in reversed(schema.TITLES) if name not in limited}
    if "none" in found:
        found["none"] = np.isin(title, ("", "none"))
    return found


def title_words(title: str) -> str:
    """A title in words; that somebody has none told so."""
    return say("report_item.no_title") if title == "none" else listed("title", title)


def post_words(name: str) -> str:
    """A position or a group of titles with posts of its own; a pack's own group as it stands."""
    return say("report_item." + name) if has("report_item." + name) else name
