"""The front of two or three goals: every plan a dot, the named ones with their names."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from matplotlib.axes import Axes

from rotation_planner.report.charts.style import BLUE, GREY, INK, ORANGE, in_our_font, new_figure, our_style
from rotation_planner.report.charts.variants import finished
from rotation_planner.report.charts.writing import Picture
from rotation_planner.report.side_by_side import folded
from rotation_planner.words import say

Dot = tuple[Sequence[float], bool, str, bool]
"""The values of a plan's goals, whether it is proven, its name (blank: none), and whether it is marked."""


def front_picture(points: Sequence[Dot], goals: Sequence[str]) -> Picture:
    """The finished picture: one panel for each pair of goals."""
    pairs = list(itertools.combinations(range(len(goals)), 2))
    width, height = 5.6 if len(pairs) == 1 else 4.2 * len(pairs), 4.0
    title = say("tradeoff.picture")
    with our_style():
        figure = new_figure(width, height)
        axes = figure.subplots(1, len(pairs), squeeze=False)[0]
        for ax, (across, up) in zip(axes, pairs, strict=True):
            one_pair(points, goals, across, up, ax=ax, line=len(pairs) == 1)
        text = figure.suptitle(title, fontsize=10, x=0.01, ha="left")
        text.set_fontproperties(axes[0].title.get_fontproperties())
        text.set_fontsize(10)
        return finished(figure, "front", title, width, height)


def one_pair(points: Sequence[Dot], goals: Sequence[str], across: int, up: int, *, ax: Axes, line: bool = True) -> Axes:
    """One panel: two goals against each other; with ``line`` the steps between the dots, which no plan lies below."""
    placed = sorted((values[across], values[up]) for values, *_ in points)
    if line and len(placed) > 1:
        ax.step(*zip(*placed, strict=True), where="post", color=GREY, linewidth=1, zorder=1)
    names: dict[tuple[float, float], list[str]] = {}
    for values, proven, name, marked in points:
        spot = (values[across], values[up])
        color = ORANGE if marked else BLUE if name else GREY
        face = color if proven else "white"
        ax.plot(*spot, "o", color=color, markerfacecolor=face, markersize=9 if name else 6, zorder=3 if marked else 2)
        if name:
            names.setdefault(spot, []).append(name)
    for spot, told in names.items():
        label = say("policy.list_separator").join(told)
        ax.annotate(label, spot, (7, 7), textcoords="offset points", fontsize=9, color=INK)
    ax.margins(0.16)
    ax.set_xlabel(folded(goals[across], 48), fontsize=9)
    ax.set_ylabel(folded(goals[up], 40), fontsize=9)
    in_our_font(ax)
    return ax
