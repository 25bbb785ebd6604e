"""The standing as a notebook shows it."""

from __future__ import annotations

from districts import tiny_district, tiny_policy

from rotation_planner.eligibility import stand

DUTY = {"id": "nine", "kind": "duty", "who": {"everyone": True}, "stay": {"stay": "school", "at_least": 9}}
SICK = {"id": "sick", "kind": "defer", "when": {"exemption": ["illness"]}}


def test_the_summary_counts_everybody_once() -> None:
    people = {"ann": {"at": "A", "years": 9}, "bob": {"at": "A", "years": 9}, "cat": "A"}
    district = tiny_district(["A", "B"], people, exemptions=[{"staff_id": "bob", "kind": "illness"}])
    standing = stand(district, tiny_policy(DUTY, SICK))
    assert standing.summary.set_index("认定").loc[["应当交流", "暂缓", "不在交流之列"]].to_numpy().tolist() == [
        [1, 1],
        [1, 0],
        [1, 0],
    ]
    assert standing.summary["人数"].sum() == 3
    assert "<table" in standing._repr_html_()


def test_schools_and_the_people_due_are_told_without_why_others_are_deferred() -> None:
    people = {"ann": {"at": "A", "years": 9}, "bob": {"at": "A", "years": 9}, "cat": "B"}
    district = tiny_district(["A", "B"], people, exemptions=[{"staff_id": "bob", "kind": "illness"}])
    standing = stand(district, tiny_policy(DUTY, SICK))
    assert standing.by_school.to_numpy().tolist() == [["A校", 1, 1, 0]]
    due = standing.due_people
    assert due.heading == "今年应交流1人"
    assert due.tables[" "]["工号"].tolist() == ["ann"]
    assert "bob" not in due._repr_html_() + standing._repr_html_()
    assert "ann" in str(due)
