"""RESULTS.md from what is on record: the machine, the day, then every benchmark's own section."""

from __future__ import annotations

from importlib import import_module

from benchmarks.measuring import BUSY, ROOT
from benchmarks.reading import measured
from benchmarks.tables import Lines, results

REPORT = ROOT / "benchmarks" / "RESULTS.md"

# In the order of the page. A new benchmark keeps its results in ``results/`` (JSON or CSV, committed), words them in
# ``sections/<name>.py`` by a function ``lines()`` (no lines where it has not run), and is named here.
SECTIONS = ("yearly", "regimes", "handling", "diagnosing", "answers", "repeating", "growth")


def write_report() -> None:
    """Write the report from the results at hand; what was not measured is said so."""
    lines = ["# What it costs: measured", "", *_machine()]
    for name in SECTIONS:
        lines += import_module(f"benchmarks.sections.{name}").lines()
    REPORT.write_text("\n".join(lines) + "\n", "utf-8")


def _machine() -> Lines:
    yearly, runs = results("yearly.json"), measured()
    machine = (yearly or {}).get("machine") or results("machine.json") or {}
    days = sorted({run.told["day"] for run in runs} | ({yearly["day"]} if yearly else set()))
    disturbed = [run.busy for run in runs]
    disturbed += [each["others"] >= BUSY for job in (yearly or {}).get("jobs", []) for each in job["runs"]]
    told = [
        f"Measured on {' and '.join(days)}; rotation_planner {machine.get('planner')}, OR-Tools "
        f"{machine.get('ortools')}, Python {machine.get('python')}, NumPy {machine.get('numpy')}, pandas "
        f"{machine.get('pandas')}; {machine.get('cores')} cores, {machine.get('memory_gb')} GB of memory, "
        f"{machine.get('processor')}, {machine.get('system')}. `make bench` measures again and writes this page.",
        "",
        "Every run is a process of its own: wall time from its start to its end, peak memory as the system counts it. "
        f"For each run the load average before it and the cores that everything else used meanwhile are kept; a run "
        f"beside which others used {BUSY:g} cores or more is marked “busy”, and its times are then too long, not too "
        f"short. {sum(disturbed)} of {len(disturbed)} runs on this page are. Single runs differ by 10 to 30 % from one "
        "another; nothing here is an average unless it says so.",
    ]
    return told


if __name__ == "__main__":
    write_report()
