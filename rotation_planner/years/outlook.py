"""What planning several years comes to: the years, the waves, the ledger, and where something becomes impossible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.plan.showing import as_html
from rotation_planner.run.making import Outcome
from rotation_planner.run.scenario import Scenario
from rotation_planner.words import language, say
from rotation_planner.years.assumptions import Assumptions
from rotation_planner.years.ledger import blank_ledger, ledger_words
from rotation_planner.years.levels import NEEDED, SPARED, Need
from rotation_planner.years.planning import Ahead
from rotation_planner.years.rolling import Rolled
from rotation_planner.years.settings import listed

WAVE_COLUMNS = ("year", "of", "key", "name", "staff", "due", "due_moved", "carried", "moved", "arrived")


@dataclass(frozen=True, eq=False)
class Trouble:
    """A year without a plan under the must rules: ``told`` in the rules' words; ``averted`` the earlier year that does
    ``needs`` so that it has one, else what gives in it (``eased``), and what else would do (``repairs``, each of them
    solved again by the diagnosis)."""

    year: int
    told: tuple[str, ...]
    averted: int | None
    needs: tuple[str, ...]
    eased: tuple[str, ...]
    repairs: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The trouble and what is done about it, a sentence each."""
        lines = [say("horizon.trouble", year=self.year, what=each) for each in self.told]
        lines += [say("horizon.to_do", need=each) for each in self.needs]
        if self.averted is None:
            lines += [say("horizon.not_averted", year=self.year), *self.eased]
            lines += [say("horizon.instead", repair=each) for each in self.repairs]
        else:
            lines.append(say("horizon.averted", year=self.year, by=self.averted))
        return lines


@dataclass(frozen=True, eq=False)
class Year:
    """One of the years: its scenario, what was seen from it, its plan, and the year it was rolled into."""

    scenario: Scenario
    ahead: Ahead
    outcome: Outcome
    rolled: Rolled | None
    needs: tuple[Need, ...]
    eased: Mapping[str, Any]
    folder: object = field(repr=False)  # holds the scenario's files

    @property
    def number(self) -> int:
        """The year of its day."""
        return self.scenario.district.as_of.year

    @cached_property
    def waves(self) -> pd.DataFrame:
        """Per school and per stage and subject: the columns of ``WAVE_COLUMNS``; ``of`` is ``school`` or ``subject``.

        ``due``: people due this year by where they are; ``due_moved`` of them go, ``carried`` stay; ``moved``: all who
        go; ``arrived``: all who come, of a subject as the plan's rows say.
        """
        district, plan, standing = self.scenario.district, self.outcome.plan, self.outcome.standing
        moving = np.zeros(len(district.staff), bool)
        target = np.full(len(district.staff), -1, dtype=np.int64)
        taught = district.staff[["stage", "subject"]].copy()
        if plan is not None:
            people = plan.transfers["staff_id"].map(district.staff_pos).to_numpy(np.int64)
            moving[people] = True
            target[people] = plan.transfers["to_school_id"].map(district.school_pos).to_numpy(np.int64)
            for name in ("stage", "subject"):
                cells = taught[name].to_numpy(object).copy()
                cells[people] = plan.transfers[name].to_numpy(object)
                taught[name] = cells
        due, here = standing.any_due, standing.facts.school
        other = moving & (target != here)
        rows = []
        for school, (code, name) in enumerate(
            zip(district.schools["school_id"], district.schools["name"], strict=True)
        ):
            mine = here == school
            arrived = int((other & (target == school)).sum())
            rows.append(("school", code, name, *_numbers(mine, due, moving & other, arrived)))
        pairs = list(zip(district.staff["stage"], district.staff["subject"], strict=True))
        after = list(zip(taught["stage"], taught["subject"], strict=True))
        kinds = sorted(
            {pair for pair in pairs if pair[1]},
            key=lambda pair: (list(schema.STAGES).index(pair[0]) if pair[0] in schema.STAGES else 9, pair[1]),
        )
        for pair in kinds:
            mine = np.array([each == pair for each in pairs], bool)
            arrived = int((other & np.array([each == pair for each in after], bool)).sum())
            label = schema.label(schema.STAGES, pair[0], language())
            rows.append(("subject", f"{pair[0]}:{pair[1]}", f"{label}{pair[1]}", *_numbers(mine, due, other, arrived)))
        frame = pd.DataFrame(rows, columns=list(WAVE_COLUMNS[1:]))
        frame.insert(0, "year", self.number)
        return frame

    @property
    def groups(self) -> pd.DataFrame:
        """Per school, stage and subject in which anybody is due or goes: year, school_id, school, stage, subject, due,
        moved, carried."""
        district, plan = self.scenario.district, self.outcome.plan
        keys = ["school_id", "stage", "subject"]
        frame = district.staff[["staff_id", *keys]].copy()
        frame["due"] = self.outcome.standing.any_due.astype(int)
        frame["moved"] = frame["staff_id"].isin(set() if plan is None else set(plan.transfers["staff_id"])).astype(int)
        frame["carried"] = frame["due"] * (1 - frame["moved"])
        busy = frame[(frame["due"] + frame["moved"]) > 0]
        found = busy.groupby(keys, sort=True)[["due", "moved", "carried"]].sum().reset_index()
        names = dict(zip(district.schools["school_id"], district.schools["name"], strict=True))
        found.insert(1, "school", found["school_id"].map(names))
        found.insert(0, "year", self.number)
        return found

    @property
    def figures(self) -> dict[str, Any]:
        """The year in numbers."""
        plan, standing, rolled = self.outcome.plan, self.outcome.standing, self.rolled
        before = {each.id: each.value for each in self.outcome.before}
        moving = set() if plan is None else set(plan.transfers["staff_id"])
        due = set(self.scenario.district.staff["staff_id"][standing.any_due])
        counts = {} if rolled is None else rolled.counts
        return {
            "year": self.number,
            "status": self.outcome.status.value,
            "passes": self.outcome.passes,
            "people": len(self.scenario.district.staff),
            "due": len(due),
            "moves": len(moving),
            "due_moved": len(due & moving),
            "carried": len(due - moving),
            "retired": counts.get("retired", 0),
            "returned": counts.get("returned", 0),
            "new": counts.get("new", 0),
            "burdened_twice": int(before.get(SPARED, 0)),
            "needs_unmet": int(before.get(NEEDED, 0)),
            "seconds": round(sum(self.outcome.seconds.values()), 1),
        }


