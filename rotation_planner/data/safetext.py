"""Text that a spreadsheet would take for a formula: made harmless in CSV files, and read back unchanged."""

from __future__ import annotations

_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARK = "'"


def neutralise(text: str) -> str:
    """``text`` with a leading apostrophe where a spreadsheet would run it as a formula.

    Text that itself begins with apostrophes before such a character gets one more, so `restore` is exact.
    """
    return _MARK + text if text.lstrip(_MARK).startswith(_RISKY) else text


def restore(text: str) -> str:
    """The text that `neutralise` was given; any text that it did not touch comes back as it stands."""
    return text[1:] if text.startswith(_MARK) and text.lstrip(_MARK).startswith(_RISKY) else text
