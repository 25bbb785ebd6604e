"""What a new plan changes for everybody who was told a former one: from what to what, why, and who gains by it."""

from __future__ import annotations

from collections import deque

import numpy as np
import pandas as pd

from rotation_planner.answers.keeping import ELSEWHERE, STAYS, Fates
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.plan.compare import Comparison, compare
from rotation_planner.plan.plan import Plan
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label
from rotation_planner.words import say

CHANGE_COLUMNS = (
    "staff_id", "name", "school_id", "school", "was_to_id", "was_to", "now_to_id", "now_to", "cause", "because",
    "after_staff_id", "rules", "why", "gain", "wish_was", "wish_now", "km_was", "km_now",
)  # fmt: skip
GONE, APPEAL, PIN, DATA, CHAIN = "gone", "appeal", "pin", "data", "chain"
BETTER, WORSE, SAME = "better", "worse", "same"


class Changes:
    """The changes from a ``former`` plan to a ``new`` one, under the data and rules of today; ``found``: the two
    compared, where that is known already."""

    def __init__(
        self,
        policy: Policy,
        standing: Standing,
        former: Plan,
        new: Plan,
        asked: frozenset[str] = frozenset(),
        found: Comparison | None = None,
    ) -> None:
        self.policy, self.standing, self.asked = policy, standing, asked
        self.district = standing.facts.district
        self.openings = Openings(policy, standing)
        self.fates = Fates.of(former.transfers, self.openings.routing)
        self._former, self._new = (
            plan.transfers.drop_duplicates("staff_id").set_index("staff_id") for plan in (former, new)
        )
        self._wishes: dict[str, list[tuple[int, str, str]]] = {}
        table = self.district.applications
        for row in zip(table["staff_id"], table["rank"], table["school_id"], table["zone"], strict=True):
            self._wishes.setdefault(row[0], []).append((int(row[1]), row[2], row[3]))
        found = compare(former, new) if found is None else found
        ids = {*found.only_first["staff_id"], *found.only_second["staff_id"], *found.changed["staff_id"]}
        self.people = sorted(ids)

    def frame(self) -> pd.DataFrame:
        """One row a person whose fate changes: the columns of ``CHANGE_COLUMNS``.

        ``cause``: ``gone`` (no longer in the roster), ``appeal``, ``pin``, ``data`` (data or rules no longer allow what
        was told), or ``chain``: what was told would still be allowed, but other changes leave no better way;
        ``after_staff_id`` is then the change it follows from. ``gain``: whether the person is better or worse off than
        was told, by the rank of the wish met, else by kilometres; whoever is granted an appeal is better off.
        """
        direct = {each: self._direct(each) for each in self.people}
        after = self._after({each for each, (cause, _) in direct.items() if cause})
        rows = [self._row(each, *direct[each], after.get(each, "")) for each in self.people]
        frame = pd.DataFrame(rows, columns=list(CHANGE_COLUMNS))
        order = {GONE: 0, APPEAL: 1, PIN: 2, DATA: 3, CHAIN: 4}
        return frame.sort_values("cause", key=lambda causes: causes.map(order), kind="stable", ignore_index=True)

    # ---- why -----------------------------------------------------------------------------------------------------

    def _direct(self, staff_id: str) -> tuple[str, list[str]]:
        """The cause that lies in the person's own case, and the rules behind it; blank where none does."""
        if staff_id not in self.district.staff_pos:
            return GONE, []
        if staff_id in self.asked:
            return APPEAL, []
        person = self.district.staff_pos[staff_id]
        standing, told = self.standing, int(self.fates.destination[person])
        pins = [rule.id for rule in self.policy.rules if rule.kind == "pins"]
        if (told == STAYS and standing.forced[person]) or (told != STAYS and standing.held[person]):
            return PIN, pins
        if told == STAYS:
            return "", []
        if not standing.candidate[person]:
            masks = {**standing.barred, **standing.deferred}
            return DATA, [rule for rule, mask in masks.items() if mask[person]]
        if told == ELSEWHERE:
            return DATA, []
        one = np.array([person])
        shut = [rule for rule, closed in self.openings.shut(one) if closed[0, told]]
        if shut:
            return (PIN if set(shut) <= set(pins) else DATA), shut
        seats = self.openings.seats(one, self.openings.open_to(one))
        here = np.flatnonzero(seats.destination == told)
        placed = {seats.options[option] for option in seats.option[here].tolist()}
        wanted = (str(self.fates.stage[person]), str(self.fates.subject[person]))
        if wanted in placed or ("", wanted[1]) in placed:
            return "", []
        return DATA, [rule.id for rule in self.policy.rules if rule.kind == "qualification"]

    def _after(self, direct: set[str]) -> dict[str, str]:
        """For everybody else: the changed person through whose school the change reaches them, nearest first."""
        schools = {each: self._schools(each) for each in self.people}
        parent: dict[str, str] = {}
        seen, queue = set(direct), deque(sorted(direct))
        while queue:
            source = queue.popleft()
            near = [each for each in self.people if each not in seen and schools[each] & schools[source]]
            near.sort(key=lambda each: (self._subject(each) != self._subject(source), each))
            for each in near:
                parent[each] = source
                seen.add(each)
                queue.append(each)
        return parent

    def _schools(self, staff_id: str) -> set[str]:
        rows = [plan.loc[staff_id] for plan in (self._former, self._new) if staff_id in plan.index]
        return {str(row[name]) for row in rows for name in ("from_school_id", "to_school_id")} - {""}

    def _subject(self, staff_id: str) -> str:
        plan = self._former if staff_id in self._former.index else self._new
        return str(plan.at[staff_id, "subject"])

    # ---- rows ----------------------------------------------------------------------------------------------------

    def _row(self, staff_id: str, cause: str, rules: list[str], after: str) -> tuple[object, ...]:
        was, now = (self._to(plan, staff_id) for plan in (self._former, self._new))
        staff, schools = self.district.staff, self.district.schools
        person = self.district.staff_pos.get(staff_id)
        if person is None:
            old = self._former.loc[staff_id]
            name, school_id, school = str(old["name"]), str(old["from_school_id"]), str(old["from_school"])
        else:
            name, school_id = str(staff["name"].iat[person]), str(staff["school_id"].iat[person])
            school = str(schools["name"].iat[self.district.school_pos[school_id]])
        wishes = [self._wish(staff_id, to[0]) for to in (was, now)]
        km = [self._km(school_id, to[0]) for to in (was, now)]
        gain = SAME if cause == GONE else self._gain(staff_id, was[0], now[0], wishes, km)
        if cause == APPEAL:
            gain = BETTER  # it is what the person asked for, however far
        because = self._because(cause, rules, after)
        return (
            staff_id, name, school_id, school, *was, *now, cause or CHAIN, say(f"replan.cause_{cause or CHAIN}"),
            after, ";".join(rules), because, gain, *wishes, *km,
        )  # fmt: skip

    def _because(self, cause: str, rules: list[str], after: str) -> str:
        words = [label(self.policy.by_id[each]) if each in self.policy.by_id else each for each in rules]
        named = say("policy.list_separator").join(words)
        if cause:
            return say(f"replan.why_{cause}_rules", rules=named) if rules else say(f"replan.why_{cause}")
        if not after:
            return say("replan.why_traded")
        first = self._former if after in self._former.index else self._new
        return say("replan.why_chain", name=str(first.at[after, "name"]), staff_id=after)

    @staticmethod
    def _to(plan: pd.DataFrame, staff_id: str) -> tuple[str, str]:
        if staff_id not in plan.index:
            return "", ""
        return str(plan.at[staff_id, "to_school_id"]), str(plan.at[staff_id, "to_school"])

    def _wish(self, staff_id: str, school_id: str) -> float:
        """The best rank among the wishes that a school meets; NaN where none is met."""
        zone = self._zone(school_id)
        met = [
            rank
            for rank, wished, in_zone in self._wishes.get(staff_id, [])
            if school_id and (wished == school_id or (not wished and in_zone and in_zone == zone))
        ]
        return float(min(met)) if met else float("nan")

    def _zone(self, school_id: str) -> str:
        place = self.district.school_pos.get(school_id)
        return "" if place is None else str(self.district.schools["zone"].iat[place])

    def _km(self, left: str, entered: str) -> float:
        places = [self.district.school_pos.get(each) for each in (left, entered)]
        if not entered:
            return 0.0
        if places[0] is None or places[1] is None:
            return float("nan")
        return round(float(self.district.km[places[0], places[1]]), 1)

    def _gain(self, staff_id: str, was: str, now: str, wishes: list[float], km: list[float]) -> str:
        """Better or worse off by the wish met; whoever has no wishes, by the way to go."""
        if was == now:
            return SAME
        pair = km
        if any(wished or zone for _, wished, zone in self._wishes.get(staff_id, [])):
            pair = [float("inf") if np.isnan(each) else each for each in wishes]
            if pair[0] == pair[1]:
                pair = km if was and now else pair
        if np.isnan(pair[0]) or np.isnan(pair[1]) or pair[0] == pair[1]:
            return SAME
        return BETTER if pair[1] < pair[0] else WORSE


def schools_changed(district_schools: pd.DataFrame, former: Plan, new: Plan) -> pd.DataFrame:
    """School by school: how many enter and leave in each plan; the schools where this differs.

    Columns: school_id, name, in_was, in_now, out_was, out_now.
    """
    counted = {}
    for when, plan in (("was", former), ("now", new)):
        counted[f"in_{when}"] = plan.transfers["to_school_id"].value_counts()
        counted[f"out_{when}"] = plan.transfers["from_school_id"].value_counts()
    frame = district_schools[["school_id", "name"]].copy()
    for name in ("in_was", "in_now", "out_was", "out_now"):
        frame[name] = frame["school_id"].map(counted[name]).fillna(0).astype(np.int64)
    differs: Array = ((frame["in_was"] != frame["in_now"]) | (frame["out_was"] != frame["out_now"])).to_numpy(bool)
    return frame[differs].reset_index(drop=True)
