"""The plots of the growth benchmark: time, gap and memory over size; the way of each plan toward the best bound; and
this planner's own gap, goal by goal, over time."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, log10
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.measuring import RESULTS
from benchmarks.reading import LEVELS, METHODS, NAMES, WIDEST, Measured, best_bounds, districts, measured

COLOURS = {"planner": "#0b5fa5", "plain-cp-sat": "#c8501e", "plain-mip": "#4f7f3a"}
MARKERS = {"planner": "o", "plain-cp-sat": "s", "plain-mip": "^"}
LEAST = 1e-4  # a gap below 0.01 % is drawn at the foot of the axis


def main() -> None:
    """Draw all pictures from what is on record."""
    runs = measured()
    if runs:
        growth(runs)
        anytime(runs)
        gaps([run for run in runs if run.method == "planner" and run.levels])


def growth(runs: list[Measured]) -> None:
    """Three panels over the number of staff: one mark a run, the line through each size's worst seed."""
    figure, panels = _figure(3, 1)
    figure.suptitle("Growth with the district: every mark a run, the line through the worst seed", fontsize=12)
    _over_size(panels[0], runs, "Seconds to the first plan (model included)", lambda run: run.number("first_plan"))
    _over_size(panels[1], runs, "Widest own gap at the end (100 %: no bound)", _gap)
    _over_size(panels[2], runs, "Peak memory, GB", lambda run: run.number("peak_gb"))
    _per_cent(panels[1])
    for panel in panels:
        panel.set_xlabel("Staff of the district")
        panel.grid(True, which="major", color="#dddddd", linewidth=0.7)
    _legend(figure, panels[0])
    _save(figure, "growth.png")


def _gap(run: Measured) -> float:
    gap = run.worst_gap
    return WIDEST if gap is None else max(gap, LEAST)


def _over_size(panel: Axes, runs: list[Measured], title: str, of: Callable[[Measured], float | None]) -> None:
    panel.set_title(title, fontsize=10, loc="left")
    panel.set_xscale("log")
    panel.set_yscale("log")
    sizes = sorted({run.key[0] for run in runs})
    for number, method in enumerate(METHODS):
        shift = 1.04 ** (number - 1)  # marks of equal value stay visible beside each other
        values = [(run.key[0], of(run)) for run in runs if run.method == method]
        known = [(size, value) for size, value in values if value is not None]
        if not known:
            continue
        style: dict[str, Any] = {"color": COLOURS[method], "marker": MARKERS[method]}
        panel.scatter([size * shift for size, _ in known], [value for _, value in known], s=22, alpha=0.75, **style)
        worst = {size: max(value for each, value in known if each == size) for size, _ in known}
        line = sorted(worst.items())
        panel.plot([x * shift for x, _ in line], [y for _, y in line], label=NAMES[method], linewidth=1.4, **style)
    panel.set_xticks(sizes, [f"{size:,}" for size in sizes])
    panel.xaxis.set_minor_formatter(NullFormatter())
    panel.set_xlim(sizes[0] / 1.5, sizes[-1] * 1.5)
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    panel.yaxis.set_minor_formatter(NullFormatter())
    low, high = panel.get_ylim()
    panel.set_ylim(10 ** floor(log10(low)), 10 ** ceil(log10(high)))


def anytime(runs: list[Measured]) -> None:
    """One panel a size: how far the best plan is from the best bound that any method proved, over time."""
    sizes = sorted({run.key[0] for run in runs})
    figure, panels = _figure(len(sizes), 1)
    figure.suptitle("From the first plan on: the worst level's distance from the best bound proven", fontsize=12)
    for panel, size in zip(panels, sizes, strict=True):
        panel.set_title(f"{size:,} staff", fontsize=10, loc="left")
        panel.set_xscale("log")
        panel.set_yscale("log")
        for group in districts(run for run in runs if run.key[0] == size).values():
            bounds = best_bounds(group)
            for run in group:
                _steps(panel, run, bounds)
        panel.set_xlabel("Seconds (model included)")
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.xaxis.set_minor_formatter(NullFormatter())
        low, high = panel.get_xlim()
        panel.set_xlim(10 ** floor(log10(low)), 10 ** ceil(log10(high)))
        panel.grid(True, which="major", color="#dddddd", linewidth=0.7)
        _per_cent(panel)
        _without_plan(panel, [run for run in runs if run.key[0] == size])
    _legend(figure, max(panels, key=lambda panel: len(set(panel.get_legend_handles_labels()[1]))))
    _save(figure, "anytime.png")


