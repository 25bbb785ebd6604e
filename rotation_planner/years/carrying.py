"""A plan carried out: where everybody is on the first day of the new school year, and what the past then holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rotation_planner.eligibility.arrays import Array
from rotation_planner.policy.kinds import ModeCase
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import Stay
from rotation_planner.policy.walking import parts
from rotation_planner.report.turnover import Turnover
from rotation_planner.years.frames import put, texts_of, with_column, with_rows

SUPPORTING = ("part_time", "support")
HOME, OFFICE, WAY = "home", "office", "way"


@dataclass(frozen=True, eq=False)
class Carried:
    """``staff`` and ``history`` after a plan, and masks over the staff: who changed the ``school``, who the
    ``department``, who goes on counting at the old school (``lent``), and whose term there is an end to (``terms``).
    ``lines``: whose line to a superior was cut."""

    staff: pd.DataFrame
    history: pd.DataFrame
    school: Array
    department: Array
    lent: Array
    terms: Array
    lines: Array


def carry_out(turnover: Turnover) -> Carried:
    """Everybody of the plan goes where it says on the day after ``as_of``.

    Whoever goes on counting at the old school stays in its roster and has the stint in the history. Everybody else has
    the new school, stage, subject, position and department of the plan's row; ``joined_school`` is the first day, and
    ``position_since`` too where the position or the department is another one. The post left is closed in the history;
    a term (``until``) is a stint there, which remembers the school that the personnel file, or a right to return,
    belongs to.
    """
    district, moves = turnover.district, turnover.moves
    first = np.datetime64(district.as_of + dt.timedelta(days=1), "s")
    staff, size = district.staff.copy(), len(district.staff)
    person = moves["person"].to_numpy(np.int64)
    here = np.array([stays_counted(case, mode) for case, mode in zip(turnover.cases, moves["mode"], strict=True)], bool)
    people, rows = person[~here], moves[~here]
    left = staff["school_id"].to_numpy(object)[people]
    position = staff["position"].to_numpy(object)[people]
    own = staff["department"].to_numpy(object)[people]
    entered = rows["to_school_id"].to_numpy(object)
    other = entered != left
    named = rows["to_department"].to_numpy(object)
    department = np.where(named != "", named, np.where(other, "", own))
    new_post = rows["to_position"].to_numpy(object) != position
    moved_in = (named != "") & ((named != own) | other)
    new_post |= moved_in & staff["position_since"].notna().to_numpy(bool)[people]
    school, changed, lent, terms = (np.zeros(size, bool) for _ in range(4))
    school[people[other]], changed[people[moved_in]], lent[person[here]] = True, True, True
    terms[person[(moves["until"] != "").to_numpy(bool)]] = True
    for column, values in (
        ("school_id", entered),
        ("position", rows["to_position"].to_numpy(object)),
        ("stage", rows["stage"].to_numpy(object)),
        ("subject", rows["subject"].to_numpy(object)),
        ("department", department),
    ):
        put(staff, column, people, values)
    put(staff, "joined_school", people[other], first)
    put(staff, "position_since", people[new_post], first)
    put(staff, "duties", people, "")
    _restart(staff, turnover.policy, people[other | moved_in], first)
    lines = cut_lines(staff, school)
    return Carried(staff, _history(turnover, here), school, changed, lent, terms, lines)


def stays_counted(case: ModeCase | None, mode: str) -> bool:
    """Whether whoever moves in this way goes on counting at the old school."""
    return case.stays_counted if case is not None else mode == "part_time"


def cut_lines(staff: pd.DataFrame, moved: Array) -> Array:
    """Cut the lines of command of which an end moved to another school and is not with the other there, or is gone."""
    place = {who: row for row, who in enumerate(staff["staff_id"].tolist())}
    boss = np.array([place.get(each, -1) for each in staff["reports_to"].tolist()], dtype=np.int64)
    school = staff["school_id"].to_numpy(object)
    has = boss >= 0
    cut = has & (moved | np.where(has, moved[boss], False)) & (school != school[boss])
    cut |= ~has & (staff["reports_to"] != "").to_numpy(bool)
    put(staff, "reports_to", cut, "")
    return cut


def _restart(staff: pd.DataFrame, policy: Policy, people: Array, first: np.datetime64) -> None:
    """Columns of one's own from which a rule counts a service begin anew for whoever takes up another place."""
    named = {part.after for _, part in parts(policy) if isinstance(part, Stay) and part.after is not None}
    for column in sorted(named & set(staff.columns)):
        if staff[column].dtype == "str":
            told = people[staff[column].to_numpy(object)[people] != ""]
            put(staff, column, told, str(first.astype("datetime64[D]")))
        else:
            put(staff, column, people[staff[column].notna().to_numpy(bool)[people]], first)


