"""Where people worked before, and how their last three years were judged."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from rotation_planner.data.dates import Days
from rotation_planner.data.generator.arrays import Flags, Ints, Rng, Texts, between, chance, pick, texts
from rotation_planner.data.generator.assumptions import LOCATIONS, REMOTE, RURAL, TIERS, TOWN, Assumptions
from rotation_planner.data.generator.careers import first_of, full_years, school_year
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.people import DEPUTY, TEACHER, People

_RESULTS = texts(["excellent", "pass", "basic", "fail"])
_KINDS = texts(["post", "exchange", "support_teaching", "attachment"])
POST, EXCHANGE, SUPPORT_TEACHING, ATTACHMENT = range(4)


def iso(days: Days) -> Texts:
    """Days as ISO text, blank where unknown."""
    written = np.datetime_as_string(days.astype("datetime64[D]")).astype(object)
    written[np.isnat(days)] = ""
    return written


def draw_history(rng: Rng, ground: Ground, people: People, as_of: dt.date, given: Assumptions) -> pd.DataFrame:
    """Posts before the present school, without gaps, and years of support teaching and attachment."""
    parts = [*_posts(rng, ground, people, given), _support_teaching(rng, ground, people, as_of, given)]
    parts.append(_attachments(rng, ground, people, as_of))
    person, school, location, tier, start, end, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((kind, start, people.ids[person]))
    known = school >= 0
    ids = texts([*ground.ids, ""])
    frame = pd.DataFrame(
        {
            "staff_id": people.ids[person],
            "school_id": ids[np.where(known, school, -1)],
            "location": texts(LOCATIONS)[location],
            "tier": texts(TIERS)[tier],
            "start": iso(start),
            "end": iso(end),
            "kind": _KINDS[kind],
        }
    )
    return frame.iloc[order].reset_index(drop=True)


_Part = tuple[Ints, Ints, Ints, Ints, Days, Days, Ints]


def _posts(rng: Rng, ground: Ground, people: People, given: Assumptions) -> list[_Part]:
    """One to three earlier schools, cut at the starts of school years."""
    n = len(people)
    hired, joined = people.hired, people.joined
    days = (joined - hired).astype(np.int64)
    many = np.where(days < 200, 0, 1 + pick(rng, (60, 28, 12), n))
    many = np.minimum(many, 1 + days // 1100)
    many = np.where(days < 200, 0, many)
    cuts = np.sort(between(rng, 150, 850, (n, 2)), axis=1)
    bounds = [hired]
    for i in range(2):
        at = hired + (days * cuts[:, i] // 1000).astype("timedelta64[D]")
        bounds.append(first_of(at.astype("datetime64[Y]").astype(np.int64) + 1970, 9))
    parts: list[_Part] = []
    start = hired.copy()
    for turn in range(3):
        last = many == turn + 1
        end = joined.copy()
        if turn < 2:
            end = np.where(last, joined, np.minimum(np.maximum(bounds[turn + 1], start), joined))
        there = np.flatnonzero((many > turn) & ((end - start).astype(np.int64) >= 150))
        school, location, tier = _somewhere(rng, ground, people, there)
        short = (end[there] - start[there]).astype(np.int64) < 4 * 366  # an exchange lasts two or three years
        kind = np.where(short & chance(rng, given.exchanged, len(there)), EXCHANGE, POST)
        parts.append((there, school, location, tier, start[there], end[there] - np.timedelta64(1, "D"), kind))
        kept = np.zeros(n, dtype=bool)
        kept[there] = True
        start = np.where(kept, end, start)
    return parts


def _somewhere(rng: Rng, ground: Ground, people: People, who: Ints) -> tuple[Ints, Ints, Ints]:
    """A school of the district that teaches the stage, or a place outside it (school -1)."""
    n = len(who)
    school = np.full(n, -1)
    stage = people.stage[who]
    for number in range(-1, ground.teaches.shape[1]):
        of_stage = np.flatnonzero(stage == number)
        able = np.flatnonzero(ground.teaches[:, number] if number >= 0 else ground.in_scope)
        if len(able) and len(of_stage):
            school[of_stage] = able[between(rng, 0, len(able) - 1, len(of_stage))]
    school[(school == people.school[who]) | chance(rng, 24, n)] = -1
    location = np.where(school >= 0, ground.layout.location[school], pick(rng, (30, 30, 32, 8), n))
    elsewhere = np.maximum(pick(rng, (20, 55, 25), n), location >= RURAL)  # no quality schools in the villages there
    tier = np.where(school >= 0, ground.layout.tier[school], elsewhere)
    return school, location, tier


def _support_teaching(rng: Rng, ground: Ground, people: People, as_of: dt.date, given: Assumptions) -> _Part:
    """A school year in a village or on an island; funded graduates have it behind them after four years."""
    n = len(people)
    career = full_years(people.hired, as_of)
    near = ground.layout.location[people.school] <= TOWN
    goes = (people.position <= TEACHER) & near & (career >= 4) & chance(rng, given.supported, n)
    goes |= people.funded & near & (career >= 4)
    weak = np.flatnonzero((ground.layout.location >= RURAL) & ground.in_scope)
    who = np.flatnonzero(goes) if len(weak) else np.zeros(0, dtype=np.int64)
    ago = between(rng, 1, np.minimum(career[who] - 1, 15), len(who))
    year = school_year(as_of) - ago
    start, end = first_of(year - 1, 9), first_of(year, 9) - np.timedelta64(1, "D")
    school = _of_stage(rng, ground, people, who, weak)
    return (
        who,
        school,
        ground.layout.location[school],
        ground.layout.tier[school],
        start,
        end,
        np.full(len(who), SUPPORT_TEACHING),
    )


def _of_stage(rng: Rng, ground: Ground, people: People, who: Ints, among: Ints) -> Ints:
    """For each person one of ``among`` that teaches the stage, or any of them where none does."""
    school = among[between(rng, 0, max(len(among) - 1, 0), len(who))] if len(among) else np.zeros(0, dtype=np.int64)
    for number in range(ground.teaches.shape[1]):
        able = among[ground.teaches[among, number]] if len(among) else among
        of_stage = people.stage[who] == number
        if len(able) and of_stage.any():
            school[of_stage] = able[between(rng, 0, len(able) - 1, int(of_stage.sum()))]
    return school


def _attachments(rng: Rng, ground: Ground, people: People, as_of: dt.date) -> _Part:
    """Half a year as attached cadre in a remote school, for a few deputies and middle cadres."""
    career = full_years(people.hired, as_of)
    able: Flags = (people.position >= DEPUTY) & (people.position < TEACHER) & (career >= 10)
    who = rng.permutation(np.flatnonzero(able))[: 1 + len(people) // 500]
    remote = np.flatnonzero((ground.layout.location >= TOWN) & ground.in_scope)
    if np.any(ground.layout.location[remote] == REMOTE):
        remote = remote[ground.layout.location[remote] == REMOTE]
    year = school_year(as_of) - between(rng, 1, 5, len(who))
    start, end = first_of(year, 3), first_of(year, 9) - np.timedelta64(1, "D")
    school = _of_stage(rng, ground, people, who, remote)
    return (
        who,
        school,
        ground.layout.location[school],
        ground.layout.tier[school],
        start,
        end,
        np.full(len(who), ATTACHMENT),
    )


def draw_appraisals(rng: Rng, people: People, marked: Flags, as_of: dt.date, given: Assumptions) -> pd.DataFrame:
    """The last three calendar years of everybody then in service; ``marked`` people (sanctions) had a bad one."""
    n = len(people)
    good = given.excellent + np.where(people.backbone >= 0, 14, 0) + np.where(people.position <= DEPUTY, 8, 0)
    years, results, ethics, who = [], [], [], []
    for ago in (3, 2, 1):
        result = np.where(chance(rng, good, n), 0, 1)
        low = between(rng, 0, 9999, n)
        result = np.where((low < 40) & (result == 1), 2, np.where((low >= 9990) & (result == 1), 3, result))
        conduct = np.where((result == 0) & chance(rng, 45, n), 0, 1)
        if ago == 1:
            result = np.where(marked, between(rng, 2, 3, n), result)
            conduct = np.where(marked, between(rng, 2, 3, n), conduct)
        served = people.hired < np.datetime64(f"{as_of.year - ago}-10-01")
        who.append(np.flatnonzero(served))
        years.append(np.full(int(served.sum()), as_of.year - ago))
        results.append(result[served])
        ethics.append(conduct[served])
    person = np.concatenate(who)
    year = np.concatenate(years)
    order = np.lexsort((year, people.ids[person]))
    return (
        pd.DataFrame(
            {
                "staff_id": people.ids[person],
                "year": year,
                "result": _RESULTS[np.concatenate(results)],
                "ethics": _RESULTS[np.concatenate(ethics)],
            }
        )
        .iloc[order]
        .reset_index(drop=True)
    )
