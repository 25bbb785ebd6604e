"""The map of moves: schools at their coordinates, an arrow for every pair, as broad as its people. No map tiles."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from rotation_planner.data.distance import EARTH_RADIUS_KM
from rotation_planner.report.charts.style import BLUE, GREY, INK, VERMILION, in_our_font, lay_out, new_axes, our_style
from rotation_planner.report.charts.tiers import COLORS, TIERS, nothing
from rotation_planner.report.sheets import listed, width_of
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say

MARKS = {"quality": "o", "general": "s", "weak": "^", "": "D"}
# By what a move is to the tiers: down, up, neither. Line and colour say the same thing.
LOOKS: dict[str, tuple[str, Any]] = {
    "down": (BLUE, "solid"),
    "up": (VERMILION, (0, (3, 1.2))),
    "even": ("#606060", (0, (1, 1.6))),
}
RANK = {tier: place for place, tier in enumerate(TIERS)}
ALPHA = {1: 0.3, 2: 0.75}  # by how many of its ends a map shows
LAYERS = {"even": 2, "down": 3, "up": 4}
WIDTH, HIGHEST, LOWEST = 9.0, 9.5, 4.5
# Where this part of the schools crowds into less than that part of the map's width, their place is drawn again, larger.
CORE, CROWDED, FEWEST_FOR_CORE = 0.4, 0.42, 16
NAME_SIZE, ZONE_SIZE = 6.5, 11.0
MOST_LINES = 240  # of more pairs those with the fewest people are left out
Arrow = tuple[int, int, int, str]  # school left, school entered, people, down/up/even
Spot = tuple[float, float, float, float]  # west, south, east, north
PAPER: dict[str, Any] = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.7}


def positions(turnover: Turnover) -> Array:
    """Kilometres east and north of the middle of the schools in scope, a row a school: float[S, 2], nan = unknown."""
    latitude, longitude = (np.radians(turnover.of_schools(c)) for c in ("latitude", "longitude"))
    known = turnover.in_scope[~np.isnan(latitude[turnover.in_scope] + longitude[turnover.in_scope])]
    if not len(known):
        return np.full((len(latitude), 2), np.nan)
    middle = (latitude[known].min() + latitude[known].max()) / 2, (longitude[known].min() + longitude[known].max()) / 2
    east = (longitude - middle[1]) * math.cos(middle[0]) * EARTH_RADIUS_KM
    return np.column_stack([east, (latitude - middle[0]) * EARTH_RADIUS_KM])


def drawn_schools(turnover: Turnover) -> Array:
    """The schools in scope whose coordinates are known."""
    return turnover.in_scope[~np.isnan(positions(turnover)[turnover.in_scope].sum(1))]


def arrows(turnover: Turnover) -> list[Arrow]:
    """Every pair of schools with moves between them: school left, school entered, people, ``down``/``up``/``even``."""
    tier = turnover.of_schools("tier")
    pairs = turnover.moves.groupby(["source", "target"], sort=True).size()
    found = []
    for (source, target), count in zip(pairs.index.tolist(), pairs.tolist(), strict=True):
        step = RANK.get(tier[target], 0) - RANK.get(tier[source], 0)
        known = tier[source] in RANK and tier[target] in RANK
        way = "even" if not known or not step else "down" if step > 0 else "up"
        found.append((source, target, count, way))
    return found


def core_of(turnover: Turnover) -> Array | None:
    """The box (west, east, south, north in km) around a crowded core of schools; ``None`` where there is no crowd."""
    at = positions(turnover)[drawn_schools(turnover)]
    if len(at) < FEWEST_FOR_CORE:
        return None
    apart = np.abs(at[:, None] - at[None]).max(2)
    reaches = np.sort(apart, axis=1)[:, int(CORE * len(at))]
    middle, reach = at[int(reaches.argmin())], float(reaches.min()) * 1.1 + 0.2
    if 2 * reach > CROWDED * float(np.ptp(at, axis=0).max()):
        return None
    return np.array([middle[0] - reach, middle[0] + reach, middle[1] - reach, middle[1] + reach])


def move_map(turnover: Turnover, *, ax: Axes | None = None, box: Array | None = None) -> Axes:
    """Draw the schools in their places and the moves between them; ``box`` (km) shows a part of the map only."""
    schools, at = drawn_schools(turnover), positions(turnover)
    with our_style():
        ax = new_axes(ax, WIDTH, map_height(turnover))
        if len(schools) < 2:
            nothing(ax, say("chart.no_coordinates"))
            in_our_font(ax)
            return ax
        every = arrows(turnover)
        placed = [each for each in every if not np.isnan(at[list(each[:2])].sum())]
        drawn = sorted(placed, key=lambda each: (-each[2], each[0], each[1]))[:MOST_LINES]
        _frame(ax, at[schools], box)
        seen = [s for s in schools if box is None or (box[0] <= at[s, 0] <= box[1] and box[2] <= at[s, 1] <= box[3])]
        for source, target, count, way in drawn:
            inside = 2 if box is None else (source in seen) + (target in seen)
            if inside:
                _arrow(ax, at[source], at[target], count, way, ALPHA[inside])
        _marks(ax, turnover, at, seen)
        _scale(ax)
        if box is None:
            _told(ax, every, placed, drawn)
        else:
            ax.set_title(say("chart.map_core", schools=len(seen)), loc="left", fontsize=11)
        in_our_font(ax)  # before anything is measured
        _names(ax, turnover, at, seen, every)
        in_our_font(ax)
    return ax


def map_height(turnover: Turnover) -> float:
    """The height in inches that suits the district's shape."""
    at = positions(turnover)[drawn_schools(turnover)]
    if len(at) < 2:
        return LOWEST
    wide, high = np.ptp(at, axis=0)
    return float(np.clip(WIDTH * (high + 1) / (wide + 1) + 1.2, LOWEST, HIGHEST))


