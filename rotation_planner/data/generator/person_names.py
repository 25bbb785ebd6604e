"""Invented personal names and staff numbers."""

from __future__ import annotations

import re

import numpy as np

from rotation_planner.data.generator.arrays import Ints, Rng, Texts, between, chance, chance_in_thousand, pick, texts
from rotation_planner.data.generator.assumptions import Assumptions
from rotation_planner.data.generator.people import People
from rotation_planner.data.generator.vocabulary import vocabulary


def set_names(rng: Rng, people: People, given: Assumptions) -> None:
    """A surname by its frequency and a given name in the fashion of the cohort; names repeat as they do in life."""
    words = vocabulary()["people"]
    weighted = re.findall(r"([^\d])(\d+)", words["surnames"])
    surnames = texts([name for name, _ in weighted] + words["compound"])
    weights = [20 * int(weight) for _, weight in weighted] + [3] * len(words["compound"])
    n = len(people)
    people.surname = surnames[pick(rng, weights, n)]
    cohort = np.where(people.age >= 45, 0, np.where(people.age >= 33, 1, 2))
    pools = {
        (woman, number): texts(list(words[f"{who}_{times}"]))
        for woman, who in ((True, "women"), (False, "men"))
        for number, times in enumerate(("elder", "middle", "young"))
    }
    people.given_name = texts([""] * n)
    single = chance(rng, given.one_character_name, n)
    first, second = between(rng, 0, 9999, n), between(rng, 0, 9999, n)
    for (woman, number), pool in pools.items():
        chosen = (people.woman == woman) & (cohort == number)
        one, two = first[chosen] % len(pool), second[chosen] % len(pool)
        two = np.where(two == one, (two + 1) % len(pool), two)
        people.given_name[chosen] = np.where(single[chosen], pool[one], pool[one] + pool[two])
    rare = texts(list(words["rare"]))
    unusual = np.flatnonzero(chance_in_thousand(rng, given.rare_name, n))
    last = rare[between(rng, 0, len(rare) - 1, len(unusual))]
    kept = texts([name[0] if len(name) > 1 else "" for name in people.given_name[unusual]])
    people.given_name[unusual] = kept + last


def number_staff(rng: Rng, people: People) -> None:
    """Staff numbers in the order in which people entered the service."""
    n = len(people)
    order = np.lexsort((between(rng, 0, 999_999, n), people.birth, people.hired))
    turn: Ints = np.empty(n, dtype=np.int64)
    turn[order] = np.arange(1, n + 1)
    width = max(5, len(str(n)))
    numbers: Texts = texts([f"T{number:0{width}d}" for number in turn])
    people.ids = numbers
