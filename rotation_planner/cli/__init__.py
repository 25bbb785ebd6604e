"""The command ``rotation-planner`` and all its commands."""

# In the order in which the help tells them, a line each.
# isort: off
from rotation_planner.cli import checking
from rotation_planner.cli import planning
from rotation_planner.cli import replanning
from rotation_planner.cli import rolling
from rotation_planner.cli import horizoning
from rotation_planner.cli import diagnosing
from rotation_planner.cli import pricing
from rotation_planner.cli import varying
from rotation_planner.cli import trading
from rotation_planner.cli import papering
from rotation_planner.cli import judging
from rotation_planner.cli import explaining
from rotation_planner.cli import chaining
from rotation_planner.cli import comparing
from rotation_planner.cli import policies
from rotation_planner.cli import making
from rotation_planner.cli import collecting
from rotation_planner.cli.program import main, program
# isort: on

__all__ = [
    "chaining",
    "checking",
    "collecting",
    "comparing",
    "diagnosing",
    "explaining",
    "horizoning",
    "judging",
    "main",
    "making",
    "papering",
    "planning",
    "policies",
    "pricing",
    "program",
    "replanning",
    "rolling",
    "trading",
    "varying",
]  # fmt: skip
