"""Asks the policy's selectors and routes of one person, one school or one move at a time.

A selector becomes a plain yes-or-no function of a person's (or school's) position; nothing is worked out before it is
asked, and nothing about a duty, a population or a score is worked out twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from rotation_planner.audit.books import Ask, AskMove, Books, contract_order
from rotation_planner.audit.comparing import check_of
from rotation_planner.audit.groups import Beside, Ranked
from rotation_planner.audit.ranking import Ranking
from rotation_planner.audit.routing import Routing
from rotation_planner.audit.scoring import Scoring
from rotation_planner.audit.service import age_on, left_to_retirement, length_of_stay, on_a_stint, past_service
from rotation_planner.audit.tables import applied, appraised, exempt
from rotation_planner.policy import routes, selectors
from rotation_planner.policy.kinds import Rule
from rotation_planner.policy.kinds.keys import OrderKey
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.scores import SCORE_PREFIX

AskDuty = Callable[[str, str, tuple[str, ...]], Ask]  # form (meets, eligible, due), duty, but_for


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

    def __init__(self, books: Books, policy: Policy, duties: AskDuty, draw: int | None = None) -> None:
        self.books = books
        self.policy = policy
        self.draw = draw
        self.routing = Routing(books, self.person)
        self._duties = duties
        self._populations: dict[str, Ask] = {}
        self._of_others: dict[int, tuple[selectors.Selector, Ask]] = {}
        for name in policy.scores:
            books.add_to_people(SCORE_PREFIX + name, self._score_when_asked(name))

    def _score_when_asked(self, name: str) -> Callable[[int], Fraction]:
        """The points of a person; the table is read when they are first asked for, as it may speak of duties."""
        read: list[Callable[[int], Fraction]] = []

        def points(person: int) -> Fraction:
            if not read:
                read.append(Scoring(self.books, self.person, self.school).score(self.policy.scores[name]))
            return read[0](person)

        return points

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
                return applied(self.books, selector)
            case selectors.OnExemption():
                return exempt(self.books, selector)
            case selectors.OnAppraisals():
                return appraised(self.books, selector)
            case selectors.OnServing():
                return on_a_stint(self.books, selector.serving)
            case selectors.OnBeside() | selectors.OnRanked():
                return self._of_other_people(selector)
        return self._of_service(selector)

    def _of_service(self, selector: selectors.Selector) -> Ask:
        """The selectors that compare a number of years, months, schools or times."""
        amount: Callable[[int], float | None]
        match selector:
            case selectors.OnStay():
                amount = length_of_stay(self.books, selector.stay)
            case selectors.OnAge():
                amount = age_on(self.books, selector.age)
            case selectors.OnRetirement():
                amount = left_to_retirement(self.books, selector)
            case selectors.OnHistory():
                at = None if selector.at is None else self.school(selector.at)
                amount = past_service(self.books, selector, at)
            case _:
                raise TypeError(selector)
        check = check_of(selector)
        return lambda person: check(amount(person))

    def _of_other_people(self, selector: selectors.OnBeside | selectors.OnRanked) -> Ask:
        """The selectors that look at everybody; each is worked out once, however often it is asked for."""
        if id(selector) not in self._of_others:
            if isinstance(selector, selectors.OnBeside):
                ask: Ask = Beside(self.books, selector.within, self.person(selector.beside))
            else:
                ask = Ranked(self.books, selector, self.person(selector.among))
            self._of_others[id(selector)] = selector, ask
        return self._of_others[id(selector)][1]

    def score(self, name: str) -> Callable[[int], Fraction]:
        """The points of a person by one of the policy's scores."""
        return self.books.of_person(SCORE_PREFIX + name).__getitem__

    def ranking(self, keys: Sequence[OrderKey]) -> Ranking:
        """The sorting key of people by a chain of keys; the last tie is broken by staff_id or the draw."""
        return Ranking(self.books, keys, self.person, self.draw)

    def excepted(self, rule: Rule) -> Ask:
        """Whether a rule does not speak of a person by a logged exception: named, or of a school that is."""
        named = {self.books.person_of.get(each) for entry in rule.exceptions for each in entry.staff}
        schools = self.excepted_schools(rule)
        at = self.books.at
        if not rule.exceptions:
            return lambda person: False
        return lambda person: person in named or schools(at[person])

    def excepted_schools(self, rule: Rule) -> Ask:
        """Whether a rule leaves a school out by a logged exception."""
        named = {self.books.school_of.get(each) for entry in rule.exceptions for each in entry.schools}
        return lambda school: school in named

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
        """Whether the way of a person to a destination passes the route (every way where there is none)."""
        return self.routing.route(route)

    def kilometres(self, left: int, entered: int) -> float | None:
        """The distance between two schools; ``None`` where it is not known."""
        return self.routing.kilometres(left, entered)


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


__all__ = ["Ask", "AskDuty", "AskMove", "Asking", "every", "remembered", "some"]
