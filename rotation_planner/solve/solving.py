"""From policy and standing to a plan: build the model, solve its levels, write the answer down."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rotation_planner import __version__
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.model import Cap, LevelBefore, Model
from rotation_planner.model.program import Array
from rotation_planner.model.unpack import Moves, pack, unpack
from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.city import VERY_MANY_ARCS, City
from rotation_planner.solve.contradictions import Contradiction, contradictions
from rotation_planner.solve.drawing import by_lot
from rotation_planner.solve.engines import Outcome, clock, constraint_program, engine_versions
from rotation_planner.solve.large import Large
from rotation_planner.solve.levels import Levels, Limits, Reached, many_arcs
from rotation_planner.solve.narrowing import Narrowing
from rotation_planner.solve.progress import Listener, Teller
from rotation_planner.solve.proposal import Proposal

FOR_THE_LOT = 0.1  # of the time at least, to decide among equally good plans


@dataclass(frozen=True, eq=False)
class Solution:
    """``plan`` is ``None`` unless the status is optimal or feasible; ``contradictions`` only where there is no plan.
    ``interrupted``: somebody asked to stop before the end."""

    status: Status
    plan: Plan | None
    contradictions: tuple[Contradiction, ...] = ()
    interrupted: bool = False


def solve_plan(
    district: District,
    policy: Policy,
    standing: Standing,
    options: SolveOptions | None = None,
    *,
    progress: Listener | None = None,
    stop: threading.Event | None = None,
    plain: bool = False,
    before: Sequence[LevelBefore] = (),
    start: Moves | None = None,
    caps: Mapping[str, Cap] | None = None,
    lots: bool = False,
) -> Solution:
    """Find the best plan within ``options.time_limit`` seconds, and say what of it is proven.

    ``progress`` is called with every step, possibly from another thread. Set ``stop`` to end early and keep the best
    plan found. ``plain`` solves the model with everybody kept apart (slower; a check of the gathering). ``before``:
    goal levels that come before the policy's own; the plan's objectives then begin with them. ``start``: moves that
    keep every must rule; the search begins with them, and never tells a worse plan. ``caps``: by id, levels that may
    not be worse than a value; those that are only held are not among the plan's objectives, and where no plan keeps to
    the caps no contradictions are told. ``lots``: where the standing has a draw number and every goal is proven, take
    the one of all plans as good that the lots take (see `drawing`); ``plan.more["draw"]`` says whether they decided.
    Where the options ask for a repeatable run, or not all is proven, ``plan.more["repeatable"]`` says whether the clock
    decided nothing.
    """
    options = options or SolveOptions()
    only_held = sum(not cap.goal for cap in (caps or {}).values())
    teller = Teller(progress, len(before) + len(policy.goals) - only_held, options.time_limit)
    begun = clock()
    model = Model(district, policy, standing, plain=plain, before=before, caps=caps)
    built = clock()
    limits = Limits(options.gap, options.workers, options.seed, options.repeatable)
    levels = _search(model, bool(before or caps))(model, teller, limits, stop)
    if start is not None and (values := completed(model, start, stop)) is not None:
        levels.accept(values)
    reached = levels.run()
    interrupted, by_clock = stop is not None and stop.is_set(), levels.clock_decided
    if reached.values is None:
        return _no_plan(model, reached, teller, interrupted, stop)
    drawn = None
    draw = standing.draw if lots else None
    if draw is not None and all(each.proven for each in objectives_of(model, reached)):
        left = max(teller.left, FOR_THE_LOT * options.time_limit)
        until = clock() + left
        drawn = by_lot(model, reached.values, draw, seconds=left, seed=options.seed, stop=stop)
        reached.values, interrupted = drawn.values, stop is not None and stop.is_set()
        by_clock |= interrupted or clock() >= until
    solved = clock()
    confirm(model, reached)
    proposal = Proposal(model, reached.values, unpack(model, reached.values))
    objectives = objectives_of(model, reached)
    proven = all(each.proven for each in objectives)
    moves = proposal.transfers()
    deferred = proposal.deferred()
    due = standing.any_due
    more: dict[str, Any] = {} if draw is None else {"draw": {"number": draw, "decided": bool(drawn and drawn.decided)}}
    if options.repeatable or not proven:
        more["repeatable"] = not by_clock
    plan = Plan(
        moves,
        deferred,
        Status.OPTIMAL if proven else Status.FEASIBLE,
        objectives,
        {"model": round(built - begun, 3), "solve": round(solved - built, 3)},
        {
            "staff": len(district.staff),
            "schools": len(district.schools),
            "candidates": int(standing.candidate.sum()),
            "due": int(due.sum()),
            "due_placed": int(due[proposal.moves.person].sum()),
            "moves": len(moves),
            "deferred": len(deferred),
        },
        engine_versions(),
        options.seed,
        {},
        __version__,
        more,
    )
    return Solution(plan.status, plan, (), interrupted)


def _search(model: Model, before: bool) -> type[Levels]:
    """How a model is searched: a level that comes before leaves little room to those behind it."""
    if before:
        return Narrowing
    if len(model.go) > VERY_MANY_ARCS:
        return City
    return Large if many_arcs(model) else Levels


def objectives_of(model: Model, reached: Reached) -> tuple[Objective, ...]:
    """Value and bound of every level in points."""
    return tuple(
        Objective(
            cost.id,
            (value + cost.constant) / cost.scale,
            (min(bound, value) + cost.constant) / cost.scale if np.isfinite(bound) else 0.0,
        )
        for cost, value, bound in zip(model.costs, reached.value, reached.bound, strict=True)
    )


def completed(model: Model, moves: Moves, stop: threading.Event | None = None) -> Array | None:
    """All columns of given moves, completed by CP-SAT; ``None`` where they are not open or break a rule."""
    packed = pack(model, moves)
    if packed is None:
        return None
    own = np.zeros(model.program.columns, bool)
    own[model.leave] = own[model.go] = True
    arrays = model.arrays
    lower, upper = np.where(own, packed, arrays.lower), np.where(own, packed, arrays.upper)
    if (packed[own] < arrays.lower[own]).any() or (packed[own] > arrays.upper[own]).any():
        return None
    used = ~own | (packed != 0)
    nothing = np.zeros(model.program.columns, dtype=np.int64)
    part = replace(arrays, lower=lower, upper=upper)
    return constraint_program(part, nothing, seconds=60, hint=np.where(own, packed, lower), free=used, stop=stop).values


def confirm(model: Model, reached: Reached) -> None:
    """CP-SAT proves in exact whole numbers that the columns keep every row; what it refuses is never told as a plan.

    Raises:
        ArithmeticError: it refuses them.
    """
    if reached.values is None:
        return
    nothing = np.zeros(model.program.columns, dtype=np.int64)
    # Columns at 0 add nothing to any row: CP-SAT is given the others, each with the one value it has.
    used = reached.values != 0
    one_value = replace(model.arrays, lower=np.where(used, reached.values, 0), upper=np.where(used, reached.values, 0))
    answer = constraint_program(one_value, nothing, seconds=60, hint=reached.values, free=used)
    if answer.outcome is not Outcome.OPTIMAL:
        raise ArithmeticError("CP-SAT does not confirm the plan")


def _no_plan(
    model: Model, reached: Reached, teller: Teller, interrupted: bool, stop: threading.Event | None
) -> Solution:
    """No plan: told as infeasible only when a second engine, or what must give, says so too."""
    if not reached.infeasible:
        return Solution(Status.UNKNOWN, None, (), interrupted)
    capped = any(np.isfinite(cap.at_most) for cap in model.caps.values())
    found = () if capped else contradictions(model, seconds=max(teller.left, 30.0), stop=stop)
    nothing = np.zeros(model.program.columns, dtype=np.int64)
    second = constraint_program(model.arrays, nothing, seconds=max(teller.left, 20.0), stop=stop)
    if second.values is not None:  # the engines disagree: nothing is told
        return Solution(Status.UNKNOWN, None, (), interrupted)
    if second.outcome is Outcome.INFEASIBLE or found:
        return Solution(Status.INFEASIBLE, None, found, interrupted)
    return Solution(Status.UNKNOWN, None, (), interrupted)
