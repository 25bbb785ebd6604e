"""Who goes when: the coming years' departures spread so that no school and no subject loses many at once.

In a phased school the rule's order says who goes before whom; open is only how many are called by the end of each year:
at least as many as the rules call by then, at most those who may go by then. Everybody else goes in the year in which
they become due. The squares of what each school and each subject loses in a year, weighed by their size, are made small
by calling single people a year or more earlier, as long as any such change pays; the caps of the must rules hold, and
people of a subject whom no other school could take cost as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import People, Phase, ShareRule
from rotation_planner.policy.policy import Policy
from rotation_planner.years.forecast import Forecast

ROUNDS = 200
STUCK = 3.0  # what a person costs whom no other school could take, in units of a whole school going
Change = list[tuple[int, int]]  # people and the years in which they then go
PER_SCHOOL, PER_SUBJECT = ("school_id",), ("school_id", "stage", "subject")


@dataclass(frozen=True, eq=False)
class Programme:
    """``year``: per person the year in which they are to go, -1 for not within the time. ``leave``: [groups, years],
    how many of each school, stage and subject go in each year. ``called``: by id of the phase rule, how many of each
    school are to be called this year. ``unevenness``: what was made small, of this programme and of calling people as
    the rules do; ``as_called``: how many the rules alone would call in each year."""

    year: Array
    leave: Array
    called: dict[str, Array]
    unevenness: tuple[float, float]
    as_called: tuple[int, ...] = ()

    @property
    def in_years(self) -> tuple[int, ...]:
        """How many go in each year."""
        return tuple(self.leave.sum(axis=0).tolist())


def spread(forecast: Forecast, standing: Standing, policy: Policy, *, smooth: bool = True) -> Programme:
    """The programme of the coming years; without ``smooth`` everybody goes when the rules call them."""
    search = _Search(forecast, standing, policy)
    before, as_called = search.unevenness(), tuple(search.lost.sum(axis=0).tolist())
    if smooth:
        search.improve()
    year = search.years_of_people()
    leave = np.zeros((len(forecast.seats), forecast.years), dtype=np.int64)
    going = np.flatnonzero(year >= 0)
    np.add.at(leave, (forecast.group[going], year[going]), 1)
    called = {}
    for rule in policy.of(Phase):
        if rule.duty in standing.eligible:
            mine = standing.eligible[rule.duty] & (year == 0)
            called[rule.id] = np.bincount(standing.facts.school[mine], minlength=len(standing.facts.district.schools))
    return Programme(year, leave, called, (search.unevenness(), before), as_called)


class _Search:
    """The state: of each phased school its people in order, and how many have been called by the end of each year."""

    def __init__(self, forecast: Forecast, standing: Standing, policy: Policy) -> None:
        self.forecast, self.standing, self.policy = forecast, standing, policy
        self.years = forecast.years
        facts = standing.facts
        self.schools = len(facts.district.schools)
        self.at = facts.school
        subjects: dict[tuple[str, str], int] = {}
        kinds = [subjects.setdefault(seat[1:], len(subjects)) for seat in forecast.seats]
        self.subject = np.full(len(forecast.group), -1, dtype=np.int64)
        known = forecast.group >= 0
        self.subject[known] = np.array(kinds, dtype=np.int64)[forecast.group[known]] if kinds else 0
        self.queues = self._queues()
        self.year = np.full(len(forecast.first), -1, dtype=np.int64)
        self._as_called()
        size = np.bincount(self.at, minlength=self.schools)
        self.of_school = 1.0 / np.maximum(size, 1)
        stage, taught = facts.of_people("stage"), facts.of_people("subject")
        teaching = [((stage == a) & (taught == b)).sum() for a, b in subjects]
        self.of_subject = 1.0 / np.maximum(np.array(teaching, dtype=float), 1)
        self.lost = np.zeros((self.schools, self.years), dtype=np.int64)
        self.taught = np.zeros((len(subjects), self.years), dtype=np.int64)
        self.of_both = np.zeros((len(subjects), self.schools, self.years), dtype=np.int64)
        for person in np.flatnonzero(self.year >= 0).tolist():
            self._count(person, int(self.year[person]), 1)
        self.vacant = self._vacancies(subjects)
        self.most_school, self.most_group = self._caps()

    def _queues(self) -> dict[int, list[int]]:
        """The people of each phased school in the order in which they are called."""
        found: dict[int, list[int]] = {}
        for rule in self.policy.of(Phase):
            open_to = (self.forecast.duty == rule.duty) & self.forecast.spread[self.at] & (self.forecast.first >= 0)
            people = np.flatnonzero(open_to)
            place = ranking(self.standing.selecting, rule.order, self.standing.draw)
            for person in people[np.argsort(place[people])].tolist():
                found.setdefault(int(self.at[person]), []).append(person)
        return found

    def _as_called(self) -> None:
        """Everybody goes when the rules call them."""
        first = self.forecast.first
        queued = {person for queue in self.queues.values() for person in queue}
        at_once = np.array(
            [person for person in np.flatnonzero(first >= 0).tolist() if person not in queued], dtype=int
        )
        self.year[at_once] = first[at_once]
        called = self.forecast.due.copy()
        np.add.at(called, (self.at[at_once], first[at_once]), -1)
        for school, queue in self.queues.items():
            waiting = list(queue)
            for each in range(self.years):
                for person in [p for p in waiting if first[p] <= each][: max(int(called[school, each]), 0)]:
                    self.year[person] = each
                    waiting.remove(person)

    def _count(self, person: int, year: int, sign: int) -> None:
        school, subject = int(self.at[person]), int(self.subject[person])
        self.lost[school, year] += sign
        self.taught[subject, year] += sign
        self.of_both[subject, school, year] += sign

    def _vacancies(self, subjects: dict[tuple[str, str], int]) -> Array:
        """[subjects, schools]: how many full-time people each school lacks of each subject."""
        facts = self.standing.facts
        own = facts.demand_of_person
        now = np.bincount(own[own >= 0], minlength=len(facts.district.demand))
        required = facts.district.demand["required"].to_numpy(float)
        vacant = np.zeros((len(subjects), self.schools), dtype=np.int64)
        for (school, stage, taught), row in facts.demand_rows.items():
            if (stage, taught) in subjects and required[row] > now[row]:
                vacant[subjects[stage, taught], school] = int(required[row] - now[row])
        for (_, taught), number in subjects.items():
            if not taught:  # people without a subject need no vacancy of one
                vacant[number] = len(self.at)
        return vacant

    def _caps(self) -> tuple[Array, dict[tuple[int, int], int]]:
        """The most that each school, and each subject of a school, may lose in a year under must rules."""
        school = np.full(self.schools, len(self.at), dtype=np.int64)
        group: dict[tuple[int, int], int] = {}
        for rule in self.policy.of(ShareRule):
            over = rule.over
            whole = isinstance(over, People) and rule.of is None and rule.where is None and rule.force == "must"
            if rule.at_most is None or not isinstance(over, People) or not whole:
                continue
            counted = self.standing.selecting.people(over.people)
            share, allow = rule.at_most, rule.allow
            if rule.per == PER_SCHOOL:
                size = np.bincount(self.at[counted], minlength=self.schools)
                school = np.minimum(school, np.maximum(size * share.numerator // share.denominator, allow))
            elif rule.per == PER_SUBJECT:
                facts = self.standing.facts
                stage, taught = facts.of_people("stage"), facts.of_people("subject")
                for seat in self.forecast.seats:
                    held = int((counted & (self.at == seat[0]) & (stage == seat[1]) & (taught == seat[2])).sum())
                    person = np.flatnonzero(
                        (self.forecast.group >= 0) & (self.at == seat[0]) & (stage == seat[1]) & (taught == seat[2])
                    )
                    key = (int(self.subject[person[0]]), seat[0])
                    most = max(held * share.numerator // share.denominator, allow)
                    group[key] = min(group.get(key, most), most)
        return school, group

    # ---- making it even ------------------------------------------------------------------------------------------

    def unevenness(self) -> float:
        """What is made small."""
        schools = float((self.of_school[:, None] * self.lost**2).sum())
        subjects = float((self.of_subject[:, None] * self.taught**2).sum())
        stuck = sum(self._stuck(subject, year) for subject in range(len(self.taught)) for year in range(self.years))
        return schools + subjects + STUCK * stuck

    def _stuck(self, subject: int, year: int) -> int:
        """People of a subject who could go nowhere: all from one school, and too few places or leavers elsewhere."""
        from_each = self.of_both[subject, :, year]
        elsewhere = self.vacant[subject].sum() + from_each.sum() - self.vacant[subject] - from_each
        return int(np.maximum(from_each - elsewhere, 0).max(initial=0))

    def improve(self) -> None:
        """Call people earlier, or later again as far as the rules allow, while that makes the years more even."""
        for _ in range(ROUNDS):
            changed = False
            for school in self.queues:
                while self._best_change(school):
                    changed = True
            if not changed:
                return

    def _best_change(self, school: int) -> bool:
        """The change by which one more goes in one year and one less in another that helps most, made where any
        does."""
        best, chosen = -1e-9, None
        end = self.years  # whoever does not go within the time
        for early in range(self.years):
            for late in range(early + 1, end + 1):
                for change in (self._earlier(school, late, early), self._later(school, early, late)):
                    if change and (gain := self._gain(school, change)) < best:
                        best, chosen = gain, change
        if chosen is None:
            return False
        self._apply(chosen)
        return True

    def _in_year(self, school: int, year: int) -> list[int]:
        """Those of a school's queue who go in a year, in order; the year after the last: who does not go in time."""
        wanted = year if year < self.years else -1
        return [person for person in self.queues[school] if self.year[person] == wanted]

    def _earlier(self, school: int, late: int, early: int) -> Change | None:
        """One less in ``late`` and one more in ``early``: in every year between, the first makes way for the first of
        the next."""
        change: Change = []
        first = self.forecast.first
        coming = next((p for p in self._in_year(school, late) if first[p] < late), None)
        for year in range(late - 1, early - 1, -1):
            if coming is None or first[coming] > year:
                return None
            going = next((p for p in self._in_year(school, year) if first[p] < year), None) if year > early else None
            if year == early or going is not None:
                change.append((coming, year))
                coming = going
            elif self._in_year(school, year):
                return None
        return change

    def _later(self, school: int, early: int, late: int) -> Change | None:
        """One less in ``early`` and one more in ``late``, as long as enough have been called by then."""
        gone = np.cumsum(self.lost[school])
        called = self.forecast.due[school].cumsum()
        if (gone[early:late] - 1 < called[early:late]).any():
            return None
        change: Change = []
        coming = next(iter(reversed(self._in_year(school, early))), None)
        for year in range(early + 1, late + 1):
            if coming is None:
                return None
            going = next(iter(reversed(self._in_year(school, year))), None) if year < late else None
            if year == late or going is not None:
                change.append((coming, year))
                coming = going
        return change

    def _apply(self, change: Change) -> Change:
        """Make a change; what takes it back is returned."""
        back: Change = []
        for person, year in change:
            before = int(self.year[person])
            back.append((person, before if before >= 0 else self.years))
            if before >= 0:
                self._count(person, before, -1)
            self.year[person] = year if year < self.years else -1
            if year < self.years:
                self._count(person, year, 1)
        return back

    def _gain(self, school: int, change: Change) -> float:
        """What a change adds to the unevenness; infinite where it would break a cap."""
        subjects = list({int(self.subject[person]) for person, _ in change})
        before, over = self._cost(school, subjects), self._over(school, subjects)
        back = self._apply(change)
        gain = float("inf") if self._over(school, subjects) > over else self._cost(school, subjects) - before
        self._apply(back)
        return gain

    def _over(self, school: int, subjects: list[int]) -> int:
        """By how many people the caps are exceeded."""
        over = int(np.maximum(self.lost[school] - self.most_school[school], 0).sum())
        for subject in subjects:
            most = self.most_group.get((subject, school), len(self.at))
            over += int(np.maximum(self.of_both[subject, school] - most, 0).sum())
        return over

    def _cost(self, school: int, subjects: list[int]) -> float:
        lost = float((self.lost[school] ** 2).sum()) * self.of_school[school]
        taught = sum(float((self.taught[each] ** 2).sum()) * self.of_subject[each] for each in subjects)
        stuck = sum(self._stuck(each, year) for each in subjects for year in range(self.years))
        return lost + taught + STUCK * stuck

    def years_of_people(self) -> Array:
        """The year of each person, -1 for not within the time."""
        return self.year.copy()
