"""Selectors applied to a district: boolean arrays over people and over schools."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from rotation_planner.eligibility.arrays import Array, blank_of, codes_of, compared, numbers_of
from rotation_planner.eligibility.facts import PREFIX, Facts
from rotation_planner.eligibility.ordering import placed
from rotation_planner.eligibility.scoring import Scoring
from rotation_planner.policy import selectors
from rotation_planner.policy.kinds import Rule
from rotation_planner.policy.policy import Policy

__all__ = ["Resolver", "Selecting", "compared"]
Resolver = Callable[[str, str, tuple[str, ...]], Array]


class Selecting:
    """Evaluates the selectors of one policy on one district; populations are evaluated once.

    ``resolve(form, ...)`` answers the forms that speak of duties (``meets``, ``eligible``, ``due``).
    """

    def __init__(self, facts: Facts, policy: Policy, resolve: Resolver) -> None:
        self.facts = facts
        self.policy = policy
        self._resolve = resolve
        self._populations: dict[str, Array] = {}
        self.scoring = Scoring(self)
        facts.points = self.scoring.points

    def people(self, selector: selectors.Selector) -> Array:
        """Who passes a selector on people."""
        facts = self.facts
        match selector:
            case selectors.Everyone():
                return np.ones(facts.people, bool)
            case selectors.InPopulation():
                if selector.population not in self._populations:
                    self._populations[selector.population] = self.people(
                        self.policy.populations[selector.population].who
                    )
                return self._populations[selector.population]
            case selectors.AllOf():
                return np.logical_and.reduce([self.people(each) for each in selector.all])
            case selectors.AnyOf():
                return np.logical_or.reduce([self.people(each) for each in selector.any])
            case selectors.NotThese():
                return ~self.people(selector.not_)
            case selectors.OnField():
                return compared(facts.of_people(selector.field), selector, facts.listed_order(selector.field))
            case selectors.OnStay():
                return compared(facts.stay(selector.stay), selector, None)
            case selectors.OnAge():
                return compared(facts.age_on(selector.age), selector, None)
            case selectors.OnRetirement():
                return compared(facts.to_retirement(selector), selector, None)
            case selectors.OnExemption():
                return facts.exempt(selector)
            case selectors.OnHistory():
                at = None if selector.at is None else self.schools(selector.at)
                return compared(facts.history(selector, at), selector, None)
            case selectors.OnServing():
                return facts.serving(selector)
            case selectors.OnAppraisals():
                return facts.appraised(selector)
            case selectors.OnApplication():
                return self._applied(selector)
            case selectors.OnPin():
                pins = facts.district.pins
                return self._listed(pins[pins["verdict"].isin(selector.pinned)])
            case selectors.OnKin():
                return facts.kin_people == selector.relatives
            case selectors.OnDuty():
                return self._resolve("meets", selector.meets, selector.but_for)
            case selectors.OnEligible():
                return np.logical_or.reduce([self._resolve("eligible", each, ()) for each in selector.eligible])
            case selectors.OnDue():
                return np.logical_or.reduce([self._resolve("due", each, ()) for each in selector.due])
            case selectors.OnBeside():
                return self._beside(selector)
            case selectors.OnRanked():
                return self._ranked(selector)
        raise TypeError(f"not a selector: {selector!r}")

    def _listed(self, table: pd.DataFrame) -> Array:
        return self.facts.district.staff["staff_id"].isin(table["staff_id"]).to_numpy(bool)

    def _applied(self, selector: selectors.OnApplication) -> Array:
        table = self.facts.district.applications
        if selector.reasons is not None:
            table = table[table["reason"].isin(selector.reasons)]
        return self._listed(table) == selector.applied

    def _beside(self, selector: selectors.OnBeside) -> Array:
        columns = [self.facts.of_people(each) for each in selector.within]
        known = ~np.logical_or.reduce([blank_of(each) for each in columns])
        group = codes_of(*columns)
        passing = self.people(selector.beside) & known
        others = np.bincount(group, passing)[group] - passing
        return known & (others > 0)

    def _ranked(self, selector: selectors.OnRanked) -> Array:
        facts = self.facts
        if selector.ranked.startswith(PREFIX):
            numbers = numbers_of(facts.of_schools(selector.ranked.removeprefix(PREFIX)))
            columns = [facts.of_schools(each.removeprefix(PREFIX)) for each in selector.within]
            return placed(selector, numbers, np.ones(len(numbers), bool), columns)[facts.school]
        among = np.ones(facts.people, bool) if selector.among is None else self.people(selector.among)
        columns = [facts.of_people(each) for each in selector.within]
        return placed(selector, numbers_of(facts.of_people(selector.ranked)), among, columns)

    # ---- exceptions ----------------------------------------------------------------------------------------------

    def excepted(self, rule: Rule) -> Array:
        """Who is left out of a rule by its logged exceptions, people of excepted schools included: bool [people]."""
        named = [each for exception in rule.exceptions for each in exception.staff]
        own = (
            np.isin(self.facts.of_people("staff_id").astype(str), named) if named else np.zeros(self.facts.people, bool)
        )
        return own | self.excepted_schools(rule)[self.facts.school]

    def excepted_schools(self, rule: Rule) -> Array:
        """Which schools are left out of a rule by its logged exceptions: bool [schools]."""
        left_out = np.zeros(len(self.facts.district.schools), bool)
        find = self.facts.district.school_pos
        named = (each for exception in rule.exceptions for each in exception.schools)
        left_out[[find[each] for each in named if each in find]] = True
        return left_out

    # ---- schools ------------------------------------------------------------------------------------------------

    def schools(self, selector: selectors.Selector) -> Array:
        """Which schools pass a selector on schools."""
        match selector:
            case selectors.Everyone():
                return np.ones(len(self.facts.district.schools), bool)
            case selectors.AllOf():
                return np.logical_and.reduce([self.schools(each) for each in selector.all])
            case selectors.AnyOf():
                return np.logical_or.reduce([self.schools(each) for each in selector.any])
            case selectors.NotThese():
                return ~self.schools(selector.not_)
            case selectors.OnField():
                order = self.facts.listed_order("school." + selector.field)
                return compared(self.facts.of_schools(selector.field), selector, order)
        raise TypeError(f"not a selector on schools: {selector!r}")