def _frame(ax: Axes, at: Array, box: Array | None) -> None:
    west, south = at.min(0)
    east, north = at.max(0)
    if box is not None:
        west, east, south, north = box
    edge = max(east - west, north - south, 1.0) * (0.07 if box is None else 0.02)
    ax.set(xlim=(west - edge, east + edge), ylim=(south - edge * 1.6, north + edge))
    ax.set_aspect("equal")
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set(visible=True, color="#CCCCCC")


def _arrow(ax: Axes, start: Array, end: Array, count: int, way: str, alpha: float) -> None:
    color, line = LOOKS[way]
    ax.add_artist(  # the map's limits are set: as a patch every arrow would be measured for them
        FancyArrowPatch(
            tuple(start), tuple(end), connectionstyle="arc3,rad=0.16", shrinkA=3.5, shrinkB=4,
            arrowstyle=f"-|>,head_length={2.6 + 0.5 * count},head_width={1.3 + 0.3 * count}", mutation_scale=1,
            linewidth=0.55 + 0.65 * count, linestyle=line, color=color, alpha=alpha, zorder=LAYERS[way],
        )
    )  # fmt: skip


def _marks(ax: Axes, turnover: Turnover, at: Array, seen: list[int]) -> None:
    tier = turnover.of_schools("tier")
    for kind, mark in MARKS.items():
        these = [s for s in seen if (tier[s] if tier[s] in TIERS else "") == kind]
        color = COLORS.get(kind, GREY)
        ax.scatter(at[these, 0], at[these, 1], s=26, marker=mark, c=color, edgecolors="white", linewidths=0.7, zorder=6)


def _names(ax: Axes, turnover: Turnover, at: Array, seen: list[int], every: list[Arrow]) -> None:
    """Name the schools that most people leave or enter, as far as there is room beside them, then the zones."""
    ends = np.zeros(len(at), dtype=np.int64)
    for source, target, count, _ in every:
        ends[[source, target]] += count
    lay_out(ax.figure)  # type: ignore[arg-type]  # only now is it known how large the axes are
    inches = ax.get_window_extent().width / ax.figure.dpi
    scale = float(np.ptp(ax.get_xlim())) / inches  # km an inch
    high = NAME_SIZE / 72 * 1.25 * scale
    taken: list[Spot] = [(x - high * 0.45, y - high * 0.45, x + high * 0.45, y + high * 0.45) for x, y in at[seen]]
    names: list[str] = turnover.district.schools["name"].tolist()
    for school in sorted(seen, key=lambda s: (-ends[s], s)):
        wide = width_of(names[school]) * 0.5 * NAME_SIZE / 72 * 1.04 * scale
        x, y = at[school]
        for dx, dy, align in ((1, 0, "left"), (-1, 0, "right"), (0, 1, "center"), (0, -1, "center")):
            left = x + dx * high * 0.65 - {"left": 0, "right": wide, "center": wide / 2}[align]
            low = y + dy * high * 1.05 - high / 2
            spot = (left, low, left + wide, low + high)
            if _free(ax, spot, taken):
                taken.append(spot)
                ax.text(x + dx * high * 0.65, y + dy * high * 1.05, names[school], ha=align, va="center",
                        fontsize=NAME_SIZE, zorder=7, color=INK, bbox=PAPER)  # fmt: skip
                break
    _zones(ax, turnover, at, seen, taken, scale)


