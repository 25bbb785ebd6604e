"""Who moves: the distances they go and their ages, and the ages of those who work in each tier."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from rotation_planner.report.burden import AGES, age_band, band_name
from rotation_planner.report.charts.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    in_our_font,
    new_axes,
    our_style,
)
from rotation_planner.report.charts.tiers import TIERS, nothing
from rotation_planner.report.sheets import listed
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say

EDGES = (0, 2, 5, 10, 20, 40, 80, np.inf)
WAYS = {"group": (GREEN, "///"), "zone": (BLUE, ""), "district": (ORANGE, "...")}
BAND_COLORS = ("#DCEBF5", "#A9CFE6", "#56B4E9", "#0072B2", "#003F63")  # light to dark: young to old


def distance(turnover: Turnover, *, ax: Axes | None = None) -> Axes:
    """Draw how far the moves go, by what they cross."""
    km = turnover.kilometres
    known = ~np.isnan(km)
    with our_style():
        ax = new_axes(ax, 7.0, 3.8)
        if not known.any():
            nothing(ax, say("chart.no_distances") if len(km) else say("chart.no_moves"))
            in_our_font(ax)
            return ax
        bins = np.digitize(km[known], EDGES[1:-1], right=False)
        last = int(bins.max())
        ways = np.array(turnover.ways, dtype=object)[known]
        floor = np.zeros(last + 1)
        for way, (color, hatch) in WAYS.items():
            high = np.bincount(bins[ways == way], minlength=last + 1)
            ax.bar(range(last + 1), high, 0.82, bottom=floor, color=color, hatch=hatch, edgecolor="white",
                   label=say("chart.moves_" + way, count=int(high.sum())))  # fmt: skip
            floor += high
        for place, top in enumerate(floor.tolist()):
            ax.text(place, top, f"{int(top)}" if top else "", ha="center", va="bottom", fontsize=8.5)
        ax.set_xticks(range(last + 1), [_span(place) for place in range(last + 1)])
        ax.set_xlabel(say("chart.distance_axis"))
        ax.set_ylabel(say("chart.people_axis"))
        _whole_ticks(ax)
        mean, middle, most = (float(f(km[known])) for f in (np.mean, np.median, np.max))
        title = say("chart.distance", mean=mean, middle=middle, most=most)
        if not known.all():
            title += "\n" + say("chart.distance_unknown", count=int((~known).sum()))
        ax.set_title(title, loc="left", fontsize=11, linespacing=1.4)
        ax.legend(frameon=False, fontsize=8.5)
        in_our_font(ax)
    return ax


def _span(place: int) -> str:
    if EDGES[place + 1] == np.inf:
        return say("chart.from_km", low=f"{EDGES[place]:g}")
    return f"{EDGES[place]:g}–{EDGES[place + 1]:g}"


def _whole_ticks(ax: Axes) -> None:
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    ax.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)


def ages(turnover: Turnover, *, ax: Axes | None = None) -> Axes:
    """Draw the movers by age and sex, against everybody who is eligible."""
    band, sex = age_band(turnover), turnover.of_people("sex")
    people = turnover.standing.eligible.values()
    eligible = np.logical_or.reduce([np.zeros(len(sex), bool), *people])
    with our_style():
        ax = new_axes(ax, 5.6, 4.2)
        rows = np.arange(len(AGES))
        most = 1
        for side, key, color, hatch in ((-1, "M", BLUE, ""), (1, "F", ORANGE, "...")):
            who = sex == key
            could = np.bincount(band[who & eligible & (band >= 0)], minlength=len(AGES))
            moving = np.bincount(band[who & turnover.moving & (band >= 0)], minlength=len(AGES))
            ax.barh(rows, side * could, 0.86, facecolor="none", edgecolor=GREY, linewidth=1, zorder=3)
            ax.barh(rows, side * moving, 0.86, color=color, hatch=hatch, edgecolor="white", linewidth=0.4, zorder=2)
            most = max(most, int(could.max()), int(moving.max()))
            for row, count in enumerate(moving.tolist()):
                if count:
                    ends = max(count, int(could[row]))
                    align = "left" if side > 0 else "right"
                    ax.annotate(f"{count}/{could[row]}", (side * ends, row), (side * 3, 0), textcoords="offset points",
                                ha=align, va="center", fontsize=7.5)  # fmt: skip
        ax.axvline(0, color=INK, linewidth=1)
        ax.set_xlim(-most * 1.28, most * 1.28)
        ax.set_yticks(rows, [band_name(place) for place in range(len(AGES))])
        ax.set_ylim(-0.6, len(AGES) - 0.4)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
        fixed_ticks(ax, lambda tick: f"{abs(tick):.0f}")
        ax.set_xlabel(say("chart.people_axis"))
        age = turnover.of_people("age")[turnover.moving]
        age = age[~np.isnan(age)]
        key = "chart.ages" if len(age) else "chart.no_moves"
        ax.set_title(say(key, mean=float(age.mean())) if len(age) else say(key), loc="left", fontsize=11)
        ax.legend(
            handles=[
                Patch(color=BLUE, label=say("chart.moving", who=listed("sex", "M"))),
                Patch(facecolor=ORANGE, hatch="...", edgecolor="white",
                      label=say("chart.moving", who=listed("sex", "F"))),
                Patch(facecolor="none", edgecolor=GREY, label=say("chart.eligible")),
            ],
            loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, frameon=False, fontsize=8,
        )  # fmt: skip
        in_our_font(ax)
    return ax


def fixed_ticks(ax: Axes, form: Callable[[float], str]) -> None:
    """Number the lower axis with fixed texts, so that they can be given the carried font."""
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    ax.set_xticks(ticks, [form(tick) for tick in ticks])
    ax.set_xlim(low, high)


def age_mix(turnover: Turnover, *, ax: Axes | None = None) -> Axes:
    """Draw the ages of the staff of each tier before and after: a bar of five bands each."""
    age, tier = turnover.of_people("age"), turnover.of_schools("tier")
    bands = np.digitize(age, (30, 40, 50, 55))
    known = ~np.isnan(age) & np.isin(turnover.school_before, turnover.in_scope)
    rows: list[tuple[str, Array, float]] = []
    for each in TIERS:
        for when, school in (("before", turnover.school_before), ("after", turnover.school_after)):
            who = known & (tier[school] == each)
            if who.any():
                share = np.bincount(bands[who], minlength=5) / who.sum()
                rows.append((say("chart.tier_" + when, tier=listed("tier", each)), share, float(age[who].mean())))
    with our_style():
        ax = new_axes(ax, 5.6, 4.2)
        if not rows:
            nothing(ax, say("chart.no_ages"))
            in_our_font(ax)
            return ax
        at = [row + row // 2 * 0.55 for row in range(len(rows))]
        floor = np.zeros(len(rows))
        for place, color in enumerate(BAND_COLORS):
            wide = np.array([100 * share[place] for _, share, _ in rows])
            ax.barh(at, wide, 0.86, left=floor, color=color, edgecolor="white", linewidth=0.6,
                    label=say(f"chart.band_{place}"))  # fmt: skip
            for y, left, each in zip(at, floor.tolist(), wide.tolist(), strict=True):
                if each >= 7:
                    ax.text(left + each / 2, y, f"{each:.1f}", ha="center", va="center", fontsize=7.5,
                            color="white" if place > 2 else INK)  # fmt: skip
            floor += wide
        for y, (_, _, mean) in zip(at, rows, strict=True):
            ax.text(101, y, f"{mean:.1f}", va="center", fontsize=8)
        ax.text(101, at[0] - 0.62, say("chart.mean_age"), va="bottom", fontsize=7.5)
        ax.set_yticks(at, [name for name, _, _ in rows])
        ax.set_ylim(at[-1] + 0.6, -0.6)
        ax.set_xlim(0, 100)
        fixed_ticks(ax, lambda tick: f"{tick:.0f}%")
        ax.set_title(say("chart.age_mix"), loc="left", fontsize=11, pad=14)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=5, frameon=False, fontsize=8,
                  columnspacing=1, handlelength=1.2)  # fmt: skip
        in_our_font(ax)
    return ax
