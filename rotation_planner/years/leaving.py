"""Whom the year takes from where they are: people who retire, and people whose term at another school is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rotation_planner.data.dates import Days, former_retirement_date, retirement_date
from rotation_planner.eligibility.arrays import Array
from rotation_planner.policy.kinds import ModeCase, Modes
from rotation_planner.policy.policy import Policy
from rotation_planner.years.assumptions import Retirement, Stints
from rotation_planner.years.carrying import HOME, OFFICE, WAY
from rotation_planner.years.frames import put, texts_of, with_column

POSTS = {
    "principal": "principal_posts",
    "deputy_principal": "deputy_posts",
    "middle_chief": "middle_chief_posts",
    "middle_deputy": "middle_deputy_posts",
}


def retirement_days(staff: pd.DataFrame, how: Retirement) -> Days:
    """The day on which each person reaches the retirement age; NaT where birth or sex is not known."""
    rule = retirement_date if how.form == "statutory" else former_retirement_date
    former = np.where(staff["position"].isin(how.women_from_fifty).to_numpy(bool), 50, 55)
    return rule(staff["birth_date"].to_numpy("datetime64[D]"), staff["sex"].to_numpy(str), former)


def retired(staff: pd.DataFrame, day: dt.date, how: Retirement) -> Array:
    """Who has reached the retirement age by a day (the day itself counts): bool per person."""
    days = retirement_days(staff, how)
    return ~np.isnat(days) & (days <= np.datetime64(day, "D"))


@dataclass(frozen=True, eq=False)
class Ended:
    """Terms that are over: staff and history afterwards, and masks over the staff: who ``returns``, who ``stays`` where
    the term was, of these whose former post is ``taken``, and who is at the end of a term and it is ``unknown`` where
    the personnel file is."""

    staff: pd.DataFrame
    history: pd.DataFrame
    returns: Array
    stays: Array
    taken: Array
    unknown: Array


def end_terms(
    staff: pd.DataFrame,
    history: pd.DataFrame,
    schools: pd.DataFrame,
    demand: pd.DataFrame,
    policy: Policy,
    day: dt.date,
    how: Stints,
) -> Ended:
    """Whoever is at a school for a term that ends by ``day`` returns on the day after its end, or stays.

    A leader returns only where the former school has the post free. Whoever returns keeps position, stage and
    subject and has the former department again.
    """
    staff = staff.copy()
    history, home_column = with_column(history.copy(), HOME)
    cases = {case.id: case for rule in policy.of(Modes) for case in rule.cases}
    place = {who: row for row, who in enumerate(staff["staff_id"].tolist())}
    known = set(schools["school_id"])
    returns, stays, taken, unknown = (np.zeros(len(staff), bool) for _ in range(4))
    room = _Room(staff, schools, demand)
    at = staff["school_id"].to_numpy(object).copy()
    homes, ways, offices = (texts_of(history, name) for name in (HOME, WAY, OFFICE))
    person = history["staff_id"].map(place).fillna(-1).to_numpy(np.int64)
    end = history["end"].to_numpy()
    over = history["kind"].isin(["exchange", "support_teaching", "attachment"]).to_numpy(bool) & (person >= 0)
    over &= ~np.isnat(end) & (end <= np.datetime64(day, "s"))
    over &= history["school_id"].to_numpy(object) == at[person]
    over &= history["start"].to_numpy() == staff["joined_school"].to_numpy()[person]
    rows = np.flatnonzero(over)
    done = []
    for row in rows[np.lexsort((history["staff_id"].to_numpy(object)[rows].astype(str), end[rows]))].tolist():
        who, home = int(person[row]), str(homes[row])
        if not home or home not in known:
            unknown[who] = not ways[row]
            continue
        done.append(row)
        if _wants_back(how, cases.get(str(ways[row])), room, who, home):
            taken[who] = not room.post_free(who, home)
            returns[who] = not taken[who]
        stays[who] = not returns[who]
        if returns[who]:
            room.move(who, home)
            put(staff, "school_id", np.array([who]), home)
            put(staff, "joined_school", np.array([who]), end[row] + np.timedelta64(1, "D"))
            put(staff, "department", np.array([who]), offices[row])
    put(history, home_column, np.array(done, dtype=np.int64), "")
    return Ended(staff, history, returns, stays, taken, unknown)


def _wants_back(how: Stints, case: ModeCase | None, room: _Room, who: int, home: str) -> bool:
    if how.at_end == "room":
        return room.lacks(who, home)
    if how.at_end != "rule":
        return how.at_end == "return"
    if case is None or case.returns is None:
        return case is None or not case.file_moves
    return case.returns == "must" or (case.returns == "may" and not case.file_moves)


class _Room:
    """Posts, places and subjects of the schools while people return one after another."""

    def __init__(self, staff: pd.DataFrame, schools: pd.DataFrame, demand: pd.DataFrame) -> None:
        self.position = staff["position"].tolist()
        self.seat = [
            (stage, subject) if full else ("", "")
            for stage, subject, full in zip(staff["stage"], staff["subject"], staff["full_time"], strict=True)
        ]
        self.at = staff["school_id"].tolist()
        self.limit = dict(zip(schools["school_id"], schools["headcount_limit"], strict=True))
        self.posts = {
            (school, position): number
            for position, column in POSTS.items()
            for school, number in zip(schools["school_id"], schools[column], strict=True)
        }
        keys = zip(demand["school_id"], demand["stage"], demand["subject"], strict=True)
        self.required = dict(zip(keys, demand["required"], strict=True))

    def move(self, who: int, school: str) -> None:
        """The person is at that school from now on."""
        self.at[who] = school

    def post_free(self, who: int, school: str) -> bool:
        """Whether the school has the person's post free; a blank number of posts is one principal, of others any."""
        position = self.position[who]
        posts = self.posts.get((school, position), float("nan"))
        if posts != posts:
            posts = 1 if position == "principal" else float("inf")
        held = sum(
            at == school and each == position for at, each in zip(self.at, self.position, strict=True)
        )  # fmt: skip
        return held < posts

    def lacks(self, who: int, school: str) -> bool:
        """Whether the school has a place within its staffing limit and lacks the person's subject."""
        limit = self.limit.get(school, float("nan"))
        if limit == limit and self.at.count(school) >= limit:
            return False
        stage, subject = self.seat[who]
        if not subject:
            return True
        held = sum(at == school and each == (stage, subject) for at, each in zip(self.at, self.seat, strict=True))
        return held < self.required.get((school, stage, subject), 0)
