"""Collecting: a folder of what schools handed in becomes one scenario, with a report a school of what to repair."""

from rotation_planner.collecting.blanks import write_school_template, write_school_templates
from rotation_planner.collecting.collected import Collected
from rotation_planner.collecting.making import collect
from rotation_planner.collecting.settling import read_decisions
from rotation_planner.collecting.writing import write_collected

__all__ = [
    "Collected", "collect", "read_decisions", "write_collected", "write_school_template", "write_school_templates",
]  # fmt: skip
