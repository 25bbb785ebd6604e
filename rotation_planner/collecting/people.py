"""People between rosters: in two of them, under two ids, sent where nobody knows them, led from another school."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from rotation_planner.collecting.doubts import Doubt, Ground, Reading, Side, heading
from rotation_planner.collecting.pool import Change
from rotation_planner.data import schema
from rotation_planner.data.identity import is_identity_number
from rotation_planner.words import say

TOLD = ("name", "sex", "birth_date", "hired_on", "position", "title", "stage", "subject")  # compared between rosters


def between_people(ground: Ground) -> Iterator[Doubt]:
    """Every contradiction between rosters about people. Rows that cannot all count stop counting, the likeliest stays:
    whoever came to the school last."""
    yield from _two_rosters(ground)
    yield from _sent_elsewhere(ground)
    yield from _two_ids(ground)
    yield from _superiors(ground)
    yield from _principals(ground)


def _two_rosters(ground: Ground) -> Iterator[Doubt]:
    pool, staff = ground.pool, ground.staff
    several = staff[(staff["staff_id"] != "") & staff["staff_id"].duplicated(keep=False)]
    for staff_id, rows in several.groupby("staff_id", sort=False):
        files = {int(pool.file["staff"][at]) for at in rows.index}
        if len(files) == 1:
            continue  # twice in one file: a mistake of that file, told with its rows
        at_home = [at for at in rows.index if ground.sender("staff", at) in ("", rows["school_id"][at])]
        order = sorted(rows.index, key=lambda at: (at not in at_home, -_day(rows["joined_school"][at]), at))
        first = _one_each(order, pool.file["staff"])
        pool.drop("staff", [at for at in rows.index if at != first[0]])
        if rows["school_id"].nunique() == 1 and len(at_home) == 1:
            continue  # another school lists the person as being where the person is
        one = rows.loc[first]
        different = one["name"].nunique() > 1 and one["birth_date"].nunique() > 1
        code = "id_shared" if different else "two_rosters"
        differing = [c for c in TOLD if one[c].astype(object).nunique(dropna=False) > 1]
        columns = say("policy.list_separator").join(str(heading("staff", c)) for c in differing) or "–"
        schools = [ground.sender("staff", at) or str(rows["school_id"][at]) for at in first]
        values = {
            "person": ground.person(first[0]),
            "schools": say("policy.list_separator").join(ground.school(s) for s in schools),
            "columns": columns,
        }
        readings = tuple(
            Reading(
                "roster",
                {"school": ground.school(school)},
                Change(drop=(("staff", first[0]),), add=(("staff", at),)) if at != first[0] else Change(),
            )
            for at, school in zip(first, schools, strict=True)
        )
        sides = {school: _roster_side(ground, at, school, schools) for at, school in zip(first, schools, strict=True)}
        yield Doubt(code, "between", (str(staff_id),), readings, values, sides, blocking=True)


def _roster_side(ground: Ground, at: int, school: str, schools: list[str]) -> Side:
    return Side("staff", at, "staff_id", {"person": ground.person(at), "others": _others(ground, schools, school)})


def _one_each(order: list[int], file: Any) -> list[int]:
    """The first row of each file."""
    found: dict[int, int] = {}
    for at in order:
        found.setdefault(int(file[at]), at)
    return list(found.values())


def _day(day: Any) -> float:
    return -1.0 if day is pd.NaT else pd.Timestamp(day).timestamp()


def _others(ground: Ground, schools: list[str], own: str) -> str:
    return say("policy.list_separator").join(dict.fromkeys(ground.school(s) for s in schools if s != own))


def _sent_elsewhere(ground: Ground) -> Iterator[Doubt]:
    """A school lists a person as being in another school, which hands in a roster without the person."""
    pool, staff = ground.pool, ground.staff
    for at, school in zip(staff.index.tolist(), staff["school_id"].tolist(), strict=True):
        number = int(pool.file["staff"][at])
        own = ground.sender("staff", at)
        if not own or school in pool.handed[number].schools or school not in ground.speaking:
            continue
        staff_id = str(staff["staff_id"][at])
        values = {"person": ground.person(at), "school": ground.school(own), "other": ground.school(school)}
        readings = (
            Reading("roster", {"school": ground.school(school)}, Change()),
            Reading("roster", {"school": ground.school(own)}, Change(cells=(("staff", at, "school_id", own),))),
            Reading("nowhere", {}, Change(drop=(("staff", at),))),
        )
        sides = {
            own: Side("staff", at, "school_id", {"person": values["person"], "others": values["other"]}),
            school: Side("staff", at, None, {"person": values["person"], "others": values["school"]}),
        }
        yield Doubt("sent_elsewhere", "between", (staff_id,), readings, values, sides)


def _two_ids(ground: Ground) -> Iterator[Doubt]:
    """One person under two ids: the same identity number, or the same name, sex and birth date."""
    staff = ground.staff
    seen: set[tuple[str, ...]] = set()
    keys = [("same_identity", numbers) for numbers in _identity_numbers(staff)]
    named = staff["name"] + "|" + staff["sex"] + "|" + staff["birth_date"].astype(str)
    keys.append(("same_person", named.where((staff["name"] != "") & staff["birth_date"].notna(), "")))
    for code, key in keys:
        alike = staff[(key != "") & key.duplicated(keep=False)]
        for _, rows in alike.groupby(key[alike.index], sort=False):
            first = list(rows.drop_duplicates("staff_id").index)
            schools = [ground.sender("staff", at) or str(rows["school_id"][at]) for at in first]
            about = tuple(sorted(rows["staff_id"][at] for at in first))
            if len(about) < 2 or (code == "same_person" and len(set(schools)) == 1) or about in seen:
                continue  # within one roster the checks tell it
            seen.add(about)
            people = say("policy.list_separator").join(ground.person(at) for at in first)
            values = {
                "people": people,
                "schools": say("policy.list_separator").join(ground.school(s) for s in schools),
            }
            only = [
                Reading(
                    "one_person",
                    {"id": rows["staff_id"][at], "school": ground.school(school)},
                    Change(drop=tuple(("staff", other) for other in first if other != at)),
                )
                for at, school in zip(first, schools, strict=True)
            ]
            sides = {
                school: Side(
                    "staff", at, "staff_id",
                    {"person": ground.person(at), "others": _others(ground, schools, school) or ground.school(school)},
                )
                for at, school in zip(first, schools, strict=True)
            }  # fmt: skip
            readings = (Reading("two_people", {}, Change()), *only)
            blocking = code == "same_identity"
            yield Doubt(code, "between", about, readings, values, sides, blocking, alias=about)


def _identity_numbers(staff: pd.DataFrame) -> Iterator[pd.Series]:
    """Columns of the schools' own that hold identity numbers; other entries blank. They are compared, never shown."""
    for name in staff.columns:
        if name in schema.table("staff").keys or name == schema.ROW:
            continue
        texts = staff[name].str.strip().str.upper()
        right = texts.map(is_identity_number).to_numpy(bool)
        if right.any():
            yield texts.where(right, "")


