"""``roll``: a plan and the scenario it was made for become the scenario of the next year."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.dates import add_years
from rotation_planner.data.district import District
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.writing import write_tables
from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Plan
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.kinds import Phase
from rotation_planner.policy.policy import Policy
from rotation_planner.report.turnover import Turnover
from rotation_planner.run.making import Outcome, complete
from rotation_planner.run.scenario import Scenario, load_scenario
from rotation_planner.run.writing import outcome_of
from rotation_planner.words import say
from rotation_planner.years.arriving import arise, end_open, new_teachers
from rotation_planner.years.assumptions import BARE, Assumptions, read_assumptions
from rotation_planner.years.carrying import carry_out, cut_lines
from rotation_planner.years.doubts import doubts_of
from rotation_planner.years.leaving import end_terms, retired
from rotation_planner.years.ledger import PLACE, entries_of, read_ledger, write_ledger
from rotation_planner.years.placing import filling
from rotation_planner.years.scenariofile import write_scenario_file
from rotation_planner.years.settings import carry_phases, merged, set_tiers

OF_PEOPLE = ("exemptions", "history", "appraisals")
REPORT = "roll.md"


@dataclass(frozen=True, eq=False)
class Rolled:
    """The scenario of the next year, read back through the reader, and what became of everything.

    ``counts``: how many of each change, by name. ``doubts``: what is left to the officer, in the language in which it
    was rolled. ``retired``, ``returned``, ``new``: staff ids. ``assumptions``: what was assumed.
    """

    scenario: Scenario
    counts: Mapping[str, int]
    doubts: tuple[str, ...]
    retired: tuple[str, ...]
    returned: tuple[str, ...]
    new: tuple[str, ...]
    ledger: pd.DataFrame
    assumptions: Assumptions

    @property
    def changes(self) -> pd.DataFrame:
        """Every change with its number, in words."""
        rows = [(say(f"roll.count_{name}"), count) for name, count in self.counts.items()]
        return pd.DataFrame(rows, columns=[say("roll.change"), say("roll.number")])

    def __str__(self) -> str:
        return say(
            "roll.summary", title=self.scenario.title, as_of=self.scenario.file.as_of.isoformat(),
            people=len(self.scenario.district.staff), moved=self.counts["moved"], retired=self.counts["retired"],
            returned=self.counts["returned"], new=self.counts["new"], doubts=len(self.doubts),
        )  # fmt: skip

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = pd.DataFrame({say("roll.doubts"): list(self.doubts)})
        return as_html(str(self), {say("roll.changes"): self.changes, say("roll.left"): left})

    def markdown(self) -> str:
        """The report as it stands in ``roll.md``: every change counted, no names."""
        lines = [f"# {self.scenario.title}", "", str(self), "", f"## {say('roll.changes')}", ""]
        lines += [f"| {say('roll.change')} | {say('roll.number')} |", "|---|---:|"]
        lines += [f"| {say(f'roll.count_{name}')} | {count} |" for name, count in self.counts.items()]
        lines += ["", f"## {say('roll.left')}", ""]
        lines += [f"- {each}" for each in self.doubts]
        lines += ["", f"## {say('roll.assumed')}", "", "```yaml", self.assumptions.text().rstrip(), "```", ""]
        return "\n".join(lines)


def roll(
    scenario: Scenario,
    plan: Plan | Path | str,
    out: Path | str | None = None,
    *,
    as_of: dt.date | None = None,
    assume: Assumptions | Path | str | None = None,
    force: bool = False,
    outcome: Outcome | None = None,
) -> Rolled:
    """The scenario of the year after a plan: written into ``out`` and read back; a folder for a while where ``None``.

    ``as_of``: the day of the next plan, a year later where not given. ``assume``: what is assumed where neither data
    nor rules say it (an object or a YAML file); without it nobody new comes, and what is left to the officer is told.
    ``force``: replace what stands in ``out``. ``outcome``: the plan as it was made, where it is at hand.

    Raises:
        InputError: the plan cannot be read or is none of this scenario, the day does not lie ahead, the assumptions or
            the folder cannot be used.
    """
    given = assume if isinstance(assume, Assumptions) else read_assumptions(assume, BARE)
    day = as_of or add_years(scenario.district.as_of, 1)
    if day <= scenario.district.as_of:
        values = {"earliest": (scenario.district.as_of + dt.timedelta(days=1)).isoformat()}
        raise InputError([Problem(Severity.ERROR, "roll_day", "as_of", value=day.isoformat(), values=values)])
    if outcome is None:
        read = plan if isinstance(plan, Plan) else read_plan(plan)
        _check_plan(scenario, complete(scenario, read))
        outcome = outcome_of(scenario, read)
    turner = Turning(scenario, outcome, day, given)
    turner.turn()
    if out is not None:
        with filling(Path(out), force=force) as folder:
            turner.write(folder)
            told = turner.rolled(load_scenario(folder))
            (folder / REPORT).write_text(told.markdown(), "utf-8", newline="\n")
        return dataclasses.replace(told, scenario=_at(told.scenario, Path(out)))
    folder = Path(tempfile.mkdtemp(prefix="rotation-planner-"))
    turner.write(folder)
    found = turner.rolled(load_scenario(folder))
    weakref.finalize(found.scenario, shutil.rmtree, folder, True)
    (folder / REPORT).write_text(found.markdown(), "utf-8", newline="\n")
    return found


def _at(scenario: Scenario, folder: Path) -> Scenario:
    """The scenario as it stands in the folder into which its files were moved."""
    file = scenario.file
    if file.papers.templates is not None or file.papers.holidays is not None:
        return load_scenario(folder)  # these are known by where they stand
    moved = dataclasses.replace(file, path=folder / file.path.name, folder=folder, data=folder)
    return dataclasses.replace(scenario, file=moved)


def _check_plan(scenario: Scenario, plan: Plan) -> None:
    """Every row speaks of somebody and of schools of the scenario, once, and says when a term ends.

    Raises:
        InputError: all rows that do not.
    """
    district, moves = scenario.district, plan.transfers
    problems = []
    seen: set[str] = set()
    present = dict(zip(district.staff["staff_id"], district.staff["school_id"], strict=True))
    for number, row in enumerate(moves.to_dict("records"), 2):
        who = row["staff_id"]
        wrong = [
            ("roll_who", "staff_id", who not in present, who),
            ("roll_twice", "staff_id", who in seen, who),
            ("roll_where", "to_school_id", row["to_school_id"] not in district.school_pos, row["to_school_id"]),
            ("roll_from", "from_school_id", who in present and row["from_school_id"] != present[who], who),
            ("roll_until", "until", not _ends_well(row["until"], district.as_of), row["until"]),
            ("roll_value", "to_position", row["to_position"] not in schema.POSITIONS, row["to_position"]),
            ("roll_value", "stage", bool(row["stage"]) and row["stage"] not in schema.STAGES, row["stage"]),
        ]
        seen.add(who)
        problems += [
            Problem(Severity.ERROR, code, "transfers.csv", number, column, value)
            for code, column, is_wrong, value in wrong
            if is_wrong
        ]
    if problems:
        raise InputError(problems)


def _ends_well(until: str, as_of: dt.date) -> bool:
    try:
        return not until or dt.date.fromisoformat(until) > as_of
    except ValueError:
        return False


class Turning:
    """One scenario on its way into the next year under the plan made for it; a year later where no ``day`` is given."""

    def __init__(self, scenario: Scenario, outcome: Outcome, day: dt.date | None, how: Assumptions) -> None:
        if outcome.plan is None or outcome.audit is None:
            raise ValueError("no plan to carry out")
        district = scenario.district
        self.scenario, self.outcome, self.how = scenario, outcome, how
        self.day = day or add_years(district.as_of, 1)
        self.turnover = Turnover(district, scenario.policy, outcome.standing, outcome.plan, outcome.audit)
        self.first = district.as_of + dt.timedelta(days=1)
        self.counts: dict[str, int] = {}
        self.tables: dict[str, pd.DataFrame] = {}
        self.changes: dict[str, Any] = {}
        self.papers: list[str] = []

    def turn(self) -> None:
        """Work out every table of the next year."""
        district, how = self.scenario.district, self.how
        self.carried = carried = carry_out(self.turnover)
        self.gone = retired(carried.staff, self.day, how.retirement)
        self.past = retired(carried.staff, district.as_of, how.retirement)
        staff = carried.staff[~self.gone].reset_index(drop=True)
        of_them = set(staff["staff_id"])
        history = carried.history[carried.history["staff_id"].isin(of_them)].reset_index(drop=True)
        self.ended = ended = end_terms(
            staff, history, district.schools, district.demand, self.scenario.policy, self.day, how.stints
        )
        left = carried.staff[self.gone]
        staff, rows, self.unplaced = new_teachers(
            ended.staff, left, district.schools, district.demand, self.first, how.new_teachers, how.seed
        )
        self.new = tuple(staff["staff_id"].iloc[rows])
        self.cut = int(cut_lines(staff, np.append(ended.returns, np.zeros(len(rows), bool))).sum())
        self._tables(staff, ended.history)
        self._ledger(of_them)
        self._count()

    def _tables(self, staff: pd.DataFrame, history: pd.DataFrame) -> None:
        district, how = self.scenario.district, self.how
        of_them = set(staff["staff_id"])
        tables = dict(district.frames)
        for key in OF_PEOPLE:
            frame = history if key == "history" else tables[key]
            tables[key] = frame[frame["staff_id"].isin(of_them)].reset_index(drop=True)
        kin = tables["relatives"]
        tables["relatives"] = kin[kin["staff_id"].isin(of_them) & kin["relative_id"].isin(of_them)]
        tables["applications"], tables["pins"] = (tables[key].iloc[:0] for key in ("applications", "pins"))
        exemptions, self.ended_by_nature = end_open(tables["exemptions"], how.exemptions)
        exemptions, self.arisen = arise(exemptions, staff, district.as_of, self.day, how.exemptions, how.seed)
        tables["exemptions"], tables["staff"] = exemptions, staff
        schools, self.retiered = self._tiers(tables["schools"], staff)
        policy, standing = self.scenario.policy, self.outcome.standing
        schools, phases, self.phased, self.done = carry_phases(schools, policy, standing, self.day.year)
        tables["schools"] = schools
        self.changes = merged(self.scenario.changes, phases)
        self.tables = tables

    def _tiers(self, schools: pd.DataFrame, staff: pd.DataFrame) -> tuple[pd.DataFrame, int]:
        """The tiers of the next year, by today's backbone and people where they then are."""
        turnover = self.turnover
        ids = turnover.district.staff["staff_id"].to_numpy(object)
        backbone, over = set(ids[turnover.backbone & turnover.over]), set(ids[turnover.over])
        at = staff["school_id"].map(turnover.district.school_pos).to_numpy(np.int64)
        held, everyone = (
            np.bincount(at[staff["staff_id"].isin(who).to_numpy(bool)], minlength=len(schools))
            for who in (backbone, over)
        )
        scope = turnover.standing.selecting.schools(self.scenario.policy.scope.schools)
        return set_tiers(schools, held, everyone, scope, self.day.year, self.how.tiers)

    def _ledger(self, of_them: set[str]) -> None:
        former = read_ledger(self.scenario.file.folder)
        self.entries = entries_of(self.turnover, self.how.burden)
        both = pd.concat([former, self.entries], ignore_index=True)
        self.ledger = both[both["staff_id"].isin(of_them)].reset_index(drop=True)

    def _count(self) -> None:
        district, carried, ended = self.scenario.district, self.carried, self.ended
        exemptions = self.tables["exemptions"]
        end = exemptions["end"].to_numpy()
        over = ~np.isnat(end) & (end < np.datetime64(self.day, "s"))
        new_rows = len(self.tables["history"]) - int(
            district.history["staff_id"].isin(set(ended.staff["staff_id"])).sum()
        )
        self.counts = {
            "people_before": len(district.staff),
            "people_after": len(self.tables["staff"]),
            "moved": int(carried.school.sum()),
            "department": int((carried.department & ~carried.school).sum()),
            "lent": int(carried.lent.sum()),
            "terms": int(carried.terms.sum()),
            "returned": int(ended.returns.sum()),
            "stayed": int(ended.stays.sum()),
            "retired": int(self.gone.sum()),
            "new": len(self.new),
            "history": new_rows,
            "exemptions_on": int((~over).sum()) - self.arisen,
            "exemptions_over": int(over.sum()),
            "exemptions_ended": self.ended_by_nature,
            "exemptions_new": self.arisen,
            "applications": len(district.applications),
            "pins": len(district.pins),
            "duties": int((district.staff["duties"] != "").to_numpy(bool)[carried.school | carried.department].sum()),
            "lines": int(carried.lines.sum()) + self.cut,
            "tiers": self.retiered,
            "phased": self.phased,
            "phased_done": self.done,
            "ledger": len(self.entries),
        }

    def next_year(self) -> tuple[District, Policy]:
        """The next year's district and policy without writing anything."""
        self.turn()
        rules = [
            rule.model_copy(update={"begun": self.changes[rule.id]["begun"]})
            if isinstance(rule, Phase) and rule.id in self.changes and "begun" in self.changes[rule.id]
            else rule
            for rule in self.scenario.policy.rules
        ]
        policy = self.scenario.policy.model_copy(update={"rules": tuple(rules)})
        policy.__dict__.pop("by_id", None)
        return District(self.day, **{key: _plain_rows(frame) for key, frame in self.tables.items()}), policy

    def write(self, folder: Path) -> None:
        """Write the scenario into a folder."""
        tables = {key: _plain_rows(frame) for key, frame in self.tables.items()}
        write_tables(tables, folder)
        self.papers = write_scenario_file(self.scenario, folder, self.day, self.changes)
        if len(self.ledger):
            write_ledger(self.ledger, folder / PLACE)

    def rolled(self, scenario: Scenario) -> Rolled:
        """What came out, with the scenario as read back."""
        carried, ended = self.carried, self.ended
        gone = carried.staff["staff_id"][self.gone]
        return Rolled(
            scenario, self.counts, tuple(doubts_of(self)), tuple(gone), tuple(ended.staff["staff_id"][ended.returns]),
            self.new, self.ledger, self.how,
        )  # fmt: skip


def _plain_rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.reset_index(drop=True)


__all__ = ["Rolled", "Turning", "roll"]
