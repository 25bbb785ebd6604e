"""What the tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

Call = Callable[..., Result]


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on standard output."""
    found = json.loads(result.stdout)
    assert found["exit_code"] == result.exit_code
    return dict(found)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
