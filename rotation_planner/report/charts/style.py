"""How the charts look: one carried Chinese font, colours that colour-blind people tell apart, settings put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from rotation_planner.report.font import drawable, font_file

# Okabe and Ito's colours: told apart by colour-blind readers, and of different lightness in black and white.
BLUE, ORANGE, GREEN, VERMILION, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#8A8A8A"
SKY, PURPLE = "#56B4E9", "#CC79A7"
INK = "#222222"
SETTINGS: dict[Any, Any] = {
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,  # each figure says for itself how it is laid out
    "svg.fonttype": "path",
    "svg.hashsalt": "rotation_planner",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.size": 9,
    "hatch.linewidth": 0.6,
    "text.hinting": "none",
}


@contextmanager
def our_style() -> Iterator[None]:
    """The charts' settings inside a ``with`` block; outside nothing changes."""
    with mpl.rc_context(SETTINGS):
        yield


def in_our_font(ax: Axes) -> None:
    """Give every text on the axes the carried font, sizes and weights kept."""
    for text in ax.findobj(Text):
        properties = text.get_fontproperties().copy()
        properties.set_file(str(font_file()))
        text.set_fontproperties(properties)
        text.set_text(drawable(text.get_text()) if "\n" not in text.get_text() else
                      "\n".join(map(drawable, text.get_text().split("\n"))))  # fmt: skip
        text.set_parse_math(False)


def new_figure(width: float, height: float) -> Figure:
    """A figure of this size in inches with a canvas of its own; it belongs to no window and no global list."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def lay_out(figure: Figure) -> None:
    """Work out where everything stands, as drawing would, and draw nothing."""
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) if not axis.get_label_text()):
        axis.set_label_coords(0, 0)  # no label: where it would stand is else worked out again for every drawing
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    for ax in figure.axes:
        ax.apply_aspect()


def new_axes(ax: Axes | None, width: float, height: float) -> Axes:
    """The axes given, or those of a new figure."""
    return new_figure(width, height).add_subplot() if ax is None else ax
