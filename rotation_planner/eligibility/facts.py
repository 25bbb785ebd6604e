"""The facts of a district as arrays: columns, ages, lengths of service, exemptions, history. Solver-free,
vectorised."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.dates import add_months, age_on, completed_months, former_retirement_date, retirement_date
from rotation_planner.data.district import District
from rotation_planner.policy.selectors import OnAppraisals, OnExemption, OnHistory, OnRetirement, Stay

Array = np.ndarray[Any, Any]
UNITS = {"years": 12, "half_years": 6}


def as_array(column: pd.Series) -> Array:
    """A column as a plain numpy array: text as objects, dates as days, numbers as floats, yes/no as bools."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.to_numpy("datetime64[D]")
    if pd.api.types.is_bool_dtype(column):
        return column.to_numpy(bool)
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(float)
    return column.to_numpy(object)


def codes_of(*columns: Array) -> Array:
    """One small integer per distinct combination of values; the order of first sorted appearance is not promised."""
    combined = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        codes, values = pd.factorize(column, use_na_sentinel=False)
        combined = combined * max(len(values), 1) + codes
        combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
    return combined


class Facts:
    """What is known about every person and school of a district, on the plan's day."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.as_of = np.datetime64(district.as_of, "D")
        self.people = len(district.staff)
        self.school = district.staff_school
        self._columns: dict[str, Array] = {}

    # ---- columns -------------------------------------------------------------------------------------------------

    def of_people(self, field: str) -> Array:
        """A column of the staff, ``school.<column>`` of the present school, or a computed field (KeyError if none)."""
        if field not in self._columns:
            self._columns[field] = self._person_column(field)
        return self._columns[field]

    def _person_column(self, field: str) -> Array:
        if field.startswith("school."):
            return self.of_schools(field.removeprefix("school."))[self.school]
        if field == "age":
            return np.asarray(age_on(self.of_people("birth_date"), self.as_of))
        if field == "subject_surplus":
            return self._subject_surplus()
        if field == "department_size":
            groups = codes_of(self.school, self.of_people("department"))
            sizes = np.bincount(groups)[groups].astype(float)
            return np.where(self.of_people("department") == "", np.nan, sizes)
        return as_array(self.district.staff[field])

    def of_schools(self, field: str) -> Array:
        """A column of the schools or a computed field (``staff_count``, ``surplus``)."""
        if field == "staff_count":
            return np.bincount(self.school, minlength=len(self.district.schools)).astype(float)
        if field == "surplus":
            return self.of_schools("staff_count") - self.of_schools("headcount_limit")
        return as_array(self.district.schools[field])

    @cached_property
    def demand_rows(self) -> dict[tuple[int, str, str], int]:
        """Row of ``demand`` by (school position, stage, subject)."""
        table = self.district.demand
        schools = table["school_id"].map(self.district.school_pos).to_numpy()
        keys = zip(schools.tolist(), table["stage"].tolist(), table["subject"].tolist(), strict=True)
        return {key: row for row, key in enumerate(keys)}

    @cached_property
    def demand_of_person(self) -> Array:
        """Row of ``demand`` each full-time person counts in today, -1 for none."""
        return np.where(self.of_people("full_time"), self._own_demand, -1)

    @cached_property
    def _own_demand(self) -> Array:
        """Row of ``demand`` of each person's school, stage and subject, -1 for none."""
        rows = np.full(self.people, -1, dtype=np.int64)
        stage, subject = self.of_people("stage"), self.of_people("subject")
        counted = np.flatnonzero((stage != "") & (subject != ""))
        find = self.demand_rows.get
        rows[counted] = [find((int(self.school[p]), stage[p], subject[p]), -1) for p in counted]
        return rows

    def _subject_surplus(self) -> Array:
        rows, counted = self._own_demand, self.demand_of_person
        today = np.bincount(counted[counted >= 0], minlength=len(self.district.demand))
        above = today - self.district.demand["required"].to_numpy(float)
        return np.where(rows >= 0, above[rows] if len(above) else np.nan, np.nan)

    @cached_property
    def kin_people(self) -> Array:
        """Who has a relative among the staff, either side listed."""
        found = np.zeros(self.people, bool)
        for column in ("staff_id", "relative_id"):
            found[self._rows_of(self.district.relatives, column)] = True
        return found

    def _rows_of(self, table: pd.DataFrame, column: str = "staff_id") -> Array:
        """Staff positions of a table's rows; validated data holds no unknown id."""
        return table[column].map(self.district.staff_pos).to_numpy(np.int64)

    # ---- lengths of service --------------------------------------------------------------------------------------

    def stay_start(self, place: str) -> Array:
        """The day a stay began, NaT where unknown."""
        single = {
            "school": "joined_school",
            "post": "position_since",
            "career": "hired_on",
            "backbone": "backbone_since",
        }
        if place in single:
            return self.of_people(single[place])
        return np.maximum(self.of_people("joined_school"), self.of_people("position_since"))

    def stay(self, measure: Stay) -> Array:
        """Completed units of a stay; NaN where its start is unknown."""
        start = self.stay_start(measure.in_)
        if measure.without:
            start = start + self._days_inside(start, measure.without)
        months = np.asarray(completed_months(start, self.as_of))
        return np.floor_divide(months, UNITS.get(measure.unit, 12 * measure.term_years))

    def _days_inside(self, start: Array, kinds: tuple[str, ...]) -> Array:
        """Days of the stay that lie in history rows of these kinds, each day once."""
        table = self.district.history
        rows = table[table["kind"].isin(kinds)]
        person = self._rows_of(rows)
        first = np.maximum(as_array(rows["start"]), start[person])
        last = np.minimum(np.where(np.isnat(as_array(rows["end"])), self.as_of, as_array(rows["end"])), self.as_of)
        keep = ~np.isnat(first) & (first <= last)
        person, first, last = person[keep], first[keep], last[keep]
        order = np.lexsort((last, first, person))
        days = np.zeros(self.people, dtype=np.int64)
        covered: dict[int, np.datetime64] = {}
        for row in order:
            who = int(person[row])
            begin = max(first[row], covered.get(who, first[row] - 1) + 1)
            if begin <= last[row]:
                days[who] += int((last[row] - begin).astype(int)) + 1
                covered[who] = last[row]
        return days.astype("timedelta64[D]")

    def years_to_retirement(self, selector: OnRetirement) -> Array:
        """Completed years left to retirement, 0 once it is past, NaN where birth or sex is unknown."""
        rule = retirement_date if selector.retirement == "statutory" else former_retirement_date
        former = np.where(np.isin(self.of_people("position"), selector.women_from_fifty), 50, 55)
        return np.asarray(
            age_on(
                np.broadcast_to(self.as_of, self.people),
                rule(self.of_people("birth_date"), self.of_people("sex"), former),
            )
        )

    # ---- other tables --------------------------------------------------------------------------------------------

    def exemption_rows(self, selector: OnExemption) -> Array:
        """Which rows of ``exemptions`` are of these kinds, in force, and within the selector's limits."""
        table = self.district.exemptions
        start, end = as_array(table["start"]), as_array(table["end"])
        rows = table["kind"].isin(selector.exemption).to_numpy(bool).copy()
        rows &= np.isnat(start) | (start <= self.as_of)
        rows &= np.isnat(end) | (end >= self.as_of)
        if selector.proof:
            rows &= table["evidence"].to_numpy(object) != ""
        if selector.limit_years is not None:
            rows &= ~np.isnat(start) & (add_months(start, 12 * selector.limit_years) > self.as_of)
        return rows

    def exempt(self, selector: OnExemption) -> Array:
        """Who has such an exemption in force."""
        found = np.zeros(self.people, bool)
        found[self._rows_of(self.district.exemptions)[self.exemption_rows(selector)]] = True
        return found

    def history(self, selector: OnHistory) -> Array:
        """Completed years, or number of schools, of matching past service."""
        table = self.district.history
        person = self._rows_of(table)
        school = table["school_id"].to_numpy(object)
        start, end = as_array(table["start"]), as_array(table["end"])
        runs_on = np.isnat(end) | (end >= self.as_of)
        end = np.where(runs_on, self.as_of, end)
        columns: dict[str, Array] = {c: table[c].to_numpy(object) for c in ("kind", "location", "tier")}
        here = self.district.schools["school_id"].to_numpy(object)[self.school]
        if selector.present:
            keep = ~(runs_on & (school == here[person]))
            person, school, start, end = person[keep], school[keep], start[keep], end[keep]
            columns = {name: column[keep] for name, column in columns.items()}
            present: Mapping[str, Array] = {
                "kind": np.full(self.people, "post", dtype=object),
                "location": self.of_people("school.location"),
                "tier": self.of_people("school.tier"),
            }
            person = np.concatenate([person, np.arange(self.people)])
            school = np.concatenate([school, here])
            start = np.concatenate([start, self.of_people("joined_school")])
            end = np.concatenate([end, np.broadcast_to(self.as_of, self.people)])
            columns = {name: np.concatenate([columns[name], present[name]]) for name in columns}
        wanted = np.ones(len(person), bool)
        for name, values in (("kind", selector.kinds), ("location", selector.locations), ("tier", selector.tiers)):
            if values is not None:
                wanted &= np.isin(columns[name].astype(str), values)
        months = np.nan_to_num(np.asarray(completed_months(start, end)), nan=0.0) * wanted
        if selector.history == "years":
            return np.floor_divide(np.bincount(person, months, minlength=self.people), 12)
        own = np.where(school == "", np.arange(len(school)).astype(object), school)
        place = codes_of(person, own)
        total = np.bincount(place, months)
        served = np.bincount(place, wanted) > 0
        owner = np.zeros(len(total), dtype=np.int64)
        owner[place] = person
        enough = served & (total >= 12 * selector.years_each)
        return np.bincount(owner[enough], minlength=self.people).astype(float)

    def appraised(self, selector: OnAppraisals) -> Array:
        """Who passes an appraisal selector."""
        table = self.district.appraisals
        year = table["year"].to_numpy(float)
        years = np.unique(year[year <= self.district.as_of.year])[-selector.last :]
        recent = np.isin(year, years)
        wanted = selector.all_in if selector.all_in is not None else selector.any_in
        good = recent & table[selector.appraisals].isin(wanted or ()).to_numpy(bool)
        person = self._rows_of(table)
        if selector.any_in is not None:
            return np.bincount(person[good], minlength=self.people) > 0
        pairs = pd.DataFrame({"person": person[good], "year": year[good]}).drop_duplicates()
        bad = np.bincount(person[recent & ~good], minlength=self.people) > 0
        full = np.bincount(pairs["person"], minlength=self.people) == len(years)
        return full & ~bad & (len(years) == selector.last)

    def listed_order(self, field: str) -> tuple[str, ...] | None:
        """The contract's order of a listed column's values, or ``None`` for other columns."""
        table, _, key = field.rpartition(".")
        for column in schema.table("schools" if table == "school" else "staff").columns:
            if column.key == key and column.values and column.kind is schema.Kind.LISTED:
                return tuple(column.values)
        return None
