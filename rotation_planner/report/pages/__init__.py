"""The report of a plan for a meeting: one HTML file that opens offline, and the same as PDF for print."""

from rotation_planner.report.pages.writing import PAGE_READERS, write_pages

__all__ = ["PAGE_READERS", "write_pages"]
