"""The tables as the contract fixes them, and the ways of naming them."""

from __future__ import annotations

import pytest

from rotation_planner.data import schema
from rotation_planner.data.schema import Kind


def test_tables_in_the_contracts_order() -> None:
    names = {t.key: t.name for t in schema.TABLES}
    assert names == {
        "schools": "学校",
        "staff": "教职工",
        "demand": "学科编制",
        "exemptions": "暂缓情形",
        "applications": "志愿",
        "history": "任职经历",
        "appraisals": "年度考核",
        "relatives": "亲属关系",
        "pins": "指定",
        "distances": "距离",
    }
    assert [t.key for t in schema.TABLES if t.due] == ["schools", "staff"]


def test_headings_and_values_are_distinct_within_their_place() -> None:
    for table in schema.TABLES:
        names = [schema.plain(n) for c in table.columns for n in (c.key, c.heading)]
        assert len(names) == len(set(names))
        for column in table.columns:
            written = [schema.plain(n) for pair in column.values.items() for n in pair]
            assert len(written) == len(set(written))


@pytest.mark.parametrize("name", ["staff", "STAFF", " Staff ", "教职工", "教 职工", "ｓｔａｆｆ"])
def test_a_table_is_found_by_key_or_chinese_name(name: str) -> None:
    found = schema.find_table(name)
    assert found is not None
    assert found.key == "staff"


@pytest.mark.parametrize("name", ["", "teachers", "教职工2027", "sheet1"])
def test_other_names_are_no_table(name: str) -> None:
    assert schema.find_table(name) is None


@pytest.mark.parametrize(
    ("text", "form"),
    [("School ID", "school_id"), ("school-id", "school_id"), ("学校 代码*", "学校代码"), ("ＴＩＥＲ", "tier")],
)
def test_headings_are_compared_in_one_form(text: str, form: str) -> None:
    assert schema.plain(text) == form


def test_every_column_of_the_contract_is_there() -> None:
    columns = {t.key: t.keys for t in schema.TABLES}
    assert len(columns["schools"]) == 19
    assert len(columns["staff"]) == 26
    assert columns["pins"] == ["staff_id", "school_id", "verdict", "reason"]
    assert columns["history"] == ["staff_id", "school_id", "location", "tier", "start", "end", "kind"]
    assert schema.table("staff")["full_time"].kind is Kind.YES_NO


def test_listed_values_are_named_in_both_languages() -> None:
    assert schema.label(schema.TIERS, "weak") == "薄弱"
    assert schema.label(schema.TIERS, "weak", "en") == "weak"
    assert schema.label(schema.REASONS, "子女入学") == "子女入学"
