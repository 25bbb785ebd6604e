"""What a meeting gets of a trade-off: a page that compares, and one page for each plan."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from rotation_planner.plan.compare import compare
from rotation_planner.plan.plan import Plan
from rotation_planner.report.charts.writing import Picture
from rotation_planner.report.side_by_side import Page, Section, write_book, write_csv, write_page
from rotation_planner.run.writing import write
from rotation_planner.variants.fronts import Named, TradeOffs
from rotation_planner.variants.results import _text
from rotation_planner.variants.writing import write_picture
from rotation_planner.words import say

NAME = "tradeoffs"
SCHOOLS_SHOWN = 8  # on a plan's page, which is to be one sheet of paper


def write_tradeoffs(made: TradeOffs, out: Path) -> None:
    """Write ``tradeoffs.html``, ``.md``, ``.csv`` and ``.xlsx``, ``charts/``, and for each named plan a page and its
    folder of plan files below ``plans/``."""
    title = say("tradeoff.page_title", title=made.scenario.title)
    picture = made.picture()
    write_picture(out / "charts", picture)
    write_csv(out / f"{NAME}.csv", made.table)
    for name, named in made.named.items():
        marked = made.picture(name)
        marked = dataclasses.replace(marked, name=f"front-{name}")
        write_picture(out / "charts", marked)
        write_page(out / name, page_of_plan(made, name, named, marked))
        write(named.outcome, made.scenario, out / "plans" / name, reports=False)
    links = [(made.name(name), f"{name}.html") for name in made.named]
    sections = [
        Section(say("tradeoff.compared"), table=made.compared, links=links),
        Section(say("tradeoff.picture"), picture=picture),
        Section(say("tradeoff.points"), table=made.shown),
    ]
    write_page(out / NAME, Page(title, made.lines, sections))
    sheets = [
        ("tradeoff_plans", made.compared, made.lines),
        ("tradeoff_points", numbers_of(made), ()),
    ]
    write_book(out / f"{NAME}.xlsx", title, sheets)


def numbers_of(made: TradeOffs) -> pd.DataFrame:
    """The points as numbers under headings for people."""
    shown = made.shown
    for goal in made.trade.chosen:
        shown[goal.words] = made.table[goal.key].to_numpy()
    moves = say("variants.column_moves")
    if moves in shown:
        shown[moves] = made.table["moves"].to_numpy()
    return shown


def page_of_plan(made: TradeOffs, name: str, named: Named, picture: Picture) -> Page:
    """One plan for a meeting: what it gains and gives up, where it stands, where most people change."""
    title = say("tradeoff.plan_title", title=made.scenario.title, favour=made.name(name))
    columns = list(zip(*(made.values(each) for each in made.points), strict=True))
    lines = [
        say("tradeoff.best_of", goal=goal.words, value=_text(value), best=_text(min(all_)), worst=_text(max(all_)))
        for goal, value, all_ in zip(made.trade.chosen, made.values(named.point), columns, strict=True)
    ]
    proof = say("tradeoff.proven" if named.point.proven and made.held_proven else "tradeoff.unproven")
    compared = made.compared
    measured = compared[[compared.columns[0], made.name(name)]].iloc[len(made.trade.chosen) :]
    schools = schools_of(named.plan)
    part = [say("tradeoff.schools_part", shown=SCHOOLS_SHOWN, count=len(schools))]
    links = [
        (say("tradeoff.back"), f"{NAME}.html"),
        (say("tradeoff.moves_list", count=len(named.plan.transfers)), f"plans/{name}/transfers.csv"),
        (say("tradeoff.audit"), f"plans/{name}/audit.md"),
    ]
    sections = [
        Section(say("tradeoff.gains"), [*lines, say("tradeoff.proof", proof=proof)], table=_against(made, name, named)),
        Section(say("tradeoff.measures"), table=measured),
        Section(say("tradeoff.picture"), picture=picture),
        Section(
            say("tradeoff.schools"),
            part if len(schools) > SCHOOLS_SHOWN else (),
            table=schools.head(SCHOOLS_SHOWN),
            links=links,
        ),
    ]
    return Page(title, made.lines[-1:], sections, beside=True)


def _against(made: TradeOffs, name: str, named: Named) -> pd.DataFrame:
    """Against each other named plan: what each goal is better or worse by, and how many people's fates differ."""
    rows = []
    for other, plan in made.named.items():
        if other == name:
            continue
        found = compare(plan.plan, named.plan)
        people = len(found.only_first) + len(found.only_second) + found.people_changed
        less = [
            _text(own - its, signed=True)
            for own, its in zip(made.values(named.point), made.values(plan.point), strict=True)
        ]
        rows.append((say("tradeoff.against", favour=made.name(other)), *less, say("tradeoff.differ", count=people)))
    heads = [say("tradeoff.column_favour"), *(each.words for each in made.trade.chosen), say("tradeoff.people")]
    return pd.DataFrame(rows, columns=heads)


def schools_of(plan: Plan) -> pd.DataFrame:
    """How many leave and enter each school, the schools that change most first."""
    moves = plan.transfers
    out, into = moves["from_school"].value_counts(), moves["to_school"].value_counts()
    names = sorted(set(out.index) | set(into.index), key=lambda each: (-out.get(each, 0) - into.get(each, 0), each))
    rows = [(each, str(out.get(each, 0)), str(into.get(each, 0))) for each in names]
    heads = [say(f"tradeoff.school_{each}") for each in ("name", "out", "into")]
    return pd.DataFrame(rows, columns=heads)
