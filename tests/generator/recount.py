"""A recount of the dalian rules on a list of moves, from the tables alone: what the planted plan has to stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from rotation_planner.data.dates import age_on, completed_months, completed_years, retirement_date

Frames = dict[str, pd.DataFrame]
LEADERS = ("principal", "deputy_principal")
COMPULSORY = "primary|junior"


def days(column: pd.Series) -> np.ndarray:
    """A column of ISO texts as days, blank ones unknown."""
    return column.replace("", "NaT").to_numpy(dtype="datetime64[D]")


def people(frames: Frames, moves: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The staff with facts of their school, what they meet, and where they are afterwards."""
    schools = frames["schools"].add_prefix("at_").rename(columns={"at_school_id": "school_id"})
    staff = frames["staff"].merge(schools, on="school_id", how="left", validate="m:1")
    to = dict(zip(moves["staff_id"], moves["to_school_id"], strict=True))
    staff["after"] = [to.get(who, school) for who, school in zip(staff["staff_id"], staff["school_id"], strict=True)]
    staff["moves"] = staff["staff_id"].isin(list(to))
    tier = frames["schools"].set_index("school_id")["tier"]
    staff["to_tier"] = staff["after"].map(tier)
    in_scope = (staff["at_ownership"] == "public") & staff["at_stages"].str.contains(COMPULSORY)
    age = age_on(days(staff["birth_date"]), as_of)
    here = completed_years(days(staff["joined_school"]), as_of)
    staff["teacher"] = (
        staff["position"].isin(["teacher", "middle_chief", "middle_deputy"])
        & (staff["full_time"] == "yes")
        & staff["stage"].isin(["primary", "junior"])
        & (staff["at_ownership"] == "public")
    )
    staff["meets"] = (
        staff["teacher"]
        & (here >= 9)
        & (age <= np.where(staff["sex"] == "M", 55, 50))
        & (staff["at_location"] != "remote")
    )
    later = np.fmax(days(staff["joined_school"]), days(staff["position_since"]))
    left = completed_years(np.datetime64(as_of), retirement_date(days(staff["birth_date"]), staff["sex"].to_numpy(str)))
    staff["leader"] = staff["position"].isin(LEADERS) & in_scope
    staff["leader_meets"] = staff["leader"] & (completed_months(later, as_of) >= 108) & (left >= 3)
    staff["deferred"] = staff["staff_id"].isin(deferred(frames, as_of))
    staff["eligible"] = staff["meets"] & ~staff["deferred"]
    staff["eligible_leader"] = staff["leader_meets"] & ~staff["deferred"]
    staff["award"] = staff["backbone"] != ""
    return staff


def deferred(frames: Frames, as_of: dt.date) -> set[str]:
    """Those with a deferral of dalian in force (its limits aside, which only make fewer)."""
    table = frames["exemptions"]
    end = days(table["end"])
    in_force = (days(table["start"]) <= np.datetime64(as_of)) & (np.isnat(end) | (end >= np.datetime64(as_of)))
    kinds = table["kind"].isin(["pregnancy", "nursing", "illness", "course_lead"])
    return set(table.loc[in_force & kinds, "staff_id"])


def breaches(frames: Frames, moves: pd.DataFrame, as_of: dt.date) -> list[str]:
    """Every rule that the moves break, in words."""
    staff = people(frames, moves, as_of)
    checks = (scope, shares, continuity, destinations, headcount, subjects, posts, kin, flow, order, pins)
    return [line for check in checks for line in check(frames, staff)]


