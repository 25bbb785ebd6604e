"""The ledger of burdens: who was sent where, how far, and whether by no wish of their own. Personal: the bureau's."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.dates import add_years
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.safetext import neutralise
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import LANGUAGES, catalogue, language, say
from rotation_planner.years.assumptions import Burden

COLUMNS = (
    "staff_id", "name", "day", "from_school_id", "to_school_id", "location", "km", "far", "countryside", "forced",
    "until", "rules",
)  # fmt: skip
PLACE = Path("ledger") / "burdens.csv"  # below a scenario's folder, where it is no table of the district
YES_NO = ("far", "countryside", "forced")


def blank_ledger() -> pd.DataFrame:
    """A ledger without entries."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})


def entries_of(turnover: Turnover, how: Burden) -> pd.DataFrame:
    """The entries that a plan makes: one a move between schools; text, ``yes`` and ``no``, days as ISO text.

    ``forced``: none of the person's wishes is met, and they are no volunteer whom no duty sends. ``far`` and
    ``countryside`` as the assumptions say; an unknown distance is not far.
    """
    moves = turnover.moves
    between = (moves["source"] != moves["target"]).to_numpy(bool)
    person = moves["person"].to_numpy(np.int64)
    standing = turnover.standing
    eligible = np.logical_or.reduce([np.zeros(len(turnover.moving), bool), *standing.eligible.values()])
    asked = (standing.any_volunteer & ~eligible & ~standing.forced)[person] | (turnover.wish > 0)
    location = turnover.of_schools("location")
    there = location[moves["target"].to_numpy(np.int64)]
    away = np.isin(there, how.countryside) & ~np.isin(location[moves["source"].to_numpy(np.int64)], how.countryside)
    km = turnover.kilometres
    first = (turnover.district.as_of + dt.timedelta(days=1)).isoformat()
    frame = pd.DataFrame(
        {
            "staff_id": moves["staff_id"], "name": moves["name"], "day": first,
            "from_school_id": turnover.of_schools("school_id")[moves["source"].to_numpy(np.int64)],
            "to_school_id": moves["to_school_id"], "location": there,
            "km": ["" if each != each else f"{each:.1f}" for each in km.tolist()],
            "far": _yes(np.nan_to_num(km) >= how.far_km), "countryside": _yes(away), "forced": _yes(~asked),
            "until": moves["until"], "rules": moves["rules"],
        }
    )  # fmt: skip
    return frame[between].astype("str").reset_index(drop=True)


def _yes(mask: np.ndarray) -> list[str]:
    return ["yes" if each else "no" for each in mask.tolist()]


def read_ledger(folder: Path) -> pd.DataFrame:
    """The ledger of a scenario's folder; blank where it has none.

    Raises:
        InputError: the file is no ledger.
    """
    path = folder / PLACE
    if not path.is_file():
        return blank_ledger()
    raw, problems = read_csv(path, PLACE.stem)
    if raw is None:
        if problems:
            raise InputError(problems)
        return blank_ledger()
    texts = {name: catalogue()[f"ledger_column.{name}"] for name in COLUMNS}
    accepted = {schema.plain(texts[name][lang]): name for name in COLUMNS for lang in LANGUAGES}
    accepted |= {name: name for name in COLUMNS}
    place = {accepted.get(schema.plain(heading), heading): number for number, heading in enumerate(raw.headings)}
    missing = [name for name in ("staff_id", "day") if name not in place]
    if missing:
        raise InputError(
            [Problem(Severity.ERROR, "ledger_column", path.name, raw.header_row, texts[name]["zh"]) for name in missing]
        )
    answers = schema.accepted(schema.YES_NO) | {"true": "yes", "false": "no"}
    places = schema.accepted(schema.LOCATIONS)
    found = blank_ledger()
    for name in COLUMNS:
        cells = [str(each).strip() for each in raw.columns[place[name]]] if name in place else [""] * len(raw.rows)
        if name in YES_NO:
            cells = [answers.get(schema.plain(each), each) for each in cells]
        elif name == "location":
            cells = [places.get(schema.plain(each), each) for each in cells]
        found[name] = pd.Series(cells, dtype="str")
    return found


def write_ledger(ledger: pd.DataFrame, path: Path) -> None:
    """Write the ledger under the headings of the language in force."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = ledger_words(ledger)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(list(shown.columns))
        writer.writerows([neutralise(str(cell)) for cell in row] for row in shown.itertuples(index=False, name=None))


def ledger_words(ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger as people read it."""
    shown = ledger.reindex(columns=list(COLUMNS)).copy()
    for name in YES_NO:
        shown[name] = [schema.label(schema.YES_NO, each, language()) for each in shown[name]]
    shown["location"] = [schema.label(schema.LOCATIONS, each, language()) for each in shown["location"]]
    return shown.rename(columns={name: say(f"ledger_column.{name}") for name in COLUMNS})


def recent(ledger: pd.DataFrame, day: dt.date, years: int) -> pd.DataFrame:
    """The entries of the last so many school years before a plan of that day."""
    since = add_years(day, -years).isoformat()
    return ledger[(ledger["day"] > since).to_numpy(bool)]
