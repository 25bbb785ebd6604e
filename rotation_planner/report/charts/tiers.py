"""The flow between tiers and between zones: a ribbon for every pair, as broad as the number of people who move."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from rotation_planner.report.charts.ribbons import Ribbons
from rotation_planner.report.charts.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    in_our_font,
    new_axes,
    our_style,
)
from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say

TIERS = ("quality", "general", "weak")
COLORS = {"quality": BLUE, "general": ORANGE, "weak": GREEN}
HATCHES = {"quality": "", "general": "...", "weak": "///"}
# Zones next to each other in the column never share a colour.
ZONE_COLORS = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY)
MOST_ZONES = 12


def tier_matrix(turnover: Turnover, *, backbone: bool = False) -> Array:
    """People who move from tier (row) to tier (column), in the order of ``TIERS``: int[3, 3]."""
    moves = turnover.moves
    if backbone:
        moves = moves[turnover.backbone[moves["person"].to_numpy()]]
    tier = turnover.of_schools("tier")
    return _counted(tier[moves["source"].to_numpy()], tier[moves["target"].to_numpy()], TIERS)


def _counted(left: Array, entered: Array, groups: tuple[str, ...]) -> Array:
    matrix = np.zeros((len(groups), len(groups)), dtype=np.int64)
    for a, b in zip(left, entered, strict=True):
        if a in groups and b in groups:
            matrix[groups.index(a), groups.index(b)] += 1
    return matrix


def zone_matrix(turnover: Turnover) -> tuple[tuple[str, ...], Array]:
    """The zones and the people who move from zone (row) to zone (column): int[n, n].

    Zones stand in the order of the schools. Of more than ``MOST_ZONES`` the ones with the fewest moves are one group,
    ``""``; so are schools without a zone.
    """
    zone = turnover.of_schools("zone")
    left, entered = zone[turnover.moves["source"].to_numpy()], zone[turnover.moves["target"].to_numpy()]
    names = tuple(dict.fromkeys(each for each in zone[turnover.in_scope] if each))
    if len(names) > MOST_ZONES:
        ends = np.concatenate([left, entered]).tolist()
        most = sorted(names, key=lambda name: -ends.count(name))[: MOST_ZONES - 1]
        names = tuple(name for name in names if name in most)
    left, entered = (np.array([z if z in names else "" for z in side], dtype=object) for side in (left, entered))
    if (left == "").any() or (entered == "").any():
        names = (*names, "")
    return names, _counted(left, entered, names)


def tier_flow(turnover: Turnover, *, backbone: bool = False, ax: Axes | None = None) -> Axes:
    """Draw who moves from which tier to which; ``backbone`` counts the backbone teachers only."""
    with our_style():
        ax = new_axes(ax, 5.4, 4.6)
        matrix = tier_matrix(turnover, backbone=backbone)
        ax.set_title(_finding(matrix, backbone), fontsize=11, loc="left", linespacing=1.4)
        look = Ribbons([listed("tier", t) for t in TIERS], list(COLORS.values()), list(HATCHES.values()))
        _drawn(ax, look, matrix)
    return ax


def zone_flow(turnover: Turnover, *, ax: Axes | None = None) -> Axes:
    """Draw who moves from which zone to which; moves inside a zone are grey."""
    with our_style():
        ax = new_axes(ax, 7.6, 6.4)
        zones, matrix = zone_matrix(turnover)
        inside = int(np.trace(matrix))
        title = say("chart.zones", total=int(matrix.sum()), inside=inside, across=int(matrix.sum()) - inside)
        ax.set_title(title, fontsize=11, loc="left", linespacing=1.4)
        colors = [ZONE_COLORS[place % len(ZONE_COLORS)] if name else GREY for place, name in enumerate(zones)]
        look = Ribbons(
            [name or say("chart.other_zones") for name in zones], colors, [""] * len(zones), gap=0.022,
            stagger=False, fontsize=9,
            look=lambda i, j: (GREY, "") if i == j else (colors[i], ""),
        )  # fmt: skip
        _drawn(ax, look, matrix)
    return ax


def _drawn(ax: Axes, look: Ribbons, matrix: Array) -> None:
    if matrix.sum():
        look.draw(ax, matrix)
    else:
        nothing(ax, say("chart.no_moves"))
    in_our_font(ax)


def nothing(ax: Axes, text: str) -> None:
    """Bare axes with a word in the middle."""
    ax.axis("off")
    ax.text(0.5, 0.5, text, ha="center", va="center", fontsize=11, transform=ax.transAxes)


def _finding(matrix: Array, backbone: bool) -> str:
    down, up = int(matrix[0, 1:].sum()), int(matrix[1:, 0].sum())
    out = int(matrix[1:].sum())
    if backbone:
        return say("chart.flow_backbone", total=int(matrix.sum()), down=down, out=out)
    return say("chart.flow_all", total=int(matrix.sum()), down=down, up=up)
