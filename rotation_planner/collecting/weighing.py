"""How many people's standing depends on a doubt: everybody is judged anew under each of its readings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rotation_planner.collecting.doubts import Doubt
from rotation_planner.collecting.pool import Change, Pool, sound
from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.standing import Standing
from rotation_planner.policy.kinds import Phase, Qualification
from rotation_planner.policy.policy import Policy

MOST_JUDGED = 800  # readings; each costs the time of judging a whole district once
ABSENT, OUTSIDE, STAYS = 0, 1, 6
QUIET = (ABSENT, OUTSIDE, STAYS)  # who is not there, or of whom no rule speaks
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Weight:
    """What depends on a doubt: ``people`` whose standing or open places differ between its readings (of ids that may be
    one person, one), the ``rules`` by which, and by reading how many stand where (`Stand` to number) among them.

    ``people`` is ``None`` where it was not counted.
    """

    people: tuple[str, ...] | None
    rules: tuple[str, ...] = ()
    standings: tuple[Mapping[str, str], ...] = field(default=())

    @property
    def count(self) -> int | None:
        """How many people."""
        return None if self.people is None else len(self.people)


class Picture:
    """Where everybody stands under one reading, comparable with another: by staff_id a number that tells standing,
    every rule that speaks of the person, and the places open."""

    def __init__(self, district: District, policy: Policy, draw: int | None) -> None:
        self.district, self.policy = district, policy
        self.standing: Standing = stand(district, policy, draw=draw)
        self.ids: list[str] = district.staff["staff_id"].tolist()
        self.pos = district.staff_pos
        self.masks = dict(_masks(self.standing))
        self.openings = Openings(policy, self.standing)
        self.candidates = np.flatnonzero(self.standing.candidate)
        self.places = self._places()
        judged = np.unique(self.standing.stand.astype(str), return_inverse=True)
        names = {name: number for number, name in enumerate(("outside", "barred", "need_not", "must", "may", "stays"))}
        self.signs = np.array([names[str(each)] + 1 for each in judged[0]], dtype=np.uint64)[judged[1]]
        for number, (_, mask) in enumerate(sorted(self.masks.items()), 11):
            self.signs += mask.astype(np.uint64) * _mixed(np.uint64(number))
        self.signs += self.places
        self.signs[self.signs == ABSENT] = 1

    def _places(self) -> npt.NDArray[np.uint64]:
        """One number for the open places (school, department, way, stage, subject) of each person."""
        told = np.zeros(len(self.ids), dtype=np.uint64)
        if not len(self.candidates):
            return told
        seats = self.openings.seats(self.candidates, self.openings.open_to(self.candidates))
        to = self.openings.destinations
        schools = self.district.schools["school_id"].tolist()
        names = [f"{schools[s]}\t{d}" for s, d in zip(to.school.tolist(), to.department.tolist(), strict=True)]
        place = np.array([_number(each) for each in names], dtype=np.uint64)
        option = np.array([_number("\t".join(each)) for each in seats.options], dtype=np.uint64)
        way = (seats.way + 2).astype(np.uint64)
        with np.errstate(over="ignore"):
            keys = _mixed(place[seats.destination] + _mixed(option[seats.option] + _mixed(way)))
            np.add.at(told, self.candidates[seats.person], keys)
        return told

    def sign(self, staff_id: str) -> int:
        """The number of a person, `ABSENT` of somebody who is not there."""
        at = self.pos.get(staff_id)
        return ABSENT if at is None else int(self.signs[at])

    def said(self, staff_id: str) -> str:
        """The standing in one word; empty for somebody who is not there."""
        at = self.pos.get(staff_id)
        return "" if at is None else str(self.standing.stand[at].value)


def _number(text: str) -> int:
    """A number of 64 bits that is the same in every run."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _mixed(value: npt.NDArray[np.uint64] | np.uint64) -> npt.NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        mixed = (np.asarray(value, dtype=np.uint64) + np.uint64(1)) * _MIX
        mixed ^= mixed >> np.uint64(29)
        return mixed * np.uint64(0xBF58476D1CE4E5B9)


def _masks(standing: Standing) -> Iterator[tuple[tuple[str, str], npt.NDArray[np.bool_]]]:
    """Every mask of a standing by what it tells and its rule."""
    for name in ("meets", "eligible", "due", "deferred", "barred", "volunteer"):
        for rule, mask in getattr(standing, name).items():
            yield (name, rule), mask
    yield ("candidate", ""), standing.candidate


