"""Questions about a plan: what pages, planning anew, appeals, chains and improvements cost."""

from __future__ import annotations

from benchmarks.measuring import BUSY
from benchmarks.tables import Lines, met, results, table

A_PAGE = 180.0 / 500  # seconds asked for a page, where there are many
ASKED = {"replan-5000": 10.0, "replan-20000": 60.0, "appeals-5000": 90.0, "prices-5000": 300.0}
WORDS = {
    "pages": "`explain --all`", "replan": "`replan`, five movers pinned to stay", "appeals": "`replan`, 40 appeals",
    "chains": "`chains` with its weakest links", "improvements": "`audit --improvements`",
    "prices": "`prices`, every rule off and a step looser and tighter",
}  # fmt: skip


def lines() -> Lines:
    """Every question: time of the whole command, against what was asked."""
    told = results("answers.json")
    if not told:
        return []
    made = ["", "## Questions about a plan", ""]
    made.append(
        f"Whole commands, from reading to files, measured by {told['day']}. Asked: 500 pages within 180 s, told here"
        " by the page; a new plan within 10 s at 5,000 staff and 60 s at 20,000; 40 appeals at 5,000 within 90 s. "
        "Where the machine was busy with other things, processor time is judged. Pages are proven for 0.25 s each "
        "by the clock, 300 s at most: on a busy machine fewer of their questions are. No time is asked for chains "
        "and improvements, nor for prices, where 300 s were hoped for. Improvements are looked for without taking "
        "the plan's own proofs for granted. The plan of 20,000 staff is not proven best (0.5 % open): every single "
        "change was tried there, and all exchanges within a stage and subject, those across subjects at all goals "
        "but the last. Chains, improvements, prices and the pages of 20,000 were measured on a slower machine (AMD "
        "EPYC, 2 cores) than the rest."
    )
    rows = []
    for each in told["runs"]:
        run, kind = each["run"], each["job"].split("-")[0]
        busy = run["others"] >= BUSY
        seconds = run["cpu"] if busy else run["wall"]
        asked = ASKED.get(each["job"])
        if "pages" in each:
            asked = A_PAGE * each["pages"]
        size = each["size"] if isinstance(each["size"], str) else f"{each['size']:,} staff"
        rows.append(
            [WORDS[kind], size, f"{run['wall']:.1f}", f"{run['cpu']:.1f}", f"{run['peak_gb']:.2f}", _said(each),
             "busy" if busy else "", "–" if asked is None else f"{asked:.0f}",
             "–" if asked is None else met(seconds <= asked)]
        )  # fmt: skip
    heads = ["command", "district", "seconds", "of processor", "peak GB", "answer", "", "asked, s", "in the time asked"]
    made += table(heads, rows)
    return made


def _said(each: dict[str, object]) -> str:
    """What the answer was, in a few words."""
    if "pages" in each:
        known = f", {each['settled']} of {each['asked']} questions proven" if "asked" in each else ""
        return f"{each['pages']} pages{known}"
    if "changed" in each:
        proven = "fewest proven" if each["proven"] else "fewest not proven"
        granted = f", {each['granted']} granted" if each.get("granted") else ""
        return f"{each['changed']} change, {proven}{granted}"
    if "steps" in each:
        return f"{each['answered']} of {each['steps']} steps answered, {each['proven']} proven"
    if "improvement" in each:
        told = {"none": "none left undone", "unknown": "none found, not all searched", "some": "one found"}
        return told.get(str(each["improvement"]), "not searched")
    if each.get("links") is not None:
        return "weakest proven" if each["links"] else "weakest not proven"
    return "–" if each["run"]["code"] in (0, 1) else "failed"  # type: ignore[index]
