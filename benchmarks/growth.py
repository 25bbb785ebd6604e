"""How cost grows with the district, and what the usual methods reach in the same time, side by side in one session.

    python -m benchmarks.growth             quick: 1,000 and 5,000 staff, 2 seeds, all methods (ten minutes at most)
    python -m benchmarks.growth --full      1,000 to 100,000 staff, 5 seeds, all methods (a night)
    python -m benchmarks.growth --sizes 20000 100000 --seeds 1 --methods planner --keep --minutes 30

Methods: planner (this one), plain-cp-sat and plain-mip (one boolean per person and open seat; CP-SAT or HiGHS alone).
Every method gets the time in which the figures of that size are asked (``LIMITS``), unless --time-limit says another.
Writes results/growth.csv, results/anytime.csv and the plots, and RESULTS.md; --keep adds to what was measured before.
What was measured is kept after every run, so that a session may be cut short; --minutes begins no run after so long.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS, ROOT, Run, generate, machine, measure, today, write_json
from benchmarks.reading import LEVELS, METHODS, relative
from benchmarks.report import write_report

SCHOOLS = {1_000: 20, 5_000: 60, 20_000: 200, 100_000: 1_200}
LIMITS = {1_000: 30.0, 5_000: 60.0, 20_000: 360.0, 100_000: 1_200.0}  # seconds for each method, model included
QUICK = ((1_000, 5_000), (1, 2))  # sizes and seeds
FULL = (tuple(SCHOOLS), (1, 2, 3, 4, 5))
GRACE = 300.0  # seconds for reading, building, judging and writing beside the time limit
GOAL_COLUMNS = [f"{what}_{level}" for level in range(1, LEVELS + 1) for what in ("goal", "value", "bound", "gap")]
COLUMNS = [
    *("day", "size", "staff", "schools", "seed", "method", "time_limit", "outcome"),
    *("first_plan", "end", "reading", "standing", "build", "audit", "writing", "passes"),
    *("wall", "cpu", "peak_gb", "load", "others", "columns", "rows", *GOAL_COLUMNS),
]
POINT_COLUMNS = ["size", "seed", "method", "time_limit", "seconds", "level", "goal", "best", "bound"]
Row = dict[str, Any]


def one(folder: Path, size: int, seed: int, method: str, seconds: float, memory: float) -> tuple[Row, list[Row]]:
    """One run: its row and its points."""
    lines = folder.parent / "lines.jsonl"
    lines.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.one_run", str(folder), method, str(seconds), str(seed)]
    command += [str(memory), str(lines)]
    run = measure(command, kill_after=seconds + GRACE, log=folder.parent / "said.txt")
    key = {"size": size, "seed": seed, "method": method, "time_limit": seconds}
    row: Row = {"day": today(), **key, "outcome": _ended(run)}
    row |= {name: value for name, value in run.as_dict().items() if name in COLUMNS}
    points: list[Row] = []
    for line in lines.read_text("utf-8").splitlines() if lines.exists() else []:
        told = json.loads(line)
        if "point" in told:
            points.append(key | dict(zip(POINT_COLUMNS[4:], told["point"], strict=True)))
        for level, (goal, value, bound) in enumerate(told.pop("goals", []), 1):
            gap = round(relative(value, bound), 6)
            row |= {f"goal_{level}": goal, f"value_{level}": value, f"bound_{level}": bound, f"gap_{level}": gap}
        row |= {name: _short(value) for name, value in told.items() if name in COLUMNS}
    if run.code and row["outcome"] in ("optimal", "feasible"):
        row["outcome"] += " (ended badly)"
    row["first_plan"] = next((point["seconds"] for point in points if point["best"] is not None), None)
    busy = ", machine busy" if run.busy else ""
    came = f"first plan {row['first_plan']} s, end {row.get('end')} s, {run.peak_gb:.2f} GB{busy}"
    print(f"{size:>7,} seed {seed} {method:<13} {row['outcome']:<10} {came}", flush=True)
    return row, points


def _ended(run: Run) -> str:
    """What to say of a run that says nothing itself."""
    if run.killed:
        return "killed"
    return "out of memory" if run.code in (-6, -9) else "failed"


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def add(path: Path, columns: list[str], rows: Iterable[Row], keep: bool) -> None:
    """Write rows; with ``keep`` beside those of earlier runs, whose place a run of the same kind takes."""
    rows = list(rows)
    measured = {_kind(row) for row in rows}
    old: list[Row] = []
    if keep and path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            old = [row for row in csv.DictReader(file) if _kind(row) not in measured]
    both = sorted([*old, *rows], key=lambda row: (int(row["size"]), int(row["seed"]), METHODS.index(row["method"])))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(both)


def _kind(row: Row) -> tuple[str, ...]:
    return (*(str(row[name]) for name in ("size", "seed", "method")), f"{float(row['time_limit']):g}")


def main() -> None:
    """Measure, keep the results, draw and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1,000 and 5,000 staff, seeds 1 and 2 (the default)")
    parser.add_argument("--full", action="store_true", help="all four sizes, seeds 1 to 5")
    parser.add_argument("--sizes", type=int, nargs="+", help="staff of the districts")
    parser.add_argument("--seeds", type=int, nargs="+", help="seeds of the generator")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--time-limit", type=float, help="seconds for each method at every size")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no run after so many minutes")
    parser.add_argument("--memory", type=float, default=16.0, help="GB of address space for each run")
    parser.add_argument("--keep", action="store_true", help="add to the results of earlier runs")
    options = parser.parse_args()
    sizes, seeds = FULL if options.full else QUICK
    measured: list[tuple[Row, list[Row]]] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temp:
        for size, seed, method in itertools.product(options.sizes or sizes, options.seeds or seeds, options.methods):
            if time.monotonic() - began > 60 * options.minutes:
                print(f"{size:>7,} seed {seed} {method:<13} not begun: the minutes are over", flush=True)
                continue
            schools = SCHOOLS.get(size) or max(round(size / 85), 6)
            folder = generate(Path(temp) / f"{size}-{seed}", schools, seed, size)
            seconds = options.time_limit or LIMITS.get(size, 60.0)
            measured.append(one(folder, size, seed, method, seconds, options.memory))
            add(RESULTS / "growth.csv", COLUMNS, [row for row, _ in measured], options.keep)
            add(RESULTS / "anytime.csv", POINT_COLUMNS, [each for _, steps in measured for each in steps], options.keep)
    write_json(RESULTS / "machine.json", machine())
    subprocess.run([sys.executable, "-m", "benchmarks.plots"], cwd=ROOT, check=True)
    write_report()


if __name__ == "__main__":
    main()
