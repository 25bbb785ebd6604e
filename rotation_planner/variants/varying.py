"""What if: many variants of one scenario planned, judged and laid side by side."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rotation_planner.data.problems import InputError
from rotation_planner.run.making import _ctrl_c
from rotation_planner.run.scenario import Scenario, load_scenario
from rotation_planner.variants.building import Builder
from rotation_planner.variants.grid import Grid, Variant
from rotation_planner.variants.jobs import STOPPED, Done, Job, Tell, head, unusable
from rotation_planner.variants.packing import fingerprint, sharing, whole
from rotation_planner.variants.reading import read_grid
from rotation_planner.variants.results import PLAN, WhatIf, plans_of
from rotation_planner.variants.running import Where, run_all
from rotation_planner.variants.store import Store
from rotation_planner.words import language, say

BELOW = "variants"


def whatif(
    scenario: Scenario | Path | str,
    grid: Grid | Path | str | Mapping[str, Any],
    *,
    out: Path | str | None = None,
    workers: int = 0,
    cluster: str = "",
    time_limit: float | None = None,
    tell: Tell | None = None,
    stop: threading.Event | None = None,
    begun: Callable[[Grid], None] | None = None,
) -> WhatIf:
    """Plan every variant of a grid, and the scenario as it is, and lay them side by side.

    ``grid``: a file (see GRID.md), the same as plain data, or a `Grid`. ``out``: each variant's folder is kept there,
    with the tables and the picture; what was done there before is not done again. Without it nothing is kept on disk.
    ``workers``: processes on this machine (0: one a processor), or ``cluster``: the address of a running Dask cluster.
    ``time_limit``: seconds for each variant in the place of its own. ``tell`` hears the news of every variant, possibly
    from another thread; ``begun`` the grid once it is read. ``stop``: set it, or press Ctrl-C once, to end with what is
    done by then; a second Ctrl-C ends at once.

    Raises:
        InputError: everything that is wrong with scenario, grid or ``out``, or no cluster answers; nothing is written.
    """
    found = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    beside = Path(grid).parent if isinstance(grid, Path | str) else found.file.folder
    builder = Builder(found, beside)
    wanted = grid if isinstance(grid, Grid) else read_grid(grid, builder)
    variants = wanted.all()
    if begun is not None:
        begun(wanted)
    stop = stop or threading.Event()
    with _place(out) as folder, Store.opened(folder, BELOW) as store, _ctrl_c(stop):
        store.check([each.id for each in variants])
        where = Where(workers, cluster)
        _, processors = where.shared(len(variants))
        told: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        jobs = [partial(_job, builder, each, time_limit, processors, told) for each in variants]
        records = run_all(jobs, store, where, plan=PLAN, scenario=True, tell=tell, stop=stop)
        rows = []
        for each in variants:
            record = records.get(each.id) or {
                **head(Job(each.id, each.name, {}, "")),
                "outcome": STOPPED,
                "why": [say("variants.stopped")],
            }
            changes, notes = told.get(each.id, ((), ()))
            rows.append({**record, "title": each.name, "changes": list(changes), "notes": list(notes)})
        made = WhatIf(wanted.title or found.title, found, tuple(rows), plans_of(store, rows), stop.is_set())
        if out is not None:
            from rotation_planner.variants.writing import write_whatif

            write_whatif(made, Path(out))
    return made


@contextlib.contextmanager
def _place(out: Path | str | None) -> Iterator[Path]:
    if out is not None:
        yield Path(out)
        return
    with tempfile.TemporaryDirectory(prefix="whatif-") as folder:
        yield Path(folder)


def _job(
    builder: Builder,
    variant: Variant,
    time_limit: float | None,
    processors: int,
    told: dict[str, tuple[tuple[str, ...], tuple[str, ...]]],
) -> Job | Done:
    if time_limit is not None:
        variant = variant.with_options({"time_limit": time_limit})
    try:
        built = builder.build(variant)
    except InputError as error:  # changes that fit one by one and not together
        return Done({**head(Job(variant.id, variant.name, {}, "")), **unusable(error).record})
    told[variant.id] = (built.changes, built.notes)
    return Job(
        variant.id,
        variant.name,
        whole(sharing(built.content, processors), built.files),
        fingerprint(whole(built.content, built.files), "whatif"),
        language=language(),
    )
