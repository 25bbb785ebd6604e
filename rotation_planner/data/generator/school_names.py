"""Names of schools, zones and groups of an invented coast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rotation_planner.data.generator.arrays import Rng, Texts, texts
from rotation_planner.data.generator.assumptions import QUALITY, REMOTE, TOWN, URBAN
from rotation_planner.data.generator.layout import ISLANDS, TOWNSHIP, Layout
from rotation_planner.data.generator.vocabulary import vocabulary

_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 to 999 as Chinese numerals."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


@dataclass
class Names:
    """Names by school; zone names by zone; group names by group number."""

    schools: Texts
    zones: Texts
    groups: dict[int, str]


class _Namer:
    """Hands out names, each once."""

    def __init__(self, rng: Rng, district: str) -> None:
        places = vocabulary()["places"]
        joined = [a + b for a in places["first"] for b in places["second"]]
        joined = [joined[i] for i in rng.permutation(len(joined))]
        spare = [side + place for side in places["sides"][1:] for place in joined]  # for whole provinces of schools
        third = len(joined) // 3
        self.district = district
        self.towns = iter([*places["towns"], *joined[:third], *spare])
        self.islands = iter([*places["islands"], *joined[third : third + third // 3], *spare])
        roads = vocabulary()["schools"]["roads"]
        streets = [*places["streets"], *joined[third + third // 3 :], *spare]
        self.streets = iter([(street, road) for road in roads for street in streets])
        self.privates = iter([side + name for side in ("", *joined) for name in places["private"]])
        self.villages = [places["villages"][i] for i in rng.permutation(len(places["villages"]))]
        self.village_lists: dict[str, Iterator[str]] = {}
        self.numbers: dict[str, int] = {}
        self.lists: dict[str, Iterator[str]] = {}

    def number(self, key: str) -> str:
        self.numbers[key] = self.numbers.get(key, 0) + 1
        return chinese_number(self.numbers[key])

    def listed(self, key: str, **values: str) -> str | None:
        """The next of a list of patterns, None when used up; lists with a town are kept per town."""
        place = key + values.get("town", "")
        if place not in self.lists:
            self.lists[place] = iter(vocabulary()["schools"][key])
        pattern = next(self.lists[place], None)
        return pattern and pattern.format(district=self.district, **values)

    def village(self, town: str) -> str:
        if town not in self.village_lists:
            start = 5 * len(self.village_lists) % len(self.villages)
            turned = self.villages[start:] + self.villages[:start]
            sides = vocabulary()["places"]["sides"]
            self.village_lists[town] = iter([side + village for side in sides for village in turned])
        return next(self.village_lists[town])


def name_all(rng: Rng, layout: Layout, district: str) -> Names:
    """Names every school, zone and group; no two schools are called the same."""
    namer = _Namer(rng, district)
    patterns = vocabulary()["schools"]
    zone_names: list[str] = []
    towns: list[list[str]] = []
    for number, kind in enumerate(layout.zone_kind):
        in_town = int(((layout.zone == number) & (layout.location == TOWN)).sum())
        own = [next(namer.towns) for _ in range(max(1, (in_town + 1) // 2))]
        towns.append(own)
        if kind == ISLANDS:
            zone_names.append(patterns["island_zone"].format(island=own[0]))
        elif kind == TOWNSHIP:
            zone_names.append(patterns["zone"].format(place=own[0]))
        else:
            zone_names.append(patterns["zone"].format(place=next(namer.streets)[0]))
    names: list[str] = []
    best_first = np.lexsort((np.arange(len(layout.zone)), layout.tier))
    found: dict[int, str] = {}
    turns = [0] * len(towns)
    for school in best_first:
        zone = int(layout.zone[school])
        town = towns[zone][turns[zone] % len(towns[zone])]
        turns[zone] += int(layout.location[school] == TOWN)
        found[int(school)] = _name(namer, layout, int(school), town)
    names = [found[i] for i in range(len(layout.zone))]
    groups = {}
    for main in np.flatnonzero(layout.main_campus):
        groups[int(layout.group[main])] = patterns["group"].format(main=names[main])
        branches = np.flatnonzero((layout.group == layout.group[main]) & ~layout.main_campus)
        for branch in branches[:1]:
            if layout.location[branch] == URBAN and layout.kind[branch] == layout.kind[main]:
                names[branch] = patterns["branch"].format(main=names[main], street=next(namer.streets)[0])
    if len(set(names)) != len(names):
        raise RuntimeError("two schools got one name")
    return Names(texts(names), texts(zone_names), groups)


def _name(namer: _Namer, layout: Layout, school: int, town: str) -> str:
    patterns = vocabulary()["schools"]
    kind, location = str(layout.kind[school]), int(layout.location[school])
    if layout.private[school]:
        return patterns[f"private_{kind}"].format(private=next(namer.privates))
    if kind in ("kindergarten", "senior"):
        return patterns[kind].format(district=namer.district, number=namer.number(kind))
    if location == REMOTE:
        return patterns[f"remote_{kind}"].format(island=next(namer.islands))
    if location == URBAN:
        if layout.tier[school] == QUALITY:
            ending = "" if kind == "primary" else f"_{kind}"
            if special := namer.listed(f"experimental{ending}"):
                return special
        if kind == "junior":
            return patterns["urban_junior"].format(district=namer.district, number=namer.number(kind))
        street, road = next(namer.streets)
        return patterns[f"urban_{kind}"].format(street=street, road=road)
    if location == TOWN and (central := namer.listed(f"town_{kind}", town=town)):
        return central
    return patterns[f"rural_{kind}"].format(town=town, village=namer.village(town))
