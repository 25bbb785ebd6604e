"""The years on one page, for reading on paper and on a screen, and their pictures."""

from __future__ import annotations

import base64
import html
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.report.charts.writing import Picture
    from rotation_planner.years.outlook import Horizon

WHAT = ("due", "moved", "carried")
STYLE = (
    "body{font-family:'Noto Sans SC','Microsoft YaHei',sans-serif;max-width:70em;margin:2em auto;padding:0 1em;"
    "color:#222;line-height:1.6}table{border-collapse:collapse;margin:1em 0}th,td{border:1px solid #b7c3cb;"
    "padding:.25em .6em;text-align:right}th{background:#e4ecf1}td:first-child,th:first-child{text-align:left}"
    "img{max-width:100%}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:1.6em}"
)


def pictures(found: Horizon, dots: int = 200) -> list[Picture]:
    """The wave pictures: schools by year and subjects by year."""
    from rotation_planner.report.charts.waves import wave_height, wave_map, wave_rows
    from rotation_planner.report.charts.writing import picture

    drawn = []
    for of in ("school", "subject"):
        tables = {what: found.wave_table(of, what) for what in WHAT}
        both = wave_rows(tables["due"] + tables["moved"])
        if not len(both):
            continue
        keep = [at for at, name in enumerate(tables["due"].index) if name in set(both.index)]
        draws = [partial(wave_map, tables[what].iloc[keep], what, named=not number) for number, what in enumerate(WHAT)]
        wide = 3.2 + 0.9 * max(len(found.years), 3)
        drawn.append(picture(f"waves-{of}s", wide * 1.6, wave_height(len(keep)), *draws, dots=dots))
    return drawn


def picture_html(found: Horizon, dots: int = 90) -> str:
    """The wave pictures inside a page."""
    parts = []
    for each in pictures(found, dots):
        data = base64.b64encode(each.for_screen(dots)).decode("ascii")
        parts.append(f'<p><img alt="{html.escape(each.title)}" src="data:image/png;base64,{data}"></p>')
    return "".join(parts)


def markdown(found: Horizon) -> str:
    """The one page: what to know first, the years, the waves by subject, what was assumed; no personal facts but the
    names in what a year must do."""
    lines = [f"# {say('horizon.title')}", "", found.lines[0], ""]
    lines += [f"- {each}" for each in found.lines[1:]]
    lines += ["", f"## {say('horizon.years')}", "", *_table(found.summary)]
    lines += ["", f"## {say('horizon.by_subject')}", "", *_table(_counts(found, "subject"))]
    lines += ["", f"## {say('horizon.peaks')}", "", *_table(_peaks(found))]
    lines += ["", f"## {say('horizon.burdens')}", "", say("horizon.burdened", count=found.burdened_twice), ""]
    lines += [f"## {say('roll.assumed')}", "", "```yaml", found.assumptions.text().rstrip(), "```", ""]
    return "\n".join(lines)


def page(found: Horizon) -> str:
    """The one page as HTML that opens offline."""
    told = "".join(f"<li>{html.escape(each)}</li>" for each in found.lines[1:])
    parts = [
        f"<h1>{html.escape(say('horizon.title'))}</h1><p><strong>{html.escape(found.lines[0])}</strong></p><ul>{told}</ul>",
        f"<h2>{say('horizon.years')}</h2>{_html(found.summary)}",
        f"<h2>{say('horizon.picture')}</h2>{picture_html(found, 110)}",
        f"<h2>{say('horizon.peaks')}</h2>{_html(_peaks(found))}",
        f"<h2>{say('horizon.burdens')}</h2><p>{say('horizon.burdened', count=found.burdened_twice)}</p>",
        f"<h2>{say('roll.assumed')}</h2><pre>{html.escape(found.assumptions.text())}</pre>",
    ]
    head = f'<meta charset="utf-8"><title>{html.escape(say("horizon.title"))}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="{language()}"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _counts(found: Horizon, of: str) -> pd.DataFrame:
    """Who goes, by year, and of whom it is due."""
    moved, due = found.wave_table(of, "moved"), found.wave_table(of, "due")
    busy = (moved.to_numpy() + due.to_numpy()).sum(axis=1) > 0
    frame = pd.DataFrame(
        {str(year): [f"{m} ({d})" for m, d in zip(moved[year], due[year], strict=True)] for year in moved.columns},
        index=moved.index,
    )[busy]
    return frame.reset_index(names=say("horizon.col_subject"))


def _peaks(found: Horizon) -> pd.DataFrame:
    """The schools that lose most in a year: their greatest loss, in people and of their staff."""
    mine = found.waves[(found.waves["of"] == "school") & (found.waves["moved"] > 0)]
    share = mine["moved"] / mine["staff"].clip(lower=1)
    most = (
        mine.assign(share=share)
        .sort_values(["share", "moved"], ascending=False, kind="stable")
        .drop_duplicates("key")
        .head(8)
    )
    rows = [
        (name, year, moved, f"{part:.0%}")
        for name, year, moved, part in zip(most["name"], most["year"], most["moved"], most["share"], strict=True)
    ]
    return pd.DataFrame(rows, columns=[say(f"horizon.col_{name}") for name in ("school", "year", "moves", "of_staff")])


def _table(frame: pd.DataFrame) -> list[str]:
    head = "| " + " | ".join(map(str, frame.columns)) + " |"
    rule = "|---|" + "---:|" * (len(frame.columns) - 1)
    return [head, rule, *("| " + " | ".join(map(str, row)) + " |" for row in frame.itertuples(index=False, name=None))]


def _html(frame: pd.DataFrame) -> str:
    return frame.to_html(index=False, border=0)
