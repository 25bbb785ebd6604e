"""What a new plan changes, as lines from the old place of each person to the new one."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from rotation_planner.report.charts.style import BLUE, GREY, INK, ORANGE, in_our_font, new_axes, our_style
from rotation_planner.report.charts.writing import DOTS_PER_INCH, Picture, picture
from rotation_planner.words import say

MOST = 40  # people drawn; more would not be read


def changes_picture(drawn: pd.DataFrame, *, dots: int = DOTS_PER_INCH) -> Picture:
    """The finished picture; ``drawn``: columns name, was, now (names of places); ``dots``: per inch, of the PNG."""
    high = 1.2 + 0.3 * max(min(len(drawn), MOST), 3)
    return picture("changes", 8, high, lambda ax: old_to_new(drawn, ax=ax), dots=dots)


def old_to_new(drawn: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each person's old place on the left, the new one on the right, joined by a line with the name."""
    with our_style():
        shown = drawn.head(MOST)
        ax = new_axes(ax, 8.0, 1.2 + 0.3 * max(len(shown), 3))
        sides = [list(dict.fromkeys(shown[name])) for name in ("was", "now")]
        # The right side in the order in which the left one leads to it, so that few lines cross.
        first = {place: min(sides[0].index(was) for was in shown["was"][shown["now"] == place]) for place in sides[1]}
        sides[1].sort(key=lambda place: first[place])
        highest = max(len(side) for side in sides)
        at = [{place: -(number + 0.5) * highest / len(side) for number, place in enumerate(side)} for side in sides]
        for number, (name, was, now) in enumerate(zip(shown["name"], shown["was"], shown["now"], strict=True)):
            ends = at[0][was], at[1][now]
            ax.plot([0, 1], ends, color=BLUE if number % 2 else ORANGE, linewidth=1.2, marker="o", markersize=3)
            part = 0.2 + 0.6 * ((number * 5) % 8) / 8
            spot = part, ends[0] + part * (ends[1] - ends[0])
            # The line stops for the name: where lines run together a name beside one could be anybody's.
            gap = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
            ax.text(*spot, name, fontsize=7, ha="center", va="center", color=INK, bbox=gap)
        for side, (x, align) in enumerate(((-0.02, "right"), (1.02, "left"))):
            for place, y in at[side].items():
                ax.text(x, y, place, ha=align, va="center", fontsize=8)
        ax.text(-0.02, 0.3, say("replan.from_told"), ha="right", fontsize=9, color=GREY)
        ax.text(1.02, 0.3, say("replan.now_told"), ha="left", fontsize=9, color=GREY)
        ax.set_xlim(-0.45, 1.45)
        ax.set_ylim(-highest - 0.2, 0.9)
        ax.set_axis_off()
        title = say("replan.picture")
        if len(shown) < len(drawn):
            title += say("replan.picture_part", shown=len(shown), people=len(drawn))
        ax.set_title(title, loc="left", fontsize=11)
        in_our_font(ax)
    return ax
