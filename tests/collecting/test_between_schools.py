"""Contradictions between schools, planted one by one: what is said, to whom, and how many people depend on it.

The numbers are worked out by hand from the district of `handing.three_schools` under `six.yaml`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from collecting.handing import FILES, Pen, put_together, same_district, three_schools, told, years

from rotation_planner.collecting.doubts import Doubt
from rotation_planner.collecting.weighing import Weight
from rotation_planner.data.problems import Severity


def the_one(folder: Path, **more: object) -> tuple[Doubt, Weight]:
    """The only doubt of what was handed in, and nothing else being wrong."""
    made = put_together(folder, **more)
    assert [p.message for p in made.problems if p.severity is Severity.ERROR] == []
    assert len(made.doubts) == 1, told(made)
    doubt, weight = made.doubts[0]
    assert made.usable is not doubt.blocking
    return doubt, weight


def test_the_three_schools_without_any_contradiction(folder: Path) -> None:
    made = put_together(folder)
    assert made.problems == ()
    assert made.doubts == ()
    assert made.usable
    assert made.district is not None
    same_district(three_schools(), made.district)


def test_one_person_in_two_rosters(pen: Pen, folder: Path) -> None:
    row = pen.copy("A", "B", "a3", school_id="B", joined_school=years(2))
    made = put_together(folder)
    [(doubt, weight)] = made.doubts
    assert not made.usable
    assert doubt.id == "two_rosters/a3"
    assert doubt.blocking
    assert doubt.message == "赵三（a3） 同时列在 海棠小学（B）、晨光小学（A） 的名册中。两处不同的列：–"
    assert doubt.own_message("A") == "赵三（a3） 同时列在 海棠小学（B） 的名册中"
    assert doubt.own_message("B") == "赵三（a3） 同时列在 晨光小学（A） 的名册中"
    side = doubt.sides["B"]
    assert made.ground.pool.place(side.table, side.at, side.column) == (
        f"{FILES['B']}!教职工", row, "工号",
    )  # fmt: skip
    # In B a3 has served two years and stays, and in A two of three are concerned, so one is due and not two: a2 is not.
    # In A a3 has served eight years, two of three are due, a2 among them.
    assert [each.words for each in doubt.readings] == ["在海棠小学（B）", "在晨光小学（A）"]
    assert weight.people == ("a2", "a3")
    assert weight.rules == ("six", "in-two-years")
    assert [dict(each) for each in weight.standings] == [{"a2": "must", "a3": "stays"}, {"a2": "must", "a3": "must"}]


def test_one_staff_id_of_two_people(pen: Pen, folder: Path) -> None:
    pen.copy("A", "C", "a4", school_id="C", name="李新", birth_date="1990-01-05", joined_school=years(9))
    doubt, weight = the_one(folder)
    assert doubt.id == "id_shared/a4"
    assert doubt.blocking
    assert doubt.own_message("C") == "李新（a4） 的工号也用于 晨光小学（A） 的另一人"
    # The likeliest is whoever came last: a4 of A (two years) stays; the one of C has served nine years and is due. Then
    # one of three others in A would be due no longer: three of three are concerned, half of them rounded up is two, as
    # it is with three of four. C has three teachers concerned of whom none but this one is not ill.
    assert weight.people == ("a4",)
    assert weight.rules == ("six",)


def test_one_person_under_two_ids(pen: Pen, folder: Path) -> None:
    pen.copy("A", "C", "a1", staff_id="c9", school_id="C", joined_school=years(1))
    doubt, weight = the_one(folder)
    assert doubt.id == "same_person/a1/c9"
    assert not doubt.blocking
    assert (
        doubt.message
        == "姓名、性别、出生日期都相同而工号不同：赵一（a1）、赵一（c9），列在 晨光小学（A）、松林小学（C）"
    )
    # Both: a1 due, c9 stays. Only a1: due. Only c9: stays, and of A's three teachers two are concerned: one is due, a2;
    # before it was a1 and a2. So the one person alone, under whichever id.
    assert weight.people == ("a1",)


def test_one_identity_number_under_two_ids(pen: Pen, folder: Path) -> None:
    number = "110101199003070011"
    for school, who in (("A", "a4"), ("C", "c2")):
        pen.set(school, "staff", who, 身份证号=number)
    doubt, _ = the_one(folder)
    assert doubt.id == "same_identity/a4/c2"
    assert doubt.blocking
    words = [doubt.message, *(doubt.own_message(s) for s in "AC"), *(each.words for each in doubt.readings)]
    assert not [text for text in words if number in text]


def test_a_person_sent_to_a_school_that_does_not_know(pen: Pen, folder: Path) -> None:
    pen.set("A", "staff", "a2", school_id="B", joined_school=years(0.5))
    doubt, weight = the_one(folder)
    assert doubt.id == "sent_elsewhere/a2"
    assert doubt.message == "晨光小学（A） 把 赵二（a2） 列为在 海棠小学（B），而 海棠小学（B） 的名册中没有此人"
    assert set(doubt.sides) == {"A", "B"}
    # In B for half a year: stays. On no roster: not there. In A (still half a year): stays, as two of four are
    # concerned, no more than half, and both are due; with a2 elsewhere two of three: a1 alone. So a3 is due or is not.
    # Of a2 no rule speaks, here or there.
    assert weight.people == ("a3",)
    assert weight.rules == ("in-two-years",)


def test_a_person_sent_to_a_school_that_knows(pen: Pen, folder: Path) -> None:
    pen.copy("A", "B", "a2", school_id="B", joined_school=years(0.5))
    pen.set("A", "staff", "a2", school_id="B")
    made = put_together(folder)
    assert made.doubts == ()
    assert made.usable
    assert made.district is not None
    row = made.district.staff.set_index("staff_id").loc["a2"]
    assert row["school_id"] == "B"
    assert str(row["joined_school"].date()) == years(0.5)


def test_a_superior_in_another_school(pen: Pen, folder: Path) -> None:
    pen.set("A", "staff", "a1", reports_to="pB")
    doubt, weight = the_one(folder)
    assert doubt.message == "赵一（a1） 的直接上级 校长B（pB） 在另一所学校 海棠小学（B）"
    assert doubt.own_message("A") == "赵一（a1） 的直接上级在另一所学校 海棠小学（B）"
    assert set(doubt.sides) == {"A"}
    assert weight.people == ()


def test_a_principals_post_held_twice(pen: Pen, folder: Path) -> None:
    pen.set("B", "staff", "b1", position="校长", position_since="2026-09-01")
    doubt, weight = the_one(folder)
    assert doubt.message == "海棠小学（B） 有 2 名校长：钱一（b1）、校长B（pB）"
    assert [each.words for each in doubt.readings][1] == "校长是钱一（b1），其他人按副校长"
    assert weight.people == ()  # nobody but teachers is in the scope of these rules


def test_relatives_told_by_one_side_only(pen: Pen, folder: Path) -> None:
    pen.strike("B", "relatives", "b2")
    doubt, weight = the_one(folder)
    assert doubt.id == "kin_one_side/a4/b2"
    assert doubt.message == "晨光小学（A） 填写了 赵四（a4） 与 钱二（b2） 的亲属关系（夫妻），海棠小学（B） 没有填写"
    assert doubt.own_message("B") == "钱二（b2） 与 晨光小学（A） 人员的亲属关系，两校只有一方填写"
    assert "夫妻" not in doubt.own_message("B")
    assert "赵四" not in doubt.own_message("B")
    assert weight.people == ()  # neither may move, so nobody's places depend on it


def test_relatives_told_by_one_side_only_of_somebody_who_may_move(pen: Pen, folder: Path) -> None:
    pen.add("A", "relatives", staff_id="a1", relative_id="c2", kinship="夫妻")
    doubt, weight = the_one(folder)
    # c2 stays in C: to a1, who is due, C is shut as long as they are a couple.
    assert doubt.id == "kin_one_side/a1/c2"
    assert weight.people == ("a1",)
    assert weight.rules == ("apart",)


def test_relatives_told_once_everywhere_are_meant_so(pen: Pen, folder: Path) -> None:
    pen.strike("B", "relatives", "b2")
    pen.strike("C", "relatives", "c3")
    assert put_together(folder).doubts == ()


def test_relatives_told_differently(pen: Pen, folder: Path) -> None:
    pen.set("B", "relatives", "b2", kinship="兄弟姐妹")
    doubt, _ = the_one(folder)
    assert doubt.id == "kin_differs_between/a4/b2"
    assert doubt.own_message("A") == "赵四（a4） 的亲属关系填写为 夫妻，海棠小学（B） 填写的不同"


def test_an_appraisal_told_differently(pen: Pen, folder: Path) -> None:
    row = pen.add("B", "appraisals", staff_id="a1", year=2026, result="优秀")
    made = put_together(folder)
    [(doubt, weight)] = made.doubts
    assert doubt.id == "appraisal_differs/a1/2026.0"
    assert doubt.blocking
    assert weight.people == ()
    assert doubt.own_message("B") == "考核 a1、2026 填写为 优秀、–，晨光小学（A） 填写的不同"
    assert doubt.readings[0].words == "按晨光小学（A）填写的：合格、–"
    assert [(p.code, p.file, p.row) for p in made.problems if p.severity is Severity.WARNING] == []
    side = doubt.sides["B"]
    assert made.ground.pool.place(side.table, side.at)[1] == row


def test_rows_on_another_schools_people(pen: Pen, folder: Path) -> None:
    row = pen.add("B", "exemptions", staff_id="c2", kind="其他")
    [problem] = put_together(folder).problems
    assert (problem.code, problem.file, problem.row) == ("collect_foreign_row", f"{FILES['B']}!暂缓情形", row)
    assert problem.message == "“c2”不属于本校，属于 松林小学（C）"


def test_equal_rows_of_two_schools_count_once(pen: Pen, folder: Path) -> None:
    pen.add("B", "history", staff_id="c2", school_id="B", start="2018-09-01", end="2024-08-31", kind="任职")
    made = put_together(folder)
    assert made.doubts == ()
    assert made.district is not None
    same_district(three_schools(), made.district)


def test_the_register_and_a_school_differ(pen: Pen, folder: Path) -> None:
    pen.set("A", "schools", "A", tier="一般", students=1200)
    made = put_together(folder)
    [(doubt, weight)] = made.doubts
    assert doubt.message == "晨光小学（A） 的“层次”，区级登记表为 优质，学校填写为 一般"
    # The only rule that looks at tiers keeps seniors out of quality schools, and nobody is a senior.
    assert weight.people == ()
    assert made.district is not None
    assert made.district.schools["students"][0] == 1200


def test_the_tier_of_a_school_decides_who_may_go_there(pen: Pen, folder: Path) -> None:
    pen.set("B", "staff", "b1", title="高级")
    pen.set("A", "schools", "A", tier="一般")
    doubt, weight = the_one(folder)
    # b1 is due and a senior: A is shut to b1 as a quality school and open as a general one.
    assert doubt.id == "register_differs/A/tier"
    assert weight.people == ("b1",)
    assert weight.rules == ("downward",)


def test_the_demand_told_differently(pen: Pen, folder: Path) -> None:
    pen.add("A", "demand", school_id="B", stage="小学", subject="语文", required=9)
    made = put_together(folder)
    [(doubt, _)] = made.doubts
    assert doubt.id == "demand_differs/B/primary/语文"
    assert [each.words for each in doubt.readings] == [
        "按海棠小学（B）填写的：4、–、–", "按晨光小学（A）填写的：9、–、–",
    ]  # fmt: skip
    assert made.usable
    assert made.district is not None
    assert made.district.demand["required"].tolist() == [4, 4, 4]


def test_two_workbooks_of_one_school(pen: Pen, folder: Path) -> None:
    (folder / "再报").mkdir()
    (folder / "再报" / "b.xlsx").write_bytes((folder / FILES["B"]).read_bytes())
    pen.set("B", "staff", "b1", joined_school=years(2))
    doubt, weight = the_one(folder)
    assert doubt.blocking
    assert doubt.message == f"海棠小学（B） 有不止一个工作簿：{FILES['B']}、再报/b.xlsx"
    assert weight.people == ("b1",)  # due in the one, not in the other


@pytest.mark.parametrize(
    ("name", "alike"), [("海棠小学校", True), ("海裳小学", True), ("海棠第二小学", False), ("海棠中学", False)]
)
def test_two_codes_under_nearly_one_name(pen: Pen, folder: Path, name: str, alike: bool) -> None:
    (folder / FILES[""]).unlink()
    for school in ("B",):
        pen.set(school, "schools", school, name="海棠小学")
    pen.set("C", "schools", "C", name=name)
    made = put_together(folder)
    assert [doubt.id for doubt, _ in made.doubts] == (["schools_alike/B/C"] if alike else [])


def test_an_applicant_named_by_two_schools_at_one_rank(pen: Pen, folder: Path) -> None:
    pen.add("C", "applications", staff_id="b2", rank=1, school_id="C", reason="其他")
    problems = {p.code: p for p in put_together(folder).problems}
    assert set(problems) == {"collect_repeated", "collect_foreign_row"}
    assert problems["collect_repeated"].file == f"{FILES['C']}!志愿"
    assert f"“{FILES['B']}!志愿”第2行" in problems["collect_repeated"].message
