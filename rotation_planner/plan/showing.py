"""How results look in a notebook: a heading and a few short tables."""

from __future__ import annotations

import html
from collections.abc import Mapping

import pandas as pd

MOST_ROWS = 12


def as_html(heading: str, tables: Mapping[str, pd.DataFrame], most_rows: int = MOST_ROWS) -> str:
    """The heading, then each table that has rows under its title, long ones cut in the middle. All text is escaped."""
    parts = [f"<p><strong>{html.escape(heading)}</strong></p>"]
    for title, frame in tables.items():
        if len(frame):
            shown = frame[[name for name in frame.columns if not str(name).startswith("_")]]
            table = shown.to_html(index=False, max_rows=most_rows, border=0, na_rep="", escape=True, notebook=True)
            parts.append(f"<p>{html.escape(title)}</p>{table}")
    return "\n".join(parts)
