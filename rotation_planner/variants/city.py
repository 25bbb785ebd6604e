"""The districts of a city: every scenario of a folder planned on the engine of what-if, and one summary for all."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.scenario import FILE_NAME, read_scenario_file
from rotation_planner.plan.showing import as_html
from rotation_planner.run.making import _ctrl_c
from rotation_planner.variants.jobs import STOPPED, Done, Job, Tell, head, unusable
from rotation_planner.variants.measuring import indicator_words, is_share
from rotation_planner.variants.packing import fingerprint, packed, sharing, whole
from rotation_planner.variants.records import Record, Recorded
from rotation_planner.variants.results import _number, _text, status_words
from rotation_planner.variants.running import Where, run_all
from rotation_planner.variants.store import Store
from rotation_planner.words import language, say

BELOW = "districts"
COUNTS = ("schools", "staff", "moves", "due", "due_placed", "deferred")


def district_folders(folder: Path) -> list[Path]:
    """The scenarios of a folder that is none itself: its subfolders with a ``scenario.yaml``, in the order of names."""
    if not folder.is_dir() or (folder / FILE_NAME).exists():
        return []
    return sorted(each for each in folder.iterdir() if (each / FILE_NAME).is_file())


def plan_districts(
    folder: Path | str,
    out: Path | str,
    *,
    workers: int = 0,
    cluster: str = "",
    options: Mapping[str, Any] | None = None,
    papers: bool = False,
    tell: Tell | None = None,
    stop: threading.Event | None = None,
    begun: Callable[[dict[str, str]], None] | None = None,
) -> City:
    """Plan every district of a folder, each into a folder of its own below ``out``, and sum them up.

    A district that was planned there before from the same files is not planned again. ``workers``: processes on this
    machine (0: one a processor), or ``cluster``: the address of a running Dask cluster. ``options``: how to solve, in
    the place of what the scenarios say; ``papers``: notices and letters too. ``tell`` hears the news of every district,
    possibly from another thread; ``begun`` the districts' titles by folder. ``stop``: set it, or press Ctrl-C once, to
    end with what is done.

    Raises:
        InputError: the folder holds no scenario, ``out`` cannot be used, or no cluster answers.
    """
    folder, out = Path(folder), Path(out)
    places = district_folders(folder)
    if not places:
        raise InputError([Problem(Severity.ERROR, "city_empty", str(folder), value=str(folder))])
    titles = _titles(places)
    if begun is not None:
        begun(titles)
    stop = stop or threading.Event()
    with Store.opened(out, BELOW) as store, _ctrl_c(stop):
        store.check([each.name for each in places])
        where = Where(workers, cluster)
        _, processors = where.shared(len(places))
        jobs = [partial(_job, each, titles[each.name], dict(options or {}), processors, papers) for each in places]
        records = run_all(jobs, store, where, tell=tell, stop=stop)
        rows = [
            records.get(name)
            or {**head(Job(name, title, {}, "")), "outcome": STOPPED, "why": [say("variants.stopped")]}
            for name, title in titles.items()
        ]
        made = City(folder.resolve().name, tuple(rows), stop.is_set())
        from rotation_planner.variants.citypages import write_city

        write_city(made, out)
    return made


def _titles(places: list[Path]) -> dict[str, str]:
    """The districts' titles by folder, with the folder where two have the same."""
    told = {each.name: _title(each) for each in places}
    alike = Counter(told.values())
    return {
        name: title if alike[title] == 1 else say("city.named", title=title, folder=name)
        for name, title in told.items()
    }


def _title(place: Path) -> str:
    try:
        return read_scenario_file(place).title
    except InputError:
        return place.name


def _job(place: Path, title: str, options: dict[str, Any], processors: int, papers: bool) -> Job | Done:
    empty = Job(place.name, title, {}, "")
    try:
        content, files = packed(read_scenario_file(place))
    except InputError as error:
        return Done({**head(empty), **unusable(error).record})
    content["solve"] = {**(content.get("solve") or {}), **options}
    return dataclasses.replace(
        empty,
        files=whole(sharing(content, processors), files),
        print=fingerprint(whole(content, files), f"district papers={papers}"),
        full=True,
        papers=papers,
        language=language(),
    )


