"""Every other city's and office's year: plan and audit of each committed scenario, one after the other, and their sum.

python -m benchmarks.regimes    measure (about two minutes), then write results/regimes.json and RESULTS.md
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measuring import RESULTS, ROOT, machine, measure, planner, today, write_json
from benchmarks.report import write_report

MEASURED_ELSEWHERE = ("binhai", "tiny")


def regime(scenario: Path, temp: Path) -> dict[str, Any]:
    """`plan`, then `audit` of what it wrote."""
    out = temp / scenario.name
    runs = {
        "plan": measure(planner("plan", str(scenario), "--out", str(out), "--quiet")),
        "audit": measure(planner("audit", str(scenario), str(out), "--quiet")),
    }
    told: dict[str, Any] = {"scenario": scenario.name, **{name: run.as_dict() for name, run in runs.items()}}
    if (out / "plan.json").exists():
        made = json.loads((out / "plan.json").read_text("utf-8"))
        told |= {key: made[key] for key in ("status", "counts")}
    print(f"{scenario.name}: {runs['plan'].wall:.1f} s and {runs['audit'].wall:.1f} s", flush=True)
    return told


def main() -> None:
    """Measure, keep the results, write the report."""
    folders = sorted(path.parent for path in (ROOT / "scenarios").glob("*/scenario.yaml"))
    with tempfile.TemporaryDirectory() as name:
        told = [regime(each, Path(name)) for each in folders if each.name not in MEASURED_ELSEWHERE]
    write_json(RESULTS / "regimes.json", {"day": today(), "machine": machine(), "regimes": told})
    write_report()


if __name__ == "__main__":
    main()
