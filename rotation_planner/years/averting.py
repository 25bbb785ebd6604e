"""A year that has no plan: what an earlier one can do about it, or which rules are to give in it."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import Standing, stand
from rotation_planner.model.model import Model
from rotation_planner.policy.kinds import (
    Bar,
    Count,
    Defer,
    Duty,
    Headcount,
    Kin,
    Merit,
    Order,
    Posts,
    RouteRule,
    ShareRule,
    SubjectStaffing,
    TitlePosts,
    Together,
)
from rotation_planner.policy.policy import Policy
from rotation_planner.run.making import Outcome
from rotation_planner.run.scenario import Scenario
from rotation_planner.solve.elastic import gives
from rotation_planner.solve.engines import TOLERANCE
from rotation_planner.words import say
from rotation_planner.years.assumptions import Assumptions
from rotation_planner.years.levels import NEEDED, Need
from rotation_planner.years.planning import Ahead, look, plan_year
from rotation_planner.years.rolling import Turning

MOST = 60  # ways that are tried for one year, at most
FEW_SCHOOLS = 12  # up to so many, every school that a rule of the district speaks of is looked at
ROUNDS = 4  # needs put upon one year, at most
BY_SCHOOL = (Headcount, SubjectStaffing, Posts, TitlePosts)
BY_EXCEPTION = (Duty, Defer, Bar, RouteRule, Order, Merit, Kin, Together, ShareRule, Count, *BY_SCHOOL)


@dataclass(frozen=True, eq=False)
class Lack:
    """A rule that cannot hold somewhere: by how much, at which schools (row positions) and for which people; ``seats``:
    where (school, stage, subject) those people could go if there were room."""

    rule: str
    amount: float
    schools: tuple[int, ...]
    people: tuple[int, ...]
    single: bool
    seats: tuple[tuple[int, str, str], ...] = ()


def lacks(
    district: District,
    policy: Policy,
    standing: Standing | None = None,
    *,
    seconds: float = 60.0,
    draw: int | None = None,
) -> list[Lack] | None:
    """The rows of rules that must give at least so that there is a plan; none where there is one, ``None`` where it is
    not known in time."""
    standing = standing or stand(district, policy, draw=draw)
    model = Model(district, policy, standing)
    found = gives(model.program, model.arrays, seconds=seconds)
    if found is None or any(abs(each.amount - round(each.amount)) > TOLERANCE for each in found):
        return None  # a relaxation spreads what is lacking over more rules than need give
    first = len(model.leave)
    told = []
    for give in found:
        row = give.block.first + give.place
        part = slice(model.arrays.matrix.indptr[row], model.arrays.matrix.indptr[row + 1])
        columns = model.arrays.matrix.indices[part]
        groups = columns[columns < first]
        mine = np.isin(model.people.group, groups)
        arcs = columns[(columns >= first) & (columns < first + len(model.go))] - first
        schools = {*standing.facts.school[model.people.people[mine]].tolist(), *model.arc_to[arcs].tolist()}
        scopes = give.block.scopes
        single = scopes.kind in ("school", "demand") or len(schools) == 1
        if scopes.kind == "school":
            schools = {int(scopes.ids[give.place])}
        elif scopes.kind == "demand":
            code = district.demand["school_id"].iat[int(scopes.ids[give.place])]
            schools = {district.school_pos[str(code)]}
        people = tuple(model.people.people[mine].tolist())
        open_to = np.flatnonzero(np.isin(model.people.seats.person, np.unique(model.people.kind[mine])))
        option = model.people.seats.option[open_to].tolist()
        places = zip(model.arc_to[open_to].tolist(), (model.people.seats.options[each] for each in option), strict=True)
        seats = tuple(dict.fromkeys((school, *taught) for school, taught in places)) if single else ()
        told.append(Lack(give.block.rule, give.amount, tuple(sorted(schools)), people, single, seats))
    return told


def total(found: Sequence[Lack] | None) -> float:
    """How much must give in all; infinite where it is not known."""
    return float("inf") if found is None else sum(each.amount for each in found)


# ---- what an earlier year can do -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Former:
    """A year before the one without a plan: its scenario, view, plan, and what was asked of it already; ``between``:
    how many years lie between the two."""

    scenario: Scenario
    ahead: Ahead
    outcome: Outcome
    needs: tuple[Need, ...]
    between: int = 0


def avert(
    former: Former,
    lacking: list[Lack],
    how: Assumptions,
    options: SolveOptions,
    *,
    seconds: float,
    stop: threading.Event | None = None,
) -> tuple[tuple[Need, ...], Outcome] | None:
    """What the former year must do besides so that the later one has a plan, and the plan nearest to the one made that
    does so; ``None`` where nothing was found.

    Each way is tried: that plan is carried over, years between are planned, and the later year is asked again.
    """
    ends = time.perf_counter() + seconds
    best, needs = total(lacking), former.needs
    for _ in range(ROUNDS):
        found: tuple[float, tuple[Need, ...], list[Lack]] | None = None
        for number, need in enumerate(ways(former, lacking)):
            if number >= MOST or time.perf_counter() > ends or (stop is not None and stop.is_set()):
                break
            if need in needs:
                continue
            tried = (*needs, need)
            made = nearest(former, tried, how, options, ends - time.perf_counter(), stop)
            if made is None:
                continue
            left = follow(former, made, how, options, ends - time.perf_counter(), stop)
            amount = total(left)
            if amount == 0:
                return tried, made
            if left is not None and amount < (best if found is None else found[0]):
                found = (amount, tried, left)
        if found is None:
            return None
        best, needs, lacking = found
    return None


def nearest(
    former: Former,
    needs: tuple[Need, ...],
    how: Assumptions,
    options: SolveOptions,
    seconds: float,
    stop: threading.Event | None,
) -> Outcome | None:
    """The plan of the former year nearest to the one made that does all of ``needs``; ``None`` where there is none."""
    limit = short(options, seconds)
    made = plan_year(former.scenario, former.ahead, how, limit, needs=needs, keep=former.outcome.plan, stop=stop)
    if made.plan is None or any(each.id == NEEDED and each.value > 0 for each in made.before):
        return None
    return made


def short(options: SolveOptions, seconds: float) -> SolveOptions:
    """Options for a plan that is made to try something out."""
    return dataclasses.replace(options, time_limit=max(min(options.time_limit / 2, seconds), 1.0), gap=0.05)


def follow(
    former: Former,
    made: Outcome,
    how: Assumptions,
    options: SolveOptions,
    seconds: float,
    stop: threading.Event | None,
) -> list[Lack] | None:
    """What the later year lacks after a plan of the former one and plans of the years between."""
    scenario = former.scenario
    for each in range(former.between + 1):
        if made.plan is None:
            return None
        district, policy = Turning(scenario, made, None, how).next_year()
        if each == former.between:
            return lacks(district, policy, seconds=max(min(seconds, 20.0), 1.0), draw=options.draw)
        file = dataclasses.replace(scenario.file, as_of=district.as_of)
        scenario = dataclasses.replace(scenario, file=file, district=district, policy=policy)
        made = plan_year(scenario, look(scenario, 2, how), how, short(options, seconds), stop=stop)
    return None


def ways(former: Former, lacking: list[Lack]) -> Iterator[Need]:
    """Single things that the former year could do otherwise at the places that lack something, the likeliest first."""
    if former.outcome.plan is not None:
        yield from dict.fromkeys(_Ways(former).of(lacking))


class _Ways:
    """The former year and its plan: where everybody is afterwards, and who might be elsewhere."""

    def __init__(self, former: Former) -> None:
        district, standing, plan = former.scenario.district, former.ahead.standing, former.outcome.plan
        if plan is None:
            raise ValueError("no plan")
        self.district, self.facts, self.candidate = district, standing.facts, standing.candidate
        self.ids, self.codes = district.staff["staff_id"].tolist(), district.schools["school_id"].tolist()
        self.here, self.after = self.facts.school, self.facts.school.astype(np.int64).copy()
        self.stage, self.subject = (self.facts.of_people(name).copy() for name in ("stage", "subject"))
        people = plan.transfers["staff_id"].map(district.staff_pos).to_numpy(np.int64)
        self.moving = np.zeros(len(self.ids), bool)
        self.moving[people] = True
        self.after[people] = plan.transfers["to_school_id"].map(district.school_pos).to_numpy(np.int64)
        self.stage[people] = plan.transfers["stage"].to_numpy(object)
        self.subject[people] = plan.transfers["subject"].to_numpy(object)

    def of(self, lacking: list[Lack]) -> Iterator[Need]:
        """At the schools themselves; at the places where people could go; for rules of the district, person by
        person."""
        few = len(self.codes) <= FEW_SCHOOLS
        for school in dict.fromkeys(each for lack in lacking if lack.single or few for each in lack.schools):
            yield from self._at(school)
        for lack in lacking:
            for seat in lack.seats:
                if (self._of_seat(*seat) & self.moving & (self.after == seat[0])).any():
                    yield self._at_most(*seat)
        for lack in lacking:
            for person in np.flatnonzero(self.candidate).tolist() if not lack.single else ():
                yield Need("stays" if self.moving[person] else "goes", who=self.ids[person])

    def _at(self, school: int) -> Iterator[Need]:
        """Whoever may go from the school goes; it ends with one less; one more or less of each subject; whoever comes
        or goes does not."""
        of_it = (self.after == school) | (self.here == school)
        for person in np.flatnonzero(self.candidate & ~self.moving & (self.here == school)).tolist():
            yield Need("goes", who=self.ids[person])
        if (of_it & (self.moving | self.candidate)).any():
            yield Need("at_most", school=self.codes[school], number=int((self.after == school).sum()) - 1)
        limit = self.district.schools["headcount_limit"].to_numpy(float)[school]
        for at, stage, subject in self.facts.demand_rows:
            if at == school:
                alike = (self.stage == stage) & (self.subject == subject) & self.candidate
                if (alike & (self.here != school)).any() and not int((self.after == school).sum()) > limit:
                    yield self._at_least(school, stage, subject)
                if (alike & of_it).any():
                    yield self._at_most(school, stage, subject)
        for person in np.flatnonzero(self.moving & of_it).tolist():
            yield Need("stays", who=self.ids[person])

    def _of_seat(self, school: int, stage: str, subject: str) -> Array:
        full = self.facts.of_people("full_time")
        alike: Array = (self.stage == stage) & (self.subject == subject) & full & (self.after == school)
        return alike

    def _at_most(self, school: int, stage: str, subject: str) -> Need:
        count = int(self._of_seat(school, stage, subject).sum())
        return Need("at_most", school=self.codes[school], stage=stage, subject=subject, number=count - 1)

    def _at_least(self, school: int, stage: str, subject: str) -> Need:
        count = int(self._of_seat(school, stage, subject).sum())
        return Need("at_least", school=self.codes[school], stage=stage, subject=subject, number=count + 1)


# ---- which rules are to give -----------------------------------------------------------------------------------------


def easing(scenario: Scenario, lacking: Sequence[Lack]) -> dict[str, dict[str, object]]:
    """Changes of the year's rules after which there may be a plan: a logged exception for the schools where a rule
    cannot hold; a rule of the whole district is set aside for the year."""
    changes: dict[str, dict[str, object]] = {}
    policy, codes = scenario.policy, scenario.district.schools["school_id"].tolist()
    for lack in lacking:
        rule = policy.by_id.get(lack.rule)
        if rule is None:
            continue
        if isinstance(rule, BY_EXCEPTION) and lack.single and lack.schools:
            before = changes.get(rule.id, {}).get("exceptions")
            old = before if isinstance(before, list) else [_plain(each) for each in rule.exceptions]
            new = {"schools": [codes[each] for each in lack.schools], "reason": say("horizon.eased")}
            changes[rule.id] = {"exceptions": [*old, new]}
        else:
            changes[rule.id] = {"enabled": False}
    return changes


def _plain(exception: object) -> dict[str, object]:
    told: dict[str, object] = exception.model_dump()  # type: ignore[attr-defined]
    return {key: list(each) if isinstance(each, tuple) else each for key, each in told.items() if each}
