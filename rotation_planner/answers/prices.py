"""What each rule costs a plan: where it binds, and what the goals are without it and with each of its numbers one step
looser or tighter (see ``steps``).

Prices are found by solving again. Levels come in strict order: a gain at an earlier one may cost a later one anything,
so that a price is told goal by goal and read from the left.
"""

from __future__ import annotations

import contextvars
import dataclasses
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.answers.changing import Apply
from rotation_planner.answers.clashing import Telling
from rotation_planner.answers.giving import Giving, bare
from rotation_planner.answers.keeping import Fates
from rotation_planner.answers.seen import moves_of
from rotation_planner.answers.steps import POPULATION, Step, population_steps, steps
from rotation_planner.audit import audit_plan
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import stand
from rotation_planner.model.binding import posted
from rotation_planner.model.model import Model
from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.kinds import Rule
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label
from rotation_planner.solve.engines import TOLERANCE, clock
from rotation_planner.solve.solving import solve_plan
from rotation_planner.words import language, say

NEAR = 1e-6  # two counts of one goal
LEAST = 1.0  # seconds below which no solve is begun
AT_ONCE = 2  # steps solved side by side: the engines work beside Python
FOR_ALL, A_STEP, STAFF_A_SECOND = 300.0, 2.0, 500  # seconds: at least; for each step at least; more in large districts


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
    """The goals when a rule is changed by ``step`` (``off``, ``looser``, ``tighter``, ``lower``, ``higher``) in one
    ``parameter`` (its place in the rule, or columns of a table). ``status``: of the plan that was found then;
    ``objectives`` blank where there is none. ``solved``: False where the plan itself keeps the tighter rule, so that it
    stays the best. The ``rule`` of a number of a population is ``population:<name>``."""

    rule: str
    name: str
    step: str
    words: str
    status: Status
    objectives: tuple[Objective, ...] = ()
    parameter: str = ""
    solved: bool = True


