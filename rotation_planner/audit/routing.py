"""Routes asked of one person and one destination at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import asin, cos, radians, sin, sqrt
from typing import Any

from rotation_planner.audit.books import Ask, AskMove, Books, Destination, contract_order, entries
from rotation_planner.audit.calendar import months_later
from rotation_planner.audit.comparing import check_of
from rotation_planner.policy import routes
from rotation_planner.policy.selectors import Selector

EARTH_RADIUS = 6371.0088  # km
AskPerson = Callable[[Selector | None], Ask]


class Routing:
    """The routes of one policy; ``person`` answers the selectors in them."""

    def __init__(self, books: Books, person: AskPerson) -> None:
        self.books = books
        self._person = person

    def route(self, route: routes.Route | None) -> AskMove:
        """Whether the way of a person to a destination passes the route (every way where there is none)."""
        at = self.books.at
        match route:
            case None:
                return lambda person, to: True
            case routes.AllRoutes():
                asked = [self.route(each) for each in route.all]
                return lambda person, to: all(ask(person, to) for ask in asked)
            case routes.AnyRoute():
                asked = [self.route(each) for each in route.any]
                return lambda person, to: any(ask(person, to) for ask in asked)
            case routes.NoRoute():
                inner = self.route(route.not_)
                return lambda person, to: not inner(person, to)
            case routes.FromField():
                check = check_of(route, contract_order("schools", route.from_))
                column = self.books.of_school(route.from_)
                return lambda person, to: check(column[at[person]])
            case routes.ToField():
                check, column = check_of(route, contract_order("schools", route.to)), self.books.of_school(route.to)
                return lambda person, to: check(column[to.school])
            case routes.ToDepartment():
                check = check_of(route)
                return lambda person, to: check(to.department)
            case routes.Same():
                return self._same(route)
            case routes.Inside():
                return lambda person, to: (to.school == at[person]) is route.inside
            case routes.Way():
                return lambda person, to: to.way in route.way
            case routes.Traveller():
                who = self._person(route.person)
                return lambda person, to: who(person)
            case routes.Partners():
                return self._partners(route)
            case routes.Fits():
                return self._fits(route)
            case routes.Been():
                return self._been(route)
            case routes.Nearer():
                return self._nearer(route)
        return self._far(route)

    def _same(self, route: routes.Same) -> AskMove:
        at = self.books.at
        if route.same == "department":
            held = self.books.of_person("department")
            return lambda person, to: to.department is not None and held[person] == to.department
        column = self.books.of_school(route.same)
        return lambda person, to: column[to.school] is not None and column[at[person]] == column[to.school]

    def _partners(self, route: routes.Partners) -> AskMove:
        at, ids = self.books.at, self.books.school_id
        named = [set(entries(each)) for each in self.books.of_school(route.partners)]

        def ask(person: int, to: Destination) -> bool:
            left, entered = at[person], to.school
            return ids[entered] in named[left] or ids[left] in named[entered]

        return ask

    def _fits(self, route: routes.Fits) -> AskMove:
        offered = self.books.of_person(route.fits)
        if route.needs == "department":
            return lambda person, to: to.department in entries(offered[person])
        needed = [set(entries(each)) for each in self.books.of_school(route.needs)]
        return lambda person, to: not needed[to.school].isdisjoint(entries(offered[person]))

    def _been(self, route: routes.Been) -> AskMove:
        as_of, ids = self.books.as_of, self.books.school_id
        since = None if route.within_years is None else months_later(as_of, -12 * route.within_years)

        def ask(person: int, to: Destination) -> bool:
            return any(
                row["school_id"] == ids[to.school]
                and (row["start"] is None or row["start"] <= as_of)
                and (since is None or row["end"] is None or row["end"] >= since)
                for row in self.books.history.get(person, ())
            )

        return ask

    # ---- distances -----------------------------------------------------------------------------------------------

    def _far(self, route: Any) -> AskMove:
        """The routes that compare one distance."""
        at = self.books.at
        check = check_of(route)
        match route:
            case routes.Kilometres():
                return lambda person, to: check(self.kilometres(at[person], to.school))
            case routes.HomeKilometres():
                return lambda person, to: check(self.home_kilometres(person, to.school))
            case routes.KinKilometres():
                kinships = route.kin_km
                return lambda person, to: check(self.kin_kilometres(person, to.school, kinships))
        raise TypeError(route)

    def _nearer(self, route: routes.Nearer) -> AskMove:
        at = self.books.at

        def far(person: int, school: int) -> float | None:
            if route.nearer == "home":
                return self.home_kilometres(person, school)
            return self.kin_kilometres(person, school, route.kinships)

        def ask(person: int, to: Destination) -> bool:
            before, after = far(person, at[person]), far(person, to.school)
            return before is not None and after is not None and after < before

        return ask

    def kilometres(self, left: int, entered: int) -> float | None:
        """The distance between two schools; ``None`` where it is not known."""
        km = float(self.books.district.km[left, entered])
        return None if km != km else km

    def home_kilometres(self, person: int, school: int) -> float | None:
        """The great-circle distance from a person's home to a school; ``None`` where one of the places is unknown."""
        of_person, of_school = self.books.of_person, self.books.of_school
        home = of_person("home_latitude")[person], of_person("home_longitude")[person]
        place = of_school("latitude")[school], of_school("longitude")[school]
        if None in home or None in place:
            return None
        (north, east), (to_north, to_east) = ((radians(each[0]), radians(each[1])) for each in (home, place))
        half = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
        return 2 * EARTH_RADIUS * asin(sqrt(min(half, 1.0)))

    def kin_kilometres(self, person: int, school: int, kinships: Iterable[str]) -> float | None:
        """The distance from a school to the nearest present school of a relative; ``None`` where none is known."""
        at = self.books.at
        kin = [other for other, kinship in self.books.kin.get(person, ()) if kinship in kinships]
        known = [km for other in kin if (km := self.kilometres(school, at[other])) is not None]
        return min(known, default=None)
