"""What all builders of small scenarios share: people with dates counted back from the plan's day, and tables as CSV.

Every draw comes from one seeded generator, so that a builder gives the same tables each time. All names are invented.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
from pathlib import Path
from typing import Any

from rotation_planner.data.generator.vocabulary import vocabulary
from rotation_planner.data.schema import TABLES, Column, Kind, label

AS_OF = dt.date(2027, 8, 31)
Row = dict[str, Any]
ELDER, MIDDLE = 45, 33
KINSHIPS = ("spouse", "parent_child", "sibling", "collateral", "in_law")


def since(months: int) -> dt.date:
    """The first day of a month from which exactly so many months are completed on the plan's day."""
    last = AS_OF.year * 12 + AS_OF.month - months
    return dt.date(last // 12, last % 12 + 1, 1)


class Ground:
    """The tables of one unit while they grow: rows by table, English keys, other columns under their own heading."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.tables: dict[str, list[Row]] = {table.key: [] for table in TABLES}
        self.by_id: dict[str, Row] = {}
        people = vocabulary()["people"]
        weighted = re.findall(r"([^\d])(\d+)", people["surnames"])
        self._surnames = [name for name, weight in weighted for _ in range(int(weight))] + people["compound"]
        self._given = {key: people[key] for key in people if key.startswith(("women", "men"))}
        self._named: set[str] = set()

    def below(self, number: int) -> int:
        """A whole number from 0 up to and without ``number``."""
        return int(self.rng.random() * number)

    def pick(self, things: Any) -> Any:
        """One of several things."""
        return things[self.below(len(things))]

    def some(self, things: Any, number: int) -> list[Any]:
        """So many different things of a list, in its order."""
        left = list(range(len(things)))
        while len(left) > number:
            left.pop(self.below(len(left)))
        return [things[each] for each in left]

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.rng.random() < share

    def name(self, sex: str, age: int) -> str:
        """A name that nobody has yet, in the fashion of the age."""
        times = "elder" if age >= ELDER else "middle" if age >= MIDDLE else "young"
        pool = self._given[("women_" if sex == "F" else "men_") + times]
        while True:
            first, second = self.pick(pool), self.pick(pool)
            given = first if self.chance(0.12) or first == second else first + second
            name = self.pick(self._surnames) + given
            if name not in self._named:
                self._named.add(name)
                return name

    def school(self, school_id: str, name: str, **given: Any) -> Row:
        """One unit; urban, of the general tier and public unless said otherwise."""
        row = {
            "school_id": school_id, "name": name, "stages": "primary;junior", "tier": "general", "location": "urban",
            "ownership": "public", **given,
        }  # fmt: skip
        self.tables["schools"].append(row)
        return row

    def person(
        self,
        school_id: str,
        department: str = "",
        position: str = "teacher",
        *,
        age: int | None = None,
        post: int | None = None,
        joined: int | None = None,
        sex: str | None = None,
        **given: Any,
    ) -> Row:
        """One person of a unit: ``post`` and ``joined`` are the months in the present post and in the unit."""
        sex = sex or self.pick("FM")
        age = age if age is not None else 24 + self.below(33)
        longest = max((age - 23) * 12, 6)
        post = min(post, longest) if post is not None else 3 + self.below(min(110, longest))
        joined = max(post, min(joined, longest)) if joined is not None else post + self.below(max(longest - post, 1))
        career = joined + self.below(max(longest - joined, 1))
        number = len(self.tables["staff"]) + 1
        row = {
            "staff_id": f"G{number:04d}", "name": self.name(sex, age), "sex": sex,
            "birth_date": dt.date(AS_OF.year - age - 1, 9, 1) + dt.timedelta(days=self.below(364)),
            "hired_on": since(career), "school_id": school_id, "joined_school": since(joined), "stage": "",
            "subject": "", "position": position, "position_since": since(post), "department": department,
            "degree": self.pick(("college", "bachelor", "bachelor", "bachelor", "master")),
            **given,
        }  # fmt: skip
        self.tables["staff"].append(row)
        self.by_id[row["staff_id"]] = row
        return row

    def add(self, table: str, **row: Any) -> None:
        """One row of another table."""
        self.tables[table].append(row)

    def exempt(self, person: Row, kind: str, months: int = 6, evidence: str = "", **given: Any) -> None:
        """A registered circumstance that began so many months ago."""
        start = since(months)
        self.add("exemptions", staff_id=person["staff_id"], kind=kind, start=start, evidence=evidence, **given)

    def past(self, person: Row, kind: str, begun: int, ended: int | None, **given: Any) -> None:
        """Service from so many months ago to so many months ago (negative: ahead; None: still running)."""
        end = None if ended is None else since(ended)
        row = {"school_id": "", "location": "urban", "tier": "general", "start": since(begun), "end": end, "kind": kind}
        self.add("history", staff_id=person["staff_id"], **{**row, **given})

    def apply(self, person: Row, *schools: str, reason: str = "other") -> None:
        """Wishes in this order."""
        for rank, school in enumerate(schools, 1):
            self.add("applications", staff_id=person["staff_id"], rank=rank, school_id=school, reason=reason)

    def kin(self, one: Row, other: Row, kinship: str) -> None:
        """Two relatives, listed on both sides."""
        for left, right in ((one, other), (other, one)):
            self.add("relatives", staff_id=left["staff_id"], relative_id=right["staff_id"], kinship=kinship)

    def report_to_heads(self) -> None:
        """Everybody in a department reports to its head, heads to the unit's leader."""
        staff = self.tables["staff"]
        heads = {(p["school_id"], p["department"]): p for p in staff if p["position"] == "middle_chief"}
        leaders = {p["school_id"]: p for p in reversed(staff) if p["position"] == "principal"}
        for person in staff:
            head = heads.get((person["school_id"], person["department"]))
            above = head if head is not None and head is not person else leaders.get(person["school_id"])
            if above is not None and above is not person and person["position"] not in ("principal",):
                person["reports_to"] = above["staff_id"]

    def limits(self, **room: int) -> None:
        """Staffing limits: the staff of today and the room left by school_id (none unless said)."""
        for school in self.tables["schools"]:
            today = sum(p["school_id"] == school["school_id"] for p in self.tables["staff"])
            school["headcount_limit"] = today + room.get(school["school_id"], 0)

    def write(self, folder: Path) -> None:
        """The tables as CSV with Chinese headings and values; only columns that hold something or must stand."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.texts().items():
            (folder / name).write_text(text, "utf-8-sig", newline="\n")

    def texts(self) -> dict[str, str]:
        """The files by name."""
        found = {}
        for table in TABLES:
            rows = self.tables[table.key]
            if not rows and not table.due:
                continue
            used = {key for row in rows for key, value in row.items() if value not in ("", None)}
            columns: list[Column] = [c for c in table.columns if c.key in used or c.heading_due]
            own = [key for key in dict.fromkeys(key for row in rows for key in row) if key not in table.keys]
            lines = [[c.heading for c in columns] + own]
            lines += [
                [_cell(row.get(c.key), c) for c in columns] + [str(row.get(key, "")) for key in own] for row in rows
            ]
            found[f"{table.key}.csv"] = _csv(lines)
        return found


def _cell(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if column.kind is Kind.YES_NO:
        return "是" if value else "否"
    if column.kind is Kind.LIST:
        return ";".join(label(column.values, each) for each in str(value).split(";"))
    return label(column.values, str(value)) if column.values else str(value)


def _csv(lines: list[list[str]]) -> str:
    class Lines(list[str]):
        write = list.append

    out = Lines()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return "".join(out)
