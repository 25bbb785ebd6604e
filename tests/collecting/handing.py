"""What the tests of collecting share: a district of three schools that can be worked out by hand, its workbooks as the
schools got them, and a pen to write into them with another program."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from districts import since, tiny_district

from rotation_planner.collecting import Collected, collect
from rotation_planner.data import schema
from rotation_planner.data.district import District

POLICY = Path(__file__).with_name("six.yaml")
AS_OF = dt.date(2027, 8, 31)
NAMES = {"a": "赵", "b": "钱", "c": "孙"}
FILES = {
    "A": "A-晨光小学.xlsx", "B": "B-海棠小学.xlsx", "C": "C-松林小学.xlsx", "D": "D-南湖学校.xlsx",
    "": "区级登记表.xlsx",
}  # fmt: skip


def three_schools(as_of: dt.date = AS_OF) -> District:
    """晨光 (A, quality): teachers of 12, 10, 8 and 2 years in the school. 海棠 (B): of 7, 2 and 1. 松林 (C, weak and
    rural): of 9 (ill), 3 and 1. 南湖 (D) has
    nobody but its principal, as each school has one. a4 and b2 are married, and both schools say so; b3 and c3 are
    brothers, and both schools say so.

    Under the policy of six years: in A three of four teachers are concerned, more than half, so the two longest-serving
    are due, a3 is not. b1 is due, one of three teachers. c1 is ill and need not.
    """
    teachers = {
        "a1": ("A", 12), "a2": ("A", 10), "a3": ("A", 8), "a4": ("A", 2),
        "b1": ("B", 7), "b2": ("B", 2), "b3": ("B", 1),
        "c1": ("C", 9), "c2": ("C", 3), "c3": ("C", 1),
    }  # fmt: skip
    staff: dict[str, Any] = {
        who: {
            "at": at,
            "years": years,
            "age": 40 + number % 3,
            "name": f"{'赵钱孙'['ABC'.index(at)]}{'一二三四'[int(who[1]) - 1]}",
        }
        for number, (who, (at, years)) in enumerate(teachers.items())
    }
    staff |= {
        f"p{at}": {
            "at": at,
            "years": 4,
            "post_years": 4,
            "position": "principal",
            "name": f"校长{at}",
            "age": 50,
            "subject": "",
        }
        for at in "ABCD"
    }
    return tiny_district(
        {
            "A": {"name": "晨光小学", "tier": "quality", "zone": "东片"},
            "B": {"name": "海棠小学", "zone": "东片"},
            "C": {"name": "松林小学", "tier": "weak", "location": "rural", "zone": "西片"},
            "D": {"name": "南湖学校", "location": "town", "zone": "西片"},
        },
        staff,
        as_of=as_of,
        demand=[{"school_id": s, "stage": "primary", "subject": "语文", "required": 4} for s in "ABC"],
        exemptions=[{"staff_id": "c1", "kind": "illness", "start": "2027-01-01", "evidence": "市一院诊断证明"}],
        applications=[{"staff_id": "b2", "rank": 1, "school_id": "A", "reason": "care"}],
        history=[{"staff_id": "c2", "school_id": "B", "start": "2018-09-01", "end": "2024-08-31", "kind": "post"}],
        appraisals=[{"staff_id": who, "year": 2026, "result": "pass"} for who in ("a1", "b1", "c1")],
        relatives=[
            {"staff_id": one, "relative_id": other, "kinship": kinship}
            for pair, kinship in ((("a4", "b2"), "spouse"), (("b3", "c3"), "sibling"))
            for one, other in (pair, pair[::-1])
        ],
        pins=[{"staff_id": "b1", "verdict": "stay", "reason": "县级课题主持人"}],
        distances=[{"from_school": "A", "to_school": "C", "km": 12.5}],
    )  # fmt: skip


class Pen:
    """Writes into the workbooks of a folder as a school's clerk does, with a program that is not ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _open(self, school: str, table: str) -> tuple[Any, Any, dict[str, int]]:
        book = openpyxl.load_workbook(self.folder / FILES[school])
        sheet = book[schema.table(table).name]
        keys = schema.headings(table)
        places = {
            keys.get(schema.plain(str(cell.value)), str(cell.value)): cell.column for cell in sheet[1] if cell.value
        }
        return book, sheet, places

    def set(self, school: str, table: str, row: int | str, **cells: Any) -> Pen:
        """Writes cells of a row: its number, or the staff_id (school_id of schools) that it begins with."""
        book, sheet, places = self._open(school, table)
        number = row if isinstance(row, int) else self._find(sheet, row)
        for key, value in cells.items():
            sheet.cell(number, places.get(key, 0) or self._new_column(sheet, places, key), value)
        book.save(self.folder / FILES[school])
        return self

    def add(self, school: str, table: str, **cells: Any) -> int:
        """Writes a row below the others; its number."""
        book, sheet, places = self._open(school, table)
        number = (
            max((r for r in range(1, sheet.max_row + 1) if any(c.value is not None for c in sheet[r])), default=1) + 1
        )
        for key, value in cells.items():
            sheet.cell(number, places.get(key, 0) or self._new_column(sheet, places, key), value)
        book.save(self.folder / FILES[school])
        return number

    def strike(self, school: str, table: str, row: str) -> Pen:
        """Deletes the row that begins with this code."""
        book, sheet, _ = self._open(school, table)
        sheet.delete_rows(self._find(sheet, row))
        book.save(self.folder / FILES[school])
        return self

    def copy(self, source: str, target: str, row: str, **cells: Any) -> int:
        """Copies a person's row of the staff into another school's workbook, and changes some cells there."""
        _, sheet, places = self._open(source, "staff")
        number = self._find(sheet, row)
        told = {key: sheet.cell(number, column).value for key, column in places.items()}
        return self.add(target, "staff", **{**told, **cells})

    @staticmethod
    def _find(sheet: Any, code: str) -> int:
        return next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == code)

    @staticmethod
    def _new_column(sheet: Any, places: dict[str, int], key: str) -> int:
        places[key] = max(places.values()) + 1
        sheet.cell(1, places[key], key)
        return places[key]


def put_together(folder: Path, **more: Any) -> Collected:
    """Collects under the policy of six years."""
    return collect(folder, **{"policy": POLICY, "as_of": AS_OF, **more})


def told(made: Collected) -> dict[str, str]:
    """What is open, by the doubt's id."""
    return {doubt.id: doubt.message for doubt, _ in made.doubts}


def same_district(one: District, other: District) -> None:
    """Fails where two districts are not the same but for the order of rows and where these stood."""
    assert one.as_of == other.as_of
    for key, frame in one.frames.items():
        columns = [c for c in frame.columns if c != schema.ROW]
        again = other.frames[key]
        assert set(again.columns) == set(frame.columns), key
        pd.testing.assert_frame_equal(_in_order(frame[columns]), _in_order(again[columns]), check_dtype=True, obj=key)


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    order = sorted(range(len(frame)), key=lambda at: str(frame.iloc[at].tolist()))
    return frame.iloc[order].reset_index(drop=True)


def rows_copied(source: Path, target: Path) -> Path:
    """A copy of the handed in workbooks that a test may write into."""
    return Path(shutil.copytree(source, target))


def years(number: float) -> str:
    """The day of coming to a school that completes so many years, as a clerk writes it."""
    return since(number, AS_OF).isoformat()


Expected = Mapping[str, Any]
