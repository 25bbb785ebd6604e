"""What the bureau's workbook holds besides the lists: title posts, records, years to come, quotas with their floors."""

from __future__ import annotations

import math
from pathlib import Path

import openpyxl
from districts import EVERYONE, tiny_district, tiny_plan, tiny_policy
from invented import TITLE, turnover
from opened import rows_of, table_of

from rotation_planner.audit import audit_plan
from rotation_planner.audit.result import Audit
from rotation_planner.eligibility import stand
from rotation_planner.report.district_book import DistrictBook
from rotation_planner.report.forecast import becoming_due
from rotation_planner.report.shares import Shares, numbers
from rotation_planner.report.turnover import Turnover


def bureau(folder: Path) -> Path:
    return folder / "lists" / "district.xlsx"


def test_title_posts_are_filed_school_by_school(written: Path) -> None:
    found = turnover()
    staff, schools = found.district.staff, found.district.schools
    rows = {row["学校代码"]: row for row in table_of(bureau(written), "岗位备案表", "学校代码")}
    title, here, there = staff["title"], found.school_before, found.school_after
    for school, code in enumerate(schools["school_id"]):
        row = rows[code]
        for name, titles, posts in (
            ("高级岗位", ("senior", "professor"), "senior_posts"),
            ("中级岗位", ("intermediate",), "intermediate_posts"),
        ):  # fmt: skip
            who = title.isin(titles).to_numpy()
            moved = here != there
            told = [row[f"{name}{each}"] for each in ("核定数", "交流前", "交流出", "交流入", "交流后", "空额")]
            counts = [
                int(each.sum())
                for each in (
                    who & (here == school), who & moved & (here == school), who & moved & (there == school),
                    who & (there == school),
                )
            ]  # fmt: skip
            approved = int(schools[posts][school])
            assert told == [approved, *counts, approved - counts[3]]
        assert row["初级交流后"] == int(((title == "junior").to_numpy() & (there == school)).sum())


def test_totals_add_the_columns_up(written: Path) -> None:
    for sheet, name in (("岗位备案表", "中级岗位交流前"), ("名额表", "实际交流出")):
        rows = table_of(bureau(written), sheet, "学校代码")
        (total,) = [row for row in rows if row["学校"] == "合计"]
        assert total[name] == sum(int(str(row[name])) for row in rows if row["学校"] != "合计")
        sheet_ = openpyxl.load_workbook(bureau(written))[sheet]
        assert int(sheet_.auto_filter.ref.split(":")[1].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) == len(rows) - 1 + 2


def test_records_have_the_shape_of_record_systems(written: Path) -> None:
    found = turnover()
    rows = table_of(bureau(written), "交流登记表", "序号")
    wanted = [
        "交流轮岗类型", "是否调动人事关系", "开始年月", "结束年月", "原单位名称", "交流轮岗单位名称",
    ]  # fmt: skip
    assert list(rows[0])[3:9] == wanted
    group, zone = found.of_schools("group"), found.of_schools("zone")
    for row, move in zip(rows, found.moves.to_dict("records"), strict=True):
        a, b = move["source"], move["target"]
        same = group[a] == group[b] != "", zone[a] == zone[b]
        kind = "名校办分校、集团化办学" if same[0] else "学区一体化管理" if same[1] else "定期交流"
        assert [row[each] for each in wanted] == [
            kind, "是" if move["personnel_file_moves"] == "yes" else "否", "2027-09", move["until"][:7] or None,
            move["from_school"], move["to_school"],
        ]  # fmt: skip


def test_who_becomes_due_is_listed(written: Path) -> None:
    found = turnover()
    rows = table_of(bureau(written), "未来三年应交流", "首次符合年度")
    table = becoming_due(found)
    assert [row["工号"] for row in rows] == [found.district.staff["staff_id"][each] for each in table["person"]]
    assert {row["首次符合年度"] for row in rows} <= {"2028年（1年后）", "2029年（2年后）", "2030年（3年后）"}
    for row, each in zip(rows, table.itertuples(), strict=True):
        joined = found.district.staff["joined_school"][each.person]
        if not found.moving[each.person]:
            assert row["届时在校年数"] == each.day.year - joined.year + (joined.month < 9)


