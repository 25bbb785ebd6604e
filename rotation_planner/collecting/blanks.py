"""The workbook that one school fills in: its own rows of last year to begin with, nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from rotation_planner.collecting.handed import OF_BUREAU, OF_SCHOOLS
from rotation_planner.data.district import District, empty_frame
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.data.template import Part, write_template
from rotation_planner.report.naming import file_names
from rotation_planner.words import say

YEARLY = ("applications", "pins")  # asked for and ordered anew every year


def write_school_template(
    path: Path | str, school: str, district: District | None = None, *, yearly: bool = False
) -> Path:
    """Writes the workbook of one school, in the language in force: the eight tables that schools fill in, drop-down
    lists, headings protected against slips.

    ``district``: last year's, whose rows of this school and its people it then holds; wishes, which are asked for anew
    every year, only where ``yearly`` says so.

    Raises:
        InputError: the district has no such school.
    """
    name = school
    rows: dict[str, pd.DataFrame] = {"schools": empty_frame("schools").reindex([0])}
    if district is not None:
        if school not in district.school_pos:
            near = {"nearest": Nearest(school, district.school_pos, codes=True)}
            raise InputError([Problem(Severity.ERROR, "unknown_school", "--school", value=school, values=near)])
        rows = own_rows(district, school, yearly=yearly)
        name = str(rows["schools"]["name"].iloc[0])
    else:
        rows["schools"] = _only_code(school)
    title = say("collect.template_title", school=name)
    helps = tuple(say(f"collect.template_help_{each}") for each in "abcd")
    choices = {(key, "school_id"): (school,) for key in ("schools", "staff", "demand")}
    return write_template(Path(path), rows, Part(OF_SCHOOLS, title, helps, choices))  # type: ignore[arg-type]


def _only_code(school: str) -> pd.DataFrame:
    frame = empty_frame("schools")
    blank = {c: [school] if c == "school_id" else [""] for c in frame.columns if frame[c].dtype != "float64"}
    return frame.reindex([0]).assign(**blank)


def own_rows(district: District, school: str, *, yearly: bool = True) -> dict[str, pd.DataFrame]:
    """The rows of a district that are one school's own: its row, its demand, its people and what is known of them."""
    found = {}
    people = set(district.staff["staff_id"][district.staff["school_id"] == school])
    for key in OF_SCHOOLS:
        frame = getattr(district, key)
        own = frame["school_id"] == school if key in ("schools", "staff", "demand") else frame["staff_id"].isin(people)
        if yearly or key not in YEARLY:
            found[key] = frame[own].reset_index(drop=True)
    return found


def bureau_rows(district: District, *, yearly: bool = True) -> dict[str, pd.DataFrame]:
    """The rows that are the bureau's: the register of all schools, pins and distances."""
    return {key: getattr(district, key) for key in ("schools", *OF_BUREAU) if yearly or key not in YEARLY}


def write_school_templates(
    folder: Path | str, district: District, schools: Iterable[str] | None = None, *, yearly: bool = False
) -> Mapping[str, Path]:
    """Writes a workbook for each of these schools of last year's district (all of them where none are named), and the
    bureau's with the register of schools; their paths by school_id, the bureau's under ``""``."""
    folder = Path(folder)
    chosen = list(district.schools["school_id"]) if schools is None else list(schools)
    names = dict(zip(district.schools["school_id"], district.schools["name"], strict=True))
    labels = [f"{school}-{names.get(school, school)}" for school in chosen]
    made: dict[str, Path] = {}
    for school, label in zip(chosen, file_names(labels), strict=True):
        made[school] = write_school_template(folder / f"{label}.xlsx", school, district, yearly=yearly)
    helps = tuple(say(f"collect.bureau_help_{each}") for each in "abcd")
    part = Part(("schools", *OF_BUREAU), say("collect.bureau_title"), helps)  # type: ignore[arg-type]
    rows = bureau_rows(district, yearly=yearly)
    made[""] = write_template(folder / f"{say('collect.bureau_file')}.xlsx", rows, part)
    return made