def scope(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    wrong = staff[staff["moves"] & ~(staff["eligible"] | staff["eligible_leader"])]
    yield from (f"scope: {p} may not move" for p in wrong["staff_id"])
    yield from (
        f"scope: {p} stays where they are"
        for p in staff.loc[staff["moves"] & (staff["after"] == staff["school_id"]), "staff_id"]
    )


def shares(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    leaders = staff[staff["eligible_leader"]]
    if leaders["moves"].sum() * 100 < len(leaders) * 15:
        yield "share of leaders"
    for position, group in leaders.groupby("position"):
        if group["moves"].sum() * 100 < len(group) * 15:
            yield f"share of leaders: {position}"
    for school, group in staff[staff["meets"]].groupby("school_id"):  # deferred ones counted: the stricter reading
        tier, urban = group["at_tier"].iloc[0], group["at_location"].iloc[0] == "urban"
        if tier == "weak" and not urban:
            continue
        strict = urban or tier == "quality"
        if group["moves"].sum() * 100 < len(group) * (15 if strict else 10):
            yield f"share of teachers: {school}"
    moving = staff[staff["moves"]]
    if moving["award"].sum() * 100 < 20 * len(moving):
        yield "share of the backbone"


def continuity(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    for school, group in staff.groupby("school_id"):
        if group["moves"].sum() > max(1, len(group) // 4):
            yield f"a quarter of the school: {school}"
        principal, deputies = (group[group["position"] == p] for p in LEADERS)
        if len(deputies) and principal["moves"].any() and deputies["moves"].all():
            yield f"principal and every deputy: {school}"
    for key, group in staff[staff["subject"] != ""].groupby(["school_id", "stage", "subject"]):
        if group["moves"].sum() > max(1, len(group) // 2):
            yield f"half of the group: {key}"


def destinations(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    schools = frames["schools"].set_index("school_id")
    rows = set(zip(frames["demand"]["school_id"], frames["demand"]["stage"], frames["demand"]["subject"], strict=True))
    for person in staff[staff["moves"]].itertuples():
        school = schools.loc[person.after]
        if school["ownership"] != "public" or person.stage not in school["stages"].split(";"):
            yield f"destination: {person.staff_id} does not fit {person.after}"
        if (person.after, person.stage, person.subject) not in rows:
            yield f"destination: no row for {person.staff_id} in {person.after}"


def headcount(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    limit = frames["schools"].set_index("school_id")["headcount_limit"]
    today, after = staff.groupby("school_id").size(), staff.groupby("after").size()
    receives = set(staff.loc[staff["moves"], "after"])
    for school in limit.index:
        most = limit[school] if school in receives else max(limit[school], today[school])
        if after[school] > most:
            yield f"headcount: {school}"


def subjects(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    full = staff[staff["full_time"] == "yes"]
    keys = ["stage", "subject"]
    today, after = full.groupby(["school_id", *keys]).size(), full.groupby(["after", *keys]).size()
    for row in frames["demand"].itertuples():
        key = (row.school_id, row.stage, row.subject)
        now, then = today.get(key, 0), after.get(key, 0)
        low = min(row.required, now) if pd.isna(row.minimum) else min(row.minimum, now)
        high = max(row.required, now) if pd.isna(row.maximum) else max(row.maximum, now)
        if not low <= then <= high:
            yield f"subject: {key} {now} -> {then}, {low}..{high}"


def posts(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    schools = frames["schools"].set_index("school_id")
    columns = {"principal": "principal_posts", "deputy_principal": "deputy_posts", "middle_chief": "middle_chief_posts"}
    groups = {f"position {p}": (staff["position"] == p, c) for p, c in columns.items()}
    groups["position middle_deputy"] = (staff["position"] == "middle_deputy", "middle_deputy_posts")
    groups["senior titles"] = (staff["title"].isin(["senior", "professor"]), "senior_posts")
    groups["intermediate titles"] = (staff["title"] == "intermediate", "intermediate_posts")
    for name, (chosen, column) in groups.items():
        held, then = staff[chosen].groupby("school_id").size(), staff[chosen].groupby("after").size()
        arrives = set(staff.loc[chosen & staff["moves"], "after"])
        for school in schools.index:
            most = schools.loc[school, column]
            if then.get(school, 0) > (most if school in arrives else max(most, held.get(school, 0))):
                yield f"{name}: {school}"
            if name == "position principal" and then.get(school, 0) < 1:
                yield f"no principal: {school}"


def kin(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    after = staff.set_index("staff_id")["after"]
    moves = staff.set_index("staff_id")["moves"]
    for row in frames["relatives"].itertuples():
        if moves[row.staff_id] and after[row.staff_id] == after[row.relative_id]:
            yield f"kin: {row.staff_id} and {row.relative_id}"


def flow(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    awarded = staff[staff["moves"] & staff["award"]]
    low = awarded["at_tier"] != "quality"
    down = (~low & (awarded["to_tier"] != "quality")).sum()
    if len(awarded) and down <= low.sum():
        yield "reverse flow"


def order(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    alike = ["school_id", "stage", "subject", "position", "title", "backbone", "other_subjects", "other_stages"]
    rank = ["joined_school", "hired_on", "birth_date", "staff_id"]
    for key, group in staff[staff["eligible"]].sort_values(rank).groupby(alike):
        moved = group["moves"].to_numpy()
        if (np.diff(moved.astype(int)) > 0).any():
            yield f"longest first: {key}"


def pins(frames: Frames, staff: pd.DataFrame) -> Iterator[str]:
    known = staff.set_index("staff_id")
    for row in frames["pins"].itertuples():
        person = known.loc[row.staff_id]
        kept = {
            "move": person["moves"],
            "stay": not person["moves"],
            "to": person["after"] == row.school_id,
            "not_to": person["after"] != row.school_id,
        }[row.verdict]
        if not kept:
            yield f"pin: {row.staff_id} {row.verdict}"
