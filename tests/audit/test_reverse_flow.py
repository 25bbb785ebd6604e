"""The reverse-flow page: the matrix, the schools before and after, and the verdict under each reading."""

from __future__ import annotations

from districts import tiny_district, tiny_plan, tiny_policy

from rotation_planner.audit import Verdict, audit_plan

SCHOOLS = {"Q": {"tier": "quality"}, "R": {"tier": "quality"}, "G": {"tier": "general"}, "W": {"tier": "weak"}}
STAFF = {
    "q1": {"at": "Q", "backbone": "city"},
    "q2": {"at": "Q", "backbone": "city"},
    "q3": {"at": "Q", "backbone": "city"},
    "g1": {"at": "G", "backbone": "city"},
    "w1": {"at": "W", "backbone": "city"},
    "plain": "W",
}
RULE = {"id": "flow", "kind": "reverse_flow", "who": {"field": "backbone", "blank": False}}


def test_the_page_of_a_plan() -> None:
    district, policy = tiny_district(SCHOOLS, STAFF), tiny_policy(RULE)
    # q1 to a general and q2 to a weak school, q3 between quality schools, g1 to a weak one, w1 up; plain counts nowhere
    plan = tiny_plan(district, {"q1": "G", "q2": "W", "q3": "R", "g1": "W", "w1": "Q", "plain": "Q"})
    audit = audit_plan(district, policy, plan)
    (page,) = audit.reverse_flow
    assert page.rule == "flow"
    assert page.matrix.to_dict("index") == {
        "quality": {"quality": 1, "general": 1, "weak": 1},
        "general": {"quality": 0, "general": 0, "weak": 1},
        "weak": {"quality": 1, "general": 0, "weak": 0},
    }
    assert page.schools.set_index("school_id")[["before", "out", "into", "after", "balance"]].values.tolist() == [
        [3, 3, 1, 1, -2],
        [0, 0, 1, 1, 1],
        [1, 1, 1, 1, 0],
        [1, 1, 2, 2, 1],
    ]
    # two down; two leave low schools (breach), one of them to a high school (pass); the weak school gains one
    assert {reading: verdict for reading, (verdict, _) in page.verdicts.items()} == {
        "strict": Verdict.BREACH,
        "to_high": Verdict.PASS,
        "per_school": Verdict.PASS,
    }
    (finding,) = [each for each in audit.findings if each.rule == "flow"]
    assert (finding.required, finding.found, finding.people) == ("多于2", "2", ("g1", "w1"))
    assert page.verdicts["strict"][1] == finding.sentence


def test_nobody_moves() -> None:
    district, policy = tiny_district(SCHOOLS, STAFF), tiny_policy(RULE)
    (page,) = audit_plan(district, policy, tiny_plan(district, {"plain": "Q"})).reverse_flow
    assert page.matrix.to_numpy().sum() == 0
    assert {verdict for verdict, _ in page.verdicts.values()} == {Verdict.NOT_APPLICABLE}


def test_a_rule_switched_off_has_no_page() -> None:
    district = tiny_district(SCHOOLS, STAFF)
    assert not audit_plan(district, tiny_policy({**RULE, "enabled": False}), tiny_plan(district, {})).reverse_flow
