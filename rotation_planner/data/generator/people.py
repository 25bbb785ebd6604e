"""The people of an invented district: who they are and where they teach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rotation_planner.data.dates import Days, add_years
from rotation_planner.data.generator.arrays import (
    Flags,
    Ints,
    Rng,
    Texts,
    between,
    chance,
    pick,
    pick_by_row,
    top_of_group,
)
from rotation_planner.data.generator.assumptions import Assumptions
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.rows import Establishment, Rows
from rotation_planner.data.generator.vocabulary import KINDERGARTEN, courses

POSITIONS = ("principal", "deputy_principal", "middle_chief", "middle_deputy", "teacher", "support")
PRINCIPAL, DEPUTY, CHIEF, MIDDLE_DEPUTY, TEACHER, SUPPORT = range(6)


def _ints() -> Ints:
    return np.zeros(0, dtype=np.int64)


def _flags() -> Flags:
    return np.zeros(0, dtype=bool)


def _days() -> Days:
    return np.zeros(0, dtype="datetime64[D]")


def _texts() -> Texts:
    return np.zeros(0, dtype=object)


@dataclass
class People:
    """One entry a person, sorted by school and position. Numbers stand for listed values, -1 for none."""

    school: Ints
    course: Ints
    position: Ints
    full_time: Flags
    age: Ints
    woman: Flags
    birth: Days
    hired: Days = field(default_factory=_days)
    joined: Days = field(default_factory=_days)
    since: Days = field(default_factory=_days)
    title: Ints = field(default_factory=_ints)
    backbone: Ints = field(default_factory=_ints)
    backbone_since: Days = field(default_factory=_days)
    degree: Ints = field(default_factory=_ints)
    department: Texts = field(default_factory=_texts)
    boss: Ints = field(default_factory=_ints)
    key_post: Flags = field(default_factory=_flags)
    other_subjects: Texts = field(default_factory=_texts)
    other_stages: Texts = field(default_factory=_texts)
    duties: Texts = field(default_factory=_texts)
    funded: Flags = field(default_factory=_flags)
    ids: Texts = field(default_factory=_texts)
    surname: Texts = field(default_factory=_texts)
    given_name: Texts = field(default_factory=_texts)

    def __len__(self) -> int:
        return len(self.school)

    @property
    def stage(self) -> Ints:
        """Stage of each person's course, -1 for those who do not teach."""
        by_course = np.array([c.stage for c in courses()] + [-1], dtype=np.int64)
        return by_course[self.course]


def place_people(
    rng: Rng, ground: Ground, rows: Rows, made: Establishment, as_of: dt.date, given: Assumptions
) -> People:
    """One person for every place held, with age and sex."""
    schools, many = rows.present.shape
    numbers = np.arange(schools)
    # Leaders teach one of the two large subjects of their school's stages.
    leading = np.zeros_like(rows.present)
    for stage in range(ground.teaches.shape[1]):
        for column in [c for c, course in enumerate(courses()) if course.stage == stage][:2]:
            leading[:, column] = ground.part[:, stage]
    of_principals, of_deputies = numbers, np.repeat(numbers, made.freed)
    of_support = np.repeat(numbers, made.support)
    teaching = rows.present.ravel()
    of_teachers = np.repeat(np.repeat(numbers, many), teaching)
    school = np.concatenate([of_principals, of_deputies, of_teachers, of_support])
    course = np.concatenate(
        [
            pick_by_row(rng, leading, of_principals),
            pick_by_row(rng, leading, of_deputies),
            np.repeat(np.tile(np.arange(many), schools), teaching),
            np.full(len(of_support), -1),
        ]
    )
    position = np.repeat(
        [PRINCIPAL, DEPUTY, TEACHER, SUPPORT], [len(of_principals), len(of_deputies), len(of_teachers), len(of_support)]
    )
    order = np.lexsort((course, position, school))
    school, course, position = school[order], course[order], position[order]
    age, woman, birth = _ages(rng, ground, school, course, position, as_of, given)
    return People(school, course, position, position == TEACHER, age, woman, birth)


def _ages(
    rng: Rng, ground: Ground, school: Ints, course: Ints, position: Ints, as_of: dt.date, given: Assumptions
) -> tuple[Ints, Flags, Days]:
    n = len(school)
    first = np.array([*given.age_from, 60])
    band = pick_by_row(rng, np.array(given.ages, dtype=np.int64), ground.layout.location[school])
    principal, deputy = position == PRINCIPAL, position == DEPUTY
    band = np.where(principal, 3 + pick(rng, (8, 26, 38, 26, 2), n), band)
    band = np.where(deputy, 3 + pick(rng, (28, 34, 27, 10, 1), n), band)
    age = between(rng, first[band], first[band + 1] - 1, n)
    listed = courses()
    stage = np.array([c.stage for c in listed] + [1])[course]
    women = np.array(given.women)[stage] + np.array([c.women for c in listed] + [-25])[course]
    women = women + np.array(given.women_by_age)[band]
    women = np.where(principal, given.women_principals, np.where(deputy, given.women_deputies, women))
    women = np.where(stage == KINDERGARTEN, 97, np.where(band == len(first) - 2, 0, women))
    woman = chance(rng, np.clip(women, 0, 98), n)
    # Nobody is past the statutory age: women leave soon after 55, so those drawn older are a few years younger.
    age = np.where((stage == KINDERGARTEN) & (age > 52), age - 14, age)
    age = np.where(woman & (age > 54), 54, age)
    years: npt.NDArray[np.datetime64] = np.full(n, np.datetime64(as_of, "D"))
    birth = add_years(years, -age) - between(rng, 0, 363, n).astype("timedelta64[D]")
    return age, woman, birth


def promote_in_house(rng: Rng, people: People, places: Ints, into: int, ages: tuple[int, int]) -> None:
    """Gives ``places[school]`` teachers of each school a position, in mid-career where possible."""
    low, high = ages
    fit = (people.age >= low) & (people.age <= high)
    score = fit * 1000 + between(rng, 0, 999, len(people))
    chosen = top_of_group(people.school, score, places, (people.position == TEACHER) & (people.age >= 28))
    people.position[chosen] = into


def held_posts(rng: Rng, posts: Ints, vacant: int) -> Ints:
    """Posts held: now and then one stands empty."""
    return posts - ((posts > 1) & chance(rng, vacant, len(posts)))
