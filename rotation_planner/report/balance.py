"""The balance indicators of one plan of one district: the tables of ``indicators`` filled from the turnover."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from rotation_planner.report import indicators
from rotation_planner.report.indicators import PEOPLE_COLUMNS, Lines, national_lines
from rotation_planner.report.turnover import Turnover


class Balance:
    """The indicators before and after a plan, over the schools in scope; schools and people by row position."""

    def __init__(self, turnover: Turnover, lines: Lines | None = None) -> None:
        self.turnover = turnover
        self.lines = lines or national_lines()

    @cached_property
    def before(self) -> pd.DataFrame:
        """Everyone today, in the columns that the indicators need."""
        facts = {name: self.turnover.of_people(name) for name in PEOPLE_COLUMNS if name != "school"}
        return pd.DataFrame({"school": self.turnover.school_before, **facts})

    @cached_property
    def after(self) -> pd.DataFrame:
        """Everyone afterwards."""
        turnover = self.turnover
        return self.before.assign(
            school=turnover.school_after, stage=turnover.stage_after, subject=turnover.subject_after
        )

    @cached_property
    def pupils(self) -> pd.DataFrame:
        """The pupils of each school in scope by stage."""
        district = self.turnover.district
        schools = district.schools.iloc[self.turnover.in_scope][["stages", "students"]]
        demand = district.demand.assign(school=district.demand["school_id"].map(district.school_pos))
        return indicators.pupils_by_stage(schools, demand, self.before, self.lines)

    @cached_property
    def values(self) -> pd.DataFrame:
        """School by school and stage by stage (see `indicators.school_values`)."""
        return indicators.school_values(self.before, self.after, self.pupils, self.lines)

    @property
    def applies(self) -> bool:
        """Whether any school in scope has full-time teachers of a stage that the indicators speak of."""
        teaching = self.before["full_time"].to_numpy(bool) & self.before["stage"].isin(self.lines.stages).to_numpy(bool)
        inside = self.before["school"].isin(self.values["school"]).to_numpy(bool)
        return bool((teaching & inside).any())

    @cached_property
    def spread(self) -> pd.DataFrame:
        """Between the schools of a stage (see `indicators.spread`)."""
        return indicators.spread(self.values, self.lines)

    @cached_property
    def thanks(self) -> pd.DataFrame:
        """Who is behind each line that a school crosses (see `indicators.thanks_to`)."""
        return indicators.thanks_to(self.values, indicators.changes(self.before, self.after, self.lines))

    @cached_property
    def exchange(self) -> pd.DataFrame:
        """The two shares of the exchange over the whole plan (see `indicators.exchange`)."""
        turnover = self.turnover
        eligible = np.logical_or.reduce([np.zeros(len(self.before), bool), *turnover.standing.eligible.values()])
        return indicators.exchange(eligible, turnover.moving, self.before["backbone"], self.lines)
