"""In which way each move is made: mode, personnel file, and until when."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from rotation_planner.data.dates import add_months
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.destinations import NO_WAY
from rotation_planner.eligibility.routing import Routing
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Duty, ModeCase
from rotation_planner.policy.selectors import next_day


def ways(routing: Routing, standing: Standing, people: Array, destinations: Array) -> pd.DataFrame:
    """The way of each move (positions of person and destination, in parallel): mode, personnel_file_moves, until.

    Text as in a plan; blank where no case of the ``modes`` rule holds. Without such a rule every move is a transfer
    whose file moves.
    """
    count = len(people)
    mode, file_moves, until = (np.full(count, "", dtype=object) for _ in range(3))
    if routing.modes is None:
        mode[:], file_moves[:] = "transfer", "yes"
        return pd.DataFrame({"mode": mode, "personnel_file_moves": file_moves, "until": until}, dtype="str")
    least = np.zeros(count, dtype=np.int64)
    for duty in routing.policy.of(Duty):
        if duty.serves_years is not None:
            least = np.where(standing.eligible[duty.id][people], np.maximum(least, duty.serves_years), least)
    taken = routing.ways(people)[np.arange(count), destinations]
    as_of = standing.facts.district.as_of
    for row in np.flatnonzero(taken != NO_WAY):
        case = routing.modes.cases[taken[row]]
        mode[row], file_moves[row] = case.mode, "yes" if case.file_moves else "no"
        last = end_of(case, as_of, int(least[row]))
        until[row] = "" if last is None else last.isoformat()
    return pd.DataFrame({"mode": mode, "personnel_file_moves": file_moves, "until": until}, dtype="str")


def end_of(case: ModeCase, as_of: dt.date, least_years: int) -> dt.date | None:
    """The day to which a service of this case lasts at least; ``None`` where it has no end. ``least_years``: what a
    duty asks for."""
    if case.until is not None:
        return next_day(case.until, as_of)
    if not case.ends:
        return None
    return add_months(as_of, max(case.least_months, 12 * least_years))
