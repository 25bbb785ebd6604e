"""The judge: counts every rule and every goal again from data, policy and a plan's moves, and never sees the solver."""

from rotation_planner.audit.judging import audit_plan
from rotation_planner.audit.result import Audit, Finding, GoalCount, ReverseFlowPage, Verdict

__all__ = ["Audit", "Finding", "GoalCount", "ReverseFlowPage", "Verdict", "audit_plan"]
