"""RESULTS.md from what is on record: the machine, the day, then every benchmark's own section."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from benchmarks.measuring import BUSY, ROOT
from benchmarks.reading import measured
from benchmarks.tables import Lines, results

REPORT = ROOT / "benchmarks" / "RESULTS.md"

# In the order of the page. A new benchmark keeps its results in ``results/`` (JSON or CSV, committed), words them in
# ``sections/<name>.py`` by a function ``lines()`` (no lines where it has not run), and is named here.
SECTIONS = ("yearly", "regimes", "handling", "diagnosing", "answers", "repeating", "growth")
DISTURBED = "repeating"  # on purpose: another process runs beside it


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
    others = [each["others"] for name in SECTIONS if name != DISTURBED for each in _runs(results(f"{name}.json"))]
    disturbed = [run.busy for run in runs] + [each >= BUSY for each in others]
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


def _runs(told: Any) -> Iterator[dict[str, Any]]:
    """Every run in what a benchmark has kept, however deep it stands."""
    if isinstance(told, dict) and "others" in told:
        yield told
    elif isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from _runs(each)


if __name__ == "__main__":
    write_report()
