"""Rows between files: told twice, told differently, told by one side only, told of another school's people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from rotation_planner.collecting.doubts import Doubt, Ground, Reading, Side, shown
from rotation_planner.collecting.pool import Change
from rotation_planner.data import schema
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.words import say

OF_PEOPLE = ("exemptions", "applications", "history", "appraisals", "relatives")


def between_rows(ground: Ground) -> Iterator[Doubt]:
    """Every contradiction between files about what is not the roster itself. A row that another file repeats word for
    word counts once."""
    for key in (*OF_PEOPLE, "demand", "pins", "distances"):
        _once(ground, key)
    yield from _told_differently(ground, "appraisals", ("staff_id", "year"), ("result", "ethics"), "appraisal_differs")
    demand = ("required", "minimum", "maximum")
    yield from _told_differently(ground, "demand", ("school_id", "stage", "subject"), demand, "demand_differs")
    yield from _relatives(ground)


def _once(ground: Ground, key: str) -> None:
    """Of equal rows in different files the first counts."""
    frame = ground.pool.counting(key)
    told = frame.drop(columns=schema.ROW)
    again = frame[told.duplicated(keep="first")]
    if not len(again):
        return
    file = ground.pool.file[key]
    first = told.groupby(list(told.columns), sort=False, dropna=False)[told.columns[0]].transform(lambda s: s.index[0])
    ground.pool.drop(key, [at for at in again.index if file[at] != file[first[at]]])


def _told_differently(
    ground: Ground, key: str, by: tuple[str, ...], told: tuple[str, ...], code: str
) -> Iterator[Doubt]:
    """Two files that say different things of the same: the row of the school concerned counts, of the demand the
    bureau's."""
    pool, frame = ground.pool, ground.pool.counting(key)
    several = frame[frame.duplicated(list(by), keep=False) & frame[list(by)].notna().all(axis=1)]
    home = dict(zip(ground.staff["staff_id"], ground.staff["school_id"], strict=True))
    for _, rows in several.groupby(list(by), sort=False):
        if len({int(pool.file[key][at]) for at in rows.index}) == 1:
            continue
        at_home = str(rows["school_id"].iloc[0]) if key == "demand" else home.get(str(rows["staff_id"].iloc[0]), "")
        senders = {at: ground.sender(key, at) for at in rows.index}
        wanted = "" if key == "demand" else at_home
        order = sorted(rows.index, key=lambda at: (senders[at] != wanted, senders[at] != at_home, at))
        first: dict[int, int] = {}
        for at in order:
            first.setdefault(int(pool.file[key][at]), at)
        chosen = list(first.values())
        pool.drop(key, [at for at in rows.index if at != chosen[0]])
        parts: tuple[Any, ...] = tuple(rows[column].iloc[0] for column in by)
        subject = [str(shown(key, column, part)) for column, part in zip(by, parts, strict=True)]
        readings = tuple(
            Reading(
                "told_by",
                {"who": _who(ground, senders[at]), "value": _said(key, told, rows, at)},
                Change(drop=((key, chosen[0]),), add=((key, at),)) if at != chosen[0] else Change(),
            )
            for at in chosen
        )
        what = say("policy.list_separator").join(subject)
        values = {"what": what, "who": say("policy.list_separator").join(_who(ground, senders[at]) for at in chosen)}
        sides = {
            senders[at]: Side(
                key, at, told[0],
                {
                    "what": what,
                    "value": _said(key, told, rows, at),
                    "others": say("policy.list_separator").join(
                        _who(ground, senders[other]) for other in chosen if other != at
                    ),
                },
            )
            for at in chosen
            if senders[at]
        }  # fmt: skip
        yield Doubt(code, "between", tuple(map(str, parts)), readings, values, sides, blocking=key == "appraisals")


def _who(ground: Ground, school: str) -> str:
    return ground.school(school) if school else say("collect.bureau")


def _said(key: str, told: tuple[str, ...], rows: pd.DataFrame, at: int) -> str:
    return say("policy.list_separator").join(str(shown(key, column, rows[column][at])) for column in told)


