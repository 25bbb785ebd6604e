"""The shares and numbers of the year, clause by clause: what was asked for, what there is, and the people behind it.

The numbers are the audit's own recount. Whom a denominator speaks of is looked up in the standing, and told only where
it comes to the very number that the audit counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Count, MovingSet, People, ShareRule
from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say


@dataclass(frozen=True)
class ShareLine:
    """One clause in one scope: the required number (``None`` where it is not one number), the numerator, the
    denominator (``None`` for an absolute number), whether it is a floor, and the people by row position."""

    rule: ShareRule | Count
    finding: Finding
    limit: int | None
    part: int | None
    whole: int | None
    floor: bool
    counted: tuple[int, ...] = ()
    among: tuple[int, ...] = ()

    @property
    def share(self) -> float | None:
        """The share reached."""
        return self.part / self.whole if self.part is not None and self.whole else None

    @property
    def asked(self) -> float | None:
        """The share asked for."""
        if isinstance(self.rule, Count):
            return None
        share = self.rule.at_least if self.rule.at_least is not None else self.rule.at_most
        return None if share is None else float(share)


class Shares:
    """All shares and numbers of one plan, in the order of the policy's rules."""

    def __init__(self, turnover: Turnover) -> None:
        self.turnover = turnover

    @cached_property
    def lines(self) -> list[ShareLine]:
        """One entry a clause and scope."""
        turnover = self.turnover
        by_rule: dict[str, list[Finding]] = {}
        for finding in turnover.audit.findings:
            by_rule.setdefault(finding.rule, []).append(finding)
        rules = [rule for rule in turnover.policy.rules if isinstance(rule, ShareRule | Count)]
        return [self._line(rule, finding) for rule in rules for finding in by_rule.get(rule.id, ())]

    def _line(self, rule: ShareRule | Count, finding: Finding) -> ShareLine:
        known = self.turnover.district.staff_pos
        counted = tuple(known[each] for each in finding.people if each in known)
        if finding.verdict in (Verdict.NOT_APPLICABLE, Verdict.WAIVED):
            return ShareLine(rule, finding, None, None, None, True)
        found, required = numbers(finding.found), numbers(finding.required)
        limit = required[0] if len(required) == 1 else None
        if isinstance(rule, Count):
            return ShareLine(rule, finding, limit, _at(found, 0), None, rule.at_least is not None, counted)
        part, whole = _at(found, 0), _at(found, 1)
        among = self._among(rule).get(finding.scope, ())
        whom = among if len(among) == whole else ()
        return ShareLine(rule, finding, limit, part, whole, rule.at_least is not None, counted, whom)

    # ---- whom the denominators speak of ------------------------------------------------------------------------------

    def _among(self, rule: ShareRule) -> dict[str, tuple[int, ...]]:
        """The people of a share's denominator by scope, as far as it is one of present people or of movers."""
        if rule.id not in self._denominators:
            found: dict[str, list[int]] = {}
            who = self._people(rule)
            if who is not None:
                for person in np.flatnonzero(who).tolist():
                    found.setdefault(self._scope(rule.per, person), []).append(person)
            self._denominators[rule.id] = {scope: tuple(people) for scope, people in found.items()}
        return self._denominators[rule.id]

    @cached_property
    def _denominators(self) -> dict[str, dict[str, tuple[int, ...]]]:
        return {}

    def _people(self, rule: ShareRule) -> Array | None:
        select, over = self.turnover.standing.selecting.people, rule.over
        if isinstance(over, People):
            who = select(over.people)
        elif isinstance(over, MovingSet) and over.from_ is None and over.anywhere:
            who = select(over.moving) & self.turnover.moving
        else:
            return None
        return who if rule.where is None else who & select(rule.where)

    def _scope(self, columns: Sequence[str], person: int) -> str:
        """The group of a person as the audit names it."""
        if not columns:
            return say("audit.district")
        names = []
        for column in columns:
            value = self.turnover.of_people(column)[person]
            if column == "school_id":
                names.append(self._schools[value])
            else:
                area = column.removeprefix("school.")
                names.append(listed(area, str(value)) if value != "" else say("audit.blank"))
        return say("audit.part_separator").join(names)

    @cached_property
    def _schools(self) -> dict[str, str]:
        return {code: say("audit.school", name=name, id=code) for code, name in self._named}

    @cached_property
    def _named(self) -> list[tuple[str, str]]:
        rows = self.turnover.district.schools
        return list(zip(rows["school_id"], rows["name"], strict=True))

    # ---- school by school --------------------------------------------------------------------------------------------

    @cached_property
    def quotas(self) -> tuple[dict[int, int], dict[int, int]]:
        """Per school (row position) the highest floor and the lowest cap of the clauses that count, school by school,
        those who leave, wherever to."""
        place = {words: school for school, words in enumerate(self._schools[code] for code, _ in self._named)}
        floors: dict[int, int] = {}
        caps: dict[int, int] = {}
        for line in self.lines:
            school = place.get(line.finding.scope)
            if school is None or line.part is None or not _leaving(line.rule):
                continue
            if isinstance(line.rule, Count):
                low, high = line.rule.at_least, line.rule.at_most
            else:
                low, high = (line.limit, None) if line.floor else (None, line.limit)
            if low is not None:
                floors[school] = max(floors.get(school, 0), low)
            if high is not None:
                caps[school] = min(caps.get(school, high), high)
        return floors, caps


def _leaving(rule: ShareRule | Count) -> bool:
    """Whether a clause counts, school by school, those who leave, wherever to."""
    counted = (rule.numerator,) if isinstance(rule, ShareRule) else (*rule.of, *rule.less)
    (first, *more) = counted
    return rule.per == ("school_id",) and not more and isinstance(first, MovingSet) and first.anywhere


def numbers(text: str) -> list[int]:
    """The whole numbers of an audit's short text: ``3/20`` or ``3 of 20``, ``at least 4``."""
    return [int(each) for each in re.findall(r"-?\d+", str(text))]


def _at(found: list[int], place: int) -> int | None:
    return found[place] if place < len(found) else None
