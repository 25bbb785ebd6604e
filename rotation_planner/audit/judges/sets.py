"""The sets of people that shares and numbers count, and the group in which each of them is counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from rotation_planner.audit.asking import Ask
from rotation_planner.audit.case import Case
from rotation_planner.audit.moves import Move
from rotation_planner.policy.kinds import AfterSet, ArrivingSet, Count, MovingSet, People, ShareRule, StayingSet
from rotation_planner.policy.selectors import Selector, on_schools

Group = tuple[Hashable, ...]
Members = dict[Group, list[int]]
DecidedSet = MovingSet | ArrivingSet | StayingSet | AfterSet


class Sets:
    """The sets of one rule: only people whom it does not except and who pass its ``where``, by the columns ``per``."""

    def __init__(self, case: Case, rule: ShareRule | Count) -> None:
        self._case = case
        self._columns = rule.per
        self._excepted = case.asking.excepted(rule)
        self._inside = case.asking.person(rule.where)
        # Where people go, ``where`` is asked of the school entered.
        where = None if rule.where is None or not rule.where_afterwards else on_schools(rule.where)
        self._enters = case.asking.school(where)
        books = case.books
        self._own = [books.of_person(column) for column in self._columns]
        self._of_school = [
            books.of_school(column.removeprefix("school."))
            if column == "school_id" or column.startswith("school.")
            else None
            for column in self._columns
        ]

    def by_group(self, counted: People | DecidedSet, already: Selector | None = None) -> Members:
        """The people of a set by group. ``already``: who of a moving set counts in any case."""
        found: Members = {}
        for person, group in self._members(counted, already):
            found.setdefault(group, []).append(person)
        return found

    def standing(self) -> Members:
        """Everybody of whom the rule speaks, by the group of today."""
        return self._grouped(lambda person: self._inside(person) and not self._excepted(person))

    def of_the_facts(self, counted: DecidedSet) -> Members:
        """Who could be of a set that is counted today: who they are, and the school they would leave."""
        return self._grouped(self._could(counted))

    def _grouped(self, who: Ask) -> Members:
        found: Members = {}
        for person in self._case.books.people:
            if who(person):
                found.setdefault(self._today(person), []).append(person)
        return found

    # ---- who is of a set -----------------------------------------------------------------------------------------

    def _could(self, counted: People | DecidedSet) -> Ask:
        """Whether a person is of a set by the facts, ``where`` being asked of the present school."""
        who, inside, excepted = self._who(counted), self._inside, self._excepted
        return lambda person: who(person) and inside(person) and not excepted(person)

    def _who(self, counted: People | DecidedSet) -> Ask:
        """Whether a person is of a set by the facts, wherever they are counted."""
        asking, at = self._case.asking, self._case.books.at
        match counted:
            case People():
                return asking.person(counted.people)
            case StayingSet():
                return asking.person(counted.staying)
            case AfterSet():
                return asking.person(counted.after)
        who = asking.person(counted.moving if isinstance(counted, MovingSet) else counted.arriving)
        if counted.from_ is None:
            return who
        leaves = asking.school(counted.from_)
        return lambda person: who(person) and leaves(at[person])

    def _members(self, counted: People | DecidedSet, already: Selector | None) -> Iterator[tuple[int, Group]]:
        case = self._case
        if isinstance(counted, ArrivingSet | AfterSet):
            yield from self._afterwards(counted)
            return
        could = self._could(counted)
        if isinstance(counted, People):
            yield from ((person, self._today(person)) for person in case.books.people if could(person))
        elif isinstance(counted, StayingSet):
            staying = (person for person in case.books.people if person not in case.moves or case.moves[person].here)
            yield from ((person, self._today(person)) for person in staying if could(person))
        else:
            moved, goes = case.asking.person(already), self._goes(counted)
            for person in case.books.people if already is not None else case.moves:
                move = case.moves.get(person)
                if could(person) and ((already is not None and moved(person)) or (move is not None and goes(move))):
                    yield person, self._today(person)

    def _afterwards(self, counted: ArrivingSet | AfterSet) -> Iterator[tuple[int, Group]]:
        """Those who arrive, or who are there afterwards; ``where`` is asked of the school where they are counted."""
        case, who, enters = self._case, self._who(counted), self._enters
        if isinstance(counted, ArrivingSet):
            goes = self._goes(counted)
            for person, move in case.moves.items():
                if who(person) and not self._excepted(person) and enters(move.entered) and goes(move):
                    yield person, self._there(person, move)
            return
        for person in case.books.people:
            if who(person) and not self._excepted(person) and enters(case.at(person)):
                counted_by = case.counted(person)
                yield person, self._today(person) if counted_by is None else self._there(person, counted_by)

    def _goes(self, counted: MovingSet | ArrivingSet) -> Callable[[Move], bool]:
        """Whether a move goes to the schools, along the route and in a case that the set names."""
        asking = self._case.asking
        enters, along = asking.school(counted.to), asking.route(counted.along)

        def goes(move: Move) -> bool:
            if counted.ways and move.way not in counted.ways:
                return False
            return enters(move.entered) and along(move.person, self._case.destination(move))

        return goes

    # ---- groups --------------------------------------------------------------------------------------------------

    def _today(self, person: int) -> Group:
        return tuple(column[person] for column in self._own)

    def _there(self, person: int, move: Move) -> Group:
        """The group of a mover at the place entered; columns that tell nothing of a place are the person's own."""
        of_row = {"stage": move.stage, "subject": move.subject, "department": move.department}
        return tuple(
            school[move.entered] if school is not None else of_row[name] if name in of_row else own[person]
            for name, school, own in zip(self._columns, self._of_school, self._own, strict=True)
        )
