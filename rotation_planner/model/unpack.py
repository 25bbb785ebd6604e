"""From whole columns back to people: who leaves, and where each goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rotation_planner.eligibility.arrays import Array
from rotation_planner.model.model import Model


@dataclass(frozen=True, eq=False)
class Moves:
    """One entry per mover, in the order of the staff table: staff position, destination, its school, stage and
    subject."""

    person: Array
    destination: Array
    school: Array
    stage: Array
    subject: Array


def unpack(model: Model, values: Array) -> Moves:
    """The moves of a solution. A group leaves from its head, the longest-serving first; among the leavers of a kind,
    who are alike in all that any rule reads, the seats are given out in the same order, by school_id and subject."""
    people, place = model.people, model.ground.fill_order
    leaving = values[model.leave].round().astype(np.int64)
    order = np.lexsort((place[people.people], people.group))
    group = people.group[order]
    first = np.searchsorted(group, group, side="left")
    chosen = order[np.arange(len(order)) - first < leaving[group]]

    going = values[model.go].round().astype(np.int64)
    used = np.flatnonzero(going)
    arcs = used[_by_name(model, used)]
    taken = np.repeat(arcs, going[arcs])
    movers = chosen[np.lexsort((place[people.people[chosen]], people.kind[chosen]))]
    if not np.array_equal(people.kind[movers], people.seats.person[taken]):
        raise ValueError("leavers and seats of a solution do not match")
    person = people.people[movers]
    facts = model.ground.facts
    options = people.seats.options
    option = people.seats.option[taken]
    # People without a stage keep their own stage and subject.
    stage = np.array([options[each][0] for each in option], dtype=object)
    subject = np.array([options[each][1] for each in option], dtype=object)
    bare = stage == ""
    stage[bare], subject[bare] = facts.of_people("stage")[person[bare]], facts.of_people("subject")[person[bare]]
    back = np.argsort(person)
    destination, school = people.seats.destination[taken], people.seats.school[taken]
    return Moves(person[back], destination[back], school[back], stage[back], subject[back])


def _by_name(model: Model, arcs: Array) -> Array:
    """Arcs kind by kind in the order of school, department, way, stage and subject, whatever the order of the files."""
    seats, to = model.people.seats, model.ground.destinations
    ids = model.ground.district.schools["school_id"].tolist()
    place, option = seats.destination[arcs], seats.option[arcs]
    named = zip(to.school[place].tolist(), to.department[place].tolist(), to.way[place].tolist(), strict=True)
    keys = [(ids[school], department, way) for school, department, way in named]
    told = [(*key, *seats.options[each]) for key, each in zip(keys, option.tolist(), strict=True)]
    rank = {key: number for number, key in enumerate(sorted(set(told)))}
    return np.lexsort((np.array([rank[key] for key in told], dtype=np.int64), seats.person[arcs]))


def pack(model: Model, moves: Moves) -> Array | None:
    """The ``leave`` and ``go`` columns of given moves, for a start; ``None`` where a move is not open in the model."""
    people = model.people
    row = {int(person): number for number, person in enumerate(people.people)}
    arc = {
        (int(kind), int(destination), *people.seats.options[int(option)]): number
        for number, (kind, destination, option) in enumerate(
            zip(people.seats.person, people.seats.destination, people.seats.option, strict=True)
        )
    }
    values = np.zeros(model.program.columns)
    for person, to, stage, subject in zip(moves.person, moves.destination, moves.stage, moves.subject, strict=True):
        number = row.get(int(person))
        if number is None:
            return None
        kind = int(people.kind[number])
        found = arc.get((kind, int(to), str(stage), str(subject)), arc.get((kind, int(to), "", str(subject))))
        if found is None:
            return None
        values[model.leave[people.group[number]]] += 1
        values[model.go[found]] += 1
    return values
