"""Everything but solving: reading, checking, judging and writing a plan of 1,000 to 100,000 staff.

    python -m benchmarks.handling                      1,000 to 100,000 staff (about five minutes)
    python -m benchmarks.handling --sizes 100000

The plan is drawn by lot (see `handmade`): what is measured does not depend on how good it is. Each size has a process
of its own. Writes results/handling.json and RESULTS.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS, generate, machine, measure, today, write_json
from benchmarks.report import write_report

SCHOOLS = {1_000: 20, 5_000: 60, 20_000: 200, 100_000: 1_200}
MOVING = 0.065  # of the staff, as in plans that are solved
INSIDE = "--inside"


def inside(folder: str, target: str) -> None:
    """In a process of its own: each step's seconds, by the clock and of processor time, helping processes included."""
    from benchmarks.handmade import by_lot
    from rotation_planner.audit import audit_plan
    from rotation_planner.plan.plan import Objective
    from rotation_planner.report.together import cores
    from rotation_planner.run import Outcome, load_scenario, write

    told: dict[str, Any] = {"steps": {}}
    begun = [0.0, 0.0]

    def begin() -> None:
        begun[:] = time.perf_counter(), _processor()

    def end(name: str) -> None:
        told["steps"][name] = [round(time.perf_counter() - begun[0], 3), round(_processor() - begun[1], 3)]
        begin()

    begin()
    scenario = load_scenario(folder)
    end("reading and checking")
    told |= {"staff": len(scenario.district.staff), "schools": len(scenario.district.schools)}
    plan, standing = by_lot(scenario, round(MOVING * told["staff"]), seed=1)
    goals = tuple(Objective(level.id, 0.0, 0.0) for level in scenario.policy.goals)
    plan = dataclasses.replace(plan, objectives=goals, fingerprints=scenario.fingerprints)
    told["moves"] = len(plan.transfers)
    begin()
    audit = audit_plan(scenario.district, scenario.policy, plan)
    end("audit")
    told["breaches"] = len(audit.breaches)
    with tempfile.TemporaryDirectory() as place:
        begin()
        out = write(
            Outcome(plan.status, plan, audit, standing), scenario, Path(place) / "plan", processes=cores(),
            published=lambda: end("writing plan and audit"),
        )  # fmt: skip
        end("writing reports")
        files = [each for each in out.rglob("*") if each.is_file()]
        told |= {"files": len(files), "megabytes": round(sum(each.stat().st_size for each in files) / 1e6, 1)}
    Path(target).write_text(json.dumps(told), "utf-8")


def _processor() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def one(size: int, temp: Path) -> dict[str, Any]:
    """One size."""
    folder = generate(temp / str(size), SCHOOLS.get(size) or max(round(size / 85), 6), 1, size)
    target = temp / f"{size}.json"
    run = measure([sys.executable, "-m", "benchmarks.handling", INSIDE, str(folder), str(target)])
    told: dict[str, Any] = {"size": size, "run": run.as_dict()}
    told |= json.loads(target.read_text("utf-8")) if target.exists() else {"steps": {}}
    steps = ", ".join(f"{name} {wall:.1f} s" for name, (wall, _) in told["steps"].items())
    print(f"{size:,} staff: {steps}, {run.peak_gb:.2f} GB{', machine busy' if run.busy else ''}", flush=True)
    return told


def main() -> None:
    """Measure, keep the results, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SCHOOLS), help="staff of the districts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        told = [one(size, Path(name)) for size in options.sizes]
    write_json(RESULTS / "handling.json", {"day": today(), "machine": machine(), "sizes": told})
    write_report()


if __name__ == "__main__":
    if INSIDE in sys.argv:
        inside(*sys.argv[sys.argv.index(INSIDE) + 1 :])
    else:
        main()
