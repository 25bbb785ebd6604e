"""``whatif``: many variants of one scenario side by side."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rotation_planner.cli.guarding import DONE, NO, NO_ANSWER, PATH, argument, command, option, reading
from rotation_planner.cli.many import ManyProgress
from rotation_planner.cli.papering import check_place
from rotation_planner.cli.planning import _finite
from rotation_planner.cli.program import program
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.showing import note_warnings
from rotation_planner.words import language, say

if TYPE_CHECKING:
    import pandas as pd

    from rotation_planner.variants import Grid, WhatIf


@command(program, "whatif")
@argument("scenario", type=PATH)
@option("--grid", type=PATH, required=True, metavar="FILE")
@option("--out", type=PATH, required=True, metavar="DIR")
@option("--cluster", default="", metavar="ADDRESS")
@option("--workers", "processes", type=click.IntRange(0, 1024), default=0, metavar="N")
@option("--time-limit", type=click.FloatRange(0, min_open=True), callback=_finite, metavar="SECONDS")
def whatif(
    screen: Screen, scenario: Path, grid: Path, out: Path, cluster: str, processes: int, time_limit: float | None
) -> int:
    """Plans every variant; 1 where any has no plan that passes, 3 where no plan came of any for want of time."""
    from rotation_planner.run import load_scenario
    from rotation_planner.variants import whatif as vary

    began = time.perf_counter()
    check_place(out)
    with screen.busy(say("cli.reading", path=scenario)):
        found = reading(scenario, lambda: load_scenario(scenario))
    note_warnings(screen, found.problems, scenario)
    stop = threading.Event()
    goals = {level.id: level.words[language()] for level in found.policy.goals}
    progress = ManyProgress(screen, stop)

    def begun(read: Grid) -> None:
        progress.about({each.id: each.name for each in read.all()}, goals)

    with progress:
        made = vary(
            found, grid, out=out, workers=processes, cluster=cluster, time_limit=time_limit,
            tell=progress, stop=stop, begun=begun,
        )  # fmt: skip
    code = DONE if made.passes else NO_ANSWER if made.timed_out else NO
    _show(screen, made)
    screen.tell(say("variants.written", path=out, seconds=f"{time.perf_counter() - began:.1f}"))
    screen.document(
        {
            "exit_code": code,
            "passes": made.passes,
            "interrupted": made.interrupted,
            "variants": [plain(each) for each in made.records],
            "table": records_of(made.table),
            "differences": records_of(made.differences),
            "out": str(out),
        }
    )
    return code


def _show(screen: Screen, made: WhatIf) -> None:
    """The table, the differences, and what is to be noted of each variant."""
    why = made.heading("why")
    shown = made.shown
    wanted = [name for name in shown.columns if name != why and not _is_indicator(made, name)]
    rows = shown[wanted].itertuples(index=False, name=None)
    screen.table(say("variants.side_by_side"), wanted, rows, right=range(2, len(wanted)))
    for each, text in zip(made.records, made.table["why"], strict=True):
        if text:
            screen.tell(say("variants.problem", place=each["title"], message=text))
    for line in made.lines:
        screen.tell(line, "bold")
    if screen.quiet and not screen.as_json and not made.passes:
        screen.warn(" ".join(made.lines))


def _is_indicator(made: WhatIf, heading: str) -> bool:
    return heading in {made.heading(f"indicator.{key}") for key in made.indicator_keys}


def plain(record: Any) -> dict[str, Any]:
    """A record without its list of files."""
    return {key: value for key, value in record.items() if key != "files"}


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as records; what is not known is null."""
    return [
        {str(key): value for key, value in each.items()}
        for each in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]
