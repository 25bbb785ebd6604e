"""Plan files: what is written reads back the same, after any spreadsheet; what cannot be understood is told."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation_planner.data.problems import InputError
from rotation_planner.plan.compare import compare
from rotation_planner.plan.files import fingerprint, is_edited, plan_json, read_plan, write_plan_files, writing
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Objective, Plan, Status

MOVE = {
    "staff_id": "0012", "name": "程䶮", "from_school_id": "001", "from_school": "望海小学", "to_school_id": "002",
    "to_school": "礁石岛学校", "position": "teacher", "to_position": "teacher", "subject": "语文", "stage": "primary",
    "mode": "secondment", "personnel_file_moves": "no", "until": "2029-08-31", "rules": "must-teacher;longest-first",
    "reason": "=1+1", "from_department": "", "to_department": "",
}  # fmt: skip
STAYER = {"staff_id": "0013", "name": "-1", "school_id": "001", "rules": "must-teacher", "why": "暂缓"}
HEADINGS = "工号,姓名,交流学校代码,交流方式,期限至,人事档案随转,备注"


def made(moves: list[dict[str, str]] | None = None) -> Plan:
    return Plan(
        pd.DataFrame([MOVE] if moves is None else moves, columns=list(TRANSFER_COLUMNS), dtype="str"),
        pd.DataFrame([STAYER], columns=list(DEFERRED_COLUMNS), dtype="str"),
        Status.FEASIBLE,
        (Objective("place-due", 3.0, 3.0), Objective("even", 10.5, 8.0), Objective("open", 4.0, -math.inf)),
        {"reading": 0.12345, "solving": 3.0},
        {"moves": 1},
        "CP-SAT 9.15",
        7,
        {"policy": "ab", "data": "cd"},
        "0.1.0",
    )


def codes(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def written(tmp_path: Path, plan: Plan | None = None) -> Path:
    with writing(tmp_path / "out") as folder:
        write_plan_files(folder, plan or made())
    return tmp_path / "out"


def test_a_plan_reads_back_as_it_was(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path))
    assert plan.transfers.drop(columns="_row").to_dict("records") == [MOVE]
    assert plan.deferred.drop(columns="_row").to_dict("records") == [STAYER]
    assert (plan.status, plan.objectives, plan.seed, plan.solver) == (
        Status.FEASIBLE,
        made().objectives,
        7,
        "CP-SAT 9.15",
    )
    assert plan.fingerprints["data"] == "cd"
    assert not is_edited(plan)


def test_plan_json_is_that_of_the_contract(tmp_path: Path) -> None:
    content = json.loads((written(tmp_path) / "plan.json").read_text("utf-8"))
    assert content == {
        "status": "feasible",
        "objectives": [
            {"id": "place-due", "value": 3, "bound": 3, "gap": 0},
            {"id": "even", "value": 10.5, "bound": 8, "gap": pytest.approx(2.5 / 10.5)},
            {"id": "open", "value": 4, "bound": None, "gap": None},
        ],
        "seconds": {"reading": 0.123, "solving": 3.0},
        "counts": {"moves": 1},
        "solver": "CP-SAT 9.15",
        "seed": 7,
        "fingerprints": {"policy": "ab", "data": "cd", "transfers": fingerprint(made().transfers)},
        "version": "0.1.0",
        "files": ["deferred.csv", "transfers.csv", "plan.json"],
    }
    assert plan_json(made()) == {key: value for key, value in content.items() if key != "files"}


def test_the_csv_suits_a_spreadsheet(tmp_path: Path) -> None:
    data = (written(tmp_path) / "transfers.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    header, row = csv.reader(data.decode("utf-8-sig").splitlines())
    assert header == list(TRANSFER_COLUMNS)
    assert row[header.index("reason")] == "'=1+1"


def test_a_department_is_part_of_what_a_plan_decides(tmp_path: Path) -> None:
    """A plan of before the columns keeps its fingerprint; another department is another plan."""
    older = fingerprint(made().transfers.drop(columns=["from_department", "to_department"]))
    assert fingerprint(made().transfers) == older
    moved = made([{**MOVE, "from_department": "教务处", "to_department": "总务处"}])
    assert fingerprint(moved.transfers) not in (
        older,
        fingerprint(made([{**MOVE, "to_department": "政教处"}]).transfers),
    )
    row = read_plan(written(tmp_path, moved)).transfers.iloc[0]
    assert (row["from_department"], row["to_department"]) == ("教务处", "总务处")
    path = tmp_path / "t.csv"
    path.write_text("工号,交流学校代码,交流处室\n1,2,总务处\n", "utf-8")
    assert read_plan(path).transfers["to_department"].tolist() == ["总务处"]


def test_further_columns_are_kept_and_inner_ones_are_not_written(tmp_path: Path) -> None:
    plan = made()
    frame = plan.transfers.assign(备注="@home", _row=2)
    again = read_plan(written(tmp_path, Plan(frame, plan.deferred))).transfers
    assert list(again.columns) == [*TRANSFER_COLUMNS, "备注", "_row"]
    assert again["备注"].tolist() == ["@home"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_hand_made_file_needs_two_columns_only(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "我的方案.csv"
    path.write_text(f"{HEADINGS}\r\n0012,程䶮,００２,调动,2029年8月,是,'=x\r\n\r\n", encoding, newline="")
    plan = read_plan(path)
    row = plan.transfers.iloc[0]
    assert (row["staff_id"], row["to_school_id"], row["mode"]) == ("0012", "002", "transfer")
    assert (row["until"], row["personnel_file_moves"], row["备注"], row["stage"]) == ("2029-08-01", "yes", "=x", "")
    assert (plan.status, plan.objectives, len(plan.deferred)) == (Status.UNKNOWN, (), 0)


def test_rows_are_sorted_and_know_their_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("to_school_id,staff_id,from_school_id\n9,b,2\n9,a,2\n9,c,1\n")
    frame = read_plan(path).transfers
    assert frame["staff_id"].tolist() == ["c", "a", "b"]
    assert frame["_row"].tolist() == [4, 3, 2]


def test_edited_moves_lose_the_claims_made_for_the_former_ones(tmp_path: Path) -> None:
    out = written(tmp_path)
    text = (out / "transfers.csv").read_text("utf-8-sig")
    (out / "transfers.csv").write_text(text.replace("\n", "\r\n"), "gb18030", newline="")
    assert read_plan(out).objectives, "another encoding is no other plan"
    (out / "transfers.csv").write_text(text.replace(",002,", ",003,"), "utf-8")
    plan = read_plan(out)
    assert is_edited(plan)
    assert (plan.status, plan.objectives) == (Status.UNKNOWN, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["plan_file_empty"]),
        ("staff_id,to_school\n1,x\n", ["plan_column_missing"]),
        ("name,reason\n1,x\n", ["plan_column_missing", "plan_column_missing"]),
        ("staff_id,工号,to_school_id\n1,1,2\n", ["plan_column_twice"]),
        ("staff_id,to_school_id\n1,2,3\n", ["row_long"]),
        ('staff_id,to_school_id\n"1,2\n', ["csv_broken"]),
        ("staff_id;to_school_id\n1;2\n", ["csv_delimiter"]),
        ("a\0b", ["csv_nul"]),
    ],
)
def test_what_cannot_be_understood_is_told(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "transfers.csv"
    path.write_text(text)
    with pytest.raises(InputError) as told:
        read_plan(path)
    assert codes(told) == expected
    for problem in told.value.problems:
        assert problem.file == "transfers.csv"
        assert problem.message
        assert problem.expected
        assert problem.advice


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "plan_json_broken"),
        ("[]", "plan_json_broken"),
        ("{", "plan_json_broken"),
        ("\xff", "plan_json_broken"),
        ("[" * 100_000, "plan_json_broken"),
        ('{"status": "good"}', "plan_json_value"),
        ('{"objectives": [{"id": "x"}]}', "plan_json_value"),
        ('{"objectives": 3}', "plan_json_value"),
        ('{"seed": "one"}', "plan_json_value"),
        ('{"counts": []}', "plan_json_value"),
    ],
)
def test_a_broken_plan_json_is_told(tmp_path: Path, text: str, expected: str) -> None:
    out = written(tmp_path)
    (out / "plan.json").write_text(text, "latin-1")
    with pytest.raises(InputError) as told:
        read_plan(out)
    assert codes(told) == [expected]


def test_a_plan_json_of_another_version_is_read(tmp_path: Path) -> None:
    out = written(tmp_path)
    (out / "plan.json").write_text('{"status": "optimal", "novelty": {"a": 1}}')
    assert read_plan(out).status is Status.OPTIMAL


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere", "plan_missing"),
        ("book.xlsx", "plan_kind"),
        ("empty", "plan_incomplete"),
        ("half", "plan_incomplete"),
    ],
)
def test_what_is_no_plan_is_told(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    (tmp_path / "empty").mkdir()
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "transfers.csv").write_text("staff_id,to_school_id\n1,2\n")
    with pytest.raises(InputError) as told:
        read_plan(tmp_path / name)
    assert codes(told) == [expected]


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=8)


@given(reason=cells, name=cells)
def test_any_text_survives_the_round_trip(tmp_path_factory: pytest.TempPathFactory, reason: str, name: str) -> None:
    reason, name = reason.strip(" \t\n\u3000\u00a0\ufeff\u200b"), name.strip(" \t\n\u3000\u00a0\ufeff\u200b")
    folder = tmp_path_factory.mktemp("plan")
    moves = [{**MOVE, "reason": reason, "name": name}]
    write_plan_files(folder, made(moves))
    row = read_plan(folder).transfers.iloc[0]
    blank = lambda text: "" if text.isspace() else text  # noqa: E731
    assert (row["reason"], row["name"]) == (blank(reason), blank(name))


def test_rows_that_make_no_sense_are_left_for_the_judge(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("staff_id,to_school_id,mode,until\n1,,walk,soon\n1,2,,\n")
    frame = read_plan(path).transfers
    assert frame[["staff_id", "to_school_id", "mode", "until"]].to_numpy().tolist() == [
        ["1", "", "walk", "soon"],
        ["1", "2", "", ""],
    ]
    assert compare(read_plan(path), read_plan(path)).identical
