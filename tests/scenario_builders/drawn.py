"""Scenarios that begin with a district of the generator, to which a regime adds its own columns and cases."""

from __future__ import annotations

from typing import Any

from rotation_planner.data.generator import Assumptions, generate
from rotation_planner.data.schema import TABLES, Kind
from scenario_builders.ground import AS_OF, Ground, Row

LAST = AS_OF.isoformat()


def drawn(
    schools: int, staff: int, seed: int, city: str, tables: tuple[str, ...], assumptions: Assumptions | None = None
) -> Ground:
    """A district of the generator with these tables as the ground of a scenario."""
    ground = Ground(seed)
    frames = generate(schools, seed, staff=staff, district=city, assumptions=assumptions)
    for table in TABLES:
        if table.key not in tables:
            continue
        yes_no = {column.key for column in table.columns if column.kind is Kind.YES_NO}
        for row in frames[table.key].to_dict("records"):
            ground.tables[table.key].append({str(key): _plain(value, key in yes_no) for key, value in row.items()})
    ground.by_id = {row["staff_id"]: row for row in ground.tables["staff"]}
    return ground


def _plain(value: Any, yes_no: bool) -> Any:
    if value is None or value != value:
        return ""
    if yes_no:
        return value in ("yes", True)
    return int(value) if isinstance(value, float) and value == int(value) else value


def schools_of(ground: Ground) -> dict[str, Row]:
    """The schools by their code."""
    return {row["school_id"]: row for row in ground.tables["schools"]}


def over_limit(ground: Ground, school_id: str) -> int:
    """Staff above the limit of a school."""
    today = sum(row["school_id"] == school_id for row in ground.tables["staff"])
    return int(today - schools_of(ground)[school_id]["headcount_limit"])
