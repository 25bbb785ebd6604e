"""The yearly job as an officer meets it: whole commands, from reading to files.

python -m benchmarks.yearly     measure (about two minutes), then write results/yearly.json and RESULTS.md
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS, ROOT, Run, generate, machine, measure, planner, today, write_json
from benchmarks.report import write_report

LARGE = 1200  # schools of a district of 100,000 staff


def plan(scenario: str, repeats: int, temp: Path) -> dict[str, Any]:
    """`plan` of a committed scenario, as often as asked; what its plan says is that of the last run."""
    runs: list[Run] = []
    out = temp / scenario
    for number in range(repeats):
        out = temp / f"{scenario}-{number}"
        runs.append(measure(planner("plan", f"scenarios/{scenario}", "--out", str(out), "--quiet")))
        _say(f"plan {scenario}", runs[-1])
    told: dict[str, Any] = {"job": f"plan {scenario}", "runs": [run.as_dict() for run in runs]}
    if (out / "plan.json").exists():
        made = json.loads((out / "plan.json").read_text("utf-8"))
        audit = json.loads((out / "audit.json").read_text("utf-8"))
        told |= {key: made[key] for key in ("status", "objectives", "seconds", "counts")}
        told["audit"] = {"passes": audit["passes"], "counts": audit["counts"]}
    return told


def check(name: str, scenario: Path, repeats: int) -> dict[str, Any]:
    """`check` of a scenario, as often as asked."""
    runs = [measure(planner("check", str(scenario), "--quiet")) for _ in range(repeats)]
    for run in runs:
        _say(f"check {name}", run)
    return {"job": f"check {name}", "runs": [run.as_dict() for run in runs]}


def _say(job: str, run: Run) -> None:
    busy = ", machine busy" if run.busy else ""
    print(f"{job}: {run.wall:.1f} s, {run.peak_gb:.2f} GB, exit code {run.code}{busy}", flush=True)


def main() -> None:
    """Measure, keep the results, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each short job; the long ones run once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        temp = Path(name)
        large = generate(temp / "large", LARGE, 1)
        jobs = [
            check("binhai", ROOT / "scenarios" / "binhai", options.repeats),
            check("100,000 staff", large, 1),
            plan("tiny", options.repeats, temp),
            plan("binhai", 1, temp),
        ]
    write_json(RESULTS / "yearly.json", {"day": today(), "machine": machine(), "jobs": jobs})
    write_report()


if __name__ == "__main__":
    main()
