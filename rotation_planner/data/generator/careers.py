"""When people were hired, came to their school and took up their post."""

from __future__ import annotations

import datetime as dt

import numpy as np

from rotation_planner.data.dates import Days, completed_years
from rotation_planner.data.generator.arrays import Ints, Rng, between, chance, pick, pick_by_row, top_of_group
from rotation_planner.data.generator.assumptions import QUALITY, REMOTE, Assumptions
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.people import (
    CHIEF,
    DEPUTY,
    MIDDLE_DEPUTY,
    PRINCIPAL,
    TEACHER,
    People,
)


def school_year(as_of: dt.date) -> int:
    """The calendar year of the 1 September from which whole school years are counted back."""
    day = as_of + dt.timedelta(days=1)
    return day.year if day.month >= 9 else day.year - 1


def first_of(year: Ints, month: Ints | int) -> Days:
    """The first day of a month, entry by entry."""
    months = (np.asarray(year) - 1970) * 12 + np.asarray(month) - 1
    return months.astype("datetime64[M]").astype("datetime64[D]")


def full_years(start: Days, as_of: dt.date) -> Ints:
    """Completed years of service as whole numbers; 0 where the start is unknown."""
    return np.nan_to_num(completed_years(start, as_of), nan=0).astype(np.int64)


def set_careers(rng: Rng, ground: Ground, people: People, as_of: dt.date, given: Assumptions) -> None:
    """Fills ``hired``, ``joined`` and ``since``."""
    n = len(people)
    year = school_year(as_of)
    least = 1 if year > as_of.year or dt.date(year, 9, 1) > as_of else 0  # a year not yet begun cannot be counted
    people.hired = _hired(rng, people, as_of)
    career = full_years(people.hired, as_of)
    tenure = _tenure(rng, ground, people, career, least, given)
    month = np.where(chance(rng, 4, n), 3, 9)
    joined = first_of(year - tenure, month)
    people.joined = np.where(tenure >= career, people.hired, np.maximum(joined, people.hired))
    people.since = np.full(n, np.datetime64("NaT", "D"))
    _leaders(rng, people, career, year, least, given)
    _in_house(rng, people, career, year)


def _hired(rng: Rng, people: People, as_of: dt.date) -> Days:
    """Normal schools sent teachers out at 19 to 22; those under 45 come from universities at 22 to 24."""
    n = len(people)
    elder = people.age >= 45
    entry = between(rng, np.where(elder, 19, 22), np.where(elder, 22, 24), n)
    born = people.birth.astype("datetime64[Y]").astype(np.int64) + 1970
    month = np.array([9, 8, 7, 3])[pick(rng, (66, 24, 6, 4), n)]
    hired = first_of(born + entry, month)
    last = first_of(np.array([school_year(as_of)]), 9)[0]
    if last > np.datetime64(as_of):
        last = first_of(np.array([school_year(as_of) - 1]), 9)[0]
    return np.minimum(hired, last)


def _tenure(rng: Rng, ground: Ground, people: People, career: Ints, least: int, given: Assumptions) -> Ints:
    """Whole years in the present school; a set part of each school's teachers has nine and more."""
    n, schools = len(people), len(ground.staff)
    sorts = np.array(given.long_serving)
    sort = pick(rng, sorts[:, 0], schools)
    share = between(rng, sorts[sort, 1], sorts[sort, 2], schools)
    share = np.where(ground.layout.tier == QUALITY, np.maximum(share, 14), share)
    share = share + 10 * (ground.layout.location == REMOTE)  # islands are hard to leave
    teacher = people.position == TEACHER
    places = (np.bincount(people.school[teacher], minlength=schools) * share + 50) // 100
    nine = given.career_for_long
    score = between(rng, 0, 999, n) + 18 * career
    long = top_of_group(people.school, score, places, teacher & (career >= nine))
    drawn = between(rng, 0, 999, n)
    beyond = np.maximum(career - nine + 1, 1) * drawn * drawn // 1_000_000
    always = chance(rng, given.never_elsewhere, n)
    short = between(rng, least, np.maximum(np.minimum(career, nine - 1), least), n)
    return np.where(long, np.where(always, career, nine + beyond), short)


def _leaders(rng: Rng, people: People, career: Ints, year: int, least: int, given: Assumptions) -> None:
    """Principals and deputies: most came with the post, some rose in the school, some led another school before."""
    leads = np.flatnonzero((people.position == PRINCIPAL) | ((people.position == DEPUTY) & ~people.full_time))
    n = len(leads)
    in_post = np.maximum(np.minimum(1 + pick(rng, given.leader_terms, n), career[leads] - 10), 1)
    way = pick(rng, (55, 28, 17), n)
    here = np.where(way == 1, in_post + between(rng, 1, 9, n), in_post)
    here = np.where(way == 2, np.maximum(in_post - between(rng, 1, 6, n), max(least, 1)), here)
    here = np.minimum(here, career[leads] - 1)
    month = np.where(chance(rng, 70, n), 9, 8)
    people.since[leads] = np.maximum(first_of(year - in_post, month), people.hired[leads])
    joined = np.where(way == 0, people.since[leads], first_of(year - here, 9))
    people.joined[leads] = np.maximum(joined, people.hired[leads])


def _in_house(rng: Rng, people: People, career: Ints, year: int) -> None:
    """Middle cadres, and deputies who teach full time: in post for a few years, mostly named in this school."""
    cadre = np.isin(people.position, (CHIEF, MIDDLE_DEPUTY)) | ((people.position == DEPUTY) & people.full_time)
    chosen = np.flatnonzero(cadre)
    n = len(chosen)
    table = np.array([[16, 15, 14, 12, 10, 8, 6, 4, 3, 2, 1, 1]])
    in_post = 1 + pick_by_row(rng, table, np.zeros(n, dtype=np.int64))
    in_post = np.maximum(np.minimum(in_post, career[chosen] - 4), 1)
    since = first_of(year - in_post, 9)
    came = np.where(chance(rng, 80, n), people.joined[chosen], people.hired[chosen])
    people.since[chosen] = np.maximum(since, came)


def shorten(people: People, who: Ints, as_of: dt.date, years: int) -> None:
    """Makes people have come to their school so many years ago, and to a post held longer with it."""
    came = np.maximum(first_of(np.full(len(who), school_year(as_of) - years), 9), people.hired[who])
    since = people.since[who]
    people.joined[who] = came
    people.since[who] = np.where(np.isnat(since), since, np.maximum(since, came))
