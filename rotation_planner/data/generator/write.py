"""A generated district as a scenario folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from rotation_planner.data.schema import TABLES, Column, Kind, label
from rotation_planner.words import Language, language

SOLVE: Mapping[str, float | int] = {"time_limit": 60, "gap": 0.0, "workers": 0, "seed": 1}


def write_district(
    frames: Mapping[str, pd.DataFrame],
    folder: Path | str,
    title: str,
    policy: str = "dalian",
    solve: Mapping[str, float | int] = SOLVE,
    *,
    as_of: str = "2027-08-31",
    lang: Language | None = None,
) -> Path:
    """Writes the tables as CSV (UTF-8 with BOM, as spreadsheet programs expect) and ``scenario.yaml``.

    Args:
        frames: tables by key, as `generate` makes them.
        folder: made if it is not there; tables in it are replaced.
        lang: language of headings and listed values; the language in force when not given. Both can be read back.

    Returns:
        The path of ``scenario.yaml``.
    """
    lang = lang or language()
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        if table.key in frames:
            frame = in_words(frames[table.key], table.columns, lang)
            frame.to_csv(target / f"{table.key}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    options = ", ".join(f"{key}: {json.dumps(value)}" for key, value in solve.items())
    lines = [
        f"title: {_yaml_text(title)}",
        f"as_of: {as_of}",
        f"policy: {_yaml_text(policy)}",
        "data: .",
        "adjust: {}",
        f"solve: {{{options}}}",
    ]
    path = target / "scenario.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def _yaml_text(text: str) -> str:
    """The text as YAML reads it back: bare where it begins with a letter and holds nothing but letters and digits."""
    bare = text[:1].isalpha() and all(c.isalnum() or c in "_-" for c in text)
    words = {"true", "false", "null", "yes", "no", "on", "off"}
    return text if bare and text.lower() not in words else json.dumps(text, ensure_ascii=False)


def in_words(frame: pd.DataFrame, columns: tuple[Column, ...], lang: Language) -> pd.DataFrame:
    """The frame with headings and listed values in a language."""
    if lang == "en":
        return frame
    named: dict[str, pd.Series] = {}
    for column in columns:
        values = frame[column.key]
        if column.values and column.kind in (Kind.LISTED, Kind.YES_NO):
            values = values.map(lambda key, c=column: label(c.values, key))
        elif column.values and column.kind is Kind.LIST:
            values = values.map(lambda keys, c=column: ";".join(label(c.values, key) for key in keys.split(";")))
        named[column.heading] = values
    return pd.DataFrame(named)
