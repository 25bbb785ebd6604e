"""Where the schools of an invented district stand and what they are: zones, locations, kinds, tiers, groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rotation_planner.data.generator.arrays import Flags, Ints, Rng, Texts, between, chance, rank_in_run, texts
from rotation_planner.data.generator.assumptions import (
    GENERAL,
    QUALITY,
    REMOTE,
    RURAL,
    TOWN,
    URBAN,
    WEAK,
    Assumptions,
)

URBAN_ZONE, TOWNSHIP, ISLANDS = range(3)
COMPULSORY = ("primary", "junior", "nine")
_ONE_ZONE = (URBAN, TOWN, URBAN, RURAL, URBAN, TOWN, RURAL, REMOTE)


@dataclass
class Layout:
    """One entry a school, in the order of the list of schools; zones and groups are numbers, -1 is none."""

    zone_kind: Ints  # one entry a zone
    zone: Ints
    location: Ints
    kind: Texts
    private: Flags
    tier: Ints
    group: Ints
    main_campus: Flags

    @property
    def compulsory(self) -> Flags:
        """Public primary, junior and nine-year schools: those that rotation speaks of."""
        return np.isin(self.kind, COMPULSORY) & ~self.private


def _per_hundred(count: int, share: int) -> int:
    return (count * share + 50) // 100


def lay_out(rng: Rng, schools: int, given: Assumptions) -> Layout:
    """Draws the layout of a district of so many schools."""
    zone_kind, zone, location = _zones(rng, schools, given)
    kind, private = _kinds(rng, zone, location, given)
    order = np.lexsort((between(rng, 0, 99, schools), _rank(kind, private), location, zone))
    zone, location, kind, private = zone[order], location[order], kind[order], private[order]
    layout = Layout(
        zone_kind=zone_kind,
        zone=zone,
        location=location,
        kind=kind,
        private=private,
        tier=np.full(schools, GENERAL),
        group=np.full(schools, -1),
        main_campus=np.zeros(schools, dtype=bool),
    )
    _set_tiers(rng, layout, given)
    _set_groups(rng, layout, given)
    return layout


def _rank(kind: Texts, private: Flags) -> Ints:
    order = {"primary": 0, "nine": 1, "junior": 2, "senior": 3, "kindergarten": 4}
    return np.array([order[k] for k in kind]) + 10 * private


def _zones(rng: Rng, schools: int, given: Assumptions) -> tuple[Ints, Ints, Ints]:
    many = max(1, (schools + given.zone_size // 2) // given.zone_size)
    if many == 1:
        location = np.resize(np.array(_ONE_ZONE), schools)
        return np.array([TOWNSHIP]), np.zeros(schools, dtype=np.int64), location
    urban = max(1, _per_hundred(many, given.urban_zones))
    islands = max(1, many // 12) if many >= given.zones_for_an_island else 0
    zone_kind = np.repeat([URBAN_ZONE, TOWNSHIP, ISLANDS], [urban, many - urban - islands, islands])
    sizes = np.full(many, schools // many) + (np.arange(many) < schools % many)
    lend = chance(rng, 40, many // 2)  # neighbouring zones are not all of one size
    sizes[: 2 * len(lend) : 2] += lend
    sizes[1 : 2 * len(lend) : 2] -= lend
    zone = np.repeat(np.arange(many), sizes)
    place = rank_in_run(zone)
    location = np.full(schools, URBAN)
    township = zone_kind[zone] == TOWNSHIP
    in_town = np.maximum(1, (sizes[zone] * given.town_in_township + 50) // 100)
    location[township] = np.where(place[township] < in_town[township], TOWN, RURAL)
    far = township & (place == sizes[zone] - 1)
    with_remote = chance(rng, 25, many) if islands else np.ones(many, dtype=bool)
    location[far & with_remote[zone]] = REMOTE
    island = zone_kind[zone] == ISLANDS
    location[island] = np.where(place[island] == 0, TOWN, REMOTE)
    return zone_kind, zone, location


def _kinds(rng: Rng, zone: Ints, location: Ints, given: Assumptions) -> tuple[Texts, Flags]:
    schools = len(zone)
    kind = texts(["primary"] * schools)
    private = np.zeros(schools, dtype=bool)
    near = np.where(location == URBAN, 0, np.where(location == TOWN, 60, 1000))
    shuffled = np.lexsort((between(rng, 0, 999, schools), zone))
    turn = np.empty(schools, dtype=np.int64)
    turn[shuffled] = rank_in_run(zone[shuffled])
    free = list(np.argsort(near + 100 * turn + between(rng, 0, 99, schools), kind="stable"))
    outside = 0
    if schools >= given.out_of_scope_from:
        for name, share in (("senior", given.senior_highs), ("kindergarten", given.kindergartens)):
            for _ in range(_per_hundred(schools, share)):
                kind[free.pop(0)] = name
                outside += 1
        for number in range(_per_hundred(schools, given.privates)):
            school = free.pop(0)
            kind[school] = "primary" if number % 2 else "nine"
            private[school] = True
            outside += 1
    rest = np.sort(np.array(free))
    inside = schools - outside
    # With fewer schools a junior teacher would have nowhere to go.
    junior, nine = (
        (_per_hundred(inside, given.junior), _per_hundred(inside, given.nine_year)) if inside >= 6 else (0, 0)
    )
    if inside >= 6:
        nine = max(nine, 3 - junior)
    # Every zone gets its junior school before any gets a second one; islands get nine-year schools first.
    shuffled = rest[np.lexsort((between(rng, 0, 999, inside), zone[rest]))]
    turn = rank_in_run(zone[shuffled]) * 1000 + between(rng, 0, 999, inside)
    islands_last = turn + np.where(location[shuffled] == REMOTE, 100_000, 0)
    juniors = shuffled[np.argsort(islands_last, kind="stable")[:junior]]
    kind[juniors] = "junior"
    left = ~np.isin(shuffled, juniors)
    islands_first = turn[left] - np.where(location[shuffled[left]] == REMOTE, 1500, 0)
    kind[shuffled[left][np.argsort(islands_first, kind="stable")[:nine]]] = "nine"
    return kind, private


def _set_tiers(rng: Rng, layout: Layout, given: Assumptions) -> None:
    inside = np.flatnonzero(layout.compulsory)
    where = layout.location[inside]
    good = np.array([60, 35, 8, 0])[where] + between(rng, 0, 60, len(inside))
    quality = max(1, len(inside) * given.quality // 100)
    weak = max(1, len(inside) * given.weak // 100)
    order = np.argsort(-good, kind="stable")
    layout.tier[inside[order[:quality]]] = QUALITY
    others = inside[order[quality:]]
    poor = np.array([8, 20, 40, 45])[layout.location[others]] + between(rng, 0, 40, len(others))
    layout.tier[others[np.argsort(-poor, kind="stable")[:weak]]] = WEAK


def _set_groups(rng: Rng, layout: Layout, given: Assumptions) -> None:
    """A quality school leads one to three others that share a stage with it, near ones first."""
    inside = layout.compulsory
    mains = np.flatnonzero(inside & (layout.tier == QUALITY))
    groups = max(1, int(inside.sum()) // given.schools_a_group)
    for number, main in enumerate(rng.permutation(mains)[:groups]):
        kinds = {layout.kind[main], "nine"} if layout.kind[main] != "nine" else set(COMPULSORY)
        able = inside & (layout.tier != QUALITY) & (layout.group < 0) & np.isin(layout.kind, list(kinds))
        near = 60 * (layout.zone == layout.zone[main]) + 25 * (layout.location <= TOWN) + between(rng, 0, 50, len(able))
        chosen = np.flatnonzero(able)
        chosen = chosen[np.argsort(-near[chosen], kind="stable")][: int(between(rng, 1, 3, 1)[0])]
        if len(chosen):
            layout.group[chosen] = layout.group[main] = number
            layout.main_campus[main] = True
