"""RESULTS.md from what is on record: the machine, the day, every asked figure met or not, the methods side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any

from benchmarks.measuring import BUSY, RESULTS, ROOT
from benchmarks.reading import METHODS, NAMES, Measured, best_bounds, districts, measured, relative

REPORT = ROOT / "benchmarks" / "RESULTS.md"
Lines = list[str]

# size: (seconds to an audited plan, ((widest gap, seconds), ...), GB)
ASKED: dict[int, tuple[float, tuple[tuple[float, float], ...], float | None]] = {
    1_000: (2, ((0.0, 10),), None),
    5_000: (10, ((0.01, 30), (0.005, 60)), 1.5),
    20_000: (45, ((0.02, 180), (0.01, 360)), 4),
    100_000: (600, ((0.03, 1200),), 12),
}


def write_report() -> None:
    """Write the report from the results at hand; what was not measured is said so."""
    yearly = _json("yearly.json")
    runs = measured()
    machine = (yearly or {}).get("machine") or _json("machine.json") or {}
    lines = ["# What it costs: measured", "", *_machine(machine, yearly, runs)]
    lines += _yearly(yearly) if yearly else ["", "The yearly job has not been measured."]
    if regimes := _json("regimes.json"):
        lines += _regimes(regimes["regimes"])
    if runs:
        lines += [*_figures(runs), *_methods(runs), *_ratios(runs), *_goals(runs)]
    REPORT.write_text("\n".join(lines) + "\n", "utf-8")


def _json(name: str) -> dict[str, Any] | None:
    path = RESULTS / name
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    """A Markdown table after a blank line."""
    made = ["| " + " | ".join(row) + " |" for row in rows]
    return ["", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *made]


def share(gap: float | None) -> str:
    """A gap as people read it."""
    if gap is None:
        return "–"
    return "0 (proven)" if gap == 0 else f"{gap:.2%}".replace("%", " %") if gap >= 5e-5 else "< 0.01 %"


def points(value: float) -> str:
    """A goal's value as people read it."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def met(yes: bool) -> str:
    return "met" if yes else "**not met**"


def _number(value: float | None, form: str = ".1f", unit: str = "") -> str:
    return "–" if value is None else f"{value:{form}}{unit}"


# ---- head ------------------------------------------------------------------------------------------------------------


def _machine(machine: dict[str, Any], yearly: dict[str, Any] | None, runs: list[Measured]) -> Lines:
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


# ---- the yearly job --------------------------------------------------------------------------------------------------


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


def _regimes(told: list[dict[str, Any]]) -> Lines:
    lines = ["", "## The other regimes", ""]
    lines.append("`plan`, then `audit`, of every other committed scenario, one after the other.")
    rows: list[Sequence[str]] = []
    for each in told:
        counts, runs = each.get("counts", {}), (each["plan"], each["audit"])
        passes = "passes" if each["audit"]["code"] == 0 else "**does not pass**"
        rows.append(
            [
                f"`{each['scenario']}`", str(counts.get("staff", "")), str(counts.get("moves", "")),
                each.get("status", "no plan"), passes, *(f"{run['wall']:.1f}" for run in runs),
                f"{max(run['peak_gb'] for run in runs):.2f}", f"{max(run['others'] for run in runs):.1f}",
            ]
        )  # fmt: skip
    heads = ["scenario", "staff", "moves", "status", "audit", "plan s", "audit s", "peak GB", "cores of others"]
    lines += table(heads, rows)
    total = sum(each[name]["wall"] for each in told for name in ("plan", "audit"))
    fine = total <= 300 and all(each[name]["code"] == 0 for each in told for name in ("plan", "audit"))
    return [*lines, *table(["asked", "measured", ""], [["all together ≤ 300 s", f"{total:.0f} s", met(fine)]])]


# ---- growth ----------------------------------------------------------------------------------------------------------


def _figures(runs: list[Measured]) -> Lines:
    lines = ["", "## Growth", "", "![time, gap and memory over size](results/growth.png)", ""]
    lines.append(
        "Generated districts under the pack `dalian`, its goals in strict order. The clock of a method starts before "
        "its model is built; reading is counted where it says so. First this planner against what is asked, the worst "
        "seed counting: an *audited plan* is reading, standing, first plan, audit and all files together, added up "
        "from the phases of a run that went on to its own end."
    )
    rows: list[Sequence[str]] = []
    for size, (plan, gaps, memory) in ASKED.items():
        ours = [run for run in runs if run.key[0] == size and run.method == "planner"]
        if not ours:
            rows.append([f"{size:,}", f"audited plan in {plan:g} s, and all else", "", "not measured"])
            continue
        count = len({run.key for run in ours})
        seeds = f"{size:,} ({count} {'seed' if count == 1 else 'seeds'})"
        audited = [_audited(run) for run in ours]
        slowest = None if None in audited else max(each for each in audited if each is not None)
        rows.append([seeds, f"audited plan in {plan:g} s", _number(slowest, unit=" s"), met(_within(slowest, plan))])
        passing = sum(run.told.get("passes") == "True" for run in ours)
        rows.append([seeds, "the audit passes", f"{passing} of {len(ours)}", met(passing == len(ours))])
        for gap, seconds in gaps:
            found = [run.own_gap_at(seconds) for run in ours]
            worst = None if None in found else max(each for each in found if each is not None)
            limit = min(run.time_limit for run in ours)
            cut = "" if limit >= seconds else f" (time limit {limit:g} s)"
            asked = f"gap ≤ {gap:.1%}".replace("%", " %") if gap else "optimal"
            rows.append(
                [seeds, f"{asked} in {seconds:g} s", f"{share(worst)}{cut}", met(worst is not None and worst <= gap)]
            )
        if memory is not None:
            peak = max(run.number("peak_gb") or 0 for run in ours)
            rows.append([seeds, f"≤ {memory:g} GB", f"{peak:.2f} GB", met(peak <= memory)])
    return lines + table(["staff", "asked", "measured", ""], rows)


