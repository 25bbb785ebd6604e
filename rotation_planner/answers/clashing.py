"""A clash in the policy's words: its clauses, places and numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rotation_planner.answers.giving import Giving
from rotation_planner.answers.places import Place
from rotation_planner.data import schema
from rotation_planner.model.constraints.how_many import ShareOfSet, rounded
from rotation_planner.model.constraints.receiving import demand_limits
from rotation_planner.policy.citing import cited
from rotation_planner.policy.kinds import Count, Headcount, People, Pins, ReverseFlow, ShareRule, SubjectStaffing
from rotation_planner.policy.wording import label, sentence
from rotation_planner.solve.contradictions import place_words
from rotation_planner.words import language, say

LISTED = {"stage": schema.STAGES, "position": schema.POSITIONS, "title": schema.TITLES, "backbone": schema.BACKBONES}
TOLD = 4  # places of one rule told one by one; of more some names and the sum
EXAMPLES = 3


@dataclass(frozen=True)
class Member:
    """One rule in one place of a clash. ``short``: by how many people or posts it misses (``below`` a floor, else above
    a cap) when all else holds; ``None`` where giving there alone does not help."""

    rule: str
    name: str
    source: str
    place: str
    sentence: str
    short: int | None = None
    below: bool = True


@dataclass(frozen=True)
class Clash:
    """Rules in places that cannot hold together. ``certain``: each of them is proven to be needed for the clash."""

    members: tuple[Member, ...]
    lines: tuple[str, ...]
    certain: bool


class Telling:
    """Puts places of a program into words."""

    def __init__(self, giving: Giving) -> None:
        self._giving = giving
        self._ground = giving.model.ground
        self._asked: dict[str, list[int]] = {}

    def where(self, place: Place) -> str:
        """The scope of a place; listed values of a group in the reader's language."""
        told = place_words(self._giving.model, place.block, place.place)
        per = getattr(self._giving.rules[place.rule], "per", ())
        if place.block.scopes.kind != "group" or not isinstance(per, tuple):
            return told
        listed = [LISTED[field] for field in per if field in LISTED]
        words = told.split(" ")
        for values in listed:
            words = [schema.label(values, each, language()) for each in words]
        return " ".join(words)

    def asked(self, place: Place) -> int | None:
        """How many people a share of a fixed set, or a number, asks for or lets go there."""
        rule = self._giving.rules[place.rule]
        if isinstance(rule, Count):
            return rule.at_least if rule.at_least is not None else rule.at_most
        if not isinstance(rule, ShareRule) or not isinstance(rule.over, People) or rule.where_afterwards:
            return None
        if rule.id not in self._asked:
            nothing = np.zeros(self._giving.model.program.columns)
            _, over = ShareOfSet(rule, self._ground).reached(self._giving.model, nothing)
            share = rule.at_least if rule.at_least is not None else rule.at_most
            if share is None:
                return None
            numbers = rounded(share, over, rule.rounding)
            self._asked[rule.id] = (numbers if rule.at_least is not None else np.maximum(numbers, rule.allow)).tolist()
        return int(self._asked[rule.id][place.place])

    def member(self, number: int, short: int | None, below: bool) -> Member:
        """A member of a clash with its sentence."""
        place = self._giving.places[number]
        rule, where = self._giving.rules[place.rule], self.where(place)
        values = {"place": where, "rule": label(rule), "source": cited(rule.source)}
        scope = int(place.block.scopes.ids[place.place])
        asked = self.asked(place)
        if asked is not None and isinstance(rule, ShareRule | Count):
            told = say("diagnosis.floor" if rule.at_least is not None else "diagnosis.cap", asked=asked, **values)
        elif isinstance(rule, Headcount):
            limit = int(self._ground.facts.of_schools("headcount_limit")[scope]) - rule.reserve
            today = int(np.sum(self._ground.facts.school == scope))
            told = say("diagnosis.headcount", limit=limit, today=today, **values)
        elif isinstance(rule, SubjectStaffing):
            lowest, highest, today_of = demand_limits(self._giving.model)
            if rule.receives_within == "required" and not np.isfinite(self._giving.arrays.row_lower[place.rows]).all():
                highest = self._ground.district.demand["required"].to_numpy(float)
            span = {"lowest": int(lowest[scope]), "highest": int(highest[scope]), "today": int(today_of[scope])}
            told = say("diagnosis.demand", **span, **values)
        elif isinstance(rule, Pins):
            shut = self._shut(scope)
            told = say("diagnosis.pin_nowhere" if shut else "diagnosis.pin", shut=shut, **values)
        elif isinstance(rule, ReverseFlow) and rule.reading != "per_school":
            told = say("diagnosis.other", words=sentence(rule), **values) + self._down(rule, place)
        else:
            told = say("diagnosis.other", words=sentence(rule), **values)
        if short:
            told += say("diagnosis.reach" if below else "diagnosis.over", amount=short)
        return Member(rule.id, label(rule), cited(rule.source), where, told, short, below)

    def _shut(self, person: int) -> str:
        """The rules that shut every school to a person who has none open; blank where there is one."""
        model = self._giving.model
        row = int(np.flatnonzero(model.people.people == person)[0])
        if (model.people.seats.person == model.people.kind[row]).any():
            return ""
        shut = [rule for rule, closed in self._ground.openings.shut(np.array([person])) if closed.any()]
        names = [label(self._giving.rules[each]) if each in self._giving.rules else each for each in shut]
        return say("policy.list_separator").join(names)

    def _down(self, rule: ReverseFlow, place: Place) -> str:
        """How many of those whom a rule on reverse flow speaks of can go down; where none can, why."""
        model, ground = self._giving.model, self._ground
        row = self._giving.arrays.matrix[place.rows]
        column = np.zeros(row.shape[1])
        column[row.indices[row.data > 0]] = 1
        open_to = np.zeros(len(model.people.kind_person), bool)
        open_to[model.people.seats.person[column[model.go] > 0]] = True
        may = int(open_to[model.people.kind].sum())
        tiers = ground.facts.of_schools("tier").astype(str)
        who = ground.select.people(rule.who) & np.isin(tiers, rule.high)[ground.facts.school]
        values = {"all": int(who.sum()), "asked": int((who & ground.standing.candidate).sum()), "may": may}
        told = say("diagnosis.down", **values)
        concerned = np.flatnonzero(who & ground.standing.candidate)
        if may or not len(concerned):
            return told
        low = np.isin(tiers, rule.low)[ground.destinations.school]
        shut = [name for name, closed in ground.openings.shut(concerned) if closed[:, low].any()]
        names = [label(self._giving.rules[each]) if each in self._giving.rules else each for each in shut]
        if not names:
            return told
        return told + say("diagnosis.down_shut", rules=say("policy.list_separator").join(names))

    def clash(self, numbers: tuple[int, ...], shorts: dict[int, tuple[int, bool]], certain: bool) -> Clash:
        """A clash with its lines; many places of one rule share a line."""
        members = tuple(self.member(each, *shorts.get(each, (None, True))) for each in numbers)
        if pair := self._pair(numbers, members):
            return Clash(members, (pair,), certain)
        lines: list[str] = []
        for rule in dict.fromkeys(member.rule for member in members):
            of_rule = [member for member in members if member.rule == rule]
            if len(of_rule) <= TOLD:
                lines += [member.sentence for member in of_rule]
            else:
                lines.append(self._many(rule, of_rule, [n for n in numbers if self._giving.places[n].rule == rule]))
        return Clash(members, tuple(lines), certain)

    def _many(self, rule: str, members: list[Member], numbers: list[int]) -> str:
        arrays, about = self._giving.arrays, self._giving.rules[rule]
        rows = np.concatenate([self._giving.places[number].rows for number in numbers])
        sums = ""
        asked = [self.asked(self._giving.places[number]) for number in numbers]
        if isinstance(about, ShareRule | Count) and about.at_least is not None and None not in asked:
            sums = say("diagnosis.many_floor", floor=sum(each or 0 for each in asked))
        elif isinstance(about, SubjectStaffing) and np.isfinite([arrays.row_lower[rows], arrays.row_upper[rows]]).all():
            room, spare = int(arrays.row_upper[rows].sum()), -int(arrays.row_lower[rows].sum())
            sums = say("diagnosis.many_room", room=room, spare=spare)
        places = say("policy.list_separator").join(member.place for member in members[:EXAMPLES])
        values = {"rule": label(about), "source": cited(about.source), "places": places, "count": len(members)}
        return say("diagnosis.many", sums=sums, **values)

    def _pair(self, numbers: tuple[int, ...], members: tuple[Member, ...]) -> str:
        """A floor and a cap of the same place in one sentence."""
        if len(numbers) != 2 or members[0].place != members[1].place:
            return ""
        places = [self._giving.places[each] for each in numbers]
        rules = [self._giving.rules[each.rule] for each in places]
        asked = [self.asked(each) for each in places]
        if None in asked or not all(isinstance(each, ShareRule | Count) for each in rules):
            return ""
        floors = [getattr(each, "at_least", None) is not None for each in rules]
        if sorted(floors) != [False, True]:
            return ""
        floor, cap = (0, 1) if floors[0] else (1, 0)
        return say(
            "diagnosis.pair",
            place=members[0].place,
            floor=label(rules[floor]),
            asked=asked[floor],
            cap=label(rules[cap]),
            allowed=asked[cap],
        )
