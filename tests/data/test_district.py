"""The district in normal form, its indexes and its distances."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from tables import AS_OF, SOUND

from rotation_planner.data import schema
from rotation_planner.data.distance import great_circle
from rotation_planner.data.district import District, build, empty_frame, frame_of
from rotation_planner.data.problems import InputError
from rotation_planner.data.reading import read_district
from rotation_planner.words import speaking

PLACES = [
    {"school_id": "a", "latitude": 0, "longitude": 0},
    {"school_id": "b", "latitude": 0, "longitude": 90},
    {"school_id": "c", "latitude": 90, "longitude": 0},
    {"school_id": "d"},
]


def test_every_table_is_there_with_its_columns_in_normal_form() -> None:
    read = read_district(SOUND, AS_OF)[0]
    for district in (District.of(AS_OF), read):
        for table in schema.TABLES:
            frame = district.frames[table.key]
            assert frame.columns.tolist() == [*table.keys, "_row"]
            assert frame.dtypes.equals(empty_frame(table.key).dtypes)
            assert isinstance(frame.index, pd.RangeIndex)
            assert not frame.select_dtypes("str").isna().any(axis=None)


def test_indexes_follow_the_rows() -> None:
    district = read_district(SOUND, AS_OF)[0]
    assert district.school_pos == {"001": 0, "002": 1, "003": 2, "004": 3, "005": 4}
    assert district.staff_pos["T06"] == 5
    assert district.staff_school.tolist() == [0, 0, 1, 2, 3, 0]
    assert district.staff_school.dtype == np.int32


def test_a_person_at_no_known_school_has_no_position() -> None:
    district = build(AS_OF, schools=[{"school_id": "a"}], staff=[{"staff_id": "x", "school_id": "b"}])
    with pytest.raises(KeyError):
        _ = district.staff_school


def test_great_circles_and_measured_distances() -> None:
    quarter = np.pi / 2 * 6371.0088
    km = build(AS_OF, schools=PLACES).km
    assert km[:3, :3] == pytest.approx(np.where(np.eye(3), 0, quarter))
    assert np.isnan(km[3, :3]).all()
    assert km[3, 3] == 0
    listed = [
        {"from_school": "a", "to_school": "b", "km": 5},
        {"from_school": "a", "to_school": "d", "km": 7},
        {"from_school": "d", "to_school": "a", "km": 8},
    ]
    km = build(AS_OF, schools=PLACES, distances=listed).km
    assert (km[0, 1], km[1, 0]) == (5, 5)
    assert (km[0, 3], km[3, 0]) == (7, 8)
    assert km[1, 2] == pytest.approx(quarter)


def test_a_short_distance_is_exact_enough() -> None:
    one = np.array([38.914]), np.array([121.618])
    assert great_circle(*one, np.array([38.915]), np.array([121.618]))[0, 0] == pytest.approx(0.1112, abs=1e-3)


def test_records_of_any_kind_become_a_frame() -> None:
    frame = frame_of(
        "staff",
        [
            {"staff_id": 7, "birth_date": dt.date(1980, 5, 1), "sex": "女", "subject": "语文", "自设": "x"},
            {"staff_id": "08", "birth_date": pd.Timestamp(1981, 1, 1), "key_post": True, "duties": ["班主任", "其它"]},
        ],
    )
    assert frame["staff_id"].tolist() == ["7", "08"]
    assert frame["sex"].tolist() == ["F", ""]
    assert frame["full_time"].tolist() == [True, False]
    assert frame["key_post"].tolist() == [False, True]
    assert frame["duties"].tolist() == ["", "class_teacher;其它"]
    assert frame["自设"].tolist() == ["x", ""]
    assert frame["_row"].tolist() == [2, 3]
    with pytest.raises(InputError):
        frame_of("staff", [{"staff_id": "1", "sex": "?"}])


def test_it_says_what_it_holds() -> None:
    district = read_district(SOUND, AS_OF)[0]
    assert "教职工: 6" in district.describe()
    assert "staff=6" in repr(district)
    assert "<td>教职工</td><td>6</td>" in district._repr_html_()
    with speaking("en"):
        assert "staff: 6" in district.describe()
    assert District.of(AS_OF).describe().count("\n") == 0
