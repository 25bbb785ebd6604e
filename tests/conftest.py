"""What every test shares: the same random cases each time, Chinese as the language, and no missing glyph."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import settings

from rotation_planner.words import set_language

os.environ.setdefault("MPLBACKEND", "Agg")  # charts are drawn without a screen

settings.register_profile("deterministic", derandomize=True, deadline=None)
settings.load_profile("deterministic")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Each test starts in the default language, whatever the one before it spoke."""
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture(autouse=True)
def every_glyph_drawn() -> Iterator[None]:
    """A character that the font lacks fails the test; matplotlib itself only warns and draws a box."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=r"Glyph .* missing from")
        yield
