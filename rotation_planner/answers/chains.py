"""A plan taken apart into exchanges: swaps, longer cycles, chains that start at a vacancy, and single moves.

Places are posts of a school: its stage and subject, or the position where it is not a teacher's. A move empties one
and fills another. Where as many leave a place as enter it, the moves close to cycles; elsewhere an outside node takes
up the difference, and what runs from it to it is a chain: it starts at the vacancy that its first mover fills, each
next one fills the place that the one before has emptied, and the last place stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.plan.showing import as_html
from rotation_planner.words import language, say

Place = tuple[str, ...]
Edge = tuple[Place, Place, int]  # place left, place entered, row of the move
OUTSIDE: Place = ()
KINDS = ("swap", "cycle", "chain", "single")
COLUMNS = (
    "exchange", "kind", "length", "step", "staff_id", "name", "from_school_id", "from_school", "to_school_id",
    "to_school", "place",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Chains:
    """``frame``: one row a move, in the order of the exchanges (``COLUMNS``; ``kind`` by key, ``step`` from 1)."""

    frame: pd.DataFrame

    @cached_property
    def counts(self) -> pd.DataFrame:
        """How many exchanges and moves of each kind."""
        rows = []
        for kind in KINDS:
            found = self.frame[self.frame["kind"] == kind]
            rows.append((say(f"chains.{kind}"), int(found["exchange"].nunique()), len(found)))
        return pd.DataFrame(rows, columns=[say("chains.kind"), say("chains.exchanges"), say("chains.moves")])

    @property
    def sentences(self) -> list[str]:
        """Each exchange of more than one move in a line, the longest first."""
        told = []
        for _, part in self.frame.groupby("exchange", sort=True):
            first = part.iloc[0]
            if first["kind"] == "single":
                continue
            steps = say("chains.arrow").join(
                say("chains.step", name=row["name"], id=row["staff_id"], left=row["from_school"], to=row["to_school"])
                for row in part.to_dict("records")
            )
            told.append(say(f"chains.told_{first['kind']}", length=len(part), place=first["place"], steps=steps))
        return told

    def of(self, staff_id: str) -> pd.DataFrame:
        """The exchange that a person takes part in; empty for who does not move."""
        rows = self.frame.loc[self.frame["staff_id"] == staff_id, "exchange"]
        return self.frame[self.frame["exchange"].isin(rows)]

    def __str__(self) -> str:
        numbers = self.counts.to_numpy().tolist()
        parts = [say("chains.count", kind=kind, exchanges=many, moves=moves) for kind, many, moves in numbers]
        return say("chains.summary", moves=len(self.frame), parts=say("policy.list_separator").join(parts))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        told = pd.DataFrame({"": self.sentences})
        return as_html(str(self), {" ": self.counts, say("chains.title"): told}, most_rows=30)

    def as_dict(self) -> dict[str, Any]:
        """The record for machine-readable output."""
        return {
            "counts": {kind: int(self.frame.loc[self.frame["kind"] == kind, "exchange"].nunique()) for kind in KINDS},
            "exchanges": [
                {"kind": part["kind"].iloc[0], "moves": part.drop(columns=["exchange", "kind"]).to_dict("records")}
                for _, part in self.frame.groupby("exchange", sort=True)
            ],
        }


def chains(district: District, transfers: pd.DataFrame) -> Chains:
    """The moves of a plan as exchanges. The split is not the only one possible; it is the same for the same moves."""
    moves = transfers.sort_values(["staff_id"], kind="stable").drop_duplicates("staff_id").reset_index(drop=True)
    rows = moves.to_dict("records")
    edges: list[Edge] = []
    for number, row in enumerate(rows):
        left, entered = _places(district, row)
        edges.append((left, entered, number))
    found = [_named(each) for each in _exchanges(edges)]
    found.sort(key=lambda each: (KINDS.index(each[0]), -len(each[1]), each[1][0][2]))
    table = []
    for number, (kind, part) in enumerate(found, start=1):
        for step, (_, entered, move) in enumerate(part, start=1):
            row = rows[move]
            told = [row[name] for name in COLUMNS[4:-1]]
            table.append((number, kind, len(part), step, *told, _words(district, entered)))
    return Chains(pd.DataFrame(table, columns=list(COLUMNS)))


def _places(district: District, row: dict[Any, Any]) -> tuple[Place, Place]:
    """The place that a move empties and the one that it fills; the department only where the school stays the same."""
    person = district.staff_pos.get(row["staff_id"])
    today = {} if person is None else district.staff.iloc[person].to_dict()
    position = str(today.get("position") or row["position"])
    if position == "teacher":
        left = (str(today.get("stage", "")), str(today.get("subject", "")))
        entered = (str(row["stage"]), str(row["subject"]))
    else:
        left = entered = (position, "")
    inside = row["from_school_id"] == row["to_school_id"]
    departments = (str(row["from_department"]), str(row["to_department"])) if inside else ("", "")
    return (row["from_school_id"], *left, departments[0]), (row["to_school_id"], *entered, departments[1])


def _exchanges(edges: list[Edge]) -> Iterator[list[Edge]]:
    """Cycles of the moves and the outside node: an Euler circuit of each part, cut wherever a place comes again."""
    graph = nx.MultiDiGraph()
    for left, entered, number in sorted(edges):
        graph.add_edge(left, entered, key=number)
    extra = len(edges)
    for place in sorted(graph.nodes):
        surplus = graph.in_degree(place) - graph.out_degree(place)
        for _ in range(abs(surplus)):
            ends = (place, OUTSIDE) if surplus > 0 else (OUTSIDE, place)
            graph.add_edge(*ends, key=extra)
            extra += 1
    for part in sorted(sorted(each) for each in nx.weakly_connected_components(graph)):
        path: list[Edge] = []
        on_path: dict[Place, int] = {}
        for left, entered, number in nx.eulerian_circuit(graph.subgraph(part), source=part[0], keys=True):
            on_path[left] = len(path)
            path.append((left, entered, number))
            if entered in on_path:
                begins = on_path[entered]
                yield path[begins:]
                for place, _, _ in path[begins:]:
                    del on_path[place]
                del path[begins:]


def _named(cycle: list[Edge]) -> tuple[str, list[Edge]]:
    """The kind of an exchange and its moves: a chain from the vacancy on, a cycle from the first staff_id on."""
    through = [number for number, (left, _, _) in enumerate(cycle) if left == OUTSIDE]
    if through:
        begins = through[0]
        inner = [each for each in (*cycle[begins:], *cycle[:begins]) if OUTSIDE not in each[:2]]
        return ("single" if len(inner) == 1 else "chain"), inner[::-1]
    backwards = cycle[::-1]  # each next one fills the place that the one before has emptied
    begins = min(range(len(backwards)), key=lambda number: backwards[number][2])
    turned = [*backwards[begins:], *backwards[:begins]]
    return ("single" if len(turned) == 1 else "swap" if len(turned) == 2 else "cycle"), turned


def _words(district: District, place: Place) -> str:
    """A place as people call it."""
    school_id, first, subject, department = place
    position = district.school_pos.get(school_id)
    school = school_id if position is None else str(district.schools["name"].iat[position])
    lang = language()
    what = schema.label(schema.POSITIONS if first in schema.POSITIONS else schema.STAGES, first, lang)
    return say("chains.place", school=school, what=f"{what}{'' if lang == 'zh' else ' '}{subject}{department}".strip())
