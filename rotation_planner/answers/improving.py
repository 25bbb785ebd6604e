"""No improvement left undone: whether one person's change, or an exchange among two or three, would better a plan.

A *single change* gives one person another fate: to stay, to go, to go elsewhere. Each that could be better is tried
(see ``singles``). An *exchange* gives two or three people other fates and leaves every school with as many people
coming and going as before, so that they take each other's places, in any stage, subject or way open to them. Exchanges
are searched level by level, as an integer program over the model: a level counts as searched only where the program is
proven to have no better plan. In a large district prices of the whole come first (see ``held``): at a level whose bound
the plan reaches there is nothing to look for, and most columns stand still in every better plan. Then one stage and
subject after the other is searched, all others standing still, and what reaches over several of them last.
Whatever is found is put to the judge, and told only where the judge passes it and counts it better.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from rotation_planner.answers.alone import Alones
from rotation_planner.answers.held import FEW_ARCS, Held
from rotation_planner.answers.keeping import STAYS, Fates
from rotation_planner.answers.seen import Seen
from rotation_planner.answers.singles import Singles
from rotation_planner.audit import audit_plan
from rotation_planner.audit.result import Better, LeftUndone
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.model import Model
from rotation_planner.model.program import ProgramArrays
from rotation_planner.model.unpack import unpack
from rotation_planner.plan.plan import DEFERRED_COLUMNS, Plan, Status
from rotation_planner.plan.table import blank_frame
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.engines import Outcome, clock, integer_program
from rotation_planner.solve.levels import whole_above
from rotation_planner.solve.proposal import Proposal
from rotation_planner.solve.subjects import Subjects
from rotation_planner.words import language, say

MOST_IN_EXCHANGE = 3
SINGLE, EXCHANGE, WITHIN = "single", "exchange", "within"
SHAPES = {False: (SINGLE, EXCHANGE), True: (SINGLE, WITHIN, EXCHANGE)}  # told of a small and of a large district
A_LOOK = 5.0  # seconds for a look at one part, even where its share is less
AT_LEAST, STAFF_A_SECOND = 60.0, 80  # seconds for a search; more in large districts
FOR_PRICES, FOR_CUTS = 0.5, 0.1  # of the time in a large district: for prices, and of that for what schools must pay
FOR_PARTS = 0.9  # of the rest, for one stage and subject after the other


@dataclass(frozen=True)
class _Look:
    """One program asked: exchanges that better a level."""

    level: int
    program: ProgramArrays


def left_undone(
    district: District,
    policy: Policy,
    plan: Plan,
    standing: Standing,
    *,
    seconds: float | None = None,
    trust: bool = True,
    stop: threading.Event | None = None,
) -> LeftUndone:
    """Whether any single change, swap or three-way exchange inside the rules would still better the plan.

    ``trust``: levels that the plan's own objectives tell as proven, the earlier ones too, are not searched again where
    the numbers agree with a recount. ``seconds``: how long to search, not given: as the district's size asks for; what
    it does not reach is told as not searched.
    """
    until = clock() + (max(AT_LEAST, len(district.staff) / STAFF_A_SECOND) if seconds is None else seconds)
    if trust and plan.status is Status.OPTIMAL and plan.objectives and all(each.proven for each in plan.objectives):
        return LeftUndone("none", say("undone.proven"), (), True)
    seen = Seen.of(district, policy, standing, plan.transfers)
    if seen.values is None:
        return LeftUndone("not searched", say("undone.not_allowed"))
    looks = list(_looks(seen, seen.values, _proven(seen, seen.values, plan) if trust else 0))
    search, large = _Search(seen, seen.values, until, stop), len(seen.model.go) > FEW_ARCS
    missed = search.singly()
    if large and search.found is None:
        looks = search.by_prices(looks)
        missed |= search.in_parts(looks)
    missed |= search.everywhere(looks)
    if search.found is not None:
        better = _judged(seen, seen.values, *search.found)
        if better is None:
            return LeftUndone("unknown", say("undone.not_confirmed"))
        return LeftUndone("some", say("undone.some", what=better.sentence), (better,))
    if not {shape for shape, _ in missed} & {SINGLE, EXCHANGE}:
        return LeftUndone("none", say("undone.none"))
    return LeftUndone("unknown", say("undone.unknown", how_far=_how_far(policy, missed, SHAPES[large])))


class _Search:
    """Looks at neighbourhoods until one holds a better plan (``found``: its columns, and the level it betters). Each
    search tells the shapes and levels of which the time was too short."""

    def __init__(self, seen: Seen, values: Array, until: float, stop: threading.Event | None) -> None:
        self.seen, self.values, self.until, self.stop = seen, values, until, stop
        self.found: tuple[Array, int] | None = None
        self._held: Held | None = None

    def singly(self) -> set[tuple[str, int]]:
        """Every single change that could be better."""
        alones, now = Alones(self.seen, self.values), self.seen.goals(self.values)
        for values in Singles(self.seen, self.values).promising():
            if clock() >= self.until or (self.stop is not None and self.stop.is_set()):
                return {(SINGLE, level) for level in range(len(now))}
            then = alones.of(values).goals
            level = None if then is None else _bettered(then, now)
            if level is not None:
                self.found = values, level
                break
        return set()

    def by_prices(self, looks: Sequence[_Look]) -> list[_Look]:
        """The looks at levels where prices do not prove the plan the best of all that keep the earlier ones; from now
        on only columns are looked at that may move in a better plan."""
        time = FOR_PRICES * (self.until - clock())
        held = self._held = Held(self.seen, self.values, clock() + time, self.stop)
        held.tighten(self.seen.model, FOR_CUTS * time)

        def best(level: int) -> bool:
            told = held.prices(level)
            return told is not None and whole_above(told[0], self.seen.costs[level]) >= held.levels[level]

        return [look for look in looks if not best(look.level)]

    def everywhere(self, looks: Sequence[_Look]) -> set[tuple[str, int]]:
        """Exchanges among all people."""
        missed: set[tuple[str, int]] = set()
        for look in looks:
            if self.found is None and not self._ended(look, None, self.until - clock()):
                missed.add((EXCHANGE, look.level))
        return missed

    def in_parts(self, looks: Sequence[_Look]) -> set[tuple[str, int]]:
        """Exchanges stage and subject by stage and subject, the smallest first: most lie in one of them whole."""
        missed: set[tuple[str, int]] = set()
        subjects = Subjects(self.seen.model)
        parts = sorted((subjects.columns([each]) for each in range(subjects.count)), key=np.sum)
        rest = float(sum(free.sum() for free in parts))
        for free in parts:
            until = clock() + FOR_PARTS * (self.until - clock()) * float(free.sum()) / rest
            rest -= float(free.sum())
            for number, look in enumerate(looks):
                share = max((until - clock()) / (len(looks) - number), min(A_LOOK, self.until - clock()))
                if self.found is None and not self._ended(look, free, share):
                    missed.add((WITHIN, look.level))
        return missed

    def _ended(self, look: _Look, free: Array | None, seconds: float) -> bool:
        """Whether a look came to an end, with a better plan or with none."""
        cost = self.seen.costs[look.level].coefficients
        if self._held is not None:
            open_ = self._held.open(look.level)[0]
            free = open_ if free is None else free & open_
        answer = integer_program(
            look.program, cost, seconds=seconds, stop=self.stop, free=free, fixed=None if free is None else self.values
        )
        if answer.values is not None:
            self.found = answer.values, look.level
        return self.found is not None or answer.outcome is Outcome.INFEASIBLE


def _how_far(policy: Policy, missed: set[tuple[str, int]], shapes: Sequence[str]) -> str:
    """Which neighbourhoods were searched whole, and at which goals the search of the others did not end."""
    told = []
    for shape in shapes:
        goals = [level.words[language()] for number, level in enumerate(policy.goals) if (shape, number) in missed]
        name = say(f"undone.shape_{shape}")
        if goals:
            told.append(say("undone.not_ended", shape=name, goals=say("policy.list_separator").join(goals)))
        else:
            told.append(say("undone.ended", shape=name))
    return say("audit.clause_separator").join(told)


def _proven(seen: Seen, values: Array, plan: Plan) -> int:
    """How many levels from the first on are proven by the plan's own objectives."""
    count = 0
    told = {each.id: each for each in plan.objectives}
    for cost, value in zip(seen.costs, seen.goals(values), strict=True):
        objective = told.get(cost.id)
        if objective is None or not objective.proven or not math.isclose(objective.value, value, abs_tol=1e-6):
            break
        count += 1
    return count


