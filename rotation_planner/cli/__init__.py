"""The command ``rotation-planner``: check, plan, papers, audit, explain, compare, policy, template, generate."""

# In the order in which the help tells them.
from rotation_planner.cli import checking, planning, papering, judging, explaining, comparing, policies, making  # isort: skip
from rotation_planner.cli.program import main, program

__all__ = [
    "checking", "comparing", "explaining", "judging", "main", "making", "papering", "planning", "policies",
    "program",
]  # fmt: skip
