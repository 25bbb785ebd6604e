"""What came of many variants, side by side, as data that prints and shows well."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from rotation_planner.data.problems import InputError
from rotation_planner.plan.compare import Comparison, compare
from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Plan
from rotation_planner.plan.showing import as_html
from rotation_planner.variants.grid import BASE
from rotation_planner.variants.jobs import PLANNED
from rotation_planner.variants.measuring import indicator_words, is_share
from rotation_planner.variants.records import Record, Recorded
from rotation_planner.variants.store import Store
from rotation_planner.words import say

if TYPE_CHECKING:
    from rotation_planner.run.scenario import Scenario

PLAN = "plan"  # the folder of a variant that holds its plan
COUNTS = ("moves", "due", "due_placed", "deferred")
PEOPLE_COLUMNS = ("variant", "staff_id", "name", "from_school", "base_to", "to")


def plans_of(store: Store, records: Iterable[Record]) -> dict[str, Plan]:
    """The plans of the variants that have one, read back from their folders."""
    found = {}
    for each in records:
        if each["outcome"] == PLANNED:
            try:
                found[str(each["id"])] = read_plan(store.folder(each["id"]) / PLAN)
            except InputError:  # somebody changed the folder meanwhile
                continue
    return found


def status_words(record: Record) -> str:
    """What came of a variant, in a word."""
    if record["outcome"] != PLANNED:
        return say(f"variants.outcome_{record['outcome']}")
    if not record["passes"]:
        return say("variants.outcome_breached")
    return say("run.status_" + record["status"])


@dataclass(frozen=True, eq=False)
class WhatIf(Recorded):
    """Variants of one scenario side by side.

    ``records``: one a variant, the scenario as it is first (see `measuring.measures`; ``outcome`` is planned,
    infeasible, unknown, input, crash or stopped, ``why`` says the reasons of a failure). ``plans`` by the variant's id.
    """

    title: str
    scenario: Scenario = field(repr=False)
    records: tuple[Record, ...]
    plans: Mapping[str, Plan] = field(repr=False)
    interrupted: bool = False

    @property
    def failures(self) -> tuple[Record, ...]:
        """The variants that have no plan."""
        return tuple(each for each in self.records if each["outcome"] != PLANNED)

    def plan(self, variant: str = BASE) -> Plan:
        """The plan of a variant by its id.

        Raises:
            KeyError: there is no such variant, or it has no plan.
        """
        return self.plans[variant]

    @cached_property
    def comparisons(self) -> dict[str, Comparison]:
        """What differs from the plan of the scenario as it is, by variant; none where that has no plan."""
        if BASE not in self.plans:
            return {}
        return {name: compare(self.plans[BASE], plan) for name, plan in self.plans.items()}

    def differing(self, variant: str) -> int | None:
        """How many people's fate is another one than in the base's plan; ``None`` where there is nothing to compare."""
        found = self.comparisons.get(variant)
        if found is None:
            return None
        return len(found.only_first) + len(found.only_second) + found.people_changed

    # ---- frames ---------------------------------------------------------------------------------------------------

    @cached_property
    def goal_ids(self) -> dict[str, str]:
        """Every goal that any variant has, by id in words, those of the base first."""
        return {goal["id"]: goal["words"] for record in self.records for goal in record.get("goals", ())}

    @cached_property
    def indicator_keys(self) -> list[str]:
        """Every indicator that any variant has."""
        return list(dict.fromkeys(key for each in self.records for key in each.get("indicators", {})))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a variant, columns by English key: id, title, outcome, status, passes, counts, people (who differ
        from the base), ``goal.<id>`` with ``bound.<id>``, ``indicator.<key>``, breaches, should_missed, seconds, why;
        NaN where there is none."""
        rows = []
        for record in self.records:
            goals = {goal["id"]: goal for goal in record.get("goals", ())}
            counts, indicators = record.get("counts", {}), record.get("indicators", {})
            differing = self.differing(record["id"])
            rows.append(
                {
                    "id": record["id"],
                    "title": record["title"],
                    "outcome": record["outcome"],
                    "status": record.get("status", ""),
                    "passes": bool(record.get("passes", False)),
                    **{name: _number(counts.get(name)) for name in COUNTS},
                    "people": _number(differing),
                    **{f"goal.{name}": _number(goals.get(name, {}).get("value")) for name in self.goal_ids},
                    **{f"bound.{name}": _number(goals.get(name, {}).get("bound")) for name in self.goal_ids},
                    **{f"indicator.{key}": _number(indicators.get(key)) for key in self.indicator_keys},
                    "breaches": _number(record.get("breach_count")),
                    "should_missed": _number(record.get("should_missed")),
                    "seconds": _number(record.get("seconds")),
                    "why": " ".join(self.remarks(record)),
                }
            )
        return pd.DataFrame(rows)

    def remarks(self, record: Record) -> list[str]:
        """Why a variant has no plan, and what is to be noted of it, in sentences."""
        return [*record.get("why", ()), *record.get("notes", ())]

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The same numbers less those of the base: one row a variant with a plan, the base left out."""
        table = self.table.set_index("id")
        numbers = [name for name in table.columns if _is_measure(name)]
        if BASE not in table.index or table.loc[BASE, "outcome"] != PLANNED:
            return pd.DataFrame(columns=["id", "title", "people", *numbers])
        others = table[(table["outcome"] == PLANNED) & (table.index != BASE)]
        less = others[numbers] - table.loc[BASE, numbers].astype(float)
        return pd.concat([others[["title", "people"]], less], axis=1).reset_index()

    @cached_property
    def people(self) -> pd.DataFrame:
        """Who goes elsewhere than in the base's plan: variant, staff_id, name, from_school, base_to, to (blank: no)."""
        rows = []
        base = self.plans.get(BASE)
        for name, plan in self.plans.items() if base is not None else ():
            if name == BASE or base is None:
                continue
            found = self.comparisons[name]
            for frame, sides in ((found.only_first, (0,)), (found.only_second, (1,))):
                for each in frame.to_dict("records"):
                    to = [each["to_school"] if side in sides else "" for side in (0, 1)]
                    rows.append((name, each["staff_id"], each["name"], each["from_school"], *to))
            both = [plan_.transfers.drop_duplicates("staff_id").set_index("staff_id") for plan_ in (base, plan)]
            for who in dict.fromkeys(found.changed["staff_id"]):
                row = both[0].loc[who]
                to = [each.loc[who, "to_school"] for each in both]
                rows.append((name, who, row["name"], row["from_school"], *to))
        return pd.DataFrame(rows, columns=list(PEOPLE_COLUMNS)).sort_values(["variant", "staff_id"], ignore_index=True)

    @cached_property
    def breaches(self) -> pd.DataFrame:
        """Every breach told: variant, rule, scope, sentence."""
        rows = [
            (each["id"], breach["rule"], breach["scope"], breach["sentence"])
            for each in self.records
            for breach in each.get("breaches", ())
        ]
        return pd.DataFrame(rows, columns=["variant", "rule", "scope", "sentence"])

    # ---- for people -----------------------------------------------------------------------------------------------

    def heading(self, column: str) -> str:
        """The heading of a column of `table` in the language in force."""
        part, _, name = column.partition(".")
        if part == "goal":
            return self.goal_ids[name]
        if part == "indicator":
            return indicator_words(name)
        return say(f"variants.column_{column}")

    @property
    def shown(self) -> pd.DataFrame:
        """The table as people read it: headings and numbers in words; a goal not proven says so with its bound."""
        table = self.table
        found: dict[str, list[str]] = {
            self.heading("title"): table["title"].tolist(),
            self.heading("status"): [status_words(each) for each in self.records],
        }
        for name in ("moves", "due_placed", "people"):
            found[self.heading(name)] = [_text(value) for value in table[name]]
        for name in self.goal_ids:
            pairs = zip(table[f"goal.{name}"], table[f"bound.{name}"], strict=True)
            found[self.heading(f"goal.{name}")] = [_goal_text(value, bound) for value, bound in pairs]
        for key in self.indicator_keys:
            values = table[f"indicator.{key}"]
            found[self.heading(f"indicator.{key}")] = [_text(value, share=is_share(key)) for value in values]
        found[self.heading("breaches")] = [_text(value) for value in table["breaches"]]
        found[self.heading("why")] = table["why"].tolist()
        return pd.DataFrame(found)

    @property
    def shown_differences(self) -> pd.DataFrame:
        """The differences from the base as people read them: +3, −2, a blank for none."""
        frame = self.differences
        found: dict[str, list[str]] = {self.heading("title"): frame["title"].tolist()}
        for name in ("people", *(each for each in frame.columns if _is_measure(each))):
            share = is_share(name.removeprefix("indicator."))
            signed = name != "people"
            found[self.heading(name)] = [_text(value, share=share, signed=signed) for value in frame[name]]
        return pd.DataFrame(found)

    @property
    def lines(self) -> list[str]:
        """The findings in sentences."""
        told = say("variants.summary", variants=len(self.records), planned=len(self.planned))
        return [told, *self.fallen_short]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    __repr__ = __str__

    def picture(self) -> Any:
        """The chart as a finished picture (png, svg)."""
        from rotation_planner.report.charts.variants import variants_picture

        return variants_picture(self.panels(), say("variants.picture"))

    def panels(self) -> list[tuple[str, list[tuple[str, float]]]]:
        """What the chart draws: a heading and (variant, value) for each number that differs somewhere or is a count."""
        table = self.table
        names = ["moves", *(f"goal.{name}" for name in self.goal_ids), "people"]
        titles = table["title"].tolist()
        return [(self.heading(name), list(zip(titles, table[name].tolist(), strict=True))) for name in names]

    def _repr_html_(self) -> str:
        from rotation_planner.report.charts.variants import picture_html

        sides, differences = turned(self.shown), turned(self.shown_differences)
        # Numbers that no variant changes are told by the files.
        moved = [any(cell not in ("", "0", "0.0%") for cell in row[1:]) for row in texts(differences)]
        tables = {
            say("variants.side_by_side"): sides[[any(row[1:]) for row in texts(sides)]],
            say("variants.against_base"): differences[moved],
        }
        return as_html("\n".join(self.lines), tables, most_rows=40) + picture_html(self.picture())