def _zones(ax: Axes, turnover: Turnover, at: Array, seen: Iterable[int], taken: list[Spot], scale: float) -> None:
    """The name of each zone, pale, near the middle of its schools where no other name stands."""
    zone = turnover.of_schools("zone")
    places: dict[str, list[Array]] = {}
    for school in seen:
        if zone[school]:
            places.setdefault(zone[school], []).append(at[school])
    high = ZONE_SIZE / 72 * 1.2 * scale
    for name, points in places.items():
        middle, wide = np.median(np.array(points), axis=0), width_of(name) * 0.52 * ZONE_SIZE / 72 * scale
        for ring, angle in ((0, 0), *((r, a) for r in range(1, 7) for a in range(0, 360, 30))):
            x, y = middle + ring * high * np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
            spot = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if _free(ax, spot, taken):
                taken.append(spot)
                ax.text(x, y, name, fontsize=ZONE_SIZE, color="#9A9A9A", ha="center", va="center", zorder=1)
                break


def _free(ax: Axes, spot: Spot, taken: list[Spot]) -> bool:
    """Whether a name fits there: inside the map, and on no other name or mark."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    inside = west <= spot[0] and spot[2] <= east and south <= spot[1] and spot[3] <= north
    return inside and not any(
        spot[0] < each[2] and each[0] < spot[2] and spot[1] < each[3] and each[1] < spot[3] for each in taken
    )


def _scale(ax: Axes) -> None:
    """A bar of round length in the lower left corner, and where north is."""
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    wanted = (east - west) / 6
    length = max((step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 200) if step <= wanted), default=wanted)
    x, y = west + (east - west) * 0.02, south + (north - south) * 0.025
    ax.plot([x, x + length], [y, y], color=INK, linewidth=2, solid_capstyle="butt", zorder=8)
    ax.text(x + length, y, " " + say("chart.kilometres", km=f"{length:g}"), fontsize=7.5, va="center", zorder=8)
    right, top = east - (east - west) * 0.02, north - (north - south) * 0.015
    ax.annotate(
        say("chart.north"), (right, top), (right, top - (north - south) * 0.07),
        ha="center", va="top", fontsize=8, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1},
    )  # fmt: skip


def _told(ax: Axes, every: list[Arrow], placed: list[Arrow], drawn: list[Arrow]) -> None:
    """The title, what is left out, and the legend."""
    people = {way: sum(count for *_, count, each in every if each == way) for way in LOOKS}
    title = say("chart.map", total=sum(people.values()), pairs=len(every))
    if len(drawn) < len(placed):
        title += "\n" + say("chart.map_broadest", pairs=len(drawn), count=sum(count for *_, count, _ in drawn))
    if left_out := sum(count for *_, count, _ in every) - sum(count for *_, count, _ in placed):
        title += "\n" + say("chart.map_left_out", count=left_out)
    ax.set_title(title, loc="left", fontsize=11, linespacing=1.4)
    marks = [
        Line2D([], [], linestyle="", marker=MARKS[t], color=COLORS[t], markersize=5, label=listed("tier", t))
        for t in TIERS
    ]
    lines = [
        Line2D([], [], color=LOOKS[way][0], linestyle=LOOKS[way][1], linewidth=2,
               label=say("chart.way_" + way, count=people[way]))
        for way in LOOKS
    ]  # fmt: skip
    ax.legend(
        handles=[*marks, *lines], loc="upper center", bbox_to_anchor=(0.5, -0.005), ncols=3, frameon=False, fontsize=8
    )
