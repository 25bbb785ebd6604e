"""Teachers by school, stage and subject: how many the curriculum asks for and how many there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rotation_planner.data.generator.arrays import Ints, Rng, apportion, between
from rotation_planner.data.generator.assumptions import REMOTE, RURAL, Assumptions
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.vocabulary import STAGES, courses


@dataclass
class Rows:
    """Matrices of schools x courses; a row of ``demand`` stands wherever ``required`` is above 0."""

    required: Ints
    present: Ints


@dataclass
class Establishment:
    """People of each school by what they are; ``freed`` of the ``deputies`` do not teach full time."""

    support: Ints
    deputies: Ints
    freed: Ints
    teachers: Ints


def establish(rng: Rng, ground: Ground, given: Assumptions) -> Establishment:
    """How the staff of a school divides into a principal, deputies, support staff and teachers."""
    schools = len(ground.staff)
    support = (ground.staff * given.support + 50) // 100
    vacant = (between(rng, 0, 99, schools) < given.vacant_deputy) & (ground.deputy_posts > 1)
    deputies = ground.deputy_posts - vacant
    freed = np.where(ground.small, 0, deputies)
    return Establishment(support, deputies, freed, ground.staff - 1 - support - freed)


def build_rows(rng: Rng, ground: Ground, people: Establishment, given: Assumptions) -> Rows:
    """Draws both matrices: together a school is over or short by as much as it lies from its limit."""
    listed = courses()
    schools = len(ground.staff)
    required = np.zeros((schools, len(listed)), dtype=np.int64)
    present = np.zeros_like(required)
    wanted = np.maximum(people.teachers - (ground.staff - ground.limit), people.teachers // 2)
    teachers_by_stage = apportion(people.teachers, ground.part)
    wanted_by_stage = apportion(wanted, ground.part)
    far = ground.layout.location >= RURAL
    for stage in range(len(STAGES)):
        columns = np.array([c for c, course in enumerate(listed) if course.stage == stage])
        share = np.array([listed[c].share for c in columns]) * 100
        balance = np.array([listed[c].balance for c in columns])
        # What is short is shorter in the countryside.
        tilt = np.where(far[:, None], 100 + (balance - 100) * 2, balance)
        shape = (schools, len(columns))
        asked = share * between(rng, 96, 104, shape)
        there = share * tilt * between(rng, 90, 110, shape) // 100
        required[:, columns] = apportion(wanted_by_stage[:, stage], asked)
        present[:, columns] = apportion(teachers_by_stage[:, stage], there)
    required = np.maximum(required, present > 0)
    # Every school that teaches a stage has a row for its two largest subjects, so leaders of these can come.
    for stage in range(len(STAGES)):
        largest = sorted(
            (c for c, course in enumerate(listed) if course.stage == stage), key=lambda c: -listed[c].share
        )
        for column in largest[:2]:
            required[:, column] = np.maximum(required[:, column], ground.teaches[:, stage])
    _thin_islands(ground, required, present)
    return Rows(required, present)


def _thin_islands(ground: Ground, required: Ints, present: Ints) -> None:
    """Island schools share the rarest subjects with the mainland: no row where nobody teaches the subject."""
    remote = ground.layout.location == REMOTE
    required[remote[:, None] & (present == 0) & (required <= 1)] = 0
    for stage in range(len(STAGES)):
        columns = [c for c, course in enumerate(courses()) if course.stage == stage][:2]
        required[:, columns] = np.maximum(required[:, columns], ground.teaches[:, [stage]])
