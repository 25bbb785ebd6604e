"""Who meets a must-go rule, who is eligible under it, and who is due this year, person by person."""

from __future__ import annotations

from collections import Counter, defaultdict

from rotation_planner.audit.asking import Ask, Asking, remembered
from rotation_planner.audit.books import Books
from rotation_planner.audit.service import age_on
from rotation_planner.policy.kinds import Bar, Defer, Duty, Phase, Pins, Rule, Volunteer
from rotation_planner.policy.policy import Policy


class Duties:
    """The must-go rules of a policy asked of the people of a district.

    ``draw``: the published number that orders people with equal dates; without it they stand by staff_id.
    """

    def __init__(self, books: Books, policy: Policy, draw: int | None) -> None:
        self.books = books
        self.policy = policy
        self.draw = draw
        self.asking = Asking(books, policy, self.ask, draw)
        self.rules = {rule.id: rule for rule in policy.of(Duty)}
        self.pins_hold = bool(policy.of(Pins))
        self._asked: dict[tuple[str, str, tuple[str, ...]], Ask] = {}
        self._called: dict[str, set[int]] = {}
        size = len(books.people)
        bars = [self._but_for_exceptions(rule, self.asking.person(rule.who)) for rule in policy.of(Bar)]
        volunteers = [self.asking.person(rule.who) for rule in policy.of(Volunteer)]
        self.in_scope = remembered(self.asking.person(policy.scope.who), size)
        self.barred = remembered(lambda person: any(bar(person) for bar in bars), size)
        self.volunteer = remembered(
            lambda person: any(who(person) for who in volunteers) and self.in_scope(person), size
        )

    def _but_for_exceptions(self, rule: Rule, ask: Ask) -> Ask:
        """The question of a rule, with a no for those whom a logged exception leaves out."""
        if not rule.exceptions:
            return ask
        excepted = self.asking.excepted(rule)
        return lambda person: ask(person) and not excepted(person)

    def ask(self, form: str, duty: str, but_for: tuple[str, ...] = ()) -> Ask:
        """``meets`` (but for some parts of the duty), ``eligible`` or ``due``; nobody where it is switched off."""
        key = (form, duty, but_for)
        if key not in self._asked:
            rule = self.rules.get(duty)
            if rule is None:
                self._asked[key] = lambda person: False
            elif form == "due":
                self._asked[key] = self._due(rule)
            else:
                whole = self._meets(rule, but_for) if form == "meets" else self._eligible(rule)
                self._asked[key] = remembered(whole, len(self.books.people))
        return self._asked[key]

    def _meets(self, rule: Duty, but_for: tuple[str, ...]) -> Ask:
        who = self.asking.person(rule.who)
        stay = self.asking.person(None if "stay" in but_for else rule.stay)
        unless = None if rule.unless is None or "unless" in but_for else self.asking.person(rule.unless)
        limits = {} if "ages" in but_for else {"M": rule.ages.M, "F": rule.ages.F}
        sex, age = self.books.of_person("sex"), age_on(self.books, rule.ages.on)

        def within_ages(person: int) -> bool:
            limit = limits.get(sex[person])
            if limit is None:
                return True
            years = age(person)
            return years is not None and years <= limit

        def ask(person: int) -> bool:
            if not (who(person) and within_ages(person) and stay(person)):
                return False
            return unless is None or not unless(person)

        return self._but_for_exceptions(rule, ask)

    def _eligible(self, rule: Duty) -> Ask:
        meets = self.ask("meets", rule.id)
        deferrals = [self.deferred(each) for each in self.policy.of(Defer) if not each.duties or rule.id in each.duties]
        return lambda person: (
            meets(person) and not any(defers(person) for defers in deferrals) and not self.barred(person)
        )

    def _due(self, rule: Duty) -> Ask:
        eligible = self.ask("eligible", rule.id)
        phase = self.phase_of(rule.id)
        if phase is None:
            return eligible

        def ask(person: int) -> bool:
            if rule.id not in self._called:
                self._called[rule.id] = {each for due in self.called(phase).values() for each in due}
            return person in self._called[rule.id]

        return ask

    def phase_of(self, duty: str) -> Phase | None:
        """The rule that phases a duty, if there is one."""
        return next((rule for rule in self.policy.of(Phase) if rule.duty == duty), None)

    def called(self, phase: Phase) -> dict[int, list[int]]:
        """The people due this year by school: all eligible, or the longest-serving part in a phased school."""
        eligible = self.eligible_by_school(phase)
        phased, order = self.phased_schools(phase), self.asking.ranking(phase.order)
        return {
            school: sorted(people, key=order)[: self._number(phase, school, len(people))]
            if school in phased
            else people
            for school, people in eligible.items()
        }

    def _number(self, phase: Phase, school: int, eligible: int) -> int:
        """How many of those eligible a phased school calls this year."""
        own = -(-eligible // self._years(phase, school))
        if phase.called is None:
            return own
        return min(max(own, phase.at_least(self.books.of_school(phase.called)[school])), eligible)

    def _years_left(self, phase: Phase, school: int) -> int | None:
        """The years that a school which has begun to be phased still has, this one with them."""
        if phase.begun is None:
            return None
        return phase.years_left(self.books.of_school(phase.begun)[school], self.books.as_of.year)

    def _years(self, phase: Phase, school: int) -> int:
        """Over how many years, this one with them, those eligible today are spread."""
        return self._years_left(phase, school) or phase.years

    def eligible_by_school(self, phase: Phase) -> dict[int, list[int]]:
        """The people eligible under the phased duty by present school."""
        eligible = self.ask("eligible", phase.duty)
        found: dict[int, list[int]] = defaultdict(list)
        for person in self.books.people:
            if eligible(person):
                found[self.books.at[person]].append(person)
        return found

    def phased_schools(self, phase: Phase) -> set[int]:
        """The schools in which many are eligible, more than the share ``many`` of those in ``over``, or that have begun
        to be phased in an earlier year and are not done."""
        over = self.asking.person(phase.over)
        size = Counter(self.books.at[person] for person in self.books.people if over(person))
        eligible = self.eligible_by_school(phase)
        return {
            school
            for school, people in eligible.items()
            if len(people) > phase.many * size[school] or self._years_left(phase, school) is not None
        }

    def deferred(self, rule: Defer) -> Ask:
        """Whom a deferral speaks of."""
        return self._but_for_exceptions(rule, self.asking.person(rule.when))

    # ---- what stands in the way of a move ------------------------------------------------------------------------

    def sent(self, person: int) -> bool:
        """Whether the bureau has fixed that the person moves, and the policy has its pins hold."""
        return self.pins_hold and self.books.pinned(person, "move", "to")

    def any_of(self, form: str, duties: tuple[str, ...] = ()) -> Ask:
        """Under at least one of these duties (all when empty)."""
        asked = [self.ask(form, duty) for duty in (duties or tuple(self.rules))]
        return lambda person: any(ask(person) for ask in asked)

    def shielded(self, rule: Defer) -> Ask:
        """Whom a deferral keeps from moving.

        Not those whom a pin sends, whose own application counts, or who are eligible under another duty.
        """
        when, eligible = self.deferred(rule), self.any_of("eligible")

        def ask(person: int) -> bool:
            if not when(person) or self.sent(person):
                return False
            if rule.if_applied and person in self.books.applications:
                return False
            return not eligible(person)

        return ask

    def may_move(self) -> Ask:
        """Whoever may move at all: eligible, volunteer or pinned, and neither deferred, barred nor pinned to stay."""
        shields = [self.shielded(rule) for rule in self.policy.of(Defer)]
        eligible = self.any_of("eligible")

        def ask(person: int) -> bool:
            if self.pins_hold and self.books.pinned(person, "stay"):
                return False
            if self.sent(person):
                return True
            if not self.in_scope(person) or not (eligible(person) or self.volunteer(person)):
                return False
            return not self.barred(person) and not any(shield(person) for shield in shields)

        return remembered(ask, len(self.books.people))
