"""Checks across tables, all vectorised; each finding is a `Problem`, all are collected."""

from __future__ import annotations

from collections.abc import Sequence

from rotation_planner.data.district import District
from rotation_planner.data.problems import Problem
from rotation_planner.data.rawtable import RawTable


def check_district(district: District, tables: Sequence[RawTable] = ()) -> list[Problem]:
    """Everything that is wrong or doubtful between the tables; ``tables`` tell the user's own headings and files."""
    return []
