"""The charts as files: PNG for documents, SVG for print, the same bytes for the same plan."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rotation_planner.report.charts.backflow import balance_height, flow_trend, school_balance
from rotation_planner.report.charts.burden import burden_chart, burden_height
from rotation_planner.report.charts.people import age_mix, ages, distance
from rotation_planner.report.charts.places import WIDTH as MAP_WIDTH
from rotation_planner.report.charts.places import core_of, drawn_schools, map_height, move_map
from rotation_planner.report.charts.schools import WIDTH, backbone_share, figure_height, staffing
from rotation_planner.report.charts.style import lay_out, new_figure, our_style
from rotation_planner.report.charts.tiers import tier_flow, zone_flow
from rotation_planner.report.past import trend
from rotation_planner.report.turnover import Turnover

DOTS_PER_INCH = 200
DOTS_ON_SCREEN = 100
COLOURS = 96  # on a screen; charts have few
PACKED = {"compress_level": 3}  # for drawings as small as the highest level, in two thirds of the time
Draw = Callable[..., Axes]


@dataclass(frozen=True)
class Picture:
    """A finished picture: its file name without ending, what it finds, its size in inches, and its two forms."""

    name: str
    title: str
    width: float
    height: float
    png: bytes
    svg: bytes

    def __repr__(self) -> str:
        return self.title or self.name

    def _repr_png_(self) -> bytes:
        return self.for_screen()

    def for_screen(self, dots: int = DOTS_ON_SCREEN) -> bytes:
        """The PNG for a screen: so many dots per inch at most, in few colours, so that pages stay small."""
        from PIL import Image  # the drawing library's own

        with Image.open(io.BytesIO(self.png)) as image:
            wide, high = round(self.width * dots), round(self.height * dots)
            shown = image.convert("RGB")
            if image.width > wide:
                shown = shown.resize((wide, high), Image.Resampling.LANCZOS)
            found = io.BytesIO()
            shown.quantize(COLOURS, dither=Image.Dither.NONE).save(found, "PNG", optimize=True)
        return found.getvalue()


def write_charts(folder: Path, turnover: Turnover) -> list[Path]:
    """Write every picture that the data allow as PNG and SVG into ``folder``."""
    return save_pictures(folder, list(pictures(turnover)))


def save_pictures(folder: Path, drawn: list[Picture]) -> list[Path]:
    """Write pictures as PNG and SVG into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for picture in drawn:
        for path, content in zip(picture_files(folder, picture), (picture.png, picture.svg), strict=True):
            path.write_bytes(content)
    return [path for picture in drawn for path in picture_files(folder, picture)]


def picture_files(folder: Path, picture: Picture) -> tuple[Path, Path]:
    """Where a picture's PNG and SVG are in ``folder``."""
    return folder / f"{picture.name}.png", folder / f"{picture.name}.svg"


def picture_jobs(folder: Path, turnover: Turnover) -> list[Callable[[], Picture]]:
    """For every picture that the data allow what draws it and writes it into ``folder``, in the order of a report."""
    folder.mkdir(parents=True, exist_ok=True)

    def made(name: str, width: float, height: float, draws: tuple[Draw, ...]) -> Picture:
        drawn = picture(name, width, height, *draws)
        save_pictures(folder, [drawn])
        return drawn

    return [partial(made, *plan) for plan in planned(turnover)]


def pictures(turnover: Turnover) -> Iterator[Picture]:
    """All pictures of a plan, in the order of a report. One without data to draw is left out."""
    for name, width, height, draws in planned(turnover):
        yield picture(name, width, height, *draws)


def planned(turnover: Turnover) -> Iterator[tuple[str, float, float, tuple[Draw, ...]]]:
    """The pictures that the data allow: name, width and height in inches, and what to draw side by side."""
    both = (partial(tier_flow, turnover), partial(tier_flow, turnover, backbone=True))
    yield "flow", 11, 5, both
    if any(turnover.of_schools("zone")[turnover.in_scope]):
        yield "zones", 8, 6.4, (partial(zone_flow, turnover),)
    if len(drawn_schools(turnover)) > 1:
        yield "map", MAP_WIDTH, map_height(turnover), (partial(move_map, turnover),)
        if (box := core_of(turnover)) is not None:
            yield "map-core", MAP_WIDTH, MAP_WIDTH, (partial(move_map, turnover, box=box),)
    high = figure_height(len(turnover.in_scope))
    yield "staffing", WIDTH, high, (partial(staffing, turnover),)
    yield "backbone", WIDTH, high, (partial(backbone_share, turnover),)
    yield "distance", 8, 3.9, (partial(distance, turnover),)
    yield "ages", 11, 4.4, (partial(ages, turnover), partial(age_mix, turnover))
    yield "burden", 8, burden_height(turnover), (partial(burden_chart, turnover),)
    for number, page in enumerate(turnover.audit.reverse_flow):
        ending = f"-{number + 1}" if number else ""
        changed = int((page.schools["balance"] != 0).sum())
        yield "balance" + ending, 8, balance_height(changed), (partial(school_balance, page),)
        if years := trend(turnover, page.rule):
            yield "trend" + ending, 8, 3.9, (partial(flow_trend, years),)


def picture(name: str, width: float, height: float, *draws: Draw, dots: int = DOTS_PER_INCH) -> Picture:
    """Draw side by side on one figure, and tell the titles as one; ``dots``: per inch, of the PNG."""
    with our_style():
        figure = new_figure(width, height)
        titles = [draw(ax=ax).get_title(loc="left") for draw, ax in zip(draws, _axes(figure, len(draws)), strict=True)]
        png, svg = both_forms(figure, dots)
    title = re.sub(r"\s*\n\s*", " ", " / ".join(each for each in titles if each))
    return Picture(name, title, width, height, png, svg)


def both_forms(figure: Figure, dots: int = DOTS_PER_INCH) -> tuple[bytes, bytes]:
    """A finished figure as PNG and as SVG."""
    # The layout is worked out once and kept for both files.
    figure.set_dpi(dots)
    lay_out(figure)
    figure.set_layout_engine(None)  # a placeholder ("none") would have every file drawn twice
    png, svg = io.BytesIO(), io.BytesIO()
    figure.savefig(png, format="png", dpi=dots, metadata={"Software": None}, pil_kwargs=PACKED)
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None}, dpi=72)
    return png.getvalue(), svg.getvalue()


def _axes(figure: Figure, many: int) -> list[Axes]:
    return [figure.add_subplot(1, many, place + 1) for place in range(many)]
