"""How plans look in a notebook, by themselves: without the policy at hand, rules and goals go by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from rotation_planner.data.showing import MOST_ROWS, as_html, listed, table_html, worded
from rotation_planner.plan.plan import Objective, Plan
from rotation_planner.words import has, say

__all__ = ["MOST_ROWS", "as_html", "goals_frame", "listed", "plan_html", "stays_words", "table_html", "worded"]


def goals_frame(goals: Sequence[Objective], words: Mapping[str, str] | None = None) -> pd.DataFrame:
    """What each goal level reached and what is proven of it, under headings; ``words``: goals by id."""
    rows = []
    for level, each in enumerate(goals, 1):
        known = each.bound == each.bound and abs(each.bound) != float("inf")
        proof = say("report.proven") if each.proven else say("report.not_proven", gap=f"{100 * each.gap:.2g}%")
        bound = round(each.bound, 3) if known else float("nan")
        rows.append((level, (words or {}).get(each.id, each.id), round(each.value, 3), bound, proof))
    heads = [say(f"showing.{name}") for name in ("level", "goal", "value", "bound", "proof")]
    return pd.DataFrame(rows, columns=heads)


def stays_words(why: str) -> str:
    """Why somebody stays, by the code of the plan's own reason alone: what follows a code can name an illness or a
    relative."""
    code = why.partition(":")[0].strip().replace(" ", "_")
    named = {"exempt": "registered", "barred": "registered", "pinned": "held"}.get(code, code)
    return say(f"report_stay.{named}" if has(f"report_stay.{named}") else "report_stay.unplaced")


def plan_html(plan: Plan) -> str:
    """A plan by itself: its status, its goals, who moves, who stays though a rule speaks of them. Reasons to move are
    left out: free text of a plan can tell of an illness or a relative."""
    heading = say("report.notebook_plan", moves=len(plan.transfers), status=listed("status", plan.status.value))
    moves = plan.transfers.copy()
    moves["position"] = [listed("position", each) for each in moves["position"]]
    moves["mode"] = [
        say(f"plan_mode.{each}") if has(f"plan_mode.{each}") else each.partition(":")[2] or each
        for each in moves["mode"]
    ]
    columns = ["name", "position", "subject", "from_school", "to_school", "mode", "until"]
    if moves["to_department"].astype(bool).any():
        columns[5:5] = ["from_department", "to_department"]
    stays = plan.deferred[["name", "school_id", "why"]].copy()
    stays["why"] = [stays_words(each) for each in stays["why"]]
    return as_html(
        heading,
        {
            say("report.goals"): goals_frame(plan.objectives),
            say("showing.moves"): worded(moves[columns], "plan_column"),
            say("showing.stays"): worded(stays, "plan_column"),
        },
    )
