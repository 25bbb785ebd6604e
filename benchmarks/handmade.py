"""A plan without solving: people and open seats drawn by lot within the caps that are easily kept.

It is there to be handled (judged, written, drawn) at sizes at which solving takes its time, never to be a good plan.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from rotation_planner.eligibility import Standing, stand
from rotation_planner.eligibility.openings import SLICE, Openings
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Plan, Status
from rotation_planner.run import Scenario, complete

OF_A_SCHOOL = 0.12  # of its staff leave at most
PASSES = 4


def by_lot(scenario: Scenario, moves: int, seed: int) -> tuple[Plan, Standing]:
    """So many moves, fewer where no seat is left: teachers in any order, those who must go first, each to an open seat
    drawn by lot among those where subject and school have room."""
    district, policy = scenario.district, scenario.policy
    standing = stand(district, policy, draw=scenario.file.solve.draw)
    openings, facts = Openings(policy, standing), standing.facts
    rng = np.random.default_rng(seed)
    room = _Room(standing)
    may = np.flatnonzero(standing.candidate & (facts.of_people("position") == "teacher"))
    order = may[np.lexsort((rng.random(len(may)), ~standing.any_due[may]))]
    rows: list[dict[str, str]] = []
    # Again for those who found no seat: whoever left since then has made room.
    for first in [*range(0, len(order), SLICE)] * PASSES:
        people = order[first : first + SLICE]
        people = people[~room.moved[people]]
        seats = openings.seats(people, openings.open_to(people))
        begins = np.searchsorted(seats.person, np.arange(len(people) + 1))
        for row, person in enumerate(people.tolist()):
            mine = np.arange(begins[row], begins[row + 1])
            mine = mine[room.to_enter(seats.school[mine], seats.demand[mine])]
            if len(rows) >= moves or not len(mine) or not room.to_leave(person):
                continue
            seat = int(rng.choice(mine))
            room.move(person, int(seats.school[seat]), int(seats.demand[seat]))
            stage, subject = seats.options[int(seats.option[seat])]
            to = str(district.schools["school_id"].iat[int(seats.school[seat])])
            who = str(district.staff["staff_id"].iat[person])
            rows.append({"staff_id": who, "to_school_id": to, "stage": stage, "subject": subject, "reason": "by lot"})
    table = pd.DataFrame(rows).reindex(columns=list(TRANSFER_COLUMNS)).fillna("").astype("str")
    plan = complete(scenario, Plan(table, _staying(standing, room.moved), Status.FEASIBLE))
    sorted_moves = plan.transfers.sort_values(["from_school_id", "staff_id"], ignore_index=True)
    return dataclasses.replace(plan, transfers=sorted_moves), standing


class _Room:
    """What schools and subjects can give and take while moves are drawn."""

    def __init__(self, standing: Standing) -> None:
        facts, demand = standing.facts, standing.facts.district.demand
        self.school, self.row = facts.school, facts.demand_of_person
        schools = len(facts.district.schools)
        here = np.bincount(self.school, minlength=schools)
        limit = facts.district.schools["headcount_limit"].to_numpy(float)
        self.leave = (here * OF_A_SCHOOL).astype(int)
        self.enter = np.maximum(np.nan_to_num(limit, nan=np.inf) - here, 0)
        counted = np.bincount(self.row[self.row >= 0], minlength=len(demand))
        self.over = counted - demand["required"].to_numpy(float)
        self.moved = np.zeros(len(self.school), bool)

    def to_leave(self, person: int) -> bool:
        """Whether the school can do without one more, and the subject does not lack people yet."""
        return bool(self.leave[self.school[person]] > 0 and (self.row[person] < 0 or self.over[self.row[person]] >= 0))

    def to_enter(self, schools: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Where there is room for one more."""
        return (self.enter[schools] > 0) & ((rows < 0) | (self.over[rows] < 0))

    def move(self, person: int, to: int, row: int) -> None:
        """Count a move."""
        self.moved[person] = True
        self.leave[self.school[person]] -= 1
        self.enter[self.school[person]] += 1
        self.enter[to] -= 1
        for each, step in ((self.row[person], -1), (row, 1)):
            if each >= 0:
                self.over[each] += step


def _staying(standing: Standing, moved: np.ndarray) -> pd.DataFrame:
    """Everybody who meets a duty and stays."""
    met = np.logical_or.reduce(list(standing.meets.values())) & ~moved
    staff = standing.facts.district.staff[met]
    told = {name: staff[name] for name in ("staff_id", "name", "school_id")}
    frame = pd.DataFrame({**told, "rules": "", "why": "by lot"}, columns=list(DEFERRED_COLUMNS))
    return frame.sort_values(["school_id", "staff_id"], ignore_index=True).astype("str")