def test_departments_are_listed_where_a_move_names_one(tmp_path: Path) -> None:
    district = tiny_district(["A", "B"], {"ann": {"at": "A", "department": "教务处"}, "bob": {"at": "B"}})
    policy = tiny_policy()
    for into, headings in (("总务处", True), ("", False)):
        plan = tiny_plan(district, {"ann": {"to": "B", "into": into, "from_department": "教务处" if into else ""}})
        found = Turnover(district, policy, stand(district, policy), plan, Audit(()))
        DistrictBook(found, TITLE).write(tmp_path / "a.xlsx")
        row = table_of(tmp_path / "a.xlsx", "交流名单", "序号")[0]
        assert ("原处室" in row) == headings
        if headings:
            assert (row["原处室"], row["现处室"]) == ("教务处", "总务处")


def test_a_move_inside_a_school_is_told_as_one(tmp_path: Path) -> None:
    district = tiny_district({"A": {"group": "G", "zone": "Z"}}, {"ann": {"at": "A", "department": "教务处"}})
    policy = tiny_policy()
    plan = tiny_plan(district, {"ann": {"to": "A", "into": "总务处", "personnel_file_moves": "no"}})
    found = Turnover(district, policy, stand(district, policy), plan, Audit(()))
    DistrictBook(found, TITLE).write(tmp_path / "a.xlsx")
    assert table_of(tmp_path / "a.xlsx", "交流名单", "序号")[0]["交流范围"] == "单位内"
    assert table_of(tmp_path / "a.xlsx", "交流登记表", "序号")[0]["交流轮岗类型"] == "本单位内轮岗"


def test_a_pack_s_own_way_of_moving_is_told_by_its_label(tmp_path: Path) -> None:
    ways = {
        "id": "ways", "kind": "modes",
        "cases": [{"id": "help", "mode": "village_help", "label": {"zh": "支援山村", "en": "village help"},
                   "file_moves": False, "years": 1}],
    }  # fmt: skip
    district = tiny_district(["A", "B"], {"ann": "A"})
    policy = tiny_policy(ways, anyone=True)
    plan = tiny_plan(district, {"ann": {"to": "B", "mode": "village_help"}})
    found = Turnover(district, policy, stand(district, policy), plan, Audit(()))
    DistrictBook(found, TITLE).write(tmp_path / "a.xlsx")
    assert table_of(tmp_path / "a.xlsx", "交流名单", "序号")[0]["交流方式"] == "支援山村"
    assert found.mode_words("strange") == "strange"


# ---- shares ----------------------------------------------------------------------------------------------------------


def test_shares_take_the_audit_s_numbers_and_name_the_people() -> None:
    """A sends one of its two eligible (a third, rounded up, is one); B none of its one: one is asked for, a breach."""
    nine = {"id": "nine", "kind": "duty", "who": EVERYONE, "stay": {"stay": "school", "at_least": 9}}
    third = {
        "id": "third", "kind": "share", "over": {"people": {"eligible": ["nine"]}}, "per": ["school_id"],
        "at_least": "33%",
    }  # fmt: skip
    cap = {"id": "cap", "kind": "share", "over": {"people": EVERYONE}, "per": ["school_id"], "at_most": "50%"}
    district = tiny_district(
        ["A", "B"],
        {
            "ann": {"at": "A", "years": 9}, "bea": {"at": "A", "years": 10}, "cat": {"at": "A"},
            "dot": {"at": "B", "years": 12},
        },
    )  # fmt: skip
    policy = tiny_policy(nine, third, cap)
    plan = tiny_plan(district, {"ann": "B"})
    found = Turnover(district, policy, stand(district, policy), plan, audit_plan(district, policy, plan))
    shares = Shares(found)
    told = [
        (line.rule.id, line.limit, line.part, line.whole, line.floor, line.counted, line.among, line.finding.verdict)
        for line in shares.lines
    ]
    assert told == [
        ("third", 1, 1, 2, True, (0,), (0, 1), "pass"), ("third", 1, 0, 1, True, (), (3,), "breach"),
        ("cap", 1, 1, 3, False, (0,), (0, 1, 2), "pass"), ("cap", 0, 0, 1, False, (), (3,), "pass"),
    ]  # fmt: skip
    assert [line.share for line in shares.lines] == [0.5, 0.0, 1 / 3, 0.0]
    assert shares.lines[0].asked == 0.33
    assert shares.quotas == ({0: 1, 1: 1}, {0: 1, 1: 0})


