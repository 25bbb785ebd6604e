"""The years ahead: a plan carried over into the next year's scenario, and several years planned in a row."""

from rotation_planner.years.assumptions import Assumptions, read_assumptions
from rotation_planner.years.horizon import horizon
from rotation_planner.years.outlook import Horizon
from rotation_planner.years.rolling import Rolled, roll

__all__ = ["Assumptions", "Horizon", "Rolled", "horizon", "read_assumptions", "roll"]
