"""Text that looks like a formula is made harmless and comes back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rotation_planner.data.safetext import neutralise, restore

texts = st.text(alphabet="=+-@\t\r'＝a语 ", max_size=6) | st.text(max_size=12)


@given(texts)
@example("'=1")
@example("''=1")
@example("'")
def test_it_comes_back(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(texts)
def test_no_formula_is_left(text: str) -> None:
    assert not neutralise(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", ["", "语文", "O'Neill", "'quoted'", "a=b"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert neutralise(text) == text
    assert restore(text) == text
