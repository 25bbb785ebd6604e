"""Schools between files: two workbooks of one school, two writings of one name, a school that the register has
otherwise, a school that handed in nothing."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator

from rotation_planner.collecting.doubts import Doubt, Ground, Reading, Side, heading, shown
from rotation_planner.collecting.pool import Change, Row
from rotation_planner.data import schema
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.words import catalogue, say

ALIKE = 0.75  # of difflib: one wrong character in four
REGISTERED = ("name", "stages", "tier", "location", "zone", "group", "campus", "headcount_limit", "ownership",
              "principal_posts", "deputy_posts", "middle_chief_posts", "middle_deputy_posts", "senior_posts",
              "intermediate_posts")  # fmt: skip


def between_schools(ground: Ground) -> Iterator[Doubt]:
    """Every contradiction between files about the schools themselves."""
    yield from _two_workbooks(ground)
    yield from _register(ground)
    yield from _alike(ground)


def _two_workbooks(ground: Ground) -> Iterator[Doubt]:
    """Two workbooks that speak for one school: all rows of the second stop counting."""
    pool = ground.pool
    files: dict[str, list[int]] = {}
    for number, each in enumerate(pool.handed):
        if not each.bureau and each.read:
            for school in each.schools:
                files.setdefault(school, []).append(number)
    for school, numbers in files.items():
        if len(numbers) < 2:
            continue
        rows = {number: _rows_of(ground, number, school) for number in numbers}
        for number in numbers[1:]:
            for key, at in rows[number]:
                pool.drop(key, [at])
        names = say("policy.list_separator").join(pool.handed[number].name for number in numbers)
        readings = tuple(
            Reading(
                "workbook",
                {"file": pool.handed[number].name},
                Change(drop=rows[numbers[0]], add=rows[number]) if number != numbers[0] else Change(),
            )
            for number in numbers
        )
        values = {"school": ground.school(school), "files": names}
        first = next(iter(rows[numbers[0]]), None)
        sides = {school: Side(first[0], first[1], None, {"files": names})} if first else {}
        yield Doubt("two_workbooks", "between", (school,), readings, values, sides, blocking=True)


def _rows_of(ground: Ground, number: int, school: str) -> tuple[Row, ...]:
    """Every counting row of a file: of a file for several schools those of the school and its people."""
    pool = ground.pool
    alone = len(pool.handed[number].schools) == 1
    found: list[Row] = []
    people: set[str] = set()
    for key in schema.TABLE_KEYS:
        frame = pool.counting(key)
        frame = frame[pool.file[key][frame.index] == number]
        if not alone:
            by = "school_id" if key in ("schools", "staff", "demand") else "staff_id"
            if by not in frame.columns:
                continue
            frame = frame[frame[by] == school] if by == "school_id" else frame[frame[by].isin(people)]
        if key == "staff":
            people = set(frame["staff_id"])
        found += [(key, at) for at in frame.index.tolist()]
    return tuple(found)


def _register(ground: Ground) -> Iterator[Doubt]:
    """The bureau's row of a school holds; what it leaves blank the school's own fills in; a difference is a doubt."""
    pool = ground.pool
    frame = pool.counting("schools")
    file = pool.file["schools"]
    bureau = {
        code: at
        for at, code in zip(frame.index.tolist(), frame["school_id"].tolist(), strict=True)
        if code and file[at] >= 0 and pool.handed[int(file[at])].bureau
    }
    for at, code in zip(frame.index.tolist(), frame["school_id"].tolist(), strict=True):
        base = bureau.get(code)
        if base is None or base == at or pool.handed[int(file[at])].bureau:
            continue
        pool.drop("schools", [at])
        for column in frame.columns:
            if column in ("school_id", schema.ROW):
                continue
            ours, theirs = frame[column][base], frame[column][at]
            blank = ours != ours or ours == ""
            if theirs != theirs or theirs == "" or ours == theirs:
                continue
            if blank:
                pool.frames["schools"].loc[base, column] = theirs
            elif column in REGISTERED:
                values = {
                    "school": ground.school(code), "column": heading("schools", column),
                    "ours": shown("schools", column, ours), "theirs": shown("schools", column, theirs),
                }  # fmt: skip
                readings = (
                    Reading("value", {"value": values["ours"]}, Change()),
                    Reading("value", {"value": values["theirs"]}, Change(cells=(("schools", base, column, theirs),))),
                )
                sides = {code: Side("schools", at, column, values)}
                yield Doubt("register_differs", "between", (code,), readings, values, sides, column=column)


def _alike(ground: Ground) -> Iterator[Doubt]:
    """Two codes under names that differ in writing only, or by one character; of schools that the register, or last
    year, knows apart, none."""
    pool = ground.pool
    known = set(ground.last.school_pos) if ground.last is not None else set()
    frame = pool.counting("schools")
    rows = [(at, str(frame["school_id"][at]), _bare(str(frame["name"][at]))) for at in frame.index.tolist()]
    for number, (at, code, name) in enumerate(rows):
        for other_at, other, other_name in rows[number + 1 :]:
            apart = {code, other} <= known or not (ground.sender("schools", at) or ground.sender("schools", other_at))
            if not name or code == other or apart or not _near(name, other_name):
                continue
            people = pool.counting("staff")
            moved = people.index[people["school_id"] == other].tolist()
            values = {"one": ground.school(code), "other": ground.school(other)}
            one = Change(
                drop=(("schools", other_at),), cells=tuple(("staff", each, "school_id", code) for each in moved)
            )
            readings = (
                Reading("two_schools", {}, Change()),
                Reading("one_school", {"school": ground.school(code)}, one),
            )
            sides = {
                sender: Side("schools", row, "name", {"others": ground.school(of)})
                for sender, row, of in (
                    (ground.sender("schools", at), at, other),
                    (ground.sender("schools", other_at), other_at, code),
                )
                if sender
            }
            yield Doubt("schools_alike", "between", (code, other), readings, values, sides)


def _bare(name: str) -> str:
    """A school's name without blanks, marks and the usual endings."""
    text = "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
    endings = catalogue()["collect.school_endings"]["zh"].split("、")
    return next((text.removesuffix(each) for each in endings if text.endswith(each) and len(text) > len(each)), text)