def _within(value: float | None, limit: float) -> bool:
    return value is not None and value <= limit


def _audited(run: Measured) -> float | None:
    parts = [run.number(name) for name in ("reading", "standing", "first_plan", "audit", "writing")]
    return None if None in parts else sum(each for each in parts if each is not None)


def _methods(runs: list[Measured]) -> Lines:
    lines = ["", "## The methods side by side", ""]
    lines.append(
        "*Plain* is the usual model: one boolean for every person and open seat, the same rules and goals, solved "
        "level by level by one engine alone; each level is given an equal part of the time left, and what is left at "
        "the end goes to the first level not proven. A first plan may serve the first goal only, whatever the method. "
        "HiGHS tells nothing while it works: its first plan is told at the end of the first level. Gaps are each "
        "method's own; that of the widest level stands here, 100 % where a level has no bound. This planner's memory "
        "includes the audit and all reports, which the plain methods do not make."
    )
    rows = []
    for run in runs:
        others = f"{run.number('load') or 0:.1f} / {run.number('others') or 0:.1f}"
        rows.append(
            [f"{run.key[0]:,}", str(run.key[1]), NAMES[run.method], f"{run.time_limit:g}", run.told["outcome"],
             _number(run.number("first_plan"), ".2f"), _number(run.number("end"), ".2f"), share(run.worst_gap),
             _number(run.number("peak_gb"), ".2f"), others + (" busy" if run.busy else "")]
        )  # fmt: skip
    heads = ["staff", "seed", "method", "limit s", "outcome", "first plan s", "end s", "widest gap", "peak GB"]
    return lines + table([*heads, "load before / cores of others"], rows)


def _ratios(runs: list[Measured]) -> Lines:
    """Each plain method against this planner, district by district, the median told."""
    rows = []
    sooner = []
    for size in sorted({run.key[0] for run in runs}):
        for method in METHODS[1:]:
            pairs = [
                (ours, other)
                for group in districts(run for run in runs if run.key[0] == size).values()
                for ours in group
                for other in group
                if ours.method == "planner" and other.method == method and ours.time_limit == other.time_limit
            ]
            if pairs:
                columns = [_ratio(pairs, name) for name in ("first_plan", "end", "peak_gb")]
                without = sum(not other.levels for _, other in pairs)
                rows.append([f"{size:,}", NAMES[method], *columns, f"{without} of {len(pairs)}"])
                faster = sum(
                    other.told["outcome"] == "optimal" and (other.number("end") or 0) < (ours.number("end") or 0)
                    for ours, other in pairs
                )
                sooner.append(f"{NAMES[method]} at {size:,} staff: {faster} of {len(pairs)}")
    if not rows:
        return []
    heads = ["staff", "method", "first plan", "end", "peak memory", "without a plan"]
    return [
        "",
        "Times this planner's own, on the same district (median over seeds; above 1 it is the slower or larger):",
        *table(heads, rows),
        "",
        "Districts on which a plain method had proven every goal before this planner did: " + "; ".join(sooner) + ".",
    ]


def _ratio(pairs: list[tuple[Measured, Measured]], name: str) -> str:
    known = [(ours.number(name), other.number(name)) for ours, other in pairs]
    found = [theirs / own for own, theirs in known if own and theirs is not None]
    return "–" if not found else f"{median(found):.1f} ×"


def _goals(runs: list[Measured]) -> Lines:
    lines = ["", "## Goal by goal", "", "![the way to the best bound](results/anytime.png)", ""]
    lines.append(
        "Value and bound of every level at the end of each run. An earlier level counts before all later ones, so a "
        "method with a worse value there may show a better one behind it. A bound behind an unproven level holds only "
        "for what that level reached. *Best bound*: proven by any method with all levels before it proven."
    )
    for (size, seed), group in districts(runs).items():
        bounds = best_bounds(group)
        ids = next((run.levels for run in group if run.levels), [])
        rows = []
        for run in group:
            cells = [
                f"{points(value)} / {points(bound)} ({share(relative(value, bound))})" for _, value, bound in run.levels
            ]
            rows.append([f"{NAMES[run.method]}, {run.time_limit:g} s", *(cells or ["no plan"] + [""] * (len(ids) - 1))])
        rows.append(["best bound", *(points(bounds[n]) if n in bounds else "–" for n in range(1, len(ids) + 1))])
        lines += ["", f"{size:,} staff, seed {seed}: value / bound (gap)"]
        lines += table(["method", *(goal for goal, _, _ in ids)], rows)
    return lines


if __name__ == "__main__":
    write_report()