def _steps(panel: Axes, run: Measured, bounds: dict[int, float]) -> None:
    steps = run.distances(bounds)
    if not steps:
        return
    end = max(run.number("end") or run.time_limit, steps[-1][0])
    times = [seconds for seconds, _ in steps] + [end]
    values = [max(distance, LEAST) for _, distance in steps]
    style: dict[str, Any] = {"color": COLOURS[run.method], "label": NAMES[run.method]}
    panel.step(times, [*values, values[-1]], where="post", linewidth=1.3, alpha=0.85, **style)
    panel.plot(times[0], values[0], marker=MARKERS[run.method], markersize=4, color=COLOURS[run.method])


def gaps(runs: list[Measured]) -> None:
    """One row a size, one panel a goal: the planner's own gap over time, a line a seed."""
    sizes = sorted({run.key[0] for run in runs})
    if not sizes:
        return
    figure, panels = _figure(LEVELS, len(sizes))
    figure.suptitle("This planner's own gap over time, goal by goal (a line a seed)", fontsize=12)
    for place, panel in enumerate(panels):
        size, level = sizes[place // LEVELS], place % LEVELS + 1
        mine = [run for run in runs if run.key[0] == size]
        panel.set_title(f"{size:,} staff: {mine[0].levels[level - 1][0]}", fontsize=9, loc="left")
        panel.set_xscale("log")
        panel.set_yscale("log")
        for run in mine:
            steps = run.gaps_of(level)
            if steps:
                end = max(run.number("end") or run.time_limit, steps[-1][0])
                values = [max(gap, LEAST) for _, gap in steps]
                times = [max(seconds, 0.01) for seconds, _ in steps]
                panel.step([*times, end], [*values, values[-1]], where="post", linewidth=1.2, color=COLOURS["planner"])
        panel.set_xlim(10 ** floor(log10(panel.get_xlim()[0])), 10 ** ceil(log10(panel.get_xlim()[1])))
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.xaxis.set_minor_formatter(NullFormatter())
        panel.grid(True, which="major", color="#dddddd", linewidth=0.7)
        _per_cent(panel)
        if place >= LEVELS * (len(sizes) - 1):
            panel.set_xlabel("Seconds (model included)")
    _save(figure, "gaps.png")


def _without_plan(panel: Axes, runs: list[Measured]) -> None:
    """Whoever never had a whole plan is named, not left out."""
    lacking = [method for method in METHODS for run in runs if run.method == method and not run.levels]
    if lacking:
        names = [f"{NAMES[each]} ({lacking.count(each)} runs)" for each in dict.fromkeys(lacking)]
        panel.text(0.03, 0.03, "no plan: " + ", ".join(names), transform=panel.transAxes, fontsize=8)


def _figure(columns: int, rows: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(
        figsize=(4.6 * max(columns, 2) if columns < 4 else 3.4 * columns, (4.4 if rows == 1 else 2.9) * rows),
        layout="constrained",
    )
    FigureCanvasAgg(figure)
    return figure, list(figure.subplots(rows, columns, squeeze=False).ravel())


def _per_cent(panel: Axes) -> None:
    panel.set_ylim(LEAST / 1.3, 1.6)
    panel.set_yticks([1e-4, 1e-3, 1e-2, 1e-1, 1.0], ["≤ 0.01 %", "0.1 %", "1 %", "10 %", "100 %"])


def _legend(figure: Figure, panel: Axes) -> None:
    handles = dict(zip(*reversed(panel.get_legend_handles_labels()), strict=True))
    figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=3, frameon=False)


def _save(figure: Figure, name: str) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    figure.savefig(RESULTS / name, dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    main()
