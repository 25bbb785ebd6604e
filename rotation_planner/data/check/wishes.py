"""What people ask for and what is ordered: applications, pins, relatives, and the papers behind them."""

from __future__ import annotations

import numpy as np

from rotation_planner.data import schema
from rotation_planner.data.check.findings import ERROR, NOTE, WARNING, EachRow, Findings, first_of, words


def check_applications(findings: Findings) -> None:
    """Applications that nobody could grant, and ranks that do not make an order."""
    district = findings.district
    wishes, staff, schools = district.applications, district.staff, district.schools
    if not len(wishes) or findings.lacks("applications"):
        return
    blank = ((wishes["school_id"] == "") & (wishes["zone"] == "")).to_numpy()
    findings.add_blank(ERROR, "application_without_target", "applications", blank, "school_id")
    findings.add(ERROR, "rank_low", "applications", (wishes["rank"] < 1).to_numpy(), "rank")
    twice, first = first_of(wishes[["staff_id", "rank"]])
    twice &= wishes["rank"].notna().to_numpy()
    rows = EachRow(wishes[schema.ROW].to_numpy()[first[twice]].tolist())
    findings.add(WARNING, "rank_twice", "applications", twice, "rank", first=rows)
    if findings.lacks("schools", "staff", "demand"):
        return
    people = {who: at for at, who in enumerate(staff["staff_id"].tolist())}
    places = {school: at for at, school in enumerate(schools["school_id"].tolist())}
    who = np.array([people.get(key, -1) for key in wishes["staff_id"].tolist()])
    where = np.array([places.get(key, -1) for key in wishes["school_id"].tolist()])
    known = np.flatnonzero((who >= 0) & (where >= 0))
    own = known[staff["school_id"].to_numpy()[who[known]] == schools["school_id"].to_numpy()[where[known]]]
    findings.add(WARNING, "application_own_school", "applications", own, "school_id")
    private = known[schools["ownership"].to_numpy()[where[known]] == "private"]
    findings.add(WARNING, "application_private", "applications", private, "school_id")
    zone = wishes["zone"].to_numpy()
    outside = known[(zone[known] != "") & (zone[known] != schools["zone"].to_numpy()[where[known]])]
    named = EachRow(zone[outside].tolist())
    findings.add(WARNING, "application_zone", "applications", outside, "school_id", zone=named)
    _teachable(findings, known[~np.isin(known, own)], who, where)


def _teachable(findings: Findings, rows: np.ndarray, who: np.ndarray, where: np.ndarray) -> None:
    """Applications to a school that has no stage, or no subject, that the person teaches."""
    staff, schools, demand = findings.district.staff, findings.district.schools, findings.district.demand
    stages = (staff["stage"] + ";" + staff["other_stages"]).to_numpy()
    subjects = (staff["subject"] + ";" + staff["other_subjects"]).to_numpy()
    teaches = (staff["full_time"] & (staff["subject"] != "") & (staff["stage"] != "")).to_numpy()
    wanted: dict[str, set[str]] = {}
    for school, subject in zip(demand["school_id"].tolist(), demand["subject"].tolist(), strict=True):
        wanted.setdefault(school, set()).add(subject)
    taught = [set(s.split(";")) for s in schools["stages"].tolist()]
    names = schools["school_id"].tolist()
    no_stage, no_subject = [], []
    for row in rows.tolist():
        person, school = who[row], where[row]
        if not teaches[person]:
            continue
        if not taught[school] & set(stages[person].split(";")):
            no_stage.append(row)
        elif names[school] in wanted and not wanted[names[school]] & set(subjects[person].split(";")):
            no_subject.append(row)
    told = EachRow([words(schema.STAGES, stages[who[row]]) for row in no_stage])
    findings.add(WARNING, "application_stage", "applications", np.array(no_stage, dtype=int), "school_id", stages=told)
    told = EachRow([words({}, subjects[who[row]]) for row in no_subject])
    wrong = np.array(no_subject, dtype=int)
    findings.add(WARNING, "application_subject", "applications", wrong, "school_id", subjects=told)


