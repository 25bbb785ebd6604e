"""Couples and other relatives among the staff."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from rotation_planner.data.generator.arrays import Flags, Ints, Rng, between
from rotation_planner.data.generator.assumptions import Assumptions
from rotation_planner.data.generator.people import TEACHER, People


class Kin(NamedTuple):
    """Two relatives by their position in the list of people."""

    person: int
    relative: int
    kinship: str


def draw_relatives(rng: Rng, people: People, given: Assumptions) -> list[Kin]:
    """Everybody has at most one relative here; children and siblings take the family's surname."""
    n = len(people)
    free = np.ones(n, dtype=bool)
    plain = people.position == TEACHER
    couples = max(2, n * given.spouses // 2000)
    at_one_school = max(1, couples * given.same_school // 100)
    found = _match(
        rng, people, free, "spouse", at_one_school, ~people.woman & plain, people.woman & plain, (-2, 5), True
    )
    found += _match(rng, people, free, "spouse", couples - at_one_school, ~people.woman, people.woman, (-2, 5), False)
    gaps = {"parent_child": (22, 31), "sibling": (1, 8), "collateral": (-12, 26), "in_law": (-6, 12)}
    anyone = np.ones(n, dtype=bool)
    for kinship, share in given.other_kin.items():
        found += _match(rng, people, free, kinship, max(1, n * share // 2000), anyone, anyone, gaps[kinship], False)
    for kin in found:
        if kin.kinship == "sibling" or (kin.kinship == "parent_child" and not people.woman[kin.person]):
            people.surname[kin.relative] = people.surname[kin.person]
    return found


def _match(
    rng: Rng,
    people: People,
    free: Flags,
    kinship: str,
    count: int,
    first: Flags,
    second: Flags,
    gap: tuple[int, int],
    same_school: bool,
) -> list[Kin]:
    """Pairs people so that the first is ``gap`` years older than the second."""
    waiting: dict[tuple[int, int], list[int]] = defaultdict(list)
    shuffled = rng.permutation(len(people))
    for person in shuffled[(second & free)[shuffled]]:
        waiting[(int(people.school[person]) if same_school else -1, int(people.age[person]))].append(int(person))
    found: list[Kin] = []
    heads: Ints = shuffled[(first & free)[shuffled]]
    for person, years in zip(heads[::-1], between(rng, *gap, len(heads)), strict=True):
        if len(found) >= count:
            break
        bucket = waiting[(int(people.school[person]) if same_school else -1, int(people.age[person] - years))]
        while bucket and not free[bucket[-1]]:
            bucket.pop()
        if not bucket or not free[person] or bucket[-1] == person:
            continue
        if not same_school and people.school[bucket[-1]] == people.school[person]:
            continue
        relative = bucket.pop()
        free[[person, relative]] = False
        found.append(Kin(int(person), relative, kinship))
    return found
