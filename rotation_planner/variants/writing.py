"""What people get of a what-if: one table in every form, who differs, what was changed, the picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rotation_planner.report.charts.writing import Picture
from rotation_planner.report.side_by_side import Page, Section, write_book, write_bytes, write_csv, write_page
from rotation_planner.variants.jobs import PLANNED
from rotation_planner.variants.measuring import is_share
from rotation_planner.words import say

if TYPE_CHECKING:
    from rotation_planner.variants.results import WhatIf

NAME = "whatif"
PEOPLE_SHOWN = 200  # on the page; all of them stand in the workbook and people.csv


def write_whatif(made: WhatIf, out: Path) -> None:
    """Write ``whatif.csv``, ``.xlsx``, ``.html`` and ``.md``, ``people.csv`` and ``charts/`` into ``out``."""
    picture = made.picture()
    write_picture(out / "charts", picture)
    write_csv(out / f"{NAME}.csv", made.table)
    write_csv(out / "people.csv", made.people)
    title = say("variants.page_title", title=made.title)
    write_page(out / NAME, page_of(made, picture, title))
    sheets = [
        ("variants", numbers_of(made, made.table, indicators=False), made.lines),
        ("variants_indicators", numbers_of(made, made.table, indicators=True), ()),
        ("variants_against", numbers_of(made, made.differences, indicators=False), ()),
        ("variants_changes", changes_of(made), ()),
        ("variants_people", people_of(made), (say("variants.confidential"),)),
    ]
    if len(made.breaches):
        sheets.append(("variants_breaches", headed(made.breaches, made), ()))
    write_book(out / f"{NAME}.xlsx", title, sheets)


def write_picture(folder: Path, picture: Picture) -> None:
    """A picture in both its forms."""
    write_bytes(folder / f"{picture.name}.png", picture.png)
    write_bytes(folder / f"{picture.name}.svg", picture.svg)


def page_of(made: WhatIf, picture: Picture, title: str) -> Page:
    """The page: the table, the differences, the picture, failures, changes, people."""
    failed = frozenset(
        place for place, each in enumerate(made.records) if each["outcome"] != PLANNED or not each["passes"]
    )
    shown = made.shown.drop(columns=made.heading("why"))
    measured = [name for name in shown.columns if name in {made.heading(f"indicator.{k}") for k in made.indicator_keys}]
    sections = [
        Section(say("variants.side_by_side"), table=shown.drop(columns=measured), alarms=failed),
        Section(say("variants.picture"), picture=picture),
        Section(say("report_sheet.variants_indicators"), table=shown[[made.heading("title"), *measured]]),
    ]
    if len(made.differences):
        sections.append(Section(say("variants.against_base"), table=made.shown_differences))
    remarks = [(each["title"], "\n".join(made.remarks(each))) for each in made.records if made.remarks(each)]
    if remarks:
        columns = [made.heading("title"), made.heading("why")]
        sections.insert(1, Section(say("variants.remarks"), table=pd.DataFrame(remarks, columns=columns)))
    sections.append(Section(say("variants.changed_data"), table=changes_of(made)))
    if len(made.breaches):
        sections.append(Section(say("variants.broken"), table=headed(made.breaches, made)))
    people = people_of(made)
    if len(people):
        lines = []
        if len(people) > PEOPLE_SHOWN:
            lines.append(say("variants.people_part", shown=PEOPLE_SHOWN, count=len(people)))
        sections.append(Section(say("variants.who_differs"), lines, table=people.head(PEOPLE_SHOWN)))
    lines = [*made.lines, say("variants.how_to_repeat", folder="variants")]
    return Page(title, lines, sections, say("variants.confidential"))


def numbers_of(made: WhatIf, frame: pd.DataFrame, *, indicators: bool) -> pd.DataFrame:
    """The indicators, or the other numbers, of a frame under headings for people, without what only machines read."""
    left_out = ("id", "passes", "outcome", "why", "due", "deferred", "seconds")
    kept = [
        name
        for name in frame.columns
        if not name.startswith("bound.")
        and name not in left_out
        and (name == "title" or name.startswith("indicator.") == indicators)
    ]
    found = frame[kept].copy()
    if "status" in found:
        from rotation_planner.variants.results import status_words

        found["status"] = [status_words(each) for each in made.records]
    heads = [made.heading(name) + ("%" if is_share(name.removeprefix("indicator.")) else "") for name in kept]
    return found.set_axis(_once(heads), axis=1)


def _once(heads: list[str]) -> list[str]:
    """Headings of which no two are alike."""
    seen: dict[str, int] = {}
    told = []
    for head in heads:
        seen[head] = seen.get(head, 0) + 1
        told.append(head if seen[head] == 1 else f"{head} ({seen[head]})")
    return told


def headed(frame: pd.DataFrame, made: WhatIf) -> pd.DataFrame:
    """A frame with the titles of the variants and headings for people."""
    titles = {each["id"]: each["title"] for each in made.records}
    found = frame.assign(variant=frame["variant"].map(titles))
    return found.set_axis([made.heading(str(name)) for name in found.columns], axis=1)


def people_of(made: WhatIf) -> pd.DataFrame:
    """Who differs from the base's plan, variant by variant."""
    frame = made.people
    stays = say("variants.stays")
    blank = {name: frame[name].where(frame[name] != "", stays) for name in ("base_to", "to")}
    return headed(frame.assign(**blank), made)


def changes_of(made: WhatIf) -> pd.DataFrame:
    """What each variant changes, in words."""
    rows = [
        (each["id"], each["title"], "\n".join(each.get("changes", ())), "\n".join(made.remarks(each)))
        for each in made.records
    ]
    heads = [made.heading("id"), say("variants.column_name_of"), made.heading("changes"), made.heading("why")]
    return pd.DataFrame(rows, columns=heads)