@dataclass(frozen=True, eq=False)
class Prices:
    """Where the rules bind and what they cost. ``base``: the goals as they are. ``open``: steps that were not reached
    in the time; ``kept``: whether the plan keeps every must-rule (else nothing is known of where they bind).
    ``untold``: rules (id and name) of which nothing, or no number, can be changed, and why. ``left``: rules (id and
    name) of which steps were not reached, and how many."""

    base: tuple[Objective, ...]
    names: dict[str, str]
    bindings: tuple[Binding, ...]
    prices: tuple[Price, ...]
    open: int
    kept: bool
    untold: tuple[tuple[str, str, str], ...] = ()
    left: tuple[tuple[str, str, int], ...] = ()

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
        """The tables by title."""
        return {
            say("prices.bindings"): self.bindings_frame,
            say("prices.prices"): self.prices_frame,
            say("prices.untold"): self.untold_frame,
            say("prices.left"): self.left_frame,
        }

    @property
    def left_frame(self) -> pd.DataFrame:
        """The rules of which steps were not reached in the time: their ids, to ask for them alone."""
        columns = [say(f"prices.col_{name}") for name in ("id", "rule", "steps")]
        return pd.DataFrame(self.left, columns=columns)

    @property
    def untold_frame(self) -> pd.DataFrame:
        """The rules of which nothing, or no number, can be changed, and why."""
        columns = [say("prices.col_rule"), say("prices.col_why")]
        return pd.DataFrame([(name, why) for _, name, why in self.untold], columns=columns)

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
                    "parameter": each.parameter,
                    "words": each.words,
                    "status": each.status.value,
                    "solved": each.solved,
                    "goals": [{"id": goal.id, "value": goal.value, "bound": goal.bound} for goal in each.objectives],
                }
                for each in self.prices
            ],
            "untold": [{"rule": rule, "name": name, "why": why} for rule, name, why in self.untold],
            "open": self.open,
            "left": [{"rule": rule, "name": name, "steps": count} for rule, name, count in self.left],
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
    seconds: float | None = None,
    rules: tuple[str, ...] = (),
    tell: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> Prices:
    """Say where each must-rule binds in ``plan``, and what the goals are with each rule (or only ``rules``) off, and
    with each of its numbers one step looser and tighter; those that bind come first, then what follows from the
    standing of people, last the numbers of populations. ``options``: how each is solved, its time limit included;
    ``seconds`` for all of them, not given: as their number and the district's size ask for. Goals are compared with
    those of ``plan``, or, where it has none for this policy, with those of solving as things are."""
    options = options or SolveOptions()
    bindings, kept = _bindings(district, policy, plan, options.draw, clock() + (seconds or 0.0))
    asked, untold = _asked(district, policy, {each.rule: each.binding for each in bindings}, rules)
    if seconds is None:
        seconds = max(FOR_ALL, len(asked) * max(A_STEP, len(district.staff) / STAFF_A_SECOND))
    until = clock() + seconds
    names = {level.id: level.words[language()] for level in policy.goals}

    def solved(apply: Apply) -> tuple[Status, tuple[Objective, ...]]:
        new_district, new_policy = apply(district, policy)
        limited = dataclasses.replace(options, time_limit=min(options.time_limit, until - clock()))
        standing = stand(new_district, new_policy, draw=options.draw)
        solution = solve_plan(new_district, new_policy, standing, limited, stop=stop)
        return solution.status, solution.plan.objectives if solution.plan is not None else ()

    base = plan.objectives
    if own := [each.id for each in base] == [level.id for level in policy.goals]:
        own = all(each.proven for each in base) and kept
    else:
        base = solved(lambda *both: both)[1]

    def unchanged(rule: Rule, step: Step) -> bool:
        """Whether a tighter rule leaves the plan the best: it was proven best, and it keeps that rule too."""
        if not (own and step.narrows and rule.force == "must"):
            return False
        audit = audit_plan(*step.apply(district, policy), plan, draw=options.draw)
        told = {goal.id: goal.value for goal in audit.goals}
        return audit.passes and all(abs(told[each.id] - each.value) <= NEAR for each in base)

    def price(rule: Rule | str, name: str, step: Step) -> Price | None:
        if not base or until - clock() < LEAST or (stop is not None and stop.is_set()):
            return None
        if tell is not None:
            tell(f"{name} {step.words}")
        if same := isinstance(rule, Rule) and unchanged(rule, step):
            status, objectives = Status.OPTIMAL, base
        else:
            status, objectives = solved(step.apply)
        return Price(_id(rule), name, step.step, step.words, status, objectives, step.parameter, not same)

    here = contextvars.copy_context()  # the language goes along
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda each: here.copy().run(price, *each), asked))
    found = tuple(each for each in told if each is not None)
    left = Counter((_id(rule), name) for (rule, name, _), each in zip(asked, told, strict=True) if each is None)
    missed = tuple((id_, name, count) for (id_, name), count in left.items())
    return Prices(base, names, bindings, found, left.total(), kept, untold, missed)


def _id(rule: Rule | str) -> str:
    return rule.id if isinstance(rule, Rule) else rule


def _asked(
    district: District, policy: Policy, binding: dict[str, int], rules: tuple[str, ...]
) -> tuple[list[tuple[Rule | str, str, Step]], tuple[tuple[str, str, str], ...]]:
    """Every step to be tried, with the rule (or the mark of a population) and its name, and the rules that leave none
    or no number to be tried."""
    asked: list[tuple[Rule | str, str, Step]] = []
    untold = []
    concerned = [rule for rule in policy.active if not rules or rule.id in rules]
    concerned.sort(key=lambda rule: 2 if rule.id not in binding else 0 if binding[rule.id] else 1)
    for rule in concerned:
        tried, why = steps(rule, district, policy)
        asked += [(rule, label(rule), step) for step in tried]
        if why:
            untold.append((rule.id, label(rule), why))
    for name, population in policy.populations.items():
        if not rules or POPULATION + name in rules:
            tried = population_steps(name, policy)
            asked += [(POPULATION + name, population.words[language()], step) for step in tried]
    return asked, tuple(untold)


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
