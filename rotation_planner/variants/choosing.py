"""The goals of a trade-off: which terms of a policy they are, which levels are held, which follow behind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rotation_planner.answers.changing import changed
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.policy.base import Words
from rotation_planner.policy.kinds.goals import Evenness, Level, Moves, Term
from rotation_planner.policy.policy import Policy
from rotation_planner.words import language, say

FEWEST, MOST = 2, 3
MOVES = "moves"  # all who move: can be asked for where the pack has no such term
FAVOURS = {
    "moves": "steady", "extra_moves": "steady", "evenness": "even", "distance": "near", "wishes": "wishes",
    "place_due": "due", "shortage": "staffed", "overstaffing": "staffed", "per_pupils": "staffed",
    "points_left": "merit",
}  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """One goal of a trade-off: the ``key`` by which it was asked for, its level as it is made small, the place of the
    pack's level that it comes from (from 0), and the smallest step of its value."""

    key: str
    level: Level
    place: int
    unit: Fraction
    favours: str
    whole: bool

    @property
    def words(self) -> str:
        """What people call it."""
        return self.level.words[language()]


@dataclass(frozen=True, eq=False)
class Trade:
    """The goals of a trade-off, and the policies by which its plans are sought.

    ``held``: the levels of the pack that come before all of them, and stay as good as they can be. ``behind``: what is
    left of the pack's goals, made small when nothing else is at stake.
    """

    policy: Policy
    chosen: tuple[Chosen, ...]
    held: tuple[Level, ...]
    behind: tuple[Level, ...]

    def ordered(self, order: Sequence[int], *, behind: bool = False) -> Policy:
        """The policy with the held levels, then the chosen goals in this order, then what is left where wanted.

        Should-rules that a level pays for stay with their level; those of a level that is not there cost nothing.
        """
        levels = [*self.held, *(self.chosen[each].level for each in order), *(self.behind if behind else ())]
        former = {level.id: number for number, level in enumerate(self.policy.goals)}
        place = {former[level.id]: number for number, level in enumerate(self.held)}
        place |= {each.place: len(self.held) + order.index(at) for at, each in enumerate(self.chosen) if each.whole}
        if behind:
            start = len(self.held) + len(order)
            place |= {former[level.id]: start + number for number, level in enumerate(self.behind)}
        rules = []
        for rule in self.policy.rules:
            rank = None if rule.rank is None else place.get(rule.rank - 1)
            rules.append(rule.model_copy(update={"rank": None if rank is None else rank + 1}))
        return changed(self.policy, rules=tuple(rules), goals=tuple(levels))


def keys_of(policy: Policy) -> list[str]:
    """Everything that can be asked for: levels by id, their terms as level:kind, and all moves."""
    found = [level.id for level in policy.goals]
    found += [f"{level.id}:{term.kind}" for level in policy.goals if len(level.terms) > 1 for term in level.terms]
    return [*found, *([] if MOVES in found else [MOVES])]


def choose(policy: Policy, keys: Sequence[str], file: str) -> Trade:
    """The trade-off of the goals named: a level's id, ``level:kind`` or a kind alone for one of its terms, ``moves``.

    Raises:
        InputError: a goal that is not there, one named twice, or not two or three of them.
    """
    problems: list[Problem] = []
    if not FEWEST <= len(keys) <= MOST:
        problems.append(_problem("tradeoff_many", file, ",".join(keys), fewest=FEWEST, most=MOST))
    chosen: list[Chosen] = []
    for key in keys:
        found = _find(policy, key, len(chosen))
        if found is None:
            known = keys_of(policy)
            listed = say("policy.list_separator").join(known)
            problems.append(_problem("tradeoff_goal", file, key, known=listed, nearest=Nearest(key, known)))
        elif any(_overlap(found, other) for other in chosen):
            problems.append(_problem("tradeoff_twice", file, key))
        else:
            chosen.append(found)
    if problems:
        raise InputError(problems)
    first = min(each.place for each in chosen)
    whole = {each.place for each in chosen if each.whole}
    taken = {id(term) for each in chosen for term in _terms_of(policy, each)}
    behind = []
    for number, level in enumerate(policy.goals):
        left = tuple(term for term in level.terms if id(term) not in taken)
        paid = any(rule.rank == number + 1 for rule in policy.active)
        if number >= first and number not in whole and (left or paid):
            behind.append(level.model_copy(update={"terms": left}))
    return Trade(policy, tuple(chosen), tuple(policy.goals[:first]), tuple(behind))


def _terms_of(policy: Policy, chosen: Chosen) -> tuple[Term, ...]:
    """The pack's own terms that a chosen goal stands for."""
    level = policy.goals[chosen.place]
    if chosen.whole:
        return level.terms
    kind = chosen.level.terms[0].kind
    return tuple(term for term in level.terms if term.kind == kind)


def _find(policy: Policy, key: str, number: int) -> Chosen | None:
    name = f"front-{number + 1}"
    for place, level in enumerate(policy.goals):
        if level.id == key:
            kinds = {FAVOURS[term.kind] for term in level.terms}
            favours = kinds.pop() if len(kinds) == 1 else "goal"
            own = level.model_copy(update={"id": name})
            return Chosen(key, own, place, _unit(level.terms), favours, whole=True)
    wanted_level, _, kind = key.rpartition(":")
    matches = [
        (place, term)
        for place, level in enumerate(policy.goals)
        if wanted_level in ("", level.id)
        for term in level.terms
        if term.kind == kind
    ]
    if kind == MOVES and not wanted_level and not matches:
        place = next(
            (at for at, level in enumerate(policy.goals) if any(term.kind == "extra_moves" for term in level.terms)),
            len(policy.goals) - 1,
        )
        matches = [(place, Moves(kind="moves", weight=Fraction(1)))]
    if not matches or len({place for place, _ in matches}) > 1:
        return None
    place = matches[0][0]
    alone = len(matches) == 1
    terms = tuple(term.model_copy(update={"weight": Fraction(1)}) if alone else term for _, term in matches)
    words: Words = {lang: say_in(lang, f"tradeoff.term_{kind}") for lang in ("zh", "en")}  # type: ignore[assignment]
    level = Level.model_construct(id=name, words=words, terms=terms)
    return Chosen(key, level, place, _unit(terms), FAVOURS[kind], whole=False)


def say_in(lang: str, key: str) -> str:
    """A sentence in a given language."""
    from rotation_planner.words import catalogue

    return catalogue()[key][lang]


def _overlap(one: Chosen, other: Chosen) -> bool:
    kinds = [{term.kind for term in each.level.terms} for each in (one, other)]
    return one.place == other.place and (one.whole or other.whole or bool(kinds[0] & kinds[1]))


def _unit(terms: Sequence[Term]) -> Fraction:
    """The smallest step of a level's value: whole units of each term times its weight; evenness counts thousandths."""
    steps = [Fraction(term.weight) / (1000 if isinstance(term, Evenness) else 1) for term in terms]
    return Fraction(1, math.lcm(*(step.denominator for step in steps)))


def _problem(code: str, file: str, value: str, **values: object) -> Problem:
    return Problem(Severity.ERROR, code, file, None, "--goals", value, values)
