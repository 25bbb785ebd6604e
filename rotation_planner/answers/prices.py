"""What each rule costs a plan: where it binds, and what the goals are without it and one step looser or tighter.

Prices are found by solving again. Levels come in strict order: a gain at an earlier one may cost a later one anything,
so that a price is told goal by goal and read from the left.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.answers.changing import Apply, changed, with_parameters
from rotation_planner.answers.clashing import Telling
from rotation_planner.answers.giving import Giving, bare
from rotation_planner.answers.keeping import Fates
from rotation_planner.answers.seen import moves_of
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import stand
from rotation_planner.model.binding import posted
from rotation_planner.model.model import Model
from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.kinds import Count, Flow, Headcount, Rule, ShareRule, SubjectStaffing, TitlePosts
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import as_percent, label
from rotation_planner.solve.engines import TOLERANCE, clock
from rotation_planner.solve.solving import solve_plan
from rotation_planner.words import language, say

POINT = Fraction(1, 100)
LEAST = 1.0  # seconds below which no solve is begun


@dataclass(frozen=True)
class Binding:
    """How a must-rule stands in a plan: in how many places it speaks, in how many of them it binds (one person more or
    fewer there would break it), and some of these."""

    rule: str
    name: str
    places: int
    binding: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Price:
    """The goals when a rule is changed by ``step`` (``off``, ``looser``, ``tighter``). ``status``: of the plan that was
    found then; ``objectives`` blank where there is none."""

    rule: str
    name: str
    step: str
    words: str
    status: Status
    objectives: tuple[Objective, ...] = ()


@dataclass(frozen=True, eq=False)
class Prices:
    """Where the rules bind and what they cost. ``base``: the goals as they are. ``open``: steps that were not reached
    in the time; ``kept``: whether the plan keeps every must-rule (else nothing is known of where they bind)."""

    base: tuple[Objective, ...]
    names: dict[str, str]
    bindings: tuple[Binding, ...]
    prices: tuple[Price, ...]
    open: int
    kept: bool

    @property
    def bindings_frame(self) -> pd.DataFrame:
        """The rules that bind somewhere first."""
        columns = [say(f"prices.col_{name}") for name in ("rule", "places", "binding", "examples")]
        rows = [
            (each.name, each.places, each.binding, say("policy.list_separator").join(each.examples))
            for each in sorted(self.bindings, key=lambda each: -each.binding)
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def prices_frame(self) -> pd.DataFrame:
        """A row for each step: by how much each goal changes (less is better); ``*`` where it is not proven."""
        goals = [self.names.get(goal.id, goal.id) for goal in self.base]
        columns = [say("prices.col_rule"), say("prices.col_step"), *goals]
        rows = []
        for each in self.prices:
            if each.objectives:
                told = [_change(old, new) for old, new in zip(self.base, each.objectives, strict=True)]
            else:
                told = [say(f"prices.none_{each.status.value}"), *[""] * (len(goals) - 1)]
            rows.append((each.name, each.words, *told))
        return pd.DataFrame(rows, columns=columns)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Both tables by title."""
        return {say("prices.bindings"): self.bindings_frame, say("prices.prices"): self.prices_frame}

    @property
    def notes(self) -> tuple[str, ...]:
        """How to read it, and what was not reached."""
        told = [say("prices.how_to_read")]
        told += [] if self.kept else [say("prices.not_kept")]
        told += [say("prices.open", count=self.open)] if self.open else []
        return tuple(told)

    def __str__(self) -> str:
        parts = [f"{title}\n{frame.to_string(index=False)}" for title, frame in self.tables().items() if len(frame)]
        return "\n\n".join([*parts, "\n".join(self.notes)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(say("prices.title"), self.tables(), most_rows=60)

    def as_dict(self) -> dict[str, Any]:
        """The prices for machines."""
        return {
            "goals": [{"id": each.id, "value": each.value, "bound": each.bound} for each in self.base],
            "bindings": [{**vars(each), "examples": list(each.examples)} for each in self.bindings],
            "prices": [
                {
                    "rule": each.rule,
                    "step": each.step,
                    "words": each.words,
                    "status": each.status.value,
                    "goals": [{"id": goal.id, "value": goal.value, "bound": goal.bound} for goal in each.objectives],
                }
                for each in self.prices
            ],
            "open": self.open,
            "plan_keeps_every_rule": self.kept,
            "notes": list(self.notes),
        }


def _change(old: Objective, new: Objective) -> str:
    return f"{new.value - old.value:+g}{'' if old.proven and new.proven else '*'}"


def prices(
    district: District,
    policy: Policy,
    plan: Plan,
    *,
    options: SolveOptions | None = None,
    seconds: float = 300.0,
    rules: tuple[str, ...] = (),
    tell: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Prices:
    """Say where each must-rule binds in ``plan``, and what the goals are with each rule (or only ``rules``) off, one
    step looser and one step tighter; those that bind come first. ``options``: how each is solved, its time limit
    included; ``seconds`` for all of them. Goals are compared with those of ``plan``, or, where it has none for this
    policy, with those of solving as things are."""
    options = options or SolveOptions()
    until = clock() + seconds
    bindings, kept = _bindings(district, policy, plan, options.draw, until)
    names = {level.id: level.words[language()] for level in policy.goals}

    def solved(apply: Apply) -> tuple[Status, tuple[Objective, ...]]:
        new_district, new_policy = apply(district, policy)
        limited = dataclasses.replace(options, time_limit=min(options.time_limit, until - clock()))
        standing = stand(new_district, new_policy, draw=options.draw)
        solution = solve_plan(new_district, new_policy, standing, limited, stop=stop)
        return solution.status, solution.plan.objectives if solution.plan is not None else ()

    base = plan.objectives
    if [each.id for each in base] != [level.id for level in policy.goals]:
        base = solved(lambda *both: both)[1]
    by_rule = {each.rule: each for each in bindings}
    concerned = [rule for rule in policy.active if rule.id in by_rule and (not rules or rule.id in rules)]
    concerned.sort(key=lambda rule: by_rule[rule.id].binding == 0)
    found: list[Price] = []
    left = 0
    for rule in concerned:
        for step, words, apply in _steps(rule, district):
            if not base or until - clock() < LEAST or (stop is not None and stop.is_set()):
                left += 1
                continue
            if tell is not None:
                tell(f"{label(rule)} {words}")
            status, objectives = solved(apply)
            found.append(Price(rule.id, label(rule), step, words, status, objectives))
    return Prices(base, names, bindings, tuple(found), left, kept)


def _bindings(
    district: District, policy: Policy, plan: Plan, draw: int | None, until: float
) -> tuple[tuple[Binding, ...], bool]:
    """How every must-rule of the model stands in a plan."""
    model = Model(district, bare(policy), stand(district, policy, draw=draw))
    giving = Giving(model, until=max(until, clock() + 30))
    moves = moves_of(Fates.of(plan.transfers, model.ground.routing), model)
    values = giving.completed(moves)
    telling = Telling(giving)
    tight = np.zeros(len(giving.places), bool) if values is None else _tight(giving, values)
    found = []
    for rule in posted(model):
        places = [place for place in giving.places if place.rule == rule.id]
        binding = [place for place in places if tight[place.number]]
        examples = tuple(dict.fromkeys(telling.where(place) for place in binding[:3]))
        found.append(Binding(rule.id, label(rule), len(places), len(binding), examples))
    return tuple(found), values is not None


def _tight(giving: Giving, values: Array) -> Array:
    """Places of which a row would break with one person more or fewer."""
    arrays = giving.arrays
    activity = arrays.matrix @ values
    slack = np.minimum(arrays.row_upper - activity, activity - arrays.row_lower) / giving.unit
    rows = np.flatnonzero((slack < 1 - TOLERANCE) & (giving.place_of >= 0))
    tight = np.zeros(len(giving.places), bool)
    tight[giving.place_of[rows]] = True
    return tight


def _steps(rule: Rule, district: District) -> Iterator[tuple[str, str, Apply]]:
    """What is tried of a rule: its step, in words, and the change."""
    yield "off", say("prices.off"), with_parameters(rule.id, {"enabled": False})
    for step, looser in (("looser", True), ("tighter", False)):
        match rule:
            case ShareRule():
                name = "at_least" if rule.at_least is not None else "at_most"
                old = getattr(rule, name)
                new = min(max(old + (POINT if (name == "at_most") == looser else -POINT), Fraction(0)), Fraction(1))
                if new != old:
                    words = say("prices.step", old=as_percent(old), new=as_percent(new))
                    yield step, words, _set(rule.id, {name: new})
            case Count():
                change = {
                    name: getattr(rule, name) + (1 if (name == "at_most") == looser else -1)
                    for name in ("at_least", "at_most")
                    if getattr(rule, name) is not None
                }
                old = say("policy.list_separator").join(str(getattr(rule, name)) for name in change)
                new = say("policy.list_separator").join(map(str, change.values()))
                yield step, say("prices.step", old=old, new=new), _set(rule.id, change)
            case Flow():
                margin = rule.margin + (-1 if looser else 1)
                yield step, say("prices.step", old=rule.margin, new=margin), _set(rule.id, {"margin": margin})
            case Headcount():
                yield (
                    step,
                    say(f"prices.headcount_{step}"),
                    _shifted("schools", ["headcount_limit"], 1 if looser else -1),
                )
            case TitlePosts():
                columns = [group.posts for group in rule.groups]
                yield step, say(f"prices.titles_{step}"), _shifted("schools", columns, 1 if looser else -1)
            case SubjectStaffing():
                yield step, say(f"prices.staffing_{step}"), _span(1 if looser else -1)


def _set(rule: str, to: dict[str, Any]) -> Apply:
    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        rules = tuple(each.model_copy(update=to) if each.id == rule else each for each in policy.rules)
        return district, changed(policy, rules=rules)

    return apply


def _shifted(table: str, columns: list[str], by: int) -> Apply:
    """Numbers of a table, where they are given, all larger or smaller."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        frame = getattr(district, table).copy()
        for column in columns:
            frame[column] = pd.to_numeric(frame[column]) + by
        return dataclasses.replace(district, **{table: frame}), policy

    return apply


def _span(by: int) -> Apply:
    """Minimum and maximum of every subject further apart or nearer, as far as they do not cross."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        table = district.demand.copy()
        required = table["required"]
        highest = table["maximum"].fillna(required) + by
        lowest = (table["minimum"].fillna(required) - by).clip(lower=0)
        crossed = lowest > highest
        table["maximum"] = highest.where(~crossed, table["maximum"])
        table["minimum"] = lowest.where(~crossed, table["minimum"])
        return dataclasses.replace(district, demand=table), policy

    return apply
