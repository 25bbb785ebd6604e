"""A given plan as the start of a search: hand-made or last year's, repaired where today's rules ask for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from rotation_planner.answers.keeping import ELSEWHERE, Fates, keeping_to
from rotation_planner.audit import audit_plan
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.routing import Routing
from rotation_planner.eligibility.standing import Standing
from rotation_planner.model.model import Model
from rotation_planner.model.unpack import Moves, unpack
from rotation_planner.plan.plan import DEFERRED_COLUMNS, Plan
from rotation_planner.plan.table import blank_frame
from rotation_planner.policy.policy import Policy
from rotation_planner.solve.levels import Limits
from rotation_planner.solve.narrowing import Narrowing
from rotation_planner.solve.progress import Teller


class Use(StrEnum):
    """What became of a given plan."""

    TAKEN = "taken"
    REPAIRED = "repaired"
    IGNORED = "ignored"


@dataclass(frozen=True, eq=False)
class Start:
    """The moves to start from, ``None`` where the given plan was ignored; ``changed``: how many people's fates had to
    be changed to keep every must rule; ``unknown``: rows that speak of nobody of today, or lead nowhere; ``by_clock``:
    whether the clock may have decided it."""

    use: Use
    moves: Moves | None
    changed: int = 0
    unknown: int = 0
    by_clock: bool = False

    def as_dict(self) -> dict[str, object]:
        """The record for plan.json."""
        return {"outcome": self.use.value, "changed": self.changed, "unknown": self.unknown}


def start_from(
    district: District,
    policy: Policy,
    standing: Standing,
    transfers: pd.DataFrame,
    options: SolveOptions,
    *,
    seconds: float,
    stop: threading.Event | None = None,
) -> Start:
    """The plan that keeps every must rule and changes the fewest fates of the given rows, within some seconds; rows
    that the judge passes are taken as they are, without any search."""
    routing = Routing(standing.selecting, policy)
    fates = Fates.of(transfers, routing)
    unknown = len(transfers) - int(fates.moves.sum()) + int((fates.destination == ELSEWHERE).sum())
    if not unknown and audit_plan(district, policy, _bare(transfers), draw=standing.draw).passes:
        person = np.flatnonzero(fates.moves)
        to = fates.destination[person]
        school = routing.destinations.school[to]
        return Start(Use.TAKEN, Moves(person, to, school, fates.stage[person], fates.subject[person]))
    model = Model(district, policy, standing, before=(keeping_to(fates),))
    search = Narrowing(model, Teller(None, 1, seconds), Limits(0.0, 1, options.seed, options.repeatable), stop)
    search.costs = search.costs[:1]  # how good it is does not matter yet
    reached = search.run()
    if reached.values is None:
        return Start(Use.IGNORED, None, unknown=unknown, by_clock=search.clock_decided)
    changed = round((reached.value[0] + model.costs[0].constant) / model.costs[0].scale)
    use = Use.REPAIRED if changed or unknown else Use.TAKEN
    return Start(use, unpack(model, reached.values), changed, unknown, search.clock_decided)


def _bare(transfers: pd.DataFrame) -> Plan:
    """The rows without anything that their file claims of them."""
    return Plan(transfers, blank_frame(DEFERRED_COLUMNS))
