"""A front as data that prints and shows well: its points, the plans named by what they favour, the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.plan.showing import as_html
from rotation_planner.run.making import Outcome
from rotation_planner.run.scenario import Scenario
from rotation_planner.variants.choosing import Trade
from rotation_planner.variants.front import Point
from rotation_planner.variants.measuring import indicator_words, is_share, measures
from rotation_planner.variants.results import _goal_text, _text
from rotation_planner.words import language, say


@dataclass(frozen=True, eq=False)
class Named:
    """A plan of the front by what it favours (``steady``, ``even``, ``near``, ``wishes``, ``balanced`` and so on), one
    thing or several."""

    favours: tuple[str, ...]
    point: Point
    outcome: Outcome

    @property
    def plan(self) -> Plan:
        """The plan."""
        if self.outcome.plan is None:
            raise ValueError("a point of a front has a plan")
        return self.outcome.plan


@dataclass(frozen=True, eq=False)
class TradeOffs:
    """The front of two or three goals.

    ``points``: plans that none of the others betters, each with whether it is proven that no plan at all does;
    ``complete``: proven that there are no others. ``named``: the plans that favour something, by that. ``held``: what
    the levels reach that come before all goals chosen. ``status`` and ``why`` where there is no plan.
    """

    scenario: Scenario = field(repr=False)
    trade: Trade = field(repr=False)
    points: tuple[Point, ...]
    named: Mapping[str, Named]
    held: tuple[Objective, ...]
    complete: bool
    solves: int
    status: Status
    why: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every point told is proven, and that the held levels cannot be better."""
        return bool(self.points) and all(each.proven for each in self.points) and self.held_proven

    @property
    def held_proven(self) -> bool:
        """Whether the held levels are proven to be as good as can be."""
        return all(each.proven for each in self.held)

    @property
    def keys(self) -> list[str]:
        """The goals as they were asked for."""
        return [each.key for each in self.trade.chosen]

    def values(self, point: Point) -> list[float]:
        """The goals of a point in their own units."""
        return [float(value * each.unit) for value, each in zip(point.values, self.trade.chosen, strict=True)]

    def name(self, plan: str) -> str:
        """What a named plan is called: all that it favours."""
        return say("tradeoff.both").join(self.favour_words(each) for each in self.named[plan].favours)

    def label(self, plan: str) -> str:
        """The same in short, for a picture."""
        words = (self.favour_words(each) for each in self.named[plan].favours)
        return say("policy.list_separator").join(each.partition(say("tradeoff.colon"))[0].strip() for each in words)

    def favour_words(self, favour: str) -> str:
        """What a plan favours, in words."""
        if favour.startswith("goal-"):
            goal = self.trade.chosen[int(favour.removeprefix("goal-")) - 1]
            return say("tradeoff.favour_goal", goal=goal.words)
        return say(f"tradeoff.favour_{favour}")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a point: the goals by key, moves, proven, favour (blank: not named)."""
        names = {each.point.values: name for name, each in self.named.items()}
        rows = []
        for point in self.points:
            goals = dict(zip(self.keys, self.values(point), strict=True))
            rows.append(
                {
                    **goals,
                    "moves": len(point.found.transfers),
                    "proven": point.proven and self.held_proven,
                    "favour": names.get(point.values, ""),
                }
            )
        return pd.DataFrame(
            rows, columns=[*self.keys, *[n for n in ("moves", "proven", "favour") if n not in self.keys]]
        )

    @property
    def shown(self) -> pd.DataFrame:
        """The points as people read them."""
        found = {goal.words: [_text(value) for value in self.table[goal.key]] for goal in self.trade.chosen}
        if "moves" not in self.keys:
            found[say("variants.column_moves")] = [str(int(each)) for each in self.table["moves"]]
        words = [self.name(each) if each else "" for each in self.table["favour"]]
        proofs = [say("tradeoff.proven" if each else "tradeoff.unproven") for each in self.table["proven"]]
        return pd.DataFrame({say("tradeoff.column_favour"): words, **found, say("tradeoff.column_proven"): proofs})

    @cached_property
    def measured(self) -> dict[str, dict[str, Any]]:
        """The counts, goals, indicators and breaches of each named plan (see `measuring.measures`)."""
        return {name: measures(each.outcome, self.scenario) for name, each in self.named.items()}

    @property
    def compared(self) -> pd.DataFrame:
        """The named plans side by side, one column a plan."""
        rows: dict[str, list[str]] = {}
        for number, goal in enumerate(self.trade.chosen):
            rows[goal.words] = [_text(self.values(each.point)[number]) for each in self.named.values()]
        told = list(self.measured.values())
        for name in ("moves", "due_placed"):
            rows.setdefault(say(f"variants.column_{name}"), [_text(each["counts"][name]) for each in told])
        held = {each.id for each in self.held}
        for place, level in enumerate(self.scenario.policy.goals):
            values = [each["goals"][place] for each in told]
            heading = level.words[language()]
            if level.id in held:
                rows[say("tradeoff.held_row", goal=heading)] = [
                    _goal_text(each["value"], float("nan") if each["bound"] is None else each["bound"])
                    for each in values
                ]
            elif heading not in rows:
                rows[heading] = [_text(each["value"]) for each in values]
        for key in dict.fromkeys(key for each in told for key in each["indicators"]):
            values = [each["indicators"].get(key) for each in told]
            shown = ["" if each is None else _text(each, share=is_share(key)) for each in values]
            rows[indicator_words(key)] = shown
        rows[say("variants.column_breaches")] = [str(each["breach_count"]) for each in told]
        frame = pd.DataFrame({say("tradeoff.column_measure"): list(rows)})
        for number, name in enumerate(self.named):
            frame[self.name(name)] = [cells[number] for cells in rows.values()]
        return frame

    @property
    def lines(self) -> list[str]:
        """The findings in sentences."""
        goals = say("policy.list_separator").join(each.words for each in self.trade.chosen)
        if not self.points:
            return [say(f"tradeoff.none_{self.status.value}", goals=goals), *self.why[:5]]
        told = [say("tradeoff.summary", goals=goals, points=len(self.points), named=len(self.named))]
        unproven = sum(not each.proven for each in self.points)
        told.append(say("tradeoff.open", count=unproven) if unproven else say("tradeoff.all_proven"))
        told.append(say("tradeoff.complete" if self.complete and self.held_proven else "tradeoff.part"))
        if self.trade.held:
            names = say("policy.list_separator").join(level.words[language()] for level in self.trade.held)
            told.append(say("tradeoff.held" if self.held_proven else "tradeoff.held_open", goals=names))
        else:
            told.append(say("tradeoff.none_held"))
        return told

    def __str__(self) -> str:
        return "\n".join(self.lines)

    __repr__ = __str__

    def picture(self, favour: str = "") -> Any:
        """The front as a finished picture (png, svg); ``favour``: the plan to be marked."""
        from rotation_planner.report.charts.fronts import front_picture

        named = {each.point.values: self.label(name) for name, each in self.named.items()}
        marked = self.named[favour].point.values if favour else None
        points = [
            (self.values(each), each.proven, named.get(each.values, ""), each.values == marked) for each in self.points
        ]
        return front_picture(points, [each.words for each in self.trade.chosen])

    def _repr_html_(self) -> str:
        from rotation_planner.report.charts.variants import picture_html

        tables = {say("tradeoff.points"): self.shown, say("tradeoff.compared"): self.compared}
        html = as_html("\n".join(self.lines), tables, most_rows=40)
        return html + (picture_html(self.picture(), 640) if self.points else "")
