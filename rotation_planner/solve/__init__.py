"""How a plan is found: bounds, levels, improvement, and why there is none where there is none."""

from rotation_planner.solve.contradictions import Contradiction
from rotation_planner.solve.progress import Progress
from rotation_planner.solve.solving import Solution, solve_plan

__all__ = ["Contradiction", "Progress", "Solution", "solve_plan"]
