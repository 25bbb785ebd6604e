"""The scenario ``taihe``: a county of thirty schools, a hundred and twenty township teachers who apply for the town."""

from __future__ import annotations

from scenario_builders.drawn import drawn, schools_of
from scenario_builders.ground import Ground, Row, since

TABLES = ("schools", "staff", "demand", "exemptions", "history", "appraisals")
APPLICANTS, LONG = 120, 92  # of whom so many look as if they met the conditions
REASONS = ("couple", "care", "other", "other", "other", "other")
CLOSED = 3  # schools of the town above their limit
ROOM = 6  # posts free in a school of the town at most


def taihe() -> Ground:
    """The county with its centre schools, vacancies in the town, applicants, and cases that bar them."""
    ground = drawn(30, 1500, 2027_12, "禾川县", TABLES)
    _centres(ground)
    _vacancies(ground)
    _applicants(ground)
    for row in ground.tables["exemptions"]:
        if row["kind"] == "absence":
            row["end"] = ""
    return ground


def _town(ground: Ground) -> list[Row]:
    return [row for row in ground.tables["schools"] if row["location"] == "urban" and row["ownership"] == "public"]


def _centres(ground: Ground) -> None:
    """A township's schools belong to its centre school; each school of the town stands for itself."""
    for row in ground.tables["schools"]:
        name, end = row["name"], row["name"].find("镇") + 1
        row["所属中心校"] = name[:end] + "中心学校" if end else name


def _vacancies(ground: Ground) -> None:
    """Subjects of the town want one or two more here and there; township schools can spare one or two."""
    town = _town(ground)
    codes = {row["school_id"] for row in town}
    closed = {row["school_id"] for row in town[::3][:CLOSED]}
    wanted = dict.fromkeys(codes, 0)
    for row in ground.tables["demand"]:
        staff = [
            each
            for each in ground.tables["staff"]
            if each["full_time"]
            and (each["school_id"], each["stage"], each["subject"]) == (row["school_id"], row["stage"], row["subject"])
        ]
        today = len(staff)
        if row["school_id"] in closed:
            row.update(required=max(today - ground.pick((0, 1, 1, 2)), 1), minimum="", maximum="")
        elif row["school_id"] in codes:
            more = ground.pick((0, 0, 1, 1, 2)) if today > 1 else ground.pick((0, 1))
            row.update(required=max(today + more, 1), minimum="", maximum="")
            wanted[row["school_id"]] += more
        else:
            row.update(minimum=max(min(row["required"], today) - 2, 0), maximum="")
    for row in town:
        today = sum(each["school_id"] == row["school_id"] for each in ground.tables["staff"])
        row["headcount_limit"] = (
            today - 2 if row["school_id"] in closed else today + min(wanted[row["school_id"]], ROOM)
        )


def _applicants(ground: Ground) -> None:
    """A hundred and twenty, one in three for hardship; each names three schools of the town and then its zone."""
    schools, town = schools_of(ground), _town(ground)
    for row in ground.tables["staff"]:
        row["申报审核"] = ""
    teachers = [
        row
        for row in ground.tables["staff"]
        if row["position"] == "teacher"
        and row["full_time"]
        and row["stage"] in ("primary", "junior")
        and schools[row["school_id"]]["location"] != "urban"
    ]
    long = [
        row
        for row in teachers
        if row["joined_school"] <= since(36).isoformat() and row["hired_on"] <= since(72).isoformat()
    ]
    chosen = ground.some([row for row in long if row["birth_date"] >= "1977"], LONG)
    ids = {row["staff_id"] for row in chosen}
    chosen += ground.some([row for row in teachers if row["staff_id"] not in ids], APPLICANTS - LONG)
    for number, row in enumerate(chosen):
        row["申报审核"] = ("材料不实" if number % 2 else "其他违规") if number % 29 == 11 else "通过"
        if number % 15 == 3:
            kind = ("absence", "sanction", "investigation")[number // 15 % 3]
            ground.exempt(row, kind, months=14, evidence="县局登记")
        open_to = [each["school_id"] for each in town if row["stage"] in each["stages"].split(";")]
        zones = list(dict.fromkeys(each["zone"] for each in town))
        reason = ground.pick(REASONS)
        wishes = ground.some(open_to, min(3, len(open_to)))
        for rank, school in enumerate(wishes, 1):
            ground.add("applications", staff_id=row["staff_id"], rank=rank, school_id=school, zone="", reason=reason)
        for rank, zone in enumerate(zones, len(wishes) + 1):
            ground.add("applications", staff_id=row["staff_id"], rank=rank, school_id="", zone=zone, reason=reason)
