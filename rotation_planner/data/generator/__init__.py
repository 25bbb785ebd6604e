"""Invented districts of any size, for scenarios, tests and benchmarks."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from rotation_planner.data.generator.assumptions import Assumptions
from rotation_planner.data.generator.draft import draw
from rotation_planner.data.generator.frames import as_frames, planted_moves
from rotation_planner.data.generator.write import write_district
from rotation_planner.words import say

AS_OF = dt.date(2027, 8, 31)


class Generated(NamedTuple):
    """The tables of a district and the plan planted in it (none where there is to be none)."""

    frames: dict[str, pd.DataFrame]
    moves: pd.DataFrame


def usual_staff(schools: int, given: Assumptions | None = None) -> int:
    """Staff of a district with so many schools: 20 have 1,000, 60 have 5,000, 200 have 20,000, 1,200 have 100,000."""
    given = given or Assumptions()
    many, staff = given.usual_schools, given.usual_staff
    if schools > many[-1]:
        return schools * staff[-1] // many[-1]
    upper = next(i for i, bound in enumerate(many) if schools <= bound) or 1
    low, high = many[upper - 1], many[upper]
    return staff[upper - 1] + (staff[upper] - staff[upper - 1]) * (schools - low) // (high - low)


def generate_with_plan(
    schools: int,
    seed: int,
    *,
    as_of: dt.date = AS_OF,
    staff: int | None = None,
    feasible: bool = True,
    district: str = "滨海区",
    assumptions: Assumptions | None = None,
) -> Generated:
    """A district and a plan that keeps every ``must`` rule of the pack ``dalian``; arguments as `generate`."""
    given = assumptions or Assumptions()
    if schools < given.fewest_schools:
        raise ValueError(say("generator.too_few_schools", schools=schools, least=given.fewest_schools))
    people = usual_staff(schools, given) if staff is None else staff
    least = schools * given.fewest_staff_a_school
    if people < least:
        raise ValueError(say("generator.too_few_staff", staff=people, schools=schools, least=least))
    if seed < 0:
        raise ValueError(say("generator.negative_seed", seed=seed))
    draft = draw(schools, people, seed, as_of, district, feasible, given)
    return Generated(as_frames(np.random.default_rng([seed, schools]), draft, given), planted_moves(draft))


def generate(
    schools: int,
    seed: int,
    *,
    as_of: dt.date = AS_OF,
    staff: int | None = None,
    feasible: bool = True,
    district: str = "滨海区",
    assumptions: Assumptions | None = None,
) -> dict[str, pd.DataFrame]:
    """All tables of an invented district, by key; columns and listed values by their English keys.

    The same arguments give the same tables on every machine.

    Args:
        schools: number of schools, 4 at least; larger districts hold a few that rotation does not concern.
        seed: any whole number from 0 on.
        as_of: the day to which the scenario will count ages and service.
        staff: people in all; the usual number for so many schools when not given (see `usual_staff`).
        feasible: a plan under the pack ``dalian`` exists; False plants one clear contradiction instead.
        district: the district's name, part of some schools' names.
        assumptions: what the district is taken to look like, where it should differ from the usual.

    Raises:
        ValueError: fewer schools or staff than a district can have.
    """
    made = generate_with_plan(
        schools, seed, as_of=as_of, staff=staff, feasible=feasible, district=district, assumptions=assumptions
    )
    return made.frames


__all__ = ["AS_OF", "Assumptions", "Generated", "generate", "generate_with_plan", "usual_staff", "write_district"]
