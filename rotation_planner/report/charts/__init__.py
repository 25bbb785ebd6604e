"""Charts of a plan. Each takes ``ax=None``, draws, and returns the axes it drew on; nothing is shown."""

from rotation_planner.report.charts.schools import backbone_share, staffing
from rotation_planner.report.charts.tiers import tier_flow
from rotation_planner.report.charts.writing import write_charts

__all__ = ["backbone_share", "staffing", "tier_flow", "write_charts"]
