"""What differs between two plans: who goes in one only, who goes elsewhere or otherwise, what became of the goals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Plan
from rotation_planner.words import has, say

COMPARED = (
    "to_school_id", "to_department", "to_position", "subject", "stage", "mode", "personnel_file_moves", "until",
)  # fmt: skip
_SHOWN = ("staff_id", "name", "from_school_id", "from_school", "to_school_id", "to_school")
_DEPARTMENTS = ("from_department", "to_department")  # shown where somebody enters one
CHANGE_COLUMNS = ("staff_id", "name", "column", "first", "second")
SCHOOL_COLUMNS = ("school_id", "name", "in_first", "in_second", "out_first", "out_second")
GOAL_COLUMNS = ("id", "first", "first_bound", "second", "second_bound")


@dataclass(frozen=True, eq=False)
class Comparison:
    """The differences from a ``first`` plan to a ``second``.

    ``only_first``, ``only_second``: rows of moves that the other plan lacks. ``changed``: one row a changed column of
    somebody who moves in both: staff_id, name, column, first, second. ``deferred_only_first``,
    ``deferred_only_second``: likewise for the deferred. ``goals``: id, value and bound in each (NaN: not told).
    ``same``: moves alike in both. ``schools``: how many enter and leave each school in either plan, where the people
    who do differ (school_id, name, in_first, in_second, out_first, out_second). ``names``: of the schools entered in
    either plan, by school_id.
    """

    only_first: pd.DataFrame
    only_second: pd.DataFrame
    changed: pd.DataFrame
    deferred_only_first: pd.DataFrame
    deferred_only_second: pd.DataFrame
    goals: pd.DataFrame
    same: int
    schools: pd.DataFrame = field(default_factory=pd.DataFrame)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def identical(self) -> bool:
        """Whether both plans move the same people in the same way."""
        return self.only_first.empty and self.only_second.empty and self.changed.empty

    @property
    def people_changed(self) -> int:
        """How many people move in both plans, but not alike."""
        return int(self.changed["staff_id"].nunique())

    def __str__(self) -> str:
        if self.identical:
            return say("compare.identical", same=self.same)
        return say(
            "compare.summary",
            same=self.same,
            changed=self.people_changed,
            only_first=len(self.only_first),
            only_second=len(self.only_second),
        )

    def _repr_html_(self) -> str:
        from rotation_planner.plan.showing import as_html, worded

        codes = ["from_school_id", "to_school_id"]
        only = [frame.drop(columns=codes, errors="ignore") for frame in (self.only_first, self.only_second)]
        changed = self.changed.copy()
        for side in ("first", "second"):
            changed[side] = list(map(self._value, changed["column"], changed[side]))
        changed["column"] = [
            say("plan_column." + each.replace("to_school_id", "to_school")) for each in changed["column"]
        ]
        tables = {
            "compare.goals": self.goals[["id", "first", "second"]],
            "compare.only_first": only[0],
            "compare.only_second": only[1],
            "compare.changed": changed,
            "compare.schools": self.schools.drop(columns="school_id", errors="ignore").rename(
                columns={"name": "school"}
            ),
        }
        return as_html(str(self), {say(key): worded(frame, "compare_column") for key, frame in tables.items()})

    def _value(self, column: str, value: str) -> str:
        """A changed value as it is read: a school by its name, a way of moving and other keys in words."""
        if column == "to_school_id":
            return self.names.get(value, value)
        area = {"mode": "plan_mode.", "to_position": "report_value.position_", "stage": "report_value.stage_"}
        key = area.get(column, "report_value.file_" if column == "personnel_file_moves" else "") + value
        return say(key) if key != value and has(key) else value

    def as_dict(self) -> dict[str, Any]:
        """The record for machine-readable output."""
        frames = {
            "only_first": self.only_first,
            "only_second": self.only_second,
            "changed": self.changed,
            "schools": self.schools,
            "deferred_only_first": self.deferred_only_first,
            "deferred_only_second": self.deferred_only_second,
            "goals": self.goals,
        }
        counts = {"same": self.same, "changed": self.people_changed}
        told = {
            name: frame.astype(object).where(frame.notna(), None).to_dict("records") for name, frame in frames.items()
        }
        return {"identical": self.identical, **counts, "differences": told}


def compare(first: Plan, second: Plan) -> Comparison:
    """The differences between two plans, in the order of staff_id."""
    one, other = _by_person(first.transfers), _by_person(second.transfers)
    both = sorted(set(one.index) & set(other.index))
    changes = _changes(one.loc[both], other.loc[both])
    shown = (*_SHOWN, *_DEPARTMENTS) if (one["to_department"].any() or other["to_department"].any()) else _SHOWN
    changed = pd.DataFrame(changes, columns=list(CHANGE_COLUMNS), dtype="str")
    return Comparison(
        only_first=_rows(one, other, shown),
        only_second=_rows(other, one, shown),
        changed=changed,
        deferred_only_first=_rows(*_deferred(first, second), DEFERRED_COLUMNS),
        deferred_only_second=_rows(*_deferred(second, first), DEFERRED_COLUMNS),
        goals=_goals(first, second),
        same=len(both) - int(changed["staff_id"].nunique()),
        schools=_schools(one, other),
        names={
            code: name
            for plan in (other, one)
            for code, name in zip(plan["to_school_id"], plan["to_school"], strict=True)
            if name
        },
    )


def _changes(one: pd.DataFrame, other: pd.DataFrame) -> list[tuple[str, ...]]:
    """Every changed cell of the same people in two plans, by person and then by column: as in ``CHANGE_COLUMNS``.

    A blank cell of a hand-made plan says nothing; a blank ``until`` is for good where the way of moving is told."""
    first, second = ({name: plan[name].tolist() for name in ("staff_id", "name", *COMPARED)} for plan in (one, other))
    told = {name: "mode" if name == "until" else name for name in COMPARED}
    return [
        (who, first["name"][row] or second["name"][row], name, first[name][row], second[name][row])
        for row, who in enumerate(first["staff_id"])
        for name in COMPARED
        if first[name][row] != second[name][row] and first[told[name]][row] and second[told[name]][row]
    ]


def _by_person(frame: pd.DataFrame, columns: tuple[str, ...] = TRANSFER_COLUMNS) -> pd.DataFrame:
    whole = frame.reindex(columns=list(columns), fill_value="").astype(object).fillna("").drop_duplicates("staff_id")
    return whole.set_index("staff_id", drop=False)


def _deferred(first: Plan, second: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    frames = first.deferred, second.deferred
    if any(frame.empty and not plan.version for frame, plan in zip(frames, (first, second), strict=True)):
        frames = first.deferred.head(0), second.deferred.head(0)  # a hand-made plan does not say who stays
    return _by_person(frames[0], DEFERRED_COLUMNS), _by_person(frames[1], DEFERRED_COLUMNS)


def _rows(here: pd.DataFrame, there: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The rows of people who stand here and not there."""
    return here.loc[sorted(set(here.index) - set(there.index)), list(columns)].reset_index(drop=True)


