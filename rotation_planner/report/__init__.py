"""What people get: lists for principals, the bureau and the public, charts, and tables for notebooks."""

from rotation_planner.report.writing import write_reports

__all__ = ["write_reports"]
