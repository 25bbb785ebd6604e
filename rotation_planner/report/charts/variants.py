"""Many plans side by side: one panel a number, one line a plan, the first plan's value as the measure."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from rotation_planner.report.charts.style import BLUE, GREY, INK, VERMILION, in_our_font, new_figure, our_style
from rotation_planner.report.charts.writing import DOTS_PER_INCH, Picture
from rotation_planner.report.side_by_side import folded
from rotation_planner.words import say

Panel = tuple[str, Sequence[tuple[str, float]]]
MOST = 60  # plans drawn; more would not be read
PER_ROW = 4
LABEL = 18  # characters of a plan's name on the axis


def variants_picture(panels: Sequence[Panel], title: str, name: str = "whatif") -> Picture:
    """The finished picture: each panel a heading and (plan, value) pairs, the first pair being what others are measured
    against; NaN where a plan has no value."""
    many = min(max(len(values) for _, values in panels), MOST)
    rows = math.ceil(len(panels) / PER_ROW)
    wide = min(len(panels), PER_ROW)
    width, height = 1.9 + 2.5 * wide, (0.9 + 0.27 * max(many, 3)) * rows + 0.4
    with our_style():
        figure = new_figure(width, height)
        axes = figure.subplots(rows, wide, squeeze=False)
        for place, ax in enumerate(axes.flat):
            if place >= len(panels):
                ax.set_axis_off()
                continue
            heading, values = panels[place]
            values_against_first(values[:MOST], heading, ax=ax, named=place % wide == 0)
        text = figure.suptitle(title, fontsize=11, x=0.01, ha="left")
        in_our_font(axes.flat[0])
        text.set_fontproperties(axes.flat[0].title.get_fontproperties())
        return finished(figure, name, title, width, height)


def city_picture(panels: Sequence[Panel], title: str) -> Picture:
    """Districts side by side: one panel a number, one bar a district; NaN where a district has no plan."""
    many = min(max(len(values) for _, values in panels), MOST)
    width, height = 1.9 + 2.5 * len(panels), 1.3 + 0.3 * max(many, 3)
    with our_style():
        figure = new_figure(width, height)
        for place, (heading, values) in enumerate(panels):
            bars(values[:MOST], heading, ax=figure.add_subplot(1, len(panels), place + 1), named=place == 0)
        text = figure.suptitle(title, x=0.01, ha="left")
        text.set_fontproperties(figure.axes[0].title.get_fontproperties())
        text.set_fontsize(11)
        return finished(figure, "city", title, width, height)


def bars(values: Sequence[tuple[str, float]], heading: str, *, ax: Axes, named: bool = True) -> Axes:
    """One panel of bars from zero, the value at each bar's end."""
    known = [value for _, value in values if value == value]
    high = max([*known, 0.0]) or 1.0
    for place, (_, value) in enumerate(values):
        if value != value:
            ax.text(0, -place, say("variants.none"), fontsize=7, color=VERMILION, va="center")
            continue
        ax.barh(-place, value, height=0.62, color=BLUE)
        ax.annotate(number(value), (value, -place), (3, 0), textcoords="offset points", fontsize=7, va="center")
    ax.set_xlim(0, 1.25 * high)
    ax.set_ylim(-len(values) + 0.4, 0.6)
    names = [label if len(label) <= LABEL else label[: LABEL - 1] + "…" for label, _ in values]
    ax.set_yticks([-place for place in range(len(values))], names if named else [""] * len(values), fontsize=8)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.set_title(folded(heading, 36), loc="left", fontsize=8.5)
    in_our_font(ax)
    return ax


def values_against_first(values: Sequence[tuple[str, float]], heading: str, *, ax: Axes, named: bool = True) -> Axes:
    """One panel: a dot a plan, a line from the first plan's value to it, the value beside it."""
    first = values[0][1]
    known = [value for _, value in values if value == value]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    span = (high - low) or max(abs(high), 1.0) * 0.1
    for place, (_, value) in enumerate(values):
        if value != value:
            ax.text(low, -place, say("variants.none"), fontsize=7, color=VERMILION, va="center")
            continue
        if first == first:
            ax.plot([first, value], [-place, -place], color=GREY, linewidth=1.2, zorder=1)
        ax.plot(value, -place, "o", color=BLUE if place else INK, markersize=5, zorder=2)
        # On the side away from the line.
        side, align = (-5, "right") if value < first else (5, "left")
        ax.annotate(
            number(value), (value, -place), (side, 0), textcoords="offset points", fontsize=7, va="center", ha=align
        )
    if first == first:
        ax.axvline(first, color=INK, linewidth=0.8, linestyle=":")
    ax.set_xlim(low - (0.45 if low < first else 0.12) * span, high + 0.45 * span)
    ax.set_ylim(-len(values) + 0.4, 0.6)
    names = [label if len(label) <= LABEL else label[: LABEL - 1] + "…" for label, _ in values]
    ax.set_yticks([-place for place in range(len(values))], names if named else [""] * len(values), fontsize=8)
    ax.set_xticks([])  # every dot tells its number
    ax.spines["bottom"].set_visible(False)
    ax.set_title(folded(heading, 36), loc="left", fontsize=8.5)
    in_our_font(ax)
    return ax


def number(value: float) -> str:
    """A number beside its dot."""
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.1f}"


def finished(figure: object, name: str, title: str, width: float, height: float) -> Picture:
    """The figure in its two forms, the same bytes for the same numbers."""
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        raise TypeError("not a figure")
    figure.set_dpi(DOTS_PER_INCH)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    png, svg = io.BytesIO(), io.BytesIO()
    figure.savefig(png, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None}, dpi=72)
    return Picture(name, title, width, height, png.getvalue(), svg.getvalue())


def picture_html(picture: Picture, most: int = 900) -> str:
    """A picture for a notebook; nothing is fetched."""
    image = base64.b64encode(picture.for_screen()).decode("ascii")
    wide = min(most, round(picture.width * 96))
    return f'<img src="data:image/png;base64,{image}" width="{wide}">'
