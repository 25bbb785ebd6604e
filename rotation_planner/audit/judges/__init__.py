"""The judges: one for each kind of rule, grouped as the law speaks. ``JUDGES`` is the table of contents."""

from __future__ import annotations

from rotation_planner.audit.case import Judge
from rotation_planner.audit.judges.afterwards import (
    judge_flow,
    judge_headcount,
    judge_reverse_flow,
    judge_subject_staffing,
    judge_tier_limit,
)
from rotation_planner.audit.judges.how_many import judge_count, judge_keep_leader, judge_share
from rotation_planner.audit.judges.must_go import judge_duty, judge_phase
from rotation_planner.audit.judges.need_not import (
    judge_bar,
    judge_defer,
    judge_pins,
    judge_scope,
    judge_volunteer,
)
from rotation_planner.audit.judges.order import judge_experience, judge_merit, judge_order, judge_rounds
from rotation_planner.audit.judges.plan_file import judge_plan_file
from rotation_planner.audit.judges.posts import judge_posts, judge_title_posts
from rotation_planner.audit.judges.relatives import judge_kin, judge_together
from rotation_planner.audit.judges.where import (
    judge_departments,
    judge_modes,
    judge_qualification,
    judge_route,
    judge_swap,
)

JUDGES: dict[str, Judge] = {
    "scope": judge_scope,
    "duty": judge_duty,
    "phase": judge_phase,
    "defer": judge_defer,
    "bar": judge_bar,
    "volunteer": judge_volunteer,
    "pins": judge_pins,
    "share": judge_share,
    "count": judge_count,
    "keep_leader": judge_keep_leader,
    "qualification": judge_qualification,
    "departments": judge_departments,
    "route": judge_route,
    "modes": judge_modes,
    "swap": judge_swap,
    "together": judge_together,
    "headcount": judge_headcount,
    "subject_staffing": judge_subject_staffing,
    "posts": judge_posts,
    "title_posts": judge_title_posts,
    "kin": judge_kin,
    "reverse_flow": judge_reverse_flow,
    "flow": judge_flow,
    "tier_limit": judge_tier_limit,
    "order": judge_order,
    "merit": judge_merit,
    "rounds": judge_rounds,
    "experience": judge_experience,
}

__all__ = ["JUDGES", "judge_plan_file"]
