"""The mark that a collecting leaves: which files of a folder it wrote, so that they are neither lost nor collected."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

MARK = "collected.json"
REPORTS = "reports"


def written(out: Path) -> set[str]:
    """The files that an earlier collecting wrote into ``out``, with forward slashes."""
    try:
        listed = json.loads((out / MARK).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    return {each for each in listed if isinstance(each, str) and _ours(each)} if isinstance(listed, list) else set()


def _ours(name: str) -> bool:
    """Whether a listed name can be a file of ours at all; the list might have been changed by hand."""
    parts = PurePosixPath(name).parts
    if "\\" in name or ":" in name or "\0" in name or ".." in parts or not parts or name.startswith("/"):
        return False
    return len(parts) == 1 or parts[0] == REPORTS
