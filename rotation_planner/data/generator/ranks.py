"""Titles, backbone awards, degrees, departments, lines of command and this year's duties."""

from __future__ import annotations

import datetime as dt

import numpy as np

from rotation_planner.data.dates import add_years
from rotation_planner.data.generator.arrays import (
    Flags,
    Ints,
    Rng,
    between,
    chance,
    chance_in_thousand,
    pick,
    rank_in_run,
    texts,
    top_of_group,
)
from rotation_planner.data.generator.assumptions import QUALITY, Assumptions
from rotation_planner.data.generator.careers import full_years
from rotation_planner.data.generator.ground import Ground
from rotation_planner.data.generator.people import (
    CHIEF,
    DEPUTY,
    MIDDLE_DEPUTY,
    PRINCIPAL,
    SUPPORT,
    TEACHER,
    People,
)
from rotation_planner.data.generator.vocabulary import JUNIOR, PRIMARY, STAGES, courses, vocabulary

NONE, JUNIOR_TITLE, INTERMEDIATE, SENIOR, PROFESSOR = range(5)


def set_ranks(rng: Rng, ground: Ground, people: People, as_of: dt.date, given: Assumptions) -> None:
    """Fills everything that a career brings; nowhere are more titles held than there are posts."""
    career = full_years(people.hired, as_of)
    _titles(rng, ground, people, career, given)
    _backbone(rng, ground, people, career, as_of, given)
    _degrees(rng, people)
    _departments(rng, ground, people)
    _certificates(rng, people, given)
    _duties(rng, ground, people, career, given)
    people.funded = chance_in_thousand(
        rng, np.where((career <= 6) & (people.position == TEACHER), given.funded, 0), len(people)
    )


