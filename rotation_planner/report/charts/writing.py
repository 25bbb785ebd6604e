"""The charts as files: PNG for documents, SVG for print, the same bytes for the same plan."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from rotation_planner.report.charts.schools import WIDTH, backbone_share, figure_height, staffing
from rotation_planner.report.charts.style import new_figure, our_style
from rotation_planner.report.charts.tiers import tier_flow
from rotation_planner.report.turnover import Turnover

DOTS_PER_INCH = 200


def write_charts(folder: Path, turnover: Turnover) -> list[Path]:
    """Write ``flow``, ``staffing`` and ``backbone`` as PNG and SVG into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with our_style():
        flow = new_figure(11, 5)
        left, right = flow.subplots(1, 2)
        tier_flow(turnover, ax=left)
        tier_flow(turnover, backbone=True, ax=right)
        written = _save(flow, folder, "flow")
        for name, draw in (("staffing", staffing), ("backbone", backbone_share)):
            figure = new_figure(WIDTH, figure_height(len(turnover.in_scope)))
            draw(turnover, ax=figure.add_subplot())
            written += _save(figure, folder, name)
    return written


def _save(figure: Figure, folder: Path, name: str) -> list[Path]:
    # The layout is worked out once and kept for both files.
    figure.set_dpi(DOTS_PER_INCH)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    figure.savefig(png, dpi=DOTS_PER_INCH)
    figure.savefig(svg, metadata={"Date": None}, dpi=72)
    return [png, svg]
