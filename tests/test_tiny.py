"""The scenario ``tiny``: standing, plan and numbers are those that its README derives by hand, and every rule of the
pack decides something in it."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from tiny_answer import (
    DUE,
    ELIGIBLE,
    FOLDER,
    GROUPS,
    MOVES,
    STAY,
    VALUES,
    destinations,
    judged,
    outcome,
    scenario,
)

from rotation_planner import run
from rotation_planner.audit import Verdict
from rotation_planner.data.problems import Severity
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.plan.plan import Status

# ---- the plan ------------------------------------------------------------------------------------------------------


def test_the_check_warns_of_what_is_meant_and_of_nothing_else() -> None:
    assert {each.severity for each in scenario().problems} == {Severity.WARNING}
    assert sorted(each.code for each in scenario().problems) == ["evidence_missing", "tier_share"]


def test_standing_is_that_of_the_readme() -> None:
    standing = outcome().standing
    staff = scenario().district.staff["staff_id"].to_numpy(str)
    for told, masks in ((ELIGIBLE, standing.eligible), (DUE, standing.due)):
        assert {duty: sorted(staff[mask]) for duty, mask in masks.items()} == {d: p.split() for d, p in told.items()}
    assert sorted(staff[standing.deferred["defer-health"]]) == ["0111", "0205"]
    assert sorted(staff[standing.deferred["defer-course"]]) == ["0306"]
    assert sorted(staff[standing.volunteer["over-age"]]) == ["0204", "0308"]
    assert set(staff[standing.candidate]) == set(itertools.chain(*GROUPS.values()))
    assert len(standing.table) == 66


def test_plan_is_that_of_the_readme() -> None:
    made = outcome()
    assert made.plan is not None
    assert made.status is Status.OPTIMAL
    assert made.passes
    rows = made.plan.transfers.set_index("staff_id")
    ways = rows[["mode", "personnel_file_moves", "until"]].itertuples(index=False, name=None)
    assert dict(zip(rows.index, zip(rows["to_school_id"], ways, strict=True), strict=True)) == MOVES
    why = dict(zip(made.plan.deferred["staff_id"], made.plan.deferred["why"], strict=True))
    assert {who: text.partition(":")[0] for who, text in why.items()} == STAY
    assert "班子不同走" in why["0402"]
    assert "不得逆交流" in why["0503"]
    assert tuple((goal.value, goal.bound) for goal in made.plan.objectives) == tuple(zip(VALUES, VALUES, strict=True))


def test_parts_of_the_goals() -> None:
    audit = outcome().audit
    assert audit is not None
    assert [goal.value for goal in audit.goals] == list(VALUES)
    assert audit.goals[2].terms == {"extra_moves": 2, "overstaffing": 0}
    assert audit.goals[3].terms == pytest.approx({"evenness": 6.8, "wishes": 35, "distance": 93, "rural-titles": 0})
    # Two quality schools of six are above 30 %: told, though no plan changes it.
    missed = [each.rule for each in audit.findings if each.verdict is Verdict.BREACH]
    assert missed == ["tier-limits"]


def test_readme_tells_these_moves() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    told = re.findall(r"^\| (\d{4}) [^|]+\| \d\d → (\d\d) \|", text, re.MULTILINE)
    assert dict(told) == {who: to for who, (to, _) in MOVES.items()}
    assert f"{VALUES}" in text


# ---- each rule decides something -----------------------------------------------------------------------------------

WITHOUT: dict[str, tuple[int, ...] | None] = {
    "must-leader": (1, 3, 3, 301),
    "quota-general": (2, 4, 1, 292),
    "quota-backbone": (2, 4, 2, 320),
    "continuity-school": (2, 3, 3, 279),
    "continuity-leaders": (1, 4, 1, 293),
    "title-posts": (2, 4, 1, 230),
    "kin": (2, 4, 1, 282),
    "no-reverse-flow": (1, 4, 1, 240),
    "pins": (1, 4, 2, 331),
    "over-age": None,
}


@pytest.mark.parametrize(("rule", "values"), WITHOUT.items(), ids=str)
def test_without_the_rule_the_plan_is_another(rule: str, values: tuple[int, ...] | None) -> None:
    other = run.load_scenario(FOLDER, adjust={rule: {"enabled": False}})
    made = run.make_plan(other, options=SolveOptions(workers=1))
    if values is None:  # the town school could not send its one teacher who is due, and must
        assert made.status is Status.INFEASIBLE
        assert "望海镇中心小学" in made.contradictions[0].sentence
        return
    assert made.plan is not None
    assert made.passes
    assert tuple(goal.value for goal in made.plan.objectives) == values
    moves = destinations(made)
    assert moves != destinations(outcome())
    breached = {each.rule for each in judged(moves).breaches}
    assert rule in breached or rule == "must-leader"


def test_other_readings_of_the_reverse_flow_let_the_second_backbone_teacher_go() -> None:
    for reading in ("to_high", "per_school"):
        other = run.load_scenario(FOLDER, adjust={"no-reverse-flow": {"reading": reading}})
        made = run.make_plan(other)
        assert made.plan is not None
        assert made.plan.objectives[0].value == 1
        assert "0503" in destinations(made)


PLANNED: dict[str, Any] = {who: to for who, (to, _) in MOVES.items()}
BY_HAND: dict[str, dict[str, Any]] = {
    "scope": {"0305": "05"},  # over the age, and has not applied
    "funded-rural": {"0209": "04"},
    "defer-health": {"0111": "05"},
    "defer-course": {"0306": "05"},
    "pins": {"0207": "06"},
    "quota-leaders": {"0101": None, "0401": None},
    "quota-quality": {"0303": None},
    "quota-backbone": {"0107": None, "0106": "02"},
    "continuity-school": {"0105": "06"},
    "continuity-subject": {"0503": "03"},
    "qualified": {"0209": "06"},
    "ways": {"0104": {"to": "03", "mode": "transfer", "personnel_file_moves": "yes"}},
    "headcount": {"0203": "04"},
    "subject-staffing": {"0403": None},
    "posts": {"0401": None},
    "title-posts": {"0203": "03"},
    "kin": {"0203": "06"},
    "longest-first": {"0107": None, "0108": "02"},
}


@pytest.mark.parametrize("rule", BY_HAND)
def test_the_judge_catches_the_plan_changed_by_hand(rule: str) -> None:
    moves = {who: to for who, to in {**PLANNED, **BY_HAND[rule]}.items() if to is not None}
    assert rule in {each.rule for each in judged(moves).breaches}


BY_STANDING = {
    "must-teacher": "0103",
    "phase-large": "0105",
    "funded-rural": "0209",
    "defer-health": "0111",
    "defer-course": "0306",
}
ONLY_TOLD = {"rural-titles", "tier-limits", "experience"}


@pytest.mark.parametrize(("rule", "person"), BY_STANDING.items(), ids=str)
def test_without_the_rule_somebody_stands_otherwise(rule: str, person: str) -> None:
    other = run.load_scenario(FOLDER, adjust={rule: {"enabled": False}})
    row = other.district.staff_pos[person]
    before, after = outcome().standing.table, stand(other.district, other.policy).table
    assert tuple(before.loc[row, ["standing", "due"]]) != tuple(after.loc[row, ["standing", "due"]])


def test_every_rule_of_the_pack_decides_something_here() -> None:
    told = {*WITHOUT, *BY_HAND, *BY_STANDING, *ONLY_TOLD}
    assert told == {rule.id for rule in scenario().policy.rules}


def test_a_rural_school_that_asks_for_more_costs_five_points_a_person() -> None:
    made = run.make_plan(run.load_scenario(FOLDER, adjust={"rural-titles": {"margin": 3}}))
    assert made.plan is not None
    assert made.plan.objectives[3].value == VALUES[3] + 5
