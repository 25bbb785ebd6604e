"""The scenario ``ruian``: a county-level city of forty schools, three categories of people."""

from __future__ import annotations

from scenario_builders.drawn import drawn, over_limit, schools_of
from scenario_builders.ground import Ground, Row, since

TABLES = ("schools", "staff", "demand", "exemptions", "applications", "history", "pins", "distances")
COUNTRYSIDE = ("rural", "remote")
CUT = {"S012": 3, "S009": 1, "S016": 1, "S015": 3, "S032": 1}  # posts cut, though no subject has too many
AWARDED = {"county", "city", "province", "national"}


def ruian() -> Ground:
    """The city with twinned and signature schools, new teachers, volunteers, bonds of honours and approvals."""
    ground = drawn(40, 2500, 2027_11, "锦安市", TABLES)
    _schools(ground)
    _people(ground)
    _approvals(ground)
    _pins(ground)
    _support(ground)
    return ground


def _compulsory(ground: Ground) -> list[Row]:
    return [
        row
        for row in ground.tables["schools"]
        if row["ownership"] == "public" and ("primary" in row["stages"] or "junior" in row["stages"])
    ]


def _schools(ground: Ground) -> None:
    """Every fourth urban or town school is twinned with a rural one; the best of either stage are signature schools."""
    schools = _compulsory(ground)
    for row in ground.tables["schools"]:
        row.update(特色学校="否", 结对学校="", 新教师人数=0)
    for row in [row for row in schools if row["tier"] == "quality"]:
        row["特色学校"] = "是"
    rural = [row for row in schools if row["location"] in COUNTRYSIDE]
    for number, row in enumerate([row for row in schools if row["location"] in ("urban", "town")][::2]):
        alike = [each for each in rural if set(each["stages"].split(";")) & set(row["stages"].split(";"))]
        if alike:
            row["结对学校"] = alike[number % len(alike)]["school_id"]
    for row in rural:  # counted by class, these get their posts as they stand
        row["headcount_limit"] += max(over_limit(ground, row["school_id"]), 0)
    for code, fewer in CUT.items():
        schools_of(ground)[code]["headcount_limit"] -= fewer
    for row in schools:
        if row["location"] == "urban" and over_limit(ground, row["school_id"]) <= 0:
            row["新教师人数"] = 1 + ground.below(3)


def _people(ground: Ground) -> None:
    schools, applied = schools_of(ground), {row["staff_id"] for row in ground.tables["applications"]}
    for row in ground.tables["staff"]:
        row.update(自愿审批="", 特长="", 交流到校="", 本校晋升获评时间="", 定向评选时间="")
        school = schools[row["school_id"]]
        if row["staff_id"] in applied:
            row["自愿审批"] = "同意" if ground.chance(0.6) else "不同意"
        if row["subject"] in ("音乐", "美术", "体育", "信息科技") and ground.chance(0.3):
            row["特长"] = row["subject"]
        if row["joined_school"] > since(60).isoformat() and ground.chance(0.3):
            row["交流到校"] = "是"
        weak = school["tier"] == "weak" or school["location"] in COUNTRYSIDE
        if weak and row["full_time"] and ground.chance(0.05):
            row["本校晋升获评时间"] = max(since(6 + ground.below(36)).isoformat(), row["joined_school"])
        if weak and row["backbone"] and ground.chance(0.4):
            row["定向评选时间"] = max(since(6 + ground.below(84)).isoformat(), row["joined_school"])


def _approvals(ground: Ground) -> None:
    """Who asked to wait for a course or a project was granted it, four times of five."""
    for number, row in enumerate(ground.tables["exemptions"]):
        row["批准"] = ("否" if number % 5 == 3 else "是") if row["kind"] in ("course_lead", "research_lead") else ""


def _pins(ground: Ground) -> None:
    """Only backbone teachers are sent off; ordinary ones find their place near by or stay."""
    ordinary = {row["staff_id"] for row in ground.tables["staff"] if row["backbone"] not in AWARDED}
    ground.tables["pins"] = [
        row for row in ground.tables["pins"] if row["verdict"] in ("stay", "not_to") or row["staff_id"] not in ordinary
    ]


def _support(ground: Ground) -> None:
    """Every fifth of those whose nine years have just passed was away for one of them, teaching in the countryside."""
    first, last = since(119).isoformat(), since(108).isoformat()
    just = [row for row in ground.tables["staff"] if row["full_time"] and first <= row["joined_school"] <= last]
    for row in just[::5]:
        ground.past(row, "support_teaching", 48, 36, location="rural")