def _near(one: str, other: str) -> bool:
    """Alike but for one slip of the pen; not where the difference is what tells schools apart: numbers, directions."""
    if one == other:
        return True
    telling = set(catalogue()["collect.telling_signs"]["zh"])
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return False
    changed = [(one[a:b], other[c:d]) for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal"]
    if len(changed) > 1 or any(len(part) > 1 for part in changed[0]):
        return False
    return not any(telling & set(part) or any(c.isdigit() for c in part) for part in changed[0])


def missing_schools(ground: Ground, folder: str) -> list[Problem]:
    """Errors for schools without a workbook, files that speak for no known school, workbooks without staff, and schools
    without a row of their own."""
    pool = ground.pool
    listed = {
        school for each in pool.handed if each.bureau and "schools" in each.frames
        for school in each.frames["schools"]["school_id"] if school
    }  # fmt: skip
    register = bool(listed)
    frame = pool.counting("schools")
    private = set(frame["school_id"][frame["ownership"] == "private"])
    rows = set(frame["school_id"])
    handed = {school for each in pool.handed for school in each.schools}
    due = listed if register else set(ground.last.schools["school_id"]) if ground.last is not None else set()
    found = []
    if ground.last is not None and not register:
        of = ground.last.schools
        private |= set(of["school_id"][of["ownership"] == "private"])
    staffed = set(pool.counting("staff")["school_id"])
    for school in sorted(due - handed - private - staffed):
        values = {"school": ground.school(school)}
        found.append(Problem(Severity.ERROR, "collect_school_missing", folder, value=school, values=values))
    known = sorted(due | rows)
    for each in pool.handed:
        if not each.read or each.bureau:
            continue
        if not each.schools:
            found.append(Problem(Severity.ERROR, "collect_whose", each.name))
            continue
        if "staff" not in each.frames or not len(each.frames["staff"]):
            found.append(Problem(Severity.ERROR, "collect_no_staff", each.name))
        for school in each.schools:
            near = {"nearest": Nearest(school, known, codes=True)}
            if register and school not in due:
                found.append(Problem(Severity.ERROR, "collect_not_in_register", each.name, value=school, values=near))
            elif school not in rows:
                found.append(Problem(Severity.ERROR, "collect_no_school_row", each.name, value=school, values=near))
    return found
