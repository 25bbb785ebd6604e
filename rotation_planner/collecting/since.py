"""What changed since last year's roster: who came, went and moved, and whose facts changed that should not have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.collecting.doubts import Doubt, Ground, Reading, Side, heading, shown
from rotation_planner.collecting.pool import LAST_YEAR, Cell, Change, Row
from rotation_planner.collecting.schools import REGISTERED
from rotation_planner.data import schema
from rotation_planner.data.dates import retirement_date
from rotation_planner.data.district import District
from rotation_planner.words import say

FIXED = ("birth_date", "sex", "hired_on", "name")  # what a year does not change
WITH_PERSON = ("exemptions", "history", "appraisals", "relatives")  # what goes along with a person of last year


@dataclass(frozen=True)
class Changed:
    """One change since last year's roster: ``kind`` (``collect_change.<kind>``), who, in which school, what it was and
    is; ``open``: it is a doubt."""

    kind: str
    school: str
    staff_id: str
    name: str
    before: Any
    now: Any
    open: bool


class Since:
    """Compares the rosters of two years; ``doubts`` and ``changes`` are what came of it."""

    def __init__(self, ground: Ground, last: District) -> None:
        self.ground, self.last, self.pool = ground, last, ground.pool
        self.next_day = pd.Timestamp(last.as_of + dt.timedelta(days=1))
        self.changes: list[Changed] = []
        staff = ground.staff[ground.staff["staff_id"] != ""]
        self.now = staff[~staff["staff_id"].duplicated()]
        self.at = dict(zip(self.now["staff_id"].tolist(), self.now.index.tolist(), strict=True))
        self.before: dict[str, dict[str, Any]] = {str(row["staff_id"]): row for row in _rows(last.staff)}
        self.rows: dict[int, dict[str, Any]] = dict(zip(self.now.index.tolist(), _rows(self.now), strict=True))
        self.doubts = list(self._all())

    def _all(self) -> Iterator[Doubt]:
        told = set(self.pool.frames["staff"]["staff_id"][self.pool.file["staff"] != LAST_YEAR])
        came = [each for each in self.at if each not in self.before]
        gone = [each for each in self.before if each not in told and self._heard(each)]
        renamed = self._same_people(came, gone)
        for new, old in renamed.items():
            yield self._renamed(new, old)
        for each in came:
            if each not in renamed:
                yield from self._came(each)
        for each in gone:
            if each not in renamed.values():
                yield from self._gone(each)
        for each, at in self.at.items():
            if each in self.before:
                yield from self._stayed(each, at)
        yield from self._schools()

    def _heard(self, staff_id: str) -> bool:
        """Whether the person's school handed anything in: of another nothing is known yet."""
        school = str(self.before[staff_id]["school_id"])
        number = self.ground.speaking.get(school)
        return number is not None and "staff" in self.pool.handed[number].frames

    # ---- came and went -------------------------------------------------------------------------------------------

    def _same_people(self, came: list[str], gone: list[str]) -> dict[str, str]:
        """New ids of people who stood in last year's roster under another."""

        def person(row: Any) -> tuple[Any, ...]:
            return row["name"], row["sex"], row["birth_date"]

        old = {person(self.before[each]): each for each in gone}
        found = {each: old.get(person(self.rows[self.at[each]])) for each in came}
        return {new: was for new, was in found.items() if was is not None}

    def _renamed(self, new: str, old: str) -> Doubt:
        at = self.at[new]
        readings = (
            Reading("as_told", {}, Change()),
            Reading("last_id", {"id": old}, Change(drop=(("staff", at),), add=self._rows_of(old))),
        )
        return self._doubt("id_changed", at, "staff_id", old, new, readings, alias=(new, old))

    def _came(self, staff_id: str) -> Iterator[Doubt]:
        at = self.at[staff_id]
        joined = self.now["joined_school"][at]
        if joined is pd.NaT or joined >= self.next_day:
            self._note("joined", at, "", self.now["school_id"][at], False)
            return
        readings = (
            Reading("as_told", {}, Change()),
            Reading("joined_since", {"day": shown("staff", "joined_school", self.next_day)},
                    Change(cells=(("staff", at, "joined_school", self.next_day),))),
            Reading("nowhere", {}, Change(drop=(("staff", at),))),
        )  # fmt: skip
        yield self._doubt("joined_unlisted", at, "joined_school", "", joined, readings, kind="joined")

    def _gone(self, staff_id: str) -> Iterator[Doubt]:
        row = self.before[staff_id]
        school, rows = str(row["school_id"]), self._rows_of(staff_id)
        women = 50 if row["position"] == "support" else 55
        born = np.array([row["birth_date"]], dtype="datetime64[D]")
        retired = bool(retirement_date(born, row["sex"], women)[0] <= np.datetime64(self.pool.as_of))
        of = self.ground.school(school)
        self.changes.append(Changed("left", school, staff_id, str(row["name"]), of, "", not retired))
        if retired or not rows:
            return
        person = say("collect.called", name=row["name"], code=staff_id)
        readings = (
            Reading("gone", {}, Change()),
            Reading("roster", {"school": self.ground.school(school)}, Change(add=rows)),
        )
        values = {"person": person, "school": self.ground.school(school)}
        at = next(at for key, at in rows if key == "staff")
        yield Doubt("left", "since", (staff_id,), readings, values, {school: Side("staff", at, None, values)})

    def _rows_of(self, staff_id: str) -> tuple[Row, ...]:
        """The rows of last year that speak of a person, as far as the pool has them."""
        found: list[Row] = []
        for key in ("staff", *WITH_PERSON):
            frame, file = self.pool.frames[key], self.pool.file[key]
            own = (frame["staff_id"] == staff_id).to_numpy() & (file == LAST_YEAR)
            found += [(key, int(at)) for at in np.flatnonzero(own)]
        return tuple(found) if any(key == "staff" for key, _ in found) else ()

    # ---- who stayed ----------------------------------------------------------------------------------------------

    def _stayed(self, staff_id: str, at: int) -> Iterator[Doubt]:
        old, new = self.before[staff_id], self.rows[at]
        changed = [c for c in FIXED if _differs(old[c], new[c])]
        if len({"birth_date", "sex", "name"} & set(changed)) > 1:
            columns = [c for c in changed if c != "hired_on"]
            told = say("policy.list_separator").join(str(heading("staff", c)) for c in columns)
            before = say("policy.list_separator").join(str(shown("staff", c, old[c])) for c in columns)
            yield self._doubt("other_person", at, columns[0], before, told, self._back(at, old, tuple(FIXED)))
            changed = []
        for column in changed:
            readings = self._back(at, old, (column,))
            yield self._doubt("changed", at, column, old[column], new[column], readings)
        if _rank(new["title"]) < _rank(old["title"]):
            readings = self._back(at, old, ("title",))
            yield self._doubt("title_down", at, "title", old["title"], new["title"], readings)
        if old["school_id"] == new["school_id"]:
            yield from self._in_place(staff_id, at, old, new)
        else:
            yield from self._moved(staff_id, at, old, new)

    def _in_place(self, staff_id: str, at: int, old: Any, new: Any) -> Iterator[Doubt]:
        planned = (self.ground.moves or {}).get(staff_id)
        if planned is not None and planned != new["school_id"] and planned in self.ground.speaking:
            cells: tuple[Cell, ...] = (
                ("staff", at, "school_id", planned),
                ("staff", at, "joined_school", self.next_day),
            )
            readings = (
                Reading("as_told", {}, Change()),
                Reading("roster", {"school": self.ground.school(planned)}, Change(cells=cells)),
            )
            yield self._doubt("plan_not_followed", at, "school_id", planned, new["school_id"], readings, extra=planned)
        if _differs(old["joined_school"], new["joined_school"]):
            readings = self._back(at, old, ("joined_school",))
            was, now = old["joined_school"], new["joined_school"]
            yield self._doubt("joined_altered", at, "joined_school", was, now, readings)
        same_post = old["position"] == new["position"] and new["position"] in schema.LED_POSITIONS
        if same_post and _differs(old["position_since"], new["position_since"]):
            readings = self._back(at, old, ("position_since",))
            was, now = old["position_since"], new["position_since"]
            yield self._doubt("post_altered", at, "position_since", was, now, readings)

    def _moved(self, staff_id: str, at: int, old: Any, new: Any) -> Iterator[Doubt]:
        planned = (self.ground.moves or {}).get(staff_id)
        readings = self._back(at, old, ("school_id", "joined_school"))
        was, now = str(old["school_id"]), str(new["school_id"])
        if planned == now:
            self._note("moved", at, self.ground.school(was), self.ground.school(now), False)
        elif planned is not None:
            yield self._doubt("moved_otherwise", at, "school_id", was, now, readings, extra=was, planned=planned)
        else:
            yield self._doubt("moved_unplanned", at, "school_id", was, now, readings, extra=was)
        if new["joined_school"] is not pd.NaT and new["joined_school"] < self.next_day:
            day = shown("staff", "joined_school", self.next_day)
            readings = (
                Reading("as_told", {}, Change()),
                Reading("joined_since", {"day": day}, Change(cells=(("staff", at, "joined_school", self.next_day),))),
            )
            yield self._doubt("joined_before_move", at, "joined_school", was, new["joined_school"], readings)

    def _back(self, at: int, old: Any, columns: tuple[str, ...]) -> tuple[Reading, Reading]:
        """As handed in, and as last year's roster had it."""
        frame = self.pool.frames["staff"]
        now = {column: frame[column].iat[at] for column in columns}
        cells = tuple(("staff", at, column, old[column]) for column in columns if _differs(old[column], now[column]))
        return Reading("as_told", {}, Change()), Reading("as_last_year", {}, Change(cells=cells))

    # ---- schools -------------------------------------------------------------------------------------------------

    def _schools(self) -> Iterator[Doubt]:
        frame, before = self.pool.counting("schools"), self.last.schools.set_index("school_id")
        for at, code in zip(frame.index.tolist(), frame["school_id"].tolist(), strict=True):
            if code not in before.index:
                self.changes.append(Changed("school_new", code, "", str(frame["name"][at]), "", "", False))
                continue
            by_bureau = not self.ground.sender("schools", at)
            for column in REGISTERED:
                old, new = before[column][code], frame[column][at]
                if not _differs(old, new):
                    continue
                was, now = shown("schools", column, old), shown("schools", column, new)
                told = say("collect.column_is", column=heading("schools", column), value=was)
                name = str(frame["name"][at])
                self.changes.append(Changed("school_changed", code, "", name, told, now, not by_bureau))
                if by_bureau:
                    continue  # the bureau itself says so
                readings = (
                    Reading("value", {"value": now}, Change()),
                    Reading("value", {"value": was}, Change(cells=(("schools", at, column, old),))),
                )
                of = {"school": self.ground.school(code), "column": heading("schools", column)}
                values = {**of, "before": was, "now": now}
                sides = {code: Side("schools", at, column, values)}
                yield Doubt("school_changed", "since", (code,), readings, values, sides, column=column)
        for code in before.index:
            if code not in set(frame["school_id"]):
                self.changes.append(Changed("school_gone", code, "", str(before["name"][code]), "", "", False))

    # ---- telling -------------------------------------------------------------------------------------------------

    def _note(self, kind: str, at: int, before: Any, now: Any, is_open: bool) -> None:
        row = self.pool.frames["staff"]
        school, staff_id = str(row["school_id"].iat[at]), str(row["staff_id"].iat[at])
        self.changes.append(Changed(kind, school, staff_id, str(row["name"].iat[at]), before, now, is_open))

    def _doubt(
        self, code: str, at: int, column: str, before: Any, now: Any, readings: tuple[Reading, ...], *,
        kind: str = "", extra: str = "", planned: str = "", alias: tuple[str, ...] = (),
    ) -> Doubt:  # fmt: skip
        """A doubt about one person; ``extra``: another school that it concerns, which learns of its own side only."""
        ground = self.ground
        told = {"before": before, "now": now}
        for name, value in told.items():
            told[name] = ground.school(value) if column == "school_id" else shown("staff", column, value)
        if column == "joined_school" and code == "joined_before_move":
            told["before"] = ground.school(str(before))
        self._note(kind or code, at, told["before"], told["now"], True)
        own = ground.sender("staff", at) or str(self.pool.frames["staff"]["school_id"].iat[at])
        values = {
            "person": ground.person(at), "school": ground.school(own), "column": heading("staff", column), **told,
            "planned": ground.school(planned) if planned else "",
        }  # fmt: skip
        sides = {own: Side("staff", at, column, values)}
        if extra and extra != own:
            # The other school had, or was to get, the person: it learns who and which school, no more.
            sides[extra] = Side("staff", at, None, {key: values[key] for key in ("person", "before", "now", "planned")})
        about = (str(self.pool.frames["staff"]["staff_id"].iat[at]),)
        by_column = column if code == "changed" else ""
        return Doubt(code, "since", about, readings, values, sides, alias=alias, column=by_column)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values by column; far quicker than asking a frame for one row after the other."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _differs(old: Any, new: Any) -> bool:
    """Whether two cells say different things; where one says nothing, they do not."""
    if old is pd.NaT or new is pd.NaT or old != old or new != new or old == "" or new == "":
        return False
    return bool(old != new)


def _rank(title: Any) -> int:
    return list(schema.TITLES).index(title) if title in schema.TITLES else len(schema.TITLES)


def last_rows(last: District, told: set[str], schools: set[str]) -> dict[str, pd.DataFrame]:
    """The rows of last year's district about people whom this year's rosters do not name though their school handed
    one in: so that a doubt can be read as if they were still there."""
    staff = last.staff[last.staff["school_id"].isin(schools) & ~last.staff["staff_id"].isin(told)]
    people = set(staff["staff_id"])
    rows = {key: getattr(last, key) for key in WITH_PERSON}
    return {"staff": staff, **{key: frame[frame["staff_id"].isin(people)] for key, frame in rows.items()}}
