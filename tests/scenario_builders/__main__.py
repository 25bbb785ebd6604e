"""Rebuilds the tables of scenarios: ``PYTHONPATH=tests python -m scenario_builders [NAME ...]`` (all when none)."""

from __future__ import annotations

import sys
from pathlib import Path

from scenario_builders.registry import BUILDERS

SCENARIOS = Path(__file__).resolve().parent.parent.parent / "scenarios"

for name in sys.argv[1:] or BUILDERS:
    BUILDERS[name]().write(SCENARIOS / name)
