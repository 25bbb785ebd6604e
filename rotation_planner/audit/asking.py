"""Asks the policy's selectors and routes of one person, one school or one move at a time.

A selector becomes a plain yes-or-no function of a person's (or school's) position; nothing is worked out before it is
asked, and nothing about a duty or a population is worked out twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rotation_planner.audit.books import Books, Destination, Row, contract_order
from rotation_planner.audit.calendar import (
    ONE_DAY,
    days_covered,
    full_months,
    months_later,
    retires_on,
    served_months,
)
from rotation_planner.audit.comparing import check_of
from rotation_planner.policy import routes, selectors
from rotation_planner.policy.policy import Policy

Ask = Callable[[int], bool]
AskMove = Callable[[int, Destination], bool]  # the person goes from the present school and department to there
AskDuty = Callable[[str, str, tuple[str, ...]], Ask]  # form (meets, eligible, due), duty, but_for
UNITS = {"years": 12, "half_years": 6}


def remembered(ask: Ask, size: int) -> Ask:
    """The same question, each answer worked out once."""
    answers: list[bool | None] = [None] * size

    def again(number: int) -> bool:
        answer = answers[number]
        if answer is None:
            answer = answers[number] = ask(number)
        return answer

    return again


class Asking:
    """The questions of one policy about one district; ``duties`` answers the forms that speak of duties."""

    def __init__(self, books: Books, policy: Policy, duties: AskDuty) -> None:
        self.books = books
        self.policy = policy
        self._duties = duties
        self._populations: dict[str, Ask] = {}

    # ---- people --------------------------------------------------------------------------------------------------

    def person(self, selector: selectors.Selector | None) -> Ask:
        """Whether a person passes the selector (everybody where there is none)."""
        match selector:
            case None | selectors.Everyone():
                return lambda person: True
            case selectors.InPopulation():
                name = selector.population
                if name not in self._populations:
                    whole = self.person(self.policy.populations[name].who)
                    self._populations[name] = remembered(whole, len(self.books.people))
                return self._populations[name]
            case selectors.AllOf():
                return every([self.person(each) for each in selector.all])
            case selectors.AnyOf():
                return some([self.person(each) for each in selector.any])
            case selectors.NotThese():
                inner = self.person(selector.not_)
                return lambda person: not inner(person)
            case selectors.OnField():
                check = check_of(selector, contract_order("staff", selector.field))
                column = self.books.of_person(selector.field)
                return lambda person: check(column[person])
            case selectors.OnDuty():
                return self._duties("meets", selector.meets, selector.but_for)
            case selectors.OnEligible():
                return some([self._duties("eligible", duty, ()) for duty in selector.eligible])
            case selectors.OnDue():
                return some([self._duties("due", duty, ()) for duty in selector.due])
            case selectors.OnPin():
                return lambda person: self.books.pinned(person, *selector.pinned)
            case selectors.OnKin():
                return lambda person: (person in self.books.kin) is selector.relatives
            case selectors.OnApplication():
                return lambda person: self._applied(person, selector.reasons) is selector.applied
            case selectors.OnExemption():
                rows = self.books.exemptions
                return lambda person: any(self.in_force(row, selector) for row in rows.get(person, ()))
            case selectors.OnAppraisals():
                return lambda person: self._appraised(person, selector)
            case selectors.OnStay():
                check = check_of(selector)
                return lambda person: check(self.stay(person, selector.stay))
            case selectors.OnRetirement():
                check = check_of(selector)
                return lambda person: check(self.years_to_retirement(person, selector))
            case selectors.OnHistory():
                check = check_of(selector)
                return lambda person: check(self.past_service(person, selector))
        raise TypeError(selector)

    def _applied(self, person: int, reasons: tuple[str, ...] | None) -> bool:
        rows = self.books.applications.get(person, ())
        return any(reasons is None or row["reason"] in reasons for row in rows)

    def in_force(self, row: Row, selector: selectors.OnExemption) -> bool:
        """Whether an exemption is of these kinds, in force on the plan's day, proven and within its limit."""
        as_of, start, end = self.books.as_of, row["start"], row["end"]
        if row["kind"] not in selector.exemption or (selector.proof and row["evidence"] is None):
            return False
        if (start is not None and start > as_of) or (end is not None and end < as_of):
            return False
        if selector.limit_years is None:
            return True
        # The limit is a term like any other: from 2024-09-01, three years end with 2027-08-31.
        return start is not None and as_of < months_later(start, 12 * selector.limit_years)

    def stay(self, person: int, measure: selectors.Stay) -> int | None:
        """Completed units of a stay; ``None`` where its start is unknown."""
        books = self.books
        joined, since = books.of_person("joined_school")[person], books.of_person("position_since")[person]
        start = {
            "school": joined,
            "post": since,
            "post_here": None if joined is None or since is None else max(joined, since),
            "career": books.of_person("hired_on")[person],
            "backbone": books.of_person("backbone_since")[person],
        }[measure.in_]
        if start is None:
            return None
        if measure.without:
            spans = []
            for row in books.history.get(person, ()):
                if row["kind"] in measure.without and row["start"] is not None:
                    last = books.as_of if row["end"] is None else min(row["end"], books.as_of)
                    spans.append((max(row["start"], start), last))
            start = start + ONE_DAY * days_covered([span for span in spans if span[0] <= span[1]])
        months = served_months(start, books.as_of)
        return None if months is None else months // UNITS.get(measure.unit, 12 * measure.term_years)

    def years_to_retirement(self, person: int, selector: selectors.OnRetirement) -> int | None:
        """Completed years left to retirement; 0 once it is past."""
        books = self.books
        former = 50 if books.of_person("position")[person] in selector.women_from_fifty else 55
        born, sex = books.of_person("birth_date")[person], books.of_person("sex")[person]
        last = retires_on(born, sex, former, selector.retirement == "statutory")
        return None if last is None else full_months(books.as_of, last) // 12

    def past_service(self, person: int, selector: selectors.OnHistory) -> int:
        """Completed years, or number of schools, of matching past service."""
        books, as_of, here = self.books, self.books.as_of, self.books.at[person]
        rows: list[Row] = []
        for row in books.history.get(person, ()):
            reaches_today = row["end"] is None or row["end"] >= as_of
            if not (selector.present and reaches_today and row["school_id"] == books.school_id[here]):
                rows.append({**row, "end": as_of if reaches_today else row["end"]})
        if selector.present:
            place = {key: books.of_school(key)[here] for key in ("school_id", "location", "tier")}
            rows.append({**place, "kind": "post", "start": books.of_person("joined_school")[person], "end": as_of})
        months: dict[Any, int] = {}
        for number, row in enumerate(rows):
            if (
                (selector.kinds is None or row["kind"] in selector.kinds)
                and (selector.locations is None or row["location"] in selector.locations)
                and (selector.tiers is None or row["tier"] in selector.tiers)
            ):
                school = number if row["school_id"] is None else row["school_id"]
                months[school] = months.get(school, 0) + (served_months(row["start"], row["end"]) or 0)
        if selector.history == "years":
            return sum(months.values()) // 12
        return sum(served >= 12 * selector.years_each for served in months.values())

    def _appraised(self, person: int, selector: selectors.OnAppraisals) -> bool:
        years = self.books.appraisal_years[-selector.last :]
        results: dict[int, list[Any]] = {year: [] for year in years}
        for row in self.books.appraisals.get(person, ()):
            if row["year"] in results:
                results[int(row["year"])].append(row[selector.appraisals])
        if selector.any_in is not None:
            return any(each in selector.any_in for found in results.values() for each in found)
        wanted = selector.all_in or ()
        whole = len(years) == selector.last
        return whole and all(found and all(each in wanted for each in found) for found in results.values())

    # ---- schools and routes --------------------------------------------------------------------------------------

    def school(self, selector: selectors.Selector | None) -> Ask:
        """Whether a school passes the selector (every school where there is none)."""
        match selector:
            case None | selectors.Everyone():
                return lambda school: True
            case selectors.AllOf():
                return every([self.school(each) for each in selector.all])
            case selectors.AnyOf():
                return some([self.school(each) for each in selector.any])
            case selectors.NotThese():
                inner = self.school(selector.not_)
                return lambda school: not inner(school)
            case selectors.OnField():
                check = check_of(selector, contract_order("schools", selector.field))
                column = self.books.of_school(selector.field)
                return lambda school: check(column[school])
        raise TypeError(selector)

    def route(self, route: routes.Route | None) -> AskMove:
        """Whether the way of a person into a school passes the route (every way where there is none)."""
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
            case routes.Same():
                column = self.books.of_school(route.same)
                return lambda person, to: column[to.school] is not None and column[at[person]] == column[to.school]
            case routes.Kilometres():
                check = check_of(route)
                return lambda person, to: check(self.kilometres(at[person], to.school))
            case routes.Traveller():
                who = self.person(route.person)
                return lambda person, to: who(person)
        raise TypeError(route)

    def kilometres(self, left: int, entered: int) -> float | None:
        """The distance between two schools; ``None`` where it is not known."""
        km = float(self.books.district.km[left, entered])
        return None if km != km else km


def every(asked: Sequence[Ask]) -> Ask:
    """Yes to all of them, asked in order."""

    def ask(number: int) -> bool:
        for each in asked:  # noqa: SIM110  a plain loop is twice as fast here, and this runs for every person
            if not each(number):
                return False
        return True

    return ask


def some(asked: Sequence[Ask]) -> Ask:
    """Yes to at least one of them, asked in order."""

    def ask(number: int) -> bool:
        for each in asked:  # noqa: SIM110  see above
            if each(number):
                return True
        return False

    return ask
