"""Why there is no plan, in the policy's words: contradictions that plain counting shows, and what must give at
least."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rotation_planner.data import schema
from rotation_planner.model.model import Model
from rotation_planner.model.program import CUT, RowBlock
from rotation_planner.policy.wording import sentence
from rotation_planner.solve.elastic import STRUCTURE, Give, gives
from rotation_planner.words import language, say


@dataclass(frozen=True)
class Contradiction:
    """What cannot hold together: the rules, where, a finished sentence, and by how many people at least."""

    rules: tuple[str, ...]
    scope: str
    sentence: str
    amount: float


def place_words(model: Model, block: RowBlock, place: int) -> str:
    """The scope of a row in words."""
    district, scopes = model.ground.district, block.scopes
    number = int(scopes.ids[place])
    if scopes.kind == "school":
        return str(district.schools["name"].iat[number])
    if scopes.kind == "demand":
        row = district.demand.iloc[number]
        school = district.schools["name"].iat[district.school_pos[row["school_id"]]]
        stage = schema.label(schema.STAGES, row["stage"], language())
        return say("clash.demand", school=school, stage=stage, subject=row["subject"])
    if scopes.kind == "person":
        person = district.staff.iloc[number]
        return say("clash.person", name=person["name"], id=person["staff_id"])
    if scopes.kind == "group":
        return scopes.labels[place]
    return say("clash.district")


def counted(model: Model) -> Iterator[Contradiction]:
    """Contradictions that need no solver: a floor above a cap, a floor above all who have an open school, a pinned
    person with none."""
    facts, people = model.ground.facts, model.people
    seats = np.bincount(people.seats.person, minlength=len(people.kind_person)) > 0
    group_open = seats[people.group_kind]
    arrays = model.arrays
    for number in np.flatnonzero(~group_open):
        person = int(people.group_person[number])
        if model.ground.standing.forced[person]:
            staff = model.ground.district.staff
            name = say("clash.person", name=staff["name"].iat[person], id=staff["staff_id"].iat[person])
            rules = [rule for rule, closed in model.ground.openings.shut(np.array([person])) if closed.any()]
            told = say("clash.pin_nowhere", place=name, rules=say("policy.list_separator").join(rules))
            yield Contradiction(tuple(rules), name, told, 1.0)
    floors: dict[int, list[tuple[RowBlock, int, float]]] = {}
    caps: dict[int, list[tuple[RowBlock, frozenset[int], float]]] = {}
    leave_school = facts.school[people.group_person]
    first_arc = len(model.leave)
    for block in model.program.blocks:
        if block.scopes.kind != "school" or block.rule.startswith((*STRUCTURE, CUT)):
            continue
        for place in range(block.count):
            row = block.first + place
            part = slice(arrays.matrix.indptr[row], arrays.matrix.indptr[row + 1])
            columns, values = arrays.matrix.indices[part], arrays.matrix.data[part]
            if len(columns) == 0 or (columns >= first_arc).any() or not (values == 1).all():
                if len(columns) == 0 and arrays.row_lower[row] > 0:
                    floors.setdefault(int(block.scopes.ids[place]), []).append((block, row, arrays.row_lower[row]))
                continue
            school = int(leave_school[columns[0]])
            if arrays.row_lower[row] > 0:
                floors.setdefault(school, []).append((block, row, arrays.row_lower[row]))
            if np.isfinite(arrays.row_upper[row]):
                caps.setdefault(school, []).append((block, frozenset(columns.tolist()), arrays.row_upper[row]))
    names = model.ground.district.schools["name"]
    words = {rule.id: sentence(rule) for rule in model.policy.rules}
    for school, asked in floors.items():
        name = str(names.iat[school])
        for block, row, floor in asked:
            part = slice(arrays.matrix.indptr[row], arrays.matrix.indptr[row + 1])
            columns = arrays.matrix.indices[part]
            most = float(people.group_size[columns[group_open[columns]]].sum())
            floor_words = words[block.rule]
            if floor > most:
                told = say("clash.few", place=name, floor=floor_words, asked=int(floor), allowed=int(most))
                yield Contradiction((block.rule,), name, told, floor - most)
            for cap_block, capped, cap in caps.get(school, []):
                if floor > cap and capped.issuperset(columns.tolist()):  # they speak of the same people
                    told = say(
                        "clash.pair",
                        place=name,
                        floor=floor_words,
                        asked=int(floor),
                        cap=words[cap_block.rule],
                        allowed=int(cap),
                    )
                    yield Contradiction((block.rule, cap_block.rule), name, told, floor - cap)


def contradictions(model: Model, *, seconds: float, stop: threading.Event | None = None) -> tuple[Contradiction, ...]:
    """What stands against every plan: by counting, and by the least that the rules' rows must give."""
    found = list(counted(model))
    words = {rule.id: sentence(rule) for rule in model.policy.rules}
    give: Give
    for give in gives(model.program, model.arrays, seconds=seconds, stop=stop) or ():
        place = place_words(model, give.block, give.place)
        amount = f"{give.amount:g}"
        rule = words.get(give.block.rule, give.block.rule)
        told = say("clash.short" if give.below else "clash.over", place=place, rule=rule, amount=amount)
        found.append(Contradiction((give.block.rule,), place, told, give.amount))
    return tuple(found)
