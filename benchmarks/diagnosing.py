"""`diagnose` on districts broken in one place, in several, and as a whole: whole commands, from reading to the answer.

    python -m benchmarks.diagnosing                       5,000 and 20,000 staff, every way to break (half an hour)
    python -m benchmarks.diagnosing --sizes 5000 --only planted "a flow" --keep

The ways to break are those of `breaks`. Writes results/diagnosing.json and RESULTS.md. ``--stretch 3`` gives every
command three times its usual time limit: on a machine busy with other things, so that its processor time is the usual.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.breaks import BREAKS, Files
from benchmarks.measuring import ROOT, earlier_runs, generate, keep_runs, measure, planner
from benchmarks.report import write_report
from rotation_planner.run.diagnosing import time_for

SCHOOLS = {5_000: 60, 20_000: 200}
NAME = "diagnosing.json"


def broken(folder: Path, whole: Path, way: str, schools: int, size: int) -> Path:
    """A district broken in one way; ``whole`` is the district as it was."""
    if not BREAKS[way]:
        command = planner("generate", "--out", str(folder), "--schools", str(schools), "--staff", str(size))
        subprocess.run([*command, "--seed", "3", "--infeasible", "--quiet"], cwd=ROOT, check=True)
        return folder
    shutil.copytree(whole, folder)
    for each in BREAKS[way]:
        each(Files(folder))
    return folder


def one(folder: Path, size: int, way: str, stretch: float) -> dict[str, Any]:
    """One command: what it cost and what it told."""
    log = folder.parent / "said.json"
    limit = [] if stretch == 1 else ["--time-limit", str(stretch * time_for(size))]
    run = measure(planner("diagnose", str(folder), "--json", "--quiet", *limit), log=log)
    row: dict[str, Any] = {"size": size, "way": way, "stretch": stretch, "run": run.as_dict()}
    said = log.read_text("utf-8")
    if run.code in (0, 1, 3) and "{" in said:
        told = json.loads(said[said.index("{") :])
        members = [member for clash in told["clashes"] for member in clash["members"]]
        row |= {name: told[name] for name in ("status", "least", "least_proven", "notes")}
        row |= {
            "clashes": len(told["clashes"]),
            "certain": sum(clash["certain"] for clash in told["clashes"]),
            "largest": max((len(clash["members"]) for clash in told["clashes"]), default=0),
            "gives": len(told["gives"]),
            "alone": sum(member["short"] is not None for member in members),
            "repairs": len(told["repairs"]),
        }
    print(f"{size:>7,} {way}: {run.wall:.1f} s, {run.cpu:.1f} s of processor, {row.get('status')}", flush=True)
    return row


def main() -> None:
    """Measure, keep the results, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", choices=list(SCHOOLS), default=list(SCHOOLS))
    parser.add_argument("--only", nargs="+", choices=list(BREAKS), default=list(BREAKS), help="ways to break")
    parser.add_argument("--stretch", type=float, default=1.0, help="times the usual time limit")
    parser.add_argument("--keep", action="store_true", help="keep the earlier results of other ways and sizes")
    options = parser.parse_args()
    rows = earlier_runs(NAME) if options.keep else []
    with tempfile.TemporaryDirectory() as name:
        temp = Path(name)
        for size in options.sizes:
            whole = generate(temp / f"{size}", SCHOOLS[size], 1, size)
            for number, way in enumerate(options.only):
                folder = broken(temp / f"{size}-{number}", whole, way, SCHOOLS[size], size)
                rows = [row for row in rows if (row["size"], row["way"]) != (size, way)]
                rows.append(one(folder, size, way, options.stretch))
                rows.sort(key=lambda row: (row["size"], list(BREAKS).index(row["way"])))
                keep_runs(NAME, rows)
    write_report()


if __name__ == "__main__":
    main()
