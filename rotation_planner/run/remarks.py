"""Remarks on a policy in a scenario, before any solving: what can never bind there, what clashes, what follows from
something else. Clashes are warnings, all others notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rotation_planner.data import schema
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.model.binding import Remark, Sort
from rotation_planner.model.program import RowBlock
from rotation_planner.policy.kinds import (
    Bar,
    Defer,
    Departments,
    Duty,
    Kin,
    Modes,
    Phase,
    Pins,
    Qualification,
    RouteRule,
    Rule,
    Scope,
    Volunteer,
)
from rotation_planner.policy.reading import policy_path
from rotation_planner.policy.wording import label
from rotation_planner.run.meaning import Meaning
from rotation_planner.run.scenario import Scenario
from rotation_planner.words import language, say

CLASHES = (Sort.FEW, Sort.MANY, Sort.CLASH)
QUICK = 20_000  # staff of a district that is looked at by the way


def clashes(scenario: Scenario) -> tuple[Problem, ...]:
    """Shares and numbers that no plan of the scenario can keep, as warnings; of districts small enough for a quick
    look."""
    if len(scenario.district.staff) > QUICK:
        return ()
    found = Remarks(Meaning(scenario)).clashes()
    return tuple(each for each in found if each.severity is Severity.WARNING)


class Remarks:
    """Finds the remarks, each with the line of the policy's file that it is about."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.policy = meaning.policy
        file = meaning.scenario.file
        self._source = read_yaml(policy_path(file.policy, file.folder))
        self._place = {rule.id: ("rules", number) for number, rule in enumerate(self.policy.rules)}

    def __iter__(self) -> Iterator[Problem]:
        yield from self.clashes()
        yield from self.never()

    # ---- shares and numbers --------------------------------------------------------------------------------------

    def clashes(self) -> Iterator[Problem]:
        """What is certain of shares and numbers, one remark for each pair of rules and sort."""
        found: dict[tuple[Sort, str, str], list[Remark]] = {}
        for each in self.meaning.remarks:
            found.setdefault((each.sort, each.block.rule, each.other), []).append(each)
        for (sort, rule, other), these in found.items():
            first = these[0]
            example = self._words(first.block, first.place)
            places = "one_place" if len(these) == 1 else "places"
            yield self._problem(
                f"clash_{sort.value}",
                self.policy.by_id[rule],
                Severity.WARNING if sort in CLASHES else Severity.NOTE,
                place=say("meaning." + places, example=example, count=len(these)),
                asked=f"{first.asked:g}",
                found=f"{first.found:g}",
                other=label(self.policy.by_id[other]) if other in self.policy.by_id else other,
            )

    def _words(self, block: RowBlock, place: int) -> str:
        """The place of a row in words."""
        district, scopes = self.meaning.scenario.district, block.scopes
        number = int(scopes.ids[place])
        if scopes.kind == "school":
            return str(district.schools["name"].iat[number])
        if scopes.kind == "demand":
            row = district.demand.iloc[number]
            school = str(district.schools["name"].iat[district.school_pos[row["school_id"]]])
            stage = schema.label(schema.STAGES, row["stage"], language())
            return say("meaning.demand", school=school, stage=stage, subject=row["subject"])
        return scopes.labels[place] if place < len(scopes.labels) else say("meaning.district")

    # ---- what can never bind -------------------------------------------------------------------------------------

    def never(self) -> Iterator[Problem]:
        """Populations that hold nobody, scores without points, rules that can never bind."""
        select = self.meaning.standing.selecting
        for key, population in self.policy.populations.items():
            if not select.people(population.who).any():
                yield self._note("population_empty", ("populations", key), key)
        for key in self.policy.scores:
            if not select.scoring.thousandths(key).any():
                yield self._note("score_empty", ("scores", key), key)
        shuts = self._shuts()
        for rule in self.policy.active:
            yield from self._of_rule(rule, shuts)

    def _of_rule(self, rule: Rule, shuts: frozenset[str]) -> Iterator[Problem]:
        standing, meaning = self.meaning.standing, self.meaning
        select = standing.selecting
        match rule:
            case Scope():
                return
            case Duty():
                met, due = standing.meets[rule.id], standing.due[rule.id]
                if not met.any():
                    yield self._problem("never_nobody", rule)
                elif not standing.eligible[rule.id].any():
                    yield self._problem("never_deferred", rule, count=int(met.sum()))
                elif lost := int((due & standing.candidate & ~meaning.placed).sum()):
                    yield self._problem("never_placed", rule, Severity.WARNING, count=lost)
            case Phase():
                if rule.duty in standing.due and (standing.due[rule.duty] == standing.eligible[rule.duty]).all():
                    yield self._problem("never_phased", rule)
            case Defer():
                if not standing.deferred[rule.id].any():
                    yield self._problem("never_nobody", rule)
            case Bar():
                barred = standing.barred[rule.id]
                others = [*standing.meets.values(), *standing.volunteer.values(), np.zeros(len(barred), bool)]
                if not barred.any():
                    yield self._problem("never_nobody", rule)
                elif not (barred & np.logical_or.reduce(others)).any():
                    yield self._problem("never_idle", rule)
            case Volunteer():
                brought = standing.volunteer[rule.id]
                if not brought.any():
                    yield self._problem("never_nobody", rule)
                elif not (brought & standing.candidate & ~meaning.any_eligible).any():
                    yield self._problem("never_idle", rule)
            case Pins():
                if not len(meaning.scenario.district.pins):
                    yield self._problem("never_nobody", rule)
            case Departments():
                if not (select.people(rule.who) & standing.candidate).any():
                    yield self._problem("never_nobody", rule)
            case RouteRule():
                if rule.force == "must" and rule.id not in shuts:
                    yield self._problem("never_shuts", rule)
            case Qualification():
                if not self._qualification_shuts():
                    yield self._problem("never_shuts", rule)
            case Modes():
                for case in rule.cases:
                    if not meaning.by_way.get(case.id):
                        yield self._problem("never_way", rule, way=case.id)
            case _ if rule.id in meaning.rows and not meaning.rows[rule.id][1]:
                if not (isinstance(rule, Kin) and rule.id in shuts):
                    yield self._problem("never_broken", rule)

    def _shuts(self) -> frozenset[str]:
        """Rules that shut a place, which would be a change, to somebody who may move."""
        ground = self.meaning.model.ground
        found: set[str] = set()
        changes = ~ground.openings._at_home(ground.people)
        for rule, closed in ground.openings.shut(ground.people):
            if (closed & changes).any():
                found.add(rule)
        return frozenset(found)

    def _qualification_shuts(self) -> bool:
        """Whether somebody has a place, open to them otherwise, where what they teach is not taught."""
        ground = self.meaning.model.ground
        seats = ground.openings.seats(ground.people, ground.opened)
        taught = np.zeros(ground.opened.shape, bool)
        taught[seats.person, seats.destination] = True
        return bool((ground.opened & ~taught).any())

    # ---- writing -------------------------------------------------------------------------------------------------

    def _note(self, code: str, place: tuple[int | str, ...], value: str) -> Problem:
        row = self._source.line(place)
        return Problem(Severity.NOTE, code, self._source.path.name, row, ".".join(map(str, place)), value)

    def _problem(self, code: str, rule: Rule, severity: Severity = Severity.NOTE, **values: Any) -> Problem:
        place = self._place[rule.id]
        values["name"] = label(rule)
        row = self._source.line(place)
        return Problem(severity, code, self._source.path.name, row, ".".join(map(str, place)), rule.id, values)
