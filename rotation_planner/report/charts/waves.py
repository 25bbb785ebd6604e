"""The waves of several years: a heat map of schools or subjects by year: who is due, who goes, who is carried on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from rotation_planner.report.charts.style import BLUE, INK, ORANGE, VERMILION, in_our_font, new_axes
from rotation_planner.words import say

MOST_ROWS = 70
COLORS = {"due": ORANGE, "moved": BLUE, "carried": VERMILION}
DARK = 0.6  # of the strongest colour: from here on the number stands in white


def wave_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that are drawn: those in which anything happens, of many those with the most, in their own order."""
    busy = table[table.to_numpy().sum(axis=1) > 0]
    if len(busy) > MOST_ROWS:
        most = np.sort(np.argsort(-busy.to_numpy().sum(axis=1), kind="stable")[:MOST_ROWS])
        busy = busy.iloc[most]
    return busy


def wave_height(rows: int) -> float:
    """The height in inches that so many rows need."""
    return 1.3 + 0.22 * max(rows, 4)


def wave_map(table: pd.DataFrame, what: str, named: bool = True, ax: Axes | None = None) -> Axes:
    """Rows (schools or subjects) down, years across, the number in every cell; ``what``: ``due``, ``moved`` or
    ``carried``; ``named``: the rows' names stand on the left."""
    ax = new_axes(ax, 4, wave_height(len(table)))
    numbers = table.to_numpy(float)
    top = max(float(numbers.max(initial=0)), 1.0)
    shades = LinearSegmentedColormap.from_list(what, ["#FFFFFF", COLORS[what]])
    ax.imshow(numbers, aspect="auto", cmap=shades, vmin=0, vmax=top)
    for row, column in zip(*np.nonzero(numbers), strict=True):
        value = numbers[row, column]
        ax.text(
            column, row, f"{value:.0f}", ha="center", va="center", fontsize=7,
            color="#FFFFFF" if value > DARK * top and what != "due" else INK,
        )  # fmt: skip
    ax.set_xticks(range(len(table.columns)), [str(each) for each in table.columns], fontsize=8)
    ax.set_yticks(range(len(table)), [str(each) for each in table.index] if named else [""] * len(table), fontsize=7)
    ax.tick_params(length=0)
    ax.set_xticks(np.arange(-0.5, len(table.columns)), minor=True)
    ax.set_yticks(np.arange(-0.5, len(table)), minor=True)
    ax.grid(which="minor", color="#D8DDE0", linewidth=0.5)
    ax.tick_params(which="minor", length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    total = [f"{each:.0f}" for each in numbers.sum(axis=0)]
    ax.set_xlabel(say("horizon.in_all", numbers="  ".join(total)), fontsize=8)
    ax.set_title(say(f"horizon.map_{what}"), loc="left", fontsize=11)
    in_our_font(ax)
    return ax
