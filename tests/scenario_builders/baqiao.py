"""The scenario ``baqiao``: a grand school district of ten schools, five hundred full-time teachers."""

from __future__ import annotations

from scenario_builders.drawn import drawn
from scenario_builders.ground import Ground

TABLES = ("schools", "staff", "demand", "exemptions", "appraisals")


def baqiao() -> Ground:
    """The schools of one part of a city, all public, near each other."""
    ground = drawn(10, 570, 2027_13, "长桥区", TABLES)
    return ground
