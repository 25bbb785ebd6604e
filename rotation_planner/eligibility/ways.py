"""In which way each move is made: mode, personnel file, and until when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rotation_planner.data.dates import add_months
from rotation_planner.eligibility.facts import Array
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Duty, Modes
from rotation_planner.policy.policy import Policy


def ways(policy: Policy, standing: Standing, people: Array, schools: Array) -> pd.DataFrame:
    """The way of each move (positions of person and school entered, in parallel): mode, personnel_file_moves, until.

    Text as in a plan; blank where no case of the ``modes`` rule holds. Without such a rule every move is a transfer
    whose file moves.
    """
    count = len(people)
    mode, file_moves, until = (np.full(count, "", dtype=object) for _ in range(3))
    rules = policy.of(Modes)
    if not rules:
        mode[:], file_moves[:] = "transfer", "yes"
    least = np.zeros(count, dtype=np.int64)
    for duty in policy.of(Duty):
        if duty.serves_years is not None:
            least = np.where(standing.eligible[duty.id][people], np.maximum(least, duty.serves_years), least)
    as_of = standing.facts.district.as_of
    open_ = np.ones(count, bool)
    for case in [case for rule in rules[:1] for case in rule.cases]:
        taken = open_.copy()
        if case.when is not None:
            taken &= standing.selecting.route(case.when, people)[np.arange(count), schools]
        mode[taken], file_moves[taken] = case.mode, "yes" if case.file_moves else "no"
        if case.years is not None:
            for row in np.flatnonzero(taken):
                until[row] = add_months(as_of, 12 * max(case.years, int(least[row]))).isoformat()
        open_ &= ~taken
    return pd.DataFrame({"mode": mode, "personnel_file_moves": file_moves, "until": until}, dtype="str")