def check_pins(findings: Findings) -> None:
    """Pins of one person that cannot all hold, and pins to the present school."""
    pins, staff = findings.district.pins, findings.district.staff
    present = dict(zip(staff["staff_id"].tolist(), staff["school_id"].tolist(), strict=True))
    earlier: dict[str, list[tuple[int, str, str]]] = {}
    if findings.lacks("pins"):
        return
    rows = zip(*(pins[c].tolist() for c in ("staff_id", "school_id", "verdict", schema.ROW)), strict=True)
    at_home = []
    for position, (who, school, verdict, row) in enumerate(rows):
        if verdict == "to" and school and present.get(who) == school:
            at_home.append(position)
        for other_row, other_school, other in earlier.get(who, []):
            if _contradict((verdict, school), (other, other_school)):
                findings.add(
                    ERROR,
                    "pins_contradict",
                    "pins",
                    np.array([position]),
                    "verdict",
                    first=other_row,
                    value=words(schema.VERDICTS, verdict),
                    other=words(schema.VERDICTS, other),
                )
                break
        earlier.setdefault(who, []).append((row, school, verdict))
    findings.add(WARNING, "pin_own_school", "pins", np.array(at_home, dtype=int), "school_id")


def _contradict(one: tuple[str, str], other: tuple[str, str]) -> bool:
    stays = [verdict == "stay" or (verdict == "not_to" and not school) for verdict, school in (one, other)]
    goes = [verdict in ("move", "to") for verdict, _ in (one, other)]
    if (stays[0] and goes[1]) or (goes[0] and stays[1]):
        return True
    verdicts, both = {one[0], other[0]}, bool(one[1] and other[1])
    if verdicts == {"to"}:
        return both and one[1] != other[1]
    return verdicts == {"to", "not_to"} and both and one[1] == other[1]


def check_relatives(findings: Findings) -> None:
    """Kin with oneself, pairs listed twice, differently, or on one side only."""
    kin = findings.district.relatives
    if findings.lacks("relatives"):
        return
    own = ((kin["staff_id"] == kin["relative_id"]) & (kin["staff_id"] != "")).to_numpy()
    findings.add(ERROR, "kin_self", "relatives", own, "relative_id")
    twice, first = first_of(kin[["staff_id", "relative_id", "kinship"]])
    rows = kin[schema.ROW].to_numpy()
    twice = twice & ~own
    findings.add(WARNING, "kin_twice", "relatives", twice, "relative_id", first=EachRow(rows[first[twice]].tolist()))
    pairs: dict[tuple[str, ...], dict[str, tuple[int, str]]] = {}
    columns = (kin[c].tolist() for c in ("staff_id", "relative_id", "kinship"))
    for position, (who, relative, kinship) in enumerate(zip(*columns, strict=True)):
        seen = pairs.setdefault(tuple(sorted((who, relative))), {})
        before = next((s for s in seen.values() if s[1] != kinship), None)
        if before and kinship and before[1]:
            findings.add(
                WARNING,
                "kin_differs",
                "relatives",
                np.array([position]),
                "kinship",
                first=int(rows[before[0]]),
                value=words(schema.KINSHIPS, kinship),
                other=words(schema.KINSHIPS, before[1]),
            )
        seen.setdefault(who, (position, kinship))
    single = sum(1 for seen in pairs.values() if len(seen) == 1)
    # A district that lists every pair once means it so; only a mixture is worth a word.
    if single and single < len(pairs):
        findings.about(NOTE, "kin_one_sided", "relatives", count=single)


def check_papers(findings: Findings) -> None:
    """Exemptions without evidence, and appraisals that repeat or lie ahead."""
    district = findings.district
    bare = ((district.exemptions["kind"] == "illness") & (district.exemptions["evidence"] == "")).to_numpy()
    findings.add_blank(WARNING, "evidence_missing", "exemptions", bare, "evidence")
    appraisals = district.appraisals
    twice, first = first_of(appraisals[["staff_id", "year"]])
    twice &= appraisals["year"].notna().to_numpy() & (not findings.lacks("appraisals"))
    rows = EachRow(appraisals[schema.ROW].to_numpy()[first[twice]].tolist())
    findings.add(ERROR, "appraisal_twice", "appraisals", twice, "year", first=rows)
    ahead = (appraisals["year"] > district.as_of.year).to_numpy()
    findings.add(WARNING, "appraisal_future", "appraisals", ahead, "year", as_of=district.as_of)
