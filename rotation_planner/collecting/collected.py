"""What came of collecting: the scenario, or why there is none; what each school has to repair; what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from rotation_planner.collecting.doubts import Doubt, Ground
from rotation_planner.collecting.handed import Handed
from rotation_planner.collecting.since import Changed
from rotation_planner.collecting.weighing import Weight
from rotation_planner.data.district import District
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.plan.showing import as_html
from rotation_planner.policy.policy import Policy
from rotation_planner.words import language, say


@dataclass(frozen=True, eq=False)
class Collected:
    """Everything handed in, put together.

    ``rules``: the policy under which standing was judged.

    ``district``: what the scenario holds; ``None`` where it is not usable. ``problems``: every mistake and remark with
    the file, row and column of the school's own file. ``doubts``: what is open, with its weight, those on which most
    people depend first; ``settled``: what was open and has been decided, with the number of the reading. ``changes``:
    every change since last year's roster. ``notes``: what could not be done.
    """

    title: str
    as_of: dt.date
    policy: str
    handed: tuple[Handed, ...]
    ground: Ground
    rules: Policy
    district: District | None
    problems: tuple[Problem, ...] = ()
    doubts: tuple[tuple[Doubt, Weight], ...] = ()
    settled: tuple[tuple[Doubt, int], ...] = ()
    changes: tuple[Changed, ...] = ()
    notes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether there is a scenario."""
        return self.district is not None

    @cached_property
    def schools(self) -> list[str]:
        """Every school spoken of by a file, or missed, by code."""
        handed = {school for each in self.handed for school in each.schools}
        missing = {str(p.value) for p in self.problems if p.code == "collect_school_missing"}
        return sorted(handed | missing)

    def files_of(self, school: str) -> list[Handed]:
        """The files that speak for a school."""
        return [each for each in self.handed if school in each.schools]

    def problems_of(self, handed: Handed) -> list[Problem]:
        """The mistakes and remarks of one file, sorted by severity, sheet and row."""
        name = handed.name
        found = [p for p in self.problems if p.file == name or p.file.startswith((f"{name}!", f"{name}/"))]
        order = list(Severity)
        return sorted(found, key=lambda p: (order.index(p.severity), p.file, p.row or 0))

    @property
    def general(self) -> list[Problem]:
        """What is no single file's matter."""
        own = {id(p) for each in self.handed for p in self.problems_of(each)}
        return [p for p in self.problems if id(p) not in own]

    def doubts_of(self, school: str) -> list[tuple[Doubt, Weight]]:
        """The doubts that concern a school, the weightiest first."""
        return [pair for pair in self.doubts if school in pair[0].sides]

    def state(self, school: str) -> str:
        """``missing``, ``unread``, ``mistakes`` (or a doubt without which there is no scenario), ``doubts`` or
        ``clean``."""
        files = self.files_of(school)
        if not files:
            return "missing"
        found = [p for each in files for p in self.problems_of(each)]
        doubts = self.doubts_of(school)
        if any(p.severity is Severity.ERROR for p in found) or any(d.blocking for d, _ in doubts):
            return "mistakes"
        return "doubts" if doubts else "clean"

    @cached_property
    def by_school(self) -> pd.DataFrame:
        """One row a school: school_id, school, files, state, staff, errors, warnings, doubts, depending."""
        staff = self.ground.staff["school_id"].value_counts()
        rows = []
        for school in self.schools:
            files = self.files_of(school)
            found = [p for each in files for p in self.problems_of(each)]
            doubts = self.doubts_of(school)
            rows.append(
                {
                    "school_id": school,
                    "school": self.ground.school_name(school),
                    "files": say("policy.list_separator").join(each.name for each in files),
                    "state": say(f"collect_state.{self.state(school)}"),
                    "staff": int(staff.get(school, 0)),
                    "errors": sum(p.severity is Severity.ERROR for p in found),
                    "warnings": sum(p.severity is Severity.WARNING for p in found),
                    "doubts": len(doubts),
                    "depending": len({who for _, weight in doubts for who in weight.people or ()}),
                }
            )
        return pd.DataFrame(rows, columns=list(BY_SCHOOL))

    @cached_property
    def open(self) -> pd.DataFrame:
        """One row a doubt: doubt, depending, blocking, about, rules, readings, decision."""
        return pd.DataFrame([self._row(d, w) for d, w in self.doubts], columns=list(OPEN))

    def _row(self, doubt: Doubt, weight: Weight) -> dict[str, Any]:
        return {
            "doubt": doubt.id,
            "depending": weight.count,
            "blocking": say("collect.yes" if doubt.blocking else "collect.no"),
            "about": doubt.message,
            "rules": self.rule_words(weight),
            "readings": readings_text(doubt),
            "decision": "",
        }

    def rule_words(self, weight: Weight) -> str:
        """The rules of a weight as the policy calls them."""
        lang = language()
        labels = {rule.id: rule.label[lang] if rule.label else rule.id for rule in self.rules.rules}
        return say("policy.list_separator").join(labels.get(each, each) for each in weight.rules)

    @property
    def counts(self) -> dict[str, int]:
        """How many schools, people, errors, warnings, doubts and people depending on them there are."""
        return {
            "schools": len(self.schools),
            "staff": len(self.ground.staff),
            "errors": sum(p.severity is Severity.ERROR for p in self.problems),
            "warnings": sum(p.severity is Severity.WARNING for p in self.problems),
            "blocking": sum(d.blocking for d, _ in self.doubts),
            "doubts": len(self.doubts),
            "depending": len({who for _, weight in self.doubts for who in weight.people or ()}),
        }

    def __str__(self) -> str:
        return say("collect.usable" if self.usable else "collect.not_usable", title=self.title, **self.counts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        tables = {
            say("report_sheet.collect_schools"): in_words(self.by_school),
            say("report_sheet.collect_doubts"): in_words(self.open.drop(columns="decision")),
        }
        return as_html(str(self), tables)


BY_SCHOOL = ("school_id", "school", "files", "state", "staff", "errors", "warnings", "doubts", "depending")
OPEN = ("doubt", "depending", "blocking", "about", "rules", "readings", "decision")


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The table under headings in the language in force."""
    return frame.rename(columns={name: say(f"collect_column.{name}") for name in frame.columns})


def readings_text(doubt: Doubt) -> str:
    """The readings of a doubt, numbered, a line each."""
    return "\n".join(
        say("collect.numbered", number=number, text=each.words) for number, each in enumerate(doubt.readings, 1)
    )


def sorted_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Errors first, each kind by file and row."""
    order = list(Severity)
    return tuple(sorted(problems, key=lambda p: (order.index(p.severity), p.file, p.row or 0)))
