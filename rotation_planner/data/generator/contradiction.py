"""One clear contradiction for a district that is to have no plan."""

from __future__ import annotations

import numpy as np

from rotation_planner.data.generator.arrays import Flags, Ints
from rotation_planner.data.generator.assumptions import QUALITY, URBAN
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.people import People
from rotation_planner.data.generator.rows import Rows


def plant_contradiction(ground: Ground, people: People, rows: Rows, minimum: Ints, eligible: Flags) -> int:
    """A school whose quota asks teachers to leave while every subject is at its minimum and nobody can come instead.

    Its minimum stands at today's number in every row, and its limit so far below today's number that even without all
    its deputies it could not receive anyone. Returns the school's position.
    """
    bound = ground.in_scope & ((ground.layout.location == URBAN) | (ground.layout.tier == QUALITY))
    counts = np.bincount(people.school[eligible], minlength=len(ground.staff)) * bound
    school = int(np.argmax(counts))
    minimum[school] = rows.present[school]
    rows.required[school] = np.maximum(rows.required[school], rows.present[school])
    less = max(int(ground.deputy_posts[school]) + 2, int(ground.staff[school]) // 10)
    ground.limit[school] = ground.staff[school] - less
    ground.students[school] = ground.students[school] * ground.limit[school] // ground.staff[school]
    return school
