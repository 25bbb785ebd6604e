"""The yearly plan from end to end, for notebooks and commands alike: read, make, judge, write."""

from rotation_planner.run.asking import chains, explain, explain_school, explainer, improvements, weakest_links
from rotation_planner.run.making import Outcome, audit, complete, make_plan, recounted
from rotation_planner.run.replanning import Replanned, replan, write_replanned
from rotation_planner.run.scenario import Scenario, load_scenario, problem_frame
from rotation_planner.run.writing import check_papers, outcome_of, write

__all__ = [
    "Outcome", "Replanned", "Scenario", "audit", "chains", "check_papers", "complete", "explain", "explain_school",
    "explainer", "improvements", "load_scenario", "make_plan", "outcome_of", "problem_frame", "recounted", "replan",
    "weakest_links", "write", "write_replanned",
]  # fmt: skip