class Scales:
    """Weighs doubts one by one against the pool as it counts now."""

    def __init__(self, pool: Pool, policy: Policy, draw: int | None) -> None:
        self.pool, self.policy, self.draw = pool, policy, draw
        self.base = self._picture(None)
        self.judged = 0

    def _picture(self, change: Change | None) -> Picture:
        district, _ = sound(self.pool.as_of, self.pool.tables(change))
        return Picture(district, self.policy, self.draw)

    def weigh(self, doubt: Doubt) -> Weight:
        """How many people's standing depends on the doubt, and by which rules."""
        if self.judged + len(doubt.readings) - 1 > MOST_JUDGED:
            return Weight(None)
        pictures = [self.base if r.change == Change() else self._picture(r.change) for r in doubt.readings]
        self.judged += sum(each is not self.base for each in pictures)
        first = pictures[0]
        alias = dict.fromkeys(doubt.alias, doubt.alias[0]) if doubt.alias else {}
        differing: dict[str, None] = {}
        rules: set[str] = set()
        for other in pictures[1:]:
            found = [each for each in _differing(first, other) if each not in alias]
            if alias:
                told = [sorted(x for each in alias if (x := p.sign(each)) not in QUIET) for p in (first, other)]
                if told[0] != told[1]:
                    found.append(doubt.alias[0])
            differing |= dict.fromkeys(found)
            rules |= _rules(first, other, found, alias)
        people = tuple(sorted(differing))
        named = [rule.id for rule in self.policy.rules if rule.id in rules]
        standings = tuple({each: p.said(each) for each in people} for p in pictures)
        return Weight(people, tuple(named), standings)


def _differing(one: Picture, other: Picture) -> list[str]:
    """The ids of everybody who stands differently, people of one side only included where a rule speaks of them."""
    if one.ids == other.ids:
        return [one.ids[at] for at in np.flatnonzero(one.signs != other.signs)]
    found = []
    for each in dict.fromkeys([*one.ids, *other.ids]):
        signs = one.sign(each), other.sign(each)
        if signs[0] != signs[1] and not (ABSENT in signs and set(signs) <= set(QUIET)):
            found.append(each)
    return found


def _rules(one: Picture, other: Picture, people: Sequence[str], alias: Mapping[str, str]) -> set[str]:
    """The rules by which these people stand differently; of those who are there once only, all that speak of them."""
    found: set[str] = set()
    phases = {rule.duty: rule.id for rule in one.policy.of(Phase)}
    for each in people:
        sides = [(p, next((p.pos[x] for x in (each, *(a for a in alias if alias[a] == each)) if x in p.pos), None))
                 for p in (one, other)]  # fmt: skip
        told = [{key for key, mask in p.masks.items() if at is not None and mask[at]} for p, at in sides]
        names = {key for key in told[0] ^ told[1] if key[1]}
        for name, rule in names:
            phased = name == "due" and ("eligible", rule) not in names and rule in phases
            found.add(phases[rule] if phased else rule)
        if told[0] == told[1] and all(at is not None for _, at in sides):
            found |= _closing(sides)
    return found


def _closing(sides: Sequence[tuple[Picture, int | None]]) -> set[str]:
    """The rules that shut other places on one side than on the other."""
    shut: list[dict[str, set[tuple[str, str, int]]]] = []
    for picture, at in sides:
        if at is None or not picture.standing.candidate[at]:
            shut.append({})
            continue
        schools = picture.district.schools["school_id"].to_numpy()
        to = picture.openings.destinations
        closed: dict[str, set[tuple[str, str, int]]] = {}
        for rule, mask in picture.openings.shut(np.array([at])):
            hit = np.flatnonzero(mask[0])
            closed.setdefault(rule, set()).update(
                zip(schools[to.school[hit]].tolist(), to.department[hit].tolist(), to.way[hit].tolist(), strict=True)
            )
        shut.append(closed)
    found = {rule for rule in {*shut[0], *shut[1]} if shut[0].get(rule) != shut[1].get(rule)}
    # Where no rule shuts a school, it lacks the stage, the subject or the room.
    return found or {rule.id for rule in sides[0][0].policy.of(Qualification)}


def weighed(
    pool: Pool,
    policy: Policy,
    doubts: Sequence[Doubt],
    draw: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[tuple[Doubt, Weight]]:
    """Every doubt with its weight, those on which most people depend first; those that block a scenario are counted
    first, in case there are more than can be counted."""
    scales = Scales(pool, policy, draw)
    order = sorted(doubts, key=lambda each: not each.blocking)
    found = []
    for number, each in enumerate(order, 1):
        found.append((each, scales.weigh(each)))
        if progress is not None:
            progress(number, len(order))
    return sorted(found, key=lambda pair: (-(pair[1].count if pair[1].count is not None else -1), pair[0].id))
