"""Applications of those who want to go, and what the bureau has fixed for single people."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from rotation_planner.data.generator.arrays import Flags, Ints, Rng, between, chance_in_thousand, pick
from rotation_planner.data.generator.assumptions import Assumptions
from rotation_planner.data.generator.careers import full_years
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.people import TEACHER, People
from rotation_planner.data.generator.planted import meets_duty
from rotation_planner.data.generator.relatives import Kin
from rotation_planner.data.generator.rows import Rows
from rotation_planner.data.generator.vocabulary import JUNIOR, PRIMARY, vocabulary


def able_schools(ground: Ground, people: People, rows: Rows, person: int) -> Ints:
    """Schools in scope other than the own that hold a row for the person's subject."""
    able = ground.in_scope & (rows.required[:, people.course[person]] > 0)
    able[people.school[person]] = False
    return np.flatnonzero(able)


def draw_applications(
    rng: Rng,
    ground: Ground,
    people: People,
    rows: Rows,
    kin: list[Kin],
    to: Ints,
    held: Flags,
    as_of: dt.date,
    given: Assumptions,
) -> pd.DataFrame:
    """Up to three wishes of long-servers, of volunteers beyond the age, and of some who have reasons of their own."""
    who = _applicants(rng, ground, people, held, as_of, given)
    apart = {}
    for pair in kin:
        if pair.kinship == "spouse" and people.school[pair.person] != people.school[pair.relative]:
            apart[pair.person], apart[pair.relative] = pair.relative, pair.person
    own_words = vocabulary()["grounds"]["wishes"]
    wishes = 1 + pick(rng, (42, 33, 25), len(who))
    reason_drawn = pick(rng, (22, 18, 30, 30), len(who))
    found: list[tuple[str, int, str, str, str]] = []
    for person, many, kind in zip(who.tolist(), wishes, reason_drawn, strict=True):
        schools = able_schools(ground, people, rows, person)
        if len(schools) == 0:
            continue
        chosen = _ranked(rng, ground, people, schools, person)[:many].tolist()
        if to[person] >= 0 and int(between(rng, 0, 99, 1)[0]) < 45:
            chosen = [int(to[person]), *(s for s in chosen if s != to[person])][:many]
        reason = ("care", "other", str(own_words[int(between(rng, 0, len(own_words) - 1, 1)[0])]), "")[int(kind)]
        if person in apart:
            reason = "couple"
        as_zone = int(between(rng, 0, 99, 1)[0]) < 16
        seen: set[str] = set()
        rank = 0
        for turn, school in enumerate(chosen):
            zone = str(ground.names.zones[ground.layout.zone[school]])
            by_zone = as_zone and turn == len(chosen) - 1
            target = zone if by_zone else str(ground.ids[school])
            if target in seen:
                continue
            seen.add(target)
            rank += 1
            found.append((str(people.ids[person]), rank, "" if by_zone else target, zone if by_zone else "", reason))
    columns = ["staff_id", "rank", "school_id", "zone", "reason"]
    return pd.DataFrame(found, columns=columns).sort_values(["staff_id", "rank"], kind="stable").reset_index(drop=True)


def _applicants(rng: Rng, ground: Ground, people: People, held: Flags, as_of: dt.date, given: Assumptions) -> Ints:
    n = len(people)
    teaches = (people.position == TEACHER) & np.isin(people.stage, (PRIMARY, JUNIOR)) & ground.in_scope[people.school]
    long = full_years(people.joined, as_of) >= given.career_for_long
    meets = meets_duty(ground, people, as_of, given)
    wish = np.where(meets, given.wish_of_long_server, 0) * 10
    wish = np.where(teaches & long & ~meets, given.wish_over_age * 10, wish)
    wish = np.where(teaches & ~long & (full_years(people.joined, as_of) >= 2), given.wish_of_others, wish)
    return np.flatnonzero(chance_in_thousand(rng, wish, n) & teaches & ~held)


def _ranked(rng: Rng, ground: Ground, people: People, schools: Ints, person: int) -> Ints:
    """Near ones, better ones, in the main."""
    own = people.school[person]
    near = 50 * (ground.layout.zone[schools] == ground.layout.zone[own])
    better = 12 * (2 - ground.layout.tier[schools]) + 8 * (3 - ground.layout.location[schools])
    return schools[np.argsort(-(near + better + between(rng, 0, 60, len(schools))), kind="stable")]


def draw_pins(
    rng: Rng, ground: Ground, people: People, rows: Rows, to: Ints, free: Flags, given: Assumptions
) -> pd.DataFrame:
    """A few of each verdict, none of which the planted plan breaks."""
    reasons = vocabulary()["grounds"]
    each = 1 + len(people) // 2500
    moving = rng.permutation(np.flatnonzero((to >= 0) & (people.position == TEACHER))).tolist()
    staying = rng.permutation(np.flatnonzero((to < 0) & free & (people.position == TEACHER))).tolist()
    found: list[tuple[str, str, str, str]] = []

    def note(person: int, school: int, verdict: str) -> None:
        texts_of = reasons[f"pin_{verdict}"]
        target = "" if school < 0 else str(ground.ids[school])
        found.append(
            (str(people.ids[person]), target, verdict, texts_of[int(between(rng, 0, len(texts_of) - 1, 1)[0])])
        )

    # The planted plan needs a move for each; a small district may not have so many.
    for verdict in ("move", "to", "not_to"):
        for person in moving[:each]:
            others = [s for s in able_schools(ground, people, rows, person).tolist() if s != to[person]]
            if verdict == "not_to" and not others:
                continue
            note(person, {"move": -1, "to": int(to[person])}.get(verdict, others[0] if others else -1), verdict)
        moving = moving[each:]
    for person in staying[: each + 1]:
        note(person, -1, "stay")
    frame = pd.DataFrame(found, columns=["staff_id", "school_id", "verdict", "reason"])
    return frame.sort_values("staff_id", kind="stable").reset_index(drop=True)
