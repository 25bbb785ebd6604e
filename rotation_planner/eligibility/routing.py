"""Routes applied to people and destinations, and the way in which each move is made."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from rotation_planner.data.dates import add_months
from rotation_planner.data.distance import great_circle
from rotation_planner.eligibility.arrays import Array, as_array, entries
from rotation_planner.eligibility.destinations import NO_WAY, Destinations, destinations_of
from rotation_planner.eligibility.selecting import Selecting, compared
from rotation_planner.policy import routes
from rotation_planner.policy.kinds import Modes
from rotation_planner.policy.policy import Policy


class Routing:
    """The routes of one policy on one district; every answer is a bool [len(people), destinations]."""

    def __init__(self, select: Selecting, policy: Policy) -> None:
        self.select = select
        self.policy = policy
        self.facts = select.facts
        self.destinations: Destinations = destinations_of(self.facts, policy)

    def route(self, route: routes.Route, people: Array) -> Array:
        """Which destinations each person (staff positions) reaches along the route."""
        match route:
            case routes.AllRoutes():
                return np.logical_and.reduce([self.route(each, people) for each in route.all])
            case routes.AnyRoute():
                return np.logical_or.reduce([self.route(each, people) for each in route.any])
            case routes.NoRoute():
                return ~self.route(route.not_, people)
            case routes.Traveller():
                return self._by_person(self.select.people(route.person)[people])
            case routes.FromField():
                order = self.facts.listed_order("school." + route.from_)
                passed = compared(self.facts.of_schools(route.from_), route, order)
                return self._by_person(passed[self.facts.school[people]])
            case routes.ToField():
                order = self.facts.listed_order("school." + route.to)
                return self._by_school(compared(self.facts.of_schools(route.to), route, order), people)
            case routes.ToDepartment():
                return self._by_destination(compared(self.destinations.department, route, None), people)
            case routes.Way():
                return self._way(route, people)
            case routes.Inside():
                inside = self.facts.school[people][:, None] == self.destinations.school[None, :]
                return inside == route.inside
            case routes.Same():
                return self._same(route.same, people)
            case routes.Fits():
                if route.needs == "department":
                    return self._fits(route.fits, self.destinations.department, people)
                return self._fits(route.fits, self.facts.of_schools(route.needs), people)[:, self.destinations.school]
        return self._between_schools(route, people)[:, self.destinations.school]

    def _between_schools(self, route: routes.Route, people: Array) -> Array:
        """Routes that depend on the school entered only: bool [len(people), schools]."""
        left = self.facts.school[people]
        match route:
            case routes.Kilometres():
                km = self.facts.district.km
                return compared(km.ravel(), route, None).reshape(km.shape)[left]
            case routes.HomeKilometres():
                return compared(self.home_km(people).ravel(), route, None).reshape(len(people), -1)
            case routes.KinKilometres():
                return compared(self._kin_km(people, route.kin_km).ravel(), route, None).reshape(len(people), -1)
            case routes.Nearer():
                km = self.home_km(people) if route.nearer == "home" else self._kin_km(people, route.kinships)
                with np.errstate(invalid="ignore"):
                    return km < km[np.arange(len(people)), left][:, None]
            case routes.Partners():
                return self._partners(route.partners)[left]
            case routes.Been():
                return self._been(route, people)
        raise TypeError(f"not a route: {route!r}")

    # ---- shapes --------------------------------------------------------------------------------------------------

    def _by_person(self, passed: Array) -> Array:
        return np.broadcast_to(passed[:, None], (len(passed), len(self.destinations)))

    def _by_school(self, passed: Array, people: Array) -> Array:
        return self._by_destination(passed[self.destinations.school], people)

    def _by_destination(self, passed: Array, people: Array) -> Array:
        return np.broadcast_to(passed[None, :], (len(people), len(self.destinations)))

    # ---- single forms --------------------------------------------------------------------------------------------

    def _same(self, column: str, people: Array) -> Array:
        if column == "department":
            left = self.facts.of_people("department")[people]
            return (left[:, None] == self.destinations.department[None, :]) & (left != "")[:, None]
        values = self.facts.of_schools(column)
        told = np.array([None if each != each or each == "" else each for each in values.tolist()], dtype=object)
        number = {each: code for code, each in enumerate(dict.fromkeys(told.tolist()))}
        codes = np.array([-1 if each is None else number[each] for each in told], dtype=np.int64)
        left = codes[self.facts.school[people]]
        return ((left[:, None] == codes[None, :]) & (left >= 0)[:, None])[:, self.destinations.school]

    def home_km(self, people: Array) -> Array:
        """Great-circle kilometres from each home to each school, NaN where unknown: [len(people), schools]."""
        home = [self.facts.of_people(name)[people] for name in ("home_latitude", "home_longitude")]
        return great_circle(*home, *(self.facts.of_schools(name) for name in ("latitude", "longitude")))

    def _kin_km(self, people: Array, kinships: tuple[str, ...]) -> Array:
        """Kilometres from every school to the nearest present school of such a relative: [len(people), schools]."""
        km, find = self.facts.district.km, self.facts.district.staff_pos
        table = self.facts.district.relatives
        table = table[table["kinship"].isin(kinships)]
        place = {int(person): row for row, person in enumerate(people)}
        nearest = np.full((len(people), len(km)), np.nan)
        for one, other in zip(table["staff_id"].map(find), table["relative_id"].map(find), strict=True):
            for person, relative in ((one, other), (other, one)):
                row = place.get(int(person))
                if row is not None:
                    nearest[row] = np.fmin(nearest[row], km[:, self.facts.school[int(relative)]])
        return nearest

    def _partners(self, column: str) -> Array:
        ids = self.facts.of_schools("school_id").tolist()
        number = self.facts.district.school_pos
        linked = np.zeros((len(ids), len(ids)), bool)
        for school, listed in enumerate(self.facts.of_schools(column).tolist()):
            for each in entries(listed):
                other = number.get(each)
                if other is not None:
                    linked[school, other] = linked[other, school] = True
        return linked

    def _been(self, route: routes.Been, people: Array) -> Array:
        table, district = self.facts.district.history, self.facts.district
        start, end = as_array(table["start"]), as_array(table["end"])
        kept = (np.isnat(start) | (start <= self.facts.as_of)) & table["school_id"].isin(district.school_pos).to_numpy()
        if route.within_years is not None:
            first = np.datetime64(add_months(district.as_of, -12 * route.within_years), "D")
            kept &= np.isnat(end) | (end >= first)
        place = np.full(self.facts.people, -1, dtype=np.int64)
        place[people] = np.arange(len(people))
        rows = place[table["staff_id"].map(district.staff_pos).to_numpy(np.int64)]
        schools = table["school_id"].map(district.school_pos).fillna(-1).to_numpy(np.int64)
        been = np.zeros((len(people), len(district.schools)), bool)
        kept &= rows >= 0
        been[rows[kept], schools[kept]] = True
        return been

    def _fits(self, column: str, needs: Array, people: Array) -> Array:
        """Whether the person's list and each entry of ``needs`` share something: [len(people), len(needs)]."""
        wanted = [set(entries(each)) for each in needs.tolist()]
        owned = self.facts.of_people(column)[people].tolist()
        told = {text: [not each.isdisjoint(entries(text)) for each in wanted] for text in set(owned)}
        return np.array([told[text] for text in owned], bool).reshape(len(people), len(wanted))

    # ---- ways ----------------------------------------------------------------------------------------------------

    @cached_property
    def modes(self) -> Modes | None:
        """The rule that gives moves their ways, where there is one."""
        return next(iter(self.policy.of(Modes)), None)

    def ways(self, people: Array) -> Array:
        """The case of the ``modes`` rule in which each person reaches each destination; ``NO_WAY`` where none holds."""
        shape = (len(people), len(self.destinations))
        found = np.full(shape, NO_WAY, dtype=np.int64)
        if self.modes is None:
            return found
        for number, case in enumerate(self.modes.cases):
            free = found == NO_WAY
            if self.modes.choice == "any":
                free &= (self.destinations.way == number)[None, :]
            if case.when is not None:
                free = free & self.route(case.when, people)
            found[free] = number
        return found

    def reached(self, people: Array, schools: Array, departments: list[str], modes: list[str]) -> Array:
        """The destinations of moves as a plan's rows tell them (positions of person and school, department and mode):
        -1 where a row leads nowhere. A row without a mode takes the first way that holds."""
        cases = self.modes.cases if self.modes is not None and self.modes.choice == "any" else ()
        number = {case.mode: each for each, case in enumerate(cases)}
        found = np.full(len(people), -1, dtype=np.int64)
        for row, (person, school) in enumerate(zip(people.tolist(), schools.tolist(), strict=True)):
            way = number.get(modes[row], NO_WAY)
            if cases and way == NO_WAY:
                way = self._first_way(person, school, departments[row], len(cases))
            for department in (departments[row], ""):
                place = self.destinations.find(school, department, way)
                if place is not None:
                    found[row] = place
                    break
        return found

    def _first_way(self, person: int, school: int, department: str, cases: int) -> int:
        holding = self.ways(np.array([person]))[0]
        for way in range(cases):
            place = self.destinations.find(school, department, way)
            if place is not None and holding[place] == way:
                return way
        return NO_WAY

    def _way(self, route: routes.Way, people: Array) -> Array:
        if self.modes is None:
            return np.zeros((len(people), len(self.destinations)), bool)
        named = [number for number, case in enumerate(self.modes.cases) if case.id in route.way]
        return np.isin(self.destinations.way, named)[None, :] & np.ones((len(people), 1), bool)