def _schools(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The schools whom other people enter or leave, in the order of their codes."""
    names: dict[str, str] = {}
    people: dict[tuple[str, str, str], set[str]] = {}
    for when, frame in (("first", one), ("second", other)):
        for way, end in (("in", "to"), ("out", "from")):
            columns = (frame["staff_id"], frame[f"{end}_school_id"], frame[f"{end}_school"])
            for who, school_id, name in zip(*columns, strict=True):
                people.setdefault((school_id, way, when), set()).add(who)
                names[school_id] = name or names.get(school_id, "")
    rows = []
    for school_id in sorted(names):
        told = [people.get((school_id, way, when), set()) for way in ("in", "out") for when in ("first", "second")]
        if school_id and (told[0] != told[1] or told[2] != told[3]):
            rows.append((school_id, names[school_id], *map(len, told)))
    return pd.DataFrame(rows, columns=list(SCHOOL_COLUMNS))


def _goals(first: Plan, second: Plan) -> pd.DataFrame:
    goals = [{goal.id: goal for goal in plan.objectives} for plan in (first, second)]
    rows = []
    for name in dict.fromkeys([*goals[0], *goals[1]]):
        row: list[Any] = [name]
        for each in goals:
            told = (each[name].value, each[name].bound) if name in each else ()
            row += [number if math.isfinite(number) else math.nan for number in told] or [math.nan] * 2
        rows.append(row)
    return pd.DataFrame(rows, columns=list(GOAL_COLUMNS))
