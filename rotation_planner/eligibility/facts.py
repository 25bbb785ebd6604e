"""The facts of a district as arrays: columns, ages, lengths of service, exemptions, history. Solver-free,
vectorised."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from rotation_planner.data import schema
from rotation_planner.data.dates import add_months, age_on, completed_months, former_retirement_date, retirement_date
from rotation_planner.data.district import District
from rotation_planner.eligibility import service
from rotation_planner.eligibility.arrays import Array, as_array, codes_of, compared
from rotation_planner.policy.scores import SCORE_PREFIX, AppraisalMeasure, HistoryMeasure
from rotation_planner.policy.selectors import (
    Day,
    OnAppraisals,
    OnExemption,
    OnHistory,
    OnRetirement,
    OnServing,
    Stay,
    day_on,
)

__all__ = ["Array", "Facts", "as_array", "codes_of"]
PREFIX = "school."
_YEARS = 10_000  # above every year


class Facts:
    """What is known about every person and school of a district, on the plan's day."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.as_of = np.datetime64(district.as_of, "D")
        self.people = len(district.staff)
        self.school = district.staff_school
        self._columns: dict[str, Array] = {}
        self._rows: dict[tuple[str, str], Array] = {}
        self._stays: dict[Stay, Array] = {}
        self.ties: dict[int | None, Array] = {}  # place of each person by the last tie, by draw
        self.points: Callable[[str], Array] | None = None  # of a pack's score by name; set by who reads the pack

    # ---- columns -------------------------------------------------------------------------------------------------

    def of_people(self, field: str) -> Array:
        """A column of the staff, ``school.<column>`` of the present school, ``score.<name>``, or a computed field.

        Raises:
            KeyError: there is no such column.
        """
        if field not in self._columns:
            self._columns[field] = self._person_column(field)
        return self._columns[field]

    def _person_column(self, field: str) -> Array:
        if field.startswith(PREFIX):
            return self.of_schools(field.removeprefix(PREFIX))[self.school]
        if field.startswith(SCORE_PREFIX) and self.points is not None:
            return self.points(field.removeprefix(SCORE_PREFIX))
        if field == "age":
            return self.age_on(None)
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
        sides = [self.rows_of("relatives", each) for each in ("staff_id", "relative_id")]
        return self._having(np.concatenate(sides))

    def rows_of(self, table: str, column: str = "staff_id") -> Array:
        """Staff positions of the rows of a table (its key); validated data holds no unknown id."""
        if (table, column) not in self._rows:
            find = self.district.staff_pos
            told = self.district.frames[table][column].tolist()
            self._rows[table, column] = np.array([find[each] for each in told], dtype=np.int64)
        return self._rows[table, column]

    @cached_property
    def history_school(self) -> Array:
        """School positions of the rows of ``history``, -1 for outside or not known."""
        find = self.district.school_pos.get
        return np.array([find(each, -1) for each in self.district.history["school_id"].tolist()], dtype=np.int64)

    def _having(self, rows: Array) -> Array:
        """Who has any of these rows (staff positions)."""
        return np.bincount(rows, minlength=self.people) > 0

    # ---- ages and lengths of service -----------------------------------------------------------------------------

    def age_on(self, day: Day | None) -> Array:
        """Completed years of age on a day (``as_of`` where none is given), NaN where the birth is unknown."""
        reference = np.datetime64(day_on(day, self.district.as_of), "D")
        return np.asarray(age_on(self.of_people("birth_date"), reference))

    def stay_start(self, place: str) -> Array:
        """The day a stay began, NaT where unknown."""
        return service.start_of_stay(self, place)

    def stay(self, measure: Stay) -> Array:
        """Completed units of a stay; NaN where its start is unknown."""
        if measure not in self._stays:
            self._stays[measure] = service.stay(self, measure)
        return self._stays[measure]

    def history(self, measure: OnHistory | HistoryMeasure, at: Array | None = None) -> Array:
        """Completed years or months, number of schools or of rows of matching past service; ``at``: the schools that
        the measure's own selector on schools passes."""
        return service.history(self, measure, at)

    def to_retirement(self, selector: OnRetirement) -> Array:
        """Years or months left to retirement, between two full ones a half more than the lower; 0 once it is past, NaN
        where birth or sex is unknown."""
        rule = retirement_date if selector.retirement == "statutory" else former_retirement_date
        former = np.where(np.isin(self.of_people("position"), selector.women_from_fifty), 50, 55)
        day = rule(self.of_people("birth_date"), self.of_people("sex"), former)
        unit = service.UNITS[selector.unit]
        months = completed_months(np.full(self.people, self.as_of), day - np.timedelta64(1, "D"))
        full = np.floor_divide(np.asarray(months), unit)
        left = full.astype(float)
        for number in np.unique(full[~np.isnan(left)]):
            reached = np.datetime64(add_months(self.district.as_of, int(number) * unit), "D")
            left[(full == number) & (day > reached)] += 0.5
        return left

    # ---- other tables --------------------------------------------------------------------------------------------

    def exemption_rows(self, selector: OnExemption) -> Array:
        """Which rows of ``exemptions`` are of these kinds, in force, and within the selector's limits."""
        table = self.district.exemptions
        start, end = as_array(table["start"]), as_array(table["end"])
        begun = table["kind"].isin(selector.exemption).to_numpy(bool) & (np.isnat(start) | (start <= self.as_of))
        rows = begun & (np.isnat(end) | (end >= self.as_of))
        if not len(table):
            return rows  # where nobody has a row, the columns of the district's own may be absent too
        if selector.proof:
            rows &= table["evidence"].to_numpy(object) != ""
        months = 12 * (selector.limit_years or 0) + (selector.limit_months or 0)
        if selector.limit_years is not None or selector.limit_months is not None:
            rows &= ~np.isnat(start) & (add_months(start, months) > self.as_of)
        if selector.at_most_times is not None:
            person = self.rows_of("exemptions")
            times = np.bincount(person[begun], minlength=self.people)
            rows &= times[person] <= selector.at_most_times
        for test in selector.having:
            rows &= compared(as_array(table[test.field]), test, _order_of("exemptions", test.field))
        return rows

    def exempt(self, selector: OnExemption) -> Array:
        """Who has such an exemption in force."""
        return self._having(self.rows_of("exemptions")[self.exemption_rows(selector)])

    def serving(self, selector: OnServing) -> Array:
        """Who is on such a stint that still runs."""
        table = self.district.history
        start, end = as_array(table["start"]), as_array(table["end"])
        runs = (np.isnat(start) | (start <= self.as_of)) & (np.isnat(end) | (end > self.as_of))
        return self._having(self.rows_of("history")[runs & table["kind"].isin(selector.serving).to_numpy(bool)])

    def _latest_years(self, last: int) -> Array:
        """The latest years that the appraisals hold, none after the year of ``as_of``."""
        year = self.district.appraisals["year"].to_numpy(float)
        return np.unique(year[year <= self.district.as_of.year])[-last:]

    def appraised(self, selector: OnAppraisals) -> Array:
        """Who passes an appraisal selector."""
        table = self.district.appraisals
        years = self._latest_years(selector.last)
        recent = np.isin(table["year"].to_numpy(float), years)
        wanted = selector.all_in if selector.all_in is not None else selector.any_in
        good = recent & table[selector.appraisals].isin(wanted or ()).to_numpy(bool)
        person = self.rows_of("appraisals")
        if selector.any_in is not None:
            return self._having(person[good])
        full = self._years_of(good) == len(years)
        return full & ~self._having(person[recent & ~good]) & (len(years) == selector.last)

    def years_appraised(self, measure: AppraisalMeasure) -> Array:
        """In how many of the latest years each person has one of these results."""
        table = self.district.appraisals
        recent = np.isin(table["year"].to_numpy(float), self._latest_years(measure.last))
        return self._years_of(recent & table[measure.appraisals].isin(measure.count_in).to_numpy(bool))

    def _years_of(self, rows: Array) -> Array:
        """The number of different years of each person's rows among these."""
        year = self.district.appraisals["year"].to_numpy(float)[rows].astype(np.int64)
        pairs = np.unique(self.rows_of("appraisals")[rows] * _YEARS + year)
        return np.bincount(pairs // _YEARS, minlength=self.people).astype(float)

    def listed_order(self, field: str) -> tuple[str, ...] | None:
        """The contract's order of a listed column's values, or ``None`` for other columns."""
        of_school = field.startswith(PREFIX)
        return _order_of("schools" if of_school else "staff", field.removeprefix(PREFIX))


def _order_of(table: str, key: str) -> tuple[str, ...] | None:
    for column in schema.table(table).columns:
        if column.key == key and column.values and column.kind is schema.Kind.LISTED:
            return tuple(column.values)
    return None
