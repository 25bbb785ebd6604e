"""Where each person stands before any solving: must go, need not, may, barred, or outside the scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd

from rotation_planner.data.district import District
from rotation_planner.data.showing import Page, as_html
from rotation_planner.eligibility.facts import Array, Facts
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.eligibility.selecting import Selecting
from rotation_planner.policy.kinds import Bar, Defer, Duty, Phase, Pins, Rule, Volunteer
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import Selector
from rotation_planner.policy.wording import label
from rotation_planner.words import say


class Stand(StrEnum):
    """The standings; the first that fits counts."""

    OUTSIDE = "outside"
    BARRED = "barred"
    NEED_NOT = "need_not"
    MUST = "must"
    MAY = "may"
    STAYS = "stays"


@dataclass(frozen=True, eq=False)
class Standing:
    """All arrays have one entry per row of ``district.staff``.

    ``meets``, ``eligible``, ``due``: by duty id. ``deferred``: by defer id, those who meet a duty that it defers.
    ``candidate``: may move in a plan at all. ``forced``: a pin says they must move. ``held``: a pin says they stay.
    ``stand``: a ``Stand`` each. ``draw``: the published number that breaks the last ties.
    """

    facts: Facts
    selecting: Selecting
    meets: Mapping[str, Array]
    eligible: Mapping[str, Array]
    due: Mapping[str, Array]
    deferred: Mapping[str, Array]
    barred: Mapping[str, Array]
    volunteer: Mapping[str, Array]
    in_scope: Array
    candidate: Array
    forced: Array
    held: Array
    stand: Array
    draw: int | None

    @cached_property
    def any_due(self) -> Array:
        """Due under at least one duty."""
        return _any(self.due.values(), len(self.candidate))

    @cached_property
    def any_volunteer(self) -> Array:
        """A volunteer under at least one rule."""
        return _any(self.volunteer.values(), len(self.candidate))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a person: staff_id, name, school_id, standing, due, candidate, rules (ids, ``;``)."""
        staff = self.facts.district.staff
        named = {**self.eligible, **self.deferred, **self.barred, **self.volunteer}
        rules = np.full(len(staff), "", dtype=object)
        for rule, who in named.items():
            rules[who] = np.where(rules[who] == "", rule, rules[who] + ";" + rule)
        return pd.DataFrame(
            {
                "staff_id": staff["staff_id"],
                "name": staff["name"],
                "school_id": staff["school_id"],
                "standing": [each.value for each in self.stand],
                "due": self.any_due,
                "candidate": self.candidate,
                "rules": rules,
            }
        )

    @property
    def summary(self) -> pd.DataFrame:
        """How many people stand where and how many of them are due, in words, those who must go first."""
        rows = []
        for each in (Stand.MUST, Stand.NEED_NOT, Stand.MAY, Stand.BARRED, Stand.STAYS, Stand.OUTSIDE):
            who = self.stand == each
            rows.append((say(f"report_value.standing_{each.value}"), int(who.sum()), int((who & self.any_due).sum())))
        return pd.DataFrame(rows, columns=[say("standing.standing"), say("standing.people"), say("standing.due")])

    @property
    def by_school(self) -> pd.DataFrame:
        """School by school: how many must go, how many of them this year, and how many may; schools without any left
        out."""
        schools = self.facts.district.schools["name"]
        must, may = self.stand == Stand.MUST, self.stand == Stand.MAY
        heads = [say("standing.school"), *(say(f"report_value.standing_{each}") for each in ("must", "may"))]
        counted = [np.bincount(self.facts.school[who], minlength=len(schools)) for who in (must, self.any_due, may)]
        frame = pd.DataFrame(
            {heads[0]: schools, heads[1]: counted[0], say("standing.due"): counted[1], heads[2]: counted[2]}
        )
        return frame.loc[np.logical_or.reduce([each > 0 for each in counted])].reset_index(drop=True)

    @property
    def due_people(self) -> Page:
        """Who is due this year, school by school: name, school, subject, and by which rule."""
        rows = np.flatnonzero(self.any_due)
        rows = rows[np.argsort(self.facts.school[rows], kind="stable")]
        staff, schools = self.facts.district.staff, self.facts.district.schools["name"].to_numpy()
        by_id = self.selecting.policy.by_id
        rules = [[label(by_id[duty]) for duty, who in self.due.items() if who[row]] for row in rows]
        frame = pd.DataFrame(
            {
                say("standing.staff_id"): staff["staff_id"].to_numpy()[rows],
                say("standing.name"): staff["name"].to_numpy()[rows],
                say("standing.school"): schools[self.facts.school[rows]],
                say("standing.subject"): staff["subject"].to_numpy()[rows],
                say("standing.rules"): [say("policy.list_separator").join(each) for each in rules],
            }
        )
        return Page(say("standing.due_title", people=len(rows)), {" ": frame}, most_rows=20)

    def __repr__(self) -> str:
        return self.summary.to_string(index=False)

    def _repr_html_(self) -> str:
        return as_html(say("standing.title"), {" ": self.summary, say("standing.schools"): self.by_school}, 30)


