from __future__ import annotations

import dataclasses

from invented import plan

from rotation_planner.report.notebook import plan_html
from rotation_planner.words import speaking


def test_a_plan_shows_its_goals_moves_and_deferrals() -> None:
    html = plan_html(plan())
    for text in ("可行，尚未证明最优", "未证明，与最优的差距不超过 1.1%", "交流名单", "暂缓名单", "流入学校"):
        assert text in html
    with speaking("en"):
        assert "feasible, not proven optimal" in plan_html(plan())


def test_text_is_escaped() -> None:
    transfers = plan().transfers.copy()
    transfers.loc[0, "name"] = "<script>"
    assert "<script>" not in plan_html(dataclasses.replace(plan(), transfers=transfers))
