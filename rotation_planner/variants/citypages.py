"""What a city gets of its districts: one summary in every form, leading to each district's own report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rotation_planner.report.pages.markup import address
from rotation_planner.report.side_by_side import Page, Section, write_book, write_csv, write_page
from rotation_planner.variants.city import BELOW, City
from rotation_planner.variants.jobs import PLANNED
from rotation_planner.variants.measuring import is_share
from rotation_planner.variants.results import status_words
from rotation_planner.variants.writing import write_picture
from rotation_planner.words import say

NAME = "city"


def write_city(made: City, out: Path) -> None:
    """Write ``city.csv``, ``.xlsx``, ``.html``, ``.md`` and ``charts/`` into ``out``."""
    picture = made.picture()
    write_picture(out / "charts", picture)
    write_csv(out / f"{NAME}.csv", made.table)
    title = say("city.page_title", title=made.title)
    failed = frozenset(
        place for place, each in enumerate(made.records) if each["outcome"] != PLANNED or not each["passes"]
    )
    links = [
        (each["title"], address(BELOW, each["id"], "report.html"))
        for each in made.records
        if (out / BELOW / each["id"] / "report.html").exists()
    ]
    sections = [Section(say("city.districts"), table=made.shown, alarms=failed)]
    whys = [(each["title"], "\n".join(each["why"])) for each in made.records if each["why"]]
    if whys:
        columns = [made.heading("title"), made.heading("why")]
        sections.append(Section(say("city.failures"), table=pd.DataFrame(whys, columns=columns)))
    sections += [Section(say("city.picture"), picture=picture), Section(say("city.reports"), links=links)]
    write_page(out / NAME, Page(title, made.lines, sections, say("variants.confidential")))
    write_book(out / f"{NAME}.xlsx", title, [("city_districts", numbers_of(made), made.lines)])


def numbers_of(made: City) -> pd.DataFrame:
    """The table as numbers under headings for people."""
    table = made.table.drop(columns=["outcome", "passes"])
    table["status"] = [status_words(each) for each in made.records]
    heads = []
    for name in table.columns:
        percent = name == "share_moving" or is_share(str(name).removeprefix("indicator."))
        heads.append(made.heading(str(name)) + ("%" if percent else ""))
    return table.set_axis(heads, axis=1)