def _any(masks: object, size: int) -> Array:
    return np.logical_or.reduce([np.zeros(size, bool), *masks])  # type: ignore[misc]


class _Judging:
    """Works out duties in the order in which they need each other."""

    def __init__(self, district: District, policy: Policy, draw: int | None) -> None:
        self.facts = Facts(district)
        self.policy = policy
        self.draw = draw
        self.selecting = Selecting(self.facts, policy, self.resolve)
        self.duties = {rule.id: rule for rule in policy.of(Duty)}
        self._known: dict[tuple[str, str, tuple[str, ...]], Array] = {}

    def resolve(self, form: str, duty: str, but_for: tuple[str, ...]) -> Array:
        """Who meets, is eligible, or is due under a duty; nobody where the duty is switched off."""
        key = (form, duty, but_for)
        if key not in self._known:
            if duty not in self.duties:
                self._known[key] = np.zeros(self.facts.people, bool)
            else:
                self._known[key] = getattr(self, "_" + form)(self.duties[duty], but_for)
        return self._known[key]

    def _meets(self, duty: Duty, but_for: tuple[str, ...]) -> Array:
        passed = self.spoken_of(duty, duty.who)
        if duty.stay is not None and "stay" not in but_for:
            passed = passed & self.selecting.people(duty.stay)
        if "ages" not in but_for:
            for sex, limit in (("M", duty.ages.M), ("F", duty.ages.F)):
                if limit is not None:
                    with np.errstate(invalid="ignore"):
                        within = self.facts.age_on(duty.ages.on) <= limit
                    passed = passed & ((self.facts.of_people("sex") != sex) | within)
        if duty.unless is not None and "unless" not in but_for:
            passed = passed & ~self.selecting.people(duty.unless)
        return passed

    def spoken_of(self, rule: Rule, selector: Selector) -> Array:
        """Who passes the selector of a rule and is not among its logged exceptions."""
        passed = self.selecting.people(selector)
        return passed & ~self.selecting.excepted(rule) if rule.exceptions else passed

    def deferring(self, duty: str) -> Array:
        """Who is deferred from a duty by any deferral."""
        rules = [rule for rule in self.policy.of(Defer) if not rule.duties or duty in rule.duties]
        return _any((self.spoken_of(rule, rule.when) for rule in rules), self.facts.people)

    def _eligible(self, duty: Duty, _: tuple[str, ...]) -> Array:
        barred = _any((self.spoken_of(rule, rule.who) for rule in self.policy.of(Bar)), self.facts.people)
        return self.resolve("meets", duty.id, ()) & ~self.deferring(duty.id) & ~barred

    def _due(self, duty: Duty, _: tuple[str, ...]) -> Array:
        eligible = self.resolve("eligible", duty.id, ())
        phase = next((rule for rule in self.policy.of(Phase) if rule.duty == duty.id), None)
        if phase is None:
            return eligible
        schools = len(self.facts.district.schools)
        school = self.facts.school
        many = np.bincount(school[eligible], minlength=schools)
        of_all = np.bincount(school[self.selecting.people(phase.over)], minlength=schools)
        phased = many * phase.many.denominator > of_all * phase.many.numerator
        years = np.full(schools, phase.years)
        if phase.begun is not None:
            told, this_year = self.facts.of_schools(phase.begun).tolist(), self.facts.district.as_of.year
            left = [phase.years_left(each, this_year) for each in told]
            phased |= np.array([each is not None for each in left], bool)
            years = np.array([each or phase.years for each in left])
        wanted = -(-many // years)
        if phase.called is not None:
            told = self.facts.of_schools(phase.called).tolist()
            wanted = np.maximum(wanted, [phase.at_least(each) for each in told])
        called = np.where(phased, np.minimum(wanted, many), many)
        place = ranking(self.selecting, phase.order, self.draw)
        people = np.flatnonzero(eligible)
        people = people[np.lexsort((place[people], school[people]))]
        first = np.searchsorted(school[people], school[people], side="left")
        due = np.zeros(self.facts.people, bool)
        due[people] = np.arange(len(people)) - first < called[school[people]]
        return due


def stand(district: District, policy: Policy, *, draw: int | None = None) -> Standing:
    """Judge everybody's standing under the policy, before any solving.

    ``draw``: the published draw number that orders people with equal dates; ``None`` orders them by staff_id.
    """
    judging = _Judging(district, policy, draw)
    select, people = judging.selecting, len(district.staff)
    duties = list(judging.duties)
    meets = {duty: judging.resolve("meets", duty, ()) for duty in duties}
    eligible = {duty: judging.resolve("eligible", duty, ()) for duty in duties}
    due = {duty: judging.resolve("due", duty, ()) for duty in duties}
    any_met, any_eligible = _any(meets.values(), people), _any(eligible.values(), people)
    in_scope = select.people(policy.scope.who)
    volunteer = {rule.id: select.people(rule.who) & in_scope for rule in policy.of(Volunteer)}
    barred = {rule.id: judging.spoken_of(rule, rule.who) & in_scope for rule in policy.of(Bar)}
    deferred: dict[str, Array] = {}
    protected = np.zeros(people, bool)
    for rule in policy.of(Defer):
        when = judging.spoken_of(rule, rule.when)
        of = _any((mask for duty, mask in meets.items() if not rule.duties or duty in rule.duties), people)
        deferred[rule.id] = when & of
        if rule.if_applied:
            when = when & ~_applied(district)
        # A deferral from one duty does not shield from another that the person is eligible under.
        protected |= when & ~any_eligible
    pins = district.pins if policy.of(Pins) else district.pins.iloc[:0]  # switched off, they bind nobody
    pinned = {verdict: _pinned(district, pins, verdict) for verdict in ("move", "stay", "to")}
    forced = pinned["move"] | pinned["to"]
    may = (any_eligible | _any(volunteer.values(), people)) & in_scope
    may &= ~protected & ~_any(barred.values(), people)
    candidate = (may | forced) & ~pinned["stay"]
    any_deferred = _any(deferred.values(), people)
    standing = np.select(
        [
            ~in_scope & ~forced,
            _any(barred.values(), people) & ~forced,
            (any_deferred & ~any_eligible) | (protected & any_met),
            any_eligible,
            candidate,
        ],
        [np.array(each, object) for each in (Stand.OUTSIDE, Stand.BARRED, Stand.NEED_NOT, Stand.MUST, Stand.MAY)],
        default=np.array(Stand.STAYS, object),
    )
    return Standing(
        judging.facts, select, meets, eligible, due, deferred, barred, volunteer, in_scope, candidate, forced,
        pinned["stay"], standing, draw,
    )  # fmt: skip


def _pinned(district: District, pins: pd.DataFrame, verdict: str) -> Array:
    return district.staff["staff_id"].isin(pins.loc[pins["verdict"] == verdict, "staff_id"]).to_numpy(bool)


def _applied(district: District) -> Array:
    return district.staff["staff_id"].isin(district.applications["staff_id"]).to_numpy(bool)