def _looks(seen: Seen, values: Array, proven: int) -> Iterator[_Look]:
    """Every program of exchanges to ask, from the first level that is not proven on."""
    program = _same_counts(seen, values)
    program = program.with_row(seen.changes.coefficients, MOST_IN_EXCHANGE - seen.changes.constant)
    for level, cost in enumerate(seen.costs):
        value = float(cost.coefficients @ values)
        step = int(np.gcd.reduce(cost.coefficients)) if len(cost.coefficients) else 0
        if level >= proven and step:
            yield _Look(level, program.with_row(cost.coefficients, value - step))
        program = program.with_row(cost.coefficients, value)


def _same_counts(seen: Seen, values: Array) -> ProgramArrays:
    """The program in which at every school as many more come than go as in the plan."""
    model, arrays = seen.model, seen.model.arrays
    people, schools = model.people, model.ground.schools
    home = model.ground.facts.school[people.group_person]
    row, column = np.concatenate([people.seats.school, home]), np.concatenate([model.go, model.leave])
    sign = np.concatenate([np.ones(len(model.go)), -np.ones(len(model.leave))])
    net = sp.csr_matrix((sign, (row, column)), shape=(schools, model.program.columns))
    come = net @ values
    return arrays.with_rows(net, come, come)


def _judged(seen: Seen, values: Array, found: Array, level: int) -> Better | None:
    """What was found, put to the judge; ``None`` where the judge does not find it better."""
    model = seen.model
    district, policy = model.ground.district, model.policy
    (_, before), (transfers, after) = _judge(model, values), _judge(model, found)
    if before is None or after is None or _bettered(after, before) is None:
        return None
    fates = Fates.of(transfers, model.ground.routing)
    changed = np.flatnonzero(
        (fates.destination != seen.fates.destination)
        | ((fates.stage != seen.fates.stage) | (fates.subject != seen.fates.subject)) & fates.moves
    )
    told = []
    for person in changed.tolist():
        staff = district.staff
        told.append(
            say(
                "undone.person",
                name=staff["name"].iat[person],
                id=staff["staff_id"].iat[person],
                before=_place(seen, seen.fates, person),
                after=_place(seen, fates, person),
            )
        )
    kind = SINGLE if len(changed) == 1 else "swap" if len(changed) == 2 else "three_way"
    goal = policy.goals[level]
    sentence = say(
        f"undone.{kind}",
        people=say("audit.clause_separator").join(told),
        goal=goal.words[language()],
        before=f"{before[level]:g}",
        after=f"{after[level]:g}",
    )
    ids = tuple(str(district.staff["staff_id"].iat[person]) for person in changed.tolist())
    return Better(kind, ids, goal.id, before[level], after[level], sentence)


def _judge(model: Model, values: Array) -> tuple[pd.DataFrame, tuple[float, ...] | None]:
    """The rows of a solution, and its goals as the judge counts them; ``None`` where the judge does not pass it."""
    transfers = Proposal(model, values, unpack(model, values)).transfers()
    plan = Plan(transfers, blank_frame(DEFERRED_COLUMNS))
    audit = audit_plan(model.ground.district, model.policy, plan, draw=model.ground.standing.draw)
    return transfers, tuple(goal.value for goal in audit.goals) if audit.passes else None


def _bettered(after: tuple[float, ...], before: tuple[float, ...]) -> int | None:
    """The level at which one is better in the strict order of the levels, differences of rounding aside; ``None``: it
    is not."""
    for level, (one, other) in enumerate(zip(after, before, strict=True)):
        if not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6):
            return level if one < other else None
    return None


def _place(seen: Seen, fates: Fates, person: int) -> str:
    """Where somebody ends up, in words."""
    to = int(fates.destination[person])
    if to == STAYS:
        return say("undone.stays")
    schools = seen.model.ground.district.schools["name"]
    return str(schools.iat[int(seen.model.ground.destinations.school[to])])