def test_everybody_behind_the_shares_of_the_dalian_pack_is_named() -> None:
    made = turnover()
    audit = audit_plan(made.district, made.policy, made.plan)
    shares = Shares(Turnover(made.district, made.policy, made.standing, made.plan, audit))
    lines = [line for line in shares.lines if line.whole is not None]
    assert {line.rule.id for line in lines} == {
        "quota-leaders", "quota-quality", "quota-backbone", "continuity-school", "continuity-subject",
    }  # fmt: skip
    for line in lines:
        assert (len(line.counted), len(line.among)) == (line.part, line.whole), line.finding.scope
        assert set(line.counted) <= set(line.among)


def test_only_those_who_leave_count_for_a_school_s_quota() -> None:
    """B must take somebody: that is no number to send. Each sends one or two."""
    takes = {"id": "takes", "kind": "count", "of": {"arriving": EVERYONE}, "per": ["school_id"], "at_least": 1}
    sends = {
        "id": "sends", "kind": "count", "of": {"moving": EVERYONE}, "per": ["school_id"], "at_least": 1, "at_most": 2,
    }  # fmt: skip
    district = tiny_district(["A", "B"], {"ann": "A", "bea": "A", "cat": "B", "dot": "B"})
    policy = tiny_policy(takes, sends, anyone=True)
    plan = tiny_plan(district, {"ann": "B", "cat": "A"})
    found = Turnover(district, policy, stand(district, policy), plan, audit_plan(district, policy, plan))
    assert Shares(found).quotas == ({0: 1, 1: 1}, {0: 2, 1: 2})
    told = {(line.rule.id, line.part, line.whole, line.floor) for line in Shares(found).lines}
    assert told == {("takes", 1, None, True), ("sends", 1, None, True)}


def test_numbers_of_short_texts() -> None:
    assert [numbers(text) for text in ("3/20", "3 of 20", "不少于4", "at most 12", "-2", "")] == [
        [3, 20], [3, 20], [4], [12], [-2], [],
    ]  # fmt: skip


def test_quota_sheet_tells_how_far_above_the_floor(tmp_path: Path) -> None:
    nine = {"id": "nine", "kind": "duty", "who": EVERYONE, "stay": {"stay": "school", "at_least": 9}}
    floor = {
        "id": "half", "kind": "share", "over": {"people": {"eligible": ["nine"]}}, "per": ["school_id"],
        "at_least": "50%",
    }  # fmt: skip
    people = {f"p{number}": {"at": "A", "years": 10} for number in range(5)}
    district = tiny_district(["A", "B"], people)
    policy = tiny_policy(nine, floor)
    plan = tiny_plan(district, {"p0": "B"})
    found = Turnover(district, policy, stand(district, policy), plan, audit_plan(district, policy, plan))
    DistrictBook(found, TITLE).write(tmp_path / "a.xlsx")
    row = table_of(tmp_path / "a.xlsx", "名额表", "学校代码")[0]
    assert (row["符合条件人数"], row["最低名额"], row["符合条件者交流"], row["高于最低"]) == (5, math.ceil(2.5), 1, -2)


def test_the_overview_has_the_days(tmp_path: Path, written: Path) -> None:
    told = [row[0] for row in rows_of(bureau(written), "总览")]
    assert "时间安排" in told
    DistrictBook(turnover(), TITLE).write(tmp_path / "a.xlsx")
    assert "时间安排" not in [row[0] for row in rows_of(tmp_path / "a.xlsx", "总览")]