def _is_measure(name: str) -> bool:
    return name in (*COUNTS, "breaches", "should_missed") or name.startswith(("goal.", "indicator."))


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _text(value: float, *, share: bool = False, signed: bool = False) -> str:
    """A number as people read it; a blank for none."""
    if value != value:
        return ""
    sign = "+" if signed and value > 0 else ""
    if share:
        return f"{sign}{value:.1%}"
    if abs(value - round(value)) < 1e-9:
        return f"{sign}{value:,.0f}"
    return f"{sign}{value:,.3f}" if abs(value) < 10 else f"{sign}{value:,.1f}"


def _goal_text(value: float, bound: float) -> str:
    told = _text(value)
    if not told or (bound == bound and value - bound <= 1e-6 * max(1.0, abs(value))):
        return told
    return say("variants.unproven", value=told, bound=_text(bound) if bound == bound else "?")


def turned(frame: pd.DataFrame) -> pd.DataFrame:
    """Variants across and measures down, as a screen has room for: the first column holds what was the headings."""
    first, *rest = map(str, frame.columns)
    names = [str(each) for each in frame[first]]
    rows = [[name, *(str(cell) for cell in frame[name])] for name in rest]
    return pd.DataFrame(rows, columns=["", *names])


def texts(frame: pd.DataFrame) -> Sequence[Sequence[str]]:
    """The cells of a frame as texts, row by row."""
    return [["" if cell != cell else str(cell) for cell in row] for row in frame.itertuples(index=False, name=None)]
