"""The years written into a folder: each with its plan and scenario, and what they come to together."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.safetext import neutralise
from rotation_planner.plan.files import write_plan_files
from rotation_planner.plan.staging import to_json
from rotation_planner.report.charts.writing import save_pictures
from rotation_planner.report.privacy import cleaned
from rotation_planner.report.sheets import Book, Column
from rotation_planner.words import language, say
from rotation_planner.years.ledger import write_ledger
from rotation_planner.years.outlook import WAVE_COLUMNS, Horizon, Year
from rotation_planner.years.pages import WHAT, markdown, page, pictures
from rotation_planner.years.placing import files_in, filling

MARK = "horizon.json"
PERSONAL = "bureau"  # the folder of what is for the bureau alone


def write_horizon(found: Horizon, out: Path) -> Path:
    """Write everything into ``out``, whole or not at all; an earlier run there is replaced.

    Raises:
        InputError: the folder cannot be used.
    """
    with filling(out, MARK) as folder:
        for number, year in enumerate(found.years):
            _write_year(folder / str(year.number), year, own=number > 0 or found.changed_first)
        (folder / "horizon.md").write_text(markdown(found), "utf-8", newline="\n")
        (folder / "horizon.html").write_text(page(found), "utf-8", newline="\n")
        (folder / "assumptions.yaml").write_text(found.assumptions.text(), "utf-8", newline="\n")
        _write_csv(folder / "waves.csv", _worded(found.waves))
        groups = found.groups.assign(
            stage=[schema.label(schema.STAGES, each, language()) for each in found.groups["stage"]]
        )
        _write_csv(
            folder / "waves-by-school-and-subject.csv",
            groups.rename(columns={name: say(f"horizon.col_{name}") for name in groups.columns}),
        )
        write_book(found, folder / "waves.xlsx")
        save_pictures(folder, pictures(found))
        personal = folder / PERSONAL
        personal.mkdir()
        write_ledger(found.ledger, personal / "ledger.csv")
        _write_csv(personal / "programme.csv", programme_words(found.programme))
        _write_csv(personal / "burdens.csv", found.burdens)
        content = {**document(found), "files": [*files_in(folder), MARK]}
        (folder / MARK).write_text(to_json(content), "utf-8", newline="\n")
    return out


def document(found: Horizon) -> dict[str, Any]:
    """What the years come to, machine-readable; no names but those in what a year must do."""
    first = found.first_trouble
    return {
        "title": found.years[0].scenario.title,
        "wanted": found.wanted,
        "complete": found.complete,
        "interrupted": found.interrupted,
        "seconds": round(found.seconds, 1),
        "years": [{**each.figures, **_goals(each)} for each in found.years],
        "first_impossible": None if first is None else first.year,
        "troubles": [
            {
                "year": each.year, "told": list(each.told), "averted_in": each.averted, "needs": list(each.needs),
                "eased": list(each.eased), "repairs": list(each.repairs),
            }
            for each in found.troubles
        ],
        "burdened_twice": found.burdened_twice,
        "assumptions": found.assumptions.as_dict(),
    }  # fmt: skip


def _goals(year: Year) -> dict[str, Any]:
    plan = year.outcome.plan
    if plan is None:
        return {"goals": [], "contradictions": [each.sentence for each in year.outcome.contradictions]}
    return {"goals": [{"id": each.id, "value": each.value, "gap": round(each.gap, 6)} for each in plan.objectives]}


def _write_year(folder: Path, year: Year, own: bool) -> None:
    """A year's plan and audit, and the scenario it was made for where rolling made that (``own``)."""
    from rotation_planner.audit.writing import audit_json, audit_markdown

    folder.mkdir()
    outcome, policy = year.outcome, year.scenario.policy
    if outcome.plan is not None and outcome.audit is not None:
        district, plan, verdict = cleaned(year.scenario.district, outcome.plan, outcome.audit)
        (folder / "audit.json").write_text(to_json(audit_json(verdict, policy)), "utf-8", newline="\n")
        (folder / "audit.md").write_text(audit_markdown(verdict, policy, district), "utf-8", newline="\n")
        write_plan_files(folder, plan)
    if own:
        shutil.copytree(year.scenario.file.path.parent, folder / "scenario")


def programme_words(programme: pd.DataFrame) -> pd.DataFrame:
    """Who goes when as people read it; blank for who does not go within the time."""
    shown = programme.assign(
        stage=[schema.label(schema.STAGES, each, language()) for each in programme["stage"]],
        goes=[str(each) if each else "" for each in programme["goes"]],
    )
    names = {name: say(f"horizon.col_{name}") for name in shown.columns} | {"name": say("ledger_column.name")}
    return shown.rename(columns=names)


def _worded(waves: pd.DataFrame) -> pd.DataFrame:
    shown = waves.copy()
    shown["of"] = [say(f"horizon.of_{each}") for each in shown["of"]]
    return shown.rename(columns={name: say(f"horizon.col_{name}") for name in WAVE_COLUMNS})


def _write_csv(path: Path, frame: pd.DataFrame) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([neutralise(str(name)) for name in frame.columns])
        for row in frame.itertuples(index=False, name=None):
            writer.writerow([neutralise(cell) if isinstance(cell, str) else cell for cell in row])


def write_book(found: Horizon, path: Path) -> None:
    """The waves as a workbook: schools, and subjects, down, and for every year who is due, goes, and is carried on."""
    with Book(path, say("horizon.title")) as book:
        sheet = book.sheet("horizon_years")
        frame = found.summary
        sheet.set_widths([10] * len(frame.columns))
        sheet.heading(say("horizon.title"))
        for line in found.lines:
            sheet.note(line)
        sheet.gap()
        columns = [Column(str(name), "whole", 16, text=str(name)) for name in frame.columns]
        text = {1}
        columns = [Column(c.key, "text", 18, text=c.text) if at in text else c for at, c in enumerate(columns)]
        sheet.table(columns, _plain(frame))
        for of in ("school", "subject"):
            sheet = book.sheet(f"horizon_{of}s", landscape=True)
            tables = {what: found.wave_table(of, what) for what in WHAT}
            years = list(tables["due"].columns)
            columns = [Column("name", "text", 28, text=say(f"horizon.col_{of}"))]
            columns += [
                Column(f"{what}{year}", "whole", 8, text=f"{year}\n{say(f'horizon.col_{what}')}")
                for year in years
                for what in WHAT
            ]
            records = [
                [name, *(int(tables[what].iloc[row][year]) or None for year in years for what in WHAT)]
                for row, name in enumerate(tables["due"].index)
            ]
            sheet.heading(say(f"horizon.sheet_{of}s"))
            total = [say("horizon.total"), *(sum(r[at] or 0 for r in records) for at in range(1, len(columns)))]
            sheet.table(columns, records, main=True, total=total)


def _plain(frame: pd.DataFrame) -> list[list[Any]]:
    return [
        [each.item() if hasattr(each, "item") else each for each in row]
        for row in frame.itertuples(index=False, name=None)
    ]
