"""CSV as people save it: encodings, quotes, blank rows, odd headings."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import AS_OF, SOUND, codes, copy_of_sound, problems_of

from rotation_planner.data import schema
from rotation_planner.data.cells import normalise, trim
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.district import District
from rotation_planner.data.reading import read_district
from rotation_planner.data.writing import write_tables


def same(one: District, other: District) -> None:
    for key, frame in one.frames.items():
        pd.testing.assert_frame_equal(frame, other.frames[key])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends_make_no_difference(tmp_path: Path, encoding: str, newline: str) -> None:
    folder = copy_of_sound(tmp_path / "district")
    for path in folder.glob("*.csv"):
        path.write_bytes(path.read_text("utf-8").replace("\n", newline).encode(encoding))
    same(read_district(folder, AS_OF)[0], read_district(SOUND, AS_OF)[0])


def test_rare_characters_of_names_survive_gb18030(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "district")
    text = (folder / "staff.csv").read_text("utf-8").replace("沈若安", "沈䶮𬱖")
    (folder / "staff.csv").write_bytes(text.encode("gb18030"))
    assert "沈䶮𬱖" in read_district(folder, AS_OF)[0].staff["name"].tolist()


def test_chinese_and_english_headings_give_the_same_district(tmp_path: Path) -> None:
    district = read_district(SOUND, AS_OF)[0]
    write_tables(district, tmp_path / "en", "en")
    assert (tmp_path / "en" / "schools.csv").read_text("utf-8-sig").startswith("school_id,name,stages")
    assert "primary;junior" in (tmp_path / "en" / "schools.csv").read_text("utf-8-sig")
    same(read_district(tmp_path / "en", AS_OF)[0], district)


def test_headings_forgive_case_blanks_and_full_width(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "district")
    text = (folder / "schools.csv").read_text("utf-8")
    text = text.replace("学校代码", " School_ID ").replace("学校名称", "学校 名称*").replace("层次", "ＴＩＥＲ")
    text = text.replace("优质", " Quality ").replace("小学;初中", "小学、 JUNIOR")
    (folder / "schools.csv").write_text(text, "utf-8")
    same(read_district(folder, AS_OF)[0], read_district(SOUND, AS_OF)[0])


def test_columns_come_in_any_order_and_files_by_chinese_name(tmp_path: Path) -> None:
    folder = tmp_path / "district"
    folder.mkdir()
    for table in schema.TABLES:
        frame = pd.read_csv(SOUND / f"{table.key}.csv", dtype=str, keep_default_na=False)
        frame[frame.columns[::-1]].to_csv(folder / f"{table.name}.csv", index=False)
    same(read_district(folder, AS_OF)[0], read_district(SOUND, AS_OF)[0])


def test_a_teacher_called_na_is_a_name_and_zeros_stay() -> None:
    district = read_district(SOUND, AS_OF)[0]
    assert district.staff["name"].tolist()[3] == "NA"
    assert district.schools["school_id"].tolist()[0] == "001"


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "district")
    text = "\n,,\n工号,姓名,性别,出生日期,参加工作时间,学校代码,到本校时间,任教学段,任教学科,职务\n"
    text += 'T01,"林\n知远",男,1974-03-12,1996-08-01,001,2016-08-15,,,教辅工勤\n\n'
    text += "T02,沈若安,女,1985-06-20,2007-08-01,001,2012-09-01,小学,语文,老师\n"
    (folder / "staff.csv").write_text(text, "utf-8")
    found = [p for p in problems_of(folder) if p.code == "value_not_listed"]
    assert [(p.row, p.column, p.value) for p in found] == [(6, "职务", "老师")]


def test_names_keep_their_characters_and_codes_are_brought_to_one_form(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "district")
    text = (folder / "staff.csv").read_text("utf-8").replace("T02,沈若安", "　Ｔ０２ ,　Ｓ沈㈠　")
    (folder / "staff.csv").write_text(text, "utf-8")
    staff = read_district(folder, AS_OF)[0].staff
    assert staff["staff_id"].tolist()[1] == "T02"
    assert staff["name"].tolist()[1] == "Ｓ沈㈠"


def test_columns_of_their_own_are_kept_as_text(tmp_path: Path) -> None:
    folder = copy_of_sound(tmp_path / "district")
    rows = (folder / "schools.csv").read_text("utf-8").splitlines()
    rows = [r + "," + v for r, v in zip(rows, ["宿舍", "007", "有", "", "1.50", "NA"], strict=True)]
    (folder / "schools.csv").write_text("\n".join(rows), "utf-8")
    district, problems = read_district(folder, AS_OF)
    assert codes(problems) == ["column_unknown"]
    assert district.schools["宿舍"].tolist() == ["007", "有", "", "1.50", "NA"]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotation_planner.data.csvfile.MOST_BYTES", 100)
    assert codes(read_csv(SOUND / "staff.csv", "staff")[1]) == ["file_too_large"]
    assert codes(read_csv(tmp_path / "nothing.csv", "staff")[1]) == ["file_unreadable"]


@given(data=st.binary(max_size=200) | st.text(max_size=120).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "schools.csv"
    path.write_bytes(data)
    for problem in read_csv(path, "schools")[1]:
        assert problem.message
        assert problem.advice


SOUND_STAFF = read_district(SOUND, AS_OF)[0].staff
cells = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)
risky = st.sampled_from(["=1+1", "+86", "-", "@x", "'=1", "''-2", '"', "a,b", "a\nb", "NA", "null", "1e5", "007"])


@settings(max_examples=40)
@given(names=st.lists(cells | risky, min_size=1, max_size=6))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("trip")
    staff = SOUND_STAFF.iloc[[0] * len(names)].reset_index(drop=True)
    staff["department"] = [trim(n) for n in names]
    staff["_row"] = range(2, 2 + len(names))
    write_tables({"staff": staff}, folder)
    raw, problems = read_csv(folder / "staff.csv", "staff")
    assert raw is not None
    assert not problems
    pd.testing.assert_frame_equal(normalise(raw)[0], staff)
