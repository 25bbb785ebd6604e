"""What a diagnosis says, as data that prints and shows well."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from rotation_planner.answers.clashing import Clash
from rotation_planner.answers.repairs import Change
from rotation_planner.data.district import District
from rotation_planner.plan.plan import Status
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.policy import Policy
from rotation_planner.words import say


@dataclass(frozen=True)
class Give:
    """A place that must give in one of the ways with the least in all: rule, place, and by how much."""

    rule: str
    place: str
    amount: int
    sentence: str


@dataclass(frozen=True)
class Repair:
    """Changes after which there is a plan, as solving again has shown. ``clashes``: those it repairs (from 1); where
    there are others, ``with_others`` says what else was changed when it was solved again. ``price`` in people or
    posts."""

    clashes: tuple[int, ...]
    changes: tuple[Change, ...]
    price: int
    sentence: str
    with_others: tuple[Change, ...] = ()

    def apply(self, district: District, policy: Policy) -> tuple[District, Policy]:
        """The district and the policy as repaired, all clashes."""
        for change in (*self.changes, *self.with_others):
            district, policy = change.apply(district, policy)
        return district, policy

    @property
    def way(self) -> str:
        """What is changed: a number of the data, a clause, people."""
        ways = {change.way for change in self.changes}
        return say(f"diagnosis.way_{ways.pop() if len(ways) == 1 else 'several'}")

    @property
    def price_words(self) -> str:
        """The price with its units."""
        units = {"posts": 0, "people": 0, "aside": 0}
        for change in self.changes:
            units[change.unit] += change.price
        told = [say(f"repair.{unit}_price", count=count) for unit, count in units.items() if count]
        return say("policy.list_separator").join(told)


@dataclass(frozen=True)
class Shortfall:
    """A should-rule that cannot be met fully while every must-rule holds: what is missing at least, where, and what
    that counts in the goals."""

    rule: str
    name: str
    least: int
    places: tuple[str, ...]
    cost: str


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What stands against every plan of a scenario, or what every plan leaves unmet.

    ``status``: ``FEASIBLE`` (there is a plan), ``INFEASIBLE`` (both engines say there is none), ``UNKNOWN``. ``least``:
    the least sum that must give, ``least_proven`` whether it is the least. ``untold``: repairs that were not solved
    again in the time; ``refused``: repairs that had no plan when solved again; ``untried``: places of clashes of which
    it was not found in the time whether giving there alone would do. ``more``: there are more clashes than are told.
    """

    status: Status
    clashes: tuple[Clash, ...] = ()
    gives: tuple[Give, ...] = ()
    least: int | None = None
    least_proven: bool = False
    repairs: tuple[Repair, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    weighed: int = 0
    untold: int = 0
    refused: int = 0
    untried: int = 0
    more: bool = False
    complete: bool = True
    unconfirmed: bool = False
    seconds: float = field(default=0.0, compare=False)

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        if self.status is Status.FEASIBLE:
            return say("diagnosis.possible")
        if self.status is not Status.INFEASIBLE:
            return say("diagnosis.unconfirmed" if self.unconfirmed else "diagnosis.unknown")
        key = "impossible_open" if self.least is None else "impossible" if self.least_proven else "impossible_bound"
        return say(f"diagnosis.{key}", clashes=len(self.clashes), least=self.least)

    @property
    def gives_frame(self) -> pd.DataFrame:
        """The places that must give."""
        columns = [say(f"diagnosis.col_{name}") for name in ("rule", "place", "amount")]
        return pd.DataFrame([(each.rule, each.place, each.sentence) for each in self.gives], columns=columns)

    @property
    def alone_frame(self) -> pd.DataFrame:
        """The places that would do by themselves for a clash, and by how much each must give then."""
        columns = [say(f"diagnosis.col_{name}") for name in ("clash", "rule", "place", "amount")]
        rows = [
            (
                number,
                each.name,
                each.place,
                say(f"diagnosis.give_{'below' if each.below else 'above'}", amount=each.short),
            )
            for number, clash in enumerate(self.clashes, 1)
            for each in clash.members
            if each.short
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def repairs_frame(self) -> pd.DataFrame:
        """The price list."""
        columns = [say(f"diagnosis.col_{name}") for name in ("price", "change", "ways", "clash")]
        rows = [
            (each.price_words, each.sentence, each.way, say("policy.list_separator").join(map(str, each.clashes)))
            for each in self.repairs
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def shortfalls_frame(self) -> pd.DataFrame:
        """The should-rules that cannot be met fully."""
        columns = [say(f"diagnosis.col_{name}") for name in ("rule", "least", "place", "cost")]
        rows = [
            (each.name, each.least, say("policy.list_separator").join(each.places[:3]), each.cost)
            for each in self.shortfalls
        ]
        return pd.DataFrame(rows, columns=columns)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not reached in the time, and what did not help."""
        told = [say("diagnosis.cut_short")] if not self.complete and self.clashes else []
        told += [say("diagnosis.more", count=len(self.clashes))] if self.more else []
        told += [say("diagnosis.not_verified", count=self.untold)] if self.untold else []
        told += [say("diagnosis.refused", count=self.refused)] if self.refused else []
        told += [say("diagnosis.untried", count=self.untried)] if self.untried else []
        if self.status is Status.FEASIBLE and not self.shortfalls:
            told.append(say("diagnosis.shoulds_met" if self.weighed else "diagnosis.shoulds_none"))
        return tuple(told)

    def clash_head(self, number: int) -> str:
        """The line above a clash (counted from 1)."""
        clash = self.clashes[number - 1]
        key = "clash_one" if len(clash.members) == 1 else "clash" if clash.certain else "clash_rough"
        return say(f"diagnosis.{key}", number=number)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by title, those without rows left out."""
        told = {
            "gives": self.gives_frame,
            "alone": self.alone_frame,
            "repairs": self.repairs_frame,
            "shoulds": self.shortfalls_frame,
        }
        return {say(f"diagnosis.{name}"): frame for name, frame in told.items() if len(frame)}

    def __str__(self) -> str:
        lines = [self.headline]
        for number, clash in enumerate(self.clashes, 1):
            lines += ["", self.clash_head(number), *(f"  {line}" for line in clash.lines)]
        for title, frame in self.tables().items():
            lines += ["", title, *("  " + "  ".join(map(str, row)) for row in frame.itertuples(index=False))]
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        clashes = {
            self.clash_head(number): pd.DataFrame({"": clash.lines}) for number, clash in enumerate(self.clashes, 1)
        }
        return as_html(self.headline, {**clashes, **self.tables()})

    def as_dict(self) -> dict[str, Any]:
        """The diagnosis for machines."""
        return {
            "status": self.status.value,
            "headline": self.headline,
            "least": self.least,
            "least_proven": self.least_proven,
            "clashes": [
                {
                    "certain": clash.certain,
                    "lines": list(clash.lines),
                    "members": [vars(member) for member in clash.members],
                }
                for clash in self.clashes
            ],
            "gives": [vars(each) for each in self.gives],
            "repairs": [
                {
                    "clashes": list(each.clashes),
                    "price": each.price,
                    "price_words": each.price_words,
                    "sentence": each.sentence,
                    "changes": [
                        {
                            "way": change.way,
                            "rule": change.rule,
                            "price": change.price,
                            "unit": change.unit,
                            "sentence": change.sentence,
                        }
                        for change in each.changes
                    ],
                }
                for each in self.repairs
            ],
            "shortfalls": [{**vars(each), "places": list(each.places)} for each in self.shortfalls],
            "notes": list(self.notes),
            "seconds": round(self.seconds, 2),
        }
