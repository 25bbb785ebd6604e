"""Codes: each stands once, and whatever refers to one finds it."""

from __future__ import annotations

import unicodedata
from collections import Counter

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.check.findings import ERROR, WARNING, EachRow, Findings, first_of
from rotation_planner.data.rawtable import Nearest

SCHOOL_REFERENCES = (
    ("staff", "school_id"),
    ("demand", "school_id"),
    ("applications", "school_id"),
    ("history", "school_id"),
    ("pins", "school_id"),
    ("distances", "from_school"),
    ("distances", "to_school"),
)
STAFF_REFERENCES = (
    ("staff", "reports_to"),
    ("exemptions", "staff_id"),
    ("applications", "staff_id"),
    ("history", "staff_id"),
    ("appraisals", "staff_id"),
    ("relatives", "staff_id"),
    ("relatives", "relative_id"),
    ("pins", "staff_id"),
)
# Names that join rows: two writings of one name would quietly make two groups of it.
VOCABULARIES = (
    (("schools", "zone"),),
    (("schools", "group"),),
    (("staff", "subject"), ("staff", "other_subjects"), ("demand", "subject")),
    (("staff", "department"),),
)


def check_references(findings: Findings) -> None:
    """Codes that stand twice, people who stand twice, and references that lead nowhere."""
    district = findings.district
    for table, column in (("schools", "school_id"), ("staff", "staff_id")):
        frame = getattr(district, table)
        twice, first = first_of(frame[column])
        twice &= frame[column].to_numpy() != ""
        rows = frame[schema.ROW].to_numpy()[first[twice]].tolist()
        findings.add(ERROR, "id_twice", table, twice, column, first=EachRow(rows))
    _people_twice(findings)
    if "schools" not in findings.unread.tables:
        for table, column in SCHOOL_REFERENCES:
            _unknown(findings, table, column, "unknown_school", district.schools["school_id"])
        zones = district.schools["zone"]
        _unknown(findings, "applications", "zone", "unknown_zone", zones[zones != ""])
    if "staff" not in findings.unread.tables:
        for table, column in STAFF_REFERENCES:
            _unknown(findings, table, column, "unknown_staff", district.staff["staff_id"])
    for vocabulary in VOCABULARIES:
        _variants(findings, vocabulary)


def _people_twice(findings: Findings) -> None:
    staff = findings.district.staff
    twice, first = first_of(staff[["name", "birth_date", "sex"]])
    twice &= (staff["name"] != "").to_numpy() & staff["birth_date"].notna().to_numpy()
    twice &= staff["staff_id"].to_numpy() != staff["staff_id"].to_numpy()[first]
    rows = staff[schema.ROW].to_numpy()[first[twice]].tolist()
    findings.add(WARNING, "person_twice", "staff", twice, "name", first=EachRow(rows))


def _unknown(findings: Findings, table: str, column: str, code: str, known: pd.Series) -> None:
    given = getattr(findings.district, table)[column]
    wrong = ((given != "") & ~given.isin(known)).to_numpy()
    if wrong.any():
        names = list(dict.fromkeys(known.tolist()))
        values = given[wrong].tolist()
        distinct = list(dict.fromkeys(values))
        none = Nearest("", ())
        near = {v: Nearest(v, names, codes=code != "unknown_zone") if i < 50 else none for i, v in enumerate(distinct)}
        findings.add(ERROR, code, table, wrong, column, nearest=EachRow([near[v] for v in values]))


def _variants(findings: Findings, places: tuple[tuple[str, str], ...]) -> None:
    counts: Counter[str] = Counter()
    first: dict[str, tuple[str, str, int]] = {}
    for table, column in places:
        given = getattr(findings.district, table)[column]
        seen = given.value_counts(sort=False)
        for cell, count in seen.items():
            for name in str(cell).split(";"):
                counts[name] += int(count)
        for at in np.flatnonzero(~given.duplicated().to_numpy()).tolist():
            for name in given.iloc[at].split(";"):
                first.setdefault(name, (table, column, at))
    alike: dict[str, list[str]] = {}
    for name in counts:
        if name:
            alike.setdefault("".join(unicodedata.normalize("NFKC", name).casefold().split()), []).append(name)
    for names in alike.values():
        usual = max(names, key=lambda n: counts[n])
        for name in names:
            if name != usual:
                table, column, position = first[name]
                row = int(getattr(findings.district, first[usual][0])[schema.ROW].iloc[first[usual][2]])
                findings.add(
                    WARNING, "label_variants", table, np.array([position]), column, value=name, other=usual, first=row
                )
