"""``plan`` over a folder of scenarios: every district of a city, and one summary."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from rotation_planner.cli.guarding import DONE, NO, NO_ANSWER
from rotation_planner.cli.many import ManyProgress
from rotation_planner.cli.screen import Screen
from rotation_planner.cli.speaking import refuse
from rotation_planner.cli.varying import plain, records_of
from rotation_planner.words import say

ONE_ONLY = ("start", "verify", "pseudonyms")  # options that speak of one plan


def plan_city(
    screen: Screen,
    folder: Path,
    out: Path,
    *,
    cluster: str,
    papers: bool,
    given: dict[str, Any],
    limits: dict[str, Any],
) -> int:
    """Plans every district; 1 where any has no plan that passes, 3 where no plan came of any for want of time."""
    from rotation_planner.variants import plan_districts

    for name in ONE_ONLY:
        if given.get(name):
            refuse("city.refused", option=f"--{name}")
    began = time.perf_counter()
    stop = threading.Event()
    options = {key: value for key, value in limits.items() if value is not None and key != "workers"}
    progress = ManyProgress(screen, stop)
    with progress:
        made = plan_districts(
            folder, out, workers=limits.get("workers") or 0, cluster=cluster, options=options, papers=papers,
            tell=progress, stop=stop, begun=lambda titles: progress.about(titles, {}),
        )  # fmt: skip
    code = DONE if made.passes else NO_ANSWER if made.timed_out else NO
    shown = made.shown
    wanted = [
        name for name in shown.columns if name not in {made.heading(f"indicator.{k}") for k in made.indicator_keys}
    ]
    rows = shown[wanted].itertuples(index=False, name=None)
    screen.table(say("city.districts"), wanted, rows, right=range(2, len(wanted)))
    for each in made.records:
        for why in each["why"]:
            screen.tell(say("variants.problem", place=each["title"], message=why))
    for line in made.lines:
        screen.tell(line, "bold")
    if screen.quiet and not screen.as_json and not made.passes:
        screen.warn(" ".join(made.lines))
    screen.tell(say("variants.written", path=out, seconds=f"{time.perf_counter() - began:.1f}"))
    screen.document(
        {
            "exit_code": code,
            "passes": made.passes,
            "interrupted": made.interrupted,
            "districts": [plain(each) for each in made.records],
            "table": records_of(made.table),
            "totals": made.totals,
            "out": str(out),
        }
    )
    return code
