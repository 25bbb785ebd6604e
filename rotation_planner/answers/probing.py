"""Whether a plan as good could do otherwise for one person, proven by bounds: quicker than solving again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rotation_planner.answers.seen import Seen
from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.program import INFINITY
from rotation_planner.solve.engines import Outcome, relax
from rotation_planner.solve.levels import whole_above


@dataclass(frozen=True)
class Probe:
    """``level``: the first goal level whose bound shows that every plan with the person there is worse, the earlier
    ones being no worse than today; ``then`` the least that it comes to (points). ``impossible``: no plan at all."""

    level: int | None = None
    then: float = 0.0
    impossible: bool = False


def probe(seen: Seen, values: Array, person: int, schools: tuple[int, ...], *, seconds: float) -> Probe | None:
    """What the bounds prove of all plans in which a candidate goes to one of the schools; ``None``: nothing."""
    model = seen.model
    people, seats = model.people, model.people.seats
    row = int(np.searchsorted(people.people, person))
    arcs = np.flatnonzero((seats.person == people.kind[row]) & np.isin(seats.school, schools))
    lower = model.arrays.lower.copy()
    group = model.leave[people.group[row]]
    lower[group] = max(lower[group], 1.0)
    there = np.zeros(len(values))
    there[model.go[arcs]] = 1.0
    program = replace(model.arrays, lower=lower).with_row(there, INFINITY, 1.0)
    for level, cost in enumerate(seen.costs):
        answer = relax(program, cost.coefficients, seconds=seconds)
        value = float(cost.coefficients @ values)
        if answer.outcome is Outcome.INFEASIBLE:
            return Probe(impossible=True) if level == 0 else None
        if answer.outcome is not Outcome.OPTIMAL:
            return None
        bound = whole_above(answer.bound, cost)
        if bound > value + 0.5:
            return Probe(level, (bound + cost.constant) / cost.scale)
        program = program.with_row(cost.coefficients, value)
    return None
