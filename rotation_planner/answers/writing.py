"""The pages of everybody who moves, in a folder: ``bureau/`` and ``person/`` with a file each, one for the public."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from rotation_planner.answers.explaining import Explainer

A_PAGE, LEAST, MOST = 0.25, 20.0, 300.0  # seconds of proving: for each page, and for all of them together


def write_pages(explainer: Explainer, out: Path, *, seconds: float | None = None) -> int:
    """Write the pages into the folder ``out``, whole or not at all; how many people they speak of.

    Wishes not met, and staying, are settled for everybody together within ``seconds`` (see `settling`; by the number
    of pages where it is not given); for what that time does not reach it is told what happens with everybody else as
    planned. The public's file tells the moves in the order of their words, so that its lines cannot be laid beside the
    others.
    """
    if seconds is None:
        seconds = min(max(A_PAGE * len(explainer.movers), LEAST), MOST)
    explainer.settle(seconds=seconds)
    told = [explainer.person(each, solve=False) for each in explainer.movers]
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".pages-", dir=out.parent))
    try:
        for reader in ("bureau", "person"):
            (made / reader).mkdir()
            for number, each in enumerate(told, start=1):
                (made / reader / f"{number:04}-{_safe(each.staff_id)}.md").write_text(
                    each.text(reader), "utf-8", newline="\n"
                )
        public = sorted(each.text("public").strip() for each in told)
        (made / "public.md").write_text("".join(f"- {line}\n" for line in public), "utf-8", newline="\n")
        made.chmod(0o755)
        if out.exists():
            out.rmdir()
        made.rename(out)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return len(told)


def _safe(code: str) -> str:
    """A code as part of a file's name."""
    return re.sub(r"[^\w-]", "_", code)[:60]
