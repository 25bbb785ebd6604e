"""What a school has, lacks and gets in one subject: asked for, today, leaving, coming, afterwards."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from rotation_planner.eligibility.facts import Facts
from rotation_planner.policy.kinds import Modes
from rotation_planner.policy.policy import Policy

Key = tuple[int, str, str]


class Needs:
    """Full-time staff by school, stage and subject under a plan."""

    def __init__(self, facts: Facts, policy: Policy, transfers: pd.DataFrame) -> None:
        district = facts.district
        # Whoever helps elsewhere and goes on counting at the old school leaves no place and fills none.
        self._helping = {case.mode for rule in policy.of(Modes) for case in rule.cases if case.stays_counted}
        transfers = transfers[self.counts(transfers)]
        staff = district.staff
        full = np.asarray(staff["full_time"], bool)
        stage, subject = staff["stage"].tolist(), staff["subject"].tolist()
        school = district.staff_school.tolist()
        own: list[Key] = [(school[each], stage[each], subject[each]) for each in range(len(staff))]
        self.today = Counter(own[each] for each in np.flatnonzero(full))
        self.out: Counter[Key] = Counter()
        self.into: Counter[Key] = Counter()
        for row in transfers.to_dict("records"):
            person, to = district.staff_pos.get(row["staff_id"]), district.school_pos.get(row["to_school_id"])
            if person is None or to is None or not full[person]:
                continue
            self.out[own[person]] += 1
            self.into[to, row["stage"], row["subject"]] += 1
        demand = district.demand
        rows = zip(demand["school_id"], demand["stage"], demand["subject"], demand["required"], strict=True)
        self.required: dict[Key, float] = {
            (district.school_pos[school_id], at, what): float(required) for school_id, at, what, required in rows
        }

    def counts(self, transfers: pd.DataFrame) -> pd.Series:
        """Which rows take people from one school to another where they count."""
        crosses = transfers["from_school_id"] != transfers["to_school_id"]
        return crosses & ~transfers["mode"].isin(self._helping)

    def of(self, school: int, stage: str, subject: str) -> dict[str, int]:
        """The numbers of one subject of a school; ``required`` only where the district asks for any."""
        key = (school, stage, subject)
        told = {"today": self.today[key], "out": self.out[key], "into": self.into[key]}
        told["after"] = told["today"] - told["out"] + told["into"]
        required = self.required.get(key)
        return told if required is None or np.isnan(required) else {"required": int(required), **told}

    def keys_of(self, school: int) -> list[Key]:
        """The subjects in which anybody goes or comes, in the order of stage and subject."""
        return sorted(key for key in {*self.out, *self.into} if key[0] == school)