def _titles(rng: Rng, ground: Ground, people: People, career: Ints, given: Assumptions) -> None:
    n, schools = len(people), len(ground.staff)
    score = (
        between(rng, 0, 99, n) + 5 * career + 60 * (people.position <= DEPUTY) + 20 * (people.position <= MIDDLE_DEPUTY)
    )
    low, high = given.fill
    full = chance(rng, given.full_of_seniors, schools)
    held = np.where(full, ground.senior_posts, ground.senior_posts * between(rng, low, high, schools) // 100)
    allowed = people.position != SUPPORT
    senior = top_of_group(people.school, score, held, allowed & (career >= 13))
    part = between(rng, 91, 100, schools)
    held = ground.intermediate_posts * part // 100
    middle = top_of_group(people.school, score, held, ~senior & (career >= 6))
    people.title = np.where(senior, SENIOR, np.where(middle, INTERMEDIATE, np.where(career >= 1, JUNIOR_TITLE, NONE)))
    people.title[senior & (career >= 22) & chance(rng, 3, n)] = PROFESSOR
    people.title[(people.position == SUPPORT) & ~middle & chance(rng, 40, n)] = NONE


def _backbone(rng: Rng, ground: Ground, people: People, career: Ints, as_of: dt.date, given: Assumptions) -> None:
    """In quality schools the awarded stay; elsewhere those who are awarded tend to be called away."""
    n, schools = len(people), len(ground.staff)
    able = (people.position != SUPPORT) & (career >= 5)
    here = full_years(people.joined, as_of)
    keeps = ground.layout.tier[people.school] == QUALITY
    stay = np.where(keeps, 28, -4) * np.minimum(here, 12)
    score = between(rng, 0, 999, n) + 14 * np.minimum(career, 22) + stay + 150 * (people.position <= MIDDLE_DEPUTY)
    teaching = np.bincount(people.school[people.position != SUPPORT], minlength=schools)
    share = np.array(given.backbone)[ground.layout.tier] * between(rng, 80, 120, schools)
    chosen = top_of_group(people.school, score, (teaching * share + 5000) // 10000, able)
    level = pick(rng, given.backbone_levels, n)
    level = np.where(career < 12, np.minimum(level, 1), level)
    level = np.where(career < 18, np.minimum(level, 2), level)
    people.backbone = np.where(chosen, level, -1)
    # Awarded after some years of work, the higher the later.
    first = np.minimum(4 + 3 * np.maximum(level, 0), np.maximum(career - 1, 1))
    since = add_years(people.hired, first + between(rng, 0, np.maximum(career - first - 1, 0), n))
    teachers_day = since.astype("datetime64[M]").astype("datetime64[D]") + np.timedelta64(9, "D")
    people.backbone_since = np.where(chosen, teachers_day, np.datetime64("NaT", "D"))


def _degrees(rng: Rng, people: People) -> None:
    n = len(people)
    young, elder = people.age <= 35, people.age >= 48
    table = np.where(young, 0, np.where(elder, 2, 1))
    degree = np.empty(n, dtype=np.int64)
    for number, weights in enumerate(((0, 30, 780, 186, 4), (1, 90, 830, 78, 1), (8, 300, 670, 22, 0))):
        chosen = table == number
        degree[chosen] = pick(rng, weights, int(chosen.sum()))
    support = people.position == SUPPORT
    degree[support] = pick(rng, (10, 50, 40), int(support.sum()))
    people.degree = degree


def _departments(rng: Rng, ground: Ground, people: People) -> None:
    """Offices of leaders, middle cadres and support staff, and who reports to whom."""
    words = vocabulary()["departments"]
    n = len(people)
    department = texts([""] * n)
    department[people.position <= DEPUTY] = words["leaders"]
    middle, supporting = texts(words["middle"]), texts(words["support"])
    people.boss = np.full(n, -1, dtype=np.int64)
    head = np.full(len(ground.staff), -1)
    principals = np.flatnonzero(people.position == PRINCIPAL)
    head[people.school[principals]] = principals
    deputies = np.flatnonzero(people.position == DEPUTY)
    people.boss[deputies] = head[people.school[deputies]]
    office = {}
    for position in (CHIEF, MIDDLE_DEPUTY):
        cadres = np.flatnonzero(people.position == position)
        turn = rank_in_run(people.school[cadres])
        department[cadres] = middle[turn % len(middle)]
        office[position] = (cadres, turn)
    chiefs, turn = office[CHIEF]
    count = np.bincount(people.school[deputies], minlength=len(ground.staff))
    start = np.searchsorted(people.school[deputies], people.school[chiefs])
    under = count[people.school[chiefs]]
    chosen = deputies[np.minimum(start + turn % np.maximum(under, 1), len(deputies) - 1)] if len(deputies) else chiefs
    people.boss[chiefs] = np.where(under > 0, chosen, head[people.school[chiefs]])
    of_office = {(int(people.school[c]), str(department[c])): int(c) for c in chiefs}
    for cadre in office[MIDDLE_DEPUTY][0]:
        place = int(people.school[cadre])
        people.boss[cadre] = of_office.get((place, str(department[cadre])), head[place])
    support = np.flatnonzero(people.position == SUPPORT)
    department[support] = supporting[between(rng, 0, len(supporting) - 1, len(support))]
    people.department = department
    money = np.isin(department, words["keeps_money"])
    people.key_post = money & (((people.position == SUPPORT) & chance(rng, 45, n)) | (people.position == CHIEF))


def _certificates(rng: Rng, people: People, given: Assumptions) -> None:
    """Second subjects within what the person's stage teaches; junior teachers may teach in primary schools."""
    n = len(people)
    people.other_subjects, people.other_stages = texts([""] * n), texts([""] * n)
    listed = courses()
    taught = {(c.stage, c.subject) for c in listed}
    others = vocabulary()["second_subjects"]
    second = chance(rng, given.other_subjects, n) & (people.course >= 0)
    turn = between(rng, 0, 99, n)
    for person in np.flatnonzero(second):
        course = listed[people.course[person]]
        able = [s for s in others.get(course.subject, []) if (course.stage, s) in taught]
        if able:
            people.other_subjects[person] = able[turn[person] % len(able)]
    in_primary = {c.subject for c in listed if c.stage == PRIMARY}
    down = chance(rng, given.other_stages * 3, n) & (people.stage == JUNIOR)
    up = chance(rng, given.other_stages, n) & (people.stage == PRIMARY)
    in_junior = {c.subject for c in listed if c.stage == JUNIOR}
    fits_down = np.array([c.subject in in_primary for c in listed] + [False])[people.course]
    fits_up = np.array([c.subject in in_junior for c in listed] + [False])[people.course]
    people.other_stages[down & fits_down] = STAGES[PRIMARY]
    people.other_stages[up & fits_up] = STAGES[JUNIOR]


def _duties(rng: Rng, ground: Ground, people: People, career: Ints, given: Assumptions) -> None:
    n, stages = len(people), len(STAGES)
    classes = -(-ground.students // np.array(given.class_size))
    cell = people.school * stages + np.maximum(people.stage, 0)
    teaching = people.full_time & (people.course >= 0)
    core = np.isin(people.course, [c for c, course in enumerate(courses()) if course.share >= 90])
    score = between(rng, 0, 999, n) + 600 * core - 12 * np.maximum(people.age - 45, 0)
    most = np.bincount(cell[teaching], minlength=classes.size) * 6 // 10
    plain = teaching & (people.position == TEACHER)
    heads = top_of_group(cell, score, np.minimum(classes.ravel(), most), plain)
    share = np.where(people.stage == PRIMARY, 14, 30)
    graduating = plain & core & chance(rng, share, n)
    group = people.school * len(courses()) + np.maximum(people.course, 0)
    large = (np.bincount(group[teaching], minlength=len(ground.staff) * len(courses())) >= 3).astype(np.int64)
    leads = top_of_group(group, 10 * career + between(rng, 0, 99, n), large, plain)
    free = texts([*vocabulary()["duties"]["free"], ""])
    extra = free[np.where(plain & chance(rng, 4, n), between(rng, 0, len(free) - 2, n), len(free) - 1)]
    people.duties = _joined(
        (heads, "class_teacher"), (graduating, "graduating_grade"), (leads, "group_lead"), extra=extra
    )


def _joined(*named: tuple[Flags, str], extra: np.ndarray) -> np.ndarray:
    duties = texts([""] * len(extra))
    for flags, name in named:
        both = flags & (duties != "")
        duties[both] = duties[both] + ";"
        duties[flags] = duties[flags] + name
    some = extra != ""
    both = some & (duties != "")
    duties[both] = duties[both] + ";"
    duties[some] = duties[some] + extra[some]
    return duties
