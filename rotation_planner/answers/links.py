"""The weakest links of a plan: whose withdrawal breaks most, and the best patch for each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from rotation_planner.answers.asking import Ask, as_asked
from rotation_planner.answers.chains import Chains
from rotation_planner.answers.keeping import keeping_to
from rotation_planner.answers.parts import Parts
from rotation_planner.answers.seen import Seen
from rotation_planner.answers.sifting import Sifting
from rotation_planner.audit import audit_plan
from rotation_planner.audit.result import Verdict
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.model import Model
from rotation_planner.model.program import CUT
from rotation_planner.plan.compare import Comparison, compare
from rotation_planner.plan.plan import Plan
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label
from rotation_planner.solve import solve_plan
from rotation_planner.solve.elastic import STRUCTURE
from rotation_planner.solve.engines import clock
from rotation_planner.words import say

PATCH_SECONDS = 20.0
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Link:
    """A mover and what a withdrawal comes to.

    ``breaks``: the breaches of must rules that the judge finds in the plan without this move; ``rules`` their ids.
    ``patch``: the plan in which this person stays and the fewest others change, ``None`` where there is none;
    ``others`` how many others change in it; ``proven``: that fewer cannot.
    """

    staff_id: str
    name: str
    breaks: int
    rules: tuple[str, ...]
    hang_on: int
    patch: Plan | None
    changes: Comparison | None
    others: int
    proven: bool

    def __str__(self) -> str:
        rules = say("policy.list_separator").join(self.rules) or say("links.nothing")
        told = say("links.link", name=self.name, id=self.staff_id, breaks=self.breaks, rules=rules, hang=self.hang_on)
        if self.patch is None:
            return told + say("links.no_patch")
        return told + say("links.patch" if self.proven else "links.patch_unproven", others=self.others)


@dataclass(frozen=True, eq=False)
class Links:
    """The weakest links, the weakest first. ``proven``: nobody else's withdrawal moves more others than that of the
    last one; ``looked``: of how many movers (``of`` so many) a patch was looked for."""

    links: tuple[Link, ...]
    proven: bool = False
    looked: int = 0
    of: int = 0

    @property
    def frame(self) -> pd.DataFrame:
        """One row a link."""
        rows = [
            (each.staff_id, each.name, each.breaks, ";".join(each.rules), each.hang_on, each.others) if each.patch
            else (each.staff_id, each.name, each.breaks, ";".join(each.rules), each.hang_on, -1)
            for each in self.links
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["staff_id", "name", "breaks", "rules", "hang_on", "others"])

    def __str__(self) -> str:
        return "\n".join([say("links.title"), *map(str, self.links), self.note])

    __repr__ = __str__

    @property
    def note(self) -> str:
        """How far the others are known."""
        return say("links.all" if self.proven else "links.some", looked=self.looked, of=self.of)

    def _repr_html_(self) -> str:
        return as_html(say("links.title"), {self.note: pd.DataFrame({"": [str(each) for each in self.links]})})

    def as_dict(self) -> list[dict[str, Any]]:
        """The record for machine-readable output."""
        return [
            {
                "staff_id": each.staff_id, "name": each.name, "breaks": each.breaks, "rules": list(each.rules),
                "hang_on": each.hang_on, "proven": each.proven,
                "others": None if each.patch is None else each.others,
                "patch": None if each.changes is None else each.changes.as_dict()["differences"],
            }
            for each in self.links
        ]  # fmt: skip


def weakest_links(
    district: District,
    policy: Policy,
    plan: Plan,
    standing: Standing,
    found: Chains,
    *,
    most: int = 5,
    seconds: float = 120.0,
) -> Links:
    """The ``most`` movers whose withdrawal moves the most others, with the best patch for each.

    For every mover a patch is looked for first among the people of the same stage and subject who are at the two
    schools or go there: so many others change at most. From the largest of these numbers on, the fewest that must
    change are found by solving again, until no mover left can come to more. Those without whom there is no plan at all
    come first.
    """
    until = clock() + seconds
    seen = Seen.of(district, policy, standing, plan.transfers)
    movers = np.flatnonzero(seen.fates.moves)
    broken = np.zeros(len(movers)) if seen.values is None else _broken_rows(seen, seen.values, movers)
    ids = district.staff["staff_id"].to_numpy(object)
    after = dict(zip(found.frame["staff_id"], found.frame["length"] - found.frame["step"], strict=True))
    hang = np.array([int(after.get(ids[person], 0)) for person in movers], dtype=np.int64)
    order = np.lexsort((movers, -hang, -broken))
    limits = _limits(district, policy, standing, plan, movers[order], until - 0.4 * seconds, most)
    looked = len(limits)
    rest = [place for place in order if int(movers[place]) not in limits]
    queue = sorted((place for place in order if place not in set(rest)), key=lambda each: -limits[int(movers[each])])
    before = _breaches(district, policy, plan, standing)
    links: list[Link] = []
    proven = not rest
    for place in queue or rest:
        person = int(movers[place])
        enough = sorted((_others(each) for each in links), reverse=True)[:most]
        if len(enough) == most and limits.get(person, NOBODY) <= enough[-1]:
            break
        if len(links) >= most and (clock() > until or not queue):
            proven = False
            break
        links.append(_link(seen, plan, person, int(hang[place]), before))
    links.sort(key=lambda each: (-_others(each), -each.breaks, each.staff_id))
    sure = all(each.proven for each in links[:most])
    return Links(tuple(links[:most]), proven and sure and bool(queue or not len(movers)), looked, len(movers))


def _others(link: Link) -> float:
    """How many others change, without end where there is no plan at all."""
    return math.inf if link.patch is None else link.others


def _limits(
    district: District, policy: Policy, standing: Standing, plan: Plan, movers: Array, until: float, most: int
) -> dict[int, float]:
    """How many others change at most when each of the movers stays; those that the time was too short for are missing.
    Without end: no patch was found near by. First only the person's own subject at the two schools is looked at; more
    widely where the ``most`` largest numbers depend on it."""
    people = [int(each) for each in movers]
    sifting = Sifting(district, policy, standing, plan.transfers, people, keeping=True)
    told: dict[int, float] = {}
    if sifting.values is None:
        return told
    parts, wider = Parts(sifting), set[int]()

    def within(person: int, *masks: Callable[[Ask], Array]) -> float:
        ask = Ask(person, None)
        for mask in masks:
            changes = parts.over(mask(ask)).fewest_changes(ask, None, seconds=until - clock())
            if changes is not None:
                return changes - 1.0
        return math.inf

    for person in people:
        if until - clock() <= 0:
            return told
        told[person] = within(person, sifting.nearest)
    while until - clock() > 0:  # only of the largest numbers does it matter whether fewer would do
        first = sorted(told, key=lambda each: (-told[each], each))[:most]
        person = next((each for each in first if each not in wider), NOBODY)
        if person == NOBODY:
            return told
        wider.add(person)
        told[person] = min(told[person], within(person, sifting.around, sifting.beside))
        ask = Ask(person, None)
        if math.isinf(told[person]) and not sifting.refused(ask, seconds=until - clock()):
            changes = sifting.fewest_changes(ask, None, seconds=until - clock())
            told[person] = math.inf if changes is None else changes - 1.0
    return told


def _broken_rows(seen: Seen, values: Array, movers: Array) -> Array:
    """For each mover, how many rows of must rules the plan without that move misses."""
    model, arrays = seen.model, seen.model.arrays
    must = np.zeros(model.program.rows, bool)
    for block in model.program.blocks:
        rule = model.policy.by_id.get(block.rule)
        binds = rule is not None and rule.force == "must" and not block.rule.startswith((*STRUCTURE, CUT))
        must[block.first : block.first + block.count] = binds
    columns = sp.csc_matrix(arrays.matrix)
    change = sp.csc_matrix(-(columns[:, _leave(model, movers)] + columns[:, _taken(seen, movers)]))
    activity = arrays.matrix @ values
    rows, delta = change.indices, change.data
    after = activity[rows] + delta
    missed = must[rows] & ((after > arrays.row_upper[rows] + 1e-6) | (after < arrays.row_lower[rows] - 1e-6))
    mover = np.repeat(np.arange(len(movers)), np.diff(change.indptr))
    return np.bincount(mover[missed], minlength=len(movers))


def _leave(model: Model, people: Array) -> Array:
    """The ``leave`` column of each person."""
    row = np.searchsorted(model.people.people, people)
    return model.leave[model.people.group[row]]


def _taken(seen: Seen, movers: Array) -> Array:
    """The ``go`` column that each mover takes in the plan."""
    model, fates = seen.model, seen.fates
    seats = model.people.seats
    kind = model.people.kind[np.searchsorted(model.people.people, movers)]
    find: dict[tuple[int, int, str, str], int] = {}
    for number in range(len(seats.person)):
        find[(int(seats.person[number]), int(seats.destination[number]), *seats.options[int(seats.option[number])])] = (
            number
        )
    told = []
    for person, each in zip(movers.tolist(), kind.tolist(), strict=True):
        stage, subject, to = str(fates.stage[person]), str(fates.subject[person]), int(fates.destination[person])
        told.append(find.get((each, to, stage, subject), find.get((each, to, "", subject), 0)))
    return model.go[np.array(told, dtype=np.int64)]


def _breaches(district: District, policy: Policy, plan: Plan, standing: Standing) -> set[tuple[str, str]]:
    """Rule and scope of every breach that the judge finds; the plan's own numbers aside."""
    audit = audit_plan(district, policy, plan, draw=standing.draw)
    return {
        (each.rule, each.scope)
        for each in audit.findings
        if each.verdict is Verdict.BREACH and each.force == "must" and each.rule in policy.by_id
    }


def _link(seen: Seen, plan: Plan, person: int, hang_on: int, before: set[tuple[str, str]]) -> Link:
    model = seen.model
    district, policy, standing = model.ground.district, model.policy, model.ground.standing
    staff_id, name = (str(district.staff[column].iat[person]) for column in ("staff_id", "name"))
    rest = Plan(plan.transfers[plan.transfers["staff_id"] != staff_id].reset_index(drop=True), plan.deferred)
    new = _breaches(district, policy, rest, standing) - before
    rules = tuple(sorted({label(policy.by_id[rule]) for rule, _ in new}))
    levels = (as_asked(Ask(person, None)), keeping_to(seen.fates))
    found = solve_plan(district, policy, standing, SolveOptions(time_limit=PATCH_SECONDS), before=levels).plan
    if found is None or found.objectives[0].value > 0:
        none = found is not None and found.objectives[0].proven
        return Link(staff_id, name, len(new), rules, hang_on, None, None, len(seen.fates.moves), none)
    asked, changed = found.objectives[:2]
    others = round(changed.value) - 1  # without the one who withdraws
    proven = asked.proven and changed.proven
    return Link(staff_id, name, len(new), rules, hang_on, found, compare(plan, found), others, proven)
