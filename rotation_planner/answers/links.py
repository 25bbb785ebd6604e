"""The weakest links of a plan: whose withdrawal breaks most, and the best patch for each."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from rotation_planner.answers.chains import Chains
from rotation_planner.answers.keeping import Fates
from rotation_planner.answers.patches import Patches
from rotation_planner.answers.seen import Seen
from rotation_planner.answers.sifting import Sifting
from rotation_planner.audit import audit_plan
from rotation_planner.audit.result import Verdict
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.model import Model
from rotation_planner.model.program import CUT
from rotation_planner.model.unpack import unpack
from rotation_planner.plan.compare import Comparison, compare
from rotation_planner.plan.plan import Objective, Plan
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label
from rotation_planner.solve.elastic import STRUCTURE
from rotation_planner.solve.engines import clock
from rotation_planner.solve.proposal import Proposal
from rotation_planner.words import say

AT_ONCE = 2  # movers for whom a patch is looked for side by side
FOR_PROOFS = 0.35  # of the time, to prove the largest numbers


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
            return told + say("links.no_patch" if self.proven else "links.none_found")
        return told + say("links.patch" if self.proven else "links.patch_unproven", others=self.others)


@dataclass(frozen=True, eq=False)
class Links:
    """The weakest links, the weakest first. ``proven``: nobody else's withdrawal moves more others than that of the
    last one; ``looked``: of how many movers (``of`` so many) a patch was looked for. ``pinned``: how many of them are
    pinned to go and left out."""

    links: tuple[Link, ...]
    proven: bool = False
    looked: int = 0
    of: int = 0
    pinned: int = 0

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
        told = say("links.all" if self.proven else "links.some", looked=self.looked, of=self.of)
        return told + say("links.pinned", count=self.pinned) if self.pinned else told

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
    seconds: float = 240.0,
) -> Links:
    """The ``most`` movers whose withdrawal moves the most others, with the best patch for each.

    For every mover a patch is looked for near by first: so many others change at most. From the largest of these
    numbers on, the fewest that must change are found (see `Patches`), until no mover left can come to more. Those
    without whom there is no plan at all come first. Whoever is pinned to go is left out: the pin would have to be
    lifted first.
    """
    until = clock() + seconds
    fates = Fates.of(plan.transfers, Openings(policy, standing).routing)
    movers = np.flatnonzero(fates.moves)
    sifting = Sifting(district, policy, standing, plan.transfers, movers.tolist(), keeping=True)
    if sifting.values is None:  # nothing can be mended before the plan itself
        return Links((), False, 0, len(movers))
    seen = Seen(sifting.model, fates, sifting.values)
    patches = Patches(sifting, seen, until)
    broken = _broken_rows(seen, sifting.values, movers)
    ids = district.staff["staff_id"].to_numpy(object)
    after = dict(zip(found.frame["staff_id"], found.frame["length"] - found.frame["step"], strict=True))
    hang = np.array([int(after.get(ids[person], 0)) for person in movers], dtype=np.int64)
    free = [place for place in np.lexsort((movers, -hang, -broken)) if not patches.pinned(int(movers[place]))]
    share = FOR_PROOFS * seconds
    with ThreadPoolExecutor(AT_ONCE) as pool:  # the engine works beside Python
        told = pool.map(lambda place: patches.most(int(movers[place])) if patches.left > share else None, free)
        limits = {place: most for place, most in zip(free, told, strict=True) if most is not None}
    sure: dict[int, bool] = {}
    while True:  # only of the largest numbers does it matter whether fewer would do
        first = sorted(limits, key=lambda each: (-limits[each], each not in sure, ids[movers[each]]))[:most]
        place = next((each for each in first if each not in sure), None)
        if place is None:
            break
        limits[place], sure[place] = patches.fewest(int(movers[place]), limits[place])
    before = _breaches(district, policy, plan, standing)
    links = [
        _link(seen, patches, plan, int(movers[place]), limits[place], sure[place], int(hang[place]), before)
        for place in first
    ]
    links.sort(key=lambda each: (-_others(each), -each.breaks, each.staff_id))
    pinned = len(movers) - len(free)
    proven = len(limits) == len(free) and all(sure[place] for place in first)
    return Links(tuple(links), proven, len(limits) + pinned, len(movers), pinned)


def _others(link: Link) -> float:
    """How many others change, without end where there is no plan at all."""
    return math.inf if link.patch is None else link.others


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


def _link(
    seen: Seen,
    patches: Patches,
    plan: Plan,
    person: int,
    others: float,
    proven: bool,
    hang_on: int,
    before: set[tuple[str, str]],
) -> Link:
    model = seen.model
    district, policy, standing = model.ground.district, model.policy, model.ground.standing
    staff_id, name = (str(district.staff[column].iat[person]) for column in ("staff_id", "name"))
    rest = Plan(plan.transfers[plan.transfers["staff_id"] != staff_id].reset_index(drop=True), plan.deferred)
    new = _breaches(district, policy, rest, standing) - before
    rules = tuple(sorted({label(policy.by_id[rule]) for rule, _ in new}))
    values = None if math.isinf(others) else patches.best(person, others)
    if values is None:
        return Link(staff_id, name, len(new), rules, hang_on, None, None, len(seen.fates.moves), proven)
    proposal = Proposal(model, values, unpack(model, values))
    goals = tuple(
        Objective(cost.id, cost.value(values) / cost.scale, min(0.0, cost.value(values) / cost.scale))
        for cost in patches.costs
    )
    patch = Plan(proposal.transfers(), proposal.deferred(), objectives=goals)
    return Link(staff_id, name, len(new), rules, hang_on, patch, compare(plan, patch), round(others), proven)
