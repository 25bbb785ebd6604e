"""The yearly plan from end to end, for notebooks and commands alike: read, make, judge, write."""

from rotation_planner.run.making import Outcome, audit, complete, make_plan, write
from rotation_planner.run.scenario import Scenario, load_scenario, problem_frame

__all__ = ["Outcome", "Scenario", "audit", "complete", "load_scenario", "make_plan", "problem_frame", "write"]