def _history(turnover: Turnover, here: Array) -> pd.DataFrame:
    """The history with the posts that end and the terms that begin."""
    district, moves = turnover.district, turnover.moves
    last = np.datetime64(district.as_of, "s")
    history, home_column = with_column(district.history.copy(), HOME)
    history, way_column = with_column(history, WAY)
    office = dict(zip(district.staff["staff_id"], district.staff["department"], strict=True))
    history, office_column = with_column(history, OFFICE) if any(office.values()) else (history, "")
    schools = district.schools.set_index("school_id")
    joined = dict(zip(district.staff["staff_id"], district.staff["joined_school"], strict=True))
    leaving = moves[~here & (moves["source"] != moves["target"]).to_numpy(bool)]
    codes = district.schools["school_id"].to_numpy(object)
    left = dict(zip(leaving["staff_id"], codes[leaving["source"].to_numpy(np.int64)], strict=True))
    of_left = np.array([left.get(each) for each in history["staff_id"].tolist()], dtype=object)
    of_left = of_left == history["school_id"].to_numpy(object)
    end = history["end"].to_numpy()
    running = of_left & (history["school_id"] != "").to_numpy(bool) & (np.isnat(end) | (end >= last))
    homes = texts_of(history, HOME)
    former = {who: home for who, home in zip(history["staff_id"][running], homes[running], strict=True) if home}
    put(history, "end", running, last)
    put(history, home_column, running, "")
    closed = set(history["staff_id"][running])
    records = []
    for row, (case, lent) in zip(
        moves.to_dict("records"), zip(turnover.cases, here.tolist(), strict=True), strict=True
    ):
        who, source = row["staff_id"], str(codes[row["source"]])
        if who in left and who not in closed and joined[who] <= pd.Timestamp(last):
            records.append(_post(schools, who, source, joined[who], last))
        if row["source"] == row["target"] or not (row["until"] or lent):
            continue
        stays = row["personnel_file_moves"] != "yes"
        back = case is not None and case.returns in ("may", "must")
        home = "" if lent or not (stays or back) else former.get(who, source) if stays else source
        until = pd.Timestamp(row["until"]) if row["until"] else pd.NaT
        records.append(
            {
                **_post(schools, who, row["to_school_id"], last + np.timedelta64(1, "D"), until),
                "kind": kind_of(row["mode"]),
                home_column: home,
                way_column: case.id if case is not None else row["mode"],
                **({office_column: office[who] if home == source else ""} if office_column else {}),
            }
        )
    return with_rows(history, records)


def kind_of(mode: str) -> str:
    """The kind of history that a way of moving for a term makes."""
    if mode == "attachment":
        return "attachment"
    return "support_teaching" if mode in SUPPORTING else "exchange"


def _post(schools: pd.DataFrame, who: str, school: str, start: object, end: object) -> dict[str, object]:
    return {
        "staff_id": who, "school_id": school, "location": schools.at[school, "location"],
        "tier": schools.at[school, "tier"], "start": start, "end": end, "kind": "post",
    }  # fmt: skip