def _superiors(ground: Ground) -> Iterator[Doubt]:
    staff = ground.staff
    by_id = {each: at for at, each in zip(staff.index.tolist(), staff["staff_id"].tolist(), strict=True)}
    led = staff[staff["reports_to"] != ""]
    for at, superior, school in zip(led.index.tolist(), led["reports_to"], led["school_id"], strict=True):
        other = by_id.get(superior)
        if other is None or staff["school_id"][other] == school:
            continue
        elsewhere = str(staff["school_id"][other])
        own = ground.sender("staff", at) or str(school)
        values = {"person": ground.person(at), "superior": ground.person(other), "other": ground.school(elsewhere)}
        readings = (
            Reading("as_told", {}, Change()),
            Reading("no_superior", {}, Change(cells=(("staff", at, "reports_to", ""),))),
        )
        side = Side("staff", at, "reports_to", {"person": values["person"], "others": values["other"]})
        yield Doubt("superior_elsewhere", "between", (str(staff["staff_id"][at]),), readings, values, {own: side})


def _principals(ground: Ground) -> Iterator[Doubt]:
    """More principals than a school has posts; the others are taken as deputies where one is to hold the post."""
    staff, schools = ground.staff, ground.pool.counting("schools")
    posts = dict(zip(schools["school_id"], schools["principal_posts"].fillna(1), strict=True))
    heads = staff[staff["position"] == "principal"]
    for school, rows in heads.groupby("school_id", sort=False):
        if len(rows) <= max(1, posts.get(school, 1)):
            continue
        held = list(rows.index)
        people = say("policy.list_separator").join(ground.person(at) for at in held)
        values = {"school": ground.school(str(school)), "people": people, "count": len(held)}
        alone = [
            Reading(
                "principal",
                {"person": ground.person(at)},
                Change(cells=tuple(("staff", other, "position", "deputy_principal") for other in held if other != at)),
            )
            for at in held
        ]
        sides: dict[str, Side] = {}
        for at in held:
            sender = ground.sender("staff", at) or str(school)
            if sender not in sides:
                own = [ground.person(x) for x in held if (ground.sender("staff", x) or str(school)) == sender]
                named = say("policy.list_separator").join(own)
                sides[sender] = Side("staff", at, "position", {"people": named, "count": len(held)})
        about = (str(school), *rows["staff_id"].tolist())
        readings = (Reading("as_told", {}, Change()), *alone)
        yield Doubt("principal_twice", "between", about, readings, values, sides)
