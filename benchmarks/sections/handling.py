"""Everything but solving at the size of a city."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measuring import BUSY
from benchmarks.tables import Lines, met, results, table

ASKED, OF_SIZE = 60.0, 100_000
AUDITED = {1_000: 2.0}  # seconds until plan and audit are files, without solving
STEPS = ("reading and checking", "audit", "writing plan and audit", "writing reports")


def lines() -> Lines:
    """Reading, checking, judging and writing, step by step."""
    told = results("handling.json")
    if not told:
        return []
    made = ["", "## Everything but solving", ""]
    made.append(
        "Reading and checking the files, judging a plan, and writing everything that people get of it (a workbook for "
        "every school, the bureau's and the inspectors' books, lists, pictures, the report as page and PDF), as the "
        "command `plan` does it, without the time of Python's own start. Reports are written by several processes; "
        "`peak GB` is that of the largest. The plan is drawn by lot, about as many people moving as in a "
        "solved one, and breaks more rules than any solved one would: every breach is one more thing to tell."
    )
    rows: list[Sequence[str]] = []
    asked: list[Sequence[str]] = []
    for each in told["sizes"]:
        run, steps = each["run"], each["steps"]
        if any(name not in steps for name in STEPS):
            rows.append([f"{each['size']:,}", *[""] * 10, "failed"])
            continue
        total = sum(steps[name][0] for name in STEPS)
        cpu = sum(steps[name][1] for name in STEPS)
        rows.append(
            [f"{each['size']:,}", str(each["schools"]), f"{each['moves']:,}", f"{each['breaches']:,}",
             *(f"{steps[name][0]:.1f}" for name in STEPS), f"{total:.1f} ({cpu:.1f})",
             f"{each['files']:,}, {each['megabytes']:.0f} MB", f"{run['peak_gb']:.2f}",
             f"{run['others']:.1f}" + (" busy" if run["others"] >= BUSY else "")]
        )  # fmt: skip
        if limit := AUDITED.get(each["size"]):
            early = sum(steps[name][0] for name in STEPS[:-1])
            asked.append(
                [f"{each['size']:,} staff: plan and audit written ≤ {limit:g} s", f"{early:.1f} s", met(early <= limit)]
            )
        if each["size"] == OF_SIZE:
            busy = f", machine busy; {cpu:.1f} s of processor time" if run["others"] >= BUSY else ""
            asked.append([f"{OF_SIZE:,} staff: together ≤ {ASKED:g} s", f"{total:.1f} s{busy}", met(total <= ASKED)])
            asked.append([f"{OF_SIZE:,} staff: ≤ 12 GB", f"{run['peak_gb']:.2f} GB", met(run["peak_gb"] <= 12)])
    heads = ["staff", "schools", "moves", "breaches", *(f"{name}, s" for name in STEPS), "together (of processor)"]
    made += table([*heads, "written", "peak GB", "cores of others"], rows)
    return made + (table(["asked", "measured", ""], asked) if asked else [])
