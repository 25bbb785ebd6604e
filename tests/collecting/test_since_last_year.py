"""What changed since last year's roster, planted one by one: what is said, to which school, and how many depend on it.

Last year's scenario is the same district a year before, so that nothing but the planted change stands between them.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from collecting.handing import FILES, Pen, told, years

from rotation_planner.collecting import Collected, collect
from rotation_planner.collecting.doubts import Doubt
from rotation_planner.collecting.weighing import Weight
from rotation_planner.data.problems import Severity
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Plan

JOINED_NOW = "2026-09-01"


def after(folder: Path, scenario: Path, moves: dict[str, str] | None = None) -> Collected:
    plan = None
    if moves is not None:
        rows = [{"staff_id": who, "to_school_id": to, "mode": "transfer"} for who, to in moves.items()]
        transfers = pd.DataFrame(rows, columns=list(TRANSFER_COLUMNS), dtype=object).fillna("").astype(str)
        plan = Plan(transfers, pd.DataFrame(columns=list(DEFERRED_COLUMNS), dtype=str))
    made = collect(folder, last=scenario, plan=plan)
    assert [p.message for p in made.problems if p.severity is Severity.ERROR] == []
    return made


def the_one(folder: Path, scenario: Path, moves: dict[str, str] | None = None) -> tuple[Doubt, Weight]:
    made = after(folder, scenario, moves)
    assert len(made.doubts) == 1, told(made)
    assert made.usable
    assert made.doubts[0][0].kind == "since"
    return made.doubts[0]


def test_a_year_in_which_nothing_changed(folder: Path, scenario: Path) -> None:
    made = after(folder, scenario, {})
    assert (made.doubts, made.changes, made.notes) == ((), (), ())
    assert made.title == "四校2027年度"
    assert made.as_of.isoformat() == "2027-08-31"
    assert "--plan" in after(folder, scenario).notes[0]


def test_somebody_came(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.add(
        "B", "staff", staff_id="b9", name="钱九", sex="女", birth_date="2003-05-01", hired_on=JOINED_NOW,
        joined_school=JOINED_NOW, stage="小学", subject="语文", position="教师", title="未定级",
    )  # fmt: skip
    made = after(folder, scenario, {})
    assert made.doubts == ()
    assert [(c.kind, c.staff_id, c.school, c.open) for c in made.changes] == [("joined", "b9", "B", False)]
    assert made.district is not None
    assert made.district.staff_pos["b9"]


def test_somebody_came_who_says_to_have_been_there(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.add(
        "B", "staff", staff_id="b9", name="钱九", sex="女", birth_date="1980-05-01", hired_on="2003-09-01",
        joined_school=years(8), stage="小学", subject="语文", position="教师", title="中级",
    )  # fmt: skip
    doubt, weight = the_one(folder, scenario)
    assert doubt.id == "joined_unlisted/b9"
    assert doubt.message == f"钱九（b9） 上年不在任何名册，今年在 海棠小学（B），到本校时间却早于上年名册（{years(8)}）"
    # With eight years b9 and b1 are two of four concerned, no more than half: both due. Otherwise b9 is not.
    assert weight.people == ("b9",)
    assert weight.rules == ("six",)
    assert [standing["b9"] for standing in weight.standings] == ["must", "stays", ""]


def test_somebody_left(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.strike("A", "staff", "a3")
    doubt, weight = the_one(folder, scenario)
    assert doubt.own_message("A") == "赵三（a3） 上年在本校名册，今年没有列出，也未到退休年龄"
    # Without a3 two of three are concerned: one is due, a1. With a3 three of four: a1 and a2.
    assert weight.people == ("a2", "a3")
    assert weight.rules == ("six", "in-two-years")
    assert [each.words for each in doubt.readings] == ["已离开", "在晨光小学（A）"]


def test_somebody_retired(pen: Pen, folder: Path, scenario: Path) -> None:
    staff = scenario / "staff.csv"
    text = staff.read_text("utf-8-sig").splitlines()
    row = next(number for number, line in enumerate(text) if line.startswith("a3,"))
    cells = text[row].split(",")
    cells[3] = "1968-02-03"
    text[row] = ",".join(cells)
    staff.write_text("\n".join(text), "utf-8")
    pen.strike("A", "staff", "a3")
    made = after(folder, scenario)
    assert made.doubts == ()
    assert [(c.kind, c.staff_id, c.open) for c in made.changes] == [("left", "a3", False)]


def test_a_relative_who_left_falls_away(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.strike("B", "staff", "b3")
    pen.strike("B", "relatives", "b3")
    made = after(folder, scenario)
    assert [p.code for p in made.problems] == ["collect_relative_left"]
    assert made.problems[0].severity is Severity.NOTE
    assert set(told(made)) == {"left/b3"}
    assert made.usable


def test_a_move_without_the_plans_row(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.copy("A", "B", "a1", school_id="B", joined_school=JOINED_NOW)
    pen.strike("A", "staff", "a1")
    doubt, weight = the_one(folder, scenario, {})
    assert doubt.id == "moved_unplanned/a1"
    assert doubt.message == "赵一（a1） 由 晨光小学（A） 到 海棠小学（B），方案中没有这一行"
    assert set(doubt.sides) == {"A", "B"}
    assert doubt.own_message("A") == doubt.own_message("B")
    # In B for a year a1 stays; in A a1 is due, and with a1 three of four are concerned: a2 is due in both.
    assert weight.people == ("a1",)
    assert weight.rules == ("six",)
    planned = after(folder, scenario, {"a1": "B"})
    assert planned.doubts == ()
    assert [(c.kind, c.before, c.now) for c in planned.changes] == [("moved", "晨光小学（A）", "海棠小学（B）")]
    otherwise, _ = the_one(folder, scenario, {"a1": "C"})
    assert otherwise.message == "方案把 赵一（a1） 安排到 松林小学（C），实际由 晨光小学（A） 到 海棠小学（B）"


def test_a_move_with_the_old_day_of_coming(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.copy("A", "B", "a1", school_id="B")
    pen.strike("A", "staff", "a1")
    doubt, weight = the_one(folder, scenario, {"a1": "B"})
    assert doubt.id == "joined_before_move/a1"
    assert weight.people == ("a1",)
    assert doubt.own_message("B") == f"赵一（a1） 上年还在 晨光小学（A），到本校时间却为 {years(12)}"


def test_a_planned_move_that_was_not_made(folder: Path, scenario: Path) -> None:
    doubt, weight = the_one(folder, scenario, {"a1": "C"})
    assert doubt.own_message("C") == "上年的方案把 赵一（a1） 安排到 松林小学（C），今年仍在 晨光小学（A）"
    assert set(doubt.sides) == {"A", "C"}
    assert weight.people == ("a1",)


@pytest.mark.parametrize(
    ("cells", "message", "people", "rules"),
    [
        # 47 years old: six years count for women up to 50, so the two dates differ in the standing only above it.
        ({"birth_date": "1975-08-31"}, "“出生日期”上年为 1986-08-31，今年为 1975-08-31", ("b1",), ("six",)),
        ({"birth_date": "1978-08-31"}, "“出生日期”上年为 1986-08-31，今年为 1978-08-31", (), ()),
        ({"sex": "男"}, "“性别”上年为 女，今年为 男", (), ()),
        ({"hired_on": "2015-09-01"}, "“参加工作时间”上年为 2012-09-01，今年为 2015-09-01", (), ()),
        ({"name": "钱依"}, "“姓名”上年为 钱一，今年为 钱依", (), ()),
        ({"title": "初级"}, "职称由 中级 降为 初级", (), ()),
        ({"joined_school": "2022-09-01"}, "到本校时间却由 2020-09-01 改为 2022-09-01", ("b1",), ("six",)),
        ({"joined_school": "2021-09-01"}, "到本校时间却由 2020-09-01 改为 2021-09-01", (), ()),  # six years still
    ],
)
def test_a_fact_that_should_not_have_changed(
    pen: Pen, folder: Path, scenario: Path, cells: dict[str, str], message: str, people: tuple[str, ...],
    rules: tuple[str, ...],
) -> None:  # fmt: skip
    pen.set("B", "staff", "b1", **cells)
    made = after(folder, scenario)
    [(doubt, weight)] = made.doubts
    assert message in doubt.message
    assert message.replace("今年为", "今年填写为") in doubt.own_message("B")
    assert (weight.people, weight.rules) == (people, rules)
    side = doubt.sides["B"]
    assert made.ground.pool.place(side.table, side.at, side.column)[:2] == (f"{FILES['B']}!教职工", 2)


def test_a_title_that_went_up_is_no_doubt(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.set("B", "staff", "b1", title="高级")
    assert after(folder, scenario).doubts == ()


def test_a_principals_post_counted_anew(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.set("B", "staff", "pB", position_since="2025-09-01")
    doubt, _ = the_one(folder, scenario)
    assert "任现职时间却由 2023-09-01 改为 2025-09-01" in doubt.message


def test_a_staff_id_given_to_somebody_else(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.set("B", "staff", "b1", name="周新", birth_date="1999-01-01", joined_school=JOINED_NOW)
    made = after(folder, scenario)
    assert set(told(made)) == {"other_person/b1", "joined_altered/b1"}


def test_a_person_under_a_new_staff_id(pen: Pen, folder: Path, scenario: Path) -> None:
    pen.set("B", "staff", "b2", staff_id="b22")
    for key, column in (("relatives", "staff_id"), ("applications", "staff_id")):
        pen.set("B", key, "b2", **{column: "b22"})
    pen.set("A", "relatives", "a4", relative_id="b22")
    doubt, weight = the_one(folder, scenario)
    assert doubt.message == "钱二（b22） 与上年工号“b2”的人姓名、性别、出生日期都相同"
    assert weight.people == ()  # under either id the same person stands the same


def test_a_school_that_changed(pen: Pen, folder: Path, scenario: Path) -> None:
    (folder / FILES[""]).unlink()
    pen.set("B", "staff", "b1", title="高级")
    pen.set("A", "schools", "A", tier="一般")
    made = after(folder, scenario)
    assert told(made) == {"school_changed/A/tier": "晨光小学（A） 的“层次”上年为 优质，今年为 一般"}
    assert made.doubts[0][1].people == ("b1",)
    assert made.doubts[0][1].rules == ("downward",)
    assert [(c.kind, str(c.before), str(c.now)) for c in made.changes] == [("school_changed", "层次：优质", "一般")]


def test_the_bureau_may_change_a_school(pen: Pen, folder: Path, scenario: Path) -> None:
    for school in ("", "A"):
        pen.set(school, "schools", "A", tier="一般")
    made = after(folder, scenario)
    assert made.doubts == ()
    assert [(c.kind, c.open) for c in made.changes] == [("school_changed", False)]


def test_distances_are_taken_over_and_pins_are_not(folder: Path, scenario: Path) -> None:
    (folder / FILES[""]).unlink()
    made = after(folder, scenario, {})
    assert made.district is not None
    assert made.district.distances["km"].tolist() == [12.5]
    assert len(made.district.pins) == 0
    assert made.notes == ("没有收到距离表，沿用上一年度的距离。",)