@dataclass(frozen=True, eq=False)
class City(Recorded):
    """The districts of a city side by side: one record each (see `measuring.measures`), in the order of folders."""

    title: str
    records: tuple[Record, ...]
    interrupted: bool = False

    @cached_property
    def indicator_keys(self) -> list[str]:
        """Every indicator that any district has."""
        return list(dict.fromkeys(key for each in self.records for key in each.get("indicators", {})))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a district, columns by English key: id (the folder), title, outcome, status, passes, counts,
        ``share_moving`` (of the staff), proven (how many goals of how many), ``indicator.<key>``, breaches, seconds,
        why; NaN where there is none."""
        rows = []
        for record in self.records:
            counts, indicators, goals = (record.get(each, {}) for each in ("counts", "indicators", "goals"))
            staff = counts.get("staff")
            rows.append(
                {
                    "id": record["id"],
                    "title": record["title"],
                    "outcome": record["outcome"],
                    "status": record.get("status", ""),
                    "passes": bool(record.get("passes", False)),
                    **{name: _number(counts.get(name)) for name in COUNTS},
                    "share_moving": counts["moves"] / staff if staff else float("nan"),
                    "proven": _number(sum(each["proven"] for each in goals) if goals else None),
                    "goals": _number(len(goals) if goals else None),
                    **{f"indicator.{key}": _number(indicators.get(key)) for key in self.indicator_keys},
                    "breaches": _number(record.get("breach_count")),
                    "seconds": _number(record.get("seconds")),
                    "why": " ".join(record.get("why", ())),
                }
            )
        return pd.DataFrame(rows)

    @property
    def totals(self) -> dict[str, float]:
        """The counts of all districts with a plan together."""
        return {name: float(self.table[name].sum()) for name in (*COUNTS, "breaches")}

    def heading(self, column: str) -> str:
        """The heading of a column of `table` in the language in force."""
        part, _, name = column.partition(".")
        return indicator_words(name) if part == "indicator" else say(f"city.column_{column}")

    @property
    def shown(self) -> pd.DataFrame:
        """The table as people read it, a last row for all districts together."""
        table, totals = self.table, self.totals
        staff = totals["staff"]
        found: dict[str, list[str]] = {
            self.heading("title"): [*table["title"], say("city.all")],
            self.heading("status"): [*map(status_words, self.records), ""],
        }
        for name in COUNTS:
            found[self.heading(name)] = [_text(value) for value in (*table[name], totals[name])]
        moving = totals["moves"] / staff if staff else float("nan")
        found[self.heading("share_moving")] = [_text(each, share=True) for each in (*table["share_moving"], moving)]
        pairs = zip(table["proven"], table["goals"], strict=True)
        found[self.heading("proven")] = [*(f"{a:.0f}/{b:.0f}" if a == a else "" for a, b in pairs), ""]
        for key in self.indicator_keys:
            values = table[f"indicator.{key}"]
            found[self.heading(f"indicator.{key}")] = [*(_text(each, share=is_share(key)) for each in values), ""]
        found[self.heading("breaches")] = [_text(each) for each in (*table["breaches"], totals["breaches"])]
        return pd.DataFrame(found)

    @property
    def lines(self) -> list[str]:
        """The findings in sentences."""
        totals = self.totals
        values = {name: int(totals[name]) for name in ("moves", "due", "due_placed")}
        told = say("city.summary", districts=len(self.records), planned=len(self.planned), **values)
        return [told, *self.fallen_short]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    __repr__ = __str__

    def picture(self) -> Any:
        """The chart as a finished picture (png, svg)."""
        from rotation_planner.report.charts.variants import city_picture

        table = self.table
        titles = table["title"].tolist()
        panels = []
        for name in ("moves", "due", "due_placed", "share_moving"):
            values = table[name] * (100 if name == "share_moving" else 1)
            heading = self.heading(name) + (say("city.percent") if name == "share_moving" else "")
            panels.append((heading, list(zip(titles, values.tolist(), strict=True))))
        return city_picture(panels, say("city.picture"))

    def _repr_html_(self) -> str:
        from rotation_planner.report.charts.variants import picture_html

        return as_html(" ".join(self.lines), {say("city.districts"): self.shown}, 60) + picture_html(self.picture())
