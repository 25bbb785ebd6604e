"""What people and the public read of an answer tells nothing of anybody else: no name, no health, family, sanction or
points, and nothing that would change with them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from districts import tiny_district, tiny_plan, tiny_policy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rotation_planner.answers.explaining import Explainer
from rotation_planner.answers.explanation import Explanation, GoalThen, WhyNot
from rotation_planner.answers.pages import GUARDED, page, told_openly
from rotation_planner.answers.schools import explain_school
from rotation_planner.data import schema
from rotation_planner.eligibility import stand
from rotation_planner.policy.reading import read_policy

PATIENT = settings(suppress_health_check=list(HealthCheck), max_examples=25)
DALIAN = read_policy("dalian")
GUARDED_RULES = [rule.id for rule in DALIAN.active if not told_openly(rule)]
KINDS = ["illness", "sanction", "investigation", "hardship", "pregnancy"]
SENSITIVE = {each for table in (schema.EXEMPTIONS,) for each in table.values()} - {"其他"}
POLICY = tiny_policy(
    {"id": "nine", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": "school", "at_least": 9}},
    {"id": "rest", "kind": "defer", "when": {"exemption": KINDS}},
    {"id": "room", "kind": "headcount"},
    {"id": "kin", "kind": "kin", "kinships": ["spouse", "sibling"]},
    {"id": "rank", "kind": "merit", "who": {"everyone": True}, "by": [{"field": "points", "first": "largest"}]},
    goals=[
        {"id": "due", "terms": [{"kind": "place_due", "weight": 1}]},
        {"id": "wishes", "terms": [{"kind": "wishes", "weight": 1, "ranks": [0, 1], "other": 3}]},
    ],
)


@st.composite
def district_and_plan(draw: Any) -> tuple[Any, Any]:
    """A few people with exemptions, relatives, points and wishes, and some plan of theirs, good or bad."""
    staff = {
        each: {"at": draw(st.sampled_from("ABC")), "years": draw(st.sampled_from([9, 12, 3])),
               "points": draw(st.sampled_from([71.25, 83.5, 92.75]))}
        for each in ("pa", "qu", "ro", "se", "ti")[: draw(st.integers(3, 5))]
    }  # fmt: skip
    exempt = [{"staff_id": each, "kind": draw(st.sampled_from(KINDS)), "evidence": f"证明{each}"}
              for each in staff if draw(st.integers(0, 3)) == 0]  # fmt: skip
    wishes = [{"staff_id": each, "rank": rank, "school_id": draw(st.sampled_from("ABC")), "reason": "couple"}
              for each in staff for rank in (1, 2) if draw(st.booleans())]  # fmt: skip
    wishes = list({(row["staff_id"], row["school_id"]): row for row in wishes}.values())
    first, second = list(staff)[:2]
    kin = [{"staff_id": first, "relative_id": second, "kinship": draw(st.sampled_from(["spouse", "sibling"]))}]
    schools = {each: {"headcount_limit": draw(st.integers(1, 5))} for each in "ABC"}
    district = tiny_district(schools, staff, exemptions=exempt, applications=wishes, relatives=kin)
    moves = {}
    for each, row in staff.items():
        to = draw(st.sampled_from(["", *(school for school in "ABC" if school != row["at"])]))
        if to:
            moves[each] = to
    return district, tiny_plan(district, moves)


@pytest.mark.slow
@PATIENT
@given(district_and_plan(), st.booleans())
def test_nothing_of_anybody_else_is_told(given_: tuple[Any, Any], solve: bool) -> None:
    district, plan = given_
    explainer = Explainer(district, POLICY, stand(district, POLICY), plan)
    for person in district.staff["staff_id"]:
        for school in ("A", "B", "C"):
            told = explainer.person(
                person, school, solve=solve and person == district.staff["staff_id"].iat[0], seconds=5
            )
            check_person(told, district)
            check_public(told, district)
    for school in ("A", "B", "C"):
        for reader in ("person", "public"):
            check_text(explain_school(explainer, school).text(reader), district, set())


def check_person(told: Explanation, district: Any) -> None:
    text = told.text("person")
    check_text(text, district, {told.staff_id})
    # Numbers are the person's own lengths of service, ranks of wishes and days; no goal's value, no count of others.
    wishes = "\n".join(line for line in text.splitlines() if "校（" in line and line.startswith("- "))
    assert not re.search(r"\d", re.sub(r"第\d+志愿", "", wishes)), wishes


def check_public(told: Explanation, district: Any) -> None:
    text = told.text("public")
    check_text(text, district, set())
    assert not re.search(r"\d", text)


def check_text(text: str, district: Any, own: set[str]) -> None:
    staff = district.staff
    for staff_id, name, points in zip(staff["staff_id"], staff["name"], staff["points"], strict=True):
        if staff_id not in own:
            assert staff_id not in text
            assert name not in text
        assert f"{points:g}" not in text
    assert not [word for word in SENSITIVE if word in text]
    assert not [word for word in ("夫妻", "兄弟", "证明", "两地分居", "唯一", "only other") if word in text]


@pytest.mark.slow
@PATIENT
@given(district_and_plan(), st.data())
def test_the_texts_do_not_change_with_what_is_told_of_others(given_: tuple[Any, Any], data: Any) -> None:
    """Others' kind of exemption, evidence, kinship, names and points may be anything: with the same plan and the same
    rules in the way the texts are the same, letter by letter."""
    district, plan = given_
    person = data.draw(st.sampled_from(district.staff["staff_id"].tolist()))
    explainer = Explainer(district, POLICY, stand(district, POLICY), plan)
    told = explainer.person(person, "A", solve=False)
    frames = dict(district.frames)
    exempt = frames["exemptions"].copy()
    other = (exempt["staff_id"] != person).to_numpy(bool)
    exempt.loc[other, "kind"] = data.draw(st.sampled_from(KINDS))
    exempt.loc[other, "evidence"] = "x"
    relatives = frames["relatives"].assign(kinship=data.draw(st.sampled_from(["spouse", "sibling"])))
    changed = type(district)(district.as_of, **{**frames, "exemptions": exempt, "relatives": relatives})
    again = Explainer(changed, POLICY, stand(changed, POLICY), plan).person(person, "A", solve=False)
    for reader in ("person", "public"):
        assert again.text(reader) == told.text(reader)


@pytest.mark.parametrize("answer", ["shut", "breaks", "impossible"])
@pytest.mark.parametrize("rule", GUARDED_RULES)
def test_guarded_rules_look_all_alike(rule: str, answer: str) -> None:
    texts = {
        line(WhyNot("S1", "某校", answer, 1, rules=rules))
        for rules in [(rule,), (GUARDED_RULES[0],), ("headcount", rule)]
    }
    assert len(texts) == 1


def test_numbers_of_goals_and_others_leave_no_trace() -> None:
    goal = DALIAN.goals[0].id
    values = [(3.0, 4.0, ()), (3.0, 97.0, ("T1",)), (0.0, 1.0, ("T1", "T2"))]
    told = {
        line(WhyNot("S1", "某校", "worse", 1, goals=(GoalThen(goal, "目标", now, then),), others=others))
        for now, then, others in values
    }
    assert len(told) == 1


def test_the_guarded_kinds_are_kinds() -> None:
    from rotation_planner.policy.kinds import KINDS as RULE_KINDS

    assert set(GUARDED) <= set(RULE_KINDS)
    assert {"defer", "bar", "kin", "merit", "together"} <= set(GUARDED)


def line(wish: WhyNot) -> str:
    """The person's page with one wish."""
    facts = {"age": 40}
    told = Explanation(
        "T0", "某人", "S0", "本校", "must", True, True, (), facts, {"moves": False, "why": ""}, wishes=(wish,),
        policy=DALIAN,
    )  # fmt: skip
    return page(told, "person")
