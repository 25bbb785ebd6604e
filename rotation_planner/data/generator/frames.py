"""A drawn district as the contract's tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rotation_planner.data.generator.arrays import Floats, Ints, Rng, Texts, between, chance, texts
from rotation_planner.data.generator.assumptions import LOCATIONS, TIERS, URBAN, Assumptions
from rotation_planner.data.generator.careers import full_years
from rotation_planner.data.generator.draft import Draft
from rotation_planner.data.generator.ground import stages_of
from rotation_planner.data.generator.past import iso
from rotation_planner.data.generator.people import POSITIONS
from rotation_planner.data.generator.vocabulary import STAGES, courses
from rotation_planner.data.schema import TABLES

_TITLES = texts(["none", "junior", "intermediate", "senior", "professor"])
_BACKBONES = texts(["school", "county", "city", "province", "national", ""])
_DEGREES = texts(["below", "college", "bachelor", "master", "doctor"])


def as_frames(rng: Rng, draft: Draft, given: Assumptions) -> dict[str, pd.DataFrame]:
    """All tables, columns in the contract's order, English keys; dates are ISO text, blanks are blank or missing."""
    order = staff_order(draft)
    frames = {
        "schools": _schools(draft),
        "staff": _staff(rng, draft, given).iloc[order].reset_index(drop=True),
        "demand": _demand(draft),
        "exemptions": _exemptions(draft),
        "applications": draft.applications,
        "history": draft.history,
        "appraisals": draft.appraisals,
        "relatives": _relatives(draft),
        "pins": draft.pins,
        "distances": draft.distances,
    }
    return {table.key: frames[table.key][table.keys] for table in TABLES}


def staff_order(draft: Draft) -> Ints:
    """The roster's order: by school, leaders first, then by subject."""
    people = draft.people
    course = np.where(people.course < 0, 9999, people.course)
    return np.lexsort((people.ids, course, people.position, people.school))


def planted_moves(draft: Draft) -> pd.DataFrame:
    """The planted plan, one row a move; nobody's position, stage or subject changes."""
    people, ground = draft.people, draft.ground
    order = staff_order(draft)
    moving = order[draft.to[order] >= 0]
    stage, subject = _taught(draft)
    return pd.DataFrame(
        {
            "staff_id": people.ids[moving],
            "from_school_id": ground.ids[people.school[moving]],
            "to_school_id": ground.ids[draft.to[moving]],
            "position": texts(POSITIONS)[people.position[moving]],
            "stage": stage[moving],
            "subject": subject[moving],
        }
    )


def _taught(draft: Draft) -> tuple[Texts, Texts]:
    listed = courses()
    stage = texts([STAGES[c.stage] for c in listed] + [""])
    subject = texts([c.subject for c in listed] + [""])
    return stage[draft.people.course], subject[draft.people.course]


def _schools(draft: Draft) -> pd.DataFrame:
    ground = draft.ground
    layout = ground.layout
    count = len(ground.ids)
    return pd.DataFrame(
        {
            "school_id": ground.ids,
            "name": ground.names.schools,
            "stages": stages_of(ground),
            "tier": texts(TIERS)[layout.tier],
            "location": texts(LOCATIONS)[layout.location],
            "zone": ground.names.zones[layout.zone],
            "group": [ground.names.groups.get(int(number), "") for number in layout.group],
            "campus": np.where(layout.group < 0, "", np.where(layout.main_campus, "main", "branch")).astype(object),
            "headcount_limit": ground.limit,
            "students": ground.students.sum(axis=1),
            "ownership": np.where(layout.private, "private", "public").astype(object),
            "principal_posts": np.ones(count, dtype=np.int64),
            "deputy_posts": ground.deputy_posts,
            "middle_chief_posts": ground.chief_posts,
            "middle_deputy_posts": ground.middle_deputy_posts,
            "senior_posts": ground.senior_posts,
            "intermediate_posts": ground.intermediate_posts,
            "latitude": ground.latitude,
            "longitude": ground.longitude,
        }
    )


