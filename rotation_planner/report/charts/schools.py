"""Charts school by school: staffing against the limit, and the backbone share against the district's."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rotation_planner.report.charts.style import BLUE, GREY, INK, VERMILION, in_our_font, new_axes, our_style
from rotation_planner.report.turnover import Array, Turnover
from rotation_planner.words import say

MOST_SCHOOLS, SHOWN_OF_MANY = 80, 60
WIDTH, ROW_HEIGHT, MARGIN_HEIGHT = 8.0, 0.185, 1.5
# Line and mark say what the colour says, for black and white print.
LOOKS: dict[str, tuple[Any, str]] = {BLUE: ("solid", "D"), VERMILION: ((0, (2, 1)), "s")}


def chosen(turnover: Turnover, change: Array, order: Array) -> tuple[Array, str]:
    """The schools to draw, those with the largest ``order`` first, and what to say where not all of them are drawn.

    Of more than ``MOST_SCHOOLS`` schools those whose ``change`` is largest are drawn.
    """
    schools = turnover.in_scope[~np.isnan(order[turnover.in_scope])]
    note = ""
    if len(schools) > MOST_SCHOOLS:
        largest = np.argsort(-np.abs(np.nan_to_num(change[schools])), kind="stable")[:SHOWN_OF_MANY]
        note = say("chart.largest_changes", shown=SHOWN_OF_MANY, all=len(schools))
        schools = np.sort(schools[largest])
    return schools[np.argsort(-order[schools], kind="stable")], note


def figure_height(schools: int) -> float:
    """The height in inches that keeps this many schools legible."""
    return max(2.6, MARGIN_HEIGHT + ROW_HEIGHT * (schools if schools <= MOST_SCHOOLS else SHOWN_OF_MANY))


def staffing(turnover: Turnover, *, ax: Axes | None = None) -> Axes:
    """Draw each school's staff before and after, as the distance from its staffing limit."""
    limit = turnover.of_schools("headcount_limit")
    before, after = (each - limit for each in turnover.headcount)
    schools, note = chosen(turnover, after - before, before)
    scope = turnover.in_scope
    title = say("chart.staffing", before=int((before[scope] > 0).sum()), after=int((after[scope] > 0).sum()))
    ends = [say("chart.of_limit", after=int(turnover.headcount[1][s]), limit=int(limit[s])) for s in schools]
    with our_style():
        ax = new_axes(ax, WIDTH, figure_height(len(schools)))
        colors = [VERMILION if after[s] > 0 else BLUE for s in schools]
        _dumbbells(ax, turnover, schools, before[schools], after[schools], colors, (say("chart.ends_limit"), *ends))
        ax.axvline(0, color=INK, linewidth=1.2, zorder=1)
        ax.set_xlabel(say("chart.staffing_axis"))
        _titles(ax, title, note)
        _legend(ax, ((BLUE, say("chart.after_within")), (VERMILION, say("chart.after_above"))))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))
        _fix_ticks(ax, "{:+.0f}")
        in_our_font(ax)
    return ax


def backbone_share(turnover: Turnover, *, ax: Axes | None = None) -> Axes:
    """Draw each school's backbone share before and after, against the district's share."""
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = (100 * b / o for b, o in zip(turnover.backbone_counts, turnover.over_counts, strict=True))
    schools, note = chosen(turnover, after - before, before)
    share = 100 * turnover.district_share
    with our_style():
        ax = new_axes(ax, WIDTH, figure_height(len(schools)))
        colors = [BLUE if abs(after[s] - share) <= abs(before[s] - share) else VERMILION for s in schools]
        ends = [say("chart.people", count=int(turnover.backbone_counts[1][s])) for s in schools]
        _dumbbells(ax, turnover, schools, before[schools], after[schools], colors, (say("chart.ends_backbone"), *ends))
        ax.axvline(share, color=INK, linewidth=1.2, zorder=1)
        ax.set_xlabel(say("chart.share_axis", share=f"{share:.1f}%"))
        scope = turnover.in_scope
        spread = [float(np.nanmean(np.abs(each[scope] - share))) if len(scope) else 0.0 for each in (before, after)]
        verdict = "share_even" if round(spread[1], 1) < round(spread[0], 1) else "share_uneven"
        _titles(ax, say("chart." + verdict, before=spread[0], after=spread[1]), note)
        _legend(ax, ((BLUE, say("chart.after_nearer")), (VERMILION, say("chart.after_farther"))))
        ax.xaxis.set_major_locator(MaxNLocator(nbins=9))
        _fix_ticks(ax, "{:.0f}%")
        in_our_font(ax)
    return ax


def _dumbbells(
    ax: Axes, turnover: Turnover, schools: Array, before: Array, after: Array, colors: list[str], ends: tuple[str, ...]
) -> None:
    """One line a school from an open mark (before) to a full one (after), names left, ``ends`` right."""
    names: list[str] = turnover.district.schools["name"].tolist()
    rows = np.arange(len(schools), dtype=float)
    ax.barh(rows[::2], [1] * len(rows[::2]), height=1, transform=ax.get_yaxis_transform(), color="#F3F3F3", zorder=0)
    ax.scatter(before, rows, s=22, facecolors="white", edgecolors=GREY, linewidths=1.2, zorder=3)
    for color, (line, mark) in LOOKS.items():
        these = np.array([each == color for each in colors], bool)
        ax.hlines(rows[these], before[these], after[these], colors=color, linewidth=2, linestyles=line, zorder=2)
        ax.scatter(after[these], rows[these], s=24, c=color, marker=mark, zorder=4)
    ax.set_yticks(rows, [names[s] for s in schools], fontsize=7.5)
    ax.tick_params(axis="y", length=0)
    ax.text(1.005, 1, ends[0], transform=ax.transAxes, va="bottom", fontsize=7, color=INK)
    for row, end in zip(rows.tolist(), ends[1:], strict=True):
        ax.text(1.005, row, end, transform=ax.get_yaxis_transform(), va="center", fontsize=7, color=INK)
    ax.set_ylim(len(schools) - 0.5, -0.5)
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)


def _titles(ax: Axes, title: str, note: str) -> None:
    ax.set_title(title if not note else f"{title}\n{note}", loc="left", fontsize=11, pad=14, linespacing=1.4)


def _legend(ax: Axes, after: tuple[tuple[str, str], tuple[str, str]]) -> None:
    marks = [
        Line2D(
            [], [], linestyle="", marker="o", markerfacecolor="white", markeredgecolor=GREY, label=say("chart.before")
        )
    ]
    marks += [
        Line2D([], [], linestyle=LOOKS[color][0], marker=LOOKS[color][1], color=color, label=label)
        for color, label in after
    ]
    ax.legend(
        handles=marks,
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        borderaxespad=4.2,
        ncols=3,
        frameon=False,
        fontsize=8,
    )


def _fix_ticks(ax: Axes, form: str) -> None:
    """Number the axis with fixed texts, so that they can be given the carried font."""
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    ax.set_xticks(ticks, [form.format(tick) if tick else form.format(0).lstrip("+") for tick in ticks])
    ax.set_xlim(low, high)
