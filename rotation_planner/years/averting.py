"""A year that has no plan: what an earlier one can do about it, or which rules are to give in it."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence
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
from rotation_planner.words import say
from rotation_planner.years.assumptions import Assumptions
from rotation_planner.years.levels import NEEDED, Need
from rotation_planner.years.planning import Ahead, look, plan_year
from rotation_planner.years.rolling import Turning

MOST = 60  # ways that are tried for one year, at most
ROUNDS = 4  # needs put upon one year, at most
BY_SCHOOL = (Headcount, SubjectStaffing, Posts, TitlePosts)
BY_EXCEPTION = (Duty, Defer, Bar, RouteRule, Order, Merit, Kin, Together, ShareRule, Count, *BY_SCHOOL)


@dataclass(frozen=True, eq=False)
class Lack:
    """A rule that cannot hold somewhere: by how much, at which schools (row positions) and for which people."""

    rule: str
    amount: float
    schools: tuple[int, ...]
    people: tuple[int, ...]
    single: bool


def lacks(
    district: District,
    policy: Policy,
    standing: Standing | None = None,
    *,
    seconds: float = 20.0,
    draw: int | None = None,
) -> list[Lack] | None:
    """The rows of rules that must give at least so that there is a plan; none where there is one, ``None`` where it is
    not known in time."""
    standing = standing or stand(district, policy, draw=draw)
    model = Model(district, policy, standing)
    found = gives(model.program, model.arrays, seconds=seconds)
    if found is None:
        return None
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
        told.append(Lack(give.block.rule, give.amount, tuple(sorted(schools)), people, single))
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
    district, standing = former.scenario.district, former.ahead.standing
    plan = former.outcome.plan
    if plan is None:
        return
    ids, codes = district.staff["staff_id"].tolist(), district.schools["school_id"].tolist()
    moving = {
        district.staff_pos[who]: to
        for who, to in zip(plan.transfers["staff_id"], plan.transfers["to_school_id"], strict=True)
    }
    after = np.array(
        [district.school_pos[moving[p]] if p in moving else at for p, at in enumerate(standing.facts.school.tolist())]
    )
    told: set[Need] = set()

    def new(need: Need) -> Iterator[Need]:
        if need not in told:
            told.add(need)
            yield need

    schools = [school for lack in lacking for school in (lack.schools if lack.single or len(codes) <= 12 else ())]
    candidates = np.flatnonzero(standing.candidate)
    here = standing.facts.school
    for school in dict.fromkeys(schools):
        for person in candidates[here[candidates] == school].tolist():
            if person not in moving:
                yield from new(Need("goes", who=ids[person]))
        if any(p in moving or standing.candidate[p] for p in np.flatnonzero((after == school) | (here == school))):
            yield from new(Need("at_most", school=codes[school], number=int((after == school).sum()) - 1))
        yield from _subjects(former, school, after, new)
        for person, to in moving.items():
            if to == codes[school] or here[person] == school:
                yield from new(Need("stays", who=ids[person]))
    for lack in lacking:
        if not lack.single:
            for person in candidates.tolist():
                yield from new(Need("stays" if person in moving else "goes", who=ids[person]))


def _subjects(former: Former, school: int, after: Array, new: Callable[[Need], Iterator[Need]]) -> Iterator[Need]:
    """One more, or one less, of each subject that the school teaches, where anybody of it can come or go."""
    district, facts = former.scenario.district, former.ahead.standing.facts
    code = str(district.schools["school_id"].iat[school])
    stage, subject, full = (facts.of_people(name) for name in ("stage", "subject", "full_time"))
    movable = former.ahead.standing.candidate
    limit = district.schools["headcount_limit"].to_numpy(float)[school]
    for at, each_stage, each_subject in facts.demand_rows:
        if at != school:
            continue
        alike = (stage == each_stage) & (subject == each_subject)
        count = int((alike & full & (after == school)).sum())
        if (alike & movable & (facts.school != school)).any() and not int((after == school).sum()) > limit:
            yield from new(Need("at_least", school=code, stage=each_stage, subject=each_subject, number=count + 1))
        if (alike & movable & ((after == school) | (facts.school == school))).any():
            yield from new(Need("at_most", school=code, stage=each_stage, subject=each_subject, number=count - 1))


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
