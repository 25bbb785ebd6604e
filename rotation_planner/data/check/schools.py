"""The schools: limits, posts, tiers, campuses, coordinates; and what their demand says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from rotation_planner.data import schema
from rotation_planner.data.check.findings import ERROR, NOTE, WARNING, EachRow, Findings, first_of, words

# Posts of a school and whom they count: column of ``schools``, column of ``staff``, its values.
POSTS = (
    ("principal_posts", "position", ("principal",)),
    ("deputy_posts", "position", ("deputy_principal",)),
    ("middle_chief_posts", "position", ("middle_chief",)),
    ("middle_deputy_posts", "position", ("middle_deputy",)),
    ("senior_posts", "title", ("senior", "professor")),
    ("intermediate_posts", "title", ("intermediate",)),
)
_WORDS = {"position": schema.POSITIONS, "title": schema.TITLES}


def check_schools(findings: Findings, most_of_a_tier: Fraction = Fraction(3, 10)) -> None:
    """Everything about ``schools``; ``most_of_a_tier`` bounds the share of quality and of weak public schools."""
    schools = findings.district.schools
    public = (schools["ownership"] != "private").to_numpy()
    if not findings.lacks("schools"):
        missing = schools["headcount_limit"].isna().to_numpy() & public
        findings.add_blank(WARNING, "headcount_missing", "schools", missing, "headcount_limit")
    for table, names in (("schools", ("latitude", "longitude")), ("staff", ("home_latitude", "home_longitude"))):
        frame = getattr(findings.district, table)
        for name, other in (names, names[::-1]):
            half = (frame[name].isna() & frame[other].notna()).to_numpy()
            findings.add_blank(ERROR, "coordinate_half", table, half, name)
    if not findings.lacks("schools", "staff"):
        _staffed(findings, public)
    total = int(public.sum())
    for tier in ("quality", "weak"):
        count = int(((schools["tier"] == tier).to_numpy() & public).sum())
        if count > most_of_a_tier * total:
            findings.about(
                WARNING,
                "tier_share",
                "schools",
                "tier",
                tier=words(schema.TIERS, tier),
                count=count,
                total=total,
                limit=f"{float(most_of_a_tier):.0%}",
            )
    _campuses(findings)


def _staffed(findings: Findings, public: np.ndarray) -> None:
    """What the staff say of their schools: posts held, principals, nobody at all."""
    schools, staff = findings.district.schools, findings.district.staff
    for column, source, values in POSTS:
        _posts(findings, column, source, values)
    held = staff.loc[staff["position"] == "principal", "school_id"].value_counts()
    principals = schools["school_id"].map(held).fillna(0).to_numpy()
    several = (principals > 1) & schools["principal_posts"].isna().to_numpy()
    counts = EachRow(principals[several].astype(int).tolist())
    findings.add(WARNING, "position_two_principals", "schools", several, "school_id", count=counts)
    nobody = (~schools["school_id"].isin(staff["school_id"])).to_numpy() & public
    findings.add(NOTE, "school_without_staff", "schools", nobody, "school_id")


def _posts(findings: Findings, column: str, source: str, values: tuple[str, ...]) -> None:
    schools, staff = findings.district.schools, findings.district.staff
    held = staff.loc[staff[source].isin(values), "school_id"].value_counts()
    counts = schools["school_id"].map(held).fillna(0).to_numpy()
    over = counts > schools[column].to_numpy()
    post = words(_WORDS[source], ";".join(values))
    held_now = EachRow(counts[over].astype(int).tolist())
    findings.add(WARNING, "posts_over", "schools", over, column, held=held_now, post=post)


def _campuses(findings: Findings) -> None:
    schools = findings.district.schools
    alone = ((schools["campus"] != "") & (schools["group"] == "")).to_numpy()
    findings.add(WARNING, "campus_without_group", "schools", alone, "campus")
    for group, members in schools[schools["group"] != ""].groupby("group", sort=False):
        mains = int((members["campus"] == "main").sum())
        position = np.array([members.index[0]])
        if mains > 1:
            findings.add(WARNING, "group_two_mains", "schools", position, "group", count=mains, value=group)
        elif not mains:
            findings.add(NOTE, "group_without_main", "schools", position, "group", value=group)


def check_demand(findings: Findings) -> None:
    """Everything about ``demand``, and the measured distances."""
    district = findings.district
    demand = district.demand
    low, need, high = (demand[c].to_numpy() for c in ("minimum", "required", "maximum"))
    wrong = (low > need) | (need > high) | (low > high)
    lowest, highest = (EachRow([_number(v) for v in values[wrong].tolist()]) for values in (low, high))
    findings.add(ERROR, "demand_order", "demand", wrong, "required", low=lowest, high=highest)
    twice, first = first_of(demand[["school_id", "stage", "subject"]])
    twice &= not findings.lacks("demand")
    rows = EachRow(demand[schema.ROW].to_numpy()[first[twice]].tolist())
    findings.add(ERROR, "demand_twice", "demand", twice, "subject", first=rows)
    stages = district.schools.drop_duplicates("school_id").set_index("school_id")["stages"]
    of_school = stages.reindex(demand["school_id"]).fillna("").tolist()
    absent = np.array(
        [bool(s and own) and s not in own.split(";") for s, own in zip(demand["stage"], of_school, strict=True)],
        dtype=bool,
    )
    values = EachRow([words(schema.STAGES, s) for s in demand["stage"][absent]])
    listed = EachRow([words(schema.STAGES, own) for own, out in zip(of_school, absent, strict=True) if out])
    findings.add(WARNING, "demand_stage", "demand", absent, "stage", value=values, stages=listed)
    _distances(findings)


def _distances(findings: Findings) -> None:
    distances = findings.district.distances
    twice, first = first_of(distances[["from_school", "to_school"]])
    twice &= not findings.lacks("distances")
    rows = EachRow(distances[schema.ROW].to_numpy()[first[twice]].tolist())
    findings.add(ERROR, "distance_twice", "distances", twice, "to_school", first=rows)
    same = ((distances["from_school"] == distances["to_school"]) & (distances["from_school"] != "")).to_numpy()
    findings.add(WARNING, "distance_self", "distances", same, "to_school")


def _number(value: float) -> str:
    return str(int(value)) if value == value else "–"
