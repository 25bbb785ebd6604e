"""Identity numbers: what they look like, and texts without them. They belong into no table and no paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container

from rotation_planner.words import say

NUMBER = re.compile(r"(?<!\d)\d{17}[0-9Xx](?!\d)")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def is_identity_number(text: str) -> bool:
    """Whether a text is a citizen's identity number: 18 characters, a date of birth, and the right last one."""
    if len(text) != 18 or not text.isascii() or not NUMBER.fullmatch(text):
        return False
    try:
        dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return CHECKS[sum(int(c) * w for c, w in zip(text, WEIGHTS, strict=False)) % 11] == text[17].upper()


def without_identity_numbers(text: str, keep: Container[str] = ()) -> str:
    """The text with a mark in the place of whatever looks like an identity number, right or mistyped.

    ``keep``: codes of eighteen digits that are none.
    """
    if not NUMBER.search(text):
        return text
    return NUMBER.sub(lambda found: found[0] if found[0] in keep else say("data.identity_left_out"), text)
