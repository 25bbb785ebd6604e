"""Why there is no plan: what `diagnose` costs and tells."""

from __future__ import annotations

from typing import Any

from benchmarks.measuring import BUSY
from benchmarks.tables import Lines, met, results, table

CUT = "限时"  # in notes on what time did not allow
ASKED = {5_000: 15.0, 20_000: 60.0}


def _verdict(run: dict[str, Any], seconds: float) -> str:
    """Whether everything was told in the time asked."""
    if seconds > ASKED[run["size"]]:
        return met(False)
    if "notes" not in run:
        return "failed"
    return "cut short by the clock" if any(CUT in note for note in run["notes"]) else met(True)


def lines() -> Lines:
    """Every broken district: time of the whole command, and what was told of it."""
    told = results("diagnosing.json")
    if not told:
        return []
    made = ["", "## Why there is no plan", ""]
    made.append(
        f"`diagnose` on generated districts that were broken in one place, in several or as a whole "
        f"(`benchmarks/breaks.py`), measured on {told['day']}; whole commands, from reading to the answer. Asked: "
        + " and ".join(f"{size:,} staff within {seconds:g} s" for size, seconds in ASKED.items())
        + ". Where the machine was busy with other things, processor time is judged; part of the work is done beside "
        "the rest by a second core. Smallest: clashes of which every place is proven to be needed. Proven least: no "
        "plan gives less in all. Places alone: those where giving by itself resolves a clash, each tried in the whole. "
        "Every repair was made to the data or the policy and solved again. Cut short: time ended before all "
        "was told, and the answer says so; on a busy machine that is long before the processor time asked."
    )
    if told.get("remark"):  # what the one who measured has to say
        made.append(told["remark"])
    stretch = max(each["stretch"] for each in told["runs"])
    if stretch > 1:
        made.append(f"The time limits were {stretch:g} times the usual ones, the machine being busy with other things.")
    rows = []
    for each in told["runs"]:
        run = each["run"]
        busy = run["others"] >= BUSY
        seconds = run["cpu"] if busy else run["wall"]
        least = (
            "–"
            if each.get("least") is None
            else f"{each['least']:,}" + (" proven" if each["least_proven"] else " found")
        )
        rows.append(
            [f"{each['size']:,}", each["way"], each.get("status", "failed"), f"{run['wall']:.1f}", f"{run['cpu']:.1f}",
             f"{run['peak_gb']:.2f}", str(each.get("clashes", "–")), str(each.get("certain", "–")), least,
             str(each.get("gives", "–")),
             str(each.get("alone", "–")), str(each.get("repairs", "–")), "busy" if busy else "",
             _verdict(each, seconds)]
        )  # fmt: skip
    heads = ["staff", "broken by", "answer", "seconds", "of processor", "peak GB", "clashes", "smallest"]
    made += table([*heads, "least in all", "places in it", "places alone", "repairs", "", "in the time asked"], rows)
    return made
