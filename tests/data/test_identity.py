from __future__ import annotations

import pytest

from rotation_planner.data.identity import is_identity_number, without_identity_numbers

RIGHT = "210202199103110012"  # invented


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RIGHT, True),
        ("210202199103110013", False),  # the last character is wrong
        ("210202199113110012", False),  # no such month
        ("21020219910311001", False),
        ("100000000000000001", False),
        ("２１０２０２１９９１０３１１００１２", False),
        ("", False),
    ],
)
def test_identity_numbers_are_known_by_date_and_last_character(text: str, expected: bool) -> None:
    assert is_identity_number(text) is expected


def test_whatever_looks_like_one_is_taken_out_of_texts() -> None:
    assert without_identity_numbers(f"见{RIGHT}，x21020219910311001X。") == "见（身份证号略），x（身份证号略）。"
    assert (
        without_identity_numbers("电话041184000000，学校标识码3221000123") == "电话041184000000，学校标识码3221000123"
    )
    assert without_identity_numbers(f"工号{RIGHT}", {RIGHT}) == f"工号{RIGHT}"