def _numbers(mine: np.ndarray, due: np.ndarray, moving: np.ndarray, arrived: int) -> tuple[int, ...]:
    asked, gone = int((mine & due).sum()), int((mine & due & moving).sum())
    return int(mine.sum()), asked, gone, asked - gone, int((mine & moving).sum()), arrived


@dataclass(frozen=True, eq=False)
class Horizon:
    """Several years planned in a row.

    ``years``: those planned (the last may be without a plan); ``wanted``: how many were asked for; ``troubles``: years
    that had no plan, the first first; ``assumptions``: what was assumed.
    """

    years: tuple[Year, ...]
    wanted: int
    troubles: tuple[Trouble, ...]
    assumptions: Assumptions
    seconds: float
    interrupted: bool = False

    @property
    def changed_first(self) -> bool:
        """Whether the first year was planned with other numbers called than the scenario given has."""
        first = self.years[0]
        return Path(getattr(first.folder, "path", "")) in first.scenario.file.path.parents

    @property
    def complete(self) -> bool:
        """Whether every year asked for has a plan that the judge passes, and no rule had to give."""
        planned = len(self.years) == self.wanted and all(each.outcome.passes for each in self.years)
        return planned and all(each.averted is not None for each in self.troubles)

    @property
    def first_trouble(self) -> Trouble | None:
        """The first year in which something becomes impossible."""
        return min(self.troubles, key=lambda each: each.year, default=None)

    @cached_property
    def waves(self) -> pd.DataFrame:
        """The waves of all years in one long table, see `Year.waves`."""
        return pd.concat([each.waves for each in self.years], ignore_index=True)

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Schools by subject by year in one long table, see `Year.groups`."""
        return pd.concat([each.groups for each in self.years], ignore_index=True)

    def wave_table(self, of: str = "school", what: str = "moved") -> pd.DataFrame:
        """Schools (``of="school"``) or subjects down, years across: ``due``, ``moved``, ``carried`` or ``arrived``."""
        mine = self.waves[self.waves["of"] == of]
        table = mine.pivot(index=["key", "name"], columns="year", values=what).fillna(0).astype(int)
        order = list(dict.fromkeys(zip(mine["key"], mine["name"], strict=True)))
        return table.reindex(order).reset_index(level="key", drop=True)

    @property
    def figures(self) -> pd.DataFrame:
        """A row a year, by English keys."""
        return pd.DataFrame([each.figures for each in self.years])

    @property
    def summary(self) -> pd.DataFrame:
        """A row a year, in words."""
        frame = self.figures
        frame["status"] = [
            say(f"run.status_{each}") if each in ("optimal", "feasible") else say(f"horizon.{each}")
            for each in frame["status"]
        ]
        frame = frame.drop(columns=["needs_unmet", "passes"])
        return frame.rename(columns={name: say(f"horizon.col_{name}") for name in frame.columns})

    @cached_property
    def programme(self) -> pd.DataFrame:
        """Who goes when, as seen from this year: staff_id, name, school_id, stage, subject, ``eligible`` (the first
        year in which they may go by a duty) and ``goes`` (the year foreseen, 0: not within the time). Personal."""
        first = self.years[0]
        forecast, programme = first.ahead.forecast, first.ahead.programme
        people = np.flatnonzero(forecast.first >= 0)
        frame = first.scenario.district.staff.iloc[people][["staff_id", "name", "school_id", "stage", "subject"]].copy()
        frame["eligible"] = first.number + forecast.first[people]
        frame["goes"] = np.where(programme.year[people] >= 0, first.number + programme.year[people], 0)
        return frame.sort_values(["school_id", "stage", "subject", "goes", "eligible"], ignore_index=True)

    @property
    def ledger(self) -> pd.DataFrame:
        """The ledger of burdens after the last year, by English keys. Personal: for the bureau alone."""
        rolled = [each.rolled for each in self.years if each.rolled is not None]
        return rolled[-1].ledger if rolled else blank_ledger()

    @property
    def burdens(self) -> pd.DataFrame:
        """People who bear a burden more than once in the ledger, in words. Personal: for the bureau alone."""
        forced = self.ledger[(self.ledger["forced"] == "yes").to_numpy(bool)]
        return ledger_words(forced[forced["staff_id"].duplicated(keep=False)].sort_values(["staff_id", "day"]))

    @property
    def burdened_twice(self) -> int:
        """How many people bear a burden more than once."""
        forced = self.ledger[(self.ledger["forced"] == "yes").to_numpy(bool)]
        return int(forced["staff_id"][forced["staff_id"].duplicated()].nunique())

    @property
    def lines(self) -> list[str]:
        """What is to be said first: how far it went, where something becomes impossible, and what to do this year."""
        first = self.first_trouble
        lines = [str(self)]
        if first is None and self.years[-1].outcome.plan is not None:
            lines.append(say("horizon.always_possible", years=len(self.years)))
        elif first is not None:
            lines.append(say("horizon.first_impossible", year=first.year))
            for each in sorted(self.troubles, key=lambda each: each.year):
                lines += each.lines
            if all(each.averted != self.years[0].number for each in self.troubles):
                lines.append(say("horizon.not_this_year"))
        if self.changed_first:
            lines.append(say("horizon.called", year=self.years[0].number))
        programme = self.years[0].ahead.programme
        if programme.in_years != programme.as_called:
            numbers = [listed([str(each) for each in row]) for row in (programme.as_called, programme.in_years)]
            lines.append(say("horizon.smoothed", before=numbers[0], after=numbers[1]))
        last = self.years[-1]
        if last.outcome.plan is None:
            lines.append(say("horizon.ends", year=last.number, what=str(last.outcome)))
            lines += [each.sentence for each in last.outcome.contradictions]
        if self.interrupted:
            lines.append(say("horizon.interrupted"))
        return lines

    def __str__(self) -> str:
        planned = [each for each in self.years if each.outcome.plan is not None]
        moves = sum(len(each.outcome.plan.transfers) for each in planned if each.outcome.plan is not None)
        return say(
            "horizon.summary", title=self.years[0].scenario.title, planned=len(planned), wanted=self.wanted,
            moves=moves, first=self.years[0].number, last=self.years[-1].number,
        )  # fmt: skip

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from rotation_planner.years.pages import picture_html

        told = pd.DataFrame({say("horizon.what_to_know"): self.lines[1:]})
        # How long it took is no matter of the years.
        years = self.summary.drop(columns=say("horizon.col_seconds"))
        return as_html(str(self), {say("horizon.know"): told, say("horizon.years"): years}) + picture_html(self)
