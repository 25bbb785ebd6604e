"""How the burden falls on groups of people: the share of the eligible that moves, and the share of all."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rotation_planner.report.burden import MOST_ZONES, Group, burden
from rotation_planner.report.charts.people import fixed_ticks
from rotation_planner.report.charts.style import BLUE, GREY, INK, in_our_font, new_axes, our_style
from rotation_planner.report.charts.tiers import nothing
from rotation_planner.report.numbers import tenths
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import say

FEW = 10  # a share of fewer people says little and is drawn hollow


def burden_chart(turnover: Turnover, *, ax: Axes | None = None) -> Axes:
    """Draw, group by group, which share of the eligible moves and which share of all: by sex, age, title and zone."""
    parts = burden(turnover)
    groups: list[Group] = [group for _, groups in parts[1:] for group in groups]
    whole = parts[0][1][0]
    with our_style():
        ax = new_axes(ax, 8.0, burden_height(turnover))
        if not groups or not whole.all:
            nothing(ax, say("chart.no_moves"))
            in_our_font(ax)
            return ax
        highest = max([group.of_eligible for group in groups if group.eligible >= FEW] + [whole.of_eligible, 0.05])
        most = min(100.0, 100 * highest * 1.12) + 0.5
        row, ticks, labels = 0.0, [], []
        for name, members in parts[1:]:
            many = name == "zone" and len(members) == MOST_ZONES
            heading = say("chart.by_many_zones", most=MOST_ZONES) if many else say("chart.by_" + name)
            ax.text(-0.01, row, heading, transform=ax.get_yaxis_transform(), ha="right", va="center",
                    fontsize=9.5, color=BLUE)  # fmt: skip
            row += 1
            for group in members:
                _burden_row(ax, row, group, most)
                ticks.append(row)
                labels.append(group.name)
                row += 1
            row += 0.3
        ax.axvline(100 * whole.of_eligible, color=BLUE, linewidth=1.1, zorder=1)
        ax.axvline(100 * whole.of_all, color=GREY, linewidth=1.1, linestyle=(0, (2, 2)), zorder=1)
        ax.set_yticks(ticks, labels, fontsize=8.5)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(row, -0.8)
        ax.set_xlim(0, most)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=8))
        fixed_ticks(ax, lambda tick: f"{tick:g}%")
        ax.text(1.02, -0.8, say("chart.burden_ends"), transform=ax.get_yaxis_transform(), fontsize=7.5, va="bottom")
        ax.grid(axis="x", color="#DDDDDD", linewidth=0.6, zorder=0)
        ax.set_axisbelow(True)
        title = say("chart.burden", eligible=tenths(whole.of_eligible), all=tenths(whole.of_all))
        ax.set_title(title, loc="left", fontsize=11, pad=16)
        ax.legend(
            handles=[
                Line2D([], [], linestyle="", marker="D", color=BLUE, label=say("chart.share_of_eligible")),
                Line2D([], [], linestyle="", marker="o", markerfacecolor="white", markeredgecolor=GREY,
                       label=say("chart.share_of_all")),
                Line2D([], [], linestyle="", marker="D", markerfacecolor="white", markeredgecolor=BLUE,
                       label=say("chart.few", few=FEW)),
            ],
            loc="upper center", bbox_to_anchor=(0.5, -0.04), ncols=3, frameon=False, fontsize=8,
        )  # fmt: skip
        in_our_font(ax)
    return ax


def burden_height(turnover: Turnover) -> float:
    """The height in inches that keeps the groups legible."""
    parts = burden(turnover)[1:]
    return 1.7 + 0.225 * sum(len(members) + 1.3 for _, members in parts)


def _burden_row(ax: Axes, row: float, group: Group, most: float) -> None:
    """One group's marks; one beyond ``most`` per cent is an arrow at the edge."""
    ax.scatter([100 * group.of_all], [row], s=24, facecolors="white", edgecolors=GREY, linewidths=1.2, zorder=3,
               clip_on=False)  # fmt: skip
    if group.eligible:
        few = group.eligible < FEW
        color = "white" if few else BLUE
        share = 100 * group.of_eligible
        if not few:
            ax.hlines(row, 100 * group.of_all, share, color=BLUE, linewidth=1.2, alpha=0.5, zorder=2)
        mark = "D" if share <= most else ">"
        ax.scatter([min(share, most)], [row], s=26, marker=mark, c=color, edgecolors=BLUE, linewidths=1, zorder=4,
                   clip_on=False)  # fmt: skip
    ends = say(
        "chart.burden_row", went=group.eligible_moving, eligible=group.eligible, moving=group.moving, all=group.all
    )
    ax.text(1.02, row, ends, transform=ax.get_yaxis_transform(), fontsize=7.5, va="center", color=INK)
