"""Charts of a plan. Each takes ``ax=None``, draws, and returns the axes it drew on; nothing is shown."""

from rotation_planner.report.charts.backflow import flow_trend, school_balance
from rotation_planner.report.charts.burden import burden_chart
from rotation_planner.report.charts.people import age_mix, ages, distance
from rotation_planner.report.charts.places import move_map
from rotation_planner.report.charts.schools import backbone_share, staffing
from rotation_planner.report.charts.tiers import tier_flow, zone_flow
from rotation_planner.report.charts.writing import Picture, pictures, save_pictures, write_charts

__all__ = [
    "Picture",
    "age_mix",
    "ages",
    "backbone_share",
    "burden_chart",
    "distance",
    "flow_trend",
    "move_map",
    "pictures",
    "save_pictures",
    "school_balance",
    "staffing",
    "tier_flow",
    "write_charts",
    "zone_flow",
]
