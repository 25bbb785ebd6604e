"""Selectors and routes applied to a district: boolean arrays over people, over schools, and over both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.eligibility.facts import Array, Facts
from rotation_planner.policy import routes, selectors
from rotation_planner.policy.policy import Policy

Resolver = Callable[[str, str, tuple[str, ...]], Array]


def compared(values: Array, test: selectors.Compared, order: tuple[str, ...] | None) -> Array:
    """Where the comparison holds; a blank value passes none but ``blank: true``."""
    blank = _blank(values)
    passed = np.ones(len(values), bool)
    if test.blank is not None:
        passed &= blank == test.blank
    if test.is_ is not None:
        passed &= ~blank & _equal(values, test.is_)
    if test.in_ is not None:
        passed &= ~blank & np.logical_or.reduce([_equal(values, each) for each in test.in_])
    if test.not_in is not None:
        passed &= ~blank & ~np.logical_or.reduce([_equal(values, each) for each in test.not_in])
    if test.contains is not None:
        wanted = str(test.contains)
        passed &= np.fromiter((wanted in str(each).split(";") for each in values), bool, len(values))
    limits = (
        (test.at_least, np.greater_equal),
        (test.at_most, np.less_equal),
        (test.more_than, np.greater),
        (test.less_than, np.less),
    )
    for limit, operator in limits:
        if limit is not None:
            left, right = _ordered(values, limit, order)
            with np.errstate(invalid="ignore"):
                passed &= ~blank & np.asarray(operator(left, right), bool)
    return passed


def _blank(values: Array) -> Array:
    if values.dtype.kind == "M":
        return np.isnat(values)
    if values.dtype.kind == "f":
        return np.isnan(values)
    if values.dtype.kind == "O":
        return np.asarray(values == "", bool)
    return np.zeros(len(values), bool)


def _equal(values: Array, wanted: Any) -> Array:
    if values.dtype.kind == "M":
        return np.asarray(values == np.datetime64(wanted, "D"))
    if values.dtype.kind == "O":
        return np.asarray(values == str(wanted), bool)
    return np.asarray(values == wanted, bool)


def _ordered(values: Array, limit: Any, order: tuple[str, ...] | None) -> tuple[Array, Any]:
    """Both sides of an order comparison in one type: days, ranks of listed values, or numbers."""
    if values.dtype.kind == "M":
        return values, np.datetime64(limit, "D")
    if isinstance(limit, dt.date):
        return pd.to_datetime(pd.Series(values), errors="coerce").to_numpy("datetime64[D]"), np.datetime64(limit, "D")
    if values.dtype.kind == "O":
        if order is not None and str(limit) in order:
            rank = {value: number for number, value in enumerate(order)}
            return np.array([rank.get(value, np.nan) for value in values], float), rank[str(limit)]
        return pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(float), float(limit)
    return values, float(limit)


class Selecting:
    """Evaluates the selectors of one policy on one district; populations are evaluated once.

    ``resolve(form, ...)`` answers the forms that speak of duties (``meets``, ``eligible``, ``due``).
    """

    def __init__(self, facts: Facts, policy: Policy, resolve: Resolver) -> None:
        self.facts = facts
        self.policy = policy
        self._resolve = resolve
        self._populations: dict[str, Array] = {}

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
            case selectors.OnRetirement():
                return compared(facts.years_to_retirement(selector), selector, None)
            case selectors.OnExemption():
                return facts.exempt(selector)
            case selectors.OnHistory():
                return compared(facts.history(selector), selector, None)
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
        raise TypeError(f"not a selector: {selector!r}")

    def _listed(self, table: pd.DataFrame) -> Array:
        return self.facts.district.staff["staff_id"].isin(table["staff_id"]).to_numpy(bool)

    def _applied(self, selector: selectors.OnApplication) -> Array:
        table = self.facts.district.applications
        if selector.reasons is not None:
            table = table[table["reason"].isin(selector.reasons)]
        return self._listed(table) == selector.applied

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

    def route(self, route: routes.Route, people: Array) -> Array:
        """Which routes pass: bool [len(people), schools], from the present school of each to every school."""
        facts = self.facts
        shape = (len(people), len(facts.district.schools))
        left = facts.school[people]
        match route:
            case routes.AllRoutes():
                return np.logical_and.reduce([self.route(each, people) for each in route.all])
            case routes.AnyRoute():
                return np.logical_or.reduce([self.route(each, people) for each in route.any])
            case routes.NoRoute():
                return ~self.route(route.not_, people)
            case routes.FromField():
                passed = compared(facts.of_schools(route.from_), route, facts.listed_order("school." + route.from_))
                return np.broadcast_to(passed[left][:, None], shape)
            case routes.ToField():
                passed = compared(facts.of_schools(route.to), route, facts.listed_order("school." + route.to))
                return np.broadcast_to(passed[None, :], shape)
            case routes.Same():
                column = facts.of_schools(route.same)
                codes = np.where(_blank(column), -1, pd.factorize(column)[0])
                return (codes[left][:, None] == codes[None, :]) & (codes[left] >= 0)[:, None]
            case routes.Kilometres():
                km = facts.district.km
                return compared(km.ravel(), route, None).reshape(km.shape)[left]
            case routes.Traveller():
                return np.broadcast_to(self.people(route.person)[people][:, None], shape)
        raise TypeError(f"not a route: {route!r}")
