"""The schools of an invented district with their staff, limits, pupils, posts and coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from rotation_planner.data.generator.arrays import (
    Flags,
    Floats,
    Ints,
    Rng,
    Texts,
    apportion,
    between,
    chance,
    pick_by_row,
    step,
)
from rotation_planner.data.generator.assumptions import QUALITY, REMOTE, RURAL, Assumptions
from rotation_planner.data.generator.layout import ISLANDS, TOWNSHIP, Layout, lay_out
from rotation_planner.data.generator.school_names import Names, name_all
from rotation_planner.data.generator.vocabulary import JUNIOR, PRIMARY, STAGES

_TAUGHT = {
    "kindergarten": (True, False, False, False),
    "primary": (False, True, False, False),
    "junior": (False, False, True, False),
    "nine": (False, True, True, False),
    "senior": (False, False, False, True),
}


@dataclass
class Ground:
    """One entry a school; matrices have one column a stage."""

    layout: Layout
    names: Names
    ids: Texts
    teaches: Flags  # schools x stages
    part: Ints  # schools x stages, hundredths of the posts
    staff: Ints
    limit: Ints
    students: Ints  # schools x stages
    deputy_posts: Ints
    chief_posts: Ints
    middle_deputy_posts: Ints
    senior_posts: Ints
    intermediate_posts: Ints
    latitude: Floats
    longitude: Floats

    @property
    def in_scope(self) -> Flags:
        """Public compulsory schools."""
        return self.layout.compulsory

    @property
    def small(self) -> Flags:
        """Too small to free a deputy from teaching."""
        return self.deputy_posts <= 1


def build_ground(rng: Rng, schools: int, staff: int, district: str, given: Assumptions) -> Ground:
    """Draws the schools; ``staff`` is the whole district's, shared out by kind, location and chance."""
    layout = lay_out(rng, schools, given)
    teaches = np.array([_TAUGHT[k] for k in layout.kind])
    part = np.where(teaches, 100, 0)
    nine = layout.kind == "nine"
    part[nine, PRIMARY] = given.primary_part_of_nine_year
    part[nine, JUNIOR] = 100 - given.primary_part_of_nine_year
    people = _staff(rng, layout, staff, given)
    limit = _limits(rng, layout, people, given)
    latitude, longitude = _coordinates(rng, layout)
    width = max(3, len(str(schools)))
    ids = np.array([f"S{number + 1:0{width}d}" for number in range(schools)], dtype=object)
    ground = Ground(
        layout=layout,
        names=name_all(rng, layout, district),
        ids=ids,
        teaches=teaches,
        part=part,
        staff=people,
        limit=limit,
        students=_students(rng, layout, people, limit, part, given),
        deputy_posts=step(given.deputies, people),
        chief_posts=step(given.chiefs, people),
        middle_deputy_posts=step(given.middle_deputies, people),
        senior_posts=_title_posts(rng, limit, part, given.senior_posts),
        intermediate_posts=_title_posts(rng, limit, part, given.intermediate_posts),
        latitude=latitude,
        longitude=longitude,
    )
    return ground


def _staff(rng: Rng, layout: Layout, total: int, given: Assumptions) -> Ints:
    schools = len(layout.zone)
    typical = np.array([given.sizes[k][where] for k, where in zip(layout.kind, layout.location, strict=True)])
    weight = typical * between(rng, 75, 130, schools) * np.where(layout.tier == QUALITY, 112, 100)
    least = given.fewest_staff_a_school
    above = np.maximum(weight * total // int(weight.sum()) - least, 0) + 1
    return least + apportion(np.array([total - least * schools]), above[None, :])[0]


def _limits(rng: Rng, layout: Layout, staff: Ints, given: Assumptions) -> Ints:
    state = pick_by_row(rng, np.array(given.staffing, dtype=np.int64), layout.location)
    over = 1 + between(rng, 0, staff * given.most_over // 100, len(staff))
    under = 1 + between(rng, 0, staff * given.most_under // 100, len(staff))
    return staff + np.choose(state, [-over, np.zeros_like(over), under])


def _students(rng: Rng, layout: Layout, staff: Ints, limit: Ints, part: Ints, given: Assumptions) -> Ints:
    """Pupils by stage such that the national standard, rounded up, gives the limit; fewer in small rural schools."""
    posts = limit[:, None] * part // 100
    posts[:, JUNIOR] = np.where(
        part[:, PRIMARY] > 0, np.where(part[:, JUNIOR] > 0, limit - posts[:, PRIMARY], 0), posts[:, JUNIOR]
    )
    per_two = np.array(given.pupils_per_two_posts)
    pupils = np.maximum(0, posts * per_two // 2 - between(rng, 0, per_two // 2 - 1, posts.shape))
    low_high = np.array([given.rural_pupils, given.remote_pupils])
    remote = layout.location == REMOTE
    thin = remote | ((layout.location == RURAL) & (staff < given.small_school))
    bounds = low_high[remote.astype(np.int64)]
    share = np.where(thin, between(rng, bounds[:, 0], bounds[:, 1], len(staff)), 100)
    return np.where(part > 0, np.maximum(12, pupils * share[:, None] // 100), 0)


def _title_posts(rng: Rng, limit: Ints, part: Ints, per_thousand: tuple[int, ...]) -> Ints:
    share = (part * np.array(per_thousand)).sum(axis=1) // 100
    return (limit * share * between(rng, 90, 110, len(limit)) + 50_000) // 100_000


def _coordinates(rng: Rng, layout: Layout) -> tuple[Floats, Floats]:
    """Degrees: the city, townships around it, islands off the eastern shore; larger districts spread wider."""
    zones = len(layout.zone_kind)
    spread = isqrt(100 * 100 * max(zones, 4) // 9)  # 100 at nine zones
    side = np.where(chance(rng, 50, zones), 1, -1)
    inner = np.array([0, 11000, 0])[layout.zone_kind]  # townships keep clear of the city on one axis
    outer = np.array([6000, 19000, 9000])[layout.zone_kind]
    far, across = side * between(rng, inner, outer, zones), between(rng, -outer, outer, zones)
    to_north = chance(rng, 50, zones)
    north = 3912000 + np.where(to_north, far, across) * spread // 100
    east = 12172000 + np.where(to_north, across, far) * spread // 100 * 13 // 10
    island = layout.zone_kind == ISLANDS
    shore = 12172000 + 33000 * spread // 100
    east[island] = shore + between(rng, 0, 12000, int(island.sum())) * spread // 100
    north[island] -= 8000
    near = np.where(layout.zone_kind == TOWNSHIP, 4500, np.where(island, 3500, 1900))[layout.zone]
    schools = len(layout.zone)
    latitude = north[layout.zone] + between(rng, -near, near, schools)
    longitude = east[layout.zone] + between(rng, -near, near, schools) * 13 // 10
    lone = (layout.location == REMOTE) & (layout.zone_kind[layout.zone] != ISLANDS)
    longitude[lone] = shore + between(rng, -6000, 6000, int(lone.sum()))  # a lone island lies off its township's shore
    return latitude / 100_000, longitude / 100_000


def stages_of(ground: Ground) -> list[str]:
    """The stages of each school as the contract writes them."""
    return [";".join(name for name, there in zip(STAGES, row, strict=True) if there) for row in ground.teaches]
