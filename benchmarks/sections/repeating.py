"""Whether the same files make the same plan again."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.tables import Lines, met, results, share, table


def lines() -> Lines:
    """Each district planned twice, side by side."""
    told = results("repeating.json")
    if not told:
        return []
    made = ["", "## The same plan again", ""]
    made.append(
        "`plan --repeatable`, whole commands: every search ends by itself, none by the clock. The second run had "
        "another process beside it that took a whole core. *Same*: the files of moves and of those who stay, byte by "
        "byte."
    )
    rows: list[Sequence[str]] = []
    for each in told["runs"]:
        worst = max(goal["gap"] for goal in each["goals"])
        rows.append(
            [f"{each['size']:,}", str(each["seed"]), *(f"{run['wall']:.0f}" for run in each["runs"]), share(worst),
             ", ".join("yes" if one else "no" for one in each["told"]), met(each["same"])]
        )  # fmt: skip
    heads = ["staff", "seed", "first run, s", "beside another process, s", "widest gap", "told as repeatable", "same"]
    return made + table(heads, rows)
