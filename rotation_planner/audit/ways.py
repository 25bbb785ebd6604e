"""In which way a move is made: the case of the ``modes`` rule that holds, and the days to which it may last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rotation_planner.audit.books import Destination
from rotation_planner.audit.calendar import months_later
from rotation_planner.audit.duties import Duties
from rotation_planner.policy.kinds import Duty, ModeCase, Modes
from rotation_planner.policy.selectors import next_day


class Ways:
    """The cases of the ``modes`` rule in force, asked of one move at a time."""

    def __init__(self, duties: Duties, rule: Modes | None) -> None:
        self.rule = rule
        self.cases = {} if rule is None else {each.id: each for each in rule.cases}
        self._as_of = duties.books.as_of
        self._holds = {each.id: duties.asking.route(each.when) for each in self.cases.values()}
        serving = [(duties.ask("eligible", duty.id), duty.serves_years) for duty in duties.policy.of(Duty)]
        self._serving = [(eligible, years) for eligible, years in serving if years is not None]

    @property
    def chosen(self) -> bool:
        """Whether a plan chooses among the cases; otherwise the route of a move decides."""
        return self.rule is not None and self.rule.choice == "any"

    def holds(self, person: int, case: ModeCase, school: int, department: str | None) -> bool:
        """Whether the person may go there in this case."""
        return self._holds[case.id](person, Destination(school, department))

    def taken(self, person: int, school: int, department: str | None, mode: str) -> ModeCase | None:
        """The case of a row: the one whose mode it names where the plan chooses, else the first whose route holds."""
        if self.chosen:
            return next((case for case in self.cases.values() if case.mode == mode), None)
        return next((case for case in self.cases.values() if self.holds(person, case, school, department)), None)

    def destinations(self, person: int, school: int, department: str | None) -> Iterator[Destination]:
        """The ways in which the person may reach a place, as routes see them."""
        if self.rule is None:
            yield Destination(school, department)
            return
        for case in self.cases.values():
            if self.holds(person, case, school, department):
                yield Destination(school, department, case.id if self.chosen else None)
                if not self.chosen:
                    return

    def last_days(self, person: int, case: ModeCase) -> tuple[dt.date, dt.date] | None:
        """The earliest and the latest day to which the person's service in this case may last; ``None``: for good."""
        if case.until is not None:
            day = next_day(case.until, self._as_of)
            return day, day
        if not case.ends:
            return None
        asked = [12 * years for eligible, years in self._serving if eligible(person)]
        least = max([case.least_months, *asked])
        most = max(least, case.most_months or 0)
        return months_later(self._as_of, least), months_later(self._as_of, most)
