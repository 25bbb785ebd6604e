"""The whole district as it is drawn, step by step, each step with its own stream of chance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rotation_planner.data.generator.arrays import Flags, Ints, Rng, between, chance
from rotation_planner.data.generator.assumptions import Assumptions
from rotation_planner.data.generator.careers import set_careers
from rotation_planner.data.generator.contradiction import plant_contradiction
from rotation_planner.data.generator.exemptions import Exemption, draw_exemptions
from rotation_planner.data.generator.ferries import draw_distances
from rotation_planner.data.generator.ground import Ground, build_ground
from rotation_planner.data.generator.past import draw_appraisals, draw_history
from rotation_planner.data.generator.people import (
    CHIEF,
    DEPUTY,
    MIDDLE_DEPUTY,
    People,
    held_posts,
    place_people,
    promote_in_house,
)
from rotation_planner.data.generator.person_names import number_staff, set_names
from rotation_planner.data.generator.planted import meets_duty, plant
from rotation_planner.data.generator.ranks import set_ranks
from rotation_planner.data.generator.relatives import Kin, draw_relatives
from rotation_planner.data.generator.rows import Rows, build_rows, establish
from rotation_planner.data.generator.wishes import draw_applications, draw_pins


@dataclass
class Draft:
    """Everything drawn, not yet in the contract's words. ``to``: where the planted plan sends each person, or -1."""

    as_of: dt.date
    ground: Ground
    people: People
    rows: Rows
    minimum: Ints  # schools x courses, -1 blank
    maximum: Ints
    kin: list[Kin]
    exemptions: list[Exemption]
    applications: pd.DataFrame
    history: pd.DataFrame
    appraisals: pd.DataFrame
    pins: pd.DataFrame
    distances: pd.DataFrame
    to: Ints
    changed: int
    complete: bool


def draw(
    schools: int, staff: int, seed: int, as_of: dt.date, district: str, feasible: bool, given: Assumptions
) -> Draft:
    """Draws a district of so many schools and so much staff in all.

    Now and then a very small district turns out to have too few backbone teachers for any plan; it is drawn afresh.
    """
    for attempt in range(100):
        rng = np.random.default_rng([seed, attempt] if attempt else seed)
        drawn = _draw(rng, schools, staff, as_of, district, feasible, given)
        if drawn.complete:
            return drawn
    raise RuntimeError("no district with a plan was found under these assumptions")


def _draw(
    rng: Rng, schools: int, staff: int, as_of: dt.date, district: str, feasible: bool, given: Assumptions
) -> Draft:
    on_ground, on_rows, on_people, on_names, on_careers, on_ranks, *others = rng.spawn(12)
    on_kin, on_exemptions, on_plan, on_wishes, on_past, last = others
    ground = build_ground(on_ground, schools, staff, district, given)
    made = establish(on_rows, ground, given)
    rows = build_rows(on_rows, ground, made, given)
    people = place_people(on_people, ground, rows, made, as_of, given)
    promote_in_house(on_people, people, np.where(ground.small, made.deputies, 0), DEPUTY, (36, 52))
    promote_in_house(on_people, people, held_posts(on_people, ground.chief_posts, given.vacant_middle), CHIEF, (33, 52))
    junior_cadres = held_posts(on_people, ground.middle_deputy_posts, given.vacant_middle)
    promote_in_house(on_people, people, junior_cadres, MIDDLE_DEPUTY, (30, 45))
    set_names(on_names, people, given)
    set_careers(on_careers, ground, people, as_of, given)
    number_staff(on_names, people)
    set_ranks(on_ranks, ground, people, as_of, given)
    kin = draw_relatives(on_kin, people, given)
    exemptions = draw_exemptions(on_exemptions, ground, people, as_of, district, given)
    exempt, related = np.zeros(len(people), dtype=bool), np.zeros(len(people), dtype=bool)
    exempt[[row.person for row in exemptions]] = True
    related[[person for pair in kin for person in (pair.person, pair.relative)]] = True
    ledger = plant(on_plan, ground, people, rows, exempt | related, as_of, given)
    minimum, maximum = _bounds(last, rows)
    eligible = meets_duty(ground, people, as_of, given) & ~exempt
    to = ledger.to
    if not feasible:
        plant_contradiction(ground, people, rows, minimum, eligible)
        to = np.full(len(people), -1)
    return Draft(
        as_of=as_of,
        ground=ground,
        people=people,
        rows=rows,
        minimum=minimum,
        maximum=maximum,
        kin=kin,
        exemptions=exemptions,
        applications=draw_applications(on_wishes, ground, people, rows, kin, ledger.to, exempt, as_of, given),
        history=draw_history(on_past, ground, people, as_of, given),
        appraisals=draw_appraisals(on_past, people, _marked(people, exemptions), as_of, given),
        pins=draw_pins(on_wishes, ground, people, rows, to, eligible & ~related, given),
        distances=draw_distances(last, ground),
        to=to,
        changed=ledger.changed,
        complete=ledger.complete,
    )


def _bounds(rng: Rng, rows: Rows) -> tuple[Ints, Ints]:
    """Here and there a bound of its own, never tighter than the one that a blank stands for."""
    shape = rows.required.shape
    some: Flags = chance(rng, 4, rows.required.size).reshape(shape) & (rows.required > 0)
    low = np.maximum(np.minimum(rows.required, rows.present) - between(rng, 0, 1, shape), 0)
    high = np.maximum(rows.required, rows.present) + between(rng, 0, 1, shape)
    return np.where(some, low, -1), np.where(some, high, -1)


def _marked(people: People, exemptions: list[Exemption]) -> Flags:
    marked = np.zeros(len(people), dtype=bool)
    marked[[row.person for row in exemptions if row.kind == "sanction"]] = True
    return marked
