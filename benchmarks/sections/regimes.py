"""The other regimes' years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.tables import Lines, met, results, table


def lines() -> Lines:
    """Every other regime's year."""
    told = results("regimes.json")
    return _regimes(told["regimes"]) if told else []


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
