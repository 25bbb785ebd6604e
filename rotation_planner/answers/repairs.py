"""What a place that gives means in the district: one post more, a share as it was reached, two more deferred.

Every change here is made to the tables or the policy themselves and can be solved again as if it had been read.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from rotation_planner.answers.changing import (
    NAMED,
    Apply,
    demand_words,
    joined,
    with_exception,
    with_exemptions,
    with_parameters,
)
from rotation_planner.answers.giving import Giving
from rotation_planner.answers.pieces import Side
from rotation_planner.data.district import District
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.standing import stand
from rotation_planner.model.constraints.how_many import ShareOfSet, rounded
from rotation_planner.model.constraints.posts import POST_COLUMNS
from rotation_planner.model.constraints.receiving import demand_change, demand_limits
from rotation_planner.model.program import Entries
from rotation_planner.model.unpack import unpack
from rotation_planner.policy.citing import cited
from rotation_planner.policy.kinds import (
    Count,
    Defer,
    Flow,
    Headcount,
    Kin,
    Merit,
    Order,
    People,
    Pins,
    Posts,
    Rule,
    ShareRule,
    SubjectStaffing,
    TitlePosts,
    Together,
)
from rotation_planner.policy.kinds.base import Exempted
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import OnExemption
from rotation_planner.policy.walking import parts
from rotation_planner.policy.wording import as_percent, label
from rotation_planner.solve.contradictions import place_words
from rotation_planner.words import say

PER_MILLE = 1000


@dataclass(frozen=True)
class Change:
    """A change that lets places of one rule give. ``way``: ``table`` (a number of the data), ``pin``, ``clause`` (a
    number of the rule), ``defer``, ``exception``, ``off`` (the rule switched off). ``price`` in people or posts;
    ``wide``: by how many people a looser clause asks less in all groups together."""

    way: str
    rule: str
    sentence: str
    price: int
    unit: str
    apply: Apply
    wide: int = 0


class Changes:
    """The changes that a solution with giving places stands for."""

    def __init__(self, giving: Giving, draw: int | None) -> None:
        self._giving, self._draw = giving, draw
        self._model = giving.model
        self._ground = giving.model.ground
        self._district = giving.model.ground.district
        self._names = self._district.schools["name"].tolist()

    def of(self, amounts: Mapping[Side, int], values: Array) -> dict[str, list[Change]]:
        """For each rule that gives, what could be changed, the simplest first; each change serves all its places."""
        told: dict[str, dict[Side, int]] = {}
        for (number, below), amount in amounts.items():
            told.setdefault(self._giving.places[number].rule, {})[number, below] = amount
        return {rule: list(self._of_rule(self._giving.rules[rule], these, values)) for rule, these in told.items()}

    def _of_rule(self, rule: Rule, amounts: Mapping[Side, int], values: Array) -> Iterator[Change]:
        match rule:
            case Headcount():
                yield from self._headcount(rule, amounts, values)
            case SubjectStaffing():
                yield from self._staffing(rule, amounts, values)
            case Posts():
                yield from self._posts(rule, amounts, values)
            case TitlePosts():
                yield from self._titles(rule, amounts, values)
            case ShareRule():
                yield from self._share(rule, amounts, values)
            case Count():
                yield from self._count(rule, amounts)
            case Flow():
                margin = rule.margin - sum(amounts.values())
                yield self._clause(rule, {"margin": margin}, str(rule.margin), str(margin), sum(amounts.values()))
            case Pins():
                yield from self._pins(rule, amounts, values)
            case Order() | Merit() | Kin() | Together():
                yield from self._excepted(rule, amounts)
        yield self._off(rule, sum(amounts.values()))

    # ---- tables --------------------------------------------------------------------------------------------------

    def _scopes(self, amounts: Mapping[Side, int]) -> list[int]:
        """What the places speak of: positions of schools, rows of demand, people."""
        places = [self._giving.places[number] for number, _ in amounts]
        return sorted({int(place.block.scopes.ids[place.place]) for place in places})

    def _summed(self, entries: Entries, values: Array, count: int) -> Array:
        moved = entries.value * values[entries.column]
        return np.bincount(entries.row, moved, minlength=count).round().astype(np.int64)

    def _after(self, counted: Array, values: Array) -> Array:
        """People of a mask in each school in a solution."""
        change = self._summed(self._model.change(counted), values, self._ground.schools)
        return np.asarray(self._model.today(counted) + change)

    def _arriving(self, counted: Array, values: Array) -> Array:
        """People of a mask who arrive in each school in a solution."""
        model = self._model
        return self._summed(model.arrivals(counted, model.arc_to, model.arc_crosses), values, self._ground.schools)

    def _table(
        self, rule: Rule, name: str, cells: list[tuple[int, str, int, int]], words: list[str]
    ) -> Iterator[Change]:
        """A change of some cells of a table: row, column, old and new number."""
        if not cells:
            return

        def apply(district: District, policy: Policy) -> tuple[District, Policy]:
            frame = getattr(district, name).copy()
            for row, column, _, new in cells:
                frame.iloc[row, frame.columns.get_loc(column)] = float(new)
            return dataclasses.replace(district, **{name: frame}), policy

        price = sum(abs(new - old) for _, _, old, new in cells)
        yield Change("table", rule.id, joined(words), price, "posts", apply)

    def _headcount(self, rule: Headcount, amounts: Mapping[Side, int], values: Array) -> Iterator[Change]:
        limit = self._ground.facts.of_schools("headcount_limit")
        after = self._after(np.ones(self._ground.facts.people, bool), values) + rule.reserve
        cells, words = [], []
        for school in self._scopes(amounts):
            old, new = int(limit[school]), int(after[school])
            if new > old:
                cells.append((school, "headcount_limit", old, new))
                words.append(say("repair.headcount", school=self._names[school], old=old, new=new, more=new - old))
        yield from self._table(rule, "schools", cells, words)

    def _staffing(self, rule: SubjectStaffing, amounts: Mapping[Side, int], values: Array) -> Iterator[Change]:
        table = self._district.demand
        entries, today = demand_change(self._model)
        after = today + self._summed(entries, values, len(table))
        lowest, highest, _ = demand_limits(self._model)
        required_of = table["required"].to_numpy(float)
        cells, words = [], []
        for row in self._scopes(amounts):
            place, new = demand_words(self._district, row), int(after[row])
            required = int(required_of[row])
            told: list[tuple[str, int]] = []
            if new > highest[row]:
                told.append(("maximum", int(highest[row])))
            if new < lowest[row]:
                told.append(("minimum", int(lowest[row])))
            if rule.receives_within == "required" and new > required and new > today[row]:
                told.append(("required", required))
            for column, old in told:
                cells.append((row, column, old, new))
                words.append(say(f"repair.{column}", place=place, old=old, new=new))
        yield from self._table(rule, "demand", cells, words)

    def _posts(self, rule: Posts, amounts: Mapping[Side, int], values: Array) -> Iterator[Change]:
        if rule.per != "school":
            return
        position, facts = self._ground.facts.of_people("position"), self._ground.facts
        held = [
            (np.asarray(position == name, bool), column, getattr(rule, name))
            for name, column in POST_COLUMNS.items()
            if getattr(rule, name) is not None
        ]
        held += [(self._ground.select.people(rank.who), rank.posts, rank.how) for rank in rule.ranks if rank.posts]
        cells, words = [], []
        for counted, column, how in held:
            after, today = self._after(counted, values), self._model.today(counted)
            arriving = self._arriving(counted, values)
            told = facts.of_schools(column)
            posts = np.where(np.isnan(told), today, told).astype(np.int64)
            for school in self._scopes(amounts):
                old, new = int(posts[school]), int(after[school])
                fewer = how == "filled" and new < min(old, int(today[school]))
                if fewer or (new > old and arriving[school]):
                    cells.append((school, column, old, new))
                    words.append(say("repair.posts", school=self._names[school], column=column, old=old, new=new))
        yield from self._table(rule, "schools", cells, words)

    def _titles(self, rule: TitlePosts, amounts: Mapping[Side, int], values: Array) -> Iterator[Change]:
        titles = self._ground.facts.of_people("title").astype(str)
        cells, words = [], []
        for group in rule.groups:
            counted = np.isin(titles, group.titles)
            after, arriving = self._after(counted, values) + rule.reserve, self._arriving(counted, values)
            posts = self._ground.facts.of_schools(group.posts)
            for school in self._scopes(amounts):
                if np.isnan(posts[school]) or after[school] <= posts[school] or not arriving[school]:
                    continue
                old, new = int(posts[school]), int(after[school])
                cells.append((school, group.posts, old, new))
                words.append(say("repair.posts", school=self._names[school], column=group.posts, old=old, new=new))
        yield from self._table(rule, "schools", cells, words)

    def _pins(self, rule: Pins, amounts: Mapping[Side, int], values: Array) -> Iterator[Change]:
        """Pins of those who stay in the solution though they are to move."""
        people, ground = self._model.people, self._ground
        groups = {int(people.group[row]) for row in np.flatnonzero(np.isin(people.people, self._scopes(amounts)))}
        moving = set(unpack(self._model, values).person.tolist())
        concerned = people.people[np.isin(people.group, list(groups)) & ground.standing.forced[people.people]]
        kept = [int(person) for person in concerned if int(person) not in moving]
        if not kept:
            return
        ids = self._district.staff["staff_id"].iloc[kept].tolist()

        def apply(district: District, policy: Policy) -> tuple[District, Policy]:
            pins = district.pins
            dropped = pins["staff_id"].isin(ids) & pins["verdict"].isin(["move", "to"])
            return dataclasses.replace(district, pins=pins[~dropped].reset_index(drop=True)), policy

        yield Change("pin", rule.id, say("repair.pin", who=self._people(kept)), len(kept), "people", apply)

    # ---- clauses -------------------------------------------------------------------------------------------------

    def _clause(self, rule: Rule, to: Mapping[str, Any], old: str, new: str, price: int, wide: int = 0) -> Change:
        told = say("repair.clause", rule=label(rule), source=cited(rule.source), old=old, new=new)
        if wide > price:
            told += say("repair.wide", people=wide)
        return Change("clause", rule.id, told, max(price, wide), "people", with_parameters(rule.id, to), wide)

    def _share(self, rule: ShareRule, amounts: Mapping[Side, int], values: Array) -> Iterator[Change]:
        part = ShareOfSet(rule, self._ground)
        counted, over = part.reached(self._model, values)
        groups = [self._giving.places[number].place for number, _ in amounts]
        floor = rule.at_least is not None
        share = rule.at_least if rule.at_least is not None else rule.at_most
        if share is None or not all(over[group] for group in groups):
            return
        each = [Fraction(int(counted[group]), int(over[group])) for group in groups]
        reached = min(each) if floor else max(each)
        step = math.floor(reached * PER_MILLE) if floor else math.ceil(reached * PER_MILLE)
        new = Fraction(min(step, PER_MILLE), PER_MILLE)
        price, wide = sum(amounts.values()), 0
        if isinstance(rule.over, People):
            wide = int(np.abs(rounded(share, over, rule.rounding) - rounded(new, over, rule.rounding)).sum())
        name = "at_least" if floor else "at_most"
        yield self._clause(rule, {name: new}, as_percent(share), as_percent(new), price, wide)
        if tuple(rule.per) == ("school_id",) and isinstance(rule.over, People) and not rule.where_afterwards:
            schools = self._scopes(amounts)
            asked = int(rounded(share, over, rule.rounding)[groups].sum())
            ids = tuple(self._district.schools["school_id"].iloc[schools].tolist())
            names = say("policy.list_separator").join(self._names[each] for each in schools)
            told = say("repair.school", school=names, rule=label(rule), source=cited(rule.source))
            logged = Exempted(schools=ids, reason=say("repair.excepted"))
            yield Change(
                "exception", rule.id, told, asked if floor else price, "people", with_exception(rule.id, logged)
            )
        if floor and isinstance(rule.over, People):
            yield from self._deferring(rule, rule.over, share, amounts, counted, over, values)

    def _count(self, rule: Count, amounts: Mapping[Side, int]) -> Iterator[Change]:
        below = [amount for (_, floor), amount in amounts.items() if floor]
        above = [amount for (_, floor), amount in amounts.items() if not floor]
        if below and above:
            return
        name = "at_least" if below else "at_most"
        old = getattr(rule, name)
        new = old - max(below) if below else old + max(above)
        yield self._clause(rule, {name: new}, str(old), str(new), sum((*below, *above)))

    def _off(self, rule: Rule, price: int) -> Change:
        told = say("repair.off", rule=label(rule), source=cited(rule.source))
        return Change("off", rule.id, told, price, "aside", with_parameters(rule.id, {"enabled": False}))

    # ---- single people -------------------------------------------------------------------------------------------

    def _deferring(
        self,
        rule: ShareRule,
        over: People,
        share: Fraction,
        amounts: Mapping[Side, int],
        counted: Array,
        size: Array,
        values: Array,
    ) -> Iterator[Change]:
        """So many more deferred that the share asks no more than was reached: of those who stay in the solution."""
        part = ShareOfSet(rule, self._ground)
        of = self._ground.select.people(over.people) & ~self._ground.select.excepted(rule)
        of &= ~self._ground.standing.forced
        of[unpack(self._model, values).person] = False
        chosen: list[int] = []
        for group in (self._giving.places[each].place for each, _ in amounts):
            number = int(size[group])
            fewer = next(
                (n for n in range(number + 1) if rounded(share, np.array(number - n), rule.rounding) <= counted[group]),
                number,
            )
            stay = np.flatnonzero(of & (part.grouping.home == group))
            stay = stay[np.argsort(-self._ground.fill_order[stay], kind="stable")]  # the shortest-serving first
            if len(stay) < fewer:
                return
            chosen += stay[:fewer].tolist()
        if not chosen:
            return
        apply = self._exempting(over, chosen)
        way = "defer" if apply is not None else "exception"
        apply = apply or with_exception(rule.id, Exempted(staff=self._ids(chosen), reason=say("repair.excepted")))
        found = [self._giving.places[number] for number, _ in amounts]
        told = [place_words(self._model, place.block, place.place) for place in found]
        places = say("policy.list_separator").join(told[:NAMED])
        values_of = {"places": places, "count": len(chosen), "who": self._people(chosen), "rule": label(rule)}
        yield Change(way, rule.id, say(f"repair.{way}", **values_of), len(chosen), "people", apply)

    def _exempting(self, over: People, chosen: list[int]) -> Apply | None:
        """Rows of ``exemptions`` that take these people out of a set; ``None`` where no deferral of the policy does."""
        ids, as_of = self._ids(chosen), self._district.as_of
        kinds = [
            form.exemption[0]
            for rule in self._ground.policy.of(Defer)
            for _, form in parts(rule.when)
            if isinstance(form, OnExemption)
        ]
        for kind in dict.fromkeys(reversed(kinds)):
            apply = with_exemptions(ids, kind, as_of)
            district, policy = apply(self._district, self._ground.policy)
            after = stand(district, policy, draw=self._draw).selecting.people(over.people)
            if not after[chosen].any():
                return apply
        return None

    def _excepted(self, rule: Rule, amounts: Mapping[Side, int]) -> Iterator[Change]:
        people = self._scopes(amounts)
        logged = Exempted(staff=self._ids(people), reason=say("repair.excepted"))
        told = say("repair.except", rule=label(rule), who=self._people(people))
        yield Change("exception", rule.id, told, len(people), "people", with_exception(rule.id, logged))

    def _ids(self, people: list[int]) -> tuple[str, ...]:
        return tuple(self._district.staff["staff_id"].iloc[people].tolist())

    def _people(self, people: list[int]) -> str:
        staff = self._district.staff
        told = [
            say("clash.person", name=staff["name"].iat[each], id=staff["staff_id"].iat[each]) for each in people[:NAMED]
        ]
        if len(people) > NAMED:
            told.append(say("repair.more", count=len(people) - NAMED))
        return say("policy.list_separator").join(told)
