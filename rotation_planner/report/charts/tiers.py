"""The flow between tiers: a ribbon for every pair of tiers, as broad as the number of people who move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Curve

from rotation_planner.report.charts.style import BLUE, GREEN, INK, ORANGE, in_our_font, new_axes, our_style
from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say

TIERS = ("quality", "general", "weak")
COLORS = {"quality": BLUE, "general": ORANGE, "weak": GREEN}
HATCHES = {"quality": "", "general": "....", "weak": "////"}
NODE, GAP = 0.035, 0.06


def tier_matrix(turnover: Turnover, *, backbone: bool = False) -> Array:
    """People who move from tier (row) to tier (column), in the order of ``TIERS``: int[3, 3]."""
    moves = turnover.moves
    if backbone:
        moves = moves[turnover.backbone[moves["person"].to_numpy()]]
    tier = turnover.of_schools("tier")
    matrix = np.zeros((len(TIERS), len(TIERS)), dtype=np.int64)
    for source, target in zip(tier[moves["source"].to_numpy()], tier[moves["target"].to_numpy()], strict=True):
        if source in TIERS and target in TIERS:
            matrix[TIERS.index(source), TIERS.index(target)] += 1
    return matrix


def tier_flow(turnover: Turnover, *, backbone: bool = False, ax: Axes | None = None) -> Axes:
    """Draw who moves from which tier to which; ``backbone`` counts the backbone teachers only."""
    with our_style():
        ax = new_axes(ax, 5.4, 4.6)
        matrix = tier_matrix(turnover, backbone=backbone)
        ax.set(xlim=(-0.30, 1.30), ylim=(-0.02, 1.09))
        ax.axis("off")
        ax.set_title(_finding(matrix, backbone), fontsize=11, loc="left", linespacing=1.4)
        total = int(matrix.sum())
        if total:
            _draw(ax, matrix, (1 - GAP * (len(TIERS) - 1)) / total)
        else:
            ax.text(0.5, 0.5, say("chart.no_moves"), ha="center", va="center", fontsize=11)
        in_our_font(ax)
    return ax


def _finding(matrix: Array, backbone: bool) -> str:
    down, up = int(matrix[0, 1:].sum()), int(matrix[1:, 0].sum())
    out = int(matrix[1:].sum())
    if backbone:
        return say("chart.flow_backbone", total=int(matrix.sum()), down=down, out=out)
    return say("chart.flow_all", total=int(matrix.sum()), down=down, up=up)


def _tops(sizes: Sequence[float], scale: float) -> list[float]:
    """The upper edge of each node of a column, from 1 downwards."""
    tops, at = [], 1.0
    for size in sizes:
        tops.append(at)
        at -= size * scale + GAP
    return tops


def _draw(ax: Axes, matrix: Array, scale: float) -> None:
    left, right = _tops(matrix.sum(1).tolist(), scale), _tops(matrix.sum(0).tolist(), scale)
    for side, tops, sizes in ((0, left, matrix.sum(1)), (1, right, matrix.sum(0))):
        ax.text(side, 1.045, say(f"chart.side_{side}"), ha="center", fontsize=9)
        for tier, top, size in zip(TIERS, tops, sizes, strict=True):
            if size:
                ax.add_patch(Rectangle((side - NODE / 2, top - size * scale), NODE, size * scale, color=COLORS[tier]))
                label = say("chart.tier", tier=listed("tier", tier), count=int(size))
                x, align = (-NODE, "right") if side == 0 else (1 + NODE, "left")
                ax.text(x, top - size * scale / 2, label, ha=align, va="center", fontsize=10)
    start, end = list(left), list(right)
    for i, tier in enumerate(TIERS):
        for j in range(len(TIERS)):
            if count := int(matrix[i, j]):
                high = count * scale
                ax.add_patch(ribbon(start[i], end[j], high, COLORS[tier], HATCHES[tier]))
                # The number stands on the ribbon's own end, where ribbons do not cross.
                thin = high < 0.03
                x = NODE + (0.05 * j if thin else 0)
                ax.text(x, start[i] - high / 2, str(count), va="center", fontsize=7 if thin else 9, color=INK)
                start[i] -= high
                end[j] -= high


def ribbon(left: float, right: float, high: float, color: str, hatch: str) -> PathPatch:
    """A band of this height from the left column (upper edge ``left``) to the right one (upper edge ``right``)."""
    a, b = NODE / 2, 1 - NODE / 2
    middle = (a + b) / 2
    points = [
        (a, left), (middle, left), (middle, right), (b, right),
        (b, right - high), (middle, right - high), (middle, left - high), (a, left - high), (a, left),
    ]  # fmt: skip
    codes = [Curve.MOVETO, *[Curve.CURVE4] * 3, Curve.LINETO, *[Curve.CURVE4] * 3, Curve.CLOSEPOLY]
    return PathPatch(Curve(points, codes), facecolor=color, edgecolor=color, alpha=0.38, linewidth=0.6, hatch=hatch)
