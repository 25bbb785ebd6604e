"""Why somebody goes or stays, as each reader may know it.

A principal reads by which duty a person goes and that a deferral is registered, never the facts behind it: health,
family, sanctions. So the reasons here are composed from standings and rule kinds; free text of the data or of the plan
never enters them.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np

from rotation_planner.policy.kinds import Duty, Rule
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label, sentence
from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import has, say

# The codes with which the plan's own list begins its reasons; only these of them may be told to a principal, and in
# words of our own: what follows a code can name a relative or an illness.
CODES = (
    "exempt", "barred", "pinned", "phased", "no open school", "capped", "no place", "not chosen", "not needed",
    "outside",
)  # fmt: skip
OPEN_CODES = ("capped", "no open school", "no place", "not chosen", "not needed")


class Reasons:
    """The reasons of one plan, person by person (row positions of the staff)."""

    def __init__(self, turnover: Turnover) -> None:
        self.turnover = turnover
        self.standing = turnover.standing

    @cached_property
    def _lengths(self) -> dict[str, Array]:
        """By duty: the length of service it asks for, as each person has served it."""
        facts = self.standing.facts
        return {rule.id: facts.stay(rule.stay.stay) for rule in self.turnover.policy.of(Duty) if rule.stay is not None}

    @cached_property
    def _applicants(self) -> frozenset[str]:
        """Whoever has an application."""
        return frozenset(self.turnover.district.applications["staff_id"])

    def _duty(self, rule: Duty, person: int) -> str:
        if rule.stay is None:
            return say("report_reason.duty")
        stay = rule.stay.stay
        key = f"report_reason.duty_{stay.in_}_{stay.unit}"
        served = self._lengths[rule.id][person]
        if not has(key) or np.isnan(served):
            return say("report_reason.duty")
        return say(key, count=int(served))

    def going(self, person: int) -> tuple[str, Rule | None]:
        """Why this mover goes, and the rule that says so: a duty, else an application, else the bureau's word."""
        standing, policy = self.standing, self.turnover.policy
        for rule in policy.of(Duty):
            if standing.due[rule.id][person]:
                return self._duty(rule, person), rule
        for rule in policy.of(Duty):
            if standing.eligible[rule.id][person]:
                return say("report_reason.called_early", reason=self._duty(rule, person)), rule
        for volunteer, who in standing.volunteer.items():
            if who[person]:
                applied = self.turnover.of_people("staff_id")[person] in self._applicants
                return say("report_reason.volunteer" if applied else "report_reason.may"), policy.by_id[volunteer]
        if standing.forced[person]:
            return say("report_reason.pins"), None
        return say("report_reason.arranged"), None

    @cached_property
    def _shielded(self) -> Array:
        """Whom a deferral or a bar keeps, and no duty calls all the same."""
        standing = self.standing
        kept = np.zeros(len(standing.candidate), bool)
        for mask in (*standing.deferred.values(), *standing.barred.values()):
            kept |= mask
        for mask in standing.eligible.values():
            kept &= ~mask
        return kept

    def staying(self, person: int, why: str) -> str:
        """Why somebody who meets a duty stays, as the principal may read it; ``why`` is the plan's own reason."""
        code = code_of(why)
        if self._shielded[person]:
            name = "registered"
        elif self.standing.held[person]:
            name = "held"
        elif not self.standing.any_due[person]:
            name = "phased"
        else:
            name = code.replace(" ", "_") if code in OPEN_CODES else "unplaced"
        return say("report_stay." + name)

    @cached_property
    def registered(self) -> dict[int, str]:
        """For the bureau only: the exemptions in force of each person, with their dates."""
        district = self.turnover.district
        told: dict[int, list[str]] = {}
        table = district.exemptions
        for staff_id, kind, start, end in zip(
            table["staff_id"], table["kind"], table["start"], table["end"], strict=True
        ):
            person = district.staff_pos.get(staff_id)
            begun = start != start or start.date() <= district.as_of
            if person is None or not begun or (end == end and end.date() < district.as_of):
                continue
            days = ["" if day != day else day.date().isoformat() for day in (start, end)]
            words = {"kind": listed("exemption", kind), "start": days[0] or say("report.open_end")}
            told.setdefault(person, []).append(say("report.in_force", end=days[1] or say("report.open_end"), **words))
        return {person: say("report.sentence_separator").join(texts) for person, texts in told.items()}


def code_of(why: str) -> str:
    """The code with which the plan's reason begins, "" where it begins with none."""
    code = why.partition(":")[0].strip().lower()
    return code if code in CODES else ""


def without_code(why: str) -> str:
    """The plan's reason as a person reads it: the words after the code, the whole where there are none."""
    return why.partition(":")[2].strip() or why if code_of(why) else why


def named(policy: Policy, rules: str) -> str:
    """Rule ids (``;``) by their short names, one under the other; ids that the policy does not hold as they are."""
    return "\n".join(label(policy.by_id[rule]) if rule in policy.by_id else rule for rule in rules.split(";"))


class Basis:
    """The clauses that the reasons of one book refer to, numbered as they first appear."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._rules: list[Rule] = []

    def noted(self, reason: str, rule: Rule | None) -> str:
        """The reason with the number of its clause."""
        if rule is None:
            return reason
        if rule.id not in self._numbers:
            self._rules.append(rule)
            self._numbers[rule.id] = len(self._rules)
        return say("report_reason.with_basis", reason=reason, number=self._numbers[rule.id])

    @property
    def records(self) -> list[tuple[int, str]]:
        """Number and sentence of each clause."""
        return [(number, sentence(rule)) for number, rule in enumerate(self._rules, start=1)]


def until_text(until: str) -> str | dt.date:
    """The end of a move as a date, or that it has none."""
    try:
        return dt.date.fromisoformat(until)
    except ValueError:
        return until or say("report.for_good")
