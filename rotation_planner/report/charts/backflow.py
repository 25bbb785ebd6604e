"""The backbone's flow for the reverse-flow page: the trend over the years, and each school's balance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from rotation_planner.audit.result import ReverseFlowPage
from rotation_planner.report.charts.style import BLUE, GREY, INK, ORANGE, VERMILION, in_our_font, new_axes, our_style
from rotation_planner.report.charts.tiers import COLORS, HATCHES, TIERS, nothing
from rotation_planner.report.past import YearFlow
from rotation_planner.report.sheets import listed
from rotation_planner.words import say

MOST_SCHOOLS = 60


def flow_trend(years: list[YearFlow], *, ax: Axes | None = None) -> Axes:
    """Draw, year by year, the backbone that moves down (upwards) against that which leaves low tiers (downwards)."""
    with our_style():
        ax = new_axes(ax, 7.6, 3.8)
        if not years:
            nothing(ax, say("chart.no_trend"))
            in_our_font(ax)
            return ax
        at = np.arange(len(years), dtype=float)
        at[-1] += 0.35 if years[-1].planned else 0
        down, out, up = (np.array([getattr(each, name) for each in years]) for name in ("down", "out", "up"))
        ax.bar(at, down, 0.72, color=BLUE)
        ax.bar(at, -(out - up), 0.72, color=ORANGE, hatch="...", edgecolor="white", linewidth=0.4)
        ax.bar(at, -up, 0.72, bottom=-(out - up), color=VERMILION, hatch="///", edgecolor="white", linewidth=0.4)
        for x, above, below in zip(at.tolist(), down.tolist(), out.tolist(), strict=True):
            ax.annotate(
                str(above), (x, above), (0, 1.5), textcoords="offset points", ha="center", va="bottom", fontsize=8
            )
            ax.annotate(
                str(below), (x, -below), (0, -1.5), textcoords="offset points", ha="center", va="top", fontsize=8
            )
        ax.axhline(0, color=INK, linewidth=1)
        names = [say("chart.this_plan", year=y.year) if y.planned else say("chart.year", year=y.year) for y in years]
        ax.set_xticks(at, names, fontsize=8.5)
        ax.tick_params(axis="x", length=0)
        room = max(down.max(), out.max(), 1) * 0.16
        ax.set_ylim(-out.max() - room, down.max() + room)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        kept = sum(each.down > each.out for each in years if not each.planned)
        past = sum(not each.planned for each in years)
        ax.set_title(say("chart.trend", kept=kept, years=past), loc="left", fontsize=11)
        ax.legend(
            handles=[
                Patch(color=BLUE, label=say("chart.flow_down")),
                Patch(facecolor=ORANGE, hatch="...", edgecolor="white", label=say("chart.flow_out")),
                Patch(facecolor=VERMILION, hatch="///", edgecolor="white", label=say("chart.flow_up")),
            ],
            loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False, fontsize=8,
        )  # fmt: skip
        in_our_font(ax)
    return ax


def school_balance(page: ReverseFlowPage, *, ax: Axes | None = None) -> Axes:
    """Draw by how many backbone teachers each school gains or loses; schools that keep theirs are left out."""
    table = page.schools[(page.schools["out"] > 0) | (page.schools["into"] > 0)]
    changed = table[table["balance"] != 0]
    order = changed["tier"].map({tier: place for place, tier in enumerate(TIERS)}).fillna(len(TIERS))
    changed = changed.assign(order=order).sort_values(["order", "balance", "school_id"], kind="stable")
    if len(changed) > MOST_SCHOOLS:
        largest = changed["balance"].abs().sort_values(ascending=False, kind="stable").index[:MOST_SCHOOLS]
        changed = changed[changed.index.isin(largest)]
    with our_style():
        ax = new_axes(ax, 7.6, balance_height(len(changed)))
        if changed.empty:
            nothing(ax, say("chart.no_balance"))
            in_our_font(ax)
            return ax
        rows = np.arange(len(changed))
        for tier in dict.fromkeys(changed["tier"].tolist()):
            these = (changed["tier"] == tier).to_numpy(bool)
            label = listed("tier", tier) or say("chart.no_tier")
            ax.barh(rows[these], changed["balance"].to_numpy()[these], 0.76, color=COLORS.get(tier, GREY),
                    hatch=HATCHES.get(tier, ""), edgecolor="white", linewidth=0.4, label=label)  # fmt: skip
        for row, value in zip(rows.tolist(), changed["balance"].tolist(), strict=True):
            ax.annotate(f"{value:+d}", (value, row), (3 if value > 0 else -3, 0), textcoords="offset points",
                        ha="left" if value > 0 else "right", va="center", fontsize=7.5)  # fmt: skip
        ax.axvline(0, color=INK, linewidth=1)
        ax.set_yticks(rows, changed["name"].tolist(), fontsize=7.5)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(changed) - 0.4, -0.6)
        most = int(changed["balance"].abs().max())
        ax.set_xlim(-most - 1, most + 1)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        gain, lose = int((changed["balance"] > 0).sum()), int((changed["balance"] < 0).sum())
        ax.set_title(say("chart.balance", gain=gain, lose=lose), loc="left", fontsize=11)
        ax.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=4)
        in_our_font(ax)
    return ax


def balance_height(schools: int) -> float:
    """The height in inches that keeps this many schools legible."""
    return max(2.2, 1.0 + 0.2 * min(schools, MOST_SCHOOLS))
