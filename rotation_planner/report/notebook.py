"""Plans as HTML for notebooks: a heading and a few short tables, all text escaped."""

from __future__ import annotations

import pandas as pd

from rotation_planner.plan.plan import Plan
from rotation_planner.plan.showing import as_html
from rotation_planner.report.district_book import proof_words
from rotation_planner.report.school_book import mode_words
from rotation_planner.report.sheets import listed
from rotation_planner.words import say

MOVE_COLUMNS = ("name", "from_school", "to_school", "position", "subject", "mode", "until", "reason")


def plan_html(plan: Plan) -> str:
    """A plan: its status, its goals with what is proven, its moves and its deferrals."""
    heading = say("report.notebook_plan", moves=len(plan.transfers), status=listed("status", plan.status.value))
    goals = [(each.id, each.value, each.bound, proof_words(each)) for each in plan.objectives]
    moves = plan.transfers[list(MOVE_COLUMNS)].copy()
    moves["position"] = [listed("position", each) for each in moves["position"]]
    moves["mode"] = [mode_words(each) for each in moves["mode"]]
    tables = {
        say("report.goals"): pd.DataFrame(goals, columns=["goal", "value", "bound", "proof"]),
        say("report_sheet.moves"): moves,
        say("report_sheet.deferred"): plan.deferred,
    }
    return as_html(heading, {title: _headed(frame) for title, frame in tables.items()})


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame under the printed headings of the language in force."""
    own = {"rules": "rules", "why": "why_stays"}
    return frame.rename(
        columns={key: say("report_column." + own.get(key, key)).replace("\n", "") for key in frame.columns}
    )
