"""Names of files that every usual system takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
DEVICE = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
LONGEST_NAME = 60


def file_names(labels: Iterable[str]) -> list[str]:
    """One name a label, without ending, that every usual system takes: no forbidden sign, no device name, not too long,
    different from the others also where upper and lower case count as one."""
    taken: set[str] = set()
    names = []
    for label in labels:
        plain = FORBIDDEN.sub("_", "".join(c for c in label if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")))
        name = plain[:LONGEST_NAME].strip(" .") or "_"
        if DEVICE.match(name):
            name = "_" + name
        unique, number = name, 1
        while unicodedata.normalize("NFC", unique).casefold() in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unicodedata.normalize("NFC", unique).casefold())
        names.append(unique)
    return names
