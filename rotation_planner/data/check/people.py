"""The staff: dates in order, plausible ages, what a position needs, and who reports to whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.check.findings import ERROR, WARNING, EachRow, Findings, words
from rotation_planner.data.dates import age_on
from rotation_planner.data.identity import is_identity_number
from rotation_planner.data.problems import Severity

YOUNGEST, OLDEST, YOUNGEST_HIRED = 16, 75, 14
SOON_DAYS = 366


def check_people(findings: Findings) -> None:
    """Everything about the rows of ``staff`` alone."""
    staff = findings.district.staff
    as_of = np.datetime64(findings.district.as_of)
    birth, hired = staff["birth_date"].to_numpy(), staff["hired_on"].to_numpy()
    _order(findings, ERROR, "date_order", "staff", "birth_date", "hired_on")
    _order(findings, ERROR, "date_order", "staff", "hired_on", "joined_school")
    _order(findings, WARNING, "date_order_doubtful", "staff", "hired_on", "position_since")
    _order(findings, WARNING, "date_order_doubtful", "staff", "hired_on", "backbone_since")
    for column in ("hired_on", "joined_school"):
        late = staff[column].to_numpy() > as_of
        soon = late & (staff[column].to_numpy() <= as_of + np.timedelta64(SOON_DAYS, "D"))
        findings.add(WARNING, "date_soon", "staff", soon, column, as_of=findings.district.as_of)
        findings.add(ERROR, "date_after_as_of", "staff", late & ~soon, column, as_of=findings.district.as_of)
    for column in ("birth_date", "position_since", "backbone_since"):
        _not_after(findings, "staff", column)
    age = age_on(birth, as_of)
    for code, wrong in (("age_young", (age < YOUNGEST) & (birth <= as_of)), ("age_old", age > OLDEST)):
        findings.add(ERROR, code, "staff", wrong, "birth_date", age=EachRow(age[wrong].astype(int).tolist()))
    at_work = age_on(birth, hired)
    young = (at_work < YOUNGEST_HIRED) & (birth <= hired) & (age >= YOUNGEST)
    findings.add(WARNING, "hired_young", "staff", young, "hired_on", age=EachRow(at_work[young].astype(int).tolist()))
    needs = (staff["position"].isin(schema.LED_POSITIONS) & staff["position_since"].isna()).to_numpy()
    positions = [words(schema.POSITIONS, p) for p in staff["position"]] if needs.any() else []
    findings.add_blank(ERROR, "position_since_missing", "staff", needs, "position_since", position=positions)
    identity = staff["staff_id"].map(is_identity_number).to_numpy(bool)
    findings.add(ERROR, "identity_as_staff_id", "staff", identity, "staff_id", False)
    if not findings.lacks("staff"):
        _teaching(findings)
    _circles(findings)


def check_other_dates(findings: Findings) -> None:
    """Periods of exemptions and history."""
    for table in ("exemptions", "history"):
        _order(findings, ERROR, "date_order", table, "start", "end")
    _not_after(findings, "history", "start")


def _order(findings: Findings, severity: Severity, code: str, table: str, earlier: str, later: str) -> None:
    frame = getattr(findings.district, table)
    first, second = frame[earlier].to_numpy(), frame[later].to_numpy()
    wrong = second < first
    if wrong.any():
        other = np.datetime_as_string(first[wrong].astype("datetime64[D]")).tolist()
        findings.add(
            severity,
            code,
            table,
            wrong,
            later,
            other=EachRow(other),
            earlier=findings.heading(table, earlier),
            later=findings.heading(table, later),
        )


def _not_after(findings: Findings, table: str, column: str) -> None:
    as_of = findings.district.as_of
    late = getattr(findings.district, table)[column].to_numpy() > np.datetime64(as_of)
    findings.add(ERROR, "date_after_as_of", table, late, column, as_of=as_of)


def _teaching(findings: Findings) -> None:
    staff, schools = findings.district.staff, findings.district.schools
    stages = schools.drop_duplicates("school_id").set_index("school_id")["stages"]
    of_school = stages.reindex(staff["school_id"]).fillna("").to_numpy()
    pairs = pd.Series(of_school).str.cat(staff["stage"].to_numpy(), sep="|")
    outside = {
        pair: bool(pair.rpartition("|")[2]) and pair.rpartition("|")[2] not in pair.rpartition("|")[0].split(";")
        for pair in pairs.unique()
    }
    wrong = pairs.map(outside).to_numpy(dtype=bool) & (of_school != "")
    values = [words(schema.STAGES, s) for s in staff["stage"][wrong]]
    listed = [words(schema.STAGES, s) for s in of_school[wrong]]
    findings.add(WARNING, "stage_not_of_school", "staff", wrong, "stage", value=EachRow(values), stages=EachRow(listed))
    for blank, other in (("stage", "subject"), ("subject", "stage")):
        half = staff["full_time"] & (staff[blank] == "") & ((staff[other] != "") | (staff["position"] == "teacher"))
        findings.add_blank(WARNING, "subject_half", "staff", half.to_numpy(), blank)


def _circles(findings: Findings) -> None:
    """Lines of superiors that come back to where they began; each circle is told once."""
    staff = findings.district.staff
    names = staff["staff_id"].tolist()
    place = {who: at for at, who in enumerate(names)}
    superior = {who: of for who, of in zip(names, staff["reports_to"].tolist(), strict=True) if of and who}
    done: set[str] = set()
    for start in superior:
        path: list[str] = []
        here: str | None = start
        on_path: set[str] = set()
        while here is not None and here not in done and here not in on_path:
            path.append(here)
            on_path.add(here)
            here = superior.get(here)
        if here is not None and here in on_path:
            circle = path[path.index(here) :]
            position = min(place[who] for who in circle if who in place)
            shown = circle if len(circle) <= 6 else [*circle[:5], "…"]
            findings.add(
                ERROR,
                "reports_cycle",
                "staff",
                np.array([position]),
                "reports_to",
                value=" → ".join([*shown, circle[0]]),
            )
        done |= on_path