def _relatives(ground: Ground) -> Iterator[Doubt]:
    """Pairs between two schools whom only one of them names, or both differently. Where no pair is told from both
    sides, the district lists every pair once and means it so."""
    kin, staff = ground.pool.counting("relatives"), ground.staff
    home = dict(zip(staff["staff_id"], staff["school_id"], strict=True))
    place = dict(zip(staff["staff_id"], staff.index, strict=True))
    pairs: dict[tuple[str, str], dict[str, list[int]]] = {}
    columns = (kin.index.tolist(), kin["staff_id"].tolist(), kin["relative_id"].tolist())
    for at, one, other in zip(*columns, strict=True):
        if one in home and other in home and home[one] != home[other]:
            told = pairs.setdefault((min(one, other), max(one, other)), {})
            told.setdefault(ground.sender("relatives", at), []).append(at)
    both = any(len(told) > 1 for told in pairs.values())
    for (one, other), told in pairs.items():
        rows = [at for each in told.values() for at in each]
        kinds = dict.fromkeys(kin["kinship"][at] for at in rows if kin["kinship"][at])
        people = {home[one]: place[one], home[other]: place[other]}
        values: dict[str, Any] = {"one": ground.person(place[one]), "other": ground.person(place[other])}
        if len(told) > 1 and len(kinds) > 1:
            yield _kin_differs(ground, (one, other), kin, told, values)
        elif len(told) == 1 and both:
            teller = next(iter(told))
            silent = [school for school in people if school != teller]
            if not teller or len(silent) != 1 or silent[0] not in ground.speaking:
                continue
            values |= {"school": ground.school(teller), "silent": ground.school(silent[0])}
            values["kinship"] = shown("relatives", "kinship", kin["kinship"][rows[0]])
            readings = (
                Reading("kin", {"kinship": values["kinship"]}, Change()),
                Reading("no_kin", {}, Change(drop=tuple(("relatives", at) for at in rows))),
            )
            sides = {
                teller: Side("relatives", rows[0], "relative_id", {"person": ground.person(people[teller])}),
                silent[0]: Side("staff", people[silent[0]], None, {"person": ground.person(people[silent[0]])}),
            }
            sides = {school: Side(s.table, s.at, s.column, {**s.values, "others": _who(ground, _else(people, school))})
                     for school, s in sides.items()}  # fmt: skip
            yield Doubt("kin_one_side", "between", (one, other), readings, values, sides)


def _else(people: dict[str, int], school: str) -> str:
    return next(each for each in people if each != school)


def _kin_differs(
    ground: Ground, pair: tuple[str, str], kin: pd.DataFrame, told: dict[str, list[int]], values: dict[str, Any]
) -> Doubt:
    of = {school: kin["kinship"][rows[0]] for school, rows in told.items()}
    said = [
        say("collect.says", who=_who(ground, school), value=shown("relatives", "kinship", kinship))
        for school, kinship in of.items()
    ]
    everything = [at for rows in told.values() for at in rows]
    readings = (
        Reading("as_told", {}, Change()),
        *(
            Reading(
                "kin",
                {"kinship": shown("relatives", "kinship", kinship)},
                Change(drop=tuple(("relatives", at) for at in everything if kin["kinship"][at] != kinship)),
            )
            for kinship in dict.fromkeys(of.values())
        ),
    )
    sides = {
        school: Side(
            "relatives", rows[0], "kinship",
            {
                "value": shown("relatives", "kinship", of[school]),
                "person": _own_person(ground, kin, rows[0], school),
                "others": say("policy.list_separator").join(_who(ground, each) for each in told if each != school),
            },
        )
        for school, rows in told.items()
        if school
    }  # fmt: skip
    values = {**values, "said": say("policy.list_separator").join(said)}
    return Doubt("kin_differs_between", "between", pair, readings, values, sides)


def _own_person(ground: Ground, kin: pd.DataFrame, at: int, school: str) -> str:
    staff = ground.staff
    for column in ("staff_id", "relative_id"):
        found = staff.index[(staff["staff_id"] == kin[column][at]) & (staff["school_id"] == school)]
        if len(found):
            return ground.person(int(found[0]))
    return str(kin["staff_id"][at])


def foreign_rows(ground: Ground) -> list[Problem]:
    """A warning for every row in which a school speaks of people on another school's roster alone, or of another
    school's demand."""
    pool, staff = ground.pool, ground.staff
    of: dict[str, set[str]] = {}
    for at, staff_id in zip(staff.index.tolist(), staff["staff_id"].tolist(), strict=True):
        of.setdefault(staff_id, set()).add(str(staff["school_id"][at]))
    # Whoever the sender lists in any row of its roster is its own, wherever the roster puts the person.
    everybody = pool.frames["staff"]["staff_id"].tolist()
    listed = {(int(number), each) for number, each in zip(pool.file["staff"], everybody, strict=True)}
    found = []
    for key in (*OF_PEOPLE, "demand"):
        frame = pool.counting(key)
        column = "school_id" if key == "demand" else "staff_id"
        for at, value in zip(frame.index.tolist(), frame[column].tolist(), strict=True):
            number = int(pool.file[key][at])
            handed = pool.handed[number]
            if handed.bureau or not handed.schools:
                continue
            if key == "demand":
                foreign = bool(value) and value not in handed.schools and value in ground.speaking
                others = ground.school(value)
            else:
                homes = of.get(value, set())
                foreign = bool(homes) and not homes & set(handed.schools) and (number, value) not in listed
                if key == "relatives" and str(frame["relative_id"][at]) in of:
                    foreign &= not of[str(frame["relative_id"][at])] & set(handed.schools)
                others = say("policy.list_separator").join(ground.school(s) for s in sorted(homes))
            if foreign:
                file, row, name = pool.place(key, at, column)
                values = {"others": others}
                found.append(Problem(Severity.WARNING, "collect_foreign_row", file, row, name, value, values))
    return found