def _staff(rng: Rng, draft: Draft, given: Assumptions) -> pd.DataFrame:
    people, ground = draft.people, draft.ground
    n = len(people)
    stage, subject = _taught(draft)
    north, east = _homes(rng, draft, given)
    career = full_years(people.hired, draft.as_of)
    points = (200 + 14 * career + 60 * (people.backbone + 1) + 40 * people.title + between(rng, 0, 150, n)) / 10
    points[~chance(rng, given.points_known, n)] = np.nan
    names = texts([*people.ids, ""])
    return pd.DataFrame(
        {
            "staff_id": people.ids,
            "name": people.surname + people.given_name,
            "sex": np.where(people.woman, "F", "M").astype(object),
            "birth_date": iso(people.birth),
            "hired_on": iso(people.hired),
            "school_id": ground.ids[people.school],
            "joined_school": iso(people.joined),
            "stage": stage,
            "subject": subject,
            "other_subjects": people.other_subjects,
            "other_stages": people.other_stages,
            "position": texts(POSITIONS)[people.position],
            "position_since": iso(people.since),
            "department": people.department,
            "reports_to": names[people.boss],
            "key_post": _yes_no(people.key_post),
            "title": _TITLES[people.title],
            "backbone": _BACKBONES[people.backbone],
            "backbone_since": iso(people.backbone_since),
            "full_time": _yes_no(people.full_time),
            "degree": _DEGREES[people.degree],
            "duties": people.duties,
            "home_latitude": north,
            "home_longitude": east,
            "funded_normal_student": _yes_no(people.funded),
            "points": points,
        }
    )


def _yes_no(flags: np.ndarray) -> Texts:
    return texts(["no", "yes"])[flags.astype(np.int64)]


def _homes(rng: Rng, draft: Draft, given: Assumptions) -> tuple[Floats, Floats]:
    """Most live near their school, a good part of the others in the city; some addresses are not known."""
    people, ground = draft.people, draft.ground
    n = len(people)
    city = np.flatnonzero(ground.layout.location == URBAN)
    near = people.school.copy()
    moves = (ground.layout.location[people.school] != URBAN) & chance(rng, given.commutes, n)
    near[moves] = city[between(rng, 0, len(city) - 1, int(moves.sum()))]
    reach = np.where(ground.layout.location[near] == URBAN, 2600, 1500)
    north = np.round(ground.latitude[near] + between(rng, -reach, reach, n) / 100_000, 4)
    east = np.round(ground.longitude[near] + between(rng, -reach, reach, n) * 13 / 1_000_000, 4)
    unknown = ~chance(rng, given.home_known, n)
    north[unknown] = np.nan
    east[unknown] = np.nan
    return north, east


def _demand(draft: Draft) -> pd.DataFrame:
    listed = courses()
    school, course = np.nonzero(draft.rows.required)
    bounds = {}
    for name, values in (("minimum", draft.minimum), ("maximum", draft.maximum)):
        column = pd.Series(values[school, course], dtype="Int64")
        bounds[name] = column.mask(column < 0)
    return pd.DataFrame(
        {
            "school_id": draft.ground.ids[school],
            "stage": texts([STAGES[c.stage] for c in listed])[course],
            "subject": texts([c.subject for c in listed])[course],
            "required": draft.rows.required[school, course],
            **bounds,
        }
    )


def _exemptions(draft: Draft) -> pd.DataFrame:
    ids = draft.people.ids
    rows = [
        (str(ids[row.person]), row.kind, row.start.isoformat(), row.end.isoformat() if row.end else "", row.evidence)
        for row in draft.exemptions
    ]
    frame = pd.DataFrame(rows, columns=["staff_id", "kind", "start", "end", "evidence"])
    return frame.sort_values("staff_id", kind="stable").reset_index(drop=True)


def _relatives(draft: Draft) -> pd.DataFrame:
    ids = draft.people.ids
    rows = [
        (str(ids[one]), str(ids[other]), pair.kinship)
        for pair in draft.kin
        for one, other in ((pair.person, pair.relative), (pair.relative, pair.person))
    ]
    frame = pd.DataFrame(rows, columns=["staff_id", "relative_id", "kinship"])
    return frame.sort_values("staff_id", kind="stable").reset_index(drop=True)
