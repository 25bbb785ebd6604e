"""The yearly job: whole commands, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.measuring import BUSY
from benchmarks.tables import Lines, met, points, results, share, table


def lines() -> Lines:
    """The yearly job; what was not measured is said so."""
    yearly = results("yearly.json")
    return _yearly(yearly) if yearly else ["", "The yearly job has not been measured."]


def _yearly(yearly: dict[str, Any]) -> Lines:
    jobs = {job["job"]: job for job in yearly["jobs"]}
    lines = ["", "## The yearly job", ""]
    lines.append("Whole commands, from reading to files. Short ones ran several times; the slowest run is judged.")
    rows = []
    for name, job in jobs.items():
        runs = job["runs"]
        walls, cpus = (", ".join(f"{run[key]:.1f}" for run in runs) for key in ("wall", "cpu"))
        busy = f"{sum(run['others'] >= BUSY for run in runs)} of {len(runs)}"
        others = ", ".join(f"{run['load']:.1f} / {run['others']:.1f}" for run in runs)
        codes = "/".join(sorted({str(run["code"]) for run in runs}))
        rows.append([f"`{name}`", walls, cpus, f"{max(run['peak_gb'] for run in runs):.2f}", codes, busy, others])
    lines += table(
        ["command", "seconds", "processor seconds", "peak GB", "exit code", "busy", "load before / cores of others"],
        rows,
    )
    lines += _yearly_figures(jobs)
    for name in ("plan binhai", "plan tiny"):
        job = jobs.get(name, {})
        if "objectives" not in job:
            continue
        verdict = "passes" if job["audit"]["passes"] else "**does not pass**"
        phases = ", ".join(f"{phase} {seconds:.1f}" for phase, seconds in job["seconds"].items())
        lines += ["", f"`{name}`: status {job['status']}; the audit {verdict}; seconds by phase: {phases}."]
        goals = [
            [goal["id"], points(goal["value"]), points(goal["bound"]), share(goal["gap"])] for goal in job["objectives"]
        ]
        lines += table(["goal, in order", "value", "bound", "gap"], goals)
    return lines


def _yearly_figures(jobs: dict[str, Any]) -> Lines:
    rows: list[Sequence[str]] = []

    def judge(asked: str, job: str, of: Callable[[dict[str, Any]], tuple[str, bool]]) -> None:
        found, yes = of(jobs[job]) if job in jobs else ("not measured", False)
        rows.append([asked, found, met(yes)])

    def wall(limit: float) -> Callable[[dict[str, Any]], tuple[str, bool]]:
        def of(job: dict[str, Any]) -> tuple[str, bool]:
            slowest = max(job["runs"], key=lambda run: run["wall"])
            busy = f", machine busy; {slowest['cpu']:.1f} s of processor time" if slowest["others"] >= BUSY else ""
            ended = all(run["code"] == 0 for run in job["runs"])
            return f"{slowest['wall']:.1f} s{busy}", ended and slowest["wall"] <= limit

        return of

    def memory(job: dict[str, Any]) -> tuple[str, bool]:
        peak = max(run["peak_gb"] for run in job["runs"])
        return f"{peak:.2f} GB", peak <= 1.5

    def audited(job: dict[str, Any]) -> tuple[str, bool]:
        yes = job.get("audit", {}).get("passes", False)
        return "passes" if yes else "does not pass", yes

    def first(job: dict[str, Any]) -> tuple[str, bool]:
        gaps = [goal["gap"] for goal in job.get("objectives", [])[:-1]]
        return f"{sum(gap == 0 for gap in gaps)} of {len(gaps)}", bool(gaps) and not any(gaps)

    def last(job: dict[str, Any]) -> tuple[str, bool]:
        goals = job.get("objectives", [])
        return (share(goals[-1]["gap"]), goals[-1]["gap"] <= 0.02) if goals else ("no plan", False)

    def optimal(job: dict[str, Any]) -> tuple[str, bool]:
        return str(job.get("status", "no plan")), job.get("status") == "optimal"

    judge("binhai: plan, from reading to files, ≤ 60 s", "plan binhai", wall(60))
    judge("binhai: ≤ 1.5 GB", "plan binhai", memory)
    judge("binhai: the audit passes", "plan binhai", audited)
    judge("binhai: the first three goals proven", "plan binhai", first)
    judge("binhai: the last goal within 2 %", "plan binhai", last)
    judge("check of 5,000 staff ≤ 3 s", "check binhai", wall(3))
    judge("check of 100,000 staff ≤ 30 s", "check 100,000 staff", wall(30))
    judge("tiny: optimal, proven", "plan tiny", optimal)
    judge("tiny: ≤ 3 s", "plan tiny", wall(3))
    return table(["asked", "measured", ""], rows)
