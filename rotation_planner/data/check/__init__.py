"""Checks across tables, all vectorised; each finding is a `Problem`, all are collected."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rotation_planner.data.check.findings import Findings, Unread
from rotation_planner.data.check.people import check_other_dates, check_people
from rotation_planner.data.check.references import check_references
from rotation_planner.data.check.schools import check_demand, check_schools
from rotation_planner.data.check.wishes import check_applications, check_papers, check_pins, check_relatives
from rotation_planner.data.district import District
from rotation_planner.data.problems import Problem
from rotation_planner.data.rawtable import RawTable


def check_district(
    district: District,
    tables: Sequence[RawTable] = (),
    known: Sequence[Problem] = (),
    most_of_a_tier: Fraction = Fraction(3, 10),
    unread: Unread | None = None,
) -> list[Problem]:
    """Everything that is wrong or doubtful between the tables.

    Args:
        district: tables in normal form, not necessarily sound.
        tables: the same as read, for the user's own file names and headings.
        known: problems of single cells found before; what they explain is not told again.
        unread: what the files do not hold though they should; nothing that would only follow from it is told.
        most_of_a_tier: largest share of quality, and of weak, schools that goes without a warning.
    """
    findings = Findings(district, {t.key: t for t in tables}, list(known), unread or Unread())
    check_references(findings)
    check_people(findings)
    check_other_dates(findings)
    check_schools(findings, most_of_a_tier)
    check_demand(findings)
    check_applications(findings)
    check_pins(findings)
    check_relatives(findings)
    check_papers(findings)
    return findings.problems[len(known) :]
